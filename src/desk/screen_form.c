/* screen_form.c - the form kind: what keys do while a form is filled in, small built-in forms, sending, findings. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "err.h"
#include "log.h"
#include "screen.h"

bool screen_area_known(void *arg, const char *code)
{
	/* The store knows all areas; here only those that were shown are known, so an unknown one is not blamed. */
	(void)arg;
	(void)code;
	return true;
}

bool screen_form_builtin(struct screen *s, const char *text)
{
	struct form_source source = data_source(s->app);
	struct form_error err = { 0 };
	struct check_env env = { .today = s->app->today, .area_known = screen_area_known };

	char name[48] = "";

	sscanf(text, "form %47s", name);
	if (form_read(name, text, strlen(text), &source, &s->own_form, &err, NULL) < 0)
		log_fatal("built-in form %s: line %d: %s", s->row->name, err.line, err.text);
	s->fill = calloc(1, sizeof(*s->fill));
	if (s->fill == NULL)
		return false;
	fill_open(s->fill, s->own_form, &env);
	s->fill->step_on = false;
	fill_first(s->fill);
	screen_built(s);
	return true;
}

const char *screen_form_value(struct screen *s, const char *field)
{
	const struct field *d = s->fill != NULL ? form_field_named(s->fill->form, field) : NULL;

	return d != NULL ? filling_get(&s->fill->answers, d->number, 0) : "";
}

bool screen_form_set(struct screen *s, const char *field, const char *value)
{
	const struct field *d = s->fill != NULL ? form_field_named(s->fill->form, field) : NULL;
	bool changed;

	if (d == NULL)
		return false;
	changed = s->fill->changed;
	fill_put(s->fill, d->number, 0, value);
	s->fill->changed = changed;
	fill_first(s->fill);
	return true;
}

void screen_form_after(struct screen *s, size_t field, uint32_t row)
{
	struct fill *f = s->fill;

	if (f == NULL || (f->at.field == field && f->at.row == row))
		return;
	s->scrolled = false;
	if (f->left.code != FIND_NONE && f->left.severity == SEV_BLOCK)
		app_ring(s->app);
	if (s->row->code->left != NULL)
		s->row->code->left(s);
}

static void refusal_say(struct screen *s)
{
	struct finding v = { 0 };
	struct buf text;
	char at[12];

	switch (s->fill->edit.fault) {
	case TEXT_OK:
		return;
	case TEXT_BAD_UTF8:
		v.code = FIND_bad_utf8;
		break;
	case TEXT_CONTROL:
		v.code = FIND_control_character;
		break;
	case TEXT_MARKS:
		v.code = FIND_too_many_marks;
		break;
	case TEXT_EMOJI:
		v.code = FIND_emoji;
		break;
	case TEXT_TOO_LONG:
		v.code = FIND_too_long;
		break;
	default:
		v.code = FIND_hidden_character;
		break;
	}
	snprintf(at, sizeof(at), "%zu", v.code == FIND_too_long ? s->fill->edit.max : s->fill->edit.at + 1);
	v.arg[0] = at;
	buf_init(&text, 0);
	finding_text(&v, &text);
	app_say(s->app, GRID_ERROR, "%s", buf_str(&text));
	buf_clear(&text);
	s->fill->edit.fault = TEXT_OK;
}

void screen_form_blame(struct screen *s, const struct finding_list *list)
{
	if (s->fill == NULL)
		return;
	fill_blame(s->fill, list);
	s->checked = true;
	if (fill_problem_go(s->fill, 0))
		app_ring(s->app);
}

void screen_form_save(struct screen *s)
{
	struct fill *f = s->fill;
	size_t field = f->at.field, n;
	uint32_t row = f->at.row;

	if (f->frozen) {
		app_ring(s->app);
		return;
	}
	fill_settle(f);
	fill_check(f);
	screen_form_after(s, field, row);
	n = fill_problems(f);
	s->checked = true;
	if (n > 0) {
		fill_problem_go(f, 0);
		app_quiet(s->app);
		app_ring(s->app);
		return;
	}
	if (s->row->code->submit != NULL)
		s->row->code->submit(s);
}

static void leave_changed(struct screen *below)
{
	screen_pop(below->app);
}

