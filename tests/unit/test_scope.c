/* test_scope.c - who may do what, where: every operation for every role, place and object, against a table written by hand
 * (security.md Z1, Z2, Z3).
 *
 * The table below is not made from ops.tbl, and must not be: it is what the two are compared by. Letters: O operator, V verifier,
 * S supervisor, H office_head, A admin, U auditor, B observer, C companion, K kiosk; * every account that is logged in.
 * Sabotage run, all in scope.c: the role test left out (2,800 deviations); object_check() without the account test of drafts; without the
 * area test; villages() of grants whatever their role (test_two_grants); office_check left out of scope_check(); account_seen() answering true
 * (test_account_list). Each of the last four tests failed before the check it asks for was there. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "db_priv.h"
#include "dossier_world.h"

enum what { NOTHING, THE_OFFICE, IN_AREA, A_HOUSEHOLD, A_DOSSIER, A_DRAFT, A_BATCH, A_LETTER, AN_ACCOUNT, A_PERSON };
static const struct row { const char *op, *who; enum what on; } matrix[] = {
	{ "password_change", "*" }, { "logout", "*" }, { "password_check", "*" }, { "setting_put", "*" }, { "desk_take", "*" },
	{ "desk_show", "*" }, { "form_get", "*" }, { "list_get", "*" }, { "area_list", "*" },
	{ "person_find", "OVSHU" }, { "household_show", "OVSHU", A_HOUSEHOLD }, { "journal_list", "U" },
	{ "draft_open", "O" }, { "draft_save", "O", A_DRAFT }, { "draft_drop", "O", A_DRAFT }, { "dossier_submit", "O", A_DRAFT },
	{ "dossier_show", "OVSHU", A_DOSSIER }, { "dossier_list", "OVSHU" }, { "dossier_fire", "OVSH", A_DOSSIER }, { "dossier_try", "VSH" },
	{ "queue_list", "VSH" }, { "queue_next", "VSH" }, { "lease_set", "VSH", A_DOSSIER }, { "gate_record", "OVS", A_DOSSIER },
	{ "evidence_put", "OV", A_DOSSIER }, { "evidence_get", "OVSHU", A_DOSSIER }, { "receipt_show", "OVSHU", A_DOSSIER },
	{ "period_list", "*" }, { "batch_list", "VSHU" }, { "batch_preview", "SH", IN_AREA }, { "batch_finalise", "SH", IN_AREA },
	{ "letter_make", "SH", A_BATCH }, { "letter_get", "SHU", A_LETTER }, { "recap_list", "*" },
	{ "account_list", "A" }, { "account_put", "A" }, { "account_set", "A", AN_ACCOUNT }, { "account_reset", "A", AN_ACCOUNT },
	{ "grant_put", "A", AN_ACCOUNT }, { "grant_end", "A" },
	{ "data_load", "A", THE_OFFICE }, { "area_put", "A", THE_OFFICE }, { "area_recode", "A", THE_OFFICE }, { "area_split", "A", THE_OFFICE }, { "person_erase", "A", A_PERSON },
	{ "status_show", "A", THE_OFFICE }, { "journal_head", "*" }, { "journal_export", "AU", THE_OFFICE }, { "backup_make", "A", THE_OFFICE }, { "backup_get", "A", THE_OFFICE }, { "blob_list", "A", THE_OFFICE }, { "blob_get", "A", THE_OFFICE },
	{ "import_begin", "AS", IN_AREA }, { "import_row", "AS" }, { "import_accept", "SH" },
};

static const struct { char letter; const char *role; } role_table[] = {
	{ 'O', "operator" }, { 'V', "verifier" }, { 'S', "supervisor" }, { 'H', "office_head" }, { 'A', "admin" }, { 'U', "auditor" },
	{ 'B', "observer" }, { 'C', "companion" }, { 'K', "kiosk" },
};
#define ROLES (sizeof role_table / sizeof *role_table)

/* Where the account's grant lies, seen from village 0, where all objects are. */
enum place { OWN, SIBLING, PARENT, OTHER_PARENT, REGENCY, OFFICE, RUN_OUT, NOT_YET, DISABLED, PLACES };
static struct { bool covers; size_t villages; } place_table[PLACES] = {
	[OWN] = { true, 1 }, [SIBLING] = { false, 1 }, [PARENT] = { true, 0 }, [OTHER_PARENT] = { false, 0 }, [REGENCY] = { true, WORLD_VILLAGES }, [OFFICE] = { true, WORLD_VILLAGES },
	[RUN_OUT] = { false, 0 }, [NOT_YET] = { false, 0 }, [DISABLED] = { false, 0 },
};

