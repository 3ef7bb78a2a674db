/* journal_ops.c - the journal as an auditor reads it, and as a verifier takes it home. */
#include "config.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include "auth.h"
#include "date.h"
#include "journal.h"
#include "ops_dispatch.h"

#define LIST_MAX 200
#define DAY_MS INT64_C(86400000)

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

/* The hashes of a leaf's rows and persons, out of the tables they stand in. */
static int leaf_rows(struct db *db, struct journal_leaf *l)
{
	crypto_hash_sha256_state rows, shown;
	struct q *q = db_q(db, ST_journal_export_rows);
	size_t n;
	int r;

	crypto_hash_sha256_init(&rows);
	crypto_hash_sha256_init(&shown);
	q_int(q, 1, l->seq);
	for (; (r = q_step(q)) == 1; l->nrow++) {
		const void *p = q_get_blob(q, 2, &n);

		journal_row_hash(&rows, q_get_int(q, 0), q_get_int(q, 1), p, n);
	}
	if (r)
		return r;
	q = db_q(db, ST_journal_export_shown);
	q_int(q, 1, l->seq);
	for (; (r = q_step(q)) == 1; l->nshown++)
		journal_row_hash(&shown, 0, q_get_int(q, 0), "", 0);
	crypto_hash_sha256_final(&rows, l->rows);
	crypto_hash_sha256_final(&shown, l->shown);
	return r;
}

/* A leaf as the tree has it: whole, made again from its columns and rows, for what is kept of it is its hash alone (journal.h). Whoever
 * has the export reads in it what happened and makes the tree from it; where somebody changed columns or rows past the operations, the
 * tree it makes is another. Leaves of before are whole as they are kept. */
static int leaf_whole(struct db *db, struct q *q, struct buf *b)
{
	struct journal_leaf l;
	size_t n;
	const uint8_t *p = q_get_blob(q, 11, &n);
	int r;

	buf_reset(b);
	if (n != LEAF_KEPT || p[0] != 0) {
		buf_put(b, p, n);
	} else {
		journal_leaf_read(q, &l);
		if ((r = leaf_rows(db, &l)) != 0)
			return r;
		journal_leaf_bytes(&l, b);
	}
	return buf_end(b);
}

