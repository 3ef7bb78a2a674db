/* test_sandbox.c - the census: every system call number is tried in a confined child and what is not killed is counted.
 *
 * The lists under src/base/seccomp and what the kernel lets through must be the same (security.md C1).
 * Sabotage: one line added to session.list: the count of 36 or the list of what must never be there fails. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "err.h"
#include "log.h"
#include "sandbox.h"

static struct sandbox *box;

static const struct sandbox_rule *rule_of(enum sandbox_list list, int call)
{
	const struct sandbox_rule *r;
	size_t n;

	r = sandbox_rules(list, &n);
	for (size_t i = 0; i < n; i++)
		if (seccomp_syscall_resolve_name(r[i].call) == call)
			return &r[i];
	return NULL;
}

/* Files, programs, sockets, other processes: in no list, whatever else is added one day. */
static void never(void **state)
{
	static const char *const call[] = {
		"open", "openat", "openat2", "creat", "execve", "execveat", "fork", "vfork", "clone", "clone3", "socket", "connect",
		"bind", "listen", "accept", "accept4", "kill", "ptrace", "process_vm_readv", "process_vm_writev", "io_uring_setup",
		"unshare", "setns", "mount", "memfd_create", "prctl", "seccomp", "setrlimit", "prlimit64", "keyctl", "bpf",
		"userfaultfd", "perf_event_open", "name_to_handle_at", "pidfd_open", "pidfd_getfd", "dup2", "unlink", "rename",
	};

	(void)state;
	for (int list = SANDBOX_SESSION; list <= SANDBOX_HASH; list++)
		for (size_t i = 0; i < sizeof call / sizeof call[0]; i++) {
			int number = seccomp_syscall_resolve_name(call[i]);

			if (number >= 0 && rule_of((enum sandbox_list)list, number) != NULL)
				fail_msg("%s is allowed", call[i]);
		}
}

#ifdef BALAI_SANITIZERS
/* Built with sanitizers nothing is confined, and whoever asks is told. */
static void said(void **state)
{
	(void)state;
	assert_int_equal(sandbox_prepare(SANDBOX_SESSION, &box), 0);
	assert_int_equal(sandbox_enter(box, SANDBOX_SESSION), 0);
	assert_string_equal(sandbox_level(), "off (sanitizers)");
	sandbox_free(box);
}
#else
#define CALLS 470

/* uretprobe and uprobe never reach a filter on newer kernels */
static bool unfiltered(int call)
{
	return call == 335 || call == 336;
}

static enum sandbox_list box_list;

