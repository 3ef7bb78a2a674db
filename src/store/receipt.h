/* receipt.h - what an act answered, kept by its idempotency key in the transaction of the act.
 *
 * Layer: store, writer only. The digest is keyed and the reply encrypted (receipt.key, outside the database): a request may hold a
 * password, a reply a one-time code. */
#ifndef BALAI_RECEIPT_H
#define BALAI_RECEIPT_H
#include "job.h"

#define RECEIPT_DAYS 35            /* as long as a far office may be without a line */

/* 1: answered before; job->rp or the findings and job->result are what they were. 0: not yet. A key
 * that was used for something else is 1 too, with job->result = OP_REFUSED and key_reused. */
int receipt_find(struct db *, struct store *, struct job *);
/* Of the answer that stands in job->out. */
int receipt_put(struct db *, struct store *, struct job *, int64_t seq, int64_t now_ms);
int receipt_prune(struct db *, int64_t now_ms);

#endif
