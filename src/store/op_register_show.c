/* op_register_show.c - a household as it is, or as it was known at a journal number or on a date, with its history. */
#include "config.h"
#include <string.h>
#include "date.h"
#include "dossier.h"
#include "filling.h"
#include "journal.h"
#include "ops_dispatch.h"
#include "register.h"
#include "register_set.h"
#include "store.h"

#define DAY_MS INT64_C(86400000)

static int area_of(struct op_ctx *cx, int64_t id, int64_t at, struct w_area *a)
{
	struct q *q = db_q(cx->db, ST_area_get);
	q_int(q, 1, id);
	int r = q_step(q);
	if (r != 1)
		return r == 0 ? ERR_CORRUPT : r;
	*a = (struct w_area){ .id = id, .level = (uint64_t)q_get_int(q, 0), .name = q_get_strdup(q, 1, cx->arena), .parent = q_get_int(q, 2), .code = "" };
	q_reset(q);
	r = read_area_code(cx->db, id, at, cx->arena, &a->code);
	return a->name == NULL ? ERR_NOMEM : r == ERR_NOTFOUND ? 0 : r;
}

static int cards_of(struct op_ctx *cx, int64_t household, int64_t at, struct rp_household_show *rp)
{
	struct q *q = db_q(cx->db, ST_cards_all);
	int r;
	if ((rp->cards.v = arena_alloc(cx->arena, 40 * sizeof *rp->cards.v)) == NULL)
		return ERR_NOMEM;
	q_int(q, 1, household);
	q_int(q, 2, at);
	while ((r = q_step(q)) == 1 && rp->cards.n < 40) {
		struct w_card_line *c = &rp->cards.v[rp->cards.n++];
		*c = (struct w_card_line){ .id = q_get_int(q, 0), .no = q_get_strdup(q, 1, cx->arena), .from_on = q_get_strdup(q, 2, cx->arena),
		                           .to_on = q_get_strdup(q, 3, cx->arena), .reason = q_get_strdup(q, 4, cx->arena), .head = "" };
		if (c->no == NULL || c->from_on == NULL || c->to_on == NULL || c->reason == NULL)
			return ERR_NOMEM;
	}
	q_reset(q);
	for (size_t i = 0; r >= 0 && i < rp->cards.n; i++) {
		q = db_q(cx->db, ST_card_head);
		q_int(q, 1, rp->cards.v[i].id);
		q_int(q, 2, at);
		if ((r = q_step(q)) == 1 && (rp->cards.v[i].head = q_get_strdup(q, 0, cx->arena)) == NULL)
			r = ERR_NOMEM;
		q_reset(q);
	}
	return r < 0 ? r : 0;
}

static int history_of(struct op_ctx *cx, int64_t household, int64_t at, struct rp_household_show *rp)
{
	struct q *q = db_q(cx->db, ST_changes_of);
	int r;
	if ((rp->history.v = arena_alloc(cx->arena, 200 * sizeof *rp->history.v)) == NULL)
		return ERR_NOMEM;
	q_int(q, 1, household);
	q_int(q, 2, at);
	q_int(q, 3, OP_area_split);
	while ((r = q_step(q)) == 1 && rp->history.n < 200) {
		struct w_change_line *c = &rp->history.v[rp->history.n++];
		*c = (struct w_change_line){ .seq = q_get_int(q, 0), .at = q_get_int(q, 1), .what = q_get_strdup(q, 2, cx->arena),
		                             .dossier_number = q_get_strdup(q, 3, cx->arena), .actor = q_get_strdup(q, 4, cx->arena),
		                             .reason = q_get_strdup(q, 5, cx->arena), .note = "", .dossier = q_get_int(q, 6) };
		if (c->what == NULL || c->dossier_number == NULL || c->actor == NULL || c->reason == NULL)
			return ERR_NOMEM;
	}
	q_reset(q);
	return r < 0 ? r : 0;
}

