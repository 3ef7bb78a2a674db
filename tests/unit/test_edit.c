/* The field editor: letters, marks, limits, cursor, undo, and what a field shows. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "edit.h"

static enum edit_result type(struct edit *e, uint32_t ch)
{
	return edit_key(e, &(struct key){ .code = KEY_TEXT, .ch = ch });
}

static void type_all(struct edit *e, const char *ascii)
{
	for (; *ascii != 0; ascii++)
		type(e, (uint8_t)*ascii);
}

static enum edit_result press(struct edit *e, enum key_code code)
{
	return edit_key(e, &(struct key){ .code = code });
}

static void assert_shown(const struct edit *e, enum edit_style style, int width, const char *text, int cursor)
{
	struct buf out;
	int at = -1;

	buf_init(&out, 0);
	edit_show(e, style, width, &out, &at);
	assert_string_equal(buf_str(&out), text);
	assert_int_equal(at, cursor);
	buf_clear(&out);
}

static void test_letters_and_marks(void **state)
{
	struct edit e;

	(void)state;
	edit_init(&e, 40);
	type(&e, 'e');
	assert_int_equal(type(&e, 0x0301), EDIT_CHANGED);       /* libform puts it on the wrong letter */
	assert_string_equal(edit_text(&e), "\u00e9");
	assert_int_equal(edit_columns(&e), 1);
	type_all(&e, "ab");
	press(&e, KEY_LEFT_);
	type(&e, 'x');
	assert_string_equal(edit_text(&e), "\u00e9axb");
	press(&e, KEY_BACKSPACE_);
	press(&e, KEY_BACKSPACE_);
	press(&e, KEY_BACKSPACE_);
	assert_string_equal(edit_text(&e), "b");
	press(&e, KEY_HOME_);
	assert_int_equal(type(&e, 0x0301), EDIT_REFUSED);       /* a mark with nothing before it */
	press(&e, KEY_DELETE_);
	assert_string_equal(edit_text(&e), "");
	edit_clear(&e);
}

static void test_refused(void **state)
{
	struct edit e;

	(void)state;
	edit_init(&e, 6);
	type_all(&e, "abcd");
	assert_int_equal(type(&e, 0x202e), EDIT_REFUSED);
	assert_int_equal(e.fault, TEXT_BIDI);
	assert_int_equal(type(&e, 0x200b), EDIT_REFUSED);
	assert_int_equal(type(&e, 0x1f600), EDIT_REFUSED);
	assert_int_equal(type(&e, 0x9b), EDIT_REFUSED);
	assert_int_equal(type(&e, 0xfffd), EDIT_REFUSED);
	assert_int_equal(e.fault, TEXT_BAD_UTF8);
	type_all(&e, "ef");
	assert_int_equal(type(&e, 'g'), EDIT_REFUSED);
	assert_int_equal(e.fault, TEXT_TOO_LONG);
	assert_string_equal(edit_text(&e), "abcdef");
	assert_int_equal(edit_insert(&e, "xy", 2), EDIT_REFUSED);
	assert_string_equal(edit_text(&e), "abcdef");
	edit_clear(&e);
}

static void test_kill_and_undo(void **state)
{
	struct edit e;

	(void)state;
	edit_init(&e, 100);
	type_all(&e, "Jl. Melati 7");
	press(&e, KEY_KILL_WORD_);
	assert_string_equal(edit_text(&e), "Jl. Melati ");
	press(&e, KEY_KILL_WORD_);
	assert_string_equal(edit_text(&e), "Jl. ");
	press(&e, KEY_UNDO_);
	assert_string_equal(edit_text(&e), "Jl. Melati ");
	press(&e, KEY_UNDO_);
	assert_string_equal(edit_text(&e), "Jl. Melati 7");
	press(&e, KEY_UNDO_);
	assert_string_equal(edit_text(&e), "Jl. Melati ");      /* typing is undone word by word */
	press(&e, KEY_KILL_LINE_);
	press(&e, KEY_UNDO_);
	while (press(&e, KEY_UNDO_) == EDIT_CHANGED)
		;
	assert_string_equal(edit_text(&e), "");
	assert_int_equal(press(&e, KEY_UNDO_), EDIT_NOT);
	type_all(&e, "abc");
	press(&e, KEY_LEFT_);
	press(&e, KEY_KILL_END_);
	assert_string_equal(edit_text(&e), "ab");
	edit_clear(&e);
}

static void test_fresh_and_upper(void **state)
{
	struct edit e;

	(void)state;
	edit_init(&e, 100);
	edit_set(&e, "12-07-1980", true);
	type(&e, '3');
	assert_string_equal(edit_text(&e), "3");
	press(&e, KEY_UNDO_);
	assert_string_equal(edit_text(&e), "12-07-1980");
	edit_set(&e, "abc", true);
	press(&e, KEY_END_);
	type(&e, 'd');
	assert_string_equal(edit_text(&e), "abcd");
	e.upper = true;
	type_all(&e, "xy");
	assert_string_equal(edit_text(&e), "abcdXY");
	edit_set(&e, "", false);
	e.upper = false;
	edit_insert(&e, "  dua  kata ", 12);
	assert_string_equal(edit_text(&e), "dua  kata");
	edit_clear(&e);
}

static void test_shown(void **state)
{
	struct edit e;

	(void)state;
	edit_init(&e, 100);
	assert_shown(&e, EDIT_GROUPS, 20, "____ ____ ____ ____", 0);
	type_all(&e, "99040");
	assert_shown(&e, EDIT_GROUPS, 20, "9904 0___ ____ ____", 6);
	type_all(&e, "50702800003");
	assert_shown(&e, EDIT_GROUPS, 20, "9904 0507 0280 0003", 19);
	type(&e, 'x');
	assert_shown(&e, EDIT_GROUPS, 20, "9904050702800003x", 17);
	edit_set(&e, "0702", false);
	assert_shown(&e, EDIT_DATE, 10, "07-02-____", 6);
	edit_set(&e, "7-2-1980", false);
	assert_shown(&e, EDIT_DATE, 10, "7-2-1980", 8);
	edit_set(&e, "sandi", false);
	assert_shown(&e, EDIT_SECRET, 10, "*****", 5);
	edit_set(&e, "abcdefghijklmno", false);
	assert_shown(&e, EDIT_PLAIN, 6, "klmno", 5);
	press(&e, KEY_HOME_);
	assert_shown(&e, EDIT_PLAIN, 6, "abcdef", 0);
	for (int i = 0; i < 7; i++)
		press(&e, KEY_RIGHT_);
	assert_shown(&e, EDIT_PLAIN, 6, "cdefgh", 5);
	edit_clear(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_letters_and_marks), cmocka_unit_test(test_refused), cmocka_unit_test(test_kill_and_undo),
		cmocka_unit_test(test_fresh_and_upper), cmocka_unit_test(test_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
