/* test_text.c - what a text from outside has to pass, and how it is shown. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "err.h"
#include "random.h"
#include "text.h"

/* in: what comes; fault and at; out: what text_clean() makes of it, NULL for nothing; shown: what text_show() gives.
 * sabotage, a row each: let text_judge() pass the category that the row is about. */
static const struct { const char *what, *in; enum text_fault fault; size_t at; const char *out, *shown; } hostile[] = {
	{ "plain", "Siti Aisyah", TEXT_OK, 0, "Siti Aisyah", "Siti Aisyah" },
	{ "empty", "", TEXT_OK, 0, "", "" },
	{ "blanks at the ends", "  Budi  S ", TEXT_OK, 0, "Budi  S", "  Budi  S " },
	{ "composed", "A\xc3\xafsyah", TEXT_OK, 0, "A\xc3\xafsyah", "A\xc3\xafsyah" },
	{ "decomposed becomes composed", "Ai\xcc\x88syah", TEXT_OK, 0, "A\xc3\xafsyah", "Ai\xcc\x88syah" },
	{ "Javanese letters", "\xea\xa6\xa7\xea\xa6\xbf", TEXT_OK, 0, "\xea\xa6\xa7\xea\xa6\xbf", "\xea\xa6\xa7\xea\xa6\xbf" },
	{ "typographic apostrophe", "Ma\xe2\x80\x99ruf", TEXT_OK, 0, "Ma\xe2\x80\x99ruf", "Ma\xe2\x80\x99ruf" },
	{ "no-break space", "Budi\xc2\xa0S", TEXT_OK, 0, "Budi S", "Budi\xc2\xb7S" },
	{ "copyright sign", "\xc2\xa9", TEXT_OK, 0, "\xc2\xa9", "\xc2\xa9" },
	{ "escape sequence", "a\x1b[2J", TEXT_CONTROL, 1, NULL, "a\xc2\xb7[2J" },
	{ "C1 CSI", "a\xc2\x9b" "2J", TEXT_CONTROL, 1, NULL, "a\xc2\xb7" "2J" },
	{ "bell", "\x07", TEXT_CONTROL, 0, NULL, "\xc2\xb7" },
	{ "tab", "a\tb", TEXT_CONTROL, 1, NULL, "a\xc2\xb7" "b" },
	{ "newline where none may be", "a\nb", TEXT_CONTROL, 1, NULL, "a\xc2\xb7" "b" },
	{ "delete", "a\x7f", TEXT_CONTROL, 1, NULL, "a\xc2\xb7" },
	{ "line separator", "a\xe2\x80\xa8" "b", TEXT_CONTROL, 1, NULL, "a\xc2\xb7" "b" },
	{ "right-to-left override", "a\xe2\x80\xae" "b", TEXT_BIDI, 1, NULL, "a\xc2\xb7" "b" },
	{ "right-to-left mark", "a\xe2\x80\x8f", TEXT_BIDI, 1, NULL, "a\xc2\xb7" },
	{ "isolate", "\xe2\x81\xa6", TEXT_BIDI, 0, NULL, "\xc2\xb7" },
	{ "Arabic letter mark", "\xd8\x9c", TEXT_BIDI, 0, NULL, "\xc2\xb7" },
	{ "zero width space", "a\xe2\x80\x8b", TEXT_INVISIBLE, 1, NULL, "a\xc2\xb7" },
	{ "zero width joiner", "a\xe2\x80\x8d", TEXT_INVISIBLE, 1, NULL, "a\xc2\xb7" },
	{ "byte order mark", "\xef\xbb\xbf" "a", TEXT_INVISIBLE, 0, NULL, "\xc2\xb7" "a" },
	{ "soft hyphen", "a\xc2\xad", TEXT_INVISIBLE, 1, NULL, "a\xc2\xb7" },
	{ "Hangul filler", "\xe3\x85\xa4", TEXT_INVISIBLE, 0, NULL, "\xc2\xb7" },
	{ "braille blank", "\xe2\xa0\x80", TEXT_INVISIBLE, 0, NULL, "\xc2\xb7" },
	{ "variation selector", "a\xef\xb8\x8f", TEXT_INVISIBLE, 1, NULL, "a\xc2\xb7" },
	{ "tag character", "\xf3\xa0\x81\x81", TEXT_INVISIBLE, 0, NULL, "\xc2\xb7" },
	{ "three marks", "q\xcc\xa3\xcc\xa4\xcc\xa5", TEXT_MARKS, 5, NULL, "q\xcc\xa3\xcc\xa4\xc2\xb7" },
	{ "mark without a base", "\xcc\x81" "a", TEXT_MARKS, 0, NULL, "\xc2\xb7" "a" },
	{ "mark on a blank", "a \xcc\x81", TEXT_MARKS, 2, NULL, "a \xc2\xb7" },
	{ "two marks", "q\xcc\xa3\xcc\x87", TEXT_OK, 0, "q\xcc\xa3\xcc\x87", "q\xcc\xa3\xcc\x87" },
	{ "emoji", "a\xf0\x9f\x98\x80", TEXT_EMOJI, 1, NULL, "a\xc2\xb7" },
	{ "flag", "\xf0\x9f\x87\xae\xf0\x9f\x87\xa9", TEXT_EMOJI, 0, NULL, "\xc2\xb7\xc2\xb7" },
	{ "keycap", "1\xe2\x83\xa3", TEXT_EMOJI, 1, NULL, "1\xc2\xb7" },
	{ "private use", "\xee\x80\x80", TEXT_UNASSIGNED, 0, NULL, "\xc2\xb7" },
	{ "unassigned", "\xcd\xb8", TEXT_UNASSIGNED, 0, NULL, "\xc2\xb7" },
	{ "noncharacter", "\xef\xbf\xbf", TEXT_UNASSIGNED, 0, NULL, "\xc2\xb7" },
	{ "lone byte", "a\xff", TEXT_BAD_UTF8, 1, NULL, "a\xc2\xb7" },
	{ "cut sequence", "a\xe2\x80", TEXT_BAD_UTF8, 1, NULL, "a\xc2\xb7\xc2\xb7" },
	{ "overlong slash", "\xc0\xaf", TEXT_BAD_UTF8, 0, NULL, "\xc2\xb7\xc2\xb7" },
	{ "surrogate", "\xed\xa0\x80", TEXT_BAD_UTF8, 0, NULL, "\xc2\xb7\xc2\xb7\xc2\xb7" },
	{ "beyond Unicode", "\xf4\x90\x80\x80", TEXT_BAD_UTF8, 0, NULL, "\xc2\xb7\xc2\xb7\xc2\xb7\xc2\xb7" },
};

