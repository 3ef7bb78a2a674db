/* form_words.c - expressions said in Indonesian or English. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "expr_tree.h"
#include "form_words.h"

struct words { const struct form *form; bool en; struct buf *out; };

static void say(struct words *w, const char *id, const char *en)
{
	buf_puts(w->out, w->en ? en : id);
}

static void say_node(struct words *, const struct node *, int outer);

static const struct field *field_of(const struct words *w, const struct node *n)
{
	return n->op == NODE_FIELD && n->slot < (int)w->form->nfield && strcmp(n->name, ".") != 0 ? &w->form->field[n->slot]
																							  : NULL;
}

static void say_field(struct words *w, const struct node *n)
{
	const struct field *f = field_of(w, n);

	if (strcmp(n->name, ".") == 0)
		say(w, "jawaban ini", "this answer");
	else if (n->name[0] == '#')
		say(w, "kata pilihan", "the word of the choice");
	else if (f != NULL)
		buf_printf(w->out, "%s (%u)", field_label(f, w->en ? "en" : "id"), f->number);
}

static void say_const(struct words *w, const struct node *n, const struct field *f)
{
	const struct choice *c = NULL;
	struct buf text;

	buf_init(&text, 0);
	expr_show(n->value, &text);
	if (f != NULL && buf_end(&text) == 0)
		c = form_choice(f, buf_str(&text));
	if (n->kind == EXPR_TEXT && c == NULL)
		buf_printf(w->out, "\"%s\"", buf_str(&text));
	else
		buf_puts(w->out, buf_str(&text));
	if (c != NULL)
		buf_printf(w->out, " (%s)", w->en && c->label_en != NULL ? c->label_en : c->label_id);
	buf_clear(&text);
}

static void say_operand(struct words *w, const struct node *n, const struct field *f, int outer)
{
	if (n->op == NODE_CONST)
		say_const(w, n, f);
	else
		say_node(w, n, outer);
}

/* "less than" has its own words for "not less than": a bracket behind a "not" is not how people talk. */
static void say_compare(struct words *w, const struct node *n, bool negated)
{
	static const struct { enum node_op op; const char *id, *en, *not_id, *not_en; } table[] = {
		{ NODE_EQ, " = ", " = ", " bukan ", " is not " },
		{ NODE_NE, " bukan ", " is not ", " = ", " = " },
		{ NODE_LT, " kurang dari ", " less than ", " tidak kurang dari ", " not less than " },
		{ NODE_LE, " paling banyak ", " at most ", " lebih dari ", " more than " },
		{ NODE_GT, " lebih dari ", " more than ", " tidak lebih dari ", " not more than " },
		{ NODE_GE, " paling sedikit ", " at least ", " kurang dari ", " less than " },
	};
	const struct node *a = n->arg[0], *b = n->arg[1];

	if ((n->op == NODE_EQ || n->op == NODE_NE) && b->empty) {
		say_node(w, a, 9);
		if ((n->op == NODE_EQ) != negated)
			say(w, " kosong", " is empty");
		else
			say(w, " terisi", " is answered");
		return;
	}
	say_operand(w, a, field_of(w, b), 4);
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (table[i].op == n->op && negated)
			say(w, table[i].not_id, table[i].not_en);
		else if (table[i].op == n->op)
			say(w, table[i].id, table[i].en);
	say_operand(w, b, field_of(w, a), 4);
}

static void say_list(struct words *w, const struct node *n, const char *between, int level)
{
	for (size_t i = 0; i < n->narg; i++) {
		if (i != 0)
			buf_puts(w->out, between);
		say_node(w, n->arg[i], level);
	}
}

