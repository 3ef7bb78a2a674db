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

void view_put(const struct view *v, int y, int col, int width, const char *text, enum grid_role role, unsigned attr)
{
	if (v->put && y >= v->top && y < v->top + v->height)
		grid_put(v->g, v->row + y - v->top, v->col + col, width, text, role, attr);
}

int view_wrapped(const struct view *v, int y, int col, int width, const char *text, enum grid_role role, unsigned attr)
{
	size_t skip;
	int n = 0;

	for (const char *s = text; s[0] != 0; s += skip, n++) {
		char line[1024];
		size_t len = wrap_next(s, width, &skip);

		snprintf(line, sizeof(line), "%.*s", (int)len, s);
		view_put(v, y + n, col, width, line, role, attr);
	}
	return n > 0 ? n : 1;
}

void paint_arrows(struct grid *g, int line, bool up, bool down)
{
	char where[24];

	snprintf(where, sizeof(where), " %s%s ", up ? "\u2191" : "", down ? "\u2193" : "");
	grid_put(g, line, g->cols - text_width(where) - 1, 6, where, GRID_NORMAL, 0);
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

/* false: only now it is known whether the page is longer than the screen, and the keys that were put do not say so. */
static bool paint_once(struct app *app)
{
	struct grid *g = &app->grid;
	struct screen *s = app->top;
	struct buf message;
	enum grid_role role = GRID_NORMAL;
	int row, line, keys, lines, height, bottom, legend;
	bool longer = s != NULL && s->max_top > 0;

	grid_erase(g);
	if (g->rows < 10 || g->cols < 40) {
		paint_wrapped(g, 0, 0, g->cols, g->rows, "Layar terlalu kecil: perlu 40 x 10. Yang diketik tidak hilang.", GRID_ERROR, 0);
		return true;
	}
	if (s == NULL || app->over) {      /* nothing of anybody stays on the screen; the last words stand where messages stand */
		int n = wrap_lines(app->message, g->cols - 2);

		paint_wrapped(g, g->rows - 1 - n, 1, g->cols - 2, n, app->message, app->message_role, 0);
		return true;
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
	return s->row->kind == KIND_FORM || longer == (s->max_top > 0);
}

void paint_screen(struct app *app)
{
	if (!paint_once(app))
		paint_once(app);
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
