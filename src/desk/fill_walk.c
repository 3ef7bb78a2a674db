/* fill_walk.c - see fill.h: from field to field, row to row, section to section. */
#include "config.h"
#include <string.h>
#include "fill_private.h"

bool fill_row_fixed(const struct fill *f, const struct roster *r)
{
	for (size_t i = 0; i < f->form->nfield; i++)
		if (f->form->field[i].roster == r->number && f->form->field[i].readonly)
			return true;
	return false;
}

bool fill_focusable(const struct fill *f, const struct field *d, uint32_t row)
{
	if (d->readonly || d->type == FIELD_CALC || d->type == FIELD_NOTE || d->type == FIELD_FILE)
		return false;
	return form_relevant(f->form, &f->answers, d, row, &f->env);
}

/* Fields first .. end-1 are one roster's, asked row by row. */
static void block_of(const struct fill *f, size_t i, size_t *first, size_t *end)
{
	uint32_t roster = f->form->field[i].roster;

	*first = i;
	*end = i + 1;
	if (roster == 0)
		return;
	while (*first > 0 && f->form->field[*first - 1].roster == roster)
		--*first;
	while (*end < f->form->nfield && f->form->field[*end].roster == roster)
		++*end;
}

static bool row_asks(const struct fill *f, size_t first, size_t end, uint32_t row)
{
	for (size_t i = first; i < end; i++)
		if (fill_focusable(f, &f->form->field[i], row))
			return true;
	return false;
}

/* Nothing in it but what came by itself. */
static bool row_empty(const struct fill *f, uint32_t roster, uint32_t row)
{
	const struct filling_row *r = filling_row_find(&f->answers, roster, row);

	if (r == NULL || r->subject != 0)
		return false;
	for (size_t i = 0; i < f->answers.n; i++) {
		const struct answer *a = &f->answers.v[i];
		const struct field *d = a->row == row ? form_field(f->form, a->field) : NULL;

		if (d != NULL && d->roster == roster && d->type != FIELD_CALC && !fill_is_carried(f, a->field, row))
			return false;
	}
	return true;
}

static uint32_t row_last(const struct fill *f, uint32_t roster)
{
	uint32_t last = 0;

	for (uint32_t r = filling_row_next(&f->answers, roster, 0); r != 0; r = filling_row_next(&f->answers, roster, r))
		last = r;
	return last;
}

/* Opens the next row when the roster may have one and would ask anything in it. 0: no. */
static uint32_t row_open(struct fill *f, const struct roster *r, size_t first, size_t end)
{
	size_t max = r->max > 0 ? (size_t)r->max : FILLING_ROWS_MAX;
	uint32_t last = row_last(f, r->number), of = 0;

	if (f->frozen || fill_row_fixed(f, r) || filling_row_count(&f->answers, r->number) >= max || last >= FILLING_ROWS_MAX)
		return 0;
	if (last != 0 && row_empty(f, r->number, last))
		return 0;
	if (r->of != 0) {
		const struct filling_row *above = last != 0 ? filling_row_find(&f->answers, r->number, last) : NULL;

		of = above != NULL ? above->of : filling_row_next(&f->answers, r->of, 0);
		if (of == 0)
			return 0;
	}
	if (filling_row_add(&f->answers, r->number, last + 1, 0, of) < 0)
		return 0;
	if (!row_asks(f, first, end, last + 1)) {
		filling_row_drop(&f->answers, f->form, r->number, last + 1);
		return 0;
	}
	for (size_t i = first; i < end; i++) {
		const struct field *d = &f->form->field[i];

		if (d->sticky && last != 0)
			fill_carry_value(f, d->number, last + 1, filling_get(&f->answers, d->number, last));
	}
	f->rows_unsaved = true;
	return last + 1;
}

static bool stands(const struct fill *f, const struct fill_pos *p)
{
	if (p->field == FILL_END)
		return true;
	if (p->of)
		return !fill_row_fixed(f, form_roster(f->form, f->form->field[p->field].roster));
	return fill_focusable(f, &f->form->field[p->field], p->row);
}

static bool has_of(const struct fill *f, size_t field)
{
	const struct roster *r = form_roster(f->form, f->form->field[field].roster);

	return r != NULL && r->of != 0;
}

