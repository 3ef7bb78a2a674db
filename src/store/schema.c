/* schema.c - brings a file to the newest step, or refuses it.
 *
 * user_version is the number of the last step. A step and its number are one transaction, so a crash leaves the file before or
 * after a step, never inside. table schema_step keeps the hash of every step that made this file: a file whose steps were other
 * ones is not ours to open. */
#include "config.h"
#include <sodium.h>
#include <string.h>
#include "clock.h"
#include "db_priv.h"
#include "log.h"
#include "schema_gen.h"

#define STEPS ((int)(sizeof schema_steps / sizeof *schema_steps))

static int foreign(const char *what)
{
	log_err("database file refused: %s", what);
	return ERR_VERSION;
}

static int step_known(struct db *db, int number)
{
	uint8_t sha[32];
	sqlite3_stmt *st = NULL;
	int rc, same = 0;

	crypto_hash_sha256(sha, (const uint8_t *)schema_steps[number - 1].sql, strlen(schema_steps[number - 1].sql));
	rc = sqlite3_prepare_v2(db->h, "SELECT sha FROM schema_step WHERE number = ?1", -1, &st, NULL);
	if (rc == SQLITE_OK) {
		sqlite3_bind_int(st, 1, number);
		if ((rc = sqlite3_step(st)) == SQLITE_ROW)
			same = sqlite3_column_bytes(st, 0) == 32 && !memcmp(sqlite3_column_blob(st, 0), sha, 32);
	}
	sqlite3_finalize(st);
	if (rc == SQLITE_ROW || rc == SQLITE_DONE)
		return same ? 0 : foreign("it was made by other schema steps than this program's");
	return db_error(db, rc, "schema_step");
}

static int steps_of(struct db *db, int *have)
{
	int64_t app = 0, version = 0, tables = 0;
	int r;

	if ((r = db_pragma_int(db, "PRAGMA application_id", &app)) != 0 ||
	    (r = db_pragma_int(db, "PRAGMA user_version", &version)) != 0 ||
	    (r = db_pragma_int(db, "SELECT count(*) FROM sqlite_schema", &tables)) != 0)
		return r;
	if (app == 0 && version == 0 && tables == 0) {
		*have = 0;
		return 0;
	}
	if (app != SCHEMA_APPLICATION)
		return foreign("it belongs to another application");
	if (version > STEPS)
		return foreign("it was made by a newer program");
	*have = (int)version;
	for (int i = 1; i <= *have; i++)
		if ((r = step_known(db, i)) != 0)
			return r;
	return 0;
}

static int step_apply(struct db *db, int number)
{
	uint8_t sha[32];
	char *record = NULL;
	const char *sql = schema_steps[number - 1].sql;
	char hex[65];
	int r;

	crypto_hash_sha256(sha, (const uint8_t *)sql, strlen(sql));
	sodium_bin2hex(hex, sizeof hex, sha, sizeof sha);
	record = sqlite3_mprintf("INSERT INTO schema_step (number, name, sha, at) VALUES (%d, %Q, x'%s', %lld);"
		"PRAGMA user_version=%d; PRAGMA application_id=%d", number, schema_steps[number - 1].name, hex,
		(long long)clock_now_ms(), number, SCHEMA_APPLICATION);
	if (record == NULL)
		return ERR_NOMEM;
	r = db_exec(db, "BEGIN IMMEDIATE", schema_steps[number - 1].name);
	if (r == 0 && number == 1)
		r = db_exec(db, "CREATE TABLE schema_step (number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha BLOB NOT NULL,"
			" at INTEGER NOT NULL) STRICT", "schema_step");
	if (r == 0)
		r = db_exec(db, sql, schema_steps[number - 1].name);
	if (r == 0)
		r = db_exec(db, record, schema_steps[number - 1].name);
	if (r == 0)
		r = db_exec(db, "COMMIT", schema_steps[number - 1].name);
	if (r != 0 && !sqlite3_get_autocommit(db->h))
		sqlite3_exec(db->h, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_free(record);
	return r;
}

int schema_check(struct db *db)
{
	int have = 0, r = steps_of(db, &have);

	return r ? r : have == STEPS ? 0 : ERR_OLDER;
}

int schema_migrate(struct db *db)
{
	int have = 0, r = steps_of(db, &have);

	while (r == 0 && have < STEPS)
		r = step_apply(db, ++have);
	return r;
}
