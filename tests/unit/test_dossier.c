/* A dossier from the first key to the frozen batch: every operation in its good case, and each way in which it is refused. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "clock.h"
#include "dossier_world.h"
#include "intake.h"
#include "lease.h"

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

static int save_text(int64_t account, int64_t draft, uint64_t saved, uint64_t field, const char *value, struct rp_draft_save *rp)
{
	struct w_answer a = { .field = field, .value = value };
	struct rq_draft_save rq = { .draft = draft, .saved = saved, .answers = { &a, 1 }, .field = field };
	return office_run(&o, account, OP_draft_save, &rq, rp);
}

/* Sabotage: leave out the comparison of `saved` in op_draft_save(): the older save is then taken. */
static void draft_lives(void **state)
{
	(void)state;
	struct rp_draft_save rp;
	uint64_t address = form_field_named(o.w.q, "address")->number;
	int64_t d = office_draft(&o, o.sari, "new", 0, o.w.village[0], NULL);
	assert_int_equal(d, office_draft(&o, o.sari, "new", 0, o.w.village[0], NULL));        /* untouched: the same again */
	assert_int_equal(save_text(o.sari, d, 0, address, "Jl. Mawar 1", &rp), 0);
	assert_int_equal(rp.saved, 1);
	assert_int_equal(save_text(o.sari, d, 0, address, "Jl. Mawar 1", &rp), 0);            /* sent twice */
	assert_int_equal(rp.saved, 1);
	assert_int_equal(save_text(o.sari, d, 0, address, "Jl. Lama", &rp), OP_REFUSED);      /* an older hand */
	assert_true(office_refused(&o, FIND_draft_newer));
	assert_int_equal(save_text(o.sari, d, 1, address, "Jl. Mawar 2", &rp), 0);
	assert_int_equal(save_text(o.joko, d, 2, address, "x", &rp), OP_REFUSED);             /* not his */
	assert_true(office_refused(&o, FIND_not_permitted));
	assert_int_equal(save_text(o.sari, d, 2, address, "a\x1b[2J", &rp), OP_REFUSED);
	assert_true(office_refused(&o, FIND_control_character));
	assert_int_equal(save_text(o.sari, d, 2, 999999, "x", &rp), OP_REFUSED);
	assert_true(office_refused(&o, FIND_no_such_field));
	assert_int_not_equal(d, office_draft(&o, o.sari, "new", 0, o.w.village[0], NULL));    /* touched: another family */
	struct rq_draft_open again = { .draft = d };
	struct rp_draft_open got;
	assert_int_equal(office_run(&o, o.sari, OP_draft_open, &again, &got), 0);
	assert_int_equal(got.saved, 2);
	assert_int_equal(got.field, address);
	assert_string_equal(got.answers.v[0].value, "Jl. Mawar 2");
	again.draft = d;
	assert_int_equal(office_run(&o, o.joko, OP_draft_open, &again, &got), OP_REFUSED);
	struct rq_draft_open far = { .kind = "new", .area = o.w.village[1] };
	assert_int_equal(office_run(&o, o.sari, OP_draft_open, &far, &got), OP_REFUSED);
	assert_true(office_refused(&o, FIND_not_permitted));
	struct rq_draft_drop drop = { .draft = d };
	struct rp_draft_drop rpd;
	assert_int_equal(office_run(&o, o.joko, OP_draft_drop, &drop, &rpd), OP_REFUSED);
	assert_int_equal(office_run(&o, o.sari, OP_draft_drop, &drop, &rpd), 0);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM draft WHERE id = %lld", (long long)d), 0);
}

static void incomplete_is_refused(void **state)
{
	(void)state;
	struct rp_draft_save saved;
	int64_t d = office_draft(&o, o.sari, "new", 0, o.w.village[0], NULL);
	assert_int_equal(save_text(o.sari, d, 0, form_field_named(o.w.q, "address")->number, "Jl. Mawar 1", &saved), 0);
	struct rq_dossier_submit rq = { .draft = d, .saved = 1 };
	struct rp_dossier_submit rp;
	assert_int_equal(office_run(&o, o.sari, OP_dossier_submit, &rq, &rp), OP_REFUSED);
	assert_true(office_refused(&o, FIND_required));
	rq.saved = 0;
	assert_int_equal(office_run(&o, o.sari, OP_dossier_submit, &rq, &rp), OP_REFUSED);
	assert_true(office_refused(&o, FIND_draft_newer));
	assert_int_equal(office_int(&o, "SELECT count(*) FROM dossier"), 0);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM draft"), 1);
}

