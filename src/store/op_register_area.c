/* op_register_area.c - areas: looking them up, importing them, new codes, and villages that are split.
 *
 * Register rows point at an area's id, codes are dated rows beside it: a recode touches no household, and a split rewrites only
 * the households that go to the new village - exited and merged ones too, for they lived there. The parent keeps its id. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "area.h"
#include "date.h"
#include "journal.h"
#include "ops_dispatch.h"
#include "register_run.h"
#include "text.h"

static int keep(struct op_ctx *cx, enum stmt st, int64_t id)
{
	struct q *q = db_q(cx->db, st);
	q_int(q, 1, id);
	q_int(q, 2, cx->seq);
	return q_done(q);
}

/* --- looking ---------------------------------------------------------------------------------------------------------- */

/* The text as the beginning of a name or code, with the wildcards of LIKE taken out. */
static int like_prefix(const char *text, struct buf *b)
{
	for (; *text != '\0'; text++) {
		if (*text == '%' || *text == '_' || *text == '\\')
			buf_putc(b, '\\');
		buf_putc(b, (unsigned char)*text);
	}
	buf_putc(b, '%');
	return buf_end(b);
}

int op_area_list(struct op_ctx *cx, const struct rq_area_list *rq, struct rp_area_list *rp)
{
	uint64_t limit = rq->limit == 0 || rq->limit > 500 ? 500 : rq->limit;
	struct w_area *v = arena_alloc(cx->arena, (size_t)limit * sizeof *v);
	bool search = rq->text != NULL && rq->text[0] != '\0';
	struct buf b;
	struct q *q;
	size_t n = 0;
	int r;
	if (v == NULL)
		return ERR_NOMEM;
	buf_init(&b, 256);
	if (search) {
		if ((r = like_prefix(rq->text, &b)) != 0) {
			buf_clear(&b);
			return r;
		}
		q = db_q(cx->db, ST_area_like);
		q_text(q, 1, buf_str(&b));
		q_int(q, 4, rq->parent);
	} else {
		q = db_q(cx->db, ST_area_children);
		q_int(q, 1, rq->parent);
	}
	q_int(q, 2, rq->after);
	q_int(q, 3, (int64_t)limit + 1);
	while ((r = q_step(q)) == 1) {
		if (n == limit) {
			rp->next = v[n - 1].id;
			q_reset(q);
			r = 0;
			break;
		}
		v[n] = (struct w_area){ .id = q_get_int(q, 0), .code = q_get_strdup(q, 1, cx->arena), .name = q_get_strdup(q, 2, cx->arena),
		                        .level = (uint64_t)q_get_int(q, 3), .parent = q_get_int(q, 4) };
		if (v[n].code == NULL || v[n].name == NULL) {
			r = ERR_NOMEM;
			break;
		}
		n++;
	}
	buf_clear(&b);
	rp->rows.v = v;
	rp->rows.n = n;
	return r;
}

/* --- writing ---------------------------------------------------------------------------------------------------------- */

static int area_of(struct db *db, const char *scheme, const char *code, int64_t *area)
{
	struct q *q = db_q(db, ST_area_by_code);
	q_text(q, 1, scheme);
	q_text(q, 2, code);
	int r = q_step(q);
	*area = r == 1 ? q_get_int(q, 0) : 0;
	q_reset(q);
	return r < 0 ? r : 0;
}

static int put_area(struct op_ctx *cx, int64_t *id, int level, const char *name, int64_t parent, const char *from_on)
{
	int r;
	if (*id == 0) {
		if ((*id = db_id(cx->db, "area")) < 0)
			return (int)*id;
	} else if ((r = keep(cx, ST_area_keep, *id)) != 0) {
		return r;
	}
	struct q *q = db_q(cx->db, ST_area_put);
	q_int(q, 1, *id);
	q_int(q, 2, level);
	q_text(q, 3, name);
	q_id(q, 4, parent);
	q_text(q, 5, from_on);
	q_int(q, 6, cx->seq);
	if ((r = q_done(q)) != 0)
		return r;
	return journal_touch(cx->leaf, JT_AREA, *id);
}

