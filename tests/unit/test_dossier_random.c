/* Thousands of random events by seven accounts, right and wrong ones, against a plain model of the rules.
 *
 * The model is written from the rules, not from the flow file or the store's code: for every event it says whether it must go
 * through, and afterwards each dossier's state, holder and number must be as it says; `waiting` must be exactly what can be
 * claimed, and office_invariants() must hold. Number of events: first argument, else 1,500.
 * Sabotages run: lease_check() without the fence, dossier_hinder() without the maker, dossier_move() without dossier_unwait(). */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "clock.h"
#include "dossier_world.h"
#include "random.h"

enum state { SUBMITTED, VERIFIED, VALID, RETURNED, REJECTED, WITHDRAWN };
static const char *const state_name[] = { "submitted", "verified", "valid", "returned", "rejected", "withdrawn" };
enum { OPERATOR = 1, VERIFIER = 2, SUPERVISOR = 4 };
enum { GATE_M = 1, GATE_L = 2, GATE_P = 4, GATE_D = 8 };

struct actor_model { int64_t id; unsigned roles; int village; };             /* village -1: all */
struct dossier_model { int64_t id; enum state state; int village, holder; uint64_t fence, rev; int64_t until, submitted; unsigned makers, open, shut; };

static struct office o;
static struct actor_model who[7];
static struct dossier_model all[4000];
static size_t nall;
static unsigned events = 1500, went, refused;

static unsigned pick(unsigned n)
{
	return random_below(n);
}

static bool covers(int a, unsigned roles, int village)
{
	return (who[a].roles & roles) && (who[a].village < 0 || who[a].village == village);
}

static bool final_state(enum state s)
{
	return s == VALID || s == REJECTED || s == WITHDRAWN;
}

static void lapse(struct dossier_model *d)
{
	if (d->holder >= 0 && d->until <= clock_now_ms())
		d->holder = -1;
}

static void moved(struct dossier_model *d, enum state s)
{
	d->state = s;
	d->rev++;
	d->holder = -1;
}

static struct dossier_model *some(void)
{
	for (int i = 0; i < 20; i++) {
		struct dossier_model *d = &all[pick((unsigned)nall)];
		if (!final_state(d->state) || pick(10) == 0)
			return d;
	}
	return &all[pick((unsigned)nall)];
}

static void check(int r, bool expected, const char *what, const struct dossier_model *d, int a)
{
	if ((r == 0) != expected || r < 0)
		fail_msg("%s by %d on %lld (%s, holder %d): %d, expected %s; first finding %u", what, a, (long long)d->id, state_name[d->state], d->holder, r,
		         expected ? "done" : "refused", o.w.f.findings.n ? o.w.f.findings.v[0].code : 0);
	went += r == 0;
	refused += r != 0;
}

static void do_new(void)
{
	static const int makers[] = { 0, 1, 2, 3 };
	int a = makers[pick(4)], village = who[a].village < 0 ? (int)pick(3) : who[a].village;
	char s[32];
	if (nall == sizeof all / sizeof *all)
		return;
	int64_t id = office_new(&o, who[a].id, o.w.village[village], s);
	assert_string_equal(s, "submitted");
	all[nall++] = (struct dossier_model){ .id = id, .state = SUBMITTED, .village = village, .holder = -1, .rev = 1, .submitted = clock_now_ms(),
	                                      .makers = 1u << a };
}

/* May the account act on it under this number? */
static bool fence_fits(const struct dossier_model *d, int a, uint64_t fence)
{
	return d->holder >= 0 ? d->holder == a && fence == d->fence : fence == 0;
}

static void do_fire(void)
{
	static const char *const name[] = { "verify", "validate", "return", "reject", "take_back", "withdraw", "finalise", "submit" };
	struct dossier_model *d = some();
	int a = (int)pick(7), e = (int)pick(8);
	if (pick(3)) {           /* more often than not somebody who might, and what leads on */
		a = 4 + (int)pick(2);
		e = d->state == VERIFIED ? 1 : pick(3) ? 0 : 2 + (int)pick(2);
	}
	lapse(d);
	uint64_t fence = pick(4) == 0 ? pick(3) : d->holder == a ? d->fence : 0;
	bool right_rev = pick(12) != 0, reason = pick(6) != 0, own = d->makers >> a & 1;
	struct rq_dossier_fire rq = { .dossier = d->id, .rev = right_rev ? d->rev : d->rev + 1, .fence = fence, .event = name[e] };
	struct rp_dossier_fire rp;
	if (reason)
		rq.reason = e == 2 ? "DATA_KURANG" : e == 3 ? "MAMPU" : e == 5 ? "SALAH_KETIK" : NULL;
	bool queued = d->state == SUBMITTED || d->state == VERIFIED, ok = right_rev && fence_fits(d, a, fence);
	enum state to = d->state;
	switch (e) {
	case 0:
		ok &= d->state == SUBMITTED && covers(a, VERIFIER | SUPERVISOR, d->village) && !own && (d->open & GATE_D) && !(d->shut & GATE_P);
		to = VERIFIED;
		break;
	case 1:
		ok &= d->state == VERIFIED && covers(a, SUPERVISOR, d->village) && !own && (d->open & GATE_M) && (d->open & GATE_L) && !(d->shut & GATE_P);
		to = VALID;
		break;
	case 2:
	case 3:
		ok &= queued && covers(a, VERIFIER | SUPERVISOR, d->village) && !own && reason;
		to = e == 2 ? RETURNED : REJECTED;
		break;
	case 4:
		ok &= d->state == SUBMITTED && own && covers(a, OPERATOR, d->village);
		to = RETURNED;
		break;
	case 5:
		ok &= (d->state == SUBMITTED || d->state == RETURNED) && own && covers(a, OPERATOR, d->village) && reason;
		to = WITHDRAWN;
		break;
	default:
		ok = false;          /* the store's own events */
	}
	check(office_run(&o, who[a].id, OP_dossier_fire, &rq, &rp), ok, name[e], d, a);
	if (ok)
		moved(d, to);
}

