/* store_fixture.c - see store_fixture.h */
#include "config.h"
#include <assert.h>
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include <sodium.h>
#include "clock.h"
#include "db_priv.h"
#include "log.h"
#include "store_fixture.h"
#include "verify.h"

static void ctx(struct store_fixture *f, struct op_ctx *cx, enum op op)
{
	*cx = (struct op_ctx){ .db = f->db, .arena = &f->arena, .findings = &f->findings, .now_ms = clock_now_ms(),
		.zone_minutes = f->store->zone_minutes, .op = op_info(op), .store = f->store, .binding = 1, .extra = f->extra };
	cx->today = clock_day(cx->now_ms, cx->zone_minutes);
	assert_non_null(cx->op);
}

void store_fixture_open(struct store_fixture *f)
{
	struct q *q;

	memset(f, 0, sizeof *f);
	assert_true(sodium_init() >= 0);
	clock_fix(FIXTURE_NOW);
	arena_init(&f->arena, 0);
	finding_list_init(&f->findings);
	snprintf(f->dir, sizeof f->dir, "/tmp/balai-store-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof f->path, "%s/balai.db", f->dir);
	assert_int_equal(db_open(&f->db, f->path, DB_WRITE), 0);
	assert_int_equal(db_begin(f->db), 0);
	q = db_q(f->db, ST_office_put);
	q_blob(q, 1, "0123456789abcdef", 16);
	q_int(q, 2, 9901);
	q_text(q, 3, "Dinas Sosial Kabupaten Contoh");
	q_text(q, 4, "Asia/Jakarta");
	q_int(q, 5, clock_now_ms());
	assert_int_equal(q_done(q), 0);
	assert_int_equal(db_commit(f->db), 0);
	assert_int_equal(store_open(&f->store, f->db, f->dir), 0);
	assert_int_equal(journal_open(&f->journal, f->db), 0);
	f->cache = scope_cache_new();
	assert_non_null(f->cache);
}

static void remove_tree(const char *dir)
{
	DIR *d = opendir(dir);
	char path[512];

	for (struct dirent *e; d && (e = readdir(d)) != NULL; ) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		if (unlink(path) != 0)
			remove_tree(path);
	}
	if (d)
		closedir(d);
	rmdir(dir);
}

static void differs(void *arg, const char *line)
{
	(void)arg;
	print_message("# verify: %s\n", line);
}

/* Whatever a test did: every row is what the journal says. An operation that forgets journal_touch() is found here. */
static void verify(struct store_fixture *f)
{
	struct verify_result res;

	assert_int_equal(verify_run(f->db, NULL, differs, NULL, &res), 0);
	assert_int_equal(res.faults, 0);
}

void store_fixture_close(struct store_fixture *f)
{
	if (!f->unverified)
		verify(f);
	scope_cache_free(f->cache);
	store_close(f->store);
	db_close(f->db);
	finding_list_clear(&f->findings);
	arena_clear(&f->arena);
	remove_tree(f->dir);
	clock_free();
}

static void commit(struct store_fixture *f)
{
	assert_int_equal(journal_head_write(&f->journal, f->db, clock_now_ms()), 0);
	assert_int_equal(db_commit(f->db), 0);
	journal_committed(&f->journal);
	f->store->ntell = 0;
	if (f->store->data_changed)
		atomic_fetch_add(&f->store->data_epoch, 1);
	f->store->data_changed = false;
}

struct op_ctx *store_fixture_begin(struct store_fixture *f, int64_t account, enum op op)
{
	struct op_ctx *cx = arena_alloc(&f->arena, sizeof *cx);
	static const struct actor nobody = { .name = "", .full_name = "" };

	assert_non_null(cx);
	finding_list_clear(&f->findings);
	finding_list_init(&f->findings);
	ctx(f, cx, op);
	assert_int_equal(db_begin(f->db), 0);
	cx->seq = journal_next(&f->journal);
	cx->leaf = journal_new(&f->arena, (int)op, account, 1, cx->now_ms);
	cx->actor = &nobody;
	if (account)
		assert_int_equal(scope_actor(f->cache, f->db, account, cx->op->roles, cx->today, store_epoch(f->store), &cx->actor), 0);
	return cx;
}

void store_fixture_end(struct store_fixture *f, struct op_ctx *cx, bool keep)
{
	if (!keep) {
		assert_int_equal(db_rollback(f->db), 0);
		journal_rolled_back(&f->journal);
		return;
	}
	store_epoch_next(f->store);
	if (!journal_is_quiet(cx->leaf))
		assert_int_equal(journal_write(&f->journal, f->db, cx->leaf, &f->seq), 0);
	commit(f);
}

