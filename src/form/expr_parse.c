/* expr_parse.c - text to a tree (Pratt). */
#include "config.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "err.h"
#include "expr_parse.h"
#include "near.h"

#define NAME_MAX_BYTES 60


static struct node *parse(struct parser *, int least);

struct node *parse_fail(struct parser *p, int at, const char *fmt, ...)
{
	va_list ap;

	if (p->failed == 0) {
		p->failed = ERR_PARSE;
		p->err->at = at;
		va_start(ap, fmt);
		vsnprintf(p->err->text, sizeof p->err->text, fmt, ap);
		va_end(ap);
	}
	return NULL;
}

static struct node *nomem(struct parser *p)
{
	p->failed = ERR_NOMEM;
	return NULL;
}

static void advance(struct parser *p)
{
	if (p->now.kind == TOKEN_BAD)
		return;
	p->now = lex_next(&p->lx);
	if (p->now.kind == TOKEN_BAD && p->failed == 0)
		p->failed = ERR_PARSE;             /* the lexer has filled err */
}

static bool word_is(const struct token *t, const char *word)
{
	return t->kind == TOKEN_WORD && t->n == strlen(word) && memcmp(t->text, word, t->n) == 0;
}

static struct node *node_new(struct parser *p, enum node_op op, int at)
{
	struct node *n = arena_alloc(p->arena, sizeof *n);

	if (n == NULL)
		return nomem(p);
	n->op = op;
	n->at = (uint16_t)at;
	n->height = 1;
	return n;
}

static bool node_add(struct parser *p, struct node *n, struct node *arg)
{
	struct node **v;

	if (arg == NULL)
		return false;
	if (n->narg == n->arg_size) {
		size_t size = n->arg_size != 0 ? (size_t)n->arg_size * 2 : n->op == NODE_CALL || n->op == NODE_NEG ? 1 : 2;

		if ((v = arena_alloc(p->arena, size * sizeof(struct node *))) == NULL)
			return nomem(p), false;
		if (n->narg != 0)
			memcpy(v, n->arg, n->narg * sizeof(struct node *));
		n->arg = v;
		n->arg_size = (uint16_t)size;
	}
	n->arg[n->narg++] = arg;
	if (arg->height + 1 > n->height)
		n->height = (uint8_t)(arg->height + 1);
	if (n->height > EXPR_DEPTH)
		return parse_fail(p, n->at, "this expression is too deep: split it into calculated fields"), false;
	return true;
}

/* of: the field whose roster is named here, in indexed-repeat( ); NULL everywhere else. */
static struct node *parse_field(struct parser *p, const struct node *of)
{
	struct token t = p->now;
	const char *near = NULL;
	struct expr_name found;
	struct node *n;
	char name[NAME_MAX_BYTES + 1];
	uint32_t roster;

	if (t.kind == TOKEN_DOT) {
		name[0] = '.';
		name[1] = '\0';
	} else if (t.n > NAME_MAX_BYTES) {
		return parse_fail(p, t.at, "a name of more than %d characters", NAME_MAX_BYTES);
	} else {
		memcpy(name, t.text, t.n);
		name[t.n] = '\0';
	}
	if ((n = node_new(p, NODE_FIELD, t.at)) == NULL || (n->name = arena_strdup(p->arena, name)) == NULL)
		return nomem(p);
	advance(p);
	if (p->names->find(p->names->arg, name, &found)) {
		n->slot = found.slot;
		n->kind = found.kind;
		n->roster = found.roster;
		return n;
	}
	if (t.kind != TOKEN_DOT && p->names->find_roster != NULL && p->names->find_roster(p->names->arg, name, &roster)) {
		n->op = NODE_ROSTER;
		n->roster = roster;
		return n;
	}
	if (of != NULL && p->names->any_roster && of->op == NODE_FIELD) {
		n->op = NODE_ROSTER;
		n->roster = of->roster;
		return n;
	}
	if (t.kind == TOKEN_DOT)
		return parse_fail(p, t.at, "\".\" has no meaning here: name the field, ${name}");
	if (p->names->near != NULL)
		near = p->names->near(p->names->arg, name);
	if (near != NULL)
		return parse_fail(p, t.at, "there is no field ${%s}: did you mean ${%s}?", name, near);
	return parse_fail(p, t.at, "there is no field ${%s}", name);
}

static struct node *parse_const(struct parser *p)
{
	struct token t = p->now;
	struct node *n = node_new(p, NODE_CONST, t.at);
	const char *s;

