/* test_conf.c - balai.conf: what is taken, and that everything else is refused with its line.
 * Sabotage run: "no such directive" answered with 0 (test_refused fails). */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "conf.h"
#include "err.h"

static char path[64];

static int reading(struct conf *c, const char *text, char err[256])
{
	int fd, r;

	snprintf(path, sizeof path, "/tmp/balai-conf-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	r = conf_read(c, path, err);
	unlink(path);
	return r;
}

static void test_whole(void **state)
{
	struct conf c;
	char err[256];

	(void)state;
	assert_int_equal(reading(&c, "office \"Dinas Sosial\"\nregency 9901\nzone WITA\ndir /var/lib/balai\nrun r\n"
		"listen 127.0.0.1 2222\nlisten 10.0.0.1 22 registered\nnotice \"Satu\"\nnotice \"Dua\"\nlimit sessions 10\nuser store balai\n", err), 0);
	assert_string_equal(c.office, "Dinas Sosial");
	assert_int_equal(c.regency, 9901);
	assert_int_equal(c.zone_minutes, 480);
	assert_string_equal(c.run, "/tmp/r");
	assert_string_equal(c.socket, "/tmp/r/store.sock");
	assert_string_equal(c.host_key, "/var/lib/balai/host_key");
	assert_int_equal(c.nlisten, 2);
	assert_false(c.listen[0].registered);
	assert_true(c.listen[1].registered);
	assert_int_equal(c.nnotice, 2);
	assert_int_equal(c.sessions, 10);
	assert_int_equal(c.per_source, 10);
	assert_string_equal(c.user_store, "balai");
	conf_clear(&c);
}

static void test_refused(void **state)
{
	static const struct { const char *text, *says; } bad[] = {
		{ "office a\nregency 9901\ndir d\n", "run" },
		{ "office a\nregency 9901\ndir d\nrun r\nspeed 3\n", ":5: speed: no such directive" },
		{ "office a\noffice b\n", ":2: office: given twice" },
		{ "regency 99\n", ":1: regency: expected a number from 1000 to 9999" },
		{ "listen 127.0.0.1 70000\n", ":1: listen: expected an address" },
		{ "limit speed 3\n", ":1: limit: expected the name" },
		{ "office a\nregency 9901\ndir d\nrun r\nzone Mars\n", "zone: expected WIB" },
		{ "office \"a\n", ":1: " },
		{ "office a b\n", ":1: office: expected one word" },
	};
	struct conf c;
	char err[256];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(reading(&c, bad[i].text, err), ERR_PARSE);
		assert_non_null(strstr(err, bad[i].says));
		conf_clear(&c);
	}
	assert_int_equal(conf_read(&c, "/nonexistent/balai.conf", err), ERR_IO);
	conf_clear(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_whole), cmocka_unit_test(test_refused) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
