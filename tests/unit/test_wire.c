/* test_wire.c - the codec over every row of ops.tbl: there and back, and everything a hostile peer may send instead.
 *
 * No operation is named here: contents and malformations are made from the descriptors. The encoder below is written
 * without a look at wire.c; where both encode the same content the bytes are compared. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "err.h"
#include "random.h"
#include "wire.h"
#include "wire_random.h"

#define ID 77u

/* A way to be wrong, done to one field; NONE is right. */
enum wrong {
	NONE, OVERLONG, TOO_MANY, WRONG_KIND, LONG_KEY, LONG_HEAD, INDEFINITE, TAGGED, FLOATING, NULLED, TWICE, BACKWARDS,
	BAD_UTF8, WITH_NUL, TOO_BIG, TOO_SMALL, MISSING, UNKNOWN_KEY, TOO_DEEP, AT_MOST, WRONG_END
};
struct mutation { enum wrong wrong; const struct wire_field *field; bool done; };
struct any_rows { void *v; size_t n; };

static void put_head(struct buf *b, int major, uint64_t v, bool longer)
{
	int size = v < 24 ? 0 : v < 256 ? 1 : v < 65536 ? 2 : v <= UINT32_MAX ? 4 : 8;

	if (longer && size < 8)
		size = size == 0 ? 1 : size * 2;
	buf_putc(b, major << 5 | (size == 0 ? (int)v : size == 1 ? 24 : size == 2 ? 25 : size == 4 ? 26 : 27));
	for (int i = size - 1; i >= 0; i--)
		buf_putc(b, (int)(v >> 8 * i & 0xff));
}

static bool is_there(const struct wire_field *f, const uint8_t *at)
{
	static const uint8_t zero[16];

	if (f->required || f->type == W_KEY)
		return true;
	switch ((enum wire_type)f->type) {
	case W_UINT: case W_INT:
		return memcmp(at, zero, 8) != 0;
	case W_BOOL:
		return *(const bool *)at;
	case W_TEXT:
		return *(const char *const *)at != NULL && **(const char *const *)at != '\0';
	case W_RECORD:
		for (size_t i = 0; i < f->record->n; i++)
			if (is_there(&f->record->field[i], at + f->record->field[i].offset))
				return true;
		return false;
	default:
		return ((const struct any_rows *)at)->n > 0;      /* W_BYTES has the same shape */
	}
}

static void put_group(struct buf *, const struct wire_desc *, const uint8_t *, struct mutation *);

static void put_filler(struct buf *b, int major, size_t n, int byte)
{
	put_head(b, major, n, false);
	for (size_t i = 0; i < n; i++)
		buf_putc(b, byte);
}

/* A value for a field that must be wrong in the way asked for. False: this way does not apply to that type. */
static bool put_wrong(struct buf *b, const struct wire_field *f, enum wrong wrong)
{
	bool text = f->type == W_TEXT, bytes = f->type == W_BYTES || f->type == W_KEY;
	bool sized = text || bytes || f->type == W_ROWS;
	int major = text ? 3 : bytes ? 2 : f->type == W_ROWS ? 4 : f->type == W_RECORD ? 5 : 0;

	switch (wrong) {
	case OVERLONG:
		if (!text && !bytes)
			return false;
		put_filler(b, major, (size_t)f->max + 1, 'x');
		return true;
	case TOO_MANY:
		if (f->type != W_ROWS)
			return false;
		put_filler(b, 4, (size_t)f->max + 1, 0xa0);
		return true;
	case AT_MOST:
		if (!sized)
			return false;
		put_filler(b, major, f->max, f->type == W_ROWS ? 0xa0 : 'x');
		return true;
	case WRONG_KIND:
		if (text)
			put_filler(b, 2, 3, 'x');
		else if (f->type == W_UINT || f->type == W_INT || bytes)
			put_filler(b, 3, bytes ? 16 : 1, '1');
		else
			put_head(b, 0, 1, false);
		return true;
	case LONG_HEAD:
		if (f->type == W_BOOL) {
			buf_putc(b, 0xf8);             /* a simple value in two bytes */
			buf_putc(b, 0x15);
		} else {
			put_head(b, major, f->type == W_KEY ? 16 : 0, true);
			for (int i = 0; f->type == W_KEY && i < 16; i++)
				buf_putc(b, 1);
		}
		return true;
	case INDEFINITE:
		if (!sized && f->type != W_RECORD)
			return false;
		buf_putc(b, major << 5 | 31);
		buf_putc(b, 0xff);
		return true;
	case TAGGED:
		buf_putc(b, 0xc1);
		put_head(b, 0, 1, false);
		return true;
	case FLOATING:
		buf_put(b, "\xf9\x3c\x00", 3);
		return true;
	case NULLED:
		buf_putc(b, 0xf6);
		return true;
	case BAD_UTF8:
		if (!text)
			return false;
		buf_put(b, "\x61\xff", 2);
		return true;
	case WITH_NUL:
		if (!text)
			return false;
		buf_put(b, "\x61\x00", 2);
		return true;
	case TOO_BIG:
		if (f->type != W_INT)
			return false;
		put_head(b, 0, (uint64_t)INT64_MAX + 1, false);
		return true;
	case TOO_SMALL:
		if (f->type != W_INT && f->type != W_UINT)
			return false;
		put_head(b, 1, f->type == W_UINT ? 0 : (uint64_t)INT64_MAX + 1, false);
		return true;
	default:
		return false;
	}
}

