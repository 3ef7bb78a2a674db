/* test_check.c - the validator, rule by rule, on a small household form.
 *
 * Sabotage, run once: inherited() always true (test inherited fails), presence_member() ignored in check_niks (test
 * relations), checking_required() without the look at relevance (test hidden). */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "check.h"
#include "err.h"

#define TODAY 20781    /* 2026-11-24 */

static const char text[] =
	"form house 1 {\n\ttitle id \"Rumah\"\n}\n"
	"section 1 rumah {\n\tlabel id \"Rumah\"\n}\n"
	"field 1 alamat text {\n\tlabel id \"Alamat\"\n\tmax 20\n\trequired\n\tstore household.address\n}\n"
	"field 2 terang one {\n\tlabel id \"Penerangan\"\n\tchoices {\n\t\t1 \"listrik PLN\" \"mains\"\n\t\t2 \"listrik non PLN\"\n\t\t3 \"bukan listrik\"\n\t}\n}\n"
	"field 3 daya integer {\n\tlabel id \"Daya\"\n\trelevant \"${terang} = 1\"\n\trequired\n\trange 1 6\n}\n"
	"field 4 luas decimal {\n\tlabel id \"Luas\"\n\tscale 2\n\tconstraint \". > 1\"\n\tmessage id \"Terlalu kecil.\"\n}\n"
	"field 5 harta many {\n\tlabel id \"Harta\"\n\tchoices {\n\t\t1 \"sapi\"\n\t\t2 \"kerbau\"\n\t\t3 \"kuda\"\n\t}\n\tchoice_filter \". != 3 or ${terang} = 3\"\n}\n"
	"field 6 desa area {\n\tlabel id \"Desa\"\n}\n"
	"field 7 foto file {\n\tlabel id \"Foto\"\n}\n"
	"field 8 lebih calc {\n\tcalculate \"${daya} * 2\"\n}\n"
	"field 9 aneh calc {\n\tcalculate \"date(${ketik})\"\n}\n"
	"field 10 ketik text {\n\tlabel id \"Ketik\"\n}\n"
	"field 11 pekerja calc {\n\tcalculate \"sum(if(${kerja} = 1, 1, 0))\"\n}\n"
	"field 12 catatan text {\n\tlabel id \"Catatan\"\n\tmultiline\n\trequired \"${pekerja} > 1\"\n}\n"
	"section 2 anggota {\n\tlabel id \"Anggota\"\n}\n"
	"roster 400 member {\n\tlabel id \"Anggota\"\n\tsubject person\n\tmin 1\n\tmax 5\n}\n"
	"field 401 nama text {\n\tlabel id \"Nama\"\n\trequired\n\tupper\n\tstore person.name\n}\n"
	"field 402 nik nik {\n\tlabel id \"NIK\"\n\tstore person.nik\n}\n"
	"field 403 sebab text {\n\tlabel id \"Sebab\"\n\trelevant \"${nik} = ''\"\n\trequired\n\tstore person.nik_reason\n}\n"
	"field 404 jk one {\n\tlabel id \"JK\"\n\tchoices {\n\t\t1 \"laki-laki\"\n\t\t2 \"perempuan\"\n\t}\n\tstore person.sex\n}\n"
	"field 405 lahir date {\n\tlabel id \"Lahir\"\n\tstore person.birth_on\n}\n"
	"field 406 hubungan integer {\n\tlabel id \"Hub\"\n\tstore membership.relation\n}\n"
	"field 407 nuk integer {\n\tlabel id \"NUK\"\n\tstore membership.family_no\n}\n"
	"field 408 hubkel integer {\n\tlabel id \"Hubkel\"\n\tstore membership.family_relation\n}\n"
	"field 409 ada integer {\n\tlabel id \"Ada\"\n\tstore membership.presence\n}\n"
	"field 410 umur calc {\n\tcalculate \"age(${lahir}, today())\"\n}\n"
	"field 411 kk card {\n\tlabel id \"KK\"\n\tstore family_card.no\n}\n"
	"section 3 kerja {\n\tlabel id \"Kerja\"\n\troster member\n\trelevant \"${umur} >= 5\"\n}\n"
	"field 420 kerja one {\n\tlabel id \"Kerja\"\n\tyesno 12\n\trequired\n}\n"
	"field 421 urutan calc {\n\tcalculate \"position(..)\"\n}\n"
	"section 4 usaha {\n\tlabel id \"Usaha\"\n}\n"
	"roster 600 usaha_r {\n\tlabel id \"Usaha\"\n\tof member\n}\n"
	"field 601 omzet integer {\n\tlabel id \"Omzet\"\n\trelevant \"${kerja} = 1\"\n\tmax 4\n}\n";