static struct office o;
static int64_t account[ROLES][PLACES], household, dossier, person, draft, district[2];
static unsigned cases, deviations;

static int setup(void **state)
{
	char name[40];

	(void)state;
	office_open(&o, true);
	district[0] = office_int(&o, "SELECT parent FROM area WHERE id = %lld", (long long)o.w.village[0]);
	district[1] = office_int(&o, "SELECT id FROM area WHERE level = 3 AND id <> %lld", (long long)district[0]);
	place_table[PARENT].villages = (size_t)office_int(&o, "SELECT count(*) FROM area WHERE parent = %lld", (long long)district[0]);
	place_table[OTHER_PARENT].villages = (size_t)office_int(&o, "SELECT count(*) FROM area WHERE parent = %lld", (long long)district[1]);
	assert_int_equal(place_table[PARENT].villages + place_table[OTHER_PARENT].villages, WORLD_VILLAGES);
	household = office_household(&o, o.sari, o.w.village[0]);
	dossier = office_new(&o, o.sari, o.w.village[0], (char[32]){ 0 });
	draft = office_draft(&o, o.sari, "new", 0, o.w.village[0], NULL);
	person = office_int(&o, "SELECT person FROM membership WHERE household = %lld LIMIT 1", (long long)household);
	for (size_t r = 0; r < ROLES; r++) {
		for (int p = 0; p < PLACES; p++) {
			int64_t area = p == SIBLING ? o.w.village[1] : p == PARENT ? district[0] : p == OTHER_PARENT ? district[1] : p == REGENCY ? o.regency : p == OFFICE ? 0 : o.w.village[0];

			snprintf(name, sizeof name, "%s.%d", role_table[r].role, p);
			account[r][p] = store_fixture_account(&o.w.f, name, role_table[r].role, area);
		}
		store_fixture_sql(&o.w.f, "UPDATE role_grant SET to_on = '2026-06-12' WHERE account = %lld; UPDATE role_grant SET from_on = '2026-06-13'"
			" WHERE account = %lld; UPDATE account SET state = 'disabled' WHERE id = %lld", (long long)account[r][RUN_OUT],
			(long long)account[r][NOT_YET], (long long)account[r][DISABLED]);
	}
	o.w.f.unverified = true;
	store_epoch_next(o.w.f.store);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	office_close(&o);
	return 0;
}

static int64_t object(enum what on, bool there)
{
	if (!there)
		return INT64_C(990100000099999);
	switch (on) {
	case IN_AREA: return o.w.village[0];
	case A_HOUSEHOLD: return household;
	case A_DOSSIER: return dossier;
	case A_DRAFT: return draft;
	case AN_ACCOUNT: return o.joko;
	case A_PERSON: return person;
	default: return 0;
	}
}

static bool expected(const struct row *m, size_t r, enum place p, bool there)
{
	bool everybody = *m->who == '*', role = !everybody && strchr(m->who, role_table[r].letter);

	if (p == DISABLED)
		return false;
	if (everybody)
		return true;
	if (!role || p == RUN_OUT || p == NOT_YET)
		return false;
	if (m->on == NOTHING)
		return true;
	if (m->on == THE_OFFICE)
		return p == OFFICE || p == REGENCY;
	if (!there || m->on == A_DRAFT)         /* the draft is sari's */
		return false;
	if (m->on == AN_ACCOUNT)
		return true;
	return place_table[p].covers;
}

