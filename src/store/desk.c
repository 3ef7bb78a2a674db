/* desk.c - all that the home screen says, in one answer: a clerk on a thin line waits once. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "date.h"
#include "dossier.h"
#include "form.h"
#include "intake.h"
#include "ops_dispatch.h"
#include "store.h"

#define DESK_ROWS 20
#define LISTS_MAX 500

/* "11 Juni", with the year when it is another one than today's. */
static const char *desk_day(struct op_ctx *cx, int32_t day)
{
	char text[40];
	date_long(day, text, sizeof text);
	if (date_civil(day).year == date_civil(cx->today).year && strlen(text) > 5)
		text[strlen(text) - 5] = '\0';
	return arena_strdup(cx->arena, text);
}

static const char *desk_in_days(struct op_ctx *cx, int32_t day)
{
	int32_t n = day - cx->today;
	return n == 0 ? "hari ini" : n == 1 ? "besok" : arena_printf(cx->arena, "%d hari lagi", (int)n);
}

static int desk_window(struct op_ctx *cx, struct rp_desk_show *rp)
{
	struct period_window w;
	int64_t area = cx->actor->nvillage ? cx->actor->village[0] : cx->actor->ngrant ? cx->actor->grant[0].area : 0;
	int r = period_now(cx, area, &w);
	if (r < 0)
		return r;
	rp->window_open = r == 1;
	if (r == 1)
		rp->window = w.closes_on == cx->today
			? arena_printf(cx->arena, "Masa usul %s dibuka, hari ini hari terakhir.", w.title)
			: arena_printf(cx->arena, "Masa usul %s dibuka sampai %s, %s.", w.title, desk_day(cx, w.closes_on), desk_in_days(cx, w.closes_on));
	else if (w.period)
		rp->window = arena_printf(cx->arena, "Masa usul ditutup; %s dibuka %s, %s. Kiriman disimpan sebagai data cadangan.", w.title,
		                          desk_day(cx, w.opens_on), desk_in_days(cx, w.opens_on));
	else
		rp->window = "Masa usul ditutup. Kiriman disimpan sebagai data cadangan.";
	return rp->window ? 0 : ERR_NOMEM;
}

static int desk_grants(struct op_ctx *cx, struct rp_desk_show *rp)
{
	struct w_grant *v = arena_alloc(cx->arena, 40 * sizeof *v);
	if (!v)
		return ERR_NOMEM;
	struct q *q = db_q(cx->db, ST_desk_grants);
	q_int(q, 1, cx->actor->account);
	q_text(q, 2, dossier_day(cx, cx->today));
	int r;
	while ((r = q_step(q)) == 1 && rp->grants.n < 40)
		v[rp->grants.n++] = (struct w_grant){ .id = q_get_int(q, 0), .role = q_get_strdup(q, 1, cx->arena), .area = q_get_int(q, 2),
			.area_name = q_get_strdup(q, 3, cx->arena), .from_on = q_get_strdup(q, 4, cx->arena), .to_on = q_get_strdup(q, 5, cx->arena) };
	q_reset(q);
	rp->grants.v = v;
	return r < 0 ? r : 0;
}

static int desk_areas(struct op_ctx *cx, struct rp_desk_show *rp)
{
	size_t max = cx->actor->nvillage < 400 ? cx->actor->nvillage : 400;
	struct w_area *v = arena_alloc(cx->arena, (max + 1) * sizeof *v);
	if (!v)
		return ERR_NOMEM;
	for (size_t i = 0; i < max; i++) {
		struct q *q = db_q(cx->db, ST_dossier_area);
		q_int(q, 1, cx->actor->village[i]);
		int r = q_step(q);
		if (r == 1)
			v[rp->areas.n++] = (struct w_area){ .id = cx->actor->village[i], .code = q_get_strdup(q, 0, cx->arena),
				.name = q_get_strdup(q, 1, cx->arena), .level = (uint64_t)q_get_int(q, 2), .parent = q_get_int(q, 3) };
		q_reset(q);
		if (r < 0)
			return r;
	}
	rp->areas.v = v;
	return 0;
}

