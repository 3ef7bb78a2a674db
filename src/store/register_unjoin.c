/* register_unjoin.c - kind unmerge: the inverse of a merge, merged three ways with what happened since.
 *
 * pre = as known just before the merge, post = just after it, now. What nobody touched since goes back to where it was, under
 * its old id. A later change to something that came from one side follows that side. A later change to what stood for both is
 * asked for - the one that stays, the one that comes back, or both - and never guessed. */
#include "config.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "register_join.h"
#include "store.h"

enum later_what { LATER_FIELD, LATER_AREA, LATER_LEFT, LATER_JOINED };

struct twin { int64_t winner, loser; struct reg_member *was; };            /* was: the loser's membership before the merge */

struct later {
	enum later_what what;
	const struct field *f;                       /* LATER_FIELD */
	const struct twin *twin;                     /* NULL: the household's own, or a new member */
	struct reg_member *joined;                   /* LATER_JOINED */
	const char *pre, *now, *label;
	int goes;                                    /* 1 stays, 2 comes back, 3 both, 0 not answered */
	uint32_t row;
};

struct unjoin {
	struct reg_run *run;
	const struct form *q;
	int64_t seq;                                 /* of the merge */
	struct reg_set pre, post;
	struct reg_household *home_pre, *home_post, *other_pre;
	struct twin *twin; size_t ntwin;
	struct reg_member **was; size_t nwas;        /* the loser's memberships before the merge */
	struct later *later; size_t nlater, later_size;
};

static int one_id(struct db *db, enum stmt st, int64_t a, int64_t b, int64_t *id)
{
	struct q *q = db_q(db, st);
	q_int(q, 1, a);
	q_int(q, 2, b);
	int r = q_step(q);
	*id = r == 1 ? q_get_int(q, 0) : 0;
	q_reset(q);
	return r < 0 ? r : 0;
}

/* --- what the merge did ------------------------------------------------------------------------------------------------ */

static int open_merge(struct reg_run *run, struct unjoin *u)
{
	struct reg_person *p;
	int64_t later;
	*u = (struct unjoin){ .run = run, .q = store_form(run->cx->store, run->cx->db, run->home->form) };
	if (u->q == NULL)
		return ERR_NOTFOUND;
	int r = one_id(run->cx->db, ST_merge_last, run->home->id, run->other->id, &u->seq);
	if (r != 0)
		return r;
	if (u->seq == 0) {
		complain(run, FIND_not_merged, NULL, 0, NULL, NULL);
		return OP_REFUSED;
	}
	if ((r = one_id(run->cx->db, ST_merged_later, run->home->id, u->seq, &later)) != 0)
		return r;
	if (later != 0) {
		complain(run, FIND_unmerge_order, NULL, 0, NULL, NULL);
		return OP_REFUSED;
	}
	set_init(&u->pre, run->cx->db, run->cx->arena, u->seq - 1);
	set_init(&u->post, run->cx->db, run->cx->arena, u->seq);
	if ((r = set_load_household(&u->pre, run->home->id, &u->home_pre)) != 0 || (r = set_load_household(&u->pre, run->other->id, &u->other_pre)) != 0 ||
	    (r = set_load_household(&u->post, run->home->id, &u->home_post)) != 0)
		return r;
	u->nwas = set_members(&u->pre, u->other_pre, &u->was);
	if ((u->twin = arena_alloc(run->now.arena, (u->nwas + 1) * sizeof *u->twin)) == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < u->nwas; i++) {
		if ((r = set_load_person(&u->post, u->was[i]->person->id, &p)) != 0)
			return r;
		if (p->merged_into != 0)
			u->twin[u->ntwin++] = (struct twin){ p->merged_into, p->id, u->was[i] };
	}
	return u->pre.err;
}

/* --- what happened since ----------------------------------------------------------------------------------------------- */

