/* reader.h - threads with read-only connections: looks, and the steps before a hash.
 *
 * Layer: store. A job goes on to the writer's queue (a read whose leaf has to be written) or back to the loop. */
#ifndef BALAI_READER_H
#define BALAI_READER_H
#include "batch.h"

#define READERS 3
#define READ_MS 2000                   /* a look that takes longer holds up checkpoints: it ends with too_busy */

struct readers {
	struct queue queue; struct writer *writer; struct store *store; const char *path;
	void (*done)(void *, struct job *); void *arg;
	pthread_t thread[READERS]; struct db *db[READERS]; struct scope_cache *cache[READERS]; size_t n;
};
int  readers_start(struct readers *, struct writer *, const char *path);
void readers_stop(struct readers *);

#endif
