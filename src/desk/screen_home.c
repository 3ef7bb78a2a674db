/* screen_home.c - home: search first, what needs attention, and the ways to all work; choosing village, kind and household. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "screen.h"

enum home_item { HOME_SCREEN = 1, HOME_NEW, HOME_CORRECT, HOME_CHANGE, HOME_EXIT, HOME_DRAFTS, HOME_RETURNED, HOME_DOSSIERS, HOME_RESERVE, HOME_QUEUE };

#define FINDERS (ROLE_OPERATOR | ROLE_VERIFIER | ROLE_SUPERVISOR | ROLE_OFFICE_HEAD | ROLE_AUDITOR)

/* kind: what the next search is for; "" only to look. */
struct home_state { char kind[24]; };

static const char *count(struct screen *s, uint64_t n)
{
	return n > 0 ? screen_text(s, "%llu", (unsigned long long)n) : "";
}

/* HOME_SCREEN: the item opens its screen and needs nothing else, so a new one is a row. */
struct home_row { enum home_item id; unsigned roles; const char *label; enum screen_id screen; };
static const struct home_row home_table[] = {
	{ HOME_NEW, ROLE_OPERATOR, "Keluarga baru" },
	{ HOME_CORRECT, ROLE_OPERATOR, "Perbaikan data" },
	{ HOME_CHANGE, ROLE_OPERATOR, "Pindah, pecah KK, kepala meninggal" },
	{ HOME_EXIT, ROLE_OPERATOR, "Keluar atau mundur" },
	{ HOME_DRAFTS, ROLE_OPERATOR, "Lanjutkan draf" },
	{ HOME_RETURNED, ROLE_OPERATOR, "Dikembalikan kepada Anda" },
	{ HOME_QUEUE, ROLE_VERIFIER | ROLE_SUPERVISOR | ROLE_OFFICE_HEAD, NULL },
	{ HOME_DOSSIERS, ROLE_OPERATOR | ROLE_VERIFIER | ROLE_SUPERVISOR | ROLE_OFFICE_HEAD | ROLE_AUDITOR, "Berkas wilayah ini" },
	{ HOME_RESERVE, ROLE_OPERATOR | ROLE_SUPERVISOR, "Data cadangan" },
	{ HOME_SCREEN, ROLE_SUPERVISOR | ROLE_OFFICE_HEAD | ROLE_AUDITOR, "Masa usul dan surat", SCREEN_batches },
	{ HOME_SCREEN, ROLE_ALL, "Rekap", SCREEN_recap },
	{ HOME_SCREEN, ROLE_AUDITOR, "Siapa melihat dan mengubah", SCREEN_look_up },
	{ HOME_SCREEN, ROLE_ADMIN, "Akun dan wewenang", SCREEN_accounts },
	{ HOME_SCREEN, ROLE_ALL, "Ganti sandi", SCREEN_password },
	{ HOME_SCREEN, ROLE_ALL, "Pengaturan", SCREEN_settings },
};

static void home_side(struct screen *s, const struct rp_desk_show *rp)
{
	struct block *b;

	if (rp->drafts.n > 0) {
		b = page_add(&s->page, BLOCK_HEAD, NULL, "Lanjutkan");
		b->side = true;
		for (size_t i = 0; i < rp->drafts.n && i < 3; i++) {
			const struct w_draft_line *d = &rp->drafts.v[i];
			char clock[32];

			word_moment(clock, d->saved_at, s->app->zone_minutes);
			b = page_addf(&s->page, BLOCK_TEXT, NULL, "%s: %s%s%s, %s", word_kind(d->kind), d->title != NULL && d->title[0] != 0 ? d->title : "belum bernama",
			              d->section != NULL && d->section[0] != 0 ? ", bagian " : "", d->section != NULL ? d->section : "", clock);
			b->side = true;
		}
		page_add(&s->page, BLOCK_GAP, NULL, NULL)->side = true;
	}
	if (rp->returned.n > 0) {
		b = page_addf(&s->page, BLOCK_HEAD, NULL, "Dikembalikan kepada Anda: %llu", (unsigned long long)rp->returned_count);
		b->side = true;
		for (size_t i = 0; i < rp->returned.n && i < 3; i++) {
			const struct w_dossier_line *d = &rp->returned.v[i];

			b = page_addf(&s->page, BLOCK_TEXT, NULL, "%s %s", d->number != NULL ? d->number : "",
			              d->note != NULL && d->note[0] != 0 ? d->note : d->head != NULL ? d->head : "");
			b->side = true;
		}
	}
}

