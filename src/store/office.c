/* office.c - a state directory before it is an office: lock, keys, the first data and the first account. */
#include "config.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "act.h"
#include "auth.h"
#include "batch.h"
#include "clock.h"
#include "data.h"
#include "hash_wire.h"
#include "log.h"
#include "office_priv.h"
#include "password.h"
#include "proc.h"
#include "random.h"
#include "store_priv.h"

int office_lock(const char *dir)
{
	char path[512];
	int fd;

	snprintf(path, sizeof path, "%s/lock", dir);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		log_err("%s: %s", path, strerror(errno));
		return errno == EROFS ? ERR_READONLY : ERR_IO;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		log_err("%s: another balai-store works on this directory", dir);
		close(fd);
		return ERR_BUSY;
	}
	return fd;
}

int office_pepper_make(const char *dir)
{
	char path[512];
	uint8_t key[32];
	int fd, r = 0;

	snprintf(path, sizeof path, "%s/pepper", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
	if (fd < 0 && errno == EEXIST)
		return 0;
	random_bytes(key, sizeof key);
	if (fd < 0 || write(fd, key, sizeof key) != sizeof key || fsync(fd) != 0) {
		log_err("%s: %s", path, strerror(errno));
		r = ERR_IO;
	}
	if (fd >= 0)
		close(fd);
	explicit_bzero(key, sizeof key);
	return r;
}

int office_hash(const struct conf *c, const char *program, int *fd)
{
	int sv[2], r;
	pid_t pid;

	if ((r = proc_socketpair(sv, SOCK_STREAM)) != 0)
		return r;
	if ((pid = fork()) < 0)
		return ERR_NOMEM;
	if (pid == 0) {
		char *argv[] = { (char[]){ "balai-hash" }, (char[]){ "-f" }, strdup(c->path), NULL }, *env[] = { (char[]){ "LC_ALL=C.UTF-8" }, NULL };
		int s = fcntl(sv[1], F_DUPFD, 10);     /* dup2 onto itself would keep CLOEXEC */

		if (s < 0 || dup2(s, 3) < 0)
			_exit(127);
		proc_close_from(4, NULL, 0);
		execve(program, argv, env);
		_exit(127);
	}
	close(sv[1]);
	*fd = sv[0];
	return 0;
}

static int hash_once(int fd, const char *secret, char out[HASH_TEXT])
{
	struct hash_request rq = { .id = 1, .kind = HASH_MAKE, .n = (uint32_t)strlen(secret) };
	struct hash_reply rp;

	memcpy(rq.secret, secret, rq.n);
	if (send(fd, &rq, sizeof rq, MSG_NOSIGNAL) != sizeof rq || recv(fd, &rp, sizeof rp, MSG_WAITALL) != sizeof rp || !rp.ok) {
		log_err("balai-hash does not answer");
		return ERR_IO;
	}
	memcpy(out, rp.hash, HASH_TEXT);
	return 0;
}

int office_code(int hash_fd, char code[static CODE_SIZE], char hash[static HASH_TEXT])
{
	char plain[CODE_SIZE];
	uint8_t random[8];
	int r;

	random_bytes(random, sizeof random);
	code_make(random, code);
	code_normalise(code, plain);
	r = hash_once(hash_fd, plain, hash);
	explicit_bzero(plain, sizeof plain);
	explicit_bzero(random, sizeof random);
	return r;
}

/* --- a new office ------------------------------------------------------------------------------------------------------- */

static int office_row(struct db *db, const struct conf *c)
{
	uint8_t uuid[16];
	struct q *q;
	int r;

	random_uuid7(uuid);
	if ((r = db_begin(db)) != 0)
		return r;
	q = db_q(db, ST_office_put);
	q_blob(q, 1, uuid, sizeof uuid);
	q_int(q, 2, c->regency);
	q_text(q, 3, c->office);
	q_text(q, 4, c->zone);
	q_int(q, 5, clock_now_ms());
	r = q_done(q);
	return r ? r : db_commit(db);
}

void office_context(struct making *m, struct op_ctx *cx, struct arena *a, struct finding_list *f, enum op op)
{
	static const struct actor nobody = { .name = "", .full_name = "" };

	*cx = (struct op_ctx){ .db = m->db, .arena = a, .findings = f, .actor = &nobody, .now_ms = clock_now_ms(),
		.zone_minutes = m->store->zone_minutes, .op = op_info(op), .store = m->store, .seq = journal_next(&m->journal) };
	cx->today = clock_day(cx->now_ms, cx->zone_minutes);
	cx->leaf = journal_new(a, (int)op, 0, 0, cx->now_ms);
}

int office_finish(struct making *m, struct op_ctx *cx)
{
	int64_t seq;
	int r = journal_any(cx->leaf) ? journal_write(&m->journal, m->db, cx->leaf, &seq) : 0;

	if (r == 0)
		r = journal_head_write(&m->journal, m->db, cx->now_ms);
	if (r == 0)
		r = db_commit(m->db);
	if (r == 0)
		journal_committed(&m->journal);
	return r;
}

static int load_one(struct making *m, const char *sort, const char *name, const char *path)
{
	struct arena a;
	struct finding_list f;
	struct op_ctx cx;
	uint8_t sha[32];
	int64_t version;
	struct buf b;
	FILE *in = fopen(path, "r");
	char chunk[8192];
	size_t n;
	int r;

	if (in == NULL) {
		log_err("%s: %s", path, strerror(errno));
		return ERR_IO;
	}
	buf_init(&b, 1u << 20);
	while ((n = fread(chunk, 1, sizeof chunk, in)) > 0)
		buf_put(&b, chunk, n);
	fclose(in);
	arena_init(&a, 64u << 20);
	finding_list_init(&f);
	office_context(m, &cx, &a, &f, OP_data_load);
	r = buf_end(&b) ? ERR_TOOLONG : db_begin(m->db);
	if (r == 0)
		r = data_put(&cx, sort, name, buf_str(&b), sha, &version);
	if (r == 0)
		r = office_finish(m, &cx);
	m->store->data_changed = false;
	atomic_fetch_add(&m->store->data_epoch, 1);
	if (r != 0) {
		db_rollback(m->db);
		journal_rolled_back(&m->journal);
	}
	if (r == OP_REFUSED && f.n && f.v[0].code == FIND_data_invalid)
		log_err("%s:%s: %s", path, f.v[0].arg[0], f.v[0].arg[1]);
	else if (r)
		log_err("%s: %s", path, r == OP_REFUSED ? "refused" : err_name(r));
	finding_list_clear(&f);
	arena_clear(&a);
	buf_clear(&b);
	return r == OP_REFUSED ? ERR_PARSE : r;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Every NAME.EXT of DIR/SUB as a data file of its sort, in the order of their names. */
static int load_folder(struct making *m, const char *dir, const char *sub, const char *ext, const char *sort)
{
	char path[512], name[128], *file[256];
	size_t n = 0;
	struct dirent *e;
	DIR *d;
	int r = 0;

	snprintf(path, sizeof path, "%s/%s", dir, sub);
	if ((d = opendir(path)) == NULL)
		return errno == ENOENT ? 0 : ERR_IO;
	while ((e = readdir(d)) != NULL && n < 256) {
		const char *dot = strrchr(e->d_name, '.');

		if (e->d_name[0] != '.' && dot && !strcmp(dot, ext) && strlen(e->d_name) < sizeof name)
			file[n++] = strdup(e->d_name);
	}
	closedir(d);
	qsort(file, n, sizeof *file, by_name);
	for (size_t i = 0; i < n; i++) {
		if (r == 0 && file[i]) {
			snprintf(path, sizeof path, "%s/%s/%s", dir, sub, file[i]);
			snprintf(name, sizeof name, "%.*s", (int)(strrchr(file[i], '.') - file[i]), file[i]);
			r = load_one(m, sort, name, path);
		}
		free(file[i]);
	}
	return r;
}

static int load_all(struct making *m, const char *dir)
{
	static const struct { const char *sub, *ext, *sort; } folder[] = {
		{ "list", ".list", "list" }, { "questionnaire", ".form", "form" }, { "dossier", ".form", "form" },
		{ "flow", ".flow", "flow" }, { "period", ".period", "period" }, { "notice", ".txt", "notice" },
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof folder / sizeof *folder; i++)
		r = load_folder(m, dir, folder[i].sub, folder[i].ext, folder[i].sort);
	return r;
}

static int first_account(struct making *m, int hash_fd)
{
	char code[CODE_SIZE], hash[HASH_TEXT];
	struct arena a;
	struct finding_list f;
	struct op_ctx cx;
	int64_t account, grant;
	struct q *q;
	int r;

	if ((r = office_code(hash_fd, code, hash)) != 0)
		return r;
	arena_init(&a, 1u << 20);
	finding_list_init(&f);
	office_context(m, &cx, &a, &f, OP_account_put);
	if ((r = db_begin(m->db)) != 0)
		goto out;
	account = db_id(m->db, "account");
	grant = db_id(m->db, "role_grant");
	if (account < 0 || grant < 0) {
		r = ERR_IO;
		goto out;
	}
	q = db_q(m->db, ST_account_put);
	q_int(q, 1, account);
	q_text(q, 2, "admin");
	q_text(q, 3, "Administrator");
	q_int(q, 4, cx.now_ms);
	q_int(q, 5, cx.seq);
	if ((r = q_done(q)) != 0 || (r = auth_code_put(&cx, account, hash)) != 0)
		goto out;
	q = db_q(m->db, ST_grant_put);
	q_int(q, 1, grant);
	q_int(q, 2, account);
	q_text(q, 3, "admin");
	q_int(q, 4, 0);
	q_text(q, 5, "2020-01-01");
	q_null(q, 6);
	q_int(q, 7, cx.seq);
	if ((r = q_done(q)) != 0 || (r = journal_touch(cx.leaf, JT_ACCOUNT, account)) != 0 || (r = journal_touch(cx.leaf, JT_GRANT, grant)) != 0)
		goto out;
	journal_object(cx.leaf, JT_ACCOUNT, account);
	r = office_finish(m, &cx);
	if (r == 0)
		printf("admin %s\n", code);
out:
	if (r)
		db_rollback(m->db);
	finding_list_clear(&f);
	arena_clear(&a);
	explicit_bzero(code, sizeof code);
	return r;
}

int office_make_dir(const char *dir)
{
	if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
		log_err("%s: %s", dir, strerror(errno));
		return ERR_IO;
	}
	return 0;
}

int office_empty(const char *dir, char *part)
{
	static const char *const own[] = { "", "-wal" }, *const left[] = { "", "-wal", "-shm", "-journal" };
	char path[540];

	for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
		struct stat st;

		snprintf(path, sizeof path, "%s/balai.db%s", dir, own[i]);
		if (lstat(path, &st) == 0) {
			log_err("%s: there is an office already; move %s away first, all of balai.db, balai.db-wal and balai.db-shm together", path,
				i ? "this log of its database" : "it");
			return ERR_BUSY;
		}
	}
	snprintf(part, 520, "%s/balai.db.new", dir);
	for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
		snprintf(path, sizeof path, "%s%s", part, left[i]);
		unlink(path);
	}
	return 0;
}

