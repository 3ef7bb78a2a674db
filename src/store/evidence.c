/* evidence.c - photos and scans of a dossier, in chunks that a cut line may resume. */
#include "config.h"
#include <string.h>
#include "blob.h"
#include "dossier.h"
#include "journal.h"
#include "ops_dispatch.h"
#include "store.h"

#define EVIDENCE_CHUNK 49152

/* What a file is by its first bytes: only what paper needs, nothing that could be run or opened as a page. */
static bool evidence_sort_ok(const uint8_t *p, size_t n)
{
	static const struct { const char *bytes; size_t n; } start[] = { { "\xff\xd8\xff", 3 }, { "\x89PNG\r\n\x1a\n", 8 }, { "%PDF-", 5 } };
	for (size_t i = 0; i < sizeof start / sizeof *start; i++)
		if (n >= start[i].n && memcmp(p, start[i].bytes, start[i].n) == 0)
			return true;
	return false;
}

static int evidence_row(struct op_ctx *cx, const struct dossier *d, const struct rq_evidence_put *rq)
{
	int64_t id = db_id(cx->db, "evidence");
	if (id < 0)
		return (int)id;
	struct q *q = db_q(cx->db, ST_blob_put);
	q_blob(q, 1, rq->sha.p, 32);
	q_int(q, 2, (int64_t)rq->total);
	q_int(q, 3, cx->now_ms);
	int r = q_done(q);
	if (r != 0)
		return r;
	q = db_q(cx->db, ST_evidence_put);
	q_int(q, 1, id);
	q_int(q, 2, d->id);
	q_text(q, 3, rq->kind);
	q_blob(q, 4, rq->sha.p, 32);
	q_int(q, 5, (int64_t)rq->total);
	q_int(q, 6, cx->actor->account);
	q_int(q, 7, cx->now_ms);
	q_int(q, 8, cx->seq);
	r = q_done(q);
	return r == 0 && cx->leaf ? journal_touch(cx->leaf, JT_EVIDENCE, id) : r;
}

int op_evidence_put(struct op_ctx *cx, const struct rq_evidence_put *rq, struct rp_evidence_put *rp)
{
	struct dossier d;
	uint64_t have;
	int r = dossier_get(cx, rq->dossier, &d);
	if (r == ERR_NOTFOUND)
		return op_refuse(cx, FIND_not_permitted, NULL);
	if (r != 0)
		return r;
	if (rq->sha.n != 32 || !rq->total || rq->total > BLOB_MAX || rq->offset > rq->total || !dossier_list_has(cx, "bukti", rq->kind))
		return op_refuse(cx, FIND_bad_request, NULL);
	if (d.flow->state[d.state_at_flow].final)
		return op_refuse(cx, FIND_wrong_state, NULL);
	if (rq->offset == 0 && !evidence_sort_ok(rq->chunk.p, rq->chunk.n))
		return op_refuse(cx, FIND_bad_file, NULL);
	if (!blob_room(store_dir(cx->store)))
		return op_refuse(cx, FIND_disk_full, NULL);
	r = blob_chunk(store_dir(cx->store), rq->sha.p, cx->actor->account, rq->offset, rq->total, rq->chunk.p, rq->chunk.n, &have);
	if (r == ERR_PARSE)
		return op_refuse(cx, FIND_bad_file, NULL);
	if (r < 0)
		return r;
	rp->have = have;
	if (r == 1)
		r = evidence_row(cx, &d, rq);
	if (r == 0 && cx->leaf) {
		journal_dossier(cx->leaf, d.id);
		journal_object(cx->leaf, JT_DOSSIER, d.id);
	}
	return r;
}

int op_evidence_get(struct op_ctx *cx, const struct rq_evidence_get *rq, struct rp_evidence_get *rp)
{
	struct dossier d;
	struct buf b;
	uint8_t sha[32];
	size_t n;
	int r = dossier_get(cx, rq->dossier, &d);
	if (r != 0)
		return r == ERR_NOTFOUND ? op_refuse(cx, FIND_not_permitted, NULL) : r;
	struct q *q = db_q(cx->db, ST_evidence_get);
	q_int(q, 1, d.id);
	q_text(q, 2, rq->kind);
	r = q_step(q);
	const void *p = r == 1 ? q_get_blob(q, 0, &n) : NULL;
	if (p && n == 32)
		memcpy(sha, p, 32);
	rp->total = r == 1 ? (uint64_t)q_get_int(q, 1) : 0;
	q_reset(q);
	if (r <= 0)
		return r == 0 ? op_refuse(cx, FIND_not_permitted, NULL) : r;
	buf_init(&b, EVIDENCE_CHUNK + 1);
	r = blob_read(store_dir(cx->store), sha, rq->offset, EVIDENCE_CHUNK, &b);
	rp->chunk = (struct wbytes){ arena_dup(cx->arena, b.data, b.len), b.len };
	rp->sha = (struct wbytes){ arena_dup(cx->arena, sha, 32), 32 };
	buf_clear(&b);
	if (r == 0 && (!rp->chunk.p || !rp->sha.p))
		r = ERR_NOMEM;
	return r == 0 ? dossier_shown(cx, &d, NULL, NULL) : r;
}
