/* test_form_property.c - what holds for every form and every filling.
 *
 * Random forms (rules over earlier fields, rosters, rows of rows) and the shipped questionnaire, filled in at
 * random with good
 * values, wrong ones and rubbish: the validator survives, calculating twice changes nothing, a submission of a
 * submission is
 * itself, nothing hidden is in a submission or has a finding, and what normalising made is not changed by
 * normalising again.
 * Sabotage, run once: checking_relevant() always true (hidden answers are found in the submission); calc_order reversed
 * (calculating twice differs). The seed is printed; FORM_SEED and FORM_ROUNDS repeat and lengthen a run. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "check.h"
#include "form.h"
#include "random.h"

#define TODAY 20781
#define ROUNDS 400

static unsigned rounds(void)
{
	const char *s = getenv("FORM_ROUNDS");

	return s != NULL ? (unsigned)atoi(s) : ROUNDS;
}

static const struct check_env env = { .today = TODAY };

static const char *const rubbish[] = {
	"x", "0", "-1", "99999999999999999999", "2026-02-30", "1980-02-07", "1e9", "\xff\xfe", "a\033[2Jb", "9901015207800004",
	"99 01", "3,50E+15", "\xe2\x80\xae" "abc", "1 2 3", " ", "true", "36.5", "NaN", "\xf0\x9f\x98\x80", "a\nb",
};

static void random_value(const struct field *f, char *out, size_t size)
{
	uint32_t n = random_below(10);

	if (n < 2) {
		snprintf(out, size, "%s", rubbish[random_below(sizeof rubbish / sizeof rubbish[0])]);
		return;
	}
	if (f->choices != NULL) {
		snprintf(out, size, "%s", f->choices->v[random_below((uint32_t)f->choices->n)].code);
		return;
	}
	switch (f->type) {
	case FIELD_INTEGER: case FIELD_DECIMAL:
		snprintf(out, size, "%u", random_below(n < 6 ? 10 : 2000));
		break;
	case FIELD_DATE:
		snprintf(out, size, "%04u-%02u-%02u", 1930 + random_below(97), 1 + random_below(12), 1 + random_below(28));
		break;
	case FIELD_NIK: case FIELD_CARD:
		snprintf(out, size, "990101%02u%02u%02u%04u", 1 + random_below(72), 1 + random_below(13), random_below(100),
			random_below(30));
		break;
	case FIELD_AREA:
		snprintf(out, size, "99.01.01.200%u", random_below(9));
		break;
	default:
		snprintf(out, size, "teks %u", random_below(50));
	}
}

static void random_filling(const struct form *form, struct filling *f)
{
	char value[200];

	for (size_t r = 0; r < form->nroster; r++)
		for (uint32_t row = 1; row <= random_below(6); row++) {
			uint32_t of = form->roster[r].of != 0 ? filling_row_next(f, form->roster[r].of, 0) : 0;

			if (form->roster[r].of == 0 || of != 0)
				assert_int_equal(
					filling_row_add(f, form->roster[r].number, row, random_below(2) != 0 ? row * 10 : 0, of), 0);
		}
	for (size_t i = 0; i < form->nfield; i++) {
		const struct field *field = &form->field[i];
		uint32_t row = 0;

		do {
			if (field->roster != 0 && (row = filling_row_next(f, field->roster, row)) == 0)
				break;
			if (random_below(8) == 0)
				continue;
			random_value(field, value, sizeof value);
			assert_int_equal(filling_set(f, field->number, row, value), 0);
		} while (field->roster != 0);
	}
}

static bool same(const struct filling *a, const struct filling *b)
{
	if (a->n != b->n || a->nrow != b->nrow)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (a->v[i].field != b->v[i].field || a->v[i].row != b->v[i].row || strcmp(a->v[i].value, b->v[i].value) != 0)
			return false;
	return a->nrow == 0 || memcmp(a->row, b->row, a->nrow * sizeof *a->row) == 0;
}

static void check_laws(const struct form *form, const struct filling *given)
{
	struct filling once, twice, sent, sent_again;
	struct finding_list findings;

	filling_init(&once);
	filling_init(&twice);
	filling_init(&sent);
	filling_init(&sent_again);
	finding_list_init(&findings);
	assert_int_equal(filling_copy(&once, given), 0);
	assert_int_equal(form_calculate(form, &once, &env), 0);
	assert_int_equal(filling_copy(&twice, &once), 0);
	assert_int_equal(form_calculate(form, &twice, &env), 0);
	assert_true(same(&once, &twice));
	assert_int_equal(form_check(form, &once, &env, &findings), 0);
	for (size_t i = 0; i < findings.n; i++) {
		const struct field *f = form_field(form, findings.v[i].field);

		assert_true(f == NULL || form_relevant(form, &once, f, findings.v[i].row, &env) || f->roster != 0);
	}
	assert_int_equal(form_submission(form, given, &env, &sent), 0);
	assert_int_equal(form_submission(form, &sent, &env, &sent_again), 0);
	assert_true(same(&sent, &sent_again));
	for (size_t i = 0; i < sent.n; i++)
		assert_true(form_relevant(form, &once, form_field(form, sent.v[i].field), sent.v[i].row, &env));
	for (size_t i = 0; i < given->n; i++) {
		const struct field *f = form_field(form, given->v[i].field);
		struct buf typed, again;

		buf_init(&typed, 0);
		buf_init(&again, 0);
		if (form_normalise(f, given->v[i].value, TODAY, &typed) == 0) {
			assert_int_equal(form_normalise(f, buf_str(&typed), TODAY, &again), 0);
			assert_string_equal(buf_str(&typed), buf_str(&again));
		}
		buf_reset(&again);
		form_show_value(f, given->v[i].value, "id", &again);
		assert_null(strchr(buf_str(&again), '\033'));
		buf_clear(&typed);
		buf_clear(&again);
	}
	finding_list_clear(&findings);
	filling_clear(&once);
	filling_clear(&twice);
	filling_clear(&sent);
	filling_clear(&sent_again);
}

/* A rule over fields that stand before number n: its own roster's, or the household's. */
static void random_rule(struct buf *b, uint32_t n, uint32_t first, bool number)
{
	static const char *const shapes[] = {
		"${f%u} = 1", "${f%u} != ''", "${f%u} > 3 or ${f%u} = ''", "not(selected(${f%u}, '2')) and ${f%u} < 9", "string-length(${f%u}) > 2",
		"coalesce(${f%u}, 0) >= ${f%u}", "regex(${f%u}, '[0-9]+') or ${f%u} mod 2 = 1", "${f%u}",
	};
	static const char *const numbers[] = {
		"${f%u} + ${f%u}", "round(${f%u} div 7, 2)", "if(${f%u} > 2, ${f%u}, '')", "concat(${f%u}, '-', ${f%u})", "age(${f%u}, today())", "${f%u} > 3",
	};
	uint32_t a = first + random_below(n - first), c = first + random_below(n - first);

	/* every shape is one of the literals above */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
	buf_printf(b, number ? numbers[random_below(6)] : shapes[random_below(8)], a, c);
#pragma GCC diagnostic pop
}

