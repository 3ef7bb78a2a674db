/* recap.c - the recap: households, persons and dossiers by stage, per area. */
#include "config.h"
#include "ops_dispatch.h"
#include "recap.h"
#include <string.h>
#include "dossier.h"
#include "store.h"

int recap_freeze(struct op_ctx *cx, int64_t batch, int64_t area)
{
	static const enum stmt st[] = { ST_recap_freeze_households, ST_recap_freeze_persons, ST_recap_freeze_dossiers };
	int r = 0;
	for (size_t i = 0; i < sizeof st / sizeof *st && r == 0; i++) {
		struct q *q = db_q(cx->db, st[i]);
		q_int(q, 1, area);
		q_int(q, 2, batch);
		r = q_done(q);
	}
	return r;
}

/* Where a count goes; a state of another flow that the recap has no column for is in none. */
static void recap_add(struct w_recap_line *l, const char *what, uint64_t n)
{
	const struct { const char *what; uint64_t *at; } column[] = {
		{ "households", &l->households }, { "persons", &l->persons }, { "draft", &l->draft }, { "reserve", &l->reserve },
		{ "submitted", &l->submitted }, { "verified", &l->verified }, { "valid", &l->valid }, { "returned", &l->returned },
		{ "rejected", &l->rejected }, { "closed", &l->closed },
	};
	for (size_t i = 0; i < sizeof column / sizeof *column; i++)
		if (strcmp(column[i].what, what) == 0)
			*column[i].at += n;
}

static int recap_sums(struct op_ctx *cx, int64_t area, int64_t batch, struct w_recap_line *l)
{
	static const enum stmt live[] = { ST_recap_live_register, ST_recap_live_dossiers }, frozen[] = { ST_recap_frozen };
	const enum stmt *st = batch ? frozen : live;
	for (size_t i = 0; i < (batch ? 1u : 2u); i++) {
		struct q *q = db_q(cx->db, st[i]);
		q_int(q, 1, area);
		if (batch)
			q_int(q, 2, batch);
		int r;
		while ((r = q_step(q)) == 1)
			recap_add(l, q_get_text(q, 0), (uint64_t)q_get_int(q, 1));
		q_reset(q);
		if (r < 0)
			return r;
	}
	return 0;
}

static int recap_seen(struct op_ctx *cx, int64_t area);

/* The batch's own area and journal number, when the account may see it. */
static int recap_batch(struct op_ctx *cx, int64_t batch, int64_t *area, int64_t *seq)
{
	struct q *q = db_q(cx->db, ST_batch_get);
	q_int(q, 1, batch);
	int r = q_step(q);
	*area = r == 1 ? q_get_int(q, 1) : 0;
	*seq = r == 1 ? q_get_int(q, 3) : 0;
	q_reset(q);
	if (r == 1)
		r = recap_seen(cx, *area);
	return r < 0 ? r : r == 1 ? 0 : op_refuse(cx, FIND_not_permitted, NULL);
}

static int recap_seen(struct op_ctx *cx, int64_t area)
{
	/* Whoever covers the area, or a village below it, may see its counts; sums of an area are of the villages one covers. */
	if (op_covers(cx, cx->op->roles, area))
		return 1;
	for (size_t i = 0; i < cx->actor->nvillage; i++) {
		struct q *q = db_q(cx->db, ST_area_within);
		q_int(q, 1, cx->actor->village[i]);
		q_int(q, 2, area);
		int r = q_step(q);
		q_reset(q);
		if (r != 0)
			return r;
	}
	return 0;
}

/* The area itself in the first row, then its children; sums over the villages below each that the account covers. */
static int recap_row(struct op_ctx *cx, int64_t area, int64_t batch, struct w_recap_line *l)
{
	struct q *q = db_q(cx->db, ST_dossier_area);
	q_int(q, 1, area);
	int r = q_step(q);
	*l = (struct w_recap_line){ .area = area, .code = q_get_strdup(q, 0, cx->arena), .name = q_get_strdup(q, 1, cx->arena),
	                            .level = (uint64_t)q_get_int(q, 2) };
	q_reset(q);
	if (r != 1 || !l->code || !l->name)
		return r < 0 ? r : r == 0 ? ERR_NOTFOUND : ERR_NOMEM;
	for (size_t i = 0; i < cx->actor->nvillage; i++) {
		int64_t village = cx->actor->village[i];
		q = db_q(cx->db, ST_area_within);
		q_int(q, 1, village);
		q_int(q, 2, area);
		r = q_step(q);
		q_reset(q);
		if (r == 1)
			r = recap_sums(cx, village, batch, l);
		if (r < 0)
			return r;
	}
	return 0;
}

int op_recap_list(struct op_ctx *cx, const struct rq_recap_list *rq, struct rp_recap_list *rp)
{
	int64_t area = rq->area, seq = 0, batch_area;
	size_t max = rq->limit && rq->limit < 500 ? (size_t)rq->limit : 500;
	int r = rq->batch ? recap_batch(cx, rq->batch, &batch_area, &seq) : 0;
	if (r != 0)
		return r;
	/* The regency when nothing was asked for: every account's desk starts from the same place. */
	if (!area)
		r = rq->batch ? (area = batch_area, 0) : store_area(cx, &area);
	if (r == 0)
		r = recap_seen(cx, area);
	if (r <= 0)
		return r < 0 ? r : op_refuse(cx, FIND_not_permitted, NULL);
	struct w_recap_line *v = arena_alloc(cx->arena, (max + 1) * sizeof *v);
	int64_t *child = arena_alloc(cx->arena, (max + 1) * sizeof *child);
	size_t n = 0;
	if (!v || !child)
		return ERR_NOMEM;
	if (!rq->after)
		child[n++] = area;
	struct q *q = db_q(cx->db, ST_recap_children);
	q_int(q, 1, area);
	q_int(q, 2, rq->after);
	while ((r = q_step(q)) == 1 && n < max)
		child[n++] = q_get_int(q, 0);
	bool more = r == 1;
	q_reset(q);
	for (size_t i = 0; i < n && r >= 0; i++) {
		int seen = recap_seen(cx, child[i]);
		r = seen < 0 ? seen : 0;
		if (seen == 1)
			r = recap_row(cx, child[i], rq->batch, &v[rp->rows.n++]);
	}
	rp->rows.v = v;
	rp->next = more ? child[n - 1] : 0;
	rp->seq = seq;
	return r < 0 ? r : 0;
}
