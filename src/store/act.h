/* act.h - one operation inside the writer's transaction: savepoint, scope once more, the operation, its leaf, release.
 *
 * Layer: store. Used by the writer thread (batch.c) and by the test fixture, so that an operation is tested as it runs. */
#ifndef BALAI_ACT_H
#define BALAI_ACT_H
#include "journal.h"
#include "op.h"
#include "scope.h"

/* What went before the writer for the engine's own operations. */
struct act_extra {
	bool hash_ok[2];                 /* verify: did it fit; make: was it made */
	char hash[2][160];               /* make: the argon2id string */
	const char *peer, *slot, *name;  /* as the client said in hello and login_begin */
	const uint8_t *key;              /* idempotency key of the request, 16 bytes, or NULL */
	char backup[60]; uint64_t backup_bytes; uint8_t backup_sha[32];
	uint64_t client;                 /* number of the connection, for who is told what */
	struct submit_ready *ready;      /* dossier_submit: the form's check, made by a reader; NULL: the operation makes it */
	const struct auth_check *auth;   /* login: what the reader found */
	uint8_t *ticket;                 /* login: 32 bytes the reply carries */
	int64_t *bound_account, *bound_binding; bool *bound_must_change; char *bound_slot;   /* out: what the loop binds to the socket after the commit */
};

/* What is done before an operation's savepoint closes. answer: the result as it is sent; 0 it may stand, else OP_REFUSED and nothing of it
 * is kept. receipt: of what is kept; 0 or ERR_, and then nothing is. */
struct act_end { int (*answer)(void *arg, int result); int (*receipt)(void *arg, struct op_ctx *, int64_t seq); void *arg; };

/* cx: db, arena, findings, now_ms, today, zone_minutes, op, store, binding, extra are set; the rest is filled in here.
 * 0 done, OP_REFUSED (cx->keep says whether a leaf of it is on record), ERR_ (the batch is lost). leaf and *seq only for
 * operations that have one. */
int act_run(struct op_ctx *cx, struct journal *, struct scope_cache *, int64_t account, void *rq, void *rp, int64_t *seq,
             const struct act_end *);                    /* NULL: neither */
/* The reader's half: scope and the operation; a read leaves its leaf in cx->leaf for act_record(). */
int act_look(struct op_ctx *cx, struct scope_cache *, int64_t account, uint64_t epoch, void *rq, void *rp);
/* Actor and scope alone: before the steps that go before the writer. */
int act_check(struct op_ctx *, struct scope_cache *, int64_t account, uint64_t epoch, void *rq);
/* The leaf of a read, written before its answer leaves. */
int act_record(struct db *, struct journal *, struct journal_draft *, int64_t *seq);

#endif
