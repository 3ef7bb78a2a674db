/* test_register_scenario.c - the change model, played as one office would live it.
 *
 * The office has 2,000 households in 12 villages; each step builds on the one before. What the rules promise is asked of the
 * register through its own functions, and where it matters of the rows themselves. */
#include "config.h"
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include "clock.h"
#include "register_world.h"

static struct world w;
static int64_t house[2000];
static size_t nhouse;

static const struct world_person family[5] = {
	{ "Muhammad Saleh", 1, "1975-03-12", "1", "1", "1" }, { "Siti Aminah", 2, "1978-08-30", "2", "1", "2" },
	{ "Budi Santoso", 1, "2000-01-15", "3", "1", "3" },   { "Dewi Lestari", 2, "2004-11-02", "3", "1", "3" },
	{ "Mbah Karto", 1, "1948-05-05", "6", "2", "1" },
};

static double ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void show_findings(const char *what)
{
	for (size_t i = 0; i < w.f.findings.n; i++) {
		struct buf b;
		buf_init(&b, 0);
		finding_text(&w.f.findings.v[i], &b);
		print_message("# %s: %u field %u row %u: %s\n", what, w.f.findings.v[i].code, w.f.findings.v[i].field, w.f.findings.v[i].row, buf_str(&b));
		buf_clear(&b);
	}
}

static void applies(const char *kind, int64_t household, int64_t other, int64_t area, int64_t base, const struct filling *f, int64_t *result)
{
	if (world_apply(&w, kind, household, other, area, base, f, result) != 0) {
		show_findings(kind);
		fail_msg("%s was refused", kind);
	}
}

static void refused(const char *kind, int64_t household, int64_t other, int64_t area, int64_t base, const struct filling *f, enum finding_code code)
{
	assert_int_equal(world_apply(&w, kind, household, other, area, base, f, NULL), OP_REFUSED);
	if (!world_refused_with(&w, code)) {
		show_findings(kind);
		fail_msg("%s was not refused with %d", kind, code);
	}
}

static int64_t new_family(int64_t village, unsigned n, const struct world_person *p, size_t count)
{
	struct filling f;
	char card[17];
	int64_t id;
	filling_init(&f);
	world_card(card, n);
	world_household(&w, &f, n, card, p, count);
	applies("new", 0, 0, village, world_seq(&w), &f, &id);
	filling_clear(&f);
	return id;
}

static void now(int64_t household, struct filling *f)
{
	filling_clear(f);
	filling_init(f);
	assert_int_equal(register_filling(w.f.db, household, 0, w.q, f), 0);
}

static uint32_t row_named(const struct filling *f, const char *name)
{
	const struct roster *ro = form_roster_named(w.q, "member");
	for (uint32_t r = filling_row_next(f, ro->number, 0); r != 0; r = filling_row_next(f, ro->number, r))
		if (strcmp(world_get(w.q, f, "name", r), name) == 0)
			return r;
	return 0;
}

/* --- 2,000 households; one of five with the whole questionnaire -------------------------------------------------------- */

