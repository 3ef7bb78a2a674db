/* batch.h - the one thread that writes: takes what waits, one transaction for all of it, answers after the commit.
 *
 * Layer: store. The writer's connection is the only one that writes or checkpoints (security.md W11).
 * Answers leave through done(): called on the writer's thread, after the commit returned. */
#ifndef BALAI_BATCH_H
#define BALAI_BATCH_H
#include "job.h"

#define BATCH_MAX 512                  /* requests in one transaction */
#define BALLAST_BYTES (16u << 20)      /* DIR/ballast: freed when the disk is full, so that reads and their leaves go on */

struct writer {
	struct db *db; struct store *store; struct journal journal; struct scope_cache *cache; struct queue queue;
	void (*done)(void *arg, struct job *chain); void *arg;
	int64_t names_at, lease_at, period_at, prune_at, probe_at;   /* clock_mono_ms of the next tick */
	pthread_t thread;
	int stop;                          /* exit status the process has to end with, 0 go on; read by the loop after done() */
};

/* Opens the journal on an open database. 0 or ERR_. */
int  writer_init(struct writer *, struct db *, struct store *, void (*done)(void *, struct job *), void *arg);
int  writer_start(struct writer *);
void writer_stop(struct writer *);     /* finishes what waits, joins */
void writer_clear(struct writer *);
/* One round by hand, for tests: takes a chain, commits, answers. */
void writer_batch(struct writer *, struct job *chain);
void writer_ticks(struct writer *);

/* The ballast: 0, ERR_FULL, ERR_IO. */
int  ballast_make(const char *dir);
void ballast_free(const char *dir);

#endif
