/* app.c - see app.h: the account, time, keys that came too early. Requests: ask.c; the stack of screens: stack.c. */
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
	asks_free(app);
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
	bool empty = !s->built && s->fill == NULL;

	for (size_t i = 0; i < app->nahead; i++)
		free((char *)app->ahead[i].text);
	app->nahead = 0;
	if (!empty && !asks_only_read(app, s)) {
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
