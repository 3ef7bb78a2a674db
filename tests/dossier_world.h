/* dossier_world.h - an office at work: clerks of two villages, verifier, supervisors, an open window, and short words for what
 * they do. On top of register_world.h; every step is an operation run as the writer runs it. */
#ifndef BALAI_DOSSIER_WORLD_H
#define BALAI_DOSSIER_WORLD_H
#include "register_world.h"

struct office {
	struct world w;
	int64_t sari, joko, ratna, hendra, dewi, kepala, agus;   /* clerks of village 0 and 1, verifier, two supervisors, head, auditor */
	int64_t regency;
	unsigned families;                     /* made so far: each has numbers of its own */
};

/* window: a period "juni" is open today in the whole regency. */
void office_open(struct office *, bool window);
void office_close(struct office *);
void office_period(struct office *, const char *name, const char *opens, const char *closes, const char *by);   /* loads it */
int  office_run(struct office *, int64_t account, enum op, void *rq, void *rp);
bool office_refused(const struct office *, enum finding_code);

/* Drafts. The filling given is saved whole. Return ids; fail the test when something is refused. */
int64_t office_draft(struct office *, int64_t account, const char *kind, int64_t household, int64_t village, struct filling *out);
uint64_t office_save(struct office *, int64_t account, int64_t draft, uint64_t saved, const struct filling *);
int64_t office_submit(struct office *, int64_t account, int64_t draft, uint64_t saved, char state[32]);
/* A family with a filling of its own, sent by the clerk. */
int64_t office_new(struct office *, int64_t account, int64_t village, char state[32]);
/* The household of a family that went the whole way. */
int64_t office_household(struct office *, int64_t account, int64_t village);

int  office_gate(struct office *, int64_t account, int64_t dossier, const char *gate, const char *state);
int  office_fire(struct office *, int64_t account, int64_t dossier, uint64_t fence, const char *event, const char *reason);
int64_t office_rev(struct office *, int64_t dossier);
const char *office_state(struct office *, int64_t dossier, char out[32]);
/* Claims the next of a queue: the dossier, or 0 when it is empty; *fence its number. */
int64_t office_next(struct office *, int64_t account, const char *queue, uint64_t *fence);

/* What must hold at any moment, asked of the tables. Fails the test. */
void office_invariants(struct office *);
int64_t office_int(struct office *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
