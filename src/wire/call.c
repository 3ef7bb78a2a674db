/* call.c - the client's end: requests in flight, and the blocking form of it. */
#include "config.h"
#include "call.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "err.h"
#include "random.h"

#define AGAIN_FIRST_MS 100         /* after "unknown": when it is asked again, doubled each time */
#define AGAIN_MOST_MS 5000
#define AGAIN_LINE_MAX 8           /* call_ask() gives up after so many: about 13 s */
#define READ_SIZE 16384

struct call_open {
	struct call_open *next;
	uint64_t id;
	const struct op_info *op;
	struct buf frame;              /* kept until an answer is certain */
	call_done *done;               /* NULL: forgotten */
	void *arg;
	int64_t since;                 /* clock_mono_ms */
	int64_t again_at;              /* asked again then; 0: nothing to do */
	int64_t again_ms;
	bool waiting;                  /* not in the output yet: a login is under way */
};

struct call {
	struct call_open *first, **tail;
	struct buf out;
	struct frame_reader in;
	struct arena arena;
	uint64_t last_id;
	call_event *event;
	void *arg;
};

/* Puts a key into an act's request that has none, and appends the frame. The request itself stays as it is. */
static int call_encode(struct buf *out, uint64_t id, const struct op_info *op, const void *rq)
{
	static const uint8_t none[16];
	uint8_t *copy;
	int e;

	if (op->phase != PHASE_ACT || memcmp(rq, none, sizeof none) != 0)
		return wire_put_request(out, id, op->op, rq);
	if ((copy = malloc(op->request->size)) == NULL)
		return ERR_NOMEM;
	memcpy(copy, rq, op->request->size);
	random_uuid7(copy);            /* the key stands in front: ops.awk */
	e = wire_put_request(out, id, op->op, copy);
	free(copy);
	return e;
}

struct call *call_new(call_event *event, void *arg)
{
	struct call *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	c->tail = &c->first;
	buf_init(&c->out, 0);
	frame_reader_init(&c->in, WIRE_REPLY_MAX);
	arena_init(&c->arena, 0);
	c->event = event;
	c->arg = arg;
	return c;
}

static void call_open_free(struct call_open *o)
{
	buf_wipe(&o->frame);
	free(o);
}

void call_free(struct call *c)
{
	struct call_open *o, *next;

	if (c == NULL)
		return;
	for (o = c->first; o != NULL; o = next) {
		next = o->next;
		call_open_free(o);
	}
	buf_wipe(&c->out);
	frame_reader_clear(&c->in);
	arena_clear(&c->arena);
	free(c);
}

static bool call_login_open(const struct call *c)
{
	const struct call_open *o;

	for (o = c->first; o != NULL; o = o->next)
		if (o->op->phase == PHASE_LOGIN)
			return true;
	return false;
}

static void call_put_out(struct call *c, struct call_open *o)
{
	buf_put(&c->out, o->frame.data, o->frame.len);
	o->waiting = false;
}

uint64_t call_send(struct call *c, enum op op, const void *rq, call_done *done, void *arg)
{
	const struct op_info *info = op_info(op);
	struct call_open *o = calloc(1, sizeof *o);

	if (o == NULL)
		return 0;
	o->id = c->last_id + 1;
	o->op = info;
	o->done = done;
	o->arg = arg;
	o->since = clock_mono_ms();
	buf_init(&o->frame, WIRE_REQUEST_MAX + 64);
	if (call_encode(&o->frame, o->id, info, rq) != 0) {
		call_open_free(o);
		return 0;
	}
	c->last_id++;
	if (info->phase != PHASE_LOGIN && call_login_open(c))
		o->waiting = true;
	else
		call_put_out(c, o);
	*c->tail = o;
	c->tail = &o->next;
	return o->id;
}

void call_forget(struct call *c, uint64_t id)
{
	struct call_open *o;

	for (o = c->first; o != NULL; o = o->next)
		if (o->id == id)
			o->done = NULL;
}

static struct call_open *call_find(const struct call *c, uint64_t id)
{
	struct call_open *o;

	for (o = c->first; o != NULL && o->id != id; o = o->next)
		;
	return o;
}

static enum op call_op_of(void *arg, uint64_t id)
{
	const struct call_open *o = call_find(arg, id);