static int put_code(struct op_ctx *cx, int64_t area, const char *scheme, const char *code, const char *from_on)
{
	int64_t id = db_id(cx->db, "area_code");
	if (id < 0)
		return (int)id;
	struct q *q = db_q(cx->db, ST_area_code_put);
	q_int(q, 1, id);
	q_int(q, 2, area);
	q_text(q, 3, scheme);
	q_text(q, 4, code);
	q_text(q, 5, from_on);
	q_int(q, 6, cx->seq);
	int r = q_done(q);
	return r != 0 ? r : journal_touch(cx->leaf, JT_AREA_CODE, id);
}

/* A code as it is kept: dotted for Kemendagri, digits for BPS. false: no code of that scheme. */
static bool clean_code(const char *scheme, const char *typed, char out[static AREA_CODE_SIZE])
{
	if (strcmp(scheme, "kemendagri") == 0)
		return area_code_parse(typed, out);
	if (strcmp(scheme, "bps") != 0 || !area_bps_valid(typed))
		return false;
	snprintf(out, AREA_CODE_SIZE, "%s", typed);
	return true;
}

static int put_new(struct op_ctx *cx, const struct w_area_new *a, uint64_t *added)
{
	const char *scheme = a->scheme != NULL && a->scheme[0] != '\0' ? a->scheme : "kemendagri";
	char code[AREA_CODE_SIZE], above[AREA_CODE_SIZE] = "";
	int64_t id, parent = 0;
	int r;
	if (!clean_code(scheme, a->code, code) || a->name[0] == '\0' || !text_is_clean(a->name))
		return op_refuse(cx, FIND_area_unknown, a->code, NULL);
	if ((r = area_of(cx->db, scheme, code, &id)) != 0)
		return r;
	if (id != 0) {                                   /* known: the set may spell its name anew */
		struct q *q = db_q(cx->db, ST_area_get);
		q_int(q, 1, id);
		if ((r = q_step(q)) != 1)
			return r == 0 ? ERR_CORRUPT : r;
		int level = (int)q_get_int(q, 0);
		bool named = strcmp(q_get_text(q, 1), a->name) == 0;
		q_reset(q);
		return named ? 0 : put_area(cx, &id, level, a->name, 0, NULL);
	}
	uint64_t level = a->level != 0 ? a->level : strcmp(scheme, "kemendagri") == 0 ? (uint64_t)area_level(code) : 0;
	if (level < 1 || level > 4)
		return op_refuse(cx, FIND_area_unknown, a->code, NULL);
	if (a->parent_code != NULL && a->parent_code[0] != '\0') {
		if (!clean_code(scheme, a->parent_code, above) || (r = area_of(cx->db, scheme, above, &parent)) < 0)
			return op_refuse(cx, FIND_area_unknown, a->parent_code, NULL);
		if (parent == 0)
			return op_refuse(cx, FIND_area_unknown, a->parent_code, NULL);
	}
	if ((r = put_area(cx, &id, (int)level, a->name, parent, NULL)) != 0)
		return r;
	++*added;
	return put_code(cx, id, scheme, code, NULL);
}

int op_area_put(struct op_ctx *cx, const struct rq_area_put *rq, struct rp_area_put *rp)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < rq->rows.n; i++)
		r = put_new(cx, &rq->rows.v[i], &rp->added);
	return r;
}

/* --- recode ----------------------------------------------------------------------------------------------------------- */

struct recode { int64_t row, area; char scheme[12], code[AREA_CODE_SIZE]; };

