/* test_admit.c - who may start to log in: limits in all, per network, and the random early drop between. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "balaid.h"

static void sources(void **state)
{
	(void)state;
	assert_true(admit_source("127.0.0.1") == admit_source("127.0.0.250"));
	assert_true(admit_source("127.0.0.1") != admit_source("127.0.1.1"));
	assert_true(admit_source("::ffff:127.0.0.1") == admit_source("127.0.0.9"));
	assert_true(admit_source("2001:db8:1:2::1") == admit_source("2001:db8:1:ffff::9"));
	assert_true(admit_source("2001:db8:1::1") != admit_source("2001:db8:2::1"));
	assert_true(admit_source("2001:db8::1") != admit_source("32.1.13.184"));
	assert_true(admit_source("no address") == 0);
}

static int refused(int waiting)
{
	const struct admit a = { waiting, 64, 100 };
	int n = 0;

	for (int dice = 0; dice < 100; dice++)
		n += admit_refuses(&a, 0, false, dice) != NULL;
	return n;
}

/* 10:30:64. Sabotage: ADMIT_RATE 0 lets a flood fill the house. */
static void early_drop(void **state)
{
	int before = 0;

	(void)state;
	assert_int_equal(refused(0), 0);
	assert_int_equal(refused(9), 0);
	assert_int_equal(refused(10), 30);
	assert_int_equal(refused(37), 65);
	assert_true(refused(63) >= 98);
	assert_int_equal(refused(64), 100);
	for (int waiting = 0; waiting <= 64; waiting++) {
		assert_true(refused(waiting) >= before);
		before = refused(waiting);
	}
}

static void per_source(void **state)
{
	const struct admit a = { 5, 64, 10 };

	(void)state;
	assert_null(admit_refuses(&a, 9, false, 0));
	assert_non_null(admit_refuses(&a, 10, false, 0));
	assert_null(admit_refuses(&a, 30, true, 0));     /* thirty villages behind one address */
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(sources), cmocka_unit_test(early_drop), cmocka_unit_test(per_source) };

	return cmocka_run_group_tests_name("admission", tests, NULL, NULL);
}
