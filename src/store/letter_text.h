/* letter_text.h - a Surat Pengesahan as pages of 80 columns and 66 lines.
 *
 * Layer: store, pure: no database, no clock. The words are a template (forms/notice/surat-pengesahan.txt), the rows come from
 * the caller in order. The same input gives the same bytes. */
#ifndef BALAI_LETTER_TEXT_H
#define BALAI_LETTER_TEXT_H
#include "arena.h"
#include "buf.h"

#define LETTER_COLUMNS 80
#define LETTER_LINES 66

struct letter_word { const char *name, *value; };                   /* {name} in the template */
struct letter_row { int64_t n; const char *number, *kind, *head, *nik; };

struct letter_text { struct arena *arena; struct letter_line *v; size_t n, size; int err; };
void letter_text_init(struct letter_text *, struct arena *);
void letter_text_clear(struct letter_text *);
/* A part of the template, its words filled in, long lines folded at blanks. ERR_NOTFOUND: the template has no such part. */
int letter_text_part(struct letter_text *, const char *tmpl, const char *part, const struct letter_word *, size_t n);
void letter_text_village(struct letter_text *, const char *name, const char *code);
void letter_text_row(struct letter_text *, const struct letter_row *);
/* The lines of another text after those of this one. */
int letter_text_append(struct letter_text *, const struct letter_text *);
/* One line of a part, filled in: the letter's number. */
int letter_text_one(struct arena *, const char *tmpl, const char *part, const struct letter_word *, size_t n, const char **out);
/* Pages: the heading of the list again on each page, `foot` and the page's number in the last line. */
int letter_text_pages(const struct letter_text *, const char *foot, struct buf *out);

#endif
