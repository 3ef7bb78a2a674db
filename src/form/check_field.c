/* check_field.c - one answer: clean text, the format of its type, its range, its list, its constraint. */
#include "config.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "area.h"
#include "check_eval.h"
#include "date.h"
#include "err.h"
#include "family_card.h"
#include "nik.h"
#include "person.h"
#include "text.h"

#define END ((char *)NULL)
#define DIGITS_MAX 15          /* of a number: a double holds them all */
#define FILE_DIGITS 64         /* SHA-256 in hex */

/* Where a field of a store column stands in the same row, or in the household. */
static const struct field *beside(const struct checking *c, const struct field *f, const char *store)
{
	for (size_t i = 0; i < c->form->nfield; i++) {
		const struct field *g = &c->form->field[i];

		if (g->roster == f->roster && g->store != NULL && strcmp(g->store, store) == 0)
			return g;
	}
	return NULL;
}

static bool stored_as(const struct field *f, const char *store)
{
	return f->store != NULL && strcmp(f->store, store) == 0;
}

/* Number of the character (from 1) that byte `at` is in. */
static size_t character_at(const char *s, size_t at)
{
	size_t n = 1;

	for (size_t i = 1; i <= at && s[i] != '\0'; i++)
		n += (s[i] & 0xc0) != 0x80;
	return n;
}

/* true when the text may be shown and kept. */
static bool check_clean(const struct field *f, uint32_t row, const char *value, struct finding_list *out)
{
	static const enum finding_code codes[] = {
		[TEXT_BAD_UTF8] = FIND_bad_utf8, [TEXT_CONTROL] = FIND_control_character, [TEXT_BIDI] = FIND_hidden_character,
		[TEXT_INVISIBLE] = FIND_hidden_character, [TEXT_MARKS] = FIND_too_many_marks, [TEXT_EMOJI] = FIND_emoji,
		[TEXT_UNASSIGNED] = FIND_hidden_character,
	};
	size_t most = f->type == FIELD_TEXT && f->max != 0 ? (size_t)f->max : FILLING_VALUE_MAX, at = 0;
	enum text_fault fault;
	struct buf clean;
	char number[24];

	buf_init(&clean, 0);
	fault = text_clean(value, strlen(value), most, f->multiline, &clean, &at);
	if (buf_end(&clean) != 0)
		out->nomem = true;
	buf_clear(&clean);
	if (fault == TEXT_OK)
		return true;
	snprintf(number, sizeof number, "%zu", fault == TEXT_TOO_LONG ? most : character_at(value, at));
	finding_add(out, fault == TEXT_TOO_LONG ? FIND_too_long : codes[fault], f->number, row, number, END);
	return false;
}


/* [-] digits [. digits] with at most `scale` digits behind the point and 15 in all. */
static bool number_ok(const char *s, int scale)
{
	size_t whole, behind = 0;

	if (*s == '-')
		s++;
	whole = strspn(s, "0123456789");
	if (s[whole] == '.' && scale > 0) {
		behind = strspn(s + whole + 1, "0123456789");
		if (behind == 0 || behind > (size_t)scale || s[whole + 1 + behind] != '\0')
			return false;
	} else if (s[whole] != '\0') {
		return false;
	}
	return whole > 0 && whole + behind <= DIGITS_MAX;
}

static void check_number(const struct field *f, uint32_t row, const char *value, struct finding_list *out)
{
	char most[DIGITS_MAX + 2] = "";
	double d;

	if (!number_ok(value, f->type == FIELD_DECIMAL ? f->scale : 0)) {
		finding_add(out, FIND_not_a_number, f->number, row, END);
		return;
	}
	d = strtod(value, NULL);
	if (f->low != NULL) {
		if (d < strtod(f->low, NULL) || d > strtod(f->high, NULL))
			finding_add(out, FIND_number_range, f->number, row, f->low, f->high, END);
		return;
	}
	if (f->max == 0 || f->max > DIGITS_MAX)
		return;
	memset(most, '9', (size_t)f->max);
	if (d > strtod(most, NULL) || d < -strtod(most, NULL))
		finding_add(out, FIND_number_range, f->number, row, "0", most, END);
}

static void check_date(const struct checking *c, const struct field *f, uint32_t row, const char *value,
	struct finding_list *out)
{
	int32_t day = date_from_iso(value);

	if (day == DATE_NONE) {
		finding_add(out, FIND_not_a_date, f->number, row, END);
		return;
	}
	if (!stored_as(f, "person.birth_on"))
		return;
	if (day > c->env->today)
		finding_add(out, FIND_date_future, f->number, row, END);
	else if (!person_check_birth(day, f->number, row, out))
		out->nomem = true;
}