static bool area_known(void *arg, const char *code)
{
	(void)arg;
	return strcmp(code, "99.01.01.2001") == 0;
}

static bool prefix_known(void *arg, const char *six)
{
	(void)arg;
	return strcmp(six, "990101") == 0;
}

static struct form *form;
static struct filling f;
static struct finding_list found;
static struct check_env env;

static int begin(void **state)
{
	struct form_error err;

	(void)state;
	if (form_read(NULL, text, strlen(text), NULL, &form, &err, NULL) != 0) {
		print_message("line %d: %s\n", err.line, err.text);
		return -1;
	}
	return 0;
}

static int end(void **state)
{
	(void)state;
	form_free(form);
	return 0;
}

static int fresh(void **state)
{
	(void)state;
	filling_init(&f);
	finding_list_init(&found);
	env = (struct check_env){
		.today = TODAY, .area_known = area_known, .nik_prefix_known = prefix_known, .village = "99.01.01.2001"
	};
	return 0;
}

static int clear(void **state)
{
	(void)state;
	filling_clear(&f);
	finding_list_clear(&found);
	return 0;
}

static void set(uint32_t field, uint32_t row, const char *value)
{
	assert_int_equal(filling_set(&f, field, row, value), 0);
}

static void member(uint32_t row, int64_t person, const char *nik, const char *relation, const char *family_relation)
{
	assert_int_equal(filling_row_add(&f, 400, row, person, 0), 0);
	set(401, row, "SITI");
	set(402, row, nik);
	set(406, row, relation);
	set(408, row, family_relation);
}

/* A household without a fault. */
static void good(void)
{
	set(1, 0, "Jl. Melati 7");
	member(1, 71, "9901015207800004", "1", "1");
	set(404, 1, "2");
	set(405, 1, "1980-07-12");
	set(420, 1, "1");
	member(2, 72, "9901010101240001", "3", "3");
	set(404, 2, "1");
	set(405, 2, "2024-01-01");
}

static const struct finding *find(enum finding_code code, uint32_t field, uint32_t row)
{
	for (size_t i = 0; i < found.n; i++)
		if (found.v[i].code == code && found.v[i].field == field && found.v[i].row == row)
			return &found.v[i];
	return NULL;
}

static void check(void)
{
	finding_list_clear(&found);
	finding_list_init(&found);
	assert_int_equal(form_check(form, &f, &env, &found), 0);
}

static size_t blocks(void)
{
	size_t n = 0;

	for (size_t i = 0; i < found.n; i++)
		n += found.v[i].severity == SEV_BLOCK;
	return n;
}

static void clean(void **state)
{
	(void)state;
	good();
	check();
	for (size_t i = 0; i < found.n; i++)
		print_message("# code %u field %u row %u\n", found.v[i].code, found.v[i].field, found.v[i].row);
	assert_int_equal(blocks(), 0);
	assert_non_null(find(FIND_birth_default, 405, 2));
}

static void empty(void **state)
{
	(void)state;
	check();
	assert_non_null(find(FIND_required, 1, 0));
	assert_non_null(find(FIND_too_few_rows, 400, 0));
	assert_null(find(FIND_required, 3, 0));            /* hidden: not asked */
	assert_true(finding_list_blocks(&found));
}

