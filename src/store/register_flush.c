/* register_flush.c - writes a set: every dirty row becomes one version of this operation.
 *
 * Order: households, cards and persons before what points at them; memberships that end or vanish before those that open, and
 * marks of a head last, because each unique index must hold after every statement. A row written twice in one operation keeps
 * one version: T_keep copies only a version with an older number. */
#include "config.h"
#include <inttypes.h>
#include <string.h>
#include "journal.h"
#include "log.h"
#include "nik.h"
#include "register_set.h"
#include "text.h"

/* NULL for "unanswered", so that columns and partial indexes can be asked. */
static void bind(struct q *q, int i, const char *s)
{
	q_text(q, i, s != NULL && s[0] != '\0' ? s : NULL);
}

static void bind_digits(struct q *q, int i, const char *typed)
{
	int64_t n;
	if (typed != NULL && strlen(typed) == NIK_DIGITS && text_to_int(typed, 0, INT64_MAX, &n) == 0)
		q_int(q, i, n);
	else
		q_null(q, i);
}

static int bind_answers(struct q *q, int i, const struct reg_answers *a, struct buf *b)
{
	buf_reset(b);
	int r = answers_bytes(a, b);
	if (b->len <= 1)                         /* the empty map */
		q_null(q, i);
	else
		q_blob(q, i, b->data, b->len);
	return r;
}

static int keep(struct op_ctx *cx, enum stmt st, int64_t id)
{
	struct q *q = db_q(cx->db, st);
	q_int(q, 1, id);
	q_int(q, 2, cx->seq);
	return q_done(q);
}

/* The statements of a table: the old version put aside, a new row, a new version. */
#define ROW(t) { ST_##t##_keep, ST_##t##_put, ST_##t##_set, #t }
static const struct row_kind { enum stmt keep, put, set; const char *table; }
	row_household = ROW(household), row_person = ROW(person), row_card = ROW(family_card), row_member = ROW(membership), row_other = ROW(roster_row);
#undef ROW

/* An id for a new row, or the old version put aside; then the statement that writes it. fresh: a row that has an id is new all the same. */
static int begin_row(struct op_ctx *cx, const struct row_kind *k, int64_t *id, bool fresh, struct q **q)
{
	if (*id == 0) {
		fresh = true;
		int64_t n = db_id(cx->db, k->table);
		if (n < 0)
			return (int)n;
		*id = n;
	} else if (!fresh) {
		int r = keep(cx, k->keep, *id);
		if (r != 0)
			return r;
	}
	*q = db_q(cx->db, fresh ? k->put : k->set);
	return 0;
}

static int put_household(struct op_ctx *cx, struct reg_household *h, struct buf *b)
{
	struct q *q;
	int r = begin_row(cx, &row_household, &h->id, false, &q);
	if (r != 0)
		return r;
	q_int(q, 1, h->id);
	q_int(q, 2, h->area);
	for (int i = 0; i < HC_COUNT; i++)
		bind(q, 3 + i, h->col[i]);
	bind(q, 7, h->since_on);
	bind(q, 8, h->state);
	bind(q, 9, h->reason);
	bind(q, 10, h->state_on);
	q_id(q, 11, h->merged_into);
	q_id(q, 12, h->split_from != NULL ? h->split_from->id : h->split_from_id);
	bind(q, 13, h->form);
	q_int(q, 14, h->form_version);
	if ((r = bind_answers(q, 15, &h->answers, b)) != 0)
		return r;
	q_int(q, 16, cx->seq);
	if ((r = q_done(q)) != 0)
		return r;
	h->seq = cx->seq;
	return journal_touch(cx->leaf, JT_HOUSEHOLD, h->id);
}

static int put_person(struct op_ctx *cx, struct reg_person *p, struct buf *b)
{
	struct q *q;
	int r = begin_row(cx, &row_person, &p->id, false, &q);
	if (r != 0)
		return r;
	q_int(q, 1, p->id);
	bind_digits(q, 2, p->col[PC_NIK]);
	for (int i = 0; i < PC_COUNT; i++)
		bind(q, 3 + i, p->col[i]);
	/* of an erased person nothing is kept any more; that the head died stands in the membership */
	bind(q, 8, p->erased ? "" : p->died_on);
	q_id(q, 9, p->merged_into);
	if ((r = bind_answers(q, 10, &p->answers, b)) != 0)
		return r;
	q_int(q, 11, cx->seq);
	if ((r = q_done(q)) != 0 || (r = search_person_changed(cx->db, p)) != 0)
		return r;
	p->seq = cx->seq;
	if ((r = journal_shown(cx->leaf, p->id)) != 0)
		return r;
	return journal_touch(cx->leaf, JT_PERSON, p->id);
}

static int put_card(struct op_ctx *cx, struct reg_card *c)
{
	struct q *q;
	int r = begin_row(cx, &row_card, &c->id, false, &q);
	if (r != 0)
		return r;
	q_int(q, 1, c->id);
	q_int(q, 2, c->household->id);
	q_text(q, 3, c->family_no);
	bind_digits(q, 4, c->no);
	bind(q, 5, c->no);
	bind(q, 6, c->from_on);
	bind(q, 7, c->to_on);
	bind(q, 8, c->reason);
	q_id(q, 9, c->replaced_by != NULL ? c->replaced_by->id : c->replaced_by_id);
	q_int(q, 10, cx->seq);
	if ((r = q_done(q)) != 0)
		return r;
	c->seq = cx->seq;
	return journal_touch(cx->leaf, JT_CARD, c->id);
}

static const char *without_head(const char *relation)
{
	return strcmp(relation, CODE_HEAD) == 0 ? "" : relation;
}

