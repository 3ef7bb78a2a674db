/* nik.c - taking a NIK apart and saying what is wrong with it. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "area.h"
#include "nik.h"
#include "person.h"

static bool all_digits(const char *s)
{
	return *s != 0 && s[strspn(s, "0123456789")] == 0;
}

static int number(const char *s, int n)
{
	int v = 0;

	while (n-- > 0)
		v = v * 10 + (*s++ - '0');
	return v;
}

bool nik_is_scientific(const char *s)
{
	size_t n = strspn(s, "0123456789"), m;

	if (n == 0)
		return false;
	s += n;
	if (*s == '.' || *s == ',') {
		s++;
		s += strspn(s, "0123456789");
	}
	if (*s != 'e' && *s != 'E')
		return false;
	s++;
	if (*s == '+' || *s == '-')
		s++;
	m = strspn(s, "0123456789");
	return m > 0 && s[m] == 0;
}

bool nik_parse(const char *typed, struct nik *out)
{
	if (typed == NULL || strlen(typed) != NIK_DIGITS || !all_digits(typed))
		return false;
	memcpy(out->area, typed, 6);
	out->area[6] = 0;
	out->typed_day = number(typed + 6, 2);
	out->female = out->typed_day > 40;
	out->day = out->female ? out->typed_day - 40 : out->typed_day;
	out->month = number(typed + 8, 2);
	out->year2 = number(typed + 10, 2);
	out->serial = number(typed + 12, 4);
	return true;
}

/* 29 February is possible when one of the two centuries has it: 2000 had, 1900 had not. */
bool nik_date_possible(const struct nik *n)
{
	return date_valid(2000 + n->year2, n->month, n->day) || date_valid(1900 + n->year2, n->month, n->day);
}

int32_t nik_guess_birth(const struct nik *n, bool child, int32_t today)
{
	int32_t late = date_day(2000 + n->year2, n->month, n->day);

	if (child && late != DATE_NONE && late <= today)
		return late;
	return date_day(1900 + n->year2, n->month, n->day);
}

/* What is not a digit, as the first character of it: one finding names one place. */
static void first_other(const char *s, char out[8])
{
	size_t i = strspn(s, "0123456789"), n = 1;

	while (n < 4 && ((unsigned char)s[i + n] & 0xc0) == 0x80)
		n++;
	memcpy(out, s + i, n);
	out[n] = 0;
	if (n == 1 && out[0] == ' ')
		memcpy(out, "spasi", sizeof "spasi");
}

static bool check_birth(const struct nik *n, const struct nik_context *cx, uint32_t field, uint32_t row,
	struct finding_list *out)
{
	struct date b = date_civil(cx->birth);
	char text[DATE_SIZE];
	int32_t swapped;

	if (b.day == n->day && b.month == n->month && b.year % 100 == n->year2)
		return true;
	/* a spreadsheet of another locale turns day and month: the swap is offered, never made */
	if (b.day == n->month && b.month == n->day && b.year % 100 == n->year2 &&
	    (swapped = date_day(b.year, b.day, b.month)) != DATE_NONE)
		return finding_add(out, FIND_nik_birth_swapped, field, row, date_show(swapped, text), (char *)NULL) != NULL;
	snprintf(text, sizeof text, "%02d-%02d-%02d", n->day, n->month, n->year2);
	return finding_add(out, FIND_nik_birth, field, row, text, (char *)NULL) != NULL;
}

static bool check_area(const struct nik *n, const struct nik_context *cx, uint32_t field, uint32_t row,
	struct finding_list *out)
{
	char six[7] = "", dotted[AREA_CODE_SIZE] = "";

	area_code_parse(n->area, dotted);
	if (cx->prefix_known != NULL && !cx->prefix_known(cx->arg, n->area))
		return finding_add(out, FIND_nik_area_unknown, field, row, dotted, (char *)NULL) != NULL;
	if (cx->village != NULL)
		area_six(cx->village, six);
	if (six[0] != 0 && strcmp(six, n->area) != 0)
		return finding_add(out, FIND_nik_area_other, field, row, dotted, (char *)NULL) != NULL;
	return true;
}

/* The shape: 16 digits, a date that can be, a serial number. false when memory is gone; *whole when it can be read on. */
static bool check_shape(const char *typed, struct nik *n, uint32_t field, uint32_t row, struct finding_list *out, bool *whole)
{
	char text[24], month[12];

	*whole = false;
	if (nik_is_scientific(typed))
		return finding_add(out, FIND_nik_scientific, field, row, (char *)NULL) != NULL;
	if (!all_digits(typed)) {
		first_other(typed, text);
		return finding_add(out, FIND_nik_digits, field, row, text, (char *)NULL) != NULL;
	}
	if (!nik_parse(typed, n)) {
		snprintf(text, sizeof text, "%zu", strlen(typed));
		return finding_add(out, FIND_nik_length, field, row, text, (char *)NULL) != NULL;
	}
	*whole = true;
	if (n->serial == 0 && finding_add(out, FIND_nik_serial_zero, field, row, (char *)NULL) == NULL)
		return false;
	if (nik_date_possible(n))
		return true;
	*whole = false;
	snprintf(text, sizeof text, "%02d", n->typed_day);
	snprintf(month, sizeof month, "%02d", n->month);
	return finding_add(out, FIND_nik_date, field, row, text, month, (char *)NULL) != NULL;
}

bool nik_check(const char *typed, const struct nik_context *cx, uint32_t field, uint32_t row, struct finding_list *out)
{
	struct nik n = { .area = "" };
	bool date_whole;

	if (typed == NULL || typed[0] == 0)
		return true;
	if (!check_shape(typed, &n, field, row, out, &date_whole))
		return false;
	if (n.area[0] == 0)
		return true;
	if (date_whole && cx->sex != SEX_UNKNOWN && n.female != (cx->sex == SEX_FEMALE) &&
	    finding_add(out, FIND_nik_sex, field, row, sex_name(n.female ? SEX_FEMALE : SEX_MALE), (char *)NULL) == NULL)
		return false;
	if (date_whole && cx->birth != DATE_NONE && !check_birth(&n, cx, field, row, out))
		return false;
	return check_area(&n, cx, field, row, out);
}

char *nik_show(const char *nik, char out[static NIK_SHOW_SIZE])
{
	struct nik n;
	int k = 0;

	out[0] = 0;
	if (!nik_parse(nik, &n))
		return out;
	for (int i = 0; i < NIK_DIGITS; i++) {
		if (i > 0 && i % 4 == 0)
			out[k++] = ' ';
		out[k++] = nik[i];
	}
	out[k] = 0;
	return out;
}

char *nik_mask(const char *nik, char out[static NIK_SIZE])
{
	struct nik n;

	out[0] = 0;
	if (!nik_parse(nik, &n))
		return out;
	memcpy(out, nik, NIK_SIZE);
	memset(out + 6, '*', 6);
	return out;
}
