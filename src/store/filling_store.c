/* filling_store.c - see filling_store.h. */
#include "config.h"
#include <inttypes.h>
#include <sodium.h>
#include <string.h>
#include "filling_pack.h"
#include "filling_store.h"
#include "log.h"
#include "random.h"
#include "wire.h"

int filling_digest(const uint8_t salt[FILLING_SALT], const struct filling *f, uint8_t out[32])
{
	crypto_hash_sha256_state st;
	struct buf b;
	int r;
	buf_init(&b, 0);
	r = wire_filling_bytes(f, &b);
	crypto_hash_sha256_init(&st);
	crypto_hash_sha256_update(&st, salt, FILLING_SALT);
	crypto_hash_sha256_update(&st, b.data, b.len);
	crypto_hash_sha256_final(&st, out);
	buf_wipe(&b);
	return r;
}

static void copy(struct q *q, int col, void *to, size_t size, bool *there)
{
	size_t n;
	const void *p = q_get_blob(q, col, &n);
	*there = n == size;
	if (n == size)
		memcpy(to, p, size);
}

/* One row; the statement stays on it, its body is borrowed. */
static int row(struct db *db, int64_t id, struct q **q, const uint8_t **body, size_t *n, int64_t *ref)
{
	*q = db_q(db, ST_filling_get);
	q_int(*q, 1, id);
	int r = q_step(*q);
	if (r != 1)
		return r == 0 ? ERR_CORRUPT : r;
	*body = q_get_blob(*q, 0, n);
	*ref = q_get_int(*q, 1);
	return 0;
}

static int whole(const uint8_t *p, size_t n, struct filling *f)
{
	return filling_is_packed(p, n) ? filling_unpack(p, n, NULL, f) : wire_filling_read(p, n, f);
}

/* The statement is one for both rows: the difference is copied before what it is against is read. */
static int differing(struct db *db, const uint8_t *p, size_t n, int64_t ref, struct filling *f)
{
	struct filling base;
	struct buf b;
	struct q *q;
	int r;
	buf_init(&b, 0);
	filling_init(&base);
	buf_put(&b, p, n);
	r = buf_end(&b);
	q_reset(db_q(db, ST_filling_get));
	if (r == 0 && (r = row(db, ref, &q, &p, &n, &ref)) == 0) {
		r = ref == 0 ? whole(p, n, &base) : ERR_CORRUPT;
		q_reset(q);
	}
	if (r == 0)
		r = filling_unpack(b.data, b.len, &base, f);
	filling_clear(&base);
	buf_wipe(&b);
	return r;
}

int filling_store_get(struct db *db, int64_t id, struct filling *f, struct filling_kept *kept)
{
	const uint8_t *p;
	struct q *q;
	int64_t ref;
	size_t n;
	bool sha, salt;
	int r = row(db, id, &q, &p, &n, &ref);
	if (r == 0) {
		kept->id = id;
		kept->dossier = q_get_int(q, 5);
		copy(q, 2, kept->form_sha, sizeof kept->form_sha, &sha);
		copy(q, 3, kept->salt, sizeof kept->salt, &salt);
		copy(q, 4, kept->digest, sizeof kept->digest, &kept->digested);
		r = !sha || !salt ? ERR_CORRUPT : ref != 0 ? differing(db, p, n, ref, f) : whole(p, n, f);
		q_reset(q);
	}
	if (r == ERR_PARSE || r == ERR_CORRUPT || r == ERR_TOOLONG) {
		log_err("filling %" PRId64 " cannot be read", id);
		r = ERR_CORRUPT;
	}
	return r;
}

