/* fill_check.c - see fill.h: findings at the fields, the walk through them, overrides. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "fill_private.h"

/* Findings of one place go, the others stay in their order. */
static void forget(struct fill *f, uint32_t field, uint32_t row)
{
	size_t to = 0;

	for (size_t i = 0; i < f->found.n; i++) {
		struct finding *v = &f->found.v[i];

		if (v->code == FIND_NONE || (v->field == field && v->row == row)) {
			for (int k = 0; k < FINDING_ARGS; k++)
				free(v->arg[k]);
			continue;
		}
		if (to != i)
			f->found.v[to] = *v;
		to++;
	}
	f->found.n = to;
	if (f->problem >= to)
		f->problem = 0;
}

/* Where a finding stands in the order of asking: household findings before the first field. */
static uint64_t place(const struct fill *f, const struct finding *v)
{
	for (size_t i = 0; i < f->form->nfield; i++) {
		const struct field *d = &f->form->field[i];
		size_t first = i;

		if (d->number != v->field)
			continue;
		while (d->roster != 0 && first > 0 && f->form->field[first - 1].roster == d->roster)
			first--;
		return (uint64_t)(first + 1) << 40 | (uint64_t)v->row << 20 | (i + 1);
	}
	return 0;
}

static void sort(struct fill *f)
{
	for (size_t i = 1; i < f->found.n; i++) {
		struct finding v = f->found.v[i];
		uint64_t at = place(f, &v);
		size_t k = i;

		while (k > 0 && place(f, &f->found.v[k - 1]) > at) {
			f->found.v[k] = f->found.v[k - 1];
			k--;
		}
		f->found.v[k] = v;
	}
}

void fill_check_one(struct fill *f, const struct field *d, uint32_t row)
{
	forget(f, d->number, row);
	form_check_field(f->form, &f->answers, d, row, &f->env, &f->found);
	sort(f);
}

/* Is it still wrong there? Only what the form itself can answer: what the store said stays until its own field is typed in. */
static bool still(struct fill *f, const struct finding *v)
{
	const struct field *d = form_field(f->form, v->field);
	struct finding_list now;
	bool found;

	if (v->severity != SEV_BLOCK || d == NULL)
		return true;
	if (d->roster != 0 && filling_row_find(&f->answers, d->roster, v->row) == NULL)
		return true;
	if (!form_relevant(f->form, &f->answers, d, v->row, &f->env))
		return false;
	if (v->code == FIND_required)
		return filling_get(&f->answers, d->number, v->row)[0] == 0 && form_required(f->form, &f->answers, d, v->row, &f->env);
	if (v->code != FIND_constraint)
		return true;
	finding_list_init(&now);
	form_check_field(f->form, &f->answers, d, v->row, &f->env, &now);
	found = finding_first(&now, FIND_constraint) != NULL;
	finding_list_clear(&now);
	return found;
}

void fill_check_others(struct fill *f)
{
	for (size_t i = 0; i < f->found.n; i++)
		if (f->found.v[i].code != FIND_NONE && !still(f, &f->found.v[i]))
			f->found.v[i].code = FIND_NONE;
	forget(f, 0, UINT32_MAX);
}

void fill_check(struct fill *f)
{
	fill_leave(f);
	finding_list_clear(&f->found);
	finding_list_init(&f->found);
	form_calculate(f->form, &f->answers, &f->env);
	form_check(f->form, &f->answers, &f->env, &f->found);
	sort(f);
	f->problem = 0;
}

void fill_check_answered(struct fill *f)
{
	form_calculate(f->form, &f->answers, &f->env);
	form_check(f->form, &f->answers, &f->env, &f->found);
	for (size_t i = 0; i < f->found.n; i++) {
		struct finding *v = &f->found.v[i];

		if (v->field == 0 || filling_get(&f->answers, v->field, v->row)[0] == 0)
			v->code = FIND_NONE;
	}
	forget(f, 0, UINT32_MAX);
	sort(f);
	f->problem = 0;
}

void fill_blame(struct fill *f, const struct finding_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct finding *v = &list->v[i];
		struct finding *mine = finding_add(&f->found, (enum finding_code)v->code, v->field, v->row,
		                                   v->arg[0], v->arg[0] != NULL ? v->arg[1] : NULL,
		                                   v->arg[0] != NULL && v->arg[1] != NULL ? v->arg[2] : NULL,
		                                   v->arg[0] != NULL && v->arg[1] != NULL && v->arg[2] != NULL ? v->arg[3] : NULL, NULL);

		if (mine != NULL)
			mine->severity = v->severity;
	}
	sort(f);
	f->problem = 0;
}

