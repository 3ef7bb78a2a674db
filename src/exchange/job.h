/* job.h - balai-job's end of the store's socket: many requests in flight, or one at a time.
 *
 * Layer: exchange. The socket was bound to an account by whoever started the job; the job cannot log in. When it is lost
 * (ERR_CLOSED) the job ends: what was acknowledged is in the store, and the same command goes on there.
 * Every function that says why it failed has printed it on stderr (English, for whoever runs balaictl). */
#ifndef BALAI_JOB_H
#define BALAI_JOB_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "call.h"

struct job { struct call *call; int fd; };

int  job_open(struct job *, int fd);
void job_close(struct job *);
/* Sends what is to be sent and takes what has come; waits for it when `wait`. 0, ERR_CLOSED, ERR_PEER, ERR_IO. */
int  job_turn(struct job *, bool wait);
/* Sends; done is called from a later job_turn(). 0 or ERR_. */
int  job_send(struct job *, enum op, const void *rq, call_done *, void *arg);
/* One request. 1 done: take(arg, rp) was called with the reply; 0 refused, the reasons were printed after `what`; ERR_. */
int  job_ask(struct job *, enum op, const void *rq, const char *what, void (*take)(void *arg, const void *rp), void *arg);
void job_say_findings(const char *what, const struct finding_list *);

#define JOB_DONE 0
#define JOB_REFUSED 1
#define JOB_USAGE 2
#define JOB_LOST 3
int  job_failed(int err);         /* prints what an ERR_ means for the user; the exit status */

/* The jobs: argv after the job's name. Exit status. */
int  job_import(struct job *, int argc, char **argv);
int  job_accept(struct job *, int argc, char **argv);
int  job_area(struct job *, int argc, char **argv);

#endif
