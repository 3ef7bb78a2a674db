/* arena.c - memory that is given back all at once. */
#include "config.h"
#include "arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_FIRST 992u             /* bytes of the first block, 1 KiB with its head: a session has a dozen arenas with little in
                                      * each; every further block is twice the last */
#define ARENA_LARGEST (256u << 10)

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	max_align_t data[];
};

/* Invariant: data[used..size) is zero, so nothing need be cleared when memory is handed out; and as what was used is
 * wiped when it comes back, a password that passed through a request is not found in freed memory afterwards. */
static void arena_wipe(struct arena_block *b)
{
	explicit_bzero(b->data, b->used);
	b->used = 0;
}

void arena_init(struct arena *a, size_t cap)
{
	*a = (struct arena){ .cap = cap };
}

void arena_clear(struct arena *a)
{
	struct arena_block *b, *next;

	for (b = a->blocks; b != NULL; b = next) {
		next = b->next;
		arena_wipe(b);
		free(b);
	}
	arena_init(a, a->cap);
}

void arena_reset(struct arena *a)
{
	struct arena_block *keep = a->blocks;

	if (keep == NULL)
		return;
	if (keep->size > ARENA_LARGEST) {
		arena_clear(a);
		return;
	}
	a->blocks = keep->next;
	arena_clear(a);
	arena_wipe(keep);
	keep->next = NULL;
	a->blocks = keep;
}

static struct arena_block *arena_grow(struct arena *a, size_t n)
{
	struct arena_block *b;
	size_t size = a->blocks == NULL ? ARENA_FIRST : a->blocks->size * 2;

	if (size > ARENA_LARGEST)
		size = ARENA_LARGEST;
	if (size < n)
		size = n;
	if ((b = calloc(1, sizeof *b + size)) == NULL)
		return NULL;
	b->size = size;
	b->next = a->blocks;
	a->blocks = b;
	return b;
}

void *arena_alloc(struct arena *a, size_t n)
{
	struct arena_block *b = a->blocks;
	const size_t align = sizeof(max_align_t);
	uint8_t *p;

	if (n > SIZE_MAX / 2)
		return NULL;
	n = (n + align - 1) / align * align;
	if (n == 0)
		n = align;
	if (a->cap != 0 && (a->used > a->cap || n > a->cap - a->used))
		return NULL;
	if (b == NULL || b->size - b->used < n) {
		if ((b = arena_grow(a, n)) == NULL)
			return NULL;
	}
	p = (uint8_t *)b->data + b->used;
	b->used += n;
	a->used += n;
	return p;
}

void *arena_dup(struct arena *a, const void *p, size_t n)
{
	void *copy = arena_alloc(a, n);

	if (copy != NULL && n > 0)
		memcpy(copy, p, n);
	return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *copy;

	if (n == SIZE_MAX || (copy = arena_alloc(a, n + 1)) == NULL)
		return NULL;
	if (n > 0)
		memcpy(copy, s, n);
	return copy;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || (s = arena_alloc(a, (size_t)n + 1)) == NULL)
		return NULL;
	va_start(ap, fmt);
	vsnprintf(s, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return s;
}
