/* period.c - periods and windows as rows: loading a file of them, and which one is open where. */
#include "config.h"
#include "intake.h"
#include <stdio.h>
#include <string.h>
#include "date.h"
#include "dossier.h"
#include "ops_dispatch.h"
#include "period.h"

static int period_take(struct op_ctx *cx, struct q *q, struct period_window *w)
{
	*w = (struct period_window){ .period = q_get_int(q, 0), .name = q_get_strdup(q, 1, cx->arena), .title = q_get_strdup(q, 2, cx->arena),
		.opens_on = date_from_iso(q_get_text(q, 3)), .closes_on = date_from_iso(q_get_text(q, 4)),
		.finalise_by = date_from_iso(q_get_text(q, 5)), .area = q_get_int(q, 6) };
	return w->name && w->title ? 1 : ERR_NOMEM;
}

#define LEVELS 16

/* An area and those over it, itself first. */
static int areas_over(struct op_ctx *cx, int64_t area, int64_t over[LEVELS])
{
	int n = 0, r = 0;
	while (area != 0 && n < LEVELS) {
		over[n++] = area;
		struct q *q = db_q(cx->db, ST_area_get);
		q_int(q, 1, area);
		r = q_step(q);
		area = r == 1 ? q_get_int(q, 2) : 0;
		q_reset(q);
		if (r < 0)
			return r;
	}
	return n;
}

/* Of open windows the one that closes last, of those to come the one that opens first; an open one before those to come. */
static bool window_is_better(const struct period_window *w, const struct period_window *best, int32_t today)
{
	bool open = w->opens_on <= today, best_open = best->opens_on <= today;
	int32_t by = open ? w->closes_on - best->closes_on : best->opens_on - w->opens_on;
	if (best->period == 0 || open != best_open)
		return best->period == 0 || open;
	return by != 0 ? by > 0 : w->period < best->period;
}

/* Asked at every submission: the few windows that have not closed are looked through here, for a query that orders them and walks the
 * areas makes two temporary tables each time, a tenth of what a submission costs. */
int period_now(struct op_ctx *cx, int64_t area, struct period_window *w)
{
	const char *today = dossier_day(cx, cx->today);
	int64_t over[LEVELS];
	int nover = areas_over(cx, area, over), r;
	*w = (struct period_window){ 0 };
	if (!today || nover < 0)
		return today ? nover : ERR_NOMEM;
	struct q *q = db_q(cx->db, ST_period_windows);
	q_text(q, 1, today);
	while ((r = q_step(q)) == 1) {
		struct period_window one;
		int i = 0;
		while (i < nover && over[i] != q_get_int(q, 6))
			i++;
		if (i == nover)
			continue;
		if ((r = period_take(cx, q, &one)) < 0)
			break;
		if (window_is_better(&one, w, cx->today))
			*w = one;
	}
	q_reset(q);
	return r < 0 ? r : w->period != 0 && w->opens_on <= cx->today;
}

int period_named(struct op_ctx *cx, const char *name, struct period_window *w)
{
	struct q *q = db_q(cx->db, ST_period_named);
	q_text(q, 1, name);
	int r = q_step(q);
	if (r == 1)
		r = period_take(cx, q, w);
	q_reset(q);
	return r == 1 ? 0 : r == 0 ? ERR_NOTFOUND : r;
}

static int period_area(struct op_ctx *cx, const char *code, int64_t *area)
{
	struct q *q = db_q(cx->db, ST_dossier_area_code);
	q_text(q, 1, code);
	int r = q_step(q);
	*area = r == 1 ? q_get_int(q, 0) : 0;
	q_reset(q);
	return r < 0 ? r : 0;
}

