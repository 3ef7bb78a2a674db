/* nik.h - the 16-digit identity number: PPRRCC DDMMYY SSSS, women's day + 40 (domain.md 6.1, 6.3).
 *
 * Layer: model. A number is taken apart, never repaired: what is typed stays as typed, and a fault is a finding. A number
 * whose birth date differs from the person's is legal (NIK are not changed when a birth date is), so that only warns.
 * No function here makes a full birth date out of a NIK except nik_guess_birth(), whose result is never stored. */
#ifndef BALAI_NIK_H
#define BALAI_NIK_H
#include <stdbool.h>
#include <stdint.h>
#include "date.h"
#include "finding.h"

#define NIK_DIGITS 16
#define NIK_SIZE (NIK_DIGITS + 1)
#define NIK_SHOW_SIZE (NIK_DIGITS + 4)            /* "9901 0152 0780 0004" */

struct nik {
	char area[7];          /* six digits of the place of first registration */
	int day;               /* of birth, 40 taken off for women; may be impossible */
	int typed_day;         /* 00..99 as it stands in the number */
	int month, year2;      /* 00..99 as they stand */
	int serial;            /* 0..9999 */
	bool female;
};

/* What else is known about the person and the place. Everything may be unknown. */
struct nik_context {
	int32_t birth;                     /* DATE_NONE: not known */
	int sex;                           /* 1 male, 2 female, 0 not known */
	const char *village;               /* dotted code of the village of residence, or NULL */
	bool (*prefix_known)(void *arg, const char *six_digits);   /* NULL: not asked */
	void *arg;
};

bool nik_parse(const char *typed, struct nik *);  /* exactly 16 digits; says nothing about what they mean */
bool nik_date_possible(const struct nik *);
/* Adds a finding for everything that is wrong or odd. An empty text gives none: whether it may be empty is the form's rule.
 * false when no memory. */
bool nik_check(const char *typed, const struct nik_context *, uint32_t field, uint32_t row, struct finding_list *);
/* The likeliest birth date when nothing else is known: `child` and a year not after today's means 20YY, else 19YY. */
int32_t nik_guess_birth(const struct nik *, bool child, int32_t today);

char *nik_show(const char *nik, char out[static NIK_SHOW_SIZE]);   /* groups of four; anything but 16 digits gives "" */
char *nik_mask(const char *nik, char out[static NIK_SIZE]);        /* "990101******0004", for paper that is posted */

/* True for what a spreadsheet makes of a long number: 3,50E+15, 3.5e+15, 350812E10. */
bool nik_is_scientific(const char *typed);

#endif
