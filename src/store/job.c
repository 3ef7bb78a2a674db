/* job.c - requests in memory, queues between threads, and the encoding of answers. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "clock.h"
#include "dossier_submit.h"
#include "job.h"
#include "log.h"
#include "store_priv.h"

#define JOB_ARENA (48u << 20)

void queue_init(struct queue *q)
{
	pthread_condattr_t a;

	*q = (struct queue){ .tail = &q->head };
	pthread_mutex_init(&q->lock, NULL);
	pthread_condattr_init(&a);
	pthread_condattr_setclock(&a, CLOCK_MONOTONIC);
	pthread_cond_init(&q->cond, &a);
	pthread_condattr_destroy(&a);
}

void queue_clear(struct queue *q)
{
	for (struct job *j = q->head, *next; j; j = next) {
		next = j->next;
		job_free(j);
	}
	pthread_cond_destroy(&q->cond);
	pthread_mutex_destroy(&q->lock);
}

void queue_put(struct queue *q, struct job *j)
{
	j->next = NULL;
	pthread_mutex_lock(&q->lock);
	*q->tail = j;
	q->tail = &j->next;
	q->n++;
	pthread_cond_signal(&q->cond);
	pthread_mutex_unlock(&q->lock);
}

void queue_put_turn(struct queue *q, struct job *j, uint64_t *last)
{
	struct job **at = &q->head;

	pthread_mutex_lock(&q->lock);
	*last = j->turn = *last + 1 > q->turn ? *last + 1 : q->turn;
	while (*at && (*at)->turn <= j->turn)
		at = &(*at)->next;
	if ((j->next = *at) == NULL)
		q->tail = &j->next;
	*at = j;
	q->n++;
	pthread_cond_signal(&q->cond);
	pthread_mutex_unlock(&q->lock);
}

static struct job *pop(struct queue *q)
{
	struct job *j = q->head;

	if (j->turn > q->turn)
		q->turn = j->turn;
	j->turn = 0;
	if ((q->head = j->next) == NULL)
		q->tail = &q->head;
	q->n--;
	j->next = NULL;
	return j;
}

struct job *queue_take(struct queue *q)
{
	struct job *j = NULL;

	pthread_mutex_lock(&q->lock);
	while (q->head == NULL && !q->closed)
		pthread_cond_wait(&q->cond, &q->lock);
	if (q->head)
		j = pop(q);
	pthread_mutex_unlock(&q->lock);
	return j;
}

struct job *queue_take_all(struct queue *q, size_t max, int wait_ms, size_t *n)
{
	struct job *first = NULL, **tail = &first;
	struct timespec ts;
	int r = 0;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	ts.tv_sec += wait_ms / 1000;
	ts.tv_nsec += (wait_ms % 1000) * 1000000L;
	if (ts.tv_nsec >= 1000000000L) {
		ts.tv_sec++;
		ts.tv_nsec -= 1000000000L;
	}
	pthread_mutex_lock(&q->lock);
	while (q->head == NULL && !q->closed && r == 0)
		r = pthread_cond_timedwait(&q->cond, &q->lock, &ts);
	for (*n = 0; q->head && *n < max; ++*n) {
		*tail = pop(q);
		tail = &(*tail)->next;
	}
	pthread_mutex_unlock(&q->lock);
	return first;
}

void queue_close(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->closed = true;
	pthread_cond_broadcast(&q->cond);
	pthread_mutex_unlock(&q->lock);
}

struct job *job_new(void)
{
	struct job *j = calloc(1, sizeof *j);

	if (j) {
		arena_init(&j->arena, JOB_ARENA);
		finding_list_init(&j->findings);
		buf_init(&j->out, WIRE_REPLY_MAX + 64);
		j->came_ms = clock_mono_ms();
	}
	return j;
}

void job_free(struct job *j)
{
	if (j == NULL)
		return;
	finding_list_clear(&j->findings);
	buf_wipe(&j->out);
	arena_clear(&j->arena);
	free(j->tell);
	submit_ready_free(j->extra.ready);
	explicit_bzero(&j->extra, sizeof j->extra);
	explicit_bzero(&j->auth, sizeof j->auth);
	explicit_bzero(j->ticket, sizeof j->ticket);
	free(j);
}

void job_context(struct job *j, struct op_ctx *cx, struct db *db, struct store *st)
{
	*cx = (struct op_ctx){ .db = db, .arena = &j->arena, .findings = &j->findings, .now_ms = clock_now_ms(),
		.zone_minutes = st->zone_minutes, .op = j->op, .store = st, .binding = j->binding, .extra = &j->extra };
	cx->today = clock_day(cx->now_ms, cx->zone_minutes);
	j->extra.client = j->client;
	j->extra.auth = &j->auth;
	j->extra.ticket = j->ticket;
	j->extra.bound_account = &j->bound_account;
	j->extra.bound_binding = &j->bound_binding;
	j->extra.bound_must_change = &j->bound_must_change;
	j->extra.bound_slot = j->bound_slot;
}

/* What somebody is told whose request met a state of the machine; the log has the rest. */
static enum finding_code finding_of(int err)
{
	switch (err) {
	case ERR_FULL: return FIND_disk_full;
	case ERR_READONLY: return FIND_read_only;
	case ERR_NOMEM: case ERR_BUSY: return FIND_too_busy;
	case ERR_IO: case ERR_CORRUPT: case ERR_CLOSED: return FIND_store_unavailable;
	default: return FIND_bad_request;
	}
}

static void refuse(struct job *j, enum finding_code code)
{
	finding_list_clear(&j->findings);
	finding_list_init(&j->findings);
	finding_add(&j->findings, code, 0, 0, NULL);
	j->result = OP_REFUSED;
}

int job_bound(struct db *db, struct job *j)
{
	struct q *q;
	int r;

	if (j->binding == 0)
		return 0;
	q = db_q(db, ST_ticket_there);
	q_int(q, 1, j->account);
	q_int(q, 2, j->binding);
	r = q_step(q);
	q_reset(q);
	if (r == 0)
		refuse(j, FIND_not_permitted);
	return r < 0 ? r : r == 0;
}

int job_answer(struct job *j)
{
	int r;

	if (j->answered)
		return 0;
	j->answered = true;
	buf_reset(&j->out);
	if (j->unknown)
		return wire_put_unknown(&j->out, j->id);
	if (j->result < 0) {
		log_warn("%s: %s", j->op->name, err_name(j->result));
		refuse(j, finding_of(j->result));
	}
	if (j->result == OP_REFUSED && j->findings.n == 0)
		finding_add(&j->findings, FIND_not_permitted, 0, 0, NULL);
	r = j->result == 0 ? wire_put_done(&j->out, j->id, j->op->op, j->rp) : wire_put_refused(&j->out, j->id, &j->findings);
	if (r == 0)
		return 0;
	/* Asked again it would meet the same answer for ever: so it is an answer, and an act that meets it has not happened. */
	log_err("%s: reply does not fit: %s", j->op->name, err_name(r));
	refuse(j, r == ERR_NOMEM ? FIND_too_busy : FIND_reply_too_long);
	buf_reset(&j->out);
	wire_put_refused(&j->out, j->id, &j->findings);
	return OP_REFUSED;
}
