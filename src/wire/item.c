/* item.c - the part of CBOR that Balai speaks, item by item. */
#include "config.h"
#include "item.h"

#include <string.h>
#include <cbor.h>
#include <utf8proc.h>

#include "err.h"

#define ITEM_HEAD_MAX 9         /* bytes of an item's head */

static void item_got_uint8(void *to, uint8_t v)
{
	*(struct item *)to = (struct item){ .kind = ITEM_UINT, .value = v };
}

static void item_got_uint16(void *to, uint16_t v)
{
	*(struct item *)to = (struct item){ .kind = ITEM_UINT, .value = v };
}

static void item_got_uint32(void *to, uint32_t v)
{
	*(struct item *)to = (struct item){ .kind = ITEM_UINT, .value = v };
}

static void item_got_uint64(void *to, uint64_t v)
{
	*(struct item *)to = (struct item){ .kind = ITEM_UINT, .value = v };
}

static void item_got_nint8(void *to, uint8_t v)
{
	*(struct item *)to = (struct item){ .kind = ITEM_NINT, .value = v };
}

static void item_got_nint16(void *to, uint16_t v)
{
	*(struct item *)to = (struct item){ .kind = ITEM_NINT, .value = v };
}

static void item_got_nint32(void *to, uint32_t v)
{
	*(struct item *)to = (struct item){ .kind = ITEM_NINT, .value = v };
}

static void item_got_nint64(void *to, uint64_t v)
{
	*(struct item *)to = (struct item){ .kind = ITEM_NINT, .value = v };
}

/* libcbor writes the lengths as uint64_t or size_t, by its version. */
#if CBOR_MAJOR_VERSION == 0 && CBOR_MINOR_VERSION < 10
typedef size_t item_length;
#else
typedef uint64_t item_length;
#endif

static void item_got_bytes(void *to, cbor_data p, item_length n)
{
	*(struct item *)to = (struct item){ .kind = ITEM_BYTES, .value = n, .p = p };
}

static void item_got_text(void *to, cbor_data p, item_length n)
{
	*(struct item *)to = (struct item){ .kind = ITEM_TEXT, .value = n, .p = p };
}

static void item_got_array(void *to, item_length n)
{
	*(struct item *)to = (struct item){ .kind = ITEM_ARRAY, .value = n };
}

static void item_got_map(void *to, item_length n)
{
	*(struct item *)to = (struct item){ .kind = ITEM_MAP, .value = n };
}

static void item_got_bool(void *to, bool v)
{
	*(struct item *)to = (struct item){ .kind = ITEM_BOOL, .value = v };
}

/* What is not admitted (floats, tags, indefinite lengths, null, undefined) keeps libcbor's empty callback, so the kind
 * stays ITEM_NONE: that is how it is found. Constant, so that threads need no lock. */
#define EMPTY(name) .name = cbor_null_##name##_callback
static const struct cbor_callbacks item_callbacks = {
	.uint8 = item_got_uint8, .uint16 = item_got_uint16, .uint32 = item_got_uint32, .uint64 = item_got_uint64,
	.negint8 = item_got_nint8, .negint16 = item_got_nint16, .negint32 = item_got_nint32, .negint64 = item_got_nint64,
	.byte_string = item_got_bytes, .string = item_got_text, .array_start = item_got_array, .map_start = item_got_map,
	.boolean = item_got_bool,
	EMPTY(byte_string_start), EMPTY(string_start), EMPTY(indef_array_start), EMPTY(indef_map_start), EMPTY(tag),
	EMPTY(float2), EMPTY(float4), EMPTY(float8), EMPTY(undefined), EMPTY(null), EMPTY(indef_break),
};
#undef EMPTY

bool item_utf8_ok(const uint8_t *p, size_t n)
{
	size_t i = 0;

	while (i < n) {
		utf8proc_int32_t c;
		utf8proc_ssize_t len;

		if (p[i] == 0)
			return false;
		if (p[i] < 0x80) {
			i++;
			continue;
		}
		if ((len = utf8proc_iterate(p + i, (utf8proc_ssize_t)(n - i), &c)) <= 0)
			return false;
		i += (size_t)len;
	}
	return true;
}

static size_t item_head(uint64_t v)
{
	return v < 24 ? 1 : v <= UINT8_MAX ? 2 : v <= UINT16_MAX ? 3 : v <= UINT32_MAX ? 5 : ITEM_HEAD_MAX;
}

