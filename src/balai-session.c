/* balai-session.c - the template: sets everything up once, then forks a confined session for each connection balaid hands it.
 *
 * It reads no byte of any network, holds no socket to the store and no secret but the host key. */
#include "config.h"
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <poll.h>
#include <unistd.h>
#include "desk_loop.h"
#include "err.h"
#include "form.h"
#include "heap.h"
#include "log.h"
#include "proc.h"
#include "sandbox.h"
#include "session.h"
#include "text.h"
#include "ui.h"

static struct conf conf;
static struct session_world world = { .conf = &conf };

/* --- host keys, for balaid -f CONF --make-host-keys ------------------------------------------------------------------- */

static int key_each(bool make, int (*each)(const char *path, const struct server_keys *))
{
	const char *path[2] = { conf.host_key, conf.host_key_next };
	struct server_keys *keys;
	int rc;

	for (int i = 0; i < 2; i++) {
		if (make && access(path[i], F_OK) != 0 && server_keys_make(path[i]) != 0) {
			fprintf(stderr, "balaid: %s: %s\n", path[i], strerror(errno));
			return 1;
		}
		if ((rc = server_keys_load(path[i], &keys)) != 0) {
			fprintf(stderr, "balaid: %s: %s\n", path[i], rc == ERR_NOTFOUND ? "cannot be read" : "not an Ed25519 host key");
			return 1;
		}
		rc = each(path[i], keys);
		server_keys_free(keys);
		if (rc != 0)
			return 1;
	}
	return 0;
}

static int each_print(const char *path, const struct server_keys *keys)
{
	char *text = server_keys_print(keys);

	if (text == NULL)
		return ERR_NOMEM;
	dprintf(CONTROL_FD, "%s %s\n", path, text);
	free(text);
	return 0;
}

static int each_public(const char *path, const struct server_keys *keys)
{
	char *text = server_keys_public(keys);

	(void)path;
	if (text == NULL)
		return ERR_NOMEM;
	dprintf(CONTROL_FD, "%s\n", text);
	free(text);
	return 0;
}

/* --- warming up ------------------------------------------------------------------------------------------------------- */

/* Two screens, so that what the desk and curses set up once is there before the fork. */
static int warm_desk(void)
{
	struct desk_options o = { .account = "hangat", .peer = "", .term = "xterm", .rows = 24, .cols = 80 };
	struct desk d;

	if (desk_open(&d, &o) != 0)
		return ERR_NOMEM;
	desk_output(&d, true);
	desk_free(&d);
	buf_reset(ui_output());
	return 0;
}

static int preload_form(void *arg, const char *name, const char *text, size_t n)
{
	struct form_source source = form_dir_source(arg);

	if (app_preload_form(name, text, n, &source) != 0)
		log_warn("form %s is not read", name);
	return 0;
}

/* The office's forms, read once for all sessions. A store that holds other versions sends its own: nothing depends on these. */
static void warm_forms(void)
{
	struct form_dir *dir, *lists;
	uint8_t digest[32];

	if (conf.forms == NULL || form_dir_open(conf.forms, &dir) != 0)
		return;
	/* the source of lists is a second reader: a form's text stays as it is while its lists are read */
	if (form_dir_open(conf.forms, &lists) == 0) {
		if (form_dir_lists(lists, digest) == 0 && form_dir_forms(dir, preload_form, lists) == 0)
			app_preload_lists(digest);
		form_dir_close(lists);
	}
	form_dir_close(dir);
}

static int warm(void)
{
	char bad[300];
	size_t sealed;
	bool good;
	int rc;

	heap_inherit();
	text_init();
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL) {
		log_err("the locale C.UTF-8 is missing");
		return ERR_NOTFOUND;
	}
	if (strcmp(server_library(&good), "") == 0 || !good) {
		log_err("libssh %s is too old", server_library(&good));
		return ERR_VERSION;
	}
	if ((rc = server_keys_load(conf.host_key, &world.keys)) != 0) {
		log_err("host key %s: %s", conf.host_key, err_name(rc));
		return rc;
	}
	if (conf.authorized_keys != NULL && (rc = keylist_read(conf.authorized_keys, &world.list, bad, sizeof bad)) != 0) {
		log_err("%s: %s", bad, err_name(rc));
		return rc;
	}
	warm_forms();
	if (conf.user_session != NULL && geteuid() == 0 && (rc = proc_drop(conf.user_session)) != 0)
		return rc;
	if ((rc = proc_harden()) != 0 || (rc = ui_preload()) != 0 || (rc = sandbox_prepare(SANDBOX_SESSION, &world.box)) != 0) {
		log_err("cannot be confined: %s", err_name(rc));
		return rc;
	}
	if ((rc = server_warm(world.keys)) != 0 || (rc = warm_desk()) != 0)
		log_warn("warming up failed: %s", err_name(rc));
	log_info("libssh %s, %zu admission keys", server_library(&good), world.list.n);
	sealed = heap_seal();
	log_debug("%zu bytes of holes sealed", sealed);
	return 0;
}

