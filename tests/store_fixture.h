/* store_fixture.h - an office in a directory of its own, in this process: operations run as the writer runs them, without socket.
 *
 * Time stands still at FIXTURE_NOW (12 June 2026, 09:00 in Jakarta) until clock_step(). Regency 9901. */
#ifndef BALAI_STORE_FIXTURE_H
#define BALAI_STORE_FIXTURE_H
#include "act.h"
#include "store_priv.h"

#define FIXTURE_NOW INT64_C(1781229600000)

struct store_fixture {
	const struct act_extra *extra;          /* what went before the writer, NULL nothing */
	char dir[64], path[96];
	struct db *db; struct store *store; struct journal journal; struct scope_cache *cache;
	struct arena arena;                  /* replies live here until the next store_fixture_run() */
	struct finding_list findings;        /* of the last run */
	int64_t seq;                         /* journal number of the last run, 0 none */
	bool kept;                           /* a refusal that is on record */
	bool unverified;                     /* set by a test that wrote rows past the operations */
};

void store_fixture_open(struct store_fixture *);
void store_fixture_close(struct store_fixture *);                    /* removes the directory */
/* An account with a role ("operator,verifier") in an area (0: the whole office). */
int64_t store_fixture_account(struct store_fixture *, const char *name, const char *roles, int64_t area);
/* One operation as its phase says: look and read on a snapshot, act and quiet in a transaction with leaf. 0, OP_REFUSED, ERR_.
 * rq must be writable (a printed number is turned into an id); rp is filled. */
int store_fixture_run(struct store_fixture *, int64_t account, enum op, void *rq, void *rp);
/* Loads a data file of the source tree (form, list, flow ...) as its newest version; name "" = from the file's name. */
void store_fixture_data(struct store_fixture *, const char *sort, const char *name, const char *path);
/* One number from one statement of the registry-free kind: for asserts only. */
int64_t store_fixture_int(struct store_fixture *, const char *sql);
/* A statement behind the store's back: what only somebody with the file could do. Fails the test. */
void store_fixture_sql(struct store_fixture *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A writer's context of the store itself, inside a transaction that store_fixture_end() commits: for ticks and inner functions. */
struct op_ctx *store_fixture_begin(struct store_fixture *, int64_t account, enum op);
void store_fixture_end(struct store_fixture *, struct op_ctx *, bool keep);

#endif
