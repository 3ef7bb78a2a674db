/* db.c - SQLite behind db.h: settings, errors, prepared statements. */
#include "config.h"
#include <errno.h>
#include <assert.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "clock.h"
#include "db.h"
#include "db_priv.h"
#include "log.h"

static const struct { const char *name, *sql; } stmt_table[ST_COUNT] = {
#define STMT(name, sql) { #name, sql },
#include "stmt_all.def"
#undef STMT
};

static const char *vfs_name;

void db_use_vfs(const char *name)
{
	vfs_name = name;
}

/* The engine knows a full disk, but takes a quota that is used up for a fault of the disk. */
static bool quota_used_up(sqlite3 *h)
{
	sqlite3_file *wal = NULL;
	int e = 0;

	if (sqlite3_file_control(h, "main", SQLITE_FCNTL_LAST_ERRNO, &e) == SQLITE_OK && e == EDQUOT)
		return true;
	return sqlite3_file_control(h, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal) == SQLITE_OK && wal != NULL && wal->pMethods != NULL &&
		wal->pMethods->xFileControl(wal, SQLITE_FCNTL_LAST_ERRNO, &e) == SQLITE_OK && e == EDQUOT;
}

/* What a result code of the engine means to the rest of the program; logs once. */
int db_error(struct db *db, int rc, const char *where)
{
	int ext = db->h ? sqlite3_extended_errcode(db->h) : rc, r;

	switch (rc & 0xff) {
	case SQLITE_OK: case SQLITE_ROW: case SQLITE_DONE: return 0;
	case SQLITE_FULL: r = ERR_FULL; break;
	case SQLITE_IOERR: r = ext == SQLITE_IOERR_WRITE && quota_used_up(db->h) ? ERR_FULL : ERR_IO; break;
	case SQLITE_READONLY: case SQLITE_CANTOPEN: case SQLITE_PERM: r = ERR_READONLY; break;
	case SQLITE_CORRUPT: case SQLITE_NOTADB: r = ERR_CORRUPT; break;
	case SQLITE_NOMEM: r = ERR_NOMEM; break;
	case SQLITE_BUSY: case SQLITE_LOCKED: case SQLITE_INTERRUPT: r = ERR_BUSY; break;
	case SQLITE_CONSTRAINT: r = ERR_RANGE; break;
	case SQLITE_TOOBIG: r = ERR_TOOLONG; break;
	default:
		log_fatal("statement %s: %s (%d)", where, db->h ? sqlite3_errmsg(db->h) : sqlite3_errstr(rc), ext);
	}
	if (r == ERR_IO && (ext == SQLITE_IOERR_FSYNC || ext == SQLITE_IOERR_DIR_FSYNC))
		db->must_restart = true;
	if (db->fault == 0 && r != ERR_BUSY && r != ERR_RANGE && r != ERR_TOOLONG)
		db->fault = r;
	log_warn("database: %s at %s code=%d (%s)", err_name(r), where, ext, db->h ? sqlite3_errmsg(db->h) : "");
	return r;
}

/* At run time a statement reads and changes rows, and nothing else. */
static int authorize(void *arg, int action, const char *a, const char *b, const char *c, const char *d)
{
	(void)arg, (void)b, (void)c, (void)d;
	switch (action) {
	case SQLITE_SELECT: case SQLITE_READ: case SQLITE_INSERT: case SQLITE_UPDATE: case SQLITE_DELETE:
	case SQLITE_TRANSACTION: case SQLITE_SAVEPOINT: case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_FUNCTION:
		return b && !strcmp(b, "load_extension") ? SQLITE_DENY : SQLITE_OK;
	default:
		log_err("statement denied: action %d on %s", action, a ? a : "-");
		return SQLITE_DENY;
	}
}

static int progress(void *arg)
{
	struct db *db = arg;

	return db->deadline && clock_mono_ms() > db->deadline;
}

int db_exec(struct db *db, const char *sql, const char *where)
{
	return db_error(db, sqlite3_exec(db->h, sql, NULL, NULL, NULL), where);
}