/* --- sessions --------------------------------------------------------------------------------------------------------------- */

static _Noreturn void session_child(int tcp, int control, const char *peer)
{
	const int keep[2] = { tcp, control };
	const struct control started = { .kind = CONTROL_STARTED, .pid = getpid() };
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGCHLD, SIG_DFL);
	signal(SIGPROF, SIG_DFL);
	log_init("balai-session", control);
	/* by itself, for this template may be replaced before it could tell */
	send(control, &started, sizeof started, MSG_NOSIGNAL);
	if (proc_close_from(0, keep, 2) != 0 || sandbox_limits(conf.session_memory_mb) != 0 ||
	    sandbox_enter(world.box, SANDBOX_SESSION) != 0) {
		log_err("not confined, so not started");
		_exit(1);
	}
	/* Not exit(): taking libraries apart touches every page that is still shared with the template, for nothing. */
	_exit(session_run(&world, tcp, control, peer));
}

static void session_start(const struct control *m, const int fds[2])
{
	char peer[sizeof m->peer];
	pid_t pid;

	memcpy(peer, m->peer, sizeof peer);
	peer[sizeof peer - 1] = '\0';
	pid = fork();
	if (pid == 0)
		session_child(fds[0], fds[1], peer);
	if (pid < 0)
		log_err("fork: %s", strerror(errno));
	close(fds[0]);
	close(fds[1]);
}

static void reap(int signal_fd)
{
	struct signalfd_siginfo info;
	struct control m = { .kind = CONTROL_ENDED };
	int status;

	while (read(signal_fd, &info, sizeof info) > 0)
		;
	while ((m.pid = waitpid(-1, &status, WNOHANG)) > 0) {
		m.value = (uint32_t)status;
		send(CONTROL_FD, &m, sizeof m, MSG_NOSIGNAL);
	}
}

static int serve(int signal_fd)
{
	struct pollfd p[2] = { { .fd = CONTROL_FD, .events = POLLIN }, { .fd = signal_fd, .events = POLLIN } };
	const struct control ready = { .kind = CONTROL_READY };

	send(CONTROL_FD, &ready, sizeof ready, MSG_NOSIGNAL);
	for (;;) {
		struct control m;
		int fds[2];
		size_t nfds = 2;
		ssize_t n;

		if (poll(p, 2, -1) < 0 && errno != EINTR)
			return 1;
		if (p[1].revents != 0)
			reap(signal_fd);
		if (p[0].revents == 0)
			continue;
		n = proc_recv_fd(CONTROL_FD, &m, sizeof m, fds, &nfds);
		if (n == ERR_AGAIN)
			continue;
		if (n <= 0)
			return 0;        /* balaid is gone, or has made another template: the sessions go on without this one */
		if (n == (ssize_t)sizeof m && m.kind == CONTROL_START && nfds == 2)
			session_start(&m, fds);
	}
}

static int template_main(pid_t parent)
{
	sigset_t set;
	int signal_fd;

	log_init("balai-session", 2);
	if (proc_die_with_parent(parent) != 0)
		return 1;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	if (warm() != 0)
		return 1;
	/* a change of user forgets the death signal */
	if (proc_die_with_parent(parent) != 0)
		return 1;
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return signal_fd < 0 ? 1 : serve(signal_fd);
}

int main(int argc, char **argv)
{
	pid_t parent = getppid();
	char err[256];

	log_init("balai-session", 2);
	if (argc != 4 || strcmp(argv[1], "-f") != 0) {
		fputs("balai-session is started by balaid\n", stderr);
		return 2;
	}
	if (conf_read(&conf, argv[2], err) != 0) {
		log_err("%s", err);
		return 1;
	}
	if (strcmp(argv[3], "--make-host-keys") == 0)
		return key_each(true, each_print);
	if (strcmp(argv[3], "--show-host-keys") == 0)
		return key_each(false, each_public);
	if (strcmp(argv[3], "--template") == 0)
		return template_main(parent);
	return 2;
}