static void gate_told(int64_t d)
{
	struct rq_dossier_show rq = { .dossier = d };
	struct rp_dossier_show rp;
	assert_int_equal(office_run(&o, o.ratna, OP_dossier_show, &rq, &rp), 0);
	for (size_t i = 0; i < rp.events.n; i++) {
		if (strcmp(rp.events.v[i].name, "verify") != 0)
			continue;
		if (strstr(rp.events.v[i].hindered_by, "dokumen 10 Juni 2026: kurang") == NULL)
			fail_msg("%s", rp.events.v[i].hindered_by);
		assert_null(strstr(rp.events.v[i].hindered_by, "Belum lengkap"));
		return;
	}
	fail_msg("no event verify");
}

/* Sabotage of its gates: dossier_hinder_gates() puts a closed gate among the missing ones. */
static void whole_way(void **state)
{
	(void)state;
	char s[32];
	uint64_t fence;
	int64_t d = office_new(&o, o.sari, o.w.village[0], s);
	assert_string_equal(s, "submitted");
	assert_int_equal(office_int(&o, "SELECT count(*) FROM draft"), 0);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM dossier WHERE number = '2026-000001' AND due_on = '2026-06-19'"), 1);
	/* the queue: one holder, under a number */
	assert_int_equal(office_next(&o, o.ratna, "verification", &fence), d);
	assert_int_equal(fence, 1);
	uint64_t none;
	assert_int_equal(office_next(&o, o.hendra, "verification", &none), 0);
	assert_int_equal(office_fire(&o, o.hendra, d, 0, "verify", NULL), OP_REFUSED);
	assert_true(office_refused(&o, FIND_gate_closed));
	assert_int_equal(office_gate(&o, o.hendra, d, "documents", "lengkap"), OP_REFUSED);   /* in ratna's hands */
	assert_true(office_refused(&o, FIND_held_by_other));
	assert_int_equal(office_gate(&o, o.ratna, d, "documents", "kurang"), 0);
	/* A result that closes is told as such, by gate and result: it is not merely missing. */
	assert_int_equal(office_fire(&o, o.ratna, d, fence, "verify", NULL), OP_REFUSED);
	assert_true(office_refused(&o, FIND_gate_shut));
	assert_false(office_refused(&o, FIND_gate_closed));
	gate_told(d);
	assert_int_equal(office_gate(&o, o.ratna, d, "documents", "lengkap"), 0);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM gate_was WHERE state = 'kurang'"), 1);
	assert_int_equal(office_fire(&o, o.hendra, d, 0, "verify", NULL), OP_REFUSED);
	assert_true(office_refused(&o, FIND_held_by_other));
	assert_int_equal(office_fire(&o, o.ratna, d, fence + 1, "verify", NULL), OP_REFUSED);
	assert_true(office_refused(&o, FIND_stale_fence));
	struct rq_dossier_fire stale = { .dossier = d, .rev = 7, .fence = fence, .event = "verify" };
	struct rp_dossier_fire rpf;
	assert_int_equal(office_run(&o, o.ratna, OP_dossier_fire, &stale, &rpf), OP_REFUSED);
	assert_true(office_refused(&o, FIND_stale_revision));
	assert_int_equal(office_fire(&o, o.ratna, d, fence, "validate", NULL), OP_REFUSED);
	assert_true(office_refused(&o, FIND_wrong_state));
	assert_int_equal(office_fire(&o, o.ratna, d, fence, "verify", NULL), 0);
	/* validation needs its gates, and a supervisor */
	assert_int_equal(office_fire(&o, o.ratna, d, 0, "validate", NULL), OP_REFUSED);
	assert_true(office_refused(&o, FIND_not_permitted));
	assert_int_equal(office_gate(&o, o.ratna, d, "deliberation", "layak"), OP_REFUSED);
	assert_int_equal(office_gate(&o, o.sari, d, "deliberation", "layak"), 0);
	assert_int_equal(office_gate(&o, o.sari, d, "field_visit", "selesai"), 0);
	assert_int_equal(office_fire(&o, o.hendra, d, 0, "validate", NULL), 0);
	assert_string_equal(office_state(&o, d, s), "valid");
	assert_int_equal(office_int(&o, "SELECT count(*) FROM household WHERE id = (SELECT result_household FROM dossier)"), 1);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM filling_row"), 3);
	assert_int_equal(office_gate(&o, o.sari, d, "documents", "kurang"), OP_REFUSED);
	assert_true(office_refused(&o, FIND_wrong_state));
}

