/* journal.c - leaves, commitments and the tree, written in the transaction of what they record. */
#include "config.h"
#include <assert.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "db_priv.h"
#include "journal.h"
#include "log.h"
#include "random.h"

const struct canon canon_table[] = {
#define STMT(name, sql)
#define VERSIONED(t, jt, kind, subject, cols) { jt, #t, ST_canon_##t, ST_canon_all_##t, ST_canon_gone_##t },
#define PLAIN(t, jt, kind, subject, cols) { jt, #t, ST_canon_##t, ST_canon_all_##t, -1 },
#include "canon_engine.def"
#include "canon_register.def"
#include "canon_dossier.def"
#undef STMT
#undef VERSIONED
#undef PLAIN
};
const size_t canon_count = sizeof canon_table / sizeof *canon_table;

struct mark { enum journal_table jt; int64_t id; };
struct journal_draft {
	struct arena *arena;
	struct mark *mark; size_t nmark, mark_size;
	int64_t *shown; size_t nshown, shown_size;
	struct journal_leaf leaf;
	bool quiet;
};

/* --- for operations --------------------------------------------------------------------------------------------------- */

struct journal_draft *journal_new(struct arena *a, int op, int64_t actor, int64_t binding, int64_t at)
{
	struct journal_draft *d = arena_alloc(a, sizeof *d);

	if (d) {
		d->arena = a;
		d->leaf = (struct journal_leaf){ .op = op, .actor = actor, .binding = binding, .at = at };
	}
	return d;
}

/* Room for one more in an arena array: the old one stays behind, sizes double, so the waste is bounded. */
static void *grow(struct arena *a, void *v, size_t n, size_t *size, size_t each)
{
	void *w;

	if (n < *size)
		return v;
	*size = *size ? *size * 2 : 16;
	w = arena_alloc(a, *size * each);
	if (w && n)
		memcpy(w, v, n * each);
	return w;
}

int journal_touch(struct journal_draft *d, enum journal_table jt, int64_t id)
{
	struct mark *m = grow(d->arena, d->mark, d->nmark, &d->mark_size, sizeof *m);

	if (m == NULL)
		return ERR_NOMEM;
	d->mark = m;
	m[d->nmark++] = (struct mark){ jt, id };
	return 0;
}

int journal_shown(struct journal_draft *d, int64_t person)
{
	int64_t *v;

	if (d == NULL)               /* a look shows nobody; the same code may serve both */
		return 0;
	v = grow(d->arena, d->shown, d->nshown, &d->shown_size, sizeof *v);
	if (v == NULL)
		return ERR_NOMEM;
	d->shown = v;
	v[d->nshown++] = person;
	return 0;
}

void journal_object(struct journal_draft *d, enum journal_table jt, int64_t id)
{
	if (d) {
		d->leaf.tbl = jt;
		d->leaf.object = id;
	}
}

void journal_dossier(struct journal_draft *d, int64_t dossier) { if (d) d->leaf.dossier = dossier; }
void journal_result(struct journal_draft *d, uint32_t code) { if (d) d->leaf.result = code; }
void journal_reason(struct journal_draft *d, const char *code) { if (d) d->leaf.reason = code && *code ? code : NULL; }
void journal_quiet(struct journal_draft *d) { d->quiet = true; }
bool journal_is_quiet(const struct journal_draft *d) { return d->quiet; }
bool journal_any(const struct journal_draft *d) { return !d->quiet && (d->nmark || d->nshown || d->leaf.object); }

void journal_actor(struct journal_draft *d, int64_t account, int64_t binding)
{
	d->leaf.actor = account;
	d->leaf.binding = binding;
}

bool journal_touched(const struct journal_draft *d, enum journal_table jt)
{
	for (size_t i = 0; i < d->nmark; i++)
		if (d->mark[i].jt == jt)
			return true;
	return false;
}

int journal_commitment(struct db *db, enum journal_table jt, int64_t id, int64_t seq, uint8_t out[32])
{
	struct q *q = db_q(db, ST_commitment_get);
	const void *p;
	size_t n;
	int r;

	q_int(q, 1, seq);
	q_int(q, 2, jt);
	q_int(q, 3, id);
	if ((r = q_step(q)) != 1)
		return r ? r : ERR_NOTFOUND;
	p = q_get_blob(q, 0, &n);
	if (n == 32)
		memcpy(out, p, 32);
	q_reset(q);
	return n == 32 ? 0 : ERR_NOTFOUND;
}

