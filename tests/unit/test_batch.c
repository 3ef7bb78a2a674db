/* Windows and the reserve, batches and their letter, recaps, imports, evidence, erasure. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cmocka.h>
#include <sodium.h>
#include "blob.h"
#include "clock.h"
#include "dossier.h"
#include "dossier_world.h"
#include "finalise.h"
#include "intake.h"

static struct office o;

/* In the place of libc's: the disk of these tests has so many blocks free, of 4 KB, out of a million. */
static unsigned long blocks_free = 500000;

int statvfs(const char *path, struct statvfs *v)
{
	(void)path;
	*v = (struct statvfs){ .f_frsize = 4096, .f_bsize = 4096, .f_blocks = 1000000, .f_bfree = blocks_free, .f_bavail = blocks_free };
	return 0;
}

/* Also in the place of libc's: how often a folder was synced that ends with these. */
static unsigned synced_state, synced_blob;

int fsync(int fd)
{
	char link[40], path[512] = "";

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, path, sizeof path - 1);
	synced_blob += n > 5 && strcmp(path + n - 5, "/blob") == 0;
	synced_state += n > 0 && o.w.f.store != NULL && strcmp(path, store_dir(o.w.f.store)) == 0;
	return (int)syscall(SYS_fsync, fd);
}

static int open_office(bool window)
{
	char path[512];
	office_open(&o, window);
	snprintf(path, sizeof path, "%s/forms/notice/surat-pengesahan.txt", getenv("SRCDIR") ? getenv("SRCDIR") : ".");
	store_fixture_data(&o.w.f, "notice", "", path);
	snprintf(path, sizeof path, "%s/forms/list/bukti.list", getenv("SRCDIR") ? getenv("SRCDIR") : ".");
	store_fixture_data(&o.w.f, "list", "", path);
	return 0;
}

static int setup(void **state)
{
	(void)state;
	return open_office(true);
}

static int setup_closed(void **state)
{
	(void)state;
	return open_office(false);
}

static int teardown(void **state)
{
	(void)state;
	office_invariants(&o);
	office_close(&o);
	return 0;
}

static void tick(bool *left, int most)
{
	struct op_ctx *cx = store_fixture_begin(&o.w.f, 0, OP_data_load);
	assert_int_equal(period_tick(cx, most, left), 0);
	store_fixture_end(&o.w.f, cx, true);
}

static void reserve_waits_and_goes_on(void **state)
{
	(void)state;
	char s[32];
	bool left;
	int64_t d[5];
	office_period(&o, "mei", "2026-05-01", "2026-05-11", "2026-05-20");
	for (int i = 0; i < 4; i++) {
		d[i] = office_new(&o, o.sari, o.w.village[0], s);
		assert_string_equal(s, "reserve");
		clock_step(1000);
	}
	tick(&left, 100);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM dossier WHERE state = 'reserve'"), 4);
	struct rq_desk_show desk = { 0 };
	struct rp_desk_show home;
	office_period(&o, "juli", "2026-07-01", "2026-07-11", "2026-07-20");
	assert_int_equal(office_run(&o, o.sari, OP_desk_show, &desk, &home), 0);
	assert_string_equal(home.window, "Masa usul ditutup; juli 2026 dibuka 1 Juli, 19 hari lagi. Kiriman disimpan sebagai data cadangan.");
	assert_int_equal(home.reserve, 4);
	clock_step(19 * INT64_C(86400000));
	tick(&left, 3);
	assert_true(left);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM dossier WHERE state = 'reserve'"), 1);
	tick(&left, 3);
	assert_false(left);
	uint64_t fence;
	for (int i = 0; i < 4; i++)
		assert_int_equal(office_next(&o, o.ratna, "verification", &fence), d[i]);
	assert_int_equal(office_run(&o, o.sari, OP_desk_show, &desk, &home), 0);
	assert_string_equal(home.window, "Masa usul juli 2026 dibuka sampai 11 Juli, 10 hari lagi.");
	d[4] = office_new(&o, o.sari, o.w.village[0], s);
	assert_string_equal(s, "submitted");
}

