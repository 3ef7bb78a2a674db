/* filling_pack.c - see filling_pack.h. Most answers are codes of one digit, asked of every member: a byte each and little beside. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "err.h"
#include "filling_pack.h"

#define PACKED 0xff
enum kind { BYTES, DECIMAL, DAY, NONE };
#define DECIMAL_DIGITS 18        /* with two bits of kind it stays below 2^63 */

/* --- writing ---------------------------------------------------------------------------------------------------------- */

static void put_uint(struct buf *b, uint64_t v)
{
	for (; v > 0x7f; v >>= 7)
		buf_putc(b, (int)(v & 0x7f) | 0x80);
	buf_putc(b, (int)v);
}

static bool digits(const char *s, size_t n, uint64_t *v)
{
	for (*v = 0; n > 0; n--, s++) {
		if (*s < '0' || *s > '9')
			return false;
		*v = *v * 10 + (uint64_t)(*s - '0');
	}
	return true;
}

/* Only what comes back to the byte: no leading zero, no other shape of a day. */
static void put_value(struct buf *b, const char *s)
{
	size_t n = s ? strlen(s) : 0;
	uint64_t v, month, day;

	if (s == NULL) {
		put_uint(b, NONE);
	} else if (n > 0 && n <= DECIMAL_DIGITS && (*s != '0' || n == 1) && digits(s, n, &v)) {
		put_uint(b, v << 2 | DECIMAL);
	} else if (n == 10 && s[4] == '-' && s[7] == '-' && digits(s, 4, &v) && digits(s + 5, 2, &month) && digits(s + 8, 2, &day)) {
		put_uint(b, (v * 10000 + month * 100 + day) << 2 | DAY);
	} else {
		put_uint(b, (uint64_t)n << 2 | BYTES);
		buf_put(b, s, n);
	}
}

static void put_rows(struct buf *b, const struct filling *f)
{
	int64_t last = 0;

	put_uint(b, f->nrow);
	for (size_t i = 0; i < f->nrow; i++) {
		int64_t step = (int64_t)((uint64_t)f->row[i].subject - (uint64_t)last);

		put_uint(b, f->row[i].roster);
		put_uint(b, f->row[i].row);
		put_uint(b, f->row[i].of);
		put_uint(b, (uint64_t)step << 1 ^ (uint64_t)(step >> 63));
		last = f->row[i].subject;
	}
}

static bool same_rows(const struct answer *a, const struct answer *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i].row != b[i].row)
			return false;
	return true;
}

static void put_groups(struct buf *b, const struct answer *v, size_t n)
{
	const struct answer *listed = NULL;
	size_t nlisted = 0, k;
	uint32_t field = 0;

	for (size_t i = 0; i < n; i += k) {
		for (k = 1; i + k < n && v[i + k].field == v[i].field; k++)
			;
		bool again = k == nlisted && same_rows(listed, v + i, k);
		put_uint(b, (uint64_t)(v[i].field - field) << 1 | again);
		field = v[i].field;
		if (!again) {
			uint32_t row = 0;

			put_uint(b, k);
			for (size_t j = 0; j < k; j++) {
				put_uint(b, v[i + j].row - row);
				row = v[i + j].row;
			}
			listed = v + i;
			nlisted = k;
		}
		for (size_t j = 0; j < k; j++)
			put_value(b, v[i + j].value);
	}
	put_uint(b, 0);
}

static int place(const struct answer *a, const struct answer *b)
{
	return a->field != b->field ? (a->field > b->field) - (a->field < b->field) : (a->row > b->row) - (a->row < b->row);
}

/* What has to be said so that base becomes f, in the order of the answers. Values are borrowed. */
static size_t difference(const struct filling *f, const struct filling *base, struct answer *out)
{
	size_t n = 0, i = 0, k = 0;

	while (i < f->n || k < base->n) {
		int c = i == f->n ? 1 : k == base->n ? -1 : place(&f->v[i], &base->v[k]);

		if (c > 0) {
			out[n++] = (struct answer){ base->v[k].field, base->v[k].row, NULL };
			k++;
		} else if (c < 0 || strcmp(f->v[i].value, base->v[k].value) != 0) {
			out[n++] = f->v[i];
		}
		i += c <= 0;
		k += c == 0;
	}
	return n;
}

