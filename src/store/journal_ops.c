/* journal_ops.c - the journal as an auditor reads it, and as a verifier takes it home. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "auth.h"
#include "journal.h"
#include "ops_dispatch.h"

#define LIST_MAX 200

int op_journal_head(struct op_ctx *cx, const struct rq_journal_head *rq, struct rp_journal_head *rp)
{
	struct q *q = db_q(cx->db, ST_journal_head_get);
	struct merkle empty = { 0 };
	uint8_t *root = arena_alloc(cx->arena, 32);
	size_t n;
	int r;

	(void)rq;
	if (root == NULL)
		return ERR_NOMEM;
	merkle_root(&empty, root);
	if ((r = q_step(q)) == 1) {
		rp->size = (uint64_t)q_get_int(q, 0);
		memcpy(root, q_get_blob(q, 1, &n), 32);
		rp->at = q_get_int(q, 2);
		q_reset(q);
	}
	rp->root = (struct wbytes){ root, 32 };
	return r < 0 ? r : 0;
}

int op_journal_export(struct op_ctx *cx, const struct rq_journal_export *rq, struct rp_journal_export *rp)
{
	uint64_t limit = rq->limit && rq->limit < LIST_MAX ? rq->limit : LIST_MAX;
	struct w_leaf *v = arena_alloc(cx->arena, LIST_MAX * sizeof *v);
	struct q *q = db_q(cx->db, ST_journal_leaves);
	size_t n;
	int r;

	if (v == NULL)
		return ERR_NOMEM;
	q_int(q, 1, rq->after);
	q_int(q, 2, (int64_t)limit);
	while ((r = q_step(q)) == 1) {
		const void *p = q_get_blob(q, 1, &n);

		v[rp->rows.n].seq = q_get_int(q, 0);
		v[rp->rows.n].bytes = (struct wbytes){ arena_dup(cx->arena, p, n), n };
		if (v[rp->rows.n++].bytes.p == NULL) {
			q_reset(q);
			return ERR_NOMEM;
		}
	}
	rp->rows.v = v;
	if (rp->rows.n == limit)
		rp->next = v[limit - 1].seq;
	return r;
}

static const char *table_name(int64_t jt)
{
	for (size_t i = 0; i < canon_count; i++)
		if ((int64_t)canon_table[i].jt == jt)
			return canon_table[i].table;
	return "";
}

static struct q *by(struct op_ctx *cx, const struct rq_journal_list *rq, bool count)
{
	struct q *q;

	if (rq->person) {
		q = db_q(cx->db, count ? ST_journal_count_person : ST_journal_by_person);
		q_int(q, 1, rq->person);
	} else if (rq->dossier) {
		q = db_q(cx->db, count ? ST_journal_count_dossier : ST_journal_by_dossier);
		q_int(q, 1, rq->dossier);
	} else if (rq->account) {
		q = db_q(cx->db, count ? ST_journal_count_actor : ST_journal_by_actor);
		q_int(q, 1, rq->account);
	} else {
		q = db_q(cx->db, count ? ST_journal_count_household : ST_journal_by_household);
		q_int(q, 1, rq->household);
	}
	return q;
}

/* Is what is asked about in the auditor's area? A person without any membership (merged into another) is the whole office's. */
static int asked_within(struct op_ctx *cx, const struct rq_journal_list *rq)
{
	unsigned roles = cx->op->roles;
	struct q *q;
	int64_t area;
	int r;

	if (!rq->person && !rq->dossier && rq->account) {
		q = db_q(cx->db, ST_scope_account);
		q_int(q, 1, rq->account);
		r = q_step(q);
		q_reset(q);
		return r == 1 ? auth_covers(cx, roles, rq->account, false) : r;
	}
	q = db_q(cx->db, rq->person ? ST_scope_person : rq->dossier ? ST_scope_dossier : ST_scope_household);
	q_int(q, 1, rq->person ? rq->person : rq->dossier ? rq->dossier : rq->household);
	r = q_step(q);
	area = r == 1 ? q_get_int(q, 0) : 0;
	q_reset(q);
	return r < 0 ? r : area ? op_covers(cx, roles, area) : op_covers_office(cx, roles);
}

/* Newest first: who looked yesterday is what is asked. */
int op_journal_list(struct op_ctx *cx, const struct rq_journal_list *rq, struct rp_journal_list *rp)
{
	uint64_t limit = rq->limit && rq->limit < LIST_MAX ? rq->limit : LIST_MAX;
	struct w_journal_line *v = arena_alloc(cx->arena, LIST_MAX * sizeof *v);
	struct q *q;
	int r;

	if (v == NULL)
		return ERR_NOMEM;
	if (!rq->person && !rq->dossier && !rq->account && !rq->household)
		return op_refuse(cx, FIND_bad_request, NULL);
	if ((r = asked_within(cx, rq)) != 1)
		return r < 0 ? r : op_refuse(cx, FIND_not_permitted, NULL);
	q = by(cx, rq, true);
	if ((r = q_step(q)) == 1)
		rp->total = (uint64_t)q_get_int(q, 0);
	q_reset(q);
	if (r < 0)
		return r;
	q = by(cx, rq, false);
	q_int(q, 2, rq->after ? rq->after : INT64_MAX);
	q_int(q, 3, (int64_t)limit);
	while ((r = q_step(q)) == 1) {
		struct w_journal_line *l = &v[rp->rows.n++];
		const struct op_info *op = op_info((uint64_t)q_get_int(q, 3));
		const struct finding_info *why = q_get_int(q, 7) ? finding_info((uint32_t)q_get_int(q, 7)) : NULL;

		l->seq = q_get_int(q, 0);
		l->at = q_get_int(q, 1);
		l->actor = q_get_strdup(q, 2, cx->arena);
		l->op = op ? op->name : "";
		l->what = arena_printf(cx->arena, q_get_int(q, 5) ? "%s %lld" : "%s", table_name(q_get_int(q, 4)), (long long)q_get_int(q, 5));
		l->dossier_number = q_get_strdup(q, 6, cx->arena);
		l->result = why ? why->name : "done";
		l->person = q_get_strdup(q, 8, cx->arena);
		if (l->actor == NULL || l->what == NULL || l->dossier_number == NULL || l->person == NULL) {
			q_reset(q);
			return ERR_NOMEM;
		}
	}
	rp->rows.v = v;
	if (rp->rows.n == limit)
		rp->next = v[limit - 1].seq;
	if (r == 0 && rq->person) {
		journal_object(cx->leaf, JT_PERSON, rq->person);
		r = journal_shown(cx->leaf, rq->person);
	} else if (rq->household) {
		journal_object(cx->leaf, JT_HOUSEHOLD, rq->household);
	} else if (rq->dossier) {
		journal_dossier(cx->leaf, rq->dossier);
	}
	return r;
}
