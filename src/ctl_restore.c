/* ctl_restore.c - the keys of an office in one file kept apart, and an office put back from copy, files and keys.
 *
 * A keys file is text: a line `NAME HEX` for each key file. It is as secret as the keys themselves: with a backup beside it passwords can
 * be tried, and the host keys in it let somebody else play the office's server. */
#include "config.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <sodium.h>

#include "ctl.h"
#include "err.h"

#define KEY_MAX 8192                   /* bytes of a key file */
#define BLOB_MAX_COPY (64u << 20)

struct ctl_key { const char *name; char *path; mode_t mode; const char *without; };
#define KEYS 4

/* What each key file is for, said when it is missing. */
static void ctl_keys(const struct ctl *c, struct ctl_key key[static KEYS])
{
	key[0] = (struct ctl_key){ "pepper", NULL, 0400, "no password works; every account needs a new one-time code" };
	key[1] = (struct ctl_key){ "receipt.key", NULL, 0400, "a request of before the backup that is sent again is refused instead of answered again" };
	key[2] = (struct ctl_key){ "host-key", strdup(c->conf.host_key), 0400, "every SSH client warns that the server's key has changed" };
	key[3] = (struct ctl_key){ "host-key-next", strdup(c->conf.host_key_next), 0400, "the key announced as the next one is lost" };
	for (size_t i = 0; i < KEYS; i++)
		if ((i < 2 && asprintf(&key[i].path, "%s/%s", c->conf.dir, key[i].name) < 0) || key[i].path == NULL)
			abort();
}

static void ctl_keys_free(struct ctl_key key[static KEYS])
{
	for (size_t i = 0; i < KEYS; i++)
		free(key[i].path);
}

int ctl_backup_keys(struct ctl *c, int argc, char **argv)
{
	struct ctl_key key[KEYS];
	struct buf bytes;
	FILE *to;
	int fd, e = CTL_DONE;

	(void)argc;
	if ((fd = open(argv[0], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) < 0 || (to = fdopen(fd, "w")) == NULL)
		return ctl_refuse("%s: %s", argv[0], strerror(errno));
	ctl_keys(c, key);
	fprintf(to, "# The keys of a Balai office. Whoever has this file and a backup can try passwords: keep the two apart.\n");
	for (size_t i = 0; i < KEYS && e == CTL_DONE; i++) {
		struct buf hex;

		buf_init(&bytes, 0);
		buf_init(&hex, 0);
		if (access(key[i].path, F_OK) != 0 && errno == ENOENT && i >= 2) {
			fprintf(stderr, "%s is not there, and not in the copy\n", key[i].path);
		} else if ((e = ctl_read_bytes(key[i].path, KEY_MAX, &bytes)) == CTL_DONE) {
			buf_put_hex(&hex, bytes.data, bytes.len);
			fprintf(to, "%s %s\n", key[i].name, buf_str(&hex));
		}
		buf_wipe(&bytes);
		buf_wipe(&hex);
	}
	if (fflush(to) != 0 || fsync(fd) != 0)
		e = ctl_refuse("%s: %s", argv[0], strerror(errno));
	fclose(to);
	ctl_keys_free(key);
	if (e != CTL_DONE) {
		unlink(argv[0]);
		return e;
	}
	printf("The keys are in %s. Keep it apart from every backup; who has both can try passwords.\n", argv[0]);
	return CTL_DONE;
}

/* Writes a key file that is not there yet. */
static int ctl_key_put(const struct ctl_key *k, const uint8_t *p, size_t n)
{
	int fd = open(k->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, k->mode);

	if (fd < 0)
		return ctl_refuse("%s: %s", k->path, strerror(errno));
	if (write(fd, p, n) != (ssize_t)n || fsync(fd) != 0) {
		close(fd);
		unlink(k->path);
		return ctl_refuse("%s: %s", k->path, strerror(errno));
	}
	close(fd);
	return CTL_DONE;
}

/* The lines of a keys file, each into its place; what is there already stays. */
static int ctl_keys_take(const char *file, const struct ctl_key key[static KEYS])
{
	struct buf text;
	char *line, *save = NULL;
	uint8_t bytes[KEY_MAX];
	int e, taken = 0;

	buf_init(&text, 0);
	if ((e = ctl_read_file(file, (size_t)8 * KEY_MAX, &text)) != CTL_DONE) {
		buf_wipe(&text);
		return e;
	}
	for (line = strtok_r((char *)buf_str(&text), "\n", &save); line && e == CTL_DONE; line = strtok_r(NULL, "\n", &save)) {
		char *hex = strchr(line, ' ');
		size_t n = 0;

		if (*line == '#' || hex == NULL)
			continue;
		*hex++ = 0;
		for (size_t i = 0; i < KEYS && e == CTL_DONE; i++) {
			if (strcmp(line, key[i].name))
				continue;
			if (sodium_hex2bin(bytes, sizeof bytes, hex, strlen(hex), NULL, &n, NULL) != 0 || n == 0 || (i < 2 && n != 32))
				e = ctl_refuse("%s: the line of %s is damaged", file, key[i].name);
			else if (access(key[i].path, F_OK) != 0)
				e = ctl_key_put(&key[i], bytes, n);
			taken++;
		}
	}
	sodium_memzero(bytes, sizeof bytes);
	buf_wipe(&text);
	return e == CTL_DONE && taken == 0 ? ctl_refuse("%s is no keys file: see `balaictl help backup keys`", file) : e;
}

/* One file of a copy into DIR/blob, its bytes held against its name. */
static int ctl_file_in(const char *from, const char *hex, const char *state)
{
	char to[4096], part[4104];
	uint8_t is[32];
	char is_hex[65];
	struct buf b;
	int fd, e;

	snprintf(to, sizeof to, "%s/blob/%.2s", state, hex);
	if (mkdir(to, 0700) != 0 && errno != EEXIST)
		return ctl_refuse("%s: %s", to, strerror(errno));
	snprintf(to, sizeof to, "%s/blob/%.2s/%s", state, hex, hex);
	if (access(to, F_OK) == 0)
		return CTL_DONE;
	buf_init(&b, 0);
	if ((e = ctl_read_bytes(from, BLOB_MAX_COPY, &b)) != CTL_DONE) {
		buf_clear(&b);
		return e;
	}
	crypto_hash_sha256(is, b.data, b.len);
	sodium_bin2hex(is_hex, sizeof is_hex, is, sizeof is);
	snprintf(part, sizeof part, "%s.part", to);
	if (strcmp(is_hex, hex) != 0)
		e = ctl_refuse("%s is damaged and was left out", from);
	else if ((fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600)) < 0)
		e = ctl_refuse("%s: %s", part, strerror(errno));
	else {
		if (write(fd, b.data, b.len) != (ssize_t)b.len || fsync(fd) != 0 || rename(part, to) != 0)
			e = ctl_refuse("%s: %s", to, strerror(errno));
		close(fd);
	}
	buf_clear(&b);
	return e;
}

