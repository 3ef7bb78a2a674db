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
#include <sodium.h>
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

/* --- the head dies, a child splits off ---------------------------------------------------------------------------------- */

/* Whose name stands beside a card of a household as known at a number (0: now). */
static void card_says(int64_t household, int64_t seq, const char *no, const char *head)
{
	struct rq_household_show rq = { .household = household, .seq = seq };
	struct rp_household_show rp;

	assert_int_equal(store_fixture_run(&w.f, w.supervisor, OP_household_show, &rq, &rp), 0);
	for (size_t i = 0; i < rp.cards.n; i++)
		if (!strcmp(rp.cards.v[i].no, no)) {
			assert_string_equal(rp.cards.v[i].head, head);
			return;
		}
	fail_msg("no card %s", no);
}

/* How many persons a card number finds, all of them in the household. */
static size_t card_finds(const char *no, int64_t household)
{
	struct rq_person_find rq = { .text = no };
	struct rp_person_find rp;

	assert_int_equal(store_fixture_run(&w.f, w.supervisor, OP_person_find, &rq, &rp), 0);
	for (size_t i = 0; i < rp.rows.n; i++)
		assert_int_equal(rp.rows.v[i].household, household);
	return rp.rows.n;
}

static void test_head_dies_and_child_splits_off(void **state)
{
	static const struct world_person p[4] = { { "Pak Head", 1, "1960-01-02", "1", "1", "1" }, { "Bu Head", 2, "1962-03-04", "2", "1", "2" },
		{ "Anak Satu", 1, "1990-05-06", "3", "1", "3" }, { "Istri Satu", 2, "1992-07-08", "4", "1", "4" } };
	const struct form *hf = world_form(&w, "head_died"), *sf = world_form(&w, "split");
	int64_t h = new_family(w.village[2], 5001, p, 4), base = world_seq(&w), split_seq, fresh;
	struct filling f, after;
	char card[17], old[17];
	(void)state;
	world_card(old, 5001);
	world_card(card, 5002);
	filling_init(&f);
	filling_init(&after);
	world_prefill(&w, "head_died", h, 0, 0, &f);
	assert_string_equal(world_get(hf, &f, "died", 1), "1");
	world_set(hf, &f, "died_on", 0, "2026-04-01");
	world_set(hf, &f, "card_no_new", 0, card);
	const struct roster *ro = form_roster_named(hf, "member");
	for (uint32_t row = filling_row_next(&f, ro->number, 0); row != 0; row = filling_row_next(&f, ro->number, row)) {
		const char *name = world_get(hf, &f, "m_name", row);
		const char *relation = strcmp(name, "Bu Head") == 0 ? "1" : strcmp(name, "Anak Satu") == 0 ? "3" : strcmp(name, "Istri Satu") == 0 ? "4" : "";
		world_set(hf, &f, "new_relation", row, relation);
		world_set(hf, &f, "new_family_relation", row, relation);
	}
	applies("head_died", h, 0, 0, base, &f, NULL);
	now(h, &after);
	assert_int_equal(filling_row_count(&after, form_roster_named(w.q, "member")->number), 3);
	assert_string_equal(world_get(w.q, &after, "name", 1), "Bu Head");
	assert_string_equal(world_get(w.q, &after, "card_no", 1), card);
	struct rq_household_show rq = { .household = h };
	struct rp_household_show rp;
	assert_int_equal(store_fixture_run(&w.f, w.supervisor, OP_household_show, &rq, &rp), 0);
	assert_int_equal(rp.cards.n, 2);
	assert_string_equal(rp.cards.v[0].no, old);
	assert_string_equal(rp.cards.v[0].to_on, "2026-04-01");
	assert_string_equal(rp.cards.v[1].no, card);
	assert_string_equal(rp.cards.v[1].to_on, "");
	assert_int_equal(rp.history.n, 2);
	/* each card with its own head, the ended one with the head of then; the paper that a family still has finds it */
	card_says(h, 0, old, "Pak Head");
	card_says(h, 0, card, "Bu Head");
	card_says(h, base, old, "Pak Head");
	assert_int_equal(card_finds(card, h), 3);
	assert_int_equal(card_finds(old, h), 3);
	/* as it was known before: the old head and the old card */
	filling_clear(&after);
	filling_init(&after);
	assert_int_equal(register_filling(w.f.db, h, base, w.q, &after), 0);
	assert_string_equal(world_get(w.q, &after, "name", 1), "Pak Head");
	assert_string_equal(world_get(w.q, &after, "card_no", 1), old);

	filling_clear(&f);
	filling_init(&f);
	base = world_seq(&w);
	world_prefill(&w, "split", h, 0, 0, &f);
	ro = form_roster_named(sf, "member");
	for (uint32_t row = filling_row_next(&f, ro->number, 0); row != 0; row = filling_row_next(&f, ro->number, row)) {
		const char *name = world_get(sf, &f, "m_name", row);
		bool goes = strcmp(name, "Bu Head") != 0;
		world_set(sf, &f, "goes", row, goes ? "1" : "2");
		if (!goes)
			continue;
		world_set(sf, &f, "new_relation", row, strcmp(name, "Anak Satu") == 0 ? "1" : "2");
		world_set(sf, &f, "new_family_no", row, "1");
		world_set(sf, &f, "new_family_relation", row, strcmp(name, "Anak Satu") == 0 ? "1" : "2");
	}
	world_card(card, 5003);
	world_set(sf, &f, "split_on", 0, "2026-05-05");
	world_set(sf, &f, "card_no_new", 0, card);
	world_set(sf, &f, "same_address", 0, "1");
	world_complete(&w, sf, &f, NULL);
	applies("split", h, 0, 0, base, &f, &fresh);
	split_seq = w.last_seq;
	assert_int_not_equal(fresh, h);
	now(fresh, &after);
	assert_int_equal(filling_row_count(&after, form_roster_named(w.q, "member")->number), 2);
	assert_string_equal(world_get(w.q, &after, "name", 1), "Anak Satu");
	assert_string_equal(world_get(w.q, &after, "card_no", 1), card);
	assert_string_equal(world_get(w.q, &after, "address", 0), "Jalan Melati 7");
	now(h, &after);
	assert_int_equal(filling_row_count(&after, form_roster_named(w.q, "member")->number), 1);
	/* nobody is in two families: the memberships of those who went ended in the same operation that opened the new ones */
	char sql[256];
	snprintf(sql, sizeof sql, "SELECT count(*) FROM membership WHERE household = %" PRId64 " AND to_reason = 'split' AND seq = %" PRId64, h, split_seq);
	assert_int_equal(store_fixture_int(&w.f, sql), 2);
	filling_clear(&f);
	filling_clear(&after);
}

