/* batch.c - group commit. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "auth.h"
#include "batch.h"
#include "clock.h"
#include "intake.h"
#include "lease.h"
#include "log.h"
#include "receipt.h"
#include "register.h"
#include "store_priv.h"

#define EXIT_RESTART 75                /* EX_TEMPFAIL: balaid starts us again */
#define TICK_MOST 256                  /* dossiers or persons in one tick: the rest comes with the next */
#define WAL_IDLE 1000                  /* pages: copied back when nobody waits */
#define WAL_BUSY 4000                  /* 16 MB: copied back between batches whoever waits */

/* --- the ballast -------------------------------------------------------------------------------------------------------- */

int ballast_make(const char *dir)
{
	char path[512];
	int fd, r;

	snprintf(path, sizeof path, "%s/ballast", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return errno == ENOSPC || errno == EDQUOT ? ERR_FULL : ERR_IO;
	r = posix_fallocate(fd, 0, BALLAST_BYTES);
	close(fd);
	if (r != 0)
		unlink(path);
	return r == 0 ? 0 : r == ENOSPC || r == EDQUOT || r == EFBIG ? ERR_FULL : ERR_IO;
}

void ballast_free(const char *dir)
{
	char path[512];

	snprintf(path, sizeof path, "%s/ballast", dir);
	unlink(path);
}

/* --- one request ---------------------------------------------------------------------------------------------------------- */

/* While the disk is full, only what an office needs to see and to leave is written, into the room the ballast gave. */
static bool allowed_when_full(const struct job *j)
{
	return j->op->phase == PHASE_READ || j->op->phase == PHASE_LOGIN || j->op->op == OP_logout;
}

static bool ends_batch(int err)
{
	return err == ERR_FULL || err == ERR_IO || err == ERR_READONLY || err == ERR_CORRUPT;
}

/* What the requests of a batch want told is given to the loop with the request itself, so that it is done in their order: the second
 * of two logins takes the place of the first, and not each that of the other. */
static void tells_take(struct writer *w, struct job *j)
{
	if (w->store->ntell == 0)
		return;
	j->tell = w->store->tell;
	j->ntell = w->store->ntell;
	w->store->tell = NULL;
	w->store->ntell = w->store->tell_size = 0;
}

static void tells_drop(struct job *j)
{
	free(j->tell);
	j->tell = NULL;
	j->ntell = 0;
}

/* Before the operation is kept: the answer is made, and where it does not fit nothing has happened; then its receipt. */
static int answer_fits(void *arg, int result)
{
	struct job *j = arg;

	j->result = result;
	return job_answer(j);
}

static int receipt_keep(void *arg, struct op_ctx *cx, int64_t seq)
{
	struct job *j = arg;

	return j->extra.key ? receipt_put(cx->db, cx->store, j, seq, cx->now_ms) : 0;
}

static int one(struct writer *w, struct job *j)
{
	const struct act_end end = { answer_fits, receipt_keep, j };
	struct merkle before = w->journal.tree;
	struct op_ctx cx;
	int64_t seq = 0;
	int r;

	w->store->ntell = 0;
	j->answered = false;
	if ((r = job_bound(w->db, j)) != 0)
		return r < 0 ? r : 0;
	if (j->op->phase == PHASE_READ && j->stage == STAGE_WRITE && j->leaf) {
		if ((r = act_record(w->db, &w->journal, j->leaf, &seq)) != 0)
			w->journal.tree = before;
		return r;
	}
	if (j->extra.key && (r = receipt_find(w->db, w->store, j)) != 0)
		return r < 0 ? r : 0;
	job_context(j, &cx, w->db, w->store);
	memset(j->rp, 0, j->op->reply->size);
	r = act_run(&cx, &w->journal, w->cache, j->account, j->rq, j->rp, &seq, &end);
	if (r < 0) {
		w->journal.tree = before;
		j->answered = false;
		return r;
	}
	j->result = r;
	if (r == 0 || cx.keep)
		tells_take(w, j);
	return 0;
}

/* An error of this request alone: its savepoint is rolled back, the others go on. */
static int settle(struct writer *w, struct job *j, int r)
{
	if (r == 0)
		return 0;
	j->result = r;
	if (ends_batch(r) || !db_in_transaction(w->db))
		return r;
	return 0;
}

/* --- the batch ------------------------------------------------------------------------------------------------------------ */

static void count_waiting(struct writer *w, size_t n)
{
	atomic_fetch_add(&w->store->batches, 1);
	atomic_fetch_add(&w->store->batch_requests, (int64_t)n);
}

static int transaction(struct writer *w, struct job *chain, bool full)
{
	size_t n = 0;
	int r;

	if ((r = db_begin(w->db)) != 0)
		return r;
	for (struct job *j = chain; j; j = j->next) {
		if (full && !allowed_when_full(j)) {
			j->result = ERR_FULL;
			continue;
		}
		if ((r = settle(w, j, one(w, j))) != 0)
			return r;
		n++;
	}
	if ((r = journal_head_write(&w->journal, w->db, clock_now_ms())) != 0)
		return r;
	r = db_commit(w->db);
	if (r == 0) {
		journal_committed(&w->journal);
		count_waiting(w, n);
		if (w->store->data_changed)
			atomic_fetch_add(&w->store->data_epoch, 1);
		w->store->data_changed = false;
	}
	return r;
}

static void lost(struct writer *w, struct job *chain, int err)
{
	db_rollback(w->db);
	journal_rolled_back(&w->journal);
	store_epoch_next(w->store);
	w->store->ntell = 0;
	w->store->data_changed = false;
	for (struct job *j = chain; j; j = j->next) {
		finding_list_clear(&j->findings);
		finding_list_init(&j->findings);
		j->answered = false;
		tells_drop(j);
		j->result = err;               /* and so it binds nothing; a second try of the batch may yet */
		j->unknown = db_must_restart(w->db);
	}
}

static void set_mode(struct writer *w, enum store_mode mode)
{
	if (atomic_exchange(&w->store->mode, (int)mode) != (int)mode)
		log_warn("store: %s", mode == STORE_FULL ? "no space left: only reads and log-outs are written until there is" :
			mode == STORE_READONLY ? "the database cannot be written" : "writes again");
}

void writer_batch(struct writer *w, struct job *chain)
{
	bool full = atomic_load(&w->store->mode) == STORE_FULL;
	int r = transaction(w, chain, full);

	if (r == ERR_FULL && !full) {
		/* Room for what must go on; then once more, without the writes that have to wait. */
		lost(w, chain, r);
		set_mode(w, STORE_FULL);
		ballast_free(w->store->dir);
		w->probe_at = clock_mono_ms() + 5000;
		db_checkpoint(w->db, false, NULL);
		for (struct job *j = chain; j; j = j->next)
			j->result = 0;
		r = transaction(w, chain, true);
	}
	if (r != 0)
		lost(w, chain, r);
	else if (atomic_load(&w->store->mode) == STORE_READONLY)
		set_mode(w, STORE_FINE);
	if (r == ERR_READONLY)
		set_mode(w, STORE_READONLY);
	if (r == 0 && db_wal_links(w->db) == 0) {
		/* The log we just synced has no name any more: what we call saved would be gone with the process (security.md W10). */
		log_err("the write-ahead log was deleted by another process: stopping");
		for (struct job *j = chain; j; j = j->next) {
			j->answered = false;
			j->unknown = true;
		}
		w->stop = EXIT_RESTART;
	}
	if (db_must_restart(w->db)) {
		log_err("a sync or commit failed: what reached the disk is not known; restarting");
		w->stop = EXIT_RESTART;
	}
	/* A reader whose snapshot is older than this commit may have kept an actor under the number that act.c gave. */
	if (r == 0 && w->store->scope_changed)
		store_epoch_next(w->store);
	w->store->scope_changed = false;
	for (struct job *j = chain; j; j = j->next)
		job_answer(j);
	w->done(w->arg, chain);
}

/* --- ticks ------------------------------------------------------------------------------------------------------------------ */

typedef int tick_function(struct op_ctx *);

static int periods(struct op_ctx *cx)
{
	bool left;

	return period_tick(cx, TICK_MOST, &left);
}

static int names(struct op_ctx *cx)
{
	int r = register_index_tick(cx->db, TICK_MOST);

	return r < 0 ? r : 0;
}

/* The store's own work runs like an operation: a transaction, a leaf when it changed something. */
static void tick(struct writer *w, tick_function *f, enum op as, const char *name)
{
	struct arena arena;
	struct finding_list findings;
	static const struct actor nobody = { .name = "", .full_name = "" };
	struct op_ctx cx = { .db = w->db, .arena = &arena, .findings = &findings, .now_ms = clock_now_ms(), .zone_minutes = w->store->zone_minutes,
		.op = op_info(as), .store = w->store, .actor = &nobody };
	int64_t seq;
	int r;

	arena_init(&arena, 16u << 20);
	finding_list_init(&findings);
	cx.today = clock_day(cx.now_ms, cx.zone_minutes);
	cx.seq = journal_next(&w->journal);
	cx.leaf = journal_new(&arena, (int)as, 0, 0, cx.now_ms);
	r = cx.leaf ? db_begin(w->db) : ERR_NOMEM;
	if (r == 0)
		r = f(&cx);
	if (r == 0 && journal_any(cx.leaf))
		r = journal_write(&w->journal, w->db, cx.leaf, &seq);
	if (r == 0)
		r = journal_head_write(&w->journal, w->db, cx.now_ms);
	if (r == 0)
		r = db_commit(w->db);
	if (r == 0) {
		journal_committed(&w->journal);
	} else {
		db_rollback(w->db);
		journal_rolled_back(&w->journal);
		log_warn("%s: %s", name, err_name(r));
	}
	if (w->store->ntell && r == 0) {
		struct job *carrier = job_new();

		if (carrier) {
			tells_take(w, carrier);
			w->done(w->arg, carrier);
		}
	}
	w->store->ntell = 0;
	finding_list_clear(&findings);
	arena_clear(&arena);
	if (db_must_restart(w->db))
		w->stop = EXIT_RESTART;
}

static int prune(struct op_ctx *cx)
{
	int r = receipt_prune(cx->db, cx->now_ms);
	struct q *q;

	if (r)
		return r;
	q = db_q(cx->db, ST_ticket_prune);
	q_int(q, 1, cx->now_ms);
	if ((r = q_done(q)) != 0)
		return r;
	return bar_prune(cx->db, cx->now_ms);
}

void writer_ticks(struct writer *w)
{
	int64_t now = clock_mono_ms();

	if (atomic_load(&w->store->mode) == STORE_FULL && now >= w->probe_at) {
		w->probe_at = now + 2000;
		if (ballast_make(w->store->dir) == 0)
			set_mode(w, STORE_FINE);
	}
	if (atomic_load(&w->store->mode) != STORE_FINE)
		return;
	if (now >= w->names_at) {
		w->names_at = now + 1000;
		tick(w, names, OP_logout, "name keys");
	}
	if (now >= w->lease_at) {
		w->lease_at = now + 10000;
		tick(w, lease_tick, OP_lease_set, "lease tick");
	}
	if (now >= w->period_at) {
		w->period_at = now + 60000;
		tick(w, periods, OP_data_load, "period tick");
	}
	if (now >= w->prune_at) {
		w->prune_at = now + 60000;
		tick(w, prune, OP_logout, "prune");
	}
}

static void checkpoint(struct writer *w, bool idle)
{
	int pages = db_wal_pages(w->db), left = 0;

	atomic_store(&w->store->wal_pages, pages);
	if (pages < (idle ? WAL_IDLE : WAL_BUSY))
		return;
	if (db_checkpoint(w->db, false, &left) != 0)
		log_warn("checkpoint failed; the log keeps growing");
	if (db_must_restart(w->db))
		w->stop = EXIT_RESTART;
}

static void *run(void *arg)
{
	struct writer *w = arg;
	struct job *chain;
	size_t n;

	while (!w->stop) {
		chain = queue_take_all(&w->queue, BATCH_MAX, 500, &n);
		if (chain) {
			writer_batch(w, chain);
			checkpoint(w, false);
			writer_ticks(w);       /* each has its own hour: an office that never pauses would never see a lease end */
			continue;
		}
		if (w->queue.closed)
			break;
		writer_ticks(w);
		checkpoint(w, true);
	}
	if (w->stop)
		w->done(w->arg, NULL);
	return NULL;
}

int writer_init(struct writer *w, struct db *db, struct store *st, void (*done)(void *, struct job *), void *arg)
{
	memset(w, 0, sizeof *w);
	w->db = db;
	w->store = st;
	w->done = done;
	w->arg = arg;
	w->lease_at = w->period_at = w->prune_at = clock_mono_ms() + 1000;
	queue_init(&w->queue);
	if ((w->cache = scope_cache_new()) == NULL)
		return ERR_NOMEM;
	return journal_open(&w->journal, db);
}

int writer_start(struct writer *w)
{
	return pthread_create(&w->thread, NULL, run, w) == 0 ? 0 : ERR_NOMEM;
}

void writer_stop(struct writer *w)
{
	queue_close(&w->queue);
	pthread_join(w->thread, NULL);
}

void writer_clear(struct writer *w)
{
	queue_clear(&w->queue);
	scope_cache_free(w->cache);
}
