/* edit.h - the text of one field while it is typed.
 *
 * Layer: desk. No curses, no screen. The text is NFC and clean (text.h) at every moment; the cursor stands between graphemes.
 * A combining mark joins the letter before the cursor or is refused; what is refused changes nothing and sets `fault`.
 * Ownership: edit_init()/edit_clear(); edit_text() is borrowed until the next edit_ call. */
#ifndef BALAI_EDIT_H
#define BALAI_EDIT_H
#include <stdbool.h>
#include <stddef.h>
#include "key.h"
#include "text.h"

#define EDIT_UNDO 24
struct edit_was { char *text; size_t at; };
struct edit {
	struct buf text;
	size_t at;                 /* byte offset of the cursor */
	size_t max;                /* bytes; a longer text is refused (TEXT_TOO_LONG) */
	bool fresh;                /* the first typed character replaces the whole */
	bool upper;                /* typed letters a-z become capitals */
	enum text_fault fault;     /* of the last refusal */
	bool run;                  /* typing goes on in the same word: one undo step */
	struct edit_was was[EDIT_UNDO]; size_t nwas;
};

enum edit_result {
	EDIT_NOT,                  /* not an editing key */
	EDIT_MOVED,                /* taken, text unchanged */
	EDIT_CHANGED,
	EDIT_REFUSED               /* see fault; text unchanged */
};

void edit_init(struct edit *, size_t max);
void edit_clear(struct edit *);                                   /* wipes: passwords are typed here too */
void edit_set(struct edit *, const char *text, bool fresh);       /* cursor at the end, undo forgotten */
const char *edit_text(const struct edit *);
enum edit_result edit_key(struct edit *, const struct key *);     /* KEY_UNDO_ is EDIT_NOT when there is nothing to undo */
enum edit_result edit_insert(struct edit *, const char *text, size_t n);

/* How the text stands in a field. GROUPS: 16 digits in fours, DATE: dd-mm-yyyy; both only while it is digits alone and short
 * enough, else as typed. SECRET: a * for each grapheme. */
enum edit_style { EDIT_PLAIN, EDIT_GROUPS, EDIT_DATE, EDIT_SECRET };
/* The part of the text that fits into width columns with the cursor in it, and the cursor's column from its left edge.
 * Groups and dates show `_` for what is still to be typed. Appends to out. */
void edit_show(const struct edit *, enum edit_style, int width, struct buf *out, int *cursor);
int  edit_columns(const struct edit *);

#endif
