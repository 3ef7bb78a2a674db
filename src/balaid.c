/* balaid.c - the supervisor: opens the listeners, admits, starts and restarts the others, kills what runs wild. */
#include "config.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "balaid.h"
#include "clock.h"
#include "err.h"
#include "log.h"
#include "proc.h"
#include "random.h"

#define STORE_RETRY_MS 50
#define STOP_MS 10000            /* from SIGTERM to SIGKILL */
#define LEAVE_MS 3000            /* sessions say their sentence first */
#define BACKLOG 256

/* epoll tags: kind in the high half, index in the low */
enum tag { TAG_SIGNAL, TAG_TEMPLATE, TAG_LISTEN, TAG_SEAT };

static struct {
	struct conf conf;
	struct children children;
	struct watch watch;
	struct { int fd; bool registered; } listener[CONF_LISTEN_MAX];
	int epoll, signal_fd, template_watched;
	bool listening;
	int64_t sampled, refused_said;
	int refused;
	int64_t stopping;            /* when SIGTERM came */
	bool store_told;             /* store and hasher were asked to end */
} d;

static int watch_fd(int fd, enum tag tag, int index)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u64 = (uint64_t)tag << 32 | (uint32_t)index };

	return epoll_ctl(d.epoll, EPOLL_CTL_ADD, fd, &e);
}

/* --- starting ------------------------------------------------------------------------------------------------------ */

static int run_folder(const struct conf *conf)
{
	struct passwd *pw;

	if (mkdir(conf->run, 0711) != 0 && errno != EEXIST) {
		log_err("%s: %s", conf->run, strerror(errno));
		return ERR_IO;
	}
	/* the store makes its socket there */
	if (geteuid() == 0 && conf->user_store != NULL && (pw = getpwnam(conf->user_store)) != NULL &&
	    chown(conf->run, pw->pw_uid, pw->pw_gid) != 0)
		log_warn("%s: %s", conf->run, strerror(errno));
	return 0;
}

/* One office, one balaid: the lock goes with the process, so a kill leaves nothing to clean up. */
static int pid_file(const char *run)
{
	char path[4096], text[16];
	int fd, n;

	snprintf(path, sizeof path, "%s/balaid.pid", run);
	/* the folder is the store's: what it may have put there is not followed */
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0) {
		log_err("%s: %s", path, fd < 0 ? strerror(errno) : "another balaid serves this office");
		return ERR_BUSY;
	}
	n = snprintf(text, sizeof text, "%d\n", (int)getpid());
	if (ftruncate(fd, 0) != 0 || write(fd, text, (size_t)n) != n)
		log_warn("%s: %s", path, strerror(errno));
	return 0;                /* the descriptor stays open, and the lock with it */
}

