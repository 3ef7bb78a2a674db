/* lease.c - claims, prolongs, releases and takes back what ran out. */
#include "config.h"
#include "lease.h"
#include <stdio.h>
#include <string.h>
#include "clock.h"
#include "ops_dispatch.h"
#include "store.h"

int lease_get(struct op_ctx *cx, int64_t dossier, struct lease *l)
{
	struct q *q = db_q(cx->db, ST_lease_get);
	q_int(q, 1, dossier);
	q_int(q, 2, cx->now_ms);
	int r = q_step(q);
	*l = (struct lease){ .dossier = dossier };
	if (r == 1) {
		l->account = q_get_int(q, 0);
		l->queue = q_get_strdup(q, 1, cx->arena);
		l->fence = q_get_int(q, 2);
		l->until_at = q_get_int(q, 3);
		l->holder = q_get_strdup(q, 4, cx->arena);
		if (!l->queue || !l->holder)
			r = ERR_NOMEM;
	}
	q_reset(q);
	return r;
}

/* "08:45" in the office's zone. */
static const char *lease_clock(struct op_ctx *cx, int64_t at, char text[static 6])
{
	unsigned minute = (unsigned)((at / 60000 + cx->zone_minutes) % 1440);
	snprintf(text, 6, "%02u:%02u", minute / 60 % 24, minute % 60);
	return text;
}

int lease_check(struct op_ctx *cx, const struct dossier *d, uint64_t fence)
{
	struct lease l;
	char until[6];
	int r = lease_get(cx, d->id, &l);
	if (r < 0)
		return r;
	if (r == 1 && l.account != cx->actor->account)
		return fence ? op_refuse(cx, FIND_stale_fence, NULL) : op_refuse(cx, FIND_held_by_other, l.holder, lease_clock(cx, l.until_at, until), NULL);
	if (r == 1 ? fence != (uint64_t)l.fence : fence != 0)
		return op_refuse(cx, FIND_stale_fence, NULL);
	return 0;
}

static int lease_room(struct op_ctx *cx, const struct flow_queue *w)
{
	char most[12];
	struct q *q = db_q(cx->db, ST_lease_mine_count);
	q_int(q, 1, cx->actor->account);
	q_text(q, 2, w->name);
	q_int(q, 3, cx->now_ms);
	int r = q_step(q);
	bool full = r == 1 && q_get_int(q, 0) >= (int64_t)w->leases;
	q_reset(q);
	if (r < 0 || !full)
		return r < 0 ? r : 0;
	snprintf(most, sizeof most, "%u", w->leases);
	return op_refuse(cx, FIND_holds_too_many, most, NULL);
}

int lease_take(struct op_ctx *cx, struct dossier *d, const struct flow_queue *w, struct lease *l)
{
	int r = lease_room(cx, w);
	if (r != 0)
		return r;
	d->fence++;
	*l = (struct lease){ .dossier = d->id, .account = cx->actor->account, .queue = w->name, .fence = d->fence,
	                     .until_at = cx->now_ms + (int64_t)w->lease_minutes * 60000 };
	struct q *q = db_q(cx->db, ST_lease_put);
	q_int(q, 1, d->id);
	q_text(q, 2, w->name);
	q_int(q, 3, l->account);
	q_int(q, 4, l->fence);
	q_int(q, 5, cx->now_ms);
	q_int(q, 6, l->until_at);
	r = q_done(q);
	if (r == 0) {
		q = db_q(cx->db, ST_dossier_fence);
		q_int(q, 1, d->id);
		q_int(q, 2, d->fence);
		r = q_done(q);
	}
	return r == 0 ? dossier_unwait(cx, d->id) : r;
}

int lease_end(struct op_ctx *cx, const struct dossier *d)
{
	struct q *q = db_q(cx->db, ST_lease_drop);
	q_int(q, 1, d->id);
	int r = q_done(q);
	return r == 0 ? dossier_wait(cx, d) : r;
}

int lease_tick(struct op_ctx *cx)
{
	for (int i = 0; i < 500; i++) {
		struct q *q = db_q(cx->db, ST_lease_expired);
		q_int(q, 1, cx->now_ms);
		int r = q_step(q);
		int64_t id = r == 1 ? q_get_int(q, 0) : 0, account = r == 1 ? q_get_int(q, 1) : 0;
		q_reset(q);
		if (r <= 0)
			return r;
		struct dossier d;
		r = dossier_get(cx, id, &d);
		if (r == 0)
			r = lease_end(cx, &d);
		if (r != 0)
			return r;
		store_tell_account(cx, account, EVENT_LEASE_LOST, id, d.number);
	}
	return 0;
}

static int lease_claim(struct op_ctx *cx, struct dossier *d, const struct flow_queue *w, struct rp_lease_set *rp)
{
	struct lease l;
	int own = dossier_made_by(cx, d, cx->actor->account);
	if (own < 0)
		return own;
	if (own)
		return op_refuse(cx, FIND_own_dossier, NULL);
	int r = lease_get(cx, d->id, &l);
	if (r == 1 && l.account != cx->actor->account)
		return lease_check(cx, d, 0);
	if (r == 0 && (r = lease_take(cx, d, w, &l)) != 0)
		return r;
	if (r < 0)
		return r;
	rp->fence = (uint64_t)l.fence;
	rp->until = l.until_at;
	return 0;
}

/* Prolong and release name the number they hold; an old one is refused. */
static int lease_held(struct op_ctx *cx, struct dossier *d, const struct flow_queue *w, const struct rq_lease_set *rq, struct rp_lease_set *rp)
{
	struct lease l;
	int r = lease_get(cx, d->id, &l);
	if (r < 0)
		return r;
	if (r == 0 || l.account != cx->actor->account || (uint64_t)l.fence != rq->fence)
		return op_refuse(cx, FIND_stale_fence, NULL);
	if (strcmp(rq->action, "release") == 0)
		return lease_end(cx, d);
	rp->fence = (uint64_t)l.fence;
	rp->until = cx->now_ms + (int64_t)w->lease_minutes * 60000;
	struct q *q = db_q(cx->db, ST_lease_prolong);
	q_int(q, 1, d->id);
	q_int(q, 2, rp->until);
	return q_done(q);
}

int op_lease_set(struct op_ctx *cx, const struct rq_lease_set *rq, struct rp_lease_set *rp)
{
	struct dossier d;
	int r = lease_tick(cx);
	if (r == 0)
		r = dossier_get(cx, rq->dossier, &d);
	if (r == ERR_NOTFOUND)
		return op_refuse(cx, FIND_not_permitted, NULL);
	if (r != 0)
		return r;
	const struct flow_queue *w = dossier_queue(&d);
	if (!w || strcmp(w->name, rq->queue) != 0)
		return op_refuse(cx, FIND_wrong_state, NULL);
	if (!op_covers(cx, w->roles, d.area))
		return op_refuse(cx, FIND_not_permitted, NULL);
	if (strcmp(rq->action, "claim") == 0)
		r = lease_claim(cx, &d, w, rp);
	else if (strcmp(rq->action, "prolong") == 0 || strcmp(rq->action, "release") == 0)
		r = lease_held(cx, &d, w, rq, rp);
	else
		r = op_refuse(cx, FIND_bad_request, NULL);
	if (r == 0 && cx->leaf)
		r = dossier_shown(cx, &d, NULL, NULL);
	return r;
}