/* --- two records of one household: merged, a member corrected, unmerged -------------------------------------------------- */

static struct world_person twin_a[3] = { { "Wahyu Hidayat", 1, "1980-01-02", "1", "1", "1" }, { "Nur Aini", 2, "1982-03-04", "2", "1", "2" },
	{ "Rina Hidayat", 2, "2008-05-06", "3", "1", "3" } };
static struct world_person twin_b[3] = { { "Wahju Hidajat", 1, "1980-01-02", "1", "1", "1" }, { "Noer Aini", 2, "1982-03-04", "2", "1", "2" },
	{ "Mbok Sarinem", 2, "1950-07-08", "6", "1", "6" } };

static void test_merge_correct_unmerge(void **state)
{
	const struct form *mf = world_form(&w, "merge"), *uf = world_form(&w, "unmerge");
	int64_t winner = new_family(w.village[3], 6001, twin_a, 3), loser = new_family(w.village[3], 6002, twin_b, 3);
	struct filling f, c, before_w, before_l, after, at_submit;
	char card_w[17], card_l[17];
	(void)state;
	filling_init(&f);
	filling_init(&c);
	filling_init(&before_w);
	filling_init(&before_l);
	filling_init(&after);
	filling_init(&at_submit);
	now(loser, &c);
	world_set(w.q, &c, "address", 0, "Jalan Mawar 9");
	applies("correction", loser, 0, 0, world_seq(&w), &c, NULL);
	now(winner, &before_w);
	now(loser, &before_l);

	int64_t base = world_seq(&w);
	world_prefill(&w, "merge", winner, loser, 0, &f);
	const struct roster *pair = form_roster_named(mf, "pair"), *diff = form_roster_named(mf, "difference");
	assert_int_equal(filling_row_count(&f, pair->number), 3);
	size_t paired = 0;
	for (uint32_t row = filling_row_next(&f, pair->number, 0); row != 0; row = filling_row_next(&f, pair->number, row)) {
		if (world_get(mf, &f, "same_as", row)[0] != '\0') {
			paired++;
			continue;
		}
		world_set(mf, &f, "same_as", row, "0");          /* the grandmother comes over */
		world_set(mf, &f, "new_relation", row, "6");
		world_set(mf, &f, "new_family_no", row, "1");
		world_set(mf, &f, "new_family_relation", row, "6");
	}
	assert_int_equal(paired, 2);                             /* found in spite of the old spelling */
	world_set(mf, &f, "merged_on", 0, "2026-06-01");
	assert_int_not_equal(filling_row_count(&f, diff->number), 0);
	world_complete(&w, mf, &f, NULL);
	refused("merge", winner, loser, 0, base, &f, FIND_merge_choice_missing);
	for (uint32_t row = filling_row_next(&f, diff->number, 0); row != 0; row = filling_row_next(&f, diff->number, row))
		world_set(mf, &f, "d_take", row, strcmp(world_get(mf, &f, "d_label", row), "Alamat") == 0 ? "2" : "1");
	applies("merge", winner, loser, 0, base, &f, NULL);
	int64_t merged = w.last_seq;
	now(winner, &after);
	assert_int_equal(filling_row_count(&after, form_roster_named(w.q, "member")->number), 4);
	assert_string_equal(world_get(w.q, &after, "address", 0), "Jalan Mawar 9");
	assert_string_equal(world_get(w.q, &after, "name", 1), "Wahyu Hidayat");
	/* the number of either record finds the one there is now, and each card names its own head. Sabotage run: find_by_card without
	 * its UNION; card_head without membership_was */
	world_card(card_w, 6001);
	world_card(card_l, 6002);
	assert_int_equal(card_finds(card_w, winner), 4);
	assert_int_equal(card_finds(card_l, winner), 4);
	card_says(winner, 0, card_w, "Wahyu Hidayat");
	card_says(loser, 0, card_l, "Wahju Hidajat");
	card_says(loser, base, card_l, "Wahju Hidajat");

	/* a dossier whose household was merged away says where it went */
	world_set(w.q, &c, "hamlet", 0, "Ngemplak");
	refused("correction", loser, 0, 0, base, &c, FIND_household_gone);
	char number[24];
	snprintf(number, sizeof number, "%" PRId64, winner);
	assert_string_equal(finding_first(&w.f.findings, FIND_household_gone)->arg[0], number);

	/* another dossier corrects a member of one side, and one that stands for both */
	now(winner, &c);
	world_set(w.q, &c, "mother", row_named(&c, "Mbok Sarinem"), "Mbok Sinem");
	world_set(w.q, &c, "mother", row_named(&c, "Nur Aini"), "Siti Rahayu");
	applies("correction", winner, 0, 0, world_seq(&w), &c, NULL);

	filling_clear(&f);
	filling_init(&f);
	base = world_seq(&w);
	world_prefill(&w, "unmerge", winner, loser, 0, &f);
	const struct roster *later = form_roster_named(uf, "later");
	assert_int_equal(filling_row_count(&f, later->number), 1);
	assert_string_equal(world_get(uf, &f, "l_now", 1), "Siti Rahayu");
	filling_copy(&at_submit, &f);
	world_set(uf, &f, "l_goes", 1, "3");
	world_complete(&w, uf, &f, NULL);
	applies("unmerge", winner, loser, 0, base, &f, NULL);
	now(winner, &after);
	assert_int_equal(filling_row_count(&after, form_roster_named(w.q, "member")->number), 3);
	assert_string_equal(world_get(w.q, &after, "address", 0), world_get(w.q, &before_w, "address", 0));
	assert_string_equal(world_get(w.q, &after, "mother", row_named(&after, "Nur Aini")), "Siti Rahayu");
	now(loser, &after);
	assert_int_equal(filling_row_count(&after, form_roster_named(w.q, "member")->number), 3);
	assert_string_equal(world_get(w.q, &after, "name", 1), "Wahju Hidajat");
	assert_string_equal(world_get(w.q, &after, "mother", row_named(&after, "Noer Aini")), "Siti Rahayu");
	assert_string_equal(world_get(w.q, &after, "mother", row_named(&after, "Mbok Sarinem")), "Mbok Sinem");
	assert_string_equal(world_get(w.q, &after, "card_no", 1), world_get(w.q, &before_l, "card_no", 1));
	const struct roster *ro = form_roster_named(w.q, "member");
	for (uint32_t row = 1; row <= 3; row++)                  /* the old persons, under their old ids */
		assert_int_equal(filling_row_find(&after, ro->number, row)->subject, filling_row_find(&before_l, ro->number, row)->subject);
	assert_int_equal(card_finds(card_w, winner), 3);
	assert_int_equal(card_finds(card_l, loser), 3);
	card_says(winner, 0, card_w, "Wahyu Hidayat");
	card_says(loser, 0, card_l, "Wahju Hidajat");
	/* and as known right after the merge they are still one */
	filling_clear(&after);
	filling_init(&after);
	assert_int_equal(register_filling(w.f.db, winner, merged, w.q, &after), 0);
	assert_int_equal(filling_row_count(&after, ro->number), 4);
	refused("unmerge", winner, loser, 0, base, &at_submit, FIND_not_merged);
	filling_clear(&f);
	filling_clear(&c);
	filling_clear(&before_w);
	filling_clear(&before_l);
	filling_clear(&after);
	filling_clear(&at_submit);
}