static int listener_open(const char *address, int port)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
	bool six = inet_pton(AF_INET6, address, &v6.sin6_addr) == 1;
	int one = 1, fd;

	if (!six && inet_pton(AF_INET, address, &v4.sin_addr) != 1) {
		log_err("listen %s: not a numeric address", address);
		return -1;
	}
	fd = socket(six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
	    (six && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one) != 0) ||
	    bind(fd, six ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4, six ? sizeof v6 : sizeof v4) != 0 ||
	    listen(fd, BACKLOG) != 0) {
		log_err("listen %s port %d: %s", address, port, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

static int port_of(int fd)
{
	union { struct sockaddr a; struct sockaddr_in v4; struct sockaddr_in6 v6; } u;
	socklen_t n = sizeof u;

	if (getsockname(fd, &u.a, &n) != 0)
		return 0;
	return ntohs(u.a.sa_family == AF_INET6 ? u.v6.sin6_port : u.v4.sin_port);
}

static int listeners_open(const struct conf *conf)
{
	char path[4096];
	FILE *f;

	if (conf->nlisten == 0)
		log_warn("no `listen` in %s: nobody can connect", conf->path);
	snprintf(path, sizeof path, "%s/listen", conf->run);
	unlink(path);
	f = fopen(path, "wxe");  /* made anew: the folder is the store's, and what it may have put there is not followed */
	for (size_t i = 0; i < conf->nlisten; i++) {
		int fd = listener_open(conf->listen[i].address, conf->listen[i].port);

		if (fd < 0) {
			if (f != NULL)
				fclose(f);
			return ERR_IO;
		}
		d.listener[i].fd = fd;
		d.listener[i].registered = conf->listen[i].registered;
		log_info("listening on %s port %d", conf->listen[i].address, port_of(fd));
		if (f != NULL)
			fprintf(f, "%s %d\n", conf->listen[i].address, port_of(fd));
	}
	if (f != NULL)
		fclose(f);
	return 0;
}

/* The office's own file first; a service manager's journal drops lines when they come fast. */
static void log_open(const struct conf *conf)
{
	int fd;

	log_init("balaid", 2);
	if (conf->log == NULL)
		return;
	fd = open(conf->log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	if (fd < 0) {
		log_warn("%s: %s; logging to standard error", conf->log, strerror(errno));
		return;
	}
	dup2(fd, 2);             /* the children inherit it */
	close(fd);
}

static void say_protection(const struct conf *conf)
{
#ifdef BALAI_SANITIZERS
	log_warn("built with sanitizers: no process is confined, so this is no program for an office");
#endif
	if (geteuid() != 0)
		log_warn("not started by root: store, hasher and sessions run under one user, so a broken session is kept from the "
		         "database by its confinement alone");
	else if (conf->user_store == NULL || conf->user_session == NULL || conf->user_hash == NULL)
		log_warn("no `user store`, `user session`, `user hash` in %s: everything runs as root", conf->path);
}

static int start(const char *conf_path)
{
	struct rlimit files;
	sigset_t set;

	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);     /* sessions outlive a template that was replaced */
	umask(077);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max < 16384 ? files.rlim_max : 16384;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	d.signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	d.epoll = epoll_create1(EPOLL_CLOEXEC);
	d.template_watched = -1;
	if (d.signal_fd < 0 || d.epoll < 0 || watch_fd(d.signal_fd, TAG_SIGNAL, 0) != 0)
		return ERR_IO;
	/* what makes a start fail is said where the starter looks; only then the log takes over */
	if (run_folder(&d.conf) != 0 || pid_file(d.conf.run) != 0 || listeners_open(&d.conf) != 0 ||
	    watch_init(&d.watch, &d.conf) != 0)
		return ERR_IO;
	log_open(&d.conf);
	say_protection(&d.conf);
	children_init(&d.children, &d.conf, conf_path);
	return 0;
}

/* --- connections ----------------------------------------------------------------------------------------------------- */

static void refuse(const char *why, int64_t now)
{
	d.refused++;
	if (now - d.refused_said < 1000)     /* one line a second, whatever comes */
		return;
	log_warn("refused %d connections: %s", d.refused, why);
	d.refused = 0;
	d.refused_said = now;
}

static void socket_options(int fd)
{
	int one = 1, idle = 30, every = 10, count = 3, user = 60000;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &every, sizeof every);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &user, sizeof user);
}

/* Hands the socket to the template, which forks a session for it. */
static const char *hand_over(int fd, const char *address, bool registered, int64_t now)
{
	struct control m = { .kind = CONTROL_START };
	int sv[2], fds[2], seat;

	if (proc_socketpair(sv, SOCK_SEQPACKET | SOCK_NONBLOCK) != 0)
		return "no descriptors";
	if ((seat = watch_add(&d.watch, sv[0], admit_source(address), registered, now)) < 0) {
		close(sv[0]);
		close(sv[1]);
		return "the house is full";
	}
	snprintf(m.peer, sizeof m.peer, "%s", address);
	fds[0] = fd;
	fds[1] = sv[1];
	if (watch_fd(sv[0], TAG_SEAT, seat) != 0 || proc_send_fd(d.children.template_fd, &m, sizeof m, fds, 2) != 0) {
		close(sv[1]);
		watch_leave(&d.watch, seat);
		return "the template is busy";
	}
	close(sv[1]);
	return NULL;
}