const struct finding *fill_finding(const struct fill *f, uint32_t field, uint32_t row)
{
	const struct finding *worst = NULL;

	for (size_t i = 0; i < f->found.n; i++) {
		const struct finding *v = &f->found.v[i];

		if (v->field == field && v->row == row && v->code != FIND_NONE && (worst == NULL || v->severity > worst->severity))
			worst = v;
	}
	return worst;
}

bool fill_overridden(const struct fill *f, const struct finding *v)
{
	for (size_t i = 0; i < f->noverride; i++)
		if (f->override[i].code == v->code && f->override[i].field == v->field && f->override[i].row == v->row)
			return true;
	return false;
}

bool fill_override(struct fill *f, const struct finding *v, const char *reason)
{
	const struct finding_info *info = finding_info(v->code);
	struct fill_override *more;
	char *copy;

	if (info == NULL || !info->may_override || reason[0] == 0)
		return false;
	if (fill_overridden(f, v))
		return true;
	more = realloc(f->override, (f->noverride + 1) * sizeof(*more));
	copy = strdup(reason);
	if (more != NULL)
		f->override = more;
	if (more == NULL || copy == NULL) {
		free(copy);
		return false;
	}
	f->override[f->noverride++] = (struct fill_override){ v->code, v->field, v->row, copy };
	return true;
}

static bool counts(const struct fill *f, const struct finding *v)
{
	return v->severity == SEV_BLOCK && v->code != FIND_NONE && !fill_overridden(f, v);
}

size_t fill_problems(const struct fill *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->found.n; i++)
		if (counts(f, &f->found.v[i]))
			n++;
	return n;
}

/* Where the walk goes on from: the problem it stands at, or the cursor once that was moved away from it. */
static struct finding walk_from(const struct fill *f)
{
	const struct field *here = fill_field(f), *d;
	struct finding from = { .code = FIND_NONE };

	if (f->problem < f->found.n)
		from = f->found.v[f->problem];
	d = form_field(f->form, from.field);
	if (here == NULL || (from.field == here->number && from.row == f->at.row))
		return from;
	if (d == NULL ? from.code == FIND_NONE : fill_focusable(f, d, from.row))
		from = (struct finding){ .code = FIND_NONE, .field = here->number, .row = f->at.row };
	return from;
}

/* Leaving a field checks it anew, which moves the findings: the walk is put back to where it was, or, when that is mended, between
 * its neighbours. */
static void walk_at(struct fill *f, const struct finding *from, int direction)
{
	uint64_t at = place(f, from);
	size_t n = f->found.n, before = 0;

	for (size_t i = 0; i < n; i++) {
		const struct finding *v = &f->found.v[i];

		if (v->code == from->code && v->field == from->field && v->row == from->row) {
			f->problem = i;
			return;
		}
		if (place(f, v) < at || (place(f, v) == at && (from->code == FIND_NONE) == (direction > 0)))
			before = i + 1;
	}
	f->problem = direction > 0 ? (before + n - 1) % n : before % n;
}

bool fill_problem_go(struct fill *f, int direction)
{
	bool blocks = fill_problems(f) > 0;
	struct finding from = walk_from(f);
	size_t n;

	fill_leave(f);
	n = f->found.n;
	if (n == 0)
		return false;
	if (direction != 0)
		walk_at(f, &from, direction);
	for (size_t step = 0; step < n; step++) {
		const struct finding *v;
		size_t i;

		if (direction != 0)
			f->problem = (f->problem + (direction > 0 ? 1 : n - 1)) % n;
		v = &f->found.v[f->problem];
		if (direction == 0)
			direction = 1;
		if ((blocks && !counts(f, v)) || v->code == FIND_NONE)
			continue;
		for (i = 0; i < f->form->nfield && f->form->field[i].number != v->field; i++)
			;
		if (i < f->form->nfield) {
			const struct field *d = &f->form->field[i];

			if (d->roster == 0 || filling_row_find(&f->answers, d->roster, v->row) != NULL) {
				if (fill_focusable(f, d, d->roster != 0 ? v->row : 0))
					fill_stand(f, (struct fill_pos){ i, d->roster != 0 ? v->row : 0, false });
			}
		}
		return true;
	}
	return false;
}
