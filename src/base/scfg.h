/* scfg.h - the grammar of balai.conf, *.form, *.list, *.flow: a directive a line, words, quotes, { } blocks.
 *
 * Layer: base. Strict (libraries.md 5): line <= 4096 bytes, <= 16 words, depth <= 8, no NUL or control character but tab,
 * nothing after a closing quote or brace but blanks and '#' comments at a line's start. "\"" and "\\" are the escapes in
 * double quotes; single quotes take all bytes. The tree lives in the arena it was read into. */
#ifndef BALAI_SCFG_H
#define BALAI_SCFG_H
#include <stddef.h>
#include "arena.h"

struct scfg_node {
	const char *name;            /* first word */
	const char **words;          /* the words after it */
	size_t nwords;
	int line;                    /* 1.. */
	struct scfg_node *child;     /* first of the block, or NULL */
	struct scfg_node *next;
};
struct scfg_error { int line; char text[160]; };  /* text: English, what was found and what was expected */

/* 0 and *root = first directive (NULL for an empty file), or ERR_PARSE with *err filled, or ERR_NOMEM. */
int scfg_read(const char *text, size_t n, struct arena *, struct scfg_node **root, struct scfg_error *err);

#endif
