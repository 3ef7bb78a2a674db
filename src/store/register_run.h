/* register_run.h - one change being applied or tried.
 *
 * Layer: store, private to register_*.c. A kind is a row: which households it needs, which facts must still hold since the base,
 * and one function that changes the set in memory. What is wrong is added to cx->findings, all of it, before anything is written. */
#ifndef BALAI_REGISTER_RUN_H
#define BALAI_REGISTER_RUN_H
#include "check.h"
#include "filling.h"
#include "register.h"
#include "register_set.h"

struct reg_run {
	struct op_ctx *cx;
	struct register_change *ch;
	bool write;                                  /* valid: identities are checked for good; else a look at what would happen */
	struct reg_set now, base;
	struct reg_household *home, *home_base;      /* ch->household */
	struct reg_household *other, *other_base;    /* ch->other */
	struct reg_household *made;                  /* what came out of it when it is not home */
	const char *today;                           /* YYYY-MM-DD */
	const char *reason;                          /* for register_change; may be NULL */
	bool overtaken;                              /* nothing left to do, because others did it meanwhile */
};

enum { NEEDS_HOME = 1, NEEDS_OTHER = 2, SAME_MEMBERS = 4, SAME_OTHER_MEMBERS = 8, SAME_PLACE = 16, OTHER_IS_MERGED = 32 };

struct reg_kind { const char *kind; unsigned needs; int (*apply)(struct reg_run *); };

int kind_new(struct reg_run *);
int kind_correction(struct reg_run *);
int kind_exit(struct reg_run *);
int kind_move(struct reg_run *);
int kind_head_died(struct reg_run *);
int kind_member_moves(struct reg_run *);
int kind_split(struct reg_run *);
int kind_merge(struct reg_run *);
int kind_unmerge(struct reg_run *);

/* Answers of the kind's own form, by the field's name; "" when it does not ask or was not answered. */
const char *fact(const struct reg_run *, const char *name);
const char *fact_row(const struct reg_run *, const char *name, uint32_t row);
uint32_t fact_number(const struct reg_run *, const char *name);            /* the field's number for a finding, 0 */
void complain(struct reg_run *, enum finding_code, const char *field, uint32_t row, const char *arg1, const char *arg2);
bool same(const char *a, const char *b);                                   /* as identities: folded */

/* Areas: 0 and the surrogate, or 0 and 0 with a finding. */
int  run_village(struct reg_run *, const char *code, const char *field, int64_t *area);
int  run_village_usable(struct reg_run *, int64_t area, const char *field); /* open, a village, not split since the base */
int  area_succeeds(struct db *, int64_t area, int64_t before, int64_t since, bool *yes);

/* register_merge.c */
struct merge_result { struct filling merged; bool changed, wanted; };      /* changed: differs from now; wanted: mine differed from base */
int  align_filling(const struct form *, const struct filling *f, const struct filling *to, struct filling *out);
int  merge_fillings(struct reg_run *, const struct filling *base, const struct filling *now, const struct filling *mine, struct merge_result *);
int  changed_by(struct db *, struct arena *, int64_t household, int64_t since, const struct form *, uint32_t field, uint32_t roster,
                int64_t subject, const char *value, const char **number);

/* register_check.c: the invariants over what is in memory; adds findings. */
int  check_set(struct reg_run *);

/* register_leave.c, shared by kinds that take members along */
int  run_rows(struct reg_run *, struct reg_household *h, const char *roster);   /* a row for every open member, or findings */
struct reg_member *run_member(struct reg_run *, struct reg_household *h, const char *roster, uint32_t row);
void rejoin(struct reg_run *, struct reg_member **m, struct reg_card *card, const char *relation, const char *family_relation,
            const char *on, const char *reason);
void close_card(struct reg_card *, struct reg_card *successor, const char *on, const char *reason);
void close_empty_cards(struct reg_run *, const struct reg_household *h, const char *on, const char *reason);
#endif
