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