/* Sabotage: leave out reserve_check() in reserve_open(): the dossier of the household that left goes on into the queue. */
static void reserve_is_checked_anew(void **state)
{
	(void)state;
	char s[32];
	bool left;
	struct filling f;
	office_period(&o, "juni", "2026-06-01", "2026-06-12", "2026-06-20");
	office_period(&o, "juli", "2026-07-01", "2026-07-11", "2026-07-20");
	int64_t h = office_household(&o, o.sari, o.w.village[0]);
	clock_step(5 * INT64_C(86400000));
	/* two exits of one household in reserve; the first is carried out when the window opens, the second has to wait for July */
	for (int i = 0; i < 2; i++) {
		int64_t who = i ? o.dewi : o.sari;
		filling_init(&f);
		int64_t draft = office_draft(&o, who, "exit", h, 0, &f);
		world_set(world_form(&o.w, "exit"), &f, "exit_reason", 0, "MAMPU");
		world_set(world_form(&o.w, "exit"), &f, "exit_on", 0, "2026-06-01");
		world_complete(&o.w, world_form(&o.w, "exit"), &f, NULL);
		uint64_t saved = office_save(&o, who, draft, 0, &f);
		filling_clear(&f);
		office_submit(&o, who, draft, saved, s);
		assert_string_equal(s, "reserve");
		clock_step(1000);
	}
	int64_t first = office_int(&o, "SELECT min(id) FROM dossier WHERE kind = 'exit'");
	int64_t second = office_int(&o, "SELECT max(id) FROM dossier WHERE kind = 'exit'");
	clock_step(15 * INT64_C(86400000));
	tick(&left, 1);
	assert_string_equal(office_state(&o, first, s), "submitted");
	assert_int_equal(office_gate(&o, o.ratna, first, "documents", "lengkap"), 0);
	assert_int_equal(office_gate(&o, o.hendra, first, "deliberation", "keluar"), 0);
	assert_int_equal(office_fire(&o, o.ratna, first, 0, "verify", NULL), 0);
	assert_int_equal(office_fire(&o, o.hendra, first, 0, "validate", NULL), 0);
	tick(&left, 10);
	assert_string_equal(office_state(&o, second, s), "returned");
	assert_int_equal(office_int(&o, "SELECT count(*) FROM finding n JOIN dossier d ON d.filling = n.filling WHERE d.id = %lld AND n.code = 202",
	                            (long long)second), 1);
}

static int finalise(int64_t account, const char *period, int64_t area, struct rp_batch_finalise *rp)
{
	struct rq_batch_finalise rq = { .period = period, .area = area };
	return office_run(&o, account, OP_batch_finalise, &rq, rp);
}

static char *letter(int64_t account, int64_t id, size_t *n)
{
	struct rq_letter_get rq = { .letter = id };
	struct rp_letter_get rp;
	char *text = calloc(1, 1 << 20);
	*n = 0;
	do {
		rq.offset = *n;
		assert_int_equal(office_run(&o, account, OP_letter_get, &rq, &rp), 0);
		memcpy(text + *n, rp.chunk.p, rp.chunk.n);
		*n += rp.chunk.n;
	} while (*n < rp.total);
	return text;
}

static void recap_of(int64_t batch, int64_t area, struct w_recap_line *l)
{
	struct rq_recap_list rq = { .area = area, .batch = batch, .limit = 1 };
	struct rp_recap_list rp;
	assert_int_equal(office_run(&o, o.hendra, OP_recap_list, &rq, &rp), 0);
	*l = rp.rows.v[0];
	l->name = l->code = "";
}

