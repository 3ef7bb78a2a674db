/* test_form_read.c - the reader of forms: every directive works, and everything wrong is refused with its line.
 *
 * Sabotage, run once: the cycle check taken out of form_rules.c (rows "circle" fail), the "already taken" loop of
 * read_identity() taken out (rows "already taken" fail). */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "expr.h"
#include "form.h"

static const char *list_source(void *arg, const char *name, size_t *n)
{
	const char *text = NULL;

	(void)arg;
	if (strcmp(name, "sex") == 0)
		text = "choices sex {\n\t1 \"laki-laki\" \"male\" more words\n\t2 \"perempuan\" \"female\"\n}\n";
	else if (strcmp(name, "broken") == 0)
		text = "choices broken {\n\t1 \"a\"\n\t1 \"b\"\n}\n";
	else if (strcmp(name, "other") == 0)
		text = "choices another {\n\t1 \"a\"\n}\n";
	if (text != NULL)
		*n = strlen(text);
	return text;
}

static const struct form_source source = { .list = list_source };

static int read_text(const char *text, struct form **form, struct form_error *err, struct form_warnings *w)
{
	return form_read(NULL, text, strlen(text), &source, form, err, w);
}

#define HEAD "form demo 3 {\n\ttitle id \"Contoh\"\n}\nsection 1 satu {\n\tlabel id \"Satu\"\n}\n"   /* lines 1 to 6 */
#define FIELD(number, name, type, more) "field " #number " " #name " " #type " {\n\tlabel id \"L\"\n" more "}\n"
#define ROSTER "roster 400 member {\n\tlabel id \"Anggota\"\n\tsubject person\n}\n"

struct row { const char *text; int line; const char *want; };

