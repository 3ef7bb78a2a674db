/* backup.c - copies of the database while desks work, made through the engine; nobody else may open its file. */
#include "config.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "auth.h"
#include "blob.h"
#include "clock.h"
#include "date.h"
#include "log.h"
#include "ops_dispatch.h"
#include "random.h"
#include "store_priv.h"

#define BACKUP_KEPT 3
#define CHUNK 49152

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Older copies make room: they are a way out of the machine, not an archive. */
static void keep_last(const char *dir)
{
	char name[64][64], path[640];
	size_t n = 0;
	DIR *d = opendir(dir);

	for (struct dirent *e; d && (e = readdir(d)) != NULL && n < 64; )
		if (!strncmp(e->d_name, "balai-", 6) && strlen(e->d_name) < sizeof name[0])
			memcpy(name[n++], e->d_name, strlen(e->d_name) + 1);
	if (d)
		closedir(d);
	qsort(name, n, sizeof name[0], by_name);
	for (size_t i = 0; i + BACKUP_KEPT < n; i++) {
		snprintf(path, sizeof path, "%s/%.63s", dir, name[i]);
		unlink(path);
	}
}

static int sha_file(const char *path, uint8_t sha[32], uint64_t *total)
{
	static const size_t size = 1 << 16;
	crypto_hash_sha256_state h;
	uint8_t *b = malloc(size);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	*total = 0;
	crypto_hash_sha256_init(&h);
	while (b && fd >= 0 && (n = read(fd, b, size)) > 0) {
		crypto_hash_sha256_update(&h, b, (size_t)n);
		*total += (uint64_t)n;
	}
	crypto_hash_sha256_final(&h, sha);
	if (fd >= 0)
		close(fd);
	free(b);
	return n < 0 ? ERR_IO : 0;
}

/* On a reader: the copy is one snapshot, and the writer goes on meanwhile. */
int backup_prepare(struct op_ctx *cx, struct job *j)
{
	char dir[512], path[640], day[DATE_SIZE];
	uint8_t tail[4];
	int r;

	snprintf(dir, sizeof dir, "%s/backup", cx->store->dir);
	if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
		log_err("%s: %s", dir, strerror(errno));
		return errno == ENOSPC ? ERR_FULL : ERR_IO;
	}
	random_bytes(tail, sizeof tail);
	date_to_iso(cx->today, day);
	snprintf(j->extra.backup, sizeof j->extra.backup, "balai-%s-%013lld-%02x%02x.db", day, (long long)cx->now_ms, tail[0], tail[1]);
	snprintf(path, sizeof path, "%s/%s", dir, j->extra.backup);
	if ((r = db_backup(cx->db, path)) != 0 || (r = sha_file(path, j->extra.backup_sha, &j->extra.backup_bytes)) != 0)
		return r;
	keep_last(dir);
	return 0;
}

int op_backup_make(struct op_ctx *cx, const struct rq_backup_make *rq, struct rp_backup_make *rp)
{
	(void)rq;
	rp->name = arena_strdup(cx->arena, cx->extra->backup);
	rp->total = cx->extra->backup_bytes;
	rp->sha = (struct wbytes){ arena_dup(cx->arena, cx->extra->backup_sha, 32), 32 };
	journal_reason(cx->leaf, "backup");
	return rp->name && rp->sha.p ? 0 : ERR_NOMEM;
}

int op_backup_get(struct op_ctx *cx, const struct rq_backup_get *rq, struct rp_backup_get *rp)
{
	char path[640];
	struct stat st;
	uint8_t *b;
	ssize_t n;
	int fd;

	if (rq->name == NULL || strncmp(rq->name, "balai-", 6) || strspn(rq->name, "abcdefghijklmnopqrstuvwxyz0123456789-.") != strlen(rq->name))
		return op_refuse(cx, FIND_not_permitted, NULL);
	snprintf(path, sizeof path, "%s/backup/%s", cx->store->dir, rq->name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return op_refuse(cx, FIND_not_permitted, NULL);
	b = arena_alloc(cx->arena, CHUNK);
	n = b && fstat(fd, &st) == 0 && rq->offset <= INT64_MAX ? pread(fd, b, CHUNK, (off_t)rq->offset) : -1;
	close(fd);
	if (n < 0)
		return b ? ERR_IO : ERR_NOMEM;
	rp->chunk = (struct wbytes){ b, (size_t)n };
	rp->total = (uint64_t)st.st_size;
	return 0;
}

#define BLOBS_MOST 500

int op_blob_list(struct op_ctx *cx, const struct rq_blob_list *rq, struct rp_blob_list *rp)
{
	uint64_t limit = rq->limit && rq->limit < BLOBS_MOST ? rq->limit : BLOBS_MOST;
	struct w_stored_file *v = arena_alloc(cx->arena, limit * sizeof *v);
	struct q *q = db_q(cx->db, ST_blobs_after);
	size_t n;
	int r;

	if (v == NULL)
		return ERR_NOMEM;
	q_blob(q, 1, rq->after.n == 32 ? rq->after.p : (const uint8_t *)"", rq->after.n == 32 ? 32 : 0);
	q_int(q, 2, (int64_t)limit);
	while ((r = q_step(q)) == 1) {
		const void *p = q_get_blob(q, 0, &n);

		v[rp->rows.n] = (struct w_stored_file){ .sha = { arena_dup(cx->arena, p, n), n }, .size = (uint64_t)q_get_int(q, 1) };
		if (v[rp->rows.n++].sha.p == NULL) {
			q_reset(q);
			return ERR_NOMEM;
		}
	}
	rp->rows.v = v;
	if (rp->rows.n == limit)
		rp->next = v[limit - 1].sha;
	return r;
}

int op_blob_get(struct op_ctx *cx, const struct rq_blob_get *rq, struct rp_blob_get *rp)
{
	struct q *q = db_q(cx->db, ST_blob_there);
	struct buf b;
	int r;

	q_blob(q, 1, rq->sha.p, rq->sha.n);
	r = q_step(q);
	q_reset(q);
	if (r != 1)
		return r < 0 ? r : op_refuse(cx, FIND_not_permitted, NULL);
	buf_init(&b, CHUNK);
	if ((r = blob_read(cx->store->dir, rq->sha.p, rq->offset, CHUNK, &b)) == 0) {
		rp->chunk = (struct wbytes){ arena_dup(cx->arena, b.data, b.len), b.len };
		r = rp->chunk.p || b.len == 0 ? 0 : ERR_NOMEM;
	}
	buf_wipe(&b);
	return r == ERR_NOTFOUND ? op_refuse(cx, FIND_bad_file, NULL) : r;
}

int backup_files(struct db *db, const char *dir, int64_t *files, int64_t *missing)
{
	struct q *q = db_q(db, ST_blobs_after);
	size_t n;
	int r;

	*files = *missing = 0;
	q_blob(q, 1, (const uint8_t *)"", 0);
	q_int(q, 2, INT64_MAX);
	while ((r = q_step(q)) == 1) {
		const uint8_t *sha = q_get_blob(q, 0, &n);

		++*files;
		*missing += n != 32 || !blob_there(dir, sha);
	}
	return r;
}
