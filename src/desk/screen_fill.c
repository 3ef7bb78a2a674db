/* screen_fill.c - a dossier's form: opening its draft, saving it as it is typed, sending it, and the reason for a value kept all the
 * same. The draft lives in the store (design.md 6); here is only what has not been acknowledged yet. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "screen.h"

#define SAVE_EVERY 5000

struct draft_state {
	int64_t draft;
	uint64_t saved;               /* number of the last save the store has acknowledged */
	bool saving, send;            /* a save is on its way; sending waits for it */
	bool lost;                    /* the store knows a newer one */
	int64_t save_at;              /* mono ms of the last save */
	char *open_saved;             /* text of the open field as last saved */
	struct filling base;          /* what the register holds, for a change */
	const struct rp_draft_open *rp;
	char clock[16];
	bool fresh;                   /* opened empty: dropped when nothing was typed */
};

static void save(struct screen *s);

static struct draft_state *state(struct screen *s)
{
	return screen_state(s, sizeof(struct draft_state));
}

void fill_start(struct app *app, const char *kind, const struct screen_args *args)
{
	struct screen_args a = *args;

	a.name = kind;
	screen_push(app, SCREEN_fill, &a);
}

static void aside(struct screen *s)
{
	struct draft_state *st = state(s);

	s->page.aside = NULL;
	if (st->lost)
		s->page.aside = "draf dibuka di tempat lain";
	else if (st->clock[0] != 0)
		s->page.aside = arena_printf(&s->page_arena, "draf tersimpan %s", st->clock);
	s->app->dirty = true;
}

static void flags_show(struct screen *s)
{
	const struct rp_draft_open *rp = state(s)->rp;
	bool first = true;

	if (rp->flag_reason != NULL && rp->flag_reason[0] != 0) {
		struct block *b = page_addf(&s->page, BLOCK_TEXT, NULL, "Dikembalikan: %s%s%s", data_label(s, rp->flag_reason), rp->flag_note != NULL && rp->flag_note[0] != 0 ? ". " : "",
		                            rp->flag_note != NULL ? rp->flag_note : "");
		b->attr = GRID_BOLD;
	}
	for (size_t i = 0; i < rp->flags.n; i++) {
		struct finding *v = finding_add(&s->fill->found, FIND_constraint, (uint32_t)rp->flags.v[i].field, (uint32_t)rp->flags.v[i].row,
		                                "Diminta diperbaiki oleh pemeriksa.", NULL);

		if (v != NULL)
			v->severity = SEV_WARN;
		if (first && rp->field == 0)
			first = !fill_go_number(s->fill, (uint32_t)rp->flags.v[i].field, (uint32_t)rp->flags.v[i].row);
	}
	s->fill->left.code = FIND_NONE;
}