/* The first position at or after field i, which is not inside a block that has begun. */
static struct fill_pos enter(struct fill *f, size_t i)
{
	while (i < f->form->nfield) {
		struct fill_pos p = { i, 0, false };
		uint32_t roster = f->form->field[i].roster;
		size_t first, end;

		if (roster == 0) {
			if (stands(f, &p))
				return p;
			i++;
			continue;
		}
		block_of(f, i, &first, &end);
		for (uint32_t r = filling_row_next(&f->answers, roster, 0); r != 0; r = filling_row_next(&f->answers, roster, r)) {
			if (!row_asks(f, first, end, r))
				continue;
			if (has_of(f, first) && stands(f, &(struct fill_pos){ first, r, true }))
				return (struct fill_pos){ first, r, true };
			for (size_t k = first; k < end; k++)
				if (fill_focusable(f, &f->form->field[k], r))
					return (struct fill_pos){ k, r, false };
		}
		if (filling_row_count(&f->answers, roster) == 0) {
			uint32_t r = row_open(f, form_roster(f->form, roster), first, end);

			if (r != 0) {
				if (has_of(f, first))
					return (struct fill_pos){ first, r, true };
				for (size_t k = first; k < end; k++)
					if (fill_focusable(f, &f->form->field[k], r))
						return (struct fill_pos){ k, r, false };
			}
		}
		i = end;
	}
	return (struct fill_pos){ FILL_END, 0, false };
}

static struct fill_pos in_row(const struct fill *f, size_t first, size_t end, uint32_t row)
{
	if (has_of(f, first) && stands(f, &(struct fill_pos){ first, row, true }))
		return (struct fill_pos){ first, row, true };
	for (size_t k = first; k < end; k++)
		if (fill_focusable(f, &f->form->field[k], row))
			return (struct fill_pos){ k, row, false };
	return (struct fill_pos){ FILL_END, 0, false };
}

static struct fill_pos after(struct fill *f, struct fill_pos p)
{
	size_t first, end;
	uint32_t roster;

	if (p.field == FILL_END)
		return p;
	roster = f->form->field[p.field].roster;
	if (roster == 0)
		return enter(f, p.field + 1);
	block_of(f, p.field, &first, &end);
	for (size_t k = p.of ? p.field : p.field + 1; k < end; k++)
		if (fill_focusable(f, &f->form->field[k], p.row))
			return (struct fill_pos){ k, p.row, false };
	for (uint32_t r = filling_row_next(&f->answers, roster, p.row); r != 0; r = filling_row_next(&f->answers, roster, r)) {
		struct fill_pos q = in_row(f, first, end, r);

		if (q.field != FILL_END)
			return q;
	}
	{
		uint32_t r = row_open(f, form_roster(f->form, roster), first, end);

		if (r != 0)
			return in_row(f, first, end, r);
	}
	return enter(f, end);
}

/* The last position before p, or p itself. */
static struct fill_pos before(const struct fill *f, struct fill_pos p)
{
	size_t i = p.field == FILL_END ? f->form->nfield : p.field, first, end;
	uint32_t row = p.row;
	bool in_block = p.field != FILL_END && f->form->field[p.field].roster != 0;

	if (in_block) {
		uint32_t roster = f->form->field[p.field].roster;

		block_of(f, p.field, &first, &end);
		if (!p.of) {
			for (size_t k = p.field; k-- > first;)
				if (fill_focusable(f, &f->form->field[k], row))
					return (struct fill_pos){ k, row, false };
			if (has_of(f, first) && stands(f, &(struct fill_pos){ first, row, true }))
				return (struct fill_pos){ first, row, true };
		}
		while (row > 1) {
			if (filling_row_find(&f->answers, roster, --row) == NULL)
				continue;
			for (size_t k = end; k-- > first;)
				if (fill_focusable(f, &f->form->field[k], row))
					return (struct fill_pos){ k, row, false };
		}
		i = first;
	}
	while (i-- > 0) {
		uint32_t roster = f->form->field[i].roster;

		if (roster == 0) {
			if (fill_focusable(f, &f->form->field[i], 0))
				return (struct fill_pos){ i, 0, false };
			continue;
		}
		block_of(f, i, &first, &end);
		for (uint32_t r = row_last(f, roster); r > 0; r--) {
			if (filling_row_find(&f->answers, roster, r) == NULL)
				continue;
			for (size_t k = end; k-- > first;)
				if (fill_focusable(f, &f->form->field[k], r))
					return (struct fill_pos){ k, r, false };
		}
		i = first;
	}
	return p;
}