/* Sabotage: make dossier_made_by() answer 0: dewi then decides on what she sent herself. */
static void own_dossier(void **state)
{
	(void)state;
	uint64_t fence;
	struct rp_lease_set rpl;
	int64_t d = office_new(&o, o.dewi, o.w.village[2], NULL);
	assert_int_equal(office_gate(&o, o.hendra, d, "documents", "lengkap"), 0);
	assert_int_equal(office_next(&o, o.dewi, "verification", &fence), 0);                 /* passed over */
	struct rq_lease_set claim = { .dossier = d, .queue = "verification", .action = "claim" };
	assert_int_equal(office_run(&o, o.dewi, OP_lease_set, &claim, &rpl), OP_REFUSED);
	assert_true(office_refused(&o, FIND_own_dossier));
	static const char *const decision[] = { "verify", "reject", "return" };
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(office_fire(&o, o.dewi, d, 0, decision[i], NULL), OP_REFUSED);
		assert_true(office_refused(&o, FIND_own_dossier));
	}
	struct w_dossier_ref ref = { d };
	struct rq_dossier_try try = { .event = "verify", .dossiers = { &ref, 1 } };
	struct rp_dossier_try rpt;
	assert_int_equal(office_run(&o, o.dewi, OP_dossier_try, &try, &rpt), 0);
	assert_false(rpt.rows.v[0].ok);
	assert_int_equal(rpt.rows.v[0].findings.v[0].code, FIND_own_dossier);
	assert_int_equal(office_run(&o, o.hendra, OP_dossier_try, &try, &rpt), 0);
	assert_true(rpt.rows.v[0].ok);
	/* what is not the maker's cannot be taken back by another */
	assert_int_equal(office_fire(&o, o.joko, d, 0, "take_back", NULL), OP_REFUSED);
	assert_int_equal(office_fire(&o, o.dewi, d, 0, "take_back", NULL), 0);
}

/* Sabotage: leave out the bound of the lease's time in ST_lease_get: the old holder then decides after his time. */
static void lease_runs_out(void **state)
{
	(void)state;
	uint64_t old, fresh;
	struct rp_lease_set rpl;
	int64_t d = office_new(&o, o.sari, o.w.village[0], NULL);
	assert_int_equal(office_gate(&o, o.ratna, d, "documents", "lengkap"), 0);
	assert_int_equal(office_next(&o, o.ratna, "verification", &old), d);
	struct rq_lease_set more = { .dossier = d, .queue = "verification", .action = "prolong", .fence = old };
	clock_step(20 * 60000);
	assert_int_equal(office_run(&o, o.ratna, OP_lease_set, &more, &rpl), 0);
	assert_int_equal(rpl.until, clock_now_ms() + 30 * 60000);
	clock_step(31 * 60000);
	assert_int_equal(office_fire(&o, o.ratna, d, old, "verify", NULL), OP_REFUSED);
	assert_true(office_refused(&o, FIND_stale_fence));
	assert_int_equal(office_next(&o, o.hendra, "verification", &fresh), d);
	assert_true(fresh > old);
	assert_int_equal(office_fire(&o, o.ratna, d, old, "verify", NULL), OP_REFUSED);
	assert_true(office_refused(&o, FIND_stale_fence));
	struct rq_lease_set give = { .dossier = d, .queue = "verification", .action = "release", .fence = old };
	assert_int_equal(office_run(&o, o.hendra, OP_lease_set, &give, &rpl), OP_REFUSED);
	give.fence = fresh;
	assert_int_equal(office_run(&o, o.hendra, OP_lease_set, &give, &rpl), 0);
	/* let go: an old number is as good as none */
	assert_int_equal(office_fire(&o, o.hendra, d, fresh, "verify", NULL), OP_REFUSED);
	assert_true(office_refused(&o, FIND_stale_fence));
	assert_int_equal(office_fire(&o, o.hendra, d, 0, "verify", NULL), 0);
}

