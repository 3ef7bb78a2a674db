/* scfg.c - the grammar of balai.conf and of the files of forms/. */
#include "config.h"
#include "scfg.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "err.h"

#define SCFG_LINE_MAX 4096
#define SCFG_WORDS_MAX 16
#define SCFG_DEPTH_MAX 8

struct scfg_reader {
	struct arena *arena;
	struct scfg_error *err;
	int line;
	int depth;
	struct scfg_node **tail[SCFG_DEPTH_MAX + 1];   /* where the next directive of each depth is hung */
	int opened[SCFG_DEPTH_MAX + 1];                /* line of the { of each depth */
};

static int scfg_fail(struct scfg_reader *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static int scfg_fail(struct scfg_reader *r, const char *fmt, ...)
{
	va_list ap;

	r->err->line = r->line;
	va_start(ap, fmt);
	vsnprintf(r->err->text, sizeof r->err->text, fmt, ap);
	va_end(ap);
	return ERR_PARSE;
}

static bool scfg_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Bytes a line may not hold at all. */
static int scfg_check_line(struct scfg_reader *r, const char *s, size_t n)
{
	size_t i;

	if (n > SCFG_LINE_MAX)
		return scfg_fail(r, "line of %zu bytes, at most %d", n, SCFG_LINE_MAX);
	if (r->line == 1 && n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
		return scfg_fail(r, "byte order mark at the start: save the file as UTF-8 without it");
	for (i = 0; i < n; ) {
		utf8proc_int32_t c;
		utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)s + i, (utf8proc_ssize_t)(n - i), &c);

		if (len <= 0)
			return scfg_fail(r, "column %zu: not valid UTF-8", i + 1);
		if (c == '\r' && i + 1 == n)
			return scfg_fail(r, "carriage return at the end: save the file with Unix line ends");
		if (c != '\t' && utf8proc_category(c) == UTF8PROC_CATEGORY_CC)
			return scfg_fail(r, "column %zu: control character 0x%02x", i + 1, (unsigned)c);
		i += (size_t)len;
	}
	return 0;
}

/* Reads the quoted word that begins at s[*at] into a string of the arena. */
static int scfg_quoted(struct scfg_reader *r, const char *s, size_t n, size_t *at, const char **word)
{
	char quote = s[*at], *w;
	size_t i = *at + 1, len = 0;

	if ((w = arena_alloc(r->arena, n - *at)) == NULL)
		return ERR_NOMEM;
	for (; i < n && s[i] != quote; i++) {
		if (quote == '"' && s[i] == '\\') {
			if (i + 1 >= n || (s[i + 1] != '"' && s[i + 1] != '\\'))
				return scfg_fail(r, "column %zu: after \\ in quotes, expected \" or \\", i + 1);
			i++;
		}
		w[len++] = s[i];
	}
	if (i >= n)
		return scfg_fail(r, "quote not closed");
	i++;
	if (i < n && !scfg_is_blank(s[i]))
		return scfg_fail(r, "column %zu: expected a blank after the closing quote", i + 1);
	*at = i;
	*word = w;
	return 0;
}

static int scfg_bare(struct scfg_reader *r, const char *s, size_t n, size_t *at, const char **word)
{
	size_t i = *at;

	for (; i < n && !scfg_is_blank(s[i]); i++)
		if (strchr("\"'\\{}", s[i]) != NULL)
			return scfg_fail(r, "column %zu: %c inside a word: put the word in quotes", i + 1, s[i]);
	if ((*word = arena_strndup(r->arena, s + *at, i - *at)) == NULL)
		return ERR_NOMEM;
	*at = i;
	return 0;
}

static int scfg_close(struct scfg_reader *r, const char *s, size_t n, size_t at)
{
	for (at++; at < n; at++)
		if (!scfg_is_blank(s[at]))
			return scfg_fail(r, "text after }: begin a new line");
	if (r->depth == 0)
		return scfg_fail(r, "} without {");
	r->depth--;
	return 0;
}

/* One directive: its words, and whether a block begins. */
static int scfg_directive(struct scfg_reader *r, const char *s, size_t n, size_t at)
{
	const char *word[SCFG_WORDS_MAX];
	size_t nwords = 0;
	struct scfg_node *node;
	bool block = false;
	int e;

	while (at < n) {
		if (scfg_is_blank(s[at])) {
			at++;
			continue;
		}
		if (s[at] == '{' && (at + 1 == n || scfg_is_blank(s[at + 1]))) {
			for (at++; at < n; at++)
				if (!scfg_is_blank(s[at]))
					return scfg_fail(r, "text after {: begin a new line");
			block = true;
			break;
		}
		if (nwords == SCFG_WORDS_MAX)
			return scfg_fail(r, "more than %d words on a line", SCFG_WORDS_MAX);
		e = s[at] == '"' || s[at] == '\'' ? scfg_quoted(r, s, n, &at, &word[nwords]) : scfg_bare(r, s, n, &at, &word[nwords]);
		if (e != 0)
			return e;
		nwords++;
	}
	if (nwords == 0)
		return scfg_fail(r, "{ without a directive before it");
	if ((node = arena_alloc(r->arena, sizeof *node)) == NULL)
		return ERR_NOMEM;
	node->name = word[0];
	node->nwords = nwords - 1;
	node->line = r->line;
	if ((node->words = arena_dup(r->arena, word + 1, (nwords - 1) * sizeof word[0])) == NULL)
		return ERR_NOMEM;
	*r->tail[r->depth] = node;
	r->tail[r->depth] = &node->next;
	if (block) {
		if (r->depth == SCFG_DEPTH_MAX)
			return scfg_fail(r, "blocks deeper than %d", SCFG_DEPTH_MAX);
		r->depth++;
		r->tail[r->depth] = &node->child;
		r->opened[r->depth] = r->line;
	}
	return 0;
}

int scfg_read(const char *text, size_t n, struct arena *arena, struct scfg_node **root, struct scfg_error *err)
{
	struct scfg_reader r = { .arena = arena, .err = err };
	size_t at = 0, first, len;
	const char *line, *end;
	int e;

	*root = NULL;
	r.tail[0] = root;
	while (at < n) {
		line = text + at;
		end = memchr(line, '\n', n - at);
		len = end == NULL ? n - at : (size_t)(end - line);
		at += len + 1;
		r.line++;
		if ((e = scfg_check_line(&r, line, len)) != 0)
			return e;
		for (first = 0; first < len && scfg_is_blank(line[first]); first++)
			;
		if (first == len || line[first] == '#')
			continue;
		e = line[first] == '}' ? scfg_close(&r, line, len, first) : scfg_directive(&r, line, len, first);
		if (e != 0)
			return e;
	}
	if (r.depth > 0) {
		r.line = r.opened[r.depth];
		return scfg_fail(&r, "{ not closed");
	}
	return 0;
}