/* Ends the old codes first, all of them, so that codes may be exchanged among areas. */
int op_area_recode(struct op_ctx *cx, const struct rq_area_recode *rq, struct rp_area_recode *rp)
{
	struct recode *v = arena_alloc(cx->arena, (rq->rows.n + 1) * sizeof *v);
	int r = 0;
	if (v == NULL)
		return ERR_NOMEM;
	if (date_from_iso(rq->on_date) == DATE_NONE)
		return op_refuse(cx, FIND_not_a_date, NULL);
	for (size_t i = 0; r == 0 && i < rq->rows.n; i++) {
		const struct w_code_change *c = &rq->rows.v[i];
		char old[AREA_CODE_SIZE];
		if (!clean_code("kemendagri", c->old, old) && !clean_code("bps", c->old, old))
			return op_refuse(cx, FIND_area_unknown, c->old, NULL);
		struct q *q = db_q(cx->db, ST_area_code_find);
		q_text(q, 1, old);
		if ((r = q_step(q)) < 0)
			return r;
		if (r == 0)
			return op_refuse(cx, FIND_area_unknown, c->old, NULL);
		v[i].row = q_get_int(q, 0);
		v[i].area = q_get_int(q, 1);
		snprintf(v[i].scheme, sizeof v[i].scheme, "%s", q_get_text(q, 2));
		q_reset(q);
		if (!clean_code(v[i].scheme, c->new, v[i].code) ||
		    (strcmp(v[i].scheme, "kemendagri") == 0 && area_level(v[i].code) != area_level(old)))
			return op_refuse(cx, FIND_area_unknown, c->new, NULL);
		if ((r = keep(cx, ST_area_code_keep, v[i].row)) != 0)
			return r;
		q = db_q(cx->db, ST_area_code_end);
		q_int(q, 1, v[i].row);
		q_text(q, 2, rq->on_date);
		q_int(q, 3, cx->seq);
		if ((r = q_done(q)) == 0)
			r = journal_touch(cx->leaf, JT_AREA_CODE, v[i].row);
	}
	for (size_t i = 0; r == 0 && i < rq->rows.n; i++) {
		int64_t taken;
		if ((r = area_of(cx->db, v[i].scheme, v[i].code, &taken)) != 0)
			return r;
		if (taken != 0)
			return op_refuse(cx, FIND_area_code_in_use, v[i].code, NULL);
		r = put_code(cx, v[i].area, v[i].scheme, v[i].code, rq->on_date);
		rp->changed++;
	}
	return r;
}

/* --- split ------------------------------------------------------------------------------------------------------------ */

static bool number_is(const char *text, const char *number)
{
	return number[0] != '\0' && strtol(text, NULL, 10) == strtol(number, NULL, 10) && number[strspn(number, "0123456789")] == '\0';
}

/* "RW 03", "RT 2 RW 3" (any punctuation between), or the name of the hamlet. */
static bool lives_in(const char *part, const char *rt, const char *rw, const char *hamlet)
{
	struct buf b;
	const char *at_rt, *at_rw;
	bool in;
	if (same(part, hamlet))
		return true;
	buf_init(&b, 256);
	if (text_fold(part, &b) != 0) {
		buf_clear(&b);
		return false;
	}
	at_rt = strncmp(buf_str(&b), "rt", 2) == 0 ? buf_str(&b) + 2 : NULL;
	at_rw = strstr(buf_str(&b), "rw");
	in = at_rw != NULL && (at_rw == buf_str(&b) || at_rt != NULL);
	if (in) {
		at_rw += 2;
		in = number_is(at_rw + strspn(at_rw, " "), rw) && (at_rt == NULL || number_is(at_rt + strspn(at_rt, " "), rt));
	}
	buf_clear(&b);
	return in;
}

struct moving { int64_t id; bool active; };

/* Households of the old area that a part names, in the order of their ids. */
static int choose(struct op_ctx *cx, const struct rq_area_split *rq, struct moving **out, size_t *n, size_t *found)
{
	struct q *q = db_q(cx->db, ST_households_of_area);
	size_t size = 0;
	int r;
	*out = NULL;
	*n = *found = 0;
	q_int(q, 1, rq->area);
	while ((r = q_step(q)) == 1) {
		bool goes = false;
		for (size_t i = 0; i < rq->parts.n; i++) {
			const struct w_split_part *p = &rq->parts.v[i];
			if (p->household != 0 && p->household == q_get_int(q, 0)) {
				goes = true;
				++*found;
			} else if (p->household == 0 && p->neighbourhood != NULL && p->neighbourhood[0] != '\0') {
				goes |= lives_in(p->neighbourhood, q_get_text(q, 1), q_get_text(q, 2), q_get_text(q, 3));
			}
		}
		if (!goes)
			continue;
		if (*n == size) {
			struct moving *more = arena_alloc(cx->arena, (size = size ? size * 2 : 256) * sizeof *more);
			if (more == NULL)
				return ERR_NOMEM;
			if (*n != 0)
				memcpy(more, *out, *n * sizeof *more);
			*out = more;
		}
		(*out)[(*n)++] = (struct moving){ q_get_int(q, 0), strcmp(q_get_text(q, 4), "active") == 0 };
	}
	return r;
}

