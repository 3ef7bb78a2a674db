/* test_csvfile.c - files of strangers: what is read is what was written, and what is broken is refused with its line. */
#include "config.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include "csvfile.h"
#include "err.h"
#include "random.h"

static int file_of(const void *p, size_t n)
{
	int fd = memfd_create("csv", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, p, n), (ssize_t)n);
	return fd;
}

/* The whole file as text: cells in [], records ended by ;. Or "LINE: why". */
static void shown(const char *bytes, size_t n, char *out, size_t size)
{
	struct csvfile f;
	struct csvfile_fault fault;
	struct arena arena;
	struct csvfile_row row;
	int fd = file_of(bytes, n), r;
	size_t k = 0;

	r = csvfile_open(&f, fd, &fault);
	if (r != 0) {
		close(fd);
		assert_int_equal(r, ERR_PARSE);
		snprintf(out, size, "%llu", (unsigned long long)fault.line);
		return;
	}
	out[0] = 0;
	arena_init(&arena, 0);
	for (size_t i = 0; i < f.nheader; i++)
		k += (size_t)snprintf(out + k, size - k, "<%s>", f.header[i]);
	for (size_t i = 0; i < f.nrecord; i++) {
		assert_int_equal(csvfile_read(&f, i, &arena, &row, &fault), 0);
		k += (size_t)snprintf(out + k, size - k, "%u", f.record[i].line);
		for (size_t c = 0; c < row.n; c++)
			k += (size_t)snprintf(out + k, size - k, "[%s]", row.cell[c]);
	}
	arena_clear(&arena);
	csvfile_close(&f);
}

static void files(void **state)
{
	static const struct { const char *in, *out; size_t n; } row[] = {
		{ "a,b\n1,2\n", "<a><b>2[1][2]", 0 }, { "a,b\r\n1,2\r\n", "<a><b>2[1][2]", 0 },
		{ "\xef\xbb\xbf" "a;b\n1;2,5\n", "<a><b>2[1][2,5]", 0 }, { "a\tb\n1\t2;,\n", "<a><b>2[1][2;,]", 0 },
		{ "a,b\n\n\n1,2", "<a><b>4[1][2]", 0 }, { "a,b\n\"1\n\n2\",3\n4,5\n", "<a><b>2[1\n\n2][3]5[4][5]", 0 },
		{ "a,b\n\"x\"\"y\",\"\"\n", "<a><b>2[x\"y][]", 0 }, { "a,b\n 1 , 2\n", "<a><b>2[ 1 ][ 2]", 0 },
		{ "\"a;b\",c\n1,2\n", "<a;b><c>2[1][2]", 0 }, { "a,b\n1\n1,2,3\n", "<a><b>2[1]3[1][2][3]", 0 },
		{ "a,b\n,\n", "<a><b>2[][]", 0 }, { "a\r1\r2\r", "<a>1[1]1[2]", 0 },
		{ "a,b\n1,\"2\n", "2", 0 }, { "a,b\n1,2\n3,x\"4\n", "3", 0 }, { "a,b\n1,\"2\"x\n", "2", 0 },
		{ "", "1", 0 }, { "\n\n", "1", 0 }, { "a,A\n1,2\n", "1", 0 }, { "a,b\n1,\0\n", "2", 8 }, { "\xff\xfe" "a\0,\0", "1", 6 },
		{ "a,\x1b[2J\n1,2\n", "1", 0 }, { "a,\xff\n1,2\n", "1", 0 },
	};
	char out[1000];

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		shown(row[i].in, row[i].n > 0 ? row[i].n : strlen(row[i].in), out, sizeof out);
		if (strcmp(out, row[i].out) != 0)
			fail_msg("row %zu: %s, not %s", i, out, row[i].out);
	}
}