int journal_forget(struct db *db, int64_t seq, int kind, int64_t id)
{
	struct q *q = db_q(db, ST_subject_key_erase);

	q_int(q, 1, kind);
	q_int(q, 2, id);
	q_int(q, 3, seq);
	return q_done(q);
}

/* --- bytes ------------------------------------------------------------------------------------------------------------ */

static void put_head(struct buf *b, int major, uint64_t v)
{
	int n = v < 24 ? 0 : v <= 0xff ? 1 : v <= 0xffff ? 2 : v <= 0xffffffff ? 4 : 8;

	buf_putc(b, major << 5 | (n == 0 ? (int)v : n == 1 ? 24 : n == 2 ? 25 : n == 4 ? 26 : 27));
	while (n-- > 0)
		buf_putc(b, (int)(v >> 8 * n & 0xff));
}

static void put_int(struct buf *b, int64_t v)
{
	if (v < 0)
		put_head(b, 1, (uint64_t)(-1 - v));
	else
		put_head(b, 0, (uint64_t)v);
}

static void put_bytes(struct buf *b, int major, const void *p, size_t n)
{
	put_head(b, major, n);
	buf_put(b, p, n);
}

void journal_leaf_bytes(const struct journal_leaf *l, struct buf *b)
{
	put_head(b, 4, 15);
	put_int(b, 1);               /* version of the leaf */
	put_int(b, l->seq);
	put_int(b, l->epoch);
	put_int(b, l->at);
	put_int(b, l->op);
	put_int(b, l->actor);
	put_int(b, l->binding);
	put_int(b, l->tbl);
	put_int(b, l->object);
	put_int(b, l->dossier);
	put_int(b, l->result);
	put_bytes(b, 3, l->reason ? l->reason : "", l->reason ? strlen(l->reason) : 0);
	put_int(b, (int64_t)l->nrow);
	put_int(b, (int64_t)l->nshown);
	put_head(b, 2, (l->nrow ? 32 : 0) + (l->nshown ? 32 : 0));
	if (l->nrow)
		buf_put(b, l->rows, 32);
	if (l->nshown)
		buf_put(b, l->shown, 32);
}

void journal_leaf_read(struct q *q, struct journal_leaf *l)
{
	*l = (struct journal_leaf){ .seq = q_get_int(q, 0), .epoch = q_get_int(q, 1), .at = q_get_int(q, 2), .op = q_get_int(q, 3),
		.actor = q_get_int(q, 4), .binding = q_get_int(q, 5), .tbl = q_get_int(q, 6), .object = q_get_int(q, 7),
		.dossier = q_get_int(q, 8), .result = q_get_int(q, 9), .reason = q_is_null(q, 10) ? NULL : q_get_text(q, 10) };
}

const char *const journal_part[LEAF_PARTS] = { "time", "actor or session", "operation, result or reason", "object or dossier", "rows", "persons" };

/* FNV-1a, folded: it only has to name a part; what it was is the hash's word. */
static uint8_t sum(const void *p, size_t n)
{
	uint32_t h = 2166136261u;

	for (const uint8_t *c = p; n > 0; n--, c++)
		h = (h ^ *c) * 16777619u;
	return (uint8_t)(h ^ h >> 8 ^ h >> 16 ^ h >> 24);
}

