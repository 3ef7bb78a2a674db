/* test_answers.c - what a batch answers and tells: to whom, in which order, and only of what was kept.
 * Sabotage run: the answer made after the savepoint closed (too_long: a draft is there that nobody was told of); the tells of a batch
 * gathered on its last request (two_logins: neither desk is bound); the same (nothing_told: somebody is thrown out by what did not happen);
 * job_bound() answering 0 (behind_a_takeover). */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "batch.h"
#include "clock.h"
#include "db_priv.h"
#include "dossier_world.h"
#include "random.h"

#define DESKS 5

static struct office o;
static struct writer w;
/* What the loop keeps of its connections: done in the order in which the jobs come back, as server.c does it. */
static struct { int64_t account, binding; char slot[6]; } desk[DESKS];
static unsigned told, revoked;
static struct { int result; uint32_t code; uint64_t kind; } got[8];
static size_t ngot;

static enum op op_here(void *arg, uint64_t id)
{
	(void)id;
	return *(enum op *)arg;
}

static void look_at(struct job *j)
{
	struct wire_reply reply;
	struct arena a;
	enum op op = j->op->op;

	arena_init(&a, 0);
	assert_int_equal(wire_get_reply((const uint8_t *)j->out.data + 4, j->out.len - 4, &a, op_here, &op, &reply), 0);
	got[ngot].kind = reply.kind;
	got[ngot].code = reply.findings.n ? reply.findings.v[0].code : 0;
	got[ngot++].result = j->result;
	wire_reply_clear(&reply);
	arena_clear(&a);
}

static void done(void *arg, struct job *chain)
{
	(void)arg;
	ngot = 0;
	told = revoked = 0;
	for (struct job *next; chain; chain = next) {
		next = chain->next;
		look_at(chain);
		if (chain->binds && chain->result == 0) {
			desk[chain->client].account = chain->bound_account;
			desk[chain->client].binding = chain->bound_binding;
			snprintf(desk[chain->client].slot, sizeof desk->slot, "%s", chain->bound_slot);
		}
		for (size_t i = 0; i < chain->ntell; i++) {
			const struct tell *t = &chain->tell[i];

			told++;
			revoked += t->event == EVENT_REVOKED;
			for (uint64_t c = 1; t->unbind && c < DESKS; c++)
				if (desk[c].account == t->account && c != t->except && (!*t->slot || !strcmp(t->slot, desk[c].slot)))
					desk[c].account = desk[c].binding = 0;
		}
		job_free(chain);
	}
}

static struct job *job_of(uint64_t client, enum op op, const void *rq)
{
	struct job *j = job_new();

	assert_non_null(j);
	j->op = op_info(op);
	j->rq = arena_dup(&j->arena, rq, j->op->request->size);
	j->rp = arena_alloc(&j->arena, j->op->reply->size);
	j->client = client;
	j->account = desk[client].account;
	j->binding = desk[client].binding;
	j->stage = STAGE_WRITE;
	j->extra.peer = j->extra.name = "";
	j->extra.slot = "desk";
	if (j->op->phase == PHASE_ACT)
		j->extra.key = j->rq;
	return j;
}

/* The password was right: what balai-hash and the reader would have found. */
static struct job *login_of(uint64_t client, int64_t account, const char *name)
{
	static const struct rq_login_answer rq = { .secret = "x" };
	struct job *j = job_of(client, OP_login_answer, &rq);

	j->account = j->binding = 0;
	j->binds = true;
	j->auth.account = account;
	snprintf(j->auth.kind, sizeof j->auth.kind, "password");
	snprintf(j->auth.hash, sizeof j->auth.hash, "$x");
	assert_int_equal(bar_of(o.w.f.db, o.w.f.store, name, account, "uji", clock_now_ms(), &j->auth.bar), 0);
	j->extra.hash_ok[0] = true;
	return j;
}

static void batch(struct job *a, struct job *b, struct job *c)
{
	a->next = b;
	if (b)
		b->next = c;
	writer_batch(&w, a);
}

static int setup(void **state)
{
	(void)state;
	memset(desk, 0, sizeof desk);
	office_open(&o, true);
	store_fixture_sql(&o.w.f, "INSERT INTO credential (account, kind, hash, made_at) SELECT id, 'password', '$x', 0 FROM account");
	assert_int_equal(writer_init(&w, o.w.f.db, o.w.f.store, done, NULL), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	writer_clear(&w);
	assert_int_equal(journal_open(&o.w.f.journal, o.w.f.db), 0);
	o.w.f.unverified = true;
	office_close(&o);
	return 0;
}

/* Two logins of one account in one commit: the later one has the desk. */
static void two_logins(void **state)
{
	(void)state;
	batch(login_of(4, o.sari, "sari"), NULL, NULL);
	assert_int_equal(desk[4].account, o.sari);
	batch(login_of(1, o.sari, "sari"), login_of(2, o.sari, "sari"), login_of(3, o.joko, "joko"));
	assert_int_equal(ngot, 3);
	assert_int_equal(desk[4].account, 0);
	assert_int_equal(desk[1].account, 0);
	assert_int_equal(desk[2].account, o.sari);
	assert_int_equal(desk[3].account, o.joko);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM ticket WHERE account = %lld", (long long)o.sari), 1);
}

/* balai-hash says that the password would be hashed better today: kept, and the next login is compared with it. */
static void better_hash(void **state)
{
	struct job *j = login_of(1, o.sari, "sari");

	(void)state;
	snprintf(j->extra.hash[0], sizeof j->extra.hash[0], "$better");
	batch(j, NULL, NULL);
	assert_int_equal(desk[1].account, o.sari);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM credential WHERE account = %lld AND kind = 'password' AND hash = '$better'",
		(long long)o.sari), 1);
	batch(login_of(2, o.sari, "sari"), NULL, NULL);        /* compared with the old one meanwhile */
	assert_int_equal(desk[2].account, 0);
}

