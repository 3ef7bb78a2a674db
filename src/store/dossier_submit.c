/* dossier_submit.c - a draft becomes a dossier, or a returned dossier its next revision.
 *
 * The store trusts only its own run of the validator. What the register would say is asked as well (register_try), so that a
 * clerk hears at once that a household was merged away; findings about other families are kept for the supervisor. */
#include "config.h"
#include "dossier_submit.h"
#include <stdlib.h>
#include <string.h>
#include "check.h"
#include "clock.h"
#include "date.h"
#include "draft.h"
#include "filling_store.h"
#include "journal.h"
#include "intake.h"
#include "job.h"
#include "ops_dispatch.h"
#include "random.h"
#include "store_priv.h"
#include "text.h"

/* A channel is a code of the list `jalur`; its form is all that is checked here. */
static bool submit_channel_ok(const char *s)
{
	size_t n = strlen(s);
	return n >= 2 && n <= 20 && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == n;
}

/* The reason is a code of the list that the desk offers; anything else answers for nothing. */
static bool submit_answered_for(struct op_ctx *cx, const struct finding *f, const struct w_override *v, size_t n)
{
	const struct finding_info *info = finding_info(f->code);
	if (!info || !info->may_override)
		return false;
	for (size_t i = 0; i < n; i++)
		if (v[i].code == f->code && v[i].field == f->field && v[i].row == f->row && v[i].reason &&
		    dossier_list_has(cx, "alasan_timpa", v[i].reason))
			return true;
	return false;
}

static int submit_override_put(struct op_ctx *cx, int64_t filling, const struct finding *f, const struct w_override *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].code == f->code && v[i].field == f->field && v[i].row == f->row) {
			struct q *q = db_q(cx->db, ST_finding_override_put);
			q_int(q, 1, filling);
			q_int(q, 2, f->code);
			q_int(q, 3, f->field);
			q_int(q, 4, f->row);
			q_text(q, 5, v[i].reason);
			q_int(q, 6, cx->actor->account);
			q_int(q, 7, cx->seq);
			return q_done(q);
		}
	return 0;
}

int submit_check(struct op_ctx *cx, const struct form *form, struct filling *typed, const struct filling *base, struct filling *sent,
                 struct finding_list *found)
{
	struct check_env env = { 0 };
	store_check_env(cx, &env);
	env.today = cx->today;
	env.base = base;
	int r = form_calculate(form, typed, &env);
	if (r == 0)
		r = form_check(form, typed, &env, found);
	if (r == 0)
		r = form_submission(form, typed, &env, sent);
	return r == 0 && found->nomem ? ERR_NOMEM : r;
}

/* Name and person of the head as the filling has them: the member whose relation is 1, else the first one. */
static int submit_head(struct op_ctx *cx, const struct form *form, const struct filling *f, struct dossier *d)
{
	const struct field *name = form_field_stored(form, "person.name"), *relation = form_field_stored(form, "membership.relation");
	bool asks = name && relation && name->roster && !form->kind;         /* a questionnaire; other forms only show them */
	const struct filling_row *head = NULL;
	for (size_t i = 0; asks && i < f->nrow; i++) {
		if (f->row[i].roster != name->roster)
			continue;
		if (!head || strcmp(filling_get(f, relation->number, f->row[i].row), "1") == 0)
			head = &f->row[i];
		if (strcmp(filling_get(f, relation->number, head->row), "1") == 0)
			break;
	}
	if (head) {
		d->head = arena_strdup(cx->arena, filling_get(f, name->number, head->row));
		d->head_person = head->subject;
		return d->head ? 0 : ERR_NOMEM;
	}
	d->head = "";
	return d->household ? dossier_head_of(cx, d->household, &d->head, &d->head_person) : 0;
}

/* Which persons and households it is about, for histories and erasure. */
static int submit_subjects(struct op_ctx *cx, const struct dossier *d, const struct form *form, const struct filling *f)
{
	int r = 0;
	for (size_t i = 0; i < f->nrow && r == 0; i++) {
		const struct roster *ro = form_roster(form, f->row[i].roster);
		if (!ro || !ro->subject || strcmp(ro->subject, "person") || !f->row[i].subject)
			continue;
		r = dossier_subject_put(cx, d->id, SUBJECT_PERSON, f->row[i].subject);
		if (r == 0 && cx->leaf)
			r = journal_shown(cx->leaf, f->row[i].subject);
	}
	if (r == 0 && d->household)
		r = dossier_subject_put(cx, d->id, SUBJECT_HOUSEHOLD, d->household);
	if (r == 0 && d->other)
		r = dossier_subject_put(cx, d->id, SUBJECT_HOUSEHOLD, d->other);
	return r;
}

