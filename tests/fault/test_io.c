/* test_io.c - the disk fails at the k-th call of every operation that writes: done and durable, or refused and without effect
 * (security.md R4 small, R6).
 *
 * A dossier goes its way; before each step the file is copied, and the step is tried on the copy with each kind of fault at call 1, 2, 3 ...
 * until it goes through. A sync that failed must end the process (writer.stop), and the file opened anew is whole.
 * BALAI_KINDS=1 tries one kind only. Sabotage run: db_must_restart() answering false (a failed sync is not followed by a restart);
 * unguarded() in db.c answering false, or letting savepoints pass (an operation that goes on after the engine rolled back leaves half of itself). */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include <sodium.h>
#include "batch.h"
#include "clock.h"
#include "db_priv.h"
#include "dossier_world.h"
#include "fault_vfs.h"
#include "random.h"
#include "verify.h"

static struct office o;
static char work[64], path[96], base[96];
static struct { struct db *db; struct store *store; struct writer w; } it;
static struct job *answered;
static unsigned points, restarts, refusals;

static void done(void *arg, struct job *chain)
{
	(void)arg;
	answered = chain;
}

static void open_it(void)
{
	db_use_vfs(FAULT_VFS);
	assert_int_equal(db_open(&it.db, path, DB_WRITE), 0);
	assert_int_equal(store_open(&it.store, it.db, work), 0);
	assert_int_equal(writer_init(&it.w, it.db, it.store, done, NULL), 0);
	db_use_vfs(NULL);
}

static void close_it(void)
{
	writer_clear(&it.w);
	store_close(it.store);
	db_close(it.db);
}