/* One wrong answer, one finding. row: a member's when the field stands in the roster. */
struct row { uint32_t field; const char *value; enum finding_code code; };
static const struct row faults[] = {
	{ 1, "\xff\xfe", FIND_bad_utf8 }, { 1, "a\033[2J", FIND_control_character }, { 1, "a\xe2\x80\xae" "b", FIND_hidden_character },
	{ 1, "a\xe2\x80\x8b" "b", FIND_hidden_character }, { 1, "ini lebih dari dua puluh huruf", FIND_too_long },
	{ 1, "a\xf0\x9f\x98\x80", FIND_emoji }, { 1, "a\nb", FIND_control_character }, { 1, "a\xcc\x81\xcc\x81\xcc\x81\xcc\x81", FIND_too_many_marks },
	{ 2, "7", FIND_no_such_choice }, { 2, "listrik", FIND_no_such_choice },
	{ 4, "abc", FIND_not_a_number }, { 4, "1,5", FIND_not_a_number }, { 4, "1.555", FIND_not_a_number }, { 4, "1e3", FIND_not_a_number },
	{ 4, "0.5", FIND_constraint }, { 5, "1 9", FIND_no_such_choice }, { 5, "1 3", FIND_no_such_choice },
	{ 6, "99.01.01.2009", FIND_area_unknown }, { 6, "99.01", FIND_area_unknown }, { 6, "desa", FIND_area_unknown },
	{ 7, "foto.jpg", FIND_bad_file }, { 10, "2026-02-30", FIND_NONE },
	{ 402, "990101520780000", FIND_nik_length }, { 402, "99010152078000O4", FIND_nik_digits }, { 402, "9901015207800000", FIND_nik_serial_zero },
	{ 402, "9901017207800004", FIND_nik_date }, { 402, "9901015213800004", FIND_nik_date }, { 402, "9901013002800004", FIND_nik_date },
	{ 402, "9,90E+15", FIND_nik_scientific }, { 402, "9901011207800004", FIND_nik_sex }, { 402, "9901015307800004", FIND_nik_birth },
	{ 402, "9902015207800004", FIND_nik_area_unknown },
	{ 405, "2026-02-30", FIND_not_a_date }, { 405, "12-07-1980", FIND_not_a_date }, { 405, "2027-01-02", FIND_date_future },
	{ 405, "1920-05-05", FIND_birth_old }, { 411, "99010124112600", FIND_card_length }, { 411, "9901013213260001", FIND_card_date },
	{ 411, "9901012411260000", FIND_card_serial_zero }, { 411, "990101241126000x", FIND_card_digits },
};

static void each_fault(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		uint32_t row = faults[i].field > 400 ? 1 : 0;
		bool alone = false;

		fresh(NULL);
		good();
		set(faults[i].field, row, faults[i].value);
		check();
		if (faults[i].code != FIND_NONE && find(faults[i].code, faults[i].field, row) == NULL) {
			for (size_t k = 0; k < found.n; k++)
				print_message("# code %u field %u row %u\n", found.v[k].code, found.v[k].field, found.v[k].row);
			fail_msg("fault %zu: field %u value %s: code %d is missing", i, faults[i].field, faults[i].value,
				faults[i].code);
		}
		/* the same when the field is left */
		finding_list_clear(&found);
		finding_list_init(&found);
		assert_int_equal(form_check_field(form, &f, form_field(form, faults[i].field), row, &env, &found), 0);
		for (size_t k = 0; k < found.n; k++)
			alone = alone || found.v[k].code == (uint32_t)faults[i].code;
		assert_true(alone || faults[i].code == FIND_NONE);
		clear(NULL);
	}
	fresh(NULL);
}

static void severities(void **state)
{
	(void)state;
	good();
	set(402, 1, "9901011307800004");
	check();
	assert_int_equal(find(FIND_nik_sex, 402, 1)->severity, SEV_WARN);
	assert_int_equal(find(FIND_nik_birth, 402, 1)->severity, SEV_WARN);
	assert_int_equal(blocks(), 0);
	set(402, 1, "9901017207800004");
	check();
	assert_int_equal(find(FIND_nik_date, 402, 1)->severity, SEV_BLOCK);
	assert_true(finding_info(FIND_nik_date)->may_override);
}

/* A hidden answer stays in the filling, counts as unanswered, is not checked, and is left out of the submission. */
static void hidden(void **state)
{
	const struct field *daya = form_field(form, 3);
	struct filling sent;

	(void)state;
	good();
	set(2, 0, "1");
	assert_true(form_relevant(form, &f, daya, 0, &env));
	assert_true(form_required(form, &f, daya, 0, &env));
	check();
	assert_non_null(find(FIND_required, 3, 0));
	set(3, 0, "5");
	assert_int_equal(form_calculate(form, &f, &env), 0);
	assert_string_equal(filling_get(&f, 8, 0), "10");
	set(2, 0, "3");
	assert_false(form_relevant(form, &f, daya, 0, &env));
	assert_false(form_required(form, &f, daya, 0, &env));
	assert_int_equal(form_calculate(form, &f, &env), 0);
	assert_string_equal(filling_get(&f, 8, 0), "");
	assert_string_equal(filling_get(&f, 3, 0), "5");
	set(3, 0, "77");
	check();
	assert_null(find(FIND_number_range, 3, 0));
	filling_init(&sent);
	assert_int_equal(form_submission(form, &f, &env, &sent), 0);
	assert_string_equal(filling_get(&sent, 3, 0), "");
	assert_string_equal(filling_get(&sent, 1, 0), "Jl. Melati 7");
	filling_clear(&sent);
}