int dossier_subject_put(struct op_ctx *cx, int64_t dossier, int kind, int64_t id)
{
	struct q *q = db_q(cx->db, ST_dossier_subject_put);
	q_int(q, 1, dossier);
	q_int(q, 2, kind);
	q_int(q, 3, id);
	return q_done(q);
}

int submit_write(struct op_ctx *cx, struct dossier *d, bool fresh, const struct form *form, const struct filling *sent)
{
	int64_t filling = db_id(cx->db, "filling");
	if (filling < 0)
		return (int)filling;
	struct filling_new w = { filling, d->id, cx->actor->account, cx->now_ms, form->sha, d->base_seq, d->household, fresh ? 0 : d->filling };
	d->filling = filling;
	d->flow = d->flow ? d->flow : dossier_flow(cx);
	int r = d->flow ? submit_head(cx, form, sent, d) : ERR_NOTFOUND;
	if (r == 0 && fresh)
		r = dossier_put(cx, d);
	w.dossier = d->id;                 /* given by dossier_put() */
	if (r == 0)
		r = filling_store_put(cx->db, &w, sent);
	if (r == 0)
		r = submit_subjects(cx, d, form, sent);
	if (r == 0)
		r = register_index_dossier(cx, d->id, d->area, form, sent);
	return r;
}

int submit_move(struct op_ctx *cx, struct dossier *d, int64_t actor)
{
	struct period_window w;
	int open = period_now(cx, d->area, &w);
	if (open < 0)
		return open;
	const struct flow_event *e = flow_event_doing(d->flow, open ? FLOW_DOES_SUBMIT : FLOW_DOES_RESERVE, d->state_at_flow, d->kind_at_flow);
	if (!e)
		return op_refuse(cx, FIND_wrong_state, NULL);
	struct dossier_step step = { .event = e, .actor = actor };
	return dossier_move(cx, d, &step);
}

int submit_register(struct op_ctx *cx, struct dossier *d, const struct form *form, const struct filling *sent, struct finding_list *found)
{
	struct register_change ch;
	struct finding_list *outer = cx->findings, mine;
	int r = dossier_change_of(cx, d, form, sent, &ch);
	ch.checked = true;
	finding_list_init(&mine);
	cx->findings = &mine;
	if (r == 0)
		r = register_try(cx, &ch);
	cx->findings = outer;
	bool refused = r == OP_REFUSED;
	for (size_t i = 0; i < mine.n && r >= 0; i++) {
		if (finding_find(found, mine.v[i].code, mine.v[i].field, mine.v[i].row) != NULL)
			continue;                        /* the form's own check has said so: the register runs it again on the merged result */
		int e = dossier_finding_copy(found, &mine.v[i]);
		if (e != 0)
			r = e;
		else if (register_finding_private(mine.v[i].code))
			found->v[found->n - 1].severity = SEV_WARN;      /* blocks at `valid`, and only there */
	}
	finding_list_clear(&mine);
	return r < 0 ? r : refused && finding_list_blocks(found) ? OP_REFUSED : 0;
}

static int submit_sticky(struct op_ctx *cx, const struct form *form, const struct filling *f)
{
	int r = 0;
	for (size_t i = 0; i < form->nfield && r == 0; i++) {
		if (!form->field[i].sticky || form->field[i].roster)
			continue;
		struct q *q = db_q(cx->db, ST_draft_sticky_put);
		q_int(q, 1, cx->actor->account);
		q_text(q, 2, form->name);
		q_int(q, 3, form->field[i].number);
		q_text(q, 4, filling_get(f, form->field[i].number, 0));
		r = q_done(q);
	}
	return r;
}

