/* check_eval.h - the rules of a form evaluated on a filling.
 *
 * Layer: form, private to src/form. A struct checking is on the stack for one call; what it found out about
 * relevance is kept
 * in `known` when the call looks at many fields (checking_remember), and worked out each time when it looks at one. */
#ifndef BALAI_CHECK_EVAL_H
#define BALAI_CHECK_EVAL_H
#include "check.h"
#include "expr.h"
#include "form_priv.h"

struct checking {
	const struct form *form;
	const struct form_priv *priv;
	const struct filling *filling;
	const struct check_env *env;
	struct arena arena;            /* texts of one evaluation */
	int depth;                     /* evaluations inside one another: bounded by FORM_CHAIN_MAX */
	const struct choice *choice;   /* the one a choice_filter tries */
	uint8_t *known; uint32_t *place;   /* relevance by cell (0 not known, 1 yes, 2 no); first cell of each field */
	struct expr_error err;         /* of the last rule that failed */
};

void checking_begin(struct checking *, const struct form *, const struct filling *, const struct check_env *);
int  checking_remember(struct checking *);
void checking_end(struct checking *);

/* 0 or ERR_; a rule that fails to evaluate leaves *out false and gives ERR_PARSE or ERR_RANGE with err filled. */
int  checking_truth(struct checking *, const struct expr *, uint32_t roster, uint32_t row, bool *out);
/* The value as text, appended to out; nothing for a rule that fails. */
int  checking_text(struct checking *, const struct expr *, uint32_t roster, uint32_t row, struct buf *out);
/* A rule of relevance that fails counts as relevant: better asked than lost. */
bool checking_relevant(struct checking *, size_t field, uint32_t row);
bool checking_required(struct checking *, const struct field *, uint32_t row);
bool checking_choice(struct checking *, const struct field *, uint32_t row, const struct choice *);
/* The answer as it counts: "" when the field is hidden. Borrowed. NULL field gives "". */
const char *checking_answer(struct checking *, const struct field *, uint32_t row);

/* check_field.c: format, range, choice, constraint of one relevant field; 0 or ERR_NOMEM. */
int  checking_field(struct checking *, const struct field *, uint32_t row, struct finding_list *);

#endif
