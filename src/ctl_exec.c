/* ctl_exec.c - starts another program of Balai: beside this one (a build, /usr/sbin), else in libexecdir. */
#include "config.h"
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctl.h"
#include "proc.h"

#define HANDED_FD 3

/* The program's path; never taken from PATH. */
static int ctl_program(const char *program, char path[PATH_MAX])
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	char *slash;

	if (n > 0) {
		self[n] = '\0';
		slash = strrchr(self, '/');
		if (slash != NULL) {
			*slash = '\0';
			if (snprintf(path, PATH_MAX, "%s/%s", self, program) < PATH_MAX && access(path, X_OK) == 0)
				return CTL_DONE;
		}
	}
	if (snprintf(path, PATH_MAX, "%s/%s", LIBEXECDIR, program) < PATH_MAX && access(path, X_OK) == 0)
		return CTL_DONE;
	return ctl_refuse("%s is neither beside balaictl nor in %s: is Balai installed completely?", program, LIBEXECDIR);
}

int ctl_exec(struct ctl *c, const char *program, const char *const argv[])
{
	char path[PATH_MAX];
	int e = ctl_program(program, path);

	(void)c;
	if (e != CTL_DONE)
		return e;
	fflush(stdout);
	execv(path, (char *const *)(uintptr_t)argv);
	return ctl_refuse("%s: %s", path, strerror(errno));
}

int ctl_wait(struct ctl *c, const char *program, const char *const argv[])
{
	char path[PATH_MAX];
	int e = ctl_program(program, path), status;
	pid_t pid;

	(void)c;
	if (e != CTL_DONE)
		return e;
	fflush(stdout);
	if ((pid = fork()) < 0)
		return ctl_refuse("fork: %s", strerror(errno));
	if (pid == 0) {
		execv(path, (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return ctl_refuse("%s: %s", program, strerror(errno));
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	return ctl_refuse("%s was ended by signal %d", program, WTERMSIG(status));
}

int ctl_hand_over(struct ctl *c, const char *program, const char *const argv[])
{
	if (c->line.fd != HANDED_FD) {
		/* dup2 leaves close-on-exec off, which is what is wanted */
		if (dup2(c->line.fd, HANDED_FD) < 0)
			return ctl_refuse("dup2: %s", strerror(errno));
	} else if ((c->line.fd = dup(HANDED_FD)) < 0 || dup2(c->line.fd, HANDED_FD) < 0) {
		return ctl_refuse("dup: %s", strerror(errno));
	}
	proc_close_from(HANDED_FD + 1, NULL, 0);
	return ctl_exec(c, program, argv);
}
