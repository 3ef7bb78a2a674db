/* ctl_backup.c - copies of an office while desks work: the database, and the files it names.
 *
 * The keys are not among them, on purpose: a backup travels and is kept in many places, and whoever finds one must not be able to try
 * passwords against it. pepper and receipt.key (and the host keys) are copied by `balaictl backup --keys` (ctl_restore.c), by root on
 * the server itself, into a file that is kept apart. Files of evidence lie beside the copy under their hashes, as in DIR/blob: they
 * never change, so that a folder given by --files fetches each of them once, night after night. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <sodium.h>

#include "ctl.h"
#include "err.h"

/* Writes all of it; false with errno. */
static bool ctl_write_all(int fd, const uint8_t *p, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		p += done;
		n -= (size_t)done;
	}
	return true;
}

/* Fetches the copy `name` of `total` bytes into fd and compares its hash. */
static int ctl_backup_fetch(struct ctl *c, int fd, const char *name, uint64_t total, const uint8_t sha[32])
{
	struct rq_backup_get rq = { .name = name };
	const struct rp_backup_get *piece;
	crypto_hash_sha256_state state;
	uint8_t have[32];
	const void *rp;
	int e, percent, told = -1;

	crypto_hash_sha256_init(&state);
	while (rq.offset < total) {
		if ((e = ctl_ask(c, OP_backup_get, &rq, &rp, "fetch the backup")) != CTL_DONE)
			return e;
		piece = rp;
		if (piece->chunk.n == 0 || piece->chunk.n > total - rq.offset)
			return ctl_refuse("the store's copy ends early: try again");
		crypto_hash_sha256_update(&state, piece->chunk.p, piece->chunk.n);
		if (!ctl_write_all(fd, piece->chunk.p, piece->chunk.n))
			return ctl_refuse("cannot write the backup: %s", strerror(errno));
		rq.offset += piece->chunk.n;
		percent = (int)(rq.offset * 100 / total);
		if (isatty(STDERR_FILENO) && percent != told)
			fprintf(stderr, "\r%3d %%", told = percent);
	}
	if (told >= 0)
		fputs("\r     \r", stderr);
	crypto_hash_sha256_final(&state, have);
	if (memcmp(have, sha, sizeof have) != 0)
		return ctl_refuse("the backup arrived damaged: try again");
	return CTL_DONE;
}

/* The directory a path stands in, synced, so that a name just made is there after a power cut. */
static int ctl_sync_dir(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash == NULL ? strdup(".") : slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
	int fd, e = 0;

	if (dir == NULL)
		abort();
	if ((fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0 || fsync(fd) != 0)
		e = errno;
	if (fd >= 0)
		close(fd);
	free(dir);
	return e;
}

int ctl_backup_database(struct ctl *c, const char *path)
{
	struct rq_backup_make rq = { 0 };
	const struct rp_backup_make *made;
	uint8_t sha[32];
	char *name = NULL, *part;
	uint64_t total = 0;
	const void *rp;
	int fd, e;

	if (access(path, F_OK) == 0)
		return ctl_refuse("%s is there already: nothing is overwritten", path);
	if (asprintf(&part, "%s.part", path) < 0)
		abort();
	if ((fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600)) < 0) {
		e = ctl_refuse("%s: %s", part, strerror(errno));
		free(part);
		return e;
	}
	if ((e = ctl_ask(c, OP_backup_make, &rq, &rp, "make a backup")) == CTL_DONE) {
		made = rp;
		if (made->sha.n != sizeof sha || made->total == 0)
			e = ctl_refuse("the store made no copy: its log says why");
		else
			memcpy(sha, made->sha.p, sizeof sha);
		total = made->total;
		if ((name = strdup(made->name)) == NULL)
			abort();
	}
	if (e == CTL_DONE)
		e = ctl_backup_fetch(c, fd, name, total, sha);
	if (e == CTL_DONE && (fsync(fd) != 0 || link(part, path) != 0 || ctl_sync_dir(path) != 0))
		e = ctl_refuse("%s: %s", path, strerror(errno));
	close(fd);
	unlink(part);
	if (e == CTL_DONE)
		printf("%" PRIu64 " bytes are in %s.\n", total, path);
	free(name);
	free(part);
	return e;
}

/* DIR/xx/HEX, its folder made; false with errno. */
static bool ctl_blob_path(const char *dir, const struct wbytes *sha, char *path, size_t size)
{
	char hex[65];

	sodium_bin2hex(hex, sizeof hex, sha->p, 32);
	snprintf(path, size, "%s/%.2s", dir, hex);
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return false;
	snprintf(path, size, "%s/%.2s/%s", dir, hex, hex);
	return true;
}

