/* ask.c - requests of screens and their answers; the message line. */
#include "config.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "screen.h"

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
void asks_forget(struct app *app, const struct screen *s)
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

/* Nothing of what it asked changes anything. */
bool asks_only_read(const struct app *app, const struct screen *s)
{
	for (const struct ask *a = app->asks; a != NULL; a = a->next)
		if (a->screen == s && op_info(a->op)->phase != PHASE_READ && op_info(a->op)->phase != PHASE_LOOK)
			return false;
	return true;
}

void asks_free(struct app *app)
{
	for (struct ask *a = app->asks, *next; a != NULL; a = next) {
		next = a->next;
		free(a);
	}
	app->asks = NULL;
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