int office_named(const char *dir, const char *part)
{
	char path[520];
	int fd, r;

	snprintf(path, sizeof path, "%s/balai.db", dir);
	if (rename(part, path) != 0 || (fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0) {
		log_err("%s: %s", path, strerror(errno));
		return ERR_IO;
	}
	if ((r = fsync(fd)) != 0)
		log_err("%s: %s", dir, strerror(errno));
	close(fd);
	return r == 0 ? 0 : ERR_IO;
}

/* The database grows under another name and gets its own at the end: a half-made office is never taken for one. */
int office_init(const struct conf *c, const char *hash_program)
{
	struct making m = { 0 };
	char part[520];
	int lock, hash_fd, r;

	if ((r = office_make_dir(c->dir)) != 0)
		return r;
	if ((lock = office_lock(c->dir)) < 0)
		return lock;
	if ((r = office_empty(c->dir, part)) != 0) {
		close(lock);
		return r;
	}
	if ((r = office_pepper_make(c->dir)) != 0 || (r = office_hash(c, hash_program, &hash_fd)) != 0)
		return r;
	if ((r = db_open(&m.db, part, DB_WRITE)) == 0 && (r = office_row(m.db, c)) == 0 && (r = store_open(&m.store, m.db, c->dir)) == 0 &&
	    (r = journal_open(&m.journal, m.db)) == 0 && (!c->forms || (r = load_all(&m, c->forms)) == 0))
		r = first_account(&m, hash_fd);
	store_close(m.store);
	if (r == 0)
		r = db_checkpoint(m.db, true, NULL);
	db_close(m.db);
	close(hash_fd);
	if (r == 0)
		r = office_named(c->dir, part);
	if (r == 0) {
		ballast_make(c->dir);
		r = office_own(c);
	}
	close(lock);
	return r;
}
