/* db_priv.h - what db.c and schema.c share; nobody else includes it or sqlite3.h, but verify.c.
 *
 * Layer: store. */
#ifndef BALAI_DB_PRIV_H
#define BALAI_DB_PRIV_H
#include <sqlite3.h>
#include <sys/types.h>
#include "db.h"

struct q { struct db *db; sqlite3_stmt *st; const char *name; int err; };
/* Ids taken from the counter in the file and not given yet. The file is ahead of us: what a crash loses is a few numbers. */
struct id_block { const char *name; int64_t next, end, top, size; };       /* top: what the file said when it was taken */
struct db {
	sqlite3 *h; char *path; enum db_mode mode;
	bool must_restart;
	int fault;                 /* first since db_fault_take() */
	int64_t deadline;          /* clock_mono_ms, 0 none */
	int64_t regency;           /* prefix of ids, read at first use */
	ino_t wal_ino;
	int wal_pages;
	struct id_block id[DB_ID_TABLES];
	struct q q[ST_COUNT];
};

int db_error(struct db *, int rc, const char *where);
int db_exec(struct db *, const char *sql, const char *where);
int db_pragma_int(struct db *, const char *sql, int64_t *out);
int schema_check(struct db *);
int q_columns(struct q *);
int q_type(struct q *, int col);           /* SQLITE_INTEGER ... */

#endif
