/* expr_eval.c - the value of a tree. Recursion is as deep as the tree (EXPR_DEPTH), never as the data. */
#include "config.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "err.h"
#include "expr_tree.h"

int eval_step(struct eval *ev, long n)
{
	ev->steps += n;
	if (ev->steps <= EXPR_STEPS)
		return 0;
	ev->err->at = 0;
	snprintf(ev->err->text, sizeof ev->err->text, "takes more than %d steps", EXPR_STEPS);
	return ERR_RANGE;
}

int eval_fail(struct eval *ev, const struct node *n, const char *fmt, ...)
{
	va_list ap;

	ev->err->at = n->at;
	va_start(ap, fmt);
	vsnprintf(ev->err->text, sizeof ev->err->text, fmt, ap);
	va_end(ap);
	return ERR_PARSE;
}

int eval_text_of(struct eval *ev, struct expr_value v, const char **out)
{
	struct buf b;
	int rc;

	if (v.kind == EXPR_TEXT) {
		*out = v.text;
		return 0;
	}
	buf_init(&b, 0);
	expr_show(v, &b);
	rc = buf_end(&b);
	if (rc == 0 && (*out = arena_strdup(ev->env->arena, buf_str(&b))) == NULL)
		rc = ERR_NOMEM;
	buf_clear(&b);
	return rc;
}

int eval_text(struct eval *ev, const struct node *n, const char **out)
{
	struct expr_value v;
	int rc = eval_node(ev, n, &v);

	return rc != 0 ? rc : eval_text_of(ev, v, out);
}

int eval_number(struct eval *ev, const struct node *n, double *out)
{
	struct expr_value v;
	int rc = eval_node(ev, n, &v);

	*out = rc == 0 ? expr_number(v) : NAN;
	return rc;
}

int eval_days(struct eval *ev, const struct node *n, struct expr_value v, double *out)
{
	int32_t day;

	*out = NAN;
	if (v.kind == EXPR_DATE || v.kind == EXPR_NUMBER) {
		*out = v.number;
		return 0;
	}
	if (v.kind != EXPR_TEXT)
		return 0;
	switch (value_read_date(v.text, &day)) {
	case SHAPE_IMPOSSIBLE:
		return eval_fail(ev, n, "there is no such date: %.10s", v.text);
	case SHAPE_DATE:
		*out = day;
		return 0;
	case SHAPE_NONE:
		break;
	}
	return 0;
}

static int eval_field(struct eval *ev, const struct node *n, struct expr_value *out)
{
	uint32_t row = 0, roster = 0;

	if (n->from == ROW_EACH) {
		row = ev->each_row;
		roster = ev->each_roster;
	} else if (n->from == ROW_STAND) {
		row = ev->env->row;
		roster = ev->env->roster;
	}
	/* one step up for each roster between: a business row names its member's row */
	for (int i = 0; i < n->up; i++) {
		row = ev->env->of != NULL ? ev->env->of(ev->env->arg, roster, row) : 0;
		roster = n->roster;
	}
	*out = row == 0 && n->from != ROW_HOUSE ? value_text("") : ev->env->value(ev->env->arg, n->slot, row);
	if (expr_missing(*out))
		ev->unanswered = true;
	return 0;
}

/* Numbers of both sides; a date written as text counts as a date beside a date. */
static int eval_pair(struct eval *ev, const struct node *n, const struct expr_value v[2], double d[2])
{
	int rc;

	for (int i = 0; i < 2; i++) {
		d[i] = expr_number(v[i]);
		if (v[i].kind == EXPR_TEXT && v[1 - i].kind == EXPR_DATE && (rc = eval_days(ev, n->arg[i], v[i], &d[i])) != 0)
			return rc;
	}
	return 0;
}

static int eval_equal(struct eval *ev, const struct expr_value v[2], bool *equal)
{
	const char *a, *b;
	int rc;

	if (v[0].kind == EXPR_BOOL || v[1].kind == EXPR_BOOL) {
		*equal = expr_truth(v[0]) == expr_truth(v[1]);
		return 0;
	}
	if (v[0].kind == EXPR_NUMBER || v[1].kind == EXPR_NUMBER) {
		*equal = expr_number(v[0]) == expr_number(v[1]);      /* NaN equals nothing */
		return 0;
	}
	if ((rc = eval_text_of(ev, v[0], &a)) != 0 || (rc = eval_text_of(ev, v[1], &b)) != 0)
		return rc;
	*equal = strcmp(a, b) == 0;
	return eval_step(ev, (long)strlen(a) / 64);
}

static int eval_binary(struct eval *ev, const struct node *n, struct expr_value *out)
{
	struct expr_value v[2];
	bool equal;
	double d[2];
	int rc;

	if ((rc = eval_node(ev, n->arg[0], &v[0])) != 0 || (rc = eval_node(ev, n->arg[1], &v[1])) != 0)
		return rc;
	if (n->op == NODE_EQ || n->op == NODE_NE) {
		if ((rc = eval_equal(ev, v, &equal)) != 0)
			return rc;
		*out = value_bool(equal == (n->op == NODE_EQ));
		return 0;
	}
	if ((rc = eval_pair(ev, n, v, d)) != 0)
		return rc;
	switch (n->op) {
	case NODE_LT: *out = value_bool(d[0] < d[1]); return 0;
	case NODE_LE: *out = value_bool(d[0] <= d[1]); return 0;
	case NODE_GT: *out = value_bool(d[0] > d[1]); return 0;
	case NODE_GE: *out = value_bool(d[0] >= d[1]); return 0;
	case NODE_ADD: *out = value_number(d[0] + d[1]); return 0;
	case NODE_SUB: *out = value_number(d[0] - d[1]); return 0;
	case NODE_MUL: *out = value_number(d[0] * d[1]); return 0;
	case NODE_DIV: *out = value_number(d[0] / d[1]); return 0;
	default: *out = value_number(fmod(d[0], d[1])); return 0;
	}
}

/* Only as far as needed: what is behind the deciding value is not evaluated. */
static int eval_logic(struct eval *ev, const struct node *n, struct expr_value *out)
{
	bool decides = n->op == NODE_OR;
	int rc;

	for (size_t i = 0; i < n->narg; i++) {
		struct expr_value v;

		if ((rc = eval_node(ev, n->arg[i], &v)) != 0)
			return rc;
		if (expr_truth(v) == decides) {
			*out = value_bool(decides);
			return 0;
		}
	}
	*out = value_bool(!decides);
	return 0;
}

int eval_node(struct eval *ev, const struct node *n, struct expr_value *out)
{
	double d;
	int rc;

	*out = value_text("");
	if ((rc = eval_step(ev, 1)) != 0)
		return rc;
	switch (n->op) {
	case NODE_CONST:
		*out = n->value;
		return 0;
	case NODE_FIELD:
		return eval_field(ev, n, out);
	case NODE_OR: case NODE_AND:
		return eval_logic(ev, n, out);
	case NODE_NEG:
		rc = eval_number(ev, n->arg[0], &d);
		*out = value_number(-d);
		return rc;
	case NODE_CALL:
		return n->func->eval(ev, n, out);
	case NODE_ROSTER: case NODE_HERE:
		return 0;
	default:
		return eval_binary(ev, n, out);
	}
}

int expr_eval(const struct expr *e, const struct expr_env *env, struct expr_value *out, struct expr_error *err)
{
	struct eval ev = { .env = env, .err = err };

	err->at = 0;
	err->text[0] = '\0';
	return eval_node(&ev, e->root, out);
}
