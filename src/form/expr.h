/* expr.h - the XLSForm subset of forms/README: compile, ask what it reads, evaluate.
 *
 * Layer: form. Typed values, bounded steps (EXPR_STEPS), no recursion from data, no I/O; today is passed in.
 * A compiled expression is immutable and may be evaluated by any number of threads.
 * Bounds: a text of at most EXPR_TEXT_MAX bytes, EXPR_NEST levels of brackets, a tree of at most EXPR_DEPTH levels. */
#ifndef BALAI_EXPR_H
#define BALAI_EXPR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arena.h"
#include "buf.h"

#define EXPR_STEPS 20000
#define EXPR_TEXT_MAX 4000
#define EXPR_NEST 100
#define EXPR_DEPTH 100

enum expr_kind { EXPR_BOOL, EXPR_NUMBER, EXPR_TEXT, EXPR_DATE };
struct expr_value {
	enum expr_kind kind;
	bool truth;
	double number;
	const char *text;
}; /* date: number = days since 1970; unanswered: EXPR_TEXT "" */

/* How a name becomes a slot and a slot a value. slot >= 0; "." is asked as the name ".", word(N) as "#N". */
struct expr_name { int slot; enum expr_kind kind; uint32_t roster; };
struct expr_names {
	bool (*find)(void *arg, const char *name, struct expr_name *);
	bool (*find_roster)(
		void *arg, const char *name, uint32_t *roster); /* ${member} in count(), indexed-repeat(); NULL: none */
	uint32_t (*of)(void *arg, uint32_t roster); /* the roster its rows belong to, 0 none; may be NULL */
	const char *(*near)(void *arg, const char *name); /* what was probably meant, NULL none; may be NULL */
	void *arg;
	uint32_t roster;               /* where the expression stands; 0 for the household */
	bool any_roster; /* the roster named in indexed-repeat() need not be known: the field says which it is */
};
/* row 0 = household field or the present row's own roster is given by the evaluator's caller in `row`. */
struct expr_env {
	struct expr_value (*value)(void *arg, int slot, uint32_t row);
	uint32_t (*rows)(
		void *arg, uint32_t roster, uint32_t after); /* next row number, 0 none: for count, sum, any, all */
	uint32_t (*of)(void *arg, uint32_t roster, uint32_t row); /* row of the roster this row belongs to; may be NULL */
	void *arg;
	int32_t today;                 /* days since 1970-01-01 */
	uint32_t roster, row;          /* where the expression stands; 0,0 for the household */
	struct arena *arena;           /* texts made during evaluation */
};
struct expr;
struct expr_error { int at; char text[160]; };    /* at: 0-based byte position */

/* The expression lives in the arena. 0, ERR_PARSE with *err, ERR_NOMEM. */
int expr_compile(const char *text, const struct expr_names *, struct arena *, struct expr **, struct expr_error *err);
size_t expr_reads(const struct expr *, const int **slots);      /* which slots it may read, ascending */
/* What it will give, as far as the text says; texts and numbers mixed count as EXPR_TEXT. */
enum expr_kind expr_kind(const struct expr *);
const char *expr_text(const struct expr *);                     /* as it was written */
/* 0; ERR_PARSE with *err for an impossible date and the like; ERR_RANGE when the steps ran out; ERR_NOMEM. */
int expr_eval(const struct expr *, const struct expr_env *, struct expr_value *, struct expr_error *err);

bool expr_truth(struct expr_value);                  /* empty, 0, not-a-number and false are false */
double expr_number(struct expr_value);               /* NaN for what is no plain decimal number */
bool expr_missing(struct expr_value);                /* '' and NaN */
/* The value as text, the way concat() and a stored answer have it: NaN and the infinite are "". */
void expr_show(struct expr_value, struct buf *out);
/* A text as a value of a kind: "" is unanswered; false when the text is not of that kind. The text is borrowed. */
bool expr_parse_value(enum expr_kind, const char *text, struct expr_value *);
const char *expr_kind_name(enum expr_kind);          /* "boolean" "number" "string" "date" */

#endif