/* What the answer says: the dossier's place, and the findings the clerk may see. */
static int submit_answer(struct op_ctx *cx, const struct dossier *d, const struct finding_list *found, struct rp_dossier_submit *rp)
{
	struct finding_list seen;
	finding_list_init(&seen);
	int r = 0;
	for (size_t i = 0; i < found->n && r == 0; i++)
		if (!register_finding_private(found->v[i].code))
			r = dossier_finding_copy(&seen, &found->v[i]);
	if (r == 0 && flow_event_doing(d->flow, FLOW_DOES_OPEN, d->state_at_flow, d->kind_at_flow) && !finding_add(&seen, FIND_window_closed, 0, 0, NULL))
		r = ERR_NOMEM;
	if (r == 0)
		r = dossier_findings_rows(cx, &seen, &rp->findings.v, &rp->findings.n);
	finding_list_clear(&seen);
	const struct flow_state *s = &d->flow->state[d->state_at_flow];
	rp->dossier = d->id;
	rp->number = d->number;
	rp->state = d->state;
	rp->next_step = s->waits ? arena_printf(cx->arena, "Menunggu %s.", s->waits) : "";
	rp->until = d->due_on;
	rp->receipt_no = arena_printf(cx->arena, "%s/%llu", d->number, (unsigned long long)d->rev);
	return r == 0 && (!rp->next_step || !rp->receipt_no) ? ERR_NOMEM : r;
}

/* Blocking findings go back to the clerk, private ones never. */
static int submit_refuse(struct op_ctx *cx, const struct finding_list *found)
{
	int r = 0;
	for (size_t i = 0; i < found->n && r == 0; i++)
		if (!register_finding_private(found->v[i].code))
			r = dossier_finding_copy(cx->findings, &found->v[i]);
	return r == 0 ? OP_REFUSED : r;
}

#define PREPARE_MS 30000       /* well within what reader.c gives a prepare step */

struct submit_ready {
	int64_t draft; uint64_t saved, epoch; const struct form *form; int32_t today;   /* what the result is a result of */
	struct filling sent; struct finding_list found;
};

void submit_ready_free(struct submit_ready *y)
{
	if (!y)
		return;
	filling_clear(&y->sent);
	finding_list_clear(&y->found);
	free(y);
}

/* Only a new family: what is in the register already is checked against the register of the moment, which is the writer's. */
int submit_prepare(struct op_ctx *cx, struct job *j)
{
	const struct rq_dossier_submit *rq = j->rq;
	struct submit_ready *y;
	struct draft w;
	int r = draft_get(cx, rq->draft, &w);
	if (r != 0)
		return r;
	if (w.household || w.saved != rq->saved || !(y = calloc(1, sizeof *y))) {
		filling_clear(&w.filling);
		return 0;
	}
	*y = (struct submit_ready){ w.id, w.saved, cx->scope_epoch, w.form, cx->today, { 0 }, { 0 } };
	filling_init(&y->sent);
	finding_list_init(&y->found);
	r = submit_check(cx, w.form, &w.filling, NULL, &y->sent, &y->found);
	filling_clear(&w.filling);
	/* A look-up of an area that failed or was cut short says "unknown": nobody builds on that. */
	if (r == 0 && (db_fault_take(cx->db) != 0 || clock_mono_ms() - j->came_ms > PREPARE_MS))
		r = ERR_BUSY;
	if (r == 0)
		j->extra.ready = y;
	else
		submit_ready_free(y);
	return r;
}

/* The form is one pointer for each version and generation of lists, the epoch counts changes of areas. */
static bool submit_ready_holds(struct op_ctx *cx, const struct draft *w)
{
	const struct submit_ready *y = cx->extra ? cx->extra->ready : NULL;
	return y && y->draft == w->id && y->saved == w->saved && y->form == w->form && y->today == cx->today && !w->household &&
	       y->epoch == store_epoch(cx->store);
}

/* Once: a batch that is run again (disk full) checks for itself. */
static int submit_take_ready(struct submit_ready *y, struct filling *sent, struct finding_list *found)
{
	struct filling none = *sent;
	int r = 0;
	for (size_t i = 0; i < y->found.n && r == 0; i++)
		r = dossier_finding_copy(found, &y->found.v[i]);
	*sent = y->sent;
	y->sent = none;
	y->draft = 0;
	return r;
}

