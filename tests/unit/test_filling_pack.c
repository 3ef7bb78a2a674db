/* Fillings in few bytes: what is packed comes back to the byte, hostile bytes are refused, a correction is kept as a difference,
 * an erasure sets free what was kept against the erased one, and journal verify finds every edit of a stored filling. */
#include "config.h"
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "db_priv.h"
#include "dossier.h"
#include "dossier_world.h"
#include "filling_pack.h"
#include "filling_store.h"
#include "journal.h"
#include "random.h"
#include "verify.h"
#include "wire.h"

static struct office o;

/* --- bytes ------------------------------------------------------------------------------------------------------------ */

static const char *const odd[] = { "0", "00", "01", "1", "9", "42", "999999999999999999", "1000000000000000000", "9901016502900001", "1978-05-03",
	"0000-00-00", "9999-99-99", "1978-5-03", "1978/05/03", "-1", "1.5", "a", "Siti A\xc3\xaf""syah", " ", "1978-05-0a", "Jl. Melati 5\nRT 02" };

static void random_filling(struct filling *f)
{
	filling_init(f);
	unsigned rows = random_below(6);
	for (uint32_t i = 1; i <= rows; i++)
		assert_int_equal(filling_row_add(f, 400, i, random_below(2) ? 0 : INT64_C(990100000000000) + random_below(900), random_below(2)), 0);
	for (unsigned n = random_below(120); n > 0; n--) {
		char text[40];
		const char *v = odd[random_below(sizeof odd / sizeof *odd)];
		if (random_below(2)) {
			snprintf(text, sizeof text, "%u", random_below(12));
			v = text;
		}
		assert_int_equal(filling_set(f, 1 + random_below(40) * (random_below(30) ? 1 : 100000), random_below(100), v), 0);
	}
}

static void bytes_of(const struct filling *f, struct buf *b)
{
	buf_reset(b);
	assert_int_equal(wire_filling_bytes(f, b), 0);
}

/* Sabotage: put_value() takes "01" for a number; difference() leaves out what only the base has. */
static void comes_back(void **state)
{
	struct buf packed, before, after;
	(void)state;
	buf_init(&packed, 0);
	buf_init(&before, 0);
	buf_init(&after, 0);
	for (int i = 0; i < 1500; i++) {
		struct filling f, base, back;
		random_filling(&f);
		random_filling(&base);
		filling_init(&back);
		if (i % 3 == 0) {                            /* nearly the same */
			filling_clear(&base);
			assert_int_equal(filling_copy(&base, &f), 0);
			assert_int_equal(filling_set(&base, 7, 0, "lain"), 0);
		}
		const struct filling *against = i % 2 ? NULL : &base;
		buf_reset(&packed);
		assert_int_equal(filling_pack(&f, against, &packed), 0);
		assert_true(filling_is_packed(packed.data, packed.len));
		assert_int_equal(filling_unpack(packed.data, packed.len, against, &back), 0);
		bytes_of(&f, &before);
		bytes_of(&back, &after);
		assert_int_equal(before.len, after.len);
		assert_memory_equal(before.data, after.data, before.len);
		for (size_t n = 0; i % 8 == 0 && n < packed.len; n++) {    /* cut anywhere, and any byte changed: refused or another filling, never worse */
			filling_clear(&back);
			assert_true(filling_unpack(packed.data, n, against, &back) != 0);
			if (i % 40 == 0) {
				packed.data[n] ^= (uint8_t)(1 + random_below(255));
				filling_clear(&back);
				(void)filling_unpack(packed.data, packed.len, against, &back);
			}
		}
		filling_clear(&f);
		filling_clear(&base);
		filling_clear(&back);
	}
	buf_clear(&packed);
	buf_clear(&before);
	buf_clear(&after);
}

/* --- the store -------------------------------------------------------------------------------------------------------- */

static void nothing(void *arg, const char *line) { (void)arg, (void)line; }

static uint64_t faults(void)
{
	struct verify_result res;
	assert_int_equal(verify_run(o.w.f.db, NULL, nothing, NULL, &res), 0);
	return res.faults;
}

