/* expr_tree.h - a compiled expression from the inside: for the evaluator, the lint and the rules in words.
 *
 * Layer: form, private to src/form. Nodes live in the arena of expr_compile() and never change after it. */
#ifndef BALAI_EXPR_TREE_H
#define BALAI_EXPR_TREE_H
#include "expr.h"
#include "pattern.h"

enum node_op {
	NODE_CONST, NODE_FIELD, NODE_ROSTER, NODE_HERE,          /* ${a}, ${member}, the ".." of position() */
	NODE_NEG, NODE_OR, NODE_AND, NODE_EQ, NODE_NE, NODE_LT, NODE_LE, NODE_GT, NODE_GE,
	NODE_ADD, NODE_SUB, NODE_MUL, NODE_DIV, NODE_MOD, NODE_CALL
};

/* Where the row of a field comes from. */
enum node_row { ROW_HOUSE, ROW_STAND, ROW_EACH };

/* Small on purpose: a questionnaire has some 500 of them, and every session holds it. */
struct node {
	enum node_op op : 8;
	enum expr_kind kind : 8;       /* what it gives */
	enum node_row from : 8;        /* NODE_FIELD */
	uint8_t up;                    /* NODE_FIELD: how many times to go from the row to the one it belongs to */
	uint8_t height;                /* at most EXPR_DEPTH + 1 */
	bool empty;                    /* the literal '' (fits every kind) */
	uint16_t at;                   /* byte position in the text */
	uint16_t narg, arg_size;
	int slot;                      /* NODE_FIELD */
	uint32_t roster;               /* of the field, of indexed-repeat and position */
	uint32_t walk;                 /* argument of an aggregate: the roster whose rows it is evaluated in, 0 once */
	struct node **arg;
	union {
		struct expr_value value;   /* NODE_CONST */
		const char *name;          /* NODE_FIELD, NODE_ROSTER: as written, "." for the own value */
		struct {
			const struct expr_func *func;      /* NODE_CALL */
			struct pattern *pattern;           /* regex() with a literal pattern */
		};
	};
};

struct expr {
	struct node *root;
	const char *text;
	int *reads; size_t nreads;
};

struct eval;
typedef int func_eval(struct eval *, const struct node *, struct expr_value *out);

/* kind: of the result; EXPR_TEXT with `same` means "as its arguments" (if, coalesce, min, max follow them). */
struct expr_func {
	const char *name;
	int min, max;                  /* number of arguments */
	enum expr_kind kind;
	bool walks;                    /* an aggregate: walks the rows of a roster */
	bool same;
	func_eval *eval;
	const char *usage;             /* for messages and forms/README */
};
extern const struct expr_func expr_funcs[];
extern const size_t expr_nfuncs;
const struct expr_func *expr_func_find(const char *name, size_t n);

/* Evaluation, shared by expr_eval.c and expr_func.c. */
struct eval {
	const struct expr_env *env;
	struct expr_error *err;
	long steps;
	uint32_t each_roster, each_row;       /* the row an aggregate is at */
	bool unanswered;                      /* an unanswered field was read since the aggregate's row began */
};
int eval_node(struct eval *, const struct node *, struct expr_value *out);
int eval_step(struct eval *, long n);                                  /* ERR_RANGE when they ran out */
int eval_fail(struct eval *, const struct node *, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int eval_text(struct eval *, const struct node *, const char **out);   /* the node's value as text */
int eval_text_of(struct eval *, struct expr_value, const char **out);
int eval_number(struct eval *, const struct node *, double *out);
/* The value as days: a date, or a text that is written like one. ERR_PARSE for an impossible date, NaN for
 * anything else. */
int eval_days(struct eval *, const struct node *, struct expr_value, double *out);

struct expr_value value_bool(bool);
struct expr_value value_number(double);
struct expr_value value_text(const char *);
struct expr_value value_date(double days);

/* Days and texts: any day of the calendar from year 1 to 9999. */
enum date_shape { SHAPE_NONE, SHAPE_IMPOSSIBLE, SHAPE_DATE };
enum date_shape value_read_date(const char *text, int32_t *day);
void value_show_date(int32_t day, char out[static 16]);
void value_civil(int32_t day, int *year, int *month, int *mday);
#define VALUE_DAY_MIN (-719162)   /* 0001-01-01 */
#define VALUE_DAY_MAX 2932896     /* 9999-12-31 */

#endif
