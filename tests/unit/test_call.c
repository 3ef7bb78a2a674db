/* test_call.c - requests in flight: keys, resending, logins first, the blocking form. The store is played by this file. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "call.h"
#include "clock.h"
#include "err.h"
#include "random.h"

struct seen { uint64_t id; enum op op; uint8_t key[16]; };

/* What stands in the call's output, as the store would read it; the output is emptied. */
static size_t read_output(struct call *c, struct seen *seen, size_t most)
{
	struct buf *out = call_output(c);
	struct frame_reader in;
	const uint8_t *p;
	size_t n, got = 0;

	frame_reader_init(&in, WIRE_REQUEST_MAX);
	assert_int_equal(frame_put(&in, out->data, out->len), 0);
	buf_drop(out, out->len);
	while (frame_next(&in, &p, &n) == 1) {
		struct wire_request rq;
		struct arena a;

		assert_true(got < most);
		arena_init(&a, 0);
		assert_int_equal(wire_get_request(p, n, &a, &rq), 0);
		seen[got].id = rq.id;
		seen[got].op = rq.op;
		if (op_info(rq.op)->phase == PHASE_ACT)
			memcpy(seen[got].key, rq.rq, 16);
		got++;
		arena_clear(&a);
	}
	frame_reader_clear(&in);
	return got;
}

struct answers { int done, refused; uint32_t code; int events; };

static void on_done(void *arg, const struct call_answer *a)
{
	struct answers *to = arg;

	if (a->done) {
		assert_non_null(a->rp);
		to->done++;
	} else {
		assert_int_equal(a->findings->n, 1);
		to->refused++;
		to->code = a->findings->v[0].code;
	}
}

static void on_event(void *arg, enum wire_event event, int64_t object, const char *text)
{
	(void)object;
	(void)text;
	assert_int_equal(event, EVENT_STOPPING);
	((struct answers *)arg)->events++;
}

static int give_done(struct call *c, uint64_t id, enum op op)
{
	/* room for the reply of any operation, all of it zero */
	static const uint64_t zero[256];
	struct buf b;
	int e;

	assert_true(op_info(op)->reply->size <= sizeof zero);
	buf_init(&b, 0);
	assert_int_equal(wire_put_done(&b, id, op, zero), 0);
	e = call_input(c, b.data, b.len);
	buf_clear(&b);
	return e;
}

static void give_unknown(struct call *c, uint64_t id)
{
	struct buf b;

	buf_init(&b, 0);
	wire_put_unknown(&b, id);
	assert_int_equal(call_input(c, b.data, b.len), 0);
	buf_clear(&b);
}

static void give_refused(struct call *c, uint64_t id)
{
	struct finding_list list;
	struct buf b;

	finding_list_init(&list);
	finding_add(&list, FIND_not_permitted, 0, 0, NULL);
	buf_init(&b, 0);
	wire_put_refused(&b, id, &list);
	assert_int_equal(call_input(c, b.data, b.len), 0);
	buf_clear(&b);
	finding_list_clear(&list);
}