/* Sabotage: let register_line_hash() read the present instead of as_of: the digest moves with the first correction after it. */
static void batch_is_frozen(void **state)
{
	(void)state;
	char s[32];
	int64_t h[3];
	struct rp_batch_finalise b;
	struct rp_batch_preview pre;
	for (int i = 0; i < 3; i++)
		h[i] = office_household(&o, i == 2 ? o.joko : o.sari, o.w.village[i == 2 ? 1 : 0]);
	int64_t open = office_new(&o, o.sari, o.w.village[0], s);
	struct rq_batch_preview ask = { .period = "juni", .area = o.regency };
	assert_int_equal(office_run(&o, o.hendra, OP_batch_preview, &ask, &pre), 0);
	assert_int_equal(pre.lines, 3);
	assert_int_equal(pre.open, 1);
	assert_int_equal(pre.hindrances.n, 2);
	assert_int_equal(finalise(o.hendra, "desember", o.regency, &b), OP_REFUSED);
	assert_true(office_refused(&o, FIND_period_unknown));
	assert_int_equal(finalise(o.ratna, "juni", o.regency, &b), OP_REFUSED);
	/* area 0 is the whole office, for whom a grant covers it. Sabotage run: scope_check() leaves it 0; area_check() not asked for it */
	int64_t all = store_fixture_account(&o.w.f, "kepala.semua", "office_head", 0);
	int64_t part = store_fixture_account(&o.w.f, "kepala.desa", "office_head", o.w.village[0]);
	ask.area = 0;
	assert_int_equal(office_run(&o, all, OP_batch_preview, &ask, &pre), 0);
	assert_int_equal(pre.lines, 3);
	assert_int_equal(finalise(part, "juni", 0, &b), OP_REFUSED);
	assert_true(office_refused(&o, FIND_not_permitted));
	assert_int_equal(finalise(all, "juni", 0, &b), 0);
	assert_int_equal(b.lines, 3);
	assert_int_equal(office_int(&o, "SELECT area FROM batch WHERE id = %lld", (long long)b.batch), o.regency);
	int64_t batch = b.batch, as_of = b.seq;
	uint8_t digest[32], again[32];
	memcpy(digest, b.digest.p, 32);
	assert_int_equal(finalise(o.hendra, "juni", o.regency, &b), OP_REFUSED);
	assert_true(office_refused(&o, FIND_already_final));
	assert_int_equal(office_int(&o, "SELECT count(*) FROM dossier WHERE state = 'closed' AND batch = %lld", (long long)batch), 3);
	assert_string_equal(office_state(&o, open, s), "submitted");
	struct w_recap_line was, now;
	recap_of(batch, o.regency, &was);
	assert_int_equal(was.households, 3);
	assert_int_equal(was.persons, 9);
	assert_int_equal(was.closed, 3);
	assert_int_equal(was.submitted, 1);
	/* the letter */
	struct rq_letter_make make = { .batch = batch };
	struct rp_letter_make made;
	assert_int_equal(office_run(&o, o.ratna, OP_letter_make, &make, &made), OP_REFUSED);
	make.batch = batch;
	assert_int_equal(office_run(&o, o.hendra, OP_letter_make, &make, &made), 0);
	int64_t paper = made.letter;
	char paper_no[64];
	snprintf(paper_no, sizeof paper_no, "%s", made.number);
	size_t n, m;
	char *text = letter(o.agus, paper, &n);
	assert_non_null(strstr(text, "Nomor: 400.9.2/1/PENGESAHAN/2026"));
	assert_non_null(strstr(text, "Siti Nur Aisyah"));
	assert_null(strchr(text, '{'));
	assert_int_equal(office_int(&o, "SELECT count(*) FROM journal_person WHERE seq = %lld", (long long)o.w.f.seq), 3);
	/* who begins in the middle has read of everybody all the same. Sabotage run: the persons recorded at offset 0 only */
	struct rq_letter_get rest = { .letter = paper, .offset = 1 };
	struct rp_letter_get piece;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(office_run(&o, o.hendra, OP_letter_get, &rest, &piece), 0);
		assert_int_equal(piece.chunk.n, n - 1);
		assert_int_equal(office_int(&o, "SELECT count(*) FROM journal_person WHERE seq = %lld", (long long)o.w.f.seq), i ? 0 : 3);
	}
	/* by the number that is printed on it: the same letter, and the same refusal for what is not there and not one's own */
	struct rq_letter_get printed = { .number = paper_no };
	struct rp_letter_get got;
	assert_int_equal(office_run(&o, o.agus, OP_letter_get, &printed, &got), 0);
	assert_int_equal(got.total, n);
	assert_memory_equal(got.chunk.p, text, got.chunk.n);
	printed = (struct rq_letter_get){ .number = paper_no };
	assert_int_equal(office_run(&o, o.sari, OP_letter_get, &printed, &got), OP_REFUSED);
	assert_true(office_refused(&o, FIND_not_permitted));
	printed = (struct rq_letter_get){ .number = "400.9.2/99/PENGESAHAN/2026" };
	assert_int_equal(office_run(&o, o.agus, OP_letter_get, &printed, &got), OP_REFUSED);
	assert_true(office_refused(&o, FIND_not_permitted));
	assert_int_equal(office_run(&o, o.agus, OP_letter_get, &(struct rq_letter_get){ 0 }, &got), OP_REFUSED);
	size_t lines = 0, column = 0;
	for (size_t i = 0; i < n; i++) {
		column = text[i] == '\n' ? 0 : column + 1;
		lines += text[i] == '\n';
		assert_true(column <= 80);
	}
	assert_int_equal(lines % 66, 0);
	for (const char *p = text; (p = strstr(p, "99010")) != NULL; p++)
		assert_true(strspn(p, "0123456789") < 16);             /* no whole identity number on paper */
	/* much happens; the batch does not move */
	for (int i = 0; i < 20; i++) {
		char value[40];
		struct filling f;
		snprintf(value, sizeof value, "Jalan Baru %d", i);
		filling_init(&f);
		int64_t draft = office_draft(&o, o.dewi, "correction", h[i % 3], 0, &f);
		world_set(o.w.q, &f, "address", 0, value);
		uint64_t saved = office_save(&o, o.dewi, draft, 0, &f);
		filling_clear(&f);
		int64_t d = office_submit(&o, o.dewi, draft, saved, NULL);
		assert_int_equal(office_gate(&o, o.ratna, d, "documents", "lengkap"), 0);
		assert_int_equal(office_fire(&o, o.ratna, d, 0, "verify", NULL), 0);
		assert_int_equal(office_fire(&o, o.hendra, d, 0, "validate", NULL), 0);
	}
	office_household(&o, o.sari, o.w.village[0]);
	bool same;
	struct op_ctx *cx = store_fixture_begin(&o.w.f, 0, OP_data_load);
	assert_int_equal(batch_verify(cx, batch, again, &same), 0);
	store_fixture_end(&o.w.f, cx, false);
	assert_true(same);
	assert_memory_equal(digest, again, 32);
	recap_of(batch, o.regency, &now);
	assert_memory_equal(&was, &now, sizeof was);
	uint64_t households = 0, persons = 0;
	for (int i = 0; i < WORLD_VILLAGES; i++) {
		uint64_t a, p;
		assert_int_equal(register_recap(o.w.f.db, o.w.village[i], as_of, &a, &p), 0);
		households += a;
		persons += p;
	}
	assert_int_equal(households, was.households);
	assert_int_equal(persons, was.persons);
	recap_of(0, o.regency, &now);
	assert_int_equal(now.households, 4);
	make.batch = batch;
	assert_int_equal(office_run(&o, o.hendra, OP_letter_make, &make, &made), 0);
	assert_int_equal(made.letter, paper);
	char *later = letter(o.agus, paper, &m);
	assert_int_equal(n, m);
	assert_memory_equal(text, later, n);
	free(text);
	free(later);
	/* a clerk sees the counts of the own village only, and no batch of others */
	struct rq_recap_list mine = { .area = o.w.village[1] };
	struct rp_recap_list rows;
	assert_int_equal(office_run(&o, o.sari, OP_recap_list, &mine, &rows), OP_REFUSED);
	mine.area = 0;
	assert_int_equal(office_run(&o, o.sari, OP_recap_list, &mine, &rows), 0);
	assert_int_equal(rows.rows.v[0].households, 3);
}