int db_pragma_int(struct db *db, const char *sql, int64_t *out)
{
	sqlite3_stmt *st;
	int rc = sqlite3_prepare_v2(db->h, sql, -1, &st, NULL);

	if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW)
		*out = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return rc == SQLITE_DONE ? ERR_NOTFOUND : db_error(db, rc, sql);
}

static int wal_grew(void *arg, sqlite3 *h, const char *name, int pages)
{
	struct db *db = arg;

	(void)h, (void)name;
	db->wal_pages = pages;
	return SQLITE_OK;
}

static int settings(struct db *db)
{
	static const struct { int limit, value; } limits[] = {
		{ SQLITE_LIMIT_LENGTH, 32 << 20 }, { SQLITE_LIMIT_SQL_LENGTH, 200000 }, { SQLITE_LIMIT_COLUMN, 120 },
		{ SQLITE_LIMIT_EXPR_DEPTH, 100 }, { SQLITE_LIMIT_COMPOUND_SELECT, 20 }, { SQLITE_LIMIT_ATTACHED, 0 },
		{ SQLITE_LIMIT_VARIABLE_NUMBER, 100 }, { SQLITE_LIMIT_TRIGGER_DEPTH, 5 }, { SQLITE_LIMIT_WORKER_THREADS, 0 },
		{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 600 },
	};
	int64_t v = 0;
	int r;

	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		sqlite3_limit(db->h, limits[i].limit, limits[i].value);
	sqlite3_db_config(db->h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db->h, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	sqlite3_db_config(db->h, SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0, NULL);
	if ((r = db_exec(db, "PRAGMA foreign_keys=ON; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY;"
			"PRAGMA secure_delete=ON", "settings")) != 0)
		return r;
	/* An erasure that leaves the bytes in free pages is no erasure: a library built without this is not usable. */
	if ((r = db_pragma_int(db, "PRAGMA secure_delete", &v)) != 0)
		return r;
	if (v != 1) {
		log_err("this SQLite cannot overwrite deleted rows (secure_delete)");
		return ERR_VERSION;
	}
	if (db->mode == DB_READ) {
		sqlite3_db_config(db->h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		return db_exec(db, "PRAGMA query_only=ON; PRAGMA cache_size=-4000", "settings");
	}
	/* Checkpoints are made by hand, in paced steps: an automatic one stalls the batch it lands in (store.md 2). */
	return db_exec(db, "PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
		"PRAGMA cache_size=-32000", "settings");
}

/* Before the engine's first use, once: its count of all memory takes a lock at each allocation of each thread, and nobody reads it. The
 * C library gives a thread's free memory back to the system after each batch and asks for it again in the next one: a store keeps it. */
static void memory_set(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	mallopt(M_TRIM_THRESHOLD, 32 << 20);
	mallopt(M_MMAP_THRESHOLD, 1 << 20);
}

static void memory_settings(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, memory_set);
}

int db_open(struct db **out, const char *path, enum db_mode mode)
{
	struct db *db = calloc(1, sizeof *db);
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOFOLLOW, rc, r;
	int64_t v;

	*out = NULL;
	memory_settings();
	if (db == NULL || (db->path = strdup(path)) == NULL) {
		free(db);
		return ERR_NOMEM;
	}
	db->mode = mode;
	flags |= mode == DB_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
	rc = sqlite3_open_v2(path, &db->h, flags, vfs_name);
	if ((r = db_error(db, rc, "open")) != 0 || (r = settings(db)) != 0)
		goto fail;
	/* A read-only directory shows itself on the first statement, not at open. */
	if ((r = db_pragma_int(db, "PRAGMA schema_version", &v)) != 0)
		goto fail;
	if ((r = mode == DB_WRITE ? schema_migrate(db) : schema_check(db)) != 0)
		goto fail;
	sqlite3_wal_hook(db->h, wal_grew, db);
	sqlite3_progress_handler(db->h, 2000, progress, db);
	sqlite3_set_authorizer(db->h, authorize, db);
	for (int i = 0; i < ST_COUNT; i++)
		db->q[i] = (struct q){ .db = db, .name = stmt_table[i].name };
	*out = db;
	return 0;
fail:
	db_close(db);
	return r;
}

void db_close(struct db *db)
{
	if (db == NULL)
		return;
	for (int i = 0; i < ST_COUNT; i++)
		sqlite3_finalize(db->q[i].st);
	if (db->h && sqlite3_close(db->h) != SQLITE_OK)
		log_fatal("database closed with statements open");
	free(db->path);
	free(db);
}

int db_wal_pages(const struct db *db) { return db->wal_pages; }
const char *db_path(const struct db *db) { return db->path; }
int db_fault_take(struct db *db)
{
	int r = db->fault;

	db->fault = 0;
	return r;
}

bool db_must_restart(const struct db *db) { return db->must_restart; }
void db_deadline(struct db *db, int64_t mono_ms) { db->deadline = mono_ms; }
bool db_in_transaction(struct db *db) { return !sqlite3_get_autocommit(db->h); }

/* --- statements ----------------------------------------------------------------------------------------------------- */

struct q *db_q(struct db *db, enum stmt id)
{
	struct q *q = &db->q[id];

	q->err = 0;
	if (q->st == NULL) {
		int rc = sqlite3_prepare_v3(db->h, stmt_table[id].sql, -1, SQLITE_PREPARE_PERSISTENT, &q->st, NULL);
		q->err = db_error(db, rc, q->name);
		return q;
	}
	sqlite3_reset(q->st);
	sqlite3_clear_bindings(q->st);
	return q;
}

static void bound(struct q *q, int rc)
{
	if (rc != SQLITE_OK && q->err == 0)
		q->err = rc == SQLITE_RANGE ? (log_fatal("statement %s: no such parameter", q->name), 0) : db_error(q->db, rc, q->name);
}

void q_int(struct q *q, int i, int64_t v) { if (q->st) bound(q, sqlite3_bind_int64(q->st, i, v)); }
void q_null(struct q *q, int i) { if (q->st) bound(q, sqlite3_bind_null(q->st, i)); }
void q_id(struct q *q, int i, int64_t v) { if (v) q_int(q, i, v); else q_null(q, i); }

void q_text(struct q *q, int i, const char *s)
{
	if (q->st)
		bound(q, s ? sqlite3_bind_text(q->st, i, s, -1, SQLITE_STATIC) : sqlite3_bind_null(q->st, i));
}

void q_blob(struct q *q, int i, const void *p, size_t n)
{
	if (q->st)
		bound(q, p || n == 0 ? sqlite3_bind_blob64(q->st, i, p ? p : "", n, SQLITE_STATIC) : sqlite3_bind_null(q->st, i));
}

/* After some errors the engine rolls the whole transaction back by itself. An operation that goes on as if nothing had happened
 * would then write row by row, each with a commit of its own: past the journal and the receipt. A savepoint writes nothing, but outside
 * of a transaction it begins one, and its release commits. */
static bool unguarded(const struct q *q)
{
	const struct q *all = q->db->q;
	bool writes = !sqlite3_stmt_readonly(q->st) || q == &all[ST_save] || q == &all[ST_reg_save];

	return q->db->mode == DB_WRITE && sqlite3_get_autocommit(q->db->h) && writes && q != &all[ST_begin];
}

int q_step(struct q *q)
{
	int rc;

	if (q->err || q->st == NULL)
		return q->err ? q->err : ERR_NOMEM;
	if (unguarded(q)) {
		log_err("statement %s: would write outside of a transaction%s", q->name, q->db->fault ? ", which an error ended" : "");
		return q->err = q->db->fault ? q->db->fault : ERR_IO;
	}
	rc = sqlite3_step(q->st);
	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE)
		q->err = db_error(q->db, rc, q->name);
	sqlite3_reset(q->st);
	return q->err;
}

