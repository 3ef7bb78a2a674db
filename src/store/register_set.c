/* register_set.c - loading the rows a change works on, and changing them in memory. */
#include "config.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "register_set.h"

void set_init(struct reg_set *set, struct db *db, struct arena *arena, int64_t at)
{
	*set = (struct reg_set){ .db = db, .arena = arena, .at = at > 0 ? at : SEQ_NOW };
}

/* Appends, so that rows are written in the order they were made. */
#define LIST_ADD(first, x) do { \
	__typeof__(first) *at_ = &(first); \
	while (*at_ != NULL) \
		at_ = &(*at_)->next; \
	*at_ = (x); \
} while (0)

static const char *text_at(struct reg_set *set, struct q *q, int col)
{
	const char *s = q_get_strdup(q, col, set->arena);
	if (s == NULL) {
		set->err = ERR_NOMEM;
		return "";
	}
	return s;
}

static int answers_at(struct reg_set *set, struct q *q, int col, struct reg_answers *a)
{
	size_t n;
	const void *p = q_get_blob(q, col, &n);
	return answers_read(p, n, set->arena, a);
}

/* One row by id as known at the set's number: 0, ERR_NOTFOUND, ERR_. */
static int find(struct reg_set *set, enum stmt st, int64_t id, struct q **q)
{
	*q = db_q(set->db, st);
	q_int(*q, 1, id);
	q_int(*q, 2, set->at);
	int r = q_step(*q);
	return r == 1 ? 0 : r == 0 ? ERR_NOTFOUND : r;
}

int set_load_person(struct reg_set *set, int64_t id, struct reg_person **out)
{
	struct q *q;
	for (*out = set->person; *out != NULL; *out = (*out)->next)
		if ((*out)->id == id)
			return 0;
	int r = find(set, ST_person_at, id, &q);
	if (r != 0)
		return r;
	struct reg_person *p = arena_alloc(set->arena, sizeof *p);
	if (p == NULL)
		return ERR_NOMEM;
	p->id = id;
	for (int i = 0; i < PC_COUNT; i++)
		p->col[i] = text_at(set, q, i);
	p->died_on = text_at(set, q, 5);
	p->merged_into = q_get_int(q, 6);
	p->erased = q_get_int(q, 7) != 0;
	r = answers_at(set, q, 8, &p->answers);
	p->seq = q_get_int(q, 9);
	q_reset(q);
	p->nik_was = p->col[PC_NIK];
	p->name_was = p->col[PC_NAME];
	LIST_ADD(set->person, p);
	*out = p;
	return r != 0 ? r : set->err;
}

static int household_row(struct reg_set *set, int64_t id, struct reg_household **out)
{
	struct q *q;
	for (*out = set->household; *out != NULL; *out = (*out)->next)
		if ((*out)->id == id)
			return 0;
	int r = find(set, ST_household_at, id, &q);
	if (r != 0)
		return r;
	struct reg_household *h = arena_alloc(set->arena, sizeof *h);
	if (h == NULL)
		return ERR_NOMEM;
	h->id = id;
	h->area = h->area_was = q_get_int(q, 0);
	for (int i = 0; i < HC_COUNT; i++)
		h->col[i] = text_at(set, q, 1 + i);
	h->since_on = text_at(set, q, 5);
	h->state = text_at(set, q, 6);
	h->reason = text_at(set, q, 7);
	h->state_on = text_at(set, q, 8);
	h->merged_into = q_get_int(q, 9);
	h->split_from_id = q_get_int(q, 10);
	h->form = text_at(set, q, 11);
	h->form_version = q_get_int(q, 12);
	r = answers_at(set, q, 13, &h->answers);
	h->seq = q_get_int(q, 14);
	q_reset(q);
	LIST_ADD(set->household, h);
	*out = h;
	return r != 0 ? r : set->err;
}

int set_load_card(struct reg_set *set, int64_t id, struct reg_card **out)
{
	struct q *q;
	for (*out = set->card; *out != NULL; *out = (*out)->next)
		if ((*out)->id == id)
			return 0;
	int r = find(set, ST_family_card_at, id, &q);
	if (r != 0)
		return r;
	struct reg_card *c = arena_alloc(set->arena, sizeof *c);
	if (c == NULL)
		return ERR_NOMEM;
	c->id = id;
	int64_t household = q_get_int(q, 0);
	c->family_no = text_at(set, q, 1);
	c->no = c->no_was = text_at(set, q, 2);
	c->from_on = text_at(set, q, 3);
	c->to_on = text_at(set, q, 4);
	c->reason = text_at(set, q, 5);
	c->open_was = card_open(c);
	c->replaced_by_id = q_get_int(q, 6);
	c->seq = q_get_int(q, 7);
	q_reset(q);
	LIST_ADD(set->card, c);
	*out = c;
	if ((r = household_row(set, household, &c->household)) != 0)
		return r;
	return set->err;
}