/* Who claims without deciding keeps no queue from the others. Sabotage: leave lease_room() out of lease_take(). */
static void queue_is_not_hoarded(void **state)
{
	(void)state;
	int64_t d[22];
	uint64_t fence[22], none;
	struct rp_lease_set rpl;
	for (size_t i = 0; i < 22; i++)
		d[i] = office_new(&o, o.sari, o.w.village[0], NULL);
	for (size_t i = 0; i < 20; i++)
		assert_int_equal(office_next(&o, o.ratna, "verification", &fence[i]), d[i]);
	assert_int_equal(office_next(&o, o.ratna, "verification", &none), 0);
	assert_true(office_refused(&o, FIND_holds_too_many));
	struct rq_lease_set claim = { .dossier = d[20], .queue = "verification", .action = "claim" };
	assert_int_equal(office_run(&o, o.ratna, OP_lease_set, &claim, &rpl), OP_REFUSED);
	assert_true(office_refused(&o, FIND_holds_too_many));
	assert_int_equal(office_int(&o, "SELECT count(*) FROM lease"), 20);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM waiting WHERE queue = 'verification'"), 2);
	/* what she holds she goes on with; many at once are decided without holding them */
	claim.dossier = d[0];
	assert_int_equal(office_run(&o, o.ratna, OP_lease_set, &claim, &rpl), 0);
	assert_int_equal(rpl.fence, fence[0]);
	assert_int_equal(office_gate(&o, o.hendra, d[20], "documents", "lengkap"), 0);
	assert_int_equal(office_fire(&o, o.ratna, d[20], 0, "verify", NULL), 0);
	assert_int_equal(office_next(&o, o.hendra, "verification", &none), d[21]);
	/* one let go makes room for one */
	struct rq_lease_set give = { .dossier = d[3], .queue = "verification", .action = "release", .fence = fence[3] };
	assert_int_equal(office_run(&o, o.ratna, OP_lease_set, &give, &rpl), 0);
	assert_int_equal(office_next(&o, o.ratna, "verification", &none), d[3]);
	assert_int_equal(office_next(&o, o.ratna, "verification", &none), 0);
	clock_step(31 * 60000);
	assert_int_equal(office_next(&o, o.ratna, "verification", &none), d[0]);
}