bool screen_form_act(struct screen *s, enum action a)
{
	struct fill *f = s->fill;
	size_t field;
	uint32_t row;

	if (f == NULL)
		return false;
	field = f->at.field;
	row = f->at.row;
	switch (a) {
	case ACT_save:
	case ACT_send:
		screen_form_save(s);
		return true;
	case ACT_pick:
		popup_choices(s);
		return true;
	case ACT_section:
		fill_section(f, 1);
		screen_form_after(s, field, row);
		return true;
	case ACT_problem:
	case ACT_previous:
		if (!fill_problem_go(f, a == ACT_problem ? 1 : -1) && !fill_row_step(f, a == ACT_problem ? 1 : -1))
			fill_section(f, a == ACT_problem ? 1 : -1);
		screen_form_after(s, field, row);
		return true;
	case ACT_row:
		if (!fill_row_step(f, 1))
			app_say(s->app, GRID_NORMAL, "Ini baris terakhir.");
		screen_form_after(s, field, row);
		return true;
	case ACT_repeat:
		if (fill_key(f, &(struct key){ .code = KEY_F9_ }) == FILL_REFUSED)
			app_say(s->app, GRID_NORMAL, "Tidak ada nilai sebelumnya untuk isian ini.");
		return true;
	case ACT_drop_row:
		if (fill_roster(f) == NULL || !fill_row_drop(f, fill_roster(f)->number, f->at.row))
			app_say(s->app, GRID_NORMAL, "Baris ini tidak dapat dihapus. Anggota yang sudah terdaftar: isi keberadaannya.");
		screen_form_after(s, field, row);
		return true;
	case ACT_back:
		if (s->row->code->back != NULL)
			return false;
		if (f->changed)
			app_confirm(s->app, "Tinggalkan isian ini?", "Yang sudah diketik di sini tidak disimpan.", leave_changed);
		else
			screen_pop(s->app);
		return true;
	default:
		return false;
	}
}

void screen_form_key(struct screen *s, const struct key *k)
{
	struct app *app = s->app;
	struct fill *f = s->fill;
	const struct field *d;
	size_t field;
	uint32_t row;

	if (f == NULL) {
		if (k->code == KEY_F3_ || k->code == KEY_CANCEL_)
			screen_pop(app);
		return;
	}
	field = f->at.field;
	row = f->at.row;
	d = fill_field(f);
	app_quiet(app);
	if (k->code >= KEY_F1_ && k->code <= KEY_F10_) {
		if (k->code == KEY_F7_) {
			screen_form_act(s, ACT_previous);
			return;
		}
		if (k->code == KEY_F8_ && s->row->id == SCREEN_fill && f->found.n == 0) {
			screen_form_act(s, ACT_problem);
			return;
		}
		for (size_t i = 0; i < s->naction; i++) {
			if (action_table[s->action[i]].fkey == k->code && screen_valid(s, s->action[i])) {
				screen_act(s, s->action[i]);
				return;
			}
		}
		app_ring(app);
		return;
	}
	if (k->code == KEY_CANCEL_) {
		if (f->typed) {
			/* First the open field goes back to what it was; the second time the form is left. */
			f->typed = false;
			fill_go(f, f->at);
			return;
		}
		screen_act(s, ACT_back);
		return;
	}
	if (k->code == KEY_PAGEUP_ || k->code == KEY_PAGEDOWN_) {
		if (!fill_row_step(f, k->code == KEY_PAGEDOWN_ ? 1 : -1))
			fill_section(f, k->code == KEY_PAGEDOWN_ ? 1 : -1);
		screen_form_after(s, field, row);
		return;
	}
	if (f->at.field == FILL_END && k->code == KEY_ENTER_) {
		/* A paste with line ends in it must not send a dossier; a login typed ahead may. */
		if (k->burst < KEY_BURST || s->row->id != SCREEN_fill)
			screen_form_save(s);
		else
			app_ring(app);
		return;
	}
	if (k->code == KEY_TEXT && k->ch == ' ' && edit_text(&f->edit)[0] == 0 && screen_valid(s, ACT_pick) &&
	    ((d != NULL && (d->choices != NULL || d->type == FIELD_AREA)) || f->at.of)) {
		popup_choices(s);
		return;
	}
	if (k->code == KEY_TEXT && k->ch == '?' && d != NULL && d->type != FIELD_TEXT) {
		screen_act(s, ACT_help);
		return;
	}
	if (fill_key(f, k) != FILL_DONE) {
		app_ring(app);
		refusal_say(s);
		return;
	}
	if (f->at.field == FILL_END && f->form->nfield > 0 && field != FILL_END && s->row->id != SCREEN_fill && f->found.n == 0 &&
	    k->code == KEY_ENTER_ && f->form->nfield <= 3) {
		/* A form of one, two or three questions is answered with the Enter of the last one. */
		screen_form_after(s, field, row);
		screen_form_save(s);
		return;
	}
	screen_form_after(s, field, row);
}

/* "1 ya  2 tidak": short lists stand on the message line while their field is open. */
static bool choices_line(const struct fill *f, const struct field *d, struct buf *out, int width)
{
	struct buf line;
	bool fits;

	for (size_t i = 0; i < d->choices->n; i++)
		if (strlen(d->choices->v[i].code) > 2)
			return false;              /* codes that are words are looked up in the list */
	buf_init(&line, 0);
	for (size_t i = 0; i < d->choices->n; i++)
		if (fill_choice_open(f, d, f->at.row, &d->choices->v[i]))
			buf_printf(&line, "%s%s %s", line.len > 0 ? "  " : "", d->choices->v[i].code, d->choices->v[i].label_id);
	fits = line.len > 0 && wrap_lines(buf_str(&line), width) <= 2;
	if (fits)
		buf_puts(out, buf_str(&line));
	buf_clear(&line);
	return fits;
}

