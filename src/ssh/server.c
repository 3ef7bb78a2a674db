/* server.c - one connection's life: stages, deadlines, the one poll, output, end.
 *
 * libssh polls inside ssh_channel_write and friends and would run our callbacks there (trap 9), so callbacks only set
 * flags; every decision is taken at the top of server_turn(). */
#include "config.h"
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include "clock.h"
#include "err.h"
#include "log.h"
#include "server_in.h"

/* ssh-and-ncurses.md 4: no finite-field groups (cheap to exhaust), no NIST curves, no encrypt-and-MAC. */
#define KEX     "curve25519-sha256,curve25519-sha256@libssh.org"
#define CIPHERS "chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes256-ctr"
#define MACS    "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com"
#define REKEY_BYTES (UINT64_C(1) << 30)
#define REKEY_S 3600

/* A block of output per turn; a screen is about 2 kB. */
#define WRITE_MAX 16384

void server_end(struct server *s, const char *why)
{
	if (!s->drop)
		s->why = why;
	s->drop = true;
}

static int bind_options(ssh_bind bind, const struct server_keys *keys)
{
	bool no_config = false;
	ssh_key copy = ssh_key_dup(keys->key);     /* the bind frees what it imports */

	if (copy == NULL)
		return -1;
	/* else /etc/ssh/libssh_server_config would be read (trap 27) */
	if (ssh_bind_options_set(bind, SSH_BIND_OPTIONS_PROCESS_CONFIG, &no_config) < 0 ||
	    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_BANNER, "balai") < 0 ||
	    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_KEY_EXCHANGE, KEX) < 0 ||
	    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_CIPHERS_C_S, CIPHERS) < 0 ||
	    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_CIPHERS_S_C, CIPHERS) < 0 ||
	    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_HMAC_C_S, MACS) < 0 ||
	    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_HMAC_S_C, MACS) < 0 ||
	    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_HOSTKEY_ALGORITHMS, "ssh-ed25519") < 0 ||
	    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_PUBKEY_ACCEPTED_KEY_TYPES, "ssh-ed25519") < 0) {
		ssh_key_free(copy);
		return -1;
	}
	return ssh_bind_options_set(bind, SSH_BIND_OPTIONS_IMPORT_KEY, copy);
}

/* The session is bound to fd under our own list of algorithms. */
static int session_make(struct server *s, const struct server_keys *keys, int fd)
{
	ssh_bind bind = ssh_bind_new();
	uint64_t bytes = REKEY_BYTES;
	uint32_t seconds = REKEY_S;
	int rc = -1;

	s->session = ssh_new();
	if (bind != NULL && s->session != NULL && bind_options(bind, keys) == 0 &&
	    ssh_bind_accept_fd(bind, s->session, fd) == SSH_OK)
		rc = 0;
	if (bind != NULL)
		ssh_bind_free(bind);
	if (rc != 0 || ssh_options_set(s->session, SSH_OPTIONS_COMPRESSION, "no") < 0 ||
	    ssh_options_set(s->session, SSH_OPTIONS_REKEY_DATA, &bytes) < 0 ||
	    ssh_options_set(s->session, SSH_OPTIONS_REKEY_TIME, &seconds) < 0)
		return -1;
	return 0;
}

struct server *server_new(const struct server_keys *keys, const struct keylist *list, int fd, const struct server_hooks *hooks)
{
	struct server *s = calloc(1, sizeof *s);
	int flags = fcntl(fd, F_GETFL);

	if (s == NULL)
		return NULL;
	s->hooks = *hooks;
	s->keylist = list;
	s->fd = fd;
	s->watch[0].fd = s->watch[1].fd = -1;
	s->why = "";
	s->began = clock_mono_ms();
	s->stage = SERVER_BANNER;
	s->stage_until = s->began + SERVER_BANNER_MS;
	buf_init(&s->input, SERVER_INPUT + 1);
	/* the accepted socket stays blocking whatever ssh_set_blocking says */
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 || session_make(s, keys, fd) < 0 ||
	    (s->event = ssh_event_new()) == NULL) {
		server_free(s);
		return NULL;
	}
	ssh_set_blocking(s->session, 0);
	channel_init(s);
	auth_init(s);          /* before the key exchange, or messages queue without bound (trap 28) */
	if (ssh_handle_key_exchange(s->session) == SSH_ERROR)
		server_end(s, "key exchange failed");
	else if (ssh_event_add_session(s->event, s->session) != SSH_OK)
		server_end(s, "no memory");
	return s;
}

