/* paint_form.c - a form on the grid: sections, the members at a glance, one field per line. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "screen.h"

struct flines {
	struct app *app;
	struct screen *s;
	struct view v;
	int y;
	int head_from, head_to;    /* lines of the roster above its fields; -1: none */
	int head_at;               /* the one of them that names the open row */
	int label, narrow;         /* width of the label column; 1: labels stand above their values */
	int at_from, at_to;        /* lines of the open field */
};

static int input_width(const struct field *d)
{
	int widest = 1;

	switch (d->type) {
	case FIELD_NIK:
	case FIELD_CARD:
		return 19;
	case FIELD_DATE:
		return 10;
	case FIELD_ONE:
		if (!fill_coded(d))
			return 4;
		for (size_t i = 0; d->choices != NULL && i < d->choices->n; i++)
			if ((int)strlen(d->choices->v[i].code) > widest)
				widest = (int)strlen(d->choices->v[i].code);
		return widest + 1;
	case FIELD_MANY:
		return 16;
	case FIELD_INTEGER:
	case FIELD_DECIMAL:
		return (d->max > 0 && d->max < 16 ? d->max : 10) + 1;
	case FIELD_AREA:
		return 14;
	default:
		return d->max > 0 && d->max < 48 ? d->max + 1 : 48;
	}
}

static enum edit_style style_of(const struct field *d)
{
	if (fill_secret(d))
		return EDIT_SECRET;
	return d->type == FIELD_NIK || d->type == FIELD_CARD ? EDIT_GROUPS : d->type == FIELD_DATE ? EDIT_DATE : EDIT_PLAIN;
}

static void under(struct flines *l, int y, int col, int from, int width, enum grid_role role, unsigned attr)
{
	for (int i = from; i < width; i++)
		view_put(&l->v, y, col + i, 1, "_", role, attr);
}

/* What stands beside an open field: the choice its code means, the digits counted, an area's name. */
static void beside(const struct fill *f, const struct app *app, const struct field *d, struct buf *out)
{
	const char *typed = edit_text(&f->edit);

	if (d->type == FIELD_NIK || d->type == FIELD_CARD) {
		buf_printf(out, "%zu/16", strlen(typed));
	} else if (d->type == FIELD_ONE && typed[0] != 0) {
		const struct choice *c = fill_choice(f, d, f->at.row, typed);

		if (c != NULL && !fill_coded(d))
			buf_puts(out, c->label_id);
		else if (c != NULL)
			buf_printf(out, "%s%s%s", strcmp(c->code, typed) != 0 ? c->code : "", strcmp(c->code, typed) != 0 ? " " : "", c->label_id);
	} else if (d->type == FIELD_MANY && !f->typed && !fill_coded(d)) {
		word_field((struct app *)app, d, filling_get(&f->answers, d->number, f->at.row), out);
	} else if (d->type == FIELD_AREA) {
		buf_puts(out, area_name(app, typed));
	}
}

/* The open field at y; the lines it takes. */
static int open_field(struct flines *l, const struct field *d, int y, int col, int room)
{
	struct fill *f = l->s->fill;
	struct buf b;
	int width = d != NULL ? input_width(d) : 4, cursor = 0, used, lines = 1, w;

	buf_init(&b, 0);
	if (width > room)
		width = room;
	edit_show(&f->edit, d != NULL ? style_of(d) : EDIT_PLAIN, width, &b, &cursor);
	w = text_width(buf_str(&b));
	view_put(&l->v, y, col, width, buf_str(&b), GRID_FOCUS, GRID_CUT_OK | GRID_BOLD | (f->edit.fresh ? GRID_REVERSE : 0));
	under(l, y, col, w, width, GRID_FOCUS, 0);
	if (l->v.put && y >= l->v.top && y < l->v.top + l->v.height)
		grid_cursor(l->v.g, l->v.row + y - l->v.top, col + (cursor < width ? cursor : width - 1));
	buf_reset(&b);
	if (d != NULL)
		beside(f, l->app, d, &b);
	else
		buf_puts(&b, fill_row_name(f, fill_roster(f)->of, (uint32_t)strtoul(edit_text(&f->edit), NULL, 10)));
	used = width + 1;
	if (b.len > 0) {
		if (text_width(buf_str(&b)) <= room - used)
			view_put(&l->v, y, col + used, room - used, buf_str(&b), GRID_NORMAL, 0);
		else
			lines += view_wrapped(&l->v, y + 1, col, room, buf_str(&b), GRID_NORMAL, 0);
	}
	buf_clear(&b);
	return lines;
}

