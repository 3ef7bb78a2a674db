/* filling_cbor.c - a filling as rows of the wire and as stored bytes.
 *
 * Stored: CBOR map {1: [[roster, row, subject, of] ..], 2: [[field, row, value] ..]}, in the filling's own order. */
#include "config.h"
#include "wire.h"

#include <string.h>

#include "err.h"
#include "filling.h"
#include "item.h"
#include "text.h"

enum { KEY_ROWS = 1, KEY_ANSWERS = 2, ROW_PARTS = 4, ANSWER_PARTS = 3 };

int wire_filling_bytes(const struct filling *f, struct buf *out)
{
	size_t i;

	item_put_map(out, 2);
	item_put_uint(out, KEY_ROWS);
	item_put_array(out, f->nrow);
	for (i = 0; i < f->nrow; i++) {
		item_put_array(out, ROW_PARTS);
		item_put_uint(out, f->row[i].roster);
		item_put_uint(out, f->row[i].row);
		item_put_int(out, f->row[i].subject);
		item_put_uint(out, f->row[i].of);
	}
	item_put_uint(out, KEY_ANSWERS);
	item_put_array(out, f->n);
	for (i = 0; i < f->n; i++) {
		item_put_array(out, ANSWER_PARTS);
		item_put_uint(out, f->v[i].field);
		item_put_uint(out, f->v[i].row);
		item_put_text(out, f->v[i].value, strlen(f->v[i].value));
	}
	return buf_end(out);
}

static int filling_take_u32(struct item_in *in, uint32_t *v)
{
	struct item item;

	if (item_take_kind(in, ITEM_UINT, &item) != 0 || item.value > UINT32_MAX)
		return ERR_PARSE;
	*v = (uint32_t)item.value;
	return 0;
}

static int filling_take_array(struct item_in *in, uint64_t *n)
{
	struct item item;

	if (item_take_kind(in, ITEM_ARRAY, &item) != 0 || item.value > in->n)
		return ERR_PARSE;
	*n = item.value;
	return 0;
}

static int filling_take_key(struct item_in *in, uint32_t expected)
{
	uint32_t key;

	return filling_take_u32(in, &key) == 0 && key == expected ? 0 : ERR_PARSE;
}

static int filling_take_row(struct item_in *in, struct filling *f)
{
	struct filling_row row;
	uint64_t parts;

	if (filling_take_array(in, &parts) != 0 || parts != ROW_PARTS || filling_take_u32(in, &row.roster) != 0
	    || filling_take_u32(in, &row.row) != 0 || item_take_int(in, &row.subject) != 0 || filling_take_u32(in, &row.of) != 0)
		return ERR_PARSE;
	return filling_row_add(f, row.roster, row.row, row.subject, row.of);
}

static int filling_put(struct filling *f, uint32_t field, uint32_t row, const char *s, size_t n)
{
	char value[FILLING_VALUE_MAX + 1];

	if (n > FILLING_VALUE_MAX)
		return ERR_PARSE;
	memcpy(value, s, n);
	value[n] = '\0';
	return filling_set(f, field, row, value);
}

static int filling_take_answer(struct item_in *in, struct filling *f)
{
	uint32_t field, row;
	struct item value;
	uint64_t parts;

	if (filling_take_array(in, &parts) != 0 || parts != ANSWER_PARTS || filling_take_u32(in, &field) != 0
	    || filling_take_u32(in, &row) != 0 || item_take_kind(in, ITEM_TEXT, &value) != 0)
		return ERR_PARSE;
	return filling_put(f, field, row, (const char *)value.p, value.value);
}

int wire_filling_read(const uint8_t *p, size_t n, struct filling *f)
{
	struct item_in in = { p, n };
	struct item map;
	uint64_t i, count;
	int e;

	if (item_take_kind(&in, ITEM_MAP, &map) != 0 || map.value != 2)
		return ERR_PARSE;
	if (filling_take_key(&in, KEY_ROWS) != 0 || filling_take_array(&in, &count) != 0)
		return ERR_PARSE;
	for (i = 0; i < count; i++)
		if ((e = filling_take_row(&in, f)) != 0)
			return e;
	if (filling_take_key(&in, KEY_ANSWERS) != 0 || filling_take_array(&in, &count) != 0)
		return ERR_PARSE;
	for (i = 0; i < count; i++)
		if ((e = filling_take_answer(&in, f)) != 0)
			return e;
	return in.n == 0 ? 0 : ERR_PARSE;
}

int wire_filling_rows(const struct filling *f, struct arena *arena, struct w_answer **answer, size_t *nanswer,
	struct w_filling_row **row, size_t *nrow)
{
	struct w_answer *a = arena_alloc(arena, f->n * sizeof *a);
	struct w_filling_row *r = arena_alloc(arena, f->nrow * sizeof *r);
	size_t i;

	if (a == NULL || r == NULL)
		return ERR_NOMEM;
	for (i = 0; i < f->n; i++) {
		a[i].field = f->v[i].field;
		a[i].row = f->v[i].row;
		if ((a[i].value = arena_strdup(arena, f->v[i].value)) == NULL)
			return ERR_NOMEM;
	}
	for (i = 0; i < f->nrow; i++) {
		r[i].roster = f->row[i].roster;
		r[i].row = f->row[i].row;
		r[i].subject = f->row[i].subject;
		r[i].of = f->row[i].of;
	}
	*answer = a;
	*nanswer = f->n;
	*row = r;
	*nrow = f->nrow;
	return 0;
}

int wire_filling_from(const struct w_answer *answer, size_t nanswer, const struct w_filling_row *row, size_t nrow, struct filling *f)
{
	size_t i;
	int e;

	for (i = 0; i < nrow; i++) {
		if (row[i].roster > UINT32_MAX || row[i].row > UINT32_MAX || row[i].of > UINT32_MAX)
			return ERR_PARSE;
		e = filling_row_add(f, (uint32_t)row[i].roster, (uint32_t)row[i].row, row[i].subject, (uint32_t)row[i].of);
		if (e != 0)
			return e;
	}
	for (i = 0; i < nanswer; i++) {
		const char *value = answer[i].value == NULL ? "" : answer[i].value;

		if (answer[i].field > UINT32_MAX || answer[i].row > UINT32_MAX || !text_is_clean(value))
			return ERR_PARSE;
		if ((e = filling_set(f, (uint32_t)answer[i].field, (uint32_t)answer[i].row, value)) != 0)
			return e;
	}
	return 0;
}
