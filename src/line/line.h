/* line.h - the same screens as questions and answers, one line each.
 *
 * Layer: line. Reads the desk's present screen (menu, list, sheet, form, confirm) and asks it; a typed line becomes keys or an
 * answer. No boxes, no padding, lists numbered; `?` help, `<` back, `=` resume words are in its help. Input by whole lines. */
#ifndef BALAI_LINE_H
#define BALAI_LINE_H
#include "app.h"

struct line;
struct line *line_new(struct app *, bool echo);      /* echo: what is typed is shown by us, with Backspace, Ctrl-U and Ctrl-C */
void line_free(struct line *);
void line_input(struct line *, const void *, size_t n);       /* bytes typed; lines end with \n or \r\n or \r */
void line_step(struct line *);                                /* after app changed (an answer came): asks what is to be asked */
struct buf *line_output(struct line *);                       /* clean text with \r\n; the owner writes and buf_drop()s */
bool line_over(const struct line *);

#endif
