/* sandbox.c - seccomp, Landlock and limits. */
#include "config.h"
#include "sandbox.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#ifdef HAVE_LINUX_LANDLOCK_H
#include <linux/landlock.h>
#endif

#include "err.h"
#include "log.h"
#include "proc.h"
#include "sandbox_lists.h"

#define CPU_SECONDS 900
#ifndef SYS_SECCOMP              /* si_code of a filter's SIGSYS; glibc has no name for it */
#define SYS_SECCOMP 1
#endif

struct sandbox { struct sock_filter *code; unsigned short n; };

static char level_text[64] = "none";

const struct sandbox_rule *sandbox_rules(enum sandbox_list list, size_t *n)
{
	switch (list) {
	case SANDBOX_SESSION: *n = sizeof session_rules / sizeof session_rules[0]; return session_rules;
	case SANDBOX_HASH:    *n = sizeof hash_rules / sizeof hash_rules[0]; return hash_rules;
	case SANDBOX_STORE:   *n = sizeof store_rules / sizeof store_rules[0]; return store_rules;
	}
	log_fatal("no such list");
}

static int rule_add(scmp_filter_ctx ctx, const struct sandbox_rule *r)
{
	int call = seccomp_syscall_resolve_name(r->call);
	struct scmp_arg_cmp c = { .arg = r->arg < 0 ? 0 : (unsigned)r->arg };
	int rc = 0;

	if (call == __NR_SCMP_ERROR)
		log_fatal("system call %s is not known", r->call);
	if (r->arg < 0)
		return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, call, 0);
	if (r->mask != 0) {
		c.op = SCMP_CMP_MASKED_EQ;
		c.datum_a = r->mask;
		return seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, call, 1, &c);
	}
	if (r->below != 0) {
		c.op = SCMP_CMP_LT;
		c.datum_a = r->below;
		return seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, call, 1, &c);
	}
	c.op = SCMP_CMP_EQ;
	for (size_t i = 0; i < r->nvalue && rc == 0; i++) {
		c.datum_a = r->value[i];
		rc = seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, call, 1, &c);
	}
	return rc;
}

/* libseccomp writes a finished program to a descriptor only. */
static int export(scmp_filter_ctx ctx, struct sandbox *s)
{
	int fd = memfd_create("filter", MFD_CLOEXEC);
	off_t size;
	int rc = ERR_IO;

	if (fd < 0)
		return ERR_IO;
	if (seccomp_export_bpf(ctx, fd) == 0 && (size = lseek(fd, 0, SEEK_END)) > 0 &&
	    (s->code = malloc((size_t)size)) != NULL && pread(fd, s->code, (size_t)size, 0) == size) {
		s->n = (unsigned short)((size_t)size / sizeof *s->code);
		rc = 0;
	}
	close(fd);
	return rc;
}

int sandbox_prepare(enum sandbox_list list, struct sandbox **out)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_TRAP);
	struct sandbox *s = calloc(1, sizeof *s);
	const struct sandbox_rule *rules;
	size_t n, i;
	int rc = ctx == NULL || s == NULL ? ERR_NOMEM : 0;

	*out = NULL;
	if (rc == 0 && prctl(PR_GET_SECCOMP, 0, 0, 0, 0) < 0 && errno == EINVAL)
		rc = ERR_NOTFOUND;
	rules = sandbox_rules(list, &n);
	/* the calls of every keystroke first */
	for (i = 0; rc == 0 && i < n; i++)
		if (rule_add(ctx, &rules[i]) != 0)
			rc = ERR_IO;
	if (rc == 0)
		rc = export(ctx, s);
	if (ctx != NULL)
		seccomp_release(ctx);
	if (rc != 0)
		sandbox_free(s);
	else
		*out = s;
	return rc;
}

void sandbox_free(struct sandbox *s)
{
	if (s == NULL)
		return;
	free(s->code);
	free(s);
}

