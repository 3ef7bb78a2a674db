/* job.h - one request on its way through the threads of balai-store.
 *
 * Layer: store. Owned by exactly one thread at a time: the loop makes it, hands it to a reader, the hash process or the writer, gets
 * it back through done_put() and frees it. The client is named by number, never by pointer: it may be gone by then. */
#ifndef BALAI_JOB_H
#define BALAI_JOB_H
#include <pthread.h>
#include "act.h"
#include "bar.h"

enum job_stage { STAGE_LOOK, STAGE_PREPARE, STAGE_HASH, STAGE_WRITE, STAGE_ANSWER };
enum hash_kind { HASH_VERIFY = 1, HASH_MAKE = 2 };

/* What the reader found before a login or a change of password: never leaves the store. */
struct auth_check { int64_t account; char kind[10]; char hash[160]; struct bar bar; bool barred; };

struct job {
	struct job *next;
	uint64_t client, id;
	const struct op_info *op;
	void *rq, *rp;
	struct arena arena;
	struct finding_list findings;
	int64_t account, binding;
	char slot[6];                          /* "desk", "tool", or "quiet": beside a desk, for commands */
	enum job_stage stage;
	int result;                            /* 0, OP_REFUSED, ERR_ */
	bool unknown;                          /* the outcome cannot be told: ask again with the same key */
	struct buf out;                        /* the whole reply frame */
	struct journal_draft *leaf;
	int64_t came_ms, hold_ms;              /* clock_mono_ms; not answered before hold_ms */
	size_t came_bytes;                     /* of the request, as it stands in its connection's count */
	int nwant; struct { enum hash_kind kind; const char *secret, *hash; } want[2]; int hash_at;
	struct act_extra extra; struct auth_check auth; uint8_t ticket[32];
	bool binds; int64_t bound_account, bound_binding; bool bound_must_change; char bound_slot[6];   /* what the loop binds after the commit */
	uint64_t turn;                         /* its place in a queue of turns */
	bool answered;                         /* out holds the answer as it is meant */
	struct tell *tell; size_t ntell;       /* who is told, once it is committed */
};

/* Queues between threads: any number put, one or more take. Closing wakes everybody. */
struct queue { pthread_mutex_t lock; pthread_cond_t cond; struct job *head, **tail; size_t n; uint64_t turn; bool closed; };
void queue_init(struct queue *);
void queue_clear(struct queue *);
void queue_put(struct queue *, struct job *);
/* In turns: of those who wait each one's first job comes before anybody's second, so that who asks much waits for himself and keeps
 * nobody else waiting. *last: the turn of the same client's last job, 0 at first. One thread puts. */
void queue_put_turn(struct queue *, struct job *, uint64_t *last);
struct job *queue_take(struct queue *);                           /* waits; NULL when closed and empty */
struct job *queue_take_all(struct queue *, size_t max, int wait_ms, size_t *n);   /* a chain, NULL: none came in that time, or closed */
void queue_close(struct queue *);

struct job *job_new(void);
void job_free(struct job *);
/* Encodes what the job came to into job->out, once. Any thread that owns it. 0; OP_REFUSED: the reply did not fit, and a refusal that
 * says so stands in its place. */
int job_answer(struct job *);
/* Is the session that sent it still the account's? Requests wait in line behind a takeover, a logout, a disabled account. 0 yes (or
 * nobody's), 1 refused, ERR_. */
int job_bound(struct db *, struct job *);
/* The context an operation of this job runs in. */
void job_context(struct job *, struct op_ctx *, struct db *, struct store *);

/* Steps before the writer (auth.c, backup.c): run on a reader, set job->want. 0 go on, OP_REFUSED answer now, ERR_. */
typedef int prepare_function(struct op_ctx *, struct job *);
prepare_function *prepare_of(enum op);
/* A prepare step that only saves the writer work: whatever it came to, the writer decides (a repeated request has a receipt there). */
bool prepare_is_advance(enum op);

#endif
