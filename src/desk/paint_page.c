/* paint_page.c - a page (page.h) on the grid: its blocks as lines, counted first, then the part that is in view is put. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "screen.h"

#define WIDE 76                   /* from here on the side blocks stand at the right */
#define LABEL_NARROW 16
#define LABEL_NARROW_MAX 18
#define LABEL_MIN 22
#define LABEL_MAX 28

struct lines {
	struct view v;             /* where the body stands on the grid; put in the second pass */
	int y;                     /* the present line */
	int width;
	int label, narrow;         /* of the pairs: as wide as the page's widest, within bounds, so that what follows stands in one column */
	int pick, sel;             /* number of the next pick; the selected one */
	int sel_from, sel_to;      /* its lines */
};

static void selected(struct lines *l, int from, int to)
{
	if (l->pick == l->sel) {
		l->sel_from = from;
		l->sel_to = to;
		view_put(&l->v, from, 0, 1, ">", GRID_FOCUS, GRID_BOLD);
		if (l->v.put && from >= l->v.top && from < l->v.top + l->v.height)
			grid_cursor(l->v.g, l->v.row + from - l->v.top, l->v.col);
	}
	l->pick++;
}

static const char *cell_shown(const struct column *c, const char *text, int width, struct buf *b)
{
	buf_reset(b);
	if (c->name && text_width(text) > width)
		word_name_short(b, text, width);
	else
		buf_puts(b, text);
	return buf_str(b);
}

/* What a column cannot do without: numbers and dates are never broken, words neither; names are shortened by rule. */
static int column_least(const struct table *t, size_t k, int nat)
{
	const struct column *c = &t->column[k];
	int least = text_width(c->title);
	bool digits = c->right;

	if (c->name)
		return nat < 10 ? nat > least ? nat : least : least > 10 ? least : 10;
	for (size_t i = 0; i < t->nrow; i++) {
		const char *s = t->row[i].cell[k];

		digits = digits || (nat <= 19 && strpbrk(s, "0123456789") != NULL);
		while (*s != 0) {
			size_t n = strcspn(s, " ");
			char word[64];
			int w;

			snprintf(word, sizeof(word), "%.*s", (int)n, s);
			w = text_width(word);
			if (w > least && w <= 19)
				least = w;
			s += n;
			while (*s == ' ')
				s++;
		}
	}
	return digits ? nat > least ? nat : least : least;
}

/* Widths of columns for the room there is, with as much between them as *gap says; false: not even wrapped. */
static bool table_widths(const struct table *t, int room, int *width, int gap)
{
	int sum = t->ncolumn > 0 ? ((int)t->ncolumn - 1) * gap : 0, nat[12], least[12];

	for (size_t k = 0; k < t->ncolumn; k++) {
		nat[k] = text_width(t->column[k].title);
		for (size_t i = 0; i < t->nrow; i++) {
			int w = text_width(t->row[i].cell[k]);

			if (w > nat[k])
				nat[k] = w;
		}
		least[k] = column_least(t, k, nat[k]);
		width[k] = nat[k] < t->column[k].width ? nat[k] : t->column[k].width;
		if (width[k] < least[k])
			width[k] = least[k];
		sum += width[k];
	}
	while (sum > room) {
		int widest = -1;

		for (size_t k = 0; k < t->ncolumn; k++)
			if (width[k] > least[k] && (widest < 0 || width[k] > width[widest] ||
			                            (width[k] == width[widest] && t->column[k].name && !t->column[widest].name)))
				widest = (int)k;           /* of two as wide a name is shortened rather than a text put on two lines */
		if (widest < 0)
			return false;
		width[widest]--;
		sum--;
	}
	for (size_t k = 0; k < t->ncolumn && sum < room; k++) {
		int more = nat[k] - width[k];

		if (more > room - sum)
			more = room - sum;
		if (more > 0) {
			width[k] += more;
			sum += more;
		}
	}
	return true;
}

static int cell_lines(const struct column *c, const char *text, int width)
{
	return c->name || text[0] == 0 ? 1 : wrap_lines(text, width);
}

