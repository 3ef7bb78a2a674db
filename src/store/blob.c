/* blob.c - a file is written aside, checked, synced, and takes its name by one rename. */
#include "config.h"
#include "blob.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include "err.h"
#include "log.h"

#define BLOB_PATH 600

static int blob_errno(const char *what, const char *path)
{
	int e = errno;
	log_err("blob %s: %s: %s", what, path, strerror(e));
	return e == ENOSPC || e == EDQUOT || e == EFBIG ? ERR_FULL : e == EROFS || e == EACCES ? ERR_READONLY : ERR_IO;
}

static void blob_hex(const uint8_t sha[32], char hex[65])
{
	sodium_bin2hex(hex, 65, sha, 32);
}

static int blob_sync_dir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd >= 0 && fsync(fd) == 0 ? 0 : blob_errno("sync", path);
	if (fd >= 0)
		close(fd);
	return r;
}

/* A folder that is made has its name synced: without it a power cut takes the folder with every file that was synced in it. */
static int blob_dir(const char *path, const char *in)
{
	if (mkdir(path, 0700) == 0)
		return blob_sync_dir(in);
	return errno == EEXIST ? 0 : blob_errno("mkdir", path);
}

/* DIR/blob, DIR/blob/SUB: made when they are not there. */
static int blob_dirs(const char *dir, const char *sub, char *path, size_t size)
{
	char top[BLOB_PATH];
	snprintf(top, sizeof top, "%s/blob", dir);
	snprintf(path, size, "%s/blob/%s", dir, sub);
	int r = blob_dir(top, dir);
	return r == 0 ? blob_dir(path, top) : r;
}

static int blob_put_all(int fd, const uint8_t *p, size_t n)
{
	while (n > 0) {
		ssize_t w = write(fd, p, n);
		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return -1;
		p += w;
		n -= (size_t)w;
	}
	return 0;
}

static int blob_sha_of(int fd, uint8_t sha[32])
{
	crypto_hash_sha256_state h;
	uint8_t piece[16384];
	off_t at = 0;
	ssize_t n;
	crypto_hash_sha256_init(&h);
	for (; (n = pread(fd, piece, sizeof piece, at)) > 0; at += n)      /* the store's filter has no lseek */
		crypto_hash_sha256_update(&h, piece, (size_t)n);
	crypto_hash_sha256_final(&h, sha);
	return n == 0 ? 0 : -1;
}

/* The file at `from` takes its name. */
static int blob_settle(const char *dir, const char *from, const uint8_t sha[32])
{
	char hex[65], sub[BLOB_PATH], to[BLOB_PATH + 70];
	char two[3];
	blob_hex(sha, hex);
	snprintf(two, sizeof two, "%.2s", hex);
	int r = blob_dirs(dir, two, sub, sizeof sub);
	if (r != 0)
		return r;
	snprintf(to, sizeof to, "%s/%s", sub, hex);
	if (rename(from, to) != 0)
		return blob_errno("rename", to);
	return blob_sync_dir(sub);
}

static int blob_name_in(const char *dir, const uint8_t sha[32], int64_t owner, char *path, size_t size)
{
	char hex[65], sub[BLOB_PATH];
	int r = blob_dirs(dir, "in", sub, sizeof sub);
	blob_hex(sha, hex);
	snprintf(path, size, "%s/%s.%lld", sub, hex, (long long)owner);
	return r;
}

static int blob_open(const char *dir, const uint8_t sha[32])
{
	char hex[65], path[BLOB_PATH];
	blob_hex(sha, hex);
	snprintf(path, sizeof path, "%s/blob/%.2s/%s", dir, hex, hex);
	return open(path, O_RDONLY | O_CLOEXEC);
}

bool blob_there(const char *dir, const uint8_t sha[32])
{
	char hex[65], path[BLOB_PATH];
	struct stat st;
	blob_hex(sha, hex);
	snprintf(path, sizeof path, "%s/blob/%.2s/%s", dir, hex, hex);
	return stat(path, &st) == 0;
}