/* In a roster a field means this row's value, in an aggregate every row's; a section's rule hides by row. */
static void rosters(void **state)
{
	const struct field *work = form_field(form, 420);

	(void)state;
	good();
	assert_false(form_relevant(form, &f, work, 1, &env));  /* not calculated yet: umur is unanswered */
	assert_int_equal(form_calculate(form, &f, &env), 0);
	assert_true(form_relevant(form, &f, work, 1, &env));
	assert_false(form_relevant(form, &f, work, 2, &env));
	assert_string_equal(filling_get(&f, 410, 1), "46");
	assert_string_equal(filling_get(&f, 410, 2), "2");
	assert_string_equal(filling_get(&f, 421, 1), "1");
	assert_string_equal(filling_get(&f, 421, 2), "");
	assert_string_equal(filling_get(&f, 11, 0), "1");
	/* the answer of a hidden row does not count, though it is there */
	set(420, 2, "1");
	assert_int_equal(form_calculate(form, &f, &env), 0);
	assert_string_equal(filling_get(&f, 11, 0), "1");
	set(405, 2, "2010-01-01");
	assert_int_equal(form_calculate(form, &f, &env), 0);
	assert_string_equal(filling_get(&f, 11, 0), "2");
	check();
	assert_non_null(find(FIND_required, 12, 0));
	/* a business belongs to a member and reads the member's answers */
	assert_int_equal(filling_row_add(&f, 600, 1, 0, 1), 0);
	assert_int_equal(filling_row_add(&f, 600, 2, 0, 2), 0);
	set(420, 2, "2");
	assert_true(form_relevant(form, &f, form_field(form, 601), 1, &env));
	assert_false(form_relevant(form, &f, form_field(form, 601), 2, &env));
	set(601, 1, "10000");
	check();
	assert_non_null(find(FIND_number_range, 601, 1));
}

/* own() inside a function over rows is the row the rule stands in. NUK 2 loses its head, so its others are asked, and nobody else.
 * Sabotage: resolve own() like any field (each row's): then both families are asked. */
static void own_row(void **state)
{
	static const char rule[] =
		"form own 1 {\n\ttitle id \"Milik\"\n}\nsection 1 s {\n\tlabel id \"S\"\n}\nroster 10 r {\n\tlabel id \"R\"\n}\n"
		"field 11 nuk integer {\n\tlabel id \"N\"\n}\nfield 12 pergi one {\n\tlabel id \"P\"\n\tyesno 12\n}\n"
		"field 13 baru text {\n\tlabel id \"B\"\n\trelevant \"any(${pergi} = '1' and ${nuk} = own(${nuk}))\"\n}\n";
	static const char *const nuk[] = { "1", "1", "2", "2", "" };
	struct form_error err;
	struct form *own = NULL;
	struct filling a;
	struct check_env today = { .today = TODAY };

	(void)state;
	assert_int_equal(form_read("own", rule, sizeof rule - 1, NULL, &own, &err, NULL), 0);
	filling_init(&a);
	for (uint32_t row = 1; row <= 5; row++) {
		assert_int_equal(filling_row_add(&a, 10, row, 0, 0), 0);
		assert_int_equal(filling_set(&a, 11, row, nuk[row - 1]), 0);
		assert_int_equal(filling_set(&a, 12, row, row == 3 ? "1" : "2"), 0);
	}
	for (uint32_t row = 1; row <= 5; row++)
		assert_int_equal(form_relevant(own, &a, form_field(own, 13), row, &today), row == 3 || row == 4);
	filling_clear(&a);
	form_free(own);
}

static void relations(void **state)
{
	(void)state;
	good();
	set(402, 2, "9901015207800004");
	check();
	assert_non_null(find(FIND_nik_twice_here, 402, 2));
	assert_string_equal(find(FIND_nik_twice_here, 402, 2)->arg[0], "1");
	set(409, 2, "5");                                  /* entered by mistake: gone, so it is no second person */
	check();
	assert_null(find(FIND_nik_twice_here, 402, 2));
	set(409, 2, "");
	set(402, 2, "9901010101240001");
	set(406, 2, "1");
	check();
	assert_non_null(find(FIND_head_twice, 406, 2));
	set(406, 1, "2");
	set(406, 2, "3");
	check();
	assert_non_null(find(FIND_head_missing, 406, 1));
	set(406, 1, "1");
	set(407, 2, "2");                                  /* a second family card without a head */
	check();
	assert_non_null(find(FIND_family_head_missing, 408, 2));
	assert_string_equal(find(FIND_family_head_missing, 408, 2)->arg[0], "2");
	set(408, 2, "1");
	check();
	assert_int_equal(blocks(), 0);
	set(407, 2, "");
	check();
	assert_non_null(find(FIND_family_head_twice, 408, 2));
	set(409, 1, "2");                                  /* the head has died */
	set(408, 2, "3");
	check();
	assert_non_null(find(FIND_head_missing, 406, 2));
	assert_non_null(find(FIND_family_head_missing, 408, 2));
}

