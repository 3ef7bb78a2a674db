/* reader.c - answers looks from a snapshot. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "log.h"
#include "reader.h"
#include "store_priv.h"

struct seat { struct readers *all; size_t i; };

static void look(struct readers *rs, struct db *db, struct scope_cache *cache, struct job *j)
{
	uint64_t epoch = store_epoch(rs->store);     /* before the snapshot: what is cached under it is at least that new */
	prepare_function *prepare = prepare_of(j->op->op);
	struct op_ctx cx;
	int r;

	job_context(j, &cx, db, rs->store);
	cx.scope_epoch = epoch;
	db_deadline(db, clock_mono_ms() + (j->stage == STAGE_PREPARE ? 60000 : READ_MS));
	r = db_begin_read(db);
	if (r == 0)
		r = job_bound(db, j);
	if (r == 0 && j->stage == STAGE_PREPARE)
		r = (r = act_check(&cx, cache, j->account, epoch, j->rq)) ? r : prepare(&cx, j);
	else if (r == 0)
		r = act_look(&cx, cache, j->account, epoch, j->rq, j->rp);
	j->leaf = cx.leaf;
	db_deadline(db, 0);
	db_rollback(db);
	if (j->stage == STAGE_PREPARE && prepare_is_advance(j->op->op) && r != 0) {
		finding_list_clear(&j->findings);
		finding_list_init(&j->findings);
		r = 0;
	}
	j->result = r;
	if (r == 0 && j->stage == STAGE_PREPARE)
		j->stage = j->nwant ? STAGE_HASH : STAGE_WRITE;
	else
		j->stage = r == 0 && j->leaf ? STAGE_WRITE : STAGE_ANSWER;
	if (j->stage == STAGE_WRITE) {
		queue_put(&rs->writer->queue, j);
		return;
	}
	if (j->stage == STAGE_ANSWER)
		job_answer(j);
	rs->done(rs->arg, j);
}

static void *run(void *arg)
{
	struct seat *seat = arg;
	struct readers *rs = seat->all;
	size_t i = seat->i;
	struct job *j;

	free(seat);
	while ((j = queue_take(&rs->queue)) != NULL)
		look(rs, rs->db[i], rs->cache[i], j);
	return NULL;
}

int readers_start(struct readers *rs, struct writer *w, const char *path)
{
	int r;

	memset(rs, 0, sizeof *rs);
	rs->writer = w;
	rs->store = w->store;
	rs->done = w->done;
	rs->arg = w->arg;
	queue_init(&rs->queue);
	for (; rs->n < READERS; rs->n++) {
		struct seat *seat = malloc(sizeof *seat);

		if (seat == NULL || (rs->cache[rs->n] = scope_cache_new()) == NULL) {
			free(seat);
			return ERR_NOMEM;
		}
		*seat = (struct seat){ rs, rs->n };
		if ((r = db_open(&rs->db[rs->n], path, DB_READ)) != 0 || pthread_create(&rs->thread[rs->n], NULL, run, seat) != 0) {
			free(seat);
			return r ? r : ERR_NOMEM;
		}
	}
	return 0;
}

void readers_stop(struct readers *rs)
{
	queue_close(&rs->queue);
	for (size_t i = 0; i < rs->n; i++) {
		pthread_join(rs->thread[i], NULL);
		db_close(rs->db[i]);
		scope_cache_free(rs->cache[i]);
	}
	queue_clear(&rs->queue);
}