static int add_later(struct unjoin *u, struct later l)
{
	if (u->nlater == u->later_size) {
		size_t size = u->later_size ? u->later_size * 2 : 16;
		struct later *v = arena_alloc(u->run->now.arena, size * sizeof *v);
		if (v == NULL)
			return ERR_NOMEM;
		if (u->nlater != 0)
			memcpy(v, u->later, u->nlater * sizeof *v);
		u->later = v;
		u->later_size = size;
	}
	u->later[u->nlater++] = l;
	return 0;
}

static bool of_person(const struct field *f)
{
	return f->store == NULL || strncmp(f->store, "person.", 7) == 0;
}

/* Fields of the questionnaire a later change could have touched; membership fields only while there is a membership. */
static bool watched(const struct unjoin *u, const struct field *f, bool member)
{
	if (!map_changeable(u->q, f) || (f->store != NULL && strcmp(f->store, "membership.presence") == 0))
		return false;
	if (f->store != NULL && strcmp(f->store, "membership.family_no") == 0)
		return false;
	return member || of_person(f);
}

/* A card's number stands in one row of its family only; "" in another row says nothing about the number (restore_cards). */
static bool of_card(const struct field *f)
{
	return f->store != NULL && strcmp(f->store, "family_card.no") == 0;
}

static int twin_later(struct unjoin *u, const struct twin *t, const struct roster *members)
{
	struct reg_run *run = u->run;
	struct reg_member *now = set_member_of(&run->now, run->home, t->winner), *pre = set_member_of(&u->pre, u->home_pre, t->winner);
	struct reg_member *post = set_member_of(&u->post, u->home_post, t->winner), gone = { 0 };
	struct reg_person *p;
	int r;
	if (pre == NULL || post == NULL)
		return 0;
	bool member = now != NULL;
	if (now == NULL) {
		if ((r = set_load_person(&run->now, t->winner, &p)) != 0)
			return r;
		gone = *post;                            /* only its person's fields are asked */
		gone.person = p;
		now = &gone;
		const char *label = arena_printf(run->now.arena, "%s: keanggotaan", p->col[PC_NAME]);
		if (label == NULL)
			return ERR_NOMEM;
		if ((r = add_later(u, (struct later){ .what = LATER_LEFT, .twin = t, .now = "tidak lagi anggota", .label = label })) != 0)
			return r;
	}
	for (size_t i = 0; i < u->q->nfield; i++) {
		const struct field *f = &u->q->field[i];
		if (f->roster != members->number || !watched(u, f, member))
			continue;
		const char *a = map_get(&u->post, u->q, f, u->home_post, post), *b = map_get(&run->now, u->q, f, run->home, now);
		if (strcmp(a, b) == 0 || (of_card(f) && now->card->id == post->card->id && strcmp(now->card->no, post->card->no) == 0))
			continue;
		struct later l = { .what = LATER_FIELD, .f = f, .twin = t, .pre = map_get(&u->pre, u->q, f, u->home_pre, pre), .now = b };
		if ((l.label = arena_printf(run->now.arena, "%s: %s", now->person->col[PC_NAME], f->label_id)) == NULL || (r = add_later(u, l)) != 0)
			return ERR_NOMEM;
	}
	return 0;
}

static int household_later(struct unjoin *u)
{
	struct reg_run *run = u->run;
	struct reg_member **m;
	bool same_area;
	int r = area_succeeds(run->cx->db, run->home->area, u->home_post->area, u->seq, &same_area);
	if (r == 0 && !same_area) {
		const char *code = "";
		if ((r = read_area_code(run->cx->db, run->home->area, run->now.at, run->now.arena, &code)) == 0 || r == ERR_NOTFOUND)
			r = add_later(u, (struct later){ .what = LATER_AREA, .now = code, .label = "Desa/kelurahan" });
	}
	for (size_t i = 0; r == 0 && i < u->q->nfield; i++) {
		const struct field *f = &u->q->field[i];
		if (f->roster != 0 || !watched(u, f, true))
			continue;
		const char *a = map_get(&u->post, u->q, f, u->home_post, NULL), *b = map_get(&run->now, u->q, f, run->home, NULL);
		if (strcmp(a, b) != 0)
			r = add_later(u, (struct later){ .what = LATER_FIELD, .f = f, .pre = map_get(&u->pre, u->q, f, u->home_pre, NULL), .now = b,
			                                 .label = f->label_id });
	}
	size_t n = set_members(&run->now, run->home, &m);
	for (size_t i = 0; r == 0 && i < n; i++)
		if (set_member_of(&u->post, u->home_post, m[i]->person->id) == NULL)
			r = add_later(u, (struct later){ .what = LATER_JOINED, .joined = m[i], .now = "anggota baru", .label = m[i]->person->col[PC_NAME] });
	return r;
}

