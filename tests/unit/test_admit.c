/* test_admit.c - who may start to log in: limits in all, per network, and the random early drop between; and how long balaid waits
 * before it starts a child again. */
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
	const struct admit a = { waiting, 64, 100, false };
	int n = 0;

	for (int dice = 0; dice < 100; dice++)
		n += admit_refuses(&a, 0, dice) != NULL;
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
	const struct admit a = { 5, 64, 10, false };

	(void)state;
	assert_null(admit_refuses(&a, 9, 0));
	assert_non_null(admit_refuses(&a, 10, 0));
}

/* A house full of strangers; thirty villages behind one registered address. Sabotage run: admit_pool() giving both the strangers' count. */
static void registered(void **state)
{
	const struct conf conf = { .unauthenticated = 64, .registered = 100, .per_source = 10 };
	const int crowd[2] = { 64, 99 }, full[2] = { 0, 100 };
	struct admit a = admit_pool(&conf, true, crowd);

	(void)state;
	for (int dice = 0; dice < 100; dice++)
		assert_null(admit_refuses(&a, 30, dice));
	a = admit_pool(&conf, true, full);
	assert_non_null(admit_refuses(&a, 0, 99));
	a = admit_pool(&conf, false, full);
	assert_null(admit_refuses(&a, 0, 0));
	a = admit_pool(&conf, false, crowd);
	assert_non_null(admit_refuses(&a, 0, 99));
}

/* Sabotage run: DELAY_MAX 5000. */
static void pauses(void **state)
{
	int delay = 0, n = 0;

	(void)state;
	assert_int_equal(child_delay(30000, 60000), 0);      /* who lived long comes back at once */
	while (delay < 30000) {
		int next = child_delay(delay, 50);

		assert_true(next > delay && (delay == 0 || next <= 2 * delay));
		delay = next;
		n++;
	}
	assert_true(n < 12);
	assert_int_equal(child_delay(delay, 50), 30000);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(sources), cmocka_unit_test(early_drop), cmocka_unit_test(per_source),
		cmocka_unit_test(registered), cmocka_unit_test(pauses) };

	return cmocka_run_group_tests_name("admission", tests, NULL, NULL);
}
