/* balaid_watch.c - the sessions: their stage, their deadlines, their appetite. */
#include "config.h"
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "balaid.h"
#include "err.h"
#include "log.h"
#include "proc.h"

/* A session ends itself at these (ssh/server.h); two seconds later it is killed. Counted from the accept. */
static const int64_t stage_ms[] = { 10000 + 2000, 45000 + 2000, 120000 + 2000 };
#define SPIN_PERCENT 90          /* of one sample's time */
#define LINES_A_SECOND 20        /* log lines of one session; more are dropped */

int watch_init(struct watch *w, const struct conf *conf)
{
	*w = (struct watch){ .conf = conf, .n = conf->sessions + conf->unauthenticated + conf->registered };
	if ((w->seat = calloc((size_t)w->n, sizeof *w->seat)) == NULL)
		return ERR_NOMEM;
	for (int i = 0; i < w->n; i++)
		w->seat[i].fd = -1;
	return 0;
}

int watch_add(struct watch *w, int fd, uint64_t source, bool registered, int64_t now)
{
	for (int i = 0; i < w->n; i++) {
		if (w->seat[i].fd >= 0)
			continue;
		w->seat[i] = (struct seat){ .fd = fd, .source = source, .registered = registered,
		                            .began = now, .wants_store = true };
		w->used++;
		w->waiting[registered]++;
		return i;
	}
	return -1;
}

/* The socket is gone, so the session is: dead, or deaf to us for ever. */
void watch_leave(struct watch *w, int i)
{
	struct seat *s = &w->seat[i];

	if (s->fd < 0)
		return;
	close(s->fd);
	s->fd = -1;
	w->used--;
	w->waiting[s->registered] -= s->stage < STAGE_IN;
}

int watch_same(const struct watch *w, uint64_t source)
{
	int n = 0;

	for (int i = 0; i < w->n; i++)
		n += w->seat[i].fd >= 0 && w->seat[i].stage < STAGE_IN && w->seat[i].source == source;
	return n;
}

/* "<6> TIME IDENT[PID] FILE:LINE text": level and time are ours to give. */
static void line_pass(struct seat *s, const char *line, int64_t now)
{
	enum log_level level = line[1] == '3' ? LOG_LV_ERR : line[1] == '4' ? LOG_LV_WARN : line[1] == '7' ? LOG_LV_DEBUG : LOG_LV_INFO;
	const char *at = line;

	if (now - s->lines_at >= 1000) {
		s->lines_at = now;
		s->lines = 0;
	}
	if (++s->lines > LINES_A_SECOND)
		return;
	for (int blanks = 0; *at != '\0' && blanks < 3; at++)
		blanks += *at == ' ';
	log_line(level, __FILE__, __LINE__, "session %d: %.*s", (int)s->pid, (int)strcspn(at, "\n"), at);
}

static void stage_reached(struct watch *w, struct seat *s, uint32_t stage)
{
	if (stage > STAGE_IN || stage <= (uint32_t)s->stage)
		return;
	s->stage = (enum control_stage)stage;
	w->waiting[s->registered] -= s->stage == STAGE_IN;
}

int watch_message(struct watch *w, int i, int64_t now)
{
	union { struct control c; char text[1024]; } m;
	struct seat *s = &w->seat[i];
	ssize_t n = recv(s->fd, &m, sizeof m - 1, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return ERR_AGAIN;
	if (n <= 0)
		return ERR_CLOSED;
	if (m.text[0] == '<') {
		m.text[n] = '\0';
		line_pass(s, m.text, now);
	} else if (n == (ssize_t)sizeof m.c && m.c.kind == CONTROL_STAGE) {
		stage_reached(w, s, m.c.value);
	} else if (n == (ssize_t)sizeof m.c && m.c.kind == CONTROL_STARTED && s->pid == 0) {
		s->pid = m.c.pid;        /* sent before it read a byte of the network; a second one is not listened to */
	}
	return 0;
}

static void seat_kill(struct seat *s, const char *why)
{
	log_warn("session %d: killed, %s", (int)s->pid, why);
	if (s->pid > 0)
		kill(s->pid, SIGKILL);
}

void watch_deadlines(struct watch *w, int64_t now)
{
	for (int i = 0; i < w->n; i++) {
		struct seat *s = &w->seat[i];

		if (s->fd >= 0 && s->pid > 0 && s->stage < STAGE_IN && now - s->began > stage_ms[s->stage])
			seat_kill(s, "too slow to log in");
	}
}

void watch_sample(struct watch *w, int64_t now, int64_t elapsed_ms)
{
	for (int i = 0; i < w->n; i++) {
		struct seat *s = &w->seat[i];
		int64_t cpu;
		char state;

		if (s->fd < 0 || s->pid <= 0 || proc_cpu_ms(s->pid, &cpu, &state) != 0)
			continue;
		if (state == 'T' || state == 't')
			seat_kill(s, "stopped");
		else if (now - s->began > elapsed_ms && (cpu - s->cpu_ms) * 100 >= elapsed_ms * SPIN_PERCENT)
			seat_kill(s, "spinning");
		s->cpu_ms = cpu;
	}
}

static int store_connect(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof a.sun_path)
		return -1;
	memcpy(a.sun_path, path, strlen(path) + 1);
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) < 0)
		return -1;
	if (connect(fd, (struct sockaddr *)&a, sizeof a) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

int watch_store(struct watch *w)
{
	const struct control m = { .kind = CONTROL_STORE };
	bool down = false;
	int left = 0;

	for (int i = 0; i < w->n; i++) {
		struct seat *s = &w->seat[i];
		int fd = -1;

		if (s->fd < 0 || !s->wants_store)
			continue;
		left++;
		if (down || (fd = store_connect(w->conf->socket)) < 0) {
			down = true;
			continue;
		}
		if (proc_send_fd(s->fd, &m, sizeof m, &fd, 1) == 0) {
			s->wants_store = false;
			left--;
		}
		close(fd);
	}
	return left;
}

void watch_want_store(struct watch *w)
{
	for (int i = 0; i < w->n; i++)
		w->seat[i].wants_store = w->seat[i].fd >= 0;
}

void watch_stop(struct watch *w)
{
	const struct control m = { .kind = CONTROL_STOP };

	for (int i = 0; i < w->n; i++)
		if (w->seat[i].fd >= 0)
			proc_send_fd(w->seat[i].fd, &m, sizeof m, NULL, 0);
}