int q_done(struct q *q)
{
	int r = q_step(q);

	if (r == 1)
		log_fatal("statement %s gives rows", q->name);
	return r;
}

void q_reset(struct q *q) { if (q->st) sqlite3_reset(q->st); }
int64_t q_get_int(struct q *q, int c) { return sqlite3_column_int64(q->st, c); }
bool q_is_null(struct q *q, int c) { return sqlite3_column_type(q->st, c) == SQLITE_NULL; }
int q_columns(struct q *q) { return sqlite3_column_count(q->st); }
int q_type(struct q *q, int c) { return sqlite3_column_type(q->st, c); }
int q_changes(struct q *q) { return sqlite3_changes(q->db->h); }

const char *q_get_text(struct q *q, int c)
{
	const unsigned char *s = sqlite3_column_text(q->st, c);

	return s ? (const char *)s : "";
}

char *q_get_strdup(struct q *q, int c, struct arena *a)
{
	return arena_strdup(a, q_get_text(q, c));
}

const void *q_get_blob(struct q *q, int c, size_t *n)
{
	const void *p = sqlite3_column_blob(q->st, c);

	*n = (size_t)sqlite3_column_bytes(q->st, c);
	return p ? p : "";
}

/* --- transactions ----------------------------------------------------------------------------------------------------- */