static void form_ready(struct screen *s, struct form *form)
{
	struct draft_state *st = state(s);
	const struct rp_draft_open *rp = st->rp;
	struct check_env env = { .today = s->app->today, .area_known = screen_area_known };
	bool head = rp->head != NULL && rp->head[0] != 0, other = rp->other_head != NULL && rp->other_head[0] != 0;
	struct fill *f;

	s->busy = false;
	f = s->fill = calloc(1, sizeof(*s->fill));
	if (f == NULL)
		return;
	filling_init(&st->base);
	if (rp->base_answers.n > 0 || rp->base_rows.n > 0) {
		wire_filling_from(rp->base_answers.v, rp->base_answers.n, rp->base_rows.v, rp->base_rows.n, &st->base);
		env.base = &st->base;
	}
	fill_open(f, form, &env);
	f->step_on = s->app->step_on;
	wire_filling_from(rp->answers.v, rp->answers.n, rp->rows.v, rp->rows.n, &f->answers);
	st->fresh = rp->saved == 0 && rp->field == 0 && (rp->dossier_number == NULL || rp->dossier_number[0] == 0);
	if (st->fresh && strcmp(s->args.name, "new") == 0)
		fill_carry_all(f);              /* what the store put in from the last record counts as carried too */
	if (strcmp(s->app->last_form, form->name) == 0) {
		if (st->fresh)
			fill_carry(f, &s->app->last);
		else
			filling_copy(&f->last, &s->app->last);
	}
	/* "Keluar atau mundur: Cecep Sutisna, Desa Sukamaju, 2026-000117": whose family it is, for not every kind asks for persons. */
	s->page.title = screen_text(s, "%s%s%s%s%s%s%s%s", form->kind != NULL ? form->title_id : strcmp(s->args.name, "new") == 0 ? "Keluarga baru" : "Perbaikan data",
	                            head ? ": " : "", head ? rp->head : "", head && other ? kind_joins(s->args.name) : "", head && other ? rp->other_head : "",
	                            rp->area_name != NULL && rp->area_name[0] != 0 ? ", " : "", area_titled(s, rp->area_name),
	                            rp->dossier_number != NULL && rp->dossier_number[0] != 0 ? screen_text(s, ", %s", rp->dossier_number) : "");
	fill_first(f);
	if (rp->saved > 0)
		fill_check_answered(f);
	flags_show(s);
	if (rp->field != 0 && fill_go_number(f, (uint32_t)rp->field, (uint32_t)rp->row) && rp->open_text != NULL && rp->open_text[0] != 0) {
		edit_set(&f->edit, rp->open_text, false);
		f->typed = true;
	}
	f->changed = false;
	st->save_at = clock_mono_ms();
	screen_built(s);
	if (rp->saved > 0)
		app_say(s->app, GRID_NORMAL, "Dilanjutkan dari draf yang tersimpan.");
	if (strcmp(s->args.name, "new") == 0 && st->fresh && rp->dossier_number == NULL)
		app_quiet(s->app);
	app_replay(s->app);
}

static void opened(struct screen *s, const struct call_answer *a)
{
	struct draft_state *st = state(s);
	struct app *app = s->app;

	s->busy = false;
	if (!a->done) {
		screen_pop(app);
		app_say_refused(app, a);
		return;
	}
	st->rp = screen_keep(s, &s->keep, a->op, a->rp);
	if (st->rp == NULL) {
		screen_pop(app);
		return;
	}
	st->draft = st->rp->draft;
	st->saved = st->rp->saved;
	s->args.number = st->draft;
	if (st->rp->kind != NULL && st->rp->kind[0] != 0)
		s->args.name = st->rp->kind;
	s->busy = true;
	data_form_want(s, st->rp->form, st->rp->form_sha.n == 32 ? st->rp->form_sha.p : NULL, form_ready);
}

static void fill_screen_open(struct screen *s)
{
	/* args: number = a draft; id = a household, other = the other one; area; or more = a dossier's id as text */
	struct rq_draft_open rq = { .kind = s->args.name, .household = s->args.id, .other = s->args.other, .draft = s->args.number, .area = s->args.area };
	int64_t dossier;

	if (s->args.more != NULL && text_to_int(s->args.more, 1, INT64_MAX, &dossier) == 0)
		rq.dossier = dossier;
	s->page.title = "Formulir";
	s->busy = app_ask(s->app, s, OP_draft_open, &rq, opened);
}

/* ---- saving ---- */

static void submit_now(struct screen *s);

static void saved(struct screen *s, const struct call_answer *a)
{
	struct draft_state *st = state(s);
	const struct rp_draft_save *rp = a->rp;
	char clock[8];

	st->saving = false;
	if (!a->done) {
		st->send = false;
		s->busy = false;
		if (finding_first(a->findings, FIND_draft_newer) != NULL) {
			st->lost = true;
			s->fill->frozen = true;
			aside(s);
		} else {
			/* Everything is sent again with the next save. */
			for (size_t i = 0; i < s->fill->answers.n; i++)
				fill_put(s->fill, s->fill->answers.v[i].field, s->fill->answers.v[i].row, s->fill->answers.v[i].value);
			s->fill->rows_unsaved = true;
			st->save_at = clock_mono_ms() + 10000;
		}
		app_say_refused(s->app, a);
		return;
	}
	st->saved = rp->saved;
	word_clock(clock, clock_now_ms(), s->app->zone_minutes);
	snprintf(st->clock, sizeof(st->clock), "%s:%02d", clock, (int)(clock_now_ms() / 1000 % 60));
	aside(s);
	if (st->send) {
		if (s->fill->nunsaved > 0 || s->fill->rows_unsaved)
			save(s);
		else
			submit_now(s);
	}
}

