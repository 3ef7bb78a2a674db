/* register_check.c - what must hold after every change, asked of the rows in memory and of the rest of the register.
 *
 * Only what this change introduces blocks: a household that had no head before may be corrected without one, a NIK that was
 * doubled long ago freezes nobody (change-model.md rule 4). */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "name_key.h"
#include "nik.h"
#include "register_run.h"
#include "text.h"

#define SIMILAR 80               /* of 100, name_key_likeness() */

/* The row of the form that stands for a person, for a finding to point at; 0 when there is none. */
static uint32_t row_of(const struct reg_run *run, const struct reg_person *p)
{
	for (size_t i = 0; i < run->ch->nrows; i++)
		if (run->ch->rows[i].of == p)
			return run->ch->rows[i].row;
	const struct roster *ro = form_roster_named(run->ch->form, "member");
	const struct filling_row *fr = ro != NULL && p->id != 0 ? filling_row_by_subject(run->ch->filling, ro->number, p->id) : NULL;
	return fr != NULL ? fr->row : 0;
}

static uint32_t number_of(const struct reg_run *run, const char *store)
{
	const struct field *f = form_field_stored(run->ch->form, store);
	return f != NULL && !f->readonly ? f->number : 0;
}

static void check_household(struct reg_run *run, struct reg_household *h)
{
	int members = 0, heads = 0;
	if (!h->loaded || strcmp(h->state, "active") != 0)
		return;
	for (struct reg_member *m = run->now.member; m != NULL; m = m->next)
		if (m->household == h && member_open(m)) {
			members++;
			heads += strcmp(m->relation, CODE_HEAD) == 0;
		}
	if (members == 0) {
		finding_add(run->cx->findings, FIND_household_empty, 0, 0, NULL);
		return;
	}
	if (heads > 1)
		finding_add(run->cx->findings, FIND_head_twice, number_of(run, "membership.relation"), 0, NULL);
	if (heads == 0 && (h->id == 0 || h->head_was))
		finding_add(run->cx->findings, FIND_head_missing, number_of(run, "membership.relation"), 0, NULL);
	for (struct reg_card *c = run->now.card; c != NULL; c = c->next) {
		int in = 0, leads = 0;
		if (c->household != h || !card_open(c))
			continue;
		for (struct reg_member *m = run->now.member; m != NULL; m = m->next)
			if (m->card == c && member_open(m)) {
				in++;
				leads += strcmp(m->family_relation, CODE_HEAD) == 0;
			}
		if (leads > 1)
			finding_add(run->cx->findings, FIND_family_head_twice, number_of(run, "membership.family_relation"), 0, c->family_no, NULL);
		if (in > 0 && leads == 0 && (c->id == 0 || c->head_was))
			finding_add(run->cx->findings, FIND_family_head_missing, number_of(run, "membership.family_relation"), 0, c->family_no, NULL);
	}
}

/* What the set says about a row of the database: it may have ended in this very change. */
static bool still_open(struct reg_run *run, int64_t membership)
{
	for (struct reg_member *m = run->now.member; m != NULL; m = m->next)
		if (m->id == membership)
			return member_open(m);
	return true;
}

static int check_joining(struct reg_run *run, struct reg_member *m)
{
	struct reg_person *p = m->person;
	uint32_t row = row_of(run, p), name = number_of(run, "person.name");
	if (p->joins && p->erased)                       /* who lived in the family goes on living in it, emptied or not */
		finding_add(run->cx->findings, FIND_person_erased, name, row, NULL);
	if (p->joins && p->died_on[0] != '\0')
		finding_add(run->cx->findings, FIND_dead_member, name, row, NULL);
	if (p->joins && p->merged_into != 0)
		finding_add(run->cx->findings, FIND_not_a_member, name, row, NULL);
	int open = 0;
	for (struct reg_member *k = run->now.member; k != NULL; k = k->next)
		open += k->person == p && member_open(k);
	if (p->id != 0 && open == 1) {                   /* a membership that is not in the set */
		struct q *q = db_q(run->cx->db, ST_membership_of_person);
		q_int(q, 1, p->id);
		int r = q_step(q);
		if (r < 0)
			return r;
		int64_t id = r == 1 ? q_get_int(q, 0) : 0;
		q_reset(q);
		bool in_set = false;
		for (struct reg_member *k = run->now.member; k != NULL; k = k->next)
			in_set |= k->id != 0 && k->id == id;
		open += id != 0 && !in_set;
	}
	if (open > 1)
		finding_add(run->cx->findings, FIND_person_elsewhere, name, row, NULL);
	return 0;
}

static bool digits16(const char *s, int64_t *n)
{
	return s != NULL && strlen(s) == NIK_DIGITS && text_to_int(s, 0, INT64_MAX, n) == 0;
}

