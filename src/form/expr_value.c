/* expr_value.c - the values of expressions: truth, numbers, dates, texts. */
#include "config.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "expr_tree.h"

#define NUMBER_TEXT_MAX 400     /* a double in plain notation */

struct expr_value value_bool(bool b)
{
	return (struct expr_value){ .kind = EXPR_BOOL, .truth = b };
}

struct expr_value value_number(double d)
{
	return (struct expr_value){ .kind = EXPR_NUMBER, .number = d };
}

struct expr_value value_text(const char *s)
{
	return (struct expr_value){ .kind = EXPR_TEXT, .text = s };
}

struct expr_value value_date(double days)
{
	return (struct expr_value){ .kind = EXPR_DATE, .number = days };
}

const char *expr_kind_name(enum expr_kind kind)
{
	switch (kind) {
	case EXPR_BOOL: return "boolean";
	case EXPR_NUMBER: return "number";
	case EXPR_DATE: return "date";
	case EXPR_TEXT: break;
	}
	return "string";
}

bool expr_truth(struct expr_value v)
{
	switch (v.kind) {
	case EXPR_BOOL: return v.truth;
	case EXPR_NUMBER: return v.number != 0 && !isnan(v.number);
	case EXPR_DATE: return true;
	case EXPR_TEXT: break;
	}
	return v.text[0] != '\0' && strcmp(v.text, "0") != 0 && strcmp(v.text, "false") != 0;
}

bool expr_missing(struct expr_value v)
{
	return (v.kind == EXPR_TEXT && v.text[0] == '\0') || (v.kind == EXPR_NUMBER && isnan(v.number));
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* [blanks] [-] digits [. digits] [blanks], at least one digit. strtod() alone would take 1e3, 0x10, inf. */
static double number_read(const char *s)
{
	const char *p, *start;
	size_t digits = 0;

	while (*s == ' ')
		s++;
	start = p = s;
	if (*p == '-')
		p++;
	for (; digit(*p); p++)
		digits++;
	if (*p == '.')
		for (p++; digit(*p); p++)
			digits++;
	while (*p == ' ')
		p++;
	if (digits == 0 || *p != '\0')
		return NAN;
	return strtod(start, NULL);
}

double expr_number(struct expr_value v)
{
	switch (v.kind) {
	case EXPR_BOOL: return v.truth ? 1 : 0;
	case EXPR_NUMBER: case EXPR_DATE: return v.number;
	case EXPR_TEXT: break;
	}
	return number_read(v.text);
}

/* Days of the civil calendar after Howard Hinnant's algorithms: years begin in March, eras have 400 years. */
static int32_t day_of(int y, int m, int d)
{
	int era, yoe, doy, doe;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

void value_civil(int32_t day, int *year, int *month, int *mday)
{
	int32_t z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

	*mday = doy - (153 * mp + 2) / 5 + 1;
	*month = mp < 10 ? mp + 3 : mp - 9;
	*year = yoe + era * 400 + (*month <= 2);
}

enum date_shape value_read_date(const char *s, int32_t *day)
{
	static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int y, m, d;

	for (int i = 0; i < 10; i++)
		if (i == 4 || i == 7 ? s[i] != '-' : !digit(s[i]))
			return SHAPE_NONE;
	if (s[10] != '\0')
		return SHAPE_NONE;
	y = (s[0] - '0') * 1000 + (s[1] - '0') * 100 + (s[2] - '0') * 10 + (s[3] - '0');
	m = (s[5] - '0') * 10 + (s[6] - '0');
	d = (s[8] - '0') * 10 + (s[9] - '0');
	if (y < 1 || m < 1 || m > 12 || d < 1)
		return SHAPE_IMPOSSIBLE;
	if (d > length[m - 1] + (m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0)))
		return SHAPE_IMPOSSIBLE;
	*day = day_of(y, m, d);
	return SHAPE_DATE;
}

void value_show_date(int32_t day, char out[static 16])
{
	int y, m, d;

	value_civil(day, &y, &m, &d);
	snprintf(out, 16, "%04d-%02d-%02d", y % 10000, m, d);
}

/* Plain notation, as few digits as give the number back within 15; whole numbers without a point. */
static void number_show(double d, struct buf *out)
{
	char exact[40], s[NUMBER_TEXT_MAX];
	double r;
	int n;

	if (isnan(d) || isinf(d))
		return;
	snprintf(exact, sizeof exact, "%.15g", d);
	r = strtod(exact, NULL);
	if (r == 0)
		r = 0;                             /* -0 is 0 */
	if (strchr(exact, 'e') == NULL) {
		buf_puts(out, r == 0 ? "0" : exact);
		return;
	}
	/* below 1 the 15 digits begin behind as many zeros as the exponent says */
	n = fabs(r) >= 1 ? snprintf(s, sizeof s, "%.0f", r)
					 : snprintf(s, sizeof s, "%.*f", 14 - atoi(strchr(exact, 'e') + 1), r);
	if (fabs(r) < 1)
		while (n > 1 && s[n - 1] == '0')
			s[--n] = '\0';
	buf_puts(out, s);
}

void expr_show(struct expr_value v, struct buf *out)
{
	char day[16];

	switch (v.kind) {
	case EXPR_BOOL:
		buf_puts(out, v.truth ? "true" : "false");
		return;
	case EXPR_NUMBER:
		number_show(v.number, out);
		return;
	case EXPR_DATE:
		value_show_date((int32_t)v.number, day);
		buf_puts(out, day);
		return;
	case EXPR_TEXT:
		break;
	}
	buf_puts(out, v.text);
}

bool expr_parse_value(enum expr_kind kind, const char *text, struct expr_value *v)
{
	int32_t day;
	double d;

	*v = value_text("");
	if (text[0] == '\0')
		return true;
	switch (kind) {
	case EXPR_BOOL:
		if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
			return false;
		*v = value_bool(text[0] == 't');
		return true;
	case EXPR_NUMBER:
		if (isnan(d = number_read(text)))
			return false;
		*v = value_number(d);
		return true;
	case EXPR_DATE:
		if (value_read_date(text, &day) != SHAPE_DATE)
			return false;
		*v = value_date(day);
		return true;
	case EXPR_TEXT:
		break;
	}
	*v = value_text(text);
	return true;
}
