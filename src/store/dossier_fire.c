/* dossier_fire.c - an event of the flow, fired by an account; and what it would do, asked beforehand. */
#include "config.h"
#include <string.h>
#include "dossier.h"
#include "journal.h"
#include "lease.h"
#include "log.h"
#include "ops_dispatch.h"
#include "store.h"

/* Reason, note and flags as the event asks for them; *kept is the note as it is kept. */
static int fire_reason(struct op_ctx *cx, const struct flow_event *e, const struct rq_dossier_fire *rq, const char **kept)
{
	bool reason = rq->reason && *rq->reason, note = rq->note && *rq->note;
	if ((e->reasons && !reason) || (e->note && !note))
		return op_refuse(cx, FIND_reason_missing, NULL);
	if (reason && (!e->reasons || !dossier_list_has(cx, e->reasons, rq->reason)))
		return op_refuse(cx, FIND_reason_missing, NULL);
	int r = dossier_text(cx, rq->note, 1000, true, kept);
	if (r != 0)
		return r;
	if (rq->flags.n && !e->flags)
		return op_refuse(cx, FIND_bad_request, NULL);
	return 0;
}

/* The register said no: the dossier goes back to its maker with the findings on record, nothing of the register is kept
 * (change-model.md rule 2), and whoever decided is told why. */
static int fire_send_back(struct op_ctx *cx, struct dossier *d)
{
	const struct flow_event *back = flow_event_doing(d->flow, FLOW_DOES_RETURN, d->state_at_flow, d->kind_at_flow);
	if (!back)
		return ERR_CORRUPT;          /* flow_read() refuses such a flow */
	struct w_flag flag[20];
	struct dossier_step step = { .event = back, .reason = back->refusal, .flag = flag, .actor = cx->actor->account };
	for (size_t i = 0; i < cx->findings->n && step.nflag < 20; i++) {
		const struct finding *f = &cx->findings->v[i];
		bool seen = f->field == 0;
		for (size_t k = 0; k < step.nflag; k++)
			seen |= flag[k].field == f->field && flag[k].row == f->row;
		if (!seen)
			flag[step.nflag++] = (struct w_flag){ .field = f->field, .row = f->row };
	}
	int r = dossier_findings_put(cx, d->filling, cx->findings);
	if (r == 0)
		r = dossier_move(cx, d, &step);
	if (r != 0)
		return r;
	op_keep(cx);
	return OP_REFUSED;
}

/* Which row became whom: of new persons only, the others are named by the filling itself. */
static int fire_rows(struct op_ctx *cx, const struct dossier *d, const struct register_change *ch)
{
	int r = 0;
	for (size_t i = 0; i < ch->nrows && r == 0; i++) {
		const struct filling_row *row = filling_row_find(ch->filling, ch->rows[i].roster, ch->rows[i].row);
		if (row && row->subject == ch->rows[i].person)
			continue;
		struct q *q = db_q(cx->db, ST_filling_row_put);
		q_int(q, 1, d->filling);
		q_int(q, 2, ch->rows[i].roster);
		q_int(q, 3, ch->rows[i].row);
		q_int(q, 4, ch->rows[i].person);
		r = q_done(q);
	}
	return r;
}

int dossier_apply(struct op_ctx *cx, struct dossier *d)
{
	struct register_change ch;
	struct filling f;
	int r = dossier_change(cx, d, &f, &ch);
	if (r != 0) {
		filling_clear(&f);
		return r;
	}
	r = db_reg_save(cx->db);
	if (r == 0) {
		r = register_apply(cx, &ch);
		int e = db_reg_release(cx->db, r == 0);
		r = e != 0 ? e : r;
	}
	if (r == 0)
		r = fire_rows(cx, d, &ch);
	if (r == 0) {
		d->applied_seq = cx->seq;
		d->result_household = ch.result_household ? ch.result_household : d->household;
		r = register_unindex_dossier(cx->db, d->id);
	}
	filling_clear(&f);
	return r;
}

static int fire_event(struct op_ctx *cx, struct dossier *d, const struct flow_event *e, const struct rq_dossier_fire *rq, const char *note)
{
	int r = e->does == FLOW_DOES_APPLY ? dossier_apply(cx, d) : 0;
	if (r == OP_REFUSED)
		return fire_send_back(cx, d);
	if (r != 0)
		return r;
	struct dossier_step step = { .event = e, .reason = rq->reason, .note = note, .flag = rq->flags.v, .nflag = rq->flags.n,
	                             .actor = cx->actor->account };
	return dossier_move(cx, d, &step);
}

