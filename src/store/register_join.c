/* register_join.c - kind merge: two records of one household become one, field by field.
 *
 * Nothing is stored besides the versions: the loser's household is `merged`, its persons that stand for the same human as a
 * winner's point at them and lose their memberships, the others come over by an edit. Unmerge reads all of it back. */
#include "config.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "name_key.h"
#include "register_join.h"
#include "store.h"

/* --- pairs ------------------------------------------------------------------------------------------------------------ */

/* What the clerk said about each member of the loser. */
static int read_pairs(struct reg_run *run, struct join_pair **out, size_t *n)
{
	const struct roster *ro = form_roster_named(run->ch->form, "pair");
	struct reg_member **m;
	int r = run_rows(run, run->home, "member");
	if (r == 0)
		r = run_rows(run, run->other, "pair");
	if (r != 0)
		return r;
	if (finding_list_blocks(run->cx->findings))
		return OP_REFUSED;
	*n = set_members(&run->now, run->other, &m);
	if (run->now.err != 0 || (*out = arena_alloc(run->now.arena, (*n + 1) * sizeof **out)) == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < *n; i++) {
		uint32_t row = filling_row_by_subject(run->ch->filling, ro->number, m[i]->person->id)->row;
		const char *same_as = fact_row(run, "same_as", row);
		(*out)[i] = (struct join_pair){ .loser = m[i], .row = row };
		if (same_as[0] == '\0' || strcmp(same_as, "0") == 0)
			continue;
		uint32_t k = 0;
		sscanf(same_as, "%" SCNu32, &k);
		if (((*out)[i].winner = run_member(run, run->home, "member", k)) == NULL)
			complain(run, FIND_not_a_member, "same_as", row, NULL, NULL);
		/* Nothing may flow back into a record that was emptied, and an empty one cannot be known to be the same human. */
		if (m[i]->person->erased || ((*out)[i].winner != NULL && (*out)[i].winner->person->erased))
			complain(run, FIND_person_erased, "same_as", row, NULL, NULL);
		for (size_t j = 0; j < i; j++)
			if ((*out)[i].winner != NULL && (*out)[j].winner == (*out)[i].winner)
				complain(run, FIND_merge_pair_twice, "same_as", row, same_as, NULL);
	}
	return 0;
}

/* --- differences ------------------------------------------------------------------------------------------------------ */

/* Fields that are not a matter of choice: presence is what membership means, the family's number is the winner's. */
static bool chooses(const struct form *q, const struct field *f)
{
	return map_changeable(q, f) && (f->store == NULL || (strcmp(f->store, "membership.presence") != 0 && strcmp(f->store, "membership.family_no") != 0));
}

static int add_gap(struct reg_run *run, const struct form *q, const struct field *f, const struct join_pair *p, struct join_gap **list, size_t *n)
{
	struct reg_set *set = &run->now;
	const char *w = map_get(set, q, f, run->home, p != NULL ? p->winner : NULL), *l = map_get(set, q, f, run->other, p != NULL ? p->loser : NULL);
	if (strcmp(w, l) == 0)
		return 0;
	if (*n % 32 == 0) {
		struct join_gap *more = arena_alloc(set->arena, (*n + 32) * sizeof *more);
		if (more == NULL)
			return ERR_NOMEM;
		if (*n != 0)
			memcpy(more, *list, *n * sizeof *more);
		*list = more;
	}
	(*list)[(*n)++] = (struct join_gap){ .f = f, .pair = p, .winner = w, .loser = l };
	return 0;
}

int join_gaps(struct reg_run *run, const struct form *q, const struct join_pair *pair, size_t npair, struct join_gap **list, size_t *n)
{
	const struct roster *members = form_roster_named(q, "member");
	int r = 0;
	*list = NULL;
	*n = 0;
	for (size_t i = 0; r == 0 && i < q->nfield; i++)
		if (q->field[i].roster == 0 && chooses(q, &q->field[i]))
			r = add_gap(run, q, &q->field[i], NULL, list, n);
	for (size_t k = 0; r == 0 && members != NULL && k < npair; k++)
		for (size_t i = 0; r == 0 && pair[k].winner != NULL && i < q->nfield; i++)
			if (q->field[i].roster == members->number && chooses(q, &q->field[i]))
				r = add_gap(run, q, &q->field[i], &pair[k], list, n);
	return r;
}

