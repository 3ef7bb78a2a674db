/* test_date.c - civil days, what a clerk types, ages. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "date.h"

/* Every day of 350 years comes back, one after the other, as a calendar kept by hand counts them.
 * Sabotage run: leave the century rule out of date_month_days(). */
static void every_day(void **state)
{
	struct date want = { DATE_YEAR_MIN, 1, 1 };
	int32_t day = date_day(DATE_YEAR_MIN, 1, 1);
	static const int usual[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	(void)state;
	assert_int_equal(date_day(1970, 1, 1), 0);
	assert_int_equal(date_day(2000, 3, 1), 11017);
	while (want.year <= DATE_YEAR_MAX) {
		struct date got = date_civil(day);
		char iso[DATE_SIZE];
		bool leap = want.year % 400 == 0 || (want.year % 4 == 0 && want.year % 100 != 0);

		assert_int_equal(got.year, want.year);
		assert_int_equal(got.month, want.month);
		assert_int_equal(got.day, want.day);
		assert_int_equal(date_day(want.year, want.month, want.day), day);
		assert_int_equal(date_from_iso(date_to_iso(day, iso)), day);
		assert_int_equal(date_parse_typed(date_show(day, iso)), day);
		day++;
		if (++want.day > usual[want.month - 1] + (leap && want.month == 2)) {
			want.day = 1;
			if (++want.month > 12) {
				want.month = 1;
				want.year++;
			}
		}
	}
}

static void typed(void **state)
{
	static const struct { const char *text, *iso; } row[] = {
		{ "07021980", "1980-02-07" }, { "7-2-1980", "1980-02-07" }, { "07-02-1980", "1980-02-07" },
		{ "7/2/1980", "1980-02-07" }, { "7.2.1980", "1980-02-07" }, { "7 2 1980", "1980-02-07" },
		{ "1980-02-07", "1980-02-07" }, { "29022000", "2000-02-29" }, { "31-12-1999", "1999-12-31" },
		{ "7/2/80", "" }, { "070280", "" }, { "29021900", "" }, { "30-2-1980", "" }, { "00-01-1980", "" },
		{ "1-13-1980", "" }, { "7-2-198", "" }, { "7-2-19800", "" }, { "", "" }, { "7-2", "" }, { "7-2-1980-", "" },
		{ "-7-2-1980", "" }, { "7--2-1980", "" }, { "7021980", "" }, { "07021849", "" }, { "07022200", "" },
		{ "7-2-1980x", "" }, { "0x7-2-1980", "" }, { "99999999999999999999", "" }, { "1e1-2-1980", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		char iso[DATE_SIZE];

		assert_string_equal(date_to_iso(date_parse_typed(row[i].text), iso), row[i].iso);
	}
	assert_int_equal(date_parse_typed(NULL), DATE_NONE);
	assert_int_equal(date_from_iso("1980-2-07"), DATE_NONE);
	assert_int_equal(date_from_iso("1980-02-30"), DATE_NONE);
}

/* The day before, on and after a birthday, for every birthday of a leap year. */
static void age(void **state)
{
	(void)state;
	for (int32_t b = date_day(1980, 1, 1); b <= date_day(1980, 12, 31); b++) {
		struct date d = date_civil(b);
		int32_t day = d.day == 29 && d.month == 2 ? date_day(2026, 3, 1) : date_day(2026, d.month, d.day);

		assert_int_equal(date_age(b, day - 1), 45);
		assert_int_equal(date_age(b, day), 46);
		assert_int_equal(date_age(b, day + 1), 46);
	}
	assert_int_equal(date_age(date_day(1980, 2, 29), date_day(2024, 2, 29)), 44);
	assert_int_equal(date_age(date_day(2026, 6, 1), date_day(2026, 6, 1)), 0);
	assert_true(date_age(date_day(2026, 6, 2), date_day(2026, 6, 1)) < 0);
}

static void printed(void **state)
{
	char text[40], iso[DATE_SIZE];

	(void)state;
	date_long(date_day(2026, 6, 12), text, sizeof text);
	assert_string_equal(text, "12 Juni 2026");
	date_long(date_day(2026, 8, 1), text, sizeof text);
	assert_string_equal(text, "1 Agustus 2026");
	assert_int_equal(date_long(date_day(2026, 6, 12), text, 5), 0);
	assert_string_equal(text, "");
	assert_string_equal(date_show(date_day(1980, 2, 7), iso), "07-02-1980");
	assert_string_equal(date_show(DATE_NONE, iso), "");
	assert_string_equal(date_to_iso(date_add_months(date_day(2026, 1, 31), 1), iso), "2026-02-28");
	assert_string_equal(date_to_iso(date_add_months(date_day(2026, 3, 31), -13), iso), "2025-02-28");
	assert_null(date_month_name(13));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day), cmocka_unit_test(typed), cmocka_unit_test(age), cmocka_unit_test(printed),
	};

	return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
