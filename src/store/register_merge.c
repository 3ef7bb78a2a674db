/* register_merge.c - three-way merge of a filling by (subject, field), by value (change-model.md 2).
 *
 * base = the register as the clerk saw it, now = as it is, mine = what he sent. Rows are first brought to the clerk's numbers,
 * so that every finding points at a row of his form. */
#include "config.h"
#include <string.h>
#include "register_run.h"
#include "text.h"

static uint32_t free_row(const struct filling *a, const struct filling *b, uint32_t roster)
{
	uint32_t row = 1;
	while (filling_row_find(a, roster, row) != NULL || filling_row_find(b, roster, row) != NULL)
		row++;
	return row;
}

/* f with the row numbers that `to` gives the same subjects; others get numbers that `to` does not use. */
int align_filling(const struct form *form, const struct filling *f, const struct filling *to, struct filling *out)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < f->n; i++)
		if (f->v[i].row == 0)
			r = filling_set(out, f->v[i].field, 0, f->v[i].value);
	for (size_t k = 0; r == 0 && k < form->nroster; k++) {
		const struct roster *ro = &form->roster[k];
		for (uint32_t row = filling_row_next(f, ro->number, 0); r == 0 && row != 0; row = filling_row_next(f, ro->number, row)) {
			const struct filling_row *mine = filling_row_find(f, ro->number, row);
			const struct filling_row *there = mine->subject != 0 ? filling_row_by_subject(to, ro->number, mine->subject) : NULL;
			uint32_t at = there != NULL ? there->row : free_row(to, out, ro->number), of = 0;
			if (mine->of != 0 && ro->of != 0) {
				const struct filling_row *owner = filling_row_find(f, ro->of, mine->of);
				if (owner != NULL && (owner = filling_row_by_subject(out, ro->of, owner->subject)) != NULL)
					of = owner->row;
			}
			r = filling_row_add(out, ro->number, at, mine->subject, of);
			for (size_t i = 0; r == 0 && i < form->nfield; i++)
				if (form->field[i].roster == ro->number)
					r = filling_set(out, form->field[i].number, at, filling_get(f, form->field[i].number, row));
		}
	}
	return r;
}

/* Which dossier gave the field the value it has now: the last change before which it had another one. */
int changed_by(struct db *db, struct arena *arena, int64_t household, int64_t since, const struct form *form, uint32_t field, uint32_t roster,
               int64_t subject, const char *value, const char **number)
{
	struct { int64_t seq; const char *number; } c[50];
	size_t n = 0;
	struct q *q = db_q(db, ST_changes_since);
	int r;
	*number = "";
	q_int(q, 1, household);
	q_int(q, 2, since);
	while ((r = q_step(q)) == 1 && n < sizeof c / sizeof *c) {
		c[n].seq = q_get_int(q, 0);
		if ((c[n++].number = q_get_strdup(q, 1, arena)) == NULL)
			r = ERR_NOMEM;
	}
	q_reset(q);
	for (size_t i = 0; r >= 0 && i < n; i++) {
		struct filling before;
		filling_init(&before);
		r = register_filling(db, household, c[i].seq - 1, form, &before);
		const struct filling_row *row = roster != 0 ? filling_row_by_subject(&before, roster, subject) : NULL;
		bool other = r == 0 && strcmp(roster == 0 ? filling_get(&before, field, 0) : row != NULL ? filling_get(&before, field, row->row) : "",
		                              value) != 0;
		filling_clear(&before);
		if (other) {
			*number = c[i].number;
			return 0;
		}
		if (r == ERR_NOTFOUND)
			r = 0;
	}
	return r < 0 ? r : 0;
}

static int conflict(struct reg_run *run, const struct field *f, uint32_t row, int64_t subject, const char *now)
{
	const char *number;
	struct buf b;
	int r = changed_by(run->cx->db, run->cx->arena, run->ch->household, run->ch->base_seq, run->ch->form, f->number, f->roster, subject, now, &number);
	if (r != 0)
		return r;
	buf_init(&b, 0);
	form_show_value(f, now, "id", &b);
	finding_add(run->cx->findings, FIND_conflict, f->number, row, buf_str(&b), number, NULL);
	buf_clear(&b);
	return 0;
}

