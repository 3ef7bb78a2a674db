/* text.h - what a text from outside has to pass, and the only way it may be shown.
 *
 * Layer: base. All text inside the program is UTF-8.
 * "Clean" (security.md 8.2): valid UTF-8, NFC, no Cc Cf Cs Co Cn, no bidi controls, no emoji, at most 2 combining marks
 * on a base and none alone. Only text_clean() makes it. What is not clean is shown by text_show() as U+00B7.
 * Widths are terminal columns by wcwidth() in C.UTF-8, as curses counts them. */
#ifndef BALAI_TEXT_H
#define BALAI_TEXT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "buf.h"

enum text_fault {
	TEXT_OK = 0,
	TEXT_BAD_UTF8 = 1, TEXT_CONTROL = 2, TEXT_BIDI = 3, TEXT_INVISIBLE = 4, TEXT_MARKS = 5,
	TEXT_EMOJI = 6, TEXT_TOO_LONG = 7, TEXT_UNASSIGNED = 8
};

/* Loads what the other functions need; they call it by themselves. To be called before a process gives up its files. */
void   text_init(void);

/* Appends the NFC of src to out when it is clean and at most max_bytes long; on a fault nothing is appended, *at (may be
 * NULL) is the byte offset. Leading and trailing blanks go, inner runs of blanks stay, U+00A0 and its like become a blank.
 * newline_ok admits '\n'. Without memory nothing is appended and out->err is set. */
enum text_fault text_clean(const char *src, size_t n, size_t max_bytes, bool newline_ok, struct buf *out, size_t *at);
bool   text_is_clean(const char *s);                     /* '\n' and blanks at the ends pass */

/* Appends s to out for display: clean code points as they are, anything else as U+00B7. Never fails on bad bytes. */
void   text_show(struct buf *out, const char *s, size_t n);

int    text_width(const char *s);                        /* columns of a displayed text; unclean points count 1 */
size_t text_fit(const char *s, int columns);             /* bytes of the longest prefix of whole graphemes that fits */
size_t text_next(const char *s, size_t i);               /* byte offset of the next grapheme, or of the end */
size_t text_prev(const char *s, size_t i);

/* Search folding: decomposed, case folded, marks stripped, apostrophes, dots and hyphens dropped, blanks single. */
int    text_fold(const char *s, struct buf *out);        /* 0 or ERR_ */

/* The one way from text to number. 0, or ERR_PARSE ("bukan angka") / ERR_RANGE; only [-]digits is a number. */
int    text_to_int(const char *s, int64_t min, int64_t max, int64_t *out);
bool   text_equal(const char *a, const char *b);         /* NULL equals "" */

#endif