static void lines_table(struct lines *l, const struct table *t)
{
	int width[12], left = t->pick ? 2 : 1, room = l->width - left, gap = 2;
	struct buf b;
	bool fits = t->ncolumn <= 12 && table_widths(t, room, width, gap);

	if (!fits && t->ncolumn <= 12)
		fits = table_widths(t, room, width, gap = 1);

	buf_init(&b, 0);
	if (fits && t->nrow > 0) {
		int x = left;

		for (size_t k = 0; k < t->ncolumn; k++) {
			const struct column *c = &t->column[k];
			int w = text_width(c->title);

			view_put(&l->v, l->y, x + (c->right && w < width[k] ? width[k] - w : 0), width[k], c->title, GRID_NORMAL, GRID_BOLD);
			x += width[k] + gap;
		}
		l->y++;
	}
	for (size_t i = 0; i < t->nrow; i++) {
		const struct table_row *r = &t->row[i];
		bool sel = t->pick && l->pick == l->sel;
		enum grid_role role = sel ? GRID_FOCUS : GRID_NORMAL;
		unsigned attr = sel || r->mine ? GRID_BOLD : 0;
		int from = l->y, high = 1;

		if (fits) {
			int x = left;

			for (size_t k = 0; k < t->ncolumn; k++) {
				int n = cell_lines(&t->column[k], r->cell[k], width[k]);

				if (n > high)
					high = n;
			}
			for (size_t k = 0; k < t->ncolumn; k++) {
				const struct column *c = &t->column[k];
				const char *text = cell_shown(c, r->cell[k], width[k], &b);
				int w = text_width(text);

				if (c->right)
					view_put(&l->v, from, x + (w < width[k] ? width[k] - w : 0), width[k], text, role, attr);
				else
					view_wrapped(&l->v, from, x, width[k], text, role, attr);
				x += width[k] + gap;
			}
			l->y += high;
		} else {
			/* A card: the first cells on a line, the others with their titles under it. */
			struct buf line;
			bool first = true;

			buf_init(&line, 0);
			for (size_t k = 0; k < t->ncolumn; k++) {
				const char *title = k == 0 ? "" : t->column[k].title;
				int w;

				if (r->cell[k][0] == 0)
					continue;
				w = text_width(title) + (title[0] != 0 ? 1 : 0) + text_width(r->cell[k]);
				if (line.len > 0 && (text_width(buf_str(&line)) + 2 + w > room || k == 1)) {
					l->y += view_wrapped(&l->v, l->y, left, room, buf_str(&line), first ? role : GRID_NORMAL, first ? attr | GRID_BOLD : attr);
					buf_reset(&line);
					first = false;
				}
				buf_printf(&line, "%s%s%s%s", line.len > 0 ? "  " : "", title, title[0] != 0 ? " " : "", r->cell[k]);
			}
			if (line.len > 0)
				l->y += view_wrapped(&l->v, l->y, left, room, buf_str(&line), first ? role : GRID_NORMAL, first ? attr | GRID_BOLD : attr);
			buf_clear(&line);
			if (l->y == from)
				l->y++;
		}
		if (r->marked)
			view_put(&l->v, from, 1, 1, "*", GRID_FOCUS, GRID_BOLD);
		if (t->pick)
			selected(l, from, l->y - 1);
	}
	buf_clear(&b);
}