/* Rows that opened by themselves and were not used go away when the cursor does. True: p's row is gone. */
static bool row_tidy(struct fill *f, struct fill_pos p)
{
	uint32_t roster = p.field == FILL_END ? 0 : f->form->field[p.field].roster;
	const struct roster *r = roster != 0 ? form_roster(f->form, roster) : NULL;

	if (r == NULL || fill_row_fixed(f, r) || p.row != row_last(f, roster) || !row_empty(f, roster, p.row))
		return false;
	filling_row_drop(&f->answers, f->form, roster, p.row);
	f->rows_unsaved = true;
	form_calculate(f->form, &f->answers, &f->env);
	return true;
}

void fill_leave(struct fill *f)
{
	const struct field *d = fill_field(f);
	bool typed = f->typed;

	fill_commit(f);
	f->left = (struct finding){ 0 };
	if (d != NULL && (typed || filling_get(&f->answers, d->number, f->at.row)[0] != 0)) {
		const struct finding *worst;

		fill_check_one(f, d, f->at.row);
		if (typed)
			fill_check_others(f);
		worst = fill_finding(f, d->number, f->at.row);
		if (worst != NULL && typed)
			f->left = (struct finding){ .code = worst->code, .severity = worst->severity, .field = d->number, .row = f->at.row };
	}
}

void fill_go(struct fill *f, struct fill_pos p)
{
	struct fill_pos was = f->at;

	fill_leave(f);
	if ((was.field != p.field || was.row != p.row) && !(p.field != FILL_END && was.field != FILL_END &&
	    f->form->field[p.field].roster == f->form->field[was.field].roster && p.row == was.row))
		row_tidy(f, was);
	if (p.field != FILL_END && f->form->field[p.field].roster != 0 &&
	    filling_row_find(&f->answers, f->form->field[p.field].roster, p.row) == NULL)
		p = enter(f, p.field);
	fill_stand(f, p);
}

void fill_settle(struct fill *f)
{
	fill_leave(f);
	for (size_t i = 0; i < f->form->nroster; i++) {
		const struct roster *r = &f->form->roster[i];
		uint32_t last = row_last(f, r->number);
		bool here = f->at.field != FILL_END && f->form->field[f->at.field].roster == r->number && f->at.row == last;

		if (last == 0 || fill_row_fixed(f, r) || !row_empty(f, r->number, last) ||
		    filling_row_count(&f->answers, r->number) <= (size_t)(r->min > 0 ? r->min : 0))
			continue;
		if (here) {
			fill_go(f, (struct fill_pos){ FILL_END, 0, false });
		} else {
			filling_row_drop(&f->answers, f->form, r->number, last);
			f->rows_unsaved = true;
		}
	}
}

bool fill_go_number(struct fill *f, uint32_t number, uint32_t row)
{
	for (size_t i = 0; i < f->form->nfield; i++) {
		const struct field *d = &f->form->field[i];

		if (d->number != number)
			continue;
		if ((d->roster != 0 && filling_row_find(&f->answers, d->roster, row) == NULL) || !fill_focusable(f, d, d->roster != 0 ? row : 0))
			return false;
		fill_go(f, (struct fill_pos){ i, d->roster != 0 ? row : 0, false });
		return true;
	}
	return false;
}

void fill_first(struct fill *f)
{
	form_calculate(f->form, &f->answers, &f->env);
	fill_stand(f, enter(f, 0));
}

void fill_forward(struct fill *f)
{
	struct fill_pos was = f->at, next;
	size_t first, end;

	fill_leave(f);
	if (was.field == FILL_END)
		return;
	block_of(f, was.field, &first, &end);
	if (row_tidy(f, was))
		next = enter(f, end);           /* an empty row left forwards: that was all of them */
	else
		next = after(f, was);
	fill_stand(f, next);
}

void fill_back(struct fill *f)
{
	struct fill_pos was = f->at;
	struct fill_pos to;

	fill_leave(f);
	to = before(f, was);
	if (to.field != was.field || to.row != was.row) {
		bool same = to.field != FILL_END && was.field != FILL_END && to.row == was.row &&
			f->form->field[to.field].roster == f->form->field[was.field].roster;

		if (!same)
			row_tidy(f, was);
	}
	fill_stand(f, to);
}

