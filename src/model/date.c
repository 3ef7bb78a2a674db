/* date.c - days to civil dates and back (the era method: 400 years have 146097 days). */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "date.h"

#define ERA_DAYS 146097
#define EPOCH_SHIFT 719468                        /* days from 0000-03-01 to 1970-01-01 */

int date_month_days(int year, int month)
{
	static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (month < 1 || month > 12)
		return 0;
	if (month == 2 && ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0))
		return 29;
	return days[month - 1];
}

bool date_valid(int year, int month, int day)
{
	return year >= DATE_YEAR_MIN && year <= DATE_YEAR_MAX && day >= 1 && day <= date_month_days(year, month);
}

int32_t date_day(int year, int month, int day)
{
	int era, of_era, of_year;

	if (!date_valid(year, month, day))
		return DATE_NONE;
	year -= month <= 2;                       /* the year begins in March, so that a leap day is its last */
	era = year / 400;
	of_era = year - era * 400;
	of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH_SHIFT;
}

struct date date_civil(int32_t n)
{
	int64_t z = (int64_t)n + EPOCH_SHIFT;
	int64_t era = (z >= 0 ? z : z - (ERA_DAYS - 1)) / ERA_DAYS;
	int of_era = (int)(z - era * ERA_DAYS);
	int year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int mp = (5 * of_year + 2) / 153;
	struct date d;

	d.day = of_year - (153 * mp + 2) / 5 + 1;
	d.month = mp < 10 ? mp + 3 : mp - 9;
	d.year = (int)(year_of_era + era * 400) + (d.month <= 2);
	return d;
}

/* n digits at s as a number, or -1. */
static int digits(const char *s, size_t n)
{
	int v = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		v = v * 10 + (s[i] - '0');
	}
	return v;
}

int32_t date_from_iso(const char *s)
{
	int y, m, d;

	if (s == NULL || strlen(s) != DATE_SIZE - 1 || s[4] != '-' || s[7] != '-')
		return DATE_NONE;
	y = digits(s, 4);
	m = digits(s + 5, 2);
	d = digits(s + 8, 2);
	return y < 0 || m < 0 || d < 0 ? DATE_NONE : date_day(y, m, d);
}

static char *date_print(int32_t day, bool year_first, char *out)
{
	char *y = out + (year_first ? 0 : 6), *m = out + (year_first ? 5 : 3), *dd = out + (year_first ? 8 : 0);
	struct date d;

	out[0] = 0;
	if (day == DATE_NONE)
		return out;
	d = date_civil(day);
	if (!date_valid(d.year, d.month, d.day))
		return out;
	out[year_first ? 4 : 2] = '-';
	out[year_first ? 7 : 5] = '-';
	for (int i = 3; i >= 0; i--, d.year /= 10)
		y[i] = (char)('0' + d.year % 10);
	m[0] = (char)('0' + d.month / 10);
	m[1] = (char)('0' + d.month % 10);
	dd[0] = (char)('0' + d.day / 10);
	dd[1] = (char)('0' + d.day % 10);
	out[DATE_SIZE - 1] = 0;
	return out;
}

char *date_to_iso(int32_t day, char out[static DATE_SIZE])
{
	return date_print(day, true, out);
}

char *date_show(int32_t day, char out[static DATE_SIZE])
{
	return date_print(day, false, out);
}

const char *date_month_name(int month)
{
	static const char *const name[] = { "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus",
		"September", "Oktober", "November", "Desember" };

	return month < 1 || month > 12 ? NULL : name[month - 1];
}

size_t date_long(int32_t day, char *out, size_t size)
{
	struct date d;
	int n;

	if (size == 0)
		return 0;
	out[0] = 0;
	if (day == DATE_NONE)
		return 0;
	d = date_civil(day);
	n = snprintf(out, size, "%d %s %d", d.day, date_month_name(d.month), d.year);
	if (n < 0 || (size_t)n >= size) {
		out[0] = 0;
		return 0;
	}
	return (size_t)n;
}

/* The three parts of a typed date. Returns how many there are, 0 when it is no such text; part lengths in len. */
static int date_parts(const char *s, int part[3], int len[3])
{
	int n = 0, v = 0, l = 0;

	for (;; s++) {
		if (*s >= '0' && *s <= '9') {
			if (++l > 4)
				return 0;
			v = v * 10 + (*s - '0');
			continue;
		}
		if (l == 0 || n == 3)
			return 0;
		part[n] = v;
		len[n++] = l;
		v = l = 0;
		if (*s == 0)
			return n;
		if (*s != '-' && *s != '/' && *s != '.' && *s != ' ')
			return 0;
	}
}

int32_t date_parse_typed(const char *s)
{
	int part[3], len[3];

	if (s == NULL)
		return DATE_NONE;
	if (strlen(s) == 8 && digits(s, 8) >= 0)
		return date_day(digits(s + 4, 4), digits(s + 2, 2), digits(s, 2));
	if (date_parts(s, part, len) != 3)
		return DATE_NONE;
	if (len[0] == 4 && len[1] <= 2 && len[2] <= 2)
		return date_day(part[0], part[1], part[2]);
	if (len[0] <= 2 && len[1] <= 2 && len[2] == 4)
		return date_day(part[2], part[1], part[0]);
	return DATE_NONE;
}

int date_age(int32_t born, int32_t on)
{
	struct date b, t;

	if (born == DATE_NONE || on == DATE_NONE)
		return -1;
	b = date_civil(born);
	t = date_civil(on);
	return t.year - b.year - (t.month < b.month || (t.month == b.month && t.day < b.day));
}

int32_t date_add_months(int32_t day, int months)
{
	struct date d;
	int m, last;

	if (day == DATE_NONE)
		return DATE_NONE;
	d = date_civil(day);
	m = d.year * 12 + d.month - 1 + months;
	d.year = m / 12;
	d.month = m % 12 + 1;
	last = date_month_days(d.year, d.month);
	return date_day(d.year, d.month, d.day > last ? last : d.day);
}
