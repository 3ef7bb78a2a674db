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

/* A row of the form's rosters and the person it stands for once the change was applied: for filling_row. */
struct register_row { uint32_t roster, row; int64_t person; const void *of; };   /* of: the register's own */

struct register_change {
	int64_t dossier; const char *dossier_number; const char *kind;     /* "new" "correction" "exit" "move" "member_moves" "head_died" "split" "merge" "unmerge" */
	const struct form *form; const struct filling *filling;
	int64_t base_seq;
	int64_t household;         /* the first subject: the household named when the draft was opened; 0 for new */
	int64_t other;             /* merge: the household to be merged away; member_moves: where the member goes; else 0 */
	bool checked;              /* register_try: the filling came out of form_submission() after form_check() in this very operation, so
	                            * that a new household, which merges with nothing, is not checked twice */
	int64_t area;              /* village surrogate: of a new household, of a move's target */
	int64_t result_household;  /* out: the household that came out of it (new, split: the new one) */
	struct register_row *rows; size_t nrows;   /* out, in cx->arena */
};

/* Applies. 0; OP_REFUSED with all findings in cx->findings (nothing of the register changed); ERR_. */
int register_apply(struct op_ctx *, struct register_change *);
/* The same run for a look: what would happen; writes nothing, so a reader may do it. Used at submission and by dossier_try.
 * Numbers in use elsewhere are warnings here (they block at `valid` only) and are not for everybody's eyes: */
int register_try(struct op_ctx *, struct register_change *);
bool register_finding_private(uint32_t code);    /* keep on record, answer only to supervisors (change-model.md rule 7) */

/* The household as known at seq (0 = now) as a filling of the form: answers, rows with their persons. 0 or ERR_NOTFOUND. */
int register_filling(struct db *, int64_t household, int64_t seq, const struct form *, struct filling *);
/* What a dossier of this kind starts from: for a correction the register's filling, for others what their form prefills. */
int register_prefill(struct op_ctx *, const char *kind, int64_t household, int64_t other, int64_t seq, const struct form *, struct filling *);

/* Differences of a dossier: base, now, proposed, by (subject, field), labelled. Rows in the arena. */
int register_differences(struct op_ctx *, const struct register_change *, struct w_difference **, size_t *n);

/* Digest over the commitments of household, membership and person versions as of seq, in id order (change-model.md rule 9). */
int register_line_hash(struct db *, int64_t household, int64_t seq, uint8_t hash[32]);
/* Active households of a village and their members; seq 0: the live counters, else counted as known at seq. */
int register_recap(struct db *, int64_t village, int64_t seq, uint64_t *households, uint64_t *persons);
bool register_other_is_merged(const char *kind);       /* its second household is the one a merge has emptied */
int register_head_name(struct db *, int64_t household, int64_t seq, struct arena *, const char **name);

/* Search by name covers dossiers that are not closed: to be called when one is submitted or revised, and when it closes. */
int register_index_dossier(struct op_ctx *, int64_t dossier, int64_t area, const struct form *, const struct filling *);
int register_unindex_dossier(struct db *, int64_t dossier);
/* Makes the name keys of up to `max` persons that have none yet; the store's loop calls it while idle. Number made, or ERR_. */
int register_index_tick(struct db *, int max);

#endif