static int shown_field(struct flines *l, const struct field *d, uint32_t row, int y, int col, int room, bool can)
{
	struct fill *f = l->s->fill;
	const char *v = filling_get(&f->answers, d->number, row);
	struct buf b;
	int n = 1, width = input_width(d);

	buf_init(&b, 0);
	if (fill_secret(d)) {
		for (size_t i = 0; v[i] != 0; i = text_next(v, i))
			buf_putc(&b, '*');
	} else if (d->type == FIELD_FILE) {
		buf_puts(&b, v[0] != 0 ? "ada" : "belum ada; kirim berkasnya lewat perintah bukti");
	} else {
		word_field(l->app, d, v, &b);
	}
	if (width > room)
		width = room;
	if (b.len > 0)
		n = view_wrapped(&l->v, y, col, room, buf_str(&b), GRID_NORMAL, fill_is_carried(f, d->number, row) ? GRID_DIM : 0);
	else if (can)
		under(l, y, col, 0, width, GRID_NORMAL, GRID_DIM);
	else if (d->type != FIELD_NOTE)
		view_put(&l->v, y, col, 1, "-", GRID_NORMAL, GRID_DIM);
	buf_clear(&b);
	return n;
}

static void field_lines(struct flines *l, const struct field *d, const char *label, uint32_t row, bool open, bool can)
{
	struct fill *f = l->s->fill;
	int cols = l->v.g->cols, from = l->y, col, room, nlabel = 0, nvalue;
	const struct finding *v = d != NULL ? fill_finding(f, d->number, row) : NULL;
	char shown[260];
	bool starred = d != NULL && can && form_required(f->form, &f->answers, d, row, &f->env);
	bool one_line;

	snprintf(shown, sizeof(shown), "%s%s", label, starred ? " *" : "");
	if (d != NULL && d->type == FIELD_NOTE) {
		l->y += view_wrapped(&l->v, l->y, 2, cols - 3, label, GRID_NORMAL, GRID_DIM);
		return;
	}
	if (open && f->wrong)
		view_put(&l->v, from, 0, 1, "!", GRID_ERROR, GRID_BOLD);
	else if (v != NULL && v->severity != SEV_INFO)
		view_put(&l->v, from, 0, 1, "!", v->severity == SEV_BLOCK && !fill_overridden(f, v) ? GRID_ERROR : GRID_NORMAL, GRID_BOLD);
	one_line = !l->narrow || text_width(shown) + (d != NULL ? input_width(d) : 4) + 4 + (d != NULL && d->choices != NULL ? 10 : 0) <= cols;
	if (one_line) {
		col = l->narrow ? 2 + text_width(shown) + 1 : 2 + l->label + 1;
		room = cols - col - 1;
		nlabel = l->narrow ? (view_put(&l->v, l->y, 1, cols - 2, shown, GRID_NORMAL, open ? GRID_BOLD : 0), 1)
		                   : view_wrapped(&l->v, l->y, 2, l->label, shown, GRID_NORMAL, open ? GRID_BOLD : 0);
		nvalue = open ? open_field(l, d, l->y, col, room) : shown_field(l, d, row, l->y, col, room, can);
		l->y += nlabel > nvalue ? nlabel : nvalue;
	} else {
		l->y += view_wrapped(&l->v, l->y, 1, cols - 2, shown, GRID_NORMAL, open ? GRID_BOLD : 0);
		l->y += open ? open_field(l, d, l->y, 3, cols - 4) : shown_field(l, d, row, l->y, 3, cols - 4, can);
	}
	if (open) {
		l->at_from = from;
		l->at_to = l->y - 1;
	}
}