static int collect(struct unjoin *u)
{
	const struct roster *members = form_roster_named(u->q, "member");
	int r = household_later(u);
	for (size_t i = 0; r == 0 && members != NULL && i < u->ntwin; i++)
		r = twin_later(u, &u->twin[i], members);
	return r;
}

static int64_t subject_of(const struct later *l)
{
	return l->joined != NULL ? l->joined->person->id : l->twin != NULL ? l->twin->winner : 0;
}

static void read_choices(struct unjoin *u)
{
	const struct roster *ro = form_roster_named(u->run->ch->form, "later");
	for (size_t i = 0; i < u->nlater; i++) {
		struct later *l = &u->later[i];
		char field[12], subject[24];
		const char *goes = "";
		snprintf(field, sizeof field, "%" PRIu32, l->f != NULL ? l->f->number : 0);
		snprintf(subject, sizeof subject, "%" PRId64, subject_of(l));
		for (uint32_t k = ro != NULL ? filling_row_next(u->run->ch->filling, ro->number, 0) : 0; k != 0;
		     k = filling_row_next(u->run->ch->filling, ro->number, k))
			if (strcmp(fact_row(u->run, "l_field", k), field) == 0 && strcmp(fact_row(u->run, "l_subject", k), subject) == 0) {
				l->row = k;
				goes = fact_row(u->run, "l_goes", k);
				/* the clerk answered about another value than the one that stands there now */
				if (l->f != NULL) {
					struct buf b;
					buf_init(&b, 0);
					form_show_value(l->f, l->now, "id", &b);
					if (strcmp(buf_str(&b), fact_row(u->run, "l_now", k)) != 0)
						goes = "";
					buf_clear(&b);
				}
			}
		l->goes = goes[0] >= '1' && goes[0] <= '3' && goes[1] == '\0' ? goes[0] - '0' : 0;
		/* A person lives in one place: who left or came cannot count for both, nor can one who moved on come back. */
		bool both_impossible = l->what == LATER_JOINED || l->what == LATER_LEFT;
		if (l->goes == 0 || (l->goes == 3 && both_impossible) || (l->goes == 2 && l->what == LATER_LEFT))
			finding_add(u->run->cx->findings, FIND_unmerge_choice, fact_number(u->run, "l_goes"), l->row, l->label, NULL);
	}
}

/* --- taking it back ---------------------------------------------------------------------------------------------------- */

/* The winner's side of one subject: what nobody touched since goes back to what it was before the merge. */
static void restore_fields(struct unjoin *u, const struct twin *t, const struct roster *members)
{
	struct reg_run *run = u->run;
	struct reg_member *pre = t != NULL ? set_member_of(&u->pre, u->home_pre, t->winner) : NULL;
	struct reg_member *post = t != NULL ? set_member_of(&u->post, u->home_post, t->winner) : NULL;
	struct reg_member *now = t != NULL ? set_member_of(&run->now, run->home, t->winner) : NULL;
	if (t != NULL && (pre == NULL || post == NULL || now == NULL))
		return;
	/* Looked at first, written afterwards. */
	const char **back = arena_alloc(run->now.arena, (u->q->nfield + 1) * sizeof *back);
	if (back == NULL) {
		run->now.err = ERR_NOMEM;
		return;
	}
	for (size_t i = 0; i < u->q->nfield; i++) {
		const struct field *f = &u->q->field[i];
		if (f->roster == (t != NULL ? members->number : 0) && watched(u, f, true) && !of_card(f) &&
		    strcmp(map_get(&u->post, u->q, f, u->home_post, post), map_get(&run->now, u->q, f, run->home, now)) == 0)
			back[i] = map_get(&u->pre, u->q, f, u->home_pre, pre);
	}
	for (size_t i = 0; i < u->q->nfield; i++)
		if (back[i] != NULL)
			map_put(&run->now, u->q, &u->q->field[i], run->home, now, back[i]);
}

