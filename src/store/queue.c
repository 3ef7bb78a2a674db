/* queue.c - what waits, and the next of it.
 *
 * `waiting` is ordered by (queue, area, prio, dossier): one probe per village gives that village's first, the least of them is
 * the next. The cost follows the number of villages of the account, never the length of the queue. */
#include "config.h"
#include <string.h>
#include "dossier.h"
#include "journal.h"
#include "lease.h"
#include "ops_dispatch.h"

static int queue_find(struct op_ctx *cx, const char *name, const struct flow_queue **w, const int64_t **village, size_t *n)
{
	const struct flow *f = dossier_flow(cx);
	*w = f ? flow_queue_named(f, name) : NULL;
	if (!*w || !op_has_role(cx, (*w)->roles))
		return op_refuse(cx, FIND_not_permitted, NULL);
	return dossier_villages(cx, (*w)->roles, village, n);
}

/* The first of a village that the account did not make itself, after (prio, dossier). 1, 0 none, ERR_. */
static int queue_probe(struct op_ctx *cx, const char *queue, int64_t area, int64_t prio, int64_t dossier, int64_t *next_prio, int64_t *next)
{
	struct q *q = db_q(cx->db, ST_waiting_next);
	q_text(q, 1, queue);
	q_int(q, 2, area);
	q_int(q, 3, prio);
	q_int(q, 4, dossier);
	q_int(q, 5, cx->actor->account);
	int r = q_step(q);
	if (r == 1) {
		*next_prio = q_get_int(q, 0);
		*next = q_get_int(q, 1);
	}
	q_reset(q);
	return r;
}

int op_queue_next(struct op_ctx *cx, const struct rq_queue_next *rq, struct rp_queue_next *rp)
{
	const struct flow_queue *w;
	const int64_t *village;
	size_t n;
	int64_t best = 0, best_prio = 0;
	int r = queue_find(cx, rq->queue, &w, &village, &n);
	if (r == 0)
		r = lease_tick(cx);
	for (size_t i = 0; i < n && r == 0; i++) {
		int64_t prio = 0, id = 0;
		int found = queue_probe(cx, w->name, village[i], INT64_MIN, 0, &prio, &id);
		if (found < 0)
			r = found;
		else if (found && (!best || prio < best_prio || (prio == best_prio && id < best))) {
			best = id;
			best_prio = prio;
		}
	}
	if (r != 0)
		return r;
	if (!best)
		return op_refuse(cx, FIND_queue_empty, NULL);
	struct dossier d;
	struct lease l;
	r = dossier_get(cx, best, &d);
	if (r == 0)
		r = lease_take(cx, &d, w, &l);
	if (r == 0)
		r = dossier_shown(cx, &d, NULL, NULL);
	if (r == 0) {
		rp->dossier = d.id;
		rp->fence = (uint64_t)l.fence;
		rp->until = l.until_at;
	}
	return r;
}

static int queue_number(struct op_ctx *cx, enum stmt st, const char *a, int64_t area, const char *b, uint64_t *sum)
{
	struct q *q = db_q(cx->db, st);
	q_text(q, st == ST_dossier_count_get ? 2 : 1, a);
	q_int(q, st == ST_dossier_count_get ? 1 : 2, area);
	q_text(q, 3, b);
	int r = q_step(q);
	*sum += r == 1 ? (uint64_t)q_get_int(q, 0) : 0;
	q_reset(q);
	return r < 0 ? r : 0;
}

/* Of those in the queue's states some are held; leases are few. */
static int queue_held(struct op_ctx *cx, const struct flow_queue *w, const int64_t *village, size_t n, uint64_t *held)
{
	struct q *q = db_q(cx->db, ST_lease_areas);
	q_text(q, 1, w->name);
	int r;
	while ((r = q_step(q)) == 1) {
		size_t lo = 0, hi = n;
		int64_t area = q_get_int(q, 0);
		while (lo < hi) {
			size_t mid = (lo + hi) / 2;
			if (village[mid] < area)
				lo = mid + 1;
			else
				hi = mid;
		}
		*held += lo < n && village[lo] == area;
	}
	q_reset(q);
	return r;
}

int queue_counts(struct op_ctx *cx, const struct flow *f, const struct flow_queue *w, const int64_t *village, size_t n, uint64_t *waiting,
                 uint64_t *late)
{
	const char *today = dossier_day(cx, cx->today);
	uint64_t held = 0;
	*waiting = *late = 0;
	int r = today ? queue_held(cx, w, village, n, &held) : ERR_NOMEM;
	for (size_t i = 0; i < n && r == 0; i++) {
		r = queue_number(cx, ST_waiting_late, w->name, village[i], today, late);
		for (size_t s = 0; s < f->nstate && r == 0; s++)
			for (size_t k = 0; k < f->nkind && r == 0; k++)
				if ((w->states >> s & 1) && (w->kinds >> k & 1))
					r = queue_number(cx, ST_dossier_count_get, f->state[s].name, village[i], f->kind[k].name, waiting);
	}
	*waiting -= held < *waiting ? held : *waiting;
	return r;
}

struct queue_page { struct w_dossier_line *v; int64_t *prio; size_t n, max; };

/* Keeps the page's rows the first `max` in order; what falls off the end is not read again. */
static bool queue_page_wants(const struct queue_page *p, int64_t prio, int64_t id)
{
	return p->n < p->max || prio < p->prio[p->n - 1] || (prio == p->prio[p->n - 1] && id < p->v[p->n - 1].id);
}