int db_begin(struct db *db) { return q_done(db_q(db, ST_begin)); }
int db_begin_read(struct db *db) { return q_done(db_q(db, ST_begin_read)); }

int db_commit(struct db *db)
{
	int r = q_done(db_q(db, ST_commit));

	/* An I/O error inside a commit leaves open what reached the disk; only a new look at the file can tell. */
	if (r == ERR_IO || r == ERR_CORRUPT)
		db->must_restart = true;
	return r;
}

/* The file's counters may have gone back with the rows: every block is asked for again, from behind the last id ever given. */
static void ids_drop(struct db *db)
{
	for (int i = 0; i < DB_ID_TABLES; i++)
		db->id[i].end = db->id[i].next;
}

int db_rollback(struct db *db)
{
	ids_drop(db);
	/* Open cursors would keep the snapshot: a statement left in the middle is a reader that never ends. */
	for (int i = 0; i < ST_COUNT; i++)
		if (db->q[i].st)
			sqlite3_reset(db->q[i].st);
	return db_in_transaction(db) ? q_done(db_q(db, ST_rollback)) : 0;
}

static int release(struct db *db, bool keep, enum stmt back, enum stmt end)
{
	int r = 0;

	if (!db_in_transaction(db)) {      /* the engine rolled everything back already */
		ids_drop(db);
		return ERR_AGAIN;
	}
	if (!keep) {
		ids_drop(db);
		r = q_done(db_q(db, back));
	}
	return r ? r : q_done(db_q(db, end));
}

int db_save(struct db *db) { return q_done(db_q(db, ST_save)); }
int db_release(struct db *db, bool keep) { return release(db, keep, ST_save_back, ST_save_release); }
int db_reg_save(struct db *db) { return q_done(db_q(db, ST_reg_save)); }
int db_reg_release(struct db *db, bool keep) { return release(db, keep, ST_reg_back, ST_reg_release); }

/* RETURNING gives its row before the statement is done: step to the end, then reset. */
static int64_t returned(struct q *q)
{
	int r = q_step(q);
	int64_t n;

	if (r != 1)
		return r ? r : ERR_CORRUPT;
	n = q_get_int(q, 0);
	return (r = q_step(q)) < 0 ? r : n;
}

int64_t db_counter(struct db *db, const char *name)
{
	struct q *q = db_q(db, ST_id_next);

	q_text(q, 1, name);
	return returned(q);
}

/* One write to the counter for many ids: by the id it was a tenth of what a registration costs, and each of these statements
 * needs a statement journal, whose end SQLite finds by walking it (a long operation became quadratic). Blocks double, so that
 * a table that gets a row a month shows no gaps. */
#define ID_BLOCK_MOST 64

static struct id_block *block_of(struct db *db, const char *table)
{
	struct id_block *b = db->id;

	while (b < db->id + DB_ID_TABLES && b->name && strcmp(b->name, table) != 0)
		b++;
	if (b == db->id + DB_ID_TABLES)
		log_fatal("ids of %s: more tables than DB_ID_TABLES", table);
	if (b->name == NULL)
		*b = (struct id_block){ .name = table, .next = 1, .end = 1, .top = -1 };
	return b;
}