static void limits(void **state)
{
	struct buf b;
	char out[20000];

	(void)state;
	buf_init(&b, 0);
	buf_puts(&b, "a\n\"");
	for (size_t i = 0; i < CSVFILE_ROW_MAX; i++)
		buf_putc(&b, i % 60 == 59 ? '\n' : 'x');
	shown(buf_str(&b), b.len, out, sizeof out);
	assert_string_equal(out, "2");
	buf_reset(&b);
	for (size_t i = 0; i <= CSVFILE_COLUMNS; i++)
		buf_printf(&b, "c%zu,", i);
	shown(buf_str(&b), b.len, out, sizeof out);
	assert_string_equal(out, "1");
	buf_clear(&b);
}

static const char *cell_of(size_t i, char *out)
{
	static const char *const odd[] = { "=1+1", "+62", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "\xef\xbc\x9d" "1", "a\"b", "a,b;c", "", "9901050502800001" };

	if (i % 3 == 0)
		return odd[i / 3 % (sizeof odd / sizeof odd[0])];
	for (size_t k = 0; k < 11; k++)
		out[k] = "ab \",;\n\r=-\xc3"[random_below(11)];
	out[11] = 0;
	return out;
}

/* 100,000 cells out and in again: the same, but for the apostrophe before what a spreadsheet would calculate.
 * Sabotage: let formula() return false. */
static void round_trip(void **state)
{
	struct csvfile f;
	struct csvfile_fault fault;
	struct csvfile_row row;
	struct arena arena;
	struct buf b;
	char text[12];

	(void)state;
	buf_init(&b, 0);
	random_seed(7);
	csvfile_put_bom(&b);
	for (size_t i = 0; i < 10; i++) {
		snprintf(text, sizeof text, "k%zu", i);
		csvfile_put_cell(&b, text);
	}
	csvfile_put_end(&b);
	for (size_t i = 0; i < 100000; i++) {
		csvfile_put_cell(&b, cell_of(i, text));
		if (i % 10 == 9)
			csvfile_put_end(&b);
	}
	assert_int_equal(buf_end(&b), 0);
	assert_int_equal(csvfile_open(&f, file_of(b.data, b.len), &fault), 0);
	assert_int_equal(f.nrecord, 10000);
	assert_int_equal(f.delimiter, ',');
	arena_init(&arena, 0);
	random_seed(7);
	for (size_t i = 0; i < 100000; i++) {
		const char *want = cell_of(i, text), *got;

		if (i % 10 == 0) {
			arena_reset(&arena);
			assert_int_equal(csvfile_read(&f, i / 10, &arena, &row, &fault), 0);
			assert_int_equal(row.n, 10);
		}
		got = row.cell[i % 10];
		assert_null(*got == 0 ? NULL : strchr("=+-@\t\r\n", *got));
		if (got[0] == '\'' && want[0] != '\'')
			got++;
		assert_string_equal(got, want);
	}
	arena_clear(&arena);
	csvfile_close(&f);
	buf_clear(&b);
}

/* A file that shrinks between the index and the reading is refused, not read past its end. */
static void changed(void **state)
{
	struct csvfile f;
	struct csvfile_fault fault;
	struct csvfile_row row;
	struct arena arena;
	int fd = file_of("a,b\n1,2\n3,4\n", 12);

	(void)state;
	arena_init(&arena, 0);
	assert_int_equal(csvfile_open(&f, fd, &fault), 0);
	assert_int_equal(ftruncate(fd, 6), 0);
	assert_int_equal(csvfile_read(&f, 1, &arena, &row, &fault), ERR_PARSE);
	assert_int_equal(pwrite(fd, "a,b\n1\n2\n3,4\n", 12, 0), 12);
	assert_int_equal(csvfile_read(&f, 0, &arena, &row, &fault), ERR_PARSE);
	arena_clear(&arena);
	csvfile_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files), cmocka_unit_test(limits), cmocka_unit_test(round_trip), cmocka_unit_test(changed),
	};

	return cmocka_run_group_tests_name("csvfile", tests, NULL, NULL);
}
