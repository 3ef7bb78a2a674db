/* register_join.h - what merge, unmerge and the prefilling of their forms share.
 *
 * Layer: store, private to register_join.c, register_unjoin.c and register_prefill.c. */
#ifndef BALAI_REGISTER_JOIN_H
#define BALAI_REGISTER_JOIN_H
#include "register_run.h"

struct join_pair { struct reg_member *loser, *winner; uint32_t row; };     /* winner NULL: comes over as a member of his own */
struct join_gap {
	const struct field *f; const struct join_pair *pair;               /* pair NULL: of the household */
	const char *winner, *loser;
	int take;                                                          /* 1 winner's, 2 loser's, 0 not chosen */
};

/* Every field of the questionnaire in which the two records differ, household first, then pair by pair. */
int join_gaps(struct reg_run *, const struct form *questionnaire, const struct join_pair *, size_t npair, struct join_gap **, size_t *n);

int join_set(struct filling *, const struct form *, const char *name, uint32_t row, const char *value);
int join_set_int(struct filling *, const struct form *, const char *name, uint32_t row, int64_t value);
int prefill_merge(struct reg_run *, struct filling *);
int prefill_unmerge(struct reg_run *, struct filling *);
#endif