static uint8_t sum_of(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static uint8_t sum_of(const char *fmt, ...)
{
	char text[160];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return sum(text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}

void journal_leaf_kept(const struct journal_leaf *l, const uint8_t hash[32], uint8_t out[LEAF_KEPT])
{
	out[0] = 0;
	out[1] = sum_of("%lld", (long long)l->at);
	out[2] = sum_of("%lld %lld %lld", (long long)l->epoch, (long long)l->actor, (long long)l->binding);
	out[3] = sum_of("%lld %lld %s", (long long)l->op, (long long)l->result, l->reason ? l->reason : "");
	out[4] = sum_of("%lld %lld %lld", (long long)l->tbl, (long long)l->object, (long long)l->dossier);
	out[5] = l->nrow ? sum(l->rows, 32) : 0;
	out[6] = l->nshown ? sum(l->shown, 32) : 0;
	memcpy(out + 1 + LEAF_PARTS, hash, 32);
}

void journal_leaf_hash(const void *kept, size_t n, uint8_t out[32])
{
	const uint8_t *p = kept;

	if (n == LEAF_KEPT && p[0] == 0)
		memcpy(out, p + 1 + LEAF_PARTS, 32);
	else
		merkle_leaf(p, n, out);
}

static void put_key(struct buf *b, int64_t tbl, int64_t id, int64_t seq)
{
	put_head(b, 4, 3);
	put_int(b, tbl);
	put_int(b, id);
	put_int(b, seq);
}

void journal_row_hash(void *st, int64_t tbl, int64_t id, const void *commitment, size_t n)
{
	uint8_t mem[64];
	struct buf b;

	buf_init(&b, sizeof mem);
	put_head(&b, 4, 3);
	put_int(&b, tbl);
	put_int(&b, id);
	put_bytes(&b, 2, commitment, n);
	crypto_hash_sha256_update(st, b.data, b.len);
	buf_clear(&b);
}

int journal_version_bytes(struct q *q, struct buf *b)
{
	int n = q_columns(q);
	size_t len;
	const void *p;

	put_head(b, 4, (uint64_t)(n - 5));
	for (int i = 5; i < n; i++)
		switch (q_type(q, i)) {
		case SQLITE_INTEGER: put_int(b, q_get_int(q, i)); break;
		case SQLITE_TEXT: p = q_get_text(q, i); put_bytes(b, 3, p, strlen(p)); break;
		case SQLITE_BLOB: p = q_get_blob(q, i, &len); put_bytes(b, 2, p, len); break;
		case SQLITE_NULL: buf_putc(b, 0xf6); break;
		default: log_fatal("%s: a version has no floating point", q->name);
		}
	return buf_end(b);
}

void journal_commit_to(int64_t tbl, int64_t id, int64_t seq, const uint8_t *key, const void *p, size_t n, uint8_t out[32])
{
	uint8_t r[32];
	struct buf b;

	buf_init(&b, 64);
	put_key(&b, tbl, id, seq);
	if (key) {
		crypto_auth_hmacsha256(r, b.data, b.len, key);
		crypto_auth_hmacsha256(out, p, n, r);
		sodium_memzero(r, sizeof r);
	} else {
		crypto_hash_sha256_state st;

		crypto_hash_sha256_init(&st);
		crypto_hash_sha256_update(&st, b.data, b.len);
		crypto_hash_sha256_update(&st, p, n);
		crypto_hash_sha256_final(&st, out);
	}
	buf_clear(&b);
}

/* --- writing ---------------------------------------------------------------------------------------------------------- */

static int subject_key(struct db *db, int64_t kind, int64_t id, uint8_t key[32])
{
	struct q *q = db_q(db, ST_subject_key_get);
	size_t n;
	int r;

	q_int(q, 1, kind);
	q_int(q, 2, id);
	if ((r = q_step(q)) < 0)
		return r;
	if (r == 1) {
		const void *p = q_get_blob(q, 0, &n);

		/* An erased subject gets no new versions with contents: a key that nobody keeps makes the commitment say nothing. */
		if (n == 32)
			memcpy(key, p, 32);
		else
			random_bytes(key, 32);
		q_reset(q);
		return 0;
	}
	random_bytes(key, 32);
	q = db_q(db, ST_subject_key_put);
	q_int(q, 1, kind);
	q_int(q, 2, id);
	q_blob(q, 3, key, 32);
	return q_done(q);
}

static const struct canon *canon_of(enum journal_table jt)
{
	for (size_t i = 0; i < canon_count; i++)
		if (canon_table[i].jt == jt)
			return &canon_table[i];
	log_fatal("journal: table %d has no row in canon_*.def", (int)jt);
}

static int mark_order(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	return x->jt != y->jt ? (x->jt > y->jt) - (x->jt < y->jt) : (x->id > y->id) - (x->id < y->id);
}

static int id_order(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int write_row(struct db *db, const struct mark *m, int64_t seq, bool *made, uint8_t c[32], size_t *nc)
{
	const struct canon *canon = canon_of(m->jt);
	struct q *q = db_q(db, canon->one);
	uint8_t key[32];
	struct buf b;
	int r;

	*made = false;
	q_int(q, 1, m->id);
	if ((r = q_step(q)) < 0)
		return r;
	if (r == 0) {
		if (canon->gone < 0)
			return 0;
		q = db_q(db, (enum stmt)canon->gone);
		q_int(q, 1, m->id);
		q_int(q, 2, seq);
		if ((r = q_step(q)) <= 0)
			return r;
		q_reset(q);
		*nc = 0;
	} else {
		int64_t kind = q_get_int(q, 2), subject = q_get_int(q, 3);

		if (q_get_int(q, 1) != seq) {        /* rolled back, or not changed after all */
			q_reset(q);
			return 0;
		}
		buf_init(&b, 0);
		r = journal_version_bytes(q, &b);
		q_reset(q);
		if (r == 0 && kind)
			r = subject_key(db, kind, subject, key);
		if (r == 0)
			journal_commit_to(m->jt, m->id, seq, kind ? key : NULL, b.data, b.len, c);
		buf_clear(&b);
		sodium_memzero(key, sizeof key);
		if (r)
			return r;
		*nc = 32;
	}
	*made = true;
	q = db_q(db, ST_journal_row_put);
	q_int(q, 1, seq);
	q_int(q, 2, m->jt);
	q_int(q, 3, m->id);
	q_blob(q, 4, c, *nc);
	return q_done(q);
}

static int write_rows(struct db *db, struct journal_draft *d)
{
	crypto_hash_sha256_state st;
	uint8_t c[32];
	size_t nc = 0;
	bool made;
	int r;

	if (d->nmark > 1)
		qsort(d->mark, d->nmark, sizeof *d->mark, mark_order);
	crypto_hash_sha256_init(&st);
	for (size_t i = 0; i < d->nmark; i++) {
		if (i && !mark_order(&d->mark[i], &d->mark[i - 1]))
			continue;
		if ((r = write_row(db, &d->mark[i], d->leaf.seq, &made, c, &nc)) != 0)
			return r;
		if (!made)
			continue;
		journal_row_hash(&st, d->mark[i].jt, d->mark[i].id, c, nc);
		d->leaf.nrow++;
	}
	crypto_hash_sha256_final(&st, d->leaf.rows);
	return 0;
}

static int write_shown(struct db *db, struct journal_draft *d)
{
	crypto_hash_sha256_state st;
	int r;

	if (d->nshown > 1)
		qsort(d->shown, d->nshown, sizeof *d->shown, id_order);
	crypto_hash_sha256_init(&st);
	for (size_t i = 0; i < d->nshown; i++) {
		struct q *q;

		if (i && d->shown[i] == d->shown[i - 1])
			continue;
		q = db_q(db, ST_journal_person_put);
		q_int(q, 1, d->shown[i]);
		q_int(q, 2, d->leaf.seq);
		if ((r = q_done(q)) != 0)
			return r;
		journal_row_hash(&st, 0, d->shown[i], "", 0);
		d->leaf.nshown++;
	}
	crypto_hash_sha256_final(&st, d->leaf.shown);
	return 0;
}

int64_t journal_next(const struct journal *j) { return (int64_t)j->tree.n + 1; }

int journal_write(struct journal *j, struct db *db, struct journal_draft *d, int64_t *seq)
{
	uint8_t hash[32], tile[32], kept[LEAF_KEPT];
	struct buf b;
	struct q *q;
	int r;

	d->leaf.seq = journal_next(j);
	d->leaf.epoch = j->epoch;
	d->leaf.nrow = d->leaf.nshown = 0;
	if ((r = write_rows(db, d)) != 0 || (r = write_shown(db, d)) != 0)
		return r;
	buf_init(&b, 4096);
	journal_leaf_bytes(&d->leaf, &b);
	if ((r = buf_end(&b)) == 0) {
		merkle_leaf(b.data, b.len, hash);
		journal_leaf_kept(&d->leaf, hash, kept);
		q = db_q(db, ST_journal_put);
		q_int(q, 1, d->leaf.seq);
		q_int(q, 2, d->leaf.epoch);
		q_int(q, 3, d->leaf.at);
		q_int(q, 4, d->leaf.op);
		q_int(q, 5, d->leaf.actor);
		q_int(q, 6, d->leaf.binding);
		q_int(q, 7, d->leaf.tbl);
		q_int(q, 8, d->leaf.object);
		q_id(q, 9, d->leaf.dossier);
		q_int(q, 10, d->leaf.result);
		q_text(q, 11, d->leaf.reason);
		q_blob(q, 12, kept, sizeof kept);
		r = q_done(q);
	}
	if (r == 0) {
		uint64_t before = j->tree.n;

		if (merkle_append(&j->tree, hash, tile)) {
			q = db_q(db, ST_journal_tile_put);
			q_int(q, 1, (int64_t)(before >> MERKLE_TILE));
			q_blob(q, 2, tile, 32);
			r = q_done(q);
		}
		*seq = d->leaf.seq;
	}
	buf_clear(&b);
	return r;
}

int journal_head_write(struct journal *j, struct db *db, int64_t at)
{
	struct q *q;
	uint8_t root[32];

	if (j->tree.n == j->saved.n)
		return 0;
	merkle_root(&j->tree, root);
	q = db_q(db, ST_journal_head_put);
	q_int(q, 1, (int64_t)j->tree.n);
	q_blob(q, 2, root, 32);
	q_int(q, 3, at);
	return q_done(q);
}

void journal_committed(struct journal *j) { j->saved = j->tree; }
void journal_rolled_back(struct journal *j) { j->tree = j->saved; }

/* The tree of all leaves: full tiles from their roots, the last ones from the leaves themselves. */
int journal_open(struct journal *j, struct db *db)
{
	uint8_t root[32], hash[32], tile[32], stored[32];
	int64_t size = 0, max;
	struct q *q;
	size_t n;
	int r;

	memset(j, 0, sizeof *j);
	q = db_q(db, ST_office_get);
	if ((r = q_step(q)) != 1)
		return r ? r : ERR_NOTFOUND;
	j->epoch = q_get_int(q, 4);
	q_reset(q);
	q = db_q(db, ST_journal_tiles);
	while ((r = q_step(q)) == 1) {
		const void *p = q_get_blob(q, 1, &n);

		if (n != 32 || q_get_int(q, 0) != (int64_t)(j->tree.n >> MERKLE_TILE)) {
			q_reset(q);
			return ERR_CORRUPT;
		}
		merkle_append_tile(&j->tree, p);
	}
	if (r)
		return r;
	q = db_q(db, ST_journal_leaves);
	q_int(q, 1, (int64_t)j->tree.n);
	q_int(q, 2, -1);
	while ((r = q_step(q)) == 1) {
		const void *p = q_get_blob(q, 1, &n);

		if (q_get_int(q, 0) != journal_next(j)) {
			q_reset(q);
			return ERR_CORRUPT;
		}
		journal_leaf_hash(p, n, hash);
		merkle_append(&j->tree, hash, tile);
	}
	if (r)
		return r;
	q = db_q(db, ST_journal_head_get);
	if ((r = q_step(q)) < 0)
		return r;
	merkle_root(&j->tree, root);
	memcpy(stored, root, 32);
	if (r == 1) {
		const void *p = q_get_blob(q, 1, &n);

		size = q_get_int(q, 0);
		j->last_at = q_get_int(q, 2);
		if (n == 32)
			memcpy(stored, p, 32);
		q_reset(q);
	}
	q = db_q(db, ST_journal_max);
	max = (r = q_step(q)) == 1 ? q_get_int(q, 0) : r;
	q_reset(q);
	if ((int64_t)j->tree.n != size || max != size || memcmp(root, stored, 32)) {
		log_err("journal: %lld leaves, head says %lld%s", (long long)max, (long long)size, memcmp(root, stored, 32) ? ", other root" : "");
		return ERR_CORRUPT;
	}
	j->saved = j->tree;
	return 0;
}
