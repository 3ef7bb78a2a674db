/* register_new.c - a questionnaire becomes rows: kinds new and correction. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "register_run.h"
#include "store.h"

/* membership.presence of the questionnaire: what a leaving means. */
static const struct leaving { const char *code, *reason; bool died, never; } leaving_table[] = {
	{ "2", "died", true, false },
	{ "3", "moved", false, false },
	{ "5", "mistake", false, true },          /* never lived here: the membership leaves the register */
	{ "6", "not_found", false, false },
};

static const struct leaving *leaving_of(const char *presence)
{
	for (size_t i = 0; i < sizeof leaving_table / sizeof *leaving_table; i++)
		if (strcmp(presence, leaving_table[i].code) == 0)
			return &leaving_table[i];
	return NULL;
}

struct placed { uint32_t row; struct reg_member *member; bool stays; };   /* member NULL: a row nobody was made for */

static const char *stored(const struct form *form, const struct filling *f, const char *store, uint32_t row)
{
	const struct field *fd = form_field_stored(form, store);
	return fd != NULL ? filling_get(f, fd->number, row) : "";
}

static struct reg_card *card_for(struct reg_set *set, struct reg_household *h, const char *family_no, const char *on)
{
	struct reg_card *c = set_card_of(set, h, family_no);
	return c != NULL ? c : set_new_card(set, h, family_no, "", on);
}

/* A row nobody of the household stands behind: a new person, or one the register knows who comes to live here. */
static int place_new(struct reg_run *run, struct reg_household *h, const struct filling *f, const struct filling_row *fr, const char *on,
                     struct placed *p)
{
	struct reg_set *set = &run->now;
	struct reg_person *person;
	const char *family = stored(run->ch->form, f, "membership.family_no", fr->row);
	if (fr->subject != 0) {
		int r = set_load_person(set, fr->subject, &person);
		if (r == ERR_NOTFOUND) {
			complain(run, FIND_not_a_member, "name", fr->row, NULL, NULL);
			return 0;
		}
		if (r != 0)
			return r;
		struct q *q = db_q(set->db, ST_membership_of_person);
		q_int(q, 1, fr->subject);
		if ((r = q_step(q)) < 0)
			return r;
		person->joins = r == 0;
		q_reset(q);
	} else if ((person = set_new_person(set)) == NULL) {
		return ERR_NOMEM;
	}
	struct reg_card *card = card_for(set, h, family[0] != '\0' ? family : "1", on);
	if (card == NULL)
		return ERR_NOMEM;
	p->member = set_join(set, person, h, card, "", "", on);
	p->stays = true;
	return p->member != NULL ? 0 : ERR_NOMEM;
}

static void place_leaver(struct reg_run *run, struct reg_member *m, const struct filling *f, uint32_t row, const struct leaving *l)
{
	const char *on = stored(run->ch->form, f, "membership.left_on", row);
	if (on[0] == '\0')
		on = run->today;
	if (l->died)
		set_text(&run->now, &m->person->dirty, &m->person->died_on, on);
	if (l->never)
		set_never(m);
	else
		set_end(m, m->person->died_on[0] != '\0' ? m->person->died_on : arena_strdup(run->now.arena, on), l->reason);
	if (m->to_on == NULL)
		run->now.err = ERR_NOMEM;
}

static int place_rows(struct reg_run *run, struct reg_household *h, const struct roster *ro, const struct filling *f, const char *on,
                      struct placed *p, size_t *n)
{
	const struct form *form = run->ch->form;
	int r = 0;
	*n = 0;
	for (uint32_t row = filling_row_next(f, ro->number, 0); r == 0 && row != 0; row = filling_row_next(f, ro->number, row)) {
		const struct filling_row *fr = filling_row_find(f, ro->number, row);
		const struct leaving *l = leaving_of(stored(form, f, "membership.presence", row));
		struct placed *at = &p[(*n)++];
		*at = (struct placed){ .row = row, .member = fr->subject != 0 ? set_member_of(&run->now, h, fr->subject) : NULL };
		if (at->member == NULL) {
			if (l != NULL)
				continue;        /* the prelist names somebody who is not there: nobody to record */
			if ((r = place_new(run, h, f, fr, on, at)) != 0 || at->member == NULL)
				continue;
		} else {
			at->stays = l == NULL;
		}
		for (size_t i = 0; i < form->nfield; i++) {
			const struct field *fd = &form->field[i];
			bool relation = fd->store != NULL && strncmp(fd->store, "membership.", 11) == 0;
			bool card = fd->store != NULL && strcmp(fd->store, "family_card.no") == 0;
			if (fd->roster == ro->number && map_changeable(form, fd) && !card && (at->stays || !relation))
				map_put(&run->now, form, fd, h, at->member, filling_get(f, fd->number, row));
		}
		if (!at->stays)
			place_leaver(run, at->member, f, row, l);
	}
	return r;
}