	if (n == NULL)
		return NULL;
	advance(p);
	if (t.kind == TOKEN_NUMBER) {
		n->kind = EXPR_NUMBER;
		n->value = value_number(t.number);
		return n;
	}
	if ((s = arena_strndup(p->arena, t.text, t.n)) == NULL)
		return nomem(p);
	n->kind = EXPR_TEXT;
	n->value = value_text(s);
	n->empty = t.n == 0;
	return n;
}

/* A word that is no known function. */
static struct node *fail_word(struct parser *p, const struct token *t, bool called)
{
	static const char *const operators[] = { "and", "or", "div", "mod" };
	char word[NAME_MAX_BYTES + 1], lower[NAME_MAX_BYTES + 1];
	size_t n = t->n < NAME_MAX_BYTES ? t->n : NAME_MAX_BYTES;
	struct near near;

	memcpy(word, t->text, n);
	word[n] = '\0';
	for (size_t i = 0; i <= n; i++)
		lower[i] = word[i] >= 'A' && word[i] <= 'Z' ? (char)(word[i] + 32) : word[i];
	for (size_t i = 0; i < 4; i++) {
		if (strcmp(word, operators[i]) == 0)
			return parse_fail(p, t->at, "\"%s\" needs a value before it", word);
		if (strcmp(lower, operators[i]) == 0)
			return parse_fail(p, t->at, "write \"%s\" in lower case: %s", word, lower);
	}
	if (called) {
		if (expr_func_find(lower, n) != NULL)
			return parse_fail(p, t->at, "function names are in lower case: %s()", lower);
		near_init(&near, lower);
		for (size_t i = 0; i < expr_nfuncs; i++)
			near_try(&near, expr_funcs[i].name);
		if (near_best(&near) != NULL)
			return parse_fail(p, t->at, "there is no function %s(): did you mean %s()?", word, near_best(&near));
		return parse_fail(p, t->at, "there is no function %s()", word);
	}
	if (expr_func_find(word, n) != NULL)
		return parse_fail(p, t->at, "a function needs brackets: %s( )", word);
	return parse_fail(p, t->at, "\"%s\" is no value: a field is ${%s}, a text is '%s'", word, word, word);
}

/* position(..) or position(): the row the expression stands in. */
static struct node *parse_position(struct parser *p, struct node *n)
{
	struct node *arg = node_new(p, NODE_HERE, p->now.at);

	if (p->now.kind == TOKEN_DOTDOT)
		advance(p);
	if (p->now.kind != TOKEN_CLOSE)
		return parse_fail(p, p->now.at, "write position(..)");
	advance(p);
	return node_add(p, n, arg) ? n : NULL;
}

/* word(N): the N-th further word of a choice is a name like any other. */
static struct node *word_resolve(struct parser *p, struct node *n)
{
	struct expr_name found;
	char name[24];
	double d = n->arg[0]->value.number;

	if (n->arg[0]->op != NODE_CONST || n->arg[0]->kind != EXPR_NUMBER || d < 1 || d > 9 || d != floor(d))
		return parse_fail(p, n->arg[0]->at, "word( ) takes a number from 1 to 9");
	snprintf(name, sizeof name, "#%d", (int)d);
	if (!p->names->find(p->names->arg, name, &found))
		return parse_fail(p, n->at, "word( ) is known in a choice_filter only");
	n->op = NODE_FIELD;
	n->slot = found.slot;
	n->kind = found.kind;
	n->narg = 0;
	if ((n->name = arena_strdup(p->arena, name)) == NULL)
		return nomem(p);
	return n;
}

static struct node *call_check(struct parser *p, struct node *n)
{
	const struct expr_func *f = n->func;
	struct node *pattern;
	const char *why;
	int at, rc;

	if (f->max >= 0 && f->min == f->max && (int)n->narg != f->min)
		return parse_fail(p, n->at, "%s takes %d argument%s, here are %d: %s", f->name, f->min, f->min == 1 ? "" : "s",
			n->narg, f->usage);
	if ((int)n->narg < f->min || (f->max >= 0 && (int)n->narg > f->max))
		return parse_fail(p, n->at, "%s: %d arguments do not fit: %s", f->name, n->narg, f->usage);
	n->kind = f->kind;
	if (f->same) {
		size_t first = strcmp(f->name, "if") == 0 ? 1 : 0, told = 0;

		for (size_t i = first; i < n->narg; i++) {
			if (n->arg[i]->empty)
				continue;
			n->kind = told++ == 0 || n->kind == n->arg[i]->kind ? n->arg[i]->kind : EXPR_TEXT;
		}
	}
	if (strcmp(f->name, "indexed-repeat") == 0)
		n->kind = n->arg[0]->kind;
	if (strcmp(f->name, "word") == 0)
		return word_resolve(p, n);
	if (strcmp(f->name, "regex") == 0 && (pattern = n->arg[1])->op == NODE_CONST && pattern->kind == EXPR_TEXT) {
		rc = pattern_compile(pattern->value.text, p->arena, &n->pattern, &why, &at);
		if (rc == ERR_NOMEM)
			return nomem(p);
		if (rc != 0)
			return parse_fail(p, pattern->at + 1 + at, "regex: %s", why);
	}
	return n;
}

