/* reserve.c - a window has opened: what waited in reserve is checked anew and goes on, in the order in which it came. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "blob.h"
#include "check.h"
#include "dossier_submit.h"
#include "intake.h"
#include "journal.h"
#include "store.h"

/* Findings somebody answered for at submission do not block now either. */
static int reserve_overrides(struct op_ctx *cx, int64_t filling, struct finding_list *found)
{
	struct q *q = db_q(cx->db, ST_finding_overrides);
	q_int(q, 1, filling);
	int r;
	while ((r = q_step(q)) == 1)
		for (size_t i = 0; i < found->n; i++)
			if (found->v[i].code == (uint32_t)q_get_int(q, 0) && found->v[i].field == (uint32_t)q_get_int(q, 1) &&
			    found->v[i].row == (uint32_t)q_get_int(q, 2) && finding_info(found->v[i].code)->may_override)
				found->v[i].severity = SEV_WARN;
	return r;
}

static int reserve_check(struct op_ctx *cx, struct dossier *d, struct finding_list *found)
{
	struct register_change ch;
	struct filling typed, base, sent;
	int r = dossier_change(cx, d, &typed, &ch);
	filling_init(&base);
	filling_init(&sent);
	bool has_base = false;
	if (r == 0 && d->household) {
		r = register_prefill(cx, d->kind, d->household, d->other, 0, ch.form, &base);
		has_base = r == 0;
		if (r == ERR_NOTFOUND)
			r = 0;
	}
	if (r == 0)
		r = submit_check(cx, ch.form, &typed, has_base ? &base : NULL, &sent, found);
	if (r == 0)
		r = reserve_overrides(cx, d->filling, found);
	if (r == 0 && !finding_list_blocks(found)) {
		r = submit_register(cx, d, ch.form, &sent, found);
		r = r == OP_REFUSED ? 0 : r;
	}
	filling_clear(&typed);
	filling_clear(&base);
	filling_clear(&sent);
	return r;
}

/* On into the queue, or back to the maker with what is wrong. */
static int reserve_open(struct op_ctx *cx, int64_t id, const char *title)
{
	struct dossier d;
	struct finding_list found;
	int r = dossier_get(cx, id, &d);
	if (r != 0)
		return r;
	finding_list_init(&found);
	r = reserve_check(cx, &d, &found);
	bool bad = finding_list_blocks(&found);
	const struct flow_event *e = flow_event_doing(d.flow, bad ? FLOW_DOES_RETURN : FLOW_DOES_OPEN, d.state_at_flow, d.kind_at_flow);
	if (r == 0 && !e)
		r = ERR_CORRUPT;
	if (r == 0)
		r = dossier_findings_put(cx, d.filling, &found);
	if (r == 0) {
		struct dossier_step step = { .event = e, .reason = bad ? e->refusal : NULL };
		r = dossier_move(cx, &d, &step);
	}
	finding_list_clear(&found);
	if (r == 0)
		store_tell_account(cx, d.maker, EVENT_WINDOW, d.id, title);
	return r;
}

/* The first dossier that waits for an open window of its area. 1, 0, ERR_. */
static int reserve_first(struct op_ctx *cx, const struct flow *f, const char *today, int64_t *id, char *title, size_t size)
{
	for (size_t s = 0; s < f->nstate; s++) {
		bool opens = false;
		for (size_t i = 0; i < f->nevent; i++)
			opens |= f->event[i].does == FLOW_DOES_OPEN && (f->event[i].from >> s & 1);
		if (!opens)
			continue;
		struct q *q = db_q(cx->db, ST_reserve_first);
		q_text(q, 1, f->state[s].name);
		q_text(q, 2, today);
		q_text(q, 3, f->name);
		int r = q_step(q);
		if (r == 1) {
			*id = q_get_int(q, 0);
			snprintf(title, size, "%s", q_get_text(q, 1));
		}
		q_reset(q);
		if (r != 0)
			return r;
	}
	return 0;
}

int period_tick(struct op_ctx *cx, int most, bool *left)
{
	const struct flow *f = dossier_flow(cx);
	const char *today = dossier_day(cx, cx->today);
	*left = false;
	blob_sweep(store_dir(cx->store), cx->now_ms);
	if (!f)
		return 0;
	if (!today)
		return ERR_NOMEM;
	for (int i = 0; i < most; i++) {
		int64_t id;
		char title[100];
		int r = reserve_first(cx, f, today, &id, title, sizeof title);
		if (r == 1)
			r = reserve_open(cx, id, title);
		else
			return r;
		if (r != 0)
			return r;
	}
	*left = true;
	return 0;
}