/* Families by number, and the number of each one's card from the row of its head. */
static int place_cards(struct reg_run *run, struct reg_household *h, const struct filling *f, const char *on, const struct placed *p, size_t n)
{
	const struct form *form = run->ch->form;
	const struct field *no = form_field_stored(form, "family_card.no"), *family = form_field_stored(form, "membership.family_no");
	for (size_t i = 0; i < n; i++) {
		if (!p[i].stays || p[i].member == NULL || family == NULL)
			continue;
		const char *v = filling_get(f, family->number, p[i].row);
		if (v[0] == '\0')
			v = "1";
		if (strcmp(p[i].member->card->family_no, v) == 0)
			continue;
		struct reg_card *c = card_for(&run->now, h, v, on);
		if (c == NULL)
			return ERR_NOMEM;
		p[i].member->card = c;
		p[i].member->dirty = true;
	}
	for (struct reg_card *c = run->now.card; c != NULL && no != NULL; c = c->next) {
		const char *value = NULL;
		if (c->household != h || !card_open(c))
			continue;
		for (size_t i = 0; i < n && (value == NULL || value[0] == '\0'); i++)
			if (p[i].stays && p[i].member != NULL && p[i].member->card == c &&
			    (strcmp(p[i].member->family_relation, CODE_HEAD) == 0 || filling_get(f, no->number, p[i].row)[0] != '\0'))
				value = filling_get(f, no->number, p[i].row);
		if (value != NULL)
			set_text(&run->now, &c->dirty, &c->no, value);
	}
	close_empty_cards(run, h, run->today, "empty");
	return run->now.err;
}

static struct reg_person *person_of(const struct placed *p, size_t n, uint32_t row)
{
	for (size_t i = 0; i < n; i++)
		if (p[i].row == row && p[i].member != NULL)
			return p[i].member->person;
	return NULL;
}

static int place_others(struct reg_run *run, struct reg_household *h, const struct roster *ro, const struct filling *now, const struct filling *f,
                        const struct placed *p, size_t n)
{
	const struct form *form = run->ch->form;
	struct reg_row *w;
	int r;
	for (uint32_t row = filling_row_next(now, ro->number, 0); row != 0; row = filling_row_next(now, ro->number, row)) {
		int64_t subject = filling_row_find(now, ro->number, row)->subject;
		if (filling_row_by_subject(f, ro->number, subject) != NULL)
			continue;
		if ((r = set_load_row(&run->now, subject, &w)) != 0)
			return r;
		w->removed = w->dirty = true;
	}
	for (uint32_t row = filling_row_next(f, ro->number, 0); row != 0; row = filling_row_next(f, ro->number, row)) {
		const struct filling_row *fr = filling_row_find(f, ro->number, row);
		struct reg_person *owner = fr->of != 0 ? person_of(p, n, fr->of) : NULL;
		if (fr->subject == 0)
			w = set_new_row(&run->now, h, ro->number, owner);
		else if ((r = set_load_row(&run->now, fr->subject, &w)) != 0)
			return r;
		if (w == NULL)
			return ERR_NOMEM;
		for (size_t i = 0; i < form->nfield; i++)
			if (form->field[i].roster == ro->number && map_changeable(form, &form->field[i]))
				set_answer(&run->now, &w->dirty, &w->answers, form->field[i].number, filling_get(f, form->field[i].number, row));
	}
	return run->now.err;
}

static void exit_if_all_died(struct reg_run *run, struct reg_household *h, const struct placed *p, size_t n)
{
	const char *last = NULL;
	for (size_t i = 0; i < n; i++) {
		if (p[i].member == NULL)
			continue;
		if (member_open(p[i].member) || p[i].member->removed || strcmp(p[i].member->to_reason, "died") != 0)
			return;
		if (last == NULL || strcmp(p[i].member->to_on, last) > 0)
			last = p[i].member->to_on;
	}
	if (last == NULL || h->members_was == 0)
		return;
	set_text(&run->now, &h->dirty, &h->state, "exited");
	set_text(&run->now, &h->dirty, &h->reason, "MENINGGAL");
	set_text(&run->now, &h->dirty, &h->state_on, last);
}

