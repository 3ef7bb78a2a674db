/* say.c - a screen as plain lines: no boxes, no padding, lists numbered, one question per line. */
#include "config.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "line_private.h"

#define SAY_ROWS 60               /* lines of a long page at a time; an empty line goes on */

void say_line(struct line *l, const char *text)
{
	struct buf clean;

	buf_init(&clean, 0);
	text_show(&clean, text, strlen(text));
	buf_put(&l->out, clean.data, clean.len);
	buf_puts(&l->out, "\r\n");
	buf_clear(&clean);
}

static void say_f(struct line *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void say_f(struct line *l, const char *fmt, ...)
{
	char text[2000];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	say_line(l, text);
}

/* "baris, kolom": a table row as one line, its titles said once above. */
static void say_row(struct line *l, const struct table *t, size_t i, int number)
{
	struct buf b;
	bool any = false;

	buf_init(&b, 0);
	if (number > 0)
		buf_printf(&b, "%d ", number);
	if (t->row[i].marked)
		buf_puts(&b, "(ditandai) ");
	for (size_t k = 0; k < t->ncolumn; k++) {
		if (t->row[i].cell[k][0] == 0)
			continue;
		buf_printf(&b, "%s%s", any ? "; " : "", t->row[i].cell[k]);
		any = true;
	}
	say_line(l, buf_str(&b));
	buf_clear(&b);
}

void say_pick(struct line *l, struct screen *s, int n)
{
	struct pick p;

	if (page_pick(&s->page, n, &p) && p.row != NULL)
		say_row(l, p.block->table, (size_t)(p.row - p.block->table->row), n + 1);
}

static void say_titles(struct line *l, const struct table *t)
{
	struct buf b;
	bool any = false;

	buf_init(&b, 0);
	for (size_t k = 0; k < t->ncolumn; k++) {
		if (t->column[k].title[0] == 0)
			continue;
		buf_printf(&b, "%s%s", any ? "; " : "", t->column[k].title);
		any = true;
	}
	buf_putc(&b, ':');
	say_line(l, buf_str(&b));
	buf_clear(&b);
}

/* Blocks from b (and row of its table) on, up to SAY_ROWS lines. number: of the next pick. */
static void say_blocks(struct line *l, const struct page *p, const struct block *from, size_t row)
{
	int number = 0, said = 0;

	for (const struct block *b = p->first; b != NULL && b != from; b = b->next)
		number += b->kind == BLOCK_ITEM ? 1 : b->kind == BLOCK_TABLE && b->table != NULL && b->table->pick ? (int)b->table->nrow : 0;
	l->more = NULL;
	for (const struct block *b = from; b != NULL; b = b->next) {
		if (said >= SAY_ROWS) {
			l->more = b;
			l->more_row = 0;
			say_line(l, "(Enter: lanjut)");
			return;
		}
		switch (b->kind) {
		case BLOCK_GAP:
			break;
		case BLOCK_HEAD:
		case BLOCK_TEXT:
		case BLOCK_FIXED:
			say_line(l, b->text != NULL ? b->text : "");
			said++;
			break;
		case BLOCK_PAIR:
			say_f(l, "%s: %s", b->label, b->text != NULL && b->text[0] != 0 ? b->text : "-");
			said++;
			break;
		case BLOCK_ITEM:
			number++;
			say_f(l, "%d %s%s%s", number, b->label, b->text != NULL && b->text[0] != 0 ? ": " : "", b->text != NULL ? b->text : "");
			said++;
			break;
		case BLOCK_TABLE:
			if (b->table == NULL || b->table->nrow == 0)
				break;
			if (row == 0)
				say_titles(l, b->table);
			for (size_t i = row; i < b->table->nrow; i++) {
				if (said >= SAY_ROWS) {
					l->more = b;
					l->more_row = i;
					say_line(l, "(Enter: lanjut)");
					return;
				}
				say_row(l, b->table, i, b->table->pick ? number + (int)i + 1 : 0);
				said++;
			}
			number += b->table->pick ? (int)b->table->nrow : 0;
			row = 0;
			break;
		}
	}
}

bool say_more(struct line *l)
{
	const struct block *from = l->more;

	if (from == NULL || l->app->top != l->screen || l->app->top->serial != l->serial)
		return false;
	say_blocks(l, &l->app->top->page, from, l->more_row);
	return true;
}

static void say_page(struct line *l, struct screen *s)
{
	say_f(l, "%s%s%s%s%s", s->page.title != NULL ? s->page.title : s->row->title, s->page.place != NULL ? ", " : "", s->page.place != NULL ? s->page.place : "",
	      s->page.aside != NULL && s->row->kind != KIND_FORM ? ". " : "", s->page.aside != NULL && s->row->kind != KIND_FORM ? s->page.aside : "");
	say_blocks(l, &s->page, s->page.first, 0);
	if (s->row->kind == KIND_FORM)
		return;
	if (s->page.prompt != NULL)
		say_f(l, "%s%s ? bantuan.", s->page.prompt, s->has_input && page_picks(&s->page) > 0 && strncmp(s->page.prompt, "Nomor", 5) != 0 ? ", atau nomor." : ".");
	else if (s->row->kind == KIND_CONFIRM)
		say_line(l, "y atau t:");
	else if (page_picks(&s->page) > 0)
		say_line(l, "Nomor, atau kata perintah. ? bantuan, < kembali.");
	else
		say_line(l, "? bantuan, < kembali.");
}

void say_words(struct line *l, struct screen *s)
{
	for (size_t i = 0; i < s->ndynamic; i++) {
		char word[32];
		size_t k = 0;

		for (const char *p = s->dynamic[i].label; *p != 0 && *p != ' ' && k + 1 < sizeof(word); p++)
			word[k++] = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
		word[k] = 0;
		say_f(l, "%s: %s", word, s->dynamic[i].label);
	}
	for (size_t i = 0; i < s->naction; i++)
		if (screen_valid(s, s->action[i]) && s->action[i] != ACT_menu)
			say_f(l, "%s: %s", action_table[s->action[i]].word, action_help(s, s->action[i]));
}

void say_help(struct line *l, struct screen *s)
{
	if (s->row->kind == KIND_FORM && s->fill != NULL) {
		const struct field *d = fill_field(s->fill);

		if (d != NULL && d->help_id != NULL)
			say_line(l, d->help_id);
		if (d != NULL && d->choices != NULL)
			say_choices(l, s, "");
		say_line(l, "Enter: biarkan dan maju. <: kembali ke isian sebelumnya. -: kosongkan. =teks: teks apa adanya.");
	} else {
		for (const char *p = s->page.legend; p != NULL && *p != 0; p += strcspn(p, "\n") + (strchr(p, '\n') != NULL))
			say_f(l, "%.*s", (int)strcspn(p, "\n"), p);
		say_line(l, "Ketik nomor untuk membuka, < untuk kembali, atau kata:");
	}
	say_words(l, s);
}

bool say_choices(struct line *l, struct screen *s, const char *text)
{
	const struct field *d = fill_field(s->fill);

	if (s->fill->at.of) {
		const struct roster *r = fill_roster(s->fill);

		for (uint32_t row = filling_row_next(&s->fill->answers, r->of, 0); row != 0; row = filling_row_next(&s->fill->answers, r->of, row))
			say_f(l, "%u %s", row, fill_row_name(s->fill, r->of, row));
		return true;
	}
	if (d != NULL && d->type == FIELD_AREA) {
		l->areas = true;
		popup_open(s, POPUP_AREAS, d->label_id);
		if (text[0] != 0) {
			edit_set(&s->popup.filter, text, false);
			popup_refresh(s);
		}
		l->waiting = true;
		return true;
	}
	if (d == NULL || d->choices == NULL) {
		say_line(l, "Isian ini tidak punya daftar.");
		return true;
	}
	for (size_t i = 0; i < d->choices->n; i++) {
		char sign[8];

		if (!fill_choice_open(s->fill, d, s->fill->at.row, &d->choices->v[i]))
			continue;
		fill_choice_sign(s->fill, d, s->fill->at.row, &d->choices->v[i], sign);
		say_f(l, "%s %s", sign, d->choices->v[i].label_id);
	}
	return true;
}

bool say_section(struct line *l, struct screen *s, size_t n)
{
	for (size_t i = 0; i < s->fill->form->nsection && fill_section_at(s->fill) + 1 != n; i++)
		fill_section(s->fill, 1);
	l->again = true;
	return true;
}

static void say_finding(struct line *l, struct screen *s, const struct finding *v)
{
	struct buf b;
	const struct field *d = form_field(s->fill->form, v->field);

	buf_init(&b, 0);
	buf_puts(&b, v->severity == SEV_BLOCK ? "! " : v->severity == SEV_WARN ? "Periksa: " : "Catatan: ");
	if (d != NULL)
		buf_printf(&b, "%s: ", d->label_id);
	finding_text(v, &b);
	fill_choice_told(s->fill, v, &b);
	if (fill_overridden(s->fill, v))
		buf_puts(&b, " Alasan sudah dicatat.");
	else if (v->severity == SEV_BLOCK && finding_info(v->code) != NULL && finding_info(v->code)->may_override && screen_valid(s, ACT_override))
		buf_puts(&b, " Bila memang benar, ketik: alasan");
	say_line(l, buf_str(&b));
	buf_clear(&b);
}

static void say_question(struct line *l, struct screen *s)
{
	struct fill *f = s->fill;
	const struct field *d = fill_field(f);
	const struct roster *r = fill_roster(f);
	const struct finding *v;
	struct buf b;
	size_t section = fill_section_at(f);

	if (f->left.code != FIND_NONE && (f->left.field != (d != NULL ? d->number : 0) || f->left.row != f->at.row)) {
		v = fill_finding(f, f->left.field, f->left.row);
		if (v != NULL && v->severity != SEV_INFO)
			say_finding(l, s, v);
		f->left.code = FIND_NONE;
	}
	if (s->checked && fill_problems(f) > 0)
		say_f(l, "Masih ada %zu masalah. masalah: yang berikutnya.", fill_problems(f));
	if (f->at.field == FILL_END) {
		if (screen_valid(s, ACT_channel))
			say_f(l, "Jalur masuk: %s. %s: yang lain.", data_label(s, l->app->channel), key_said(l->app, ACT_channel));
		say_f(l, "Selesai. Enter: %s. < kembali ke isian.", screen_valid(s, ACT_send) ? "kirim" : "simpan");
		return;
	}
	if (section != l->section && f->form->nsection > 1)
		say_f(l, "-- %s", f->form->section[section].label_id);
	if (r != NULL && (f->at.row != l->row || section != l->section)) {
		const char *name = fill_row_name(f, r->number, f->at.row);

		say_f(l, "-- %s nomor %u%s%s", r->label_id, f->at.row, name[0] != 0 ? ": " : fill_row_fixed(f, r) ? "" : ". Enter saja: tidak ada lagi.", name);
	}
	buf_init(&b, 0);
	if (f->at.of) {
		buf_puts(&b, "Milik nomor *: ");
	} else {
		const char *value = filling_get(&f->answers, d->number, f->at.row);

		v = fill_finding(f, d->number, f->at.row);
		if (v != NULL)
			say_finding(l, s, v);
		buf_puts(&b, d->label_id);
		if (form_required(f->form, &f->answers, d, f->at.row, &f->env))
			buf_puts(&b, " *");
		if (d->yesno != NULL && d->choices != NULL && d->choices->n == 2)
			buf_printf(&b, " (%s ya, %s tidak)", d->choices->v[0].code, d->choices->v[1].code);
		else if (d->choices != NULL && d->choices->n <= 6) {
			bool any = false;
			char sign[8];

			for (size_t i = 0; i < d->choices->n; i++) {
				if (!fill_choice_open(f, d, f->at.row, &d->choices->v[i]))
					continue;
				fill_choice_sign(f, d, f->at.row, &d->choices->v[i], sign);
				buf_printf(&b, "%s%s %s", any ? ", " : " (", sign, d->choices->v[i].label_id);
				any = true;
			}
			if (any)
				buf_putc(&b, ')');
		}
		if (f->typed && !fill_secret(d)) {
			buf_printf(&b, " [%s]", edit_text(&f->edit));
		} else if (value[0] != 0 && !fill_secret(d)) {
			buf_puts(&b, " [");
			word_field(l->app, d, value, &b);
			buf_putc(&b, ']');
		}
		buf_puts(&b, ":");
	}
	say_line(l, buf_str(&b));
	buf_clear(&b);
}

void say_screen(struct line *l)
{
	struct app *app = l->app;
	struct screen *s = app->top;
	bool fresh;

	if (l->message_serial != app->message_serial) {
		l->message_serial = app->message_serial;
		if (app->message[0] != 0)
			say_line(l, app->message);
	}
	if (app_over(app)) {
		l->over = true;
		return;
	}
	if (app->waiting && !l->wait_said)
		say_line(l, "menunggu...");
	l->wait_said = app->waiting;
	if (s == NULL || s->busy || (!s->built && s->fill == NULL))
		return;
	fresh = s != l->screen || (s->serial != l->serial && s->row->kind != KIND_FORM);
	if (s->popup.open && s->popup.what == POPUP_AREAS) {
		if (s->popup.waiting || !l->waiting)
			return;
		l->waiting = false;
		for (size_t i = 0; i < s->popup.nitem; i++)
			say_f(l, "%zu %s (%s)", i + 1, s->popup.item[i].label, s->popup.item[i].code);
		say_line(l, s->popup.nitem > 0 ? "Nomor, atau ketik nama lain:" : "Tidak ditemukan. Ketik nama lain:");
		return;
	}
	if (s->popup.open)
		popup_close(s);
	if (fresh || (s->row->kind != KIND_FORM && l->again && s->serial != l->serial)) {
		say_page(l, s);
		l->section = (size_t)-1;
		l->row = 0;
		l->field = FILL_END - 1;
	}
	if (s->row->kind == KIND_FORM && s->fill != NULL) {
		struct fill *f = s->fill;

		if (fresh || l->again || f->at.field != l->field || f->at.row != l->row || f->at.of != l->of) {
			say_question(l, s);
			l->field = f->at.field;
			l->row = f->at.row;
			l->of = f->at.of;
			l->section = fill_section_at(f);
		}
	}
	l->screen = s;
	l->serial = s->serial;
	l->again = false;
}