static void test_register_2000(void **state)
{
	static const char *const first[] = { "Agus", "Bambang", "Cahyo", "Dedi", "Eko", "Fajar", "Gunawan", "Hadi", "Imam", "Joko" };
	(void)state;
	size_t most = getenv("HOUSEHOLDS") != NULL ? (size_t)atoi(getenv("HOUSEHOLDS")) : 2000;
	double t0 = ms();
	house[nhouse++] = new_family(w.village[0], 1, family, 5);
	for (unsigned n = 2; n <= most; n++) {
		char a[32], b[32];
		struct world_person p[3] = { { a, 1, "1970-02-03", "1", "1", "1" }, { b, 2, "1972-04-05", "2", "1", "2" }, { "Anak Pertama", 1, "2010-06-07", "3", "1", "3" } };
		snprintf(a, sizeof a, "%s Nomor%c%c", first[n % 10], 'a' + (int)(n / 26 % 26), 'a' + (int)(n % 26));
		snprintf(b, sizeof b, "Sri Nomor%c%c", 'a' + (int)(n / 26 % 26), 'a' + (int)(n % 26));
		house[nhouse++] = new_family(w.village[n % WORLD_VILLAGES], n, p, 1 + n % 3);
	}
	print_message("# %zu households registered, %.2f ms each\n", nhouse, (ms() - t0) / (double)nhouse);
	assert_int_equal(store_fixture_int(&w.f, "SELECT count(*) FROM household"), nhouse);
	struct filling f;
	filling_init(&f);
	now(house[0], &f);
	assert_int_equal(filling_row_count(&f, form_roster_named(w.q, "member")->number), 5);
	assert_string_equal(world_get(w.q, &f, "name", 1), "Muhammad Saleh");
	assert_string_equal(world_get(w.q, &f, "family_no", row_named(&f, "Mbah Karto")), "2");
	assert_string_equal(world_get(w.q, &f, "address", 0), "Jalan Melati 7");
	filling_clear(&f);
}

/* --- merging by field --------------------------------------------------------------------------------------------------- */

static void test_two_changes_from_one_base(void **state)
{
	struct filling birth, move, a, b, after;
	const struct form *mf = world_form(&w, "move");
	int64_t h = house[0], base = world_seq(&w);
	(void)state;
	filling_init(&birth);
	filling_init(&move);
	filling_init(&a);
	filling_init(&b);
	filling_init(&after);
	world_prefill(&w, "correction", h, 0, 0, &birth);
	world_set(w.q, &birth, "birth_on", row_named(&birth, "Budi Santoso"), "2000-01-16");
	world_prefill(&w, "move", h, 0, 0, &move);
	assert_string_equal(world_get(mf, &move, "address", 0), "");
	world_set(mf, &move, "to_area", 0, w.code[1]);
	world_set(mf, &move, "moved_on", 0, "2026-05-01");
	world_set(mf, &move, "address", 0, "Jalan Kenanga 3");
	world_set(mf, &move, "rt", 0, "4");
	world_set(mf, &move, "rw", 0, "5");
	world_complete(&w, mf, &move, NULL);
	applies("correction", h, 0, 0, base, &birth, NULL);
	applies("move", h, 0, 0, base, &move, NULL);
	now(h, &after);
	assert_string_equal(world_get(w.q, &after, "birth_on", row_named(&after, "Budi Santoso")), "2000-01-16");
	assert_string_equal(world_get(w.q, &after, "address", 0), "Jalan Kenanga 3");
	assert_int_equal(store_fixture_int(&w.f, "SELECT count(*) FROM household WHERE address = 'Jalan Kenanga 3'"), 1);

	/* the same field, two values: the second one comes back whole */
	base = world_seq(&w);
	now(h, &a);
	now(h, &b);
	world_set(w.q, &a, "mother", 1, "Sukarsih");
	world_set(w.q, &b, "mother", 1, "Sukarti");
	world_set(w.q, &b, "hamlet", 0, "Ngaglik");
	applies("correction", h, 0, 0, base, &a, NULL);
	refused("correction", h, 0, 0, base, &b, FIND_conflict);
	const struct finding *c = finding_first(&w.f.findings, FIND_conflict);
	assert_string_equal(c->arg[0], "Sukarsih");
	assert_non_null(strstr(c->arg[1], "2026-"));
	now(h, &after);
	assert_string_equal(world_get(w.q, &after, "hamlet", 0), "");
	filling_clear(&birth);
	filling_clear(&move);
	filling_clear(&a);
	filling_clear(&b);
	filling_clear(&after);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_register_2000),
		cmocka_unit_test(test_two_changes_from_one_base),
	};
	(void)argc;
	(void)argv;
	world_open(&w, "forms/questionnaire/bdt2015.form");
	int r = cmocka_run_group_tests(tests, NULL, NULL);
	world_close(&w);
	return r;
}