void server_free(struct server *s)
{
	if (s == NULL)
		return;
	if (s->event != NULL) {
		for (int i = 0; i < 2; i++)
			server_watch(s, i, -1, false);
		ssh_event_remove_session(s->event, s->session);
		ssh_event_free(s->event);
	}
	if (s->session != NULL)
		ssh_free(s->session);
	buf_wipe(&s->input);
	free(s);
}

/* Always 0: a callback that said -1 once is never called again (trap 7). The hang-up's watch goes at the loop's top. */
static int on_fd(socket_t fd, int revents, void *arg)
{
	struct server *s = arg;

	for (int i = 0; i < 2; i++)
		if (s->watch[i].fd == fd)
			s->watch[i].ready |= (short)revents;
	return 0;
}

int server_watch(struct server *s, int slot, int fd, bool want_write)
{
	struct server_watch *w = &s->watch[slot];
	short events = fd < 0 ? 0 : (short)(POLLIN | (want_write ? POLLOUT : 0));

	if (w->fd == fd && w->events == events)
		return 0;
	if (w->fd >= 0)
		ssh_event_remove_fd(s->event, w->fd);
	*w = (struct server_watch){ .fd = -1 };
	if (fd < 0)
		return 0;
	if (ssh_event_add_fd(s->event, fd, events, on_fd, s) != SSH_OK)
		return ERR_NOMEM;
	w->fd = fd;
	w->events = events;
	return 0;
}

short server_ready(const struct server *s, int slot)
{
	return s->watch[slot].ready;
}

static void stage_set(struct server *s, enum server_stage stage, int64_t until)
{
	s->stage = stage;
	s->stage_until = until;
}

/* Where the connection is by what libssh knows; deadlines run from the accept, so nobody can win time by moving on. */
static void stage_follow(struct server *s)
{
	if (s->stage == SERVER_BANNER && ssh_get_clientbanner(s->session) != NULL)
		stage_set(s, SERVER_KEX, s->began + SERVER_KEX_MS);
	if (s->stage == SERVER_KEX && ssh_get_cipher_in(s->session) != NULL)
		stage_set(s, SERVER_LOGIN, s->began + SERVER_LOGIN_MS);
	if (s->stage == SERVER_LOGIN && s->started)
		stage_set(s, SERVER_OPEN, 0);
}

static const char *late(enum server_stage stage)
{
	switch (stage) {
	case SERVER_BANNER: return "no version line in time";
	case SERVER_KEX:    return "no keys in time";
	case SERVER_LOGIN:  return "no login in time";
	default:            return "not drained in time";
	}
}

/* A spin inside libssh (trap 1: a client's maximum packet of 10) ends this process and nothing else. Armed anew on each turn,
 * never by a handler: a handler would be called inside the spin and keep it alive. */
static void spin_guard(int64_t now)
{
	static const struct itimerval it = { .it_value = { .tv_sec = SERVER_SPIN_S } };
	static int64_t armed;

	/* one system call a second is enough: what was used since is taken off the next spin's two seconds */
	if (armed != 0 && now - armed < 1000)
		return;
	armed = now;
	setitimer(ITIMER_PROF, &it, NULL);
}

void server_rest(void)
{
	const struct itimerval off = { 0 };

	setitimer(ITIMER_PROF, &off, NULL);
}

static int over(struct server *s)
{
	if (s->stage != SERVER_OVER)
		stage_set(s, SERVER_OVER, 0);
	return ERR_CLOSED;
}