int set_load_member(struct reg_set *set, int64_t id, struct reg_member **out)
{
	struct q *q;
	for (*out = set->member; *out != NULL; *out = (*out)->next)
		if ((*out)->id == id)
			return 0;
	int r = find(set, ST_membership_at, id, &q);
	if (r != 0)
		return r;
	struct reg_member *m = arena_alloc(set->arena, sizeof *m);
	if (m == NULL)
		return ERR_NOMEM;
	m->id = id;
	int64_t person = q_get_int(q, 0), household = q_get_int(q, 1), card = q_get_int(q, 2);
	m->relation = text_at(set, q, 3);
	m->family_relation = text_at(set, q, 4);
	m->from_on = text_at(set, q, 5);
	m->to_on = text_at(set, q, 6);
	m->to_reason = text_at(set, q, 7);
	m->seq = q_get_int(q, 8);
	q_reset(q);
	LIST_ADD(set->member, m);
	*out = m;
	if ((r = set_load_person(set, person, &m->person)) != 0 || (r = household_row(set, household, &m->household)) != 0)
		return r;
	return set_load_card(set, card, &m->card);
}

int set_load_row(struct reg_set *set, int64_t id, struct reg_row **out)
{
	struct q *q;
	for (*out = set->row; *out != NULL; *out = (*out)->next)
		if ((*out)->id == id)
			return 0;
	int r = find(set, ST_roster_row_at, id, &q);
	if (r != 0)
		return r;
	struct reg_row *w = arena_alloc(set->arena, sizeof *w);
	if (w == NULL)
		return ERR_NOMEM;
	w->id = id;
	int64_t household = q_get_int(q, 0), person = q_get_int(q, 2);
	w->roster = (uint32_t)q_get_int(q, 1);
	r = answers_at(set, q, 3, &w->answers);
	w->seq = q_get_int(q, 4);
	q_reset(q);
	if (r != 0)
		return r;
	LIST_ADD(set->row, w);
	*out = w;
	if (person != 0 && (r = set_load_person(set, person, &w->person)) != 0)
		return r;
	return household_row(set, household, &w->household);
}

/* The ids a statement gives for (household, at): read to the end first, for loading a row asks other statements. */
static int ids_of(struct reg_set *set, enum stmt st, int64_t household, int64_t **ids, size_t *n)
{
	struct q *q = db_q(set->db, st);
	size_t size = 0;
	int r;
	*ids = NULL;
	*n = 0;
	q_int(q, 1, household);
	q_int(q, 2, set->at);
	while ((r = q_step(q)) == 1) {
		if (*n == size) {
			int64_t *more = arena_alloc(set->arena, (size = size ? size * 2 : 16) * sizeof *more);
			if (more == NULL)
				return ERR_NOMEM;
			if (*n != 0)
				memcpy(more, *ids, *n * sizeof *more);
			*ids = more;
		}
		(*ids)[(*n)++] = q_get_int(q, 0);
	}
	return r;
}

int set_load_household(struct reg_set *set, int64_t id, struct reg_household **out)
{
	int64_t *ids;
	size_t n;
	struct reg_member *m;
	struct reg_card *c;
	struct reg_row *w;
	int r = household_row(set, id, out);
	if (r != 0 || (*out)->loaded)
		return r;
	struct reg_household *h = *out;
	if ((r = ids_of(set, ST_cards_of, id, &ids, &n)) != 0)
		return r;
	for (size_t i = 0; i < n; i++)
		if ((r = set_load_card(set, ids[i], &c)) != 0)
			return r;
	if ((r = ids_of(set, ST_members_of, id, &ids, &n)) != 0)
		return r;
	for (size_t i = 0; i < n; i++)
		if ((r = set_load_member(set, ids[i], &m)) != 0)
			return r;
	if ((r = ids_of(set, ST_rows_of, id, &ids, &n)) != 0)
		return r;
	for (size_t i = 0; i < n; i++)
		if ((r = set_load_row(set, ids[i], &w)) != 0)
			return r;
	h->loaded = true;
	h->active_was = strcmp(h->state, "active") == 0;
	for (m = set->member; m != NULL; m = m->next) {
		if (m->household != h || !member_open(m))
			continue;
		h->members_was++;
		if (strcmp(m->relation, CODE_HEAD) == 0)
			h->head_was = true;
		if (strcmp(m->family_relation, CODE_HEAD) == 0)
			m->card->head_was = true;
	}
	return set->err;
}

void set_text(struct reg_set *set, bool *dirty, const char **where, const char *value)
{
	if (value == NULL)
		value = "";
	if (*where != NULL && strcmp(*where, value) == 0)
		return;
	if ((*where = arena_strdup(set->arena, value)) == NULL) {
		set->err = ERR_NOMEM;
		*where = "";
	}
	*dirty = true;
}

static void *fresh(struct reg_set *set, size_t n)
{
	void *p = arena_alloc(set->arena, n);
	if (p == NULL)
		set->err = ERR_NOMEM;
	return p;
}

struct reg_household *set_new_household(struct reg_set *set, int64_t area, const char *form, int64_t version)
{
	struct reg_household *h = fresh(set, sizeof *h);
	if (h == NULL)
		return NULL;
	h->area = area;
	for (int i = 0; i < HC_COUNT; i++)
		h->col[i] = "";
	h->since_on = h->reason = h->state_on = "";
	h->state = "active";
	h->dirty = h->loaded = true;
	set_text(set, &h->dirty, &h->form, form);
	h->form_version = version;
	LIST_ADD(set->household, h);
	return h;
}