/* A correction of the address, in the queue: its dossier. */
static int64_t corrected(int64_t household, const char *address)
{
	struct filling f;
	filling_init(&f);
	int64_t draft = office_draft(&o, o.sari, "correction", household, 0, &f);
	uint64_t saved = (uint64_t)office_int(&o, "SELECT saved FROM draft WHERE id = %" PRId64, draft);
	world_set(o.w.q, &f, "address", 0, address);
	saved = office_save(&o, o.sari, draft, saved, &f);
	filling_clear(&f);
	return office_submit(&o, o.sari, draft, saved, NULL);
}

static int64_t filling_of(int64_t dossier) { return office_int(&o, "SELECT filling FROM dossier WHERE id = %" PRId64, dossier); }

static void read_whole(int64_t filling, struct filling *f)
{
	struct filling_kept kept;
	filling_init(f);
	assert_int_equal(filling_store_get(o.w.f.db, filling, f, &kept), 0);
}

static void kept_as_difference(void **state)
{
	(void)state;
	int64_t h = office_household(&o, o.sari, o.w.village[0]), first = office_int(&o, "SELECT max(id) FROM filling");
	int64_t d = corrected(h, "Jalan Baru 7"), second = filling_of(d);
	struct filling a, b;
	assert_int_equal(office_int(&o, "SELECT ref FROM filling WHERE id = %" PRId64, second), first);
	assert_true(office_int(&o, "SELECT length(body) FROM filling WHERE id = %" PRId64, second) <
	            office_int(&o, "SELECT length(body) FROM filling WHERE id = %" PRId64, first) / 3);
	read_whole(first, &a);
	read_whole(second, &b);
	assert_int_equal(a.n, b.n);
	assert_string_equal(world_get(o.w.q, &b, "address", 0), "Jalan Baru 7");
	assert_int_equal(faults(), 0);
	/* every edit is found; sabotage: verify.c without fillings() */
	static const char *const edit[] = {
		"UPDATE filling SET body = X'FF000000' WHERE id = ?1", "UPDATE filling SET ref = NULL WHERE ref IS NOT NULL AND ?1",
		"UPDATE filling SET digest = zeroblob(32) WHERE id = ?1", "UPDATE filling SET digest = NULL WHERE id = ?1",
		"UPDATE filling SET salt = zeroblob(16) WHERE id = ?1", "UPDATE filling SET body = CAST(body || X'00' AS BLOB) WHERE id = ?1",
		"UPDATE filling SET ref = id WHERE id = ?1" };
	for (size_t i = 0; i < sizeof edit / sizeof *edit; i++)
		for (int k = 0; k < 2; k++) {
			sqlite3_stmt *st;
			store_fixture_sql(&o.w.f, "BEGIN");
			assert_int_equal(sqlite3_prepare_v2(o.w.f.db->h, edit[i], -1, &st, NULL), SQLITE_OK);
			sqlite3_bind_int64(st, 1, k ? second : first);
			int rc = sqlite3_step(st);
			sqlite3_finalize(st);
			if (rc != SQLITE_DONE)
				fail_msg("%s: %s", edit[i], sqlite3_errmsg(o.w.f.db->h));
			if (sqlite3_changes(o.w.f.db->h) != 0 && faults() == 0)
				fail_msg("not found: %s", edit[i]);
			store_fixture_sql(&o.w.f, "ROLLBACK");
		}
	assert_int_equal(faults(), 0);
	/* Other contents of the first leave the second as it was, whoever stands in which row. Sabotage: no set_free(). */
	struct filling empty, after;
	struct buf x, y;
	filling_init(&empty);
	buf_init(&x, 0);
	buf_init(&y, 0);
	struct op_ctx *cx = store_fixture_begin(&o.w.f, 0, OP_person_erase);
	assert_int_equal(filling_store_erase(o.w.f.db, first, &empty), 0);
	read_whole(second, &after);
	store_fixture_end(&o.w.f, cx, false);
	bytes_of(&b, &x);
	bytes_of(&after, &y);
	assert_int_equal(x.len, y.len);
	assert_memory_equal(x.data, y.data, x.len);
	filling_clear(&after);
	buf_clear(&x);
	buf_clear(&y);
	/* an erasure: the one kept against it is written out first, and says all it said but the person */
	int64_t person = office_int(&o, "SELECT person FROM membership WHERE household = %" PRId64 " AND relation = '2'", h);
	cx = store_fixture_begin(&o.w.f, 0, OP_person_erase);
	assert_int_equal(dossier_erase_person(cx, person), 0);
	store_fixture_end(&o.w.f, cx, true);
	assert_int_equal(office_int(&o, "SELECT count(*) FROM filling WHERE ref IS NOT NULL"), 0);
	filling_clear(&a);
	filling_clear(&b);
	read_whole(first, &a);
	read_whole(second, &b);
	assert_string_equal(world_get(o.w.q, &b, "address", 0), "Jalan Baru 7");
	assert_true(*world_get(o.w.q, &b, "name", 1) != '\0');
	assert_true(*world_get(o.w.q, &a, "name", 1) != '\0');
	assert_string_equal(world_get(o.w.q, &a, "name", 2), "");
	assert_string_equal(world_get(o.w.q, &b, "name", 2), "");
	assert_int_equal(faults(), 0);
	filling_clear(&a);
	filling_clear(&b);
}