static void test_hostile_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
		struct buf out;
		size_t at = 99;
		enum text_fault fault;

		buf_init(&out, 0);
		fault = text_clean(hostile[i].in, strlen(hostile[i].in), 1000, false, &out, &at);
		if (fault != hostile[i].fault || at != hostile[i].at)
			fail_msg("%s: fault %d at %zu", hostile[i].what, (int)fault, at);
		assert_string_equal(buf_str(&out), hostile[i].out == NULL ? "" : hostile[i].out);
		if (fault == TEXT_OK)
			assert_true(text_is_clean(buf_str(&out)));
		buf_reset(&out);
		text_show(&out, hostile[i].in, strlen(hostile[i].in));
		if (strcmp(buf_str(&out), hostile[i].shown) != 0)
			fail_msg("%s: shown as %s", hostile[i].what, buf_str(&out));
		/* as many columns as what is shown */
		assert_int_equal(text_width(hostile[i].in), text_width(hostile[i].shown));
		buf_clear(&out);
	}
}

static void test_nul_and_length(void **state)
{
	char many[10000];
	struct buf out;
	size_t at;

	(void)state;
	buf_init(&out, 0);
	assert_int_equal(text_clean("a\0b", 3, 100, false, &out, &at), TEXT_CONTROL);
	assert_int_equal(at, 1);
	memset(many, 'x', sizeof many);
	assert_int_equal(text_clean(many, sizeof many, 250, false, &out, &at), TEXT_TOO_LONG);
	assert_int_equal(out.len, 0);
	assert_int_equal(text_clean(many, 250, 250, false, &out, &at), TEXT_OK);
	assert_int_equal(out.len, 250);
	/* the length is that of what is kept, not of what was typed */
	buf_reset(&out);
	assert_int_equal(text_clean("  i\xcc\x88  ", 7, 2, false, &out, NULL), TEXT_OK);
	assert_string_equal(buf_str(&out), "\xc3\xaf");
	buf_reset(&out);
	assert_int_equal(text_clean("a\nb\n", 4, 100, true, &out, NULL), TEXT_OK);
	assert_string_equal(buf_str(&out), "a\nb");
	buf_clear(&out);
}