static void save(struct screen *s)
{
	struct draft_state *st = state(s);
	struct fill *f = s->fill;
	struct w_answer *answers;
	struct w_filling_row *rows = NULL;
	size_t n = 0, nrows = 0, all = 0;
	struct w_answer *every = NULL;
	struct arena a;
	struct rq_draft_save rq = { 0 };
	const char *open_text;

	if (f == NULL || st->lost || f->frozen)
		return;
	arena_init(&a, 0);
	answers = arena_alloc(&a, (f->nunsaved + 1) * sizeof(*answers));
	open_text = f->typed ? edit_text(&f->edit) : "";
	if (answers == NULL) {
		arena_clear(&a);
		return;
	}
	for (size_t i = 0; i < f->nunsaved && n < 2000; i++) {
		const struct field *d = form_field(f->form, f->unsaved[i].field);

		if (d == NULL || d->type == FIELD_CALC || (d->roster != 0 && filling_row_find(&f->answers, d->roster, f->unsaved[i].row) == NULL))
			continue;
		answers[n++] = (struct w_answer){ .field = f->unsaved[i].field, .row = f->unsaved[i].row,
		                                  .value = filling_get(&f->answers, f->unsaved[i].field, f->unsaved[i].row) };
	}
	if (f->rows_unsaved)
		wire_filling_rows(&f->answers, &a, &every, &all, &rows, &nrows);
	rq.draft = st->draft;
	rq.saved = st->saved + (st->saving ? 1 : 0);
	rq.answers.v = answers;
	rq.answers.n = n;
	rq.rows.v = rows;
	rq.rows.n = nrows;
	rq.all_rows = f->rows_unsaved;
	if (f->at.field != FILL_END) {
		rq.field = f->form->field[f->at.field].number;
		rq.row = f->at.row;
	}
	rq.open_text = open_text;
	if (app_ask(s->app, s, OP_draft_save, &rq, saved)) {
		st->saving = true;
		st->save_at = clock_mono_ms();
		f->nunsaved = 0;
		f->rows_unsaved = false;
		free(st->open_saved);
		st->open_saved = strdup(open_text);
	}
	arena_clear(&a);
}

static bool unsaved(const struct screen *s)
{
	const struct fill *f = s->fill;
	const struct draft_state *st = s->state;
	const char *open_saved = st != NULL ? st->open_saved : NULL;

	return f != NULL && f->changed && (f->nunsaved > 0 || f->rows_unsaved ||
	       (f->typed && strcmp(edit_text(&f->edit), open_saved != NULL ? open_saved : "") != 0));
}

/* A field was left, or the line died. A save on its way is waited for, but not by a line that dies. */
static void fill_left(struct screen *s)
{
	if (s->fill == NULL || !unsaved(s))
		return;
	if (!state(s)->saving || s->app->over)
		save(s);
}

static int64_t fill_due(const struct screen *s)
{
	const struct draft_state *st = s->state;

	return s->fill != NULL && st != NULL && !st->saving && unsaved(s) ? st->save_at + SAVE_EVERY : 0;
}

static void fill_tick(struct screen *s)
{
	int64_t due = fill_due(s);

	if (due != 0 && clock_mono_ms() >= due)
		save(s);
}

/* ---- sending ---- */

