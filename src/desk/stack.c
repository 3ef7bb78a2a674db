/* stack.c - screens on top of each other: pushed, asked for, built, left. */
#include "config.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "screen.h"

/* A screen that is left ends at once, but its memory stays until the turn is over: the key that closed it is still being worked on by
 * its own functions. */
void screen_leave(struct screen *s)
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

void screens_free(struct app *app)
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