/* --- one person in two families at once ---------------------------------------------------------------------------------- */

static void test_two_families_at_once(void **state)
{
	static const struct world_person p[2] = { { "Kepala Dua", 1, "1970-01-01", "1", "1", "1" }, { "Anak Dua", 1, "2001-01-02", "3", "1", "3" } };
	static const struct world_person q[1] = { { "Kepala Tiga", 1, "1971-01-01", "1", "1", "1" } };
	int64_t a = new_family(w.village[4], 7001, p, 2), b = new_family(w.village[4], 7002, q, 1);
	struct filling f, from;
	const struct roster *ro = form_roster_named(w.q, "member");
	(void)state;
	filling_init(&f);
	filling_init(&from);
	now(a, &from);
	now(b, &f);
	uint32_t row = row_named(&from, "Anak Dua");
	int64_t child = filling_row_find(&from, ro->number, row)->subject;
	assert_int_equal(filling_row_add(&f, ro->number, 2, child, 0), 0);
	for (size_t i = 0; i < w.q->nfield; i++)
		if (w.q->field[i].roster == ro->number)
			assert_int_equal(filling_set(&f, w.q->field[i].number, 2, filling_get(&from, w.q->field[i].number, row)), 0);
	refused("correction", b, 0, 0, world_seq(&w), &f, FIND_person_elsewhere);
	/* the same human under a new record: the number gives it away, at valid and only there */
	assert_int_equal(filling_row_add(&f, ro->number, 2, 0, 0), 0);
	refused("correction", b, 0, 0, world_seq(&w), &f, FIND_nik_in_use);
	assert_int_equal(world_try(&w, "correction", b, 0, 0, world_seq(&w), &f), 0);
	assert_true(world_refused_with(&w, FIND_nik_also_elsewhere));
	filling_clear(&f);
	filling_clear(&from);
}