/* The loser's cards are open again; the winner's have the number of before, unless it was changed since. */
static int restore_cards(struct unjoin *u)
{
	struct reg_card *c, *post;
	for (struct reg_card *p = u->pre.card; p != NULL; p = p->next) {
		if (!card_open(p))
			continue;
		int r = set_load_card(&u->run->now, p->id, &c);
		if (r != 0)
			return r;
		if (p->household != u->other_pre) {
			if ((r = set_load_card(&u->post, p->id, &post)) != 0)
				return r;
			if (strcmp(post->no, c->no) == 0)
				set_text(&u->run->now, &c->dirty, &c->no, p->no);
			continue;
		}
		c->to_on = "";
		c->reason = p->reason;
		c->replaced_by = NULL;
		c->replaced_by_id = p->replaced_by_id;
		c->dirty = true;
		c->head_was = p->head_was;
	}
	return 0;
}

/* The membership as it was, under its old id. */
static int restore_member(struct unjoin *u, const struct reg_member *was)
{
	struct reg_set *set = &u->run->now;
	struct reg_person *p;
	struct reg_card *card;
	int r = set_load_person(set, was->person->id, &p);
	if (r != 0 || (r = set_load_card(set, was->card->id, &card)) != 0)
		return r;
	bool twin = false;
	for (size_t i = 0; i < u->ntwin; i++)
		twin |= u->twin[i].loser == p->id;
	if (!twin && p->merged_into != 0)
		return 0;                                /* came over, went on, and was merged there since: not ours to bring back */
	struct reg_member *m = twin ? set_join(set, p, u->run->other, card, was->relation, was->family_relation, was->from_on)
		: set_member_of(set, u->run->home, p->id);
	if (m == NULL)
		return twin ? ERR_NOMEM : 0;             /* left since: stays left */
	if (twin) {
		m->id = was->id;
		m->back = true;
		p->merged_into = 0;
		p->dirty = true;
	}
	m->household = u->run->other;
	m->card = card;
	m->dirty = true;
	set_text(set, &m->dirty, &m->relation, was->relation);
	set_text(set, &m->dirty, &m->family_relation, was->family_relation);
	return set->err;
}

static int restore_rows(struct unjoin *u)
{
	struct reg_set *set = &u->run->now;
	for (struct reg_row *p = u->pre.row; p != NULL; p = p->next) {
		struct reg_row *w, *post;
		if (p->household != u->other_pre)
			continue;
		int r = set_load_row(set, p->id, &w);
		if (r == ERR_NOTFOUND) {
			if ((r = set_load_row(&u->post, p->id, &post)) == 0)
				continue;                    /* taken out since: stays out */
			if (r != ERR_NOTFOUND)
				return r;
			if ((w = set_new_row(set, u->run->other, p->roster, NULL)) == NULL)
				return ERR_NOMEM;
			w->id = p->id;
			w->back = true;
			w->answers = p->answers;
		} else if (r != 0) {
			return r;
		} else if (w->household != u->run->home) {
			continue;                            /* went on with its owner */
		}
		w->household = u->run->other;
		w->dirty = true;
		if (p->person != NULL && (r = set_load_person(set, p->person->id, &w->person)) != 0)
			return r;
	}
	return 0;
}

