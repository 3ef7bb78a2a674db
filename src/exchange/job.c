/* job.c - the loop of a job: one socket, and requests that wait for their answers. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "err.h"
#include "job.h"

#define READ_SIZE 16384
#define POLL_MS 1000              /* call asks again by itself what the store could not say */

int job_open(struct job *j, int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return ERR_IO;
	j->fd = fd;
	j->call = call_new(NULL, NULL);
	return j->call == NULL ? ERR_NOMEM : 0;
}

void job_close(struct job *j)
{
	call_free(j->call);
	j->call = NULL;
}

static int job_write(struct job *j)
{
	struct buf *out = call_output(j->call);

	while (out->len > 0) {
		ssize_t n = write(j->fd, out->data, out->len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : errno == EPIPE || errno == ECONNRESET ? ERR_CLOSED : ERR_IO;
		buf_drop(out, (size_t)n);
	}
	return 0;
}

static int job_read(struct job *j)
{
	uint8_t bytes[READ_SIZE];
	ssize_t n = read(j->fd, bytes, sizeof bytes);

	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 0 : errno == ECONNRESET ? ERR_CLOSED : ERR_IO;
	return n == 0 ? ERR_CLOSED : call_input(j->call, bytes, (size_t)n);
}

int job_turn(struct job *j, bool wait)
{
	struct pollfd p = { .fd = j->fd, .events = POLLIN };
	int r = job_write(j);

	if (r != 0)
		return r;
	if (call_output(j->call)->len > 0)
		p.events |= POLLOUT;
	if (poll(&p, 1, wait ? POLL_MS : 0) < 0 && errno != EINTR)
		return ERR_IO;
	return p.revents & (POLLIN | POLLHUP | POLLERR) ? job_read(j) : 0;
}

int job_send(struct job *j, enum op op, const void *rq, call_done *done, void *arg)
{
	return call_send(j->call, op, rq, done, arg) == 0 ? ERR_TOOLONG : 0;
}

struct asked { const char *what; void (*take)(void *arg, const void *rp); void *arg; int result; };

static void asked_done(void *arg, const struct call_answer *a)
{
	struct asked *q = arg;

	q->result = a->done;
	if (a->done && q->take != NULL)
		q->take(q->arg, a->rp);
	else if (!a->done)
		job_say_findings(q->what, a->findings);
}

int job_ask(struct job *j, enum op op, const void *rq, const char *what, void (*take)(void *arg, const void *rp), void *arg)
{
	struct asked q = { what, take, arg, -1 };
	int r = job_send(j, op, rq, asked_done, &q);

	while (r == 0 && q.result < 0)
		r = job_turn(j, true);
	return r != 0 ? r : q.result;
}

void job_say_findings(const char *what, const struct finding_list *l)
{
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < l->n; i++) {
		buf_puts(&b, " ");
		finding_text(&l->v[i], &b);
	}
	fprintf(stderr, "balai-job: %s: refused:%s\n", what, buf_str(&b));
	buf_clear(&b);
}

int job_failed(int err)
{
	if (err == ERR_CLOSED || err == ERR_PEER) {
		fprintf(stderr, "balai-job: the store is gone; what it acknowledged is kept. Run the same command again to go on.\n");
		return JOB_LOST;
	}
	fprintf(stderr, "balai-job: %s\n", err_name(err));
	return JOB_REFUSED;
}