/* --- areas ----------------------------------------------------------------------------------------------------------------- */

static void test_recode_and_split(void **state)
{
	char sql[256];
	int64_t before = store_fixture_int(&w.f, "SELECT count(*) FROM household_was"), v = w.village[5];
	struct w_code_change change = { .old = w.code[5], .new = "99.01.01.2066" };
	struct rq_area_recode recode = { .rows = { &change, 1 }, .on_date = "2026-06-10" };
	struct rp_area_recode recoded;
	(void)state;
	assert_int_equal(store_fixture_run(&w.f, w.admin, OP_area_recode, &recode, &recoded), 0);
	assert_int_equal(store_fixture_int(&w.f, "SELECT count(*) FROM household_was"), before);

	snprintf(sql, sizeof sql, "SELECT count(*) FROM household WHERE area = %" PRId64, v);
	int64_t all = store_fixture_int(&w.f, sql);
	snprintf(sql, sizeof sql, "SELECT min(id) FROM household WHERE area = %" PRId64 " AND state = 'active'", v);
	int64_t one = store_fixture_int(&w.f, sql), base = world_seq(&w);
	struct w_split_part part = { .household = one };
	struct rq_area_split split = { .area = v, .code = "99.01.01.2067", .name = "Desa Contoh Baru", .on_date = "2026-06-11", .parts = { &part, 1 } };
	struct rp_area_split made;
	assert_int_equal(store_fixture_run(&w.f, w.admin, OP_area_split, &split, &made), 0);
	assert_int_equal(made.households, 1);
	assert_int_equal(store_fixture_int(&w.f, "SELECT count(*) FROM household_was"), before + 1);
	assert_int_equal(store_fixture_int(&w.f, sql) != one, all > 1);
	/* and it stands in the household's history, by whom, though there is no dossier; not before it happened */
	struct rq_household_show look = { .household = one };
	struct rp_household_show shown;
	assert_int_equal(store_fixture_run(&w.f, w.supervisor, OP_household_show, &look, &shown), 0);
	assert_true(shown.history.n > 1);
	assert_string_equal(shown.history.v[0].what, "area_split");
	assert_string_not_equal(shown.history.v[0].actor, "");
	look.seq = base;
	assert_int_equal(store_fixture_run(&w.f, w.supervisor, OP_household_show, &look, &shown), 0);
	assert_string_not_equal(shown.history.v[0].what, "area_split");
	/* by neighbourhood, the rest of RT 1 / RW 2 */
	part = (struct w_split_part){ .neighbourhood = "RT 001/RW 002" };
	assert_int_equal(store_fixture_run(&w.f, w.admin, OP_area_split, &split, &made), 0);
	assert_int_equal(made.households, all - 1);
	assert_int_equal(store_fixture_int(&w.f, "SELECT count(*) FROM household_was"), before + all);

	/* a dossier that names the village as it was is returned; one that moves the family out of it still holds */
	struct filling f;
	filling_init(&f);
	static const struct world_person q[1] = { { "Kepala Empat", 1, "1971-01-01", "1", "1", "1" } };
	char card[17];
	world_card(card, 7101);
	world_household(&w, &f, 7101, card, q, 1);
	refused("new", 0, 0, v, base, &f, FIND_area_split_since);
	const struct form *mf = world_form(&w, "move");
	filling_clear(&f);
	filling_init(&f);
	world_prefill(&w, "move", one, 0, base, &f);
	world_set(mf, &f, "to_area", 0, w.code[6]);
	world_set(mf, &f, "moved_on", 0, "2026-06-11");
	world_set(mf, &f, "address", 0, "Jalan Baru 1");
	world_set(mf, &f, "rt", 0, "1");
	world_set(mf, &f, "rw", 0, "1");
	world_complete(&w, mf, &f, NULL);
	applies("move", one, 0, 0, base, &f, NULL);
	filling_clear(&f);
}