static void check_code(struct checking *c, const struct field *f, uint32_t row, const char *code,
	struct finding_list *out)
{
	const struct choice *choice = form_choice(f, code);

	if (choice == NULL || !checking_choice(c, f, row, choice))
		finding_add(out, FIND_no_such_choice, f->number, row, code, END);
}

static void check_codes(struct checking *c, const struct field *f, uint32_t row, const char *value,
	struct finding_list *out)
{
	char *copy = strdup(value), *rest = copy, *code;

	if (copy == NULL) {
		out->nomem = true;
		return;
	}
	while ((code = strsep(&rest, " ")) != NULL)
		if (*code != '\0')
			check_code(c, f, row, code, out);
	free(copy);
}

static void check_nik(struct checking *c, const struct field *f, uint32_t row, const char *value,
	struct finding_list *out)
{
	const struct field *sex = beside(c, f, "person.sex"), *birth = beside(c, f, "person.birth_on");
	const char *code = checking_answer(c, sex, row);
	struct nik_context cx = {
		.birth = date_from_iso(checking_answer(c, birth, row)),
		.sex = strcmp(code, "1") == 0 ? SEX_MALE : strcmp(code, "2") == 0 ? SEX_FEMALE : SEX_UNKNOWN,
		.village = c->env->village, .prefix_known = c->env->nik_prefix_known, .arg = c->env->arg,
	};

	if (!nik_check(value, &cx, f->number, row, out))
		out->nomem = true;
}

static void check_area(const struct checking *c, const struct field *f, uint32_t row, const char *value,
	struct finding_list *out)
{
	if (area_level(value) != AREA_VILLAGE || (c->env->area_known != NULL && !c->env->area_known(c->env->arg, value)))
		finding_add(out, FIND_area_unknown, f->number, row, value, END);
}

static void check_type(struct checking *c, const struct field *f, uint32_t row, const char *value,
	struct finding_list *out)
{
	switch (f->type) {
	case FIELD_INTEGER: case FIELD_DECIMAL:
		check_number(f, row, value, out);
		return;
	case FIELD_DATE:
		check_date(c, f, row, value, out);
		return;
	case FIELD_ONE:
		check_code(c, f, row, value, out);
		return;
	case FIELD_MANY:
		check_codes(c, f, row, value, out);
		return;
	case FIELD_NIK:
		check_nik(c, f, row, value, out);
		return;
	case FIELD_CARD:
		if (!family_card_check(value, c->env->village, f->number, row, out))
			out->nomem = true;
		return;
	case FIELD_AREA:
		check_area(c, f, row, value, out);
		return;
	case FIELD_FILE:
		if (strlen(value) != FILE_DIGITS || value[strspn(value, "0123456789abcdef")] != '\0')
			finding_add(out, FIND_bad_file, f->number, row, END);
		return;
	case FIELD_TEXT: case FIELD_CALC: case FIELD_NOTE:
		return;
	}
}

static void check_constraint(struct checking *c, const struct field *f, uint32_t row, struct finding_list *out)
{
	bool holds;
	char text[200];
	int rc = checking_truth(c, f->constraint, f->roster, row, &holds);

	if (rc == ERR_NOMEM) {
		out->nomem = true;
	} else if (rc != 0) {
		finding_add(out, FIND_expression_failed, f->number, row, c->err.text, END);
	} else if (!holds && f->message_id != NULL) {
		finding_add(out, FIND_constraint, f->number, row, f->message_id, END);
	} else if (!holds) {
		snprintf(text, sizeof text, "Tidak sesuai dengan aturan formulir: %.150s", expr_text(f->constraint));
		finding_add(out, FIND_constraint, f->number, row, text, END);
	}
}

int checking_field(struct checking *c, const struct field *f, uint32_t row, struct finding_list *out)
{
	const char *value = filling_get(c->filling, f->number, row);
	size_t before = out->n;

	if (value[0] == '\0' || f->type == FIELD_NOTE)
		return 0;
	if (check_clean(f, row, value, out) && !f->readonly)
		check_type(c, f, row, value, out);
	/* a constraint says nothing about what is no number or no date at all */
	for (size_t i = before; i < out->n; i++)
		if (out->v[i].severity == SEV_BLOCK)
			return out->nomem ? ERR_NOMEM : 0;
	if (f->constraint != NULL && !f->readonly)
		check_constraint(c, f, row, out);
	return out->nomem ? ERR_NOMEM : 0;
}

int form_check_field(const struct form *form, const struct filling *filling, const struct field *f, uint32_t row,
	const struct check_env *env, struct finding_list *out)
{
	struct checking c;
	int rc = 0;

	checking_begin(&c, form, filling, env);
	if (checking_relevant(&c, (size_t)(f - form->field), row))
		rc = checking_field(&c, f, row, out);
	checking_end(&c);
	return rc;
}
