/* register_prefill.c - what a form starts from, and how a dossier differs from the register: both for the eyes of clerks. */
#include "config.h"
#include <string.h>
#include "register_join.h"
#include "store.h"
#include "wire.h"

/* A kind's form shows what is (readonly) and asks for what shall be: the latter starts empty. */
static int empty_asked(const struct form *form, struct filling *f)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < form->nfield; i++)
		if (!form->field[i].readonly && form->field[i].store != NULL) {
			if (form->field[i].roster == 0)
				r = filling_set(f, form->field[i].number, 0, "");
			for (uint32_t row = form->field[i].roster != 0 ? filling_row_next(f, form->field[i].roster, 0) : 0; r == 0 && row != 0;
			     row = filling_row_next(f, form->field[i].roster, row))
				r = filling_set(f, form->field[i].number, row, "");
		}
	return r;
}

/* The head is the one who died, in a form that asks for one. */
static int mark_head(struct reg_run *run, struct filling *f)
{
	const struct roster *ro = form_roster_named(run->ch->form, "member");
	struct reg_member *head = set_head(&run->now, run->home);
	int r = 0;
	for (uint32_t row = ro != NULL ? filling_row_next(f, ro->number, 0) : 0; r == 0 && row != 0; row = filling_row_next(f, ro->number, row))
		r = join_set(f, run->ch->form, "died", row,
		             head != NULL && filling_row_find(f, ro->number, row)->subject == head->person->id ? "1" : "2");
	return r;
}

int register_prefill(struct op_ctx *cx, const char *kind, int64_t household, int64_t other, int64_t seq, const struct form *form, struct filling *f)
{
	struct filling none;
	struct register_change ch = { .kind = kind, .form = form, .household = household, .other = other, .base_seq = seq, .filling = &none };
	struct reg_run run = { .cx = cx, .ch = &ch };
	filling_init(&none);
	if (household == 0)
		return 0;
	set_init(&run.now, cx->db, cx->arena, seq);
	int r = set_load_household(&run.now, household, &run.home);
	if (r == 0)
		r = read_filling(&run.now, run.home, form, f);
	if (r == 0 && form->kind != NULL)
		r = empty_asked(form, f);
	if (r == 0 && strcmp(kind, "head_died") == 0)
		r = mark_head(&run, f);
	if (r == 0 && other != 0 && (strcmp(kind, "merge") == 0 || strcmp(kind, "unmerge") == 0)) {
		if ((r = set_load_household(&run.now, other, &run.other)) == 0)
			r = strcmp(kind, "merge") == 0 ? prefill_merge(&run, f) : prefill_unmerge(&run, f);
	}
	return r;
}

/* --- differences ------------------------------------------------------------------------------------------------------ */

struct sheet { struct op_ctx *cx; const struct form *form; bool household; struct w_difference *v; size_t n, size; };

static int add(struct sheet *s, const struct field *f, uint32_t row, const char *subject, const char *was, const char *now, const char *proposed,
               bool conflict)
{
	struct buf b;
	struct w_difference *d;
	const char *value[3] = { was, now, proposed };
	const char **to[3];
	if (s->n == 2000)                                    /* what one reply may hold; a form has fewer */
		return 0;
	if (s->n == s->size) {
		size_t size = s->size ? s->size * 2 : 32;
		struct w_difference *v = arena_alloc(s->cx->arena, size * sizeof *v);
		if (v == NULL)
			return ERR_NOMEM;
		if (s->n != 0)
			memcpy(v, s->v, s->n * sizeof *v);
		s->v = v;
		s->size = size;
	}
	d = &s->v[s->n++];
	*d = (struct w_difference){ .field = f->number, .row = row, .conflict = conflict };
	if ((d->subject = arena_strdup(s->cx->arena, subject)) == NULL || (d->label = arena_strdup(s->cx->arena, f->label_id)) == NULL)
		return ERR_NOMEM;
	to[0] = &d->was;
	to[1] = &d->now;
	to[2] = &d->proposed;
	buf_init(&b, 0);
	int r = 0;
	for (int i = 0; r == 0 && i < 3; i++) {
		buf_reset(&b);
		form_show_value(f, value[i], "id", &b);
		if (buf_end(&b) != 0 || (*to[i] = arena_strdup(s->cx->arena, buf_str(&b))) == NULL)
			r = ERR_NOMEM;
	}
	buf_clear(&b);
	return r;
}

