/* dossier.c - reading a dossier, and the one way in which it takes a step. */
#include "config.h"
#include "dossier.h"
#include <stdio.h>
#include <string.h>
#include "date.h"
#include "journal.h"
#include "log.h"
#include "random.h"
#include "store.h"
#include "clock.h"

const char *dossier_day(struct op_ctx *cx, int32_t day)
{
	char text[DATE_SIZE];
	return arena_strdup(cx->arena, date_to_iso(day, text));
}

const struct flow *dossier_flow(struct op_ctx *cx)
{
	return store_flow(cx->store, cx->db, NULL);
}

static int dossier_bind_flow(struct op_ctx *cx, struct dossier *d)
{
	d->flow = store_flow(cx->store, cx->db, d->flow_name);
	d->state_at_flow = d->flow ? flow_state_index(d->flow, d->state) : -1;
	d->kind_at_flow = d->flow ? flow_kind_index(d->flow, d->kind) : -1;
	if (d->state_at_flow >= 0 && d->kind_at_flow >= 0)
		return 0;
	log_err("flow knows no state=%s or kind=%s dossier=%lld", d->state, d->kind, (long long)d->id);
	return ERR_CORRUPT;
}

int dossier_get(struct op_ctx *cx, int64_t id, struct dossier *d)
{
	struct q *q = db_q(cx->db, ST_dossier_get);
	q_int(q, 1, id);
	int r = q_step(q);
	if (r <= 0)
		return r == 0 ? ERR_NOTFOUND : r;
	*d = (struct dossier){
		.id = id, .number = q_get_strdup(q, 0, cx->arena), .kind = q_get_strdup(q, 1, cx->arena), .area = q_get_int(q, 2),
		.state = q_get_strdup(q, 3, cx->arena), .rev = (uint64_t)q_get_int(q, 4), .filling = q_get_int(q, 5),
		.flow_name = q_get_strdup(q, 6, cx->arena), .base_seq = q_get_int(q, 7), .channel = q_get_strdup(q, 8, cx->arena),
		.maker = q_get_int(q, 9), .household = q_get_int(q, 10), .other = q_get_int(q, 11), .head = q_get_strdup(q, 12, cx->arena),
		.head_person = q_get_int(q, 13), .submitted_at = q_get_int(q, 14), .state_at = q_get_int(q, 15),
		.due_on = q_get_strdup(q, 16, cx->arena), .fence = q_get_int(q, 17), .reason = q_get_strdup(q, 18, cx->arena),
		.note = q_get_strdup(q, 19, cx->arena), .applied_seq = q_get_int(q, 20), .result_household = q_get_int(q, 21),
		.batch = q_get_int(q, 22), .import = q_get_int(q, 23),
	};
	q_reset(q);
	if (!d->number || !d->kind || !d->state || !d->flow_name || !d->channel || !d->head || !d->due_on || !d->reason || !d->note)
		return ERR_NOMEM;
	return dossier_bind_flow(cx, d);
}

int dossier_put(struct op_ctx *cx, struct dossier *d)
{
	d->flow = dossier_flow(cx);
	if (!d->flow)
		return ERR_NOTFOUND;
	d->flow_name = d->flow->name;
	d->state = d->flow->state[0].name;
	d->rev = 0;
	int r = dossier_bind_flow(cx, d);
	if (r != 0)
		return r;
	int64_t id = db_id(cx->db, "dossier");
	if (id < 0)
		return (int)id;
	char counter[32], number[32];
	snprintf(counter, sizeof counter, "dossier-%d", date_civil(cx->today).year);
	int64_t n = db_counter(cx->db, counter);
	if (n < 0)
		return (int)n;
	snprintf(number, sizeof number, "%d-%06lld", date_civil(cx->today).year, (long long)n);
	d->id = id;
	d->number = arena_strdup(cx->arena, number);
	if (!d->number)
		return ERR_NOMEM;
	d->submitted_at = d->state_at = cx->now_ms;
	d->due_on = d->reason = d->note = "";
	struct q *q = db_q(cx->db, ST_dossier_put);
	q_int(q, 1, d->id);
	q_text(q, 2, d->number);
	q_text(q, 3, d->kind);
	q_int(q, 4, d->area);
	q_text(q, 5, d->state);
	q_int(q, 6, d->filling);
	q_text(q, 7, d->flow_name);
	q_int(q, 8, d->base_seq);
	q_text(q, 9, d->channel);
	q_int(q, 10, d->maker);
	q_id(q, 11, d->household);
	q_id(q, 12, d->other);
	q_text(q, 13, d->head);
	q_id(q, 14, d->head_person);
	q_int(q, 15, cx->now_ms);
	q_id(q, 16, d->import);
	q_int(q, 17, cx->seq);
	return q_done(q);
}

int dossier_count_add(struct op_ctx *cx, int64_t area, const char *state, const char *kind, int n)
{
	/* A row that goes down is there already; an upsert would try the negative number first, and the check refuses it. */
	struct q *q = db_q(cx->db, n < 0 ? ST_dossier_count_down : ST_dossier_count_add);
	q_int(q, 1, area);
	q_text(q, 2, state);
	q_text(q, 3, kind);
	q_int(q, 4, n);
	return q_done(q);
}

