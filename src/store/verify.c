/* verify.c - compares leaves, tree and rows with each other. */
#include "config.h"
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "db_priv.h"
#include "filling_store.h"
#include "journal.h"
#include "log.h"
#include "office_priv.h"
#include "text.h"
#include "verify.h"
#include "wire.h"

struct check {
	struct db *db; const struct verify_head *head;
	void (*say)(void *, const char *); void *arg;
	struct verify_result *r;
};

static void fault(struct check *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void fault(struct check *c, const char *fmt, ...)
{
	char line[300];
	va_list ap;

	c->r->faults++;
	if (c->r->faults > 1000)           /* a file in ruins needs no list */
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	c->say(c->arg, line);
}

/* --- leaves ------------------------------------------------------------------------------------------------------------------ */

static const char *const leaf_field[] = { "leaf version", "seq", "epoch", "time", "operation", "actor", "session", "object's table", "object",
	"dossier", "result", "reason", "number of rows", "number of persons", "rows or persons" };

/* Where one CBOR item of a leaf ends; 0 when it does not. */
static size_t item(const uint8_t *p, size_t n)
{
	uint64_t v;
	size_t head, k;

	if (n == 0)
		return 0;
	v = p[0] & 31;
	head = v < 24 ? 1 : v == 24 ? 2 : v == 25 ? 3 : v == 26 ? 5 : v == 27 ? 9 : 0;
	if (head == 0 || head > n)
		return 0;
	if (head > 1)
		for (v = 0, k = 1; k < head; k++)
			v = v << 8 | p[k];
	if (p[0] >> 5 == 2 || p[0] >> 5 == 3)
		return v > n - head ? 0 : head + v;
	return p[0] >> 5 <= 1 ? head : 0;
}

/* The first field in which two leaves differ. */
static const char *differing(const uint8_t *a, size_t na, const uint8_t *b, size_t nb)
{
	if (na == 0 || nb == 0 || a[0] != b[0])
		return "form";
	a++, na--, b++, nb--;
	for (size_t i = 0; i < sizeof leaf_field / sizeof *leaf_field; i++) {
		size_t x = item(a, na), y = item(b, nb);

		if (x == 0 || y == 0)
			return "form";
		if (x != y || memcmp(a, b, x))
			return leaf_field[i];
		a += x, na -= x, b += y, nb -= y;
	}
	return "form";
}

/* The rows of one leaf, from a cursor over all of them in order of seq. */
static int rows_of(struct check *c, struct q *q, int *at, int64_t seq, uint64_t *n, uint8_t hash[32])
{
	crypto_hash_sha256_state st;
	size_t len;

	crypto_hash_sha256_init(&st);
	for (*n = 0; *at == 1 && q_get_int(q, 0) <= seq; *at = q_step(q)) {
		const void *p = q_get_blob(q, 3, &len);

		if (q_get_int(q, 0) < seq) {
			fault(c, "journal_row names leaf %" PRId64 ", which is not there", q_get_int(q, 0));
			continue;
		}
		journal_row_hash(&st, q_get_int(q, 1), q_get_int(q, 2), p, len);
		++*n;
	}
	crypto_hash_sha256_final(&st, hash);
	return *at < 0 ? *at : 0;
}

static int shown_of(struct check *c, struct q *q, int *at, int64_t seq, uint64_t *n, uint8_t hash[32])
{
	crypto_hash_sha256_state st;

	crypto_hash_sha256_init(&st);
	for (*n = 0; *at == 1 && q_get_int(q, 0) <= seq; *at = q_step(q)) {
		if (q_get_int(q, 0) < seq) {
			fault(c, "journal_person names leaf %" PRId64 ", which is not there", q_get_int(q, 0));
			continue;
		}
		journal_row_hash(&st, 0, q_get_int(q, 1), "", 0);
		++*n;
	}
	crypto_hash_sha256_final(&st, hash);
	return *at < 0 ? *at : 0;
}

static int tiles(struct check *c, uint64_t n, const uint8_t tile[32])
{
	struct q *q = db_q(c->db, ST_verify_tile);
	size_t len;
	int r;

	q_int(q, 1, (int64_t)n);
	if ((r = q_step(q)) < 0)
		return r;
	if (r == 0) {
		fault(c, "tile %" PRIu64 " of the tree is missing", n);
	} else {
		const void *p = q_get_blob(q, 0, &len);

		if (len != 32 || memcmp(p, tile, 32))
			fault(c, "leaves %" PRIu64 " to %" PRIu64 ": the tree they make is not the one that was stored", n * 256 + 1, n * 256 + 256);
		q_reset(q);
	}
	return 0;
}

/* A leaf as it is kept against the one its columns and rows make. */
static void leaf(struct check *c, const struct journal_leaf *l, const uint8_t *p, size_t n, const struct buf *made)
{
	uint8_t hash[32], kept[LEAF_KEPT];
	const char *what = "something";

	if (n != LEAF_KEPT || p[0] != 0) {         /* of before: whole */
		if (n != made->len || memcmp(p, made->data, n))
			fault(c, "leaf %" PRId64 ": %s is not what the leaf says", l->seq, differing(p, n, made->data, made->len));
		return;
	}
	merkle_leaf(made->data, made->len, hash);
	journal_leaf_kept(l, hash, kept);
	if (!memcmp(p, kept, n))
		return;
	for (size_t i = LEAF_PARTS; i > 0; i--)
		if (p[i] != kept[i])
			what = journal_part[i - 1];
	fault(c, "leaf %" PRId64 ": %s is not what the leaf says", l->seq, what);
}

static int leaves(struct check *c)
{
	struct q *q = db_q(c->db, ST_verify_leaves), *rows = db_q(c->db, ST_verify_rows), *shown = db_q(c->db, ST_verify_shown);
	int rows_at = q_step(rows), shown_at = q_step(shown), r;
	struct merkle m = { 0 };
	int64_t next = 1;
	struct buf b;

	buf_init(&b, 8192);
	while ((r = q_step(q)) == 1) {
		struct journal_leaf l;
		uint8_t hash[32], tile[32];
		const uint8_t *p;
		size_t n;

		journal_leaf_read(q, &l);
		for (; next < l.seq && next < l.seq + 1000; next++)
			fault(c, "leaf %" PRId64 " is missing", next);
		next = l.seq + 1;
		if ((r = rows_of(c, rows, &rows_at, l.seq, &l.nrow, l.rows)) != 0 || (r = shown_of(c, shown, &shown_at, l.seq, &l.nshown, l.shown)) != 0)
			break;
		buf_reset(&b);
		journal_leaf_bytes(&l, &b);
		p = q_get_blob(q, 11, &n);
		leaf(c, &l, p, n, &b);
		journal_leaf_hash(p, n, hash);
		if (merkle_append(&m, hash, tile) && (r = tiles(c, (m.n >> MERKLE_TILE) - 1, tile)) != 0)
			break;
		if (c->head && c->head->size == m.n) {
			merkle_root(&m, hash);
			if (memcmp(hash, c->head->root, 32))
				fault(c, "the first %" PRIu64 " leaves are not those of the head that was given", m.n);
		}
	}
	buf_clear(&b);
	if (r < 0)
		return r;
	if (rows_at == 1)
		fault(c, "journal_row names leaf %" PRId64 ", which is not there", q_get_int(rows, 0));
	if (shown_at == 1)
		fault(c, "journal_person names leaf %" PRId64 ", which is not there", q_get_int(shown, 0));
	q_reset(rows);
	q_reset(shown);
	c->r->leaves = m.n;
	merkle_root(&m, c->r->root);
	if (c->head && c->head->size > m.n)
		fault(c, "the journal ends at leaf %" PRIu64 ", the head that was given has %" PRIu64, m.n, c->head->size);
	q = db_q(c->db, ST_journal_head_get);
	if ((r = q_step(q)) == 1) {
		size_t n;
		const void *p = q_get_blob(q, 1, &n);

		if (q_get_int(q, 0) != (int64_t)m.n)
			fault(c, "the journal ends at leaf %" PRIu64 ", its head says %" PRId64, m.n, q_get_int(q, 0));
		else if (n != 32 || memcmp(p, c->r->root, 32))
			fault(c, "the tree of the leaves is not the one its head says");
		q_reset(q);
	} else if (r == 0 && m.n) {
		fault(c, "the journal has no head");
	}
	if (r < 0)
		return r;
	q = db_q(c->db, ST_verify_tile_max);
	if ((r = q_step(q)) == 1 && q_get_int(q, 0) > (int64_t)(m.n >> MERKLE_TILE))
		fault(c, "there are tiles beyond the last leaf");
	q_reset(q);
	return r < 0 ? r : 0;
}

/* --- rows -------------------------------------------------------------------------------------------------------------------- */

enum key_state { KEY_THERE, KEY_ERASED, KEY_BAD };

static enum key_state key_of(struct check *c, int64_t kind, int64_t id, uint8_t key[32])
{
	struct q *q = db_q(c->db, ST_verify_key);
	enum key_state s = KEY_BAD;
	size_t n;

	q_int(q, 1, kind);
	q_int(q, 2, id);
	q_text(q, 3, ERASE_DONE);
	if (q_step(q) == 1) {
		const void *p = q_get_blob(q, 0, &n);

		if (!q_is_null(q, 0) && n == 32) {
			memcpy(key, p, 32);
			s = KEY_THERE;
		} else if (kind == SUBJECT_PERSON && q_get_int(q, 1) == OP_person_erase && q_get_int(q, 2) != 0) {
			s = KEY_ERASED;            /* by an operation that the journal has, that names this person and was carried out */
		}
	}
	q_reset(q);
	return s;
}

struct version { int64_t id, seq; uint8_t commitment[32]; bool gone; };

static int next_version(struct q *q, int *at, struct version *v)
{
	size_t n;
	const void *p;

	if ((*at = q_step(q)) == 1) {
		v->id = q_get_int(q, 0);
		v->seq = q_get_int(q, 1);
		p = q_get_blob(q, 2, &n);
		v->gone = n != 32;
		if (n == 32)
			memcpy(v->commitment, p, 32);
	}
	return *at;
}

static int before(const struct version *v, int64_t id, int64_t seq)
{
	return v->id != id ? v->id < id : v->seq < seq;
}

/* Nothing commits to a row whose key is gone: so it must have nothing to say. What an erasure leaves is which person, whose household
 * and roster, and into whom it was merged. */
static bool is_empty(const struct canon *t, struct q *row)
{
	static const struct { enum journal_table jt; int from, kept; } left[] = { { JT_PERSON, 5, 12 }, { JT_ROSTER_ROW, 8, -1 } };

	for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
		if (left[i].jt != t->jt)
			continue;
		for (int k = left[i].from; k < q_columns(row); k++)
			if (k != left[i].kept && !q_is_null(row, k))
				return false;
		return true;
	}
	return false;
}

