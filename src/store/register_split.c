/* register_split.c - kinds member_moves and split: some members leave the household and live on in another one. */
#include "config.h"
#include <string.h>
#include "register_run.h"

/* Which members go: one flag per member in the order of set_members. */
static int goers(struct reg_run *run, struct reg_member ***m, uint32_t **row, bool **goes, size_t *n, size_t *going)
{
	const struct roster *ro = form_roster_named(run->ch->form, "member");
	int r = run_rows(run, run->home, "member");
	*going = 0;
	if (r != 0)
		return r;
	if (finding_list_blocks(run->cx->findings))
		return OP_REFUSED;
	*n = set_members(&run->now, run->home, m);
	*row = arena_alloc(run->now.arena, (*n + 1) * sizeof **row);
	*goes = arena_alloc(run->now.arena, (*n + 1) * sizeof **goes);
	if (*row == NULL || *goes == NULL || run->now.err != 0)
		return ERR_NOMEM;
	for (size_t i = 0; i < *n; i++) {
		(*row)[i] = filling_row_by_subject(run->ch->filling, ro->number, (*m)[i]->person->id)->row;
		(*goes)[i] = strcmp(fact_row(run, "goes", (*row)[i]), "1") == 0;
		*going += (*goes)[i];
	}
	if (*going == 0) {
		complain(run, FIND_nothing_changed, NULL, 0, NULL, NULL);
		return OP_REFUSED;
	}
	return 0;
}

/* What belongs to a person goes with him: businesses, children elsewhere. */
static void take_rows(struct reg_run *run, const struct reg_person *p, struct reg_household *to)
{
	for (struct reg_row *w = run->now.row; w != NULL; w = w->next)
		if (w->person == p && w->household == run->home && !w->removed) {
			w->household = to;
			w->dirty = true;
		}
}

/* Those who stay get the relations the form gives them; on the card of a family head who went, a new card too. */
static int settle_stayers(struct reg_run *run, struct reg_member **m, const uint32_t *row, const bool *goes, size_t n, const char *on,
                          const char *reason)
{
	for (struct reg_card *c = run->now.card; c != NULL; c = c->next) {
		bool head_goes = false;
		struct reg_card *card = c;
		if (c->household != run->home || !card_open(c) || c->id == 0)
			continue;
		for (size_t i = 0; i < n; i++)
			head_goes |= m[i] != NULL && goes[i] && m[i]->card == c && strcmp(m[i]->family_relation, CODE_HEAD) == 0;
		size_t stay = 0;
		for (size_t i = 0; i < n; i++)
			stay += !goes[i] && m[i]->card == c;
		if (head_goes && stay > 0) {
			if ((card = set_new_card(&run->now, run->home, c->family_no, fact(run, "stay_card_no"), on)) == NULL)
				return ERR_NOMEM;
			close_card(c, card, on, reason);
		}
		for (size_t i = 0; i < n; i++)
			if (!goes[i] && m[i]->card == c) {
				const char *family = fact_row(run, "new_family_relation", row[i]);
				if (head_goes && family[0] == '\0')
					complain(run, FIND_required, "new_family_relation", row[i], NULL, NULL);
				rejoin(run, &m[i], card, fact_row(run, "new_relation", row[i]), family, on, reason);
			}
	}
	return run->now.err;
}

int kind_member_moves(struct reg_run *run)
{
	struct reg_member **m;
	uint32_t *row;
	bool *goes;
	size_t n, going;
	const char *on = fact(run, "moved_on");
	int r = goers(run, &m, &row, &goes, &n, &going);
	if (r != 0)
		return r;
	run->reason = fact(run, "move_reason");
	for (size_t i = 0; i < n; i++)
		if (goes[i] && strcmp(m[i]->relation, CODE_HEAD) == 0)
			complain(run, FIND_head_moves, "goes", row[i], NULL, NULL);
	if (finding_list_blocks(run->cx->findings))
		return 0;
	if ((r = settle_stayers(run, m, row, goes, n, on, "moved")) != 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		if (!goes[i])
			continue;
		const char *family = fact_row(run, "new_family_no", row[i]), *no = fact_row(run, "new_card_no", row[i]);
		struct reg_card *card = set_card_of(&run->now, run->other, family);
		if (card == NULL && (card = set_new_card(&run->now, run->other, family, no, on)) == NULL)
			return ERR_NOMEM;
		if (no[0] != '\0' && card->id == 0)
			set_text(&run->now, &card->dirty, &card->no, no);
		struct reg_person *p = m[i]->person;
		set_end(m[i], on, "moved");
		if (set_join(&run->now, p, run->other, card, fact_row(run, "new_relation", row[i]), fact_row(run, "new_family_relation", row[i]), on) == NULL)
			return ERR_NOMEM;
		take_rows(run, p, run->other);
	}
	close_empty_cards(run, run->home, on, "empty");
	return run->now.err;
}