static void home_build(struct screen *s)
{
	const struct rp_desk_show *rp = s->rp;
	struct app *app = s->app;
	int number = 1;
	bool finds;
	const struct home_state *st = screen_state(s, sizeof(struct home_state));

	data_lists_are(app, &rp->lists);
	if (rp->office != NULL)
		snprintf(app->office, sizeof(app->office), "%s", rp->office);
	if (rp->grants.n > 0) {
		arena_reset(&app->arena);
		app->grant = arena_alloc(&app->arena, (rp->grants.n + 1) * sizeof(*app->grant));
		app->ngrant = app->grant != NULL ? rp->grants.n : 0;
		app->roles = 0;
		for (size_t i = 0; i < app->ngrant; i++) {
			app->grant[i] = rp->grants.v[i];
			app->grant[i].role = arena_strdup(&app->arena, rp->grants.v[i].role != NULL ? rp->grants.v[i].role : "");
			app->grant[i].area_name = arena_strdup(&app->arena, rp->grants.v[i].area_name != NULL ? rp->grants.v[i].area_name : "");
			app->roles |= role_parse(app->grant[i].role);
		}
	}
	for (size_t i = 0; i < rp->areas.n; i++)
		area_remember(app, rp->areas.v[i].code, rp->areas.v[i].name);
	s->page.title = app->ngrant > 0 && app->grant[0].area_name[0] != 0 ? app->grant[0].area_name : app->office;
	for (size_t i = 0; i < rp->areas.n && app->ngrant == 1; i++) {
		const struct w_area *w = &rp->areas.v[i];

		if (w->id != app->grant[0].area)
			continue;
		s->page.title = area_title(s, w->code, w->name);
		for (size_t k = 0; k < rp->areas.n; k++)
			if (rp->areas.v[k].id == w->parent && w->level == 4)
				s->page.title = screen_text(s, "%s, %s", s->page.title, area_title(s, rp->areas.v[k].code, rp->areas.v[k].name));
	}
	if (app->ngrant > 1)
		s->page.title = app->office;
	finds = app_role(app, FINDERS);
	s->has_input = true;
	s->page.prompt = finds ? st != NULL && st->kind[0] != 0 ? screen_text(s, "%s%s: NIK, no. KK atau nama", strcmp(st->kind, "kinds") == 0 ? "Keluarga yang berubah" : "Keluarga untuk ",
	                                                                        strcmp(st->kind, "kinds") == 0 ? "" : word_kind(st->kind))
	                                                              : "Cari NIK, no. KK atau nama" : "Nomor pilihan";
	if (rp->window != NULL && rp->window[0] != 0)
		page_add(&s->page, BLOCK_TEXT, NULL, rp->window);
	for (size_t i = 0; i < rp->attention.n; i++) {
		struct block *b = page_add(&s->page, BLOCK_TEXT, NULL, rp->attention.v[i].text);

		if (rp->attention.v[i].level >= 2)
			b->role = GRID_ERROR;
	}
	if (s->page.first != NULL)
		page_add(&s->page, BLOCK_GAP, NULL, NULL);
	for (size_t i = 0; i < sizeof(home_table) / sizeof(home_table[0]); i++) {
		const struct home_row *h = &home_table[i];
		char key[4];
		const char *tail = "";

		if (!app_role(app, h->roles))
			continue;
		if (h->id == HOME_QUEUE) {
			for (size_t q = 0; q < rp->queues.n; q++) {
				const struct w_queue_line *line = &rp->queues.v[q];

				snprintf(key, sizeof(key), "%d", number++);
				page_item(&s->page, key, line->title, line->late > 0 ? screen_text(s, "%llu, %llu lewat batas", (unsigned long long)line->waiting,
				          (unsigned long long)line->late) : count(s, line->waiting), h->id)->object = (int64_t)q;
			}
			continue;
		}
		if ((h->id == HOME_DRAFTS && rp->drafts.n == 0) || (h->id == HOME_RETURNED && rp->returned_count == 0) ||
		    (h->id == HOME_RESERVE && rp->reserve == 0))
			continue;
		if (h->id == HOME_DRAFTS)
			tail = count(s, rp->drafts.n);
		else if (h->id == HOME_RETURNED)
			tail = count(s, rp->returned_count);
		else if (h->id == HOME_DOSSIERS)
			tail = count(s, rp->own_open);
		else if (h->id == HOME_RESERVE)
			tail = count(s, rp->reserve);
		snprintf(key, sizeof(key), "%d", number++);
		page_item(&s->page, key, h->label, tail, h->id)->object = (int64_t)h->screen;
	}
	home_side(s, rp);
	data_reasons(s);
	s->page.legend = finds ? "Satu angka dan Enter memilih; teks yang lebih panjang mencari." : "Satu angka dan Enter memilih.";
}

