/* dossier_show.c - one dossier as its sheet shows it: path, differences, gates, history, and what may be done now. */
#include "config.h"
#include <string.h>
#include "dossier.h"
#include "lease.h"
#include "ops_dispatch.h"
#include "store.h"

static int show_area(struct op_ctx *cx, int64_t area, struct w_area *out)
{
	struct q *q = db_q(cx->db, ST_dossier_area);
	q_int(q, 1, area);
	int r = q_step(q);
	if (r == 1)
		*out = (struct w_area){ .id = area, .code = q_get_strdup(q, 0, cx->arena), .name = q_get_strdup(q, 1, cx->arena),
		                        .level = (uint64_t)q_get_int(q, 2), .parent = q_get_int(q, 3) };
	q_reset(q);
	return r < 0 ? r : 0;
}

static int show_gates(struct op_ctx *cx, const struct dossier *d, struct rp_dossier_show *rp)
{
	const struct flow *f = d->flow;
	struct w_gate_line *v = arena_alloc(cx->arena, 10 * sizeof *v);
	uint32_t asked = flow_gates_asked(f, d->kind_at_flow);
	int r = 0;
	if (!v)
		return ERR_NOMEM;
	for (size_t g = 0; g < f->ngate && rp->gates.n < 10 && r >= 0; g++) {
		struct w_gate_line *l = &v[rp->gates.n];
		char letter[2] = { f->gate[g].letter, 0 };
		*l = (struct w_gate_line){ .name = f->gate[g].name, .label = f->gate[g].label, .letter = arena_strdup(cx->arena, letter),
		                           .state = "", .on_date = "", .ref = "", .note = "" };
		struct q *q = db_q(cx->db, ST_gate_show);
		q_int(q, 1, d->id);
		q_text(q, 2, l->name);
		r = q_step(q);
		if (r == 1) {
			const struct flow_result *res = flow_gate_result(&f->gate[g], q_get_text(q, 0));
			l->state = res ? res->label : q_get_strdup(q, 0, cx->arena);
			l->on_date = q_get_strdup(q, 1, cx->arena);
			l->ref = q_get_strdup(q, 2, cx->arena);
			l->note = q_get_strdup(q, 3, cx->arena);
		}
		q_reset(q);
		if (r == 1 || (asked >> g & 1))
			rp->gates.n++;
	}
	rp->gates.v = v;
	return r < 0 ? r : 0;
}

static int show_history(struct op_ctx *cx, const struct dossier *d, struct rp_dossier_show *rp)
{
	struct w_change_line *v = arena_alloc(cx->arena, 200 * sizeof *v);
	if (!v)
		return ERR_NOMEM;
	struct q *q = db_q(cx->db, ST_dossier_steps);
	q_int(q, 1, d->id);
	int r;
	while ((r = q_step(q)) == 1 && rp->history.n < 200)
		v[rp->history.n++] = (struct w_change_line){
			.seq = q_get_int(q, 0), .at = q_get_int(q, 1), .what = q_get_strdup(q, 2, cx->arena), .dossier_number = d->number,
			.actor = q_is_null(q, 3) ? "Sistem" : q_get_strdup(q, 3, cx->arena), .reason = q_get_strdup(q, 4, cx->arena),
			.note = q_get_strdup(q, 5, cx->arena), .dossier = d->id };
	q_reset(q);
	rp->history.v = v;
	return r < 0 ? r : 0;
}

/* Every event that leads on from here and that the actor's roles reach, with what hinders it in words. */
static int show_events(struct op_ctx *cx, const struct dossier *d, const struct lease *l, struct rp_dossier_show *rp)
{
	struct w_event *v = arena_alloc(cx->arena, 20 * sizeof *v);
	int r = 0;
	if (!v)
		return ERR_NOMEM;
	for (size_t i = 0; i < d->flow->nevent && rp->events.n < 20 && r == 0; i++) {
		const struct flow_event *e = &d->flow->event[i];
		if (flow_event_named(d->flow, e->name, d->state_at_flow, d->kind_at_flow) != e || !e->roles || !op_covers(cx, e->roles, d->area))
			continue;
		struct finding_list why;
		struct buf text;
		finding_list_init(&why);
		buf_init(&text, 400);
		r = dossier_hinder(cx, d, e, &why);
		if (r == 0 && l->account && l->account != cx->actor->account)
			r = finding_add(&why, FIND_held_by_other, 0, 0, l->holder, "dilepas", NULL) ? 0 : ERR_NOMEM;
		bool mine = !finding_first(&why, FIND_not_permitted);
		for (size_t k = 0; k < why.n; k++) {
			if (k > 0)
				buf_putc(&text, ' ');
			finding_text(&why.v[k], &text);
		}
		char letter[2] = { e->letter, 0 };
		if (r == 0 && mine)
			v[rp->events.n++] = (struct w_event){ .name = e->name, .label = e->label, .needs_reason = e->reasons != NULL,
				.reasons = e->reasons ? e->reasons : "", .hindered_by = arena_strdup(cx->arena, buf_str(&text)),
				.letter = arena_strdup(cx->arena, letter) };
		buf_clear(&text);
		finding_list_clear(&why);
	}
	rp->events.v = v;
	return r;
}