static struct node *parse_call(struct parser *p)
{
	struct token t = p->now;
	struct node *n;

	advance(p);
	if (p->now.kind != TOKEN_OPEN)
		return p->failed ? NULL : fail_word(p, &t, false);
	if ((n = node_new(p, NODE_CALL, t.at)) == NULL)
		return NULL;
	if ((n->func = expr_func_find(t.text, t.n)) == NULL)
		return fail_word(p, &t, true);
	advance(p);
	if (strcmp(n->func->name, "position") == 0)
		return parse_position(p, n) != NULL ? call_check(p, n) : NULL;
	if (p->now.kind == TOKEN_CLOSE) {
		advance(p);
		return call_check(p, n);
	}
	for (;;) {
		bool names_roster = n->narg == 1 && p->now.kind == TOKEN_FIELD && strcmp(n->func->name, "indexed-repeat") == 0;

		if (!node_add(p, n, names_roster ? parse_field(p, n->arg[0]) : parse(p, 0)))
			return NULL;
		if (p->now.kind == TOKEN_COMMA) {
			advance(p);
			continue;
		}
		if (p->now.kind == TOKEN_CLOSE)
			break;
		return p->failed ? NULL : parse_fail(p, p->now.at, p->now.kind == TOKEN_END ?
			"the bracket of %s( is not closed" : "expected \",\" or \")\" in %s( )", n->func->name);
	}
	advance(p);
	return call_check(p, n);
}

static struct node *parse_negative(struct parser *p, int at)
{
	struct node *n = node_new(p, NODE_NEG, at);

	if (n == NULL || !node_add(p, n, parse(p, 7)))
		return NULL;
	n->kind = EXPR_NUMBER;
	return n;
}

static struct node *parse_operand(struct parser *p)
{
	struct token t = p->now;
	struct node *n;

	switch (t.kind) {
	case TOKEN_BAD:
		return NULL;
	case TOKEN_NUMBER: case TOKEN_STRING:
		return parse_const(p);
	case TOKEN_FIELD: case TOKEN_DOT:
		return parse_field(p, NULL);
	case TOKEN_WORD:
		return parse_call(p);
	case TOKEN_MINUS:
		advance(p);
		return parse_negative(p, t.at);
	case TOKEN_PLUS:
		return parse_fail(p, t.at, "a number has no + before it");
	case TOKEN_OPEN:
		advance(p);
		n = parse(p, 0);
		if (n != NULL && p->now.kind != TOKEN_CLOSE)
			return p->failed ? NULL : parse_fail(p, t.at, "this bracket is not closed");
		advance(p);
		return n;
	case TOKEN_END:
		return parse_fail(p, t.at, t.at == 0 ? "the expression is empty" : "something is missing at the end");
	case TOKEN_DOTDOT:
		return parse_fail(p, t.at, "\"..\" is known in position(..) only");
	default:
		return parse_fail(p, t.at, "a value is expected here");
	}
}

struct infix { const char *word; enum token_kind kind; int power; enum node_op op; };
static const struct infix infix_table[] = {
	{ "or", TOKEN_WORD, 1, NODE_OR }, { "and", TOKEN_WORD, 2, NODE_AND },
	{ "=", TOKEN_EQ, 3, NODE_EQ }, { "!=", TOKEN_NE, 3, NODE_NE },
	{ "<", TOKEN_LT, 4, NODE_LT }, { "<=", TOKEN_LE, 4, NODE_LE },
	{ ">", TOKEN_GT, 4, NODE_GT }, { ">=", TOKEN_GE, 4, NODE_GE },
	{ "+", TOKEN_PLUS, 5, NODE_ADD }, { "-", TOKEN_MINUS, 5, NODE_SUB },
	{ "*", TOKEN_STAR, 6, NODE_MUL }, { "div", TOKEN_WORD, 6, NODE_DIV }, { "mod", TOKEN_WORD, 6, NODE_MOD },
};