/* The rows of a roster at a glance: number, name, and what of it matters most. */
static void roster_lines(struct flines *l, const struct roster *r, uint32_t at)
{
	struct fill *f = l->s->fill;
	size_t n = filling_row_count(&f->answers, r->number), place = 0, from = 0, most;
	char line[400];

	for (uint32_t row = filling_row_next(&f->answers, r->number, 0); row != 0; row = filling_row_next(&f->answers, r->number, row)) {
		place++;
		if (row == at)
			break;
	}
	if (l->v.height < 14 || n <= 1 || l->narrow) {
		const char *name = fill_row_name(f, r->number, at);

		l->head_at = l->y;
		snprintf(line, sizeof(line), "%s %zu dari %zu%s%s", r->label_id, place, n, name[0] != 0 ? ": " : "", name);
		l->y += view_wrapped(&l->v, l->y, 1, l->v.g->cols - 2, line, GRID_NORMAL, GRID_BOLD);
		return;
	}
	snprintf(line, sizeof(line), "%s %zu", r->label_id, n);
	view_put(&l->v, l->y, 1, l->v.g->cols - 2, line, GRID_NORMAL, GRID_BOLD);
	view_put(&l->v, l->y++, 36, l->v.g->cols - 37, "PgUp, PgDn: baris lain", GRID_NORMAL, GRID_DIM);
	most = l->v.height >= 30 ? 10 : 5;
	if (n == most + 1)
		most++;                    /* the line that would say "1 more" holds it as well */
	if (n > most && place > most)
		from = place - most;
	place = 0;
	for (uint32_t row = filling_row_next(&f->answers, r->number, 0); row != 0; row = filling_row_next(&f->answers, r->number, row), place++) {
		const char *name = fill_row_name(f, r->number, row);
		struct buf b;
		bool bad = false;

		if (place < from || place >= from + most)
			continue;
		for (size_t i = 0; i < f->found.n; i++) {
			const struct field *d = form_field(f->form, f->found.v[i].field);

			bad = bad || (d != NULL && d->roster == r->number && f->found.v[i].row == row && f->found.v[i].severity == SEV_BLOCK &&
			              !fill_overridden(f, &f->found.v[i]));
		}
		buf_init(&b, 0);
		if (text_width(name) > 26)
			word_name_short(&b, name, 26);
		else
			buf_puts(&b, name[0] != 0 ? name : "(baru)");
		snprintf(line, sizeof(line), "%s%2u %s", row == at ? ">" : " ", row, buf_str(&b));
		if (row == at)
			l->head_at = l->y;
		view_put(&l->v, l->y, 1, 31, line, row == at ? GRID_FOCUS : GRID_NORMAL, row == at ? GRID_BOLD : 0);
		if (bad)
			view_put(&l->v, l->y, 33, 1, "!", GRID_ERROR, GRID_BOLD);
		for (size_t k = 0; k < 3; k++) {
			static const struct { const char *store; int x, w; } shown[] = { { "person.nik", 36, 19 }, { "person.birth_on", 57, 10 }, { "membership.relation", 69, 40 } };
			const struct field *d = form_field_stored(f->form, shown[k].store);
			int w = shown[k].w < l->v.g->cols - 1 - shown[k].x ? shown[k].w : l->v.g->cols - 1 - shown[k].x;

			if (d == NULL || d->roster != r->number)
				continue;
			buf_reset(&b);
			if (k == 2 && form_choice(d, filling_get(&f->answers, d->number, row)) != NULL)
				buf_puts(&b, form_choice(d, filling_get(&f->answers, d->number, row))->label_id);
			else
				word_field(l->app, d, filling_get(&f->answers, d->number, row), &b);
			/* A malformed number is seen in its field, a long word is shortened: nothing is squeezed in here. */
			if (text_width(buf_str(&b)) > w && k < 2)
				continue;
			if (text_width(buf_str(&b)) > w) {
				size_t fit = text_fit(buf_str(&b), w - 1);
				char rest[64];

				snprintf(rest, sizeof(rest), "%.*s.", (int)fit, buf_str(&b));
				view_put(&l->v, l->y, shown[k].x, w, rest, GRID_NORMAL, 0);
			} else {
				view_put(&l->v, l->y, shown[k].x, w, buf_str(&b), GRID_NORMAL, 0);
			}
		}
		buf_clear(&b);
		l->y++;
	}
	if (n > most) {
		snprintf(line, sizeof(line), "   ... %zu lagi", n - most);
		view_put(&l->v, l->y++, 1, 30, line, GRID_NORMAL, GRID_DIM);
	}
	l->y++;
}

static void form_lines(struct flines *l)
{
	struct fill *f = l->s->fill;
	const struct form *form = f->form;
	size_t section = fill_section_at(f);
	uint32_t roster = 0, row = 0;
	int widest = 8;

	l->y = 0;
	l->at_from = l->at_to = 0;
	l->head_from = l->head_to = l->head_at = -1;
	for (size_t i = 0; i < form->nfield; i++) {
		const struct field *d = &form->field[i];
		int w = text_width(d->label_id) + 2;

		if (d->section != section)
			continue;
		if (d->roster != 0)
			roster = d->roster;
		if (w > widest)
			widest = w;
	}
	l->narrow = l->v.g->cols < 60;
	l->label = widest > 32 ? 32 : widest;
	if (roster != 0) {
		if (f->at.field != FILL_END && form->field[f->at.field].roster == roster)
			row = f->at.row;
		else
			for (uint32_t r = filling_row_next(&f->answers, roster, 0); r != 0; r = filling_row_next(&f->answers, roster, r))
				row = r;
		if (row != 0) {
			l->head_from = l->y;
			roster_lines(l, form_roster(form, roster), row);
			l->head_to = l->y;
		}
	}
	for (size_t i = 0; i < form->nfield; i++) {
		const struct field *d = &form->field[i];
		bool open = f->at.field == i, can;

		if (d->section != section || (d->roster != 0 && row == 0))
			continue;
		if (open && f->at.of)
			field_lines(l, NULL, "Milik nomor *", row, true, true);
		if (!form_relevant(form, &f->answers, d, d->roster != 0 ? row : 0, &f->env))
			continue;
		can = fill_focusable(f, d, d->roster != 0 ? row : 0);
		field_lines(l, d, d->label_id, d->roster != 0 ? row : 0, open && !f->at.of, can);
		/* Who a new row is about is seen with its first question, not scrolled away above it. */
		if (open && l->at_from <= l->head_to)
			l->at_from = l->head_from;
	}
	if (f->at.field == FILL_END) {
		bool send = screen_valid(l->s, ACT_send);

		l->y++;
		l->at_from = l->at_to = l->y;
		view_put(&l->v, l->y, 2, 12, send ? "[ Kirim ]" : "[ Simpan ]", GRID_FOCUS, GRID_BOLD);
		if (l->v.put && l->y >= l->v.top && l->y < l->v.top + l->v.height)
			grid_cursor(l->v.g, l->v.row + l->y - l->v.top, 4);
		l->y++;
	}
}

