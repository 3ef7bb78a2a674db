/* Periods read as written, and faults are named with their line. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "date.h"
#include "err.h"
#include "period.h"

#define JUNE "period p-06 {\n\ttitle \"Juni 2026\"\n\tproduct usulan\n\tarea 99.01\n\topens-on 2026-06-01\n\tcloses-on 2026-06-11\n\tfinalise-by 2026-06-20\n}\n"
#define JULY "period p-07 {\n\ttitle \"Juli 2026\"\n\tproduct usulan\n\tarea 99.01\n\topens-on 2026-07-01\n\tcloses-on 2026-07-11\n\tfinalise-by 2026-07-20\n}\n"

static int read_text(const char *text, struct arena *a, struct period **v, size_t *n, struct period_error *err)
{
	arena_init(a, 1u << 20);
	return period_read(text, strlen(text), a, v, n, err);
}

static void reads(void **state)
{
	(void)state;
	struct arena a;
	struct period *v;
	size_t n;
	struct period_error err;
	assert_int_equal(read_text(JUNE JULY, &a, &v, &n, &err), 0);
	assert_int_equal(n, 2);
	assert_string_equal(v[0].title, "Juni 2026");
	assert_int_equal(v[0].closes_on, date_day(2026, 6, 11));
	assert_int_equal(v[1].finalise_by, date_day(2026, 7, 20));
	arena_clear(&a);
}

static const struct { const char *was, *now, *says; int line; } faults[] = {
	{ "period p-07", "periode p-07", "expected: period NAME", 9 },
	{ "period p-07", "period p-06", "stands twice", 9 },
	{ "title \"Juli 2026\"", "judul x", "no directive of a period", 10 },
	{ "area 99.01", "area 99.01 99.02", "takes one word", 4 },
	{ "opens-on 2026-07-01", "opens-on 2026-06-31", "takes a date", 13 },
	{ "opens-on 2026-07-01", "opens-on 2026-07-12", "closes before it opens", 9 },
	{ "finalise-by 2026-07-20", "finalise-by 2026-07-10", "before it closes", 9 },
	{ "finalise-by 2026-07-20", "", "needs title", 9 },
	{ "finalise-by 2026-07-20", "opens-on 2026-07-02", "stands twice", 15 },
	{ "opens-on 2026-07-01", "opens-on 2026-06-11", "overlap", 9 },
};

static void faults_are_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		char text[2000];
		const char *whole = JUNE JULY, *at = strstr(whole, faults[i].was);
		assert_non_null(at);
		snprintf(text, sizeof text, "%.*s%s%s", (int)(at - whole), whole, faults[i].now, at + strlen(faults[i].was));
		struct arena a;
		struct period *v;
		size_t n;
		struct period_error err;
		int r = read_text(text, &a, &v, &n, &err);
		if (r != ERR_PARSE || !strstr(err.text, faults[i].says) || err.line != faults[i].line)
			fail_msg("row %zu: %d, line %d: %s", i, r, err.line, err.text);
		arena_clear(&a);
	}
	struct arena a;
	struct period *v;
	size_t n;
	struct period_error err;
	assert_int_equal(read_text("# nothing\n", &a, &v, &n, &err), ERR_PARSE);
	arena_clear(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(reads), cmocka_unit_test(faults_are_named) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