static void structure(void **state)
{
	(void)state;
	good();
	set(999, 0, "x");
	set(401, 9, "x");
	set(1, 3, "x");
	assert_int_equal(filling_row_add(&f, 777, 1, 0, 0), 0);
	assert_int_equal(filling_row_add(&f, 600, 1, 0, 8), 0);
	check();
	assert_int_equal(blocks(), 5);
	for (uint32_t row = 3; row <= 6; row++)
		member(row, 0, "", "3", "3");
	check();
	assert_non_null(find(FIND_too_many_rows, 400, 0));
	assert_non_null(find(FIND_nik_missing_reason, 403, 6));
}

/* Block only what this dossier introduces. */
static void inherited(void **state)
{
	struct filling base;

	(void)state;
	good();
	set(402, 1, "9901017207800004");                   /* day 72 */
	set(406, 2, "1");                                  /* two heads */
	set(1, 0, "");                                     /* never answered */
	filling_init(&base);
	assert_int_equal(filling_copy(&base, &f), 0);
	env.base = &base;
	check();
	assert_int_equal(find(FIND_nik_date, 402, 1)->severity, SEV_WARN);
	assert_int_equal(find(FIND_head_twice, 406, 2)->severity, SEV_WARN);
	assert_int_equal(find(FIND_required, 1, 0)->severity, SEV_WARN);
	assert_int_equal(blocks(), 0);
	/* the same fault typed anew is this dossier's */
	set(402, 1, "9901017307800004");
	check();
	assert_int_equal(find(FIND_nik_date, 402, 1)->severity, SEV_BLOCK);
	/* rows are matched by person, not by number */
	set(402, 1, "9901017207800004");
	assert_int_equal(filling_row_drop(&f, form, 400, 2), 0);
	check();
	assert_non_null(find(FIND_row_missing, 400, 0));
	member(3, 72, "9901017107240001", "1", "3");
	check();
	assert_null(find(FIND_row_missing, 400, 0));
	assert_int_equal(find(FIND_nik_date, 402, 1)->severity, SEV_WARN);
	assert_int_equal(find(FIND_head_twice, 406, 3)->severity, SEV_WARN);
	/* a new row inherits nothing */
	member(4, 0, "9901017207800004", "3", "3");
	check();
	assert_int_equal(find(FIND_nik_date, 402, 4)->severity, SEV_BLOCK);
	assert_int_equal(find(FIND_nik_twice_here, 402, 4)->severity, SEV_BLOCK);
	filling_clear(&base);
}

/* What a form for an event asks is never inherited: it does not stand in the register. */
static void inherited_kind(void **state)
{
	static const char kind[] =
		"form exit 1 {\n\ttitle id \"Keluar\"\n\tkind exit\n}\nsection 1 s {\n\tlabel id \"S\"\n}\n"
		"field 1 sebab text {\n\tlabel id \"Sebab\"\n\trequired\n}\n";
	struct form_error err;
	struct filling base;
	struct form *form2;

	(void)state;
	assert_int_equal(form_read(NULL, kind, strlen(kind), NULL, &form2, &err, NULL), 0);
	filling_init(&base);
	env.base = &base;
	assert_int_equal(form_check(form2, &f, &env, &found), 0);
	assert_int_equal(find(FIND_required, 1, 0)->severity, SEV_BLOCK);
	form_free(form2);
}

static void failing_rule(void **state)
{
	(void)state;
	good();
	set(10, 0, "2026-02-30");
	check();
	assert_non_null(find(FIND_expression_failed, 9, 0));
	set(10, 0, "2026-02-28");
	check();
	assert_null(find(FIND_expression_failed, 9, 0));
}