static const struct infix *infix_find(const struct token *t)
{
	for (size_t i = 0; i < sizeof infix_table / sizeof infix_table[0]; i++)
		if (t->kind == infix_table[i].kind && (t->kind != TOKEN_WORD || word_is(t, infix_table[i].word)))
			return &infix_table[i];
	return NULL;
}

/* What follows a value and is none of the operators: said as helpfully as can be. */
static void fail_after(struct parser *p)
{
	static const char *const operators[] = { "and", "or", "div", "mod" };
	char word[NAME_MAX_BYTES + 1];
	size_t n = p->now.n < NAME_MAX_BYTES ? p->now.n : NAME_MAX_BYTES;

	if (p->failed != 0)
		return;
	if (p->now.kind != TOKEN_WORD) {
		parse_fail(p, p->now.at, p->now.kind == TOKEN_CLOSE ? "this bracket was never opened" :
			"an operator is missing here (and, or, =, +, ...)");
		return;
	}
	for (size_t i = 0; i <= n; i++)
		word[i] = i == n										   ? '\0'
				  : p->now.text[i] >= 'A' && p->now.text[i] <= 'Z' ? (char)(p->now.text[i] + 32)
																   : p->now.text[i];
	for (size_t i = 0; i < 4; i++)
		if (strcmp(word, operators[i]) == 0) {
			parse_fail(p, p->now.at, "operators are in lower case: %s", operators[i]);
			return;
		}
	parse_fail(p, p->now.at, "an operator is missing before \"%s\" (and, or, div, mod, =, ...)", word);
}

static struct node *parse(struct parser *p, int least)
{
	const struct infix *op;
	struct node *left, *n;

	if (++p->nest > EXPR_NEST)
		return parse_fail(p, p->now.at, "nested too deep (more than %d levels)", EXPR_NEST);
	if ((left = parse_operand(p)) == NULL)
		return NULL;
	while (p->failed == 0 && (op = infix_find(&p->now)) != NULL && op->power > least) {
		struct node *chain = NULL;
		int at = p->now.at;

		advance(p);
		/* a or b or c ... is one node, so that long lists of codes stay flat */
		if (op->op <= NODE_AND && op->op >= NODE_OR && left->op == op->op)
			chain = left;
		if (chain == NULL) {
			if ((n = node_new(p, op->op, at)) == NULL || !node_add(p, n, left))
				return NULL;
			n->kind = op->op < NODE_ADD ? EXPR_BOOL : EXPR_NUMBER;
			left = n;
		}
		if (!node_add(p, left, parse(p, op->power)))
			return NULL;
	}
	p->nest--;
	return p->failed == 0 ? left : NULL;
}

static int int_cmp(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

int expr_compile(const char *text, const struct expr_names *names, struct arena *arena, struct expr **out,
	struct expr_error *err)
{
	struct parser p = { .names = names, .arena = arena, .err = err };
	struct expr *e;
	struct node *root;

	*out = NULL;
	err->at = 0;
	err->text[0] = '\0';
	if (strnlen(text, EXPR_TEXT_MAX + 1) > EXPR_TEXT_MAX) {
		parse_fail(&p, 0, "an expression has at most %d bytes", EXPR_TEXT_MAX);
		return ERR_PARSE;
	}
	lex_init(&p.lx, text, err);
	advance(&p);
	root = parse(&p, 0);
	if (root != NULL && p.now.kind != TOKEN_END)
		fail_after(&p);
	if (p.failed == 0)
		expr_bind(&p, root);
	if (p.failed != 0)
		return p.failed;
	if ((e = arena_alloc(arena, sizeof *e)) == NULL || (e->text = arena_strdup(arena, text)) == NULL)
		return ERR_NOMEM;
	qsort(p.reads, p.nreads, sizeof p.reads[0], int_cmp);
	if (p.nreads != 0 && (e->reads = arena_dup(arena, p.reads, p.nreads * sizeof p.reads[0])) == NULL)
		return ERR_NOMEM;
	e->nreads = p.nreads;
	e->root = root;
	*out = e;
	return 0;
}

size_t expr_reads(const struct expr *e, const int **slots)
{
	*slots = e->reads;
	return e->nreads;
}

enum expr_kind expr_kind(const struct expr *e)
{
	return e->root->kind;
}

const char *expr_text(const struct expr *e)
{
	return e->text;
}
