/* lease.h - one account holds one dossier for a limited time, under a number that grows with each lease.
 *
 * Layer: store. A decision names the number: with an old one it is refused, whoever sends it. */
#ifndef BALAI_LEASE_H
#define BALAI_LEASE_H
#include "dossier.h"

struct lease { int64_t dossier, account; const char *queue, *holder; int64_t fence, until_at; };

/* The live lease of a dossier: 1, 0 none, ERR_. One that ran out counts as none. */
int lease_get(struct op_ctx *, int64_t dossier, struct lease *);
/* May this account act under that number? 0; OP_REFUSED with held_by_other or stale_fence; ERR_.
 * fence 0 passes when nobody holds it. */
int lease_check(struct op_ctx *, const struct dossier *, uint64_t fence);
/* Takes it out of its queue for the account. The caller has seen that nobody holds it. OP_REFUSED with holds_too_many: the account
 * has as many of that queue as its flow allows, so nobody keeps a queue from the others. */
int lease_take(struct op_ctx *, struct dossier *, const struct flow_queue *, struct lease *);
int lease_end(struct op_ctx *, const struct dossier *);      /* and back into the queue */
/* Every 10 s and before a claim: leases that ran out go back, at most 500 a call. Writer. */
int lease_tick(struct op_ctx *);

#endif
