/* balaid_child.c - starts the store, its hasher and the session template, and starts them again when they die. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "balaid.h"
#include "err.h"
#include "log.h"
#include "proc.h"

#define DELAY_MIN 100
#define DELAY_MAX 30000
#define LIVED_MS 10000           /* who lived so long is started again at once */
#define EARLY_SAID 5             /* after so many early deaths in a row the log says it in words */

/* The other programs stand beside this one (a build tree), else in libexec. */
static void program_path(char *out, size_t size, const char *program)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	char *slash;

	if (n > 0) {
		self[n] = '\0';
		if ((slash = strrchr(self, '/')) != NULL) {
			*slash = '\0';
			if ((size_t)snprintf(out, size, "%s/%s", self, program) < size && access(out, X_OK) == 0)
				return;
		}
	}
	snprintf(out, size, "%s/%s", LIBEXECDIR, program);
}

static _Noreturn void child_become(const char *path, const char *program, const char *conf_path, const char *extra, int fd3)
{
	char *argv[] = { (char *)program, (char *)"-f", (char *)conf_path, (char *)extra, NULL };
	/* all names of the libraries are looked up once: a session that is forked would look its own up and write them down */
	char *envp[] = { (char *)"LD_BIND_NOW=1", NULL };
	sigset_t none;
	int null;

	/* no terminal: a Ctrl-C there is for balaid alone, which lets the desks save before the store ends */
	setsid();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	if (fd3 >= 0 && (fd3 == CONTROL_FD ? fcntl(fd3, F_SETFD, 0) : dup2(fd3, CONTROL_FD)) < 0)
		_exit(126);
	if ((null = open("/dev/null", O_RDWR)) < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0)
		_exit(126);
	proc_close_from(fd3 >= 0 ? CONTROL_FD + 1 : CONTROL_FD, NULL, 0);
	execve(path, argv, envp);
	_exit(127);
}

int child_exec(const char *program, const char *conf_path, const char *extra, int fd3, pid_t *pid)
{
	char path[PATH_MAX];

	program_path(path, sizeof path, program);
	if (access(path, X_OK) != 0) {
		log_err("%s: %s", path, strerror(errno));
		return ERR_NOTFOUND;
	}
	*pid = fork();
	if (*pid < 0) {
		log_err("fork: %s", strerror(errno));
		return ERR_IO;
	}
	if (*pid == 0)
		child_become(path, program, conf_path, extra, fd3);
	return 0;
}

void children_init(struct children *c, const struct conf *conf, const char *conf_path)
{
	*c = (struct children){ .conf = conf, .conf_path = conf_path, .template_fd = -1, .pair_due = 1, .template_due = 1 };
}

static void pair_start(struct children *c, int64_t now)
{
	int sv[2];

	c->pair_due = 0;
	c->pair_began = now;
	if (proc_socketpair(sv, SOCK_STREAM) != 0) {
		log_err("socketpair: %s", strerror(errno));
		c->pair_due = now + DELAY_MAX;
		return;
	}
	if (child_exec("balai-hash", c->conf_path, NULL, sv[1], &c->hash) != 0)
		c->hash = 0;
	if (c->hash != 0 && child_exec("balai-store", c->conf_path, NULL, sv[0], &c->store) != 0) {
		c->store = 0;
		kill(c->hash, SIGTERM);
	}
	close(sv[0]);
	close(sv[1]);
	if (c->hash == 0)
		c->pair_due = now + DELAY_MAX;
	else if (c->store != 0)
		log_info("started balai-hash %d, balai-store %d", (int)c->hash, (int)c->store);
}

static void template_start(struct children *c, int64_t now)
{
	int sv[2];

	c->template_due = 0;
	c->template_began = now;
	c->template_ready = false;
	if (proc_socketpair(sv, SOCK_SEQPACKET | SOCK_NONBLOCK) != 0 ||
	    child_exec("balai-session", c->conf_path, "--template", sv[1], &c->template) != 0) {
		c->template = 0;
		c->template_due = now + DELAY_MAX;
		return;
	}
	close(sv[1]);
	c->template_fd = sv[0];
	log_info("started balai-session template %d", (int)c->template);
}