static int import_row(int64_t account, int64_t import, uint64_t line, unsigned n, const char *area, const char *address, struct rp_import_row *rp)
{
	static const struct world_person family[1] = { { "Mbah Karto", 1, "1948-05-05", "1", "1", "1" } };
	struct filling f;
	struct arena a;
	char card[17];
	filling_init(&f);
	arena_init(&a, 0);
	world_card(card, n);
	world_household(&o.w, &f, n, card, family, 1);
	world_set(o.w.q, &f, "address", 0, address);
	struct rq_import_row rq = { .import = import, .line = line, .area = area };
	assert_int_equal(wire_filling_rows(&f, &a, &rq.answers.v, &rq.answers.n, &rq.rows.v, &rq.rows.n), 0);
	int r = office_run(&o, account, OP_import_row, &rq, rp);
	filling_clear(&f);
	arena_clear(&a);
	return r;
}

static void import_whole(void **state)
{
	(void)state;
	struct rp_import_row row;
	struct rp_import_begin begun;
	struct rp_import_accept done;
	uint8_t sha[32] = { 1 };
	struct rq_import_begin begin = { .sha = { sha, 32 }, .form = "bdt2015", .channel = "PRELIST_PUSAT", .area = o.regency, .total = 5 };
	assert_int_equal(office_run(&o, o.hendra, OP_import_begin, &begin, &begun), 0);
	int64_t id = begun.import;
	for (unsigned i = 1; i <= 3; i++) {
		assert_int_equal(import_row(o.hendra, id, i, 100 + i, o.w.code[i], "Jl. Prelist", &row), 0);
		assert_true(row.accepted);
	}
	int64_t again = row.dossier;
	assert_int_equal(import_row(o.hendra, id, 3, 103, o.w.code[3], "Jl. Prelist", &row), 0);
	assert_int_equal(row.dossier, again);                                  /* the same line once more */
	assert_int_equal(import_row(o.hendra, id, 4, 104, "99.01.77.2001", "Jl. Prelist", &row), 0);
	assert_false(row.accepted);
	assert_int_equal(row.findings.v[0].code, FIND_area_unknown);
	assert_int_equal(office_run(&o, o.hendra, OP_import_begin, &begin, &begun), 0);
	assert_int_equal(begun.import, id);
	assert_int_equal(begun.line, 4);
	struct rq_import_accept accept = { .import = id };
	assert_int_equal(office_run(&o, o.kepala, OP_import_accept, &accept, &done), OP_REFUSED);   /* not the whole file yet */
	assert_true(office_refused(&o, FIND_wrong_state));
	assert_int_equal(import_row(o.hendra, id, 5, 101, o.w.code[5], "Jl. NIK dua kali", &row), 0);   /* warns only, until it is applied */
	assert_true(row.accepted);
	assert_int_equal(office_run(&o, o.hendra, OP_import_accept, &accept, &done), OP_REFUSED);
	assert_true(office_refused(&o, FIND_second_account));
	assert_int_equal(office_int(&o, "SELECT count(*) FROM household"), 0);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM waiting"), 0);
	assert_int_equal(office_run(&o, o.kepala, OP_import_accept, &accept, &done), 0);
	assert_int_equal(done.applied, 3);
	assert_int_equal(done.left, 0);
	assert_int_equal(done.refused, 2);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM household"), 3);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM dossier WHERE state = 'returned' AND reason = 'BENTURAN'"), 1);
	assert_int_equal(office_run(&o, o.kepala, OP_import_accept, &accept, &done), 0);
	assert_int_equal(done.applied, 3);
}

