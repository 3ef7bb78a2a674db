/* popup.c - the list that opens over a screen: choices of a field (F4), areas, rows, and all actions (F10). */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "screen.h"

void popup_close(struct screen *s)
{
	struct popup *p = &s->popup;

	if (!p->open)
		return;
	edit_clear(&p->filter);
	arena_clear(&p->arena);
	free(p->item);
	*p = (struct popup){ 0 };
	s->app->dirty = true;
}

void popup_open(struct screen *s, enum popup_what what, const char *title)
{
	struct popup *p = &s->popup;

	popup_close(s);
	p->open = true;
	p->what = what;
	edit_init(&p->filter, 60);
	arena_init(&p->arena, 1 << 20);
	p->title = arena_strdup(&p->arena, title);
	p->marks = "";
	if (what == POPUP_CHOICES && s->fill != NULL && fill_field(s->fill) != NULL && fill_field(s->fill)->type == FIELD_MANY)
		p->marks = arena_strdup(&p->arena, filling_get(&s->fill->answers, fill_field(s->fill)->number, s->fill->at.row));
	popup_refresh(s);
}

static void item_add(struct popup *p, const char *code, const char *label, int64_t id)
{
	struct popup_item *more = realloc(p->item, (p->nitem + 1) * sizeof(*more));

	if (more == NULL)
		return;
	p->item = more;
	code = arena_strdup(&p->arena, code);
	p->item[p->nitem++] = (struct popup_item){ code, arena_strdup(&p->arena, label), code, id, false };
}

/* Code begins with it, or the text has it anywhere: "dag" finds "perdagangan". */
static bool matches(const char *want, const char *code, const char *label)
{
	struct buf w, l;
	bool hit;

	if (want[0] == 0)
		return true;
	if (strncasecmp(code, want, strlen(want)) == 0)
		return true;
	buf_init(&w, 0);
	buf_init(&l, 0);
	text_fold(label, &l);
	text_fold(want, &w);
	hit = w.len > 0 && strstr(buf_str(&l), buf_str(&w)) != NULL;
	buf_clear(&w);
	buf_clear(&l);
	return hit;
}

static bool code_in(const char *codes, const char *code)
{
	size_t n = strlen(code);

	for (const char *p = codes; (p = strstr(p, code)) != NULL; p += n)
		if ((p == codes || p[-1] == ' ') && (p[n] == ' ' || p[n] == 0))
			return true;
	return false;
}

void popup_refresh(struct screen *s)
{
	struct popup *p = &s->popup;
	const char *want = edit_text(&p->filter);
	const struct field *d = s->fill != NULL ? fill_field(s->fill) : NULL;

	if (p->what == POPUP_AREAS) {
		popup_areas_ask(s, want);
		return;
	}
	p->nitem = 0;
	p->sel = p->top = 0;
	if (p->what == POPUP_CHOICES && d != NULL && d->choices != NULL) {
		for (size_t i = 0; i < d->choices->n; i++) {
			const struct choice *c = &d->choices->v[i];
			char sign[8];

			if (!fill_choice_open(s->fill, d, s->fill->at.row, c))
				continue;
			fill_choice_sign(s->fill, d, s->fill->at.row, c, sign);
			if (matches(want, sign, c->label_id)) {
				item_add(p, sign, c->label_id, 0);
				p->item[p->nitem - 1].value = c->code;
				if (d->type == FIELD_MANY)
					p->item[p->nitem - 1].marked = code_in(p->marks, c->code);
				else if (want[0] == 0 && strcmp(edit_text(&s->fill->edit), sign) == 0)
					p->sel = p->nitem - 1;
			}
		}
	} else if (p->what == POPUP_ROWS) {
		const struct roster *r = fill_roster(s->fill);

		for (uint32_t row = filling_row_next(&s->fill->answers, r->of, 0); row != 0; row = filling_row_next(&s->fill->answers, r->of, row)) {
			char code[12];
			const char *name = fill_row_name(s->fill, r->of, row);

			snprintf(code, sizeof(code), "%u", row);
			if (matches(want, code, name))
				item_add(p, code, name, row);
		}
	} else if (p->what == POPUP_ACTIONS) {
		for (size_t i = 0; i < s->ndynamic; i++) {
			const char *code = key_letter(s->dynamic[i].letter);

			if (matches(want, code, s->dynamic[i].label))
				item_add(p, code, s->dynamic[i].label, -(int64_t)(uint8_t)s->dynamic[i].letter);
		}
		for (size_t i = 0; i < s->naction; i++) {
			const struct action_info *a = &action_table[s->action[i]];

			if (s->action[i] != ACT_menu && screen_valid(s, s->action[i]) && matches(want, key_name(a), a->label))
				item_add(p, key_name(a), a->label, s->action[i]);
		}
	}
	s->app->dirty = true;
}

/* ---- areas: asked from the store as the text grows ---- */

static void areas_answered(struct screen *s, const struct call_answer *a)
{
	struct popup *p = &s->popup;
	const struct rp_area_list *rp = a->rp;

	p->waiting = false;
	if (!p->open || p->what != POPUP_AREAS)
		return;
	p->nitem = 0;
	p->sel = p->top = 0;
	if (!a->done) {
		app_say_refused(s->app, a);
		return;
	}
	for (size_t i = 0; i < rp->rows.n; i++) {
		const struct w_area *w = &rp->rows.v[i];

		if (w->code == NULL || w->name == NULL)
			continue;
		area_remember(s->app, w->code, w->name);
		item_add(p, w->code, w->name, w->id);
	}
	s->app->dirty = true;
}