static const struct row wrong[] = {
	{ "", 1, "begins with: form" },
	{ "field 1 a text {\n}\n", 1, "begins with: form" },
	{ "form demo {\n}\n", 1, "expected: form NAME VERSION" },
	{ "form demo x {\n\ttitle id \"a\"\n}\n", 1, "no number" },
	{ "form demo 1 {\n}\n", 1, "title" },
	{ "form demo 1 {\n\ttitle id \"a\"\n\ttitle id \"b\"\n}\n", 3, "twice" },
	{ "form demo 1 {\n\ttitle xx \"a\"\n}\n", 2, "id or en" },
	{ "form demo 1 {\n\ttitel id \"a\"\n}\n", 2, "did you mean \"title\"" },
	{ HEAD, 1, "no field" },
	{ "form demo 1 {\n\ttitle id \"a\"\n}\nfield 1 a text {\n\tlabel id \"L\"\n}\n", 4, "stands in a section" },
	{ HEAD "fild 101 a text {\n}\n", 7, "did you mean \"field\"" },
	{ HEAD "nonsense\n", 7, "unknown directive" },
	{ HEAD "field 101 a\n", 7, "field NUMBER NAME TYPE" },
	{ HEAD "field x a text {\n}\n", 7, "no number" },
	{ HEAD "field 0 a text {\n}\n", 7, "no number" },
	{ HEAD "field 101 A text {\n}\n", 7, "no name" },
	{ HEAD "field 101 a txt {\n}\n", 7, "did you mean text" },
	{ HEAD "field 101 a geopoint {\n}\n", 7, "unknown type" },
	{ HEAD "field 101 a text {\n}\n", 7, "needs a label id" },
	{ HEAD "section 1 dua {\n\tlabel id \"L\"\n}\n", 7, "already taken" },
	{ HEAD FIELD(101, a, text, "") FIELD(101, b, text, ""), 10, "number 101 is already taken by field a, line 7" },
	{ HEAD FIELD(101, a, text, "") FIELD(102, a, text, ""), 10, "name a is already taken" },
	{ HEAD FIELD(400, a, text, "") ROSTER, 10, "already taken" },
	{ HEAD ROSTER FIELD(400, a, text, ""), 11, "taken by a roster" },
	{ HEAD FIELD(101, a, text, "\trequierd\n"), 9, "did you mean \"required\"" },
	{ HEAD FIELD(101, a, text, "\tconstrain \"1\"\n"), 9, "did you mean \"constraint\"" },
	{ HEAD FIELD(101, a, text, "\tsticky\n\tsticky\n"), 10, "twice" },
	{ HEAD FIELD(101, a, text, "\tsticky yes\n"), 9, "expected: sticky" },
	{ HEAD FIELD(101, a, text, "\tscale 2\n"), 9, "does not fit a field of type text" },
	{ HEAD FIELD(101, a, integer, "\tupper\n"), 9, "does not fit a field of type integer" },
	{ HEAD FIELD(101, a, text, "\tchoices from sex\n"), 9, "does not fit" },
	{ HEAD FIELD(101, a, text, "\tcalculate \"1\"\n"), 9, "does not fit" },
	{ HEAD FIELD(101, a, note, "\trequired\n"), 9, "does not fit" },
	{ HEAD FIELD(101, a, text, "\tmax abc\n"), 9, "no number" },
	{ HEAD FIELD(101, a, text, "\tmax 100000\n"), 9, "no number from 1 to 4000" },
	{ HEAD FIELD(101, a, integer, "\trange 9 1\n"), 9, "lower first" },
	{ HEAD FIELD(101, a, integer, "\trange 1e2 9\n"), 9, "two numbers" },
	{ HEAD FIELD(101, a, text, "\tstore person\n"), 9, "TABLE.COLUMN" },
	{ HEAD FIELD(101, a, one, ""), 7, "needs choices" },
	{ HEAD FIELD(101, a, calc, ""), 7, "needs calculate" },
	{ HEAD FIELD(101, a, one, "\tyesno 13\n"), 9, "12" },
	{ HEAD FIELD(101, a, one, "\tchoices sex\n"), 9, "choices from LIST" },
	{ HEAD FIELD(101, a, one, "\tchoices from nowhere\n"), 9, "no list nowhere" },
	{ HEAD FIELD(101, a, one, "\tchoices {\n\t\t1 \"x\"\n\t\t1 \"y\"\n\t}\n"), 9, "code 1 is in the list twice" },
	{ HEAD FIELD(101, a, one, "\tchoices {\n\t\t1\n\t}\n"), 10, "\"label\"" },
	{ HEAD FIELD(101, a, one, "\tchoices {\n\t\t\"a b\" \"x\"\n\t}\n"), 10, "no code" },
	{ HEAD FIELD(101, a, one, "\tchoices {\n\t}\n"), 9, "" },
	{ HEAD "choices x {\n\t1 \"a\"\n}\nchoices x {\n\t1 \"a\"\n}\n", 10, "already there" },
	{ HEAD FIELD(101, a, text, "\trelevant \"${b} = 1\"\n"), 9, "no field ${b}" },
	{ HEAD FIELD(101, abcd, text, "") FIELD(102, b, text, "\trelevant \"${abdc} = 1\"\n"), 12, "did you mean ${abcd}" },
	{ HEAD FIELD(101, a, text, "\tconstraint \". == 1\"\n"), 9, "character 3: use =" },
	{ HEAD FIELD(101, a, note, "") FIELD(102, b, text, "\trelevant \"${a} = 1\"\n"), 12, "no field ${a}" },
	/* circles */
	{ HEAD FIELD(101, a, text, "\trelevant \"${a} = 1\"\n"), 7, "circle: a -> a" },
	{ HEAD FIELD(101, a, text, "\trelevant \"${b} = 1\"\n") FIELD(102, b, text, "\trelevant \"${a} = 1\"\n"), 7, "circle: a -> b -> a" },
	{ HEAD FIELD(101, a, calc, "\tcalculate \"${b} + 1\"\n") FIELD(102, b, calc, "\tcalculate \"${a} + 1\"\n"), 7, "circle" },
	{ HEAD FIELD(101, a, calc, "\tcalculate \"${b} + 1\"\n") FIELD(102, b, integer, "\trelevant \"${a} > 1\"\n"), 7, "circle: a -> b -> a" },
	{ "form demo 3 {\n\ttitle id \"Contoh\"\n}\nsection 1 satu {\n\tlabel id \"Satu\"\n\trelevant \"${a} = 1\"\n}\n" FIELD(101, a, text, ""), 8, "circle" },
	/* rosters */
	{ HEAD ROSTER FIELD(401, a, integer, "") "section 2 dua {\n\tlabel id \"D\"\n}\n" FIELD(201, b, text, "\trelevant \"${a} = 1\"\n"), 19, "every row" },
	{ HEAD ROSTER FIELD(401, a, integer, "") "section 2 dua {\n\tlabel id \"D\"\n}\n" FIELD(201, b, text, "\trelevant \"${member} = 1\"\n"), 19, "is a roster" },
	{ HEAD "roster 400 member {\n\tlabel id \"A\"\n\tmin 5\n\tmax 3\n}\n", 7, "min is more than max" },
	{ HEAD "roster 400 member {\n\tlabel id \"A\"\n\tsubject house\n}\n", 9, "person or row" },
	{ HEAD "roster 400 member {\n\tlabel id \"A\"\n\tof house\n}\n", 9, "no roster house" },
	{ HEAD "roster 400 member {\n\tlabel id \"A\"\n\tof member\n}\n", 9, "no roster member" },
	{ HEAD "section 2 dua {\n\tlabel id \"D\"\n\troster nobody\n}\n", 9, "no roster nobody" },
	/* the grammar below */
	{ HEAD "field 101 a text {\n", 7, "" },
	{ HEAD "field 101 a text {\n\tlabel id \"x\n}\n", 8, "" },
};

