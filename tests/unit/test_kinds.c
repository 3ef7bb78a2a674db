/* Every kind of the flow, with the forms as they are shipped: a clerk's draft, sent, verified, validated, and what the register holds then.
 * A kind is a row: what it needs first, what the clerk answers, and one question to the tables. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "clock.h"
#include "dossier_world.h"
#include "flow.h"
#include "store.h"

static struct office o;

static int setup(void **state)
{
	(void)state;
	office_open(&o, true);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	office_invariants(&o);
	office_close(&o);
	return 0;
}

struct keyed { const char *field; uint32_t row; const char *value; };
#define ANSWERS 24
struct kind_test {
	const char *kind;
	bool household, other;                 /* which of the two it is about */
	const char *deliberation;              /* what the meeting said, where the kind needs one */
	bool visit;
	struct keyed answer[ANSWERS];
	const char *holds;                     /* SQL, 1 when the register holds it; $1 the household, $2 the other, $3 what came out */
};

/* Families of office_new(): 1 Siti, the head; 2 Budi, her husband; 3 Rina, their child. A table's order is the order they run in:
 * what a merge left is what the unmerge takes apart. */
static const struct kind_test kind_test[] = {
	{ .kind = "new", .deliberation = "layak", .visit = true,
	  .holds = "SELECT count(*) FROM household WHERE id = $3 AND state = 'active' AND address = 'Jalan Melati 7'" },
	{ .kind = "correction", .household = true, .answer = { { "address", 0, "Jalan Anggrek 17" }, { "mother", 2, "Sukarti" } },
	  .holds = "SELECT count(*) FROM household h JOIN membership m ON m.household = h.id JOIN person p ON p.id = m.person"
	           " WHERE h.id = $1 AND h.address = 'Jalan Anggrek 17' AND p.mother = 'Sukarti'" },
	{ .kind = "exit", .household = true, .deliberation = "keluar", .answer = { { "exit_reason", 0, "MAMPU" }, { "exit_on", 0, "2026-06-08" } },
	  .holds = "SELECT count(*) FROM household WHERE id = $1 AND state = 'exited' AND reason = 'MAMPU'" },
	{ .kind = "move", .household = true, .answer = { { "to_area", 0, "99.01.02.2001" }, { "moved_on", 0, "2026-06-08" }, { "address", 0, "Jalan Nangka 5" },
	  { "rt", 0, "2" }, { "rw", 0, "1" } },
	  .holds = "SELECT count(*) FROM household h JOIN area_code c ON c.area = h.area WHERE h.id = $1 AND c.code = '99.01.02.2001'" },
	{ .kind = "member_moves", .household = true, .other = true, .answer = { { "moved_on", 0, "2026-06-08" }, { "goes", 1, "2" }, { "goes", 2, "2" },
	  { "goes", 3, "1" }, { "new_relation", 3, "8" }, { "new_family_no", 3, "1" }, { "new_family_relation", 3, "8" } },
	  .holds = "SELECT (SELECT count(*) FROM membership WHERE household = $2 AND to_on IS NULL) = 4"
	           " AND (SELECT count(*) FROM membership WHERE household = $1 AND to_on IS NULL) = 2" },
	{ .kind = "head_died", .household = true, .answer = { { "died_on", 0, "2026-06-08" }, { "card_no_new", 0, "9901011911260001" }, { "new_relation", 2, "1" },
	  { "new_family_relation", 2, "1" }, { "new_relation", 3, "3" }, { "new_family_relation", 3, "3" } },
	  .holds = "SELECT count(*) FROM family_card WHERE household = $1 AND to_on IS NULL AND no = 9901011911260001" },
	{ .kind = "split", .household = true, .answer = { { "split_on", 0, "2026-06-08" }, { "card_no_new", 0, "9901011811260001" }, { "same_address", 0, "1" },
	  { "goes", 1, "2" }, { "goes", 2, "2" }, { "goes", 3, "1" }, { "new_relation", 3, "1" }, { "new_family_no", 3, "1" }, { "new_family_relation", 3, "1" } },
	  .holds = "SELECT count(*) FROM household h JOIN membership m ON m.household = h.id WHERE h.id = $3 AND h.split_from = $1" },
	{ .kind = "merge", .household = true, .other = true, .answer = { { "merged_on", 0, "2026-06-08" }, { "take_rest", 0, "1" } },
	  .holds = "SELECT count(*) FROM household WHERE id = $2 AND state = 'merged' AND merged_into = $1" },
	{ .kind = "unmerge", .household = true, .other = true, .answer = { { NULL } },
	  .holds = "SELECT count(*) FROM household WHERE id = $2 AND state = 'active' AND merged_into IS NULL" },
};

