/* screen_account.c - accounts and what they may do (administrator). */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "screen.h"

static void accounts_request(struct screen *s, void *rq)
{
	struct rq_account_list *q = rq;

	q->text = s->filter;
	q->limit = 100;
	if (s->nafter > 0)
		q->after = s->after[s->nafter - 1];
}

static bool accounts_act(struct screen *s, enum action a)
{
	struct table_row *r = screen_row_at(s);
	const struct w_account_line *l = r != NULL ? r->data : NULL;

	if (a == ACT_add) {
		screen_push(s->app, SCREEN_account_new, NULL);
		return true;
	}
	if (a != ACT_open || l == NULL)
		return false;
	screen_push(s->app, SCREEN_account, &(struct screen_args){ .id = l->id, .name = l->name });
	return true;
}

const struct screen_code code_accounts = { .request = accounts_request, .act = accounts_act };

/* ---- one account: its line of the list, with the grants to pick ---- */

static void account_request(struct screen *s, void *rq)
{
	struct rq_account_list *q = rq;

	q->text = s->args.name;
	q->limit = 100;
}

static const struct w_account_line *account_of(struct screen *s)
{
	const struct rp_account_list *rp = s->rp;

	for (size_t i = 0; rp != NULL && i < rp->rows.n; i++)
		if (rp->rows.v[i].id == s->args.id)
			return &rp->rows.v[i];
	return NULL;
}

static void account_build(struct screen *s)
{
	static const struct column columns[] = { { "Peran", 16, false, false }, { "Wilayah", 28, false, false }, { "Sejak", 10, false, false }, { "Sampai", 10, false, false } };
	const struct w_account_line *l = account_of(s);
	char at[32];
	struct table *t;

	if (l == NULL) {
		page_add(&s->page, BLOCK_TEXT, NULL, "Akun ini tidak ada lagi.");
		return;
	}
	s->page.title = screen_text(s, "Akun %s", l->name);
	page_add(&s->page, BLOCK_PAIR, "Nama", l->full_name != NULL ? l->full_name : "");
	if (l->office != NULL && l->office[0] != 0)
		page_add(&s->page, BLOCK_PAIR, "Kantor", l->office);
	page_add(&s->page, BLOCK_PAIR, "Keadaan", word_state(l->state));
	word_moment(at, l->last_login_at, s->app->zone_minutes);
	page_add(&s->page, BLOCK_PAIR, "Masuk terakhir", at[0] != 0 ? screen_text(s, "%s", at) : "belum pernah");
	page_add(&s->page, BLOCK_GAP, NULL, NULL);
	page_add(&s->page, BLOCK_HEAD, NULL, "Wewenang");
	if (l->grants.n == 0)
		page_addf(&s->page, BLOCK_TEXT, NULL, "Belum ada. %s memberi wewenang.", key_said(s->app, ACT_grant));
	t = l->grants.n > 0 ? page_table(&s->page, columns, 4, l->grants.n, true) : NULL;
	for (size_t i = 0; t != NULL && i < t->nrow; i++) {
		const struct w_grant *g = &l->grants.v[i];
		char from[16], to[16];

		word_date_short(from, g->from_on != NULL ? g->from_on : "");
		word_date_short(to, g->to_on != NULL ? g->to_on : "");
		t->row[i].id = g->id;
		t->row[i].cell[0] = word_role(g->role);
		t->row[i].cell[1] = g->area_name != NULL ? g->area_name : "";
		t->row[i].cell[2] = screen_text(s, "%s", from);
		t->row[i].cell[3] = to[0] != 0 ? screen_text(s, "%s", to) : "seterusnya";
	}
}

static bool account_valid(struct screen *s, enum action a)
{
	const struct w_account_line *l = account_of(s);
	bool off = l != NULL && l->state != NULL && strcmp(l->state, "disabled") == 0;

	if (a == ACT_ungrant)
		return screen_row_at(s) != NULL;
	if (a == ACT_enable)
		return off;
	if (a == ACT_disable)
		return l != NULL && !off;
	return l != NULL || a == ACT_back || a == ACT_help;
}

