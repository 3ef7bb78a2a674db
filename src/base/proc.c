/* proc.c - what a process does with itself and with its relatives. */
#include "config.h"
#include "proc.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "log.h"

#define PROC_FDS_MAX 16

int proc_drop(const char *user)
{
	struct passwd *pw;

	errno = 0;
	if ((pw = getpwnam(user)) == NULL) {
		log_err("user %s: %s", user, errno != 0 ? strerror(errno) : "there is no such user");
		return ERR_NOTFOUND;
	}
	if (getuid() == pw->pw_uid && geteuid() == pw->pw_uid)
		return 0;
	if (setgroups(1, &pw->pw_gid) != 0 || setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) != 0
	    || setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) != 0) {
		log_err("cannot become user %s: %s", user, strerror(errno));
		return ERR_IO;
	}
	/* If the old rights can still be had, nothing was dropped. */
	if (pw->pw_uid != 0 && (setuid(0) == 0 || seteuid(0) == 0 || getuid() != pw->pw_uid || getgid() != pw->pw_gid))
		log_fatal("user %s can become root again", user);
	return 0;
}

int proc_harden(void)
{
	struct rlimit none = { 0, 0 };
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	umask(077);
	if (sigaction(SIGPIPE, &ignore, NULL) != 0 || setrlimit(RLIMIT_CORE, &none) != 0
	    || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
		log_err("cannot harden this process: %s", strerror(errno));
		return ERR_IO;
	}
	return 0;
}

int proc_die_with_parent(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
		return ERR_IO;
	/* It may have died before the call above: then no signal will ever come. */
	return getppid() == parent ? 0 : ERR_CLOSED;
}

static int proc_compare(const void *a, const void *b)
{
	return *(const int *)a < *(const int *)b ? -1 : *(const int *)a > *(const int *)b;
}

int proc_close_from(int first, const int *keep, size_t nkeep)
{
	int kept[PROC_FDS_MAX];
	unsigned from = (unsigned)first;
	size_t i;

	assert(nkeep <= PROC_FDS_MAX && first >= 0);
	if (nkeep > 0) {
		memcpy(kept, keep, nkeep * sizeof kept[0]);
		qsort(kept, nkeep, sizeof kept[0], proc_compare);
	}
	for (i = 0; i < nkeep; i++) {
		if (kept[i] < 0 || (unsigned)kept[i] < from)
			continue;
		if ((unsigned)kept[i] > from && close_range(from, (unsigned)kept[i] - 1, 0) != 0)
			return ERR_IO;
		from = (unsigned)kept[i] + 1;
	}
	return close_range(from, ~0u, 0) == 0 ? 0 : ERR_IO;
}

int proc_limit(int rlimit, uint64_t value)
{
	struct rlimit both = { value, value };

	if (setrlimit((__rlimit_resource_t)rlimit, &both) != 0) {
		log_err("setrlimit %d to %" PRIu64 ": %s", rlimit, value, strerror(errno));
		return ERR_IO;
	}
	return 0;
}

int proc_send_fd(int sock, const void *msg, size_t n, const int *fds, size_t nfds)
{
	union { struct cmsghdr align; char room[CMSG_SPACE(PROC_FDS_MAX * sizeof(int))]; } control;
	struct iovec iov = { (void *)msg, n };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;
	ssize_t sent;

	assert(n > 0 && nfds <= PROC_FDS_MAX);
	if (nfds > 0) {
		memset(&control, 0, sizeof control);
		m.msg_control = &control;
		m.msg_controllen = CMSG_SPACE(nfds * sizeof(int));
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(nfds * sizeof(int));
		memcpy(CMSG_DATA(c), fds, nfds * sizeof(int));
	}
	do {
		sent = sendmsg(sock, &m, MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	if (sent < 0) {
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			return ERR_AGAIN;
		return errno == EPIPE || errno == ECONNRESET ? ERR_CLOSED : ERR_IO;
	}
	return (size_t)sent == n ? 0 : ERR_IO;
}

ssize_t proc_recv_fd(int sock, void *msg, size_t size, int *fds, size_t *nfds)
{
	union { struct cmsghdr align; char room[CMSG_SPACE(PROC_FDS_MAX * sizeof(int))]; } control;
	struct iovec iov = { msg, size };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
	int got[PROC_FDS_MAX];
	size_t ngot = 0, room = nfds == NULL ? 0 : *nfds, i;
	struct cmsghdr *c;
	ssize_t n;

	if (nfds != NULL)
		*nfds = 0;
	do {
		n = recvmsg(sock, &m, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			return ERR_AGAIN;
		return errno == ECONNRESET ? 0 : ERR_IO;
	}
	for (c = CMSG_FIRSTHDR(&m); c != NULL; c = CMSG_NXTHDR(&m, c)) {
		size_t k;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		k = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < k && ngot < PROC_FDS_MAX; i++)
			memcpy(&got[ngot++], CMSG_DATA(c) + i * sizeof(int), sizeof(int));
	}
	/* More descriptors than asked for, or a message cut short: keep none, or they pile up. */
	if (ngot > room || (m.msg_flags & (MSG_CTRUNC | MSG_TRUNC)) != 0) {
		for (i = 0; i < ngot; i++)
			close(got[i]);
		return ERR_PEER;
	}
	if (ngot > 0) {
		memcpy(fds, got, ngot * sizeof got[0]);
		*nfds = ngot;
	}
	return n;
}

int proc_socketpair(int sv[2], int type)
{
	return socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, sv) == 0 ? 0 : ERR_IO;
}

int proc_cpu_ms(pid_t pid, int64_t *ms, char *state)
{
	char path[40], line[600], *at;
	unsigned long long user, kernel;
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return ERR_NOTFOUND;
	n = read(fd, line, sizeof line - 1);
	close(fd);
	if (n <= 0)
		return ERR_NOTFOUND;
	line[n] = '\0';
	/* The command name stands in brackets and may itself hold any byte: fields count from the last bracket. */
	if ((at = strrchr(line, ')')) == NULL
	    || sscanf(at + 1, " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", state, &user, &kernel) != 3)
		return ERR_PARSE;
	*ms = (int64_t)((user + kernel) * 1000 / (unsigned long long)sysconf(_SC_CLK_TCK));
	return 0;
}
