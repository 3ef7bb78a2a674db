/* db.h - the only door to the database engine.
 *
 * Layer: store. One struct db is one connection of one thread. SQL stands only in stmt_*.def as named statements:
 * STMT(name, "SQL"); a statement is prepared once per connection on first use. A second engine is a second db.c and a
 * second set of .def files.
 * Errors: 0 or ERR_FULL, ERR_IO, ERR_READONLY, ERR_CORRUPT, ERR_NOMEM, ERR_BUSY. A failed constraint is ERR_RANGE (the
 * caller decides whether it is a bug). Logged once here, with statement name and extended code. After an error a query
 * needs no cleaning: every db_q() resets. */
#ifndef BALAI_DB_H
#define BALAI_DB_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arena.h"
#include "err.h"

enum stmt {
#define STMT(name, sql) ST_##name,
#include "stmt_all.def"
#undef STMT
	ST_COUNT
};

struct db;
enum db_mode { DB_WRITE, DB_READ };
/* DB_WRITE creates and migrates (schema.c), DB_READ gives ERR_OLDER where that would be needed; checks application id and version */
int  db_open(struct db **, const char *path, enum db_mode);
void db_close(struct db *);
const char *db_path(const struct db *);
void db_use_vfs(const char *name);                     /* tests: the VFS of every connection opened from now on; NULL the machine's */

/* One statement at a time per name: ask again only when you are through with the last one.
 *     struct q *q = db_q(db, ST_person_by_nik); q_int(q, 1, nik); while ((r = q_step(q)) == 1) ... q_get_int(q, 0) ... */
struct q;
struct q *db_q(struct db *, enum stmt);                /* never NULL: an error is kept and returned by q_step */
void q_int(struct q *, int i, int64_t);                /* parameters from 1 */
void q_text(struct q *, int i, const char *);          /* NULL binds NULL; borrowed until q_step or reset */
void q_blob(struct q *, int i, const void *, size_t);
void q_null(struct q *, int i);
void q_id(struct q *, int i, int64_t);                 /* 0 binds NULL */
int  q_step(struct q *);                               /* 1 row, 0 done, ERR_ */
int  q_done(struct q *);                               /* steps a statement that gives no rows: 0 or ERR_ */
void q_reset(struct q *);
int64_t q_get_int(struct q *, int col);                /* columns from 0; NULL is 0 */
const char *q_get_text(struct q *, int col);           /* "" for NULL; borrowed until the next step */
char *q_get_strdup(struct q *, int col, struct arena *);
const void *q_get_blob(struct q *, int col, size_t *n);
bool q_is_null(struct q *, int col);
int  q_changes(struct q *);

int  db_begin(struct db *);                            /* BEGIN IMMEDIATE */
int  db_begin_read(struct db *);                       /* a reader's snapshot; ended by db_rollback() */
bool db_in_transaction(struct db *);                   /* false after the engine itself rolled back (disk full, I/O error) */
/* The first error of the machine (ERR_FULL, ERR_IO, ERR_READONLY, ERR_CORRUPT, ERR_NOMEM) since it was last asked for, 0 none: act.c asks
 * after every operation, so that one who takes "could not be read" for "is not there" is not believed. */
int  db_fault_take(struct db *);
bool db_must_restart(const struct db *);               /* a sync failed: memory and disk may differ, the process has to end */
void db_deadline(struct db *, int64_t mono_ms);        /* statements that run on past this moment give ERR_BUSY; 0 none */
int  db_commit(struct db *);                           /* the only COMMIT of the program */
int  db_rollback(struct db *);
int  db_save(struct db *);                             /* SAVEPOINT op */
int  db_release(struct db *, bool keep);               /* RELEASE, or ROLLBACK TO and RELEASE */
int  db_reg_save(struct db *);                         /* a second, inner savepoint: the register's part of an operation */
int  db_reg_release(struct db *, bool keep);
/* A new id: regency * DB_ID_SPAN + counter, never given twice; ERR_ < 0. Counted in memory, from blocks that the file hands out:
 * a rollback or a crash leaves a gap. table: a literal, one of at most DB_ID_TABLES. */
int64_t db_id(struct db *, const char *table);
#define DB_ID_SPAN INT64_C(100000000000)
#define DB_ID_TABLES 32
int64_t db_counter(struct db *, const char *name);     /* 1, 2, 3 ... without the prefix and without gaps; ERR_ < 0 */

/* The writer's connection only. */
int  db_checkpoint(struct db *, bool truncate, int *wal_pages);    /* passive (truncate: all of it); pages left in the log */
int  db_wal_pages(const struct db *);                   /* pages in the log after the last commit */
int  db_wal_links(struct db *);                        /* links of the open write-ahead log: 0 means somebody deleted it under us */
int  db_backup(struct db *, const char *path);         /* a consistent copy, synced, mode 0600; the target must not exist */
int  db_quick_check(struct db *);                      /* 0 or ERR_CORRUPT */

/* schema.c: numbered steps; each in a transaction of its own. 0, ERR_VERSION (newer or foreign), ERR_. */
int  schema_migrate(struct db *);
#define SCHEMA_APPLICATION 0x42616c61                  /* "Bala" */

#endif