static void sent(struct screen *s, const struct call_answer *a)
{
	const struct rp_dossier_submit *rp = a->rp;
	struct draft_state *st = state(s);
	struct app *app = s->app;
	int64_t dossier;
	char text[500];
	struct screen *fill = s;

	s->busy = false;
	st->send = false;
	if (!a->done) {
		bool placed = false;

		for (size_t i = 0; i < a->findings->n; i++)
			placed = placed || a->findings->v[i].field != 0;
		screen_form_blame(s, a->findings);
		if (!placed)
			app_say_refused(app, a);
		return;
	}
	dossier = rp->dossier;
	{
		char until[40], step[220];

		snprintf(step, sizeof(step), "%s", rp->next_step != NULL ? rp->next_step : "");
		if (step[0] != 0 && step[strlen(step) - 1] == '.')
			step[strlen(step) - 1] = 0;
		word_date(until, rp->until != NULL ? rp->until : "");
		snprintf(text, sizeof(text), "Tersimpan. Nomor berkas %s. %s%s%s%s", rp->number != NULL ? rp->number : "", step,
		         until[0] != 0 ? ", paling lambat " : "", until, step[0] != 0 ? "." : "");
	}
	if (strcmp(s->fill->form->name, app->last_form) != 0 || strcmp(s->args.name, "new") == 0) {
		filling_clear(&app->last);
		filling_init(&app->last);
		filling_copy(&app->last, &s->fill->answers);
		snprintf(app->last_form, sizeof(app->last_form), "%s", s->fill->form->name);
	}
	while (app->top != fill && app->top->below != NULL)
		screen_pop(app);
	while (app->top->below != NULL)
		screen_pop(app);
	screen_load(app->top);
	screen_push(app, SCREEN_receipt, &(struct screen_args){ .id = dossier });
	app_say(app, GRID_NORMAL, "%s", text);
}

/* A dossier keeps the channel it came in by: one that was returned is not a new one. */
static bool first_time(const struct draft_state *st)
{
	return st->rp->dossier_number == NULL || st->rp->dossier_number[0] == 0;
}

static void submit_now(struct screen *s)
{
	struct draft_state *st = state(s);
	struct fill *f = s->fill;
	struct w_override *v = calloc(f->noverride + 1, sizeof(*v));
	struct rq_dossier_submit rq = { .draft = st->draft, .saved = st->saved, .channel = first_time(st) ? s->app->channel : NULL };

	st->send = false;
	if (v == NULL)
		return;
	for (size_t i = 0; i < f->noverride; i++)
		v[i] = (struct w_override){ .code = f->override[i].code, .field = f->override[i].field, .row = f->override[i].row, .reason = f->override[i].reason };
	rq.overrides.v = v;
	rq.overrides.n = f->noverride;
	s->busy = app_ask(s->app, s, OP_dossier_submit, &rq, sent);
	free(v);
}

static void fill_submit(struct screen *s)
{
	struct draft_state *st = state(s);

	s->busy = true;
	if (st->saving) {
		st->send = true;
	} else if (s->fill->nunsaved > 0 || s->fill->rows_unsaved) {
		st->send = true;
		save(s);
	} else {
		submit_now(s);
	}
}

/* ---- leaving, dropping, reasons ---- */

static void drop(struct screen *s)
{
	struct rq_draft_drop rq = { .draft = state(s)->draft };
	struct app *app = s->app;

	app_ask(app, NULL, OP_draft_drop, &rq, NULL);
	screen_pop(app);
	if (app->top->row->id == SCREEN_home)
		screen_load(app->top);
}

static void drop_confirmed(struct screen *s)
{
	struct app *app = s->app;

	drop(s);
	app_say(app, GRID_NORMAL, "Draf dibuang.");
}

static void fill_screen_back(struct screen *s)
{
	struct app *app = s->app;
	struct draft_state *st = state(s);

	if (s->fill == NULL) {
		screen_pop(app);
		return;
	}
	if (st->fresh && !s->fill->changed && !st->lost) {
		drop(s);
		return;
	}
	fill_leave(s->fill);
	if (unsaved(s) && !st->lost)
		save(s);
	screen_pop(app);
	if (app->top->row->id == SCREEN_home)
		screen_load(app->top);
	app_say(app, GRID_NORMAL, st->lost ? "Draf ini dilanjutkan di tempat lain." : "Draf tersimpan. Lanjutkan kapan saja dari layar awal.");
}

static const struct finding *present(struct screen *s)
{
	const struct field *d = s->fill != NULL ? fill_field(s->fill) : NULL;

	return d != NULL ? fill_finding(s->fill, d->number, s->fill->at.row) : NULL;
}

