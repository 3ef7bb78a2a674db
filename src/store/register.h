/* register.h - the register and the only functions that change it.
 *
 * Layer: store. Rules: change-model.md. Everything is called on the writer inside db_reg_save(); a refusal rolls the
 * register's part back as a whole, all conflicts are reported at once.
 * A change is a filling of the kind's form against base_seq. Three-way merge by (subject, field), compared by value. */
#ifndef BALAI_REGISTER_H
#define BALAI_REGISTER_H
#include "filling.h"
#include "form.h"
#include "op.h"

struct register_change {
	int64_t dossier; const char *dossier_number; const char *kind;     /* "new" "correction" "exit" "move" "member_moves" "head_died" "split" "merge" "unmerge" */
	const struct form *form; const struct filling *filling;
	int64_t base_seq;
	int64_t household;         /* the first subject: the household named when the draft was opened; 0 for new */
	int64_t other;             /* merge: the household to be merged away; member_moves: where the member goes; else 0 */
	int64_t area;              /* village surrogate: of a new household, of a move's target */
	int64_t result_household;  /* out: the household that came out of it (new, split: the new one) */
};

/* Applies. 0; OP_REFUSED with all findings in cx->findings (nothing of the register changed); ERR_. */
int register_apply(struct op_ctx *, struct register_change *);
/* The same run for a look: what would happen, rolled back always. Used at submission and by dossier_try. */
int register_try(struct op_ctx *, struct register_change *);

/* The household as known at seq (0 = now) as a filling of the form: answers, rows with their persons. 0 or ERR_NOTFOUND. */
int register_filling(struct db *, int64_t household, int64_t seq, const struct form *, struct filling *);
/* What a dossier of this kind starts from: for a correction the register's filling, for others what their form prefills. */
int register_prefill(struct db *, const char *kind, int64_t household, int64_t other, int64_t seq, const struct form *, struct filling *);

/* Differences of a dossier: base, now, proposed, by (subject, field), labelled. Rows in the arena. */
int register_differences(struct op_ctx *, const struct register_change *, struct w_difference **, size_t *n);

/* Digest over the commitments of household, membership and person versions as of seq, in id order (change-model.md rule 9). */
int register_line_hash(struct db *, int64_t household, int64_t seq, uint8_t hash[32]);
int register_head_name(struct db *, int64_t household, int64_t seq, struct arena *, const char **name);

#endif
