/* draft.h - what somebody is typing, kept until it is sent or thrown away.
 *
 * Layer: store. A draft belongs to one account and is visible to no other. `saved` counts the saves; a save or a submission
 * that names an older number is refused, so a line that died never writes over what was typed later. */
#ifndef BALAI_DRAFT_H
#define BALAI_DRAFT_H
#include "filling.h"
#include "op.h"

struct draft {
	int64_t id, account; const char *kind; int64_t household, other, dossier, area;
	const uint8_t *form_sha; const struct form *form; int64_t base_seq;
	uint64_t saved; uint32_t field, row; const char *open_text;
	const uint8_t *last_digest;               /* 32 bytes or NULL */
	struct filling filling;                   /* initialised by draft_get(); filling_clear() by the caller */
};

/* The account's own draft. 0, ERR_NOTFOUND (also when it is somebody else's), ERR_. After an error nothing has to be cleared. */
int draft_get(struct op_ctx *, int64_t id, struct draft *);
/* The same without the filling, which is initialised and empty. */
int draft_get_head(struct op_ctx *, int64_t id, struct draft *);
int draft_remove(struct op_ctx *, int64_t id);
/* Answers from the wire into a filling; what is unclean, unknown or misplaced becomes a finding at its field. 0, OP_REFUSED, ERR_. */
int draft_take(struct op_ctx *, const struct form *, struct filling *, const struct w_filling_row *, size_t nrow,
               const struct w_answer *, size_t n);
/* A returned dossier on today's register: now's values, with what the old filling had changed against its own base put over.
 * All fillings are initialised; out receives the result. */
int draft_rebase(const struct form *, const struct filling *was_base, const struct filling *proposed, const struct filling *now,
                 struct filling *out);

#endif
