/* screen_household.c - what a search found; a household as it is or was, with its cards, members, answers and history. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "screen.h"

static void found_request(struct screen *s, void *rq)
{
	struct rq_person_find *q = rq;
	int64_t year;

	q->text = s->args.text;
	q->limit = 50;
	if (s->nafter > 0)
		q->after = s->after[s->nafter - 1];
	if (s->filter != NULL && text_to_int(s->filter, 1850, 2200, &year) == 0)
		q->birth_year = (uint64_t)year;
	else if (s->filter != NULL)
		q->mother = s->filter;
}

static void found_build(struct screen *s)
{
	const struct rp_person_find *rp = s->rp;

	s->page.title = screen_text(s, "Hasil pencarian \"%s\"", s->args.text);
	s->page.aside = screen_text(s, "%llu ditemukan", (unsigned long long)(rp->total > rp->rows.n ? rp->total : rp->rows.n));
	s->page.legend = rp->rows.n == 0 ? screen_text(s, "Periksa ejaannya. Bila memang belum tercatat: %s, lalu Keluarga baru.", key_said(s->app, ACT_back))
	                                 : "/ menyaring dengan tahun lahir (4 angka) atau nama ibu.";
	if (s->args.name != NULL && strcmp(s->args.name, "journal") == 0 && rp->rows.n > 0)
		s->page.legend = screen_text(s, "%s memperlihatkan siapa yang melihat dan mengubah keluarganya.", key_said(s->app, ACT_open));
	if (s->args.other != 0 && rp->rows.n > 0)
		s->page.legend = screen_text(s, "%s memilih keluarga yang lain ini.", key_said(s->app, ACT_open));
}

static bool found_act(struct screen *s, enum action a)
{
	struct table_row *r = screen_row_at(s);
	const struct w_person_hit *h = r != NULL ? r->data : NULL;
	struct app *app = s->app;

	if (a != ACT_open || h == NULL)
		return false;
	if (s->args.other != 0) {
		char kind[24];
		struct screen_args args = { .id = s->args.other, .other = h->household };

		if (h->household == 0) {
			app_say(app, GRID_ERROR, "Keluarga ini belum terdaftar; berkasnya masih berjalan.");
			return true;
		}
		snprintf(kind, sizeof(kind), "%s", s->args.name);
		screen_pop(app);
		fill_start(app, kind, &args);
		return true;
	}
	if (h->household != 0 && s->args.name != NULL && strcmp(s->args.name, "journal") == 0)
		screen_push(app, SCREEN_journal, &(struct screen_args){ .id = h->household, .name = "household" });
	else if (h->household != 0)
		screen_push(app, SCREEN_household, &(struct screen_args){ .id = h->household, .name = s->args.name });
	else if (h->dossier != 0)
		screen_push(app, SCREEN_dossier, &(struct screen_args){ .id = h->dossier });
	return true;
}

const struct screen_code code_found = { .request = found_request, .build = found_build, .act = found_act };

/* ---- a household ---- */

struct household_state { struct form *form; bool asked; char on_date[12]; bool intent_done; char head[260]; };

static void household_request(struct screen *s, void *rq)
{
	struct rq_household_show *q = rq;
	struct household_state *st = screen_state(s, sizeof(*st));

	q->household = s->args.id;
	if (st != NULL && st->on_date[0] != 0)
		q->on_date = st->on_date;
}

static void household_form(struct screen *s, struct form *form)
{
	struct household_state *st = screen_state(s, sizeof(*st));

	st->form = form;
	screen_rebuild(s);
}

static const char *stored(const struct form *form, const struct filling *f, const char *store, uint32_t row)
{
	const struct field *d = form_field_stored(form, store);

	return d != NULL ? filling_get(f, d->number, row) : "";
}

/* Who heads the household; while nobody does, whoever stands first. */
static void head_name(const struct form *form, const struct filling *f, char *out, size_t size)
{
	const struct roster *r = form_roster_named(form, "member");

	out[0] = 0;
	for (uint32_t row = r != NULL ? filling_row_next(f, r->number, 0) : 0; row != 0; row = filling_row_next(f, r->number, row)) {
		bool head = strcmp(stored(form, f, "membership.relation", row), "1") == 0;

		if (head || out[0] == 0)
			snprintf(out, size, "%s", stored(form, f, "person.name", row));
		if (head)
			return;
	}
}