int64_t store_fixture_account(struct store_fixture *f, const char *name, const char *roles, int64_t area)
{
	struct op_ctx *cx = store_fixture_begin(f, 0, OP_account_put);
	int64_t account = db_id(f->db, "account");
	struct q *q = db_q(f->db, ST_account_put);
	char copy[128], *save = NULL;

	assert_true(account > 0);
	q_int(q, 1, account);
	q_text(q, 2, name);
	q_text(q, 3, name);
	q_int(q, 4, cx->now_ms);
	q_int(q, 5, cx->seq);
	assert_int_equal(q_done(q), 0);
	assert_int_equal(journal_touch(cx->leaf, JT_ACCOUNT, account), 0);
	snprintf(copy, sizeof copy, "%s", roles);
	for (char *role = strtok_r(copy, ",", &save); role; role = strtok_r(NULL, ",", &save)) {
		int64_t id = db_id(f->db, "role_grant");

		assert_true(role_parse(role) != 0);
		q = db_q(f->db, ST_grant_put);
		q_int(q, 1, id);
		q_int(q, 2, account);
		q_text(q, 3, role);
		q_int(q, 4, area);
		q_text(q, 5, "2020-01-01");
		q_null(q, 6);
		q_int(q, 7, cx->seq);
		assert_int_equal(q_done(q), 0);
		assert_int_equal(journal_touch(cx->leaf, JT_GRANT, id), 0);
	}
	store_fixture_end(f, cx, true);
	return account;
}

int store_fixture_run(struct store_fixture *f, int64_t account, enum op op, void *rq, void *rp)
{
	struct op_ctx cx;
	int r, r2;

	arena_reset(&f->arena);
	finding_list_clear(&f->findings);
	finding_list_init(&f->findings);
	ctx(f, &cx, op);
	f->seq = 0;
	memset(rp, 0, cx.op->reply->size);
	if (cx.op->phase == PHASE_LOOK || cx.op->phase == PHASE_READ) {
		assert_int_equal(db_begin_read(f->db), 0);
		r = act_look(&cx, f->cache, account, store_epoch(f->store), rq, rp);
		assert_int_equal(db_rollback(f->db), 0);
		if (r == 0 && cx.leaf) {
			assert_int_equal(db_begin(f->db), 0);
			assert_int_equal(act_record(f->db, &f->journal, cx.leaf, &f->seq), 0);
			commit(f);
		}
		return r;
	}
	assert_int_equal(db_begin(f->db), 0);
	r = act_run(&cx, &f->journal, f->cache, account, rq, rp, &f->seq, NULL);
	f->kept = cx.keep;
	if (r < 0) {
		r2 = db_rollback(f->db);
		assert_int_equal(r2, 0);
		journal_rolled_back(&f->journal);
	} else {
		commit(f);
		store_epoch_next(f->store);
	}
	return r;
}

void store_fixture_data(struct store_fixture *f, const char *sort, const char *name, const char *path)
{
	static char body[1 << 20];
	struct op_ctx *cx;
	const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	char plain[64];
	uint8_t sha[32];
	FILE *in = fopen(path, "r");
	size_t n;
	int64_t id;
	struct q *q;

	if (in == NULL)
		fail_msg("%s: cannot be opened", path);
	n = fread(body, 1, sizeof body - 1, in);
	fclose(in);
	body[n] = 0;
	snprintf(plain, sizeof plain, "%.*s", (int)strcspn(base, "."), base);
	cx = store_fixture_begin(f, 0, OP_data_load);
	id = db_id(f->db, "data");
	crypto_hash_sha256(sha, (const uint8_t *)body, n);
	q = db_q(f->db, ST_data_put);
	q_int(q, 1, id);
	q_text(q, 2, sort);
	q_text(q, 3, *name ? name : plain);
	q_int(q, 4, cx->seq);          /* versions only have to rise */
	q_blob(q, 5, sha, 32);
	q_text(q, 6, body);
	q_int(q, 7, cx->seq);
	assert_int_equal(q_done(q), 0);
	assert_int_equal(journal_touch(cx->leaf, JT_DATA, id), 0);
	store_fixture_end(f, cx, true);
	atomic_fetch_add(&f->store->data_epoch, 1);
}

int64_t store_fixture_int(struct store_fixture *f, const char *sql)
{
	int64_t v = 0;

	sqlite3_set_authorizer(f->db->h, NULL, NULL);
	assert_int_equal(db_pragma_int(f->db, sql, &v), 0);
	return v;
}

void store_fixture_sql(struct store_fixture *f, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	assert_true(vasprintf(&text, fmt, ap) > 0);
	va_end(ap);
	sqlite3_set_authorizer(f->db->h, NULL, NULL);
	if (sqlite3_exec(f->db->h, text, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", text, sqlite3_errmsg(f->db->h));
	free(text);
}