static void dry_run_leaves_nothing(void **state)
{
	(void)state;
	struct rp_import_row row;
	struct rp_import_begin begun;
	uint8_t sha[32] = { 2 };
	struct rq_import_begin begin = { .sha = { sha, 32 }, .form = "bdt2015", .channel = "PRELIST_PUSAT", .area = o.regency, .total = 1 };
	assert_int_equal(office_run(&o, o.hendra, OP_import_begin, &begin, &begun), 0);
	static const struct world_person family[1] = { { "Mbah Karto", 1, "1948-05-05", "1", "1", "1" } };
	struct filling f;
	struct arena a;
	char card[17];
	filling_init(&f);
	arena_init(&a, 0);
	world_card(card, 7);
	world_household(&o.w, &f, 7, card, family, 1);
	struct rq_import_row rq = { .import = begun.import, .line = 1, .area = o.w.code[0], .dry = true };
	assert_int_equal(wire_filling_rows(&f, &a, &rq.answers.v, &rq.answers.n, &rq.rows.v, &rq.rows.n), 0);
	assert_int_equal(office_run(&o, o.hendra, OP_import_row, &rq, &row), 0);
	assert_true(row.accepted);
	assert_int_equal(office_int(&o, "SELECT (SELECT count(*) FROM dossier) + (SELECT count(*) FROM import_row) + (SELECT count(*) FROM filling)"), 0);
	/* a cell that is no code, as long as an answer may be: the finding that quotes it still fits into a reply */
	char cell[1001] = "";
	struct buf reply;
	memset(cell, 'x', sizeof cell - 1);
	world_set(o.w.q, &f, "sta_kks", 0, cell);
	assert_int_equal(wire_filling_rows(&f, &a, &rq.answers.v, &rq.answers.n, &rq.rows.v, &rq.rows.n), 0);
	assert_int_equal(office_run(&o, o.hendra, OP_import_row, &rq, &row), 0);
	assert_false(row.accepted);
	buf_init(&reply, 0);
	assert_int_equal(wire_put_done(&reply, 1, OP_import_row, &row), 0);
	buf_clear(&reply);
	filling_clear(&f);
	arena_clear(&a);
}