static void home_find(struct screen *s, const char *kind)
{
	struct home_state *st = screen_state(s, sizeof(*st));

	if (st == NULL)
		return;
	snprintf(st->kind, sizeof(st->kind), "%s", kind);
	s->sel = -1;
	screen_rebuild(s);
	app_say(s->app, GRID_NORMAL, "Ketik NIK, no. KK atau nama keluarganya, lalu Enter. %s: tidak jadi.", key_said(s->app, ACT_cancel));
}

static void fill_new(struct screen *s)
{
	const struct rp_desk_show *rp = s->rp;
	int64_t village = 0;
	size_t villages = 0;

	for (size_t i = 0; i < rp->areas.n; i++) {
		if (rp->areas.v[i].level == 4) {
			village = rp->areas.v[i].id;
			villages++;
		}
	}
	if (villages > 1)
		screen_push(s->app, SCREEN_place, &(struct screen_args){ .data = s });
	else
		fill_start(s->app, "new", &(struct screen_args){ .area = village });
}

static void leave_yes(struct screen *s)
{
	app_leave(s->app);
}

static bool home_act(struct screen *s, enum action a)
{
	const struct rp_desk_show *rp = s->rp;
	struct block *b = screen_item_at(s);

	if (a == ACT_password) {
		screen_push(s->app, SCREEN_password, NULL);
		return true;
	}
	if (a == ACT_leave) {
		app_confirm(s->app, "Selesai bekerja?", "Draf Anda tersimpan di server.", leave_yes);
		return true;
	}
	if (a != ACT_open || b == NULL || rp == NULL)
		return false;
	s->sel = -1;
	switch ((enum home_item)b->id) {
	case HOME_SCREEN:
		screen_push(s->app, (enum screen_id)b->object, NULL);
		break;
	case HOME_NEW:
		fill_new(s);
		break;
	case HOME_CORRECT:
		home_find(s, "correction");
		break;
	case HOME_CHANGE:
		home_find(s, "kinds");
		break;
	case HOME_EXIT:
		home_find(s, "exit");
		break;
	case HOME_DRAFTS:
		if (rp->drafts.n == 1)
			fill_start(s->app, rp->drafts.v[0].kind, &(struct screen_args){ .number = rp->drafts.v[0].id });
		else
			screen_push(s->app, SCREEN_drafts, NULL);
		break;
	case HOME_RETURNED:
		screen_push(s->app, SCREEN_returned, &(struct screen_args){ .name = "returned", .number = 1 });
		break;
	case HOME_DOSSIERS:
		screen_push(s->app, SCREEN_dossiers, NULL);
		break;
	case HOME_RESERVE:
		screen_push(s->app, SCREEN_dossiers, &(struct screen_args){ .name = "reserve", .more = "Data cadangan" });
		break;
	case HOME_QUEUE:
		screen_push(s->app, SCREEN_queue, &(struct screen_args){ .name = rp->queues.v[b->object].name, .more = rp->queues.v[b->object].title });
		break;
	}
	return true;
}

static void home_input(struct screen *s, const char *text)
{
	struct home_state *st = screen_state(s, sizeof(*st));
	char kind[24];

	if (!app_role(s->app, FINDERS) || strlen(text) < 3) {
		app_say(s->app, GRID_ERROR, app_role(s->app, FINDERS) ? "Tidak ada nomor itu. Untuk mencari, ketik paling sedikit 3 huruf."
		                                                      : "Tidak ada nomor itu.");
		app_ring(s->app);
		return;
	}
	snprintf(kind, sizeof(kind), "%s", st != NULL ? st->kind : "");
	if (st != NULL)
		st->kind[0] = 0;
	screen_rebuild(s);
	find_start(s->app, text, kind, 0);
}

static void home_back(struct screen *s)
{
	struct home_state *st = screen_state(s, sizeof(*st));

	if (st != NULL && st->kind[0] != 0) {
		st->kind[0] = 0;
		screen_rebuild(s);
	}
}

const struct screen_code code_home = { .build = home_build, .act = home_act, .input = home_input, .back = home_back };

void find_start(struct app *app, const char *text, const char *kind, int64_t other)
{
	screen_push(app, SCREEN_found, &(struct screen_args){ .text = text, .name = kind, .other = other });
}

/* ---- drafts ---- */

static bool drafts_act(struct screen *s, enum action a)
{
	struct table_row *r = screen_row_at(s);
	const struct w_draft_line *d = r != NULL ? r->data : NULL;

	if (a != ACT_open || d == NULL)
		return false;
	fill_start(s->app, d->kind, &(struct screen_args){ .number = d->id });
	return true;
}

const struct screen_code code_drafts = { .act = drafts_act };

/* ---- which village ---- */