const struct flow_queue *dossier_queue(const struct dossier *d)
{
	for (size_t i = 0; i < d->flow->nqueue; i++) {
		const struct flow_queue *w = &d->flow->queue[i];
		if ((w->states >> d->state_at_flow & 1) && (w->kinds >> d->kind_at_flow & 1))
			return w;
	}
	return NULL;
}

int64_t dossier_prio(const struct flow_queue *w, const struct dossier *d)
{
	return w->order == FLOW_ORDER_SUBMITTED ? d->submitted_at : d->state_at;
}

int dossier_wait(struct op_ctx *cx, const struct dossier *d)
{
	const struct flow_queue *w = dossier_queue(d);
	if (!w)
		return 0;
	struct q *q = db_q(cx->db, ST_waiting_put);
	q_text(q, 1, w->name);
	q_int(q, 2, d->area);
	q_int(q, 3, dossier_prio(w, d));
	q_int(q, 4, d->id);
	q_text(q, 5, *d->due_on ? d->due_on : NULL);
	return q_done(q);
}

int dossier_unwait(struct op_ctx *cx, int64_t dossier)
{
	struct q *q = db_q(cx->db, ST_waiting_drop);
	q_int(q, 1, dossier);
	return q_done(q);
}

/* The day by which something should have happened in the state just entered: the queue's days, else the state's own. */
static const char *dossier_due(struct op_ctx *cx, const struct dossier *d)
{
	const struct flow_queue *w = dossier_queue(d);
	unsigned days = w && w->days ? w->days : d->flow->state[d->state_at_flow].days;
	return days ? dossier_day(cx, cx->today + (int32_t)days) : "";
}

static int dossier_step_put(struct op_ctx *cx, const struct dossier *d, const char *from, const struct dossier_step *s)
{
	struct q *q = db_q(cx->db, ST_dossier_step_put);
	q_int(q, 1, d->id);
	q_int(q, 2, (int64_t)d->rev);
	q_text(q, 3, s->event->name);
	q_text(q, 4, from);
	q_text(q, 5, d->state);
	q_int(q, 6, s->actor);
	q_int(q, 7, cx->now_ms);
	q_text(q, 8, *d->reason ? d->reason : NULL);
	q_text(q, 9, *d->note ? d->note : NULL);
	q_int(q, 10, cx->seq);
	int r = q_done(q);
	for (size_t i = 0; i < s->nflag && r == 0; i++) {
		q = db_q(cx->db, ST_dossier_flag_put);
		q_int(q, 1, d->id);
		q_int(q, 2, (int64_t)d->rev);
		q_int(q, 3, (int64_t)s->flag[i].field);
		q_int(q, 4, (int64_t)s->flag[i].row);
		r = q_done(q);
	}
	return r;
}

int dossier_move(struct op_ctx *cx, struct dossier *d, const struct dossier_step *s)
{
	const char *from = d->state;
	int r = dossier_unwait(cx, d->id);
	if (r == 0)
		r = dossier_count_add(cx, d->area, from, d->kind, -1);
	if (r != 0)
		return r;
	d->state_at_flow = s->event->to;
	d->state = d->flow->state[d->state_at_flow].name;
	d->state_at = cx->now_ms;
	d->rev++;
	d->reason = s->reason ? s->reason : "";
	d->note = s->note ? s->note : "";
	d->due_on = dossier_due(cx, d);
	if (!d->due_on)
		return ERR_NOMEM;
	struct q *q = db_q(cx->db, ST_lease_drop);
	q_int(q, 1, d->id);
	r = q_done(q);
	if (r == 0)
		r = dossier_count_add(cx, d->area, d->state, d->kind, 1);
	if (r == 0) {
		q = db_q(cx->db, ST_dossier_set);
		q_int(q, 1, d->id);
		q_text(q, 2, d->state);
		q_int(q, 3, (int64_t)d->rev);
		q_int(q, 4, d->filling);
		q_int(q, 5, d->base_seq);
		q_int(q, 6, d->state_at);
		q_text(q, 7, *d->due_on ? d->due_on : NULL);
		q_text(q, 8, *d->reason ? d->reason : NULL);
		q_text(q, 9, *d->note ? d->note : NULL);
		q_id(q, 10, d->applied_seq);
		q_id(q, 11, d->result_household);
		q_id(q, 12, d->batch);
		q_int(q, 13, cx->seq);
		q_text(q, 14, d->head);
		q_id(q, 15, d->head_person);
		q_id(q, 16, d->household);
		q_int(q, 17, d->area);
		q_text(q, 18, d->channel);
		q_id(q, 19, d->other);
		r = q_done(q);
	}
	if (r == 0)
		r = dossier_step_put(cx, d, from, s);
	if (r == 0)
		r = dossier_wait(cx, d);
	if (r == 0 && d->flow->state[d->state_at_flow].final)
		r = register_unindex_dossier(cx->db, d->id);
	if (r == 0 && cx->leaf)
		r = journal_touch(cx->leaf, JT_DOSSIER, d->id);
	return r;
}
