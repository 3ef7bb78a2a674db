/* register_map.c - what a field of a form means in the register.
 *
 * A row per `store` name. What a questionnaire asks without a column of its own is an answer of its household, its member or its
 * roster's row; what any other form asks without a column belongs to the dossier alone. */
#include "config.h"
#include <string.h>
#include "register_set.h"

enum where { IN_HOUSEHOLD, IN_AREA, IN_PERSON, IN_RELATION, IN_FAMILY_RELATION, IN_FAMILY_NO, IN_CARD_NO, IN_PRESENCE, IN_LEFT_ON, IN_ANSWERS };
#define PRESENT "1"              /* membership.presence: lives in the household */

static const struct { const char *store; enum where where; int col; } map_table[] = {
	{ "household.address",          IN_HOUSEHOLD, HC_ADDRESS },
	{ "household.rt",               IN_HOUSEHOLD, HC_RT },
	{ "household.rw",               IN_HOUSEHOLD, HC_RW },
	{ "household.hamlet",           IN_HOUSEHOLD, HC_HAMLET },
	{ "household.area",             IN_AREA, 0 },                 /* shown; only a move changes it */
	{ "person.nik",                 IN_PERSON, PC_NIK },
	{ "person.name",                IN_PERSON, PC_NAME },
	{ "person.sex",                 IN_PERSON, PC_SEX },
	{ "person.birth_on",            IN_PERSON, PC_BIRTH },
	{ "person.mother",              IN_PERSON, PC_MOTHER },
	{ "membership.relation",        IN_RELATION, 0 },
	{ "membership.family_relation", IN_FAMILY_RELATION, 0 },
	{ "membership.family_no",       IN_FAMILY_NO, 0 },
	{ "membership.presence",        IN_PRESENCE, 0 },             /* whoever has an open membership is present */
	{ "membership.left_on",         IN_LEFT_ON, 0 },
	{ "family_card.no",             IN_CARD_NO, 0 },
};

static enum where place(const struct field *f, int *col)
{
	*col = 0;
	if (f->store != NULL)
		for (size_t i = 0; i < sizeof map_table / sizeof *map_table; i++)
			if (strcmp(f->store, map_table[i].store) == 0) {
				*col = map_table[i].col;
				return map_table[i].where;
			}
	return IN_ANSWERS;
}

bool map_stored(const struct form *form, const struct field *f)
{
	int col;
	enum where w = place(f, &col);
	if (f->type == FIELD_NOTE || w == IN_LEFT_ON)
		return false;
	return w != IN_ANSWERS || (form->kind == NULL && f->type != FIELD_CALC);
}

bool map_changeable(const struct form *form, const struct field *f)
{
	int col;
	return map_stored(form, f) && form->kind == NULL && !f->readonly && f->type != FIELD_CALC && place(f, &col) != IN_AREA;
}

/* The number of a card stands in the row of its family's head, or, while there is none, in the first row of the family. */
static bool shows_card(struct reg_set *set, const struct reg_member *member)
{
	const struct reg_member *first = NULL;
	for (struct reg_member *m = set->member; m != NULL; m = m->next) {
		if (m->card != member->card || !member_open(m))
			continue;
		if (strcmp(m->family_relation, CODE_HEAD) == 0)
			return m == member;
		if (first == NULL || m->person->id < first->person->id)
			first = m;
	}
	return first == member;
}

const char *map_get(struct reg_set *set, const struct form *form, const struct field *f, const struct reg_household *h, const struct reg_member *m)
{
	int col;
	const char *code = "";
	enum where w = place(f, &col);
	if (!map_stored(form, f))
		return "";
	if (m == NULL)
		switch (w) {
		case IN_HOUSEHOLD: return h->col[col];
		case IN_AREA:
			if (read_area_code(set->db, h->area, set->at, set->arena, &code) != 0)
				return "";
			return code;
		case IN_ANSWERS: return answers_get(&h->answers, f->number);
		default: return "";
		}
	switch (w) {
	case IN_PERSON: return m->person->col[col];
	case IN_RELATION: return m->relation;
	case IN_FAMILY_RELATION: return m->family_relation;
	case IN_FAMILY_NO: return m->card->family_no;
	case IN_CARD_NO: return shows_card(set, m) ? m->card->no : "";
	case IN_PRESENCE: return PRESENT;
	case IN_ANSWERS: return answers_get(&m->person->answers, f->number);
	default: return "";
	}
}

void map_put(struct reg_set *set, const struct form *form, const struct field *f, struct reg_household *h, struct reg_member *m, const char *value)
{
	int col;
	enum where w = place(f, &col);
	if (!map_stored(form, f))
		return;
	if (m == NULL) {
		if (w == IN_HOUSEHOLD)
			set_text(set, &h->dirty, &h->col[col], value);
		else if (w == IN_ANSWERS)
			set_answer(set, &h->dirty, &h->answers, f->number, value);
		return;
	}
	switch (w) {
	case IN_PERSON: set_text(set, &m->person->dirty, &m->person->col[col], value); break;
	case IN_RELATION: set_text(set, &m->dirty, &m->relation, value); break;
	case IN_FAMILY_RELATION: set_text(set, &m->dirty, &m->family_relation, value); break;
	case IN_CARD_NO: set_text(set, &m->card->dirty, &m->card->no, value); break;
	case IN_ANSWERS: set_answer(set, &m->person->dirty, &m->person->answers, f->number, value); break;
	default: break;                  /* family_no and presence move rows: register_new.c */
	}
}
