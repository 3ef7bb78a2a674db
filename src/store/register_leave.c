/* register_leave.c - kinds exit, move and head_died, and what kinds that take members along share. */
#include "config.h"
#include <string.h>
#include "register_run.h"

/* --- shared ----------------------------------------------------------------------------------------------------------- */

int run_rows(struct reg_run *run, struct reg_household *h, const char *roster)
{
	const struct roster *ro = form_roster_named(run->ch->form, roster);
	struct reg_member **m;
	size_t n = set_members(&run->now, h, &m);
	if (ro == NULL)
		return OP_REFUSED;
	for (size_t i = 0; i < n; i++)
		if (filling_row_by_subject(run->ch->filling, ro->number, m[i]->person->id) == NULL)
			finding_add(run->cx->findings, FIND_row_missing, 0, (uint32_t)i + 1, m[i]->person->col[PC_NAME], NULL);
	for (uint32_t row = filling_row_next(run->ch->filling, ro->number, 0); row != 0; row = filling_row_next(run->ch->filling, ro->number, row))
		if (run_member(run, h, roster, row) == NULL)
			finding_add(run->cx->findings, FIND_not_a_member, 0, row, NULL);
	return run->now.err;
}

struct reg_member *run_member(struct reg_run *run, struct reg_household *h, const char *roster, uint32_t row)
{
	const struct roster *ro = form_roster_named(run->ch->form, roster);
	const struct filling_row *fr = ro != NULL ? filling_row_find(run->ch->filling, ro->number, row) : NULL;
	return fr != NULL && fr->subject != 0 ? set_member_of(&run->now, h, fr->subject) : NULL;
}

/* A change in the world: the membership ends and another one of the same person begins. Nothing when nothing differs. */
void rejoin(struct reg_run *run, struct reg_member **m, struct reg_card *card, const char *relation, const char *family_relation,
            const char *on, const char *reason)
{
	struct reg_member *old = *m;
	if (relation == NULL || relation[0] == '\0')
		relation = old->relation;
	if (family_relation == NULL || family_relation[0] == '\0')
		family_relation = old->family_relation;
	if (card == old->card && strcmp(relation, old->relation) == 0 && strcmp(family_relation, old->family_relation) == 0)
		return;
	set_end(old, on, reason);
	struct reg_member *fresh = set_join(&run->now, old->person, card->household, card, relation, family_relation, on);
	if (fresh != NULL)
		*m = fresh;
}

void close_card(struct reg_card *c, struct reg_card *successor, const char *on, const char *reason)
{
	c->to_on = on;
	c->reason = reason;
	c->replaced_by = successor;
	c->dirty = true;
}

void close_empty_cards(struct reg_run *run, const struct reg_household *h, const char *on, const char *reason)
{
	for (struct reg_card *c = run->now.card; c != NULL; c = c->next)
		if (c->household == h && card_open(c) && set_card_members(&run->now, c) == 0)
			close_card(c, NULL, on, reason);
}

static void leave_register(struct reg_run *run, struct reg_household *h, const char *reason, const char *on)
{
	set_text(&run->now, &h->dirty, &h->state, "exited");
	set_text(&run->now, &h->dirty, &h->reason, reason);
	set_text(&run->now, &h->dirty, &h->state_on, on);
}

/* --- the kinds -------------------------------------------------------------------------------------------------------- */

/* Memberships stay open: whoever left with the household still belongs to it, and to no other (rule 6). */
int kind_exit(struct reg_run *run)
{
	run->reason = fact(run, "exit_reason");
	leave_register(run, run->home, run->reason, fact(run, "exit_on"));
	return 0;
}

int kind_move(struct reg_run *run)
{
	static const char *const address[HC_COUNT] = { "address", "rt", "rw", "hamlet" };
	int64_t area = run->ch->area;
	struct reg_household *h = run->home;
	int r = area != 0 ? run_village_usable(run, area, "to_area") : run_village(run, fact(run, "to_area"), "to_area", &area);
	if (r != 0)
		return r;
	if (area == h->area)
		complain(run, FIND_same_area, "to_area", 0, NULL, NULL);
	run->reason = fact(run, "move_reason");
	h->area = area;
	h->dirty = true;
	for (int i = 0; i < HC_COUNT; i++)
		set_text(&run->now, &h->dirty, &h->col[i], fact(run, address[i]));
	set_text(&run->now, &h->dirty, &h->since_on, fact(run, "moved_on"));
	return 0;
}

/* The head's card dies with the head: a new number, or none yet, for those who stay on it (domain.md 6.2). */
int kind_head_died(struct reg_run *run)
{
	struct reg_household *h = run->home;
	struct reg_member *head = set_head(&run->now, h), **m;
	const char *on = fact(run, "died_on");
	const struct roster *ro = form_roster_named(run->ch->form, "member");
	int r = run_rows(run, h, "member");
	if (r != 0 || finding_list_blocks(run->cx->findings))
		return r;
	size_t n = set_members(&run->now, h, &m), left = 0;
	if (head == NULL) {
		complain(run, FIND_head_missing, NULL, 0, NULL, NULL);
		return 0;
	}
	uint32_t head_row = filling_row_by_subject(run->ch->filling, ro->number, head->person->id)->row;
	if (strcmp(fact_row(run, "died", head_row), "1") != 0) {
		const struct reg_member *was = set_head(&run->base, run->home_base);
		bool other = was == NULL || was->person->id != head->person->id;      /* another head since the form was opened */
		complain(run, other ? FIND_members_changed : FIND_required, "died", head_row, NULL, NULL);
		return 0;
	}
	struct reg_card *old = head->card, *card = NULL;
	for (size_t i = 0; i < n; i++) {
		uint32_t row = filling_row_by_subject(run->ch->filling, ro->number, m[i]->person->id)->row;
		if (strcmp(fact_row(run, "died", row), "1") != 0) {
			left++;
			continue;
		}
		set_text(&run->now, &m[i]->person->dirty, &m[i]->person->died_on, on);
		set_end(m[i], m[i]->person->died_on, "died");
		m[i] = NULL;
	}
	if (left == 0) {
		close_card(old, NULL, head->to_on, "head_died");
		leave_register(run, h, "MENINGGAL", on);
		return 0;
	}
	if (set_card_members(&run->now, old) != 0) {
		if ((card = set_new_card(&run->now, h, old->family_no, fact(run, "card_no_new"), on)) == NULL)
			return ERR_NOMEM;
	}
	close_card(old, card, head->to_on, "head_died");
	for (size_t i = 0; i < n; i++) {
		if (m[i] == NULL)
			continue;
		uint32_t row = filling_row_by_subject(run->ch->filling, ro->number, m[i]->person->id)->row;
		const char *relation = fact_row(run, "new_relation", row), *family = fact_row(run, "new_family_relation", row);
		if (relation[0] == '\0')
			complain(run, FIND_required, "new_relation", row, NULL, NULL);
		if (family[0] == '\0' && m[i]->card == old)
			complain(run, FIND_required, "new_family_relation", row, NULL, NULL);
		rejoin(run, &m[i], m[i]->card == old ? card : m[i]->card, relation, family, head->to_on, "head_died");
	}
	close_empty_cards(run, h, head->to_on, "empty");
	return run->now.err;
}