	return o == NULL ? 0 : o->op->op;
}

static void call_unlink(struct call *c, struct call_open *gone)
{
	struct call_open **at;

	for (at = &c->first; *at != gone; at = &(*at)->next)
		;
	*at = gone->next;
	if (c->tail == &gone->next)
		c->tail = at;
}

/* After a login that went well what waited for it goes out, in order. A refused one lets nothing go: the next login may be
 * another account's. */
static void call_release(struct call *c)
{
	struct call_open *o;

	for (o = c->first; o != NULL; o = o->next)
		if (o->waiting)
			call_put_out(c, o);
}

static void call_answered(struct call *c, const struct wire_reply *rp)
{
	struct call_open *o = call_find(c, rp->id);
	struct call_answer answer = { .op = o->op->op, .done = rp->kind == WIRE_DONE, .rp = rp->rp, .findings = &rp->findings };
	bool login = o->op->phase == PHASE_LOGIN;

	call_unlink(c, o);
	if (login && answer.done && !call_login_open(c) && o->op->op != OP_hello && o->op->op != OP_login_begin)
		call_release(c);
	if (o->done != NULL)
		o->done(o->arg, &answer);
	call_open_free(o);
}

/* The store cannot say whether it took effect: the same key is asked again, a little later each time. */
static void call_unknown(struct call *c, uint64_t id)
{
	struct call_open *o = call_find(c, id);

	o->again_ms = o->again_ms == 0 ? AGAIN_FIRST_MS : o->again_ms * 2 < AGAIN_MOST_MS ? o->again_ms * 2 : AGAIN_MOST_MS;
	o->again_at = clock_mono_ms() + o->again_ms;
}

int call_input(struct call *c, const void *p, size_t n)
{
	const uint8_t *body;
	size_t size;
	int e, more;

	if ((e = frame_put(&c->in, p, n)) != 0)
		return e;
	while ((more = frame_next(&c->in, &body, &size)) == 1) {
		struct wire_reply rp;

		if ((e = wire_get_reply(body, size, &c->arena, call_op_of, c, &rp)) != 0)
			return e;
		if (rp.kind == WIRE_EVENT) {
			if (c->event != NULL)
				c->event(c->arg, rp.event, rp.object, rp.text);
		} else if (rp.kind == WIRE_UNKNOWN) {
			call_unknown(c, rp.id);
		} else {
			call_answered(c, &rp);
		}
		wire_reply_clear(&rp);
		arena_reset(&c->arena);
	}
	/* an answer may be 8 KiB long and the next one is far away: every waiting clerk would keep them */
	if (more == 0 && c->in.taken == c->in.in.len)
		frame_reader_clear(&c->in);
	return more;
}

struct buf *call_output(struct call *c)
{
	struct call_open *o;
	int64_t now = 0;

	for (o = c->first; o != NULL; o = o->next) {
		if (o->again_at == 0)
			continue;
		if (now == 0)
			now = clock_mono_ms();
		if (o->again_at <= now) {
			o->again_at = 0;
			call_put_out(c, o);
		}
	}
	return &c->out;
}

void call_reconnected(struct call *c)
{
	struct call_open *o, *next;
	bool login;

	buf_wipe(&c->out);
	frame_reader_clear(&c->in);
	for (o = c->first; o != NULL; o = next) {
		next = o->next;
		/* nobody waits for it and it changes nothing */
		if (o->done == NULL && (o->op->phase == PHASE_LOOK || o->op->phase == PHASE_READ)) {
			call_unlink(c, o);
			call_open_free(o);
		}
	}
	login = call_login_open(c);
	for (o = c->first; o != NULL; o = o->next) {
		o->again_at = 0;
		o->waiting = login && o->op->phase != PHASE_LOGIN;
		if (!o->waiting)
			call_put_out(c, o);
	}
}

size_t call_pending(const struct call *c)
{
	const struct call_open *o;
	size_t n = 0;

	for (o = c->first; o != NULL; o = o->next)
		n++;
	return n;
}

int64_t call_waiting_since(const struct call *c)
{
	const struct call_open *o;
	int64_t oldest = 0;

	for (o = c->first; o != NULL; o = o->next)
		if (oldest == 0 || o->since < oldest)
			oldest = o->since;
	return oldest;
}

