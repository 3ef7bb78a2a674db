/* test_writer.c - the writer's thread under a queue that is never empty: what has its hour is done all the same.
 * Sabotage run: writer_ticks() called only when nothing waits (the expired ticket stays for ever). */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include "batch.h"
#include "clock.h"
#include "db_priv.h"
#include "random.h"
#include "store_fixture.h"

static struct store_fixture f;
static struct writer w;
static int64_t who;
static _Atomic bool enough;
static _Atomic unsigned answered;

static struct job *one_more(void)
{
	static const struct rq_logout rq;
	struct job *j = job_new();

	assert_non_null(j);
	j->op = op_info(OP_logout);
	j->rq = arena_dup(&j->arena, &rq, sizeof rq);
	j->rp = arena_alloc(&j->arena, j->op->reply->size);
	j->account = who;
	j->stage = STAGE_WRITE;
	return j;
}

/* On the writer's thread: the next one waits before this one is forgotten. */
static void done(void *arg, struct job *chain)
{
	(void)arg;
	for (struct job *next; chain; chain = next) {
		next = chain->next;
		job_free(chain);
		atomic_fetch_add(&answered, 1);
		if (!atomic_load(&enough))
			queue_put(&w.queue, one_more());
	}
}

static void test_busy(void **state)
{
	static const char late[] = "INSERT INTO ticket (hash, account, slot, binding, peer, made_at, expires_at)"
		" SELECT zeroblob(32), id, 'desk', 99, '', 0, 1 FROM account";
	const struct timespec step = { .tv_nsec = 50000000 };

	(void)state;
	store_fixture_open(&f);
	clock_free();                          /* the hours of the ticks come by themselves */
	who = store_fixture_account(&f, "sari", "operator", 0);
	sqlite3_set_authorizer(f.db->h, NULL, NULL);
	assert_int_equal(sqlite3_exec(f.db->h, late, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(writer_init(&w, f.db, f.store, done, NULL), 0);
	queue_put(&w.queue, one_more());
	queue_put(&w.queue, one_more());
	assert_int_equal(writer_start(&w), 0);
	for (int i = 0; i < 40; i++)                   /* the first hour of every tick is a second after the start */
		nanosleep(&step, NULL);
	atomic_store(&enough, true);
	writer_stop(&w);
	assert_true(atomic_load(&answered) > 20);
	assert_int_equal(store_fixture_int(&f, "SELECT count(*) FROM ticket WHERE binding = 99"), 0);
	writer_clear(&w);
	f.unverified = true;
	store_fixture_close(&f);
}

/* Who sends five and who sends one: the one waits for one. Sabotage run: queue_put() in the place of queue_put_turn(). */
static void test_turns(void **state)
{
	static const uint64_t order[] = { 1, 2, 3, 1, 2, 3, 1, 1 };
	uint64_t much = 0, some = 0, late = 0;
	struct queue q;

	(void)state;
	queue_init(&q);
	for (int i = 0; i < 4; i++) {
		struct job *j = one_more();

		j->client = 1;
		queue_put_turn(&q, j, &much);
	}
	for (int i = 0; i < 2; i++) {
		struct job *j = one_more();

		j->client = 2;
		queue_put_turn(&q, j, &some);
	}
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		struct job *j;

		if (i == 2 || i == 5) {                /* comes while the others' wait, and once more */
			j = one_more();
			j->client = 3;
			queue_put_turn(&q, j, &late);
		}
		j = queue_take(&q);
		assert_int_equal(j->client, order[i]);
		job_free(j);
	}
	assert_int_equal(q.n, 0);
	queue_clear(&q);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_busy), cmocka_unit_test(test_turns) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