static int show_path(struct op_ctx *cx, const struct dossier *d, struct rp_dossier_show *rp)
{
	struct w_arg *v = arena_alloc(cx->arena, 12 * sizeof *v);
	if (!v)
		return ERR_NOMEM;
	for (size_t s = 0; s < d->flow->nstate && rp->path.n < 11; s++)
		if (d->flow->state[s].on_path) {
			if ((int)s == d->state_at_flow)
				rp->path_at = rp->path.n + 1;
			v[rp->path.n++].v = d->flow->state[s].label;
		}
	/* Off the path (returned, rejected, withdrawn): the present state is a station of its own at the end. */
	if (!rp->path_at) {
		v[rp->path.n++].v = d->flow->state[d->state_at_flow].label;
		rp->path_at = rp->path.n;
	}
	rp->path.v = v;
	return 0;
}

static int show_evidence(struct op_ctx *cx, const struct dossier *d, struct rp_dossier_show *rp)
{
	struct w_arg *v = arena_alloc(cx->arena, 40 * sizeof *v);
	if (!v)
		return ERR_NOMEM;
	struct q *q = db_q(cx->db, ST_evidence_kinds);
	q_int(q, 1, d->id);
	int r;
	while ((r = q_step(q)) == 1 && rp->evidence.n < 40)
		v[rp->evidence.n++].v = q_get_strdup(q, 0, cx->arena);
	q_reset(q);
	rp->evidence.v = v;
	return r < 0 ? r : 0;
}

/* Differences and answers come from the filling; one that names an erased person is refused for ever, the rest is still shown. */
static int show_filling(struct op_ctx *cx, const struct dossier *d, struct rp_dossier_show *rp)
{
	struct register_change ch;
	struct filling f;
	int r = dossier_change(cx, d, &f, &ch);
	if (r == 0) {
		rp->form = ch.form->name;
		rp->form_sha = (struct wbytes){ ch.form->sha, 32 };
		r = wire_filling_rows(&f, cx->arena, &rp->answers.v, &rp->answers.n, &rp->rows.v, &rp->rows.n);
	}
	if (r == 0) {
		r = register_differences(cx, &ch, &rp->differences.v, &rp->differences.n);
		if (r == ERR_NOTFOUND)
			r = 0;
		if (rp->differences.n > 2000)
			rp->differences.n = 2000;
	}
	if (r == 0)
		r = dossier_shown(cx, d, &f, ch.form);
	filling_clear(&f);
	return r;
}

int op_dossier_show(struct op_ctx *cx, const struct rq_dossier_show *rq, struct rp_dossier_show *rp)
{
	struct dossier d;
	struct lease l;
	int r = dossier_get(cx, rq->dossier, &d);
	if (r == ERR_NOTFOUND)
		return op_refuse(cx, FIND_not_permitted, NULL);
	if (r == 0)
		r = lease_get(cx, d.id, &l);
	if (r < 0)
		return r;
	rp->dossier = d.id;
	rp->channel = d.channel;
	rp->base_seq = d.base_seq;
	rp->lease_until = l.account == cx->actor->account ? l.until_at : 0;
	const struct flow_state *s = &d.flow->state[d.state_at_flow];
	rp->waits_for = s->waits ? s->waits : "";
	r = dossier_line_one(cx, d.id, &rp->line);
	if (r == 0)
		r = show_area(cx, d.area, &rp->area);
	if (r == 0)
		r = show_filling(cx, &d, rp);
	if (r == 0)
		r = show_gates(cx, &d, rp);
	if (r == 0)
		r = show_history(cx, &d, rp);
	if (r == 0)
		r = show_events(cx, &d, &l, rp);
	if (r == 0)
		r = show_path(cx, &d, rp);
	if (r == 0)
		r = show_evidence(cx, &d, rp);
	if (r == 0)
		r = dossier_findings_get(cx, d.filling, op_covers(cx, ROLE_SUPERVISOR, d.area), &rp->findings.v, &rp->findings.n);
	return r;
}
