/* app.c - see app.h: the account, the stack of screens, requests, time, keys that came too early. */
#include "config.h"
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "err.h"
#include "random.h"
#include "screen.h"

#define WAIT_SHOWN 500                    /* ms until "menunggu..." */
#define WAIT_LONG 5000                    /* ms until the ways out are told */
#define LOCK_AFTER (10 * 60 * 1000)
#define LEAVE_AFTER (60 * 60 * 1000)
#define AHEAD_MAX 4000

struct ask {
	struct app *app;
	struct screen *screen;
	bool background;
	uint64_t id;
	enum op op;
	answer_fn *fn;
	struct ask *next;
};

static void ask_unlink(struct ask *a)
{
	for (struct ask **p = &a->app->asks; *p != NULL; p = &(*p)->next) {
		if (*p == a) {
			*p = a->next;
			return;
		}
	}
}

static void ask_answered(void *arg, const struct call_answer *answer)
{
	struct ask *a = arg;
	struct app *app = a->app;
	struct screen *s = a->screen;
	answer_fn *fn = a->fn;

	ask_unlink(a);
	app->dirty = true;
	free(a);
	if (fn != NULL)
		fn(s, answer);
	app_replay(app);
}

bool app_ask(struct app *app, struct screen *s, enum op op, const void *rq, answer_fn *fn)
{
	struct ask *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return false;
	*a = (struct ask){ .app = app, .screen = s, .background = s == NULL, .op = op, .fn = fn, .next = app->asks };
	app->asks = a;
	a->id = call_send(app->call, op, rq, ask_answered, a);
	if (a->id == 0) {
		ask_unlink(a);
		free(a);
		app_say(app, GRID_ERROR, "Tidak dapat dikirim: terlalu panjang atau memori penuh.");
		return false;
	}
	app->dirty = true;
	return true;
}

bool app_asked(const struct app *app, const struct screen *s, enum op op)
{
	for (const struct ask *a = app->asks; a != NULL; a = a->next)
		if (a->screen == s && a->op == op)
			return true;
	return false;
}

/* A screen goes: what it asked is forgotten. */
static void asks_forget(struct app *app, const struct screen *s)
{
	struct ask *next;

	for (struct ask *a = app->asks; a != NULL; a = next) {
		next = a->next;
		if (a->screen != s || a->background)
			continue;
		call_forget(app->call, a->id);
		ask_unlink(a);
		free(a);
	}
}

void app_say(struct app *app, enum grid_role role, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(app->message, sizeof(app->message), fmt, ap);
	va_end(ap);
	app->message_role = role;
	app->message_serial++;
	app->dirty = true;
}

void app_quiet(struct app *app)
{
	if (app->message[0] != 0)
		app->dirty = true;
	app->message[0] = 0;
}

void app_ring(struct app *app)
{
	if (app->bell_on)
		app->bell = true;
	app->dirty = true;
}

void app_say_refused(struct app *app, const struct call_answer *a)
{
	struct buf text;

	buf_init(&text, 0);
	if (a->findings != NULL && a->findings->n > 0)
		finding_text(&a->findings->v[0], &text);
	else
		buf_puts(&text, "Server menolak tanpa alasan.");
	app_say(app, GRID_ERROR, "%s", buf_str(&text));
	app_ring(app);
	buf_clear(&text);
}

bool app_role(const struct app *app, unsigned roles)
{
	return (app->roles & roles) != 0;
}

/* ---- the stack ---- */

/* A screen that is left ends at once, but its memory stays until the turn is over: the key that closed it is still being worked on by
 * its own functions. */
static void screen_leave(struct screen *s)
{
	asks_forget(s->app, s);
	data_want_drop(s);
	s->next_left = s->app->left;
	s->app->left = s;
}

static void screen_free(struct screen *s)
{
	if (s->row->code->close != NULL)
		s->row->code->close(s);
	if (s->fill != NULL)
		fill_close(s->fill);
	free(s->fill);
	form_free(s->own_form);
	popup_close(s);
	edit_clear(&s->input);
	free(s->filter);
	free(s->marked);
	free(s->dynamic);
	arena_clear(&s->page_arena);
	arena_clear(&s->keep);
	free(s);
}

