/* finalise.c - freezes the valid dossiers of a period and area: one row, its lines, a digest, and the counts of the day. */
#include "config.h"
#include "finalise.h"
#include <sodium.h>
#include <string.h>
#include "date.h"
#include "dossier.h"
#include "intake.h"
#include "journal.h"
#include "log.h"
#include "ops_dispatch.h"
#include "recap.h"

/* Is `inner` the area `outer` or below it? 1, 0, ERR_. */
static int batch_within(struct op_ctx *cx, int64_t inner, int64_t outer)
{
	struct q *q = db_q(cx->db, ST_area_within);
	q_int(q, 1, inner);
	q_int(q, 2, outer);
	int r = q_step(q);
	q_reset(q);
	return r;
}

/* The period, when it may be finalised in this area. */
static int batch_period(struct op_ctx *cx, const char *name, int64_t area, struct period_window *w)
{
	int r = period_named(cx, name, w);
	if (r == ERR_NOTFOUND)
		return op_refuse(cx, FIND_period_unknown, NULL);
	if (r == 0)
		r = batch_within(cx, area, w->area);
	if (r < 0)
		return r;
	if (r == 0)
		return op_refuse(cx, FIND_period_unknown, NULL);
	struct q *q = db_q(cx->db, ST_batch_over);
	q_int(q, 1, w->period);
	q_int(q, 2, area);
	r = q_step(q);
	q_reset(q);
	return r == 1 ? op_refuse(cx, FIND_already_final, NULL) : r;
}

/* States from which `finalise` leads out are what is frozen; all others that are not final are still open. */
static bool batch_takes(const struct flow *f, size_t state)
{
	for (size_t i = 0; i < f->nevent; i++)
		if (f->event[i].does == FLOW_DOES_FINALISE && (f->event[i].from >> state & 1))
			return true;
	return false;
}

static int batch_count(struct op_ctx *cx, int64_t area, const char *state, int64_t *n)
{
	struct q *q = db_q(cx->db, ST_dossier_count_under);
	q_int(q, 1, area);
	q_text(q, 2, state);
	int r = q_step(q);
	*n = r == 1 ? q_get_int(q, 0) : 0;
	q_reset(q);
	return r < 0 ? r : 0;
}

static int preview_say(struct op_ctx *cx, struct rp_batch_preview *rp, const char *text, uint64_t level)
{
	if (!text)
		return ERR_NOMEM;
	(void)cx;
	if (rp->hindrances.n < 20)
		rp->hindrances.v[rp->hindrances.n++] = (struct w_notice){ .text = text, .level = level };
	return 0;
}

static int preview_states(struct op_ctx *cx, const struct flow *f, int64_t area, struct rp_batch_preview *rp)
{
	int r = 0;
	for (size_t s = 1; s < f->nstate && r == 0; s++) {
		int64_t n;
		r = batch_count(cx, area, f->state[s].name, &n);
		if (r != 0 || n == 0 || f->state[s].final)
			continue;
		if (batch_takes(f, s)) {
			rp->lines += (uint64_t)n;
			continue;
		}
		rp->open += (uint64_t)n;
		r = preview_say(cx, rp, arena_printf(cx->arena, "%lld berkas masih pada tahap %s; tidak ikut dan menunggu masa usul berikutnya.",
		                                     (long long)n, f->state[s].label), 1);
	}
	return r;
}

int op_batch_preview(struct op_ctx *cx, const struct rq_batch_preview *rq, struct rp_batch_preview *rp)
{
	struct period_window w;
	const struct flow *f = dossier_flow(cx);
	if (!f)
		return op_refuse(cx, FIND_wrong_state, NULL);
	int r = batch_period(cx, rq->period, rq->area, &w);
	if (r != 0)
		return r;
	rp->hindrances.v = arena_alloc(cx->arena, 20 * sizeof *rp->hindrances.v);
	if (!rp->hindrances.v)
		return ERR_NOMEM;
	char day[40];
	if (cx->today <= w.closes_on && cx->today >= w.opens_on) {
		date_long(w.closes_on, day, sizeof day);
		r = preview_say(cx, rp, arena_printf(cx->arena, "Masa usul %s masih dibuka sampai %s.", w.title, day), 1);
	}
	if (r == 0 && cx->today > w.finalise_by) {
		date_long(w.finalise_by, day, sizeof day);
		r = preview_say(cx, rp, arena_printf(cx->arena, "Batas finalisasi %s sudah lewat %d hari.", day, (int)(cx->today - w.finalise_by)), 1);
	}
	if (r == 0)
		r = preview_states(cx, f, rq->area, rp);
	if (r == 0 && rp->lines == 0)
		r = preview_say(cx, rp, "Tidak ada berkas valid yang dapat difinalkan.", 2);
	return r;
}

