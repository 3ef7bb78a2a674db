/* balaid.h - what the files of the supervisor share. balaid never parses a byte from the network. */
#ifndef BALAI_BALAID_H
#define BALAI_BALAID_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "conf.h"
#include "control.h"

/* --- admission: who may start to log in (balaid_admit.c; pure, no I/O) ------------------------------------------- */
#define ADMIT_START 10           /* so many not logged in: from here on some are turned away ... */
#define ADMIT_RATE 30            /* ... this many of a hundred, growing to all at the limit */
/* A listener of registered networks has a pool of its own: its desks never pay for a crowd of strangers, and many of them may
 * come from behind one address. waiting: connections of that pool not logged in; full, per_source: limits of balai.conf. */
struct admit { int waiting, full, per_source; bool registered; };
struct admit admit_pool(const struct conf *, bool registered, const int waiting[2]);    /* waiting[registered] */
uint64_t admit_source(const char *address);         /* /24 of IPv4, /48 of IPv6: one number per network */
/* same: connections of that source not logged in. dice: 0..99, uniform. NULL when admitted, else why not. */
const char *admit_refuses(const struct admit *, int same, int dice);

/* --- children (balaid_child.c) ------------------------------------------------------------------------------------ */
struct children {
	const struct conf *conf;
	const char *conf_path;
	pid_t store, hash, template;
	int template_fd;             /* control socket, -1 none */
	bool template_ready, stopping;
	int64_t pair_due, template_due;        /* when to start again, 0: running */
	int pair_delay, template_delay;        /* ms, growing with each early death */
	int pair_early;                        /* how often in a row store or hasher ended soon after their start */
	int64_t pair_began, template_began;
};
void children_init(struct children *, const struct conf *, const char *conf_path);
int64_t children_tick(struct children *, int64_t now);      /* starts what is due; when to call again, 0 never */
bool children_ended(struct children *, pid_t, int status, int64_t now);   /* true when the pid was one of these */
void template_renew(struct children *, int64_t now);        /* the old one ends when its socket closes */
void children_stop(struct children *);                      /* SIGTERM to store and hash */
bool children_gone(const struct children *);
const char *signal_why(int sig);                           /* said behind "ended by signal N" */
void children_kill(struct children *);
int  child_delay(int delay, int64_t lived);                 /* the pause after a child that lived so long, given the last pause */
int  child_exec(const char *program, const char *conf_path, const char *extra, int fd3, pid_t *pid);

/* --- sessions (balaid_watch.c) ------------------------------------------------------------------------------------- */
struct seat {
	int fd;                      /* control socket, -1: free seat */
	pid_t pid;
	uint64_t source;
	int64_t began, cpu_ms, lines_at;
	enum control_stage stage;
	int lines;
	bool wants_store, registered, stopped;
};
struct watch { struct seat *seat; int n, used, waiting[2]; const struct conf *conf; };   /* waiting: strangers, registered */
#define WATCH_SAMPLE_MS 2500
int  watch_init(struct watch *, const struct conf *);
int  watch_add(struct watch *, int fd, uint64_t source, bool registered, int64_t now);   /* the seat, -1: house full */
void watch_leave(struct watch *, int seat);
int  watch_same(const struct watch *, uint64_t source);
int  watch_message(struct watch *, int seat, int64_t now);  /* reads one; 0, ERR_AGAIN, ERR_CLOSED */
void watch_deadlines(struct watch *, int64_t now);          /* kills what is late */
void watch_sample(struct watch *, int64_t now, int64_t elapsed_ms);   /* kills what spins or is stopped */
int  watch_store(struct watch *);                           /* fresh sockets to who wants one; how many still want */
void watch_want_store(struct watch *);
void watch_stop(struct watch *);

#endif