static void take(int listener, int64_t now)
{
	union { struct sockaddr a; struct sockaddr_in v4; struct sockaddr_in6 v6; } u;
	bool registered = d.listener[listener].registered;
	struct admit pool = admit_pool(&d.conf, registered, d.watch.waiting);
	char address[INET6_ADDRSTRLEN] = "?";
	socklen_t n = sizeof u;
	const char *why;
	int fd = accept4(d.listener[listener].fd, &u.a, &n, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	if (u.a.sa_family == AF_INET6)
		inet_ntop(AF_INET6, &u.v6.sin6_addr, address, sizeof address);
	else
		inet_ntop(AF_INET, &u.v4.sin_addr, address, sizeof address);
	why = admit_refuses(&pool, watch_same(&d.watch, admit_source(address)), (int)random_below(100));
	if (why == NULL) {
		socket_options(fd);
		why = hand_over(fd, address, registered, now);
	}
	if (why != NULL)
		refuse(why, now);
	close(fd);
}

/* --- what children say and how they end --------------------------------------------------------------------------------- */

static bool crashed(int status)
{
	int s = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	return s == SIGSEGV || s == SIGSYS || s == SIGABRT || s == SIGBUS || s == SIGILL || s == SIGFPE || s == SIGTRAP;
}

/* A crash may have been a try at our memory layout: nobody gets a second one at the same. */
static void session_ended(pid_t pid, int status, int64_t now)
{
	if (WIFSIGNALED(status))
		log_warn("session %d ended by signal %d%s", (int)pid, WTERMSIG(status), signal_why(WTERMSIG(status)));
	if (crashed(status) && d.stopping == 0) {
		log_err("session %d crashed: the template is made anew", (int)pid);
		template_renew(&d.children, now);
	}
}

static void template_said(int64_t now)
{
	struct control m;

	for (int i = 0; i < 64 && d.children.template_fd >= 0; i++) {
		ssize_t n = recv(d.children.template_fd, &m, sizeof m, MSG_DONTWAIT);

		if (n != (ssize_t)sizeof m)
			return;              /* its end comes as SIGCHLD */
		if (m.kind == CONTROL_READY) {
			d.children.template_ready = true;
			log_info("ready");
		} else if (m.kind == CONTROL_ENDED) {
			session_ended(m.pid, (int)m.value, now);
		}
	}
}

static void reap(int64_t now)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		bool store = pid == d.children.store;

		if (!children_ended(&d.children, pid, status, now))
			session_ended(pid, status, now);
		if (store && d.stopping == 0)
			watch_want_store(&d.watch);
	}
}