/* As a difference when that is shorter. */
static int pack(struct db *db, const struct filling *f, int64_t *ref, struct buf *b)
{
	struct filling_kept kept;
	struct filling base;
	struct buf d;
	int r = filling_pack(f, NULL, b);
	if (r != 0 || *ref == 0)
		return r;
	buf_init(&d, 0);
	filling_init(&base);
	if ((r = filling_store_get(db, *ref, &base, &kept)) == 0)
		r = filling_pack(f, &base, &d);
	if (r == 0 && d.len < b->len) {
		buf_reset(b);
		buf_put(b, d.data, d.len);
		r = buf_end(b);
	} else {
		*ref = 0;
	}
	filling_clear(&base);
	buf_wipe(&d);
	return r;
}

static int before(struct db *db, const struct filling_new *w, int64_t *ref)
{
	struct q *q;
	int r = 0;
	*ref = 0;
	if (w->household) {
		q = db_q(db, ST_filling_before);
		q_int(q, 1, w->household);
		r = q_step(q);
		*ref = r == 1 ? q_get_int(q, 0) : 0;
		q_reset(q);
	}
	if (r >= 0 && *ref == 0 && w->before) {
		q = db_q(db, ST_filling_get);
		q_int(q, 1, w->before);
		r = q_step(q);
		*ref = r == 1 ? (q_get_int(q, 1) ? q_get_int(q, 1) : w->before) : 0;
		q_reset(q);
	}
	return r < 0 ? r : 0;
}

int filling_store_put(struct db *db, const struct filling_new *w, const struct filling *f)
{
	uint8_t salt[FILLING_SALT], digest[32];
	struct buf body;
	int64_t ref;
	buf_init(&body, 0);
	random_bytes(salt, sizeof salt);
	int r = before(db, w, &ref);
	if (r == 0)
		r = pack(db, f, &ref, &body);
	if (r == 0)
		r = filling_digest(salt, f, digest);
	if (r == 0) {
		struct q *q = db_q(db, ST_filling_put);
		q_int(q, 1, w->id);
		q_int(q, 2, w->dossier);
		q_int(q, 3, w->account);
		q_int(q, 4, w->at);
		q_blob(q, 5, w->form_sha, 32);
		q_int(q, 6, w->base_seq);
		q_blob(q, 7, salt, sizeof salt);
		q_blob(q, 8, body.data, body.len);
		q_id(q, 9, ref);
		q_blob(q, 10, digest, sizeof digest);
		r = q_done(q);
	}
	buf_wipe(&body);
	return r;
}

/* Those kept against it, written out: their contents, salts and digests stay. */
static int set_free(struct db *db, int64_t id)
{
	for (;;) {
		struct q *q = db_q(db, ST_filling_on);
		q_int(q, 1, id);
		int r = q_step(q);
		int64_t on = r == 1 ? q_get_int(q, 0) : 0;
		q_reset(q);
		if (r != 1)
			return r;
		struct filling_kept kept;
		struct filling f;
		struct buf body;
		filling_init(&f);
		buf_init(&body, 0);
		if ((r = filling_store_get(db, on, &f, &kept)) == 0)
			r = filling_pack(&f, NULL, &body);
		if (r == 0) {
			q = db_q(db, ST_filling_alone);
			q_int(q, 1, on);
			q_blob(q, 2, body.data, body.len);
			r = q_done(q);
		}
		filling_clear(&f);
		buf_wipe(&body);
		if (r != 0)
			return r;
	}
}

int filling_store_erase(struct db *db, int64_t id, const struct filling *f)
{
	static const uint8_t no_salt[FILLING_SALT];
	uint8_t digest[32];
	struct buf body;
	int r = set_free(db, id);
	buf_init(&body, 0);
	if (r == 0)
		r = filling_pack(f, NULL, &body);
	if (r == 0)
		r = filling_digest(no_salt, f, digest);
	if (r == 0) {
		struct q *q = db_q(db, ST_filling_erase);
		q_int(q, 1, id);
		q_blob(q, 2, body.data, body.len);
		q_blob(q, 3, digest, sizeof digest);
		r = q_done(q);
	}
	buf_wipe(&body);
	return r;
}
