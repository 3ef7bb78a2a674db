/* pattern.h - the regular expressions of regex(): the whole text, code points, no backtracking.
 *
 * Layer: form. Known: literal characters, . [a-z] [^a-z] \d \D \w \W \s \S, groups ( ) and (?: ), | * + ? {n} {n,}
 * {n,m},
 * ^ and $ at the ends, \ before a sign. Work is bounded by states times characters; nothing recurses on the text.
 * A pattern lives in its arena, never changes, and may be used by any number of threads. */
#ifndef BALAI_PATTERN_H
#define BALAI_PATTERN_H
#include <stdbool.h>
#include <stddef.h>
#include "arena.h"

#define PATTERN_STATES 1000

struct pattern;

/* 0, ERR_PARSE with a text in *why (static English), ERR_NOMEM. *at: byte position in the pattern. */
int pattern_compile(const char *text, struct arena *, struct pattern **, const char **why, int *at);
bool pattern_match(const struct pattern *, const char *text);    /* the whole text */
size_t pattern_states(const struct pattern *);                   /* the cost of one character */

#endif