static void refused(void **state)
{
	size_t bad = 0;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct form_error err;
		struct form *form;
		int rc = read_text(wrong[i].text, &form, &err, NULL);

		if (rc != 0 && err.line == wrong[i].line && strstr(err.text, wrong[i].want) != NULL && err.text[0] != '\0')
			continue;
		print_message("# row %zu (%s): rc %d line %d (want %d): %s (want %s)\n", i, wrong[i].want, rc, err.line,
			wrong[i].line, err.text, wrong[i].want);
		form_free(rc == 0 ? form : NULL);
		bad++;
	}
	assert_int_equal(bad, 0);
}

/* A fault in a list names the list's file and line. */
static void refused_list(void **state)
{
	struct form_error err;
	struct form *form;

	(void)state;
	assert_int_not_equal(read_text(HEAD FIELD(101, a, one, "\tchoices from broken\n"), &form, &err, NULL), 0);
	assert_string_equal(err.file, "broken");
	assert_int_equal(err.line, 1);
	assert_int_not_equal(read_text(HEAD FIELD(101, a, one, "\tchoices from other\n"), &form, &err, NULL), 0);
	assert_string_equal(err.file, "other");
	assert_non_null(strstr(err.text, "choices other expected"));
	assert_int_not_equal(form_read("name", HEAD FIELD(101, a, text, ""), strlen(HEAD FIELD(101, a, text, "")), &source,
							 &form, &err, NULL),
		0);
	assert_non_null(strstr(err.text, "form name expected"));
}

