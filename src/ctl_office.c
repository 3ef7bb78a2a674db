/* ctl_office.c - an office as a whole: init, own, status, doctor, backup, restore. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <sodium.h>

#include "ctl.h"
#include "err.h"

#define FREE_LOW (UINT64_C(1) << 30)       /* bytes: below it doctor says so */
#define FREE_BAD (UINT64_C(100) << 20)
#define DB_NAME "balai.db"

int ctl_init(struct ctl *c, int argc, char **argv)
{
	const char *const args[] = { "balai-store", "-f", c->conf_path, "--init", NULL };

	(void)argc;
	(void)argv;
	return ctl_exec(c, "balai-store", args);
}

int ctl_own(struct ctl *c, int argc, char **argv)
{
	const char *const args[] = { "balai-store", "-f", c->conf_path, "--own", NULL };

	(void)argc;
	(void)argv;
	if (c->conf.user_store == NULL)
		return ctl_refuse("the configuration names no `user store`: there is nobody to give the files to");
	if (geteuid() != 0)
		return ctl_refuse("only root can give files away");
	return ctl_exec(c, "balai-store", args);
}

/* The store's own words; *worst: the highest level met. */
static int ctl_store_lines(struct ctl *c, uint64_t *worst)
{
	static const char *const level[] = { "ok", "look", "BAD" };
	struct rq_status_show rq = { 0 };
	const struct rp_status_show *status;
	struct buf shown;
	const void *rp;
	size_t i;
	int e;

	if ((e = ctl_ask(c, OP_status_show, &rq, &rp, "ask the store how it is")) != CTL_DONE)
		return e;
	status = rp;
	buf_init(&shown, 0);
	for (i = 0; i < status->lines.n; i++) {
		uint64_t l = status->lines.v[i].level < 2 ? status->lines.v[i].level : 2;

		printf("%-4s  %s\n", level[l], ctl_show(&shown, status->lines.v[i].text));
		*worst = l > *worst ? l : *worst;
	}
	buf_clear(&shown);
	return CTL_DONE;
}

int ctl_status(struct ctl *c, int argc, char **argv)
{
	uint64_t worst = 0;

	(void)argc;
	(void)argv;
	return ctl_store_lines(c, &worst);
}

struct ctl_sick { int look, bad; };

