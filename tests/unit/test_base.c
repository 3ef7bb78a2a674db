/* test_base.c - arena, buffer, clock, random numbers, log lines. */
#include "config.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "arena.h"
#include "buf.h"
#include "clock.h"
#include "err.h"
#include "heap.h"
#include "log.h"
#include "random.h"

static void test_arena(void **state)
{
	struct arena a;
	char *p, *q;

	(void)state;
	arena_init(&a, 0);
	for (size_t n = 0; n < 3000; n += 7) {
		p = arena_alloc(&a, n);
		assert_non_null(p);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xee, n);
	}
	p = arena_alloc(&a, 5u << 20);
	assert_non_null(p);
	/* after a reset the memory is zero again: nothing of the last request is seen by the next */
	arena_reset(&a);
	assert_int_equal(a.used, 0);
	p = arena_alloc(&a, 4000);
	for (size_t i = 0; i < 4000; i++)
		assert_int_equal(p[i], 0);
	q = arena_printf(&a, "%s-%d", "x", 42);
	assert_string_equal(q, "x-42");
	assert_string_equal(arena_strndup(&a, "abcdef", 3), "abc");
	assert_string_equal(arena_strdup(&a, ""), "");
	assert_memory_equal(arena_dup(&a, "\0\1", 2), "\0\1", 2);
	assert_null(arena_alloc(&a, SIZE_MAX));
	assert_null(arena_alloc(&a, SIZE_MAX / 2 + 1));
	arena_clear(&a);

	/* sabotage: drop the cap's test in arena_alloc() */
	arena_init(&a, 100);
	assert_non_null(arena_alloc(&a, 64));
	assert_null(arena_alloc(&a, 64));
	assert_non_null(arena_alloc(&a, 16));
	arena_reset(&a);
	assert_non_null(arena_alloc(&a, 96));
	arena_clear(&a);
	arena_clear(&a);
}

static void test_buf(void **state)
{
	struct buf b;
	char *s;

	(void)state;
	buf_init(&b, 0);
	assert_string_equal(buf_str(&b), "");
	for (int i = 0; i < 1000; i++)
		buf_put_dec(&b, -i);
	assert_true(b.len > 3000 && b.data[b.len] == 0);
	buf_reset(&b);
	assert_string_equal(buf_str(&b), "");
	buf_put_hex(&b, "\x00\xff\x1a", 3);
	buf_putc(&b, '!');
	buf_printf(&b, "%05d", 42);
	buf_put(&b, NULL, 0);
	assert_string_equal(buf_str(&b), "00ff1a!00042");
	buf_drop(&b, 7);
	assert_string_equal(buf_str(&b), "00042");
	buf_drop(&b, 99);
	assert_int_equal(b.len, 0);
	buf_puts(&b, "moved");
	s = buf_take(&b);
	assert_string_equal(s, "moved");
	free(s);
	assert_int_equal(b.len, 0);
	s = buf_take(&b);
	assert_string_equal(s, "");
	free(s);
	buf_wipe(&b);

	/* the error is sticky, nothing is half put. sabotage: drop the cap's test in buf_reserve() */
	buf_init(&b, 8);
	buf_puts(&b, "12345678");
	assert_int_equal(buf_end(&b), 0);
	buf_puts(&b, "9");
	buf_puts(&b, "");
	assert_int_equal(buf_end(&b), ERR_TOOLONG);
	assert_string_equal(buf_str(&b), "12345678");
	assert_null(buf_take(&b));
	buf_drop(&b, 8);
	buf_puts(&b, "x");
	assert_int_equal(b.len, 0);
	buf_reset(&b);
	buf_puts(&b, "x");
	assert_string_equal(buf_str(&b), "x");
	assert_null(buf_reserve(&b, SIZE_MAX));
	buf_clear(&b);
}

static void test_clock(void **state)
{
	int minutes = 0;
	int64_t mono;

	(void)state;
	assert_true(clock_now_ms() > INT64_C(1600000000000));
	clock_fix(1000);
	mono = clock_mono_ms();
	assert_true(clock_now_ms() == 1000);
	clock_step(500);
	assert_true(clock_now_ms() == 1500 && clock_mono_ms() == mono + 500);
	clock_free();
	assert_true(clock_now_ms() > INT64_C(1600000000000));
	assert_int_equal(clock_zone_minutes("WIB", &minutes), 0);
	assert_int_equal(minutes, 420);
	assert_int_equal(clock_zone_minutes("Asia/Jayapura", &minutes), 0);
	assert_int_equal(minutes, 540);
	assert_int_equal(clock_zone_minutes("Europe/Berlin", &minutes), ERR_NOTFOUND);
	assert_int_equal(clock_day(0, 0), 0);
	assert_int_equal(clock_day(-1, 0), -1);
	assert_int_equal(clock_day(INT64_C(86399999), 0), 0);
	assert_int_equal(clock_day(INT64_C(61200000), 420), 1);       /* 17:00 UTC is the next day in Jakarta */
	assert_int_equal(clock_day(INT64_C(4102444800000), 0), 47482); /* 2100-01-01 */
}

static void test_random(void **state)
{
	uint8_t a[16], b[16], none[16] = { 0 };
	unsigned count[3] = { 0 };

	(void)state;
	random_uuid7(a);
	random_uuid7(b);
	assert_memory_not_equal(a, b, 16);
	random_seed(7);
	random_bytes(a, 16);
	random_bytes(b, 16);
	assert_memory_not_equal(a, b, 16);
	assert_memory_not_equal(a, none, 16);
	random_seed(7);
	random_bytes(b, 16);
	assert_memory_equal(a, b, 16);
	for (int i = 0; i < 3000; i++)
		count[random_below(3)]++;
	for (int i = 0; i < 3; i++)
		assert_true(count[i] > 850 && count[i] < 1150);
	assert_int_equal(random_below(1), 0);
	clock_fix(INT64_C(0x0123456789ab));
	random_uuid7(a);
	assert_memory_equal(a, "\x01\x23\x45\x67\x89\xab", 6);
	assert_int_equal(a[6] >> 4, 7);
	assert_int_equal(a[8] >> 6, 2);
	clock_free();
}