int sandbox_limits(int memory_mb)
{
#ifdef BALAI_SANITIZERS
	(void)memory_mb;
	return 0;
#else
	if (proc_limit(RLIMIT_AS, (uint64_t)memory_mb << 20) != 0 || proc_limit(RLIMIT_NOFILE, 8) != 0 ||
	    proc_limit(RLIMIT_NPROC, 0) != 0 || proc_limit(RLIMIT_FSIZE, 0) != 0 || proc_limit(RLIMIT_CORE, 0) != 0 ||
	    proc_limit(RLIMIT_CPU, CPU_SECONDS) != 0)
		return ERR_IO;
	return 0;
#endif
}

#ifndef BALAI_SANITIZERS
/* A ruleset that handles every access of the kernel's version and allows none. Returns the version, 0 without Landlock. */
static int landlock(void)
{
#ifdef HAVE_LINUX_LANDLOCK_H
	struct landlock_ruleset_attr attr = { 0 };
	int abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	int fd, rc;

	if (abi <= 0)
		return 0;
	/* EXECUTE .. MAKE_SYM came with version 1, REFER with 2, TRUNCATE with 3 */
	attr.handled_access_fs = (UINT64_C(1) << (abi >= 3 ? 15 : abi == 2 ? 14 : 13)) - 1;
	fd = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr.handled_access_fs, 0);
	if (fd < 0)
		return 0;
	rc = (int)syscall(SYS_landlock_restrict_self, fd, 0);
	close(fd);
	return rc == 0 ? abi : 0;
#else
	return 0;
#endif
}
#endif

static int nothing_differs(const void *a, const void *b)
{
	(void)a;
	(void)b;
	return 0;
}

/* glibc's qsort() asks once, at the first array of more than 1 KB, how much memory the machine has (sysinfo), and keeps the answer.
 * Asked behind the filter that call would end the process: it is asked now. */
static void sort_once(void)
{
	static char big[2048];

	qsort(big, sizeof big / 8, 8, nothing_differs);
}

#ifndef BALAI_SANITIZERS
/* Says which call it was and dies of it. A filter that kills leaves the number in the kernel's log only, if there is one. This is no
 * weaker: the lists let no process set another handler for SIGSYS, a blocked SIGSYS kills at once, and here nothing is called that a
 * broken heap could turn. The second forbidden call comes while SIGSYS is blocked: the kernel ends the whole process. */
static void refused(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	if (info->si_code == SYS_SECCOMP)
		log_signal(__FILE__, __LINE__, "ended by its filter: system call", info->si_syscall);
	for (;;)
		syscall(SYS_ptrace, -1L, 0L, 0L, 0L);
}

static int tell_refusals(void)
{
	struct sigaction a = { .sa_sigaction = refused, .sa_flags = SA_SIGINFO };

	sigfillset(&a.sa_mask);
	return sigaction(SIGSYS, &a, NULL);
}
#endif

int sandbox_enter(const struct sandbox *s, enum sandbox_list list)
{
	sort_once();
	size_t n;
#ifdef BALAI_SANITIZERS
	static bool said;

	(void)s;
	sandbox_rules(list, &n);
	if (!said)
		log_warn("built with sanitizers: confinement is off");
	said = true;
	snprintf(level_text, sizeof level_text, "off (sanitizers)");
	return 0;
#else
	struct sock_fprog prog = { .len = s->n, .filter = s->code };
	int abi;

	if (tell_refusals() != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return ERR_IO;
	abi = list == SANDBOX_STORE ? 0 : landlock();
	sandbox_rules(list, &n);
	snprintf(level_text, sizeof level_text, "seccomp %zu calls, landlock %d", n, abi);
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, list == SANDBOX_STORE ? SECCOMP_FILTER_FLAG_TSYNC : 0, &prog) == 0 ? 0 : ERR_IO;
#endif
}

const char *sandbox_level(void)
{
	return level_text;
}