/* What the step changes, seen by a reader of its own. */
static int64_t print_of_file(void)
{
	static const char sql[] = "SELECT (SELECT count(*) FROM journal) * 1000003 + (SELECT coalesce(sum(saved), 0) FROM draft) * 1009"
		" + (SELECT count(*) FROM draft) * 7 + (SELECT count(*) FROM receipt) * 31 + (SELECT coalesce(sum(rev), 0) FROM dossier) * 101"
		" + (SELECT count(*) FROM dossier) * 100000007 + (SELECT count(*) FROM filling) * 13 + (SELECT count(*) FROM person) * 17";
	sqlite3 *h;
	sqlite3_stmt *st;
	int64_t v;

	assert_int_equal(sqlite3_open_v2(path, &h, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(h, sql, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	v = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(h);
	return v;
}

static void copy_base(void)
{
	char buf[65536], other[128];
	FILE *in = fopen(base, "r"), *out;
	size_t n;

	snprintf(other, sizeof other, "%s-wal", path);
	unlink(other);
	snprintf(other, sizeof other, "%s-shm", path);
	unlink(other);
	out = fopen(path, "w");
	while ((n = fread(buf, 1, sizeof buf, in)) > 0)
		assert_int_equal(fwrite(buf, 1, n, out), n);
	fclose(in);
	fclose(out);
}

static struct job *job_for(int64_t account, enum op op, const void *rq)
{
	struct job *j = job_new();

	assert_non_null(j);
	j->op = op_info(op);
	j->rq = arena_dup(&j->arena, rq, j->op->request->size);
	j->rp = arena_alloc(&j->arena, j->op->reply->size);
	j->account = account;
	j->stage = STAGE_WRITE;
	j->extra.peer = j->extra.name = "";
	j->extra.slot = "desk";
	if (j->op->phase == PHASE_ACT)
		j->extra.key = j->rq;
	/* what balai-hash has made before the writer */
	snprintf(j->extra.hash[0], sizeof j->extra.hash[0], "$argon2id$of a one-time code");
	j->extra.hash_ok[0] = true;
	return j;
}

static bool plain_refusal(const struct job *j)
{
	uint32_t code = j->findings.n ? j->findings.v[0].code : 0;

	return code == FIND_disk_full || code == FIND_store_unavailable || code == FIND_read_only || code == FIND_too_busy;
}

static void say(void *arg, const char *line)
{
	(void)arg;
	print_message("# verify: %s\n", line);
}

/* The step with one kind of fault at every call, from the copy. */
static void try_kind(int64_t account, enum op op, const void *rq, enum fault_kind kind)
{
	const char *name = op_info(op)->name;
	struct verify_result res;
	unsigned long k;

	copy_base();
	open_it();
	for (k = 1; k < 500; k++) {
		int64_t before = print_of_file(), after;
		bool fired, unknown;
		int result;

		fault_arm(kind, k);
		writer_batch(&it.w, job_for(account, op, rq));
		fault_disarm();
		fired = fault_fired();
		result = answered->result;
		unknown = answered->unknown;
		points += fired;
		if (kind == FAULT_SYNC && fired)
			assert_true(it.w.stop != 0);           /* never go on after a failed sync */
		if (kind == FAULT_QUOTA && fired && it.w.stop != 0)
			fail_msg("%s, quota at call %lu: the store ends instead of waiting for room", name, k);
		if (it.w.stop) {
			restarts++;
			close_it();
			open_it();
		}
		after = print_of_file();
		if (!unknown && result == 0) {
			if (after == before)
				fail_msg("%s, fault %d at call %lu: done, and nothing is there", name, kind, k);
			job_free(answered);
			break;
		}
		if (!unknown) {
			refusals++;
			if (!plain_refusal(answered))
				fail_msg("%s, fault %d at call %lu: refused with %u", name, kind, k, answered->findings.n ? answered->findings.v[0].code : 0);
			if (after != before)
				fail_msg("%s, fault %d at call %lu: refused, and something has changed (%lld)", name, kind, k, (long long)(after - before));
		} else if (after != before) {
			job_free(answered);
			break;                                 /* asked again with its key it is answered; here the step is over */
		}
		job_free(answered);
		atomic_store(&it.store->mode, STORE_FINE);
		assert_true(fired);
	}
	assert_true(k < 500);
	assert_int_equal(verify_run(it.db, NULL, say, NULL, &res), 0);
	if (res.faults != 0)
		fail_msg("%s, fault %d: the journal does not hold", name, kind);
	close_it();
}

static void step(int64_t account, enum op op, const void *rq, void *rp)
{
	static const enum fault_kind kinds[] = { FAULT_ENOSPC, FAULT_EIO, FAULT_SYNC, FAULT_QUOTA };
	uint8_t copy[4096];
	unsigned n = getenv("BALAI_KINDS") ? 1 : sizeof kinds / sizeof *kinds;

	assert_int_equal(db_backup(o.w.f.db, base), 0);
	for (unsigned i = 0; i < n; i++)
		try_kind(account, op, rq, kinds[i]);
	unlink(base);
	memcpy(copy, rq, op_info(op)->request->size);
	if (store_fixture_run(&o.w.f, account, op, copy, rp) != 0)
		fail_msg("%s: refused with %u", op_info(op)->name, o.w.f.findings.n ? o.w.f.findings.v[0].code : 0);
}

#define STEP(ACCOUNT, OP, ...) do { \
	struct rq_##OP s_rq = { __VA_ARGS__ }; \
	random_uuid7(s_rq.key); \
	step((ACCOUNT), OP_##OP, &s_rq, &rp_##OP##_); \
} while (0)
#define REPLY(OP) static struct rp_##OP rp_##OP##_
REPLY(setting_put); REPLY(grant_put); REPLY(grant_end); REPLY(account_set); REPLY(data_load); REPLY(draft_open); REPLY(draft_save); REPLY(draft_drop);
REPLY(dossier_submit); REPLY(queue_next); REPLY(lease_set); REPLY(gate_record); REPLY(dossier_fire); REPLY(batch_finalise); REPLY(letter_make);
REPLY(evidence_put); REPLY(area_put); REPLY(area_recode); REPLY(area_split); REPLY(person_erase); REPLY(account_put); REPLY(account_reset);
REPLY(import_begin); REPLY(import_row); REPLY(import_accept);

static int setup(void **state)
{
	const char *top = getenv("SRCDIR") ? getenv("SRCDIR") : ".";
	char file[512];

	(void)state;
	fault_register();
	office_open(&o, true);
	snprintf(file, sizeof file, "%s/forms/notice/surat-pengesahan.txt", top);
	store_fixture_data(&o.w.f, "notice", "", file);
	snprintf(file, sizeof file, "%s/forms/list/bukti.list", top);
	store_fixture_data(&o.w.f, "list", "", file);
	snprintf(work, sizeof work, "/tmp/balai-fault-XXXXXX");
	assert_non_null(mkdtemp(work));
	snprintf(path, sizeof path, "%s/balai.db", work);
	snprintf(base, sizeof base, "%s/base", work);
	return 0;
}

static int teardown(void **state)
{
	static const char *const name[] = { "balai.db", "balai.db-wal", "balai.db-shm", "base", "receipt.key", "ballast" };
	char p[128];

	(void)state;
	for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
		snprintf(p, sizeof p, "%s/%s", work, name[i]);
		unlink(p);
	}
	rmdir(work);
	office_close(&o);
	return 0;
}

static uint64_t full_draft(int64_t *draft)
{
	static const struct world_person family[2] = { { "Siti Nur Aisyah", 2, "1980-07-12", "1", "1", "1" }, { "Budi Santoso", 1, "1978-05-03", "2", "1", "2" } };
	struct filling f;
	char card[17];
	uint64_t saved;

	*draft = office_draft(&o, o.sari, "new", 0, o.w.village[0], NULL);
	filling_init(&f);
	world_card(card, ++o.families);
	world_household(&o.w, &f, o.families, card, family, 2);
	saved = (uint64_t)office_int(&o, "SELECT saved FROM draft WHERE id = %lld", (long long)*draft);
	saved = office_save(&o, o.sari, *draft, saved, &f);
	filling_clear(&f);
	return saved;
}

static void accounts(void)
{
	static const uint8_t key[16] = { 1 };
	const struct act_extra made = { .hash_ok = { true }, .hash = { "$argon2id$of a one-time code" }, .key = key, .peer = "", .name = "", .slot = "" };

	o.w.f.extra = &made;
	STEP(o.w.admin, account_put, .name = "baru", .full_name = "Petugas Baru");
	STEP(o.w.admin, account_put, .account = rp_account_put_.account, .full_name = "Petugas Lama");
	STEP(o.w.admin, account_reset, .account = rp_account_put_.account);
	o.w.f.extra = NULL;
}

/* The last chunk of a file makes the row. */
static void evidence(void)
{
	static const uint8_t photo[5000] = { 0xff, 0xd8, 0xff, 0xe0 };
	uint8_t sha[32];
	char state[32];
	int64_t dossier = office_new(&o, o.sari, o.w.village[0], state);

	crypto_hash_sha256(sha, photo, sizeof photo);
	STEP(o.sari, evidence_put, .dossier = dossier, .kind = "rumah", .sha = { sha, 32 }, .total = sizeof photo, .chunk = { photo, sizeof photo });
}

static void import(void)
{
	static const struct world_person one[1] = { { "Suparman", 1, "1975-02-02", "1", "1", "1" } };
	static const uint8_t sha[32] = { 1 };
	struct rq_import_row rq = { .line = 1, .area = o.w.code[3] };
	struct filling f;
	struct arena a;
	char card[17];

	STEP(o.hendra, import_begin, .sha = { sha, 32 }, .form = "bdt2015", .channel = "PRELIST_PUSAT", .area = o.regency, .total = 1);
	filling_init(&f);
	arena_init(&a, 0);
	world_card(card, ++o.families);
	world_household(&o.w, &f, o.families, card, one, 1);
	rq.import = rp_import_begin_.import;
	assert_int_equal(wire_filling_rows(&f, &a, &rq.answers.v, &rq.answers.n, &rq.rows.v, &rq.rows.n), 0);
	random_uuid7(rq.key);
	step(o.hendra, OP_import_row, &rq, &rp_import_row_);
	assert_true(rp_import_row_.accepted);
	STEP(o.kepala, import_accept, .import = rq.import);
	assert_int_equal(rp_import_accept_.applied, 1);
	filling_clear(&f);
	arena_clear(&a);
}

static void areas(void)
{
	struct w_area_new more = { .code = "99.01.01.2090", .name = "Desa Tambahan", .level = 4, .parent_code = "99.01.01" };
	struct w_code_change change = { .old = "99.01.01.2090", .new = "99.01.01.2091" };
	struct w_split_part part = { .household = office_int(&o, "SELECT min(id) FROM household WHERE area = %lld", (long long)o.w.village[3]) };

	STEP(o.w.admin, area_put, .rows = { &more, 1 });
	STEP(o.w.admin, area_recode, .rows = { &change, 1 }, .on_date = "2026-06-11");
	STEP(o.w.admin, area_split, .area = o.w.village[3], .code = "99.01.01.2092", .name = "Desa Pecahan", .on_date = "2026-06-11", .parts = { &part, 1 });
	assert_int_equal(rp_area_split_.households, 1);
}

static void test_every_step(void **state)
{
	static const char list[] = "choices uji {\n\t1 \"Satu\" \"One\"\n}\n";
	struct w_answer answer = { .value = "Jalan Mawar 1" };
	int64_t draft, dossier;
	uint64_t saved;

	(void)state;
	STEP(o.sari, setting_put, .name = "palette", .value = "mono");
	STEP(o.w.admin, grant_put, .account = o.joko, .role = "operator", .area = o.w.village[2]);
	STEP(o.w.admin, grant_end, .grant = rp_grant_put_.grant);
	STEP(o.w.admin, account_set, .account = o.joko, .state = "disabled");
	STEP(o.w.admin, data_load, .sort = "list", .name = "uji", .body = list);
	STEP(o.sari, draft_open, .kind = "new", .area = o.w.village[0]);
	draft = rp_draft_open_.draft;
	answer.field = form_field_named(o.w.q, "address")->number;
	{
		struct rq_draft_save rq = { .draft = draft, .saved = rp_draft_open_.saved, .answers = { &answer, 1 }, .field = answer.field };

		step(o.sari, OP_draft_save, &rq, &rp_draft_save_);
	}
	STEP(o.sari, draft_drop, .draft = draft);
	saved = full_draft(&draft);
	STEP(o.sari, dossier_submit, .draft = draft, .saved = saved);
	dossier = rp_dossier_submit_.dossier;
	STEP(o.ratna, queue_next, .queue = "verification");
	STEP(o.ratna, gate_record, .dossier = dossier, .gate = "documents", .state = "lengkap", .on_date = "2026-06-10", .ref = "1");
	STEP(o.ratna, lease_set, .dossier = dossier, .queue = "verification", .action = "release", .fence = rp_queue_next_.fence);
	STEP(o.ratna, dossier_fire, .dossier = dossier, .rev = (uint64_t)office_rev(&o, dossier), .event = "verify");
	assert_int_equal(office_gate(&o, o.hendra, dossier, "deliberation", "layak"), 0);
	assert_int_equal(office_gate(&o, o.ratna, dossier, "field_visit", "selesai"), 0);
	STEP(o.hendra, dossier_fire, .dossier = dossier, .rev = (uint64_t)office_rev(&o, dossier), .event = "validate");
	STEP(o.hendra, batch_finalise, .period = "juni", .area = o.w.village[0]);
	STEP(o.hendra, letter_make, .batch = rp_batch_finalise_.batch);
	accounts();
	evidence();
	import();
	areas();
	STEP(o.w.admin, person_erase, .person = office_int(&o, "SELECT min(id) FROM person"), .reason = "permintaan tertulis");
	STEP(o.w.admin2, person_erase, .person = office_int(&o, "SELECT min(id) FROM person"), .reason = "permintaan tertulis");
	print_message("# %u faults, %u refused plainly, %u restarts\n", points, refusals, restarts);
	assert_true(points > 400);
}

/* The disk is full: reads with their leaves go on in the room of the ballast, writes are refused; when that room is used up reads
 * stop and say why; when there is room again everything goes on by itself. */
static void test_full(void **state)
{
	struct rq_setting_put put = { .name = "palette", .value = "full" };
	struct rq_desk_show show = { .has = 0 };
	struct rq_logout leave = { .has = 0 };
	struct job *chain, *leaves;
	char ballast[96];
	unsigned shown = 0;

	(void)state;
	assert_int_equal(db_backup(o.w.f.db, base), 0);
	copy_base();
	open_it();
	assert_int_equal(ballast_make(work), 0);
	snprintf(ballast, sizeof ballast, "%s/ballast", work);
	fault_full(ballast, 400000);
	random_uuid7(put.key);
	/* who leaves in the very batch that met the end of the disk does leave (sabotage: lost() clearing binds) */
	chain = job_for(o.sari, OP_setting_put, &put);
	chain->next = leaves = job_for(o.sari, OP_logout, &leave);
	leaves->binds = true;
	leaves->bound_account = o.sari;
	writer_batch(&it.w, chain);
	assert_ptr_equal(answered, chain);
	assert_int_equal(chain->findings.v[0].code, FIND_disk_full);
	assert_int_equal(leaves->result, 0);
	assert_true(leaves->binds);
	assert_int_equal(leaves->bound_account, 0);
	job_free(chain);
	job_free(leaves);
	assert_int_equal(access(ballast, F_OK), -1);
	for (int i = 0; i < 1000; i++) {
		struct job *j = job_for(o.sari, OP_desk_show, &show);
		bool refused;

		j->leaf = journal_new(&j->arena, OP_desk_show, o.sari, 1, clock_now_ms());
		assert_int_equal(journal_shown(j->leaf, 77 + i), 0);
		writer_batch(&it.w, j);
		refused = answered->result != 0;
		if (refused)
			assert_int_equal(answered->findings.v[0].code, FIND_disk_full);
		job_free(answered);
		if (refused)
			break;
		shown++;
	}
	print_message("# %u reads went on in the room of the ballast\n", shown);
	assert_true(shown >= 10 && shown < 1000);
	assert_int_equal(it.w.stop, 0);
	fault_full(NULL, 0);
	clock_step(6000);
	writer_ticks(&it.w);
	assert_int_equal(atomic_load(&it.store->mode), STORE_FINE);
	assert_int_equal(access(ballast, F_OK), 0);
	writer_batch(&it.w, job_for(o.sari, OP_setting_put, &put));
	assert_int_equal(answered->result, 0);
	job_free(answered);
	close_it();
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_every_step), cmocka_unit_test(test_full) };

	return cmocka_run_group_tests(tests, setup, teardown);
}