static void screens_free(struct app *app)
{
	for (struct screen *s = app->left, *next; s != NULL; s = next) {
		next = s->next_left;
		screen_free(s);
	}
	app->left = NULL;
}

static void actions_read(struct screen *s)
{
	char word[24];
	const char *p = s->row->actions;
	int n = 0;

	while (s->naction < ACTIONS_MAX && sscanf(p, "%23s%n", word, &n) == 1) {
		enum action a = action_named(word);

		assert(a != ACT_NONE);
		s->action[s->naction++] = a;
		p += n;
	}
}

struct screen *screen_push(struct app *app, enum screen_id id, const struct screen_args *args)
{
	struct screen *s = calloc(1, sizeof(*s));

	if (s == NULL || app->depth > 24) {
		free(s);
		app_say(app, GRID_ERROR, "Terlalu banyak layar terbuka.");
		return NULL;
	}
	s->app = app;
	s->row = &screen_table[id];
	arena_init(&s->keep, 0);
	arena_init(&s->page_arena, 0);
	edit_init(&s->input, 250);
	s->sel = s->row->kind == KIND_LIST ? 0 : -1;
	if (args != NULL) {
		s->args = *args;
		s->args.name = args->name != NULL ? arena_strdup(&s->keep, args->name) : NULL;
		s->args.text = args->text != NULL ? arena_strdup(&s->keep, args->text) : NULL;
		s->args.more = args->more != NULL ? arena_strdup(&s->keep, args->more) : NULL;
	}
	page_init(&s->page, &s->page_arena);
	s->page.title = s->row->title;
	actions_read(s);
	s->below = app->top;
	app->top = s;
	app->depth++;
	app->dirty = true;
	app_quiet(app);
	if (s->row->code->open != NULL)
		s->row->code->open(s);
	else if (s->row->code->form != NULL)
		screen_form_builtin(s, s->row->code->form);
	else
		screen_load(s);
	return s;
}

void screen_pop(struct app *app)
{
	struct screen *s = app->top;

	if (s == NULL || s->below == NULL)
		return;
	app->top = s->below;
	app->depth--;
	app->top->serial++;
	app->dirty = true;
	screen_leave(s);
}

void screen_pop_to(struct app *app, struct screen *s)
{
	while (app->top != s && app->top->below != NULL)
		screen_pop(app);
}

void screen_home(struct app *app)
{
	while (app->top != NULL && app->top->below != NULL)
		screen_pop(app);
	if (app->top != NULL && app->top->row->id == SCREEN_home)
		screen_load(app->top);
}

/* ---- loading ---- */

const void *screen_keep(struct screen *s, struct arena *arena, enum op number, const void *rp)
{
	const struct op_info *op = op_info(number);
	void *copy = arena_alloc(arena, op->reply->size);
	struct buf bytes;

	buf_init(&bytes, WIRE_REPLY_MAX * 2);
	if (copy != NULL && (wire_put_record(&bytes, op->reply, rp) < 0 || wire_get_record(bytes.data, bytes.len, arena, op->reply, copy) < 0))
		copy = NULL;
	buf_wipe(&bytes);
	if (copy == NULL)
		app_say(s->app, GRID_ERROR, "Jawaban server tidak terbaca.");
	return copy;
}

static void loaded(struct screen *s, const struct call_answer *a)
{
	s->busy = false;
	if (!a->done) {
		struct app *app = s->app;

		if (!s->built && s->below != NULL)
			screen_pop(app);
		app_say_refused(app, a);
		return;
	}
	arena_reset(&s->page_arena);
	page_init(&s->page, &s->page_arena);
	s->rp = screen_keep(s, &s->page_arena, a->op, a->rp);
	if (s->rp != NULL)
		screen_rebuild(s);
}