static const char *row_name(const struct form *form, uint32_t roster, const struct filling *a, const struct filling *b, uint32_t row)
{
	for (size_t i = 0; i < form->nfield; i++) {              /* the first text of a roster names its row: a member's name, a business */
		const struct field *f = &form->field[i];
		if (f->roster != roster || f->type != FIELD_TEXT)
			continue;
		const char *v = filling_get(a, f->number, row);
		return v[0] != '\0' ? v : filling_get(b, f->number, row);
	}
	return "";
}

static int compare(struct sheet *s, const struct field *f, uint32_t row, const char *subject, const struct filling *base, const struct filling *now,
                   const struct filling *mine, bool merges)
{
	const char *b = filling_get(base, f->number, row), *n = filling_get(now, f->number, row), *m = filling_get(mine, f->number, row);
	/* The form of an event has no "before": whoever decides reads all that it says, what came filled in too. "No" said row by row
	 * is what the others' "yes" leaves over. */
	if (!merges)
		return m[0] == '\0' || (f->roster != 0 && f->yesno != NULL && strcmp(m, f->choices->v[1].code) == 0)
		       ? 0 : add(s, f, row, subject, "", "", m, false);
	/* What a form reckons is not kept in the register: against a household it would be told as new each time. */
	if ((strcmp(b, m) == 0 && strcmp(b, n) == 0) || (f->type == FIELD_CALC && s->household))
		return 0;
	bool conflict = strcmp(m, b) != 0 && strcmp(n, b) != 0 && strcmp(m, n) != 0;
	/* Nobody proposes what the clerk left alone: what others changed meanwhile stands. */
	return add(s, f, row, subject, b, n, strcmp(m, b) == 0 ? n : m, conflict);
}

int register_differences(struct op_ctx *cx, const struct register_change *ch, struct w_difference **out, size_t *n)
{
	const struct form *form = ch->form;
	struct sheet s = { .cx = cx, .form = form, .household = ch->household != 0 };
	struct filling base, now, a, b;
	bool merges = form->kind == NULL;
	int r = 0;
	filling_init(&base);
	filling_init(&now);
	filling_init(&a);
	filling_init(&b);
	if (ch->household != 0) {
		r = register_prefill(cx, ch->kind, ch->household, ch->other, ch->base_seq, form, &a);
		if (r == 0)
			r = register_prefill(cx, ch->kind, ch->household, ch->other, 0, form, &b);
		if (r == 0)
			r = align_filling(form, &a, ch->filling, &base);
		if (r == 0)
			r = align_filling(form, &b, ch->filling, &now);
	}
	for (size_t i = 0; r == 0 && i < form->nfield; i++) {
		const struct field *f = &form->field[i];
		if (f->type == FIELD_NOTE || f->readonly)
			continue;
		if (f->roster == 0)
			r = compare(&s, f, 0, "", &base, &now, ch->filling, merges);
	}
	for (size_t k = 0; r == 0 && k < form->nroster; k++)
		for (uint32_t row = filling_row_next(ch->filling, form->roster[k].number, 0); r == 0 && row != 0;
		     row = filling_row_next(ch->filling, form->roster[k].number, row))
			for (size_t i = 0; r == 0 && i < form->nfield; i++)
				if (form->field[i].roster == form->roster[k].number && form->field[i].type != FIELD_NOTE && !form->field[i].readonly)
					r = compare(&s, &form->field[i], row, row_name(form, form->roster[k].number, ch->filling, &now, row), &base, &now,
					            ch->filling, merges);
	filling_clear(&base);
	filling_clear(&now);
	filling_clear(&a);
	filling_clear(&b);
	*out = s.v;
	*n = s.n;
	return r;
}