static void account_done(struct screen *s, const struct call_answer *a)
{
	s->busy = false;
	if (!a->done) {
		app_say_refused(s->app, a);
		return;
	}
	screen_load(s);
	app_say(s->app, GRID_NORMAL, "Sudah.");
}

static void code_shown(struct screen *s, const char *name, const char *code)
{
	screen_push(s->app, SCREEN_code, &(struct screen_args){ .name = name, .text = code });
}

static void reset_done(struct screen *s, const struct call_answer *a)
{
	const struct rp_account_reset *rp = a->rp;

	s->busy = false;
	if (!a->done) {
		app_say_refused(s->app, a);
		return;
	}
	code_shown(s, s->args.name, rp->code);
}

static void disable_yes(struct screen *s)
{
	struct rq_account_set rq = { .account = s->args.id, .state = "disabled" };

	s->busy = app_ask(s->app, s, OP_account_set, &rq, account_done);
}

static void reset_yes(struct screen *s)
{
	struct rq_account_reset rq = { .account = s->args.id };

	s->busy = app_ask(s->app, s, OP_account_reset, &rq, reset_done);
}

static void ungrant_yes(struct screen *s)
{
	struct table_row *r = screen_row_at(s);
	struct rq_grant_end rq = { .grant = r != NULL ? r->id : 0 };

	if (r != NULL)
		s->busy = app_ask(s->app, s, OP_grant_end, &rq, account_done);
}

static bool account_act(struct screen *s, enum action a)
{
	char question[160];

	switch (a) {
	case ACT_grant:
		screen_push(s->app, SCREEN_grant_new, &(struct screen_args){ .id = s->args.id, .name = s->args.name });
		return true;
	case ACT_ungrant:
		snprintf(question, sizeof(question), "Akhiri wewenang %s, %s?", screen_row_at(s)->cell[0], screen_row_at(s)->cell[1]);
		app_confirm(s->app, question, "Berlaku mulai sekarang.", ungrant_yes);
		return true;
	case ACT_enable: {
		struct rq_account_set rq = { .account = s->args.id, .state = "active" };

		s->busy = app_ask(s->app, s, OP_account_set, &rq, account_done);
		return true;
	}
	case ACT_disable:
		snprintf(question, sizeof(question), "Nonaktifkan akun %s?", s->args.name);
		app_confirm(s->app, question, "Sesinya berakhir dalam beberapa detik; drafnya tetap tersimpan.", disable_yes);
		return true;
	case ACT_reset:
		snprintf(question, sizeof(question), "Beri kode sekali pakai baru kepada %s?", s->args.name);
		app_confirm(s->app, question, "Sandi lamanya tidak berlaku lagi.", reset_yes);
		return true;
	default:
		return a == ACT_open;
	}
}

const struct screen_code code_account = { .request = account_request, .build = account_build, .valid = account_valid, .act = account_act };

static const char account_form[] =
	"form akun 1 {\n title id \"Akun baru\"\n}\n"
	"section 1 akun {\n label id \"Akun\"\n}\n"
	"field 1 name text {\n label id \"Nama akun\"\n help id \"Huruf kecil, angka, titik, atau tanda hubung. Dipakai untuk masuk. Contoh: sari.\"\n max 32\n required\n"
	" constraint \"regex(., '[a-z0-9_][a-z0-9._-]+')\"\n message id \"Huruf kecil, angka, titik, atau tanda hubung, tanpa spasi, paling sedikit 2. Contoh: budi.r.\"\n}\n"
	"field 2 full_name text {\n label id \"Nama lengkap\"\n help id \"Nama orangnya. Satu akun untuk satu orang.\"\n max 120\n required\n}\n";

static void account_made(struct screen *s, const struct call_answer *a)
{
	const struct rp_account_put *rp = a->rp;
	struct app *app = s->app;
	char name[70], code[24];

	s->busy = false;
	if (!a->done) {
		app_say_refused(app, a);
		return;
	}
	snprintf(name, sizeof(name), "%s", screen_form_value(s, "name"));
	snprintf(code, sizeof(code), "%s", rp->code != NULL ? rp->code : "");
	screen_pop(app);
	screen_load(app->top);
	code_shown(app->top, name, code);
	memset(code, 0, sizeof(code));
}