static void lines_block(struct lines *l, const struct block *b)
{
	int n, w, label;

	switch (b->kind) {
	case BLOCK_GAP:
		l->y++;
		break;
	case BLOCK_HEAD:
		l->y += view_wrapped(&l->v, l->y, 1, l->width - 1, b->text, b->role, b->attr | GRID_BOLD);
		break;
	case BLOCK_TEXT:
		l->y += view_wrapped(&l->v, l->y, 1, l->width - 1, b->text != NULL ? b->text : "", b->role, b->attr);
		break;
	case BLOCK_FIXED:                      /* 80 columns of paper fit 80 columns of screen, to the edge */
		if (text_width(b->text) <= l->width + 1)
			view_put(&l->v, l->y++, 0, l->width + 1, b->text, b->role, b->attr);
		else if (b->text[0] == ' ' && (w = text_width(b->text + strspn(b->text, " "))) <= l->width)
			view_put(&l->v, l->y++, (l->width - w) / 2, w, b->text + strspn(b->text, " "), b->role, b->attr);      /* centred on paper */
		else if (b->text[0] != 0 && strspn(b->text, (char[]){ b->text[0], 0 }) == strlen(b->text))
			view_put(&l->v, l->y++, 0, l->width, b->text, b->role, b->attr | GRID_CUT_OK);      /* a rule of signs is as long as the screen */
		else
			l->y += view_wrapped(&l->v, l->y, 0, l->width, b->text, b->role, b->attr);
		break;
	case BLOCK_PAIR:
		w = text_width(b->label);
		label = l->width >= 60 ? l->label : l->narrow;
		if (w > label && w + text_width(b->text) + 3 > l->width) {
			l->y += view_wrapped(&l->v, l->y, 1, l->width - 1, b->label, GRID_NORMAL, 0);
			l->y += view_wrapped(&l->v, l->y, 3, l->width - 3, b->text, b->role, b->attr);
			break;
		}
		if (w > label)
			label = w;
		view_put(&l->v, l->y, 1, w, b->label, GRID_NORMAL, 0);
		l->y += view_wrapped(&l->v, l->y, label + 2, l->width - label - 2, b->text, b->role, b->attr);
		break;
	case BLOCK_ITEM: {
		bool sel = l->pick == l->sel;
		enum grid_role role = sel ? GRID_FOCUS : b->role;
		int from = l->y, key = b->key[0] != 0 ? 4 : 1, tail = b->text != NULL && b->text[0] != 0 ? text_width(b->text) + 2 : 0;

		view_put(&l->v, l->y, 2, 3, b->key, role, GRID_BOLD);
		w = text_width(b->label);
		if (tail > 0 && key + 1 + w + tail > l->width) {
			n = view_wrapped(&l->v, l->y, key + 1, l->width - key - 1, b->label, role, sel ? GRID_BOLD : b->attr);
			l->y += n;
			l->y += view_wrapped(&l->v, l->y, key + 3, l->width - key - 3, b->text, b->role, b->attr);
		} else {
			n = view_wrapped(&l->v, l->y, key + 1, l->width - key - 1 - tail, b->label, role, sel ? GRID_BOLD : b->attr);
			if (tail > 0)
				view_put(&l->v, l->y, key + 1 + w + 2 > 36 || tail > 6 ? key + 1 + w + 2 : 37 - tail + 2 < l->width ? 37 - tail + 2 : l->width - tail + 2,
				         tail, b->text, b->role, GRID_BOLD);
			l->y += n;
		}
		selected(l, from, l->y - 1);
		break;
	}
	case BLOCK_TABLE:
		if (b->table != NULL)
			lines_table(l, b->table);
		break;
	}
}

static void lines_page(struct lines *l, const struct page *p, int cols)
{
	bool wide = false, begun = false;
	int left_end, split = 0;

	l->label = LABEL_MIN;
	l->narrow = LABEL_NARROW;
	for (const struct block *b = p->first; b != NULL; b = b->next) {
		int w = b->kind == BLOCK_PAIR ? text_width(b->label) : 0;

		wide = wide || (b->side && cols >= WIDE);
		if (w > l->label && w <= LABEL_MAX)
			l->label = w;
		if (w > l->narrow && w <= LABEL_NARROW_MAX)
			l->narrow = w;
	}
	l->y = 0;
	l->pick = 0;
	l->v.col = 0;
	l->width = cols - 1;
	/* Left or only column. Items are numbered in the order of the page, so the side is counted along without being put. */
	for (const struct block *b = p->first; b != NULL; b = b->next) {
		if (wide && !begun && (b->kind == BLOCK_ITEM || b->side)) {
			begun = true;
			split = l->y;
			l->width = 40;
		}
		if (b->side && wide) {
			if (b->kind == BLOCK_ITEM)
				l->pick++;
			continue;
		}
		lines_block(l, b);
	}
	left_end = l->y;
	if (!wide)
		return;
	l->y = split;
	l->pick = 0;
	l->v.col = 43;
	l->width = cols - 44;
	for (const struct block *b = p->first; b != NULL; b = b->next) {
		if (b->side)
			lines_block(l, b);
		else if (b->kind == BLOCK_ITEM)
			l->pick++;
		else if (b->kind == BLOCK_TABLE && b->table != NULL && b->table->pick)
			l->pick += (int)b->table->nrow;
	}
	if (l->y < left_end)
		l->y = left_end;
}

/* line: the row of the rule under the title, where the arrows say that there is more. */
void paint_body(struct app *app, struct screen *s, int line, int row, int height)
{
	struct grid *g = &app->grid;
	struct lines l = { .v = { .g = g, .row = row, .height = height }, .sel = s->sel, .sel_from = -1 };

	lines_page(&l, &s->page, g->cols);
	s->max_top = l.y > height ? l.y - height : 0;
	if (!s->scrolled && l.sel_from >= 0) {
		if (l.sel_to >= s->top + height)
			s->top = l.sel_to - height + 1;
		if (l.sel_from < s->top)
			s->top = l.sel_from <= 1 ? 0 : l.sel_from;
	}
	if (s->top > s->max_top)
		s->top = s->max_top;
	if (s->top < 0)
		s->top = 0;
	l.v.put = true;
	l.v.top = s->top;
	lines_page(&l, &s->page, g->cols);
	if (s->max_top > 0)
		paint_arrows(g, line, s->top > 0, s->top < s->max_top);
}