static int share(struct unjoin *u, struct later *l)
{
	struct reg_run *run = u->run;
	struct reg_member *w = l->twin != NULL ? set_member_of(&run->now, run->home, l->twin->winner) : NULL;
	struct reg_member *b = l->twin != NULL ? set_member_of(&run->now, run->other, l->twin->loser) : NULL, gone = { 0 };
	if (l->goes == 1)
		return 0;
	switch (l->what) {
	case LATER_FIELD:
		if (l->twin != NULL && w == NULL) {              /* left since: his own data can still be shared out */
			int r = set_load_person(&run->now, l->twin->winner, &gone.person);
			if (r != 0)
				return r;
			w = &gone;
		}
		if (l->twin != NULL && b == NULL)
			return 0;
		map_put(&run->now, u->q, l->f, run->other, b, l->now);
		if (l->goes == 2)
			map_put(&run->now, u->q, l->f, run->home, w, l->pre);
		return run->now.err;
	case LATER_AREA:
		run->other->area = run->home->area;
		if (l->goes == 2)
			run->home->area = u->home_pre->area;
		run->home->dirty = run->other->dirty = true;
		return 0;
	case LATER_JOINED: {
		struct reg_card *c = set_card_of(&run->now, run->other, l->joined->card->family_no);
		for (struct reg_card *k = run->now.card; c == NULL && k != NULL; k = k->next)
			if (k->household == run->other && card_open(k))
				c = k;
		if (c == NULL)
			return 0;                                /* check_set says that nobody leads it */
		l->joined->household = run->other;
		l->joined->card = c;
		l->joined->dirty = true;
		return 0;
	}
	case LATER_LEFT:
		return 0;                                        /* only 1 is taken: the other one was not there to leave */
	}
	return 0;
}

int kind_unmerge(struct reg_run *run)
{
	struct unjoin u;
	int r = open_merge(run, &u);
	if (r != 0 || (r = collect(&u)) != 0)
		return r;
	run->reason = fact(run, "unmerge_reason");
	read_choices(&u);
	if (finding_list_blocks(run->cx->findings))
		return 0;
	const struct roster *members = form_roster_named(u.q, "member");
	struct reg_household *other = run->other;
	set_text(&run->now, &other->dirty, &other->state, "active");
	set_text(&run->now, &other->dirty, &other->reason, u.other_pre->reason);
	set_text(&run->now, &other->dirty, &other->state_on, u.other_pre->state_on);
	other->merged_into = 0;
	other->head_was = u.other_pre->head_was;
	restore_fields(&u, NULL, members);
	for (size_t i = 0; i < u.ntwin; i++)
		restore_fields(&u, &u.twin[i], members);
	if ((r = restore_cards(&u)) != 0)
		return r;
	for (size_t i = 0; i < u.nwas; i++)
		if ((r = restore_member(&u, u.was[i])) != 0)
			return r;
	if ((r = restore_rows(&u)) != 0)
		return r;
	for (size_t i = 0; i < u.nlater; i++)
		if ((r = share(&u, &u.later[i])) != 0)
			return r;
	close_empty_cards(run, run->home, run->today, "empty");
	close_empty_cards(run, other, run->today, "empty");
	return run->now.err;
}

int prefill_unmerge(struct reg_run *run, struct filling *f)
{
	const struct form *form = run->ch->form;
	const struct roster *ro = form_roster_named(form, "later");
	struct unjoin u;
	if (run->other->merged_into != run->home->id)
		return 0;
	int r = open_merge(run, &u);
	if (r == OP_REFUSED)
		return 0;                                        /* nothing to ask: submitting says why */
	if (r != 0 || (r = collect(&u)) != 0)
		return r;
	for (size_t i = 0; r == 0 && ro != NULL && i < u.nlater && i < FILLING_ROWS_MAX; i++) {
		const struct later *l = &u.later[i];
		uint32_t row = (uint32_t)i + 1;
		struct buf b;
		if ((r = filling_row_add(f, ro->number, row, 0, 0)) != 0)
			break;
		buf_init(&b, 0);
		if (l->f != NULL)
			form_show_value(l->f, l->now, "id", &b);
		else
			buf_puts(&b, l->now);
		if ((r = join_set_int(f, form, "l_field", row, l->f != NULL ? l->f->number : 0)) == 0 &&
		    (r = join_set_int(f, form, "l_subject", row, subject_of(l))) == 0 && (r = join_set(f, form, "l_label", row, l->label)) == 0)
			r = join_set(f, form, "l_now", row, buf_str(&b));
		buf_clear(&b);
	}
	return r;
}
