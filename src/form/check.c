/* check.c - the whole filling: every relevant field, missing answers, relations, and what was wrong before already. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "check_eval.h"
#include "err.h"
#include "nik.h"
#include "person.h"

#define END ((char *)NULL)

static const struct field *stored_in(const struct form *form, uint32_t roster, const char *store)
{
	for (size_t i = 0; i < form->nfield; i++)
		if (form->field[i].roster == roster && form->field[i].store != NULL && strcmp(form->field[i].store, store) == 0)
			return &form->field[i];
	return NULL;
}

static const char *number_text(char out[static 16], uint32_t n)
{
	snprintf(out, 16, "%u", n);
	return out;
}

/* Answers and rows the form does not know: a client of another version, or one that lies. */
static void check_structure(struct checking *c, struct finding_list *out)
{
	const struct filling *f = c->filling;
	char text[16];

	for (size_t i = 0; i < f->nrow; i++) {
		const struct roster *r = form_roster(c->form, f->row[i].roster);

		if (r == NULL || (r->of != 0 && filling_row_find(f, r->of, f->row[i].of) == NULL))
			finding_add(out, FIND_no_such_field, 0, 0, number_text(text, f->row[i].roster), END);
	}
	for (size_t i = 0; i < f->n; i++) {
		const struct field *field = form_field(c->form, f->v[i].field);

		if (field == NULL ||
			(field->roster == 0 ? f->v[i].row != 0 : filling_row_find(f, field->roster, f->v[i].row) == NULL))
			finding_add(out, FIND_no_such_field, 0, 0, number_text(text, f->v[i].field), END);
	}
}

static void check_one(struct checking *c, const struct field *f, uint32_t row, struct finding_list *out)
{
	bool nik_reason = f->store != NULL && strcmp(f->store, "person.nik_reason") == 0;

	if (!checking_relevant(c, (size_t)(f - c->form->field), row))
		return;
	if (filling_get(c->filling, f->number, row)[0] != '\0')
		checking_field(c, f, row, out);
	else if (checking_required(c, f, row))
		finding_add(out, nik_reason ? FIND_nik_missing_reason : FIND_required, f->number, row, END);
}

static void check_size(struct checking *c, const struct roster *r, struct finding_list *out)
{
	size_t n = filling_row_count(c->filling, r->number);
	const struct section *s = &c->form->section[r->section];
	bool asked = true;
	char text[16];

	if (s->relevant != NULL && s->roster == 0 && checking_truth(c, s->relevant, 0, 0, &asked) != 0)
		asked = true;
	if (asked && n < (size_t)r->min)
		finding_add(out, FIND_too_few_rows, r->number, 0, r->label_id, number_text(text, (uint32_t)r->min), END);
	if (n > (size_t)r->max)
		finding_add(out, FIND_too_many_rows, r->number, 0, r->label_id, number_text(text, (uint32_t)r->max), END);
}

/* In the order of the paper: household fields where they stand, a roster row by row where its first field stands. */
static void check_fields(struct checking *c, struct finding_list *out)
{
	const struct form *form = c->form;

	for (size_t i = 0; i < form->nfield; i++) {
		uint32_t roster = form->field[i].roster, row = 0;
		bool first = true;

		if (roster == 0) {
			check_one(c, &form->field[i], 0, out);
			continue;
		}
		for (size_t k = 0; k < i && first; k++)
			first = form->field[k].roster != roster;
		if (!first)
			continue;
		check_size(c, form_roster(form, roster), out);
		while ((row = filling_row_next(c->filling, roster, row)) != 0)
			for (size_t k = i; k < form->nfield; k++)
				if (form->field[k].roster == roster)
					check_one(c, &form->field[k], row, out);
	}
}

/* The columns of a roster of persons that have to fit together; NULL where the form does not ask them. */
struct members { uint32_t roster; const struct field *nik, *presence, *relation, *family_no, *family_relation; };

static bool present(struct checking *c, const struct members *m, uint32_t row)
{
	return presence_member(atoi(checking_answer(c, m->presence, row)));
}

static void check_niks(struct checking *c, const struct members *m, struct finding_list *out)
{
	const struct filling *f = c->filling;
	struct nik parsed;
	uint32_t row = 0;
	char text[16];

	while (m->nik != NULL && !m->nik->readonly && (row = filling_row_next(f, m->roster, row)) != 0) {
		const char *nik = checking_answer(c, m->nik, row);
		uint32_t before = 0;

		if (!nik_parse(nik, &parsed) || !present(c, m, row))
			continue;
		while ((before = filling_row_next(f, m->roster, before)) != row)
			if (strcmp(nik, checking_answer(c, m->nik, before)) == 0 && present(c, m, before)) {
				finding_add(out, FIND_nik_twice_here, m->nik->number, row, number_text(text, before), END);
				break;
			}
	}
}

