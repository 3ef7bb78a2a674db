/* register_answers.c - answers without a column of their own, as the canonical CBOR they are stored in.
 *
 * A map of field number (unsigned, ascending, shortest form) to text. Written by hand: two kinds of item do not want a codec,
 * and the bytes go into commitments, so they must not depend on a library's taste. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "register_set.h"

static void head(struct buf *b, int major, uint64_t n)
{
	if (n < 24) {
		buf_putc(b, major << 5 | (int)n);
	} else if (n < 0x100) {
		buf_putc(b, major << 5 | 24);
		buf_putc(b, (int)n);
	} else if (n < 0x10000) {
		buf_putc(b, major << 5 | 25);
		buf_putc(b, (int)(n >> 8));
		buf_putc(b, (int)(n & 0xff));
	} else {
		buf_putc(b, major << 5 | 26);
		for (int shift = 24; shift >= 0; shift -= 8)
			buf_putc(b, (int)(n >> shift & 0xff));
	}
}

int answers_bytes(const struct reg_answers *a, struct buf *b)
{
	size_t n = 0;
	for (size_t i = 0; i < a->n; i++)
		n += a->v[i].value[0] != '\0';
	head(b, 5, n);
	for (size_t i = 0; i < a->n; i++) {
		size_t len = strlen(a->v[i].value);
		if (len == 0)
			continue;
		head(b, 0, a->v[i].field);
		head(b, 3, len);
		buf_put(b, a->v[i].value, len);
	}
	return buf_end(b);
}

static bool take(const uint8_t **p, const uint8_t *end, int major, uint64_t *n)
{
	if (*p >= end || **p >> 5 != major)
		return false;
	int more = *(*p)++ & 31;
	*n = (uint64_t)more;
	if (more < 24)
		return true;
	int bytes = more == 24 ? 1 : more == 25 ? 2 : more == 26 ? 4 : 0;
	if (bytes == 0 || end - *p < bytes)
		return false;
	for (*n = 0; bytes > 0; bytes--)
		*n = *n << 8 | *(*p)++;
	return true;
}

int answers_read(const void *bytes, size_t n, struct arena *arena, struct reg_answers *a)
{
	const uint8_t *p = bytes, *end = p + n;
	uint64_t count, field, len;
	*a = (struct reg_answers){ 0 };
	if (n == 0)
		return 0;
	if (!take(&p, end, 5, &count) || count > n)
		return ERR_CORRUPT;
	a->size = (size_t)count;
	if (count != 0 && (a->v = arena_alloc(arena, (size_t)count * sizeof *a->v)) == NULL)
		return ERR_NOMEM;
	for (uint64_t i = 0; i < count; i++) {
		if (!take(&p, end, 0, &field) || field > UINT32_MAX || !take(&p, end, 3, &len) || len > (uint64_t)(end - p))
			return ERR_CORRUPT;
		char *s = arena_strndup(arena, (const char *)p, (size_t)len);
		if (s == NULL)
			return ERR_NOMEM;
		a->v[a->n++] = (struct reg_answer){ (uint32_t)field, s };
		p += len;
	}
	return p == end ? 0 : ERR_CORRUPT;
}

const char *answers_get(const struct reg_answers *a, uint32_t field)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->v[i].field == field)
			return a->v[i].value;
	return "";
}

void set_answer(struct reg_set *set, bool *dirty, struct reg_answers *a, uint32_t field, const char *value)
{
	size_t i = 0;
	if (value == NULL)
		value = "";
	while (i < a->n && a->v[i].field < field)
		i++;
	if (i < a->n && a->v[i].field == field) {
		set_text(set, dirty, &a->v[i].value, value);
		return;
	}
	if (value[0] == '\0')
		return;
	if (a->n == a->size) {
		size_t size = a->size ? a->size * 2 : 16;
		struct reg_answer *v = arena_alloc(set->arena, size * sizeof *v);
		if (v == NULL) {
			set->err = ERR_NOMEM;
			return;
		}
		if (a->n != 0)
			memcpy(v, a->v, a->n * sizeof *v);
		a->v = v;
		a->size = size;
	}
	memmove(&a->v[i + 1], &a->v[i], (a->n - i) * sizeof *a->v);
	a->v[i] = (struct reg_answer){ field, "" };
	a->n++;
	set_text(set, dirty, &a->v[i].value, value);
}