size_t fill_section_at(const struct fill *f)
{
	if (f->at.field != FILL_END)
		return f->form->field[f->at.field].section;
	return f->form->nsection > 0 ? f->form->nsection - 1 : 0;
}

void fill_section(struct fill *f, int direction)
{
	size_t n = f->form->nsection, at = fill_section_at(f);
	uint32_t row = f->at.row;
	const struct roster *r = fill_roster(f);
	struct fill_pos was = f->at;

	fill_leave(f);
	if (f->at.field == FILL_END && direction > 0)
		at = n - 1;
	for (size_t step = 0; step < n; step++) {
		at = (at + n + (size_t)(direction > 0 ? 1 : n - 1)) % n;
		for (size_t i = 0; i < f->form->nfield; i++) {
			const struct field *d = &f->form->field[i];
			struct fill_pos p = { i, 0, false };

			if (d->section != at)
				continue;
			if (d->roster != 0) {
				p.row = r != NULL && r->number == d->roster ? row : filling_row_next(&f->answers, d->roster, 0);
				if (p.row == 0 || filling_row_find(&f->answers, d->roster, p.row) == NULL) {
					size_t first, end;

					block_of(f, i, &first, &end);
					p = first == i ? enter(f, i) : (struct fill_pos){ FILL_END, 0, false };
					if (p.field == FILL_END || f->form->field[p.field].roster != d->roster)
						break;
					if (!(was.field == p.field && was.row == p.row))
						row_tidy(f, was);
					fill_stand(f, p);
					return;
				}
			}
			if (!fill_focusable(f, d, p.row))
				continue;
			if (r == NULL || r->number != d->roster)
				row_tidy(f, was);
			fill_stand(f, p);
			return;
		}
	}
	fill_stand(f, was);
}

bool fill_row_go(struct fill *f, uint32_t row)
{
	const struct roster *r = fill_roster(f);
	struct fill_pos p = { f->at.field, row, f->at.of };
	size_t first, end;

	if (r == NULL || row == f->at.row || filling_row_find(&f->answers, r->number, row) == NULL)
		return false;
	block_of(f, f->at.field, &first, &end);
	if (!stands(f, &p))
		p = in_row(f, first, end, row);
	if (p.field == FILL_END)
		return false;
	fill_go(f, p);
	return true;
}

bool fill_row_step(struct fill *f, int direction)
{
	const struct roster *r = fill_roster(f);
	uint32_t at = f->at.row, before_at = 0;

	if (r == NULL)
		return false;
	if (direction > 0) {
		for (uint32_t row = filling_row_next(&f->answers, r->number, at); row != 0; row = filling_row_next(&f->answers, r->number, row))
			if (fill_row_go(f, row))
				return true;
		return false;
	}
	/* Backwards over those that ask nothing: the nearest one before that does. */
	for (uint32_t end = at; end != 0; end = before_at) {
		before_at = 0;
		for (uint32_t row = filling_row_next(&f->answers, r->number, 0); row != 0 && row < end; row = filling_row_next(&f->answers, r->number, row))
			before_at = row;
		if (before_at != 0 && fill_row_go(f, before_at))
			return true;
	}
	return false;
}

bool fill_row_drop(struct fill *f, uint32_t roster, uint32_t row)
{
	const struct roster *r = form_roster(f->form, roster);
	const struct filling_row *have = r != NULL ? filling_row_find(&f->answers, roster, row) : NULL;
	size_t i;

	if (have == NULL || have->subject != 0 || fill_row_fixed(f, r) || f->frozen)
		return false;
	filling_row_drop(&f->answers, f->form, roster, row);
	f->rows_unsaved = f->changed = true;
	f->typed = false;
	form_calculate(f->form, &f->answers, &f->env);
	for (i = 0; i < f->found.n; i++)
		if (f->found.v[i].row == row)
			f->found.v[i].code = FIND_NONE;
	for (i = 0; i < f->form->nfield && f->form->field[i].roster != roster; i++)
		;
	if (i < f->form->nfield)
		fill_stand(f, enter(f, i));
	return true;
}