/* What scope decides, inside a transaction that is rolled back. */
static bool decided(const struct op_info *op, int64_t who, int64_t id, size_t *villages)
{
	static uint8_t rq[4096];
	struct op_ctx *cx;
	int r;

	arena_reset(&o.w.f.arena);
	memset(rq, 0, sizeof rq);
	assert_true(op->request->size <= sizeof rq);
	if (op->scope == SCOPE_AREA || op->scope == SCOPE_OBJECT)
		memcpy(rq + op->scope_offset, &id, sizeof id);
	cx = store_fixture_begin(&o.w.f, 0, op->op);
	r = scope_actor(o.w.f.cache, o.w.f.db, who, op->roles, cx->today, store_epoch(o.w.f.store), &cx->actor);
	if (r == 0) {
		*villages = cx->actor->nvillage;
		r = scope_check(cx, rq);
	} else {
		assert_int_equal(r, ERR_NOTFOUND);
		r = OP_REFUSED;
	}
	store_fixture_end(&o.w.f, cx, false);
	assert_true(r == 0 || r == OP_REFUSED);
	return r == 0;
}

static const struct row *row_of(const char *op)
{
	for (size_t i = 0; i < sizeof matrix / sizeof *matrix; i++)
		if (!strcmp(matrix[i].op, op))
			return &matrix[i];
	return NULL;
}

static void test_matrix(void **state)
{
	(void)state;
	for (size_t i = 0; i < op_info_count; i++) {
		const struct op_info *op = &op_info_table[i];
		const struct row *m = row_of(op->name);

		if (op->phase == PHASE_LOGIN)
			continue;
		if (m == NULL)
			fail_msg("%s: a new operation needs a row in this table", op->name);
		if (m->on == A_BATCH || m->on == A_LETTER)
			assert_int_equal(op->scope, SCOPE_OBJECT);
		for (size_t r = 0; r < ROLES; r++)
			for (int p = 0; p < PLACES; p++)
				for (int there = 0; there < 2; there++) {
					size_t villages = 0;
					bool want = expected(m, r, (enum place)p, there && m->on != A_BATCH && m->on != A_LETTER);
					bool got = decided(op, account[r][p], object(m->on, there), &villages);

					cases++;
					if (got != want && deviations++ < 20)
						print_message("# %s as %s, place %d, object %s: %s\n", op->name, role_table[r].role, p,
							there ? "there" : "not there", got ? "allowed" : "refused");
					/* what a list may show: villages under grants whose role this operation asks for */
					if (got && op->scope == SCOPE_ROWS && *m->who != '*' && villages != place_table[p].villages && deviations++ < 20)
						print_message("# %s as %s, place %d: %zu villages\n", op->name, role_table[r].role, p, villages);
				}
	}
	print_message("# %u cases, %u deviations\n", cases, deviations);
	assert_true(cases > 7000);
	assert_int_equal(deviations, 0);
}

/* A second grant of another role opens nothing for the first: a supervisor of the office who is a clerk of one village sends from that one. */
static void test_two_grants(void **state)
{
	int64_t who = store_fixture_account(&o.w.f, "dua.peran", "operator", o.w.village[1]);
	size_t villages;

	(void)state;
	store_fixture_sql(&o.w.f, "INSERT INTO role_grant (id, account, role, area, from_on, seq) VALUES (77, %lld, 'supervisor', 0, '2020-01-01', 1)", (long long)who);
	store_epoch_next(o.w.f.store);
	assert_false(decided(op_info(OP_evidence_put), who, dossier, &villages));
	assert_int_equal(villages, 1);
	assert_true(decided(op_info(OP_lease_set), who, dossier, &villages));
	assert_int_equal(villages, WORLD_VILLAGES);
}

static void refusal(int64_t who, enum op op, void *rq, void *rp, struct buf *b)
{
	assert_int_equal(store_fixture_run(&o.w.f, who, op, rq, rp), OP_REFUSED);
	assert_int_equal(o.w.f.seq, 0);        /* and no leaf that would tell */
	assert_int_equal(wire_put_refused(b, 7, &o.w.f.findings), 0);
}

