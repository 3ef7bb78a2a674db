/* screen.c - the tables of screens and actions, and what a key does on a menu, list, sheet or confirm. */
#include "config.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "screen.h"

const struct action_info action_table[ACT_COUNT] = {
	[ACT_NONE] = { "none", KEY_NONE_, 0, "", "", "", "" },
#define ACTION(name, fkey, letter, label, word, help, key) [ACT_##name] = { #name, fkey, letter, label, word, help, key },
#include "actions.tbl"
#undef ACTION
};

const struct screen_row screen_table[SCREEN_COUNT] = {
#define OP_NONE ((enum op)0)
#define SCREEN(id, kind, title, roles, op, columns, actions, code) \
	[SCREEN_##id] = { SCREEN_##id, #id, KIND_##kind, title, roles, op, columns, actions, &code },
#include "screens.tbl"
#undef SCREEN
};

enum action action_named(const char *name)
{
	for (int a = 1; a < ACT_COUNT; a++)
		if (strcmp(action_table[a].name, name) == 0)
			return (enum action)a;
	return ACT_NONE;
}

bool screen_valid(struct screen *s, enum action a)
{
	bool has = false;

	for (size_t i = 0; i < s->naction; i++)
		has = has || s->action[i] == a;
	if (!has)
		return false;
	if (s->row->kind == KIND_LIST && (a == ACT_open || a == ACT_mark) && page_picks(&s->page) == 0)
		return false;
	if (a == ACT_page && s->row->kind != KIND_FORM && s->next == 0 && s->nafter == 0 && s->max_top <= 0)
		return false;
	return s->row->code->valid == NULL || s->row->code->valid(s, a);
}

char *screen_text(struct screen *s, const char *fmt, ...)
{
	char text[1200];
	char *copy;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	copy = arena_strdup(&s->page_arena, text);
	return copy != NULL ? copy : (char *)"";
}

void screen_title(struct screen *s, const char *fmt, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	s->page.title = arena_strdup(&s->page_arena, text);
}

void *screen_state(struct screen *s, size_t n)
{
	if (s->state == NULL)
		s->state = arena_alloc(&s->keep, n);
	return s->state;
}

struct table_row *screen_row_at(struct screen *s)
{
	struct pick p;

	return page_pick(&s->page, s->sel, &p) ? p.row : NULL;
}

struct block *screen_item_at(struct screen *s)
{
	struct pick p;

	return page_pick(&s->page, s->sel, &p) ? p.block : NULL;
}

bool screen_is_marked(const struct screen *s, int64_t id)
{
	for (size_t i = 0; i < s->nmarked; i++)
		if (s->marked[i] == id)
			return true;
	return false;
}

/* How many are marked stands in the title: the page is built anew, and is still the same page. */
static void marks_show(struct screen *s)
{
	unsigned serial = s->serial;

	screen_rebuild(s);
	s->serial = serial;
}

static void mark_toggle(struct screen *s)
{
	struct table_row *r = screen_row_at(s);
	int64_t *more;

	if (r == NULL)
		return;
	for (size_t i = 0; i < s->nmarked; i++) {
		if (s->marked[i] == r->id) {
			s->marked[i] = s->marked[--s->nmarked];
			marks_show(s);
			return;
		}
	}
	more = realloc(s->marked, (s->nmarked + 1) * sizeof(*more));
	if (more == NULL || s->nmarked >= 500) {
		app_ring(s->app);
		return;
	}
	s->marked = more;
	s->marked[s->nmarked++] = r->id;
	if (s->sel + 1 < page_picks(&s->page))
		s->sel++;
	marks_show(s);
}

/* Lists come in pages: after[] are the starts of the pages before this one. */
static bool list_turn(struct screen *s, int direction)
{
	if (s->row->kind != KIND_LIST)
		return false;
	if (direction > 0 && s->next != 0 && s->nafter < AFTER_MAX) {
		s->after[s->nafter++] = s->next;
	} else if (direction < 0 && s->nafter > 0) {
		s->nafter--;
	} else {
		return false;
	}
	s->sel = -1;
	s->top = 0;
	screen_load(s);
	return true;
}

bool screen_act(struct screen *s, enum action a)
{
	if (!screen_valid(s, a))
		return false;
	if (s->row->code->act != NULL && s->row->code->act(s, a))
		return true;
	if (s->row->kind == KIND_FORM && screen_form_act(s, a))
		return true;
	switch (a) {
	case ACT_help:
		screen_push(s->app, SCREEN_help, &(struct screen_args){ .data = s });
		return true;
	case ACT_back:
	case ACT_leave: {
		struct app *app = s->app;

		if (s->row->code->back != NULL)
			s->row->code->back(s);
		else
			screen_pop(app);
		/* Home counts what waits: after work elsewhere the old numbers would be wrong. */
		if (app->top != NULL && app->top != s && app->top->row->id == SCREEN_home && !app->top->busy && !app->over)
			screen_load(app->top);
		return true;
	}
	case ACT_refresh:
		app_quiet(s->app);
		screen_load(s);
		return true;
	case ACT_menu:
		popup_actions(s);
		return true;
	case ACT_mark:
		mark_toggle(s);
		return true;
	case ACT_filter:
		s->filtering = true;
		edit_set(&s->input, s->filter != NULL ? s->filter : "", true);
		return true;
	case ACT_page:
		if (s->top < s->max_top) {
			s->top += s->app->grid.rows - 6;
			s->scrolled = true;
		} else if (!list_turn(s, 1)) {
			app_ring(s->app);
		}
		return true;
	case ACT_open:
	case ACT_choose:
		return screen_choose(s, s->sel);
	default:
		return false;
	}
}

bool screen_dynamic(struct screen *s, char letter)
{
	for (size_t i = 0; i < s->ndynamic; i++) {
		if (s->dynamic[i].letter == letter && s->row->code->dynamic != NULL) {
			s->row->code->dynamic(s, &s->dynamic[i]);
			return true;
		}
	}
	return false;
}

bool screen_choose(struct screen *s, int n)
{
	struct pick p;

	if (!page_pick(&s->page, n, &p))
		return false;
	s->sel = n;
	return s->row->code->act != NULL && s->row->code->act(s, ACT_open);
}

void screen_input(struct screen *s, const char *text)
{
	if (s->filtering) {
		s->filtering = false;
		free(s->filter);
		s->filter = text[0] != 0 ? strdup(text) : NULL;
		s->nafter = 0;
		s->sel = -1;
		s->top = 0;
		if (s->row->op != 0)
			screen_load(s);
		else
			screen_rebuild(s);
		return;
	}
	if (s->row->code->input != NULL)
		s->row->code->input(s, text);
}

static bool letter_act(struct screen *s, uint32_t ch)
{
	char c = ch >= 'A' && ch <= 'Z' ? (char)(ch - 'A' + 'a') : (char)ch;

	if (ch > 0x7e)
		return false;
	if (screen_dynamic(s, c))
		return true;
	for (size_t i = 0; i < s->naction; i++)
		if (action_table[s->action[i]].letter == c && screen_valid(s, s->action[i]))
			return screen_act(s, s->action[i]);
	if (s->row->kind == KIND_CONFIRM && c == 'n')
		return screen_act(s, ACT_no);
	return false;
}

static bool fkey_act(struct screen *s, enum key_code k)
{
	for (size_t i = 0; i < s->naction; i++)
		if (action_table[s->action[i]].fkey == k && screen_valid(s, s->action[i]))
			return screen_act(s, s->action[i]);
	return false;
}

static void pick_move(struct screen *s, int by)
{
	int n = page_picks(&s->page);

	s->scrolled = false;
	if (n == 0) {
		s->scrolled = true;
		s->top += by;
		if (s->top < 0)
			s->top = 0;
		if (s->top > s->max_top)
			s->top = s->max_top;
		return;
	}
	s->sel += by;
	if (s->sel < 0)
		s->sel = s->row->kind == KIND_MENU && s->has_input ? -1 : 0;
	if (s->sel >= n)
		s->sel = n - 1;
}

static void page_move(struct screen *s, int direction)
{
	int by = s->app->grid.rows - 6;

	if (s->row->kind == KIND_LIST && page_picks(&s->page) > 0) {
		int n = page_picks(&s->page), to = s->sel + direction * by;

		if ((direction > 0 && s->sel == n - 1) || (direction < 0 && s->sel == 0)) {
			if (!list_turn(s, direction))
				app_ring(s->app);
			return;
		}
		s->sel = to < 0 ? 0 : to >= n ? n - 1 : to;
		s->scrolled = false;
		return;
	}
	s->top += direction * by;
	if (s->top > s->max_top)
		s->top = s->max_top;
	if (s->top < 0)
		s->top = 0;
	s->scrolled = true;
}

/* Enter on a menu: one number picks, anything longer is for the input line. */
static void menu_enter(struct screen *s)
{
	char *text = strdup(edit_text(&s->input));

	if (text == NULL)
		return;
	edit_set(&s->input, "", false);
	if (text[0] == 0) {
		if (s->sel >= 0 && !screen_choose(s, s->sel))
			app_ring(s->app);
	} else {
		struct pick p;
		bool found = false;

		for (int i = 0; page_pick(&s->page, i, &p) && !found; i++) {
			if (p.row == NULL && strcmp(p.block->key, text) == 0) {
				found = true;
				screen_choose(s, i);
			}
		}
		if (!found)
			screen_input(s, text);
	}
	free(text);
}

void screen_key(struct screen *s, const struct key *k)
{
	struct app *app = s->app;

	if (s->popup.open) {
		popup_key(s, k);
		return;
	}
	if (s->row->kind == KIND_FORM) {
		screen_form_key(s, k);
		return;
	}
	if (s->filtering || (s->has_input && (k->code == KEY_TEXT || k->code == KEY_PASTE))) {
		enum edit_result did;

		if (s->filtering && k->code == KEY_CANCEL_) {
			s->filtering = false;
			return;
		}
		if (s->filtering && (k->code == KEY_ENTER_ || k->code == KEY_TAB_)) {
			char *text = strdup(edit_text(&s->input));

			edit_set(&s->input, "", false);
			screen_input(s, text != NULL ? text : "");
			free(text);
			return;
		}
		if (s->has_input && !s->filtering && k->code == KEY_TEXT && k->ch == '?' && edit_text(&s->input)[0] == 0) {
			screen_act(s, ACT_help);
			return;
		}
		did = edit_key(&s->input, k);
		if (did == EDIT_REFUSED)
			app_ring(app);
		if (did != EDIT_NOT) {
			app_quiet(app);
			return;
		}
	}
	if (k->code == KEY_TEXT || k->code == KEY_PASTE) {
		/* Here letters decide: pasted text must not (terminal.md 10). */
		if (k->code == KEY_PASTE || k->burst >= KEY_BURST) {
			app_ring(app);
			return;
		}
		if (!letter_act(s, k->ch))
			app_ring(app);
		return;
	}
	if (k->code == KEY_ENTER_ && k->burst >= KEY_BURST && !s->has_input) {
		app_ring(app);
		return;
	}
	if (k->code == KEY_F1_ && s->row->id == SCREEN_help) {
		screen_push(app, SCREEN_keys, &(struct screen_args){ .data = s->args.data });
		return;
	}
	if (fkey_act(s, k->code))
		return;
	switch (k->code) {
	case KEY_F3_:
		if (s->row->kind == KIND_CONFIRM)
			screen_act(s, ACT_no);
		else
			app_ring(app);
		return;
	case KEY_ENTER_:
		if (s->row->kind == KIND_MENU) {
			menu_enter(s);
		} else if (s->row->kind == KIND_CONFIRM) {
			screen_act(s, ACT_no);          /* the safe answer is the default */
		} else if (s->sel < 0 || !screen_choose(s, s->sel)) {
			if (s->row->kind == KIND_SHEET)
				page_move(s, 1);
			else
				app_ring(app);
		}
		return;
	case KEY_CANCEL_:
		if (edit_text(&s->input)[0] != 0)
			edit_set(&s->input, "", false);
		else if (s->row->kind == KIND_CONFIRM)
			screen_act(s, ACT_no);
		else if (s->below != NULL && !screen_act(s, ACT_back))
			screen_pop(app);
		return;
	case KEY_UP_:
	case KEY_BACKTAB_:
		pick_move(s, -1);
		return;
	case KEY_DOWN_:
	case KEY_TAB_:
		pick_move(s, 1);
		return;
	case KEY_PAGEUP_:
	case KEY_F7_:
		page_move(s, -1);
		return;
	case KEY_PAGEDOWN_:
	case KEY_F8_:
		page_move(s, 1);
		return;
	case KEY_HOME_:
		if (s->has_input && edit_text(&s->input)[0] != 0) {
			edit_key(&s->input, k);
			return;
		}
		s->sel = page_picks(&s->page) > 0 && s->row->kind != KIND_MENU ? 0 : s->sel;
		s->top = 0;
		s->scrolled = s->row->kind == KIND_SHEET;
		return;
	case KEY_END_:
		if (s->has_input && edit_text(&s->input)[0] != 0) {
			edit_key(&s->input, k);
			return;
		}
		if (page_picks(&s->page) > 0)
			s->sel = page_picks(&s->page) - 1;
		else
			s->top = s->max_top;
		s->scrolled = page_picks(&s->page) == 0;
		return;
	default:
		if (s->has_input && edit_key(&s->input, k) != EDIT_NOT)
			return;
		app_ring(app);
		return;
	}
}