static void returned_and_repaired(void **state)
{
	(void)state;
	char s[32];
	uint64_t address = form_field_named(o.w.q, "address")->number;
	int64_t d = office_new(&o, o.sari, o.w.village[0], NULL);
	assert_int_equal(office_fire(&o, o.ratna, d, 0, "return", NULL), OP_REFUSED);
	assert_true(office_refused(&o, FIND_reason_missing));
	assert_int_equal(office_fire(&o, o.ratna, d, 0, "return", "SEMBARANG"), OP_REFUSED);
	assert_true(office_refused(&o, FIND_reason_missing));
	struct rq_dossier_fire dirty = { .dossier = d, .rev = 1, .event = "return", .reason = "ALAMAT_SALAH", .note = "RT \xe2\x80\xae keliru" };
	struct rp_dossier_fire rpd;
	assert_int_equal(office_run(&o, o.ratna, OP_dossier_fire, &dirty, &rpd), OP_REFUSED);
	assert_true(office_refused(&o, FIND_hidden_character));
	struct rq_gate_record gate = { .dossier = d, .gate = "documents", .state = "lengkap", .on_date = "2026-06-31", .ref = "BA 1" };
	struct rp_gate_record rpg;
	assert_int_equal(office_run(&o, o.ratna, OP_gate_record, &gate, &rpg), OP_REFUSED);
	assert_true(office_refused(&o, FIND_not_a_date));
	gate.on_date = "2026-06-13";
	assert_int_equal(office_run(&o, o.ratna, OP_gate_record, &gate, &rpg), OP_REFUSED);
	assert_true(office_refused(&o, FIND_date_future));
	gate.on_date = "2026-06-12";
	gate.ref = "BA\x1b[1m";
	assert_int_equal(office_run(&o, o.ratna, OP_gate_record, &gate, &rpg), OP_REFUSED);
	assert_true(office_refused(&o, FIND_control_character));
	struct w_flag flag = { .field = address };
	struct rq_dossier_fire back = { .dossier = d, .rev = 1, .event = "return", .reason = "ALAMAT_SALAH", .note = "RT keliru", .flags = { &flag, 1 } };
	struct rp_dossier_fire rpf;
	assert_int_equal(office_run(&o, o.ratna, OP_dossier_fire, &back, &rpf), 0);
	assert_string_equal(rpf.state, "returned");
	struct rq_desk_show desk = { 0 };
	struct rp_desk_show home;
	assert_int_equal(office_run(&o, o.sari, OP_desk_show, &desk, &home), 0);
	assert_int_equal(home.returned_count, 1);
	assert_string_equal(home.returned.v[0].reason, "ALAMAT_SALAH");
	assert_string_equal(home.returned.v[0].head, "Siti Nur Aisyah");
	struct rq_draft_open open = { .dossier = d };
	struct rp_draft_open w;
	assert_int_equal(office_run(&o, o.joko, OP_draft_open, &open, &w), OP_REFUSED);       /* another village */
	assert_int_equal(office_run(&o, o.sari, OP_draft_open, &open, &w), 0);
	assert_int_equal(w.flags.n, 1);
	assert_int_equal(w.flags.v[0].field, address);
	assert_string_equal(w.flag_note, "RT keliru");
	assert_string_equal(w.dossier_number, "2026-000001");
	int64_t draft = w.draft;
	assert_int_equal(office_run(&o, o.sari, OP_draft_open, &open, &w), 0);
	assert_int_equal(w.draft, draft);
	struct rp_draft_save saved;
	assert_int_equal(save_text(o.sari, draft, 0, address, "Jalan Benar 9", &saved), 0);
	assert_int_equal(office_submit(&o, o.sari, draft, 1, s), d);
	assert_string_equal(s, "submitted");
	assert_int_equal(office_int(&o, "SELECT count(*) FROM filling WHERE dossier = %lld", (long long)d), 2);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM dossier"), 1);
}

static int correct(int64_t household, const char *field, const char *value, int64_t *dossier)
{
	struct filling f;
	filling_init(&f);
	int64_t draft = office_draft(&o, o.sari, "correction", household, 0, &f);
	uint64_t number = form_field_named(o.w.q, field)->number;
	struct rp_draft_save rp;
	int r = save_text(o.sari, draft, 0, number, value, &rp);
	assert_int_equal(r, 0);
	filling_clear(&f);
	*dossier = office_submit(&o, o.sari, draft, 1, NULL);
	return r;
}

