/* gate.c - the result of a gate with its date and reference; what was recorded before stays in gate_was. */
#include "config.h"
#include <string.h>
#include "date.h"
#include "dossier.h"
#include "journal.h"
#include "lease.h"
#include "ops_dispatch.h"
#include "random.h"

/* A dossier held by somebody else is in that person's hands: its gates do not change under the decision. */
static int gate_held(struct op_ctx *cx, const struct dossier *d)
{
	struct lease l;
	int r = lease_get(cx, d->id, &l);
	return r == 1 && l.account != cx->actor->account ? lease_check(cx, d, 0) : r < 0 ? r : 0;
}

static int gate_put(struct op_ctx *cx, const struct dossier *d, const struct rq_gate_record *rq, const char *ref, const char *note)
{
	uint8_t salt[16];
	struct q *q = db_q(cx->db, ST_gate_get);
	q_int(q, 1, d->id);
	q_text(q, 2, rq->gate);
	int r = q_step(q);
	int64_t id = r == 1 ? q_get_int(q, 0) : 0, seq = r == 1 ? q_get_int(q, 1) : 0;
	q_reset(q);
	if (r >= 0)
		r = 0;
	if (r == 0 && id && seq != cx->seq) {
		q = db_q(cx->db, ST_gate_keep);
		q_int(q, 1, id);
		q_int(q, 2, cx->seq);
		r = q_done(q);
	}
	if (r == 0 && !id) {
		id = db_id(cx->db, "gate");
		r = id < 0 ? (int)id : 0;
	}
	if (r != 0)
		return r;
	random_bytes(salt, sizeof salt);
	q = db_q(cx->db, ST_gate_put);
	q_int(q, 1, id);
	q_int(q, 2, d->id);
	q_text(q, 3, rq->gate);
	q_text(q, 4, rq->state);
	q_text(q, 5, rq->on_date);
	q_text(q, 6, *ref ? ref : NULL);
	q_text(q, 7, *note ? note : NULL);
	q_int(q, 8, cx->actor->account);
	q_int(q, 9, cx->now_ms);
	q_blob(q, 10, salt, sizeof salt);
	q_int(q, 11, cx->seq);
	r = q_done(q);
	return r == 0 && cx->leaf ? journal_touch(cx->leaf, JT_GATE, id) : r;
}

int op_gate_record(struct op_ctx *cx, const struct rq_gate_record *rq, struct rp_gate_record *rp)
{
	(void)rp;
	struct dossier d;
	int r = dossier_get(cx, rq->dossier, &d);
	if (r == ERR_NOTFOUND)
		return op_refuse(cx, FIND_not_permitted, NULL);
	if (r != 0)
		return r;
	int g = flow_gate_index(d.flow, rq->gate);
	const struct flow_gate *gate = g >= 0 ? &d.flow->gate[g] : NULL;
	if (!gate || !flow_gate_result(gate, rq->state))
		return op_refuse(cx, FIND_bad_request, NULL);
	if (!op_covers(cx, gate->roles, d.area))
		return op_refuse(cx, FIND_not_permitted, NULL);
	if (!(gate->states >> d.state_at_flow & 1))
		return op_refuse(cx, FIND_wrong_state, NULL);
	int32_t day = date_from_iso(rq->on_date);
	if (day == DATE_NONE)
		return op_refuse(cx, FIND_not_a_date, NULL);
	if (day > cx->today)
		return op_refuse(cx, FIND_date_future, NULL);
	const char *ref, *note;
	r = dossier_text(cx, rq->ref, 80, false, &ref);
	if (r == 0)
		r = dossier_text(cx, rq->note, 400, true, &note);
	if (r == 0)
		r = gate_held(cx, &d);
	if (r == 0)
		r = gate_put(cx, &d, rq, ref, note);
	if (r == 0 && cx->leaf) {
		journal_dossier(cx->leaf, d.id);
		journal_object(cx->leaf, JT_DOSSIER, d.id);
	}
	return r;
}