int server_turn(struct server *s, int timeout_ms)
{
	int64_t now = clock_mono_ms();
	int rc;

	spin_guard(now);
	if (s->stage == SERVER_OVER)
		return ERR_CLOSED;
	if (s->drop) {
		ssh_disconnect(s->session);
		return over(s);
	}
	if (s->stage_until != 0) {
		if (now >= s->stage_until) {
			server_end(s, late(s->stage));
			return over(s);
		}
		if (timeout_ms < 0 || timeout_ms > s->stage_until - now)
			timeout_ms = (int)(s->stage_until - now);
	}
	if (s->input.len > 0 && s->stage == SERVER_OPEN)
		timeout_ms = 0;
	for (int i = 0; i < 2; i++) {
		if (s->watch[i].ready & (POLLHUP | POLLERR | POLLNVAL))
			server_watch(s, i, -1, false);     /* else it fires without end (trap 8) */
		s->watch[i].ready = 0;
	}
	rc = ssh_event_dopoll(s->event, timeout_ms);
	if (rc == SSH_ERROR || ssh_get_status(s->session) & (SSH_CLOSED | SSH_CLOSED_ERROR)) {
		server_end(s, s->stage == SERVER_CLOSING ? "done" : "client is gone");
		return over(s);
	}
	if (s->peer_closed && (s->stage == SERVER_CLOSING || s->stage == SERVER_OPEN)) {
		server_end(s, s->stage == SERVER_CLOSING ? "done" : "client closed the channel");
		ssh_disconnect(s->session);
		return over(s);
	}
	stage_follow(s);
	channel_pull(s);
	return 0;
}

enum server_stage server_stage(const struct server *s)
{
	return s->stage;
}

const char *server_why(const struct server *s)
{
	return s->why;
}

const char *server_user(const struct server *s)
{
	return s->user;
}

const struct server_request *server_request(const struct server *s)
{
	return &s->request;
}

bool server_resized(struct server *s, int *rows, int *cols)
{
	bool was = s->resized;

	s->resized = false;
	*rows = s->request.rows;
	*cols = s->request.cols;
	return was;
}

size_t server_read(struct server *s, void *out, size_t size)
{
	size_t n = s->input.len < size ? s->input.len : size;

	memcpy(out, s->input.data, n);
	buf_drop(&s->input, n);
	return n;
}

bool server_eof(const struct server *s)
{
	return (s->eof || s->stage == SERVER_OVER) && s->input.len == 0 && !s->more;
}

/* Writing past the window would wait or pile up (trap 10), writing while earlier bytes wait in the socket would pile up to
 * the window's 2 MB: so one block, then not again until it has left. */
void server_write(struct server *s, struct buf *b)
{
	uint32_t window;
	size_t n = b->len;
	int sent;

	if (s->stage != SERVER_OPEN || n == 0 || s->drop || server_unsent(s))
		return;
	window = ssh_channel_window_size(s->channel);
	if (n > window)
		n = window;
	if (n > WRITE_MAX)
		n = WRITE_MAX;
	if (n == 0)
		return;
	sent = ssh_channel_write(s->channel, b->data, (uint32_t)n);
	if (sent < 0)
		server_end(s, "write failed");
	else
		buf_drop(b, (size_t)sent);
}

void server_error(struct server *s, const char *text)
{
	size_t n = strlen(text), window;

	if (s->stage != SERVER_OPEN || s->drop)
		return;
	window = ssh_channel_window_size(s->channel);
	ssh_channel_write_stderr(s->channel, text, (uint32_t)(n < window ? n : window));
}

bool server_unsent(const struct server *s)
{
	return (ssh_get_poll_flags(s->session) & SSH_WRITE_PENDING) != 0;
}

void server_finish(struct server *s, int status)
{
	if (s->stage != SERVER_OPEN || s->drop)
		return;
	/* leaving at once would lose the status and the last megabyte (trap 12): server_turn() goes on until the peer closes */
	ssh_channel_request_send_exit_status(s->channel, status);
	ssh_channel_send_eof(s->channel);
	ssh_channel_close(s->channel);
	stage_set(s, SERVER_CLOSING, clock_mono_ms() + SERVER_DRAIN_MS);
}

void server_drop(struct server *s, const char *why)
{
	server_end(s, why);
}
