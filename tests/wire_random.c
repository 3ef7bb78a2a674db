/* wire_random.c - contents for any request, reply or record, made from its descriptor alone. */
#include "config.h"
#include "wire_random.h"

#include <string.h>

#include "random.h"

struct any_rows { void *v; size_t n; };

static uint64_t random_u64(void)
{
	uint64_t v;

	random_bytes(&v, sizeof v);
	/* every length of head comes up */
	return v >> random_below(64);
}

static const char *random_text(struct arena *a, size_t most)
{
	static const char *const piece[] = { "a", "Z", "9", " ", "'", "\xc3\xa9", "\xe1\xba\x8f", "\xf0\x90\x8d\x88", "\n" };
	size_t n = 0, want = random_below((uint32_t)most + 1), len;
	char *s = arena_alloc(a, most + 1);

	while (n < want) {
		const char *p = piece[random_below(sizeof piece / sizeof piece[0])];

		len = strlen(p);
		if (n + len > most)
			break;
		memcpy(s + n, p, len);
		n += len;
	}
	return s;
}

void wire_random_fill(const struct wire_desc *d, void *base, struct arena *a, size_t rows, size_t text)
{
	size_t i, k;

	memset(base, 0, d->size);
	for (i = 0; i < d->n; i++) {
		const struct wire_field *f = &d->field[i];
		uint8_t *at = (uint8_t *)base + f->offset;
		size_t most = f->max < text ? f->max : text;
		struct any_rows *list;
		struct wbytes *bytes;

		if (!f->required && random_below(4) == 0)
			continue;
		switch ((enum wire_type)f->type) {
		case W_UINT:
			*(uint64_t *)at = random_u64();
			break;
		case W_INT:
			*(int64_t *)at = (int64_t)(random_u64() >> 1) * (random_below(2) ? 1 : -1);
			break;
		case W_BOOL:
			*(bool *)at = random_below(2) != 0;
			break;
		case W_TEXT:
			*(const char **)at = random_text(a, most);
			break;
		case W_BYTES:
			bytes = (void *)at;
			bytes->n = random_below((uint32_t)most + 1);
			bytes->p = arena_alloc(a, bytes->n);
			random_bytes((void *)(uintptr_t)bytes->p, bytes->n);
			break;
		case W_KEY:
			random_bytes(at, 16);
			break;
		case W_RECORD:
			wire_random_fill(f->record, at, a, rows, text);
			break;
		case W_ROWS:
			list = (void *)at;
			list->n = random_below((uint32_t)(f->max < rows ? f->max : rows) + 1);
			list->v = arena_alloc(a, list->n * f->record->size);
			for (k = 0; k < list->n; k++)
				wire_random_fill(f->record, (uint8_t *)list->v + k * f->record->size, a, rows, text);
			break;
		}
	}
}

static bool text_same(const char *a, const char *b)
{
	return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

bool wire_random_equal(const struct wire_desc *d, const void *left, const void *right)
{
	size_t i, k;

	for (i = 0; i < d->n; i++) {
		const struct wire_field *f = &d->field[i];
		const uint8_t *a = (const uint8_t *)left + f->offset, *b = (const uint8_t *)right + f->offset;
		const struct any_rows *ra = (const void *)a, *rb = (const void *)b;
		const struct wbytes *ba = (const void *)a, *bb = (const void *)b;
		bool same = false;

		switch ((enum wire_type)f->type) {
		case W_UINT:
		case W_INT:
			same = memcmp(a, b, sizeof(uint64_t)) == 0;
			break;
		case W_BOOL:
			same = *(const bool *)a == *(const bool *)b;
			break;
		case W_TEXT:
			same = text_same(*(const char *const *)a, *(const char *const *)b);
			break;
		case W_BYTES:
			same = ba->n == bb->n && (ba->n == 0 || memcmp(ba->p, bb->p, ba->n) == 0);
			break;
		case W_KEY:
			same = memcmp(a, b, 16) == 0;
			break;
		case W_RECORD:
			same = wire_random_equal(f->record, a, b);
			break;
		case W_ROWS:
			same = ra->n == rb->n;
			for (k = 0; same && k < ra->n; k++)
				same = wire_random_equal(f->record, (const uint8_t *)ra->v + k * f->record->size,
					(const uint8_t *)rb->v + k * f->record->size);
			break;
		}
		if (!same)
			return false;
	}
	return true;
}