/* Which family it is about: its head in the register, who was typed in first, or the first card number. */
static int desk_draft_title(struct op_ctx *cx, const struct form *form, const struct filling *f, struct w_draft_line *l)
{
	static const char *const stored[] = { "person.name", "family_card.no" };
	int64_t person = 0;
	l->title = "";
	int r = l->household ? dossier_head_of(cx, l->household, &l->title, &person) : 0;
	if (r == 0)
		r = dossier_line_shown(cx, person);
	for (size_t i = 0; i < 2 && form && r == 0 && !*l->title; i++) {
		const struct field *field = form_field_stored(form, stored[i]);
		uint32_t row = field && field->roster ? filling_row_next(f, field->roster, 0) : 0;
		const char *value = field && (row || !field->roster) ? filling_get(f, field->number, row) : "";
		if (i == 1 && strlen(value) == 16)
			l->title = arena_printf(cx->arena, "KK %.4s %.4s %.4s %.4s", value, value + 4, value + 8, value + 12);
		else if (*value)
			l->title = arena_printf(cx->arena, "%.100s", value);
	}
	return r == 0 && !l->title ? ERR_NOMEM : r;
}

static int desk_draft(struct op_ctx *cx, struct q *q, struct w_draft_line *l)
{
	size_t n;
	struct filling f;
	const uint8_t *sha = q_get_blob(q, 7, &n);
	const struct form *form = n == 32 ? store_form_sha(cx->store, cx->db, sha) : NULL;
	*l = (struct w_draft_line){ .id = q_get_int(q, 0), .kind = q_get_strdup(q, 1, cx->arena), .household = q_get_int(q, 2), .dossier = q_get_int(q, 3),
		.saved_at = q_get_int(q, 4), .field = (uint64_t)q_get_int(q, 5), .row = (uint64_t)q_get_int(q, 6), .form = form ? form->name : "",
		.section = "" };
	const struct field *at = form ? form_field(form, (uint32_t)l->field) : NULL;
	if (at && at->section < form->nsection)
		l->section = form->section[at->section].label_id;
	filling_init(&f);
	const uint8_t *body = q_get_blob(q, 8, &n);
	int r = wire_filling_read(body, n, &f);
	if (r == 0)
		r = l->kind ? desk_draft_title(cx, form, &f, l) : ERR_NOMEM;
	struct dossier shown = { .id = l->dossier };
	if (r == 0 && form && l->household)
		r = dossier_shown(cx, &shown, &f, form);
	filling_clear(&f);
	return r;
}

static int desk_drafts(struct op_ctx *cx, struct rp_desk_show *rp)
{
	struct w_draft_line *v = arena_alloc(cx->arena, DESK_ROWS * sizeof *v);
	if (!v)
		return ERR_NOMEM;
	struct q *q = db_q(cx->db, ST_draft_list);
	q_int(q, 1, cx->actor->account);
	q_int(q, 2, DESK_ROWS);
	int r;
	while ((r = q_step(q)) == 1 && rp->drafts.n < DESK_ROWS)
		/* a grant that ended takes its drafts along (draft_open.c), and with them whom they name */
		if (op_covers(cx, ROLE_OPERATOR, q_get_int(q, 10)) && (r = desk_draft(cx, q, &v[rp->drafts.n++])) != 0)
			break;
	q_reset(q);
	rp->drafts.v = v;
	if (r < 0)
		return r;
	q = db_q(cx->db, ST_draft_count);
	q_int(q, 1, cx->actor->account);
	r = q_step(q);
	rp->unsent = r == 1 ? (uint64_t)q_get_int(q, 0) : 0;
	q_reset(q);
	return r < 0 ? r : 0;
}

/* Does an event that does this lead out of the state, whatever the kind? */
static bool desk_leads(const struct flow *f, int state, enum flow_does does)
{
	for (size_t k = 0; k < f->nkind; k++)
		if (flow_event_doing(f, does, state, (int)k))
			return true;
	return false;
}