static void queue_page_add(struct queue_page *p, const struct w_dossier_line *l, int64_t prio)
{
	size_t at = p->n < p->max ? p->n++ : p->n - 1;
	for (; at > 0 && (prio < p->prio[at - 1] || (prio == p->prio[at - 1] && l->id < p->v[at - 1].id)); at--) {
		p->v[at] = p->v[at - 1];
		p->prio[at] = p->prio[at - 1];
	}
	p->v[at] = *l;
	p->prio[at] = prio;
}

static int queue_page_village(struct op_ctx *cx, const char *queue, int64_t area, const char *text, int64_t prio, int64_t after, struct queue_page *p)
{
	struct q *q = db_q(cx->db, ST_waiting_page);
	q_text(q, 1, queue);
	q_int(q, 2, area);
	q_int(q, 3, prio);
	q_int(q, 4, after);
	q_text(q, 5, text && *text ? text : NULL);
	q_int(q, 6, (int64_t)p->max);
	int r;
	while ((r = q_step(q)) == 1) {
		struct w_dossier_line l;
		int64_t at = q_get_int(q, 19);
		if (!queue_page_wants(p, at, q_get_int(q, 0)))
			break;
		if ((r = dossier_line_get(cx, q, &l)) != 0)
			break;
		queue_page_add(p, &l, at);
	}
	q_reset(q);
	return r < 0 ? r : 0;
}

/* 1 when the village is one of them, else 0: also the number of villages to count in. */
static size_t queue_has(const int64_t *village, size_t n, int64_t area)
{
	for (size_t i = 0; i < n; i++)
		if (village[i] == area)
			return 1;
	return 0;
}

/* Those the account holds stand first on the first page; those of a village it no longer works in are not its own any more. */
static int queue_mine(struct op_ctx *cx, const char *queue, const int64_t *village, size_t n, struct queue_page *p)
{
	struct q *q = db_q(cx->db, ST_lease_mine);
	q_int(q, 1, cx->actor->account);
	q_text(q, 2, queue);
	q_int(q, 3, cx->now_ms);
	int r;
	while ((r = q_step(q)) == 1 && p->n < p->max) {
		struct w_dossier_line l;
		if (!queue_has(village, n, q_get_int(q, 19)))
			continue;
		if ((r = dossier_line_get(cx, q, &l)) != 0)
			break;
		queue_page_add(p, &l, INT64_MIN);
	}
	q_reset(q);
	return r < 0 ? r : 0;
}

int queue_mine_count(struct op_ctx *cx, const char *queue, const int64_t *village, size_t n, uint64_t *held)
{
	struct q *q = db_q(cx->db, ST_lease_mine_areas);
	int r;
	*held = 0;
	q_int(q, 1, cx->actor->account);
	q_text(q, 2, queue);
	q_int(q, 3, cx->now_ms);
	while ((r = q_step(q)) == 1)
		*held += queue_has(village, n, q_get_int(q, 0));
	q_reset(q);
	return r;
}

/* What the letters in a line's gates mean. */
static int queue_gates(struct op_ctx *cx, const struct flow *f, struct rp_queue_list *rp)
{
	struct w_gate_line *v = arena_alloc(cx->arena, 10 * sizeof *v);
	if (!v)
		return ERR_NOMEM;
	for (size_t g = 0; f && g < f->ngate && rp->gates.n < 10; g++) {
		char letter[2] = { f->gate[g].letter, 0 };
		v[rp->gates.n] = (struct w_gate_line){ .name = f->gate[g].name, .label = f->gate[g].label, .letter = arena_strdup(cx->arena, letter),
		                                       .state = "", .on_date = "", .ref = "", .note = "" };
		if (!v[rp->gates.n++].letter)
			return ERR_NOMEM;
	}
	rp->gates.v = v;
	return 0;
}

int op_queue_list(struct op_ctx *cx, const struct rq_queue_list *rq, struct rp_queue_list *rp)
{
	const struct flow_queue *w;
	const int64_t *village;
	size_t n;
	int64_t prio = INT64_MIN;
	uint64_t late;
	int r = queue_find(cx, rq->queue, &w, &village, &n);
	struct queue_page p = { .max = rq->limit && rq->limit < 100 ? (size_t)rq->limit : 100 };
	p.v = arena_alloc(cx->arena, p.max * sizeof *p.v);
	p.prio = arena_alloc(cx->arena, p.max * sizeof *p.prio);
	if (r == 0 && (!p.v || !p.prio))
		r = ERR_NOMEM;
	if (r == 0 && rq->after) {
		struct dossier d;
		r = dossier_get(cx, rq->after, &d);
		if (r == ERR_NOTFOUND || (r == 0 && !op_covers(cx, w->roles, d.area)))
			return op_refuse(cx, FIND_not_permitted, NULL);
		if (r == 0)
			prio = dossier_prio(w, &d);
	} else if (r == 0)
		r = queue_mine(cx, w->name, village, n, &p);
	for (size_t i = 0; i < n && r == 0; i++) {
		if (rq->area && rq->area != village[i])
			continue;
		r = queue_page_village(cx, w->name, village[i], rq->text, prio, rq->after, &p);
	}
	if (r == 0)
		r = rq->area ? queue_counts(cx, dossier_flow(cx), w, &rq->area, queue_has(village, n, rq->area), &rp->total, &late)
		             : queue_counts(cx, dossier_flow(cx), w, village, n, &rp->total, &late);
	if (r == 0)
		r = queue_gates(cx, dossier_flow(cx), rp);
	if (r != 0)
		return r;
	rp->rows.v = p.v;
	rp->rows.n = p.n;
	/* The row to go on from must be one that waits: those held stand first, so a full page ends with a waiting one. */
	rp->next = p.n == p.max && p.prio[p.n - 1] != INT64_MIN ? p.v[p.n - 1].id : 0;
	return 0;
}