#define SAME(OP, FIELD, THERE, ...) SAME_TO(o.joko, OP, FIELD, THERE, ##__VA_ARGS__)
#define SAME_TO(WHO, OP, FIELD, THERE, ...) do { \
	struct rq_##OP a = { .FIELD = (THERE), ##__VA_ARGS__ }, b = { .FIELD = INT64_C(990100000099999), ##__VA_ARGS__ }; \
	struct rp_##OP srp; \
	struct buf sx, sy; \
	buf_init(&sx, 0); buf_init(&sy, 0); \
	refusal(WHO, OP_##OP, &a, &srp, &sx); \
	refusal(WHO, OP_##OP, &b, &srp, &sy); \
	assert_int_equal(sx.len, sy.len); \
	assert_memory_equal(sx.data, sy.data, sx.len); \
	buf_clear(&sx); buf_clear(&sy); \
} while (0)

/* The clerk of the other village asks for what is there and for what is not: the same bytes. */
static void test_same_bytes(void **state)
{
	char number[32];
	struct buf x, y;
	struct rp_dossier_show rp;
	struct rq_dossier_show by = { .number = number }, none = { .number = "2026-999999" };

	(void)state;
	SAME(household_show, household, household);
	SAME(dossier_show, dossier, dossier);
	SAME(receipt_show, dossier, dossier);
	SAME(evidence_get, dossier, dossier, .kind = "rumah");
	SAME(dossier_fire, dossier, dossier, .event = "withdraw", .rev = 1);
	SAME(gate_record, dossier, dossier, .gate = "documents", .state = "lengkap", .on_date = "2026-06-12");
	SAME(draft_save, draft, draft, .saved = 0);
	SAME(draft_drop, draft, draft);
	SAME(dossier_submit, draft, draft, .saved = 0);
	snprintf(number, sizeof number, "2026-%06lld", (long long)office_int(&o, "SELECT CAST(substr(number, 6) AS INTEGER) FROM dossier WHERE id = %lld", (long long)dossier));
	buf_init(&x, 0);
	buf_init(&y, 0);
	refusal(o.joko, OP_dossier_show, &by, &rp, &x);
	refusal(o.joko, OP_dossier_show, &none, &rp, &y);
	assert_int_equal(x.len, y.len);
	assert_memory_equal(x.data, y.data, x.len);
	buf_clear(&x);
	buf_clear(&y);
	/* and the clerk whose it is does see it, or all of this would prove nothing */
	by.dossier = 0;
	assert_int_equal(store_fixture_run(&o.w.f, o.sari, OP_dossier_show, &by, &rp), 0);
	assert_true(o.w.f.seq > 0);
}

/* Ids that stand in other fields of a request than the one the table scopes: the operation asks for itself. */
static void test_inner_ids(void **state)
{
	int64_t auditor = account[5][SIBLING], verifier = account[1][SIBLING];
	struct rq_journal_list seen = { .household = household };
	struct rp_journal_list lines;
	struct rq_recap_list recap = { .batch = 4711 };
	struct rp_recap_list counts;

	(void)state;
	/* who saw somebody, and what a clerk of elsewhere did, is for the auditors of that place */
	SAME_TO(auditor, journal_list, household, household);
	SAME_TO(auditor, journal_list, person, person);
	SAME_TO(auditor, journal_list, dossier, dossier);
	SAME_TO(auditor, journal_list, account, o.sari);
	assert_int_equal(store_fixture_run(&o.w.f, o.agus, OP_journal_list, &seen, &lines), 0);
	assert_true(lines.total > 0);
	seen = (struct rq_journal_list){ .account = o.w.admin };
	assert_int_equal(store_fixture_run(&o.w.f, o.agus, OP_journal_list, &seen, &lines), 0);
	/* where a page goes on */
	SAME_TO(verifier, queue_list, after, dossier, .queue = "verification");
	/* a batch of elsewhere; whoever has a village in its area may see its counts */
	store_fixture_sql(&o.w.f, "INSERT INTO period (id, name, title, product, area, finalise_by, seq) VALUES (4711, 'x', 'x', 'x', 0, '2026-01-01', 1)");
	store_fixture_sql(&o.w.f, "INSERT INTO batch (id, period, area, state, as_of, lines, digest, account, at, seq) VALUES"
		" (4711, 4711, %lld, 'final', 1, 0, zeroblob(32), 1, 0, 1)", (long long)o.w.village[0]);
	SAME_TO(verifier, recap_list, batch, 4711);
	SAME_TO(verifier, recap_list, batch, 4711, .area = o.w.village[1]);
	assert_int_equal(store_fixture_run(&o.w.f, o.sari, OP_recap_list, &recap, &counts), 0);
}

/* The journal by an account's name and by days. A name of elsewhere and one that there is not: the same refusal; the days alone are for
 * who audits the whole office. Sabotage: asked_within() answers 1 when only days are asked for; the statements lose `seq > ?4`. */
static void test_journal_days(void **state)
{
	int64_t auditor = account[5][SIBLING];
	struct rq_journal_list days = { .from_on = "2026-06-12", .to_on = "2026-06-12" }, all = { .account_name = "sari" };
	struct rq_journal_list before = { .account_name = "sari", .to_on = "2026-06-11" }, wrong = { .account_name = "sari", .from_on = "2026-06-31" };
	struct rq_journal_list since = { .account_name = "sari", .from_on = "2026-06-01" }, nothing = { 0 };
	struct rp_journal_list lines;
	uint64_t total;
	struct buf x, y;

	(void)state;
	assert_int_equal(store_fixture_run(&o.w.f, o.agus, OP_journal_list, &all, &lines), 0);
	assert_true(lines.total > 0);
	total = lines.total;
	for (size_t i = 0; i < lines.rows.n; i++)
		assert_string_equal(lines.rows.v[i].actor, lines.rows.v[0].actor);
	assert_int_equal(store_fixture_run(&o.w.f, o.agus, OP_journal_list, &since, &lines), 0);
	assert_int_equal(lines.total, total);
	assert_int_equal(store_fixture_run(&o.w.f, o.agus, OP_journal_list, &before, &lines), 0);
	assert_int_equal(lines.total, 0);
	assert_int_equal(lines.rows.n, 0);
	assert_int_equal(store_fixture_run(&o.w.f, o.agus, OP_journal_list, &days, &lines), 0);
	assert_true(lines.total > total);                                /* everybody's */
	assert_int_equal(store_fixture_run(&o.w.f, auditor, OP_journal_list, &days, &lines), OP_REFUSED);
	assert_int_equal(store_fixture_run(&o.w.f, o.agus, OP_journal_list, &wrong, &lines), OP_REFUSED);
	assert_int_equal(store_fixture_run(&o.w.f, o.agus, OP_journal_list, &nothing, &lines), OP_REFUSED);
	buf_init(&x, 0);
	buf_init(&y, 0);
	refusal(auditor, OP_journal_list, &all, &lines, &x);
	all.account_name = "nobody";
	refusal(auditor, OP_journal_list, &all, &lines, &y);
	assert_int_equal(x.len, y.len);
	assert_memory_equal(x.data, y.data, x.len);
	buf_clear(&x);
	buf_clear(&y);
}

/* Settings have the values there are, and stand in the account until they are changed. */
static void test_settings(void **state)
{
	static const struct { const char *name, *value; int want; } tries[] = {
		{ "palette", "mono", 0 }, { "palette", "full", 0 }, { "palette", "mono", 0 }, { "palette", "blue", OP_REFUSED }, { "plain", "1", 0 },
		{ "step_on", "0", 0 }, { "step_on", "2", OP_REFUSED }, { "bell", "", OP_REFUSED }, { "language", "en", 0 }, { "language", "fr", OP_REFUSED },
		{ "roles", "admin", OP_REFUSED }, { "plain", "1;roles=admin", OP_REFUSED }, { "plain", "1 0", OP_REFUSED },
	};
	char sql[200];

	(void)state;
	for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
		struct rq_setting_put rq = { .name = tries[i].name, .value = tries[i].value };
		struct rp_setting_put rp;

		if (store_fixture_run(&o.w.f, o.sari, OP_setting_put, &rq, &rp) != tries[i].want)
			fail_msg("%s=%s", rq.name, rq.value);
	}
	snprintf(sql, sizeof sql, "SELECT count(*) FROM account WHERE id = %lld AND settings = 'palette=mono;plain=1;step_on=0;language=en' AND language = 'en'",
	         (long long)o.sari);
	assert_int_equal(store_fixture_int(&o.w.f, sql), 1);
}

