/* test_ssh_server.c - src/ssh against libssh's own client: a small echo office in a child process, no desk.
 *
 * Commands of the echo office: "big" sends 20,000,000 bytes and ends with 7, "size" tells what the pty request became. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <libssh/libssh.h>
#include <pthread.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "clock.h"
#include "err.h"
#include "server_in.h"

#define BIG 20000000

static char dir[] = "/tmp/balai-ssh-XXXXXX";
static char key_path[64];

static enum server_verdict ask(void *arg, const char *user, const char *secret, bool key_missing)
{
	(void)arg;
	(void)user;
	return !key_missing && strcmp(secret, "rahasia") == 0 ? SERVER_YES : SERVER_NO;
}

static const char *notice(void *arg)
{
	(void)arg;
	return "Balai Contoh\r\n";
}

static bool command(void *arg, const char *line)
{
	(void)arg;
	return strcmp(line, "big") == 0 || strcmp(line, "size") == 0;
}

static void echo_turns(struct server *s)
{
	const struct server_request *rq;
	struct buf out;
	size_t left = 0, n;
	char in[512];
	bool began = false;

	buf_init(&out, 0);
	while (server_turn(s, 1000) == 0) {
		if (server_stage(s) != SERVER_OPEN)
			continue;
		rq = server_request(s);
		if (!began) {
			began = true;
			if (rq->command != NULL && strcmp(rq->command, "big") == 0)
				left = BIG;
			else if (rq->command != NULL)
				buf_printf(&out, "%s %dx%d", rq->term, rq->rows, rq->cols);
		}
		while ((n = server_read(s, in, sizeof in)) > 0)
			buf_put(&out, in, n);
		if (left > 0 && out.len == 0) {
			n = left < 8192 ? left : 8192;
			memset(buf_reserve(&out, n), 'x', n);
			buf_commit(&out, n);
			left -= n;
		}
		server_write(s, &out);
		if (out.len == 0 && left == 0 && (rq->command != NULL || server_eof(s)))
			server_finish(s, rq->command != NULL ? 7 : 0);
	}
	buf_clear(&out);
}

struct office { pid_t pid; int fd; };

static struct office office_open(void)
{
	const struct server_hooks hooks = { ask, notice, command, NULL };
	static const struct keylist none;
	struct server_keys *keys;
	struct office o;
	int sv[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sv), 0);
	o.pid = fork();
	if (o.pid == 0) {
		struct server *s;

		close(sv[0]);
		if (server_keys_load(key_path, &keys) != 0 || (s = server_new(keys, &none, sv[1], &hooks)) == NULL)
			_exit(2);
		echo_turns(s);
		server_free(s);
		_exit(0);
	}
	close(sv[1]);
	o.fd = sv[0];
	return o;
}

static void office_close(struct office *o)
{
	int status;

	close(o->fd);          /* libssh leaves a descriptor open that it was given */
	assert_int_equal(waitpid(o->pid, &status, 0), o->pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static ssh_session client(struct office *o, const char *user)
{
	ssh_session c = ssh_new();
	bool no = false;

	*o = office_open();
	ssh_options_set(c, SSH_OPTIONS_PROCESS_CONFIG, &no);
	ssh_options_set(c, SSH_OPTIONS_HOST, "office");
	ssh_options_set(c, SSH_OPTIONS_USER, user);
	ssh_options_set(c, SSH_OPTIONS_FD, &o->fd);
	assert_int_equal(ssh_connect(c), SSH_OK);
	return c;
}

static void leave(struct office *o, ssh_session c)
{
	ssh_disconnect(c);
	ssh_free(c);
	office_close(o);
}

static ssh_channel enter(ssh_session c)
{
	ssh_channel ch;

	assert_int_equal(ssh_userauth_password(c, NULL, "rahasia"), SSH_AUTH_SUCCESS);
	ch = ssh_channel_new(c);
	assert_int_equal(ssh_channel_open_session(ch), SSH_OK);
	return ch;
}

static void algorithms(void **state)
{
	struct office o;
	ssh_session c = client(&o, "sari");

	(void)state;
	assert_int_equal(strncmp(ssh_get_kex_algo(c), "curve25519-sha256", 17), 0);
	assert_string_equal(ssh_get_serverbanner(c), "SSH-2.0-balai");
	leave(&o, c);
}

/* The other end closes within 5 s, whatever it says before. */
static bool ends(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char b[512];
	ssize_t n = 1;

	while (n > 0 && poll(&p, 1, 5000) == 1)
		n = read(fd, b, sizeof b);
	return n <= 0;
}

/* Sabotage run: leave server_end() out where auth.c counts: the office waits for a seventh. */
static void six_tries(void **state)
{
	struct office o;
	ssh_session c = client(&o, "sari");

	(void)state;
	for (int i = 0; i < SERVER_TRIES; i++)
		assert_int_equal(ssh_userauth_password(c, NULL, "salah"), SSH_AUTH_DENIED);
	assert_true(ends(o.fd));
	office_close(&o);
	ssh_free(c);
}

/* Sabotage run: drop the strcmp() of the pinned name in auth.c. */
static void one_name(void **state)
{
	struct office o;
	ssh_session c = client(&o, "sari");

	(void)state;
	assert_int_equal(ssh_userauth_password(c, "sari", "salah"), SSH_AUTH_DENIED);
	assert_int_not_equal(ssh_userauth_password(c, "budi", "rahasia"), SSH_AUTH_SUCCESS);
	leave(&o, c);
}

static void keyboard_interactive(void **state)
{
	struct office o;
	ssh_session c = client(&o, "sari");

	(void)state;
	for (int round = 0; round < 2; round++) {
		assert_int_equal(ssh_userauth_kbdint(c, NULL, NULL), SSH_AUTH_INFO);
		assert_int_equal(ssh_userauth_kbdint_getnprompts(c), 1);
		assert_int_equal(ssh_userauth_kbdint_setanswer(c, 0, round == 0 ? "salah" : "rahasia"), 0);
		assert_int_equal(ssh_userauth_kbdint(c, NULL, NULL), round == 0 ? SSH_AUTH_DENIED : SSH_AUTH_SUCCESS);
	}
	leave(&o, c);
}

/* env (trap 15), a second channel (trap 25), exec outside the table and any subsystem are refused. */
static void refusals(void **state)
{
	struct office o;
	ssh_session c = client(&o, "sari");
	ssh_channel ch = enter(c), second = ssh_channel_new(c);

	(void)state;
	assert_int_equal(ssh_channel_request_env(ch, "TERMINFO", "/tmp/evil"), SSH_ERROR);
	assert_int_equal(ssh_channel_open_session(second), SSH_ERROR);
	assert_int_equal(ssh_channel_request_exec(ch, "sh -c id"), SSH_ERROR);
	assert_int_equal(ssh_channel_request_subsystem(ch, "balai"), SSH_ERROR);
	assert_int_equal(ssh_channel_request_subsystem(ch, "sftp"), SSH_ERROR);
	assert_int_equal(ssh_channel_request_shell(ch), SSH_OK);
	leave(&o, c);
}

static int read_all(ssh_channel ch, char *text, size_t size)
{
	size_t have = 0;
	int n;

	while (have < size && (n = ssh_channel_read_timeout(ch, text + have, (uint32_t)(size - have), 0, 5000)) > 0)
		have += (size_t)n;
	return (int)have;
}

static void sizes(void **state)
{
	static const struct { int cols, rows; const char *told; } row[] = {
		{ 80, 24, "xterm 24x80" }, { 0, 0, "xterm 24x80" }, { 1, 1, "xterm 10x40" }, { 60000, 60000, "xterm 100x300" },
		{ 132, 43, "xterm 43x132" },
	};
	char text[100];

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct office o;
		ssh_session c = client(&o, "sari");
		ssh_channel ch = enter(c);
		int n;

		assert_int_equal(ssh_channel_request_pty_size(ch, "xterm", row[i].cols, row[i].rows), SSH_OK);
		assert_int_equal(ssh_channel_request_exec(ch, "size"), SSH_OK);
		n = read_all(ch, text, sizeof text - 1);
		text[n] = '\0';
		assert_string_equal(text, row[i].told);
		assert_int_equal(ssh_channel_get_exit_status(ch), 7);
		leave(&o, c);
	}
}