/* Two corrections of one field: the second is sent back with the conflict, the register is as the first left it. */
static void conflict_is_sent_back(void **state)
{
	(void)state;
	char s[32];
	int64_t a, b, h = office_household(&o, o.sari, o.w.village[0]);
	correct(h, "address", "Jalan Satu 1", &a);
	/* a second clerk's view of the same base */
	struct filling f;
	filling_init(&f);
	int64_t draft = office_draft(&o, o.dewi, "correction", h, 0, &f);
	struct rp_draft_save saved;
	assert_int_equal(save_text(o.dewi, draft, 0, form_field_named(o.w.q, "address")->number, "Jalan Dua 2", &saved), 0);
	filling_clear(&f);
	b = office_submit(&o, o.dewi, draft, 1, NULL);
	for (int i = 0; i < 2; i++) {
		int64_t d = i == 0 ? a : b;
		assert_int_equal(office_gate(&o, o.ratna, d, "documents", "lengkap"), 0);
		assert_int_equal(office_fire(&o, o.ratna, d, 0, "verify", NULL), 0);
	}
	assert_int_equal(office_fire(&o, o.hendra, a, 0, "validate", NULL), 0);
	struct w_dossier_ref ref = { b };
	struct rq_dossier_try try = { .event = "validate", .dossiers = { &ref, 1 } };
	struct rp_dossier_try rpt;
	assert_int_equal(office_run(&o, o.hendra, OP_dossier_try, &try, &rpt), 0);
	assert_false(rpt.rows.v[0].ok);
	assert_int_equal(office_fire(&o, o.hendra, b, 0, "validate", NULL), OP_REFUSED);
	assert_true(office_refused(&o, FIND_conflict));
	assert_true(o.w.f.kept);
	assert_string_equal(office_state(&o, b, s), "returned");
	assert_int_equal(office_int(&o, "SELECT count(*) FROM household WHERE address = 'Jalan Satu 1'"), 1);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM finding WHERE code = 200"), 1);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM dossier WHERE reason = 'BENTURAN'"), 1);
	/* repaired on today's register: the conflict is gone, the proposal is still the clerk's */
	struct rq_draft_open open = { .dossier = b };
	struct rp_draft_open w;
	assert_int_equal(office_run(&o, o.dewi, OP_draft_open, &open, &w), 0);
	filling_init(&f);
	assert_int_equal(wire_filling_from(w.answers.v, w.answers.n, w.rows.v, w.rows.n, &f), 0);
	assert_string_equal(world_get(o.w.q, &f, "address", 0), "Jalan Dua 2");
	filling_clear(&f);
	filling_init(&f);
	assert_int_equal(wire_filling_from(w.base_answers.v, w.base_answers.n, w.base_rows.v, w.base_rows.n, &f), 0);
	assert_string_equal(world_get(o.w.q, &f, "address", 0), "Jalan Satu 1");
	filling_clear(&f);
	draft = w.draft;
	assert_int_equal(office_submit(&o, o.dewi, draft, 0, NULL), b);
	assert_int_equal(office_fire(&o, o.ratna, b, 0, "verify", NULL), 0);
	assert_int_equal(office_fire(&o, o.hendra, b, 0, "validate", NULL), 0);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM household WHERE address = 'Jalan Dua 2'"), 1);
}

static void seen_by_whom(void **state)
{
	(void)state;
	int64_t d = office_new(&o, o.sari, o.w.village[0], NULL);
	struct rq_dossier_show show = { .number = "2026-000001" };
	struct rp_dossier_show sheet;
	assert_int_equal(office_run(&o, o.joko, OP_dossier_show, &show, &sheet), OP_REFUSED);
	assert_true(office_refused(&o, FIND_not_permitted));
	show = (struct rq_dossier_show){ .number = "2026-000001" };
	assert_int_equal(office_run(&o, o.sari, OP_dossier_show, &show, &sheet), 0);
	assert_int_equal(sheet.dossier, d);
	assert_string_equal(sheet.line.head, "Siti Nur Aisyah");
	assert_string_equal(sheet.line.gates, ". . - .");
	assert_string_equal(sheet.path.v[sheet.path_at - 1].v, "verifikasi");
	assert_int_equal(sheet.events.n, 2);                          /* take back, withdraw */
	assert_string_equal(sheet.events.v[0].name, "take_back");
	assert_string_equal(sheet.events.v[0].hindered_by, "");
	assert_int_equal(sheet.history.n, 1);
	assert_true(o.w.f.seq > 0);                                    /* the look is on record */
	show = (struct rq_dossier_show){ .dossier = d };
	assert_int_equal(office_run(&o, o.ratna, OP_dossier_show, &show, &sheet), 0);
	assert_int_equal(sheet.events.n, 3);
	assert_true(*sheet.events.v[0].hindered_by != '\0');          /* documents */
	struct rq_dossier_list list = { 0 };
	struct rp_dossier_list rows;
	assert_int_equal(office_run(&o, o.joko, OP_dossier_list, &list, &rows), 0);
	assert_int_equal(rows.rows.n, 0);
	assert_int_equal(rows.total, 0);
	assert_int_equal(office_run(&o, o.hendra, OP_dossier_list, &list, &rows), 0);
	assert_int_equal(rows.rows.n, 1);
	struct rq_queue_list queue = { .queue = "verification" };
	struct rp_queue_list waiting;
	assert_int_equal(office_run(&o, o.ratna, OP_queue_list, &queue, &waiting), 0);
	assert_int_equal(waiting.rows.n, 1);
	assert_int_equal(waiting.total, 1);
	struct rq_receipt_show ask = { .dossier = d };
	struct rp_receipt_show paper;
	assert_int_equal(office_run(&o, o.joko, OP_receipt_show, &ask, &paper), OP_REFUSED);
	ask.dossier = d;
	assert_int_equal(office_run(&o, o.sari, OP_receipt_show, &ask, &paper), 0);
	assert_non_null(strstr(paper.text, "2026-000001"));
	assert_true(strlen(paper.brief) <= 160);
	assert_null(strstr(paper.brief, "Siti"));
	for (const char *s = paper.text; *s;) {
		size_t n = strcspn(s, "\n");
		assert_true(n <= 80);
		s += n + (s[n] == '\n');
	}
}