void popup_areas_ask(struct screen *s, const char *text)
{
	struct rq_area_list rq = { .text = text, .limit = 50 };

	/* Three letters, or the digits of a code, are worth a question. */
	if (text[0] == 0 || (strlen(text) < 3 && strspn(text, "0123456789.") != strlen(text))) {
		s->popup.nitem = s->popup.sel = s->popup.top = 0;
		return;
	}
	s->popup.waiting = app_ask(s->app, s, OP_area_list, &rq, areas_answered);
}

void popup_choices(struct screen *s)
{
	const struct field *d = fill_field(s->fill);

	if (s->fill->at.of && fill_roster(s->fill) != NULL)
		popup_open(s, POPUP_ROWS, "Milik baris yang mana?");
	else if (d != NULL && d->type == FIELD_AREA)
		popup_open(s, POPUP_AREAS, d->label_id);
	else if (d != NULL && d->choices != NULL)
		popup_open(s, POPUP_CHOICES, d->label_id);
	else
		app_say(s->app, GRID_NORMAL, "Isian ini tidak punya daftar; ketik saja.");
}

void popup_actions(struct screen *s)
{
	popup_open(s, POPUP_ACTIONS, "Menu");
}

void popup_take(struct screen *s, size_t n)
{
	struct popup *p = &s->popup;
	struct popup_item it;
	struct buf value;
	const struct field *d = s->fill != NULL ? fill_field(s->fill) : NULL;
	enum popup_what what = p->what;

	if (n >= p->nitem)
		return;
	it = p->item[n];
	buf_init(&value, 0);
	if (what == POPUP_CHOICES && d != NULL && d->type == FIELD_MANY) {
		buf_puts(&value, p->marks[0] != 0 ? p->marks : it.value);
	} else {
		buf_puts(&value, it.value);
	}
	popup_close(s);
	if (what == POPUP_ACTIONS) {
		bool did = it.id < 0 ? screen_dynamic(s, (char)-it.id) : screen_act(s, (enum action)it.id);

		if (!did)
			app_ring(s->app);
	} else if (s->fill != NULL) {
		size_t field = s->fill->at.field;
		uint32_t row = s->fill->at.row;

		fill_take(s->fill, buf_str(&value));
		screen_form_after(s, field, row);
	}
	buf_clear(&value);
}

/* Marks stay when the filter hides their rows. */
static void mark_turn(struct popup *p, const struct field *d, struct popup_item *it)
{
	struct buf b;

	it->marked = !it->marked;
	buf_init(&b, 0);
	for (size_t i = 0; i < d->choices->n; i++) {
		const char *code = d->choices->v[i].code;

		if (strcmp(code, it->value) == 0 ? it->marked : code_in(p->marks, code))
			buf_printf(&b, "%s%s", b.len > 0 ? " " : "", code);
	}
	p->marks = arena_strdup(&p->arena, buf_str(&b));
	buf_clear(&b);
}

void popup_key(struct screen *s, const struct key *k)
{
	struct popup *p = &s->popup;
	const struct field *d = s->fill != NULL ? fill_field(s->fill) : NULL;
	size_t page = s->app->grid.rows > 12 ? (size_t)s->app->grid.rows - 10 : 3;

	s->app->dirty = true;
	switch (k->code) {
	case KEY_CANCEL_:
	case KEY_F3_:
	case KEY_F4_:
	case KEY_F10_:
		popup_close(s);
		return;
	case KEY_UP_:
	case KEY_BACKTAB_:
		if (p->sel > 0)
			p->sel--;
		return;
	case KEY_DOWN_:
	case KEY_TAB_:
		if (p->sel + 1 < p->nitem)
			p->sel++;
		return;
	case KEY_PAGEUP_:
	case KEY_F7_:
		p->sel = p->sel > page ? p->sel - page : 0;
		return;
	case KEY_PAGEDOWN_:
	case KEY_F8_:
		p->sel = p->sel + page < p->nitem ? p->sel + page : p->nitem > 0 ? p->nitem - 1 : 0;
		return;
	case KEY_ENTER_:
		if (p->nitem > 0)
			popup_take(s, p->sel);
		else
			app_ring(s->app);
		return;
	default:
		break;
	}
	if (k->code == KEY_TEXT && k->ch == ' ' && p->what == POPUP_CHOICES && d != NULL && d->type == FIELD_MANY) {
		if (p->sel < p->nitem)
			mark_turn(p, d, &p->item[p->sel]);
		return;
	}
	if (p->what == POPUP_ACTIONS && k->code >= KEY_F1_ && k->code <= KEY_F10_) {
		popup_close(s);
		screen_key(s, k);
		return;
	}
	switch (edit_key(&p->filter, k)) {
	case EDIT_CHANGED:
		popup_refresh(s);
		/* A code that can mean nothing else is taken at once. */
		if (p->open && p->what != POPUP_AREAS && p->nitem == 1 && strcasecmp(p->item[0].code, edit_text(&p->filter)) == 0)
			popup_take(s, 0);
		return;
	case EDIT_MOVED:
		return;
	default:
		app_ring(s->app);
		return;
	}
}
