/* grid.h - a screen as a grid of cells: all that the desk ever paints on.
 *
 * Layer: desk. src/ui copies it to curses, tests read it as text, paper and phones get it too. A text goes in only through
 * grid_put(), which shows what is not clean as U+00B7 (text_show), so no raw byte reaches a terminal.
 * Cells hold one grapheme (base and up to 2 marks); a wide grapheme takes a cell and leaves the next one empty (width 0). */
#ifndef BALAI_GRID_H
#define BALAI_GRID_H
#include <stdbool.h>
#include <stdint.h>

enum grid_role { GRID_NORMAL = 0, GRID_FOCUS = 1, GRID_ERROR = 2 };       /* the three colour roles */
#define GRID_BOLD 1
#define GRID_DIM 2
#define GRID_UNDERLINE 4
#define GRID_REVERSE 8

/* Small, for every session has a grid: base and two marks of at most four bytes each, without gaps. */
struct cell { char text[13]; uint8_t width : 2, role : 2, attr : 4; };
struct grid {
	int rows, cols;
	struct cell *cell;
	int cursor_row, cursor_col;
	bool cursor_shown;
	unsigned cuts;            /* texts that grid_put() had to cut since the last grid_erase(): tests want 0 */
};

int  grid_init(struct grid *, int rows, int cols);        /* 0 or ERR_NOMEM; 10..100 x 40..300 is the caller's clamp */
void grid_clear(struct grid *);                           /* frees */
int  grid_resize(struct grid *, int rows, int cols);      /* content is lost: the next paint fills it */
void grid_erase(struct grid *);                           /* all blank, normal */
/* Puts text at row, col in at most width columns; returns the columns used. What does not fit is cut at a grapheme and the
 * last column shows U+2026, unless GRID_CUT_OK is in attr. */
int  grid_put(struct grid *, int row, int col, int width, const char *text, enum grid_role, unsigned attr);
#define GRID_CUT_OK 0x100
void grid_hline(struct grid *, int row, int col, int width);
void grid_fill(struct grid *, int row, int col, int width, enum grid_role, unsigned attr);
void grid_cursor(struct grid *, int row, int col);
/* The row as text without trailing blanks; the whole grid as lines. Caller frees. */
char *grid_row_text(const struct grid *, int row);
char *grid_text(const struct grid *);

#endif