static const char whole[] =
	"# a comment\n"
	"form demo 3 {\n\ttitle id \"Contoh\"\n\ttitle en \"Example\"\n\tkind exit\n}\n"
	"choices stay {\n\t1 \"tinggal\" \"stays\"\n\t2 \"pindah\" \"moves\"\n}\n"
	"section 1 satu {\n\tlabel id \"Satu\"\n\tlabel en \"One\"\n}\n"
	"field 101 alamat text {\n\tlabel id \"Alamat\"\n\tlabel en \"Address\"\n\thelp id \"H\"\n\tmax 60\n\tupper\n\tmultiline\n\tsticky\n\trequired\n"
	"\tstore household.address\n\tmap ALAMAT\n}\n"
	"field 102 luas decimal {\n\tlabel id \"Luas\"\n\tscale 1\n\trange 1 999\n\trequired \"${alamat} != ''\"\n}\n"
	"field 103 hitung calc {\n\tcalculate \"${luas} * 2\"\n}\n"
	"field 104 lanjut calc {\n\tcalculate \"${hitung} + 1\"\n}\n"
	"field 105 catatan note {\n\tlabel id \"Bacakan.\"\n}\n"
	"section 2 anggota {\n\tlabel id \"Anggota\"\n}\n"
	"roster 400 member {\n\tlabel id \"Anggota\"\n\tlabel en \"Members\"\n\tsubject person\n\tmin 1\n\tmax 40\n}\n"
	"field 401 sex one {\n\tlabel id \"JK\"\n\tchoices from sex\n\tchoice_filter \". != '2' or word(1) = 'more'\"\n}\n"
	"field 402 born date {\n\tlabel id \"Lahir\"\n\tconstraint \". <= today()\"\n\tmessage id \"Belum tiba\"\n}\n"
	"field 403 umur calc {\n\tcalculate \"age(${born}, today())\"\n}\n"
	"field 404 kks one {\n\tlabel id \"KKS\"\n\tyesno 34\n\treadonly\n}\n"
	"section 3 lanjutan {\n\tlabel id \"Lanjutan\"\n\troster member\n\trelevant \"${umur} >= 5\"\n}\n"
	"field 405 tetap one {\n\tlabel id \"Tetap\"\n\tchoices from stay\n\trelevant \"${sex} = 1\"\n}\n"
	"section 4 usaha {\n\tlabel id \"Usaha\"\n}\n"
	"roster 600 business {\n\tlabel id \"Usaha\"\n\tof member\n}\n"
	"field 601 omzet integer {\n\tlabel id \"Omzet\"\n\tmax 12\n\trelevant \"${umur} >= 10\"\n}\n"
	"field 602 jumlah many {\n\tlabel id \"Apa\"\n\tchoices {\n\t\ta \"A\"\n\t\tb \"B\"\n\t}\n}\n";

static void accepted(void **state)
{
	struct form_warnings w;
	struct form_error err;
	struct form *form;
	const struct field *f;

	(void)state;
	if (read_text(whole, &form, &err, &w) != 0)
		fail_msg("line %d: %s", err.line, err.text);
	assert_int_equal(w.n, 0);
	form_warnings_clear(&w);
	assert_string_equal(form->name, "demo");
	assert_int_equal(form->version, 3);
	assert_string_equal(form->title_en, "Example");
	assert_string_equal(form->kind, "exit");
	assert_int_equal(form->nsection, 4);
	assert_int_equal(form->nroster, 2);
	f = form_field(form, 101);
	assert_ptr_equal(f, form_field_named(form, "alamat"));
	assert_ptr_equal(f, form_field_stored(form, "household.address"));
	assert_true(f->required && f->upper && f->multiline && f->sticky && !f->readonly);
	assert_int_equal(f->max, 60);
	assert_string_equal(f->map, "ALAMAT");
	assert_string_equal(field_label(f, "en"), "Address");
	f = form_field_named(form, "luas");
	assert_true(!f->required && f->required_if != NULL);
	assert_int_equal(f->scale, 1);
	assert_string_equal(f->high, "999");
	assert_string_equal(field_label(f, "en"), "Luas");
	/* calculated in the order of dependence, and each knows what the one before gives */
	assert_int_equal(form->ncalc, 3);
	assert_string_equal(form->field[form->calc_order[0]].name, "hitung");
	assert_int_equal(expr_kind(form_field_named(form, "lanjut")->calculate), EXPR_NUMBER);
	f = form_field_named(form, "sex");
	assert_int_equal(f->roster, 400);
	assert_string_equal(form_choice(f, "2")->label_id, "perempuan");
	assert_null(form_choice(f, "3"));
	assert_int_equal(form_choice(f, "1")->nmore, 2);
	assert_string_equal(form_choice(f, "1")->more[0], "more");
	f = form_field_named(form, "kks");
	assert_true(f->readonly);
	assert_string_equal(form_choice(f, "3")->label_id, "Ya");
	assert_null(form_choice(f, "1"));
	/* section 3 goes on with the roster; section 4 has one of its own, whose rows belong to members */
	assert_int_equal(form_field_named(form, "tetap")->roster, 400);
	assert_int_equal(form_roster(form, 600)->of, 400);
	assert_int_equal(form_roster_named(form, "member")->max, 40);
	assert_int_equal(form_field_named(form, "omzet")->roster, 600);
	form_free(form);
}