/* A row of a draft may name a person that was found: where the clerk works, and nowhere else. */
static void test_named_person(void **state)
{
	struct w_filling_row there = { .roster = 400, .row = 1, .subject = person }, not_there = there;
	struct rq_draft_save a = { .rows = { &there, 1 } }, b = { .rows = { &not_there, 1 } }, own = a;
	struct rp_draft_save rp;
	struct buf x, y;

	(void)state;
	a.draft = b.draft = office_draft(&o, o.joko, "new", 0, o.w.village[1], NULL);
	own.draft = office_draft(&o, o.sari, "new", 0, o.w.village[0], NULL);
	not_there.subject = INT64_C(990100000099999);
	buf_init(&x, 0);
	buf_init(&y, 0);
	refusal(o.joko, OP_draft_save, &a, &rp, &x);
	refusal(o.joko, OP_draft_save, &b, &rp, &y);
	assert_int_equal(x.len, y.len);
	assert_memory_equal(x.data, y.data, x.len);
	buf_clear(&x);
	buf_clear(&y);
	assert_int_equal(store_fixture_run(&o.w.f, o.sari, OP_draft_save, &own, &rp), 0);
}

/* An administrator of one village does not get at the accounts of others, nor at a copy of everything. */
static void test_small_admin(void **state)
{
	int64_t small = account[4][OWN];
	struct rq_account_set other = { .account = o.joko, .state = "active" }, mine = { .account = o.sari, .state = "active" }, chief = other;
	struct rp_account_set rp;
	struct rq_backup_get copy = { .name = "balai-x" };
	struct rp_backup_get chunk;

	(void)state;
	chief.account = o.w.admin;
	assert_int_equal(store_fixture_run(&o.w.f, small, OP_account_set, &other, &rp), OP_REFUSED);
	assert_int_equal(store_fixture_run(&o.w.f, small, OP_account_set, &chief, &rp), OP_REFUSED);
	assert_int_equal(store_fixture_run(&o.w.f, small, OP_account_set, &mine, &rp), 0);
	assert_int_equal(store_fixture_run(&o.w.f, o.w.admin, OP_account_set, &other, &rp), 0);
	assert_int_equal(store_fixture_run(&o.w.f, small, OP_backup_get, &copy, &chunk), OP_REFUSED);
	assert_int_equal(store_fixture_run(&o.w.f, small, OP_grant_put, &(struct rq_grant_put){ .account = o.joko, .role = "operator",
		.area = o.w.village[0] }, &(struct rp_grant_put){ 0 }), OP_REFUSED);
	assert_int_equal(store_fixture_run(&o.w.f, small, OP_grant_put, &(struct rq_grant_put){ .account = o.sari, .role = "observer",
		.area = o.w.village[0] }, &(struct rp_grant_put){ 0 }), 0);
}

