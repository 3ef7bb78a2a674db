/* balai.c - the desk on a local terminal: server console, tests, under a stock sshd.
 *
 * usage: balai [-f CONF | -s SOCKET] [--plain] [--mono]
 * The person logs in on the desk itself. The terminal is put into raw mode and put back on every way out. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>
#include "clock.h"
#include "conf.h"
#include "desk_loop.h"
#include "err.h"
#include "log.h"
#include "proc.h"
#include "text.h"
#include "ui.h"

#define ROWS_MIN 10
#define ROWS_MAX 100
#define COLS_MIN 40
#define COLS_MAX 300
#define RETRY_MS 200
#define LEAVE_MS 2000

static struct local {
	struct call_line line;         /* only its descriptor is used: the socket to the store */
	const char *socket;
	struct desk desk;
	struct termios cooked;
	bool raw, plain, eof, hangup;
	int64_t retry;                 /* when to try the store again, 0: it is there */
	int in, out, signal_fd;
} l;

static void term_restore(void)
{
	if (l.raw)
		tcsetattr(l.in, TCSAFLUSH, &l.cooked);
	l.raw = false;
}

static int term_raw(void)
{
	struct termios t;

	if (tcgetattr(l.in, &l.cooked) != 0)
		return ERR_IO;
	t = l.cooked;
	cfmakeraw(&t);
	if (tcsetattr(l.in, TCSAFLUSH, &t) != 0)
		return ERR_IO;
	l.raw = true;
	atexit(term_restore);
	return 0;
}

static int clamp(int v, int min, int max, int otherwise)
{
	return v <= 0 ? otherwise : v < min ? min : v > max ? max : v;
}

static void term_size(int *rows, int *cols)
{
	struct winsize w = { 0 };

	if (ioctl(l.out, TIOCGWINSZ, &w) != 0)
		w = (struct winsize){ 0 };
	*rows = clamp(w.ws_row, ROWS_MIN, ROWS_MAX, 24);
	*cols = clamp(w.ws_col, COLS_MIN, COLS_MAX, 80);
}

static void store_gone(void)
{
	close(l.line.fd);
	l.line.fd = -1;
	l.retry = clock_mono_ms() + RETRY_MS;
	app_store_lost(l.desk.app);
}

static void store_read(void)
{
	uint8_t chunk[16384];
	ssize_t n = recv(l.line.fd, chunk, sizeof chunk, MSG_DONTWAIT);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0 || call_input(app_call(l.desk.app), chunk, (size_t)n) != 0)
		store_gone();
}

static void store_write(void)
{
	struct buf *out = call_output(app_call(l.desk.app));
	ssize_t n;

	while (l.line.fd >= 0 && out->len > 0) {
		n = send(l.line.fd, out->data, out->len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno != EINTR) {
			if (errno != EAGAIN)
				store_gone();
			return;
		}
		if (n > 0)
			buf_drop(out, (size_t)n);
	}
}

static void term_write(void)
{
	struct buf *out = desk_output(&l.desk, true);

	while (out->len > 0) {
		ssize_t n = write(l.out, out->data, out->len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			l.hangup = true;
			buf_reset(out);
			return;
		}
		buf_drop(out, (size_t)n);
	}
}

static void term_read(void)
{
	char typed[4096];
	ssize_t n = read(l.in, typed, sizeof typed);

	if (n > 0)
		desk_bytes(&l.desk, typed, (size_t)n, clock_mono_ms());
	else if (n == 0 || errno != EINTR)
		l.eof = true;
}