int op_dossier_fire(struct op_ctx *cx, const struct rq_dossier_fire *rq, struct rp_dossier_fire *rp)
{
	struct dossier d;
	const char *note = "";
	int r = dossier_get(cx, rq->dossier, &d);
	if (r == ERR_NOTFOUND)
		return op_refuse(cx, FIND_not_permitted, NULL);
	if (r != 0)
		return r;
	if (rq->rev != d.rev)
		return op_refuse(cx, FIND_stale_revision, NULL);
	const struct flow_event *e = flow_event_named(d.flow, rq->event, d.state_at_flow, d.kind_at_flow);
	if (!e)
		return op_refuse(cx, FIND_wrong_state, NULL);
	size_t before = cx->findings->n;
	r = dossier_hinder(cx, &d, e, cx->findings);
	if (r == 0 && cx->findings->n > before)
		return OP_REFUSED;
	if (r == 0)
		r = lease_check(cx, &d, rq->fence);
	if (r == 0)
		r = fire_reason(cx, e, rq, &note);
	if (r != 0)
		return r;
	if (cx->leaf) {
		journal_dossier(cx->leaf, d.id);
		journal_object(cx->leaf, JT_DOSSIER, d.id);
		if (rq->reason && *rq->reason)
			journal_reason(cx->leaf, rq->reason);
	}
	r = fire_event(cx, &d, e, rq, note);
	rp->rev = d.rev;
	rp->state = d.state;
	if (r == 0 && cx->leaf && d.head_person)
		r = journal_shown(cx->leaf, d.head_person);
	return r;
}

/* One line of the preview: the same questions as op_dossier_fire asks, in the same order, and nothing changed. */
static int try_one(struct op_ctx *cx, int64_t id, const char *event, struct w_try_line *l)
{
	struct dossier d;
	struct finding_list *outer = cx->findings, found;
	int r = dossier_get(cx, id, &d);
	*l = (struct w_try_line){ .dossier = id };
	/* "Not yours" and "does not exist" look alike. */
	bool seen = r == 0 && op_covers(cx, cx->op->roles, d.area);
	if (r != 0 && r != ERR_NOTFOUND)
		return r;
	finding_list_init(&found);
	cx->findings = &found;
	r = 0;
	const struct flow_event *e = seen ? flow_event_named(d.flow, event, d.state_at_flow, d.kind_at_flow) : NULL;
	struct lease lease = { 0 };
	if (!seen)
		r = op_refuse(cx, FIND_not_permitted, NULL);
	else if (!e)
		r = op_refuse(cx, FIND_wrong_state, NULL);
	else
		r = dossier_hinder(cx, &d, e, &found);
	if (r == 0 && e && !found.n) {
		int held = lease_get(cx, id, &lease);
		r = held < 0 ? held : lease_check(cx, &d, held == 1 && lease.account == cx->actor->account ? (uint64_t)lease.fence : 0);
	}
	if (r == 0 && e && !found.n && e->does == FLOW_DOES_APPLY) {
		struct register_change ch;
		struct filling f;
		r = dossier_change(cx, &d, &f, &ch);
		if (r == 0)
			r = register_try(cx, &ch);
		filling_clear(&f);
	}
	cx->findings = outer;
	if (r >= 0) {
		l->ok = r == 0 && !finding_list_blocks(&found);
		r = dossier_findings_rows(cx, &found, &l->findings.v, &l->findings.n);
		if (l->findings.n > 20)
			l->findings.n = 20;
	}
	finding_list_clear(&found);
	if (seen && r == 0) {
		l->number = d.number;
		l->rev = d.rev;
		l->fence = lease.account == cx->actor->account ? (uint64_t)lease.fence : 0;
		l->head = d.head;
		r = dossier_line_shown(cx, d.head_person);
	}
	return r;
}

int op_dossier_try(struct op_ctx *cx, const struct rq_dossier_try *rq, struct rp_dossier_try *rp)
{
	struct w_try_line *v = arena_alloc(cx->arena, (rq->dossiers.n + 1) * sizeof *v);
	int r = v ? 0 : ERR_NOMEM;
	for (size_t i = 0; i < rq->dossiers.n && r == 0; i++)
		r = try_one(cx, rq->dossiers.v[i].id, rq->event, &v[i]);
	rp->rows.v = v;
	rp->rows.n = rq->dossiers.n;
	return r;
}
