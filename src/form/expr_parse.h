/* expr_parse.h - an expression while it is compiled.
 *
 * Layer: form, private to src/form. expr_parse.c makes the tree, expr_bind.c then says of every field whose row it
 * reads. */
#ifndef BALAI_EXPR_PARSE_H
#define BALAI_EXPR_PARSE_H
#include "expr_lex.h"
#include "expr_tree.h"

#define READS_MAX 500

struct parser {
	struct lexer lx;
	struct token now;
	const struct expr_names *names;
	struct arena *arena;
	struct expr_error *err;
	int failed;            /* the first ERR_ */
	int nest;
	int reads[READS_MAX];
	size_t nreads;
};

/* The first failure stands; always NULL, for the node that did not come to be. */
struct node *parse_fail(struct parser *, int at, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Binds the tree and collects what it reads; failures as in parse_fail(). */
void expr_bind(struct parser *, struct node *root);

#endif
