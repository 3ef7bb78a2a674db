/* paint.c - the only painter: the screen on top, laid out on the app's grid for its size.
 *
 * Rows: title, line, body, message, keys. Nothing is cut: text wraps, tables that do not fit become a few lines per row, hints are
 * there whole or not at all (all of them at F1 twice and at F10). */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "screen.h"

#define WIDE 76                   /* from here on the side blocks stand at the right */

size_t wrap_next(const char *s, int width, size_t *skip)
{
	size_t n = strcspn(s, "\n"), fit, at;
	char *line;

	if (s[0] == 0) {
		*skip = 0;
		return 0;
	}
	if (width < 1)
		width = 1;
	line = strndup(s, n);
	if (line == NULL) {
		*skip = n;
		return n;
	}
	fit = text_fit(line, width);
	if (fit >= n) {
		free(line);
		*skip = s[n] == '\n' ? n + 1 : n;
		return n;
	}
	for (at = fit; at > 0 && line[at] != ' ' && !(line[at - 1] == '/' && line[at] > '9'); at--)
		;
	if (at == 0)
		at = fit > 0 ? fit : text_next(line, 0);
	free(line);
	fit = at;
	while (s[at] == ' ')
		at++;
	*skip = at;
	while (fit > 0 && s[fit - 1] == ' ')
		fit--;
	return fit;
}

int wrap_lines(const char *text, int width)
{
	size_t skip;
	int n = 0;

	for (const char *s = text; s[0] != 0; s += skip, n++)
		wrap_next(s, width, &skip);
	return n > 0 ? n : 1;
}

int paint_wrapped(struct grid *g, int row, int col, int width, int max_rows, const char *text, enum grid_role role, unsigned attr)
{
	size_t skip;
	int n = 0;

	for (const char *s = text; s[0] != 0 && n < max_rows; s += skip, n++) {
		char line[1024];
		size_t len = wrap_next(s, width, &skip);

		snprintf(line, sizeof(line), "%.*s", (int)len, s);
		grid_put(g, row + n, col, width, line, role, attr);
	}
	return n;
}

/* ---- the body as lines: counted first, then the part that is in view is put ---- */

struct lines {
	struct grid *g;
	int row, height;           /* where the body stands on the grid */
	int top;                   /* first line in view */
	int y;                     /* the present line */
	int col, width;
	bool put;                  /* second pass */
	int pick, sel;             /* number of the next pick; the selected one */
	int sel_from, sel_to;      /* its lines */
};

static void line_put(struct lines *l, int y, int col, int width, const char *text, enum grid_role role, unsigned attr)
{
	if (l->put && y >= l->top && y < l->top + l->height)
		grid_put(l->g, l->row + y - l->top, l->col + col, width, text, role, attr);
}

static int lines_wrapped(struct lines *l, int y, int col, int width, const char *text, enum grid_role role, unsigned attr)
{
	size_t skip;
	int n = 0;

	for (const char *s = text; s[0] != 0; s += skip, n++) {
		char line[1024];
		size_t len = wrap_next(s, width, &skip);

		snprintf(line, sizeof(line), "%.*s", (int)len, s);
		line_put(l, y + n, col, width, line, role, attr);
	}
	return n > 0 ? n : 1;
}