/* Number of the family card group a row belongs to; one family is the rule, so an empty one is "1". */
static const char *family_of(struct checking *c, const struct members *m, uint32_t row)
{
	const char *no = checking_answer(c, m->family_no, row);

	return no[0] != '\0' ? no : "1";
}

/* One head among the rows present, of all (family NULL) or of one family. */
static void check_head(struct checking *c, const struct members *m, const struct field *relation, const char *family,
	uint32_t first, struct finding_list *out)
{
	uint32_t row = 0;
	int heads = 0;

	while ((row = filling_row_next(c->filling, m->roster, row)) != 0) {
		if (!present(c, m, row) || (family != NULL && strcmp(family, family_of(c, m, row)) != 0) ||
		    strcmp(checking_answer(c, relation, row), "1") != 0)
			continue;
		if (++heads == 2)
			finding_add(
				out, family != NULL ? FIND_family_head_twice : FIND_head_twice, relation->number, row, family, END);
	}
	if (heads == 0)
		finding_add(
			out, family != NULL ? FIND_family_head_missing : FIND_head_missing, relation->number, first, family, END);
}

static void check_heads(struct checking *c, const struct members *m, struct finding_list *out)
{
	uint32_t row = 0;
	bool any = false;

	while ((row = filling_row_next(c->filling, m->roster, row)) != 0) {
		uint32_t before = 0;
		bool known = false;

		if (!present(c, m, row))
			continue;
		if (!any && m->relation != NULL && !m->relation->readonly)
			check_head(c, m, m->relation, NULL, row, out);
		any = true;
		while (!known && (before = filling_row_next(c->filling, m->roster, before)) != row)
			known = present(c, m, before) && strcmp(family_of(c, m, before), family_of(c, m, row)) == 0;
		if (!known && m->family_relation != NULL && !m->family_relation->readonly)
			check_head(c, m, m->family_relation, family_of(c, m, row), row, out);
	}
}

static void check_relations(struct checking *c, struct finding_list *out)
{
	for (size_t i = 0; i < c->form->nroster; i++) {
		const struct roster *r = &c->form->roster[i];
		struct members m = { .roster = r->number };

		if (strcmp(r->subject, "person") != 0)
			continue;
		m.nik = stored_in(c->form, r->number, "person.nik");
		m.presence = stored_in(c->form, r->number, "membership.presence");
		m.relation = stored_in(c->form, r->number, "membership.relation");
		m.family_no = stored_in(c->form, r->number, "membership.family_no");
		m.family_relation = stored_in(c->form, r->number, "membership.family_relation");
		check_niks(c, &m, out);
		check_heads(c, &m, out);
	}
}

/* Calculated fields that could not be worked out: the office has to hear of it. */
static void check_calculated(struct checking *c, struct finding_list *out)
{
	for (size_t k = 0; k < c->form->ncalc; k++) {
		size_t i = c->form->calc_order[k];
		const struct field *f = &c->form->field[i];
		uint32_t row = 0;

		do {
			struct buf b;
			int rc;

			if (f->roster != 0 && (row = filling_row_next(c->filling, f->roster, row)) == 0)
				break;
			if (!checking_relevant(c, i, row))
				continue;
			buf_init(&b, FILLING_VALUE_MAX);
			rc = checking_text(c, f->calculate, f->roster, row, &b);
			buf_clear(&b);
			if (rc == ERR_NOMEM)
				out->nomem = true;
			else if (rc != 0)
				finding_add(out, FIND_expression_failed, f->number, row, c->err.text, END);
		} while (f->roster != 0);
	}
}

static int check_all(const struct form *form, const struct filling *given, const struct check_env *env,
	struct finding_list *out)
{
	struct filling filling;
	struct checking c;
	int rc;

	filling_init(&filling);
	if (form->ncalc != 0 &&
		((rc = filling_copy(&filling, given)) != 0 || (rc = form_calculate(form, &filling, env)) != 0)) {
		filling_clear(&filling);
		return rc;
	}
	checking_begin(&c, form, form->ncalc != 0 ? &filling : given, env);
	if ((rc = checking_remember(&c)) == 0) {
		check_structure(&c, out);
		check_fields(&c, out);
		check_calculated(&c, out);
		check_relations(&c, out);
	}
	checking_end(&c);
	filling_clear(&filling);
	return rc != 0 ? rc : out->nomem ? ERR_NOMEM : 0;
}