static void put_value(struct buf *b, const struct wire_field *f, const uint8_t *at, struct mutation *m)
{
	const struct any_rows *rows = (const void *)at;
	const char *s;
	int64_t v;

	switch ((enum wire_type)f->type) {
	case W_UINT:
		put_head(b, 0, *(const uint64_t *)at, false);
		break;
	case W_INT:
		v = *(const int64_t *)at;
		put_head(b, v < 0, v < 0 ? ~(uint64_t)v : (uint64_t)v, false);
		break;
	case W_BOOL:
		buf_putc(b, *(const bool *)at ? 0xf5 : 0xf4);
		break;
	case W_TEXT:
		s = *(const char *const *)at == NULL ? "" : *(const char *const *)at;
		put_head(b, 3, strlen(s), false);
		buf_puts(b, s);
		break;
	case W_BYTES:
		put_head(b, 2, rows->n, false);
		buf_put(b, rows->v, rows->n);
		break;
	case W_KEY:
		put_head(b, 2, 16, false);
		buf_put(b, at, 16);
		break;
	case W_RECORD:
		put_group(b, f->record, at, m);
		break;
	case W_ROWS:
		put_head(b, 4, rows->n, false);
		for (size_t i = 0; i < rows->n; i++)
			put_group(b, f->record, (const uint8_t *)rows->v + i * f->record->size, m);
		break;
	}
}

/* The map of a group; the mutation happens where its field is met first, present or not. */
static void put_group(struct buf *b, const struct wire_desc *d, const uint8_t *base, struct mutation *m)
{
	size_t n = 0, extra = 0, i;
	bool here = false;

	for (i = 0; i < d->n; i++) {
		const struct wire_field *f = &d->field[i];

		if (!m->done && f == m->field) {
			here = true;
			m->done = true;
			n += m->wrong != MISSING;
			extra = m->wrong == TWICE || m->wrong == BACKWARDS || m->wrong == UNKNOWN_KEY || m->wrong == TOO_DEEP;
		} else {
			n += is_there(f, base + f->offset);
		}
	}
	put_head(b, 5, n + extra, false);
	for (i = 0; i < d->n; i++) {
		const struct wire_field *f = &d->field[i];
		const uint8_t *at = base + f->offset;

		if (here && f == m->field) {
			if (m->wrong == MISSING)
				continue;
			put_head(b, 0, f->key, m->wrong == LONG_KEY);
			if (!put_wrong(b, f, m->wrong))
				put_value(b, f, at, m);
			if (m->wrong == TWICE) {
				put_head(b, 0, f->key, false);
				put_value(b, f, at, m);
			} else if (m->wrong == BACKWARDS) {
				put_head(b, 0, 0, false);          /* key 0 after another key */
				put_head(b, 0, 0, false);
			}
		} else if (is_there(f, at)) {
			put_head(b, 0, f->key, false);
			put_value(b, f, at, m);
		}
	}
	if (here && (m->wrong == UNKNOWN_KEY || m->wrong == TOO_DEEP)) {
		put_head(b, 0, 64, false);
		for (i = 0; m->wrong == TOO_DEEP && i < WIRE_DEPTH; i++)
			put_head(b, 4, 1, false);
		put_head(b, 0, 1, false);
	}
}