void screen_built(struct screen *s)
{
	s->built = true;
	s->serial++;
	s->app->dirty = true;
	if (s->page.title == NULL)
		s->page.title = s->row->title;
	if (s->sel >= page_picks(&s->page))
		s->sel = page_picks(&s->page) - 1;
	if (s->sel < 0 && s->row->kind == KIND_LIST && page_picks(&s->page) > 0)
		s->sel = 0;
}

/* s->rp stays where it is: the page is built behind it. */
void screen_rebuild(struct screen *s)
{
	page_init(&s->page, &s->page_arena);
	s->page.title = s->row->title;
	free(s->dynamic);
	s->dynamic = NULL;
	s->ndynamic = 0;
	if (s->row->columns != NULL)
		screen_list_build(s);
	if (s->row->code->build != NULL)
		s->row->code->build(s);
	for (int i = 0; s->picked != 0 && i < page_picks(&s->page); i++) {
		struct pick p;

		if (page_pick(&s->page, i, &p) && p.row != NULL && p.row->id == s->picked)
			s->sel = i;
	}
	s->picked = 0;
	screen_built(s);
}

void screen_load(struct screen *s)
{
	const struct op_info *op = op_info(s->row->op);
	const struct table_row *at = s->built ? screen_row_at(s) : NULL;
	union { max_align_t a; char bytes[1024]; } rq;

	if (op == NULL) {
		screen_rebuild(s);
		return;
	}
	s->picked = at != NULL ? at->id : 0;
	assert(op->request->size <= sizeof(rq));
	memset(&rq, 0, sizeof(rq));
	if (s->row->code->request != NULL)
		s->row->code->request(s, &rq);
	s->busy = app_ask(s->app, s, s->row->op, &rq, loaded);
}

/* ---- what of the account is known ---- */

void app_login_done(struct app *app, const struct rp_login_answer *l)
{
	app->account = l->account;
	app->has_ticket = l->ticket.n == sizeof(app->ticket);
	if (app->has_ticket)
		memcpy(app->ticket, l->ticket.p, sizeof(app->ticket));
	snprintf(app->full_name, sizeof(app->full_name), "%s", l->full_name != NULL ? l->full_name : "");
	app->must_change = l->must_change;
	app->roles = 0;
	arena_reset(&app->arena);
	app->grant = arena_alloc(&app->arena, (l->grants.n + 1) * sizeof(*app->grant));
	app->ngrant = app->grant != NULL ? l->grants.n : 0;
	for (size_t i = 0; i < app->ngrant; i++) {
		app->grant[i] = l->grants.v[i];
		app->grant[i].role = arena_strdup(&app->arena, l->grants.v[i].role != NULL ? l->grants.v[i].role : "");
		app->grant[i].area_name = arena_strdup(&app->arena, l->grants.v[i].area_name != NULL ? l->grants.v[i].area_name : "");
		app->roles |= role_parse(app->grant[i].role);
	}
	settings_read(app, l->settings, l->language);
	while (app->top != NULL) {
		struct screen *s = app->top;

		app->top = s->below;
		screen_leave(s);
	}
	app->depth = 0;
	screen_push(app, SCREEN_home, NULL);
	if (app->must_change) {
		screen_push(app, SCREEN_password, &(struct screen_args){ .action = ACT_enable });
		app_say(app, GRID_NORMAL, "Tentukan sandi Anda sendiri sebelum mulai bekerja.");
		return;
	}
	if (l->took_over)
		app_say(app, GRID_ERROR, "Sesi Anda sebelumnya belum ditutup: jaringannya putus, atau masih terbuka di tempat lain. Sesi itu sudah diakhiri; drafnya ada di sini.");
	else if (l->failed_since > 0)
		app_say(app, GRID_ERROR, "Sejak Anda terakhir masuk ada %u kali percobaan masuk yang gagal. Bukan Anda? Beri tahu pengelola.",
		        (unsigned)l->failed_since);
	else if (l->last_login_at > 0) {
		char when[32];

		word_moment(when, l->last_login_at, app->zone_minutes);
		app_say(app, GRID_NORMAL, "Terakhir masuk %s%s%s.", when, l->last_login_from != NULL && l->last_login_from[0] != 0 ? " dari " : "",
		        l->last_login_from != NULL ? l->last_login_from : "");
	}
}