static void signals(void)
{
	struct signalfd_siginfo info;
	int rows, cols;

	while (read(l.signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
		if (info.ssi_signo == SIGWINCH) {
			term_size(&rows, &cols);
			desk_resize(&l.desk, rows, cols);
		} else {
			l.hangup = true;     /* SIGHUP, SIGTERM: the draft is saved, then we go */
		}
	}
}

static int wait_ms(int64_t now)
{
	int64_t due = desk_due(&l.desk);

	if (l.retry != 0 && (due == 0 || l.retry < due))
		due = l.retry;
	return due == 0 ? -1 : due <= now ? 0 : due - now > 600000 ? 600000 : (int)(due - now);
}

/* The store's requests go out again on a fresh socket; who was logged in is bound anew by the desk's ticket. */
static void store_retry(int64_t now)
{
	struct call_line again;

	if (l.retry == 0 || now < l.retry)
		return;
	l.retry = now + RETRY_MS;
	if (call_connect(&again, l.socket) != 0) {
		call_close(&again);
		return;
	}
	l.line = again;
	l.retry = 0;
	app_resume(l.desk.app);
}

static void step(void)
{
	struct pollfd p[3] = {
		{ .fd = l.eof ? -1 : l.in, .events = POLLIN }, { .fd = l.line.fd, .events = POLLIN }, { .fd = l.signal_fd, .events = POLLIN },
	};

	if (l.line.fd >= 0 && call_output(app_call(l.desk.app))->len > 0)
		p[1].events |= POLLOUT;
	if (poll(p, 3, wait_ms(clock_mono_ms())) < 0 && errno != EINTR)
		l.hangup = true;
	if (p[2].revents != 0)
		signals();
	if (p[1].revents & (POLLIN | POLLHUP | POLLERR))
		store_read();
	if (p[0].revents != 0)
		term_read();
	store_retry(clock_mono_ms());
	desk_turn(&l.desk, clock_mono_ms());
	store_write();
	term_write();
	if (l.eof && call_pending(app_call(l.desk.app)) == 0 && !l.hangup) {
		desk_turn(&l.desk, clock_mono_ms());
		l.hangup = call_pending(app_call(l.desk.app)) == 0;
	}
}

static void leave(void)
{
	int64_t until = clock_mono_ms() + LEAVE_MS;
	const struct rq_logout rq = { 0 };

	if (!app_over(l.desk.app)) {
		app_hangup(l.desk.app);
		call_send(app_call(l.desk.app), OP_logout, &rq, NULL, NULL);
	}
	while (l.line.fd >= 0 && call_pending(app_call(l.desk.app)) > 0 && clock_mono_ms() < until) {
		struct pollfd p = { .fd = l.line.fd, .events = POLLIN };

		store_write();
		if (l.line.fd >= 0 && poll(&p, 1, 100) > 0)
			store_read();
	}
}

static int usage(void)
{
	fputs("usage: balai [-f CONF | -s SOCKET] [--plain] [--mono]\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	struct desk_options o = { .peer = "lokal", .term = getenv("TERM"), .mono = getenv("NO_COLOR") != NULL };
	const char *conf_path = "/etc/balai/balai.conf";
	static struct conf conf;
	char err[256];
	sigset_t set;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-f") == 0 && i + 1 < argc)
			conf_path = argv[++i];
		else if (strcmp(argv[i], "-s") == 0 && i + 1 < argc)
			l.socket = argv[++i];
		else if (strcmp(argv[i], "--plain") == 0)
			o.plain = true;
		else if (strcmp(argv[i], "--mono") == 0)
			o.mono = true;
		else
			return usage();
	}
	log_init("balai", 2);
	text_init();
	if (l.socket == NULL && conf_read(&conf, conf_path, err) != 0) {
		fprintf(stderr, "balai: %s\n", err);
		return 1;
	}
	if (l.socket == NULL)
		l.socket = conf.socket;
	if (call_connect(&l.line, l.socket) != 0) {
		fprintf(stderr, "balai: %s: %s\n", l.socket, strerror(errno));
		return 1;
	}
	l.in = 0;
	l.out = 1;
	o.plain = o.plain || !isatty(0) || !isatty(1) || (o.term != NULL && strcmp(o.term, "dumb") == 0);
	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	l.signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (ui_preload() != 0 || l.signal_fd < 0) {
		fputs("balai: the locale C.UTF-8 is missing\n", stderr);
		return 1;
	}
	term_size(&o.rows, &o.cols);
	if (desk_open(&l.desk, &o) != 0 || (!o.plain && term_raw() != 0)) {
		fputs("balai: no memory, or not a terminal\n", stderr);
		return 1;
	}
	term_write();
	while (!desk_over(&l.desk) && !l.hangup)
		step();
	term_write();
	leave();
	desk_free(&l.desk);
	if (!o.plain) {
		struct buf *out = ui_output();

		if (write(l.out, out->data, out->len) < 0)
			l.hangup = true;
	}
	return 0;
}