static void put_body(struct buf *b, uint64_t kind, const struct wire_desc *d, const void *base, struct mutation *m)
{
	put_head(b, 4, 4, false);
	put_head(b, 0, WIRE_VERSION, false);
	put_head(b, 0, ID, false);
	put_head(b, 0, kind, false);
	put_group(b, d, base, m);
}

static enum op op_asked(void *arg, uint64_t id)
{
	return id == ID ? *(const enum op *)arg : 0;
}

/* Both directions of an operation behind one face. */
static int get_any(const struct op_info *op, bool request, const struct buf *b, size_t n, struct arena *a, void **base)
{
	enum op number = op->op;
	struct wire_request rq;
	struct wire_reply rp;
	/* a copy of its own size, so that a sanitizer sees a read past the end */
	uint8_t *copy = test_malloc(n + 1);
	int e;

	memcpy(copy, b->data, n);
	if (request) {
		e = wire_get_request(copy, n, a, &rq);
		*base = rq.rq;
		if (e == 0)
			assert_true(rq.id == ID && rq.op == op->op);
	} else {
		e = wire_get_reply(copy, n, a, op_asked, &number, &rp);
		*base = rp.rp;
		wire_reply_clear(&rp);
	}
	test_free(copy);
	return e;
}

typedef void each_way(const struct op_info *, bool request, const struct wire_desc *);

static void for_all(each_way *check)
{
	for (size_t i = 0; i < op_info_count; i++) {
		check(&op_info_table[i], true, op_info_table[i].request);
		check(&op_info_table[i], false, op_info_table[i].reply);
	}
}

static int put_lib(struct buf *b, const struct op_info *op, bool request, const void *base)
{
	return request ? wire_put_request(b, ID, op->op, base) : wire_put_done(b, ID, op->op, base);
}

static void check_there_and_back(const struct op_info *op, bool request, const struct wire_desc *d)
{
	for (int round = 0; round < 20; round++) {
		struct mutation none = { NONE, NULL, false };
		struct arena a, back;
		struct buf lib, own;
		void *base, *got;

		arena_init(&a, 0);
		arena_init(&back, 0);
		buf_init(&lib, 0);
		buf_init(&own, 0);
		base = arena_alloc(&a, d->size);
		wire_random_fill(d, base, &a, 3, 50);
		assert_int_equal(put_lib(&lib, op, request, base), 0);
		put_body(&own, request ? op->op : WIRE_DONE, d, base, &none);
		assert_int_equal(lib.len, own.len + 4);
		assert_memory_equal(lib.data + 4, own.data, own.len);
		assert_int_equal(lib.data[0] << 24 | lib.data[1] << 16 | lib.data[2] << 8 | lib.data[3], own.len);
		assert_int_equal(get_any(op, request, &own, own.len, &back, &got), 0);
		if (!wire_random_equal(d, base, got))
			fail_msg("%s %s differs", op->name, request ? "request" : "reply");
		/* sabotage: drop the test of what is left over in wire_get_map() */
		buf_putc(&own, 0);
		assert_int_equal(get_any(op, request, &own, own.len, &back, &got), ERR_PEER);
		arena_clear(&a);
		arena_clear(&back);
		buf_clear(&lib);
		buf_clear(&own);
	}
}

static void test_there_and_back(void **state)
{
	(void)state;
	random_seed(1);
	for_all(check_there_and_back);
}

/* sabotage: let item_take() accept what libcbor has not finished */
static void check_cut(const struct op_info *op, bool request, const struct wire_desc *d)
{
	struct mutation none = { NONE, NULL, false };
	struct arena a, back;
	struct buf b;
	void *base, *got;

	arena_init(&a, 0);
	arena_init(&back, 0);
	buf_init(&b, 0);
	base = arena_alloc(&a, d->size);
	wire_random_fill(d, base, &a, 2, 12);
	put_body(&b, request ? op->op : WIRE_DONE, d, base, &none);
	for (size_t n = 0; n < b.len; n++) {
		assert_int_equal(get_any(op, request, &b, n, &back, &got), ERR_PEER);
		arena_reset(&back);
	}
	arena_clear(&a);
	arena_clear(&back);
	buf_clear(&b);
}

