/* filling.c - the triples (field, row, value) and the rows that hold them. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "err.h"
#include "filling.h"
#include "form.h"

void filling_init(struct filling *f)
{
	memset(f, 0, sizeof *f);
}

void filling_clear(struct filling *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->v[i].value);
	free(f->v);
	free(f->row);
	filling_init(f);
}

/* First index whose (field, row) is not below the one looked for. */
static size_t answer_place(const struct filling *f, uint32_t field, uint32_t row)
{
	size_t lo = 0, hi = f->n;

	/* stored fillings and most of what is sent come in this order: at the end is the commonest place */
	if (hi != 0 && (f->v[hi - 1].field < field || (f->v[hi - 1].field == field && f->v[hi - 1].row < row)))
		return hi;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct answer *a = &f->v[mid];

		if (a->field < field || (a->field == field && a->row < row))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static size_t row_place(const struct filling *f, uint32_t roster, uint32_t row)
{
	size_t lo = 0, hi = f->nrow;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct filling_row *r = &f->row[mid];

		if (r->roster < roster || (r->roster == roster && r->row < row))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool answer_at(const struct filling *f, size_t i, uint32_t field, uint32_t row)
{
	return i < f->n && f->v[i].field == field && f->v[i].row == row;
}

static bool row_at(const struct filling *f, size_t i, uint32_t roster, uint32_t row)
{
	return i < f->nrow && f->row[i].roster == roster && f->row[i].row == row;
}

/* Room for one more element of an array that doubles. */
static int grow(void **v, size_t n, size_t *size, size_t one)
{
	void *p;
	size_t want;

	if (n < *size)
		return 0;
	want = *size != 0 ? *size * 2 : 16;
	if ((p = realloc(*v, want * one)) == NULL)
		return ERR_NOMEM;
	*v = p;
	*size = want;
	return 0;
}

int filling_copy(struct filling *dst, const struct filling *src)
{
	struct filling f;

	filling_init(&f);
	if (src->n != 0 && (f.v = calloc(src->n, sizeof *f.v)) == NULL)
		goto nomem;
	f.size = src->n;
	if (src->nrow != 0 && (f.row = malloc(src->nrow * sizeof *f.row)) == NULL)
		goto nomem;
	f.row_size = src->nrow;
	for (size_t i = 0; i < src->n; i++) {
		f.v[i] = src->v[i];
		if ((f.v[i].value = strdup(src->v[i].value)) == NULL)
			goto nomem;
		f.n++;
	}
	if (src->nrow != 0)
		memcpy(f.row, src->row, src->nrow * sizeof *f.row);
	f.nrow = src->nrow;
	filling_clear(dst);
	*dst = f;
	return 0;
nomem:
	filling_clear(&f);
	return ERR_NOMEM;
}

static void answer_remove(struct filling *f, size_t i)
{
	free(f->v[i].value);
	memmove(&f->v[i], &f->v[i + 1], (f->n - i - 1) * sizeof *f->v);
	f->n--;
}

int filling_set(struct filling *f, uint32_t field, uint32_t row, const char *value)
{
	size_t i = answer_place(f, field, row);
	bool there = answer_at(f, i, field, row);
	char *copy;

	if (value == NULL || value[0] == '\0') {
		if (there)
			answer_remove(f, i);
		return 0;
	}
	if (strnlen(value, FILLING_VALUE_MAX + 1) > FILLING_VALUE_MAX)
		return ERR_TOOLONG;
	if (there && strcmp(f->v[i].value, value) == 0)
		return 0;
	if (!there && f->n >= FILLING_ANSWERS_MAX)
		return ERR_TOOLONG;
	if ((copy = strdup(value)) == NULL)
		return ERR_NOMEM;
	if (there) {
		free(f->v[i].value);
		f->v[i].value = copy;
		return 0;
	}
	if (grow((void **)&f->v, f->n, &f->size, sizeof *f->v) != 0) {
		free(copy);
		return ERR_NOMEM;
	}
	memmove(&f->v[i + 1], &f->v[i], (f->n - i) * sizeof *f->v);
	f->v[i] = (struct answer){ .field = field, .row = row, .value = copy };
	f->n++;
	return 0;
}

const char *filling_get(const struct filling *f, uint32_t field, uint32_t row)
{
	size_t i = answer_place(f, field, row);

	return answer_at(f, i, field, row) ? f->v[i].value : "";
}

int filling_row_add(struct filling *f, uint32_t roster, uint32_t row, int64_t subject, uint32_t of)
{
	struct filling_row fresh = { .roster = roster, .row = row, .subject = subject, .of = of };
	size_t i = row_place(f, roster, row);

	if (roster == 0 || row == 0)
		return ERR_RANGE;
	if (row_at(f, i, roster, row)) {
		f->row[i] = fresh;
		return 0;
	}
	if (filling_row_count(f, roster) >= FILLING_ROWS_MAX)
		return ERR_TOOLONG;
	if (grow((void **)&f->row, f->nrow, &f->row_size, sizeof *f->row) != 0)
		return ERR_NOMEM;
	memmove(&f->row[i + 1], &f->row[i], (f->nrow - i) * sizeof *f->row);
	f->row[i] = fresh;
	f->nrow++;
	return 0;
}

const struct filling_row *filling_row_find(const struct filling *f, uint32_t roster, uint32_t row)
{
	size_t i = row_place(f, roster, row);

	return row_at(f, i, roster, row) ? &f->row[i] : NULL;
}

const struct filling_row *filling_row_by_subject(const struct filling *f, uint32_t roster, int64_t subject)
{
	for (size_t i = row_place(f, roster, 0); i < f->nrow && f->row[i].roster == roster; i++)
		if (f->row[i].subject == subject)
			return &f->row[i];
	return NULL;
}

size_t filling_row_count(const struct filling *f, uint32_t roster)
{
	size_t end = roster == UINT32_MAX ? f->nrow : row_place(f, roster + 1, 0);

	return end - row_place(f, roster, 0);
}

uint32_t filling_row_next(const struct filling *f, uint32_t roster, uint32_t after)
{
	size_t i = after == UINT32_MAX ? f->nrow : row_place(f, roster, after + 1);

	return i < f->nrow && f->row[i].roster == roster ? f->row[i].row : 0;
}

int filling_row_drop(struct filling *f, const struct form *form, uint32_t roster, uint32_t row)
{
	size_t at = row_place(f, roster, row), kept = 0;

	if (!row_at(f, at, roster, row))
		return ERR_NOTFOUND;
	memmove(&f->row[at], &f->row[at + 1], (f->nrow - at - 1) * sizeof *f->row);
	f->nrow--;
	for (size_t i = 0; i < f->n; i++) {
		const struct field *field = form_field(form, f->v[i].field);

		if (f->v[i].row == row && field != NULL && field->roster == roster)
			free(f->v[i].value);
		else
			f->v[kept++] = f->v[i];
	}
	f->n = kept;
	/* A roster names a roster declared before it, so this goes only as deep as rosters nest in the form. */
	for (size_t i = 0; i < form->nroster; i++) {
		uint32_t r = 0;

		if (form->roster[i].of != roster)
			continue;
		while ((r = filling_row_next(f, form->roster[i].number, r)) != 0)
			if (filling_row_find(f, form->roster[i].number, r)->of == row)
				filling_row_drop(f, form, form->roster[i].number, r);
	}
	return 0;
}