static int64_t held(const char *sql, const int64_t id[3])
{
	char text[600];
	size_t n = 0;

	for (; *sql != 0 && n < sizeof text - 24; sql++) {
		if (*sql == '$')
			n += (size_t)snprintf(text + n, 24, "%lld", (long long)id[*++sql - '1']);
		else
			text[n++] = *sql;
	}
	text[n] = 0;
	return store_fixture_int(&o.w.f, text);
}

/* The draft as the store opens it, answered and sent. */
static int64_t sent(const struct kind_test *k, const int64_t id[3])
{
	const struct form *form = world_form(&o.w, k->kind);
	struct rq_draft_open rq = { .kind = k->kind, .household = id[0], .other = strcmp(k->kind, "unmerge") != 0 ? id[1] : 0 };
	struct rp_draft_open rp;
	struct filling f, base;
	char state[32];

	filling_init(&f);
	filling_init(&base);
	if (office_run(&o, o.sari, OP_draft_open, &rq, &rp) != 0)
		fail_msg("%s: no draft", k->kind);
	assert_int_equal(wire_filling_from(rp.answers.v, rp.answers.n, rp.rows.v, rp.rows.n, &f), 0);
	assert_int_equal(wire_filling_from(rp.base_answers.v, rp.base_answers.n, rp.base_rows.v, rp.base_rows.n, &base), 0);
	int64_t draft = rp.draft;
	uint64_t saved = rp.saved;
	for (size_t i = 0; i < ANSWERS && k->answer[i].field != NULL; i++)
		world_set(form, &f, k->answer[i].field, k->answer[i].row, k->answer[i].value);
	world_complete(&o.w, form, &f, &base);
	saved = office_save(&o, o.sari, draft, saved, &f);
	int64_t d = office_submit(&o, o.sari, draft, saved, state);
	if (strcmp(state, "submitted") != 0)
		fail_msg("%s: %s", k->kind, state);
	filling_clear(&f);
	filling_clear(&base);
	return d;
}

static void must_fire(const struct kind_test *k, int64_t account, int64_t d, const char *event)
{
	struct buf b;

	if (office_fire(&o, account, d, 0, event, NULL) == 0)
		return;
	buf_init(&b, 0);
	for (size_t i = 0; i < o.w.f.findings.n; i++) {
		finding_text(&o.w.f.findings.v[i], &b);
		buf_putc(&b, ' ');
	}
	fail_msg("%s %s: %s", k->kind, event, buf_str(&b));
}

/* Sabotage: take the row of any kind out of kind_table of register_apply.c, or its apply function's last step: `validate` is refused, or the
 * register does not hold it. */
static void every_kind(void **state)
{
	static int64_t merged[2];
	(void)state;
	for (size_t i = 0; i < sizeof kind_test / sizeof *kind_test; i++) {
		const struct kind_test *k = &kind_test[i];
		bool again = strcmp(k->kind, "unmerge") == 0;
		int64_t id[3] = { 0 };
		int64_t d;

		if (k->household)
			id[0] = again ? merged[0] : office_household(&o, o.sari, o.w.village[0]);
		if (k->other)
			id[1] = again ? merged[1] : office_household(&o, o.sari, o.w.village[0]);
		merged[0] = id[0];
		merged[1] = id[1];
		d = k->household ? sent(k, id) : office_new(&o, o.sari, o.w.village[0], NULL);
		assert_int_equal(office_gate(&o, o.ratna, d, "documents", "lengkap"), 0);
		must_fire(k, o.ratna, d, "verify");
		if (k->deliberation != NULL) {
			assert_int_equal(office_fire(&o, o.hendra, d, 0, "validate", NULL), OP_REFUSED);
			assert_true(office_refused(&o, FIND_gate_closed));
			assert_int_equal(office_gate(&o, o.sari, d, "deliberation", k->deliberation), 0);
		}
		if (k->visit)
			assert_int_equal(office_gate(&o, o.ratna, d, "field_visit", "selesai"), 0);
		id[2] = 0;
		if (strcmp(k->kind, "new") != 0 && held(k->holds, id) == 1)
			fail_msg("%s: the register holds it before it is valid", k->kind);
		must_fire(k, o.hendra, d, "validate");
		id[2] = office_int(&o, "SELECT coalesce(result_household, 0) FROM dossier WHERE id = %lld", (long long)d);
		if (held(k->holds, id) != 1)
			fail_msg("%s: the register does not hold it", k->kind);
		office_invariants(&o);
	}
}

/* The table above has a row for every kind of the flow that is shipped. */
static void no_kind_forgotten(void **state)
{
	(void)state;
	assert_int_equal(office_int(&o, "SELECT count(DISTINCT kind) FROM dossier"), sizeof kind_test / sizeof *kind_test);
	assert_int_equal(store_flow(o.w.f.store, o.w.f.db, "dtks-2021")->nkind, sizeof kind_test / sizeof *kind_test);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_kind), cmocka_unit_test(no_kind_forgotten) };

	return cmocka_run_group_tests(tests, setup, teardown);
}