/* The blocking form. */

int call_connect(struct call_line *l, const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	*l = (struct call_line){ .fd = -1 };
	frame_reader_init(&l->in, WIRE_REPLY_MAX);
	arena_init(&l->arena, 0);
	if (strlen(path) >= sizeof to.sun_path)
		return ERR_TOOLONG;
	memcpy(to.sun_path, path, strlen(path) + 1);
	if ((l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		return ERR_IO;
	if (connect(l->fd, (const struct sockaddr *)&to, sizeof to) != 0) {
		int e = errno == ENOENT || errno == ECONNREFUSED ? ERR_CLOSED : ERR_IO;

		close(l->fd);
		l->fd = -1;
		return e;
	}
	return 0;
}

void call_close(struct call_line *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
	frame_reader_clear(&l->in);
	arena_clear(&l->arena);
}

static int call_write(int fd, const uint8_t *p, size_t n)
{
	while (n > 0) {
		ssize_t done = send(fd, p, n, MSG_NOSIGNAL);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return errno == EPIPE || errno == ECONNRESET ? ERR_CLOSED : ERR_IO;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

/* Until something can be read, or until `until` (0: no end). */
static int call_wait(int fd, int64_t until)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int64_t left;
	int n;

	do {
		left = until == 0 ? -1 : until - clock_mono_ms();
		if (until != 0 && left <= 0)
			return ERR_AGAIN;
		n = poll(&p, 1, (int)left);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? ERR_IO : n == 0 ? ERR_AGAIN : 0;
}

/* The next frame, read from the socket as far as needed. */
static int call_read(struct call_line *l, int64_t until, const uint8_t **body, size_t *size)
{
	uint8_t chunk[READ_SIZE];
	ssize_t n;
	int e;

	while ((e = frame_next(&l->in, body, size)) == 0) {
		if ((e = call_wait(l->fd, until)) != 0)
			return e;
		n = recv(l->fd, chunk, sizeof chunk, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0 || errno == ECONNRESET ? ERR_CLOSED : ERR_IO;
		if ((e = frame_put(&l->in, chunk, (size_t)n)) != 0)
			return e;
	}
	return e < 0 ? e : 0;
}

struct call_asked { uint64_t id; enum op op; };

static enum op call_asked_op(void *arg, uint64_t id)
{
	const struct call_asked *asked = arg;

	return id == asked->id ? asked->op : 0;
}

int call_ask(struct call_line *l, enum op op, const void *rq, void **rp, struct finding_list *f)
{
	struct call_asked asked = { ++l->next, op };
	int64_t pause = AGAIN_FIRST_MS, until = l->answer_ms > 0 ? clock_mono_ms() + l->answer_ms : 0;
	struct wire_reply reply;
	const uint8_t *body;
	struct buf out;
	size_t size;
	int e, tries = 0;

	*rp = NULL;
	arena_reset(&l->arena);
	buf_init(&out, WIRE_REQUEST_MAX + 64);
	if ((e = call_encode(&out, asked.id, op_info(op), rq)) != 0 || (e = call_write(l->fd, out.data, out.len)) != 0)
		goto done;
	while ((e = call_read(l, until, &body, &size)) == 0) {
		if ((e = wire_get_reply(body, size, &l->arena, call_asked_op, &asked, &reply)) != 0)
			break;
		if (reply.kind == WIRE_DONE) {
			*rp = reply.rp;
			e = 1;
			break;
		}
		if (reply.kind == WIRE_REFUSED) {
			*f = reply.findings;
			e = 0;
			break;
		}
		if (reply.kind == WIRE_UNKNOWN) {
			const struct timespec wait = { pause / 1000, pause % 1000 * 1000000 };

			if (++tries == AGAIN_LINE_MAX) {
				e = ERR_AGAIN;
				break;
			}
			nanosleep(&wait, NULL);
			pause = pause * 2 < AGAIN_MOST_MS ? pause * 2 : AGAIN_MOST_MS;
			if ((e = call_write(l->fd, out.data, out.len)) != 0)
				break;
		}
	}
done:
	buf_wipe(&out);
	return e;
}