static int put(int64_t account, int64_t dossier, const uint8_t sha[32], const uint8_t *p, uint64_t offset, size_t n, uint64_t total, uint64_t *have)
{
	struct rq_evidence_put rq = { .dossier = dossier, .kind = "rumah", .sha = { sha, 32 }, .offset = offset, .total = total, .chunk = { p + offset, n } };
	struct rp_evidence_put rp;
	int r = office_run(&o, account, OP_evidence_put, &rq, &rp);
	*have = r == 0 ? rp.have : 0;
	return r;
}

static void evidence_in_pieces(void **state)
{
	(void)state;
	static uint8_t photo[100000];
	uint8_t sha[32];
	uint64_t have;
	for (size_t i = 0; i < sizeof photo; i++)
		photo[i] = (uint8_t)(i * 7 + i / 256);
	memcpy(photo, "\xff\xd8\xff\xe0", 4);
	crypto_hash_sha256(sha, photo, sizeof photo);
	int64_t d = office_new(&o, o.sari, o.w.village[0], NULL);
	assert_int_equal(put(o.joko, d, sha, photo, 0, 40000, sizeof photo, &have), OP_REFUSED);
	/* the last eighth of a small disk is the register's. Sabotage run: blob_room() answering true */
	blocks_free = 124999;
	assert_int_equal(put(o.sari, d, sha, photo, 0, 40000, sizeof photo, &have), OP_REFUSED);
	assert_true(office_refused(&o, FIND_disk_full));
	blocks_free = 125000;
	synced_blob = synced_state = 0;
	assert_int_equal(put(o.sari, d, sha, photo, 0, 40000, sizeof photo, &have), 0);
	assert_int_equal(have, 40000);
	assert_int_equal(put(o.sari, d, sha, photo, 80000, 20000, sizeof photo, &have), 0);      /* a hole: told where to go on */
	assert_int_equal(have, 40000);
	assert_int_equal(put(o.sari, d, sha, photo, 40000, 40000, sizeof photo, &have), 0);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM evidence"), 0);
	assert_int_equal(put(o.sari, d, sha, photo, 80000, 20000, sizeof photo, &have), 0);
	assert_int_equal(have, sizeof photo);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM evidence"), 1);
	/* the folders that were made for it: blob in DIR, blob/in and blob/xx in blob. Sabotage run: blob_dir() without its sync */
	assert_int_equal(synced_blob, 2);
	assert_true(synced_state >= 1);
	struct rq_evidence_get get = { .dossier = d, .kind = "rumah" };
	struct rp_evidence_get got;
	size_t n = 0;
	do {
		get.dossier = d;
		get.offset = n;
		assert_int_equal(office_run(&o, o.ratna, OP_evidence_get, &get, &got), 0);
		assert_memory_equal(photo + n, got.chunk.p, got.chunk.n);
		n += got.chunk.n;
	} while (n < got.total);
	assert_int_equal(n, sizeof photo);
	get.dossier = d;
	assert_int_equal(office_run(&o, o.joko, OP_evidence_get, &get, &got), OP_REFUSED);
	/* whoever knows the name of a file sends it like any other: nobody learns that it is here, or gets it without its bytes */
	assert_int_equal(put(o.dewi, d, sha, photo, 0, 40000, sizeof photo, &have), 0);
	assert_int_equal(have, 40000);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM evidence"), 1);
	assert_int_equal(put(o.dewi, d, sha, photo, 40000, 40000, sizeof photo, &have), 0);
	assert_int_equal(put(o.dewi, d, sha, photo, 80000, 20000, sizeof photo, &have), 0);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM evidence"), 2);
	/* other bytes than the name says; not a picture */
	sha[0] ^= 1;
	assert_int_equal(put(o.sari, d, sha, photo, 0, 30000, 30000, &have), OP_REFUSED);
	assert_true(office_refused(&o, FIND_bad_file));
	memcpy(photo, "#!/bin/sh", 9);
	crypto_hash_sha256(sha, photo, 100);
	assert_int_equal(put(o.sari, d, sha, photo, 0, 100, 100, &have), OP_REFUSED);
	assert_true(office_refused(&o, FIND_bad_file));
}