/* One value. row: in the clerk's numbers. */
static int merge_value(struct reg_run *run, const struct field *f, uint32_t row, int64_t subject, const struct filling *base,
                       const struct filling *now, const struct filling *mine, struct merge_result *res)
{
	const char *b = filling_get(base, f->number, row), *n = filling_get(now, f->number, row), *m = filling_get(mine, f->number, row);
	if (strcmp(m, b) == 0)
		return 0;
	res->wanted = true;
	if (strcmp(m, n) == 0)
		return 0;
	if (strcmp(n, b) != 0)
		return conflict(run, f, row, subject, n);
	res->changed = true;
	return filling_set(&res->merged, f->number, row, m);
}

static bool leaves(const struct form *form, const struct filling *f, uint32_t row)
{
	const struct field *p = form_field_stored(form, "membership.presence");
	const char *v = p != NULL ? filling_get(f, p->number, row) : "";
	return same(v, "2") || same(v, "3") || same(v, "5") || same(v, "6");
}

static bool row_differs(const struct form *form, uint32_t roster, const struct filling *a, const struct filling *b, uint32_t row)
{
	for (size_t i = 0; i < form->nfield; i++)
		if (form->field[i].roster == roster && map_changeable(form, &form->field[i]) &&
		    strcmp(filling_get(a, form->field[i].number, row), filling_get(b, form->field[i].number, row)) != 0)
			return true;
	return false;
}

/* A new member who may be somebody that another dossier added since the base. */
static void compare_added(struct reg_run *run, const struct roster *ro, const struct filling *base, const struct filling *now,
                          const struct filling *mine, uint32_t row)
{
	const struct form *form = run->ch->form;
	const struct field *name = form_field_stored(form, "person.name"), *nik = form_field_stored(form, "person.nik"),
	                   *birth = form_field_stored(form, "person.birth_on");
	for (uint32_t k = filling_row_next(now, ro->number, 0); k != 0; k = filling_row_next(now, ro->number, k)) {
		const struct filling_row *added = filling_row_find(now, ro->number, k);
		if (filling_row_by_subject(base, ro->number, added->subject) != NULL || filling_row_by_subject(mine, ro->number, added->subject) != NULL)
			continue;
		bool nik_same = nik != NULL && filling_get(mine, nik->number, row)[0] != '\0' &&
			strcmp(filling_get(mine, nik->number, row), filling_get(now, nik->number, k)) == 0;
		bool name_same = name != NULL && same(filling_get(mine, name->number, row), filling_get(now, name->number, k));
		bool birth_same = birth == NULL || strcmp(filling_get(mine, birth->number, row), filling_get(now, birth->number, k)) == 0;
		if (nik_same || (name_same && birth_same))
			finding_add(run->cx->findings, FIND_member_added_since, name != NULL ? name->number : 0, row,
			            name != NULL ? filling_get(now, name->number, k) : "", NULL);
	}
}

static int take_row(const struct form *form, uint32_t roster, const struct filling *from, uint32_t row, struct merge_result *res)
{
	const struct filling_row *fr = filling_row_find(from, roster, row);
	int r = filling_row_add(&res->merged, roster, row, fr->subject, fr->of);
	for (size_t i = 0; r == 0 && i < form->nfield; i++)
		if (form->field[i].roster == roster)
			r = filling_set(&res->merged, form->field[i].number, row, filling_get(from, form->field[i].number, row));
	res->changed = res->wanted = true;
	return r;
}