/* The clerk's choice: the difference's own row, else the pair's, else the household's. 0: none. */
static int choice_for(const struct reg_run *run, const struct join_gap *g, uint32_t *row)
{
	const struct roster *ro = form_roster_named(run->ch->form, "difference");
	char field[12], subject[24];
	const char *take = "";
	snprintf(field, sizeof field, "%" PRIu32, g->f->number);
	snprintf(subject, sizeof subject, "%" PRId64, g->pair != NULL ? g->pair->loser->person->id : 0);
	*row = 0;
	for (uint32_t k = ro != NULL ? filling_row_next(run->ch->filling, ro->number, 0) : 0; k != 0;
	     k = filling_row_next(run->ch->filling, ro->number, k))
		if (strcmp(fact_row(run, "d_field", k), field) == 0 && strcmp(fact_row(run, "d_subject", k), subject) == 0) {
			*row = k;
			take = fact_row(run, "d_take", k);
		}
	if (take[0] == '\0' && g->pair != NULL)
		take = fact_row(run, "take_rest_member", g->pair->row);
	if (take[0] == '\0')
		take = fact(run, "take_rest");
	return strcmp(take, "1") == 0 ? 1 : strcmp(take, "2") == 0 ? 2 : 0;
}

/* Both values as the clerk saw them: a later change to either one comes back. */
static int unseen(struct reg_run *run, const struct form *q, const struct join_gap *g, uint32_t row, bool *refused)
{
	struct reg_set *base = &run->base;
	struct reg_member *w = NULL, *l = NULL;
	const char *number;
	if (g->pair != NULL) {
		w = set_member_of(base, run->home_base, g->pair->winner->person->id);
		l = set_member_of(base, run->other_base, g->pair->loser->person->id);
		if (w == NULL || l == NULL)
			return 0;                /* members_changed has said it */
	}
	bool winner_moved = strcmp(map_get(base, q, g->f, run->home_base, w), g->winner) != 0;
	if (!winner_moved && strcmp(map_get(base, q, g->f, run->other_base, l), g->loser) == 0)
		return 0;
	const struct reg_household *h = winner_moved ? run->home : run->other;
	const char *value = winner_moved ? g->winner : g->loser;
	int64_t subject = g->pair == NULL ? 0 : winner_moved ? g->pair->winner->person->id : g->pair->loser->person->id;
	struct buf b;
	int r = changed_by(run->cx->db, run->cx->arena, h->id, run->ch->base_seq, q, g->f->number, g->f->roster, subject, value, &number);
	if (r != 0)
		return r;
	buf_init(&b, 0);
	form_show_value(g->f, value, "id", &b);
	finding_add(run->cx->findings, FIND_conflict, fact_number(run, "d_take"), row, buf_str(&b), number, NULL);
	buf_clear(&b);
	*refused = true;
	return 0;
}

/* --- applying --------------------------------------------------------------------------------------------------------- */

static bool same_row(const struct reg_row *a, const struct reg_row *b)
{
	if (a->roster != b->roster || a->answers.n != b->answers.n)
		return false;
	for (size_t i = 0; i < a->answers.n; i++)
		if (a->answers.v[i].field != b->answers.v[i].field || strcmp(a->answers.v[i].value, b->answers.v[i].value) != 0)
			return false;
	return true;
}

/* Rows of the other rosters come over with their members; one that the winner holds word for word goes. */
static void bring_rows(struct reg_run *run, const struct join_pair *pair, size_t npair)
{
	for (struct reg_row *w = run->now.row; w != NULL; w = w->next) {
		if (w->household != run->other || w->removed)
			continue;
		for (size_t i = 0; i < npair; i++)
			if (w->person == pair[i].loser->person && pair[i].winner != NULL)
				w->person = pair[i].winner->person;
		bool twice = false;
		for (struct reg_row *k = run->now.row; k != NULL; k = k->next)
			twice |= k != w && k->household == run->home && !k->removed && k->person == w->person && same_row(k, w);
		if (twice)
			w->removed = true;
		else
			w->household = run->home;
		w->dirty = true;
	}
}

