/* dossier.h - a dossier as a row of the store, and the one way in which it takes a step.
 *
 * Layer: store. Everything is called inside the transaction of an operation or of a tick.
 * Invariants, kept by dossier_move() and lease.c alone: a dossier is in one state of its flow; dossier_count equals count(*);
 * it stands in `waiting` exactly when a queue takes its state and kind and nobody holds it; it has at most one lease.
 * Texts of struct dossier live in the context's arena. */
#ifndef BALAI_DOSSIER_H
#define BALAI_DOSSIER_H
#include "filling.h"
#include "flow.h"
#include "op.h"
#include "register.h"
#include "text.h"

struct dossier {
	int64_t id; const char *number, *kind, *state; int64_t area; uint64_t rev;
	int64_t filling; const char *flow_name; int64_t base_seq; const char *channel; int64_t maker, household, other;
	const char *head; int64_t head_person, submitted_at, state_at; const char *due_on; int64_t fence;
	const char *reason, *note; int64_t applied_seq, result_household, batch, import;
	const struct flow *flow; int state_at_flow, kind_at_flow;     /* indexes in the flow; -1 when it knows them no more */
};

/* 0, ERR_NOTFOUND, ERR_. A dossier without a flow that knows it is ERR_CORRUPT and logged. */
int dossier_get(struct op_ctx *, int64_t id, struct dossier *);

/* A new row in the flow's first state, counted there already (as a draft); the caller makes it step on at once. */
int dossier_put(struct op_ctx *, struct dossier *);

/* One step along an event: state, revision, history, counters, queue; any lease ends. actor 0: the store.
 * The event's conditions have been checked by the caller. */
struct dossier_step { const struct flow_event *event; const char *reason, *note; const struct w_flag *flag; size_t nflag; int64_t actor; };
int dossier_move(struct op_ctx *, struct dossier *, const struct dossier_step *);
int dossier_count_add(struct op_ctx *, int64_t area, const char *state, const char *kind, int n);

/* The queue that takes it in its present state; NULL: none. Puts it there / takes it out. */
const struct flow_queue *dossier_queue(const struct dossier *);
int64_t dossier_prio(const struct flow_queue *, const struct dossier *);
int dossier_wait(struct op_ctx *, const struct dossier *);
int dossier_unwait(struct op_ctx *, int64_t dossier);

/* How many of these villages' dossiers the account holds in a queue. */
int queue_mine_count(struct op_ctx *, const char *queue, const int64_t *village, size_t n, uint64_t *held);
/* How many wait in a queue in these villages, and how many of them are late: out of counters and an index, not by counting rows. */
int queue_counts(struct op_ctx *, const struct flow *, const struct flow_queue *, const int64_t *village, size_t n, uint64_t *waiting,
                 uint64_t *late);

/* The flow of new dossiers, and of this one. NULL: none is loaded. */
const struct flow *dossier_flow(struct op_ctx *);

/* What keeps the actor from firing the event (roles, maker, gates; not the lease): findings are added. 0 or ERR_. */
int dossier_hinder(struct op_ctx *, const struct dossier *, const struct flow_event *, struct finding_list *);
/* Did the account make the dossier or any revision of it? 1, 0, ERR_. */
int dossier_made_by(struct op_ctx *, const struct dossier *, int64_t account);

/* Gates: masks of those recorded with a result that opens / keeps shut, and the short text of lists ("M L . -"). */
int dossier_gates(struct op_ctx *, const struct dossier *, uint32_t *open, uint32_t *shut);
const char *dossier_gates_text(struct arena *, const struct flow *, int kind, uint32_t open, uint32_t shut);

/* Its filling and what register_*() needs to know. The filling is initialised here; filling_clear() by the caller. */
int dossier_change(struct op_ctx *, const struct dossier *, struct filling *, struct register_change *);
/* The same for a filling that is in memory already, and stays the caller's. */
int dossier_change_of(struct op_ctx *, const struct dossier *, const struct form *, const struct filling *, struct register_change *);
/* The journal learns which persons an answer about it shows. */
int dossier_shown(struct op_ctx *, const struct dossier *, const struct filling *, const struct form *);

/* Findings of a filling on record: codes and places. private ones are for supervisors. */
int dossier_findings_put(struct op_ctx *, int64_t filling, const struct finding_list *);
int dossier_findings_get(struct op_ctx *, int64_t filling, bool with_private, struct w_finding **, size_t *n);
int dossier_findings_rows(struct op_ctx *, const struct finding_list *, struct w_finding **, size_t *n);
/* Adds a copy of f to the list. */
int dossier_finding_copy(struct finding_list *, const struct finding *);

/* dossier_line of lists; the row a dossier_line statement stands on. */
int dossier_line_get(struct op_ctx *, struct q *, struct w_dossier_line *);
int dossier_line_one(struct op_ctx *, int64_t dossier, struct w_dossier_line *);
/* The head of a household of the register as of now: "" and 0 when there is none. */
int dossier_head_of(struct op_ctx *, int64_t household, const char **name, int64_t *person);
int dossier_line_shown(struct op_ctx *, int64_t head_person);

/* Villages in which the account holds one of the roles, in the arena. */
int dossier_villages(struct op_ctx *, unsigned roles, const int64_t **, size_t *n);

/* A text somebody wrote beside the form (note, reference): clean in the arena, or a refusal that says what is wrong and where. */
int dossier_text(struct op_ctx *, const char *, size_t max, bool newline, const char **out);
enum finding_code dossier_text_fault(enum text_fault);
/* Is it a code of that choice list? */
bool dossier_list_has(struct op_ctx *, const char *list, const char *code);
/* The code's Indonesian text, for paper; the code itself when the list does not have it (any more). */
const char *dossier_list_label(struct op_ctx *, const char *list, const char *code);
/* Applies its change to the register inside db_reg_save(). 0 (applied_seq and result_household are set, the row is written by the
 * step that follows), OP_REFUSED with the register's findings, ERR_. */
int dossier_apply(struct op_ctx *, struct dossier *);

/* Erasure: the person's answers go from fillings and drafts, the dossiers' names too; commitments of the past say nothing any
 * more. Writer, inside an operation with a leaf. */
int dossier_erase_person(struct op_ctx *, int64_t person);

/* Days "YYYY-MM-DD" in the arena. */
const char *dossier_day(struct op_ctx *, int32_t day);

#endif