static void compare(struct check *c, const struct canon *t, struct q *row, const struct version *v)
{
	int64_t kind = q_get_int(row, 2), subject = q_get_int(row, 3);
	uint8_t key[32], commitment[32];
	enum key_state s = kind ? key_of(c, kind, subject, key) : KEY_THERE;
	struct buf b;

	if (s == KEY_ERASED) {
		c->r->erased++;
		if (!is_empty(t, row))
			fault(c, "%s %" PRId64 ", version %" PRId64 ": has contents, its person was erased", t->table, v->id, v->seq);
		return;
	}
	if (s == KEY_BAD) {
		fault(c, "%s %" PRId64 ": the key of its subject is gone without an erasure", t->table, v->id);
		return;
	}
	buf_init(&b, 0);
	journal_version_bytes(row, &b);
	journal_commit_to(t->jt, v->id, v->seq, kind ? key : NULL, b.data, b.len, commitment);
	if (sodium_memcmp(commitment, v->commitment, 32))
		fault(c, "%s %" PRId64 ", version %" PRId64 ": changed since", t->table, v->id, v->seq);
	buf_clear(&b);
}

/* A version without its row. In a table without history only the last version of an id has a row. */
static void without_row(struct check *c, const struct canon *t, const struct version *v, bool last)
{
	if (!v->gone && (t->gone >= 0 || last))
		fault(c, "%s %" PRId64 ", version %" PRId64 ": deleted", t->table, v->id, v->seq);
}

