/* check_eval.c - relevance, requirement, calculation: rules of a form on the answers of a filling. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "check_eval.h"
#include "err.h"

#define CHECK_ARENA_MAX (1u << 20)

enum { CELL_UNKNOWN = 0, CELL_YES = 1, CELL_NO = 2 };

void checking_begin(struct checking *c, const struct form *form, const struct filling *filling,
	const struct check_env *env)
{
	memset(c, 0, sizeof *c);
	c->form = form;
	c->priv = form->priv;
	c->filling = filling;
	c->env = env;
	arena_init(&c->arena, CHECK_ARENA_MAX);
}

void checking_end(struct checking *c)
{
	arena_clear(&c->arena);
	free(c->known);
	free(c->place);
}

int checking_remember(struct checking *c)
{
	size_t cells = 0;

	if ((c->place = calloc(c->form->nfield, sizeof *c->place)) == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < c->form->nfield; i++) {
		uint32_t roster = c->form->field[i].roster;

		c->place[i] = (uint32_t)cells;
		cells += roster == 0 ? 1 : filling_row_count(c->filling, roster);
	}
	return (c->known = calloc(cells + 1, 1)) == NULL ? ERR_NOMEM : 0;
}

/* The cell of a field in a row; NULL when nothing is remembered or the row is not declared. */
static uint8_t *cell_of(struct checking *c, size_t field, uint32_t row)
{
	const struct filling_row *r, *first;
	uint32_t roster = c->form->field[field].roster;

	if (c->known == NULL)
		return NULL;
	if (roster == 0)
		return &c->known[c->place[field]];
	if ((r = filling_row_find(c->filling, roster, row)) == NULL)
		return NULL;
	first = filling_row_find(c->filling, roster, filling_row_next(c->filling, roster, 0));
	return &c->known[c->place[field] + (size_t)(r - first)];
}

static struct expr_value answer_value(void *arg, int slot, uint32_t row)
{
	struct checking *c = arg;
	const struct field *f;
	struct expr_value v = { .kind = EXPR_TEXT, .text = "" };

	if (slot >= (int)c->form->nfield) {
		size_t word = (size_t)slot - c->form->nfield;

		if (c->choice != NULL && (word == 0 || word <= c->choice->nmore))
			v.text = word == 0 ? c->choice->code : c->choice->more[word - 1];
		return v;
	}
	f = &c->form->field[slot];
	if (!checking_relevant(c, (size_t)slot, row))
		return v;
	/* what is not of its type has a finding of its own; for the rules it is as good as not answered */
	if (!expr_parse_value((enum expr_kind)c->priv->kind[slot], filling_get(c->filling, f->number, row), &v))
		v.text = "";
	return v;
}

static uint32_t next_row(void *arg, uint32_t roster, uint32_t after)
{
	struct checking *c = arg;

	return filling_row_next(c->filling, roster, after);
}

static uint32_t row_above(void *arg, uint32_t roster, uint32_t row)
{
	struct checking *c = arg;
	const struct filling_row *r = filling_row_find(c->filling, roster, row);

	return r != NULL ? r->of : 0;
}

static int evaluate(struct checking *c, const struct expr *e, uint32_t roster, uint32_t row, struct expr_value *out)
{
	struct expr_env env = {
		.value = answer_value,
		.rows = next_row,
		.of = row_above,
		.arg = c,
		.today = c->env->today,
		.roster = roster,
		.row = row,
		.arena = &c->arena,
	};

	return expr_eval(e, &env, out, &c->err);
}

int checking_truth(struct checking *c, const struct expr *e, uint32_t roster, uint32_t row, bool *out)
{
	struct expr_value v;
	int rc;

	c->depth++;
	rc = evaluate(c, e, roster, row, &v);
	*out = rc == 0 && expr_truth(v);
	if (--c->depth == 0)
		arena_reset(&c->arena);
	return rc;
}

int checking_text(struct checking *c, const struct expr *e, uint32_t roster, uint32_t row, struct buf *out)
{
	struct expr_value v;
	int rc;

	c->depth++;
	rc = evaluate(c, e, roster, row, &v);
	if (rc == 0)
		expr_show(v, out);
	if (--c->depth == 0)
		arena_reset(&c->arena);
	return rc != 0 ? rc : buf_end(out);
}