static void say_call(struct words *w, const struct node *n)
{
	const char *name = n->func->name;

	if (strcmp(name, "not") == 0 && n->arg[0]->op >= NODE_EQ && n->arg[0]->op <= NODE_GE) {
		say_compare(w, n->arg[0], true);
	} else if (strcmp(name, "not") == 0) {
		say(w, "tidak benar bahwa ", "not: ");
		say_node(w, n->arg[0], 9);
	} else if (strcmp(name, "selected") == 0) {
		say_node(w, n->arg[0], 9);
		say(w, " memuat ", " has ");
		say_operand(w, n->arg[1], field_of(w, n->arg[0]), 9);
	} else if (strcmp(name, "if") == 0) {
		say(w, "bila ", "if ");
		say_node(w, n->arg[0], 0);
		say(w, " maka ", " then ");
		say_node(w, n->arg[1], 9);
		say(w, ", selain itu ", ", else ");
		say_node(w, n->arg[2], 9);
	} else if (strcmp(name, "age") == 0) {
		say(w, "umur menurut ", "age by ");
		say_node(w, n->arg[0], 9);
	} else if (strcmp(name, "today") == 0) {
		say(w, "hari ini", "today");
	} else if (strcmp(name, "any") == 0 || strcmp(name, "all") == 0) {
		if (name[1] == 'n')
			say(w, "ada baris dengan ", "there is a row with ");
		else
			say(w, "semua baris dengan ", "all rows have ");
		say_node(w, n->arg[0], 9);
	} else if (strcmp(name, "count") == 0) {
		say(w, "banyaknya baris ", "number of rows of ");
		say_node(w, n->arg[0], 9);
	} else if (strcmp(name, "sum") == 0) {
		say(w, "jumlah dari ", "sum of ");
		say_node(w, n->arg[0], 9);
	} else if (strcmp(name, "string-length") == 0) {
		say(w, "panjang ", "length of ");
		say_node(w, n->arg[0], 9);
	} else if (strcmp(name, "own") == 0) {
		say_node(w, n->arg[0], 9);
		say(w, " di baris ini", " in this row");
	} else if (strcmp(name, "position") == 0) {
		say(w, "nomor baris", "number of the row");
	} else {
		buf_printf(w->out, "%s(", name);
		say_list(w, n, ", ", 0);
		buf_putc(w->out, ')');
	}
}

/* outer: how tightly what stands around binds; what binds looser goes into brackets. */
static void say_node(struct words *w, const struct node *n, int outer)
{
	static const struct { enum node_op op; int level; const char *id, *en; } table[] = {
		{ NODE_OR, 1, " atau ", " or " }, { NODE_AND, 2, " dan ", " and " },
		{ NODE_ADD, 5, " + ", " + " }, { NODE_SUB, 5, " - ", " - " },
		{ NODE_MUL, 6, " x ", " x " }, { NODE_DIV, 6, " : ", " : " }, { NODE_MOD, 6, " mod ", " mod " },
	};

	switch (n->op) {
	case NODE_CONST:
		say_const(w, n, NULL);
		return;
	case NODE_FIELD:
		say_field(w, n);
		return;
	case NODE_ROSTER:
		buf_puts(w->out, form_roster(w->form, n->roster) != NULL ? form_roster(w->form, n->roster)->label_id : n->name);
		return;
	case NODE_NEG:
		buf_putc(w->out, '-');
		say_node(w, n->arg[0], 9);
		return;
	case NODE_CALL:
		say_call(w, n);
		return;
	case NODE_EQ: case NODE_NE: case NODE_LT: case NODE_LE: case NODE_GT: case NODE_GE:
		if (outer > 3)
			buf_putc(w->out, '(');
		say_compare(w, n, false);
		if (outer > 3)
			buf_putc(w->out, ')');
		return;
	default:
		break;
	}
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (table[i].op == n->op) {
			if (outer > table[i].level)
				buf_putc(w->out, '(');
			say_list(w, n, w->en ? table[i].en : table[i].id, table[i].level + 1);
			if (outer > table[i].level)
				buf_putc(w->out, ')');
		}
}

void form_words(const struct form *form, const struct expr *e, const char *lang, struct buf *out)
{
	struct words w = { .form = form, .en = strcmp(lang, "en") == 0, .out = out };

	say_node(&w, ((const struct expr *)e)->root, 0);
}