struct reg_person *set_new_person(struct reg_set *set)
{
	struct reg_person *p = fresh(set, sizeof *p);
	if (p == NULL)
		return NULL;
	for (int i = 0; i < PC_COUNT; i++)
		p->col[i] = "";
	p->died_on = p->nik_was = p->name_was = "";
	p->dirty = p->joins = true;
	LIST_ADD(set->person, p);
	return p;
}

struct reg_card *set_new_card(struct reg_set *set, struct reg_household *h, const char *family_no, const char *no, const char *on)
{
	struct reg_card *c = fresh(set, sizeof *c);
	if (c == NULL)
		return NULL;
	c->household = h;
	c->to_on = c->reason = c->no_was = "";
	set_text(set, &c->dirty, &c->family_no, family_no);
	set_text(set, &c->dirty, &c->no, no);
	set_text(set, &c->dirty, &c->from_on, on);
	c->dirty = true;
	LIST_ADD(set->card, c);
	return c;
}

struct reg_row *set_new_row(struct reg_set *set, struct reg_household *h, uint32_t roster, struct reg_person *p)
{
	struct reg_row *w = fresh(set, sizeof *w);
	if (w == NULL)
		return NULL;
	w->household = h;
	w->roster = roster;
	w->person = p;
	w->dirty = true;
	LIST_ADD(set->row, w);
	return w;
}

struct reg_member *set_join(struct reg_set *set, struct reg_person *p, struct reg_household *h, struct reg_card *c, const char *relation,
                            const char *family_relation, const char *on)
{
	struct reg_member *m = fresh(set, sizeof *m);
	if (m == NULL)
		return NULL;
	m->person = p;
	m->household = h;
	m->card = c;
	m->to_on = m->to_reason = "";
	set_text(set, &m->dirty, &m->relation, relation);
	set_text(set, &m->dirty, &m->family_relation, family_relation);
	set_text(set, &m->dirty, &m->from_on, on);
	m->dirty = true;
	LIST_ADD(set->member, m);
	return m;
}

void set_end(struct reg_member *m, const char *on, const char *reason)
{
	assert(member_open(m));
	m->to_on = on;
	m->to_reason = reason;
	m->dirty = true;
}

void set_never(struct reg_member *m)
{
	m->removed = m->dirty = true;
}

bool member_open(const struct reg_member *m)
{
	return !m->removed && m->to_on[0] == '\0';
}

bool card_open(const struct reg_card *c)
{
	return c->to_on[0] == '\0';
}

struct reg_card *set_card_of(struct reg_set *set, const struct reg_household *h, const char *family_no)
{
	for (struct reg_card *c = set->card; c != NULL; c = c->next)
		if (c->household == h && card_open(c) && strcmp(c->family_no, family_no) == 0)
			return c;
	return NULL;
}

struct reg_member *set_member_of(struct reg_set *set, const struct reg_household *h, int64_t person)
{
	for (struct reg_member *m = set->member; m != NULL; m = m->next)
		if (m->household == h && m->person->id == person && member_open(m))
			return m;
	return NULL;
}

struct reg_member *set_head(struct reg_set *set, const struct reg_household *h)
{
	for (struct reg_member *m = set->member; m != NULL; m = m->next)
		if (m->household == h && member_open(m) && strcmp(m->relation, CODE_HEAD) == 0)
			return m;
	return NULL;
}

static int by_row(const void *a, const void *b)
{
	const struct reg_member *x = *(struct reg_member *const *)a, *y = *(struct reg_member *const *)b;
	bool hx = strcmp(x->relation, CODE_HEAD) == 0, hy = strcmp(y->relation, CODE_HEAD) == 0;
	if (hx != hy)
		return hy - hx;
	size_t lx = strlen(x->card->family_no), ly = strlen(y->card->family_no);    /* numbers as texts: 9 before 10 */
	if (lx != ly)
		return lx < ly ? -1 : 1;
	int r = strcmp(x->card->family_no, y->card->family_no);
	return r != 0 ? r : x->person->id < y->person->id ? -1 : x->person->id > y->person->id;
}

size_t set_members(struct reg_set *set, const struct reg_household *h, struct reg_member ***out)
{
	size_t n = 0, i = 0;
	for (struct reg_member *m = set->member; m != NULL; m = m->next)
		n += m->household == h && member_open(m);
	*out = arena_alloc(set->arena, (n + 1) * sizeof **out);
	if (*out == NULL) {
		set->err = ERR_NOMEM;
		return 0;
	}
	for (struct reg_member *m = set->member; m != NULL; m = m->next)
		if (m->household == h && member_open(m))
			(*out)[i++] = m;
	qsort(*out, n, sizeof **out, by_row);
	return n;
}

size_t set_card_members(struct reg_set *set, const struct reg_card *c)
{
	size_t n = 0;
	for (struct reg_member *m = set->member; m != NULL; m = m->next)
		n += m->card == c && member_open(m);
	return n;
}