bool checking_relevant(struct checking *c, size_t i, uint32_t row)
{
	const struct field *f = &c->form->field[i];
	const struct section *s = &c->form->section[f->section];
	uint8_t *cell;
	bool yes = true;

	if (!c->priv->hides[i])
		return true;
	cell = cell_of(c, i, row);
	if (cell != NULL && *cell != CELL_UNKNOWN)
		return *cell == CELL_YES;
	if (s->relevant != NULL && checking_truth(c, s->relevant, s->roster, s->roster != 0 ? row : 0, &yes) != 0)
		yes = true;
	if (yes && f->relevant != NULL && checking_truth(c, f->relevant, f->roster, row, &yes) != 0)
		yes = true;
	if (cell != NULL)
		*cell = yes ? CELL_YES : CELL_NO;
	return yes;
}

bool checking_required(struct checking *c, const struct field *f, uint32_t row)
{
	bool yes = f->required;

	if (f->readonly || f->type == FIELD_CALC || f->type == FIELD_NOTE ||
		!checking_relevant(c, (size_t)(f - c->form->field), row))
		return false;
	if (f->required_if != NULL)
		checking_truth(c, f->required_if, f->roster, row, &yes);
	return yes;
}

bool checking_choice(struct checking *c, const struct field *f, uint32_t row, const struct choice *choice)
{
	bool yes = true;

	if (f->choice_filter == NULL)
		return true;
	c->choice = choice;
	if (checking_truth(c, f->choice_filter, f->roster, row, &yes) != 0)
		yes = true;
	c->choice = NULL;
	return yes;
}

const char *checking_answer(struct checking *c, const struct field *f, uint32_t row)
{
	if (f == NULL || !checking_relevant(c, (size_t)(f - c->form->field), row))
		return "";
	return filling_get(c->filling, f->number, row);
}

static int calculate_one(struct checking *c, struct filling *filling, size_t i, uint32_t row)
{
	const struct field *f = &c->form->field[i];
	struct buf b;
	int rc = 0;

	buf_init(&b, FILLING_VALUE_MAX);
	if (checking_relevant(c, i, row))
		rc = checking_text(c, f->calculate, f->roster, row, &b);
	if (rc == ERR_NOMEM)
		goto out;
	/* a rule that fails gives no answer; form_check() tells why */
	rc = filling_set(filling, f->number, row, rc == 0 ? buf_str(&b) : "");
out:
	buf_clear(&b);
	return rc == ERR_NOMEM ? rc : 0;
}

int form_calculate(const struct form *form, struct filling *filling, const struct check_env *env)
{
	struct checking c;
	int rc;

	if (form->ncalc == 0)
		return 0;
	checking_begin(&c, form, filling, env);
	rc = checking_remember(&c);
	for (size_t k = 0; k < form->ncalc && rc == 0; k++) {
		size_t i = form->calc_order[k];
		uint32_t row = 0;

		if (form->field[i].roster == 0)
			rc = calculate_one(&c, filling, i, 0);
		else
			while (rc == 0 && (row = filling_row_next(filling, form->field[i].roster, row)) != 0)
				rc = calculate_one(&c, filling, i, row);
	}
	checking_end(&c);
	return rc;
}

bool form_relevant(const struct form *form, const struct filling *filling, const struct field *f, uint32_t row,
	const struct check_env *env)
{
	struct checking c;
	bool yes;

	checking_begin(&c, form, filling, env);
	yes = checking_relevant(&c, (size_t)(f - form->field), row);
	checking_end(&c);
	return yes;
}

bool form_required(const struct form *form, const struct filling *filling, const struct field *f, uint32_t row,
	const struct check_env *env)
{
	struct checking c;
	bool yes;

	checking_begin(&c, form, filling, env);
	yes = checking_required(&c, f, row);
	checking_end(&c);
	return yes;
}

bool form_choice_open(const struct form *form, const struct filling *filling, const struct field *f, uint32_t row,
	const char *code, const struct check_env *env)
{
	const struct choice *choice = form_choice(f, code);
	struct checking c;
	bool yes;

	if (choice == NULL)
		return false;
	checking_begin(&c, form, filling, env);
	yes = checking_choice(&c, f, row, choice);
	checking_end(&c);
	return yes;
}
