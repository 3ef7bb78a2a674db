/* desk_loop.c - bytes to keys or lines, changes to a screen or lines. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "buf.h"
#include "desk_loop.h"
#include "err.h"
#include "ui.h"

/* The account's settings take effect at once: colours, and lines in the place of the screen. */
static void settings_follow(struct desk *d)
{
	bool colour = app_colour(d->app) && !d->mono;

	if (d->line != NULL || d->ended)
		return;
	if (colour != d->colour)
		ui_colour(d->colour = colour);
	if (!app_wants_lines(d->app) || (d->line = line_new(d->app, true)) == NULL)
		return;
	ui_close();
	buf_put(line_output(d->line), ui_output()->data, ui_output()->len);
	buf_reset(ui_output());
	keydecode_free(d->keys);
	d->keys = NULL;
	app_lines(d->app);
}

int desk_open(struct desk *d, const struct desk_options *o)
{
	struct app_config config = { .rows = o->rows, .cols = o->cols, .peer = o->peer, .account = o->account, .plain = o->plain };

	*d = (struct desk){ .mono = o->mono, .colour = !o->mono };
	if ((d->app = app_new(&config)) == NULL)
		return ERR_NOMEM;
	if (o->plain)
		d->line = line_new(d->app, o->echo);
	else if ((d->keys = keydecode_new()) != NULL && ui_open(o->term, o->rows, o->cols, o->mono) != 0)
		return ERR_NOMEM;
	if (d->line == NULL && d->keys == NULL)
		return ERR_NOMEM;
	app_start(d->app, o->login);
	settings_follow(d);
	return 0;
}

void desk_free(struct desk *d)
{
	if (d->line != NULL)
		line_free(d->line);
	if (d->keys != NULL) {
		keydecode_free(d->keys);
		ui_close();
	}
	if (d->app != NULL)
		app_free(d->app);
	*d = (struct desk){ 0 };
}

static void keys_pass(struct desk *d)
{
	struct key key;

	while (keydecode_next(d->keys, &key) && !app_over(d->app)) {
		if (key.code == KEY_REDRAW_)
			ui_redraw();
		app_key(d->app, &key);
	}
}

void desk_bytes(struct desk *d, const void *bytes, size_t n, int64_t now)
{
	if (d->ended || n == 0)
		return;
	if (d->line != NULL) {
		line_input(d->line, bytes, n);
		return;
	}
	keydecode_bytes(d->keys, bytes, n, now);
	keys_pass(d);
}

void desk_resize(struct desk *d, int rows, int cols)
{
	if (d->line != NULL || d->ended)
		return;
	app_resize(d->app, rows, cols);
	ui_resize(rows, cols);
}

void desk_turn(struct desk *d, int64_t now)
{
	int64_t due = app_due(d->app);

	if (d->keys != NULL && keydecode_due(d->keys) != 0 && keydecode_due(d->keys) <= now) {
		keydecode_tick(d->keys, now);
		keys_pass(d);
	}
	if (due != 0 && due <= now)
		app_tick(d->app, now);
	settings_follow(d);
	if (d->line != NULL)
		line_step(d->line);
}

int64_t desk_due(const struct desk *d)
{
	int64_t app = app_due(d->app), keys = d->keys != NULL ? keydecode_due(d->keys) : 0;

	return app == 0 || (keys != 0 && keys < app) ? keys : app;
}

struct buf *desk_output(struct desk *d, bool paint)
{
	if (d->line != NULL)
		return line_output(d->line);
	if (paint && !d->ended) {
		if (app_dirty(d->app))
			ui_paint(app_grid(d->app));
		if (app_bell(d->app))
			ui_bell();
	}
	return ui_output();
}

/* The sentence the desk ended with stands on its message row; it must outlive the alternate screen. */
static void last_words(struct desk *d, const char *sentence)
{
	const struct grid *g = app_grid(d->app);
	char *row = sentence == NULL && g->rows >= 2 ? grid_row_text(g, g->rows - 2) : NULL;
	const char *text = sentence != NULL ? sentence : row;

	ui_close();
	if (text != NULL && text[strspn(text, " ")] != '\0') {
		buf_puts(ui_output(), text + strspn(text, " "));
		buf_puts(ui_output(), "\r\n");
	}
	free(row);
}

void desk_end(struct desk *d, const char *sentence)
{
	if (d->ended)
		return;
	d->ended = true;
	if (d->line != NULL) {
		buf_puts(line_output(d->line), sentence);
		buf_puts(line_output(d->line), "\r\n");
		return;
	}
	last_words(d, sentence);
}

bool desk_over(struct desk *d)
{
	if (!d->ended && (d->line != NULL ? line_over(d->line) : app_over(d->app))) {
		d->ended = true;
		if (d->line == NULL)
			last_words(d, NULL);
	}
	return d->ended;
}