/* The new household: where it lives, and what is known of the house when it is the same one. */
static int found_household(struct reg_run *run, struct reg_household **out)
{
	static const char *const address[HC_COUNT] = { "address", "rt", "rw", "hamlet" };
	struct reg_household *from = run->home, *h;
	bool stays = strcmp(fact(run, "same_address"), "1") == 0;
	const char *code = fact(run, "to_area");
	int64_t area = from->area;
	int r = 0;
	if (!stays && code[0] != '\0')
		r = run_village(run, code, "to_area", &area);
	if (r != 0 || (h = set_new_household(&run->now, area, from->form, from->form_version)) == NULL)
		return r != 0 ? r : ERR_NOMEM;
	for (int i = 0; i < HC_COUNT; i++)
		set_text(&run->now, &h->dirty, &h->col[i], stays ? from->col[i] : fact(run, address[i]));
	for (size_t i = 0; stays && i < from->answers.n; i++)
		set_answer(&run->now, &h->dirty, &h->answers, from->answers.v[i].field, from->answers.v[i].value);
	set_text(&run->now, &h->dirty, &h->since_on, fact(run, "split_on"));
	h->split_from = from;
	*out = run->made = h;
	return run->now.err;
}

/* A whole family that goes keeps its card's number; the family of the new head gets the number the form gives. */
static const char *number_for(struct reg_run *run, const struct reg_card *old, struct reg_member **m, const uint32_t *row, const bool *goes,
                              size_t n, const char *family, const char *head_family)
{
	const char *given = strcmp(family, head_family) == 0 ? fact(run, "card_no_new") : "";
	if (given[0] != '\0')
		return given;
	for (size_t i = 0; i < n; i++)
		if (m[i]->card == old && (!goes[i] || strcmp(fact_row(run, "new_family_no", row[i]), family) != 0))
			return "";
	return old->no;
}

int kind_split(struct reg_run *run)
{
	struct reg_member **m;
	struct reg_household *h;
	uint32_t *row;
	bool *goes;
	size_t n, going;
	const char *on = fact(run, "split_on"), *head_family = "1";
	int r = goers(run, &m, &row, &goes, &n, &going);
	if (r != 0)
		return r;
	run->reason = fact(run, "split_reason");
	if (going == n) {
		complain(run, FIND_household_empty, "goes", 0, NULL, NULL);
		return 0;
	}
	if ((r = found_household(run, &h)) != 0)
		return r;
	for (size_t i = 0; i < n; i++)
		if (goes[i] && strcmp(fact_row(run, "new_relation", row[i]), CODE_HEAD) == 0)
			head_family = fact_row(run, "new_family_no", row[i]);
	struct reg_card **card = arena_alloc(run->now.arena, (n + 1) * sizeof *card);
	if (card == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < n; i++) {                 /* numbers are decided while everybody is still on the old cards */
		if (!goes[i])
			continue;
		const char *family = fact_row(run, "new_family_no", row[i]);
		if ((card[i] = set_card_of(&run->now, h, family)) == NULL)
			card[i] = set_new_card(&run->now, h, family, number_for(run, m[i]->card, m, row, goes, n, family, head_family), on);
		if (card[i] == NULL)
			return ERR_NOMEM;
	}
	if ((r = settle_stayers(run, m, row, goes, n, on, "split")) != 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		if (!goes[i])
			continue;
		struct reg_person *p = m[i]->person;
		set_end(m[i], on, "split");
		if (set_join(&run->now, p, h, card[i], fact_row(run, "new_relation", row[i]), fact_row(run, "new_family_relation", row[i]), on) == NULL)
			return ERR_NOMEM;
		take_rows(run, p, h);
	}
	close_empty_cards(run, run->home, on, "split");
	return run->now.err;
}