int op_journal_export(struct op_ctx *cx, const struct rq_journal_export *rq, struct rp_journal_export *rp)
{
	uint64_t limit = rq->limit && rq->limit < LIST_MAX ? rq->limit : LIST_MAX;
	struct w_leaf *v = arena_alloc(cx->arena, LIST_MAX * sizeof *v);
	struct q *q = db_q(cx->db, ST_journal_export);
	struct buf b;
	int r;

	if (v == NULL)
		return ERR_NOMEM;
	buf_init(&b, 4096);
	q_int(q, 1, rq->after);
	q_int(q, 2, (int64_t)limit);
	while ((r = q_step(q)) == 1) {
		struct w_leaf *l = &v[rp->rows.n++];

		if ((r = leaf_whole(cx->db, q, &b)) != 0)
			break;
		l->seq = q_get_int(q, 0);
		l->bytes = (struct wbytes){ arena_dup(cx->arena, b.data, b.len), b.len };
		if (l->bytes.p == NULL) {
			r = ERR_NOMEM;
			break;
		}
	}
	q_reset(q);
	buf_clear(&b);
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

int journal_seq_before(struct db *db, int64_t moment, int64_t *seq)
{
	int64_t lo = 0, hi;
	struct q *q = db_q(db, ST_journal_max);
	int r = q_step(q);
	if (r != 1)
		return r == 0 ? ERR_NOTFOUND : r;
	hi = q_get_int(q, 0);
	q_reset(q);
	while (lo < hi) {
		int64_t mid = lo + (hi - lo + 1) / 2;
		q = db_q(db, ST_journal_at);
		q_int(q, 1, mid);
		if ((r = q_step(q)) < 0)
			return r;
		bool before = r == 0 || q_get_int(q, 0) < moment;
		q_reset(q);
		if (before)
			lo = mid;
		else
			hi = mid - 1;
	}
	*seq = lo;
	return 0;
}

/* What is asked about, and between which numbers. */
struct asked { int64_t person, dossier, account, household, low, high; };

static struct q *by(struct op_ctx *cx, const struct asked *a, bool count)
{
	enum stmt list = ST_journal_by_days, number = ST_journal_count_days;
	int64_t id = 0;
	struct q *q;

	if (a->person) {
		list = ST_journal_by_person;
		number = ST_journal_count_person;
		id = a->person;
	} else if (a->dossier) {
		list = ST_journal_by_dossier;
		number = ST_journal_count_dossier;
		id = a->dossier;
	} else if (a->account) {
		list = ST_journal_by_actor;
		number = ST_journal_count_actor;
		id = a->account;
	} else if (a->household) {
		list = ST_journal_by_household;
		number = ST_journal_count_household;
		id = a->household;
	}
	q = db_q(cx->db, count ? number : list);
	if (id)
		q_int(q, 1, id);
	q_int(q, 2, a->high);
	q_int(q, 4, a->low);
	return q;
}

/* Days to journal numbers; a name to its account. OP_REFUSED, ERR_ or 0. A name that does not exist is answered like one that is not
 * the auditor's to ask about. */
static int asked_read(struct op_ctx *cx, const struct rq_journal_list *rq, struct asked *a)
{
	int64_t zone = (int64_t)cx->zone_minutes * 60000;
	const char *from = rq->from_on ? rq->from_on : "", *to = rq->to_on ? rq->to_on : "";
	struct q *q;
	int r = 0;

	*a = (struct asked){ rq->person, rq->dossier, rq->account, rq->household, 0, INT64_MAX };
	if ((*from && date_from_iso(from) == DATE_NONE) || (*to && date_from_iso(to) == DATE_NONE))
		return op_refuse(cx, FIND_not_a_date, NULL);
	if (*from)
		r = journal_seq_before(cx->db, date_from_iso(from) * DAY_MS - zone, &a->low);
	if (r == 0 && *to && (r = journal_seq_before(cx->db, (date_from_iso(to) + 1) * DAY_MS - zone, &a->high)) == 0)
		a->high++;
	if (r == 0 && rq->account_name && *rq->account_name && !a->account) {
		q = db_q(cx->db, ST_account_by_name_any);
		q_text(q, 1, rq->account_name);
		if ((r = q_step(q)) == 1)
			a->account = q_get_int(q, 0);
		q_reset(q);
		if (r >= 0)
			r = r == 1 ? 0 : op_refuse(cx, FIND_not_permitted, NULL);
	}
	return r;
}

/* Is what is asked about in the auditor's area? A person without any membership (merged into another) is the whole office's. */
static int asked_within(struct op_ctx *cx, const struct asked *a)
{
	unsigned roles = cx->op->roles;
	struct q *q;
	int64_t area;
	int r;

	if (!a->person && !a->dossier && !a->account && !a->household)
		return op_covers_office(cx, roles);
	if (!a->person && !a->dossier && a->account) {
		q = db_q(cx->db, ST_scope_account);
		q_int(q, 1, a->account);
		r = q_step(q);
		q_reset(q);
		return r == 1 ? auth_covers(cx, roles, a->account, false) : r;
	}
	q = db_q(cx->db, a->person ? ST_scope_person : a->dossier ? ST_scope_dossier : ST_scope_household);
	q_int(q, 1, a->person ? a->person : a->dossier ? a->dossier : a->household);
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
	struct asked a;
	struct q *q;
	int r;

	if (v == NULL)
		return ERR_NOMEM;
	if ((r = asked_read(cx, rq, &a)) != 0)
		return r;
	if (!a.person && !a.dossier && !a.account && !a.household && (!rq->from_on || !*rq->from_on) && (!rq->to_on || !*rq->to_on))
		return op_refuse(cx, FIND_bad_request, NULL);
	if ((r = asked_within(cx, &a)) != 1)
		return r < 0 ? r : op_refuse(cx, FIND_not_permitted, NULL);
	q = by(cx, &a, true);
	if ((r = q_step(q)) == 1)
		rp->total = (uint64_t)q_get_int(q, 0);
	q_reset(q);
	if (r < 0)
		return r;
	if (rq->after && rq->after < a.high)
		a.high = rq->after;
	q = by(cx, &a, false);
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