/* At `valid` a number in another open membership blocks; while looking, all of it is a warning that only supervisors are shown. */
static int check_nik(struct reg_run *run, struct reg_person *p)
{
	int64_t nik;
	bool active = false, idle = false;
	if (!digits16(p->col[PC_NIK], &nik) || (!p->joins && strcmp(p->col[PC_NIK], p->nik_was) == 0) || p->merged_into != 0)
		return 0;
	struct q *q = db_q(run->cx->db, ST_persons_by_nik);
	int r;
	q_int(q, 1, nik);
	while ((r = q_step(q)) == 1) {
		int64_t id = q_get_int(q, 0), membership = q_get_int(q, 1);
		bool gone = false;
		if (id == p->id)
			continue;
		for (struct reg_person *k = run->now.person; k != NULL; k = k->next)
			if (k->id == id)                 /* it may get another number, or be merged, in this change */
				gone = k->merged_into != 0 || strcmp(k->col[PC_NIK], p->col[PC_NIK]) != 0;
		if (gone)
			continue;
		if (membership != 0 && still_open(run, membership))
			active = true;
		else
			idle = true;
	}
	if (r < 0)
		return r;
	for (struct reg_member *k = run->now.member; k != NULL; k = k->next)      /* new ones of this change */
		active |= k->person != p && k->person->id == 0 && member_open(k) && strcmp(k->person->col[PC_NIK], p->col[PC_NIK]) == 0;
	uint32_t row = row_of(run, p), field = number_of(run, "person.nik");
	if (active && run->write)
		finding_add(run->cx->findings, FIND_nik_in_use, field, row, NULL);
	else if (active || idle)
		finding_add(run->cx->findings, FIND_nik_also_elsewhere, field, row, NULL);
	return 0;
}

static int check_card(struct reg_run *run, struct reg_card *c)
{
	int64_t no, other = 0;
	int r;
	if (!card_open(c) || !digits16(c->no, &no) || (c->open_was && strcmp(c->no, c->no_was) == 0))
		return 0;
	struct q *q = db_q(run->cx->db, ST_cards_by_no);
	q_int(q, 1, no);
	while ((r = q_step(q)) == 1) {
		int64_t id = q_get_int(q, 0);
		bool gone = id == c->id;
		for (struct reg_card *k = run->now.card; k != NULL; k = k->next)
			if (k->id == id)
				gone |= !card_open(k) || strcmp(k->no, c->no) != 0;
		if (!gone)
			other = id;
	}
	if (r < 0)
		return r;
	for (struct reg_card *k = run->now.card; k != NULL; k = k->next)
		if (k != c && k->id == 0 && card_open(k) && strcmp(k->no, c->no) == 0)
			other = -1;
	if (other == 0)
		return 0;
	struct finding *f = finding_add(run->cx->findings, FIND_card_in_use, number_of(run, "family_card.no"), 0, NULL);
	if (f != NULL && !run->write)
		f->severity = SEV_WARN;
	return 0;
}

/* Somebody of the same village with a name alike and the same date of birth: asked while looking, so that a clerk hears of it
 * before the family is entered twice. Those without keys yet are found by the search, not here. */
static int check_similar(struct reg_run *run, struct reg_member *m)
{
	const char *name = m->person->col[PC_NAME], *birth = m->person->col[PC_BIRTH];
	struct name_key mine, theirs;
	char key[NAME_KEY_SIZE * 2 + 3];
	bool found = false;
	int r = 0;
	if (run->write || m->person->id != 0 || birth[0] == '\0' || name_key_make(name, &mine) != 0 || mine.nword == 0)
		return 0;
	snprintf(key, sizeof key, mine.npair != 0 ? "p:%s" : "w:%s", mine.npair != 0 ? mine.pair[0] : mine.word[0]);
	struct q *q = db_q(run->cx->db, ST_similar);
	q_text(q, 1, key);
	q_text(q, 2, birth);
	q_int(q, 3, m->household->area);
	while (!found && (r = q_step(q)) == 1)
		found = name_key_make(q_get_text(q, 1), &theirs) == 0 && name_key_likeness(&mine, &theirs) >= SIMILAR;
	q_reset(q);
	if (found)
		finding_add(run->cx->findings, FIND_similar_person, number_of(run, "person.name"), row_of(run, m->person), NULL);
	return r < 0 ? r : 0;
}

int check_set(struct reg_run *run)
{
	int r = run->now.err;
	for (struct reg_household *h = run->now.household; r == 0 && h != NULL; h = h->next)
		check_household(run, h);
	for (struct reg_member *m = run->now.member; r == 0 && m != NULL; m = m->next)
		if (m->id == 0 && member_open(m))
			if ((r = check_joining(run, m)) == 0)
				r = check_similar(run, m);
	for (struct reg_person *p = run->now.person; r == 0 && p != NULL; p = p->next)
		r = check_nik(run, p);
	for (struct reg_card *c = run->now.card; r == 0 && c != NULL; c = c->next)
		r = check_card(run, c);
	return r;
}