static int bring_member(struct reg_run *run, const struct join_pair *p, const char *on)
{
	struct reg_member *m = p->loser;
	const char *family = fact_row(run, "new_family_no", p->row);
	struct reg_card *card = set_card_of(&run->now, run->home, family);
	if (card == NULL && (card = set_new_card(&run->now, run->home, family, m->card->no, on)) == NULL)
		return ERR_NOMEM;
	m->household = run->home;
	m->card = card;
	m->dirty = true;
	set_text(&run->now, &m->dirty, &m->relation, fact_row(run, "new_relation", p->row));
	set_text(&run->now, &m->dirty, &m->family_relation, fact_row(run, "new_family_relation", p->row));
	return run->now.err;
}

int kind_merge(struct reg_run *run)
{
	const struct form *q = store_form(run->cx->store, run->cx->db, run->home->form);
	struct join_pair *pair;
	struct join_gap *gap;
	size_t npair, ngap;
	const char *on = fact(run, "merged_on");
	int r = read_pairs(run, &pair, &npair);
	if (r != 0)
		return r;
	if (q == NULL)
		return ERR_NOTFOUND;
	if ((r = join_gaps(run, q, pair, npair, &gap, &ngap)) != 0)
		return r;
	run->reason = fact(run, "merge_reason");
	for (size_t i = 0; i < ngap; i++) {
		uint32_t row;
		bool refused = false;
		int take = choice_for(run, &gap[i], &row);
		if ((r = unseen(run, q, &gap[i], row, &refused)) != 0)
			return r;
		if (!refused && take == 0)
			finding_add(run->cx->findings, FIND_merge_choice_missing, fact_number(run, "d_take"), row, gap[i].f->label_id, NULL);
		gap[i].take = take;
	}
	if (finding_list_blocks(run->cx->findings))
		return 0;
	for (size_t i = 0; i < ngap; i++)
		if (gap[i].take == 2)
			map_put(&run->now, q, gap[i].f, run->home, gap[i].pair != NULL ? gap[i].pair->winner : NULL, gap[i].loser);
	bring_rows(run, pair, npair);
	for (size_t i = 0; i < npair; i++) {
		if (pair[i].winner == NULL) {
			if ((r = bring_member(run, &pair[i], on)) != 0)
				return r;
			continue;
		}
		pair[i].loser->person->merged_into = pair[i].winner->person->id;
		pair[i].loser->person->dirty = true;
		set_never(pair[i].loser);
	}
	for (struct reg_card *c = run->now.card; c != NULL; c = c->next)
		if (c->household == run->other && card_open(c))
			close_card(c, NULL, on, "merged");
	set_text(&run->now, &run->other->dirty, &run->other->state, "merged");
	set_text(&run->now, &run->other->dirty, &run->other->reason, run->reason);
	set_text(&run->now, &run->other->dirty, &run->other->state_on, on);
	run->other->merged_into = run->home->id;
	return run->now.err;
}

/* --- what the form starts from ----------------------------------------------------------------------------------------- */

static int likeness(const char *a, const char *b)
{
	struct name_key x, y;
	if (name_key_make(a, &x) != 0 || name_key_make(b, &y) != 0)
		return 0;
	return name_key_likeness(&x, &y);
}

/* Same number, or a name alike with the same date of birth: a proposal, the clerk decides. */
static bool looks_same(const struct reg_person *a, const struct reg_person *b)
{
	if (a->col[PC_NIK][0] != '\0' && strcmp(a->col[PC_NIK], b->col[PC_NIK]) == 0)
		return true;
	return a->col[PC_BIRTH][0] != '\0' && strcmp(a->col[PC_BIRTH], b->col[PC_BIRTH]) == 0 && likeness(a->col[PC_NAME], b->col[PC_NAME]) >= 80;
}