static int table(struct check *c, const struct canon *t)
{
	struct q *row = db_q(c->db, t->all), *q = db_q(c->db, ST_verify_versions);
	struct version v = { 0 }, seen;
	int64_t id, seq, last_id = 0, last_seq = -1;
	int at, r;

	q_int(q, 1, t->jt);
	next_version(q, &at, &v);
	while ((r = q_step(row)) == 1 && at >= 0) {
		int64_t until = q_get_int(row, 4);

		id = q_get_int(row, 0);
		seq = q_get_int(row, 1);
		c->r->rows++;
		if (id == last_id && seq == last_seq) {
			fault(c, "%s %" PRId64 ", version %" PRId64 ": is there twice", t->table, id, seq);
			continue;
		}
		last_id = id;
		last_seq = seq;
		while (at == 1 && before(&v, id, seq)) {
			seen = v;
			next_version(q, &at, &v);
			without_row(c, t, &seen, at != 1 || v.id != seen.id);
		}
		if (at != 1 || v.id != id || v.seq != seq || v.gone) {
			fault(c, "%s %" PRId64 ", version %" PRId64 ": not in the journal (inserted, or its number changed)", t->table, id, seq);
			continue;
		}
		compare(c, t, row, &v);
		next_version(q, &at, &v);
		if (at == 1 && v.id == id) {
			if (until == 0)
				fault(c, "%s %" PRId64 ": the live row is version %" PRId64 ", the journal has a newer one", t->table, id, seq);
			else if (until != v.seq)
				fault(c, "%s %" PRId64 ", version %" PRId64 ": ended at %" PRId64 ", the journal says %" PRId64, t->table, id, seq, until, v.seq);
			if (v.gone)
				next_version(q, &at, &v);
		} else if (until) {
			fault(c, "%s %" PRId64 ", version %" PRId64 ": ended, the journal knows nothing of it", t->table, id, seq);
		}
	}
	while (r >= 0 && at == 1) {
		seen = v;
		next_version(q, &at, &v);
		without_row(c, t, &seen, at != 1 || v.id != seen.id);
	}
	q_reset(row);
	q_reset(q);
	return r < 0 ? r : at < 0 ? at : 0;
}