static void batch_hash_int(crypto_hash_sha256_state *h, int64_t v)
{
	uint8_t be[8];
	for (int i = 0; i < 8; i++)
		be[i] = (uint8_t)((uint64_t)v >> (56 - 8 * i));
	crypto_hash_sha256_update(h, be, sizeof be);
}

/* Lengths stand before texts, so that no two lists of lines give the same bytes. */
static void batch_hash_line(crypto_hash_sha256_state *h, int64_t n, const char *number, const char *kind, int64_t household, const uint8_t line[32])
{
	batch_hash_int(h, n);
	batch_hash_int(h, (int64_t)strlen(number));
	crypto_hash_sha256_update(h, (const uint8_t *)number, strlen(number));
	batch_hash_int(h, (int64_t)strlen(kind));
	crypto_hash_sha256_update(h, (const uint8_t *)kind, strlen(kind));
	batch_hash_int(h, household);
	crypto_hash_sha256_update(h, line, 32);
}

static int batch_line_put(struct op_ctx *cx, int64_t batch, int64_t n, const struct dossier *d, const uint8_t hash[32])
{
	struct q *q = db_q(cx->db, ST_batch_line_put);
	q_int(q, 1, batch);
	q_int(q, 2, n);
	q_int(q, 3, d->id);
	q_int(q, 4, d->result_household);
	q_int(q, 5, d->area);
	q_blob(q, 6, hash, 32);
	return q_done(q);
}

/* The next dossier to freeze, by number. 1, 0, ERR_. */
static int batch_next(struct op_ctx *cx, const struct flow *f, int64_t area, int64_t *id)
{
	*id = 0;
	for (size_t s = 0; s < f->nstate; s++) {
		if (!batch_takes(f, s))
			continue;
		struct q *q = db_q(cx->db, ST_batch_next);
		q_int(q, 1, area);
		q_text(q, 2, f->state[s].name);
		int r = q_step(q);
		int64_t found = r == 1 ? q_get_int(q, 0) : 0;
		q_reset(q);
		if (r < 0)
			return r;
		if (found && (!*id || found < *id))
			*id = found;
	}
	return *id != 0;
}

static int batch_freeze(struct op_ctx *cx, const struct flow *f, int64_t batch, int64_t area, crypto_hash_sha256_state *h, int64_t *lines)
{
	int r;
	int64_t id;
	while ((r = batch_next(cx, f, area, &id)) == 1) {
		struct dossier d;
		uint8_t hash[32];
		r = dossier_get(cx, id, &d);
		if (r == 0)
			r = register_line_hash(cx->db, d.result_household, cx->seq, hash);
		if (r == ERR_NOTFOUND) {
			log_err("valid dossier without a household dossier=%lld", (long long)id);
			return ERR_CORRUPT;
		}
		const struct flow_event *e = r == 0 ? flow_event_doing(d.flow, FLOW_DOES_FINALISE, d.state_at_flow, d.kind_at_flow) : NULL;
		if (r == 0 && !e)
			return ERR_CORRUPT;
		d.batch = batch;
		struct dossier_step step = { .event = e, .actor = cx->actor->account };
		if (r == 0)
			r = batch_line_put(cx, batch, ++*lines, &d, hash);
		if (r == 0)
			r = dossier_move(cx, &d, &step);
		if (r != 0)
			return r;
		batch_hash_line(h, *lines, d.number, d.kind, d.result_household, hash);
	}
	return r;
}

static int batch_row_put(struct op_ctx *cx, int64_t id, const struct period_window *w, int64_t area, int64_t lines, const uint8_t digest[32])
{
	struct q *q = db_q(cx->db, ST_batch_put);
	q_int(q, 1, id);
	q_int(q, 2, w->period);
	q_int(q, 3, area);
	q_int(q, 4, cx->seq);
	q_int(q, 5, lines);
	q_blob(q, 6, digest, 32);
	q_int(q, 7, cx->actor->account);
	q_int(q, 8, cx->now_ms);
	return q_done(q);
}