/* All files of DIR/xx/HEX; those that are damaged are named and left out. */
static int ctl_files_in(const char *dir, const char *state)
{
	char path[4096], sub[4096];
	struct dirent *a, *b;
	DIR *top, *in;
	int e = CTL_DONE;

	snprintf(path, sizeof path, "%s/blob", state);
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return ctl_refuse("%s: %s", path, strerror(errno));
	if ((top = opendir(dir)) == NULL)
		return ctl_refuse("%s: %s", dir, strerror(errno));
	while ((a = readdir(top)) != NULL) {
		if (strlen(a->d_name) != 2 || strspn(a->d_name, "0123456789abcdef") != 2)
			continue;
		snprintf(sub, sizeof sub, "%s/%.2s", dir, a->d_name);
		if ((in = opendir(sub)) == NULL)
			continue;
		while ((b = readdir(in)) != NULL)
			if (strlen(b->d_name) == 64 && strspn(b->d_name, "0123456789abcdef") == 64) {
				snprintf(path, sizeof path, "%s/%.2s/%.64s", dir, a->d_name, b->d_name);
				if (ctl_file_in(path, b->d_name, state) != CTL_DONE)
					e = CTL_REFUSED;
			}
		closedir(in);
	}
	closedir(top);
	return e;
}

/* Before anything is written: what is missing, and what it means. */
static int ctl_restore_keys(struct ctl *c, const char *keys, bool new_keys)
{
	struct ctl_key key[KEYS];
	int e = CTL_DONE;

	if (mkdir(c->conf.dir, 0700) != 0 && errno != EEXIST)
		return ctl_refuse("%s: %s", c->conf.dir, strerror(errno));
	ctl_keys(c, key);
	if (keys)
		e = ctl_keys_take(keys, key);
	for (size_t i = 0; i < KEYS && e == CTL_DONE; i++)
		if (access(key[i].path, F_OK) != 0)
			printf("%s is missing: %s.\n", key[i].path, key[i].without);
	if (e == CTL_DONE && access(key[0].path, F_OK) != 0 && !new_keys)
		e = ctl_refuse("give the copied keys with --keys FILE, or go on without them by --new-keys: then all passwords are void, and\n"
			"`balaictl account recover NAME` gives the first administrator a code");
	ctl_keys_free(key);
	return e;
}

int ctl_restore(struct ctl *c, int argc, char **argv)
{
	const char *keys = ctl_option(&argc, argv, "--keys"), *files = ctl_option(&argc, argv, "--files");
	bool new_keys = ctl_flag(&argc, argv, "--new-keys"), there, damaged = false;
	const char *const verify[] = { "balai-store", "--verify", argv[0], NULL };
	const char *const restore[] = { "balai-store", "-f", c->conf_path, "--restore", argv[0], new_keys ? "--new-keys" : NULL, NULL };
	struct call_line probe;
	char *db, *own;
	int e;

	if (argc != 1)
		return ctl_usage("expected: balaictl restore FILE [--files DIR] [--keys FILE | --new-keys]");
	if (call_connect(&probe, c->conf.socket) == 0) {
		call_close(&probe);
		return ctl_refuse("the office is running: stop it first");
	}
	if (asprintf(&db, "%s/" CTL_DB_NAME, c->conf.dir) < 0 || asprintf(&own, "%s.blob", argv[0]) < 0)
		abort();
	there = access(db, F_OK) == 0;
	free(db);
	if (files == NULL && access(own, F_OK) == 0)
		files = own;
	if (there)
		e = ctl_refuse("%s has a database already: restore works into an empty office only, move the old one away", c->conf.dir);
	else if (access(argv[0], R_OK) != 0)
		e = ctl_usage("%s: %s", argv[0], strerror(errno));
	else if (ctl_wait(c, "balai-store", verify) != 0)
		e = ctl_refuse("%s is not taken in: it is damaged, of a newer version or another program, or does not agree with\n"
			"its own journal: the lines above say which", argv[0]);
	else if ((e = ctl_restore_keys(c, keys, new_keys)) == CTL_DONE) {
		damaged = files && ctl_files_in(files, c->conf.dir) != CTL_DONE;
		e = ctl_wait(c, "balai-store", restore) == 0 ? CTL_DONE : ctl_refuse("%s was not restored", argv[0]);
	}
	free(own);
	if (e == CTL_DONE)
		puts(damaged ? "The backup is in place; some of its files are damaged, see above." : "The backup is in place.");
	return e;
}