static int section_tabs(struct app *app, struct screen *s, int row)
{
	struct grid *g = &app->grid;
	struct fill *f = s->fill;
	size_t at = fill_section_at(f);
	char line[600];
	size_t n = 0;

	if (f->form->nsection < 2)
		return 0;
	for (size_t i = 0; i < f->form->nsection; i++)
		n += (size_t)snprintf(line + (n < sizeof(line) ? n : 0), n < sizeof(line) ? sizeof(line) - n : 0, i == at ? " [%zu %s]" : "  %zu %s ", i + 1,
		                      f->form->section[i].label_id);
	if (n < sizeof(line) && text_width(line) <= g->cols - 1) {
		int x = 0;

		for (size_t i = 0; i < f->form->nsection; i++) {
			snprintf(line, sizeof(line), i == at ? " [%zu %s]" : "  %zu %s ", i + 1, f->form->section[i].label_id);
			x += grid_put(g, row, x, g->cols - x, line, i == at ? GRID_FOCUS : GRID_NORMAL, i == at ? GRID_BOLD : 0);
		}
		return 1;
	}
	snprintf(line, sizeof(line), "[%zu %s] dari %zu bagian", at + 1, f->form->section[at].label_id, f->form->nsection);
	return paint_wrapped(g, row, 1, g->cols - 2, 2, line, GRID_FOCUS, GRID_BOLD);
}

void paint_form(struct app *app, struct screen *s, int line, int top, int rows)
{
	struct flines l = { .app = app, .s = s, .v = { .g = &app->grid } };
	int tabs = section_tabs(app, s, top);

	if (s->page.first != NULL) {       /* what is said above the fields: why it came back, what is decided */
		for (const struct block *b = s->page.first; b != NULL && tabs < rows - 4; b = b->next)
			if (b->text != NULL)
				tabs += paint_wrapped(&app->grid, top + tabs, 1, app->grid.cols - 2, rows - tabs - 3, b->text, b->role, b->attr);
	}
	if (tabs > 0 && rows >= 14)
		tabs++;
	l.v.row = top + tabs;
	l.v.height = rows - tabs;
	form_lines(&l);
	if (l.at_to >= s->top + l.v.height)
		s->top = l.at_to - l.v.height + 1;
	if (l.at_from < s->top)
		s->top = l.at_from;
	if (l.y <= l.v.height)
		s->top = 0;
	else if (s->top > l.y - l.v.height)
		s->top = l.y - l.v.height;
	l.v.put = true;
	l.v.top = s->top;
	form_lines(&l);
	if (l.y > l.v.height)
		paint_arrows(&app->grid, line, s->top > 0, s->top + l.v.height < l.y);
	/* Whose answers these are stands on the line above them once the row's own line has scrolled away. */
	if (l.head_at >= 0 && s->top > l.head_at && fill_roster(s->fill) != NULL) {
		const char *name = fill_row_name(s->fill, fill_roster(s->fill)->number, s->fill->at.row);
		int room = app->grid.cols - 12;
		struct buf b;

		buf_init(&b, 0);
		buf_printf(&b, " %u ", s->fill->at.row);
		if (text_width(name) > room - 6)
			word_name_short(&b, name, room - 6);
		else
			buf_puts(&b, name);
		if (name[0] != 0)
			buf_putc(&b, ' ');
		grid_put(&app->grid, line, 2, room, buf_str(&b), GRID_FOCUS, GRID_BOLD);
		buf_clear(&b);
	}
}
