/* scope.h - whose hands an operation is in, and what they reach. The one place that decides it.
 *
 * Layer: store. Everything comes from the operation table (roles, scope rule) and from rows (grants, areas, objects): nothing
 * from the request but the object's id. Called on a reader before the look, and again inside the writer's transaction.
 * "Not yours" and "does not exist" leave by the same line of code. */
#ifndef BALAI_SCOPE_H
#define BALAI_SCOPE_H
#include "op.h"

/* Actors already worked out by this thread; an entry is good for one epoch of the store (store_epoch), one day and one mask. */
struct scope_cache;
struct scope_cache *scope_cache_new(void);
void scope_cache_free(struct scope_cache *);
/* The account with its grants of today; villages only of grants with one of the roles. Borrowed until the next call with this
 * cache. 0; ERR_NOTFOUND: no such account or disabled; ERR_. epoch: read before the transaction began. */
int scope_actor(struct scope_cache *, struct db *, int64_t account, unsigned roles, int32_t today, uint64_t epoch, const struct actor **);

/* 0, OP_REFUSED with not_permitted, ERR_. Fills in an object's id where the request names it by its printed number. */
int scope_check(struct op_ctx *, void *rq);

#endif