static void members_table(struct screen *s, const struct form *form, const struct filling *f)
{
	static const struct column columns[] = {
		{ "No", 3, false, true }, { "Nama", 24, true, false }, { "NIK", 19, false, false }, { "Lahir", 10, false, false }, { "Hubungan", 20, false, false },
	};
	const struct roster *r = form_roster_named(form, "member");
	const struct field *relation = form_field_stored(form, "membership.relation");
	size_t n = r != NULL ? filling_row_count(f, r->number) : 0, i = 0;
	struct table *t = n > 0 ? page_table(&s->page, columns, 5, n, false) : NULL;

	if (t == NULL)
		return;
	for (uint32_t row = filling_row_next(f, r->number, 0); row != 0 && i < t->nrow; row = filling_row_next(f, r->number, row), i++) {
		struct buf b;
		char date[16];

		buf_init(&b, 0);
		word_groups(&b, stored(form, f, "person.nik", row));
		t->row[i].cell[0] = screen_text(s, "%u", row);
		t->row[i].cell[1] = screen_text(s, "%s", stored(form, f, "person.name", row));
		t->row[i].cell[2] = screen_text(s, "%s", buf_str(&b));
		word_date_short(date, stored(form, f, "person.birth_on", row));
		t->row[i].cell[3] = screen_text(s, "%s", date);
		buf_reset(&b);
		if (relation != NULL)
			word_field(s->app, relation, filling_get(f, relation->number, row), &b);
		t->row[i].cell[4] = screen_text(s, "%s", buf_str(&b));
		buf_clear(&b);
	}
}

static void answers_pairs(struct screen *s, const struct form *form, const struct filling *f, bool members)
{
	for (size_t k = 0; k < form->nsection; k++) {
		bool headed = false;

		for (size_t i = 0; i < form->nfield; i++) {
			const struct field *d = &form->field[i];
			uint32_t row = 0;

			if (d->section != k || (d->roster != 0) != members || d->type == FIELD_NOTE)
				continue;
			do {
				const char *v;
				struct buf b;

				if (d->roster != 0 && (row = filling_row_next(f, d->roster, row)) == 0)
					break;
				v = filling_get(f, d->number, row);
				if (v[0] == 0 || (d->store != NULL && (strcmp(d->store, "person.name") == 0 || strcmp(d->store, "person.nik") == 0)))
					continue;
				if (!headed) {
					page_add(&s->page, BLOCK_GAP, NULL, NULL);
					page_add(&s->page, BLOCK_HEAD, NULL, form->section[k].label_id);
					headed = true;
				}
				buf_init(&b, 0);
				word_field(s->app, d, v, &b);
				page_add(&s->page, BLOCK_PAIR, d->roster != 0 ? screen_text(s, "%u %s", row, d->label_id) : d->label_id, screen_text(s, "%s", buf_str(&b)));
				buf_clear(&b);
			} while (d->roster != 0);
		}
	}
}

static void household_intent(struct screen *s)
{
	struct household_state *st = screen_state(s, sizeof(*st));
	struct app *app = s->app;
	int64_t household = s->args.id;
	char kind[24];

	if (st->intent_done || s->args.name == NULL || s->args.name[0] == 0 || app->top != s)
		return;
	st->intent_done = true;
	snprintf(kind, sizeof(kind), "%s", s->args.name);
	if (strcmp(kind, "kinds") == 0)
		screen_push(app, SCREEN_kinds, &(struct screen_args){ .id = household, .more = st->head });
	else
		fill_start(app, kind, &(struct screen_args){ .id = household });
}

static void household_build(struct screen *s)
{
	const struct rp_household_show *rp = s->rp;
	struct household_state *st = screen_state(s, sizeof(*st));
	struct filling f;

	s->page.title = screen_text(s, "Keluarga%s%s", rp->area.name != NULL ? ", " : "", area_title(s, rp->area.code, rp->area.name));
	area_remember(s->app, rp->area.code, rp->area.name);
	if (st->on_date[0] != 0) {
		char date[40];

		word_date(date, st->on_date);
		page_addf(&s->page, BLOCK_TEXT, NULL, "Keadaan pada %s (catatan %lld).", date, (long long)rp->seq)->attr = GRID_BOLD;
	}
	if (rp->state != NULL && strcmp(rp->state, "active") != 0)
		page_addf(&s->page, BLOCK_TEXT, NULL, "Keluarga ini %s%s%s.", word_state(rp->state), rp->reason != NULL && rp->reason[0] != 0 ? ": " : "",
		          data_label(s, rp->reason))->role = GRID_ERROR;
	if (rp->merged_into != 0)
		page_addf(&s->page, BLOCK_TEXT, NULL, "Digabung ke keluarga %lld.", (long long)rp->merged_into)->role = GRID_ERROR;
	for (size_t i = 0; i < rp->open_dossiers.n; i++)
		page_addf(&s->page, BLOCK_TEXT, NULL, "Berkas berjalan: %s %s, %s.", rp->open_dossiers.v[i].number != NULL ? rp->open_dossiers.v[i].number : "",
		          word_kind(rp->open_dossiers.v[i].kind), word_state(rp->open_dossiers.v[i].state));
	if (rp->listing != NULL && rp->listing[0] != 0)
		page_addf(&s->page, BLOCK_PAIR, "Dalam daftar", "%s%s%llu", word_state(rp->listing), rp->decile > 0 ? ", desil " : "", (unsigned long long)rp->decile);
	for (size_t i = 0; i < rp->cards.n; i++) {
		const struct w_card_line *c = &rp->cards.v[i];
		struct buf b;
		char date[16];

		buf_init(&b, 0);
		word_groups(&b, c->no != NULL ? c->no : "");
		word_date_short(date, c->to_on != NULL ? c->to_on : "");
		page_addf(&s->page, BLOCK_PAIR, "No. KK", "%s  %s%s%s", b.len > 0 ? buf_str(&b) : "belum ada", c->head != NULL ? c->head : "",
		          date[0] != 0 ? ", berakhir " : "", date);
		buf_clear(&b);
	}
	if (st->form == NULL) {
		if (!st->asked) {
			st->asked = true;
			data_form_want(s, rp->form, NULL, household_form);
		}
		return;
	}
	filling_init(&f);
	if (wire_filling_from(rp->answers.v, rp->answers.n, rp->rows.v, rp->rows.n, &f) == 0) {
		head_name(st->form, &f, st->head, sizeof(st->head));
		if (st->head[0] != 0)
			s->page.title = screen_text(s, "Keluarga %s%s%s", st->head, rp->area.name != NULL ? ", " : "", area_title(s, rp->area.code, rp->area.name));
		page_add(&s->page, BLOCK_GAP, NULL, NULL);
		page_add(&s->page, BLOCK_HEAD, NULL, "Anggota");
		members_table(s, st->form, &f);
		answers_pairs(s, st->form, &f, false);
		answers_pairs(s, st->form, &f, true);
	}
	filling_clear(&f);
	household_intent(s);
}