/* The reason of an erasure is read by others: clean text, and some. */
static void test_erase_reason(void **state)
{
	static const char *const bad[] = { "", "atas \x1b[2J permintaan", "a\xe2\x80\xae" "b" };
	struct rq_person_erase rq = { .person = person };
	struct rp_person_erase rp;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		rq.reason = bad[i];
		assert_int_equal(store_fixture_run(&o.w.f, o.w.admin, OP_person_erase, &rq, &rp), OP_REFUSED);
	}
	rq.reason = "atas permintaan sendiri";
	assert_int_equal(store_fixture_run(&o.w.f, o.w.admin, OP_person_erase, &rq, &rp), 0);
	assert_string_equal(rp.state, "asked");
}

/* Every account in pages of `limit`; how many, and whether this one is among them. */
static size_t accounts(int64_t who, uint64_t limit, int64_t wanted, bool *there, size_t *grants)
{
	struct rq_account_list rq = { .limit = limit };
	struct rp_account_list rp;
	size_t n = 0;

	*there = false;
	*grants = 0;
	do {
		assert_int_equal(store_fixture_run(&o.w.f, who, OP_account_list, &rq, &rp), 0);
		assert_true(rp.rows.n <= limit && (rp.rows.n == limit || rp.next == 0));
		for (size_t i = 0; i < rp.rows.n; i++) {
			*there |= rp.rows.v[i].id == wanted;
			if (rp.rows.v[i].id == wanted)
				*grants = rp.rows.v[i].grants.n;
		}
		n += rp.rows.n;
		rq.after = rp.next;
	} while (rq.after);
	return n;
}