/* One file, unless it is there. CTL_REFUSED: the store has it not, or it does not fit its name. */
static int ctl_blob_fetch(struct ctl *c, const char *dir, const struct w_stored_file *f, uint64_t *fetched)
{
	struct rq_blob_get rq = { .sha = f->sha };
	const struct rp_blob_get *piece;
	crypto_hash_sha256_state state;
	char path[4096], part[4104];
	uint8_t have[32];
	struct stat st;
	const void *rp;
	int fd, e = CTL_DONE;

	if (f->sha.n != 32 || !ctl_blob_path(dir, &f->sha, path, sizeof path))
		return ctl_refuse("%s: %s", dir, strerror(errno));
	if (stat(path, &st) == 0 && (uint64_t)st.st_size == f->size)
		return CTL_DONE;
	snprintf(part, sizeof part, "%s.part", path);
	if ((fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600)) < 0)
		return ctl_refuse("%s: %s", part, strerror(errno));
	crypto_hash_sha256_init(&state);
	while (rq.offset < f->size && (e = ctl_ask(c, OP_blob_get, &rq, &rp, "fetch a file of the database")) == CTL_DONE) {
		piece = rp;
		if (piece->chunk.n == 0)
			break;
		crypto_hash_sha256_update(&state, piece->chunk.p, piece->chunk.n);
		if (!ctl_write_all(fd, piece->chunk.p, piece->chunk.n)) {
			e = ctl_refuse("%s: %s", part, strerror(errno));
			break;
		}
		rq.offset += piece->chunk.n;
	}
	crypto_hash_sha256_final(&state, have);
	if (e == CTL_DONE && memcmp(have, f->sha.p, sizeof have) != 0)
		e = ctl_refuse("%s: its bytes in the office are not what its name says: it is damaged there", path);
	if (e == CTL_DONE && (fsync(fd) != 0 || rename(part, path) != 0))
		e = ctl_refuse("%s: %s", path, strerror(errno));
	close(fd);
	if (e != CTL_DONE)
		unlink(part);
	*fetched += e == CTL_DONE;
	return e;
}

/* Every file the database names; a bad one does not keep the others from being saved. */
static int ctl_backup_files(struct ctl *c, const char *dir)
{
	struct rq_blob_list rq = { .limit = 500 };
	uint64_t files = 0, fetched = 0, bad = 0;
	struct w_stored_file *v = NULL;
	uint8_t after[32];
	int e = CTL_DONE;

	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return ctl_refuse("%s: %s", dir, strerror(errno));
	do {
		const struct rp_blob_list *list;
		uint8_t (*sha)[32];
		const void *rp;
		size_t n;

		if ((e = ctl_ask(c, OP_blob_list, &rq, &rp, "list the files of the database")) != CTL_DONE)
			return e;
		list = rp;
		n = list->rows.n;
		v = calloc(n + 1, sizeof *v);
		sha = calloc(n + 1, sizeof *sha);
		if (v == NULL || sha == NULL)
			abort();
		for (size_t i = 0; i < n; i++) {        /* the reply is gone with the next question */
			memcpy(sha[i], list->rows.v[i].sha.p, list->rows.v[i].sha.n == 32 ? 32 : 0);
			v[i] = (struct w_stored_file){ .sha = { sha[i], list->rows.v[i].sha.n }, .size = list->rows.v[i].size };
		}
		rq.after = list->next.n == 32 ? (struct wbytes){ memcpy(after, list->next.p, 32), 32 } : (struct wbytes){ 0 };
		for (size_t i = 0; i < n && e != CTL_UNREACHABLE; i++, files++)
			bad += (e = ctl_blob_fetch(c, dir, &v[i], &fetched)) != CTL_DONE;
		free(v);
		free(sha);
	} while (rq.after.n && e != CTL_UNREACHABLE);
	printf("%" PRIu64 " files of evidence and letters are in %s, %" PRIu64 " of them new.\n", files - bad, dir, fetched);
	return bad ? ctl_refuse("%" PRIu64 " files could not be copied", bad) : e;
}

int ctl_backup(struct ctl *c, int argc, char **argv)
{
	const char *files = ctl_option(&argc, argv, "--files");
	char *own = NULL;
	int e;

	if (argc != 1)
		return ctl_usage("expected: balaictl backup FILE [--files DIR], or balaictl backup keys FILE");
	if (files == NULL && asprintf(&own, "%s.blob", argv[0]) < 0)
		abort();
	if ((e = ctl_backup_database(c, argv[0])) == CTL_DONE)
		e = ctl_backup_files(c, files ? files : own);
	if (e == CTL_DONE)
		printf("Not in it, so that a lost copy gives no passwords away: the keys in %s. Without them no password works after a\n"
			"restore. Copy them once, as root: balaictl backup keys FILE, and keep that file in another place.\n",
			c->conf_read ? c->conf.dir : "the state directory");
	free(own);
	return e;
}
