/* date.h - civil days of the Gregorian calendar.
 *
 * Layer: model. A day is an int32: days since 1970-01-01. Years 1850..2199 only: nobody in a register lives outside them,
 * and a slip of the finger (year 198, 20266) is caught. Texts: "YYYY-MM-DD" kept and sent, "DD-MM-YYYY" shown,
 * "12 Juni 2026" printed. DATE_NONE stands for "no date"; no function makes a date out of an impossible one. */
#ifndef BALAI_DATE_H
#define BALAI_DATE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DATE_NONE INT32_MIN
#define DATE_YEAR_MIN 1850
#define DATE_YEAR_MAX 2199
#define DATE_SIZE 11                              /* "YYYY-MM-DD" and its end */

struct date { int year, month, day; };            /* month 1..12, day 1..31 */

bool    date_valid(int year, int month, int day);
int     date_month_days(int year, int month);     /* 28..31, 0 for a month that is none */
int32_t date_day(int year, int month, int day);   /* DATE_NONE when not valid */
struct date date_civil(int32_t day);

/* Exactly "YYYY-MM-DD". DATE_NONE for anything else. */
int32_t date_from_iso(const char *);
char   *date_to_iso(int32_t day, char out[static DATE_SIZE]);    /* returns out; "" for DATE_NONE */
char   *date_show(int32_t day, char out[static DATE_SIZE]);      /* "07-02-1980"; "" for DATE_NONE */
size_t  date_long(int32_t day, char *out, size_t size);          /* "12 Juni 2026"; bytes written without the end */
const char *date_month_name(int month);                          /* "Januari".. ; NULL out of range */

/* What a clerk types: 07021980, 7-2-1980, 07.02.1980, 7/2/1980, 1980-02-07. Day before month. A year of two digits is
 * refused: the century is never guessed (domain.md 6.3). DATE_NONE when it is not a date that exists. */
int32_t date_parse_typed(const char *);

/* Full years of life on `on`; a birthday on 29 February counts on 1 March. Negative when born later; -1 when unknown. */
int     date_age(int32_t born, int32_t on);
int32_t date_add_months(int32_t day, int months);  /* the last day of the month when that day does not exist */

#endif