/* The last piece is there: right or gone. */
static int blob_finish(const char *dir, const char *path, int fd, const uint8_t sha[32])
{
	uint8_t is[32];
	if (blob_sha_of(fd, is) != 0 || fsync(fd) != 0)
		return blob_errno("sync", path);
	if (memcmp(is, sha, 32) != 0) {
		unlink(path);
		return ERR_PARSE;
	}
	int r = blob_settle(dir, path, sha);
	return r == 0 ? 1 : r;
}

bool blob_room(const char *dir)
{
	struct statvfs v;
	if (statvfs(dir, &v) != 0)
		return true;                 /* the write will say what is wrong */
	uint64_t rest = (uint64_t)v.f_blocks * v.f_frsize / 8;
	return (uint64_t)v.f_bavail * v.f_frsize >= (rest < BLOB_REST ? rest : BLOB_REST);
}

int blob_chunk(const char *dir, const uint8_t sha[32], int64_t owner, uint64_t offset, uint64_t total, const void *p, size_t n, uint64_t *have)
{
	char path[BLOB_PATH + 100];
	struct stat st;
	int fd = -1;
	*have = 0;
	/* Also when these very bytes are here from somebody else: who could skip the sending would learn that they are, and would hold
	 * a file of which he knows no more than its hash. */
	int r = blob_name_in(dir, sha, owner, path, sizeof path);
	if (r != 0)
		return r;
	fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || fstat(fd, &st) != 0)
		r = blob_errno("open", path);
	else {
		*have = (uint64_t)st.st_size;
		if (offset == *have && n <= total - offset && n > 0) {
			if (blob_put_all(fd, p, n) == 0)
				*have += n;
			else {
				r = blob_errno("write", path);
				if (ftruncate(fd, st.st_size) != 0)
					unlink(path);
			}
		}
		if (r == 0 && *have == total)
			r = blob_finish(dir, path, fd, sha);
	}
	if (fd >= 0)
		close(fd);
	return r;
}

int blob_write(const char *dir, const void *p, size_t n, uint8_t sha[32])
{
	char path[BLOB_PATH + 100];
	crypto_hash_sha256(sha, p, n);
	int fd = blob_open(dir, sha);
	if (fd >= 0) {
		close(fd);
		return 0;
	}
	int r = blob_name_in(dir, sha, 0, path, sizeof path);
	if (r != 0)
		return r;
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || blob_put_all(fd, p, n) != 0 || fsync(fd) != 0)
		r = blob_errno("write", path);
	if (fd >= 0)
		close(fd);
	return r == 0 ? blob_settle(dir, path, sha) : r;
}

int blob_read(const char *dir, const uint8_t sha[32], uint64_t offset, size_t max, struct buf *out)
{
	int fd = blob_open(dir, sha), r = 0;
	if (fd < 0)
		return errno == ENOENT ? ERR_NOTFOUND : blob_errno("open", dir);
	while (max > 0 && r == 0) {
		uint8_t piece[16384];
		ssize_t n = pread(fd, piece, max < sizeof piece ? max : sizeof piece, (off_t)offset);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			r = blob_errno("read", dir);
		if (n <= 0)
			break;
		buf_put(out, piece, (size_t)n);
		offset += (uint64_t)n;
		max -= (size_t)n;
	}
	close(fd);
	return r == 0 ? buf_end(out) : r;
}

int blob_sweep(const char *dir, int64_t now_ms)
{
	char path[BLOB_PATH];
	snprintf(path, sizeof path, "%s/blob/in", dir);
	DIR *d = opendir(path);
	if (!d)
		return 0;                    /* nothing has ever come */
	for (struct dirent *e; (e = readdir(d)) != NULL;) {
		struct stat st;
		if (e->d_name[0] == '.' || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (now_ms - (int64_t)st.st_mtime * 1000 > BLOB_IN_DAYS * INT64_C(86400000))
			unlinkat(dirfd(d), e->d_name, 0);
	}
	closedir(d);
	return 0;
}