static void place_build(struct screen *s)
{
	const struct screen *home = s->args.data;
	const struct rp_desk_show *rp = home->rp;
	int n = 1;

	page_add(&s->page, BLOCK_TEXT, NULL, "Keluarga baru ini tinggal di:");
	page_add(&s->page, BLOCK_GAP, NULL, NULL);
	for (size_t i = 0; i < rp->areas.n; i++) {
		char key[8];

		if (rp->areas.v[i].level != 4)
			continue;
		snprintf(key, sizeof(key), "%d", n++);
		page_item(&s->page, key, rp->areas.v[i].name, rp->areas.v[i].code, 1)->object = rp->areas.v[i].id;
	}
	s->has_input = true;
	s->page.prompt = "Nomor desa";
	s->page.legend = "Satu angka dan Enter memilih.";
}

static bool place_act(struct screen *s, enum action a)
{
	struct block *b = screen_item_at(s);
	struct app *app = s->app;
	int64_t area = b != NULL ? b->object : 0;

	if (a != ACT_open || b == NULL)
		return false;
	screen_pop(app);
	fill_start(app, "new", &(struct screen_args){ .area = area });
	return true;
}

const struct screen_code code_place = { .build = place_build, .act = place_act };

/* ---- which kind ---- */

/* joins: how the title puts the second household after the first, for the kinds that have one ("A ke B"). */
struct kind_row { const char *kind, *label, *joins; };
static const struct kind_row kind_table[] = {
	{ "correction", "Perbaikan data", NULL },
	{ "exit", "Keluar atau mundur", NULL },
	{ "move", "Pindah di dalam kabupaten", NULL },
	{ "member_moves", "Anggota pindah ke keluarga lain", " ke " },
	{ "head_died", "Kepala keluarga meninggal", NULL },
	{ "split", "Pecah KK", NULL },
	{ "merge", "Gabung dengan keluarga ganda", " dan " },
	{ "unmerge", "Batalkan penggabungan", NULL },
};

const char *kind_joins(const char *kind)
{
	for (size_t i = 0; i < sizeof(kind_table) / sizeof(kind_table[0]); i++)
		if (kind_table[i].joins != NULL && strcmp(kind_table[i].kind, kind) == 0)
			return kind_table[i].joins;
	return " dan ";
}

static void kinds_build(struct screen *s)
{
	for (size_t i = 0; i < sizeof(kind_table) / sizeof(kind_table[0]); i++) {
		char key[4];

		snprintf(key, sizeof(key), "%zu", i + 1);
		page_item(&s->page, key, kind_table[i].label, "", (int)i);
	}
	if (s->args.more != NULL && s->args.more[0] != 0)
		s->page.title = screen_text(s, "Usulan untuk keluarga %s", s->args.more);
	s->has_input = true;
	s->page.prompt = "Nomor usulan";
	s->page.legend = "Satu angka dan Enter memilih.";
}

static bool kinds_act(struct screen *s, enum action a)
{
	struct block *b = screen_item_at(s);
	struct app *app = s->app;
	int64_t household = s->args.id;
	const struct kind_row *k;

	if (a != ACT_open || b == NULL)
		return false;
	k = &kind_table[b->id];
	screen_pop(app);
	if (k->joins != NULL)
		screen_push(app, SCREEN_other, &(struct screen_args){ .id = household, .name = k->kind });
	else
		fill_start(app, k->kind, &(struct screen_args){ .id = household });
	return true;
}

const struct screen_code code_kinds = { .build = kinds_build, .act = kinds_act };

/* ---- the other household of a merge or of a member who moves ---- */

static const char other_form[] =
	"form other 1 {\n title id \"Keluarga yang lain\"\n}\n"
	"section 1 cari {\n label id \"Cari\"\n}\n"
	"field 1 who text {\n label id \"NIK, no. KK atau nama\"\n help id \"Keluarga lain yang dimaksud: cari dengan NIK, nomor KK, atau nama.\"\n max 100\n required\n"
	" constraint \"string-length(.) >= 3\"\n message id \"Ketik paling sedikit 3 huruf.\"\n}\n";

static void other_open(struct screen *s)
{
	screen_form_builtin(s, other_form);
	page_add(&s->page, BLOCK_TEXT, NULL, strcmp(s->args.name, "merge") == 0
	         ? "Keluarga ganda yang akan digabung ke keluarga ini. Keluarga yang terbuka sekarang tetap dipakai."
	         : "Keluarga tujuan anggota yang pindah.");
}

static void other_submit(struct screen *s)
{
	char text[256], kind[24];
	int64_t household = s->args.id;
	struct app *app = s->app;

	snprintf(text, sizeof(text), "%s", screen_form_value(s, "who"));
	snprintf(kind, sizeof(kind), "%s", s->args.name);
	screen_pop(app);
	find_start(app, text, kind, household);
}

const struct screen_code code_other = { .open = other_open, .submit = other_submit };
