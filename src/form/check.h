/* check.h - the one validator of a filling; desk, store and import call it and get findings.
 *
 * Layer: form. Pure: today, areas and what the register says come in through struct check_env.
 * form_calculate() fills calculated fields; relevance decides what counts as answered (a hidden answer stays in the
 * filling but counts as unanswered and is left out by form_submission()). */
#ifndef BALAI_CHECK_H
#define BALAI_CHECK_H
#include <stdbool.h>
#include <stdint.h>
#include "filling.h"
#include "finding.h"
#include "form.h"

struct check_env {
	int32_t today;                                                    /* days since 1970-01-01, office's zone */
	bool (*area_known)(void *arg, const char *code);                  /* NULL: not checked here */
	bool (*nik_prefix_known)(void *arg, const char *six_digits);      /* NULL: not checked here */
	const struct filling *base; /* what the register holds now: inherited defects warn instead of blocking; NULL none */
	void *arg;
	const char *village;           /* dotted code of residence, for "issued elsewhere"; NULL: not known */
};

/* After every change of an answer, before form_relevant() and its like are asked: they read calculated fields as
 * they stand.
 * form_check() and form_submission() calculate by themselves. */
int  form_calculate(const struct form *, struct filling *, const struct check_env *);
bool form_relevant(const struct form *, const struct filling *, const struct field *, uint32_t row,
	const struct check_env *);
bool form_required(const struct form *, const struct filling *, const struct field *, uint32_t row,
	const struct check_env *);
/* May this choice be taken? By the choice_filter; true when there is none. */
bool form_choice_open(const struct form *, const struct filling *, const struct field *, uint32_t row, const char *code,
	const struct check_env *);
/* One field (when it is left): format, range, choice, constraint. Adds findings; 0 or ERR_NOMEM. */
int form_check_field(const struct form *, const struct filling *, const struct field *, uint32_t row,
	const struct check_env *, struct finding_list *);
/* Everything: every relevant field of every row, missing answers, relations between fields, rosters' sizes. */
int  form_check(const struct form *, const struct filling *, const struct check_env *, struct finding_list *);
/* Turns what was typed into the value kept: dates of `terminal.md` 3 to YYYY-MM-DD, blanks out of numbers, choice
 * texts to
 * codes. 0 and the value in out, or ERR_PARSE (keep what was typed; form_check_field will say what is wrong). */
int  form_normalise(const struct field *, const char *typed, int32_t today, struct buf *out);
/* How a value is shown: date 07-02-1980, NIK in groups of four, choice "3 anak". */
void form_show_value(const struct field *, const char *value, const char *lang, struct buf *out);
/* The filling as it is submitted: calculated anew, hidden answers and what the form does not ask left out. dst is
 * initialised
 * by the caller. */
int  form_submission(const struct form *, const struct filling *src, const struct check_env *, struct filling *dst);

#endif