/* Random bytes: what is shown is always clean and never longer than a dot for each byte. */
static void test_anything_is_shown_clean(void **state)
{
	(void)state;
	random_seed(4);
	for (int round = 0; round < 3000; round++) {
		char junk[24];
		struct buf out;
		size_t n = random_below(sizeof junk);

		random_bytes(junk, n);
		for (size_t i = 0; i < n; i++)
			if (random_below(3) == 0)
				junk[i] = (char)(0xc0 | (junk[i] & 0x3f));
		buf_init(&out, 0);
		text_show(&out, junk, n);
		assert_true(out.len <= 2 * n);
		for (size_t i = 0; i < out.len; i++)
			assert_true(out.data[i] >= 0x20 && out.data[i] != 0x7f);
		for (size_t i = 0, next; i < out.len; i = next) {
			next = text_next(buf_str(&out), i);
			assert_true(next > i);
			assert_int_equal(text_prev(buf_str(&out), next), i);
		}
		buf_clear(&out);
	}
}

static void test_columns(void **state)
{
	/* e with two marks, a wide letter, a dot for ESC */
	static const char s[] = "a" "e\xcc\xa3\xcc\x82" "\xe4\xb8\xad" "\x1b" "z";

	(void)state;
	assert_int_equal(text_width(s), 6);
	assert_int_equal(text_fit(s, 0), 0);
	assert_int_equal(text_fit(s, 1), 1);
	assert_int_equal(text_fit(s, 2), 6);
	assert_int_equal(text_fit(s, 3), 6);        /* the wide one does not fit by half */
	assert_int_equal(text_fit(s, 4), 9);
	assert_int_equal(text_fit(s, 99), strlen(s));
	assert_int_equal(text_next(s, 0), 1);
	assert_int_equal(text_next(s, 1), 6);
	assert_int_equal(text_prev(s, 6), 1);
	assert_int_equal(text_next(s, strlen(s)), strlen(s));
	assert_int_equal(text_prev(s, 0), 0);
	/* a bare mark counts a column, for it is shown as a dot */
	assert_int_equal(text_width("\xcc\x81"), 1);
}

static void test_fold(void **state)
{
	static const struct { const char *in, *out; } row[] = {
		{ "Ma'ruf", "maruf" }, { "MA\xe2\x80\x99RUF", "maruf" }, { "A\xc3\xafsyah", "aisyah" }, { "Nur-Aini", "nuraini" },
		{ "Moh.  Sholeh ", "moh sholeh" }, { " H. Sa\xca\xbc" "diyah", "h sadiyah" }, { "stra\xc3\x9f" "e", "strasse" }, { "", "" },
		{ "\xef\xbc\xa1\xef\xbd\x82", "ab" },
	};
	struct buf out;

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		buf_init(&out, 0);
		assert_int_equal(text_fold(row[i].in, &out), 0);
		assert_string_equal(buf_str(&out), row[i].out);
		buf_clear(&out);
	}
	buf_init(&out, 0);
	assert_int_equal(text_fold("\xff", &out), ERR_PARSE);
	buf_clear(&out);
}

static void test_numbers(void **state)
{
	static const struct { const char *in; int e; int64_t v; } row[] = {
		{ "0", 0, 0 }, { "12", 0, 12 }, { "-5", 0, -5 }, { "007", 0, 7 }, { "100", 0, 100 }, { "101", ERR_RANGE, 0 },
		{ "-6", ERR_RANGE, 0 }, { "", ERR_PARSE, 0 }, { "-", ERR_PARSE, 0 }, { "+1", ERR_PARSE, 0 }, { " 1", ERR_PARSE, 0 },
		{ "1 ", ERR_PARSE, 0 }, { "1e2", ERR_PARSE, 0 }, { "0x1", ERR_PARSE, 0 }, { "1,0", ERR_PARSE, 0 },
		{ "99999999999999999999", ERR_RANGE, 0 }, { "-99999999999999999999", ERR_RANGE, 0 }, { "--1", ERR_PARSE, 0 },
	};
	int64_t v;

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		v = 0;
		assert_int_equal(text_to_int(row[i].in, -5, 100, &v), row[i].e);
		assert_true(v == row[i].v);
	}
	assert_int_equal(text_to_int("-9223372036854775808", INT64_MIN, INT64_MAX, &v), 0);
	assert_true(v == INT64_MIN);
	assert_true(text_equal(NULL, ""));
	assert_false(text_equal(NULL, "a"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hostile_table), cmocka_unit_test(test_nul_and_length),
		cmocka_unit_test(test_anything_is_shown_clean), cmocka_unit_test(test_columns), cmocka_unit_test(test_fold),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
