/* What terminals send, and what the desk must hear. Each row: bytes, the keys they are. "|400|" is a pause in ms. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "buf.h"
#include "key.h"

static const char *const names[] = {
	[KEY_ENTER_] = "Enter", [KEY_TAB_] = "Tab", [KEY_BACKTAB_] = "Backtab", [KEY_BACKSPACE_] = "Backspace", [KEY_DELETE_] = "Del",
	[KEY_INSERT_] = "Ins", [KEY_UP_] = "Up", [KEY_DOWN_] = "Down", [KEY_LEFT_] = "Left", [KEY_RIGHT_] = "Right", [KEY_HOME_] = "Home",
	[KEY_END_] = "End", [KEY_PAGEUP_] = "PgUp", [KEY_PAGEDOWN_] = "PgDn", [KEY_F1_] = "F1", [KEY_F2_] = "F2", [KEY_F3_] = "F3",
	[KEY_F4_] = "F4", [KEY_F5_] = "F5", [KEY_F6_] = "F6", [KEY_F7_] = "F7", [KEY_F8_] = "F8", [KEY_F9_] = "F9", [KEY_F10_] = "F10",
	[KEY_CANCEL_] = "Cancel", [KEY_KILL_LINE_] = "KillLine", [KEY_KILL_END_] = "KillEnd", [KEY_KILL_WORD_] = "KillWord",
	[KEY_UNDO_] = "Undo", [KEY_REDRAW_] = "Redraw",
};

static void take(struct keydecode *d, struct buf *out)
{
	struct key k;

	while (keydecode_next(d, &k)) {
		if (out->len > 0)
			buf_putc(out, ' ');
		if (k.code == KEY_TEXT)
			buf_printf(out, k.ch < 0x7f ? "%c" : "U+%04X", (int)k.ch);
		else if (k.code == KEY_PASTE)
			buf_printf(out, "Paste(%.*s)", (int)k.n, k.text);
		else
			buf_puts(out, names[k.code]);
	}
}

/* Plays the script and lets all waits run out. */
static char *play(const char *script, size_t n)
{
	struct keydecode *d = keydecode_new();
	struct buf out;
	int64_t now = 1000;
	size_t i = 0;

	assert_non_null(d);
	buf_init(&out, 0);
	while (i < n) {
		const char *bar = memchr(script + i, '|', n - i);
		size_t end = bar != NULL ? (size_t)(bar - script) : n;

		if (end > i)
			keydecode_bytes(d, script + i, end - i, now);
		take(d, &out);
		i = end;
		if (bar != NULL) {
			char *after;
			int64_t until = now + strtol(bar + 1, &after, 10);

			for (int64_t due = keydecode_due(d); due != 0 && due <= until; due = keydecode_due(d)) {
				assert_true(due >= now);
				now = due;
				keydecode_tick(d, now);
			}
			take(d, &out);
			now = until;
			i = (size_t)(after - script) + 1;
		}
	}
	for (int guard = 0; keydecode_due(d) != 0; guard++) {
		assert_true(guard < 5);
		now = keydecode_due(d);
		keydecode_tick(d, now);
		take(d, &out);
	}
	keydecode_free(d);
	return buf_take(&out);
}

struct row { const char *bytes; const char *keys; };

static void play_rows(const struct row *row, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *got = play(row[i].bytes, strlen(row[i].bytes));

		if (strcmp(got, row[i].keys) != 0)
			print_message("row %zu\n", i);
		assert_string_equal(got, row[i].keys);
		free(got);
	}
}
#define ROWS(t) play_rows(t, sizeof(t) / sizeof(t[0]))

