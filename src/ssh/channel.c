/* channel.c - the one channel: what it may be asked, and its bytes. */
#include "config.h"
#include <string.h>
#include "server_in.h"

static int clamp(int v, int min, int max, int otherwise)
{
	if (v <= 0)
		return otherwise;
	return v < min ? min : v > max ? max : v;
}

static void size_set(struct server *s, int cols, int rows)
{
	s->request.rows = clamp(rows, SERVER_ROWS_MIN, SERVER_ROWS_MAX, 24);
	s->request.cols = clamp(cols, SERVER_COLS_MIN, SERVER_COLS_MAX, 80);
}

static int on_pty(ssh_session session, ssh_channel channel, const char *term, int cols, int rows, int px, int py, void *arg)
{
	struct server *s = arg;

	(void)session;
	(void)channel;
	(void)px;
	(void)py;
	if (s->request.pty || s->started)
		return -1;
	s->request.pty = true;
	if (term != NULL && strlen(term) < sizeof s->request.term)
		memcpy(s->request.term, term, strlen(term) + 1);
	size_set(s, cols, rows);
	return 0;
}

/* Only the newest counts: the loop's top draws once, however many came (trap: 10,000 changes a second). */
static int on_window(ssh_session session, ssh_channel channel, int cols, int rows, int px, int py, void *arg)
{
	struct server *s = arg;

	(void)session;
	(void)channel;
	(void)px;
	(void)py;
	if (!s->request.pty)
		return -1;
	size_set(s, cols, rows);
	s->resized = true;
	return 0;
}

static int on_shell(ssh_session session, ssh_channel channel, void *arg)
{
	struct server *s = arg;

	(void)session;
	(void)channel;
	if (s->started)
		return 1;
	s->started = true;
	return 0;
}

static int on_exec(ssh_session session, ssh_channel channel, const char *line, void *arg)
{
	struct server *s = arg;

	(void)session;
	(void)channel;
	if (s->started || line == NULL || strlen(line) >= sizeof s->command || !s->hooks.command(s->hooks.arg, line))
		return 1;
	memcpy(s->command, line, strlen(line) + 1);
	s->request.command = s->command;
	s->started = true;
	return 0;
}

/* "balai" will be the block mode of kiosks and far offices; nothing else ever is a subsystem here. */
static int on_subsystem(ssh_session session, ssh_channel channel, const char *name, void *arg)
{
	(void)session;
	(void)channel;
	(void)name;
	(void)arg;
	return 1;
}

static int on_env(ssh_session session, ssh_channel channel, const char *name, const char *value, void *arg)
{
	(void)session;
	(void)channel;
	(void)name;
	(void)value;
	(void)arg;
	return 1;
}

/* Takes what fits; the rest stays in libssh and is pulled from the loop's top. libssh does not hold a client to the window
 * it was given (trap 24), so a client that has sent far more than any honest one could is dropped here. */
static int on_data(ssh_session session, ssh_channel channel, void *data, uint32_t len, int is_stderr, void *arg)
{
	struct server *s = arg;
	uint32_t room = s->input.len < SERVER_INPUT ? SERVER_INPUT - (uint32_t)s->input.len : 0;

	(void)session;
	(void)channel;
	if (s->drop || is_stderr || s->stage == SERVER_CLOSING)
		return (int)len;
	if (len > SERVER_SURPLUS) {
		server_end(s, "client ignores its window");
		return (int)len;
	}
	s->more = len > room;
	if (len > room)
		len = room;
	buf_put(&s->input, data, len);
	return (int)len;
}

static void on_eof(ssh_session session, ssh_channel channel, void *arg)
{
	(void)session;
	(void)channel;
	((struct server *)arg)->eof = true;
}

static void on_close(ssh_session session, ssh_channel channel, void *arg)
{
	(void)session;
	(void)channel;
	((struct server *)arg)->peer_closed = true;
}

ssh_channel channel_open(ssh_session session, void *arg)
{
	struct server *s = arg;

	if (!s->welcome || s->channel != NULL)
		return NULL;
	if ((s->channel = ssh_channel_new(session)) == NULL)
		return NULL;
	if (ssh_set_channel_callbacks(s->channel, &s->channel_cb) != SSH_OK)
		server_end(s, "no memory");
	return s->channel;
}

void channel_init(struct server *s)
{
	s->request.rows = 24;
	s->request.cols = 80;
	s->channel_cb.userdata = s;
	s->channel_cb.channel_data_function = on_data;
	s->channel_cb.channel_eof_function = on_eof;
	s->channel_cb.channel_close_function = on_close;
	s->channel_cb.channel_pty_request_function = on_pty;
	s->channel_cb.channel_pty_window_change_function = on_window;
	s->channel_cb.channel_shell_request_function = on_shell;
	s->channel_cb.channel_exec_request_function = on_exec;
	s->channel_cb.channel_subsystem_request_function = on_subsystem;
	s->channel_cb.channel_env_request_function = on_env;
	ssh_callbacks_init(&s->channel_cb);
}

void channel_pull(struct server *s)
{
	void *room;
	size_t want;
	int n;

	if (!s->more || s->channel == NULL || s->input.len >= SERVER_INPUT / 2)
		return;
	want = SERVER_INPUT - s->input.len;
	if ((room = buf_reserve(&s->input, want)) == NULL)
		return;
	n = ssh_channel_read_nonblocking(s->channel, room, (uint32_t)want, 0);
	if (n > 0)
		buf_commit(&s->input, (size_t)n);
	s->more = n == (int)want;
}