int64_t children_tick(struct children *c, int64_t now)
{
	int64_t due = 0;

	if (c->stopping)
		return 0;
	if (c->pair_due != 0 && now >= c->pair_due)
		pair_start(c, now);
	if (c->template_due != 0 && now >= c->template_due)
		template_start(c, now);
	if (c->pair_due != 0)
		due = c->pair_due;
	if (c->template_due != 0 && (due == 0 || c->template_due < due))
		due = c->template_due;
	return due;
}

int child_delay(int delay, int64_t lived)
{
	if (lived >= LIVED_MS)
		return 0;
	if (delay == 0)
		return DELAY_MIN;
	return delay * 2 > DELAY_MAX ? DELAY_MAX : delay * 2;
}

const char *signal_why(int sig)
{
	return sig == SIGSYS ? " (SIGSYS): its filter refused a system call, which its own line names" : "";
}

static void told(const char *name, pid_t pid, int status)
{
	if (WIFSIGNALED(status))
		log_err("%s %d ended by signal %d%s", name, (int)pid, WTERMSIG(status), signal_why(WTERMSIG(status)));
	else
		log_err("%s %d ended with status %d", name, (int)pid, WEXITSTATUS(status));
}

/* One that fails the same way at once is not tried without a pause for ever, and the log does not leave it at its own lines. */
static void pair_again(struct children *c, int64_t now)
{
	c->pair_delay = child_delay(c->pair_delay, now - c->pair_began);
	c->pair_due = now + c->pair_delay;
	c->pair_early = c->pair_delay == 0 ? 0 : c->pair_early + 1;
	if (c->pair_early != 0 && c->pair_early % EARLY_SAID == 0)
		log_err("the store could not stay up %d times in a row, so nobody can log in: its lines above say what is to be mended. "
		        "It is tried again after pauses of up to %d s", c->pair_early, DELAY_MAX / 1000);
}

/* Store and hasher share a socket pair, so one never goes on without the other. */
static void pair_ended(struct children *c, pid_t pid, int status, int64_t now)
{
	bool store = pid == c->store;

	if (!c->stopping)
		told(store ? "balai-store" : "balai-hash", pid, status);
	if (store)
		c->store = 0;
	else
		c->hash = 0;
	if (store && c->hash != 0)
		kill(c->hash, SIGKILL);
	else if (!store && c->store != 0)
		kill(c->store, SIGTERM);
	if (c->store == 0 && c->hash == 0 && !c->stopping)
		pair_again(c, now);
}

bool children_ended(struct children *c, pid_t pid, int status, int64_t now)
{
	if (pid == c->store || pid == c->hash) {
		pair_ended(c, pid, status, now);
		return true;
	}
	if (pid != c->template)
		return false;
	if (!c->stopping)
		told("balai-session template", pid, status);
	c->template = 0;
	if (c->template_fd >= 0)
		close(c->template_fd);
	c->template_fd = -1;
	c->template_ready = false;
	if (!c->stopping) {
		c->template_delay = child_delay(c->template_delay, now - c->template_began);
		c->template_due = now + c->template_delay;
	}
	return true;
}

void template_renew(struct children *c, int64_t now)
{
	if (c->template_fd >= 0)
		close(c->template_fd);
	c->template_fd = -1;
	c->template_ready = false;
	c->template = 0;             /* ends by itself; its sessions go on and become ours */
	c->template_delay = child_delay(c->template_delay, now - c->template_began);
	c->template_due = now + c->template_delay;
}

void children_stop(struct children *c)
{
	c->stopping = true;
	if (c->template_fd >= 0)
		close(c->template_fd);
	c->template_fd = -1;
	if (c->store != 0)
		kill(c->store, SIGTERM);
	else if (c->hash != 0)
		kill(c->hash, SIGTERM);
}

bool children_gone(const struct children *c)
{
	return c->store == 0 && c->hash == 0 && c->template == 0;
}

void children_kill(struct children *c)
{
	if (c->store != 0)
		kill(c->store, SIGKILL);
	if (c->hash != 0)
		kill(c->hash, SIGKILL);
	if (c->template != 0)
		kill(c->template, SIGKILL);
}
