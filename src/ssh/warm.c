/* warm.c - one whole connection inside the template, so that every session finds libssh and libcrypto set up. */
#include "config.h"
#include <libssh/libssh.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "clock.h"
#include "err.h"
#include "log.h"
#include "proc.h"
#include "server_in.h"

#define WARM_MS 10000

static enum server_verdict yes(void *arg, const char *user, const char *secret, bool key_missing)
{
	(void)arg;
	(void)user;
	(void)secret;
	return key_missing ? SERVER_NO : SERVER_YES;
}

static const char *nothing(void *arg)
{
	(void)arg;
	return "";
}

static bool none(void *arg, const char *line)
{
	(void)arg;
	(void)line;
	return false;
}

/* The other end: a child that logs in, asks for a screen and leaves. */
static _Noreturn void visitor(int fd)
{
	ssh_session c = ssh_new();
	ssh_channel ch;
	bool no = false;
	char byte;

	if (c == NULL || ssh_options_set(c, SSH_OPTIONS_PROCESS_CONFIG, &no) < 0 || ssh_options_set(c, SSH_OPTIONS_HOST, "warm") < 0 ||
	    ssh_options_set(c, SSH_OPTIONS_USER, "warm") < 0 || ssh_options_set(c, SSH_OPTIONS_FD, &fd) < 0 ||
	    ssh_connect(c) != SSH_OK || ssh_userauth_password(c, NULL, "warm") != SSH_AUTH_SUCCESS ||
	    (ch = ssh_channel_new(c)) == NULL || ssh_channel_open_session(ch) != SSH_OK ||
	    ssh_channel_request_pty_size(ch, "xterm", 80, 24) != SSH_OK || ssh_channel_request_shell(ch) != SSH_OK)
		_exit(1);
	ssh_channel_write(ch, "x", 1);
	ssh_channel_read(ch, &byte, 1, 0);
	_exit(0);
}

static void serve(const struct server_keys *keys, int fd)
{
	static const struct keylist list;
	const struct server_hooks hooks = { yes, nothing, none, NULL };
	struct server *s = server_new(keys, &list, fd, &hooks);
	int64_t until = clock_mono_ms() + WARM_MS;
	struct buf out;
	char in[16];

	if (s == NULL)
		return;
	buf_init(&out, 0);
	while (clock_mono_ms() < until && server_turn(s, 1000) == 0) {
		buf_put(&out, in, server_read(s, in, sizeof in));
		server_write(s, &out);
	}
	buf_clear(&out);
	server_free(s);
}

int server_warm(const struct server_keys *keys)
{
	int sv[2], status;
	pid_t pid;

	if (proc_socketpair(sv, SOCK_STREAM) != 0)
		return ERR_IO;
	if ((pid = fork()) < 0) {
		close(sv[0]);
		close(sv[1]);
		return ERR_IO;
	}
	if (pid == 0) {
		close(sv[0]);
		visitor(sv[1]);
	}
	close(sv[1]);
	serve(keys, sv[0]);
	server_rest();
	log_debug("%zu bytes of libcrypto's objects lie together", crypto_heap_seal());
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : ERR_IO;
}