/* --- a frozen period ------------------------------------------------------------------------------------------------------- */

struct frozen { int64_t seq; uint8_t digest[32]; uint64_t households[WORLD_VILLAGES], persons[WORLD_VILLAGES]; };

static void freeze(struct frozen *z, int64_t seq)
{
	uint8_t line[32];
	crypto_hash_sha256_state st;
	z->seq = seq;
	crypto_hash_sha256_init(&st);
	for (size_t i = 0; i < nhouse; i++) {
		assert_int_equal(register_line_hash(w.f.db, house[i], seq, line), 0);
		crypto_hash_sha256_update(&st, line, sizeof line);
	}
	crypto_hash_sha256_final(&st, z->digest);
	for (int i = 0; i < WORLD_VILLAGES; i++)
		assert_int_equal(register_recap(w.f.db, w.village[i], seq, &z->households[i], &z->persons[i]), 0);
}

static void same_frozen(const struct frozen *z)
{
	struct frozen again;
	freeze(&again, z->seq);
	assert_memory_equal(again.digest, z->digest, 32);
	assert_memory_equal(again.households, z->households, sizeof z->households);
	assert_memory_equal(again.persons, z->persons, sizeof z->persons);
}

static struct frozen period;

static void test_frozen_period(void **state)
{
	uint64_t h, p;
	size_t done = 0;
	unsigned seed = 4711;
	(void)state;
	freeze(&period, world_seq(&w));
	for (int i = 0; i < WORLD_VILLAGES; i++) {               /* the live counters say what a full count says */
		assert_int_equal(register_recap(w.f.db, w.village[i], 0, &h, &p), 0);
		assert_int_equal(h, period.households[i]);
		assert_int_equal(p, period.persons[i]);
	}
	double t0 = ms();
	while (done < 300) {
		int64_t id = house[rand_r(&seed) % nhouse];
		struct filling f;
		char text[32];
		int kind = rand_r(&seed) % 3;
		filling_init(&f);
		snprintf(text, sizeof text, "Jalan Acak %zu", done);
		if (kind == 0) {
			now(id, &f);
			world_set(w.q, &f, "address", 0, text);
			done += world_apply(&w, "correction", id, 0, 0, world_seq(&w), &f, NULL) == 0;
		} else if (kind == 1) {
			const struct form *mf = world_form(&w, "move");
			world_prefill(&w, "move", id, 0, 0, &f);
			world_set(mf, &f, "to_area", 0, w.code[6 + rand_r(&seed) % 6]);
			world_set(mf, &f, "moved_on", 0, "2026-06-01");
			world_set(mf, &f, "address", 0, text);
			world_set(mf, &f, "rt", 0, "1");
			world_set(mf, &f, "rw", 0, "1");
			world_complete(&w, mf, &f, NULL);
			done += world_apply(&w, "move", id, 0, 0, world_seq(&w), &f, NULL) == 0;
		} else {
			const struct form *ef = world_form(&w, "exit");
			world_prefill(&w, "exit", id, 0, 0, &f);
			world_set(ef, &f, "exit_reason", 0, "PINDAH");
			world_set(ef, &f, "exit_on", 0, "2026-06-02");
			done += world_apply(&w, "exit", id, 0, 0, world_seq(&w), &f, NULL) == 0;
		}
		filling_clear(&f);
	}
	print_message("# 300 changes, %.2f ms each\n", (ms() - t0) / 300);
	same_frozen(&period);
	struct frozen fresh;
	freeze(&fresh, world_seq(&w));
	assert_memory_not_equal(fresh.digest, period.digest, 32);     /* control: the digest does see the changes */
	for (int i = 0; i < WORLD_VILLAGES; i++) {
		assert_int_equal(register_recap(w.f.db, w.village[i], 0, &h, &p), 0);
		assert_int_equal(h, fresh.households[i]);
		assert_int_equal(p, fresh.persons[i]);
	}
}

