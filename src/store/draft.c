/* draft.c - keeping what is typed: one row per entry, changed by deltas, never by an older hand. */
#include "config.h"
#include "draft.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include "dossier.h"
#include "journal.h"
#include "ops_dispatch.h"
#include "store.h"
#include "text.h"

static int draft_load(struct op_ctx *cx, int64_t id, bool whole, struct draft *d)
{
	struct q *q = db_q(cx->db, ST_draft_get);
	q_int(q, 1, id);
	q_int(q, 2, cx->actor->account);
	int r = q_step(q);
	if (r <= 0)
		return r == 0 ? ERR_NOTFOUND : r;
	size_t n, nb, nd;
	const void *sha = q_get_blob(q, 6, &n), *body = q_get_blob(q, 8, &nb), *digest = q_get_blob(q, 13, &nd);
	*d = (struct draft){
		.id = id, .account = q_get_int(q, 0), .kind = q_get_strdup(q, 1, cx->arena), .household = q_get_int(q, 2),
		.other = q_get_int(q, 3), .dossier = q_get_int(q, 4), .area = q_get_int(q, 5),
		.form_sha = n == 32 ? arena_dup(cx->arena, sha, n) : NULL, .base_seq = q_get_int(q, 7),
		.saved = (uint64_t)q_get_int(q, 9), .field = (uint32_t)q_get_int(q, 10), .row = (uint32_t)q_get_int(q, 11),
		.open_text = q_get_strdup(q, 12, cx->arena),
		.last_digest = nd == 32 ? arena_dup(cx->arena, digest, nd) : NULL,
	};
	filling_init(&d->filling);
	r = whole ? wire_filling_read(body, nb, &d->filling) : 0;
	q_reset(q);
	d->form = d->form_sha ? store_form_sha(cx->store, cx->db, d->form_sha) : NULL;
	if (r == 0 && (!d->kind || !d->open_text))
		r = ERR_NOMEM;
	if (r == 0 && !d->form)
		r = ERR_CORRUPT;
	if (r != 0)
		filling_clear(&d->filling);
	return r;
}

int draft_get(struct op_ctx *cx, int64_t id, struct draft *d) { return draft_load(cx, id, true, d); }
int draft_get_head(struct op_ctx *cx, int64_t id, struct draft *d) { return draft_load(cx, id, false, d); }

int draft_remove(struct op_ctx *cx, int64_t id)
{
	struct q *q = db_q(cx->db, ST_draft_drop);
	q_int(q, 1, id);
	return q_done(q);
}

/* One answer. Whatever is wrong with it is told at its own field; the others are looked at as well. */
static int draft_take_answer(struct op_ctx *cx, const struct form *form, struct filling *f, const struct w_answer *a, struct buf *clean)
{
	char number[24];
	const struct field *field = a->field <= UINT32_MAX && a->row <= UINT32_MAX ? form_field(form, (uint32_t)a->field) : NULL;
	const char *value = a->value ? a->value : "";
	size_t at = 0;
	if (!field) {
		snprintf(number, sizeof number, "%llu", (unsigned long long)a->field);
		return finding_add(cx->findings, FIND_no_such_field, 0, 0, number, NULL) ? 0 : ERR_NOMEM;
	}
	if (field->roster ? !filling_row_find(f, field->roster, (uint32_t)a->row) : a->row != 0)
		return finding_add(cx->findings, FIND_bad_request, field->number, (uint32_t)a->row, NULL) ? 0 : ERR_NOMEM;
	buf_reset(clean);
	enum text_fault fault = text_clean(value, strlen(value), FILLING_VALUE_MAX, field->multiline, clean, &at);
	if (fault != TEXT_OK) {
		snprintf(number, sizeof number, "%zu", fault == TEXT_TOO_LONG ? (size_t)FILLING_VALUE_MAX : at + 1);
		return finding_add(cx->findings, dossier_text_fault(fault), field->number, (uint32_t)a->row, number, NULL) ? 0 : ERR_NOMEM;
	}
	int r = filling_set(f, field->number, (uint32_t)a->row, buf_str(clean));
	if (r == ERR_TOOLONG) {
		snprintf(number, sizeof number, "%d", FILLING_VALUE_MAX);
		return finding_add(cx->findings, FIND_too_long, field->number, (uint32_t)a->row, number, NULL) ? 0 : ERR_NOMEM;
	}
	return r;
}

/* A person a new row may name: one of the villages in which the account does this work. 1, 0 nobody or elsewhere (which of the
 * two is not told: ids can be guessed), ERR_. */
static int draft_person(struct op_ctx *cx, int64_t person)
{
	struct q *q = db_q(cx->db, ST_scope_person);
	q_int(q, 1, person);
	int r = q_step(q);
	int64_t area = r == 1 ? q_get_int(q, 0) : 0;
	q_reset(q);
	return r == 1 ? area && op_covers(cx, cx->op->roles, area) : r;
}

