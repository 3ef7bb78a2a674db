/* proc.h - what a process does with itself and with its relatives.
 *
 * Layer: base. Used by the mains and src/ssh; nothing here parses anything from a network. */
#ifndef BALAI_PROC_H
#define BALAI_PROC_H
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

int  proc_drop(const char *user);                      /* setgroups, setgid, setuid, checked; no-op when already that user */
int  proc_harden(void);                                /* no dump, no core, umask 077, SIGPIPE ignored, no new privileges */
int  proc_die_with_parent(pid_t parent);               /* PR_SET_PDEATHSIG + getppid check; ERR_CLOSED if it is gone */
int  proc_close_from(int first, const int *keep, size_t nkeep);
int  proc_limit(int rlimit, uint64_t value);
int  proc_send_fd(int sock, const void *msg, size_t n, const int *fds, size_t nfds);   /* SCM_RIGHTS, one message */
ssize_t proc_recv_fd(int sock, void *msg, size_t size, int *fds, size_t *nfds);       /* CLOEXEC; n, 0 closed, ERR_ */
int  proc_socketpair(int sv[2], int type);             /* CLOEXEC */
int  proc_cpu_ms(pid_t, int64_t *ms, char *state);     /* from /proc/PID/stat */

#endif