/* True when the call was not answered with SIGSYS. */
static bool lets_through(int call, int arg, uint64_t value)
{
	long a[6] = { -1, -1, -1, -1, -1, -1 };
	int status;
	pid_t pid;

	if (arg >= 0)
		a[arg] = (long)value;
	if (call == SYS_restart_syscall || call == SYS_rt_sigreturn)
		arg = 0;
	pid = fork();
	if (pid == 0) {
		alarm(1);                  /* a call that waits was let through */
		log_init("census", open("/dev/null", O_WRONLY));
		if (sandbox_enter(box, box_list) != 0)
			_exit(99);
		syscall(call, a[0], a[1], a[2], a[3], a[4], a[5]);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 99);
	return !(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
}

static void census(enum sandbox_list list, size_t most)
{
	size_t n, seen = 0;

	sandbox_rules(list, &n);
	box_list = list;
	assert_int_equal(sandbox_prepare(list, &box), 0);
	for (int call = 0; call < CALLS; call++) {
		const struct sandbox_rule *r = rule_of(list, call);
		uint64_t good = r != NULL && r->nvalue > 0 ? r->value[0] : 0;
		bool through;

		if (unfiltered(call))
			continue;
		through = lets_through(call, r != NULL ? r->arg : -1, good);
		if (through != (r != NULL))
			fail_msg("system call %d: %s", call, through ? "is let through but not listed" : "is listed but killed");
		seen += through;
		if (r != NULL && r->arg >= 0 && lets_through(call, r->arg, r->mask != 0 ? r->mask : 0x7ffff))
			fail_msg("%s: passes with a forbidden argument", r->call);
	}
	sandbox_free(box);
	print_message("# %zu calls\n", seen);
	assert_int_equal(seen, n);
	assert_true(seen <= most);
}

static void session_census(void **state)
{
	(void)state;
	census(SANDBOX_SESSION, 36);
}

static void hash_census(void **state)
{
	(void)state;
	census(SANDBOX_HASH, 16);
}

static void store_census(void **state)
{
	(void)state;
	census(SANDBOX_STORE, 49);
	/* a busy office died of it within seconds, a quiet one never: the census alone would not miss it */
	assert_non_null(rule_of(SANDBOX_STORE, SYS_clock_nanosleep));
}

static void limits(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	pid = fork();
	if (pid == 0) {
		void *p;
		int fd, last = -1;

		if (sandbox_limits(128) != 0)
			_exit(1);
		p = malloc(200u << 20);
		while ((fd = dup(1)) >= 0)
			last = fd;
		_exit(p == NULL && last < 8 ? 0 : 2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int by_address(const void *a, const void *b)
{
	return a < b ? -1 : a > b;
}

/* A long list is sorted in every confined process: a form with many choices, a page of persons.
 * Sabotage: leave sort_once() out of sandbox_enter(): SIGSYS. */
static void sorts(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	for (int list = SANDBOX_SESSION; list <= SANDBOX_HASH; list++) {
		assert_int_equal(sandbox_prepare((enum sandbox_list)list, &box), 0);
		pid = fork();
		if (pid == 0) {
			static long v[1000];

			if (sandbox_enter(box, (enum sandbox_list)list) != 0)
				_exit(99);
			qsort(v, 1000, sizeof v[0], by_address);
			_exit(0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
		sandbox_free(box);
	}
}
/* A child behind a list makes one call; what it wrote to its log. It must die of SIGSYS. */
static void refusal(enum sandbox_list list, bool blocked, long call, long arg, char *said, size_t size)
{
	int status, log[2];
	sigset_t set;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(log), 0);
	assert_int_equal(sandbox_prepare(list, &box), 0);
	pid = fork();
	if (pid == 0) {
		log_init("uji", log[1]);
		sigemptyset(&set);
		sigaddset(&set, SIGSYS);
		if (blocked)
			sigprocmask(SIG_BLOCK, &set, NULL);
		if (sandbox_enter(box, list) != 0)
			_exit(99);
		syscall(call, arg, 0L, 0L, 8L);
		_exit(0);
	}
	close(log[1]);
	n = read(log[0], said, size - 1);
	said[n > 0 ? n : 0] = '\0';
	close(log[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
	sandbox_free(box);
}

/* Whoever dies of a filter leaves a line with the call's number, in every confined process; and nobody can get around that: with
 * SIGSYS blocked there is no line, but death; another handler for it is a refused call itself, also under a number whose high half the
 * kernel does not look at. Sabotages run: SCMP_ACT_KILL_PROCESS (no line); `rt_sigaction` without its condition (it passes). */
static void tells(void **state)
{
	char said[500], want[60], today[16];
	time_t now = time(NULL);

	(void)state;
	for (int list = SANDBOX_SESSION; list <= SANDBOX_STORE; list++) {
		refusal((enum sandbox_list)list, false, SYS_getppid, 0, said, sizeof said);
		snprintf(want, sizeof want, "ended by its filter: system call %d\n", (int)SYS_getppid);
		assert_non_null(strstr(said, want));
		strftime(today, sizeof today, "<3> %Y-%m-%dT", gmtime(&now));
		assert_memory_equal(said, today, 14);
		assert_non_null(strstr(said, "Z uji["));
		refusal((enum sandbox_list)list, true, SYS_getppid, 0, said, sizeof said);
		assert_string_equal(said, "");
		for (int high = 0; high < 2; high++) {
			refusal((enum sandbox_list)list, false, SYS_rt_sigaction, SIGSYS | (long)high << 32, said, sizeof said);
			snprintf(want, sizeof want, "system call %d\n", (int)SYS_rt_sigaction);
			assert_non_null(strstr(said, want));
		}
	}
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
#ifdef BALAI_SANITIZERS
		cmocka_unit_test(said), cmocka_unit_test(never),
#else
		cmocka_unit_test(session_census), cmocka_unit_test(hash_census), cmocka_unit_test(store_census), cmocka_unit_test(never), cmocka_unit_test(limits), cmocka_unit_test(sorts),
		cmocka_unit_test(tells),
#endif
	};

	return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
