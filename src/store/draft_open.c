/* draft_open.c - where an entry begins: a new family, a household of the register, a returned dossier, or a draft left open. */
#include "config.h"
#include <string.h>
#include "dossier.h"
#include "draft.h"
#include "ops_dispatch.h"
#include "store.h"

struct opening {
	struct draft d;
	struct dossier dossier;        /* of a repair */
	const struct flow *flow;
	bool repair;
};

static int draft_may(struct op_ctx *cx, int64_t area)
{
	return op_covers(cx, ROLE_OPERATOR, area) ? 0 : op_refuse(cx, FIND_not_permitted, NULL);
}

/* One of the account's own villages, not an area above them. */
static int draft_village(struct op_ctx *cx, int64_t area)
{
	for (size_t i = 0; i < cx->actor->nvillage; i++)
		if (cx->actor->village[i] == area)
			return draft_may(cx, area);
	return op_refuse(cx, FIND_not_permitted, NULL);
}

/* Household that today stands for the one named: itself, or the winner of its merges. Never a silent redirect: the answer
 * names the household. */
static int draft_household(struct op_ctx *cx, int64_t id, int64_t *household, int64_t *area)
{
	*household = id;
	for (int turn = 0; turn < 32; turn++) {
		struct q *q = db_q(cx->db, ST_draft_household);
		q_int(q, 1, *household);
		int r = q_step(q);
		if (r <= 0)
			return r == 0 ? op_refuse(cx, FIND_not_permitted, NULL) : r;
		*area = q_get_int(q, 0);
		int64_t winner = q_get_int(q, 1);
		q_reset(q);
		if (!winner)
			return draft_may(cx, *area);
		*household = winner;
	}
	return ERR_CORRUPT;
}

/* An unmerge undoes the last merge that still stands: nobody has to know the number of the record that went. */
static int draft_merged(struct op_ctx *cx, int64_t household, int64_t *other)
{
	struct q *q = db_q(cx->db, ST_draft_merged);
	q_int(q, 1, household);
	int r = q_step(q);
	int64_t area = r == 1 ? q_get_int(q, 1) : 0;
	*other = r == 1 ? q_get_int(q, 0) : 0;
	q_reset(q);
	return r < 0 ? r : r == 0 ? op_refuse(cx, FIND_not_merged, NULL) : draft_may(cx, area);
}

/* The draft a statement finds: kind and the ids after it are parameters 2.. of those that take them. */
static int draft_existing(struct op_ctx *cx, enum stmt st, int64_t a, const char *kind, int64_t b, int64_t other, int64_t *id, int64_t *account)
{
	struct q *q = db_q(cx->db, st);
	q_int(q, 1, a);
	if (kind) {
		q_text(q, 2, kind);
		q_int(q, 3, b);
	}
	if (st == ST_draft_of_household)
		q_int(q, 4, other);
	int r = q_step(q);
	*id = r == 1 ? q_get_int(q, 0) : 0;
	*account = r == 1 ? q_get_int(q, 1) : 0;
	q_reset(q);
	return r < 0 ? r : 0;
}

/* What the account answered last in the fields the form marks sticky. */
static int draft_sticky(struct op_ctx *cx, struct draft *d)
{
	struct q *q = db_q(cx->db, ST_draft_sticky_list);
	q_int(q, 1, cx->actor->account);
	q_text(q, 2, d->form->name);
	int r;
	while ((r = q_step(q)) == 1) {
		const struct field *f = form_field(d->form, (uint32_t)q_get_int(q, 0));
		if (f && f->sticky && !f->roster && (r = filling_set(&d->filling, f->number, 0, q_get_text(q, 1))) != 0)
			break;
	}
	q_reset(q);
	return r;
}

static int draft_put(struct op_ctx *cx, struct draft *d)
{
	struct buf body;
	int64_t id = db_id(cx->db, "draft");
	if (id < 0)
		return (int)id;
	d->id = id;
	buf_init(&body, 0);
	int r = wire_filling_bytes(&d->filling, &body);
	if (r == 0)
		r = buf_end(&body);
	if (r == 0) {
		struct q *q = db_q(cx->db, ST_draft_put);
		q_int(q, 1, d->id);
		q_int(q, 2, cx->actor->account);
		q_text(q, 3, d->kind);
		q_id(q, 4, d->household);
		q_id(q, 5, d->other);
		q_id(q, 6, d->dossier);
		q_int(q, 7, d->area);
		q_blob(q, 8, d->form->sha, 32);
		q_int(q, 9, d->base_seq);
		q_blob(q, 10, body.data, body.len);
		q_int(q, 11, cx->now_ms);
		r = q_done(q);
	}
	buf_wipe(&body);
	return r;
}