static int period_put(struct op_ctx *cx, const struct period *p, int64_t area)
{
	const char *opens = dossier_day(cx, p->opens_on), *closes = dossier_day(cx, p->closes_on), *by = dossier_day(cx, p->finalise_by);
	struct period_window old;
	int r = period_named(cx, p->name, &old);
	int64_t id = r == 0 ? old.period : db_id(cx->db, "period");
	if (r != 0 && r != ERR_NOTFOUND)
		return r;
	if (id < 0 || !opens || !closes || !by)
		return id < 0 ? (int)id : ERR_NOMEM;
	struct q *q = db_q(cx->db, ST_period_put);
	q_int(q, 1, id);
	q_text(q, 2, p->name);
	q_text(q, 3, p->title);
	q_text(q, 4, p->product);
	q_int(q, 5, area);
	q_text(q, 6, by);
	q_int(q, 7, cx->seq);
	r = q_done(q);
	if (r != 0)
		return r;
	q = db_q(cx->db, ST_intake_window_put);
	q_int(q, 1, id);
	q_text(q, 2, opens);
	q_text(q, 3, closes);
	return q_done(q);
}

/* One row of the file against what is there. 0, ERR_PARSE with a fault, OP_REFUSED, ERR_. */
static int period_fits(struct op_ctx *cx, const struct period *p, int64_t area, char *fault, size_t size)
{
	if (!area) {
		snprintf(fault, size, "no area has the code '%.40s'", p->area);
		return ERR_PARSE;
	}
	struct q *q = db_q(cx->db, ST_period_final);
	q_text(q, 1, p->name);
	int r = q_step(q);
	q_reset(q);
	if (r != 0)
		return r == 1 ? op_refuse(cx, FIND_already_final, NULL) : r;
	q = db_q(cx->db, ST_period_overlap);
	q_text(q, 1, p->product);
	q_int(q, 2, area);
	q_text(q, 3, dossier_day(cx, p->opens_on));
	q_text(q, 4, dossier_day(cx, p->closes_on));
	q_text(q, 5, p->name);
	r = q_step(q);
	if (r == 1)
		snprintf(fault, size, "the window overlaps that of period '%.40s'", q_get_text(q, 0));
	q_reset(q);
	return r == 1 ? ERR_PARSE : r;
}

int period_load(struct op_ctx *cx, const char *body, size_t n, int *line, char *fault, size_t size)
{
	struct period *v;
	struct period_error err;
	size_t count;
	int r = period_read(body, n, cx->arena, &v, &count, &err);
	*line = err.line;
	if (r == ERR_PARSE)
		snprintf(fault, size, "%s", err.text);
	for (size_t i = 0; i < count && r == 0; i++) {
		int64_t area;
		*line = v[i].line;
		r = period_area(cx, v[i].area, &area);
		if (r == 0)
			r = period_fits(cx, &v[i], area, fault, size);
		if (r == 0)
			r = period_put(cx, &v[i], area);
	}
	return r;
}

int op_period_list(struct op_ctx *cx, const struct rq_period_list *rq, struct rp_period_list *rp)
{
	(void)rq;
	struct w_period_line *v = arena_alloc(cx->arena, 100 * sizeof *v);
	const char *today = dossier_day(cx, cx->today);
	if (!v || !today)
		return ERR_NOMEM;
	struct q *q = db_q(cx->db, ST_period_list);
	int r;
	while ((r = q_step(q)) == 1 && rp->rows.n < 100) {
		struct w_period_line *l = &v[rp->rows.n++];
		*l = (struct w_period_line){ .name = q_get_strdup(q, 0, cx->arena), .title = q_get_strdup(q, 1, cx->arena),
			.opens_on = q_get_strdup(q, 2, cx->arena), .closes_on = q_get_strdup(q, 3, cx->arena),
			.finalise_by = q_get_strdup(q, 4, cx->arena), .product = q_get_strdup(q, 5, cx->arena) };
		if (!l->name || !l->title || !l->opens_on || !l->closes_on || !l->finalise_by || !l->product)
			r = ERR_NOMEM;
		else
			l->state = q_get_int(q, 6) ? "final" : strcmp(today, l->opens_on) < 0 ? "belum dibuka"
			         : strcmp(today, l->closes_on) <= 0 ? "dibuka" : "ditutup";
		if (r < 0)
			break;
	}
	q_reset(q);
	rp->rows.v = v;
	return r < 0 ? r : 0;
}