/* Lists of several pages, over several villages: every dossier once, in order. */
static void pages(void **state)
{
	(void)state;
	int64_t seen[12] = { 0 }, last = INT64_MAX;
	size_t n = 0;
	for (int i = 0; i < 10; i++) {
		office_new(&o, i % 3 ? o.sari : o.joko, i % 3 ? o.w.village[0] : o.w.village[1], NULL);
		clock_step(1000);
	}
	struct rq_dossier_list list = { .limit = 3 };
	struct rp_dossier_list rows;
	do {
		assert_int_equal(office_run(&o, o.hendra, OP_dossier_list, &list, &rows), 0);
		assert_int_equal(rows.total, 10);
		for (size_t i = 0; i < rows.rows.n; i++) {
			assert_true(rows.rows.v[i].id < last);
			last = seen[n++] = rows.rows.v[i].id;
		}
		list.after = rows.next;
	} while (rows.next);
	assert_int_equal(n, 10);
	struct rq_queue_list queue = { .queue = "verification", .limit = 4 };
	struct rp_queue_list waiting;
	n = 0;
	last = 0;
	do {
		assert_int_equal(office_run(&o, o.ratna, OP_queue_list, &queue, &waiting), 0);
		for (size_t i = 0; i < waiting.rows.n; i++, n++) {
			assert_true(waiting.rows.v[i].id > last);
			last = waiting.rows.v[i].id;
		}
		queue.after = waiting.next;
	} while (waiting.next);
	assert_int_equal(n, 10);
	/* next comes in the order of submission, across villages */
	last = 0;
	for (int i = 0; i < 10; i++) {
		uint64_t fence;
		int64_t d = office_next(&o, o.ratna, "verification", &fence);
		assert_true(d > last);
		last = d;
	}
}