/* The same bytes give the same identity, other bytes another. */
static void identity(void **state)
{
	struct form_error err;
	struct form *a, *b, *c;

	(void)state;
	assert_int_equal(read_text(HEAD FIELD(101, a, text, ""), &a, &err, NULL), 0);
	assert_int_equal(read_text(HEAD FIELD(101, a, text, ""), &b, &err, NULL), 0);
	assert_int_equal(read_text(HEAD FIELD(101, a, text, "\trequired\n"), &c, &err, NULL), 0);
	assert_memory_equal(a->sha, b->sha, 32);
	assert_int_not_equal(memcmp(a->sha, c->sha, 32), 0);
	form_free(a);
	form_free(b);
	form_free(c);
}

static const struct row lints[] = {
	{ HEAD FIELD(101, a, integer, "") FIELD(102, b, text, "\trelevant \"${a}\"\n"), 12, "alone as a condition" },
	{ HEAD FIELD(101, a, integer, "") FIELD(102, b, text, "\trelevant \"${a} and 1 = 1\"\n"), 12, "alone as a condition" },
	{ HEAD FIELD(101, a, text, "") FIELD(102, b, text, "\trelevant \"${a} > 5\"\n"), 12, "compared with a number" },
	{ HEAD FIELD(101, a, integer, "\tconstraint \". > 5\"\n"), 9, "has no message" },
	{ HEAD FIELD(101, a, date, "") FIELD(102, b, calc, "\tcalculate \"int((today() - ${a}) div 365.25)\"\n"), 12, "365.25" },
	{ HEAD FIELD(101, a, one, "\tchoices from sex\n") FIELD(102, b, text, "\trelevant \"${a} = '7'\"\n"), 13, "no code 7" },
	{ HEAD FIELD(101, a, one, "\tchoices from sex\n") FIELD(102, b, text, "\trelevant \"${a} != 7\"\n"), 13, "no code 7" },
	{ HEAD FIELD(101, a, many, "\tchoices from sex\n") FIELD(102, b, text, "\trelevant \"not(selected(${a}, 'x'))\"\n"), 13, "no code x" },
	{ HEAD FIELD(101, a, one, "\tchoices from sex\n") FIELD(102, b, text, "\trelevant \"${a} = 1 and ${a} = 2\"\n"), 11, "nobody can reach the field b" },
	{ HEAD FIELD(101, a, text, "\trelevant \"false()\"\n"), 7, "nobody can reach the field a" },
	{ HEAD FIELD(101, a, one, "\trelevant \"false()\"\n\tchoices from sex\n") FIELD(102, b, text, "\trelevant \"${a} = 1\"\n"), 12, "nobody can reach the field b" },
};

static void lint(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof lints / sizeof lints[0]; i++) {
		struct form_warnings w;
		struct form_error err;
		struct form *form;
		bool found = false;

		if (read_text(lints[i].text, &form, &err, &w) != 0)
			fail_msg("row %zu: line %d: %s", i, err.line, err.text);
		for (size_t k = 0; k < w.n; k++)
			found = found || (w.v[k].line == lints[i].line && strstr(w.v[k].text, lints[i].want) != NULL);
		if (!found)
			fail_msg("row %zu: no warning \"%s\" on line %d; first of %zu: %d %s", i, lints[i].want, lints[i].line, w.n,
				w.n ? w.v[0].line : 0, w.n ? w.v[0].text : "");
		form_warnings_clear(&w);
		form_free(form);
	}
}