static int unknown_tables(struct check *c)
{
	struct q *q = db_q(c->db, ST_verify_tables);
	int r;

	while ((r = q_step(q)) == 1) {
		bool known = false;

		for (size_t i = 0; i < canon_count; i++)
			known |= canon_table[i].jt == (enum journal_table)q_get_int(q, 0);
		if (!known)
			fault(c, "the journal has versions of table %" PRId64 ", which this program does not know", q_get_int(q, 0));
	}
	return r;
}

/* A dossier commits to the digest of its filling; here is asked whether the filling, as it is kept, has that digest. */
static int fillings(struct check *c)
{
	int64_t id = 0;
	int r;

	for (;;) {
		struct q *q = db_q(c->db, ST_filling_digests);
		struct filling_kept kept;
		struct filling f;
		uint8_t digest[32];

		q_int(q, 1, id);
		r = q_step(q);
		id = r == 1 ? q_get_int(q, 0) : id;
		q_reset(q);
		if (r != 1)
			return r;
		filling_init(&f);
		r = filling_store_get(c->db, id, &f, &kept);
		if (r == 0)
			r = filling_digest(kept.salt, &f, digest);
		filling_clear(&f);
		if (r == ERR_CORRUPT)
			fault(c, "filling %" PRId64 ": cannot be read any more", id);
		else if (r != 0)
			return r;
		else if (!kept.digested || sodium_memcmp(digest, kept.digest, 32))
			fault(c, "filling %" PRId64 " of dossier %" PRId64 ": changed since", id, kept.dossier);
	}
}