static void ctl_tell(struct ctl_sick *s, int level, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void ctl_tell(struct ctl_sick *s, int level, const char *fmt, ...)
{
	va_list ap;

	fputs(level == 0 ? "ok    " : level == 1 ? "look  " : "BAD   ", stdout);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	s->look += level == 1;
	s->bad += level == 2;
}

/* A directory of the office: there, without the rights that others may not have, room on its disk. */
static void ctl_doctor_dir(struct ctl_sick *s, const char *what, const char *path, mode_t forbidden)
{
	struct statvfs fs;
	struct stat st;
	uint64_t room;

	if (stat(path, &st) != 0) {
		ctl_tell(s, 2, "the %s directory %s: %s. `balaictl init` makes a new office.", what, path, strerror(errno));
		return;
	}
	if (!S_ISDIR(st.st_mode)) {
		ctl_tell(s, 2, "%s, the %s directory, is no directory.", path, what);
		return;
	}
	if ((st.st_mode & forbidden) != 0)
		ctl_tell(s, 2, "the %s directory %s is open to everybody on this machine: chmod o= %s", what, path, path);
	else
		ctl_tell(s, 0, "the %s directory %s", what, path);
	if (statvfs(path, &fs) != 0)
		return;
	room = (uint64_t)fs.f_bavail * fs.f_frsize;
	if ((fs.f_flag & ST_RDONLY) != 0)
		ctl_tell(s, 2, "the file system of %s is mounted read-only: nothing can be saved.", path);
	else if (room < FREE_LOW)
		ctl_tell(s, room < FREE_BAD ? 2 : 1, "only %" PRIu64 " MB are free for %s.", room >> 20, path);
}

/* Under a configuration that names the store's system account, the database has to be that account's. */
static void ctl_doctor_owner(struct ctl_sick *s, const struct conf *conf, const char *path)
{
	const struct passwd *pw = conf->user_store != NULL ? getpwnam(conf->user_store) : NULL;
	struct stat st;

	if (conf->user_store != NULL && pw == NULL)
		ctl_tell(s, 2, "there is no user %s on this machine, whom the configuration names for the store.", conf->user_store);
	else if (pw != NULL && stat(path, &st) == 0 && st.st_uid != pw->pw_uid)
		ctl_tell(s, 2, "the database is not the property of %s: stop the office and run `balaictl own` as root.", conf->user_store);
}

static void ctl_doctor_file(struct ctl_sick *s, const char *what, const char *path, bool secret)
{
	struct stat st;

	if (stat(path, &st) != 0)
		ctl_tell(s, 2, "%s %s: %s.", what, path, strerror(errno));
	else if (secret && (st.st_mode & 077) != 0)
		ctl_tell(s, 2, "%s %s may be read by others: chmod 600 it.", what, path);
	else
		ctl_tell(s, 0, "%s %s, %" PRIu64 " KB", what, path, (uint64_t)st.st_size >> 10);
}

int ctl_doctor(struct ctl *c, int argc, char **argv)
{
	struct ctl_sick sick = { 0, 0 };
	uint64_t worst = 0;
	char *db;
	int e;

	(void)argc;
	(void)argv;
	ctl_tell(&sick, 0, "the configuration %s", c->conf_path);
	ctl_doctor_dir(&sick, "state", c->conf.dir, S_IRWXO);
	ctl_doctor_dir(&sick, "runtime", c->conf.run, S_IWOTH);
	if (asprintf(&db, "%s/" DB_NAME, c->conf.dir) < 0)
		abort();
	ctl_doctor_file(&sick, "the database", db, true);
	ctl_doctor_owner(&sick, &c->conf, db);
	free(db);
	if (c->conf.host_key != NULL)
		ctl_doctor_file(&sick, "the host key", c->conf.host_key, true);
	fflush(stdout);
	if ((e = ctl_connect(c)) != CTL_DONE) {
		ctl_tell(&sick, 2, "the store is not reached: desks cannot work.");
	} else {
		ctl_tell(&sick, 0, "the store answers on %s", c->socket);
		fflush(stdout);
		if ((e = ctl_login(c, false)) == CTL_DONE)
			e = ctl_store_lines(c, &worst);
		else
			ctl_tell(&sick, 1, "if nobody can log in as %s any more: stop the office, then balaictl account recover %s", c->account,
				c->account);
		sick.look += worst == 1;
		sick.bad += worst == 2;
	}
	if (sick.bad > 0)
		puts("This office is not well.");
	else if (sick.look > 0)
		puts("This office works; see the lines marked `look`.");
	else if (e == CTL_DONE)
		puts("This office is well.");
	return e != CTL_DONE ? e : sick.bad > 0 ? CTL_REFUSED : CTL_DONE;
}

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

int ctl_backup(struct ctl *c, int argc, char **argv)
{
	struct rq_backup_make rq = { 0 };
	const struct rp_backup_make *made;
	const char *path = argv[0];
	uint8_t sha[32];
	char *name = NULL, *part;
	uint64_t total = 0;
	const void *rp;
	int fd, e;

	(void)argc;
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

int ctl_restore(struct ctl *c, int argc, char **argv)
{
	const char *const verify[] = { "balai-store", "--verify", argv[0], NULL };
	const char *const restore[] = { "balai-store", "-f", c->conf_path, "--restore", argv[0], NULL };
	struct call_line probe;
	char *db, *pepper;
	bool there, own_pepper;

	(void)argc;
	if (call_connect(&probe, c->conf.socket) == 0) {
		call_close(&probe);
		return ctl_refuse("the office is running: stop it first");
	}
	if (asprintf(&db, "%s/" DB_NAME, c->conf.dir) < 0 || asprintf(&pepper, "%s/pepper", c->conf.dir) < 0)
		abort();
	there = access(db, F_OK) == 0;
	own_pepper = access(pepper, F_OK) == 0;
	free(db);
	free(pepper);
	if (there)
		return ctl_refuse("%s has a database already: restore works into an empty office only, move the old one away", c->conf.dir);
	if (access(argv[0], R_OK) != 0)
		return ctl_usage("%s: %s", argv[0], strerror(errno));
	if (ctl_wait(c, "balai-store", verify) != 0)
		return ctl_refuse("%s is not taken in: it is damaged or does not agree with its own journal", argv[0]);
	if (ctl_wait(c, "balai-store", restore) != 0)
		return ctl_refuse("%s was not restored", argv[0]);
	printf("The backup is in place; files of evidence come back only from a copy of %s/blob.\n", c->conf.dir);
	if (!own_pepper)
		printf("The passwords in it were made with another %s/pepper: put that file here, or reset every account.\n", c->conf.dir);
	return CTL_DONE;
}
