/* Pages of 80 by 66, whatever the names, the template and the number of rows. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "err.h"
#include "letter_text.h"
#include "text.h"

static const char tmpl[] = "# words\n@nomor\n400/{urut}/2026\n@kop\n^{kantor}\n@isi\n\nBerdasarkan {dasar}, {tidak_ada}.\n   a b\n@tutup\n{rincian}\nSelesai\n";

static void make(struct arena *a, size_t rows, struct buf *out)
{
	static const struct letter_word w[] = {
		{ "kantor", "Dinas Sosial" }, { "urut", "7" }, { "rincian", "satu\ndua" },
		{ "dasar", "Peraturan Menteri Sosial Nomor 3 Tahun 2021 dan Keputusan Menteri Sosial Nomor 150/HUK/2022 tentang tata cara" } };
	struct letter_text t;
	arena_init(a, 0);
	buf_init(out, 0);
	letter_text_init(&t, a);
	assert_int_equal(letter_text_part(&t, tmpl, "kop", w, 4), 0);
	assert_int_equal(letter_text_part(&t, tmpl, "isi", w, 4), 0);
	for (size_t i = 0; i < rows; i++) {
		struct letter_row r = { .n = (int64_t)i + 1, .number = "2026-000001", .kind = "keluarga baru",
			.head = i % 3 ? "Siti Nur Aisyah binti Muhammad Saleh Hadiningrat" : "R. Ngt. S\xc3\xa9runi", .nik = "990101******0004" };
		if (i % 40 == 0)
			letter_text_village(&t, "Sukamaju", "99.01.01.2001");
		letter_text_row(&t, &r);
	}
	assert_int_equal(letter_text_part(&t, tmpl, "tutup", w, 4), 0);
	assert_int_equal(letter_text_part(&t, tmpl, "lampiran", w, 4), ERR_NOTFOUND);
	assert_int_equal(letter_text_pages(&t, "400/7/2026", out), 0);
	letter_text_clear(&t);
}

static size_t shape(const char *text)
{
	size_t lines = 0;
	while (*text) {
		char line[400];
		size_t n = strcspn(text, "\n");
		snprintf(line, sizeof line, "%.*s", (int)n, text);
		if (text_width(line) > LETTER_COLUMNS)
			fail_msg("%d columns: %s", text_width(line), line);
		assert_int_equal(text[n], '\n');
		text += n + 1;
		lines++;
	}
	return lines;
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;
	for (const char *s = text; (s = strstr(s, what)) != NULL; s++)
		n++;
	return n;
}

static void pages(void **state)
{
	(void)state;
	for (size_t rows = 0; rows < 300; rows += rows < 130 ? 1 : 17) {
		struct arena a;
		struct buf b;
		char last[60];
		make(&a, rows, &b);
		size_t lines = shape(buf_str(&b));
		assert_int_equal(lines % LETTER_LINES, 0);
		assert_int_equal(count(buf_str(&b), "2026-000001"), rows);
		assert_int_equal(count(buf_str(&b), "Selesai"), 1);
		snprintf(last, sizeof last, "halaman %zu dari %zu\n", lines / LETTER_LINES, lines / LETTER_LINES);
		assert_int_equal(count(buf_str(&b), last), 1);
		buf_clear(&b);
		arena_clear(&a);
	}
}

static void words(void **state)
{
	(void)state;
	struct arena a;
	struct buf b, c;
	make(&a, 3, &b);
	assert_non_null(strstr(buf_str(&b), "                                  Dinas Sosial\n\nBerdasarkan Peraturan"));
	assert_non_null(strstr(buf_str(&b), "\n   a b\n"));                     /* indentation stays */
	assert_non_null(strstr(buf_str(&b), "{tidak_ada}"));                    /* an unknown word is seen, not swallowed */
	assert_non_null(strstr(buf_str(&b), "satu\ndua\nSelesai"));
	const char *number;
	const struct letter_word w = { "urut", "12" };
	assert_int_equal(letter_text_one(&a, tmpl, "nomor", &w, 1, &number), 0);
	assert_string_equal(number, "400/12/2026");
	struct arena a2;
	make(&a2, 3, &c);
	assert_int_equal(b.len, c.len);
	assert_memory_equal(b.data, c.data, b.len);
	buf_clear(&b);
	buf_clear(&c);
	arena_clear(&a);
	arena_clear(&a2);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(pages), cmocka_unit_test(words) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