static void selected(struct lines *l, int from, int to)
{
	if (l->pick == l->sel) {
		l->sel_from = from;
		l->sel_to = to;
		line_put(l, from, 0, 1, ">", GRID_FOCUS, GRID_BOLD);
		if (l->put && from >= l->top && from < l->top + l->height)
			grid_cursor(l->g, l->row + from - l->top, l->col);
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
			if (width[k] > least[k] && (widest < 0 || width[k] > width[widest]))
				widest = (int)k;
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

			line_put(l, l->y, x + (c->right && w < width[k] ? width[k] - w : 0), width[k], c->title, GRID_NORMAL, GRID_BOLD);
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
					line_put(l, from, x + (w < width[k] ? width[k] - w : 0), width[k], text, role, attr);
				else
					lines_wrapped(l, from, x, width[k], text, role, attr);
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
					l->y += lines_wrapped(l, l->y, left, room, buf_str(&line), first ? role : GRID_NORMAL, first ? attr | GRID_BOLD : attr);
					buf_reset(&line);
					first = false;
				}
				buf_printf(&line, "%s%s%s%s", line.len > 0 ? "  " : "", title, title[0] != 0 ? " " : "", r->cell[k]);
			}
			if (line.len > 0)
				l->y += lines_wrapped(l, l->y, left, room, buf_str(&line), first ? role : GRID_NORMAL, first ? attr | GRID_BOLD : attr);
			buf_clear(&line);
			if (l->y == from)
				l->y++;
		}
		if (r->marked)
			line_put(l, from, 1, 1, "*", GRID_FOCUS, GRID_BOLD);
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
		l->y += lines_wrapped(l, l->y, 1, l->width - 1, b->text, b->role, b->attr | GRID_BOLD);
		break;
	case BLOCK_TEXT:
		l->y += lines_wrapped(l, l->y, 1, l->width - 1, b->text != NULL ? b->text : "", b->role, b->attr);
		break;
	case BLOCK_FIXED:                      /* 80 columns of paper fit 80 columns of screen, to the edge */
		if (text_width(b->text) <= l->width + 1)
			line_put(l, l->y++, 0, l->width + 1, b->text, b->role, b->attr);
		else if (b->text[0] != 0 && strspn(b->text, (char[]){ b->text[0], 0 }) == strlen(b->text))
			line_put(l, l->y++, 0, l->width, b->text, b->role, b->attr | GRID_CUT_OK);      /* a rule of signs is as long as the screen */
		else
			l->y += lines_wrapped(l, l->y, 0, l->width, b->text, b->role, b->attr);
		break;
	case BLOCK_PAIR:
		w = text_width(b->label);
		label = l->width >= 60 ? 22 : 16;
		if (w > label && w + text_width(b->text) + 3 > l->width) {
			l->y += lines_wrapped(l, l->y, 1, l->width - 1, b->label, GRID_NORMAL, 0);
			l->y += lines_wrapped(l, l->y, 3, l->width - 3, b->text, b->role, b->attr);
			break;
		}
		if (w > label)
			label = w;
		line_put(l, l->y, 1, w, b->label, GRID_NORMAL, 0);
		l->y += lines_wrapped(l, l->y, label + 2, l->width - label - 2, b->text, b->role, b->attr);
		break;
	case BLOCK_ITEM: {
		bool sel = l->pick == l->sel;
		enum grid_role role = sel ? GRID_FOCUS : b->role;
		int from = l->y, key = b->key[0] != 0 ? 4 : 1, tail = b->text != NULL && b->text[0] != 0 ? text_width(b->text) + 2 : 0;

		line_put(l, l->y, 2, 3, b->key, role, GRID_BOLD);
		w = text_width(b->label);
		if (tail > 0 && key + 1 + w + tail > l->width) {
			n = lines_wrapped(l, l->y, key + 1, l->width - key - 1, b->label, role, sel ? GRID_BOLD : b->attr);
			l->y += n;
			l->y += lines_wrapped(l, l->y, key + 3, l->width - key - 3, b->text, b->role, b->attr);
		} else {
			n = lines_wrapped(l, l->y, key + 1, l->width - key - 1 - tail, b->label, role, sel ? GRID_BOLD : b->attr);
			if (tail > 0)
				line_put(l, l->y, key + 1 + w + 2 > 36 || tail > 6 ? key + 1 + w + 2 : 37 - tail + 2 < l->width ? 37 - tail + 2 : l->width - tail + 2,
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

	for (const struct block *b = p->first; b != NULL; b = b->next)
		wide = wide || (b->side && cols >= WIDE);
	l->y = 0;
	l->pick = 0;
	l->col = 0;
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
	l->col = 43;
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
static void paint_body(struct app *app, struct screen *s, int line, int row, int height)
{
	struct grid *g = &app->grid;
	struct lines l = { .g = g, .row = row, .height = height, .sel = s->sel, .sel_from = -1 };

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
	l.put = true;
	l.top = s->top;
	lines_page(&l, &s->page, g->cols);
	if (s->max_top > 0) {
		char where[24];

		snprintf(where, sizeof(where), " %s%s ", s->top > 0 ? "\u2191" : "", s->top < s->max_top ? "\u2193" : "");
		grid_put(g, line, g->cols - text_width(where) - 1, 6, where, GRID_NORMAL, 0);
	}
}

/* ---- title, message, keys ---- */

static const char *role_shown(const struct app *app)
{
	static const enum role order[] = { ROLE_OFFICE_HEAD, ROLE_SUPERVISOR, ROLE_VERIFIER, ROLE_ADMIN, ROLE_AUDITOR, ROLE_OPERATOR,
	                                   ROLE_COMPANION, ROLE_OBSERVER, ROLE_KIOSK };

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if ((app->roles & order[i]) != 0)
			return word_role(role_name(order[i]));
	return "";
}

static int paint_title(struct app *app, struct screen *s)
{
	struct grid *g = &app->grid;
	char left[400], right[200], clock[8];
	int w, room, rows;

	snprintf(left, sizeof(left), "%s%s%s", s->page.title != NULL ? s->page.title : "",
	         s->page.place != NULL ? ", " : "", s->page.place != NULL ? s->page.place : "");
	word_clock(clock, clock_now_ms(), app->zone_minutes);
	if (s->page.aside != NULL)
		snprintf(right, sizeof(right), "%s", s->page.aside);
	else if (app->account != 0)
		snprintf(right, sizeof(right), "%s (%s)  %s", app->full_name, role_shown(app), clock);
	else
		snprintf(right, sizeof(right), "%s", clock);
	w = text_width(left);
	room = g->cols - 2 - w - 2;
	if (text_width(right) > room && (s->page.aside == NULL || s->row->kind == KIND_FORM))
		snprintf(right, sizeof(right), "%s", clock);
	if (text_width(right) <= room) {
		grid_put(g, 0, g->cols - 1 - text_width(right), text_width(right), right, GRID_NORMAL, 0);
		grid_put(g, 0, 1, w, left, GRID_NORMAL, GRID_BOLD);
		rows = 1;
	} else {
		rows = paint_wrapped(g, 0, 1, g->cols - 2, 3, left, GRID_NORMAL, GRID_BOLD);
		if (s->page.aside != NULL && s->row->kind != KIND_FORM)
			rows += paint_wrapped(g, rows, 1, g->cols - 2, 2, right, GRID_NORMAL, 0);
	}
	grid_hline(g, rows, 0, g->cols);
	return rows + 1;
}

static int paint_keys(struct app *app, struct screen *s, bool put, int row)
{
	struct grid *g = &app->grid;
	struct hint hint[32];
	size_t n = screen_hints(s, hint, 32);
	int max = g->cols < 60 ? 2 : g->rows >= 30 ? 2 : 1, y = 0, x = 1;

	/* When not all of them fit on one line, two lines are better than hints left out. */
	if (max == 1) {
		int sum = 1;

		for (size_t i = 0; i < n; i++)
			sum += text_width(hint[i].text) + 2;
		if (sum - 2 > g->cols - 1)
			max = 2;
	}
	for (size_t i = 0; i < n; i++) {
		int w = text_width(hint[i].text);

		if (x + w > g->cols - 1) {
			if (y + 1 >= max)
				continue;
			y++;
			x = 1;
		}
		if (put)
			grid_put(g, row + y, x, w, hint[i].text, GRID_NORMAL, 0);
		x += w + 2;
	}
	return y + 1;
}

static void paint_input(struct app *app, struct screen *s, int row, int col, int width)
{
	struct grid *g = &app->grid;
	struct buf b;
	int cursor, w;

	buf_init(&b, 0);
	edit_show(&s->input, EDIT_PLAIN, width, &b, &cursor);
	w = grid_put(g, row, col, width, buf_str(&b), GRID_FOCUS, GRID_CUT_OK);
	for (int i = w; i < width; i++)
		grid_put(g, row, col + i, 1, "_", GRID_FOCUS, 0);
	if (s->sel < 0 || s->filtering)
		grid_cursor(g, row, col + cursor);
	buf_clear(&b);
}

void paint_screen(struct app *app)
{
	struct grid *g = &app->grid;
	struct screen *s = app->top;
	struct buf message;
	enum grid_role role = GRID_NORMAL;
	int row, line, keys, lines, height, bottom, legend;

	grid_erase(g);
	if (g->rows < 10 || g->cols < 40) {
		paint_wrapped(g, 0, 0, g->cols, g->rows, "Layar terlalu kecil: perlu 40 x 10. Yang diketik tidak hilang.", GRID_ERROR, 0);
		return;
	}
	if (s == NULL || app->over) {      /* nothing of anybody stays on the screen; the last words stand where messages stand */
		int n = wrap_lines(app->message, g->cols - 2);

		paint_wrapped(g, g->rows - 1 - n, 1, g->cols - 2, n, app->message, app->message_role, 0);
		return;
	}
	row = paint_title(app, s);
	line = row - 1;
	grid_cursor(g, row, 0);              /* where nothing is open or picked: screen readers read on from here */
	keys = paint_keys(app, s, false, 0);
	paint_keys(app, s, true, g->rows - keys);
	buf_init(&message, 0);
	screen_message(s, &message, &role);
	lines = message.len > 0 ? wrap_lines(buf_str(&message), g->cols - 2) : 1;
	if (lines > 4)
		lines = 4;
	bottom = g->rows - keys - lines;
	if (s->filtering) {
		grid_put(g, bottom, 1, 7, "Saring:", GRID_NORMAL, 0);
		paint_input(app, s, bottom, 9, g->cols - 11);
	} else {
		paint_wrapped(g, bottom, 1, g->cols - 2, lines, buf_str(&message), role, role == GRID_ERROR ? GRID_BOLD : 0);
	}
	buf_clear(&message);
	legend = s->page.legend != NULL && g->rows >= 20 ? wrap_lines(s->page.legend, g->cols - 2) : 0;
	if (legend > 0) {
		bottom -= legend;
		paint_wrapped(g, bottom, 1, g->cols - 2, legend, s->page.legend, GRID_NORMAL, GRID_DIM);
	}
	if (s->has_input && s->page.prompt != NULL) {
		int w = text_width(s->page.prompt), x = w + 3;

		paint_wrapped(g, row, 1, g->cols - 2, 2, s->page.prompt, GRID_NORMAL, 0);
		if (x + 20 > g->cols) {
			row += wrap_lines(s->page.prompt, g->cols - 2);
			x = 1;
		}
		paint_input(app, s, row, x, g->cols - x - 1);
		row += g->rows >= 20 ? 2 : 1;
	}
	height = bottom - row;
	if (height < 1)
		height = 1;
	if (s->row->kind == KIND_FORM && s->fill != NULL)
		paint_form(app, s, line, row, height);
	else
		paint_body(app, s, line, row, height);
	if (s->popup.open)
		paint_popup(app, s, row, height);
}

void screen_message(struct screen *s, struct buf *out, enum grid_role *role)
{
	struct app *app = s->app;

	*role = GRID_NORMAL;
	if (app->lost) {
		*role = GRID_ERROR;
		buf_puts(out, "Server sedang tidak dapat dihubungi. Ketikan Anda tidak hilang; tunggu sebentar.");
		return;
	}
	if (app->waiting) {
		buf_puts(out, s->row->id == SCREEN_fill && s->fill != NULL ? "menyimpan..." : "menunggu...");
		if (app->nahead > 0)
			buf_printf(out, " %zu ketikan menyusul.", app->nahead);
		if (app->message[0] != 0)
			buf_printf(out, " %s", app->message);
		else if (app->wait_long)
			buf_printf(out, " %s membatalkan, %s dua kali keluar.", key_name(&action_table[ACT_cancel]), key_name(&action_table[ACT_menu]));
		return;
	}
	if (s->popup.open) {
		buf_puts(out, s->popup.what == POPUP_ACTIONS ? "Tekan tombolnya, atau pilih dengan Enter. Esc menutup."
		         : s->popup.what == POPUP_AREAS ? "Ketik kode atau paling sedikit 3 huruf nama. Enter mengambil, Esc menutup."
		         : "Ketik untuk menyaring. Enter mengambil, Esc menutup.");
		return;
	}
	if (app->message[0] != 0) {
		*role = app->message_role;
		buf_puts(out, app->message);
	}
	if (s->row->kind == KIND_FORM && s->fill != NULL)
		form_message(s, out, role);
}