static bool fill_valid(struct screen *s, enum action a)
{
	const struct fill *f = s->fill;
	const struct field *d = f != NULL ? fill_field(f) : NULL;
	const struct finding *v;
	const struct finding_info *info;

	if (f == NULL)
		return a == ACT_back || a == ACT_help;
	switch (a) {
	case ACT_pick:
		return (d != NULL && (d->choices != NULL || d->type == FIELD_AREA)) || f->at.of;
	case ACT_problem:
		return f->found.n > 0;
	case ACT_section:
		return f->form->nsection > 1;
	case ACT_channel:
		return !f->frozen && first_time(state(s));
	case ACT_override:
		v = present(s);
		info = v != NULL ? finding_info(v->code) : NULL;
		return info != NULL && info->may_override && v->severity == SEV_BLOCK && !fill_overridden(f, v);
	case ACT_row:
		return fill_roster(f) != NULL && filling_row_count(&f->answers, fill_roster(f)->number) > 1;
	case ACT_drop_row:
		return fill_roster(f) != NULL && !fill_row_fixed(f, fill_roster(f)) && !f->frozen;
	case ACT_send:
	case ACT_repeat:
	case ACT_drop_draft:
		return !f->frozen;
	default:
		return true;
	}
}

static bool fill_act(struct screen *s, enum action a)
{
	const struct finding *v;

	switch (a) {
	case ACT_override:
		v = present(s);
		if (v != NULL)
			screen_push(s->app, SCREEN_override, &(struct screen_args){ .number = v->code, .id = v->field, .other = v->row, .data = s });
		return true;
	case ACT_channel:
		screen_push(s->app, SCREEN_channel, NULL);
		return true;
	case ACT_drop_draft:
		app_confirm(s->app, "Buang draf ini?", "Semua yang sudah diisi di formulir ini hilang.", drop_confirmed);
		return true;
	default:
		return false;
	}
}

static void fill_screen_close(struct screen *s)
{
	struct draft_state *st = s->state;

	if (st != NULL) {
		free(st->open_saved);
		filling_clear(&st->base);
	}
}

const struct screen_code code_fill = {
	.open = fill_screen_open, .valid = fill_valid, .act = fill_act, .submit = fill_submit, .tick = fill_tick, .due = fill_due,
	.left = fill_left,
	.back = fill_screen_back, .close = fill_screen_close,
};

static const char override_form[] =
	"form override 1 {\n title id \"Tetap dipakai\"\n}\n"
	"section 1 alasan {\n label id \"Alasan\"\n}\n"
	"field 1 reason one {\n label id \"Alasan\"\n help id \"Mengapa nilai ini benar walaupun tampak mustahil. Alasan ini ikut tercatat.\"\n choices from alasan_timpa\n required\n}\n"
	"field 2 note text {\n label id \"Catatan\"\n help id \"Surat atau kartu yang Anda lihat. Wajib bila alasannya LAIN.\"\n max 300\n required \"${reason} = 'LAIN'\"\n}\n";

static void override_lists(struct screen *s)
{
	const struct screen *form = s->args.data;
	const struct finding *v = fill_finding(form->fill, (uint32_t)s->args.id, (uint32_t)s->args.other);

	s->busy = false;
	screen_form_builtin(s, override_form);
	if (v != NULL) {
		struct buf b;

		buf_init(&b, 0);
		finding_text(v, &b);
		page_add(&s->page, BLOCK_TEXT, NULL, screen_text(s, "%s", buf_str(&b)));
		buf_clear(&b);
	}
	screen_built(s);
	app_replay(s->app);
}

static void override_open(struct screen *s)
{
	data_list_want(s, "alasan_timpa", override_lists);
}

static void override_submit(struct screen *s)
{
	struct screen *form = s->below;
	struct finding v = { .code = (uint32_t)s->args.number, .field = (uint32_t)s->args.id, .row = (uint32_t)s->args.other };
	const char *note = screen_form_value(s, "note");
	char reason[400];
	struct app *app = s->app;

	snprintf(reason, sizeof(reason), "%s%s%s", screen_form_value(s, "reason"), note[0] != 0 ? ": " : "", note);
	fill_override(form->fill, &v, reason);
	screen_pop(app);
	app_say(app, GRID_NORMAL, "Alasan dicatat bersama berkas ini.");
}

const struct screen_code code_override = { .open = override_open, .submit = override_submit };