int item_take(struct item_in *in, struct item *item)
{
	struct cbor_decoder_result got;
	size_t head;

	*item = (struct item){ .kind = ITEM_NONE };
	if (in->n == 0)
		return ERR_PEER;
	got = cbor_stream_decode(in->p, in->n, &item_callbacks, item);
	if (got.status != CBOR_DECODER_FINISHED || item->kind == ITEM_NONE || got.read > in->n)
		return ERR_PEER;
	head = got.read;
	if (item->kind == ITEM_TEXT || item->kind == ITEM_BYTES)
		head -= item->value;
	if (head != (item->kind == ITEM_BOOL ? 1 : item_head(item->value)))
		return ERR_PEER;
	if (item->kind == ITEM_TEXT && !item_utf8_ok(item->p, item->value))
		return ERR_PEER;
	in->p += got.read;
	in->n -= got.read;
	return 0;
}

int item_take_kind(struct item_in *in, enum item_kind kind, struct item *item)
{
	return item_take(in, item) == 0 && item->kind == kind ? 0 : ERR_PEER;
}

int item_take_int(struct item_in *in, int64_t *v)
{
	struct item item;

	if (item_take(in, &item) != 0 || item.value > INT64_MAX || (item.kind != ITEM_UINT && item.kind != ITEM_NINT))
		return ERR_PEER;
	*v = item.kind == ITEM_UINT ? (int64_t)item.value : -1 - (int64_t)item.value;
	return 0;
}

int item_skip(struct item_in *in, unsigned depth)
{
	struct item item;
	uint64_t i, n;

	if (item_take(in, &item) != 0)
		return ERR_PEER;
	if (item.kind != ITEM_ARRAY && item.kind != ITEM_MAP)
		return 0;
	if (depth == 0)
		return ERR_PEER;
	/* Every element takes a byte at least, so a count the bytes cannot hold is refused before it is walked. */
	if (item.value > in->n)
		return ERR_PEER;
	n = item.kind == ITEM_MAP ? 2 * item.value : item.value;
	for (i = 0; i < n; i++)
		if (item_skip(in, depth - 1) != 0)
			return ERR_PEER;
	return 0;
}

typedef size_t item_encoder(uint64_t, unsigned char *, size_t);

static size_t item_encode_map(uint64_t n, unsigned char *p, size_t size)
{
	return cbor_encode_map_start((size_t)n, p, size);
}

static size_t item_encode_array(uint64_t n, unsigned char *p, size_t size)
{
	return cbor_encode_array_start((size_t)n, p, size);
}

static size_t item_encode_text(uint64_t n, unsigned char *p, size_t size)
{
	return cbor_encode_string_start((size_t)n, p, size);
}

static size_t item_encode_bytes(uint64_t n, unsigned char *p, size_t size)
{
	return cbor_encode_bytestring_start((size_t)n, p, size);
}

static void item_put_head(struct buf *out, item_encoder *encode, uint64_t v)
{
	unsigned char head[ITEM_HEAD_MAX];
	size_t n = encode(v, head, sizeof head);

	if (n == 0)
		out->err = out->err != 0 ? out->err : ERR_TOOLONG;
	else
		buf_put(out, head, n);
}

void item_put_uint(struct buf *out, uint64_t v)
{
	item_put_head(out, cbor_encode_uint, v);
}

void item_put_int(struct buf *out, int64_t v)
{
	if (v >= 0)
		item_put_head(out, cbor_encode_uint, (uint64_t)v);
	else
		item_put_head(out, cbor_encode_negint, (uint64_t)(-1 - v));
}

void item_put_bool(struct buf *out, bool v)
{
	buf_putc(out, v ? 0xf5 : 0xf4);
}

void item_put_text(struct buf *out, const char *s, size_t n)
{
	item_put_head(out, item_encode_text, n);
	buf_put(out, s, n);
}

void item_put_bytes(struct buf *out, const void *p, size_t n)
{
	item_put_head(out, item_encode_bytes, n);
	buf_put(out, p, n);
}

void item_put_array(struct buf *out, size_t n)
{
	item_put_head(out, item_encode_array, n);
}

void item_put_map(struct buf *out, size_t n)
{
	item_put_head(out, item_encode_map, n);
}
