/* receipt.c - the same key gets the same answer. */
#include "config.h"
#include <sodium.h>
#include <string.h>
#include "log.h"
#include "receipt.h"
#include "store_priv.h"

/* HMAC over account, operation and the canonical bytes of the request: the same request gives the same digest, however it was sent. */
static int digest_of(struct store *st, const struct job *j, uint8_t digest[32])
{
	crypto_auth_hmacsha256_state h;
	uint64_t head[2] = { (uint64_t)j->account, (uint64_t)j->op->op };
	struct buf b;
	int r;

	buf_init(&b, 0);
	r = wire_put_record(&b, j->op->request, j->rq);
	if (r == 0)
		r = buf_end(&b);
	crypto_auth_hmacsha256_init(&h, st->receipt_key, sizeof st->receipt_key);
	crypto_auth_hmacsha256_update(&h, (const uint8_t *)head, sizeof head);
	crypto_auth_hmacsha256_update(&h, b.data, b.len);
	crypto_auth_hmacsha256_final(&h, digest);
	buf_wipe(&b);
	return r;
}

/* The key makes the nonce: it is used once, for one reply. */
static void nonce_of(const uint8_t key[16], uint8_t nonce[crypto_secretbox_NONCEBYTES])
{
	memset(nonce, 0, crypto_secretbox_NONCEBYTES);
	memcpy(nonce, key, 16);
}

static enum op op_here(void *arg, uint64_t id)
{
	(void)id;
	return *(enum op *)arg;
}

static int refuse(struct job *j, enum finding_code code)
{
	finding_add(&j->findings, code, 0, 0, NULL);
	j->result = OP_REFUSED;
	return 1;
}

static int unpack(struct store *st, struct job *j, const uint8_t *p, size_t n)
{
	uint8_t nonce[crypto_secretbox_NONCEBYTES], *clear;
	enum op op = j->op->op;
	struct wire_reply reply;

	if (n < crypto_secretbox_MACBYTES + 4 || (clear = arena_alloc(&j->arena, n)) == NULL)
		return refuse(j, FIND_store_unavailable);
	nonce_of(j->extra.key, nonce);
	if (crypto_secretbox_open_easy(clear, p, n, nonce, st->receipt_key) != 0) {
		log_err("receipt under another key: was this office restored without its receipt.key?");
		return refuse(j, FIND_store_unavailable);
	}
	n -= crypto_secretbox_MACBYTES;
	if (wire_get_reply(clear + 4, n - 4, &j->arena, op_here, &op, &reply) != 0)
		return refuse(j, FIND_store_unavailable);
	if (reply.kind == WIRE_DONE) {
		j->rp = reply.rp;
		j->result = 0;
	} else {
		finding_list_clear(&j->findings);
		j->findings = reply.findings;
		finding_list_init(&reply.findings);
		j->result = OP_REFUSED;
	}
	wire_reply_clear(&reply);
	return 1;
}

int receipt_find(struct db *db, struct store *st, struct job *j)
{
	struct q *q = db_q(db, ST_receipt_get);
	uint8_t digest[32];
	const void *p;
	size_t n;
	int r;

	q_blob(q, 1, j->extra.key, 16);
	if ((r = q_step(q)) != 1)
		return r;
	if ((r = digest_of(st, j, digest)) == 0) {
		p = q_get_blob(q, 2, &n);
		if (q_get_int(q, 0) != j->account || q_get_int(q, 1) != j->op->op || n != 32 || sodium_memcmp(p, digest, 32)) {
			r = refuse(j, FIND_key_reused);
		} else {
			p = q_get_blob(q, 3, &n);
			r = n ? unpack(st, j, p, n) : 0;
		}
	}
	q_reset(q);
	return r;
}

int receipt_put(struct db *db, struct store *st, struct job *j, int64_t seq, int64_t now_ms)
{
	uint8_t nonce[crypto_secretbox_NONCEBYTES], digest[32], *box = NULL;
	size_t n = 0;
	struct q *q;
	int r;

	if ((r = digest_of(st, j, digest)) != 0)
		return r;
	/* A draft that is opened comes back with a household in it. That answer is not kept: asked again, the operation is run again,
	 * and op_draft_open gives the draft that the account already has. */
	if (j->op->op != OP_draft_open) {
		n = j->out.len + crypto_secretbox_MACBYTES;
		if ((box = arena_alloc(&j->arena, n)) == NULL)
			return ERR_NOMEM;
		nonce_of(j->extra.key, nonce);
		crypto_secretbox_easy(box, j->out.data, j->out.len, nonce, st->receipt_key);
	}
	q = db_q(db, ST_receipt_put);
	q_blob(q, 1, j->extra.key, 16);
	q_int(q, 2, j->account);
	q_int(q, 3, j->op->op);
	q_blob(q, 4, digest, 32);
	q_int(q, 5, seq);
	q_int(q, 6, now_ms);
	q_blob(q, 7, box ? box : (const uint8_t *)"", n);
	return q_done(q);
}

int receipt_prune(struct db *db, int64_t now_ms)
{
	struct q *q = db_q(db, ST_receipt_prune);

	q_int(q, 1, now_ms - (int64_t)RECEIPT_DAYS * 86400000);
	return q_done(q);
}