/* All of 20 MB and the exit status arrive (trap 12). Sabotage: server_finish() sets SERVER_OVER. */
static void drained(void **state)
{
	static char text[1 << 16];
	struct office o;
	ssh_session c = client(&o, "sari");
	ssh_channel ch = enter(c);
	size_t have = 0;
	int n;

	(void)state;
	assert_int_equal(ssh_channel_request_exec(ch, "big"), SSH_OK);
	while ((n = ssh_channel_read(ch, text, sizeof text, 0)) > 0)
		have += (size_t)n;
	assert_int_equal(have, BIG);
	assert_int_equal(ssh_channel_get_exit_status(ch), 7);
	leave(&o, c);
}

/* 1 MB goes in and comes back whole, through a ring of 32 KiB. */
static void echoed(void **state)
{
	enum { ALL = 1 << 20 };
	static char out[4096], in[1 << 16];
	struct office o;
	ssh_session c = client(&o, "sari");
	ssh_channel ch = enter(c);
	size_t sent = 0, have = 0;
	int n;

	(void)state;
	memset(out, 'y', sizeof out);
	assert_int_equal(ssh_channel_request_shell(ch), SSH_OK);
	while (have < ALL) {
		if (sent < ALL && sent - have < 300000) {
			n = ssh_channel_write(ch, out, sizeof out);
			assert_true(n > 0);
			sent += (size_t)n;
			if (sent == ALL)
				ssh_channel_send_eof(ch);
		}
		n = ssh_channel_read_timeout(ch, in, sizeof in, 0, sent == ALL ? 5000 : 0);
		assert_true(n >= 0);
		if (sent == ALL && n == 0)
			break;
		have += (size_t)n;
	}
	assert_int_equal(have, ALL);
	leave(&o, c);
}