static void do_gate(void)
{
	static const struct { const char *gate, *good, *bad; unsigned bit, roles; } gate[] = {
		{ "deliberation", "layak", "tidak_layak", GATE_M, OPERATOR | SUPERVISOR },
		{ "field_visit", "selesai", "menolak", GATE_L, OPERATOR | VERIFIER | SUPERVISOR },
		{ "match", "padan", "ganda", GATE_P, VERIFIER | SUPERVISOR },
		{ "documents", "lengkap", "kurang", GATE_D, OPERATOR | VERIFIER | SUPERVISOR } };
	struct dossier_model *d = some();
	int a = pick(2) ? 5 : (int)pick(7);
	unsigned g = pick(4);
	bool good = pick(8) != 0;
	lapse(d);
	bool ok = !final_state(d->state) && covers(a, gate[g].roles, d->village) && (d->holder < 0 || d->holder == a);
	check(office_gate(&o, who[a].id, d->id, gate[g].gate, good ? gate[g].good : gate[g].bad), ok, gate[g].gate, d, a);
	if (ok) {
		d->open = good ? d->open | gate[g].bit : d->open & ~gate[g].bit;
		d->shut = good ? d->shut & ~gate[g].bit : d->shut | gate[g].bit;
	}
}

static bool claimable(const struct dossier_model *d, int a, bool validation)
{
	return d->state == (validation ? VERIFIED : SUBMITTED) && d->holder < 0 && !(d->makers >> a & 1) &&
	       covers(a, validation ? SUPERVISOR : VERIFIER | SUPERVISOR, d->village);
}

static void do_next(void)
{
	int a = 2 + (int)pick(5);
	bool validation = pick(2);
	const struct dossier_model *best = NULL;
	if (!(who[a].roles & (validation ? SUPERVISOR : VERIFIER | SUPERVISOR)))
		return;
	for (size_t i = 0; i < nall; i++) {
		lapse(&all[i]);
		if (claimable(&all[i], a, validation) &&
		    (!best || all[i].submitted < best->submitted || (all[i].submitted == best->submitted && all[i].id < best->id)))
			best = &all[i];
	}
	uint64_t fence;
	int64_t got = office_next(&o, who[a].id, validation ? "validation" : "verification", &fence);
	if (got != (best ? best->id : 0))
		fail_msg("next of %s for %d: %lld, expected %lld", validation ? "validation" : "verification", a, (long long)got, best ? (long long)best->id : 0);
	if (!best)
		return;
	struct dossier_model *d = &all[best - all];
	d->fence++;
	assert_int_equal(fence, d->fence);
	d->holder = a;
	d->until = clock_now_ms() + 30 * 60000;
	went++;
}

static void do_lease(void)
{
	static const char *const action[] = { "claim", "prolong", "release" };
	struct dossier_model *d = some();
	int a = (int)pick(7);
	unsigned what = pick(3);
	bool validation = d->state == VERIFIED ? pick(8) != 0 : pick(8) == 0;
	for (size_t i = 0; i < nall; i++)
		lapse(&all[i]);
	uint64_t fence = pick(4) == 0 ? pick(4) : d->fence;
	bool here = d->state == (validation ? VERIFIED : SUBMITTED) && covers(a, validation ? SUPERVISOR : VERIFIER | SUPERVISOR, d->village);
	bool ok = what == 0 ? here && !(d->makers >> a & 1) && (d->holder < 0 || d->holder == a) : here && d->holder == a && fence == d->fence;
	struct rq_lease_set rq = { .dossier = d->id, .queue = validation ? "validation" : "verification", .action = action[what], .fence = fence };
	struct rp_lease_set rp;
	check(office_run(&o, who[a].id, OP_lease_set, &rq, &rp), ok, action[what], d, a);
	if (!ok)
		return;
	if (what == 2)
		d->holder = -1;
	else if (what == 0 && d->holder < 0) {
		d->holder = a;
		d->fence++;
		d->until = clock_now_ms() + 30 * 60000;
	} else if (what == 1)
		d->until = clock_now_ms() + 30 * 60000;
}