/* Made here once does not mean at work here still: a line names the family. 1, 0, ERR_. */
static int desk_covers(struct op_ctx *cx, int64_t dossier)
{
	struct q *q = db_q(cx->db, ST_scope_dossier);
	q_int(q, 1, dossier);
	int r = q_step(q);
	int64_t area = r == 1 ? q_get_int(q, 0) : 0;
	q_reset(q);
	return r == 1 ? op_covers(cx, ROLE_ALL, area) : r;
}

static int desk_returned(struct op_ctx *cx, const char *state, struct rp_desk_show *rp)
{
	struct q *q = db_q(cx->db, ST_desk_returned);
	q_int(q, 1, cx->actor->account);
	q_text(q, 2, state);
	q_int(q, 3, DESK_ROWS);
	int r;
	while ((r = q_step(q)) == 1 && rp->returned.n < DESK_ROWS) {
		int mine = desk_covers(cx, q_get_int(q, 0));
		r = mine == 1 ? dossier_line_get(cx, q, &rp->returned.v[rp->returned.n++]) : mine;
		if (r != 0)
			break;
	}
	q_reset(q);
	return r < 0 ? r : 0;
}

/* The account's own dossiers by what can be done with them. */
static int desk_own(struct op_ctx *cx, const struct flow *f, struct rp_desk_show *rp)
{
	rp->returned.v = arena_alloc(cx->arena, DESK_ROWS * sizeof *rp->returned.v);
	if (!rp->returned.v)
		return ERR_NOMEM;
	struct q *q = db_q(cx->db, ST_desk_mine_count);
	q_int(q, 1, cx->actor->account);
	int r;
	while ((r = q_step(q)) == 1) {
		int s = flow_state_index(f, q_get_text(q, 0));
		uint64_t n = (uint64_t)q_get_int(q, 1);
		if (s <= 0 || f->state[s].final)
			continue;
		if (desk_leads(f, s, FLOW_DOES_SUBMIT))
			rp->returned_count += n;
		else if (desk_leads(f, s, FLOW_DOES_OPEN))
			rp->reserve += n;
		else if (!desk_leads(f, s, FLOW_DOES_FINALISE))
			rp->own_open += n;
	}
	q_reset(q);
	for (size_t s = 1; s < f->nstate && r == 0; s++)
		if (desk_leads(f, (int)s, FLOW_DOES_SUBMIT))
			r = desk_returned(cx, f->state[s].name, rp);
	return r;
}

static int desk_queue(struct op_ctx *cx, const struct flow *f, const struct flow_queue *w, struct w_queue_line *l)
{
	const int64_t *village;
	size_t n;
	*l = (struct w_queue_line){ .name = w->name, .title = w->title };
	int r = dossier_villages(cx, w->roles, &village, &n);
	if (r == 0)
		r = queue_counts(cx, f, w, village, n, &l->waiting, &l->late);
	if (r != 0)
		return r;
	return queue_mine_count(cx, w->name, village, n, &l->mine);
}

static int desk_queues(struct op_ctx *cx, const struct flow *f, struct rp_desk_show *rp)
{
	int r = 0;
	rp->queues.v = arena_alloc(cx->arena, DESK_ROWS * sizeof *rp->queues.v);
	if (!rp->queues.v)
		return ERR_NOMEM;
	for (size_t i = 0; i < f->nqueue && rp->queues.n < DESK_ROWS && r == 0; i++)
		if (op_has_role(cx, f->queue[i].roles))
			r = desk_queue(cx, f, &f->queue[i], &rp->queues.v[rp->queues.n++]);
	return r;
}

static int desk_say(struct rp_desk_show *rp, const char *text, uint64_t level)
{
	if (!text)
		return ERR_NOMEM;
	if (rp->attention.n < DESK_ROWS)
		rp->attention.v[rp->attention.n++] = (struct w_notice){ .text = text, .level = level };
	return 0;
}