static int dossiers_on(struct op_ctx *cx, int64_t household, struct rp_household_show *rp)
{
	int64_t id[20];
	size_t n = 0;
	struct q *q = db_q(cx->db, ST_dossiers_open_on);
	int r;
	q_int(q, 1, household);
	while ((r = q_step(q)) == 1 && n < 20)
		id[n++] = q_get_int(q, 0);
	q_reset(q);
	if (r < 0 || (rp->open_dossiers.v = arena_alloc(cx->arena, 20 * sizeof *rp->open_dossiers.v)) == NULL)
		return r < 0 ? r : ERR_NOMEM;
	for (size_t i = 0; i < n; i++)
		if ((r = dossier_line_one(cx, id[i], &rp->open_dossiers.v[rp->open_dossiers.n++])) != 0)
			return r;
	return 0;
}

static int listing_of(struct op_ctx *cx, int64_t household, int64_t at, struct rp_household_show *rp)
{
	struct q *q = db_q(cx->db, ST_listing_at);
	q_int(q, 1, household);
	q_int(q, 2, at);
	int r = q_step(q);
	rp->listing = "";
	if (r == 1) {
		rp->listing = q_get_strdup(q, 0, cx->arena);
		rp->decile = (uint64_t)q_get_int(q, 1);
		q_reset(q);
	}
	return r < 0 ? r : rp->listing == NULL ? ERR_NOMEM : 0;
}

/* The winner of a merge, unless it lives where the reader may not look. */
static int winner_of(struct op_ctx *cx, struct reg_set *set, const struct reg_household *h, struct rp_household_show *rp)
{
	struct reg_household *winner;
	if (h->merged_into == 0)
		return 0;
	int r = set_load_household(set, h->merged_into, &winner);
	if (r == 0 && op_covers_village(cx, winner->area))
		rp->merged_into = winner->id;
	return r;
}

int op_household_show(struct op_ctx *cx, const struct rq_household_show *rq, struct rp_household_show *rp)
{
	struct reg_set set;
	struct reg_household *h;
	struct filling f;
	int64_t at = rq->seq > 0 ? rq->seq : SEQ_NOW;
	int r;
	if (rq->on_date != NULL && rq->on_date[0] != '\0') {
		int32_t day = date_from_iso(rq->on_date);
		if (day == DATE_NONE)
			return op_refuse(cx, FIND_not_a_date, NULL);
		if ((r = journal_seq_before(cx->db, (day + 1) * DAY_MS - (int64_t)cx->zone_minutes * 60000, &at)) != 0)
			return r;
	}
	set_init(&set, cx->db, cx->arena, at);
	r = at > 0 ? set_load_household(&set, rq->household, &h) : ERR_NOTFOUND;
	if (r == ERR_NOTFOUND)
		return op_refuse(cx, FIND_not_permitted, NULL);          /* not known then */
	if (r != 0)
		return r;
	const struct form *form = store_form(cx->store, cx->db, h->form);
	if (form == NULL)
		return ERR_NOTFOUND;
	*rp = (struct rp_household_show){ .household = h->id, .state = h->state, .reason = h->reason, .form = h->form, .form_version = form->version,
	                                  .seq = at == SEQ_NOW ? 0 : at };
	filling_init(&f);
	if ((r = read_filling(&set, h, form, &f)) == 0)
		r = wire_filling_rows(&f, cx->arena, &rp->answers.v, &rp->answers.n, &rp->rows.v, &rp->rows.n);
	filling_clear(&f);
	if (r == 0)
		r = area_of(cx, h->area, at, &rp->area);
	if (r == 0)
		r = cards_of(cx, h->id, at, rp);
	if (r == 0)
		r = history_of(cx, h->id, at, rp);
	if (r == 0 && at == SEQ_NOW)
		r = dossiers_on(cx, h->id, rp);
	if (r == 0)
		r = listing_of(cx, h->id, at, rp);
	if (r == 0)
		r = winner_of(cx, &set, h, rp);
	for (struct reg_member *m = set.member; r == 0 && m != NULL; m = m->next)
		if (m->household == h)
			r = journal_shown(cx->leaf, m->person->id);
	journal_object(cx->leaf, JT_HOUSEHOLD, h->id);
	return r;
}
