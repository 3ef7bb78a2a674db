/* test_bar.c - guessing at a name: what strangers can learn, and that they cannot keep its owner out (security.md P3, T4).
 * Sabotage run, all in bar.c: `known` true for everybody (a day's guesses from 1,000 networks are thousands); false for everybody (the
 * owner's own desk is shut); bar_failed() keeping no time; the lock for ever of 100 failures put back (the owner is shut out). */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "bar.h"
#include "store_fixture.h"

#define HOME "36.80.12.9"
#define SECOND INT64_C(1000)
#define DAY (86400 * SECOND)

static struct store_fixture f;
static int64_t sari, now;

static struct bar from(const char *peer, int64_t account)
{
	struct bar b;

	assert_int_equal(bar_of(f.db, f.store, account ? "sari" : "tiada", account, peer, now, &b), 0);
	return b;
}

static bool open_to(const struct bar *b)
{
	int64_t until, failed;

	assert_int_equal(bar_look(f.db, b, &until, &failed), 0);
	return until <= now;
}

/* One wrong password: false when it was not even looked at. */
static bool guess(const char *peer, int64_t account)
{
	struct bar b = from(peer, account);

	if (!open_to(&b))
		return false;
	assert_int_equal(bar_failed(f.db, &b, now), 0);
	return true;
}

static void enters(const char *peer)
{
	struct bar b = from(peer, sari);

	assert_int_equal(bar_passed(f.db, &b, now), 0);
}

static int setup(void **state)
{
	(void)state;
	store_fixture_open(&f);
	sari = store_fixture_account(&f, "sari", "operator", 0);
	now = FIXTURE_NOW;
	assert_int_equal(db_begin(f.db), 0);
	enters(HOME);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	assert_int_equal(db_rollback(f.db), 0);
	store_fixture_close(&f);
	return 0;
}

static void test_network(void **state)
{
	static const char *const pair[][2] = { { "36.80.12.9", "36.80.12.0/24" }, { "::ffff:36.80.12.9", "36.80.12.0/24" },
		{ "2001:db8:1:2::7", "2001:db8:1::/48" }, { "lokal", "lokal" }, { "", "" } };
	char out[BAR_NET_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof pair / sizeof *pair; i++) {
		bar_network(pair[i][0], out);
		assert_string_equal(out, pair[i][1]);
	}
}

/* 1,000 networks guess through a whole day as fast as they may, at a name somebody has and at one nobody has. */
static void test_thousand_networks(void **state)
{
	char peer[40];

	(void)state;
	for (int who = 0; who < 2; who++) {
		int tested = 0;

		for (int i = 0; i < 86400; i += 2, now += 2 * SECOND) {
			snprintf(peer, sizeof peer, "10.%d.%d.1", i / 2 % 1000 / 250, i / 2 % 250);
			tested += guess(peer, who ? 0 : sari);
		}
		assert_true(tested > 100 && tested <= 500 + BAR_BUDGET);
	}
}

/* One network does not shut the door of any other, however long it goes on. */
static void test_one_network(void **state)
{
	struct bar strange = from("10.9.9.9", sari), home = from(HOME, sari), abroad = from("10.8.8.8", sari);
	int tested = 0;

	(void)state;
	assert_false(strange.known);
	assert_true(home.known);
	for (int i = 0; i < 3 * 86400; i++, now += SECOND) {
		tested += guess("10.9.9.9", sari);
		assert_true(open_to(&home));
		assert_true(open_to(&abroad));
	}
	assert_true(tested > 100 && tested < 350);
}

/* The hundredth failure, and many more after it: the owner sits down at the usual desk and is in. Elsewhere the door opens again by
 * itself once they stop. */
static void test_never_for_ever(void **state)
{
	struct bar home = from(HOME, sari), abroad = from("10.8.8.8", sari);
	int64_t until, failed;
	char peer[40];
	int tested = 0;

	(void)state;
	for (int i = 0; tested < 2 * BAR_LOUD; i++, now += SECOND) {
		snprintf(peer, sizeof peer, "10.0.%d.1", i % 250);
		tested += guess(peer, sari);
		assert_true(open_to(&home));
	}
	assert_false(open_to(&abroad));
	assert_int_equal(bar_look(f.db, &home, &until, &failed), 0);
	assert_int_equal(failed, tested);
	now += BAR_REFILL_MS;
	assert_true(open_to(&abroad));
	enters(HOME);
	assert_int_equal(bar_look(f.db, &home, &until, &failed), 0);
	assert_int_equal(failed, 0);
	/* the owner's login gave the strangers nothing: one try, as before it */
	tested = 0;
	for (int i = 0; i < 50; i++) {
		snprintf(peer, sizeof peer, "10.1.%d.1", i);
		tested += guess(peer, sari);
	}
	assert_int_equal(tested, 1);
}

/* Whoever sits at the usual desk and guesses is slowed down there, and there alone; a success forgets it. */
static void test_at_home(void **state)
{
	struct bar home = from(HOME, sari), desk = from(BAR_DESK, sari);

	(void)state;
	for (int i = 0; i < BAR_FREE; i++)
		assert_true(guess(HOME, sari));
	assert_false(open_to(&home));
	assert_true(open_to(&desk));
	now += SECOND;
	assert_true(guess(HOME, sari));
	now += SECOND;
	assert_false(open_to(&home));
	now += SECOND;
	assert_true(open_to(&home));
	enters(HOME);
	for (int i = 0; i < BAR_FREE; i++)
		assert_true(guess(HOME, sari));
	assert_false(open_to(&home));
	/* a code given out by an administrator begins anew */
	assert_int_equal(bar_forget(f.db, f.store, "sari"), 0);
	assert_true(open_to(&home));
}

/* Only the newest networks are kept, and none for longer than 90 days. */
static void test_networks_age(void **state)
{
	char peer[40];

	(void)state;
	for (int i = 0; i < 16; i++) {
		now += SECOND;
		snprintf(peer, sizeof peer, "10.2.%d.1", i);
		enters(peer);
	}
	assert_false(from(HOME, sari).known);
	assert_true(from("10.2.0.1", sari).known);
	now += BAR_KNOWN_DAYS * DAY;
	assert_false(from("10.2.15.1", sari).known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_network),
		cmocka_unit_test_setup_teardown(test_thousand_networks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_network, setup, teardown),
		cmocka_unit_test_setup_teardown(test_never_for_ever, setup, teardown),
		cmocka_unit_test_setup_teardown(test_at_home, setup, teardown),
		cmocka_unit_test_setup_teardown(test_networks_age, setup, teardown),
	};

	return cmocka_run_group_tests_name("bar", tests, NULL, NULL);
}