static void do_repair(void)
{
	struct dossier_model *d = some();
	int a = (int)pick(4);
	struct rq_draft_open rq = { .dossier = d->id };
	struct rp_draft_open rp;
	bool ok = d->state == RETURNED && covers(a, OPERATOR, d->village);
	check(office_run(&o, who[a].id, OP_draft_open, &rq, &rp), ok, "repair", d, a);
	if (!ok)
		return;
	int64_t draft = rp.draft;
	assert_int_equal(office_submit(&o, who[a].id, draft, rp.saved, NULL), d->id);
	d->makers |= 1u << a;
	moved(d, SUBMITTED);
}

static void compare(void)
{
	unsigned waiting = 0;
	for (size_t i = 0; i < nall; i++) {
		char s[32];
		struct dossier_model *d = &all[i];
		lapse(d);
		if (strcmp(office_state(&o, d->id, s), state_name[d->state]) != 0)
			fail_msg("%lld is %s, expected %s", (long long)d->id, s, state_name[d->state]);
		assert_int_equal(office_rev(&o, d->id), d->rev);
		int64_t holder = office_int(&o, "SELECT coalesce((SELECT account FROM lease WHERE dossier = %lld AND until_at > %lld), 0)", (long long)d->id,
		                            (long long)clock_now_ms());
		assert_int_equal(holder, d->holder < 0 ? 0 : who[d->holder].id);
		waiting += (d->state == SUBMITTED || d->state == VERIFIED) && d->holder < 0;
	}
	assert_int_equal(waiting, office_int(&o, "SELECT (SELECT count(*) FROM waiting) + (SELECT count(*) FROM lease WHERE until_at <= %lld)",
	                                     (long long)clock_now_ms()));
	/* the counts of desk and list are those of the rows */
	static const char *const queue[] = { "verification", "validation" };
	for (int i = 0; i < 2; i++) {
		struct rq_queue_list rq = { .queue = queue[i], .limit = 1 };
		struct rp_queue_list rp;
		assert_int_equal(office_run(&o, o.hendra, OP_queue_list, &rq, &rp), 0);
		assert_int_equal(rp.total, office_int(&o, "SELECT count(*) FROM waiting WHERE queue = '%s'", queue[i]));
	}
	struct rq_desk_show desk = { 0 };
	struct rp_desk_show home;
	assert_int_equal(office_run(&o, o.hendra, OP_desk_show, &desk, &home), 0);
	assert_int_equal(home.queues.v[0].late, office_int(&o, "SELECT count(*) FROM waiting WHERE queue = 'verification' AND due_on < '%s'", home.today));
	struct rq_dossier_list list = { .state = "returned", .limit = 1 };
	struct rp_dossier_list rows;
	assert_int_equal(office_run(&o, o.hendra, OP_dossier_list, &list, &rows), 0);
	assert_int_equal(rows.total, office_int(&o, "SELECT count(*) FROM dossier WHERE state = 'returned'"));
	office_invariants(&o);
}

static void random_events(void **state)
{
	(void)state;
	static void (*const step[])(void) = { do_fire, do_fire, do_fire, do_gate, do_gate, do_gate, do_next, do_lease, do_repair };
	random_seed(20260612);
	for (unsigned i = 0; i < events; i++) {
		size_t live = 0;
		for (size_t k = 0; k < nall; k++)
			live += !final_state(all[k].state);
		if (live < 25)
			do_new();
		else
			step[pick(sizeof step / sizeof *step)]();
		clock_step(pick(60) == 0 ? 31 * 60000 : pick(5000));
		if (i % 250 == 249)
			compare();
	}
	compare();
	print_message("# %u events went through, %u refused, %zu dossiers, %lld applied\n", went, refused, nall,
	              (long long)office_int(&o, "SELECT count(*) FROM dossier WHERE state = 'valid'"));
	assert_true(went > events / 8 && refused > events / 8);
	assert_true(office_int(&o, "SELECT count(*) FROM dossier WHERE state = 'valid'") >= events / 400);
}

static int setup(void **state)
{
	(void)state;
	office_open(&o, false);
	office_period(&o, "juni", "2026-06-01", "2026-12-20", "2026-12-25");
	who[0] = (struct actor_model){ o.sari, OPERATOR, 0 };
	who[1] = (struct actor_model){ o.joko, OPERATOR, 1 };
	who[2] = (struct actor_model){ o.dewi, OPERATOR | SUPERVISOR, -1 };
	who[3] = (struct actor_model){ store_fixture_account(&o.w.f, "budi", "operator,verifier", o.w.village[2]), OPERATOR | VERIFIER, 2 };
	who[4] = (struct actor_model){ o.ratna, VERIFIER, -1 };
	who[5] = (struct actor_model){ o.hendra, SUPERVISOR, -1 };
	who[6] = (struct actor_model){ store_fixture_account(&o.w.f, "wati", "verifier", o.w.village[1]), VERIFIER, 1 };
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	office_close(&o);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test_setup_teardown(random_events, setup, teardown) };
	if (argc > 1)
		events = (unsigned)strtoul(argv[1], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
