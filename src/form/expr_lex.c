/* expr_lex.c - text to tokens; what other languages write is refused with what ours writes. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "expr_lex.h"

#define NUMBER_MAX 40      /* characters of a literal */

void lex_init(struct lexer *lx, const char *text, struct expr_error *err)
{
	lx->text = text;
	lx->at = 0;
	lx->err = err;
}

static struct token lex_bad(struct lexer *lx, int at, const char *what)
{
	lx->err->at = at;
	snprintf(lx->err->text, sizeof lx->err->text, "%s", what);
	return (struct token){ .kind = TOKEN_BAD, .at = at };
}

/* Word processors turn quotes into these; 39 real expressions have them. Length of the character, *quote what it
 * means. */
static int typographic(const char *s, char *quote)
{
	static const struct { const char *bytes; char quote; } table[] = {
		{ "\xe2\x80\x98", '\'' }, { "\xe2\x80\x99", '\'' }, { "\xe2\x80\x9a", '\'' }, { "\xe2\x80\x9b", '\'' },
		{ "\xe2\x80\x9c", '"' }, { "\xe2\x80\x9d", '"' }, { "\xe2\x80\x9e", '"' }, { "\xe2\x80\x9f", '"' },
	};

	if (*s == '\'' || *s == '"') {
		*quote = *s;
		return 1;
	}
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (strncmp(s, table[i].bytes, 3) == 0) {
			*quote = table[i].quote;
			return 3;
		}
	return 0;
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static struct token lex_string(struct lexer *lx, int open, char quote)
{
	struct token t = { .kind = TOKEN_STRING, .at = lx->at, .text = lx->text + lx->at + open };
	char close = 0;
	const char *p;
	int n;

	for (p = t.text; *p != '\0'; p++)
		if ((n = typographic(p, &close)) != 0 && close == quote) {
			t.n = (size_t)(p - t.text);
			lx->at = (int)(p - lx->text) + n;
			return t;
		}
	return lex_bad(lx, t.at, "the text that begins here has no closing quote");
}

static struct token lex_field(struct lexer *lx)
{
	int at = lx->at;
	const char *name = lx->text + at + 2, *p = name;

	if (lx->text[at + 1] != '{')
		return lex_bad(lx, at, "a field is written ${name}");
	while (letter(*p) || digit(*p) || *p == '-' || *p == '.')
		p++;
	if (*p == ' ' || *p == '\t' || *p == '\n')
		return lex_bad(lx, (int)(p - lx->text), "no blanks inside ${ }: write ${name}");
	if (*p == '\0')
		return lex_bad(lx, at, "${ is not closed by }");
	if (*p != '}' || p == name)
		return lex_bad(lx, (int)(p - lx->text), "a field name has letters, digits and _ only: write ${name}");
	lx->at = (int)(p - lx->text) + 1;
	return (struct token){ .kind = TOKEN_FIELD, .at = at, .text = name, .n = (size_t)(p - name) };
}

static struct token lex_number(struct lexer *lx)
{
	struct token t = { .kind = TOKEN_NUMBER, .at = lx->at };
	const char *start = lx->text + lx->at, *p = start;
	char copy[NUMBER_MAX + 1];
	size_t n;

	while (digit(*p))
		p++;
	if (*p == '.' && digit(p[1]))
		for (p++; digit(*p);)
			p++;
	if (*p == 'e' || *p == 'E')
		if (digit(p[1]) || ((p[1] == '-' || p[1] == '+') && digit(p[2])))
			return lex_bad(lx, t.at, "only plain numbers: write 1000, not 1e3");
	n = (size_t)(p - start);
	/* `1and 2` would be read by the big engines, but it is a slip of the finger nearly always */
	if (letter(*p))
		return lex_bad(
			lx, (int)(p - lx->text), "a number is followed by a blank or an operator; a text stands in quotes");
	if (n > NUMBER_MAX)
		return lex_bad(lx, t.at, "a number with too many digits");
	memcpy(copy, start, n);
	copy[n] = '\0';
	t.number = strtod(copy, NULL);
	lx->at += (int)n;
	return t;
}

static struct token lex_word(struct lexer *lx)
{
	struct token t = { .kind = TOKEN_WORD, .at = lx->at, .text = lx->text + lx->at };
	const char *p = t.text;

	while (letter(*p) || digit(*p) || (*p == '-' && (letter(p[1]))))
		p++;
	t.n = (size_t)(p - t.text);
	lx->at += (int)t.n;
	return t;
}

struct token lex_next(struct lexer *lx)
{
	static const struct { const char *text; const char *meant; } foreign[] = {
		{ "==", "use = to compare" }, { "<>", "use != for \"not equal\"" }, { "=>", "use >= for \"at least\"" },
		{ "=<", "use <= for \"at most\"" }, { "&&", "use and" }, { "&", "use and" }, { "||", "use or" },
		{ "|", "use or" }, { "%", "use mod for the remainder" }, { "/", "use div to divide" },
		{ "^", "there is no power: multiply" }, { "[", "there are no paths: use ${name}" },
		{ ";", "arguments are separated by commas" },
	};
	static const struct { const char *text; enum token_kind kind; } sign[] = {
		{ "!=", TOKEN_NE }, { "<=", TOKEN_LE }, { ">=", TOKEN_GE }, { "<", TOKEN_LT }, { ">", TOKEN_GT },
		{ "=", TOKEN_EQ }, { "(", TOKEN_OPEN }, { ")", TOKEN_CLOSE }, { ",", TOKEN_COMMA }, { "+", TOKEN_PLUS },
		{ "-", TOKEN_MINUS }, { "*", TOKEN_STAR }, { "..", TOKEN_DOTDOT }, { ".", TOKEN_DOT },
	};
	const char *s;
	char quote = 0;
	int n;

	/* a blank that does not break (U+00A0) comes along with copied text */
	for (;;) {
		s = lx->text + lx->at;
		if (*s != '\0' && strchr(" \t\r\n", *s) != NULL)
			lx->at++;
		else if (strncmp(s, "\xc2\xa0", 2) == 0)
			lx->at += 2;
		else
			break;
	}
	if (*s == '\0')
		return (struct token){ .kind = TOKEN_END, .at = lx->at };
	if ((n = typographic(s, &quote)) != 0)
		return lex_string(lx, n, quote);
	if (*s == '$')
		return lex_field(lx);
	if (digit(*s) || (*s == '.' && digit(s[1])))
		return lex_number(lx);
	if (letter(*s))
		return lex_word(lx);
	for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
		if (strncmp(s, foreign[i].text, strlen(foreign[i].text)) == 0)
			return lex_bad(lx, lx->at, foreign[i].meant);
	for (size_t i = 0; i < sizeof sign / sizeof sign[0]; i++)
		if (strncmp(s, sign[i].text, strlen(sign[i].text)) == 0) {
			struct token t = { .kind = sign[i].kind, .at = lx->at };

			lx->at += (int)strlen(sign[i].text);
			return t;
		}
	if (*s == '!')
		return lex_bad(lx, lx->at, "use not( ) for \"not\", != for \"not equal\"");
	return lex_bad(lx, lx->at, "this character has no meaning in an expression");
}
