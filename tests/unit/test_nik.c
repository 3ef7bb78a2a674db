/* test_nik.c - what is said of identity numbers, card numbers and birth dates; domain.md's table, line by line. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "area.h"
#include "family_card.h"
#include "finding.h"
#include "nik.h"
#include "person.h"

#define VILLAGE "99.01.05.2003"

static bool known(void *arg, const char *six)
{
	(void)arg;
	return strcmp(six, "990105") == 0 || strcmp(six, "990104") == 0;
}

/* finding 0: nothing at all is said. birth as YYYY-MM-DD or NULL. */
static const struct row {
	const char *nik; int sex; const char *birth; uint32_t finding; int severity; bool may_override; const char *arg;
} rows[] = {
	{ "9901054502800001", 2, "1980-02-05", 0, 0, 0, NULL },
	{ "9901050502800001", 1, "1980-02-05", 0, 0, 0, NULL },
	{ "9901057112990001", 2, "1999-12-31", 0, 0, 0, NULL },
	{ "9901052902000001", 1, "2000-02-29", 0, 0, 0, NULL },
	{ "", 1, "1980-02-05", 0, 0, 0, NULL },
	{ "990105050280000", 1, "1980-02-05", FIND_nik_length, SEV_BLOCK, 0, "15" },
	{ "99010505028000012", 1, NULL, FIND_nik_length, SEV_BLOCK, 0, "17" },
	{ "1", 1, NULL, FIND_nik_length, SEV_BLOCK, 0, "1" },
	{ "99010505028OOO01", 1, NULL, FIND_nik_digits, SEV_BLOCK, 0, "O" },
	{ "9901 0505 0280 0001", 1, NULL, FIND_nik_digits, SEV_BLOCK, 0, "spasi" },
	{ "'9901050502800001", 1, NULL, FIND_nik_digits, SEV_BLOCK, 0, "'" },
	{ "\xe2\x80\x99" "9901050502800001", 1, NULL, FIND_nik_digits, SEV_BLOCK, 0, "\xe2\x80\x99" },
	{ "-901050502800001", 1, NULL, FIND_nik_digits, SEV_BLOCK, 0, "-" },
	{ "9,90E+15", 1, NULL, FIND_nik_scientific, SEV_BLOCK, 0, NULL },
	{ "3.50E+15", 1, NULL, FIND_nik_scientific, SEV_BLOCK, 0, NULL },
	{ "350812e10", 1, NULL, FIND_nik_scientific, SEV_BLOCK, 0, NULL },
	{ "9901050502800000", 1, "1980-02-05", FIND_nik_serial_zero, SEV_BLOCK, 0, NULL },
	{ "9901050002800001", 1, NULL, FIND_nik_date, SEV_BLOCK, 1, "00" },
	{ "9901053202800001", 1, NULL, FIND_nik_date, SEV_BLOCK, 1, "32" },
	{ "9901054002800001", 1, NULL, FIND_nik_date, SEV_BLOCK, 1, "40" },
	{ "9901057203800001", 2, NULL, FIND_nik_date, SEV_BLOCK, 1, "72" },
	{ "9901059901800001", 2, NULL, FIND_nik_date, SEV_BLOCK, 1, "99" },
	{ "9901050500800001", 1, NULL, FIND_nik_date, SEV_BLOCK, 1, "05" },
	{ "9901050513800001", 1, NULL, FIND_nik_date, SEV_BLOCK, 1, "05" },
	{ "9901053002800001", 1, NULL, FIND_nik_date, SEV_BLOCK, 1, "30" },
	{ "9901057002800001", 2, NULL, FIND_nik_date, SEV_BLOCK, 1, "70" },
	{ "9901052902810001", 1, NULL, FIND_nik_date, SEV_BLOCK, 1, "29" },
	{ "9901050502800001", 2, "1980-02-05", FIND_nik_sex, SEV_WARN, 0, "laki-laki" },
	{ "9901054502800001", 1, "1980-02-05", FIND_nik_sex, SEV_WARN, 0, "perempuan" },
	{ "9901050502800001", 1, "1980-02-06", FIND_nik_birth, SEV_WARN, 0, "05-02-80" },
	{ "9901050502800001", 1, "1981-02-05", FIND_nik_birth, SEV_WARN, 0, "05-02-80" },
	{ "9901050502800001", 1, "1980-05-02", FIND_nik_birth_swapped, SEV_WARN, 0, "05-02-1980" },
	{ "9901991502800001", 1, "1980-02-15", FIND_nik_area_unknown, SEV_INFO, 0, "99.01.99" },
	{ "9901041502800001", 1, "1980-02-15", FIND_nik_area_other, SEV_INFO, 0, "99.01.04" },
};

/* Sabotage: let nik_check() take blanks or an apostrophe out of the number: three rows fail. */
static void nik_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *r = &rows[i];
		struct nik_context cx = { .birth = date_from_iso(r->birth), .sex = r->sex, .village = VILLAGE, .prefix_known = known };
		struct finding_list l;

		finding_list_init(&l);
		assert_true(nik_check(r->nik, &cx, 12, 3, &l));
		if (l.n != (r->finding != 0))
			fail_msg("%s: %zu findings, first %u", r->nik, l.n, l.n > 0 ? l.v[0].code : 0);
		if (r->finding != 0) {
			assert_int_equal(l.v[0].code, r->finding);
			assert_int_equal(l.v[0].severity, r->severity);
			assert_int_equal(l.v[0].field, 12);
			assert_int_equal(l.v[0].row, 3);
			assert_int_equal(finding_info(r->finding)->may_override, r->may_override);
			if (r->arg != NULL)
				assert_string_equal(l.v[0].arg[0], r->arg);
		}
		finding_list_clear(&l);
	}
}