static void test_putty(void **state)
{
	static const struct row t[] = {
		/* default: ESC[n~ */
		{ "\x1b[11~\x1b[12~\x1b[13~\x1b[14~\x1b[15~\x1b[17~\x1b[18~\x1b[19~\x1b[20~\x1b[21~", "F1 F2 F3 F4 F5 F6 F7 F8 F9 F10" },
		/* Linux */
		{ "\x1b[[A\x1b[[B\x1b[[C\x1b[[D\x1b[[E\x1b[17~", "F1 F2 F3 F4 F5 F6" },
		/* Xterm R6 */
		{ "\x1bOP\x1bOQ\x1bOR\x1bOS\x1b[15~", "F1 F2 F3 F4 F5" },
		{ "\x1b[A\x1b[B\x1b[C\x1b[D\x1b[1~\x1b[4~\x1b[2~\x1b[3~\x1b[5~\x1b[6~", "Up Down Right Left Home End Ins Del PgUp PgDn" },
		{ "\x1bOA\x1bOB\x1bOC\x1bOD", "Up Down Right Left" },
		{ "\x7f\b\x1b[Z\t\r", "Backspace Backspace Backtab Tab Enter" },
		/* keypad after smkx, and NumLock keys PF1..PF4 */
		{ "\x1bOp\x1bOq\x1bOr\x1bOs\x1bOt\x1bOu\x1bOv\x1bOw\x1bOx\x1bOy\x1bOM", "0 1 2 3 4 5 6 7 8 9 Enter" },
		{ "\x1bOn\x1bOl\x1bOm\x1bOk\x1bOj\x1bOo", ". , - + * /" },
		/* Shift-F1.. arrive as F11..: bound to nothing */
		{ "\x1b[23~\x1b[24~\x1b[25~a", "a" },
	};

	(void)state;
	ROWS(t);
}

static void test_others(void **state)
{
	static const struct row t[] = {
		/* xterm, VTE, tmux */
		{ "\x1bOH\x1bOF\x1b[H\x1b[F\x1b[3~", "Home End Home End Del" },
		{ "\x1b[1;5C\x1b[1;5D\x1b[1;2A\x1b[3;5~\x1b[5;3~", "Right Left Up Del PgUp" },
		{ "\x1b[1;2P\x1b[1;5Q\x1b[15;2~\x1b[27;5;9~x", "x" },
		/* rxvt */
		{ "\x1b[7~\x1b[8~\x1b[7$\x1b[7^\x1b[a\x1bOc\x1b[11~", "Home End Up Right F1" },
		/* console */
		{ "\x1b[1~\x1b[4~\x1b[[A\x1b[G", "Home End F1" },
		/* Alt with a cursor key */
		{ "\x1b\x1b[A\x1b\x1bOB", "Up Down" },
		/* VT100+ */
		{ "\x1bOW\x1bOU", "F8 F6" },
	};

	(void)state;
	ROWS(t);
}

static void test_controls(void **state)
{
	static const struct row t[] = {
		{ "\x01\x05\x0b\x15\x17\x1a\x1f\x0c", "Home End KillEnd KillLine KillWord Undo Undo Redraw" },
		{ "\x0f\x12\x06\x04\x14\x07\x03", "F2 F5 F4 F9 F10 Cancel Cancel" },
		{ "\r\n\n\ra", "Enter Enter Enter a" },
		{ "\x02\x13\x11\x1c\x1d", "" },
	};
	char *got = play("a\0b", 3);

	(void)state;
	assert_string_equal(got, "a b");
	free(got);
	ROWS(t);
}

static void test_escape_and_digit(void **state)
{
	static const struct row t[] = {
		{ "\x1b" "1\x1b" "0", "F1 F10" },
		{ "\x1b|400|2", "F2" },
		{ "\x1b|1200|2", "F2" },
		{ "\x1b|1300|2", "Cancel 2" },
		{ "\x1b", "Cancel" },
		{ "\x1b\x1b", "Cancel" },
		{ "\x1b|600|a", "Cancel a" },
		{ "\x1b" "a", "a" },                        /* Alt-a: not bound, and no text is lost */
		{ "\x1b|400|\x07", "Cancel Cancel" },
		{ "\x1b|400|\x1b[A", "Up" },
	};

	(void)state;
	ROWS(t);
}

/* terminal.md 4: one F5 whose ESC and rest arrive apart, and a key broken for good, lose no typed text.
 * Sabotage: without completes() in keydecode_bytes() the rows with 400 ms give "Cancel [ 1 5 ~". */
static void test_split(void **state)
{
	static const struct row t[] = {
		{ "\x1b|10|[15~", "F5" }, { "\x1b|60|[15~", "F5" }, { "\x1b|200|[15~", "F5" }, { "\x1b|400|[15~", "F5" },
		{ "\x1b[|400|15~", "F5" }, { "\x1b[1|400|5~", "F5" }, { "\x1b[15|400|~", "F5" }, { "\x1b|400|OP", "F1" },
		{ "\x1b[15|400|abc", "a b c" },
		{ "\x1b[15|2000|Siti", "S i t i" },
		{ "\x1b[1|400|5", "5" },
		{ "\x1b[|400|x", "Cancel [ x" },
		{ "\x1bO|400|ke", "Cancel O k e" },
		{ "ab\x1b[1", "a b" },
		{ "\x1b|300|O|300|k", "Cancel O k" },
		{ "S\x1b|100|[|100|A|5|x", "S Up x" },
	};

	(void)state;
	ROWS(t);
}