static int draft_start(struct op_ctx *cx, struct opening *o)
{
	struct draft *d = &o->d;
	int kind = flow_kind_index(o->flow, d->kind);
	if (kind < 0)
		return op_refuse(cx, FIND_bad_request, NULL);
	d->kind = o->flow->kind[kind].name;
	d->form = store_form(cx->store, cx->db, o->flow->kind[kind].form);
	if (!d->form)
		return op_refuse(cx, FIND_not_permitted, NULL);
	d->base_seq = cx->seq - 1;
	d->open_text = "";
	return 0;
}

/* A household or a new family. Merge and member moves name a second household, which must be the account's as well. */
static int draft_open_fresh(struct op_ctx *cx, struct opening *o, const struct rq_draft_open *rq)
{
	struct draft *d = &o->d;
	int64_t id, account, other_area;
	bool fresh = strcmp(d->kind, "new") == 0;
	int r = 0;
	if (fresh != (rq->household == 0))
		return op_refuse(cx, FIND_bad_request, NULL);
	if (fresh) {
		d->area = rq->area;
		if (!d->area && cx->actor->nvillage == 1)
			d->area = cx->actor->village[0];
		r = draft_village(cx, d->area);
	} else {
		r = draft_household(cx, rq->household, &d->household, &d->area);
		if (r == 0 && register_other_is_merged(d->kind))
			r = draft_merged(cx, d->household, &d->other);
		else if (r == 0 && rq->other)
			r = draft_household(cx, rq->other, &d->other, &other_area);
		if (r == 0 && d->other == d->household)
			r = op_refuse(cx, FIND_merge_self, NULL);
	}
	if (r != 0)
		return r;
	r = fresh ? draft_existing(cx, ST_draft_untouched, cx->actor->account, d->kind, d->area, 0, &id, &account)
	          : draft_existing(cx, ST_draft_of_household, cx->actor->account, d->kind, d->household, d->other, &id, &account);
	if (r == 0 && id)
		return draft_get(cx, id, d);
	if (r == 0)
		r = draft_start(cx, o);
	if (r == 0)
		r = fresh ? draft_sticky(cx, d) : register_prefill(cx, d->kind, d->household, d->other, 0, d->form, &d->filling);
	if (r == ERR_NOTFOUND)
		return op_refuse(cx, FIND_not_permitted, NULL);
	if (r == 0)
		r = dossier_count_add(cx, d->area, o->flow->state[0].name, d->kind, 1);
	return r == 0 ? draft_put(cx, d) : r;
}

/* The old proposal on top of today's register: what it left as it was follows the register, what it changed stays changed. */
static int draft_refile(struct op_ctx *cx, struct opening *o)
{
	struct draft *d = &o->d;
	struct register_change ch;
	struct filling proposed, base, now;
	int r = dossier_change(cx, &o->dossier, &proposed, &ch);
	filling_init(&base);
	filling_init(&now);
	if (r == 0 && d->household) {
		r = register_prefill(cx, d->kind, o->dossier.household, o->dossier.other, o->dossier.base_seq, d->form, &base);
		if (r == 0)
			r = register_prefill(cx, d->kind, d->household, d->other, 0, d->form, &now);
		if (r == ERR_NOTFOUND)
			r = 0;          /* erased or unmerged meanwhile: the proposal goes on as it was, submission says what is wrong */
	}
	if (r == 0)
		r = d->household ? draft_rebase(d->form, &base, &proposed, &now, &d->filling) : filling_copy(&d->filling, &proposed);
	filling_clear(&proposed);
	filling_clear(&base);
	filling_clear(&now);
	return r;
}

static int draft_open_repair(struct op_ctx *cx, struct opening *o, int64_t dossier, int64_t area)
{
	struct draft *d = &o->d;
	int64_t id, account;
	int r = dossier_get(cx, dossier, &o->dossier);
	if (r == ERR_NOTFOUND)
		return op_refuse(cx, FIND_not_permitted, NULL);
	if (r == 0)
		r = draft_may(cx, o->dossier.area);
	if (r != 0)
		return r;
	struct dossier *b = &o->dossier;
	o->repair = true;
	if (!flow_event_doing(b->flow, FLOW_DOES_SUBMIT, b->state_at_flow, b->kind_at_flow))
		return op_refuse(cx, FIND_wrong_state, NULL);
	r = draft_existing(cx, ST_draft_of_dossier, dossier, NULL, 0, 0, &id, &account);
	if (r != 0)
		return r;
	if (id)
		return account == cx->actor->account ? draft_get(cx, id, d) : op_refuse(cx, FIND_draft_newer, NULL);
	o->flow = b->flow;
	d->kind = b->kind;
	d->dossier = dossier;
	/* A new family of a village that was split since goes to the village the clerk names now. */
	d->area = area && !b->household ? area : b->area;
	if (d->area != b->area)
		r = draft_village(cx, d->area);
	if (r == 0)
		r = draft_start(cx, o);
	if (r == 0 && b->household)
		r = draft_household(cx, b->household, &d->household, &d->area);
	int64_t other_area;
	if (r == 0 && register_other_is_merged(d->kind))
		r = draft_merged(cx, d->household, &d->other);
	else if (r == 0 && b->other)
		r = draft_household(cx, b->other, &d->other, &other_area);
	if (r == 0)
		r = draft_refile(cx, o);
	return r == 0 ? draft_put(cx, d) : r;
}

