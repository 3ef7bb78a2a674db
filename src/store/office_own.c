/* office_own.c - whose files a state directory holds: given to the store's user, and looked at before the store opens them. */
#include "config.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "log.h"
#include "office.h"

#define OWN_DEPTH 4

/* Symbolic links and files with a second name may lead out of the office: they are left as they are. */
static int own_below(int dir, const struct passwd *pw, int depth)
{
	DIR *d = fdopendir(dir);
	struct dirent *e;
	struct stat st;
	int r = 0, fd;

	if (d == NULL) {
		close(dir);
		return ERR_IO;
	}
	while (r == 0 && (e = readdir(d)) != NULL) {
		const char *n = e->d_name;

		if (!strcmp(n, ".") || !strcmp(n, "..") || (depth == 0 && !strcmp(n, "pepper")) || fstatat(dir, n, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (!S_ISDIR(st.st_mode) && (!S_ISREG(st.st_mode) || st.st_nlink != 1))
			continue;
		if (fchownat(dir, n, pw->pw_uid, pw->pw_gid, AT_SYMLINK_NOFOLLOW) != 0) {
			log_err("%s: %s", n, strerror(errno));
			r = ERR_IO;
		} else if (S_ISDIR(st.st_mode) && depth < OWN_DEPTH && (fd = openat(dir, n, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) >= 0) {
			r = own_below(fd, pw, depth + 1);
		}
	}
	closedir(d);
	return r;
}

/* Made by root, used by the store's own user. The pepper stays root's: balai-hash reads it before it drops its rights. */
int office_own(const struct conf *c)
{
	struct passwd *pw = c->user_store && getuid() == 0 ? getpwnam(c->user_store) : NULL;
	int fd;

	if (pw == NULL)
		return 0;
	if ((fd = open(c->dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) < 0 || fchown(fd, pw->pw_uid, pw->pw_gid) != 0) {
		log_err("%s: %s", c->dir, strerror(errno));
		if (fd >= 0)
			close(fd);
		return ERR_IO;
	}
	return own_below(fd, pw, 0);
}

static void user_name(char out[32], uid_t uid)
{
	const struct passwd *pw = getpwuid(uid);

	if (pw != NULL)
		snprintf(out, 32, "%s", pw->pw_name);
	else
		snprintf(out, 32, "%ld", (long)uid);
}

int office_usable(const struct conf *c)
{
	static const struct { const char *name; int mode; } need[] = {
		{ "", W_OK | X_OK }, { "/balai.db", R_OK | W_OK }, { "/balai.db-wal", R_OK | W_OK }, { "/receipt.key", R_OK },
	};
	char path[640], owner[32], me[32];
	struct stat st;

	for (size_t i = 0; i < sizeof need / sizeof *need; i++) {
		snprintf(path, sizeof path, "%s%s", c->dir, need[i].name);
		if (access(path, need[i].mode) == 0 || errno == ENOENT)
			continue;
		if (errno == EROFS || errno == EPERM) {
			log_err("%s: %s; the office opens again when it can be written", path,
				errno == EROFS ? "the file system is mounted read-only" : "the file is locked against writing (chattr -i opens it)");
			return ERR_READONLY;
		}
		if (errno != EACCES || stat(path, &st) != 0) {
			log_err("%s: %s", path, strerror(errno));
			return ERR_IO;
		}
		user_name(owner, st.st_uid);
		user_name(me, getuid());
		log_err("%s belongs to user %s and this store works as user %s, who may not change it; %s", path, owner, me,
			c->user_store ? "as root run: balaictl own" : "start the office as that user");
		return ERR_IO;
	}
	return 0;
}