static void on_event(void *arg, enum wire_event event, int64_t object, const char *text)
{
	struct app *app = arg;

	(void)object;
	app->dirty = true;
	switch (event) {
	case EVENT_REVOKED:
		app->over = true;
		break;
	case EVENT_TAKEN_OVER:
		app->over = true;
		break;
	case EVENT_DRAFT_TAKEN:
		for (struct screen *s = app->top; s != NULL; s = s->below)
			if (s->fill != NULL && s->row->id == SCREEN_fill && s->args.number == object)
				s->fill->frozen = true;
		app_say(app, GRID_ERROR, "Draf ini dibuka di tempat lain. Di sini hanya dapat dibaca.");
		break;
	case EVENT_LEASE_LOST:
		app_say(app, GRID_ERROR, "Waktu Anda memegang berkas%s%s habis; berkas kembali ke antrean.", text != NULL && text[0] != 0 ? " " : "",
		        text != NULL ? text : "");
		break;
	case EVENT_WINDOW:
		if (text != NULL && text[0] != 0)
			app_say(app, GRID_NORMAL, "%s", text);
		else
			app_say(app, GRID_NORMAL, "Masa usul berubah. %s di layar awal memperlihatkannya.", key_said(app, ACT_refresh));
		break;
	case EVENT_STOPPING:
		app_say(app, GRID_ERROR, "Server akan dimulai ulang. Pekerjaan Anda tersimpan; tunggu sebentar.");
		break;
	}
	if (event == EVENT_REVOKED)
		app_say(app, GRID_ERROR, "Akun ini dinonaktifkan. Sesi berakhir.");
	if (event == EVENT_TAKEN_OVER)
		app_say(app, GRID_ERROR, "Akun ini masuk di tempat lain%s%s. Sesi ini berakhir; draf Anda tersimpan.",
		        text != NULL && text[0] != 0 ? ": " : "", text != NULL ? text : "");
	if (app->over)
		screen_pop_to(app, NULL);
}

struct app *app_new(const struct app_config *config)
{
	struct app *app = calloc(1, sizeof(*app));

	if (app == NULL)
		return NULL;
	app->config = *config;
	app->peer = strdup(config->peer != NULL ? config->peer : "");
	app->account_name = config->account != NULL ? strdup(config->account) : NULL;
	app->config.peer = app->peer;
	app->config.account = app->account_name;
	app->call = call_new(on_event, app);
	arena_init(&app->arena, 0);
	filling_init(&app->last);
	settings_read(app, NULL, NULL);
	snprintf(app->channel, sizeof(app->channel), "LOKET");
	app->zone_minutes = 7 * 60;
	app->now = app->last_key = clock_mono_ms();
	app->today = clock_day(clock_now_ms(), app->zone_minutes);
	if (app->call == NULL || app->peer == NULL || grid_init(&app->grid, config->rows, config->cols) < 0) {
		app_free(app);
		return NULL;
	}
	app->dirty = true;
	return app;
}

void app_free(struct app *app)
{
	if (app == NULL)
		return;
	while (app->top != NULL) {
		struct screen *s = app->top;

		app->top = s->below;
		screen_leave(s);
	}
	screens_free(app);
	for (struct ask *a = app->asks, *next; a != NULL; a = next) {
		next = a->next;
		free(a);
	}
	for (size_t i = 0; i < app->nahead; i++)
		free((char *)app->ahead[i].text);
	free(app->ahead);
	call_free(app->call);
	data_free(app);
	free(app->areas);
	filling_clear(&app->last);
	arena_clear(&app->arena);
	grid_clear(&app->grid);
	free(app->peer);
	free(app->account_name);
	free(app);
}

struct call *app_call(struct app *app)
{
	return app->call;
}