int op_batch_finalise(struct op_ctx *cx, const struct rq_batch_finalise *rq, struct rp_batch_finalise *rp)
{
	struct period_window w;
	crypto_hash_sha256_state h;
	uint8_t digest[32] = { 0 };
	const struct flow *f = dossier_flow(cx);
	if (!f)
		return op_refuse(cx, FIND_wrong_state, NULL);
	int r = batch_period(cx, rq->period, rq->area, &w);
	if (r != 0)
		return r;
	int64_t id = db_id(cx->db, "batch"), lines = 0;
	if (id < 0)
		return (int)id;
	/* The row first (lines refer to it), its sums when they are known. */
	r = batch_row_put(cx, id, &w, rq->area, 0, digest);
	crypto_hash_sha256_init(&h);
	if (r == 0)
		r = batch_freeze(cx, f, id, rq->area, &h, &lines);
	if (r == 0 && lines == 0)
		return op_refuse(cx, FIND_nothing_to_finalise, NULL);
	if (r != 0)
		return r;
	crypto_hash_sha256_final(&h, digest);
	struct q *q = db_q(cx->db, ST_batch_sums);
	q_int(q, 1, id);
	q_int(q, 2, lines);
	q_blob(q, 3, digest, 32);
	r = q_done(q);
	if (r == 0)
		r = recap_freeze(cx, id, rq->area);
	if (r == 0 && cx->leaf) {
		journal_object(cx->leaf, JT_BATCH, id);
		r = journal_touch(cx->leaf, JT_BATCH, id);
	}
	uint8_t *copy = arena_dup(cx->arena, digest, 32);
	rp->batch = id;
	rp->lines = (uint64_t)lines;
	rp->digest = (struct wbytes){ copy, 32 };
	rp->seq = cx->seq;
	return r == 0 && !copy ? ERR_NOMEM : r;
}

int batch_verify(struct op_ctx *cx, int64_t batch, uint8_t digest[32], bool *same)
{
	crypto_hash_sha256_state h;
	struct q *q = db_q(cx->db, ST_batch_get);
	uint8_t was[32] = { 0 };
	size_t n;
	q_int(q, 1, batch);
	int r = q_step(q);
	if (r != 1)
		return r == 0 ? ERR_NOTFOUND : r;
	int64_t as_of = q_get_int(q, 3);
	const void *p = q_get_blob(q, 5, &n);
	if (n == 32)
		memcpy(was, p, 32);
	q_reset(q);
	*same = true;
	crypto_hash_sha256_init(&h);
	q = db_q(cx->db, ST_batch_lines);
	q_int(q, 1, batch);
	q_int(q, 2, 0);
	while ((r = q_step(q)) == 1) {
		uint8_t line[32];
		int e = register_line_hash(cx->db, q_get_int(q, 2), as_of, line);
		if (e != 0 && e != ERR_NOTFOUND) {
			r = e;
			break;
		}
		p = q_get_blob(q, 3, &n);
		*same &= e == 0 && n == 32 && memcmp(p, line, 32) == 0;
		batch_hash_line(&h, q_get_int(q, 0), q_get_text(q, 4), q_get_text(q, 5), q_get_int(q, 2), line);
	}
	q_reset(q);
	crypto_hash_sha256_final(&h, digest);
	*same &= memcmp(digest, was, 32) == 0;
	return r;
}

int op_batch_list(struct op_ctx *cx, const struct rq_batch_list *rq, struct rp_batch_list *rp)
{
	size_t max = rq->limit && rq->limit < 100 ? (size_t)rq->limit : 100;
	struct w_batch_line *v = arena_alloc(cx->arena, max * sizeof *v);
	if (!v)
		return ERR_NOMEM;
	struct q *q = db_q(cx->db, ST_batch_list);
	q_int(q, 1, rq->after ? rq->after : INT64_MAX);
	int r;
	while ((r = q_step(q)) == 1 && rp->rows.n < max) {
		size_t n;
		const void *digest = q_get_blob(q, 6, &n);
		if (!op_covers(cx, cx->op->roles, q_get_int(q, 3)))
			continue;
		v[rp->rows.n++] = (struct w_batch_line){
			.id = q_get_int(q, 0), .period = q_get_strdup(q, 1, cx->arena), .area_name = q_get_strdup(q, 2, cx->arena),
			.state = q_get_strdup(q, 4, cx->arena), .lines = (uint64_t)q_get_int(q, 5),
			.digest = { arena_dup(cx->arena, digest, n), n }, .at = q_get_int(q, 7), .letter = q_get_int(q, 8),
			.letter_no = q_get_strdup(q, 9, cx->arena), .seq = q_get_int(q, 10) };
	}
	q_reset(q);
	rp->rows.v = v;
	rp->next = rp->rows.n == max ? v[max - 1].id : 0;
	return r < 0 ? r : 0;
}
