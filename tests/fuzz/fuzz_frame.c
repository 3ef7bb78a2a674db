/* fuzz_frame.c - the bytes of a peer: frames, requests of every operation, replies of every kind.
 *
 * The first byte chooses how the bytes are cut and which operation a reply is taken for. What is accepted must come out
 * the same when it is encoded and decoded again, and no input may cost more memory than its table allows. */
#include "config.h"
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "fuzz.h"
#include "random.h"
#include "wire.h"
#include "wire_random.h"

#define MUST(x) do { if (!(x)) abort(); } while (0)

static enum op any_op(void *arg, uint64_t id)
{
	(void)id;
	return *(const enum op *)arg;
}

static void try_request(const uint8_t *p, size_t n)
{
	struct wire_request rq, back;
	struct arena a, b;
	struct buf out;
	int e;

	arena_init(&a, 0);
	arena_init(&b, 0);
	buf_init(&out, 0);
	e = wire_get_request(p, n, &a, &rq);
	MUST(e == 0 || e == ERR_PEER);
	/* a row of the table is some 200 bytes at most and costs a byte at least */
	MUST(a.used <= 4096 + n * 600);
	if (e == 0) {
		MUST(wire_put_request(&out, rq.id, rq.op, rq.rq) == 0);
		MUST(wire_get_request(out.data + 4, out.len - 4, &b, &back) == 0);
		MUST(back.id == rq.id && back.op == rq.op);
		MUST(wire_random_equal(op_info(rq.op)->request, rq.rq, back.rq));
	}
	buf_clear(&out);
	arena_clear(&a);
	arena_clear(&b);
}

static void try_reply(const uint8_t *p, size_t n, enum op op)
{
	struct wire_reply rp;
	struct arena a;
	int e;

	arena_init(&a, 0);
	e = wire_get_reply(p, n, &a, any_op, &op, &rp);
	MUST(e == 0 || e == ERR_PEER);
	MUST(a.used <= 4096 + n * 600);
	wire_reply_clear(&rp);
	arena_clear(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frame_reader in;
	const uint8_t *p;
	size_t n, cut;
	enum op op;
	int r = 0;

	if (size < 1)
		return 0;
	op = op_info_table[data[0] % op_info_count].op;
	cut = data[0] % 7 + 1;
	data++;
	size--;
	/* once as a body, once as a stream in pieces */
	try_request(data, size);
	try_reply(data, size, op);
	frame_reader_init(&in, WIRE_REQUEST_MAX);
	while (size > 0 && r >= 0) {
		n = size < cut ? size : cut;
		if (frame_put(&in, data, n) != 0)
			break;
		data += n;
		size -= n;
		cut *= 2;
		while ((r = frame_next(&in, &p, &n)) == 1) {
			try_request(p, n);
			try_reply(p, n, op);
		}
	}
	frame_reader_clear(&in);
	return 0;
}

/* Now and then an input is made anew: a right request or reply of any operation, which the changes then spoil. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	const struct op_info *op;
	bool framed;
	struct arena a;
	struct buf b;
	void *base;

	if (seed % 20 != 0)
		return LLVMFuzzerMutate(data, size, max);
	random_seed(seed);
	op = &op_info_table[random_below((uint32_t)op_info_count)];
	framed = random_below(2) != 0;
	arena_init(&a, 0);
	buf_init(&b, 0);
	buf_putc(&b, (int)(op - op_info_table));
	if (random_below(2) != 0) {
		base = arena_alloc(&a, op->request->size);
		wire_random_fill(op->request, base, &a, 3, 20);
		wire_put_request(&b, seed, op->op, base);
	} else {
		base = arena_alloc(&a, op->reply->size);
		wire_random_fill(op->reply, base, &a, 2, 20);
		wire_put_done(&b, seed, op->op, base);
	}
	if (!framed && b.len > 5) {
		memmove(b.data + 1, b.data + 5, b.len - 5);
		b.len -= 4;
	}
	if (b.len <= max) {
		memcpy(data, b.data, b.len);
		size = b.len;
	}
	buf_clear(&b);
	arena_clear(&a);
	return size;
}
