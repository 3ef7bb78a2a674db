/* frame.c - assembles frames from a stream of bytes. */
#include "config.h"
#include "wire.h"

#include <string.h>

#include "err.h"

#define FRAME_HEAD 4u
#define FRAME_AHEAD (1u << 20)     /* bytes that may come in behind an unfinished frame in one frame_put() */

void frame_reader_init(struct frame_reader *r, uint32_t max)
{
	buf_init(&r->in, (size_t)max + FRAME_HEAD + FRAME_AHEAD);
	r->taken = 0;
	r->max = max;
}

void frame_reader_clear(struct frame_reader *r)
{
	buf_wipe(&r->in);
	r->taken = 0;
}

/* 1 and the length of the frame at the front, 0 when its head is not there yet, ERR_PEER. */
static int frame_length(const struct frame_reader *r, size_t *n)
{
	const uint8_t *p = r->in.data + r->taken;

	if (r->in.len - r->taken < FRAME_HEAD)
		return 0;
	*n = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
	return *n == 0 || *n > r->max ? ERR_PEER : 1;
}

int frame_put(struct frame_reader *r, const void *p, size_t n)
{
	size_t taken = r->taken, length;

	if (taken > 0) {
		buf_drop(&r->in, taken);
		/* what was moved away from or taken may have been a password */
		explicit_bzero(r->in.data + r->in.len, taken);
		r->taken = 0;
	}
	buf_put(&r->in, p, n);
	if (buf_end(&r->in) != 0)
		return buf_end(&r->in) == ERR_NOMEM ? ERR_NOMEM : ERR_PEER;
	return frame_length(r, &length) < 0 ? ERR_PEER : 0;
}

int frame_next(struct frame_reader *r, const uint8_t **p, size_t *n)
{
	int got = frame_length(r, n);

	if (got <= 0)
		return got;
	if (r->in.len - r->taken - FRAME_HEAD < *n)
		return 0;
	*p = r->in.data + r->taken + FRAME_HEAD;
	r->taken += FRAME_HEAD + *n;
	return 1;
}
