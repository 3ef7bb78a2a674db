/* test_proc.c - what a process does with itself and with its relatives. */
#include "config.h"
#include <fcntl.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "err.h"
#include "log.h"
#include "proc.h"

static int child_status(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool fd_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static void test_descriptors_travel(void **state)
{
	int sv[2], p[2], got[2];
	size_t n = 2;
	char msg[8], c = 0;

	(void)state;
	assert_int_equal(proc_socketpair(sv, SOCK_SEQPACKET), 0);
	assert_int_equal(fcntl(sv[0], F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(pipe(p), 0);
	assert_int_equal(proc_send_fd(sv[0], "hi", 2, &p[1], 1), 0);
	assert_int_equal(proc_recv_fd(sv[1], msg, sizeof msg, got, &n), 2);
	assert_int_equal(n, 1);
	assert_memory_equal(msg, "hi", 2);
	assert_int_equal(fcntl(got[0], F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(write(got[0], "x", 1), 1);
	assert_int_equal(read(p[0], &c, 1), 1);
	assert_int_equal(c, 'x');
	close(got[0]);
	/* nobody asked for descriptors: they are closed, not collected. sabotage run: drop the test of ngot */
	assert_int_equal(proc_send_fd(sv[0], "hi", 2, p, 2), 0);
	n = 1;
	int lowest = dup(0);
	close(lowest);
	assert_int_equal(proc_recv_fd(sv[1], msg, sizeof msg, got, &n), ERR_PEER);
	assert_int_equal(n, 0);
	int again = dup(0);
	assert_int_equal(again, lowest);
	close(again);
	/* a message longer than the room */
	assert_int_equal(proc_send_fd(sv[0], "0123456789", 10, NULL, 0), 0);
	assert_int_equal(proc_recv_fd(sv[1], msg, sizeof msg, NULL, NULL), ERR_PEER);
	assert_int_equal(fcntl(sv[1], F_SETFL, O_NONBLOCK), 0);
	n = 0;
	assert_int_equal(proc_recv_fd(sv[1], msg, sizeof msg, NULL, &n), ERR_AGAIN);
	close(sv[0]);
	assert_int_equal(proc_recv_fd(sv[1], msg, sizeof msg, NULL, &n), 0);
	assert_int_equal(proc_send_fd(sv[1], "x", 1, NULL, 0), ERR_CLOSED);
	close(sv[1]);
	close(p[0]);
	close(p[1]);
}

static void test_close_from(void **state)
{
	pid_t pid;

	(void)state;
	if ((pid = fork()) == 0) {
		int keep[2] = { 12, 7 }, ok;

		for (int fd = 5; fd < 15; fd++)
			dup2(0, fd);
		ok = proc_close_from(4, keep, 2) == 0 && fd_open(7) && fd_open(12);
		for (int fd = 4; fd < 20; fd++)
			ok &= fd == 7 || fd == 12 || !fd_open(fd);
		_exit(!ok);
	}
	assert_int_equal(child_status(pid), 0);
}

static void test_harden_and_limits(void **state)
{
	pid_t pid;

	(void)state;
	if ((pid = fork()) == 0) {
		struct rlimit core, files;
		int p[2], ok = proc_harden() == 0 && proc_limit(RLIMIT_NOFILE, 40) == 0;

		ok &= prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
		ok &= getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0 && getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_max == 40;
		ok &= umask(0) == 077;
		/* a write to a closed pipe is an error, not an end */
		ok &= pipe(p) == 0 && close(p[0]) == 0 && write(p[1], "x", 1) < 0;
		_exit(!ok);
	}
	assert_int_equal(child_status(pid), 0);
}

static void test_dies_with_its_parent(void **state)
{
	struct timespec wait = { 0, 20000000 };
	int p[2];
	char c;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(p), 0);
	if ((pid = fork()) == 0) {
		pid_t parent = getpid();

		if (fork() == 0) {
			if (proc_die_with_parent(parent) != 0 || write(p[1], "r", 1) != 1)
				_exit(1);
			for (;;)
				pause();
		}
		if (read(p[0], &c, 1) != 1)
			_exit(1);
		nanosleep(&wait, NULL);
		_exit(0);
	}
	close(p[1]);
	assert_int_equal(child_status(pid), 0);
	/* the end of the pipe is only seen when the grandchild is gone too. sabotage run: drop PR_SET_PDEATHSIG: this hangs */
	alarm(10);
	assert_int_equal(read(p[0], &c, 1), 0);
	alarm(0);
	close(p[0]);
	/* whoever names another parent is told that it is gone */
	if ((pid = fork()) == 0)
		_exit(proc_die_with_parent(1) == ERR_CLOSED ? 0 : 1);
	if (getpid() != 1)
		assert_int_equal(child_status(pid), 0);
}

static void test_drop(void **state)
{
	const struct passwd *me = getpwuid(getuid());
	pid_t pid;

	(void)state;
	log_set_level(0);
	assert_int_equal(proc_drop("no-such-user-here"), ERR_NOTFOUND);
	if (me != NULL)
		assert_int_equal(proc_drop(me->pw_name), 0);
	if (getuid() == 0) {
		if ((pid = fork()) == 0)
			_exit(proc_drop("nobody") == 0 && getuid() != 0 && geteuid() != 0 && getgid() != 0 && setuid(0) != 0 ? 0 : 1);
		assert_int_equal(child_status(pid), 0);
	} else {
		assert_true(proc_drop("root") < 0);
	}
	log_set_level(LOG_LV_INFO);
}

static void test_cpu(void **state)
{
	volatile unsigned spin = 0;
	int64_t before, after;
	char s;

	(void)state;
	assert_int_equal(proc_cpu_ms(getpid(), &before, &s), 0);
	assert_int_equal(s, 'R');
	do {
		for (int i = 0; i < 1000000; i++)
			spin++;
		assert_int_equal(proc_cpu_ms(getpid(), &after, &s), 0);
	} while (after < before + 20);
	assert_int_equal(proc_cpu_ms(0x3fffffff, &after, &s), ERR_NOTFOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_descriptors_travel), cmocka_unit_test(test_close_from), cmocka_unit_test(test_harden_and_limits),
		cmocka_unit_test(test_dies_with_its_parent), cmocka_unit_test(test_drop), cmocka_unit_test(test_cpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