/* The row of the base that stands for the same person or stored row; 0 when there is none. */
static uint32_t base_row(const struct filling *filling, const struct filling *base, uint32_t roster, uint32_t row)
{
	const struct filling_row *r = filling_row_find(filling, roster, row), *b;

	if (r == NULL || r->subject == 0)
		return 0;
	b = filling_row_by_subject(base, roster, r->subject);
	return b != NULL ? b->row : 0;
}

/* An answer that is missing was missing before: only in a questionnaire, which the register has filled in. What a
 * form for an
 * event asks (reason, date) never stands in the register, so its absence is no inheritance. */
static bool may_inherit(const struct form *form, const struct finding *f)
{
	if (f->code == FIND_required || f->code == FIND_nik_missing_reason)
		return form->kind == NULL;
	return f->code != FIND_row_missing && f->code != FIND_no_such_field && f->code != FIND_expression_failed;
}

static bool inherited(const struct form *form, const struct filling *filling, const struct filling *base,
	const struct finding *f, const struct finding_list *before)
{
	const struct field *field = form_field(form, f->field);
	uint32_t row = 0;

	if (!may_inherit(form, f))
		return false;
	if (field != NULL && field->roster != 0 && f->row != 0 &&
		(row = base_row(filling, base, field->roster, f->row)) == 0)
		return false;
	if (field != NULL && strcmp(filling_get(filling, f->field, f->row), filling_get(base, f->field, row)) != 0)
		return false;
	for (size_t i = 0; i < before->n; i++) {
		const struct finding *b = &before->v[i];

		if (b->code == f->code && b->field == f->field && b->row == row)
			return true;
	}
	return false;
}

/* Nobody is removed by leaving out a row: who has gone is answered for. */
static void check_rows_kept(const struct form *form, const struct filling *filling, const struct filling *base,
	struct finding_list *out)
{
	char text[16];

	for (size_t i = 0; i < base->nrow; i++) {
		const struct filling_row *b = &base->row[i];
		const struct roster *r = form_roster(form, b->roster);

		if (r != NULL && b->subject != 0 && strcmp(r->subject, "person") == 0 &&
			filling_row_by_subject(filling, b->roster, b->subject) == NULL)
			finding_add(out, FIND_row_missing, r->number, 0, number_text(text, b->row), END);
	}
}

int form_check(const struct form *form, const struct filling *filling, const struct check_env *env,
	struct finding_list *out)
{
	struct check_env plain = *env;
	struct finding_list before;
	size_t first = out->n;
	int rc;

	plain.base = NULL;
	if ((rc = check_all(form, filling, &plain, out)) != 0 || env->base == NULL)
		return rc;
	finding_list_init(&before);
	if ((rc = check_all(form, env->base, &plain, &before)) == 0) {
		for (size_t i = first; i < out->n; i++)
			if (out->v[i].severity == SEV_BLOCK && inherited(form, filling, env->base, &out->v[i], &before))
				out->v[i].severity = SEV_WARN;
		check_rows_kept(form, filling, env->base, out);
	}
	finding_list_clear(&before);
	return rc != 0 ? rc : out->nomem ? ERR_NOMEM : 0;
}

int form_submission(const struct form *form, const struct filling *src, const struct check_env *env,
	struct filling *dst)
{
	struct filling whole;
	struct checking c;
	int rc;

	filling_init(&whole);
	checking_begin(&c, form, &whole, env);
	if ((rc = filling_copy(&whole, src)) != 0 || (rc = form_calculate(form, &whole, env)) != 0 ||
		(rc = checking_remember(&c)) != 0)
		goto out;
	filling_clear(dst);
	for (size_t i = 0; i < whole.nrow && rc == 0; i++)
		if (form_roster(form, whole.row[i].roster) != NULL)
			rc = filling_row_add(dst, whole.row[i].roster, whole.row[i].row, whole.row[i].subject, whole.row[i].of);
	for (size_t i = 0; i < whole.n && rc == 0; i++) {
		const struct answer *a = &whole.v[i];
		const struct field *f = form_field(form, a->field);

		if (f == NULL || f->type == FIELD_NOTE ||
			(f->roster == 0 ? a->row != 0 : filling_row_find(&whole, f->roster, a->row) == NULL))
			continue;
		if (checking_relevant(&c, (size_t)(f - form->field), a->row))
			rc = filling_set(dst, a->field, a->row, a->value);
	}
out:
	checking_end(&c);
	filling_clear(&whole);
	return rc;
}
