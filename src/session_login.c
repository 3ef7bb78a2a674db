/* session_login.c - the login: libssh asks, the store decides.
 *
 * These hooks run inside libssh before anybody is logged in. They wait for the store with the plain blocking form of
 * call.h, at most ANSWER_MS for an answer: a store that hangs costs the client a sentence, not the evening. They never touch
 * the connection. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "clock.h"
#include "err.h"
#include "log.h"
#include "proc.h"
#include "session.h"
#include "text.h"

#define STORE_WAIT_MS 10000      /* a store that restarts is a pause, also for who is just coming in */
#define ANSWER_MS 10000          /* the longest step of a login is a fraction of a second */
#define SECRET_MAX 512
#define NAME_MAX_ 128

void session_store_lost(struct session *s)
{
	if (s->line.fd >= 0)
		close(s->line.fd);
	s->line.fd = -1;
	s->greeted = false;
}

static void store_new(struct session *s, int fd)
{
	struct call_line *l = &s->line;

	session_store_lost(s);
	frame_reader_clear(&l->in);
	frame_reader_init(&l->in, WIRE_REPLY_MAX);
	l->fd = fd;
	l->answer_ms = ANSWER_MS;
}

void session_store_blocking(struct session *s, bool on)
{
	int flags = fcntl(s->line.fd, F_GETFL);

	if (flags >= 0)
		fcntl(s->line.fd, F_SETFL, on ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

int session_control(struct session *s, int timeout_ms)
{
	struct pollfd p = { .fd = s->control, .events = POLLIN };
	struct control m;
	size_t nfds = 1;
	ssize_t n;
	int fd = -1;

	if (timeout_ms != 0 && poll(&p, 1, timeout_ms) == 0)
		return ERR_AGAIN;
	n = proc_recv_fd(s->control, &m, sizeof m, &fd, &nfds);
	if (n == ERR_AGAIN)
		return ERR_AGAIN;
	if (n <= 0)
		return ERR_CLOSED;
	if (n == (ssize_t)sizeof m && m.kind == CONTROL_STORE && nfds == 1)
		store_new(s, fd);
	else if (n == (ssize_t)sizeof m && m.kind == CONTROL_STOP)
		s->stop = true;
	return 0;
}

static void notice_make(struct session *s, const struct rp_hello *hello)
{
	struct buf shown;

	buf_reset(&s->notice);
	buf_init(&shown, 0);
	text_show(&shown, hello->office, strlen(hello->office));
	for (size_t i = 0; i < hello->notices.n; i++) {
		buf_puts(&shown, "\r\n");
		text_show(&shown, hello->notices.v[i].text, strlen(hello->notices.v[i].text));
	}
	buf_puts(&shown, "\r\n");
	buf_put(&s->notice, shown.data, shown.len);
	buf_clear(&shown);
}

/* A socket to the store with the hello said on it. 0 or ERR_. */
static int store_greet(struct session *s)
{
	int64_t until = clock_mono_ms() + STORE_WAIT_MS;
	struct rq_hello rq = { .version = WIRE_VERSION, .program = "balai-session", .peer = s->peer };
	struct finding_list findings;
	void *rp;
	int rc;

	while (s->line.fd < 0 && !s->stop) {
		int64_t left = until - clock_mono_ms();

		if (left <= 0)
			return ERR_AGAIN;
		if (session_control(s, (int)left) == ERR_CLOSED)
			return ERR_CLOSED;
	}
	if (s->stop)
		return ERR_CLOSED;
	if (s->greeted)
		return 0;
	session_store_blocking(s, true);
	if ((rc = call_ask(&s->line, OP_hello, &rq, &rp, &findings)) == 1) {
		notice_make(s, rp);
		s->greeted = true;
		return 0;
	}
	if (rc == 0) {
		finding_list_clear(&findings);
		log_err("the store refused the hello");
		return ERR_VERSION;
	}
	session_store_lost(s);
	return rc;
}

static const char *notice(void *arg)
{
	struct session *s = arg;

	if (store_greet(s) != 0 && s->notice.len == 0)
		return "Server belum siap. Coba lagi sebentar.\r\n";
	return buf_str(&s->notice);
}

/* What the store must not be asked as it stands is replaced by something that takes the same work and is wrong. */
static void secret_random(char out[65])
{
	uint8_t bytes[32];

	randombytes_buf(bytes, sizeof bytes);
	sodium_bin2hex(out, 65, bytes, sizeof bytes);
}

/* One round with the store: 1 in, 0 refused, ERR_. */
static int login_round(struct session *s, const char *user, const char *secret)
{
	struct rq_login_begin begin = { .account = user };
	struct rq_login_answer answer = { .secret = secret, .quiet = true };
	struct finding_list findings;
	void *rp;
	int rc;

	if ((rc = call_ask(&s->line, OP_login_begin, &begin, &rp, &findings)) == 1)
		rc = call_ask(&s->line, OP_login_answer, &answer, &rp, &findings);
	if (rc == 0)
		finding_list_clear(&findings);
	if (rc != 1)
		return rc;
	/* kept past the next question */
	s->login = rp;
	s->login_arena = s->line.arena;
	arena_init(&s->line.arena, 0);
	s->bound = true;
	return 1;
}

int session_take_desk(struct session *s)
{
	struct rq_desk_take rq = { 0 };
	struct finding_list findings;
	void *rp;
	int rc = call_ask(&s->line, OP_desk_take, &rq, &rp, &findings);

	if (rc == 0)
		finding_list_clear(&findings);
	if (rc != 1)
		return rc == 0 ? ERR_PEER : rc;
	s->login->took_over = ((const struct rp_desk_take *)rp)->took_over;
	return 0;
}

static enum server_verdict ask(void *arg, const char *user, const char *secret, bool key_missing)
{
	struct session *s = arg;
	bool name_ok = user[0] != '\0' && strlen(user) <= NAME_MAX_ && text_is_clean(user);
	struct buf clean;
	char other[65];
	int rc = ERR_AGAIN;

	/* "passwords are NFC before hashing": what is not clean text cannot be a password */
	buf_init(&clean, SECRET_MAX + 1);
	if (key_missing || text_clean(secret, strlen(secret), SECRET_MAX, false, &clean, NULL) != TEXT_OK || clean.len == 0) {
		secret_random(other);
		buf_reset(&clean);
		buf_puts(&clean, other);
	}
	for (int tries = 0; tries < 3; tries++) {
		if ((rc = store_greet(s)) == ERR_CLOSED && s->line.fd < 0 && !s->stop)
			continue;
		if (rc != 0)
			break;
		rc = login_round(s, name_ok ? user : "-", buf_str(&clean));
		if (rc >= 0)
			break;
		session_store_lost(s);
	}
	buf_wipe(&clean);
	if (rc == 1)
		return SERVER_YES;
	if (rc == 0)
		return SERVER_NO;
	log_warn("login not possible: %s", err_name(rc));
	return SERVER_END;
}

static bool command(void *arg, const char *line)
{
	(void)arg;
	return session_command(line);
}

void session_hooks(struct session *s, struct server_hooks *hooks)
{
	*hooks = (struct server_hooks){ .ask = ask, .notice = notice, .command = command, .arg = s };
}