static void random_form(struct buf *b)
{
	static const char *const types[] = { "integer", "text", "date", "decimal", "nik", "card", "one", "many", "calc",
		"area" };
	uint32_t n = 1, first = 1, roster = 0;
	bool outside;

	buf_puts(b, "form any 1 {\n\ttitle id \"Acak\"\n}\n");
	for (uint32_t s = 1; s <= 3; s++) {
		buf_printf(b, "section %u s%u {\n\tlabel id \"S\"\n", s, s);
		if (s > 1 && random_below(2) == 0)
			buf_printf(b, "\trelevant \"${f1} != %u\"\n", random_below(4));
		buf_puts(b, "}\n");
		if (s == 2 || (s == 3 && random_below(2) == 0)) {
			buf_printf(b, "roster %u r%u {\n\tlabel id \"R\"\n\tsubject %s\n", 9000 + s, s, s == 2 ? "person" : "row");
			if (s == 3)
				buf_puts(b, "\tof r2\n");
			buf_puts(b, "}\n");
			roster = s;
			first = n;
		} else {
			roster = 0;
		}
		outside = s == 3 && roster == 0;       /* the household again: it reads the fields of section 1 only */
		for (uint32_t k = 0; k < 8; k++, n++) {
			const char *type = types[random_below(10)];
			bool calc = strcmp(type, "calc") == 0 && n > first && roster != 3;

			buf_printf(
				b, "field %u f%u %s {\n\tlabel id \"F\"\n", n, n, strcmp(type, "calc") == 0 && !calc ? "text" : type);
			if (type[0] == 'o' || type[0] == 'm')
				buf_puts(b, "\tchoices {\n\t\t1 \"Satu\"\n\t\t2 \"Dua\"\n\t\t3 \"Tiga\"\n\t}\n");
			if (calc) {
				buf_puts(b, "\tcalculate \"");
				random_rule(b, outside ? 9 : n, outside ? 1 : first, true);
				buf_puts(b, "\"\n");
			}
			if (n > first && roster != 3 && random_below(3) == 0) {
				buf_puts(b, "\trelevant \"");
				random_rule(b, outside ? 9 : n, outside ? 1 : first, false);
				buf_puts(b, "\"\n");
			}
			if (!calc && random_below(3) == 0)
				buf_puts(b, "\trequired\n");
			if (!calc && random_below(3) == 0)
				buf_puts(b, "\tconstraint \"string-length(.) > 1\"\n");
			buf_puts(b, "}\n");
		}
		if (s == 2 && random_below(2) == 0)
			buf_printf(b,
				"section 7 s7 {\n\tlabel id \"S\"\n}\nfield 500 total calc {\n\tcalculate \"sum(${f%u}) + count(${r2})\"\n}\n",
				first);
	}
}