/* The list of accounts: of one's own areas, with the grants that lie there; whoever has no grant yet belongs to nobody. */
static void test_account_list(void **state)
{
	int64_t small = account[4][OWN], wide = store_fixture_account(&o.w.f, "dua.tempat", "operator", o.w.village[1]);
	size_t all = (size_t)office_int(&o, "SELECT count(*) FROM account"), grants, mine;
	bool there;

	(void)state;
	store_fixture_sql(&o.w.f, "INSERT INTO role_grant (id, account, role, area, from_on, seq) VALUES (78, %lld, 'operator', %lld, '2020-01-01', 1);"
		"INSERT INTO account (id, name, full_name, state, made_at, seq) VALUES (79, 'belum.ada', 'x', 'active', 0, 1)",
		(long long)wide, (long long)o.w.village[0]);
	store_epoch_next(o.w.f.store);
	assert_int_equal(accounts(o.w.admin, 7, wide, &there, &grants), all + 1);
	assert_true(there);
	assert_int_equal(grants, 2);
	assert_int_equal(accounts(account[4][REGENCY], 7, wide, &there, &grants), all + 1);
	mine = (size_t)office_int(&o, "SELECT count(*) FROM account a WHERE EXISTS (SELECT 1 FROM role_grant g WHERE g.account = a.id AND g.area = %lld)"
		" OR NOT EXISTS (SELECT 1 FROM role_grant g WHERE g.account = a.id)", (long long)o.w.village[0]);
	assert_int_equal(accounts(small, 7, wide, &there, &grants), mine);
	assert_true(mine > 10 && mine < all / 2 + 10);
	assert_true(there);
	assert_int_equal(grants, 1);
	assert_int_equal(accounts(small, 100, o.joko, &there, &grants), mine);
	assert_false(there);
	accounts(small, 1, 79, &there, &grants);
	assert_true(there);
}

/* A verifier who works in another village now holds nothing of the old one any more, and is not shown it. Sabotage run: queue_has()
 * left out of queue_mine(), of queue_mine_count(). */
static void test_moved_verifier(void **state)
{
	int64_t who = store_fixture_account(&o.w.f, "pindah", "verifier", o.w.village[0]);
	struct rq_lease_set claim = { .dossier = dossier, .queue = "verification", .action = "claim" };
	struct rq_queue_list list = { .queue = "verification" };
	struct rq_desk_show home = { .has = 0 };
	struct rp_lease_set held;
	struct rp_queue_list lines;
	struct rp_desk_show desk;

	(void)state;
	assert_int_equal(store_fixture_run(&o.w.f, who, OP_lease_set, &claim, &held), 0);
	for (int moved = 0; moved < 2; moved++) {
		assert_int_equal(store_fixture_run(&o.w.f, who, OP_queue_list, &list, &lines), 0);
		assert_int_equal(lines.rows.n, !moved);
		assert_int_equal(store_fixture_run(&o.w.f, who, OP_desk_show, &home, &desk), 0);
		assert_int_equal(desk.queues.n, 1);
		assert_int_equal(desk.queues.v[0].mine, !moved);
		store_fixture_sql(&o.w.f, "UPDATE role_grant SET area = %lld WHERE account = %lld", (long long)o.w.village[1], (long long)who);
		store_epoch_next(o.w.f.store);
	}
	store_fixture_sql(&o.w.f, "DELETE FROM lease");
}

/* A clerk who works in another village now: the drafts and returned dossiers of the old one are not on the home screen. */
static void test_moved_clerk(void **state)
{
	struct rq_desk_show rq = { .has = 0 };
	struct rp_desk_show rp;

	(void)state;
	store_fixture_sql(&o.w.f, "UPDATE dossier SET state = 'returned' WHERE id = %lld", (long long)dossier);
	assert_int_equal(store_fixture_run(&o.w.f, o.sari, OP_desk_show, &rq, &rp), 0);
	assert_true(rp.drafts.n > 0);
	assert_int_equal(rp.returned.n, 1);
	store_fixture_sql(&o.w.f, "UPDATE role_grant SET area = %lld WHERE account = %lld", (long long)o.w.village[1], (long long)o.sari);
	store_epoch_next(o.w.f.store);
	assert_int_equal(store_fixture_run(&o.w.f, o.sari, OP_desk_show, &rq, &rp), 0);
	assert_int_equal(rp.drafts.n, 0);
	assert_int_equal(rp.returned.n, 0);
	/* and nothing more is written into one */
	struct rq_draft_save save = { .draft = draft, .saved = (uint64_t)office_int(&o, "SELECT saved FROM draft WHERE id = %lld", (long long)draft) };
	assert_int_equal(store_fixture_run(&o.w.f, o.sari, OP_draft_save, &save, &(struct rp_draft_save){ 0 }), OP_REFUSED);
}