static int put_member(struct op_ctx *cx, struct reg_member *m, bool heads)
{
	struct q *q;
	int r = begin_row(cx, &row_member, &m->id, m->back, &q);
	if (r != 0)
		return r;
	q_int(q, 1, m->id);
	q_int(q, 2, m->person->id);
	q_int(q, 3, m->household->id);
	q_int(q, 4, m->card->id);
	bind(q, 5, heads ? m->relation : without_head(m->relation));
	bind(q, 6, heads ? m->family_relation : without_head(m->family_relation));
	bind(q, 7, m->from_on);
	bind(q, 8, m->to_on);
	bind(q, 9, m->to_reason);
	q_int(q, 10, cx->seq);
	if ((r = q_done(q)) != 0)
		return r;
	m->seq = cx->seq;
	m->back = false;
	if ((r = journal_shown(cx->leaf, m->person->id)) != 0)
		return r;
	return journal_touch(cx->leaf, JT_MEMBERSHIP, m->id);
}

static int drop_row(struct op_ctx *cx, enum stmt st_keep, enum stmt st_gone, enum journal_table jt, int64_t id)
{
	if (id == 0)                             /* made and unmade in memory */
		return 0;
	int r = keep(cx, st_keep, id);
	if (r != 0)
		return r;
	struct q *q = db_q(cx->db, st_gone);
	q_int(q, 1, id);
	if ((r = q_done(q)) != 0)
		return r;
	return journal_touch(cx->leaf, jt, id);
}

/* Three passes; see the top of the file. */
static int put_members(struct op_ctx *cx, struct reg_set *set)
{
	int r;
	for (struct reg_member *m = set->member; m != NULL; m = m->next) {
		if (!m->dirty)
			continue;
		if (m->removed)
			r = drop_row(cx, ST_membership_keep, ST_membership_gone, JT_MEMBERSHIP, m->id);
		else if (m->to_on[0] != '\0')
			r = put_member(cx, m, true);
		else
			continue;
		if (r != 0)
			return r;
	}
	for (struct reg_member *m = set->member; m != NULL; m = m->next)
		if (m->dirty && member_open(m) && (r = put_member(cx, m, false)) != 0)
			return r;
	for (struct reg_member *m = set->member; m != NULL; m = m->next)
		if (m->dirty && member_open(m) && (without_head(m->relation) != m->relation || without_head(m->family_relation) != m->family_relation) &&
		    (r = put_member(cx, m, true)) != 0)
			return r;
	return 0;
}

static int put_row(struct op_ctx *cx, struct reg_row *w, struct buf *b)
{
	if (w->removed)
		return drop_row(cx, ST_roster_row_keep, ST_roster_row_gone, JT_ROSTER_ROW, w->id);
	struct q *q;
	int r = begin_row(cx, &row_other, &w->id, w->back, &q);
	if (r != 0)
		return r;
	q_int(q, 1, w->id);
	q_int(q, 2, w->household->id);
	q_int(q, 3, w->roster);
	q_id(q, 4, w->person != NULL ? w->person->id : 0);
	if ((r = bind_answers(q, 5, &w->answers, b)) != 0)
		return r;
	q_int(q, 6, cx->seq);
	if ((r = q_done(q)) != 0)
		return r;
	w->seq = cx->seq;
	w->back = false;
	return journal_touch(cx->leaf, JT_ROSTER_ROW, w->id);
}

static int count(struct op_ctx *cx, int64_t area, int households, int persons)
{
	if (households == 0 && persons == 0)
		return 0;
	struct q *q = db_q(cx->db, ST_register_count_add);
	q_int(q, 1, area);
	q_int(q, 2, households);
	q_int(q, 3, persons);
	return q_done(q);
}

static int put_counts(struct op_ctx *cx, struct reg_set *set)
{
	int r;
	for (struct reg_household *h = set->household; h != NULL; h = h->next) {
		if (!h->loaded)
			continue;
		int members = 0;
		bool active = strcmp(h->state, "active") == 0;
		for (struct reg_member *m = set->member; m != NULL; m = m->next)
			members += m->household == h && member_open(m);
		if (!active)
			members = 0;
		int before = h->active_was ? h->members_was : 0;
		if (h->area != h->area_was && h->area_was != 0) {
			if ((r = count(cx, h->area_was, -h->active_was, -before)) != 0 || (r = count(cx, h->area, active, members)) != 0)
				return r;
		} else if ((r = count(cx, h->area, active - h->active_was, members - before)) != 0) {
			return r;
		}
	}
	return 0;
}

int set_flush(struct op_ctx *cx, struct reg_set *set)
{
	struct buf b;
	int r = set->err;
	buf_init(&b, 0);
	for (struct reg_household *h = set->household; r == 0 && h != NULL; h = h->next)
		if (h->dirty)
			r = put_household(cx, h, &b);
	/* New cards get their ids first, for an ended one may name its successor. */
	for (int pass = 0; pass < 2; pass++)
		for (struct reg_card *c = set->card; r == 0 && c != NULL; c = c->next)
			if (c->dirty && (c->id == 0 || c->seq < cx->seq) && (pass == 1 || c->id == 0))
				r = put_card(cx, c);
	for (struct reg_person *p = set->person; r == 0 && p != NULL; p = p->next)
		if (p->dirty)
			r = put_person(cx, p, &b);
	if (r == 0)
		r = put_members(cx, set);
	for (struct reg_row *w = set->row; r == 0 && w != NULL; w = w->next)
		if (w->dirty)
			r = put_row(cx, w, &b);
	if (r == 0)
		r = put_counts(cx, set);
	buf_clear(&b);
	return r;
}
