/* line_private.h - shared by line.c (what a line means) and say.c (what is said). Layer: line. */
#ifndef BALAI_LINE_PRIVATE_H
#define BALAI_LINE_PRIVATE_H
#include "line.h"
#include "screen.h"

struct line {
	struct app *app;
	struct buf in, out;
	bool cr, over;
	bool echo;
	struct buf typed;                /* echo: the line that is not ended yet */
	int escape;                      /* echo: 1 after Esc, 2 within a key's bytes */
	bool again;                      /* say the question anew even when it is the same */
	const struct screen *screen;     /* what was said last */
	unsigned serial;
	size_t field; uint32_t row; bool of;     /* the question asked last */
	size_t section;
	bool areas;                      /* a numbered list of areas was given: a number picks from it */
	unsigned message_serial;         /* of the message said last */
	const struct block *more;        /* a long page goes on here after an empty line */
	size_t more_row;
	bool waiting;
	bool wait_said;                  /* "menunggu..." stands since the last answer */
};

void say_line(struct line *, const char *text);
void say_screen(struct line *);                                 /* what is new since the last time */
void say_help(struct line *, struct screen *);
void say_words(struct line *, struct screen *);
bool say_choices(struct line *, struct screen *, const char *text);
bool say_section(struct line *, struct screen *, size_t n);
bool say_more(struct line *);
void say_pick(struct line *, struct screen *, int n);           /* row n of the lists on the page, again */

#endif