static void signals(int64_t now)
{
	struct signalfd_siginfo info;

	while (read(d.signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
		if (info.ssi_signo == SIGCHLD || d.stopping != 0)
			continue;
		log_info("stopping");
		d.stopping = now;
		d.children.stopping = true;
		for (size_t i = 0; i < d.conf.nlisten; i++)
			close(d.listener[i].fd);
		watch_stop(&d.watch);
	}
	reap(now);
}

static void seat_said(int seat, int64_t now)
{
	int rc = 0;

	for (int i = 0; i < 16 && rc == 0; i++)
		rc = watch_message(&d.watch, seat, now);
	if (rc == ERR_CLOSED)
		watch_leave(&d.watch, seat);
}

/* --- the loop -------------------------------------------------------------------------------------------------------------- */

static int64_t sooner(int64_t a, int64_t b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

/* Without a template connections wait in the kernel's queue and are not turned away. */
static void listen_while(bool wanted)
{
	if (d.listening == wanted)
		return;
	d.listening = wanted;
	for (size_t i = 0; i < d.conf.nlisten; i++) {
		if (wanted)
			watch_fd(d.listener[i].fd, TAG_LISTEN, (int)i);
		else
			epoll_ctl(d.epoll, EPOLL_CTL_DEL, d.listener[i].fd, NULL);
	}
}

/* All that has its time; returns when the next is due, 0 for never. */
static int64_t timers(int64_t now)
{
	int64_t due = children_tick(&d.children, now);

	if (d.children.template_fd != d.template_watched) {
		d.template_watched = d.children.template_fd;
		if (d.template_watched >= 0)
			watch_fd(d.template_watched, TAG_TEMPLATE, 0);
	}
	if (d.stopping == 0)
		listen_while(d.template_watched >= 0);
	if (d.stopping == 0 && watch_store(&d.watch) > 0)
		due = sooner(due, now + STORE_RETRY_MS);
	if (d.watch.used == 0) {
		d.sampled = 0;
		return due;
	}
	if (d.sampled == 0)
		d.sampled = now;
	if (now - d.sampled >= WATCH_SAMPLE_MS) {
		watch_sample(&d.watch, now, now - d.sampled);
		watch_deadlines(&d.watch, now);
		d.sampled = now;
	}
	return sooner(due, d.sampled + WATCH_SAMPLE_MS);
}

/* Sessions say their sentence and save, then the store commits and ends, then all is over. True when it is. */
static bool stop_step(int64_t now)
{
	if (!d.store_told && (d.watch.used == 0 || now - d.stopping > LEAVE_MS)) {
		d.store_told = true;
		children_stop(&d.children);
	}
	if (d.store_told && d.children.store == 0 && d.children.hash != 0)
		kill(d.children.hash, SIGTERM);
	if (now - d.stopping > STOP_MS) {
		log_warn("not everybody ended in time");
		children_kill(&d.children);
		return true;
	}
	return d.store_told && children_gone(&d.children);
}

static void loop(void)
{
	struct epoll_event e[64];

	for (;;) {
		int64_t now = clock_mono_ms(), due = timers(now);
		int n, wait = due == 0 ? -1 : due <= now ? 0 : (int)(due - now);

		if (d.stopping != 0) {
			if (stop_step(now))
				return;
			wait = 50;
		}
		n = epoll_wait(d.epoll, e, 64, wait);
		now = clock_mono_ms();
		for (int i = 0; i < n; i++) {
			int index = (int)(uint32_t)e[i].data.u64;

			switch ((enum tag)(e[i].data.u64 >> 32)) {
			case TAG_SIGNAL:   signals(now); break;
			case TAG_TEMPLATE: template_said(now); break;
			case TAG_LISTEN:   take(index, now); break;
			case TAG_SEAT:     seat_said(index, now); break;
			}
		}
	}
}

static int usage(void)
{
	fputs("usage: balaid -f CONF [--make-host-keys | --show-host-keys]\n", stderr);
	return 2;
}

/* Host keys are libssh's business, and this program does not link it. */
static int host_keys(const char *conf_path, const char *what)
{
	pid_t pid;
	int status;

	if (child_exec("balai-session", conf_path, what, 1, &pid) != 0 || waitpid(pid, &status, 0) != pid)
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
	static char path[PATH_MAX];      /* the children are started with it as long as we live */
	char err[256];

	log_init("balaid", 2);
	if (argc < 3 || argc > 4 || strcmp(argv[1], "-f") != 0)
		return usage();
	if (argc == 4 && strcmp(argv[3], "--make-host-keys") != 0 && strcmp(argv[3], "--show-host-keys") != 0)
		return usage();
	if (realpath(argv[2], path) == NULL) {
		fprintf(stderr, "balaid: %s: %s\n", argv[2], strerror(errno));
		return 1;
	}
	if (conf_read(&d.conf, path, err) != 0) {
		fprintf(stderr, "balaid: %s\n", err);
		return 1;
	}
	if (argc == 4)
		return host_keys(path, argv[3]);
	if (start(path) != 0)
		return 1;
	loop();
	log_info("stopped");
	return 0;
}
