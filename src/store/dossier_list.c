/* dossier_list.c - dossiers of the account's villages, newest first.
 *
 * One query per village, each stopped as soon as it cannot add to the page: the cost is that of the page, not of the villages'
 * dossiers. */
#include "config.h"
#include <string.h>
#include "dossier.h"
#include "ops_dispatch.h"

struct list_page { struct w_dossier_line *v; size_t n, max; };

static bool list_page_wants(const struct list_page *p, int64_t id)
{
	return p->n < p->max || id > p->v[p->n - 1].id;
}

static void list_page_add(struct list_page *p, const struct w_dossier_line *l)
{
	size_t at = p->n < p->max ? p->n++ : p->n - 1;
	for (; at > 0 && l->id > p->v[at - 1].id; at--)
		p->v[at] = p->v[at - 1];
	p->v[at] = *l;
}

/* Parameters shared by page and count: 1 village, 2 after, 3 state, 4 kind, 5 text, 6 household, 7 maker. */
static void list_bind(struct op_ctx *cx, struct q *q, const struct rq_dossier_list *rq, int64_t village)
{
	q_int(q, 1, village);
	q_int(q, 2, rq->after ? rq->after : INT64_MAX);
	q_text(q, 3, rq->state && *rq->state ? rq->state : NULL);
	q_text(q, 4, rq->kind && *rq->kind ? rq->kind : NULL);
	q_text(q, 5, rq->text && *rq->text ? rq->text : NULL);
	q_id(q, 6, rq->household);
	q_id(q, 7, rq->mine ? cx->actor->account : 0);
}

static int list_village(struct op_ctx *cx, const struct rq_dossier_list *rq, int64_t village, struct list_page *p)
{
	struct q *q = db_q(cx->db, ST_dossier_page);
	list_bind(cx, q, rq, village);
	q_int(q, 8, (int64_t)p->max);
	int r;
	while ((r = q_step(q)) == 1) {
		struct w_dossier_line l;
		if (!list_page_wants(p, q_get_int(q, 0)))
			break;
		if ((r = dossier_line_get(cx, q, &l)) != 0)
			break;
		list_page_add(p, &l);
	}
	q_reset(q);
	return r < 0 ? r : 0;
}

/* Out of the counters when they know what is asked for. The first state's counter holds drafts as well, so its dossiers (a file
 * that waits to be accepted) are counted by themselves. */
static int list_count_fast(struct op_ctx *cx, const struct rq_dossier_list *rq, int64_t village, const char *first, uint64_t *total)
{
	struct q *q = db_q(cx->db, ST_dossier_count_sum);
	q_int(q, 1, village);
	q_text(q, 2, rq->state && *rq->state ? rq->state : NULL);
	q_text(q, 3, rq->kind && *rq->kind ? rq->kind : NULL);
	q_text(q, 4, first);
	int r = q_step(q);
	*total += r == 1 ? (uint64_t)q_get_int(q, 0) : 0;
	q_reset(q);
	return r < 0 ? r : 0;
}

static int list_count(struct op_ctx *cx, const struct rq_dossier_list *rq, int64_t village, uint64_t *total)
{
	const struct flow *f = dossier_flow(cx);
	if (f && !rq->mine && !rq->household && !(rq->text && *rq->text))
		return list_count_fast(cx, rq, village, f->state[0].name, total);
	struct rq_dossier_list all = *rq;
	all.after = 0;
	struct q *q = db_q(cx->db, ST_dossier_page_count);
	list_bind(cx, q, &all, village);
	int r = q_step(q);
	*total += r == 1 ? (uint64_t)q_get_int(q, 0) : 0;
	q_reset(q);
	return r < 0 ? r : 0;
}

int op_dossier_list(struct op_ctx *cx, const struct rq_dossier_list *rq, struct rp_dossier_list *rp)
{
	const int64_t *village;
	size_t n;
	int r = dossier_villages(cx, cx->op->roles, &village, &n);
	struct list_page p = { .max = rq->limit && rq->limit < 100 ? (size_t)rq->limit : 100 };
	p.v = arena_alloc(cx->arena, p.max * sizeof *p.v);
	if (r == 0 && !p.v)
		r = ERR_NOMEM;
	for (size_t i = 0; i < n && r == 0; i++) {
		if (rq->area && rq->area != village[i])
			continue;
		r = list_village(cx, rq, village[i], &p);
		if (r == 0)
			r = list_count(cx, rq, village[i], &rp->total);
	}
	rp->rows.v = p.v;
	rp->rows.n = p.n;
	rp->next = p.n == p.max ? p.v[p.n - 1].id : 0;
	return r;
}