/* Sabotage: leave out erase_known_rows(): the name is then still found in the filling. */
static void erased_from_fillings(void **state)
{
	(void)state;
	int64_t h = office_household(&o, o.sari, o.w.village[0]);
	int64_t person = office_int(&o, "SELECT person FROM membership WHERE household = %lld AND relation = '2'", (long long)h);
	struct filling f;
	filling_init(&f);
	int64_t draft = office_draft(&o, o.sari, "correction", h, 0, &f);
	office_save(&o, o.sari, draft, 0, &f);
	filling_clear(&f);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM filling WHERE instr(body, CAST('Budi Santoso' AS BLOB))"), 1);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM draft WHERE instr(body, CAST('Budi Santoso' AS BLOB))"), 1);
	struct op_ctx *cx = store_fixture_begin(&o.w.f, 0, OP_person_erase);
	assert_int_equal(dossier_erase_person(cx, person), 0);
	store_fixture_end(&o.w.f, cx, true);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM filling WHERE instr(body, CAST('Budi Santoso' AS BLOB))"), 0);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM draft WHERE instr(body, CAST('Budi Santoso' AS BLOB))"), 0);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM filling WHERE instr(body, CAST('Rina' AS BLOB))"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reserve_waits_and_goes_on, setup_closed, teardown),
		cmocka_unit_test_setup_teardown(reserve_is_checked_anew, setup_closed, teardown),
		cmocka_unit_test_setup_teardown(batch_is_frozen, setup, teardown),
		cmocka_unit_test_setup_teardown(import_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(dry_run_leaves_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(evidence_in_pieces, setup, teardown),
		cmocka_unit_test_setup_teardown(erased_from_fillings, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