static unsigned seen_as(int64_t of, enum op op)
{
	struct rq_journal_list rq = { .household = of, .limit = 200 };
	struct rp_journal_list rp;
	unsigned n = 0;

	assert_int_equal(store_fixture_run(&o.w.f, o.agus, OP_journal_list, &rq, &rp), 0);
	for (size_t i = 0; i < rp.rows.n; i++)
		n += strcmp(rp.rows.v[i].op, op_info(op)->name) == 0;
	return n;
}

/* Whoever found a member, opened a form that is filled in with the household, or looked at its dossier has seen the household.
 * Sabotage, each run: the second or the third part of JOURNAL_OF_HOUSEHOLD left out. */
static void test_household_seen(void **state)
{
	int64_t here = office_household(&o, o.dewi, o.w.village[2]), there = office_household(&o, o.dewi, o.w.village[2]);
	char nik[24];
	struct rq_person_find find = { .text = nik };
	struct rp_person_find found;
	struct rq_household_show show = { .household = here };
	struct rp_household_show shown;
	struct rq_draft_open form = { .kind = "exit", .household = here };
	struct rp_draft_open opened;
	struct filling f;

	(void)state;
	snprintf(nik, sizeof nik, "%016lld", (long long)office_int(&o, "SELECT p.nik FROM membership m JOIN person p ON p.id = m.person"
		" WHERE m.household = %lld AND m.relation = '1'", (long long)here));
	assert_int_equal(seen_as(here, OP_person_find) + seen_as(here, OP_draft_open) + seen_as(here, OP_household_show), 0);
	assert_int_equal(store_fixture_run(&o.w.f, o.dewi, OP_person_find, &find, &found), 0);
	assert_int_equal(found.rows.n, 1);
	assert_int_equal(store_fixture_run(&o.w.f, o.dewi, OP_household_show, &show, &shown), 0);
	assert_int_equal(store_fixture_run(&o.w.f, o.dewi, OP_draft_open, &form, &opened), 0);
	assert_int_equal(seen_as(here, OP_person_find), 1);
	assert_int_equal(seen_as(here, OP_household_show), 1);
	assert_int_equal(seen_as(here, OP_draft_open), 1);
	assert_int_equal(seen_as(there, OP_person_find) + seen_as(there, OP_draft_open) + seen_as(there, OP_household_show), 0);
	/* a gate of its dossier shows nobody by himself: told through the dossier alone */
	filling_init(&f);
	assert_int_equal(filling_set(&f, 1001, 0, "MAMPU") | filling_set(&f, 1002, 0, "2026-06-08"), 0);
	int64_t exit = office_submit(&o, o.dewi, opened.draft, office_save(&o, o.dewi, opened.draft, opened.saved, &f), NULL);
	filling_clear(&f);
	assert_int_equal(office_gate(&o, o.ratna, exit, "documents", "lengkap"), 0);
	assert_int_equal(seen_as(here, OP_gate_record), 1);
	assert_int_equal(office_fire(&o, o.dewi, exit, 0, "withdraw", "SALAH_KELUARGA"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matrix), cmocka_unit_test(test_two_grants), cmocka_unit_test(test_same_bytes), cmocka_unit_test(test_inner_ids),
		cmocka_unit_test(test_journal_days), cmocka_unit_test(test_settings), cmocka_unit_test(test_household_seen),
		cmocka_unit_test(test_named_person), cmocka_unit_test(test_small_admin), cmocka_unit_test(test_account_list), cmocka_unit_test(test_erase_reason), cmocka_unit_test(test_moved_verifier), cmocka_unit_test(test_moved_clerk),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