void app_start(struct app *app, const struct rp_login_answer *login)
{
	app->started = true;
	if (login != NULL)
		app_login_done(app, login);
	else
		screen_push(app, SCREEN_login, NULL);
}

/* ---- keys ---- */

static void ahead_put(struct app *app, const struct key *k)
{
	struct key copy = *k;

	if (app->nahead == app->ahead_size) {
		size_t size = app->ahead_size == 0 ? 64 : app->ahead_size * 2;
		struct key *p = size > AHEAD_MAX ? NULL : realloc(app->ahead, size * sizeof(*p));

		if (p == NULL) {
			app_ring(app);
			return;
		}
		app->ahead = p;
		app->ahead_size = size;
	}
	if (k->text != NULL) {
		copy.text = strndup(k->text, k->n);
		if (copy.text == NULL)
			return;
	}
	app->ahead[app->nahead++] = copy;
}

/* Keys typed while a screen was busy are done now, as long as none is busy again. */
void app_replay(struct app *app)
{
	size_t done = 0;

	while (done < app->nahead && !app->over && app->top != NULL && !app->top->busy) {
		struct key k = app->ahead[done++];

		screen_key(app->top, &k);
		free((char *)k.text);
	}
	if (done > 0) {
		memmove(app->ahead, app->ahead + done, (app->nahead - done) * sizeof(*app->ahead));
		app->nahead -= done;
	}
}

/* A store that hangs must not hold the desk: reading is given up, and so is a screen that has nothing to show yet. What changes
 * something is on its way, and what became of it is waited for. */
static void busy_cancel(struct app *app)
{
	struct screen *s = app->top;
	bool reads = true, empty = !s->built && s->fill == NULL;

	for (size_t i = 0; i < app->nahead; i++)
		free((char *)app->ahead[i].text);
	app->nahead = 0;
	for (const struct ask *a = app->asks; a != NULL; a = a->next)
		if (a->screen == s && op_info(a->op)->phase != PHASE_READ && op_info(a->op)->phase != PHASE_LOOK)
			reads = false;
	if (!reads && !empty) {
		app_say(app, GRID_NORMAL, "Sudah dikirim; jawaban server ditunggu. %s dua kali: keluar.", key_said(app, ACT_menu));
		return;
	}
	asks_forget(app, s);
	data_want_drop(s);
	s->busy = app->waiting = false;
	if (empty && s->below != NULL)
		screen_pop(app);
	app_say(app, GRID_NORMAL, "Dibatalkan.");
}

/* The menu's key while a wait is shown: the second one leaves. Drafts are in the store, and what is on its way arrives or does not. */
static void busy_leave(struct app *app)
{
	if (app->leaving) {
		app_leave(app);
		app_say(app, GRID_NORMAL, "Sesi berakhir sebelum server menjawab. Draf tersimpan sampai simpanan terakhir.");
		return;
	}
	app->leaving = true;
	app_say(app, GRID_ERROR, "Server belum menjawab. %s sekali lagi: keluar; draf tersimpan sampai simpanan terakhir.", key_said(app, ACT_menu));
}

void app_key(struct app *app, const struct key *k)
{
	app->last_key = app->now = clock_mono_ms();
	if (app->over || app->top == NULL)
		return;
	app->dirty = true;
	if (k->code == KEY_REDRAW_)
		return;
	if (app->top->busy) {
		if (k->code == KEY_CANCEL_)
			busy_cancel(app);
		else if (k->code == KEY_F10_ && app->waiting)
			busy_leave(app);
		else
			ahead_put(app, k);
		return;
	}
	app->leaving = false;
	screen_key(app->top, k);
}

void app_resize(struct app *app, int rows, int cols)
{
	if (rows == app->grid.rows && cols == app->grid.cols)
		return;
	if (grid_resize(&app->grid, rows, cols) == 0) {
		app->config.rows = rows;
		app->config.cols = cols;
	}
	for (struct screen *s = app->top; s != NULL; s = s->below)
		s->scrolled = false;
	app->dirty = true;
}

/* ---- time ---- */

static bool waits(const struct app *app)
{
	return app->asks != NULL && app->top != NULL && app->top->busy;
}

