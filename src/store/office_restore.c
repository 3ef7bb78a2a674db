/* office_restore.c - a copy takes the place of an empty office's database. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "batch.h"
#include "log.h"
#include "office_priv.h"

static int next_epoch(const char *path, const char *dir, bool void_passwords, int64_t *files, int64_t *missing)
{
	struct making m = { 0 };
	struct arena a;
	struct finding_list f;
	struct op_ctx cx;
	int r;

	if ((r = db_open(&m.db, path, DB_WRITE)) != 0)
		return r;
	arena_init(&a, 1u << 20);
	finding_list_init(&f);
	if ((r = db_quick_check(m.db)) == 0 && (r = store_open(&m.store, m.db, dir)) == 0 && (r = journal_open(&m.journal, m.db)) == 0 &&
	    (r = db_begin(m.db)) == 0) {
		r = q_done(db_q(m.db, ST_office_epoch));
		m.journal.epoch++;
		office_context(&m, &cx, &a, &f, OP_backup_make);
		journal_reason(cx.leaf, "restored");
		journal_object(cx.leaf, JT_DATA, m.journal.epoch);
		if (r == 0)
			r = q_done(db_q(m.db, ST_tickets_drop));
		if (r == 0 && void_passwords)
			r = q_done(db_q(m.db, ST_passwords_void));
		if (r == 0)
			r = office_finish(&m, &cx);
		if (r == 0)
			r = backup_files(m.db, dir, files, missing);
	}
	store_close(m.store);
	if (r == 0)
		r = db_checkpoint(m.db, true, NULL);
	db_close(m.db);
	finding_list_clear(&f);
	arena_clear(&a);
	return r;
}

int office_copy(const char *from, const char *to)
{
	char *b = malloc(1 << 16);
	int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	ssize_t n = -1;

	while (b && in >= 0 && out >= 0 && (n = read(in, b, 1 << 16)) > 0)
		if (write(out, b, (size_t)n) != n) {
			n = -1;
			break;
		}
	if (n == 0 && fsync(out) != 0)
		n = -1;
	if (n != 0)
		log_err("%s: %s", in < 0 ? from : to, strerror(errno));
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	free(b);
	return n == 0 ? 0 : ERR_IO;
}

int office_restore(const struct conf *c, const char *copy, bool new_keys)
{
	char part[520], pepper[512];
	int64_t files = 0, missing = 0;
	bool without;
	int lock, r;

	if ((r = office_make_dir(c->dir)) != 0)
		return r;
	if ((lock = office_lock(c->dir)) < 0)
		return lock;
	snprintf(pepper, sizeof pepper, "%s/pepper", c->dir);
	without = access(pepper, F_OK) != 0;
	if (without && !new_keys) {
		log_err("%s: missing; without it no password of the copy works. Put it here, or give --new-keys: all passwords are void then", pepper);
		close(lock);
		return ERR_NOTFOUND;
	}
	if ((r = office_pepper_make(c->dir)) != 0) {
		close(lock);
		return r;
	}
	if ((r = office_empty(c->dir, part)) == 0 && (r = office_copy(copy, part)) == 0 &&
	    (r = next_epoch(part, c->dir, without, &files, &missing)) == 0)
		r = office_named(c->dir, part);
	if (r == 0) {
		ballast_make(c->dir);
		if (missing)
			log_warn("%lld of %lld files of evidence and letters are not in %s/blob: put the copy's there", (long long)missing,
				(long long)files, c->dir);
		r = office_own(c);
	}
	close(lock);
	return r;
}