static void account_new_submit(struct screen *s)
{
	struct rq_account_put rq = { .name = screen_form_value(s, "name"), .full_name = screen_form_value(s, "full_name") };

	s->busy = app_ask(s->app, s, OP_account_put, &rq, account_made);
}

const struct screen_code code_account_new = { .form = account_form, .submit = account_new_submit };

static void code_build(struct screen *s)
{
	page_addf(&s->page, BLOCK_PAIR, "Akun", "%s", s->args.name);
	page_addf(&s->page, BLOCK_PAIR, "Kode sekali pakai", "%s", s->args.text)->attr = GRID_BOLD;
	page_add(&s->page, BLOCK_GAP, NULL, NULL);
	page_add(&s->page, BLOCK_TEXT, NULL, "Kode ini hanya diperlihatkan sekarang. Berikan langsung kepada orangnya; pada waktu masuk pertama ia menentukan sandinya sendiri.");
}

static void code_close(struct screen *s)
{
	if (s->args.text != NULL)
		memset((char *)s->args.text, 0, strlen(s->args.text));
}

const struct screen_code code_code = { .build = code_build, .close = code_close };

/* ---- a role in an area: areas are picked by F4 and sent by id ---- */

static const char grant_form[] =
	"form wewenang 1 {\n title id \"Beri wewenang\"\n}\n"
	"choices peran {\n operator \"operator\"\n verifier \"verifikator\"\n supervisor \"supervisor\"\n office_head \"kepala dinas\"\n"
	" auditor \"pemeriksa\"\n admin \"pengelola\"\n observer \"pengamat\"\n companion \"pendamping\"\n}\n"
	"section 1 wewenang {\n label id \"Wewenang\"\n}\n"
	"field 1 role one {\n label id \"Peran\"\n help id \"Pilih dari daftarnya atau ketik huruf awalnya.\"\n choices from peran\n required\n}\n"
	"field 2 area area {\n label id \"Wilayah\"\n help id \"Kode wilayah, atau cari menurut namanya. Wewenang berlaku di wilayah ini dan semua di bawahnya.\"\n required\n}\n"
	"field 3 to_on date {\n label id \"Sampai tanggal\"\n help id \"Kosong: seterusnya.\"\n}\n";

static void granted(struct screen *s, const struct call_answer *a)
{
	struct app *app = s->app;

	s->busy = false;
	if (!a->done) {
		app_say_refused(app, a);
		return;
	}
	screen_pop(app);
	screen_load(app->top);
	app_say(app, GRID_NORMAL, "Wewenang diberikan.");
}

static void grant_area(struct screen *s, const struct call_answer *a)
{
	const struct rp_area_list *rp = a->rp;
	const char *code = screen_form_value(s, "area");
	struct rq_grant_put rq = { .account = s->args.id, .role = screen_form_value(s, "role"), .to_on = screen_form_value(s, "to_on") };

	s->busy = false;
	if (!a->done) {
		app_say_refused(s->app, a);
		return;
	}
	for (size_t i = 0; i < rp->rows.n; i++)
		if (rp->rows.v[i].code != NULL && strcmp(rp->rows.v[i].code, code) == 0)
			rq.area = rp->rows.v[i].id;
	if (rq.area == 0) {
		app_say(s->app, GRID_ERROR, "Kode wilayah %s tidak dikenal. %s: pilih dari daftarnya.", code, key_said(s->app, ACT_pick));
		return;
	}
	s->busy = app_ask(s->app, s, OP_grant_put, &rq, granted);
}

static void grant_submit(struct screen *s)
{
	struct rq_area_list rq = { .text = screen_form_value(s, "area"), .limit = 50 };

	s->busy = app_ask(s->app, s, OP_area_list, &rq, grant_area);
}

const struct screen_code code_grant_new = { .form = grant_form, .submit = grant_submit };