/* --- one person erased ----------------------------------------------------------------------------------------------------- */

static void test_erasure(void **state)
{
	struct filling f;
	struct rp_person_erase rp;
	char sql[512];
	(void)state;
	filling_init(&f);
	now(house[0], &f);
	const struct roster *ro = form_roster_named(w.q, "member");
	uint32_t row = row_named(&f, "Dewi Lestari");
	struct rq_person_erase rq = { .person = filling_row_find(&f, ro->number, row)->subject, .reason = "permintaan sendiri" };
	world_set(w.q, &f, "mother", 1, "Diubah sebelum penghapusan");
	int64_t base = world_seq(&w);
	assert_int_equal(store_fixture_run(&w.f, w.admin, OP_person_erase, &rq, &rp), 0);
	assert_string_equal(rp.state, "asked");
	assert_int_equal(store_fixture_run(&w.f, w.admin, OP_person_erase, &rq, &rp), OP_REFUSED);
	assert_true(world_refused_with(&w, FIND_second_account));
	assert_int_equal(store_fixture_run(&w.f, w.admin2, OP_person_erase, &rq, &rp), 0);
	assert_string_equal(rp.state, "erased");
	/* every version is empty, the lines still close, the other persons are untouched */
	snprintf(sql, sizeof sql, "SELECT count(*) FROM (SELECT name FROM person WHERE id = %" PRId64 " UNION ALL SELECT name FROM person_was WHERE id = %" PRId64
	         ") WHERE name IS NOT NULL", rq.person, rq.person);
	assert_int_equal(store_fixture_int(&w.f, sql), 0);
	same_frozen(&period);
	/* what was typed before, with the erased person's answers in it, is refused */
	refused("correction", house[0], 0, 0, base, &f, FIND_person_erased);
	struct rq_person_find find = { .text = "Dewi Lestari" };
	struct rp_person_find found;
	assert_int_equal(store_fixture_run(&w.f, w.supervisor, OP_person_find, &find, &found), 0);
	for (size_t i = 0; i < found.rows.n; i++)
		assert_int_not_equal(found.rows.v[i].person, rq.person);
	filling_clear(&f);
}