int verify_run(struct db *db, const struct verify_head *head, void (*say)(void *, const char *), void *arg, struct verify_result *res)
{
	struct check c = { db, head, say, arg, res };
	int r;

	memset(res, 0, sizeof *res);
	r = leaves(&c);
	for (size_t i = 0; r == 0 && i < canon_count; i++)
		r = table(&c, &canon_table[i]);
	if (r == 0)
		r = fillings(&c);
	return r ? r : unknown_tables(&c);
}

/* --- the command --------------------------------------------------------------------------------------------------------------- */

int verify_head_parse(const char *s, struct verify_head *h)
{
	const char *end = NULL;
	size_t n = 0;
	int64_t size;

	if (sodium_hex2bin(h->root, sizeof h->root, s, strlen(s), NULL, &n, &end) != 0 || n != 32 || *end != ':' ||
	    text_to_int(end + 1, 0, INT64_MAX, &size) != 0)
		return ERR_PARSE;
	h->size = (uint64_t)size;
	return 0;
}

static void print(void *arg, const char *line)
{
	(void)arg;
	puts(line);
}

#define COPY_NAME 520

/* The file stays as it is: a copy of it is brought to this program's steps, as a start or a restore would do, and that one is compared. */
static int migrated(struct db **db, const char *path, char dir[static COPY_NAME], char copy[static COPY_NAME])
{
	const char *tmp = getenv("TMPDIR");
	int r;

	snprintf(dir, COPY_NAME, "%s/balai-verify.XXXXXX", tmp ? tmp : "/var/tmp");
	if (mkdtemp(dir) == NULL) {
		log_err("%s: %s", dir, strerror(errno));
		*dir = 0;
		return ERR_IO;
	}
	snprintf(copy, COPY_NAME, "%.480s/copy.db", dir);
	if ((r = office_copy(path, copy)) == 0 && (r = db_open(db, copy, DB_WRITE)) == 0)
		printf("%s is of an older version of Balai: compared is a copy of it, brought to this version\n", path);
	return r;
}

/* Whatever the engine left beside the copy goes with it. */
static void migrated_remove(const char *dir, const char *copy)
{
	static const char *const left[] = { "", "-wal", "-shm", "-journal" };
	char path[COPY_NAME + 10];

	for (size_t i = 0; *dir && i < sizeof left / sizeof *left; i++) {
		snprintf(path, sizeof path, "%s%s", copy, left[i]);
		unlink(path);
	}
	if (*dir)
		rmdir(dir);
}

int verify_main(const char *path, const char *head_text)
{
	char dir[COPY_NAME] = "", copy[COPY_NAME] = "";
	struct verify_result res;
	struct verify_head head;
	struct db *db;
	char hex[65];
	int r;

	if (head_text && verify_head_parse(head_text, &head) != 0) {
		fprintf(stderr, "%s: expected ROOT:SIZE, the root in 64 hex digits\n", head_text);
		return 2;
	}
	if ((r = db_open(&db, path, DB_READ)) == ERR_OLDER && (r = migrated(&db, path, dir, copy)) != 0)
		migrated_remove(dir, copy);
	if (r != 0) {
		fprintf(stderr, "%s: %s\n", path, err_name(r));
		return 2;
	}
	r = verify_run(db, head_text ? &head : NULL, print, NULL, &res);
	db_close(db);
	if (*copy)
		migrated_remove(dir, copy);
	if (r) {
		fprintf(stderr, "%s: %s\n", path, err_name(r));
		return 2;
	}
	sodium_bin2hex(hex, sizeof hex, res.root, sizeof res.root);
	printf("leaves %" PRIu64 ", head %s:%" PRIu64 ", rows %" PRIu64 ", of erased persons %" PRIu64 ", differences %" PRIu64 "\n",
		res.leaves, hex, res.leaves, res.rows, res.erased, res.faults);
	return res.faults ? 1 : 0;
}
