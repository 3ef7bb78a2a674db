/* dossier_submit.h - the steps of a submission that clerk, import and the opening of a window share.
 *
 * Layer: store, writer. */
#ifndef BALAI_DOSSIER_SUBMIT_H
#define BALAI_DOSSIER_SUBMIT_H
#include "dossier.h"

/* Calculates, checks everything, and makes what is submitted (hidden answers left out) in `sent`. base may be NULL. 0 or ERR_. */
int submit_check(struct op_ctx *, const struct form *, struct filling *typed, const struct filling *base, struct filling *sent,
                 struct finding_list *found);
/* Stores dossier (when fresh) and filling, with subjects and search keys. */
int submit_write(struct op_ctx *, struct dossier *, bool fresh, const struct form *, const struct filling *sent);
/* What the register would say to what submit_check() made: its findings are added, private ones as warnings. 0, OP_REFUSED when one blocks, ERR_. */
int submit_register(struct op_ctx *, struct dossier *, const struct form *, const struct filling *sent, struct finding_list *found);
/* Into the queue, or into reserve while no window is open. */
int submit_move(struct op_ctx *, struct dossier *, int64_t actor);
/* The form's check of a new family's draft, made on a reader before the writer has it. Whatever is not as it should be is left to
 * the writer, which takes the result only for the same save, form, lists, day and areas (op_dossier_submit). Never refuses. */
struct job;
struct submit_ready;
int submit_prepare(struct op_ctx *, struct job *);
void submit_ready_free(struct submit_ready *);
int dossier_subject_put(struct op_ctx *, int64_t dossier, int kind, int64_t id);

#endif