/* Several things can be odd at once, and all are told. */
static void nik_many(void **state)
{
	struct nik_context cx = { .birth = date_from_iso("1971-03-04"), .sex = SEX_FEMALE, .village = "99.02.01.1001", .prefix_known = known };
	struct finding_list l;

	(void)state;
	finding_list_init(&l);
	assert_true(nik_check("9901050502800000", &cx, 1, 1, &l));
	assert_int_equal(l.n, 4);
	assert_non_null(finding_first(&l, FIND_nik_serial_zero));
	assert_non_null(finding_first(&l, FIND_nik_sex));
	assert_non_null(finding_first(&l, FIND_nik_birth));
	assert_non_null(finding_first(&l, FIND_nik_area_other));
	assert_true(finding_list_blocks(&l));
	finding_list_clear(&l);
	cx = (struct nik_context){ .birth = DATE_NONE };
	assert_true(nik_check("9901050502800001", &cx, 1, 1, &l));
	assert_int_equal(l.n, 0);
}

static void cards(void **state)
{
	static const struct { const char *no; uint32_t finding; } row[] = {
		{ "9901051206260003", 0 }, { "", 0 }, { "9901052902000001", 0 },
		{ "990105120626000", FIND_card_length }, { "99010512062600031", FIND_card_length },
		{ "9901051206260O03", FIND_card_digits }, { "9901 0512 0626 0003", FIND_card_digits },
		{ "9,90E+15", FIND_card_scientific }, { "9901051206260000", FIND_card_serial_zero },
		{ "9901054506260003", FIND_card_date }, { "9901053002260003", FIND_card_date }, { "9901050013260003", FIND_card_date },
		{ "3508121206260003", FIND_card_area_other },
	};

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct finding_list l;

		finding_list_init(&l);
		assert_true(family_card_check(row[i].no, VILLAGE, 5, 0, &l));
		assert_int_equal(l.n, row[i].finding != 0);
		if (l.n > 0)
			assert_int_equal(l.v[0].code, row[i].finding);
		finding_list_clear(&l);
	}
}

static void births(void **state)
{
	static const struct { const char *birth; uint32_t finding; } row[] = {
		{ "1980-02-05", 0 }, { "1980-01-01", FIND_birth_default }, { "1955-07-01", FIND_birth_default },
		{ "1924-12-31", FIND_birth_old }, { "1925-01-02", 0 }, { "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct finding_list l;

		finding_list_init(&l);
		assert_true(person_check_birth(date_from_iso(row[i].birth), 5, 1, &l));
		assert_int_equal(l.n, row[i].finding != 0);
		if (l.n > 0)
			assert_int_equal(l.v[0].code, row[i].finding);
		finding_list_clear(&l);
	}
	assert_true(presence_member(PRESENCE_NEW));
	assert_false(presence_member(PRESENCE_DEAD));
}

static void guesses(void **state)
{
	struct nik n;
	char iso[DATE_SIZE], text[NIK_SHOW_SIZE];
	int32_t today = date_from_iso("2026-06-12");

	(void)state;
	assert_true(nik_parse("9901054502150001", &n));
	assert_string_equal(date_to_iso(nik_guess_birth(&n, true, today), iso), "2015-02-05");
	assert_string_equal(date_to_iso(nik_guess_birth(&n, false, today), iso), "1915-02-05");
	assert_true(nik_parse("9901054502300001", &n));
	assert_string_equal(date_to_iso(nik_guess_birth(&n, true, today), iso), "1930-02-05");
	assert_string_equal(nik_show("9901054502150001", text), "9901 0545 0215 0001");
	assert_string_equal(nik_show("990105450215000", text), "");
	assert_string_equal(nik_mask("9901054502150001", text), "990105******0001");
}

static void areas(void **state)
{
	char code[AREA_CODE_SIZE], six[7];

	(void)state;
	assert_int_equal(area_level("99"), AREA_PROVINCE);
	assert_int_equal(area_level("99.01.05.2003"), AREA_VILLAGE);
	assert_int_equal(area_level("99.01.05.203"), AREA_NONE);
	assert_int_equal(area_level("99-01"), AREA_NONE);
	assert_int_equal(area_level(""), AREA_NONE);
	assert_true(area_code_parse("9901052003", code));
	assert_string_equal(code, VILLAGE);
	assert_true(area_code_parse("99.01", code));
	assert_false(area_code_parse("990105200", code));
	assert_false(area_code_parse("99010520O3", code));
	assert_true(area_parent(VILLAGE, code));
	assert_string_equal(code, "99.01.05");
	assert_false(area_parent("99", code));
	assert_true(area_contains("99.01", VILLAGE));
	assert_true(area_contains(VILLAGE, VILLAGE));
	assert_false(area_contains("99.02", VILLAGE));
	assert_false(area_contains(VILLAGE, "99.01"));
	assert_true(area_is_city("35.71"));
	assert_false(area_is_city("35.08.01"));
	assert_int_equal(area_village_kind("35.08.01.1001"), VILLAGE_KELURAHAN);
	assert_int_equal(area_village_kind("91.03.01.3001"), VILLAGE_ADAT);
	assert_string_equal(area_level_word(VILLAGE), "desa");
	assert_string_equal(area_level_word("35.71"), "kota");
	area_six(VILLAGE, six);
	assert_string_equal(six, "990105");
	area_six("99.01", six);
	assert_string_equal(six, "");
	assert_true(area_bps_valid("3508010001"));
	assert_false(area_bps_valid("350801000"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nik_table), cmocka_unit_test(nik_many), cmocka_unit_test(cards), cmocka_unit_test(births),
		cmocka_unit_test(guesses), cmocka_unit_test(areas),
	};

	return cmocka_run_group_tests_name("nik", tests, NULL, NULL);
}