/* --- search ------------------------------------------------------------------------------------------------------------------ */

static void test_search(void **state)
{
	struct rq_person_find rq = { .text = "Moh. Sholeh" };
	struct rp_person_find rp;
	(void)state;
	for (int keyed = 0; keyed < 2; keyed++) {                /* before and after the keys are made */
		assert_int_equal(store_fixture_run(&w.f, w.supervisor, OP_person_find, &rq, &rp), 0);
		bool found = false;
		for (size_t i = 0; i < rp.rows.n; i++)
			found |= strcmp(rp.rows.v[i].name, "Muhammad Saleh") == 0 && rp.rows.v[i].household == house[0];
		if (!found)
			fail_msg("Muhammad Saleh is not found (%d), %" PRIu64 " hits", keyed, rp.total);
		assert_int_equal(db_begin(w.f.db), 0);
		while (register_index_tick(w.f.db, 256) > 0)
			;
		assert_int_equal(db_commit(w.f.db), 0);
	}
	char nik[17];
	world_nik(nik, 1, "1975-03-12", 11);
	rq = (struct rq_person_find){ .text = nik };
	double t0 = ms();
	assert_int_equal(store_fixture_run(&w.f, w.supervisor, OP_person_find, &rq, &rp), 0);
	print_message("# by NIK: %.2f ms\n", ms() - t0);
	assert_int_equal(rp.rows.n, 1);
	/* an operator of another village finds nothing, and nothing tells him that there is something */
	int64_t other = store_fixture_account(&w.f, "joko", "operator", w.village[11]);
	assert_int_equal(store_fixture_run(&w.f, other, OP_person_find, &rq, &rp), 0);
	assert_int_equal(rp.rows.n, 0);
	assert_int_equal(rp.total, 0);
}

static void test_figures(void **state)
{
	struct filling f;
	size_t n = 0;
	double t0 = ms();
	(void)state;
	for (size_t i = 0; i < nhouse && n < 200; i += 7, n++) {
		filling_init(&f);
		assert_int_equal(register_filling(w.f.db, house[i], period.seq, w.q, &f), 0);
		filling_clear(&f);
	}
	print_message("# a household as of a number: %.3f ms; file %.2f MB\n", (ms() - t0) / (double)n,
	              (double)store_fixture_int(&w.f, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size") / 1e6);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_register_2000),
		cmocka_unit_test(test_two_changes_from_one_base),
		cmocka_unit_test(test_head_dies_and_child_splits_off),
		cmocka_unit_test(test_merge_correct_unmerge),
		cmocka_unit_test(test_two_families_at_once),
		cmocka_unit_test(test_recode_and_split),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_frozen_period),
		cmocka_unit_test(test_erasure),
		cmocka_unit_test(test_figures),
	};
	(void)argc;
	(void)argv;
	world_open(&w, "forms/questionnaire/bdt2015.form");
	int r = cmocka_run_group_tests(tests, NULL, NULL);
	world_close(&w);
	return r;
}