static int submit_checked(struct op_ctx *cx, const struct rq_dossier_submit *rq, struct draft *d, struct filling *sent, struct finding_list *found)
{
	struct filling base;
	filling_init(&base);
	int r = d->household ? register_prefill(cx, d->kind, d->household, d->other, 0, d->form, &base) : 0;
	bool has_base = r == 0 && d->household;
	if (r == ERR_NOTFOUND)
		r = 0;
	if (r == 0 && submit_ready_holds(cx, d))
		r = submit_take_ready(cx->extra->ready, sent, found);
	else if (r == 0)
		r = submit_check(cx, d->form, &d->filling, has_base ? &base : NULL, sent, found);
	filling_clear(&base);
	for (size_t i = 0; i < found->n && r == 0; i++)
		if (found->v[i].severity == SEV_BLOCK && submit_answered_for(cx, &found->v[i], rq->overrides.v, rq->overrides.n))
			found->v[i].severity = SEV_WARN;
	return r == 0 && finding_list_blocks(found) ? submit_refuse(cx, found) : r;
}

static int submit_draft(struct op_ctx *cx, const struct rq_dossier_submit *rq, struct draft *w, struct dossier *d, struct finding_list *found,
                        struct rp_dossier_submit *rp)
{
	struct filling sent;
	bool fresh = w->dossier == 0;
	filling_init(&sent);
	int r = submit_checked(cx, rq, w, &sent, found);
	if (r == 0 && !fresh)
		r = dossier_get(cx, w->dossier, d);
	if (r == 0) {
		if (!fresh && d->area != w->area) {
			r = dossier_count_add(cx, d->area, d->state, d->kind, -1);
			if (r == 0)
				r = dossier_count_add(cx, w->area, d->state, d->kind, 1);
		}
		d->kind = w->kind;
		d->area = w->area;
		d->household = w->household;
		d->other = w->other;
		d->base_seq = w->base_seq;
		d->channel = rq->channel && *rq->channel ? rq->channel : fresh ? "LOKET" : d->channel;
		if (fresh)
			d->maker = cx->actor->account;
		if (!submit_channel_ok(d->channel))
			r = op_refuse(cx, FIND_bad_request, NULL);
	}
	if (r == 0)
		r = submit_write(cx, d, fresh, w->form, &sent);
	for (size_t i = 0; i < found->n && r == 0; i++)
		if (submit_answered_for(cx, &found->v[i], rq->overrides.v, rq->overrides.n))
			r = submit_override_put(cx, d->filling, &found->v[i], rq->overrides.v, rq->overrides.n);
	if (r == 0) {
		r = submit_register(cx, d, w->form, &sent, found);
		if (r == OP_REFUSED)
			r = submit_refuse(cx, found);
	}
	if (r == 0)
		r = dossier_findings_put(cx, d->filling, found);
	if (r == 0)
		r = submit_move(cx, d, cx->actor->account);
	if (r == 0)
		r = submit_sticky(cx, w->form, &sent);
	if (r == 0)
		r = draft_remove(cx, w->id);
	if (r == 0)
		r = submit_answer(cx, d, found, rp);
	filling_clear(&sent);
	return r;
}

int op_dossier_submit(struct op_ctx *cx, const struct rq_dossier_submit *rq, struct rp_dossier_submit *rp)
{
	struct draft w;
	struct dossier d = { 0 };
	struct finding_list found;
	int r = draft_get_head(cx, rq->draft, &w);
	if (r == 0 && !submit_ready_holds(cx, &w))
		r = draft_get(cx, rq->draft, &w);
	if (r == ERR_NOTFOUND)
		return op_refuse(cx, FIND_not_permitted, NULL);
	if (r != 0)
		return r;
	finding_list_init(&found);
	if (rq->saved != w.saved)
		r = op_refuse(cx, FIND_draft_newer, NULL);
	else if (!op_covers(cx, ROLE_OPERATOR, w.area))
		r = op_refuse(cx, FIND_not_permitted, NULL);
	else
		r = submit_draft(cx, rq, &w, &d, &found, rp);
	if (r == 0 && cx->leaf) {
		journal_dossier(cx->leaf, d.id);
		journal_object(cx->leaf, JT_DOSSIER, d.id);
	}
	finding_list_clear(&found);
	filling_clear(&w.filling);
	return r;
}
