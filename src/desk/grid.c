/* grid.c - see grid.h. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "err.h"
#include "grid.h"
#include "text.h"

static void cell_blank(struct cell *c)
{
	*c = (struct cell){ .text = " ", .width = 1 };
}

static struct cell *cell_at(const struct grid *g, int row, int col)
{
	return &g->cell[(size_t)row * (size_t)g->cols + (size_t)col];
}

int grid_init(struct grid *g, int rows, int cols)
{
	*g = (struct grid){ 0 };
	return grid_resize(g, rows, cols);
}

void grid_clear(struct grid *g)
{
	free(g->cell);
	*g = (struct grid){ 0 };
}

int grid_resize(struct grid *g, int rows, int cols)
{
	struct cell *cell;

	if (rows < 1 || cols < 1)
		return ERR_RANGE;
	cell = calloc((size_t)rows * (size_t)cols, sizeof(*cell));
	if (cell == NULL)
		return ERR_NOMEM;
	free(g->cell);
	g->cell = cell;
	g->rows = rows;
	g->cols = cols;
	grid_erase(g);
	return 0;
}

void grid_erase(struct grid *g)
{
	for (int i = 0; i < g->rows * g->cols; i++)
		cell_blank(&g->cell[i]);
	g->cursor_row = g->cursor_col = 0;
	g->cursor_shown = false;
	g->cuts = 0;
}

/* Half of a wide grapheme must not stay when the other half is written over. */
static void cell_claim(struct grid *g, int row, int col)
{
	struct cell *c = cell_at(g, row, col);

	if (c->width == 0 && col > 0)
		cell_blank(cell_at(g, row, col - 1));
	if (c->width == 2 && col + 1 < g->cols)
		cell_blank(cell_at(g, row, col + 1));
}

static void cell_set(struct grid *g, int row, int col, const char *s, size_t n, int width, enum grid_role role, unsigned attr)
{
	struct cell *c = cell_at(g, row, col);

	cell_claim(g, row, col);
	if (n >= sizeof(c->text)) {     /* text_show() passes at most two marks; more bytes than that are not one letter */
		s = "\u00b7";
		n = strlen(s);
		width = 1;
	}
	memcpy(c->text, s, n);
	c->text[n] = 0;
	c->width = (uint8_t)(width & 3);
	c->role = (uint8_t)(role & 3);
	c->attr = (uint8_t)(attr & 15);
	if (width == 2) {
		cell_claim(g, row, col + 1);
		c = cell_at(g, row, col + 1);
		*c = (struct cell){ .role = (uint8_t)(role & 3), .attr = (uint8_t)(attr & 15) };
	}
}

int grid_put(struct grid *g, int row, int col, int width, const char *text, enum grid_role role, unsigned attr)
{
	struct buf shown;
	const char *s;
	int at = 0;

	if (row < 0 || row >= g->rows || col < 0 || col >= g->cols || text == NULL)
		return 0;
	if (width > g->cols - col) {
		width = g->cols - col;
	}
	if (width <= 0)
		return 0;
	buf_init(&shown, 0);
	text_show(&shown, text, strlen(text));
	s = buf_str(&shown);
	for (size_t i = 0, next; s[i] != 0; i = next) {
		char one[64];
		int w;

		next = text_next(s, i);
		if (next - i < sizeof(one)) {
			memcpy(one, s + i, next - i);
			one[next - i] = 0;
			w = text_width(one);
		} else {
			w = 1;
		}
		if (w < 1)
			w = 1;
		if (w > 2)
			w = 2;
		if (at + w > width) {
			if ((attr & GRID_CUT_OK) == 0) {
				g->cuts++;
				if (at == width)
					at--;
				cell_set(g, row, col + at, "\u2026", strlen("\u2026"), 1, role, attr);
				at++;
			}
			break;
		}
		cell_set(g, row, col + at, s + i, next - i, w, role, attr);
		at += w;
	}
	buf_clear(&shown);
	return at;
}

void grid_hline(struct grid *g, int row, int col, int width)
{
	if (row < 0 || row >= g->rows)
		return;
	for (int i = 0; i < width && col + i < g->cols; i++)
		cell_set(g, row, col + i, "\u2500", strlen("\u2500"), 1, GRID_NORMAL, GRID_DIM);
}

void grid_fill(struct grid *g, int row, int col, int width, enum grid_role role, unsigned attr)
{
	if (row < 0 || row >= g->rows)
		return;
	for (int i = 0; i < width && col + i < g->cols; i++)
		cell_set(g, row, col + i, " ", 1, 1, role, attr);
}

void grid_cursor(struct grid *g, int row, int col)
{
	g->cursor_row = row < 0 ? 0 : row >= g->rows ? g->rows - 1 : row;
	g->cursor_col = col < 0 ? 0 : col >= g->cols ? g->cols - 1 : col;
	g->cursor_shown = true;
}

static void row_text(const struct grid *g, int row, struct buf *out)
{
	int last = g->cols;

	while (last > 0 && strcmp(cell_at(g, row, last - 1)->text, " ") == 0)
		last--;
	for (int c = 0; c < last; c++)
		buf_puts(out, cell_at(g, row, c)->text);
}

char *grid_row_text(const struct grid *g, int row)
{
	struct buf out;

	buf_init(&out, 0);
	if (row >= 0 && row < g->rows)
		row_text(g, row, &out);
	return buf_take(&out);
}

char *grid_text(const struct grid *g)
{
	struct buf out;

	buf_init(&out, 0);
	for (int r = 0; r < g->rows; r++) {
		row_text(g, r, &out);
		buf_putc(&out, '\n');
	}
	return buf_take(&out);
}
