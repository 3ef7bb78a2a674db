/* ctl_office.c - an office as a whole: init, own, status, doctor. */
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

#include "ctl.h"
#include "err.h"

#define FREE_LOW (UINT64_C(1) << 30)       /* bytes: below it doctor says so */
#define FREE_BAD (UINT64_C(100) << 20)

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

/* A key that no backup holds. */
static void ctl_doctor_key(struct ctl_sick *s, const struct ctl *c, const char *name, const char *without)
{
	char *path;

	if (asprintf(&path, "%s/%s", c->conf.dir, name) < 0)
		abort();
	if (access(path, F_OK) != 0 && errno == ENOENT)
		ctl_tell(s, 2, "the key file %s is missing: %s. Put it back from the file of `balaictl backup keys`.", path, without);
	else
		ctl_doctor_file(s, "the key file", path, true);
	free(path);
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
	if (asprintf(&db, "%s/" CTL_DB_NAME, c->conf.dir) < 0)
		abort();
	ctl_doctor_file(&sick, "the database", db, true);
	ctl_doctor_owner(&sick, &c->conf, db);
	free(db);
	ctl_doctor_key(&sick, c, "pepper", "without it no password works");
	ctl_doctor_key(&sick, c, "receipt.key", "without it requests that are sent again are refused");
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
