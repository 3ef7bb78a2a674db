/* sandbox.h - what a process may still do once it meets bytes from outside.
 *
 * Layer: base. The lists of system calls stand in seccomp/NAME.list, one a line, and a test counts them (security.md C1).
 * A call that is not listed ends the process with SIGSYS, after one line in the log that names the call. Landlock (no file at all) is best effort: older kernels lack it.
 * A build with sanitizers cannot be confined: sandbox_enter() then does nothing but say so once. */
#ifndef BALAI_SANDBOX_H
#define BALAI_SANDBOX_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sandbox_list { SANDBOX_SESSION, SANDBOX_HASH, SANDBOX_STORE };

/* One line of a list. values: the argument number `arg` must be one of them; mask: these bits of it must be 0;
 * below: it must be less. */
struct sandbox_rule {
	const char *call;
	int arg;                       /* -1: whatever the arguments */
	uint64_t mask;                 /* 0: values or `below` count */
	uint64_t below;
	uint64_t value[6]; size_t nvalue;
};
const struct sandbox_rule *sandbox_rules(enum sandbox_list, size_t *n);

/* The compiled filter: made once by whoever forks, entered by each child. ERR_NOTFOUND where the kernel has no seccomp. */
struct sandbox;
int  sandbox_prepare(enum sandbox_list, struct sandbox **);
void sandbox_free(struct sandbox *);

/* Session only: address space (MB), 8 descriptors, no process, no file, no core, 15 minutes of CPU. */
int  sandbox_limits(int memory_mb);
/* No new privileges, no files (Landlock; not for the store, which lives on them), then the filter, for every thread of the process.
 * 0 or ERR_IO: then the caller must end. */
int  sandbox_enter(const struct sandbox *, enum sandbox_list);
/* "seccomp 33 calls, landlock 7" for the log. Borrowed. */
const char *sandbox_level(void);

#endif