static int move_household(struct op_ctx *cx, int64_t id, int64_t to, bool active, int64_t *households, int64_t *persons)
{
	int r = keep(cx, ST_household_keep, id);
	if (r != 0)
		return r;
	struct q *q = db_q(cx->db, ST_household_area_put);
	q_int(q, 1, id);
	q_int(q, 2, to);
	q_int(q, 3, cx->seq);
	if ((r = q_done(q)) != 0)
		return r;
	if (active) {
		q = db_q(cx->db, ST_members_open_count);
		q_int(q, 1, id);
		if ((r = q_step(q)) != 1)
			return r < 0 ? r : ERR_CORRUPT;
		++*households;
		*persons += q_get_int(q, 0);
		q_reset(q);
	}
	return journal_touch(cx->leaf, JT_HOUSEHOLD, id);
}

static int count(struct op_ctx *cx, int64_t area, int64_t households, int64_t persons)
{
	struct q *q = db_q(cx->db, ST_register_count_add);
	q_int(q, 1, area);
	q_int(q, 2, households);
	q_int(q, 3, persons);
	return q_done(q);
}

/* The new area: made by the first request, found again by a later one that brings more households of the same split. */
static int new_area(struct op_ctx *cx, const struct rq_area_split *rq, int64_t *area)
{
	char code[AREA_CODE_SIZE];
	int64_t from = 0;
	struct q *q = db_q(cx->db, ST_area_get);
	q_int(q, 1, rq->area);
	int r = q_step(q);
	if (r < 0)
		return r;
	bool open = r == 1 && q_is_null(q, 3);
	int level = (int)q_get_int(q, 0);
	int64_t parent = q_get_int(q, 2);
	q_reset(q);
	if (!open)
		return op_refuse(cx, FIND_area_closed, NULL);
	if (!area_code_parse(rq->code, code) || (int)area_level(code) != level || !text_is_clean(rq->name))
		return op_refuse(cx, FIND_area_unknown, rq->code, NULL);
	if ((r = area_of(cx->db, "kemendagri", code, area)) != 0)
		return r;
	if (*area != 0) {
		q = db_q(cx->db, ST_area_came_from);
		q_int(q, 1, *area);
		q_int(q, 2, 0);
		if ((r = q_step(q)) < 0)
			return r;
		from = r == 1 ? q_get_int(q, 0) : 0;
		q_reset(q);
		return from == rq->area ? 0 : op_refuse(cx, FIND_area_code_in_use, code, NULL);
	}
	if ((r = put_area(cx, area, level, rq->name, parent, rq->on_date)) != 0 || (r = put_code(cx, *area, "kemendagri", code, rq->on_date)) != 0)
		return r;
	q = db_q(cx->db, ST_area_link_put);
	q_int(q, 1, rq->area);
	q_int(q, 2, *area);
	q_text(q, 3, rq->on_date);
	q_int(q, 4, cx->seq);
	return q_done(q);
}

int op_area_split(struct op_ctx *cx, const struct rq_area_split *rq, struct rp_area_split *rp)
{
	struct moving *v;
	size_t n, found, named = 0;
	int64_t households = 0, persons = 0;
	int r;
	if (date_from_iso(rq->on_date) == DATE_NONE)
		return op_refuse(cx, FIND_not_a_date, NULL);
	if ((r = new_area(cx, rq, &rp->area)) != 0 || (r = choose(cx, rq, &v, &n, &found)) != 0)
		return r;
	for (size_t i = 0; i < rq->parts.n; i++)
		named += rq->parts.v[i].household != 0;
	if (found < named)                               /* a household that is not of this area: nothing happens at all */
		return op_refuse(cx, FIND_not_permitted, NULL);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = move_household(cx, v[i].id, rp->area, v[i].active, &households, &persons);
	if (r == 0 && n > 0)
		r = count(cx, rq->area, -households, -persons);
	if (r == 0 && n > 0)
		r = count(cx, rp->area, households, persons);
	rp->households = n;
	journal_object(cx->leaf, JT_AREA, rq->area);
	return r;
}
