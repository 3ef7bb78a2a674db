/* buf.c - a growing byte buffer with a hard cap and a sticky error. */
#include "config.h"
#include "buf.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"

#define BUF_FIRST 64u

/* What an empty buffer points at, so that data is never NULL and always ends in 0. Never written to: size is 0. */
static uint8_t buf_empty[1];

void buf_init(struct buf *b, size_t cap)
{
	*b = (struct buf){ .data = buf_empty, .cap = cap == 0 ? BUF_CAP : cap };
}

void buf_clear(struct buf *b)
{
	if (b->size > 0)
		free(b->data);
	buf_init(b, b->cap);
}

void buf_wipe(struct buf *b)
{
	if (b->size > 0)
		explicit_bzero(b->data, b->size);
	buf_clear(b);
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	b->err = 0;
	if (b->size > 0)
		b->data[0] = 0;
}

void *buf_reserve(struct buf *b, size_t n)
{
	size_t size, need;
	uint8_t *data;

	if (b->err != 0)
		return NULL;
	if (n > b->cap || b->len > b->cap - n) {
		b->err = ERR_TOOLONG;
		return NULL;
	}
	need = b->len + n + 1;
	if (need > b->size) {
		for (size = b->size == 0 ? BUF_FIRST : b->size; size < need; size *= 2)
			if (size > SIZE_MAX / 2) {
				size = need;
				break;
			}
		if (size > b->cap + 1)
			size = b->cap + 1;
		/* Not realloc(): it would leave the old bytes, perhaps a secret, behind in freed memory. */
		if ((data = malloc(size)) == NULL) {
			b->err = ERR_NOMEM;
			return NULL;
		}
		memcpy(data, b->data, b->len + 1);
		if (b->size > 0) {
			explicit_bzero(b->data, b->len);
			free(b->data);
		}
		b->data = data;
		b->size = size;
	}
	return b->data + b->len;
}

void buf_commit(struct buf *b, size_t n)
{
	if (b->err != 0 || n == 0)
		return;
	b->len += n;
	b->data[b->len] = 0;
}

void buf_put(struct buf *b, const void *p, size_t n)
{
	void *at;

	if (n == 0 || (at = buf_reserve(b, n)) == NULL)
		return;
	memcpy(at, p, n);
	buf_commit(b, n);
}

void buf_putc(struct buf *b, int byte)
{
	uint8_t c = (uint8_t)byte;

	buf_put(b, &c, 1);
}

void buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void buf_put_dec(struct buf *b, int64_t v)
{
	buf_printf(b, "%" PRId64, v);
}

void buf_put_hex(struct buf *b, const void *p, size_t n)
{
	static const char digit[] = "0123456789abcdef";
	const uint8_t *from = p;
	size_t i;
	char *at;

	if (n > SIZE_MAX / 2) {
		b->err = b->err != 0 ? b->err : ERR_TOOLONG;
		return;
	}
	if (n == 0 || (at = buf_reserve(b, 2 * n)) == NULL)
		return;
	for (i = 0; i < n; i++) {
		at[2 * i] = digit[from[i] >> 4];
		at[2 * i + 1] = digit[from[i] & 15];
	}
	buf_commit(b, 2 * n);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	char *at;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->err = b->err != 0 ? b->err : ERR_PARSE;
		return;
	}
	if (n == 0 || (at = buf_reserve(b, (size_t)n)) == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(at, (size_t)n + 1, fmt, ap);
	va_end(ap);
	buf_commit(b, (size_t)n);
}

void buf_drop(struct buf *b, size_t n)
{
	if (n == 0)
		return;
	if (n > b->len)
		n = b->len;
	b->len -= n;
	if (b->size > 0) {
		memmove(b->data, b->data + n, b->len);
		b->data[b->len] = 0;
	}
}

int buf_end(const struct buf *b)
{
	return b->err;
}

const char *buf_str(const struct buf *b)
{
	return (const char *)b->data;
}

char *buf_take(struct buf *b)
{
	char *s = NULL;

	if (b->err == 0) {
		if (b->size > 0) {
			s = (char *)b->data;
			buf_init(b, b->cap);
		} else {
			s = calloc(1, 1);
		}
	}
	return s;
}
