/* test_filling_cbor.c - a filling as stored bytes and as rows of the wire. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "err.h"
#include "filling.h"
#include "wire.h"

static void make(struct filling *f)
{
	filling_init(f);
	assert_int_equal(filling_row_add(f, 400, 2, 0, 0), 0);
	assert_int_equal(filling_row_add(f, 400, 1, INT64_C(99010000000001), 0), 0);
	assert_int_equal(filling_row_add(f, 500, 1, 0, 2), 0);
	assert_int_equal(filling_set(f, 402, 2, "Siti A\xc3\xaf""syah"), 0);
	assert_int_equal(filling_set(f, 101, 0, "Jl. Melati 5\nRT 02"), 0);
	assert_int_equal(filling_set(f, 402, 1, "Budi"), 0);
	assert_int_equal(filling_set(f, 501, 1, "warung"), 0);
}

static void same(const struct filling *a, const struct filling *b)
{
	assert_int_equal(a->n, b->n);
	assert_int_equal(a->nrow, b->nrow);
	for (size_t i = 0; i < a->n; i++) {
		assert_true(a->v[i].field == b->v[i].field && a->v[i].row == b->v[i].row);
		assert_string_equal(a->v[i].value, b->v[i].value);
	}
	for (size_t i = 0; i < a->nrow; i++)
		assert_true(a->row[i].roster == b->row[i].roster && a->row[i].row == b->row[i].row
			&& a->row[i].subject == b->row[i].subject && a->row[i].of == b->row[i].of);
}

static void test_bytes(void **state)
{
	struct filling f, back, other;
	struct buf b, again;

	(void)state;
	make(&f);
	buf_init(&b, 0);
	buf_init(&again, 0);
	assert_int_equal(wire_filling_bytes(&f, &b), 0);
	filling_init(&back);
	assert_int_equal(wire_filling_read(b.data, b.len, &back), 0);
	same(&f, &back);
	assert_int_equal(wire_filling_bytes(&back, &again), 0);
	assert_int_equal(b.len, again.len);
	assert_memory_equal(b.data, again.data, b.len);
	for (size_t n = 0; n < b.len; n++) {
		filling_init(&other);
		assert_int_equal(wire_filling_read(b.data, n, &other), ERR_PARSE);
		filling_clear(&other);
	}
	buf_putc(&b, 0);
	filling_init(&other);
	assert_int_equal(wire_filling_read(b.data, b.len, &other), ERR_PARSE);
	filling_clear(&other);
	filling_clear(&f);
	filling_clear(&back);
	buf_clear(&b);
	buf_clear(&again);
}

static void test_rows(void **state)
{
	struct w_answer *answer, bad = { .field = 1, .value = "a\x1b[2J" };
	struct w_filling_row *row;
	size_t nanswer, nrow;
	struct filling f, back;
	struct arena a;

	(void)state;
	make(&f);
	arena_init(&a, 0);
	assert_int_equal(wire_filling_rows(&f, &a, &answer, &nanswer, &row, &nrow), 0);
	filling_init(&back);
	assert_int_equal(wire_filling_from(answer, nanswer, row, nrow, &back), 0);
	same(&f, &back);
	/* a delta: an empty value takes an answer away */
	answer[0].value = "";
	assert_int_equal(wire_filling_from(answer, 1, NULL, 0, &back), 0);
	assert_string_equal(filling_get(&back, (uint32_t)answer[0].field, (uint32_t)answer[0].row), "");
	/* sabotage: drop text_is_clean() in wire_filling_from() */
	assert_int_equal(wire_filling_from(&bad, 1, NULL, 0, &back), ERR_PARSE);
	bad.value = "ok";
	bad.field = UINT64_C(1) << 33;
	assert_int_equal(wire_filling_from(&bad, 1, NULL, 0, &back), ERR_PARSE);
	filling_clear(&f);
	filling_clear(&back);
	arena_clear(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_bytes), cmocka_unit_test(test_rows) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