static void any_form(void **state)
{
	(void)state;
	for (unsigned i = 0; i < rounds(); i++) {
		struct form_error err;
		struct form *form;
		struct buf text;

		buf_init(&text, 0);
		random_form(&text);
		if (form_read("any", buf_str(&text), text.len, NULL, &form, &err, NULL) != 0)
			fail_msg("line %d: %s\n%s", err.line, err.text, buf_str(&text));
		for (int k = 0; k < 4; k++) {
			struct filling f;

			filling_init(&f);
			random_filling(form, &f);
			check_laws(form, &f);
			filling_clear(&f);
		}
		form_free(form);
		buf_clear(&text);
	}
}

static void questionnaire(void **state)
{
	const char *src = getenv("SRCDIR");
	struct form_source source;
	struct form_error err;
	struct form_dir *dir;
	struct form *form;
	const char *text;
	char path[1000];
	size_t n;

	(void)state;
	snprintf(path, sizeof path, "%s/forms", src != NULL ? src : ".");
	assert_int_equal(form_dir_open(path, &dir), 0);
	source = form_dir_source(dir);
	text = form_dir_form(dir, "bdt2015", &n);
	assert_non_null(text);
	if (form_read("bdt2015", text, n, &source, &form, &err, NULL) != 0)
		fail_msg("line %d: %s", err.line, err.text);
	for (unsigned i = 0; i < rounds(); i++) {
		struct filling f;

		filling_init(&f);
		random_filling(form, &f);
		check_laws(form, &f);
		filling_clear(&f);
	}
	form_free(form);
	form_dir_close(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(any_form), cmocka_unit_test(questionnaire) };
	const char *seed = getenv("FORM_SEED");

	random_seed(seed != NULL ? strtoull(seed, NULL, 10) : 2015);
	printf("# seed %s\n", seed != NULL ? seed : "2015");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