/* Rows of before schema step 7: salt and canonical bytes, committed to themselves. A new filling may be kept against one. */
static void of_before(void **state)
{
	(void)state;
	int64_t h = office_household(&o, o.sari, o.w.village[0]), first = office_int(&o, "SELECT max(id) FROM filling");
	int64_t dossier = office_int(&o, "SELECT max(id) FROM dossier");
	struct filling f;
	struct buf b;
	char hex[20000];
	size_t n = 0;
	buf_init(&b, 0);
	read_whole(first, &f);
	assert_int_equal(wire_filling_bytes(&f, &b), 0);
	assert_true(b.len * 2 < sizeof hex);
	for (size_t i = 0; i < b.len; i++)
		n += (size_t)snprintf(hex + n, sizeof hex - n, "%02X", b.data[i]);
	struct op_ctx *cx = store_fixture_begin(&o.w.f, 0, OP_dossier_fire);
	char *text = sqlite3_mprintf("UPDATE filling SET body = X'%s', digest = NULL WHERE id = %lld", hex, (long long)first);
	sqlite3_set_authorizer(o.w.f.db->h, NULL, NULL);
	assert_int_equal(sqlite3_exec(o.w.f.db->h, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_free(text);
	struct q *q = db_q(o.w.f.db, ST_dossier_reseq);
	q_int(q, 1, dossier);
	q_int(q, 2, cx->seq);
	assert_int_equal(q_done(q), 0);
	assert_int_equal(journal_touch(cx->leaf, JT_DOSSIER, dossier), 0);
	store_fixture_end(&o.w.f, cx, true);
	assert_int_equal(faults(), 0);
	int64_t d = corrected(h, "Jalan Lama 3");
	assert_int_equal(office_int(&o, "SELECT ref FROM filling WHERE id = %" PRId64, filling_of(d)), first);
	filling_clear(&f);
	read_whole(filling_of(d), &f);
	assert_string_equal(world_get(o.w.q, &f, "address", 0), "Jalan Lama 3");
	store_fixture_sql(&o.w.f, "BEGIN");
	store_fixture_sql(&o.w.f, "UPDATE filling SET body = CAST(body || X'00' AS BLOB) WHERE id = %" PRId64, first);
	assert_true(faults() != 0);
	store_fixture_sql(&o.w.f, "ROLLBACK");
	assert_int_equal(faults(), 0);
	filling_clear(&f);
	buf_clear(&b);
}

static int setup(void **state)
{
	(void)state;
	office_open(&o, true);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	office_close(&o);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back),
		cmocka_unit_test_setup_teardown(kept_as_difference, setup, teardown),
		cmocka_unit_test_setup_teardown(of_before, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
