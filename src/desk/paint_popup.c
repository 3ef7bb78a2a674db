/* paint_popup.c - the list that stands over a screen. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "screen.h"

void paint_popup(struct app *app, struct screen *s, int top, int rows)
{
	struct grid *g = &app->grid;
	struct popup *p = &s->popup;
	int width = text_width(p->title) + 4, code = 1, inner, height, col, y, lines = 0;
	char line[600];

	for (size_t i = 0; i < p->nitem; i++) {
		int w = text_width(p->item[i].code);

		if (w > code)
			code = w;
	}
	for (size_t i = 0; i < p->nitem; i++)
		if (code + 8 + text_width(p->item[i].label) > width)
			width = code + 8 + text_width(p->item[i].label);
	if (width < 30)
		width = 30;
	if (width > g->cols - 2)
		width = g->cols - 2;
	inner = width - 4;
	height = rows - 3;
	/* Keep the chosen one in view: lines of items before it. */
	if (p->sel < p->top)
		p->top = p->sel;
	for (;;) {
		lines = 0;
		for (size_t i = p->top; i <= p->sel && i < p->nitem; i++)
			lines += wrap_lines(p->item[i].label, inner - code - 3);
		if (lines <= height || p->top >= p->sel)
			break;
		p->top++;
	}
	lines = 0;
	for (size_t i = p->top; i < p->nitem && lines < height; i++)
		lines += wrap_lines(p->item[i].label, inner - code - 3);
	if (lines > height)
		lines = height;
	if (lines < 1)
		lines = 1;
	col = g->cols - width - 1;
	y = top;
	for (int i = 0; i < lines + 3; i++)
		grid_fill(g, y + i, col, width, GRID_NORMAL, 0);
	grid_put(g, y, col, 1, "\u250c", GRID_NORMAL, GRID_DIM);
	grid_hline(g, y, col + 1, width - 2);
	grid_put(g, y, col + width - 1, 1, "\u2510", GRID_NORMAL, GRID_DIM);
	snprintf(line, sizeof(line), " %s ", p->title);
	if (text_width(line) <= width - 4)
		grid_put(g, y, col + 2, width - 4, line, GRID_NORMAL, GRID_BOLD);
	for (int i = 1; i <= lines + 1; i++) {
		grid_put(g, y + i, col, 1, "\u2502", GRID_NORMAL, GRID_DIM);
		grid_put(g, y + i, col + width - 1, 1, "\u2502", GRID_NORMAL, GRID_DIM);
	}
	snprintf(line, sizeof(line), "Cari: %s", edit_text(&p->filter));
	if (p->waiting)
		snprintf(line, sizeof(line), "Cari: %s   menunggu...", edit_text(&p->filter));
	grid_put(g, y + 1, col + 2, inner, line, GRID_NORMAL, GRID_CUT_OK);
	snprintf(line, sizeof(line), "%zu", p->nitem);
	if (inner > 30)
		grid_put(g, y + 1, col + width - 2 - (int)strlen(line), 6, line, GRID_NORMAL, GRID_DIM);
	{
		int at = 0;

		for (size_t i = p->top; i < p->nitem && at < lines; i++) {
			bool sel = i == p->sel;
			int need = wrap_lines(p->item[i].label, inner - code - 3);

			if (at + need > lines)
				break;
			grid_put(g, y + 2 + at, col + 1, 1, sel ? ">" : p->item[i].marked ? "*" : " ", GRID_FOCUS, GRID_BOLD);
			if (sel && p->item[i].marked)
				grid_put(g, y + 2 + at, col + 2, 1, "*", GRID_FOCUS, GRID_BOLD);
			grid_put(g, y + 2 + at, col + 3, code, p->item[i].code, sel ? GRID_FOCUS : GRID_NORMAL, GRID_BOLD);
			paint_wrapped(g, y + 2 + at, col + 4 + code, inner - code - 3, need, p->item[i].label, sel ? GRID_FOCUS : GRID_NORMAL, sel ? GRID_BOLD : 0);
			if (sel)
				grid_cursor(g, y + 2 + at, col + 1);
			at += need;
		}
		if (p->nitem == 0)
			grid_put(g, y + 2, col + 3, inner - 1, p->waiting ? "" : p->what == POPUP_AREAS && edit_text(&p->filter)[0] == 0 ? "ketik kode atau nama" : "tidak ada", GRID_NORMAL, GRID_DIM);
	}
	grid_put(g, y + lines + 2, col, 1, "\u2514", GRID_NORMAL, GRID_DIM);
	grid_hline(g, y + lines + 2, col + 1, width - 2);
	grid_put(g, y + lines + 2, col + width - 1, 1, "\u2518", GRID_NORMAL, GRID_DIM);
}