/* What the old desk had sent before it heard of the takeover is not done any more, in the same commit and after it. */
static void behind_a_takeover(void **state)
{
	struct rq_setting_put rq = { .name = "palette", .value = "mono" };
	struct job *late, *shown;

	(void)state;
	batch(login_of(1, o.sari, "sari"), NULL, NULL);
	assert_int_equal(desk[1].account, o.sari);
	random_uuid7(rq.key);
	late = job_of(1, OP_setting_put, &rq);
	shown = job_of(1, OP_desk_show, &(struct rq_desk_show){ 0 });
	shown->leaf = journal_new(&shown->arena, OP_desk_show, o.sari, shown->binding, clock_now_ms());
	batch(login_of(2, o.sari, "sari"), late, shown);
	assert_int_equal(got[0].result, 0);
	for (int i = 1; i < 3; i++) {
		assert_int_equal(got[i].result, OP_REFUSED);
		assert_int_equal(got[i].code, FIND_not_permitted);
	}
	assert_int_equal(office_int(&o, "SELECT count(*) FROM account WHERE settings LIKE '%%palette%%'"), 0);
	random_uuid7(rq.key);
	batch(job_of(2, OP_setting_put, &rq), NULL, NULL);
	assert_int_equal(got[0].result, 0);
}

/* An act whose receipt cannot be written has not happened: nobody is thrown out by it, and the others of its batch go on. */
static void nothing_told(void **state)
{
	struct rq_account_set set = { .account = o.joko, .state = "disabled" };
	struct rq_setting_put rq = { .name = "palette", .value = "mono" };

	(void)state;
	batch(login_of(1, o.w.admin, "admin"), login_of(2, o.joko, "joko"), login_of(3, o.sari, "sari"));
	store_fixture_sql(&o.w.f, "CREATE TEMP TRIGGER no_receipt BEFORE INSERT ON main.receipt WHEN new.op = 72 BEGIN SELECT RAISE(ABORT, 'no'); END");
	random_uuid7(set.key);
	random_uuid7(rq.key);
	batch(job_of(1, OP_account_set, &set), job_of(3, OP_setting_put, &rq), NULL);
	assert_int_equal(ngot, 2);
	assert_int_equal(got[0].kind, WIRE_REFUSED);
	assert_int_equal(got[1].kind, WIRE_DONE);
	assert_int_equal(told, 0);
	assert_int_equal(desk[2].account, o.joko);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM account WHERE id = %lld AND state = 'active'", (long long)o.joko), 1);
	store_fixture_sql(&o.w.f, "DROP TRIGGER no_receipt");
	batch(job_of(1, OP_account_set, &set), NULL, NULL);
	assert_int_equal(got[0].kind, WIRE_DONE);
	assert_int_equal(revoked, 1);
	assert_int_equal(desk[2].account, 0);
}

/* A name that came past the checks and is longer than the reply has room for: the act is refused with its reason, as often as it is
 * asked, and has changed nothing; when the name is mended, the same request goes through. */
static void too_long(void **state)
{
	struct rq_draft_open rq = { .kind = "new", .area = o.w.village[0] };
	int64_t leaves;

	(void)state;
	batch(login_of(1, o.sari, "sari"), NULL, NULL);
	store_fixture_sql(&o.w.f, "UPDATE area SET name = name || '%090d' WHERE id = %lld", 1, (long long)o.w.village[0]);
	random_uuid7(rq.key);
	leaves = office_int(&o, "SELECT count(*) FROM journal");
	for (int i = 0; i < 2; i++) {
		batch(job_of(1, OP_draft_open, &rq), NULL, NULL);
		assert_int_equal(got[0].kind, WIRE_REFUSED);
		assert_int_equal(got[0].code, FIND_reply_too_long);
		assert_int_equal(office_int(&o, "SELECT count(*) FROM draft"), 0);
		assert_int_equal(office_int(&o, "SELECT count(*) FROM journal"), leaves);
	}
	store_fixture_sql(&o.w.f, "UPDATE area SET name = 'Sukamaju' WHERE id = %lld", (long long)o.w.village[0]);
	batch(job_of(1, OP_draft_open, &rq), NULL, NULL);
	assert_int_equal(got[0].kind, WIRE_DONE);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM draft"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(two_logins, setup, teardown),
		cmocka_unit_test_setup_teardown(better_hash, setup, teardown),
		cmocka_unit_test_setup_teardown(behind_a_takeover, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_told, setup, teardown),
		cmocka_unit_test_setup_teardown(too_long, setup, teardown),
	};

	return cmocka_run_group_tests_name("answers", tests, NULL, NULL);
}