/* What is typed is no choice: said while it is typed, with what there is. */
static void wrong_put(struct screen *s, const struct field *d, struct buf *out)
{
	const char *typed = edit_text(&s->fill->edit);
	struct buf list;

	if (strchr("0123456789", typed[0]) != NULL)
		buf_printf(out, "Kode %s tidak ada.", typed);
	else
		buf_printf(out, "Tidak ada pilihan \"%s\".", typed);
	buf_init(&list, 0);
	if (choices_line(s->fill, d, &list, s->app->grid.cols - 2)) {
		buf_printf(out, " Yang ada: %s", buf_str(&list));
	} else {
		buf_puts(out, " Yang ada: ");
		fill_choice_codes(s->fill, d, s->fill->at.row, out);
		buf_printf(out, ". %s memperlihatkan daftar.", key_said(s->app, ACT_pick));
	}
	buf_clear(&list);
}

static void place_put(struct screen *s, const struct finding *v, struct buf *out)
{
	const struct field *d = form_field(s->fill->form, v->field);
	const char *name = d != NULL && d->roster != 0 ? fill_row_name(s->fill, d->roster, v->row) : "";

	if (d == NULL)
		return;
	if (d->roster != 0)
		buf_printf(out, "%s, ", name[0] != 0 ? name : "baris ini");
	buf_printf(out, "%s: ", d->label_id);
}

/* At the end: what the last Enter does, and by which channel a new dossier goes in. */
static void end_put(struct screen *s, size_t problems, struct buf *out)
{
	if (problems > 0)
		buf_printf(out, "Masih ada masalah: %s berjalan ke sana.", key_name(&action_table[ACT_problem]));
	else
		buf_printf(out, "%s %s. Panah atas kembali ke isian.", key_name(&action_table[ACT_open]), screen_valid(s, ACT_send) ? "mengirim" : "menyimpan");
	if (screen_valid(s, ACT_channel))
		buf_printf(out, " Jalur masuk: %s (%s).", data_label(s, s->app->channel), key_name(&action_table[ACT_menu]));
}

void form_message(struct screen *s, struct buf *out, enum grid_role *role)
{
	struct fill *f = s->fill;
	const struct field *d = fill_field(f);
	const struct finding *v = NULL;
	size_t n = fill_problems(f);

	if (out->len > 0)
		return;
	if (d != NULL && f->wrong) {
		*role = GRID_ERROR;
		wrong_put(s, d, out);
		return;
	}
	/* Two problems at one field are two steps of the walk: the one it stands at is told. */
	if (d != NULL && s->checked && n > 0 && f->problem < f->found.n && f->found.v[f->problem].field == d->number &&
	    f->found.v[f->problem].row == f->at.row && f->found.v[f->problem].severity == SEV_BLOCK)
		v = &f->found.v[f->problem];
	else if (d != NULL)
		v = fill_finding(f, d->number, f->at.row);
	if (v == NULL && s->checked && n > 0 && f->problem < f->found.n && f->found.v[f->problem].field == 0)
		v = &f->found.v[f->problem];
	if (v == NULL && f->left.code != FIND_NONE) {
		v = fill_finding(f, f->left.field, f->left.row);
		if (v != NULL && v->severity != SEV_INFO)
			place_put(s, v, out);
		else
			v = NULL;
	}
	if (v != NULL) {
		const struct finding_info *info = finding_info(v->code);

		*role = v->severity == SEV_BLOCK && !fill_overridden(f, v) ? GRID_ERROR : GRID_NORMAL;
		finding_text(v, out);
		fill_choice_told(f, v, out);
		if (fill_overridden(f, v))
			buf_puts(out, " Alasan sudah dicatat.");
		else if (info != NULL && info->may_override && v->severity == SEV_BLOCK && screen_valid(s, ACT_override))
			buf_printf(out, " (%s, %s)", key_name(&action_table[ACT_menu]), action_table[ACT_override].label);
		if (s->checked && n > 0) {
			size_t at = 0;

			for (size_t i = 0; i <= f->problem && i < f->found.n; i++)
				if (f->found.v[i].severity == SEV_BLOCK && !fill_overridden(f, &f->found.v[i]))
					at++;
			buf_printf(out, "  masalah %zu/%zu", at > 0 ? at : 1, n);
		}
		return;
	}
	if (f->frozen)
		buf_puts(out, "Hanya dapat dibaca: draf ini dibuka di tempat lain.");
	else if (f->at.field == FILL_END)
		end_put(s, n, out);
	else if (f->at.of)
		buf_printf(out, "Nomor baris pemiliknya. %s memperlihatkan daftarnya.", key_said(s->app, ACT_pick));
	else if (d != NULL && d->choices != NULL && choices_line(f, d, out, s->app->grid.cols - 2))
		return;
	else if (d != NULL && d->help_id != NULL)
		buf_puts(out, d->help_id);
}