static void test_cut_at_every_byte(void **state)
{
	(void)state;
	random_seed(2);
	for_all(check_cut);
}

/* Gives every list on the way to every field one row, so that each field of each record is really met. */
static void fill_one(const struct wire_desc *d, void *base, struct arena *a)
{
	wire_random_fill(d, base, a, 0, 8);
	for (size_t i = 0; i < d->n; i++) {
		const struct wire_field *f = &d->field[i];
		uint8_t *at = (uint8_t *)base + f->offset;

		if (f->type == W_ROWS) {
			struct any_rows *rows = (void *)at;

			rows->n = 1;
			rows->v = arena_alloc(a, f->record->size);
			fill_one(f->record, rows->v, a);
		} else if (f->type == W_RECORD) {
			fill_one(f->record, at, a);
			/* not empty, or it would be left out */
			for (size_t k = 0; k < f->record->n; k++)
				if (f->record->field[k].type == W_INT)
					*(int64_t *)(at + f->record->field[k].offset) = 5;
		}
	}
}

static size_t wrongs_tried, fields_met;

static void check_wrong(const struct op_info *op, bool request, const struct wire_desc *top, const struct wire_desc *d,
	const void *base)
{
	for (size_t i = 0; i < d->n; i++) {
		fields_met++;
		for (enum wrong w = OVERLONG; w < WRONG_END; w++) {
			struct mutation m = { w, &d->field[i], false };
			struct buf probe, b;
			struct arena back;
			void *got;
			int e, expect = ERR_PEER;

			buf_init(&probe, 0);
			bool applies = put_wrong(&probe, &d->field[i], w) || w == LONG_KEY || w == TWICE || w == UNKNOWN_KEY || w == TOO_DEEP
				|| (w == BACKWARDS && d->field[i].key > 0) || (w == MISSING && d->field[i].required);
			buf_clear(&probe);
			if (!applies || (w == LONG_HEAD && d->field[i].type == W_KEY))
				continue;
			/* what a newer store adds to its reply is no fault; nor is the greatest length */
			if (w == AT_MOST || (!request && (w == UNKNOWN_KEY || w == MISSING)))
				expect = 0;
			buf_init(&b, 0);
			arena_init(&back, 0);
			put_body(&b, request ? op->op : WIRE_DONE, top, base, &m);
			assert_true(m.done);
			if (expect == 0 && b.len > (request ? WIRE_REQUEST_MAX : WIRE_REPLY_MAX))
				expect = ERR_PEER;
			e = get_any(op, request, &b, b.len, &back, &got);
			if (e != expect)
				fail_msg("%s %s, %s.%s, wrong %d: %s", op->name, request ? "request" : "reply", d->name, d->field[i].name,
					(int)w, err_name(e));
			wrongs_tried++;
			buf_clear(&b);
			arena_clear(&back);
		}
		if (d->field[i].record != NULL)
			check_wrong(op, request, top, d->field[i].record, base);
	}
}

static void check_all_wrong(const struct op_info *op, bool request, const struct wire_desc *d)
{
	struct arena a;
	void *base;

	arena_init(&a, 0);
	base = arena_alloc(&a, d->size);
	fill_one(d, base, &a);
	check_wrong(op, request, d, d, base);
	arena_clear(&a);
}

/* sabotage, one for each: drop `item.value > f->max` in wire_get_text, _bytes and _rows; the head check of item_take();
 * the UTF-8 check; `key.value <= last`; `in->request ||`; wire_is_missing(); the depth of item_skip(); INT64_MAX */
static void test_every_field_wrong_in_every_way(void **state)
{
	(void)state;
	random_seed(3);
	wrongs_tried = fields_met = 0;
	for_all(check_all_wrong);
	assert_true(fields_met > 300);
	assert_true(wrongs_tried > 3000);
}