static void test_answers_are_not_keys(void **state)
{
	static const struct row t[] = {
		{ "\x1b[?1;2ca", "a" }, { "\x1b[>0;276;0ca", "a" }, { "\x1b[24;80Ra", "a" }, { "\x1b[0na", "a" }, { "\x1b[1;2Ra", "a" },
		{ "\x1bP!|0|00000000\x1b\\a", "a" }, { "\x1b]11;rgb:0000/0000/0000\x07" "b", "b" }, { "\x1b]52;c;QUJD\x1b\\c", "c" },
	};

	(void)state;
	play_rows(t, 5);
	play_rows(t + 6, 2);
}

static void test_utf8(void **state)
{
	static const struct row t[] = {
		{ "\xc3\xa9", "U+00E9" }, { "\xc3|100|\xa9", "U+00E9" }, { "\xe2\x80\x99x", "U+2019 x" },
		{ "\xff" "a", "U+FFFD a" }, { "\xc3(", "U+FFFD (" }, { "\xc0\xaf", "U+FFFD" }, { "\xed\xa0\x80z", "U+FFFD z" },
		{ "\xf0\x9f\x98\x80", "U+1F600" }, { "\xc3|1500|a", "U+FFFD a" },
	};

	(void)state;
	ROWS(t);
}

static void test_paste(void **state)
{
	static const struct row t[] = {
		{ "\x1b[200~Siti\r\nNur\nAisyah\x1b[201~\r", "Paste(Siti Nur Aisyah) Enter" },
		{ "\x1b[200~a\x1b[2Jb\x03\x1b[201~c", "Paste(a[2Jb) c" },
		{ "\x1b[2|50|00~ab|50|cd\x1b[20|50|1~x", "Paste(abcd) x" },
		{ "\x1b[200~never ended|1500|q", "Paste(never ended) q" },
		{ "\x1b[200~\x1b[201~", "" },
	};

	(void)state;
	ROWS(t);
}

static void test_burst_is_marked(void **state)
{
	struct keydecode *d = keydecode_new();
	struct key k;
	unsigned n = 0;

	(void)state;
	keydecode_bytes(d, "9904050702800003\r", 17, 5);
	while (keydecode_next(d, &k)) {
		assert_int_equal(k.burst, 16);
		n++;
	}
	assert_int_equal(n, 17);
	keydecode_bytes(d, "9", 1, 6);
	assert_int_equal(keydecode_next(d, &k), 1);
	assert_int_equal(k.burst, 1);
	keydecode_free(d);
}

/* Any bytes in any pieces: no crash, bounded waits, and printable text without ESC comes through whole. */
static void test_random(void **state)
{
	uint32_t r = 12345;

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct keydecode *d = keydecode_new();
		struct key k;
		int64_t now = 0;

		for (int i = 0; i < 40; i++) {
			uint8_t bytes[40];
			size_t n;

			r = r * 1664525 + 1013904223;
			n = r >> 24 & 31;
			for (size_t j = 0; j < n; j++) {
				r = r * 1664525 + 1013904223;
				bytes[j] = (r >> 28) < 5 ? "\x1b[O~1;"[r >> 16 & 5] : (uint8_t)(r >> 16);
			}
			keydecode_bytes(d, bytes, n, now);
			now += (r >> 20) & 511;
			while (keydecode_next(d, &k))
				assert_true(k.code != KEY_NONE_);
		}
		for (int i = 0; keydecode_due(d) != 0; i++) {
			assert_true(i < 4);
			now = keydecode_due(d);
			keydecode_tick(d, now);
		}
		while (keydecode_next(d, &k))
			;
		keydecode_bytes(d, "Aisyah", 6, now + 5000);
		for (int i = 0; i < 6; i++) {
			assert_int_equal(keydecode_next(d, &k), 1);
			assert_int_equal(k.ch, "Aisyah"[i]);
		}
		keydecode_free(d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_putty), cmocka_unit_test(test_others), cmocka_unit_test(test_controls),
		cmocka_unit_test(test_escape_and_digit), cmocka_unit_test(test_split), cmocka_unit_test(test_answers_are_not_keys),
		cmocka_unit_test(test_utf8), cmocka_unit_test(test_paste), cmocka_unit_test(test_burst_is_marked),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