static void choices(void **state)
{
	const struct field *harta = form_field(form, 5);

	(void)state;
	assert_true(form_choice_open(form, &f, harta, 0, "1", &env));
	assert_false(form_choice_open(form, &f, harta, 0, "3", &env));
	assert_false(form_choice_open(form, &f, harta, 0, "9", &env));
	set(2, 0, "3");
	assert_true(form_choice_open(form, &f, harta, 0, "3", &env));
}

struct typed { uint32_t field; const char *typed, *kept, *shown; };   /* kept NULL: refused */
static const struct typed typings[] = {
	{ 1, "  Jl. Melati  7 ", "Jl. Melati  7", NULL }, { 1, "a\tb", NULL, "a\xc2\xb7" "b" }, { 401, "siti nur'aini", "SITI NUR'AINI", NULL },
	{ 401, "jos\xc3\xa9", "JOS\xc3\x89", NULL }, { 12, "a\nb", "a\nb", NULL },
	{ 2, "1", "1", "1 listrik PLN" }, { 2, "01", "1", NULL }, { 2, "Listrik PLN", "1", NULL }, { 2, "listrik", NULL, "listrik" }, { 2, "buk", "3", NULL },
	{ 2, "mains", "1", NULL }, { 2, "9", NULL, "9" }, { 420, "y", "1", NULL }, { 420, "T", "2", NULL }, { 420, "tidak", "2", NULL },
	{ 3, "0005", "5", NULL }, { 3, "1 500", "1500", NULL }, { 3, "1.500.000", "1500000", NULL }, { 3, "1.50", NULL, NULL }, { 3, "-0", "0", NULL },
	{ 3, "-12", "-12", NULL }, { 3, "abc", NULL, NULL }, { 3, "1e3", NULL, NULL }, { 3, "+5", NULL, NULL }, { 3, "4,5", NULL, NULL },
	{ 4, "36,50", "36.5", "36,50" }, { 4, "36.5", "36.5", "36,5" }, { 4, "1.500", "1500", NULL }, { 4, "1.500,25", "1500.25", NULL }, { 4, "1.5.2", NULL, NULL },
	{ 4, "36,00", "36", NULL }, { 4, ",5", NULL, NULL },
	{ 405, "07021980", "1980-02-07", NULL }, { 405, "7-2-1980", "1980-02-07", NULL }, { 405, "1980-02-07", "1980-02-07", "07-02-1980" },
	{ 405, "30-02-1980", NULL, NULL }, { 405, "7-2-80", NULL, "7-2-80" },
	{ 402, "9901 0152 0780 0004", "9901015207800004", NULL }, { 402, "9901015207800004", "9901015207800004", "9901 0152 0780 0004" },
	{ 402, "99010152078", "99010152078", "99010152078" }, { 402, "99O1", NULL, NULL },
	{ 5, "3 1,1", "1 3", NULL }, { 5, "kuda sapi", "1 3", NULL }, { 5, "1 3", "1 3", "1 sapi, 3 kuda" }, { 5, "1 9", NULL, NULL },
	{ 6, "9901012001", "99.01.01.2001", NULL }, { 6, "99.01.01.2001", "99.01.01.2001", NULL },
	{ 8, "12.5", NULL, "12,5" }, { 1, "", "", "" }, { 3, "   ", "", NULL },
};

static void typing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof typings / sizeof typings[0]; i++) {
		const struct field *field = form_field(form, typings[i].field);
		struct buf out;
		int rc;

		buf_init(&out, 0);
		rc = form_normalise(field, typings[i].typed, TODAY, &out);
		if (field->type != FIELD_CALC &&
			(typings[i].kept == NULL ? rc != ERR_PARSE : rc != 0 || strcmp(buf_str(&out), typings[i].kept) != 0))
			fail_msg("row %zu: %s -> rc %d %s", i, typings[i].typed, rc, buf_str(&out));
		buf_reset(&out);
		form_show_value(field, typings[i].typed, "id", &out);
		if (typings[i].shown != NULL && strcmp(buf_str(&out), typings[i].shown) != 0)
			fail_msg("row %zu: %s is shown as %s", i, typings[i].typed, buf_str(&out));
		buf_clear(&out);
	}
}

#define T(name) cmocka_unit_test_setup_teardown(name, fresh, clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(clean),
		T(empty),
		T(each_fault),
		T(severities),
		T(hidden),
		T(rosters),
		T(relations),
		T(own_row),
		T(structure),
		T(inherited),
		T(inherited_kind),
		T(failing_rule),
		T(choices),
		T(typing),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