/* A period that should have been finalised and was not. */
static int desk_unfinal(struct op_ctx *cx, struct rp_desk_show *rp)
{
	if (!op_has_role(cx, ROLE_SUPERVISOR | ROLE_OFFICE_HEAD) || !cx->actor->nvillage)
		return 0;
	struct q *q = db_q(cx->db, ST_period_unfinal);
	q_int(q, 1, cx->actor->village[0]);
	q_text(q, 2, dossier_day(cx, cx->today));
	int r = q_step(q);
	if (r == 1) {
		int32_t by = date_from_iso(q_get_text(q, 1));
		const char *text = cx->today > by
			? arena_printf(cx->arena, "Periode %s belum difinalkan, lewat %d hari dari batas.", q_get_text(q, 0), (int)(cx->today - by))
			: arena_printf(cx->arena, "Periode %s ditutup dan belum difinalkan; batasnya %s.", q_get_text(q, 0), desk_day(cx, by));
		r = desk_say(rp, text, cx->today > by ? 2 : 1);
	}
	q_reset(q);
	return r;
}

static int desk_attention(struct op_ctx *cx, struct rp_desk_show *rp)
{
	rp->attention.v = arena_alloc(cx->arena, DESK_ROWS * sizeof *rp->attention.v);
	if (!rp->attention.v)
		return ERR_NOMEM;
	int r = 0;
	if (rp->returned_count)
		r = desk_say(rp, arena_printf(cx->arena, "%llu berkas dikembalikan kepada Anda.", (unsigned long long)rp->returned_count), 2);
	if (r == 0 && rp->unsent)
		r = desk_say(rp, arena_printf(cx->arena, "%llu berkas belum dikirim.", (unsigned long long)rp->unsent), 1);
	if (r == 0 && rp->window_open && rp->reserve)
		r = desk_say(rp, arena_printf(cx->arena, "%llu data cadangan sedang diteruskan.", (unsigned long long)rp->reserve), 0);
	for (size_t i = 0; i < rp->queues.n && r == 0; i++)
		if (rp->queues.v[i].late)
			r = desk_say(rp, arena_printf(cx->arena, "%s: %llu berkas lewat batas hari.", rp->queues.v[i].title,
			                              (unsigned long long)rp->queues.v[i].late), 2);
	return r == 0 ? desk_unfinal(cx, rp) : r;
}

/* Tells a desk whether the forms it read beforehand still have their choices: see app_preload_lists(). */
static int desk_lists(struct op_ctx *cx, struct rp_desk_show *rp)
{
	struct form_list_id *v = arena_alloc(cx->arena, LISTS_MAX * sizeof *v);
	uint8_t *digest = arena_alloc(cx->arena, 32);
	struct q *q = db_q(cx->db, ST_data_lists);
	size_t n = 0, len;
	int r = 0;

	while (v && digest && (r = q_step(q)) == 1 && n < LISTS_MAX) {
		v[n].name = q_get_strdup(q, 0, cx->arena);
		memcpy(v[n].sha, q_get_blob(q, 1, &len), 32);
		if (v[n++].name == NULL)
			break;
	}
	q_reset(q);
	if (!v || !digest || (n > 0 && v[n - 1].name == NULL))
		return ERR_NOMEM;
	if (r < 0)
		return r;
	form_lists_digest(v, n, digest);
	rp->lists = (struct wbytes){ digest, 32 };
	return 0;
}

int op_desk_show(struct op_ctx *cx, const struct rq_desk_show *rq, struct rp_desk_show *rp)
{
	(void)rq;
	const struct flow *f = dossier_flow(cx);
	rp->today = dossier_day(cx, cx->today);
	struct q *q = db_q(cx->db, ST_office_get);
	rp->office = q_step(q) == 1 ? q_get_strdup(q, 2, cx->arena) : "";
	q_reset(q);
	int r = rp->today && rp->office ? desk_window(cx, rp) : ERR_NOMEM;
	if (r == 0)
		r = desk_grants(cx, rp);
	if (r == 0)
		r = desk_areas(cx, rp);
	if (r == 0)
		r = desk_drafts(cx, rp);
	if (r == 0 && f)
		r = desk_own(cx, f, rp);
	if (r == 0 && f)
		r = desk_queues(cx, f, rp);
	if (r == 0)
		r = desk_lists(cx, rp);
	return r == 0 ? desk_attention(cx, rp) : r;
}