int filling_pack(const struct filling *f, const struct filling *base, struct buf *b)
{
	struct answer *d = NULL;

	/* A head of 0 ends the groups, so a field numbered 0 cannot be told: no form has one. */
	if (f->n && f->v[0].field == 0)
		return ERR_RANGE;
	if (base && (d = calloc(f->n + base->n + 1, sizeof *d)) == NULL)
		return ERR_NOMEM;
	buf_putc(b, PACKED);
	put_rows(b, f);
	if (base)
		put_groups(b, d, difference(f, base, d));
	else
		put_groups(b, f->v, f->n);
	free(d);
	return buf_end(b);
}

/* --- reading ---------------------------------------------------------------------------------------------------------- */

struct in { const uint8_t *p; size_t n; bool bad; };

static uint64_t take_uint(struct in *in)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		if (in->n == 0)
			break;
		uint8_t c = *in->p++;
		in->n--;
		v |= (uint64_t)(c & 0x7f) << shift;
		if (c < 0x80)
			return v;
	}
	in->bad = true;
	return 0;
}

static uint32_t take_u32(struct in *in)
{
	uint64_t v = take_uint(in);

	in->bad |= v > UINT32_MAX;
	return (uint32_t)v;
}

static int take_value(struct in *in, struct filling *f, uint32_t field, uint32_t row)
{
	char text[FILLING_VALUE_MAX + 1];
	uint64_t head = take_uint(in), v = head >> 2;

	text[0] = '\0';
	switch ((enum kind)(head & 3)) {
	case BYTES:
		if (v > in->n || v > FILLING_VALUE_MAX)
			return ERR_PARSE;
		memcpy(text, in->p, v);
		text[v] = '\0';
		in->p += v;
		in->n -= v;
		break;
	case DECIMAL:
		snprintf(text, sizeof text, "%llu", (unsigned long long)v);
		break;
	case DAY:
		if (v > 99999999)
			return ERR_PARSE;
		snprintf(text, sizeof text, "%04u-%02u-%02u", (unsigned)(v / 10000), (unsigned)(v / 100 % 100), (unsigned)(v % 100));
		break;
	case NONE:
		break;
	}
	return in->bad ? ERR_PARSE : filling_set(f, field, row, text);
}

static int take_rows(struct in *in, struct filling *f)
{
	uint64_t n = take_uint(in);
	int64_t subject = 0;
	int r = 0;

	for (; n > 0 && !in->bad && r == 0; n--) {
		uint32_t roster = take_u32(in), row = take_u32(in), of = take_u32(in);
		uint64_t step = take_uint(in);

		subject = (int64_t)((uint64_t)subject + (step >> 1 ^ -(step & 1)));
		if (!in->bad)
			r = filling_row_add(f, roster, row, subject, of);
	}
	return r;
}

static int take_groups(struct in *in, struct filling *f)
{
	uint32_t row[FILLING_ROWS_MAX + 1], field = 0;
	size_t n = 0;
	int r = 0;

	for (uint64_t head; r == 0 && (head = take_uint(in)) != 0;) {
		if (head >> 1 > UINT32_MAX - field)
			return ERR_PARSE;
		field += (uint32_t)(head >> 1);
		if (!(head & 1)) {
			uint64_t count = take_uint(in);
			uint32_t at = 0;

			if (count > sizeof row / sizeof *row)
				return ERR_PARSE;
			for (n = 0; n < count; n++)
				row[n] = at += take_u32(in);
		}
		for (size_t i = 0; r == 0 && i < n; i++)
			r = take_value(in, f, field, row[i]);
	}
	return r;
}

bool filling_is_packed(const void *p, size_t n)
{
	return n > 0 && *(const uint8_t *)p == PACKED;
}

int filling_unpack(const uint8_t *p, size_t n, const struct filling *base, struct filling *f)
{
	struct in in = { p, n, false };
	int r = 0;

	if (!filling_is_packed(p, n))
		return ERR_PARSE;
	in.p++;
	in.n--;
	if ((r = take_rows(&in, f)) != 0)
		return r;
	for (size_t i = 0; base && i < base->n && r == 0; i++)
		r = filling_set(f, base->v[i].field, base->v[i].row, base->v[i].value);
	if (r == 0)
		r = take_groups(&in, f);
	return r != 0 ? r : in.bad || in.n != 0 ? ERR_PARSE : 0;
}