int join_set(struct filling *f, const struct form *form, const char *name, uint32_t row, const char *value)
{
	const struct field *fd = form_field_named(form, name);
	return fd != NULL ? filling_set(f, fd->number, row, value) : 0;
}

int join_set_int(struct filling *f, const struct form *form, const char *name, uint32_t row, int64_t value)
{
	char text[24];
	snprintf(text, sizeof text, "%" PRId64, value);
	return join_set(f, form, name, row, text);
}

static int prefill_gaps(struct reg_run *run, const struct form *q, const struct join_pair *pair, size_t npair, struct filling *f)
{
	const struct form *form = run->ch->form;
	const struct roster *ro = form_roster_named(form, "difference");
	struct join_gap *gap;
	size_t n;
	int r = join_gaps(run, q, pair, npair, &gap, &n);
	for (size_t i = 0; r == 0 && ro != NULL && i < n && i < FILLING_ROWS_MAX; i++) {
		uint32_t row = (uint32_t)i + 1;
		struct buf b;
		if ((r = filling_row_add(f, ro->number, row, 0, 0)) != 0)
			break;
		buf_init(&b, 0);
		if (gap[i].pair != NULL)
			buf_printf(&b, "%s: ", gap[i].pair->winner->person->col[PC_NAME]);
		buf_puts(&b, gap[i].f->label_id);
		r = join_set_int(f, form, "d_field", row, gap[i].f->number);
		if (r == 0)
			r = join_set_int(f, form, "d_subject", row, gap[i].pair != NULL ? gap[i].pair->loser->person->id : 0);
		if (r == 0)
			r = join_set(f, form, "d_label", row, buf_str(&b));
		buf_reset(&b);
		form_show_value(gap[i].f, gap[i].winner, "id", &b);
		if (r == 0)
			r = join_set(f, form, "d_winner", row, buf_str(&b));
		buf_reset(&b);
		form_show_value(gap[i].f, gap[i].loser, "id", &b);
		if (r == 0)
			r = join_set(f, form, "d_loser", row, buf_str(&b));
		if (r == 0 && (gap[i].winner[0] == '\0') != (gap[i].loser[0] == '\0'))    /* only one of them knows it */
			r = join_set(f, form, "d_take", row, gap[i].loser[0] == '\0' ? "1" : "2");
		buf_clear(&b);
	}
	return r;
}

int prefill_merge(struct reg_run *run, struct filling *f)
{
	const struct form *form = run->ch->form, *q = store_form(run->cx->store, run->cx->db, run->home->form);
	const struct roster *ro = form_roster_named(form, "pair");
	struct reg_member **w, **l;
	size_t nw = set_members(&run->now, run->home, &w), nl = set_members(&run->now, run->other, &l);
	struct join_pair *pair = arena_alloc(run->now.arena, (nl + 1) * sizeof *pair);
	int r = run->now.err;
	if (pair == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; r == 0 && ro != NULL && i < nl; i++) {
		uint32_t row = (uint32_t)i + 1;
		pair[i] = (struct join_pair){ .loser = l[i], .row = row };
		r = filling_row_add(f, ro->number, row, l[i]->person->id, 0);
		for (size_t k = 0; r == 0 && k < form->nfield; k++)
			if (form->field[k].roster == ro->number && form->field[k].readonly)
				r = filling_set(f, form->field[k].number, row, map_get(&run->now, form, &form->field[k], run->other, l[i]));
		for (size_t k = 0; r == 0 && k < nw && pair[i].winner == NULL; k++) {
			bool used = false;
			for (size_t j = 0; j < i; j++)
				used |= pair[j].winner == w[k];
			if (!used && looks_same(w[k]->person, l[i]->person)) {
				pair[i].winner = w[k];
				r = join_set_int(f, form, "same_as", row, (int64_t)k + 1);
			}
		}
	}
	if (r == 0 && q != NULL)
		r = prefill_gaps(run, q, pair, nl, f);
	return r;
}