/* The encoder refuses what the decoder would, and leaves the buffer as it was. */
static void check_too_long_out(const struct op_info *op, bool request, const struct wire_desc *d)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct wire_field *f = &d->field[i];
		struct arena a;
		struct buf b;
		uint8_t *base, *at;
		char *s;

		if (f->type != W_TEXT && f->type != W_BYTES && f->type != W_ROWS)
			continue;
		arena_init(&a, 0);
		buf_init(&b, 0);
		buf_puts(&b, "before");
		base = arena_alloc(&a, d->size);
		at = base + f->offset;
		if (f->type == W_ROWS) {
			((struct any_rows *)at)->n = (size_t)f->max + 1;
			((struct any_rows *)at)->v = arena_alloc(&a, ((size_t)f->max + 1) * f->record->size);
		} else {
			s = arena_alloc(&a, (size_t)f->max + 2);
			memset(s, 'x', (size_t)f->max + 1);
			if (f->type == W_TEXT)
				*(const char **)at = s;
			else
				*(struct wbytes *)at = (struct wbytes){ (const uint8_t *)s, (size_t)f->max + 1 };
		}
		assert_int_equal(put_lib(&b, op, request, base), ERR_TOOLONG);
		assert_string_equal(buf_str(&b), "before");
		assert_int_equal(buf_end(&b), 0);
		arena_clear(&a);
		buf_clear(&b);
	}
}

static void test_too_long_is_not_sent(void **state)
{
	(void)state;
	for_all(check_too_long_out);
}

static void test_head_of_a_frame(void **state)
{
	/* version, id, kind, map; each wrong in its own way */
	static const struct { const char *bytes; size_t n; } bad[] = {
		{ "", 0 }, { "\x84\x02\x01\x01\xa0", 5 }, { "\x83\x01\x01\xa0", 4 }, { "\x85\x01\x01\x01\xa0\x00", 6 },
		{ "\x84\x01\x20\x01\xa0", 5 }, { "\x84\x01\x01\x41\x01\xa0", 6 }, { "\x84\x01\x01\x1a\x00\x0f\x42\x3f\xa0", 9 },
		{ "\x84\x01\x01\x00\xa0", 5 }, { "\x9f\x01\x01\x01\xa0\xff", 6 }, { "\x84\x01\x01\x01\x80", 5 },
		{ "\xa1\x01\x01", 3 }, { "\xd9\xd9\xf7\x84\x01\x01\x01\xa0", 8 }, { "\xff", 1 },
		{ "\x9b\xff\xff\xff\xff\xff\xff\xff\xff", 9 }, { "\xbb\x7f\xff\xff\xff\xff\xff\xff\xff", 9 },
		{ "\x84\x01\x01\x01\xbb\xff\xff\xff\xff\xff\xff\xff\xff", 13 }, { "\x84\x01\x01\x01\x5b\xff\xff\xff\xff\xff\xff\xff\xff", 13 },
	};
	struct wire_request rq;
	struct arena a;

	(void)state;
	arena_init(&a, 0);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(wire_get_request((const uint8_t *)bad[i].bytes, bad[i].n, &a, &rq), ERR_PEER);
	/* nothing of that may cost memory */
	assert_true(a.used < 4096);
	arena_clear(&a);
}

