/* status.c - how the office is, in lines for `balaictl status` and `doctor`. level 0 fine, 1 to know, 2 to do something about. */
#include "config.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include "bar.h"
#include "clock.h"
#include "ops_dispatch.h"
#include "store_priv.h"

#define LINES_MAX 40

static void say(struct op_ctx *cx, struct rp_status_show *rp, uint64_t level, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

static void say(struct op_ctx *cx, struct rp_status_show *rp, uint64_t level, const char *fmt, ...)
{
	char text[300];
	va_list ap;

	if (rp->lines.n == LINES_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	rp->lines.v[rp->lines.n].level = level;
	rp->lines.v[rp->lines.n++].text = arena_strdup(cx->arena, text);
}

/* arg: for a statement that has one. */
static int64_t count(struct db *db, enum stmt id, int64_t arg)
{
	struct q *q = db_q(db, id);
	int64_t n;

	if (arg)
		q_int(q, 1, arg);
	n = q_step(q) == 1 ? q_get_int(q, 0) : -1;
	q_reset(q);
	return n;
}

static void room(struct op_ctx *cx, struct rp_status_show *rp)
{
	struct statvfs v;
	struct stat st;
	char path[512];

	if (statvfs(cx->store->dir, &v) == 0) {
		uint64_t mb = (uint64_t)v.f_bavail * v.f_frsize >> 20;

		say(cx, rp, mb < 200 ? 2 : mb < 2000 ? 1 : 0, "disk: %llu MB free in %s", (unsigned long long)mb, cx->store->dir);
	}
	snprintf(path, sizeof path, "%s/ballast", cx->store->dir);
	if (stat(path, &st) != 0)
		say(cx, rp, 2, "ballast: missing; a full disk would stop reads of persons at once");
	if (stat(cx->store->dir, &st) == 0 && (st.st_mode & 077))
		say(cx, rp, 2, "state directory: mode %03o, should be 700", (unsigned)(st.st_mode & 0777));
	snprintf(path, sizeof path, "%s/balai.db", cx->store->dir);
	if (stat(path, &st) == 0) {
		say(cx, rp, 0, "database: %lld MB", (long long)(st.st_size >> 20));
		if (st.st_mode & 077)
			say(cx, rp, 2, "database file: mode %03o, should be 600", (unsigned)(st.st_mode & 0777));
	}
}

int op_status_show(struct op_ctx *cx, const struct rq_status_show *rq, struct rp_status_show *rp)
{
	struct store *st = cx->store;
	int mode = atomic_load(&st->mode);
	int64_t wal = atomic_load(&st->wal_pages), batches = atomic_load(&st->batches), last, n;

	(void)rq;
	rp->lines.v = arena_alloc(cx->arena, LINES_MAX * sizeof *rp->lines.v);
	if (rp->lines.v == NULL)
		return ERR_NOMEM;
	say(cx, rp, 0, "%s %s, epoch %lld, up %lld s", PACKAGE_NAME, PACKAGE_VERSION, (long long)st->epoch_no, (long long)(cx->now_ms - st->started_at) / 1000);
	say(cx, rp, mode ? 2 : 0, "writing: %s", mode == STORE_FULL ? "stopped, no space left on the disk" :
		mode == STORE_READONLY ? "stopped, the database is read-only" : "yes");
	say(cx, rp, 0, "connections: %lld, of them logged in: %lld", (long long)atomic_load(&st->clients), (long long)atomic_load(&st->bound));
	say(cx, rp, atomic_load(&st->jobs_waiting) > 1000 ? 1 : 0, "requests waiting: %lld; commits: %lld, requests per commit: %.1f",
		(long long)atomic_load(&st->jobs_waiting), (long long)batches, batches ? (double)atomic_load(&st->batch_requests) / (double)batches : 0.0);
	say(cx, rp, wal > 16384 ? 2 : wal > 8000 ? 1 : 0, "write-ahead log: %lld pages", (long long)wal);
	room(cx, rp);
	last = count(cx->db, ST_journal_last_at, 0);
	say(cx, rp, 0, "journal: %lld leaves", (long long)count(cx->db, ST_journal_max, 0));
	if (last > cx->now_ms + 60000)
		say(cx, rp, 2, "clock: it is set before the last journal leaf; dates on papers would be wrong");
	say(cx, rp, 0, "accounts: %lld active, %lld disabled, %lld wait for their first password", (long long)count(cx->db, ST_accounts_active, 0),
		(long long)count(cx->db, ST_accounts_disabled, 0), (long long)count(cx->db, ST_accounts_new, 0));
	n = count(cx->db, ST_names_waiting, cx->now_ms);
	if (n > 0)
		say(cx, rp, 1, "logins: %lld names have to wait after failures, some or all networks of them", (long long)n);
	n = count(cx->db, ST_names_tried, BAR_LOUD);
	if (n > 0)
		say(cx, rp, 1, "logins: %lld names were tried more than %d times in vain: somebody guesses passwords; the log says from where."
			" The owner gets in from the usual desk or with a one-time code (balaictl account reset; balai-store --reset-account)",
			(long long)n, BAR_LOUD);
	if (backup_files(cx->db, st->dir, &n, &last) == 0)
		say(cx, rp, last ? 2 : 0, "files of evidence and letters: %lld, missing: %lld%s", (long long)n, (long long)last,
			last ? "; put those of a backup (FILE.blob) into DIR/blob" : "");
	if (count(cx->db, ST_forms_count, 0) == 0)
		say(cx, rp, 2, "forms: none loaded; run balaictl form load");
	say(cx, rp, 0, "receipts kept: %lld", (long long)count(cx->db, ST_receipts_count, 0));
	return 0;
}