/* sabotage: write the text instead of what log_escape() makes of it */
static void test_log_lines(void **state)
{
	char line[2000], quoted[40], longer[3000];
	ssize_t n;
	int p[2];

	(void)state;
	assert_int_equal(pipe(p), 0);
	log_init("test", p[1]);
	clock_fix(INT64_C(1700000000123));
	log_info("user=%s", "a\n<3> forged\x1b[2J \xff \xe2\x80\xae \xc3\xa9");
	n = read(p[0], line, sizeof line - 1);
	assert_true(n > 0);
	line[n] = '\0';
	assert_true(strchr(line, '\n') == line + n - 1);
	assert_null(strchr(line, '\x1b'));
	assert_non_null(strstr(line, "<6> 2023-11-14T22:13:20.123Z test["));
	assert_non_null(strstr(line, "user=a\\x0a<3> forged\\x1b[2J \\xff \\xe2\\x80\\xae \xc3\xa9"));
	log_debug("not at this level");
	memset(longer, '\x01', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	log_err("%s", longer);
	n = read(p[0], line, sizeof line - 1);
	assert_true(n > 900 && n <= 1000);
	line[n] = '\0';
	assert_non_null(strstr(line, "...\n"));
	assert_true(memcmp(line, "<3> ", 4) == 0);
	log_init("test", -1);
	close(p[0]);
	close(p[1]);
	clock_free();

	assert_string_equal(log_quote(quoted, sizeof quoted, "a\"b\\c\n"), "a\\\"b\\\\c\\x0a");
	assert_string_equal(log_quote(quoted, 8, "abcdefghijk"), "abcd...");
	assert_string_equal(log_quote(quoted, sizeof quoted, NULL), "");
	for (unsigned long size = 1; size < 12; size++)
		assert_true(strlen(log_quote(quoted, size, "\x01\x02\xc3\xa9\"\xff")) < size);
	assert_string_equal(err_name(ERR_FULL), "no space");
	assert_string_equal(err_name(ERR_RANGE), "out of range");
	assert_string_equal(err_name(ERR_OLDER), "older version");
	assert_string_equal(err_name(5), "unknown");
	assert_string_equal(err_name(-99), "unknown");
}

static void test_fatal_ends_the_process(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	pid = fork();
	if (pid == 0) {
		log_init("test", open("/dev/null", O_WRONLY));
		log_fatal("a bug");
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

/* After heap_seal() nothing goes into a hole. Sabotage run: return at the top of seal(). */
#ifndef BALAI_SANITIZERS
static void heap_sealed(void **state)
{
	void *piece[400];
	uintptr_t highest = 0;

	(void)state;
	for (size_t i = 0; i < 400; i++) {
		assert_non_null(piece[i] = malloc(24 + i * 37));
		if ((uintptr_t)piece[i] > highest)
			highest = (uintptr_t)piece[i];
	}
	for (size_t i = 0; i < 400; i += 2)
		free(piece[i]);
#ifdef __GLIBC__
	assert_true(heap_seal() > 0);
#else
	skip();                      /* another malloc than the one that is sealed */
#endif
	for (size_t i = 0; i < 400; i += 2) {
		assert_non_null(piece[i] = malloc(24 + i * 37));
		assert_true((uintptr_t)piece[i] > highest);
	}
	for (size_t i = 0; i < 400; i++)
		free(piece[i]);
}
#endif

/* Of the stack only what lies below the caller goes. Sabotage run: subtract -STACK_KEPT in heap_rest(). */
static void heap_rested(void **state)
{
	volatile uint8_t mine[48 << 10];
	uint8_t *kept = malloc(1 << 16);

	(void)state;
	assert_non_null(kept);
	memset(kept, 3, 1 << 16);
	for (size_t i = 0; i < sizeof mine; i++)
		mine[i] = (uint8_t)(i | 1);
	heap_rest();
	for (size_t i = 0; i < sizeof mine; i++)
		assert_int_equal(mine[i], (uint8_t)(i | 1));
	for (size_t i = 0; i < 1 << 16; i++)
		assert_int_equal(kept[i], 3);
	free(kept);
}

/* Of this program's code one page is its own, and all of it still works. Sabotage run: pread() in the place of pwrite(). */
#ifndef BALAI_SANITIZERS
static void heap_inherited(void **state)
{
	FILE *f;
	char line[512];
	unsigned long here, end, own = 0, at = (unsigned long)(uintptr_t)heap_inherited;
	bool mine = false;

	(void)state;
	heap_inherit();
	f = fopen("/proc/self/smaps", "r");
	assert_non_null(f);
	while (fgets(line, sizeof line, f) != NULL) {
		if (sscanf(line, "%lx-%lx ", &here, &end) == 2)
			mine = at >= here && at < end;
		else if (mine)
			sscanf(line, "Anonymous: %lu kB", &own);
	}
	fclose(f);
	assert_int_not_equal(own, 0);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arena), cmocka_unit_test(test_buf), cmocka_unit_test(test_clock), cmocka_unit_test(test_random),
		cmocka_unit_test(test_log_lines), cmocka_unit_test(test_fatal_ends_the_process), cmocka_unit_test(heap_rested),
#ifndef BALAI_SANITIZERS                  /* they bring a malloc of their own */
		cmocka_unit_test(heap_sealed), cmocka_unit_test(heap_inherited),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