/* sabotage run: encode the request itself in call_encode() - the store then sees a key of zeros */
static void test_key_is_made_and_kept(void **state)
{
	static const uint8_t none[16];
	struct answers got = { 0 };
	struct seen seen[4], again[4];
	struct rq_draft_drop rq = { .draft = 5 };
	struct call *c = call_new(on_event, &got);
	uint64_t id;

	(void)state;
	clock_fix(1700000000000);
	id = call_send(c, OP_draft_drop, &rq, on_done, &got);
	assert_true(id > 0);
	assert_int_equal(read_output(c, seen, 4), 1);
	assert_memory_not_equal(seen[0].key, none, 16);
	assert_memory_equal(rq.key, none, 16);
	assert_int_equal(seen[0].key[6] >> 4, 7);

	/* "unknown": asked again with the same key, not at once, then later and later */
	give_unknown(c, id);
	assert_int_equal(read_output(c, again, 4), 0);
	clock_step(101);
	assert_int_equal(read_output(c, again, 4), 1);
	assert_true(again[0].id == id);
	assert_memory_equal(again[0].key, seen[0].key, 16);
	give_unknown(c, id);
	clock_step(101);
	assert_int_equal(read_output(c, again, 4), 0);
	clock_step(100);
	assert_int_equal(read_output(c, again, 4), 1);

	/* the socket is lost: again the same key */
	call_reconnected(c);
	assert_int_equal(read_output(c, again, 4), 1);
	assert_memory_equal(again[0].key, seen[0].key, 16);
	assert_int_equal(call_pending(c), 1);
	assert_int_equal(give_done(c, id, OP_draft_drop), 0);
	assert_int_equal(got.done, 1);
	assert_int_equal(call_pending(c), 0);
	assert_int_equal(call_waiting_since(c), 0);
	/* a second answer to the same request breaks the protocol */
	assert_int_equal(give_done(c, id, OP_draft_drop), ERR_PEER);

	/* a key of the caller's own is left alone */
	memset(rq.key, 9, 16);
	call_send(c, OP_draft_drop, &rq, on_done, &got);
	assert_int_equal(read_output(c, seen, 4), 1);
	assert_memory_equal(seen[0].key, rq.key, 16);
	call_free(c);
	clock_free();
}

/* sabotage run: let call_send() put everything out at once - a request reaches a socket that is not bound yet */
static void test_login_goes_first(void **state)
{
	struct answers got = { 0 };
	struct rq_login_resume resume = { .ticket = { (const uint8_t *)"12345678901234567890123456789012", 32 } };
	struct rq_draft_drop drop = { .draft = 5 };
	struct rq_desk_show show = { 0 };
	struct seen seen[8];
	struct call *c = call_new(on_event, &got);
	uint64_t a, b, r;

	(void)state;
	a = call_send(c, OP_draft_drop, &drop, on_done, &got);
	b = call_send(c, OP_desk_show, &show, on_done, &got);
	call_send(c, OP_desk_show, &show, on_done, &got);
	call_forget(c, 3);
	assert_int_equal(read_output(c, seen, 8), 3);
	/* lost; the fresh socket is bound first, then the open requests follow in order, the forgotten reading not */
	r = call_send(c, OP_login_resume, &resume, on_done, &got);
	call_reconnected(c);
	assert_int_equal(read_output(c, seen, 8), 1);
	assert_int_equal(seen[0].op, OP_login_resume);
	call_send(c, OP_desk_show, &show, on_done, &got);
	assert_int_equal(read_output(c, seen, 8), 0);
	assert_int_equal(give_done(c, r, OP_login_resume), 0);
	assert_int_equal(read_output(c, seen, 8), 3);
	assert_true(seen[0].id == a && seen[1].id == b);
	call_free(c);

	/* a refused login lets nothing out */
	c = call_new(on_event, &got);
	call_send(c, OP_draft_drop, &drop, on_done, &got);
	r = call_send(c, OP_login_resume, &resume, on_done, &got);
	call_reconnected(c);
	assert_int_equal(read_output(c, seen, 8), 1);
	give_refused(c, r);
	assert_int_equal(got.refused, 1);
	assert_int_equal(got.code, FIND_not_permitted);
	assert_int_equal(read_output(c, seen, 8), 0);
	call_free(c);
}

static void test_events_and_bad_peers(void **state)
{
	struct answers got = { 0 };
	struct call *c = call_new(on_event, &got);
	struct rq_evidence_put big = { .kind = "x" };
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	wire_put_event(&b, EVENT_STOPPING, 0, NULL);
	/* byte by byte, as a slow line gives it */
	for (size_t i = 0; i < b.len; i++)
		assert_int_equal(call_input(c, b.data + i, 1), 0);
	assert_int_equal(got.events, 1);
	buf_clear(&b);
	assert_int_equal(give_done(c, 1, OP_hello), ERR_PEER);
	/* what does not fit is refused here, not sent */
	big.chunk.n = 49153;
	big.chunk.p = (const uint8_t *)"";
	assert_true(call_send(c, OP_evidence_put, &big, on_done, &got) == 0);
	assert_int_equal(call_pending(c), 0);
	call_free(c);
	call_free(NULL);
}

