/* test_finding.c - the table of findings and its texts. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "finding.h"

#define MANY 200

static void table(void **state)
{
	size_t n = 0;

	(void)state;
	for (uint32_t code = 1; code < 1000; code++) {
		const struct finding_info *a = finding_info(code);
		struct finding f = { .code = code, .arg = { (char []){ "1" }, (char []){ "2" }, (char []){ "3" }, (char []){ "4" } } };
		struct buf out;

		if (a == NULL)
			continue;
		n++;
		assert_int_equal(a->code, code);
		buf_init(&out, 0);
		finding_text(&f, &out);
		assert_null(strchr(buf_str(&out), '%'));
		assert_true(strlen(a->text) <= 140);
		if (a->may_override)
			assert_int_equal(a->severity, SEV_BLOCK);
		buf_clear(&out);
	}
	assert_true(n > 90);
	assert_null(finding_info(0));
}

/* What a stranger typed is shown clean, whatever it holds. Sabotage: buf_puts() for text_show() in finding_text(). */
static void hostile(void **state)
{
	struct finding_list l;
	struct buf out;

	(void)state;
	finding_list_init(&l);
	buf_init(&out, 0);
	assert_non_null(finding_add(&l, FIND_nik_digits, 1, 2, "\x1b[2J\xe2\x80\xae", (char *)NULL));
	finding_text(&l.v[0], &out);
	assert_null(strchr(buf_str(&out), 0x1b));
	assert_null(strstr(buf_str(&out), "\xe2\x80\xae"));
	buf_clear(&out);
	finding_list_clear(&l);
}

static void list(void **state)
{
	struct finding_list l;

	(void)state;
	finding_list_init(&l);
	assert_false(finding_list_blocks(&l));
	for (uint32_t i = 0; i < MANY; i++)
		assert_non_null(finding_add(&l, FIND_nik_sex, i, i + 1, "laki-laki", (char *)NULL));
	assert_false(finding_list_blocks(&l));
	assert_int_equal(l.n, MANY);
	assert_int_equal(l.v[MANY - 1].row, MANY);
	assert_string_equal(l.v[7].arg[0], "laki-laki");
	assert_null(l.v[7].arg[1]);
	assert_non_null(finding_add(&l, FIND_number_range, 1, 0, "1", "2", (char *)NULL));
	assert_true(finding_list_blocks(&l));
	assert_string_equal(finding_first(&l, FIND_number_range)->arg[1], "2");
	assert_null(finding_first(&l, FIND_required));
	l.v[MANY].severity = SEV_WARN;
	assert_false(finding_list_blocks(&l));
	l.nomem = true;                                          /* a list that is not whole never lets anything through */
	assert_true(finding_list_blocks(&l));
	finding_list_clear(&l);
	assert_int_equal(l.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(table), cmocka_unit_test(hostile), cmocka_unit_test(list) };

	return cmocka_run_group_tests_name("finding", tests, NULL, NULL);
}