/* A form that asks for no person says all the same whose it is, and that is on record; so does the list of drafts. */
static void whose_form(void **state)
{
	(void)state;
	int64_t h = office_household(&o, o.sari, o.w.village[0]);
	struct rq_draft_open rq = { .kind = "exit", .household = h };
	struct rp_draft_open rp;
	assert_int_equal(office_run(&o, o.sari, OP_draft_open, &rq, &rp), 0);
	assert_string_equal(rp.head, "Siti Nur Aisyah");
	assert_string_equal(rp.other_head, "");
	int64_t head = office_int(&o, "SELECT person FROM membership WHERE household = %lld AND relation = '1'", (long long)h);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM journal_person WHERE person = %lld AND seq = (SELECT max(seq) FROM journal)", (long long)head), 1);
	struct rq_desk_show desk = { 0 };
	struct rp_desk_show home;
	int64_t draft = rp.draft;
	uint64_t saved = rp.saved;
	/* Opened and left at once, by hand or by a dead line: nothing is in it, and it is not offered. Sabotage run: draft_list without `saved > 0`. */
	assert_int_equal(office_run(&o, o.sari, OP_desk_show, &desk, &home), 0);
	assert_int_equal(home.drafts.n, 0);
	struct w_answer reason = { .field = 1001, .row = 0, .value = "x" };
	struct rq_draft_save save = { .draft = draft, .saved = saved, .answers = { &reason, 1 } };
	struct rp_draft_save kept;
	assert_int_equal(office_run(&o, o.sari, OP_draft_save, &save, &kept), 0);
	assert_int_equal(office_run(&o, o.sari, OP_desk_show, &desk, &home), 0);
	assert_int_equal(home.drafts.n, 1);
	assert_string_equal(home.drafts.v[0].title, "Siti Nur Aisyah");
}

/* A number that cannot be right is answered for by a reason of the list, and by nothing else. */
static void override_by_list(void **state)
{
	(void)state;
	static const struct world_person family[2] = { { "Siti Nur Aisyah", 2, "1980-07-12", "1", "1", "1" }, { "Budi Santoso", 1, "1978-05-03", "2", "1", "2" } };
	static const struct { const char *reason; int r; } try[] = { { NULL, OP_REFUSED }, { "karena saya bilang begitu", OP_REFUSED }, { "SESUAI_KTP", 0 } };
	struct rp_dossier_submit rp;
	struct filling f;
	char path[512], card[17];
	snprintf(path, sizeof path, "%s/forms/list/alasan_timpa.list", getenv("SRCDIR") ? getenv("SRCDIR") : ".");
	store_fixture_data(&o.w.f, "list", "", path);
	int64_t draft = office_draft(&o, o.sari, "new", 0, o.w.village[0], NULL);
	filling_init(&f);
	world_card(card, 77);
	world_household(&o.w, &f, 77, card, family, 2);
	world_set(o.w.q, &f, "nik", 2, "9901013102780001");
	uint64_t saved = office_save(&o, o.sari, draft, (uint64_t)office_int(&o, "SELECT saved FROM draft WHERE id = %lld", (long long)draft), &f);
	filling_clear(&f);
	const struct field *nik = NULL;
	for (size_t i = 0; i < o.w.q->nfield; i++)
		if (strcmp(o.w.q->field[i].name, "nik") == 0)
			nik = &o.w.q->field[i];
	for (size_t i = 0; i < sizeof try / sizeof *try; i++) {
		struct w_override ov = { .code = FIND_nik_date, .field = nik->number, .row = 2, .reason = try[i].reason };
		struct rq_dossier_submit rq = { .draft = draft, .saved = saved, .overrides = { &ov, try[i].reason ? 1 : 0 } };
		assert_int_equal(office_run(&o, o.sari, OP_dossier_submit, &rq, &rp), try[i].r);
		assert_true(try[i].r == 0 || office_refused(&o, FIND_nik_date));
	}
	assert_int_equal(office_int(&o, "SELECT count(*) FROM finding_override WHERE reason = 'SESUAI_KTP'"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(draft_lives, setup, teardown), cmocka_unit_test_setup_teardown(incomplete_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(whole_way, setup, teardown), cmocka_unit_test_setup_teardown(own_dossier, setup, teardown),
		cmocka_unit_test_setup_teardown(lease_runs_out, setup, teardown), cmocka_unit_test_setup_teardown(queue_is_not_hoarded, setup, teardown),
		 cmocka_unit_test_setup_teardown(returned_and_repaired, setup, teardown),
		cmocka_unit_test_setup_teardown(conflict_is_sent_back, setup, teardown), cmocka_unit_test_setup_teardown(seen_by_whom, setup, teardown),
		cmocka_unit_test_setup_teardown(pages, setup, teardown), cmocka_unit_test_setup_teardown(whose_form, setup, teardown), cmocka_unit_test_setup_teardown(override_by_list, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