/* A store for the blocking form: it says unknown once, then an event, then done; then refuses. */
static void *play_store(void *arg)
{
	int fd = *(int *)arg, turn = 0, s = accept(fd, NULL, NULL);
	struct frame_reader in;
	uint8_t chunk[4096], first[16];

	frame_reader_init(&in, WIRE_REQUEST_MAX);
	for (;;) {
		const uint8_t *p;
		size_t n;
		ssize_t got = recv(s, chunk, sizeof chunk, 0);

		if (got <= 0 || frame_put(&in, chunk, (size_t)got) != 0)
			break;
		while (frame_next(&in, &p, &n) == 1) {
			struct wire_request rq;
			struct rp_person_erase rp = { .state = "diminta" };
			struct finding_list list;
			struct arena a;
			struct buf out;

			arena_init(&a, 0);
			buf_init(&out, 0);
			finding_list_init(&list);
			if (wire_get_request(p, n, &a, &rq) != 0)
				break;
			switch (turn++) {
			case 0:
				memcpy(first, rq.rq, 16);
				wire_put_unknown(&out, rq.id);
				break;
			case 1:
				wire_put_event(&out, EVENT_WINDOW, 0, "");
				if (memcmp(first, rq.rq, 16) != 0)
					rp.state = "other key";
				wire_put_done(&out, rq.id, rq.op, &rp);
				break;
			default:
				finding_add(&list, FIND_wrong_state, 0, 0, NULL);
				wire_put_refused(&out, rq.id, &list);
			}
			if (write(s, out.data, out.len) < 0)
				break;
			buf_clear(&out);
			finding_list_clear(&list);
			arena_clear(&a);
		}
	}
	frame_reader_clear(&in);
	close(s);
	return NULL;
}

static void test_blocking_form(void **state)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct rq_person_erase rq = { .person = 1, .reason = "permintaan" };
	const struct rp_person_erase *rp;
	char dir[] = "/tmp/test_call.XXXXXX";
	struct finding_list f;
	struct call_line l;
	pthread_t store;
	void *reply;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(at.sun_path, sizeof at.sun_path, "%s/s", dir);
	assert_int_equal(call_connect(&l, at.sun_path), ERR_CLOSED);
	call_close(&l);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(pthread_create(&store, NULL, play_store, &fd), 0);
	assert_int_equal(call_connect(&l, at.sun_path), 0);
	assert_int_equal(call_ask(&l, OP_person_erase, &rq, &reply, &f), 1);
	rp = reply;
	assert_string_equal(rp->state, "diminta");
	assert_int_equal(call_ask(&l, OP_person_erase, &rq, &reply, &f), 0);
	assert_non_null(finding_first(&f, FIND_wrong_state));
	finding_list_clear(&f);
	shutdown(l.fd, SHUT_WR);
	pthread_join(store, NULL);
	assert_int_equal(call_ask(&l, OP_person_erase, &rq, &reply, &f), ERR_CLOSED);
	call_close(&l);
	close(fd);
	unlink(at.sun_path);
	rmdir(dir);
}

/* A store that took the request and hangs, in the middle of its answer too. Sabotage run: call_wait() without its end. */
static void test_no_answer(void **state)
{
	struct call_line l = { .answer_ms = 150 };
	const struct rq_hello rq = { .version = WIRE_VERSION, .program = "uji" };
	struct finding_list f;
	int64_t began, took;
	void *reply;
	int sv[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sv), 0);
	l.fd = sv[0];
	frame_reader_init(&l.in, WIRE_REPLY_MAX);
	alarm(10);
	for (int half = 0; half < 2; half++) {
		assert_int_equal(write(sv[1], "\0", (size_t)half), half);
		began = clock_mono_ms();
		assert_int_equal(call_ask(&l, OP_hello, &rq, &reply, &f), ERR_AGAIN);
		took = clock_mono_ms() - began;
		assert_true(took >= 150 && took < 5000);
	}
	alarm(0);
	call_close(&l);
	close(sv[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_key_is_made_and_kept), cmocka_unit_test(test_login_goes_first),
		cmocka_unit_test(test_events_and_bad_peers), cmocka_unit_test(test_blocking_form),
		cmocka_unit_test(test_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