static int place_all(struct reg_run *run, struct reg_household *h, const struct filling *now, const struct filling *f, const char *on)
{
	const struct form *form = run->ch->form;
	const struct roster *members = form_roster_named(form, "member");
	struct placed *p;
	size_t n = 0, max = members != NULL ? filling_row_count(f, members->number) : 0;
	int r = 0;
	if ((p = arena_alloc(run->now.arena, (max + 1) * sizeof *p)) == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < form->nfield; i++)
		if (form->field[i].roster == 0 && map_changeable(form, &form->field[i]))
			map_put(&run->now, form, &form->field[i], h, NULL, filling_get(f, form->field[i].number, 0));
	if (members != NULL && ((r = place_rows(run, h, members, f, on, p, &n)) != 0 || (r = place_cards(run, h, f, on, p, n)) != 0))
		return r;
	for (size_t k = 0; r == 0 && k < form->nroster; k++)
		if (&form->roster[k] != members)
			r = place_others(run, h, &form->roster[k], now, f, p, n);
	exit_if_all_died(run, h, p, n);
	run->ch->nrows = 0;
	if ((run->ch->rows = arena_alloc(run->cx->arena, (n + 1) * sizeof *run->ch->rows)) == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < n; i++)
		if (p[i].member != NULL)
			run->ch->rows[run->ch->nrows++] = (struct register_row){ members->number, p[i].row, 0, p[i].member->person };
	return r != 0 ? r : run->now.err;
}

/* What the register would hold goes through the one validator: two changes may merge by field and contradict each other. */
static int check_merged(struct reg_run *run, struct filling *merged, const struct filling *now, struct filling *out)
{
	struct check_env env;
	store_check_env(run->cx, &env);
	env.base = now;
	int r = form_calculate(run->ch->form, merged, &env);
	if (r == 0)
		r = form_submission(run->ch->form, merged, &env, out);
	if (r == 0)
		r = form_check(run->ch->form, out, &env, run->cx->findings);
	return r;
}

int kind_new(struct reg_run *run)
{
	struct filling mine, sub, none;
	const struct filling *whole = run->ch->filling;
	const struct form *form = run->ch->form;
	int64_t area = run->ch->area;
	int r = 0;
	filling_init(&mine);
	filling_init(&sub);
	filling_init(&none);
	const struct field *fa = form_field_stored(form, "household.area");
	if (area == 0 && fa != NULL)
		r = run_village(run, filling_get(run->ch->filling, fa->number, 0), fa->name, &area);
	else
		r = run_village_usable(run, area, NULL);
	if (r == 0 && !(run->ch->checked && !run->write)) {
		r = filling_copy(&mine, run->ch->filling);
		if (r == 0)
			r = check_merged(run, &mine, NULL, &sub);
		whole = &sub;
	}
	if (r == 0) {
		run->made = set_new_household(&run->now, area, form->name, form->version);
		r = run->made == NULL ? ERR_NOMEM : place_all(run, run->made, &none, whole, "");
	}
	filling_clear(&mine);
	filling_clear(&sub);
	return r;
}

static int correct(struct reg_run *run, struct filling *base, struct filling *now, struct merge_result *res, struct filling *sub)
{
	struct filling raw;
	const struct form *form = run->ch->form;
	int r;
	filling_init(&raw);
	r = read_filling(&run->base, run->home_base, form, &raw);
	if (r == 0)
		r = align_filling(form, &raw, run->ch->filling, base);
	filling_clear(&raw);
	filling_init(&raw);
	if (r == 0)
		r = read_filling(&run->now, run->home, form, &raw);
	if (r == 0)
		r = align_filling(form, &raw, run->ch->filling, now);
	filling_clear(&raw);
	if (r == 0)
		r = merge_fillings(run, base, now, run->ch->filling, res);
	if (r == 0 && !res->wanted && !finding_list_blocks(run->cx->findings))
		complain(run, FIND_nothing_changed, NULL, 0, NULL, NULL);
	if (r == 0 && res->wanted && !res->changed)
		run->overtaken = true;
	if (r == 0)
		r = check_merged(run, &res->merged, now, sub);
	if (r == 0 && res->changed && !finding_list_blocks(run->cx->findings)) {
		r = place_all(run, run->home, now, sub, run->today);
		set_text(&run->now, &run->home->dirty, &run->home->form, form->name);
		if (form->version > run->home->form_version) {
			run->home->form_version = form->version;
			run->home->dirty = true;
		}
	}
	return r;
}

int kind_correction(struct reg_run *run)
{
	struct filling base, now, sub;
	struct merge_result res = { 0 };
	filling_init(&base);
	filling_init(&now);
	filling_init(&sub);
	filling_init(&res.merged);
	int r = correct(run, &base, &now, &res, &sub);
	filling_clear(&base);
	filling_clear(&now);
	filling_clear(&sub);
	filling_clear(&res.merged);
	return r;
}