int draft_take(struct op_ctx *cx, const struct form *form, struct filling *f, const struct w_filling_row *row, size_t nrow,
               const struct w_answer *v, size_t n)
{
	size_t before = cx->findings->n;
	int r = 0;
	for (size_t i = 0; i < nrow && r == 0; i++) {
		const struct roster *ro = row[i].roster <= UINT32_MAX ? form_roster(form, (uint32_t)row[i].roster) : NULL;
		if (!ro || row[i].row < 1 || row[i].row > FILLING_ROWS_MAX || row[i].of > FILLING_ROWS_MAX || (row[i].of && !ro->of)) {
			r = finding_add(cx->findings, FIND_bad_request, 0, 0, NULL) ? 0 : ERR_NOMEM;
			continue;
		}
		/* Whom an old row stands for is the register's word (prefill), never the client's. A new row may name a person that was
		 * found by searching; register_try() says whether that person can join. */
		const struct filling_row *old = filling_row_find(f, ro->number, (uint32_t)row[i].row);
		bool person = ro->subject && strcmp(ro->subject, "person") == 0;
		int64_t subject = old ? old->subject : person && row[i].subject > 0 ? row[i].subject : 0;
		int known = old || !subject ? 1 : draft_person(cx, subject);
		if (known <= 0) {
			r = known < 0 ? known : finding_add(cx->findings, FIND_not_permitted, 0, 0, NULL) ? 0 : ERR_NOMEM;
			continue;
		}
		r = filling_row_add(f, ro->number, (uint32_t)row[i].row, subject, (uint32_t)row[i].of);
		if (r == ERR_TOOLONG)
			r = finding_add(cx->findings, FIND_too_many_rows, 0, 0, ro->label_id, "99", NULL) ? 0 : ERR_NOMEM;
	}
	struct buf clean;
	buf_init(&clean, FILLING_VALUE_MAX + 1);
	for (size_t i = 0; i < n && r == 0; i++)
		r = draft_take_answer(cx, form, f, &v[i], &clean);
	buf_clear(&clean);
	return r == 0 && cx->findings->n > before ? OP_REFUSED : r;
}

/* Rows that are not in the list any more go, with their answers. Rows of a household's members never do: leaving is an answer. */
static int draft_drop_rows(const struct draft *d, struct filling *f, const struct w_filling_row *row, size_t nrow)
{
	for (size_t i = 0; i < f->nrow;) {
		bool kept = d->household && f->row[i].subject;
		for (size_t k = 0; k < nrow && !kept; k++)
			kept = row[k].roster == f->row[i].roster && row[k].row == f->row[i].row;
		if (kept) {
			i++;
			continue;
		}
		int r = filling_row_drop(f, d->form, f->row[i].roster, f->row[i].row);
		if (r != 0)
			return r;
		i = 0;       /* rows that belonged to it went too */
	}
	return 0;
}

static int draft_write(struct op_ctx *cx, const struct draft *d, const uint8_t digest[32])
{
	struct buf body;
	buf_init(&body, 0);
	int r = wire_filling_bytes(&d->filling, &body);
	if (r == 0)
		r = buf_end(&body);
	if (r == 0) {
		struct q *q = db_q(cx->db, ST_draft_set);
		q_int(q, 1, d->id);
		q_blob(q, 2, body.data, body.len);
		q_int(q, 3, (int64_t)d->saved);
		q_int(q, 4, d->field);
		q_int(q, 5, d->row);
		q_text(q, 6, d->open_text);
		q_int(q, 7, cx->now_ms);
		q_blob(q, 8, digest, 32);
		r = q_done(q);
	}
	buf_wipe(&body);
	return r;
}

static int draft_save_digest(const struct rq_draft_save *rq, uint8_t digest[32])
{
	struct buf b;
	buf_init(&b, 0);
	int r = wire_put_record(&b, op_info(OP_draft_save)->request, rq);
	if (r == 0)
		r = buf_end(&b);
	if (r == 0)
		crypto_hash_sha256(digest, b.data, b.len);
	buf_wipe(&b);
	return r;
}

int op_draft_save(struct op_ctx *cx, const struct rq_draft_save *rq, struct rp_draft_save *rp)
{
	struct draft d;
	uint8_t digest[32];
	int r = draft_get(cx, rq->draft, &d);
	if (r == ERR_NOTFOUND)
		return op_refuse(cx, FIND_not_permitted, NULL);
	if (r != 0)
		return r;
	r = draft_save_digest(rq, digest);
	if (r == 0 && rq->saved + 1 == d.saved && d.last_digest && memcmp(d.last_digest, digest, 32) == 0) {
		/* The same save once more, after a line or a store was away: it is in already. */
		rp->saved = d.saved;
		filling_clear(&d.filling);
		return 0;
	}
	if (r == 0 && rq->saved != d.saved)
		r = op_refuse(cx, FIND_draft_newer, NULL);
	if (r == 0 && rq->all_rows)
		r = draft_drop_rows(&d, &d.filling, rq->rows.v, rq->rows.n);
	if (r == 0)
		r = draft_take(cx, d.form, &d.filling, rq->rows.v, rq->rows.n, rq->answers.v, rq->answers.n);
	if (r == 0) {
		d.saved++;
		d.field = (uint32_t)(rq->field <= UINT32_MAX ? rq->field : 0);
		d.row = (uint32_t)(rq->row <= UINT32_MAX ? rq->row : 0);
		d.open_text = rq->open_text && text_is_clean(rq->open_text) ? rq->open_text : "";
		r = draft_write(cx, &d, digest);
		rp->saved = d.saved;
	}
	filling_clear(&d.filling);
	return r;
}

int op_draft_drop(struct op_ctx *cx, const struct rq_draft_drop *rq, struct rp_draft_drop *rp)
{
	(void)rp;
	struct draft d;
	int r = draft_get(cx, rq->draft, &d);
	if (r == ERR_NOTFOUND)
		return op_refuse(cx, FIND_not_permitted, NULL);
	if (r != 0)
		return r;
	filling_clear(&d.filling);
	const struct flow *flow = dossier_flow(cx);
	if (!d.dossier && flow)
		r = dossier_count_add(cx, d.area, flow->state[0].name, d.kind, -1);
	return r == 0 ? draft_remove(cx, d.id) : r;
}
