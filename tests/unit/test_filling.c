/* test_filling.c - the triples: order, limits, rows and what hangs on them. A plain model is kept beside and
 * compared. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "err.h"
#include "filling.h"
#include "form.h"
#include "random.h"

static const char text[] =
	"form x 1 {\n\ttitle id \"X\"\n}\nsection 1 s {\n\tlabel id \"S\"\n}\nfield 1 a text {\n\tlabel id \"A\"\n}\n"
	"roster 400 member {\n\tlabel id \"M\"\n\tsubject person\n}\nfield 401 b text {\n\tlabel id \"B\"\n}\n"
	"section 2 t {\n\tlabel id \"T\"\n}\nroster 600 shop {\n\tlabel id \"U\"\n\tof member\n}\nfield 601 c text {\n\tlabel id \"C\"\n}\n"
	"section 3 u {\n\tlabel id \"U\"\n}\nroster 700 worker {\n\tlabel id \"W\"\n\tof shop\n}\nfield 701 d text {\n\tlabel id \"D\"\n}\n";

static void sorted(const struct filling *f)
{
	for (size_t i = 1; i < f->n; i++)
		assert_true(
			f->v[i - 1].field < f->v[i].field || (f->v[i - 1].field == f->v[i].field && f->v[i - 1].row < f->v[i].row));
	for (size_t i = 1; i < f->nrow; i++)
		assert_true(f->row[i - 1].roster < f->row[i].roster ||
					(f->row[i - 1].roster == f->row[i].roster && f->row[i - 1].row < f->row[i].row));
}

static void model(void **state)
{
	char plain[20][20][8] = { 0 };
	struct filling f, copy;

	(void)state;
	random_seed(4);
	filling_init(&f);
	filling_init(&copy);
	for (int i = 0; i < 20000; i++) {
		uint32_t field = random_below(20), row = random_below(20);
		char value[8] = "";

		if (random_below(3) != 0)
			snprintf(value, sizeof value, "%u", random_below(1000));
		assert_int_equal(filling_set(&f, field, row, value), 0);
		snprintf(plain[field][row], sizeof plain[field][row], "%s", value);
	}
	sorted(&f);
	assert_int_equal(filling_copy(&copy, &f), 0);
	for (uint32_t field = 0; field < 20; field++)
		for (uint32_t row = 0; row < 20; row++) {
			assert_string_equal(filling_get(&f, field, row), plain[field][row]);
			assert_string_equal(filling_get(&copy, field, row), plain[field][row]);
		}
	for (size_t i = 0; i < f.n; i++)
		assert_true(f.v[i].value[0] != '\0');
	filling_clear(&f);
	filling_clear(&copy);
}

static void limits(void **state)
{
	char *longest = malloc(FILLING_VALUE_MAX + 2);
	struct filling f;

	(void)state;
	assert_non_null(longest);
	filling_init(&f);
	memset(longest, 'a', FILLING_VALUE_MAX + 1);
	longest[FILLING_VALUE_MAX + 1] = '\0';
	assert_int_equal(filling_set(&f, 1, 0, longest), ERR_TOOLONG);
	assert_string_equal(filling_get(&f, 1, 0), "");
	longest[FILLING_VALUE_MAX] = '\0';
	assert_int_equal(filling_set(&f, 1, 0, longest), 0);
	assert_int_equal(filling_set(&f, 1, 0, NULL), 0);
	assert_int_equal(f.n, 0);
	assert_int_equal(filling_row_add(&f, 400, 0, 0, 0), ERR_RANGE);
	for (uint32_t row = 1; row <= FILLING_ROWS_MAX; row++)
		assert_int_equal(filling_row_add(&f, 400, row, 0, 0), 0);
	assert_int_equal(filling_row_add(&f, 400, 100, 0, 0), ERR_TOOLONG);
	assert_int_equal(filling_row_add(&f, 401, 1, 0, 0), 0);
	for (uint32_t i = 0; i < FILLING_ANSWERS_MAX; i++)
		assert_int_equal(filling_set(&f, i, 0, "x"), 0);
	assert_int_equal(filling_set(&f, FILLING_ANSWERS_MAX, 0, "x"), ERR_TOOLONG);
	assert_int_equal(filling_set(&f, 5, 0, "changed"), 0);
	filling_clear(&f);
	free(longest);
}

static void rows(void **state)
{
	struct form_error err;
	struct filling f;
	struct form *form;

	(void)state;
	assert_int_equal(form_read(NULL, text, strlen(text), NULL, &form, &err, NULL), 0);
	filling_init(&f);
	filling_row_add(&f, 400, 3, 33, 0);
	filling_row_add(&f, 400, 1, 11, 0);
	filling_row_add(&f, 600, 1, 0, 1);
	filling_row_add(&f, 600, 2, 0, 3);
	filling_row_add(&f, 600, 4, 0, 1);
	filling_row_add(&f, 700, 1, 0, 4);
	filling_row_add(&f, 700, 2, 0, 2);
	for (uint32_t row = 1; row <= 4; row++) {
		filling_set(&f, 1, row, "household");
		filling_set(&f, 401, row, "member");
		filling_set(&f, 601, row, "shop");
		filling_set(&f, 701, row, "worker");
	}
	sorted(&f);
	assert_int_equal(filling_row_count(&f, 400), 2);
	assert_int_equal(filling_row_next(&f, 400, 0), 1);
	assert_int_equal(filling_row_next(&f, 400, 1), 3);
	assert_int_equal(filling_row_next(&f, 400, 3), 0);
	assert_int_equal(filling_row_next(&f, UINT32_MAX, UINT32_MAX), 0);
	assert_int_equal(filling_row_by_subject(&f, 400, 33)->row, 3);
	assert_null(filling_row_by_subject(&f, 400, 44));
	/* replaced, not doubled */
	assert_int_equal(filling_row_add(&f, 400, 3, 34, 0), 0);
	assert_int_equal(filling_row_find(&f, 400, 3)->subject, 34);
	/* a member goes with the shops and their workers, other rows stay */
	assert_int_equal(filling_row_drop(&f, form, 400, 1), 0);
	assert_null(filling_row_find(&f, 400, 1));
	assert_null(filling_row_find(&f, 600, 1));
	assert_null(filling_row_find(&f, 600, 4));
	assert_null(filling_row_find(&f, 700, 1));
	assert_non_null(filling_row_find(&f, 600, 2));
	assert_non_null(filling_row_find(&f, 700, 2));
	assert_string_equal(filling_get(&f, 401, 1), "");
	assert_string_equal(filling_get(&f, 601, 4), "");
	assert_string_equal(filling_get(&f, 701, 1), "");
	assert_string_equal(filling_get(&f, 701, 2), "worker");
	assert_string_equal(filling_get(&f, 1, 1), "household");
	assert_int_equal(filling_row_drop(&f, form, 400, 1), ERR_NOTFOUND);
	sorted(&f);
	filling_clear(&f);
	form_free(form);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(model), cmocka_unit_test(limits), cmocka_unit_test(rows) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
