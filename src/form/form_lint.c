/* form_lint.c - what is allowed in a form and nearly always a mistake. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "expr_tree.h"
#include "form_priv.h"

struct lint { struct reader *rd; const struct rule_text *rule; const char *name; };

static void warn(struct lint *l, const struct node *n, const char *what, const char *word, const char *more)
{
	reader_warn(l->rd, l->rule->line, "%s, character %d: %s%s%s", l->name, n->at + 1, what, word, more);
}

static const struct field *field_of(const struct lint *l, const struct node *n)
{
	const struct form *form = l->rd->form;

	return n->op == NODE_FIELD && n->slot < (int)form->nfield ? &form->field[n->slot] : NULL;
}

static bool is_code(const struct node *n)
{
	return n->op == NODE_CONST && !n->empty;
}

/* The constant as the code of a choice: 1 and '1' are the same. */
static void code_text(const struct node *n, char *out, size_t size)
{
	if (n->kind == EXPR_NUMBER)
		snprintf(out, size, "%.15g", n->value.number);
	else
		snprintf(out, size, "%s", n->value.text);
}

static void lint_code(struct lint *l, const struct node *field, const struct node *code)
{
	const struct field *f = field_of(l, field);
	char text[64];

	if (f == NULL || f->choices == NULL || !is_code(code))
		return;
	code_text(code, text, sizeof text);
	if (form_choice(f, text) == NULL)
		reader_warn(l->rd, l->rule->line, "%s, character %d: the list of ${%s} has no code %s", l->name, code->at + 1,
			f->name, text);
}

static bool is_compare(enum node_op op)
{
	return op >= NODE_EQ && op <= NODE_GE;
}

static void lint_compare(struct lint *l, const struct node *a, const struct node *b)
{
	const struct field *f = field_of(l, a);

	if (f != NULL && f->type == FIELD_TEXT && b->kind == EXPR_NUMBER && b->op != NODE_FIELD)
		warn(l, a, "the text field ${", f->name, "} is compared with a number");
	lint_code(l, a, b);
}

static void lint_bare(struct lint *l, const struct node *n)
{
	const struct field *f = field_of(l, n);

	if (f != NULL && n->kind != EXPR_BOOL)
		warn(l, n, "${", n->name, "} alone as a condition: compare it, = 1 or != ''");
}

/* Recursion is as deep as the tree, which is bounded. */
static void lint_node(struct lint *l, const struct node *n)
{
	if (n->op == NODE_CONST && n->kind == EXPR_NUMBER && n->value.number == 365.25)
		warn(l, n, "365.25 is a day late on many birthdays: use age(${date}, today())", "", "");
	if (is_compare(n->op)) {
		lint_compare(l, n->arg[0], n->arg[1]);
		lint_compare(l, n->arg[1], n->arg[0]);
	}
	if (n->op == NODE_AND || n->op == NODE_OR)
		for (size_t i = 0; i < n->narg; i++)
			lint_bare(l, n->arg[i]);
	if (n->op == NODE_CALL) {
		if (strcmp(n->func->name, "selected") == 0)
			lint_code(l, n->arg[0], n->arg[1]);
		if (strcmp(n->func->name, "not") == 0 || strcmp(n->func->name, "if") == 0 ||
			strcmp(n->func->name, "any") == 0 || strcmp(n->func->name, "all") == 0)
			lint_bare(l, n->arg[0]);
	}
	for (size_t i = 0; i < n->narg; i++)
		lint_node(l, n->arg[i]);
}

static void lint_rule(struct reader *rd, const struct expr *e, const struct rule_text *rule, const char *name,
	bool condition)
{
	struct lint l = { .rd = rd, .rule = rule, .name = name };

	if (e == NULL)
		return;
	if (condition)
		lint_bare(&l, e->root);
	lint_node(&l, e->root);
}

/* One thing that a condition asks for: ${f} = code, or selected(${f}, code). */
struct demand { const struct field *field; char code[64]; };

