/* test_db.c - the door to the engine: settings, steps, errors, savepoints, ids; and the journal on it.
 * Sabotage run: schema.c without the version comparison (test_newer_refused fails); journal.c without the seq comparison in
 * write_row (test_rolled_back_row fails). */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <sqlite3.h>
#include "arena.h"
#include "clock.h"
#include "db.h"
#include "journal.h"

static char dir[64], path[96];

static int setup(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "/tmp/balai-db-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/balai.db", dir);
	return 0;
}

static int teardown(void **state)
{
	static const char *const name[] = { "balai.db", "balai.db-wal", "balai.db-shm", "copy.db" };
	char p[128];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		snprintf(p, sizeof p, "%s/%s", dir, name[i]);
		unlink(p);
	}
	return rmdir(dir);
}

static void office(struct db *db)
{
	struct q *q;

	assert_int_equal(db_begin(db), 0);
	q = db_q(db, ST_office_put);
	q_blob(q, 1, "0123456789abcdef", 16);
	q_int(q, 2, 9901);
	q_text(q, 3, "Kabupaten Contoh");
	q_text(q, 4, "Asia/Jakarta");
	q_int(q, 5, 1);
	assert_int_equal(q_done(q), 0);
	assert_int_equal(db_commit(db), 0);
}

static void outside(const char *sql)
{
	sqlite3 *h;

	assert_int_equal(sqlite3_open(path, &h), SQLITE_OK);
	assert_int_equal(sqlite3_exec(h, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(h);
}

static void test_open_twice(void **state)
{
	struct db *db, *rd;

	(void)state;
	assert_int_equal(db_open(&db, path, DB_WRITE), 0);
	office(db);
	assert_int_equal(db_open(&rd, path, DB_READ), 0);
	assert_int_equal(db_begin(rd), ERR_READONLY);
	db_rollback(rd);
	db_close(rd);
	db_close(db);
	assert_int_equal(db_open(&db, path, DB_WRITE), 0);
	assert_int_equal(db_wal_links(db), 1);
	db_close(db);
}

static void test_newer_refused(void **state)
{
	struct db *db;

	(void)state;
	assert_int_equal(db_open(&db, path, DB_WRITE), 0);
	db_close(db);
	outside("PRAGMA user_version=999");
	assert_int_equal(db_open(&db, path, DB_WRITE), ERR_VERSION);
	outside("PRAGMA user_version=1; PRAGMA application_id=7");
	assert_int_equal(db_open(&db, path, DB_WRITE), ERR_VERSION);
}

static void test_other_steps_refused(void **state)
{
	struct db *db;

	(void)state;
	assert_int_equal(db_open(&db, path, DB_WRITE), 0);
	db_close(db);
	outside("UPDATE schema_step SET sha = zeroblob(32) WHERE number = 1");
	assert_int_equal(db_open(&db, path, DB_WRITE), ERR_VERSION);
}

static void test_not_a_database(void **state)
{
	struct db *db;
	FILE *f = fopen(path, "w");

	(void)state;
	fputs("this is a text, and a long enough one that the header is not empty ..........................................\n", f);
	fclose(f);
	assert_int_equal(db_open(&db, path, DB_WRITE), ERR_CORRUPT);
}

/* The next process's first id. */
static int64_t again(struct db **db)
{
	int64_t id;

	db_close(*db);
	assert_int_equal(db_open(db, path, DB_WRITE), 0);
	assert_int_equal(db_begin(*db), 0);
	id = db_id(*db, "a");
	assert_int_equal(db_commit(*db), 0);
	return id;
}

static void test_ids(void **state)
{
	struct db *db;
	int64_t last;

	(void)state;
	assert_int_equal(db_open(&db, path, DB_WRITE), 0);
	office(db);
	assert_int_equal(db_begin(db), 0);
	assert_int_equal(db_id(db, "a"), 9901 * DB_ID_SPAN + 1);
	assert_int_equal(db_id(db, "a"), 9901 * DB_ID_SPAN + 2);
	assert_int_equal(db_id(db, "b"), 9901 * DB_ID_SPAN + 1);
	/* Blocks that were taken inside what is rolled back are not in the file any more. Sabotages run: no ids_drop() in release(), none in
	 * db_rollback(); no max() in id_block. Each time the file would give again what was given. */
	assert_int_equal(db_save(db), 0);
	for (int i = 3; i <= 20; i++)
		assert_int_equal(db_id(db, "a"), 9901 * DB_ID_SPAN + i);
	assert_int_equal(db_release(db, false), 0);
	assert_int_equal(db_id(db, "a"), 9901 * DB_ID_SPAN + 21);
	for (int i = 1; i <= 3; i++)
		assert_int_equal(db_counter(db, "c"), i);
	assert_int_equal(db_commit(db), 0);
	last = again(&db);
	assert_true(last > 9901 * DB_ID_SPAN + 21);
	assert_int_equal(db_begin(db), 0);
	for (int i = 1; i <= 200; i++)
		assert_int_equal(db_id(db, "a"), last + i);
	assert_int_equal(db_rollback(db), 0);
	assert_int_equal(db_begin(db), 0);
	assert_int_equal(db_id(db, "a"), last + 201);
	assert_int_equal(db_commit(db), 0);
	assert_true(again(&db) > last + 201);
	db_close(db);
}

static void put_account(struct db *db, int64_t id, const char *name, int64_t seq)
{
	struct q *q = db_q(db, ST_account_put);

	q_int(q, 1, id);
	q_text(q, 2, name);
	q_text(q, 3, "Nama");
	q_int(q, 4, 5);
	q_int(q, 5, seq);
	assert_int_equal(q_done(q), 0);
}

static size_t rows_of(struct db *db, int64_t seq, int64_t id)
{
	uint8_t c[32];

	return journal_commitment(db, JT_ACCOUNT, id, seq, c) == 0;
}

static void test_rolled_back_row(void **state)
{
	struct journal j;
	struct journal_draft *d;
	struct arena a;
	struct db *db;
	int64_t seq;

	(void)state;
	arena_init(&a, 0);
	assert_int_equal(db_open(&db, path, DB_WRITE), 0);
	office(db);
	assert_int_equal(journal_open(&j, db), 0);
	assert_int_equal(db_begin(db), 0);
	d = journal_new(&a, 71, 1, 2, 1000);
	put_account(db, 5, "satu", journal_next(&j));
	put_account(db, 6, "lama", 77);            /* another operation's row: not a version of this one */
	assert_int_equal(journal_touch(d, JT_ACCOUNT, 5), 0);
	assert_int_equal(journal_touch(d, JT_ACCOUNT, 5), 0);
	assert_int_equal(journal_touch(d, JT_ACCOUNT, 6), 0);
	assert_int_equal(db_reg_save(db), 0);
	put_account(db, 7, "dua", journal_next(&j));
	assert_int_equal(journal_touch(d, JT_ACCOUNT, 7), 0);
	assert_int_equal(db_reg_release(db, false), 0);
	assert_int_equal(journal_write(&j, db, d, &seq), 0);
	assert_int_equal(seq, 1);
	assert_int_equal(rows_of(db, 1, 5), 1);
	assert_int_equal(rows_of(db, 1, 6), 0);
	assert_int_equal(rows_of(db, 1, 7), 0);
	assert_int_equal(journal_head_write(&j, db, 1000), 0);
	assert_int_equal(db_commit(db), 0);
	journal_committed(&j);
	db_close(db);
	arena_clear(&a);
}

/* 600 leaves in batches, some rolled back; the tree rebuilt from the file is the tree in memory. */
static void test_tree_rebuilt(void **state)
{
	struct journal j, again;
	struct arena a;
	struct db *db;
	uint8_t r1[32], r2[32];
	int64_t seq, max = 0;

	(void)state;
	arena_init(&a, 0);
	assert_int_equal(db_open(&db, path, DB_WRITE), 0);
	office(db);
	assert_int_equal(journal_open(&j, db), 0);
	for (int batch = 0; batch < 60; batch++) {
		assert_int_equal(db_begin(db), 0);
		for (int i = 0; i < 12; i++) {
			struct journal_draft *d = journal_new(&a, 20, 1, 2, 1000 + i);

			assert_int_equal(journal_shown(d, 100 + i), 0);
			assert_int_equal(journal_write(&j, db, d, &seq), 0);
		}
		if (batch % 6 == 5) {
			assert_int_equal(db_rollback(db), 0);
			journal_rolled_back(&j);
			continue;
		}
		max = seq;
		assert_int_equal(journal_head_write(&j, db, 1), 0);
		assert_int_equal(db_commit(db), 0);
		journal_committed(&j);
	}
	assert_int_equal(max, 600);
	merkle_root(&j.tree, r1);
	db_close(db);
	assert_int_equal(db_open(&db, path, DB_WRITE), 0);
	assert_int_equal(journal_open(&again, db), 0);
	merkle_root(&again.tree, r2);
	assert_memory_equal(r1, r2, 32);
	assert_int_equal(again.tree.n, 600);
	db_close(db);
	outside("DELETE FROM journal WHERE seq = 600");
	assert_int_equal(db_open(&db, path, DB_WRITE), 0);
	assert_int_equal(journal_open(&again, db), ERR_CORRUPT);
	db_close(db);
	arena_clear(&a);
}

/* RFC 6962 / RFC 9162 test inputs: the roots of the first eight leaves of the certificate transparency suite. */
static void test_tree_vectors(void **state)
{
	static const struct { const char *leaf; size_t n; } in[8] = { { "", 0 }, { "\0", 1 }, { "\x10", 1 }, { "\x20\x21", 2 }, { "\x30\x31", 2 },
		{ "\x40\x41\x42\x43", 4 }, { "\x50\x51\x52\x53\x54\x55\x56\x57", 8 },
		{ "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16 } };
	static const char *const root[3] = { "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" };
	struct merkle m = { 0 };
	uint8_t h[32], tile[32];
	char hex[65];

	(void)state;
	for (int i = 0; i < 8; i++) {
		merkle_leaf(in[i].leaf, in[i].n, h);
		assert_int_equal(merkle_append(&m, h, tile), 0);
		merkle_root(&m, h);
		for (int k = 0; k < 32; k++)
			snprintf(hex + 2 * k, 3, "%02x", h[k]);
		if (i < 2)
			assert_string_equal(hex, root[i]);
	}
	assert_string_equal(hex, root[2]);
}

static void test_backup(void **state)
{
	struct db *db;
	char copy[128];

	(void)state;
	assert_int_equal(db_open(&db, path, DB_WRITE), 0);
	office(db);
	snprintf(copy, sizeof copy, "%s/copy.db", dir);
	assert_int_equal(db_backup(db, copy), 0);
	assert_int_equal(db_backup(db, copy), ERR_READONLY);   /* never over an existing file */
	assert_int_equal(db_quick_check(db), 0);
	db_close(db);
	assert_int_equal(db_open(&db, copy, DB_READ), 0);
	db_close(db);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_open_twice), T(test_newer_refused), T(test_other_steps_refused), T(test_not_a_database), T(test_ids),
		T(test_rolled_back_row), T(test_tree_rebuilt), cmocka_unit_test(test_tree_vectors), T(test_backup),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