static bool household_valid(struct screen *s, enum action a)
{
	const struct rp_household_show *rp = s->rp;

	if (rp == NULL)
		return a == ACT_back || a == ACT_help;
	if (a == ACT_change || a == ACT_kinds)
		return app_role(s->app, ROLE_OPERATOR) && rp->merged_into == 0;
	if (a == ACT_who)
		return app_role(s->app, ROLE_AUDITOR);
	return true;
}

static bool household_act(struct screen *s, enum action a)
{
	switch (a) {
	case ACT_change:
		fill_start(s->app, "correction", &(struct screen_args){ .id = s->args.id });
		return true;
	case ACT_kinds:
		screen_push(s->app, SCREEN_kinds, &(struct screen_args){ .id = s->args.id, .more = ((struct household_state *)s->state)->head });
		return true;
	case ACT_history:
		screen_push(s->app, SCREEN_history, &(struct screen_args){ .data = s });
		return true;
	case ACT_asof:
		screen_push(s->app, SCREEN_asof, &(struct screen_args){ .data = s });
		return true;
	case ACT_who:
		screen_push(s->app, SCREEN_journal, &(struct screen_args){ .id = s->args.id, .name = "household" });
		return true;
	default:
		return false;
	}
}

const struct screen_code code_household = { .request = household_request, .build = household_build, .valid = household_valid, .act = household_act };

/* ---- its history: the same answer, another page ---- */

static void history_build(struct screen *s)
{
	static const struct column columns[] = {
		{ "Waktu", 16, false, false }, { "Apa", 20, false, false }, { "Berkas", 11, false, false }, { "Oleh", 18, true, false }, { "Keterangan", 30, false, false },
	};
	const struct screen *below = s->args.data;
	const struct rp_household_show *rp = below->rp;
	struct table *t = page_table(&s->page, columns, 5, rp->history.n, false);

	if (t == NULL || rp->history.n == 0) {
		page_add(&s->page, BLOCK_TEXT, NULL, "Belum ada perubahan.");
		return;
	}
	for (size_t i = 0; i < t->nrow; i++) {
		const struct w_change_line *c = &rp->history.v[i];
		char at[32];

		word_moment(at, c->at, s->app->zone_minutes);
		t->row[i].cell[0] = screen_text(s, "%s", at);
		t->row[i].cell[1] = word_change(c->what);
		t->row[i].cell[2] = c->dossier_number != NULL ? c->dossier_number : "";
		t->row[i].cell[3] = c->actor != NULL ? c->actor : "";
		t->row[i].cell[4] = screen_text(s, "%s%s%s", data_label(s, c->reason), c->reason != NULL && c->reason[0] != 0 && c->note != NULL && c->note[0] != 0 ? ": " : "",
		                                c->note != NULL ? c->note : "");
	}
}

const struct screen_code code_history = { .build = history_build };

static const char asof_form[] =
	"form asof 1 {\n title id \"Keadaan pada tanggal\"\n}\n"
	"section 1 tanggal {\n label id \"Tanggal\"\n}\n"
	"field 1 on_date date {\n label id \"Tanggal\"\n help id \"Keluarga seperti yang tercatat pada akhir hari itu. Kosong: sekarang.\"\n"
	" constraint \". <= today()\"\n message id \"Tanggal ini belum tiba.\"\n}\n";

static void asof_submit(struct screen *s)
{
	struct screen *below = s->below;
	struct household_state *st = screen_state(below, sizeof(*st));

	snprintf(st->on_date, sizeof(st->on_date), "%s", screen_form_value(s, "on_date"));
	screen_pop(s->app);
	screen_load(below);
}

const struct screen_code code_asof = { .form = asof_form, .submit = asof_submit };