/* The template's own connection goes through, and then libcrypto's objects lie together. Sabotage: take the
 * preinit_array line out of crypto_heap.c. */
static void warmed(void **state)
{
	struct server_keys *keys;
#ifndef BALAI_SANITIZERS
	pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
#endif

	(void)state;
	assert_int_equal(server_keys_load(key_path, &keys), 0);
	assert_int_equal(server_warm(keys), 0);
#ifndef BALAI_SANITIZERS
	assert_true(crypto_heap_seal() > 10000);
	/* libc's own would say EDEADLK: ours writes nothing. Sabotage: call it something else in crypto_heap.c. */
	assert_int_equal(pthread_rwlock_wrlock(&lock), 0);
	assert_int_equal(pthread_rwlock_wrlock(&lock), 0);
#endif
	server_keys_free(keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(algorithms), cmocka_unit_test(six_tries), cmocka_unit_test(one_name),
		cmocka_unit_test(keyboard_interactive), cmocka_unit_test(refusals), cmocka_unit_test(sizes),
		cmocka_unit_test(drained), cmocka_unit_test(echoed), cmocka_unit_test(warmed),
	};
	int rc;

	signal(SIGPIPE, SIG_IGN);
	alarm(50);
	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(key_path, sizeof key_path, "%s/host", dir);
	if (server_keys_make(key_path) != 0)
		return 1;
	rc = cmocka_run_group_tests_name("ssh server", tests, NULL, NULL);
	unlink(key_path);
	rmdir(dir);
	return rc;
}
