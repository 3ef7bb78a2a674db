/* session.c - the loop of one connection. */
#include "config.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "clock.h"
#include "desk_loop.h"
#include "err.h"
#include "heap.h"
#include "log.h"
#include "proc.h"
#include "session.h"
#include "ui.h"

#define SLOT_CONTROL 0
#define SLOT_STORE 1
#define READ_SIZE 16384
#define REST_MS 1000             /* from an answer of the store until what it took to read goes back to the system */
#define LEAVE_MS 2000            /* drafts of a lost line reach the store within this */

#define SAY_STOPPING "Server dihentikan sebentar. Pekerjaan Anda tersimpan; silakan masuk lagi nanti."
#define SAY_ENDED    "Sesi ini diakhiri oleh server. Silakan masuk lagi; draf Anda tersimpan."

static void tell_stage(struct session *s)
{
	enum server_stage is = server_stage(s->server);
	enum control_stage stage = is >= SERVER_OPEN ? STAGE_IN : is == SERVER_LOGIN ? STAGE_LOGIN : is == SERVER_KEX ? STAGE_KEX : STAGE_BANNER;
	struct control m = { .kind = CONTROL_STAGE, .value = stage };

	if (is == SERVER_OVER || stage <= s->told)
		return;
	if (proc_send_fd(s->control, &m, sizeof m, NULL, 0) == 0)
		s->told = stage;
}

/* --- the store's socket while the desk runs ----------------------------------------------------------------------- */

static void store_gone(struct session *s, struct desk *d)
{
	server_watch(s->server, SLOT_STORE, -1, false);
	session_store_lost(s);
	app_store_lost(d->app);
}

/* A fresh socket: the ticket binds it again, then everything that was not answered goes out once more with its keys. */
static void store_back(struct session *s, struct desk *d)
{
	session_store_blocking(s, false);
	app_resume(d->app);
}

