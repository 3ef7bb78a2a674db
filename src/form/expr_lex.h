/* expr_lex.h - the words of an expression.
 *
 * Layer: form, private to src/form. lex_next() gives one token after the other; a text that is no word of the
 * language gives
 * TOKEN_BAD with err filled, saying what was meant. */
#ifndef BALAI_EXPR_LEX_H
#define BALAI_EXPR_LEX_H
#include "expr.h"

enum token_kind {
	TOKEN_END, TOKEN_BAD, TOKEN_NUMBER, TOKEN_STRING, TOKEN_FIELD, TOKEN_DOT, TOKEN_DOTDOT, TOKEN_WORD,
	TOKEN_OPEN, TOKEN_CLOSE, TOKEN_COMMA, TOKEN_PLUS, TOKEN_MINUS, TOKEN_STAR,
	TOKEN_EQ, TOKEN_NE, TOKEN_LT, TOKEN_LE, TOKEN_GT, TOKEN_GE
};

struct token {
	enum token_kind kind;
	int at;                 /* byte position of its first byte */
	const char *text;       /* word, name or string: n bytes inside the source, quotes and ${ } left out */
	size_t n;
	double number;
};

struct lexer { const char *text; int at; struct expr_error *err; };

void lex_init(struct lexer *, const char *text, struct expr_error *);
struct token lex_next(struct lexer *);

#endif