static void test_refusal_event_unknown(void **state)
{
	enum op number = op_info_table[0].op;
	char longer[1000];
	struct finding_list list;
	struct wire_reply rp;
	struct arena a;
	struct buf b;

	(void)state;
	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	memcpy(longer + 399, "\xc3\xa9", 2);         /* byte 400 is the middle of a letter */
	arena_init(&a, 0);
	buf_init(&b, 0);
	finding_list_init(&list);
	finding_add(&list, FIND_conflict, 12, 3, "lama", longer, NULL)->severity = SEV_WARN;
	for (int i = 0; i < 300; i++)
		finding_add(&list, FIND_required, 1, 0, NULL);
	assert_int_equal(wire_put_refused(&b, ID, &list), 0);
	assert_int_equal(wire_get_reply(b.data + 4, b.len - 4, &a, op_asked, &number, &rp), 0);
	assert_int_equal(rp.kind, WIRE_REFUSED);
	assert_int_equal(rp.findings.n, 200);
	assert_int_equal(rp.findings.v[0].code, FIND_conflict);
	assert_int_equal(rp.findings.v[0].severity, SEV_WARN);
	assert_int_equal(rp.findings.v[0].field, 12);
	assert_int_equal(rp.findings.v[0].row, 3);
	assert_string_equal(rp.findings.v[0].arg[0], "lama");
	assert_int_equal(strlen(rp.findings.v[0].arg[1]), 399);
	assert_null(rp.findings.v[0].arg[2]);
	wire_reply_clear(&rp);
	/* to an id that was never asked */
	number = 0;
	assert_int_equal(wire_get_reply(b.data + 4, b.len - 4, &a, op_asked, &number, &rp), ERR_PEER);
	finding_list_clear(&list);

	buf_reset(&b);
	assert_int_equal(wire_put_event(&b, EVENT_LEASE_LOST, 99, "berkas"), 0);
	assert_int_equal(wire_get_reply(b.data + 4, b.len - 4, &a, op_asked, &number, &rp), 0);
	assert_true(rp.kind == WIRE_EVENT && rp.event == EVENT_LEASE_LOST && rp.object == 99);
	assert_string_equal(rp.text, "berkas");

	buf_reset(&b);
	number = op_info_table[0].op;
	assert_int_equal(wire_put_unknown(&b, ID), 0);
	assert_int_equal(wire_get_reply(b.data + 4, b.len - 4, &a, op_asked, &number, &rp), 0);
	assert_int_equal(rp.kind, WIRE_UNKNOWN);
	buf_clear(&b);
	arena_clear(&a);
}

static void test_frames_of_a_stream(void **state)
{
	static const char stream[] = "\0\0\0\3abc\0\0\0\1d\0\0\0\2ef";
	struct frame_reader r;
	const uint8_t *p;
	size_t n, i, got = 0;
	char seen[16] = "";

	(void)state;
	frame_reader_init(&r, 8);
	for (i = 0; i < sizeof stream - 1; i++) {
		assert_int_equal(frame_put(&r, stream + i, 1), 0);
		while (frame_next(&r, &p, &n) == 1) {
			memcpy(seen + got, p, n);
			got += n;
			seen[got++] = '.';
		}
	}
	assert_string_equal(seen, "abc.d.ef.");
	/* all at once */
	got = 0;
	assert_int_equal(frame_put(&r, stream, sizeof stream - 1), 0);
	while (frame_next(&r, &p, &n) == 1)
		got++;
	assert_int_equal(got, 3);
	/* sabotage: drop the length check in frame_length() */
	assert_int_equal(frame_put(&r, "\0\0\0\x09", 4), ERR_PEER);
	frame_reader_clear(&r);
	frame_reader_init(&r, 8);
	assert_int_equal(frame_put(&r, "\0\0\0\0", 4), ERR_PEER);
	frame_reader_clear(&r);
	frame_reader_init(&r, 8);
	assert_int_equal(frame_put(&r, "\0\0\0\1x\xff\xff\xff\xff", 9), 0);
	assert_int_equal(frame_next(&r, &p, &n), 1);
	assert_int_equal(frame_next(&r, &p, &n), ERR_PEER);
	frame_reader_clear(&r);
}

static void test_roles_and_table(void **state)
{
	(void)state;
	for (unsigned r = 1; r <= ROLE_ALL; r <<= 1)
		assert_int_equal(role_parse(role_name((enum role)r)), r);
	assert_int_equal(role_parse("root"), 0);
	for (size_t i = 0; i < op_info_count; i++) {
		assert_ptr_equal(op_info(op_info_table[i].op), &op_info_table[i]);
		assert_ptr_equal(op_info_named(op_info_table[i].name), &op_info_table[i]);
	}
	assert_null(op_info(0));
	assert_null(op_info(999999));
	assert_null(op_info_named(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back), cmocka_unit_test(test_cut_at_every_byte),
		cmocka_unit_test(test_every_field_wrong_in_every_way), cmocka_unit_test(test_too_long_is_not_sent),
		cmocka_unit_test(test_head_of_a_frame), cmocka_unit_test(test_refusal_event_unknown),
		cmocka_unit_test(test_frames_of_a_stream), cmocka_unit_test(test_roles_and_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