static int merge_members(struct reg_run *run, const struct roster *ro, const struct filling *base, const struct filling *now,
                         const struct filling *mine, struct merge_result *res)
{
	const struct form *form = run->ch->form;
	const struct field *name = form_field_stored(form, "person.name");
	int r = 0;
	/* An absent row is an error, never a removal. */
	for (uint32_t row = filling_row_next(base, ro->number, 0); row != 0; row = filling_row_next(base, ro->number, row))
		if (filling_row_find(mine, ro->number, row) == NULL)
			finding_add(run->cx->findings, FIND_row_missing, 0, row, name != NULL ? filling_get(base, name->number, row) : "", NULL);
	for (uint32_t row = filling_row_next(mine, ro->number, 0); r == 0 && row != 0; row = filling_row_next(mine, ro->number, row)) {
		int64_t subject = filling_row_find(mine, ro->number, row)->subject;
		bool was = filling_row_find(base, ro->number, row) != NULL, is = filling_row_find(now, ro->number, row) != NULL;
		if (subject == 0 || (!was && !is)) {             /* new here */
			if (subject == 0)
				compare_added(run, ro, base, now, mine, row);
			r = take_row(form, ro->number, mine, row, res);
		} else if (!is) {                                /* left since: nothing to do unless the clerk changed something else */
			bool differs = row_differs(form, ro->number, mine, base, row);
			res->wanted |= differs;
			if (differs && !leaves(form, mine, row))
				finding_add(run->cx->findings, FIND_not_a_member, name != NULL ? name->number : 0, row, NULL);
		} else {
			for (size_t i = 0; r == 0 && i < form->nfield; i++)
				if (form->field[i].roster == ro->number && map_changeable(form, &form->field[i]))
					r = merge_value(run, &form->field[i], row, subject, was ? base : now, now, mine, res);
			const struct field *left = form_field_stored(form, "membership.left_on");
			if (r == 0 && left != NULL)              /* goes with the presence; the register keeps it as the end of a row */
				r = filling_set(&res->merged, left->number, row, filling_get(mine, left->number, row));
		}
	}
	return r;
}

/* Businesses and the like: an absent row is a removal. */
static int merge_rows(struct reg_run *run, const struct roster *ro, const struct filling *base, const struct filling *now,
                      const struct filling *mine, struct merge_result *res)
{
	const struct form *form = run->ch->form;
	int r = 0;
	for (uint32_t row = filling_row_next(base, ro->number, 0); r == 0 && row != 0; row = filling_row_next(base, ro->number, row)) {
		if (filling_row_find(mine, ro->number, row) != NULL)
			continue;
		res->wanted = true;
		if (filling_row_find(now, ro->number, row) == NULL)
			continue;
		if (row_differs(form, ro->number, now, base, row)) {
			finding_add(run->cx->findings, FIND_conflict, 0, row, ro->label_id, "", NULL);
			continue;
		}
		res->changed = true;
		r = filling_row_drop(&res->merged, form, ro->number, row);
	}
	for (uint32_t row = filling_row_next(mine, ro->number, 0); r == 0 && row != 0; row = filling_row_next(mine, ro->number, row)) {
		int64_t subject = filling_row_find(mine, ro->number, row)->subject;
		bool was = filling_row_find(base, ro->number, row) != NULL, is = filling_row_find(now, ro->number, row) != NULL;
		if (subject == 0) {
			r = take_row(form, ro->number, mine, row, res);
		} else if (!is) {
			if (!was || row_differs(form, ro->number, mine, base, row))
				finding_add(run->cx->findings, FIND_conflict, 0, row, ro->label_id, "", NULL);
		} else {
			for (size_t i = 0; r == 0 && i < form->nfield; i++)
				if (form->field[i].roster == ro->number && map_changeable(form, &form->field[i]))
					r = merge_value(run, &form->field[i], row, subject, base, now, mine, res);
		}
	}
	return r;
}

int merge_fillings(struct reg_run *run, const struct filling *base, const struct filling *now, const struct filling *mine, struct merge_result *res)
{
	const struct form *form = run->ch->form;
	int r = filling_copy(&res->merged, now);
	for (size_t i = 0; r == 0 && i < form->nfield; i++)
		if (form->field[i].roster == 0 && map_changeable(form, &form->field[i]))
			r = merge_value(run, &form->field[i], 0, 0, base, now, mine, res);
	for (size_t k = 0; r == 0 && k < form->nroster; k++)
		r = strcmp(form->roster[k].name, "member") == 0 ? merge_members(run, &form->roster[k], base, now, mine, res)
			: merge_rows(run, &form->roster[k], base, now, mine, res);
	return r;
}