/* Every prefix of a form, and every byte of it turned, is refused or read; nothing else happens. */
static void broken_bytes(void **state)
{
	char copy[sizeof whole];
	struct form_error err;
	struct form *form;
	size_t read = 0;

	(void)state;
	for (size_t n = 0; n < sizeof whole; n += 7) {
		memcpy(copy, whole, sizeof whole);
		if (form_read(NULL, copy, n, &source, &form, &err, NULL) == 0)
			form_free(form);
		copy[n % (sizeof whole - 1)] ^= 0x15;
		if (form_read(NULL, copy, sizeof whole - 1, &source, &form, &err, NULL) == 0) {
			form_free(form);
			read++;
		}
	}
	assert_true(read < sizeof whole / 7);
}

static void list_alone(void **state)
{
	static const char text[] = "choices kinds {\n\ta \"Satu\" \"One\" exit person\n\tb \"Dua\"\n}\n";
	struct choice_list *list;
	struct form_error err;

	(void)state;
	assert_int_equal(form_list_read("kinds", text, sizeof text - 1, &list, &err), 0);
	assert_int_equal(list->n, 2);
	assert_string_equal(list->v[0].more[1], "person");
	assert_null(list->v[1].label_en);
	form_list_free(list);
	assert_int_not_equal(form_list_read("other", text, sizeof text - 1, &list, &err), 0);
	assert_null(list);
}

/* A desk trusts forms read before the fork by this digest. Sabotages run: leave the name or the bytes out of it. */
static void digest_of_lists(void **state)
{
	struct form_list_id a[2] = { { "kota", { 1 } }, { "desa", { 2 } } }, b[2] = { { "desa", { 2 } }, { "kota", { 1 } } };
	struct form_list_id name[2] = { { "desa", { 2 } }, { "kotb", { 1 } } }, bytes[2] = { { "desa", { 3 } }, { "kota", { 1 } } };
	uint8_t want[32], got[32];

	(void)state;
	form_lists_digest(a, 2, want);
	form_lists_digest(b, 2, got);
	assert_memory_equal(want, got, 32);
	form_lists_digest(name, 2, got);
	assert_memory_not_equal(want, got, 32);
	form_lists_digest(bytes, 2, got);
	assert_memory_not_equal(want, got, 32);
	form_lists_digest(b, 1, got);
	assert_memory_not_equal(want, got, 32);
}

static int count_form(void *arg, const char *name, const char *text, size_t n)
{
	assert_true(n > 0 && text[n - 1] == '\n' && name[0] != '\0');
	++*(int *)arg;
	return 0;
}

static void forms_of_directory(void **state)
{
	const char *src = getenv("SRCDIR");
	struct form_dir *dir;
	uint8_t one[32], two[32];
	char path[512];
	int n = 0;

	(void)state;
	snprintf(path, sizeof path, "%s/forms", src != NULL ? src : ".");
	assert_int_equal(form_dir_open(path, &dir), 0);
	assert_int_equal(form_dir_forms(dir, count_form, &n), 0);
	assert_true(n >= 9);
	assert_int_equal(form_dir_lists(dir, one), 0);
	assert_int_equal(form_dir_lists(dir, two), 0);
	assert_memory_equal(one, two, 32);
	form_dir_close(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refused),
		cmocka_unit_test(refused_list),
		cmocka_unit_test(accepted),
		cmocka_unit_test(identity),
		cmocka_unit_test(lint),
		cmocka_unit_test(broken_bytes),
		cmocka_unit_test(list_alone),
		cmocka_unit_test(digest_of_lists),
		cmocka_unit_test(forms_of_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