static void store_read(struct session *s, struct desk *d)
{
	uint8_t chunk[READ_SIZE];
	ssize_t n;

	while (s->line.fd >= 0 && (n = recv(s->line.fd, chunk, sizeof chunk, 0)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (n < 0 || call_input(app_call(d->app), chunk, (size_t)n) != 0)
			break;
		if (n < (ssize_t)sizeof chunk)
			return;
	}
	if (s->line.fd >= 0)
		store_gone(s, d);
}

static void store_write(struct session *s, struct desk *d)
{
	struct buf *out = call_output(app_call(d->app));
	ssize_t n;

	while (s->line.fd >= 0 && out->len > 0) {
		n = send(s->line.fd, out->data, out->len, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
				store_gone(s, d);
			return;
		}
		buf_drop(out, (size_t)n);
	}
}

/* --- the desk ------------------------------------------------------------------------------------------------------- */

static bool setting(const struct rp_login_answer *login, const char *words)
{
	return login->settings != NULL && strstr(login->settings, words) != NULL;
}

static int desk_begin(struct session *s, struct desk *d)
{
	const struct server_request *rq = server_request(s->server);
	struct desk_options o = {
		.account = server_user(s->server), .peer = s->peer, .term = rq->term, .rows = rq->rows, .cols = rq->cols,
		.plain = !rq->pty || strcmp(rq->term, "dumb") == 0 || setting(s->login, "plain=1"),
		.echo = rq->pty, .login = s->login,
	};
	int rc = desk_open(d, &o);

	session_store_blocking(s, false);
	arena_clear(&s->login_arena);
	s->login = NULL;
	return rc;
}

/* How long the next poll may sleep. */
static int sleep_ms(const struct session *s, const struct desk *d, int64_t now)
{
	int64_t due = desk_due(d);

	if (s->rest != 0 && (due == 0 || s->rest < due))
		due = s->rest;

	if (due == 0)
		return -1;
	return due <= now ? 0 : due - now > 600000 ? 600000 : (int)(due - now);
}

static int control_read(struct session *s, struct desk *d)
{
	int before = s->line.fd, rc;

	while ((rc = session_control(s, 0)) == 0)
		;
	if (rc == ERR_CLOSED)
		return rc;
	if (s->stop)
		desk_end(d, SAY_STOPPING);
	else if (s->line.fd >= 0 && s->line.fd != before)
		store_back(s, d);
	return 0;
}

/* The line is dead or the person left: what the desk still has to say to the store gets its two seconds. */
static void store_flush(struct session *s, struct desk *d)
{
	int64_t until = clock_mono_ms() + LEAVE_MS;

	while (call_pending(app_call(d->app)) > 0 && clock_mono_ms() < until) {
		struct pollfd p[2] = { { .fd = s->line.fd, .events = POLLIN }, { .fd = s->control, .events = POLLIN } };

		store_write(s, d);
		p[0].fd = s->line.fd;
		if (poll(p, 2, 100) < 0)
			return;
		if (p[0].revents != 0)
			store_read(s, d);
		if (p[1].revents != 0 && control_read(s, d) != 0)
			return;
	}
}

/* One turn. False when the desk is to be left. */
static bool desk_step(struct session *s, struct desk *d)
{
	char typed[4096];
	struct buf *out;
	size_t n;
	int rows, cols;
	int64_t now;

	/* store_back() may have come in the place of a socket that was lost in this very turn */
	server_watch(s->server, SLOT_CONTROL, s->control, false);
	server_watch(s->server, SLOT_STORE, s->line.fd, s->line.fd >= 0 && call_output(app_call(d->app))->len > 0);
	if (server_turn(s->server, sleep_ms(s, d, clock_mono_ms())) != 0)
		return false;
	now = clock_mono_ms();
	if (server_ready(s->server, SLOT_CONTROL) != 0 && control_read(s, d) != 0) {
		desk_end(d, SAY_ENDED);      /* balaid is gone, and the store with it */
		s->stop = true;
	}
	if (s->line.fd >= 0 && server_ready(s->server, SLOT_STORE) != 0) {
		store_read(s, d);
		if (s->rest == 0)
			s->rest = now + REST_MS;
	}
	if (server_resized(s->server, &rows, &cols))
		desk_resize(d, rows, cols);
	while ((n = server_read(s->server, typed, sizeof typed)) > 0)
		desk_bytes(d, typed, n, now);
	desk_turn(d, now);
	store_write(s, d);
	out = desk_output(d, !server_unsent(s->server) && server_stage(s->server) == SERVER_OPEN);
	if (desk_over(d))
		out = desk_output(d, false);
	server_write(s->server, out);
	/* What an answer took to read is not needed while the person looks at it: it goes back to the system. Not at once, for the
	 * next answer of the same screen needs the same pages again. */
	if (s->rest != 0 && now >= s->rest) {
		s->rest = 0;
		if (ui_output()->len == 0)
			buf_clear(ui_output());
		heap_rest();
	}
	if (desk_over(d) && out->len == 0)
		return false;
	/* a script's last line was read and its last answer has come */
	return !(server_eof(s->server) && out->len == 0 && call_pending(app_call(d->app)) == 0);
}

static void desk_run(struct session *s)
{
	struct desk d;

	if (session_take_desk(s) != 0) {
		server_drop(s->server, "the store went away");
		return;
	}
	if (desk_begin(s, &d) != 0) {
		log_err("no memory for the desk");
		server_drop(s->server, "no memory");
		return;
	}
	while (desk_step(s, &d))
		;
	/* a lost line saves its draft and gives the account back, so that the next login does not hear of a takeover */
	if (!app_over(d.app)) {
		const struct rq_logout rq = { 0 };

		app_hangup(d.app);
		call_send(app_call(d.app), OP_logout, &rq, NULL, NULL);
	}
	store_flush(s, &d);
	server_finish(s->server, 0);
	while (server_turn(s->server, 1000) == 0)
		;
	desk_free(&d);
}

static void exec_run(struct session *s)
{
	int status = session_exec(s, server_request(s->server)->command);

	server_finish(s->server, status);
	while (server_turn(s->server, 1000) == 0)
		;
}

int session_run(const struct session_world *world, int tcp, int control, const char *peer)
{
	struct session s = { .world = world, .control = control, .line = { .fd = -1 } };
	struct server_hooks hooks;

	buf_init(&s.notice, 8192);
	frame_reader_init(&s.line.in, WIRE_REPLY_MAX);
	arena_init(&s.line.arena, 0);
	strncpy(s.peer, peer, sizeof s.peer - 1);
	session_hooks(&s, &hooks);
	if ((s.server = server_new(world->keys, &world->list, tcp, &hooks)) == NULL)
		return 1;
	server_watch(s.server, SLOT_CONTROL, control, false);
	while (server_turn(s.server, -1) == 0 && server_stage(s.server) < SERVER_OPEN) {
		tell_stage(&s);
		if (server_ready(s.server, SLOT_CONTROL) != 0 && (session_control(&s, 0) == ERR_CLOSED || s.stop))
			server_drop(s.server, "the office stops");
	}
	if (server_stage(s.server) == SERVER_OPEN) {
		tell_stage(&s);
		if (server_request(s.server)->command != NULL)
			exec_run(&s);
		else
			desk_run(&s);
	}
	log_info("closed: %s", server_why(s.server));
	server_free(s.server);
	return 0;
}