static bool demand_of(const struct form *form, const struct node *n, struct demand *d)
{
	const struct node *a = n->narg > 0 ? n->arg[0] : NULL, *b = n->narg > 1 ? n->arg[1] : NULL, *swap;
	bool chosen = n->op == NODE_CALL && strcmp(n->func->name, "selected") == 0;

	if (n->op != NODE_EQ && !chosen)
		return false;
	if (n->op == NODE_EQ && a->op == NODE_CONST) {
		swap = a;
		a = b;
		b = swap;
	}
	if (a->op != NODE_FIELD || !is_code(b) || a->slot >= (int)form->nfield)
		return false;
	d->field = &form->field[a->slot];
	code_text(b, d->code, sizeof d->code);
	return true;
}

/* Nobody can fulfil it: it is constantly false, or asks for a code that does not exist, for two codes of a field
 * at once,
 * or for an answer of a field that itself cannot be reached. */
static bool impossible(const struct form *form, const struct expr *e, const uint8_t *lost)
{
	const struct node *alone[1], *const *part = alone;
	struct expr_env env = { 0 };
	struct expr_error err;
	struct expr_value v;
	const int *slots;
	size_t n = 1;

	if (e == NULL)
		return false;
	alone[0] = e->root;
	if (expr_reads(e, &slots) == 0 && e->root->op == NODE_CONST)
		return expr_eval(e, &env, &v, &err) == 0 && !expr_truth(v);
	if (e->root->op == NODE_CALL && strcmp(e->root->func->name, "false") == 0)
		return true;
	if (e->root->op == NODE_AND) {
		part = (const struct node *const *)e->root->arg;
		n = e->root->narg;
	}
	for (size_t i = 0; i < n; i++) {
		struct demand d, other;

		if (!demand_of(form, part[i], &d))
			continue;
		if (lost[d.field - form->field] || (d.field->choices != NULL && form_choice(d.field, d.code) == NULL))
			return true;
		for (size_t k = 0; k < i && d.field->type != FIELD_MANY; k++)
			if (demand_of(form, part[k], &other) && other.field == d.field && strcmp(other.code, d.code) != 0)
				return true;
	}
	return false;
}

static void lint_reach(struct reader *rd)
{
	const struct form *form = rd->form;
	uint8_t *lost = arena_alloc(&rd->scratch, form->nfield + 1);
	bool more = true;

	if (lost == NULL) {
		reader_nomem(rd);
		return;
	}
	while (more) {
		more = false;
		for (size_t i = 0; i < form->nfield; i++) {
			const struct field *f = &form->field[i];

			if (lost[i] ||
				(!impossible(form, f->relevant, lost) && !impossible(form, form->section[f->section].relevant, lost)))
				continue;
			lost[i] = 1;
			more = true;
			reader_warn(rd, f->line, "nobody can reach the field %s: its relevant is never true", f->name);
		}
	}
}

void form_lint(struct reader *rd)
{
	const struct form *form = rd->form;

	for (size_t i = 0; i < form->nsection; i++)
		lint_rule(rd, form->section[i].relevant, &rd->section_rule[i], "relevant", true);
	for (size_t i = 0; i < form->nfield; i++) {
		const struct field *f = &form->field[i];

		lint_rule(rd, f->relevant, &rd->rule[i][RULE_RELEVANT], "relevant", true);
		lint_rule(rd, f->required_if, &rd->rule[i][RULE_REQUIRED], "required", true);
		lint_rule(rd, f->constraint, &rd->rule[i][RULE_CONSTRAINT], "constraint", true);
		lint_rule(rd, f->calculate, &rd->rule[i][RULE_CALCULATE], "calculate", false);
		lint_rule(rd, f->choice_filter, &rd->rule[i][RULE_FILTER], "choice_filter", true);
		if (f->constraint != NULL && f->message_id == NULL)
			reader_warn(rd, rd->rule[i][RULE_CONSTRAINT].line,
				"the constraint of %s has no message id: the clerk will not know what is wrong", f->name);
		if (f->constraint == NULL && f->message_id != NULL)
			reader_warn(rd, f->line, "field %s has a message, but no constraint", f->name);
	}
	lint_reach(rd);
}