int64_t db_id(struct db *db, const char *table)
{
	struct id_block *b = block_of(db, table);

	if (db->regency == 0) {
		struct q *q = db_q(db, ST_office_get);
		int r = q_step(q);

		if (r != 1)
			return r ? r : ERR_CORRUPT;
		db->regency = q_get_int(q, 1);
		q_reset(q);
	}
	if (b->next == b->end) {
		struct q *q = db_q(db, ST_id_block);
		int64_t size = b->size == 0 ? 1 : b->size < ID_BLOCK_MOST ? b->size * 2 : ID_BLOCK_MOST, top;

		q_text(q, 1, table);
		q_int(q, 2, b->next);
		q_int(q, 3, size);
		q_int(q, 4, b->next < b->top ? b->top : -1);       /* what is left of a block that no rollback took */
		if ((top = returned(q)) < 0)
			return top;
		if (top != b->top || b->next == b->top) {
			b->next = top - size;
			b->size = size;
			b->top = top;
		}
		b->end = top;
	}
	return db->regency * DB_ID_SPAN + b->next++;
}

/* --- the file ----------------------------------------------------------------------------------------------------------- */

int db_checkpoint(struct db *db, bool truncate, int *wal_pages)
{
	int in_wal = 0, done = 0;
	int rc = sqlite3_wal_checkpoint_v2(db->h, NULL, truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, &in_wal, &done);

	db->wal_pages = in_wal < 0 ? 0 : in_wal - done;
	if (wal_pages)
		*wal_pages = db->wal_pages;
	/* A reader in the way is no error: the rest is done next time. */
	return (rc & 0xff) == SQLITE_BUSY ? 0 : db_error(db, rc, "checkpoint");
}

int db_wal_links(struct db *db)
{
	/* No open(2) of ours on any file of the database: closing it would drop SQLite's locks. stat() opens nothing. What has to
	 * be found is a log whose name is gone while SQLite still writes into the file. */
	char *path = sqlite3_mprintf("%s-wal", db->path);
	struct stat st;
	int n = path && stat(path, &st) == 0 ? (int)st.st_nlink : 0;

	if (n && db->wal_ino == 0)
		db->wal_ino = st.st_ino;
	if (n && db->wal_ino != st.st_ino)         /* deleted and made again by somebody else */
		n = 0;
	sqlite3_free(path);
	return n;
}

int db_backup(struct db *db, const char *path)
{
	sqlite3 *to = NULL;
	sqlite3_backup *b;
	int fd, rc, r = 0;

	/* Made by us with its mode before SQLite opens it: a copy of the register is never readable by others, not for a moment. */
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return ERR_READONLY;
	close(fd);
	rc = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs_name);
	if (rc == SQLITE_OK && (b = sqlite3_backup_init(to, "main", db->h, "main")) != NULL) {
		rc = sqlite3_backup_step(b, -1);
		if (rc == SQLITE_DONE)
			rc = SQLITE_OK;
		sqlite3_backup_finish(b);
	} else if (rc == SQLITE_OK) {
		rc = sqlite3_errcode(to);
	}
	/* One file that stands alone: no write-ahead log beside it. */
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(to, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
	if (rc != SQLITE_OK) {
		log_warn("backup: %s", to ? sqlite3_errmsg(to) : sqlite3_errstr(rc));
		r = (rc & 0xff) == SQLITE_FULL ? ERR_FULL : (rc & 0xff) == SQLITE_NOMEM ? ERR_NOMEM : ERR_IO;
	}
	sqlite3_close(to);
	if (r == 0 && ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0 || fsync(fd) != 0))
		r = ERR_IO;
	if (r == 0)
		close(fd);
	else
		unlink(path);
	return r;
}

int db_quick_check(struct db *db)
{
	sqlite3_stmt *st = NULL;
	int rc, r;

	sqlite3_set_authorizer(db->h, NULL, NULL);
	rc = sqlite3_prepare_v2(db->h, "PRAGMA quick_check(5)", -1, &st, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	r = rc != SQLITE_ROW ? db_error(db, rc, "quick_check") : strcmp((const char *)sqlite3_column_text(st, 0), "ok") ? ERR_CORRUPT : 0;
	if (r == ERR_CORRUPT && rc == SQLITE_ROW)
		log_err("database damaged: %s", (const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	sqlite3_set_authorizer(db->h, authorize, db);
	return r;
}