void app_tick(struct app *app, int64_t now)
{
	int64_t since = call_waiting_since(app->call);
	bool waiting = waits(app) && since != 0 && now - since >= WAIT_SHOWN, wait_long = waiting && now - since >= WAIT_LONG;

	app->now = app->ticked = now;
	screens_free(app);
	if (waiting != app->waiting || wait_long != app->wait_long) {
		app->waiting = waiting;
		app->wait_long = wait_long;
		app->dirty = true;
	}
	if (app->minute != clock_now_ms() / 60000) {
		app->minute = clock_now_ms() / 60000;
		app->today = clock_day(clock_now_ms(), app->zone_minutes);
		app->dirty = true;
	}
	for (struct screen *s = app->top; s != NULL; s = s->below)
		if (s->row->code->tick != NULL)
			s->row->code->tick(s);
	if (app->account == 0 || app->over)
		return;
	if (now - app->last_key >= LEAVE_AFTER) {
		app_leave(app);
		app_say(app, GRID_NORMAL, "Sesi berakhir karena 60 menit tanpa ketikan. Draf tersimpan.");
	} else if (!app->locked && now - app->last_key >= LOCK_AFTER) {
		app->locked = true;
		screen_push(app, SCREEN_lock, NULL);
	}
}

int64_t app_due(const struct app *app)
{
	int64_t due = app->now + 60000 - clock_now_ms() % 60000, since = call_waiting_since(app->call), at;

	if (app->over)
		return 0;
	at = app->waiting ? since + WAIT_LONG : since + WAIT_SHOWN;
	if (waits(app) && since != 0 && !app->wait_long && at < due)
		due = at;
	for (const struct screen *s = app->top; s != NULL; s = s->below)
		if (s->row->code->due != NULL && (at = s->row->code->due(s)) != 0) {
			/* what could not be done is not tried more than once a second */
			at = at < app->ticked + 1000 ? app->ticked + 1000 : at;
			due = at < due ? at : due;
		}
	return due;
}

void app_hangup(struct app *app)
{
	for (struct screen *s = app->top; s != NULL; s = s->below)
		if (s->row->id == SCREEN_fill && s->fill != NULL && s->row->code->left != NULL)
			s->row->code->left(s);
	app->over = true;
}

void app_leave(struct app *app)
{
	struct rq_logout rq = { 0 };

	app_hangup(app);
	if (app->account != 0)
		app_ask(app, NULL, OP_logout, &rq, NULL);
	app->account = 0;
}

bool app_dirty(const struct app *app)
{
	return app->dirty;
}

const struct grid *app_grid(struct app *app)
{
	screens_free(app);
	if (app->dirty && !app->config.plain)
		paint_screen(app);
	app->dirty = false;
	return &app->grid;
}

bool app_over(const struct app *app)
{
	return app->over;
}

bool app_bell(struct app *app)
{
	bool due = app->bell;

	app->bell = false;
	return due;
}

const char *app_clip(struct app *app)
{
	(void)app;
	return NULL;
}

void app_store_lost(struct app *app)
{
	app->lost = app->dirty = true;
}

void app_store_back(struct app *app)
{
	app->lost = false;
	app->dirty = true;
}

const char *app_message(const struct app *app)
{
	return app->message;
}

static void resumed(void *arg, const struct call_answer *a)
{
	struct app *app = arg;

	if (a->done) {
		app_store_back(app);
		return;
	}
	app->over = app->dirty = true;
	app_say(app, GRID_ERROR, "Sesi ini tidak dikenal lagi oleh server. Masuk kembali; draf Anda tersimpan.");
}

void app_resume(struct app *app)
{
	if (app->has_ticket && app->account != 0) {
		struct rq_login_resume rq = { .ticket = { app->ticket, sizeof(app->ticket) } };

		call_send(app->call, OP_login_resume, &rq, resumed, app);
		call_reconnected(app->call);
		return;
	}
	call_reconnected(app->call);
	app_store_back(app);
}