static int draft_flags(struct op_ctx *cx, const struct dossier *b, struct rp_draft_open *rp)
{
	struct w_flag *v = arena_alloc(cx->arena, 40 * sizeof *v);
	if (!v)
		return ERR_NOMEM;
	struct q *q = db_q(cx->db, ST_dossier_flags);
	q_int(q, 1, b->id);
	q_int(q, 2, (int64_t)b->rev);
	int r;
	while ((r = q_step(q)) == 1 && rp->flags.n < 40)
		v[rp->flags.n++] = (struct w_flag){ .field = (uint64_t)q_get_int(q, 0), .row = (uint64_t)q_get_int(q, 1) };
	q_reset(q);
	rp->flags.v = v;
	rp->flag_reason = b->reason;
	rp->flag_note = b->note;
	rp->dossier_number = b->number;
	return r < 0 ? r : 0;
}

/* Whose form it is, beside the questions that do not say so: an exit asks nothing of a person. */
static int draft_head(struct op_ctx *cx, int64_t household, const char **name)
{
	int64_t person = 0;
	*name = "";
	int r = household ? dossier_head_of(cx, household, name, &person) : 0;
	return r == 0 ? dossier_line_shown(cx, person) : r;
}

static int draft_answer(struct op_ctx *cx, struct opening *o, struct rp_draft_open *rp)
{
	struct draft *d = &o->d;
	struct filling base;
	rp->draft = d->id;
	rp->kind = d->kind;
	rp->form = d->form->name;
	rp->form_sha = (struct wbytes){ d->form->sha, 32 };
	rp->base_seq = d->base_seq;
	rp->field = d->field;
	rp->row = d->row;
	rp->saved = d->saved;
	rp->household = d->household;
	rp->area = d->area;
	rp->open_text = d->open_text;
	struct q *q = db_q(cx->db, ST_dossier_area_name);
	q_int(q, 1, d->area);
	int r = q_step(q);
	rp->area_name = r == 1 ? q_get_strdup(q, 0, cx->arena) : "";
	q_reset(q);
	filling_init(&base);
	if (r >= 0)
		r = wire_filling_rows(&d->filling, cx->arena, &rp->answers.v, &rp->answers.n, &rp->rows.v, &rp->rows.n);
	if (r == 0 && d->household) {
		r = register_prefill(cx, d->kind, d->household, d->other, d->base_seq, d->form, &base);
		if (r == ERR_NOTFOUND)
			r = 0;
		else if (r == 0)
			r = wire_filling_rows(&base, cx->arena, &rp->base_answers.v, &rp->base_answers.n, &rp->base_rows.v, &rp->base_rows.n);
	}
	if (r == 0 && o->repair)
		r = draft_flags(cx, &o->dossier, rp);
	if (r == 0)
		r = draft_head(cx, d->household, &rp->head);
	if (r == 0 && !d->household && o->repair)
		rp->head = o->dossier.head;
	if (r == 0)
		r = draft_head(cx, d->other, &rp->other_head);
	struct dossier shown = { .id = d->dossier };
	if (r == 0)
		r = dossier_shown(cx, &shown, &d->filling, d->form);
	filling_clear(&base);
	return r;
}

int op_draft_open(struct op_ctx *cx, const struct rq_draft_open *rq, struct rp_draft_open *rp)
{
	struct opening o = { .flow = dossier_flow(cx) };
	int r;
	filling_init(&o.d.filling);
	if (!o.flow)
		return op_refuse(cx, FIND_wrong_state, NULL);
	if (rq->draft) {
		r = draft_get(cx, rq->draft, &o.d);
		if (r == ERR_NOTFOUND)
			return op_refuse(cx, FIND_not_permitted, NULL);
		/* A grant that ended since takes its drafts along. */
		if (r == 0)
			r = draft_may(cx, o.d.area);
		if (r == 0 && o.d.dossier) {
			o.repair = true;
			r = dossier_get(cx, o.d.dossier, &o.dossier);
		}
	} else if (rq->dossier)
		r = draft_open_repair(cx, &o, rq->dossier, rq->area);
	else {
		o.d.kind = rq->kind && *rq->kind ? rq->kind : "new";
		r = draft_open_fresh(cx, &o, rq);
	}
	if (r == 0)
		r = draft_answer(cx, &o, rp);
	filling_clear(&o.d.filling);
	return r;
}
