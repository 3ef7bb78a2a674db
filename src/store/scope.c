/* scope.c - the account's grants, and whether an operation's object is within them. */
#include "config.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "date.h"
#include "scope.h"
#include "store.h"

#define SLOTS 1024                     /* a sitting office: every account that works keeps its place */

struct slot { int64_t account; unsigned roles; int32_t today; uint64_t epoch; struct arena arena; struct actor actor; bool good; };
struct scope_cache { struct slot slot[SLOTS]; };

struct scope_cache *scope_cache_new(void)
{
	return calloc(1, sizeof(struct scope_cache));
}

void scope_cache_free(struct scope_cache *c)
{
	for (size_t i = 0; c && i < SLOTS; i++)
		arena_clear(&c->slot[i].arena);
	free(c);
}

static int id_order(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int villages(struct slot *s, struct db *db, unsigned roles)
{
	int64_t *v = NULL;
	size_t n = 0, size = 0;
	int r = 0;

	for (size_t i = 0; i < s->actor.ngrant && r == 0; i++) {
		const struct grant_in *g = &s->actor.grant[i];
		struct q *q;

		if (!(g->role & roles))
			continue;
		q = db_q(db, g->area ? ST_villages_under : ST_villages_all);
		if (g->area)
			q_int(q, 1, g->area);
		while ((r = q_step(q)) == 1) {
			if (n == size) {
				int64_t *w = realloc(v, (size = size ? size * 2 : 64) * sizeof *v);

				if (w == NULL) {
					q_reset(q);
					r = ERR_NOMEM;
					break;
				}
				v = w;
			}
			v[n++] = q_get_int(q, 0);
		}
	}
	if (r == 0 && n) {
		size_t k = 1;

		qsort(v, n, sizeof *v, id_order);
		for (size_t i = 1; i < n; i++)
			if (v[i] != v[i - 1])
				v[k++] = v[i];
		s->actor.nvillage = k;
		s->actor.village = arena_dup(&s->arena, v, k * sizeof *v);
		if (s->actor.village == NULL)
			r = ERR_NOMEM;
	}
	free(v);
	return r;
}

static int grants(struct slot *s, struct db *db, int64_t account, const char *today)
{
	struct grant_in g[64];
	size_t n = 0;
	struct q *q = db_q(db, ST_grants_today);
	int r;

	q_int(q, 1, account);
	q_text(q, 2, today);
	while ((r = q_step(q)) == 1) {
		enum role role = role_parse(q_get_text(q, 0));

		if (role == 0 || n == sizeof g / sizeof *g)
			continue;
		g[n].role = role;
		g[n++].area = q_get_int(q, 1);
		s->actor.roles |= role;
	}
	if (r == 0 && n && (s->actor.grant = arena_dup(&s->arena, g, n * sizeof *g)) == NULL)
		r = ERR_NOMEM;
	s->actor.ngrant = n;
	return r;
}

static int load(struct slot *s, struct db *db, int64_t account, unsigned roles, int32_t today)
{
	char day[DATE_SIZE];
	struct q *q = db_q(db, ST_account_active);
	int r;

	arena_reset(&s->arena);
	s->actor = (struct actor){ .account = account };
	q_int(q, 1, account);
	if ((r = q_step(q)) != 1)
		return r ? r : ERR_NOTFOUND;
	s->actor.name = q_get_strdup(q, 0, &s->arena);
	s->actor.full_name = q_get_strdup(q, 1, &s->arena);
	q_reset(q);
	if (s->actor.name == NULL || s->actor.full_name == NULL)
		return ERR_NOMEM;
	date_to_iso(today, day);
	if ((r = grants(s, db, account, day)) != 0)
		return r;
	return villages(s, db, roles);
}

int scope_actor(struct scope_cache *c, struct db *db, int64_t account, unsigned roles, int32_t today, uint64_t epoch, const struct actor **out)
{
	struct slot *s = &c->slot[((uint64_t)account * 31 + roles) % SLOTS];
	int r;

	if (!s->good || s->account != account || s->roles != roles || s->today != today || s->epoch != epoch) {
		s->good = false;
		if ((r = load(s, db, account, roles, today)) != 0)
			return r;
		s->account = account;
		s->roles = roles;
		s->today = today;
		s->epoch = epoch;
		s->good = true;
	}
	*out = &s->actor;
	return 0;
}

/* --- objects ------------------------------------------------------------------------------------------------------------ */

/* Where an object stands: column 0 its area (0: of the whole office), column 1 the only account that may touch it (0: any). numbered:
 * the statement that finds it by the number printed for people, 0 (no statement of objects): it has none. */
static const struct object { const char *kind; enum stmt where, numbered; } object_table[] = {
	{ "person", ST_scope_person, 0 }, { "household", ST_scope_household, 0 }, { "dossier", ST_scope_dossier, ST_dossier_by_number },
	{ "draft", ST_scope_draft, 0 }, { "batch", ST_scope_batch, 0 }, { "letter", ST_scope_letter, ST_letter_by_number },
	{ "account", ST_scope_account, 0 },
};

static const struct object *object_of(const struct op_info *op)
{
	for (size_t i = 0; i < sizeof object_table / sizeof *object_table; i++)
		if (!strcmp(object_table[i].kind, op->scope_kind))
			return &object_table[i];
	return NULL;
}

static int object_check(struct op_ctx *cx, int64_t id)
{
	const struct object *object = object_of(cx->op);
	int64_t area, account;
	struct q *q;
	int r;

	assert(object != NULL);
	q = db_q(cx->db, object->where);
	q_int(q, 1, id);
	if ((r = q_step(q)) < 0)
		return r;
	if (r == 0)
		return ERR_NOTFOUND;
	area = q_get_int(q, 0);
	account = q_get_int(q, 1);
	q_reset(q);
	if (account && account != cx->actor->account)
		return ERR_NOTFOUND;
	return area == 0 || op_covers(cx, cx->op->roles, area) ? 0 : ERR_NOTFOUND;
}

/* A grant for the whole office covers every area there is, and none that there is not. */
static int area_check(struct op_ctx *cx, int64_t id)
{
	struct q *q = db_q(cx->db, ST_area_there);
	int r;

	q_int(q, 1, id);
	r = q_step(q);
	q_reset(q);
	return r < 0 ? r : r == 1 && op_covers(cx, cx->op->roles, id) ? 0 : ERR_NOTFOUND;
}

static int64_t by_number(struct op_ctx *cx, const char *number)
{
	const struct object *object = object_of(cx->op);
	struct q *q;
	int64_t id = 0;
	int r;

	assert(object != NULL && object->numbered != 0);
	q = db_q(cx->db, object->numbered);
	q_text(q, 1, number);
	if ((r = q_step(q)) == 1)
		id = q_get_int(q, 0);
	q_reset(q);
	return r < 0 ? r : id;
}

int scope_check(struct op_ctx *cx, void *rq)
{
	const struct op_info *op = cx->op;
	int64_t id = 0;
	int r = 0;

	if (!(cx->actor->roles & op->roles) && op->roles != ROLE_ALL)
		return op_refuse(cx, FIND_not_permitted, NULL);
	switch (op->scope) {
	case SCOPE_NONE: case SCOPE_SELF: case SCOPE_ROWS:
		return 0;                  /* the account itself, or the statement binds actor->village */
	case SCOPE_OFFICE:
		r = op_covers_office(cx, op->roles) ? 0 : ERR_NOTFOUND;
		break;
	case SCOPE_AREA:
		memcpy(&id, (const char *)rq + op->scope_offset, sizeof id);
		/* Area 0 is the whole office: in a grant, and here, where the work is on the area of it, the regency. */
		if (id == 0 && (r = store_area(cx, &id)) == 0)
			memcpy((char *)rq + op->scope_offset, &id, sizeof id);
		if (r == 0)
			r = area_check(cx, id);
		break;
	case SCOPE_OBJECT:
		memcpy(&id, (const char *)rq + op->scope_offset, sizeof id);
		if (id == 0 && op->scope_number) {
			const char *number;

			memcpy(&number, (const char *)rq + op->number_offset, sizeof number);
			id = number && *number ? by_number(cx, number) : 0;
			if (id < 0)
				return (int)id;
			memcpy((char *)rq + op->scope_offset, &id, sizeof id);
		}
		r = object_check(cx, id);
		break;
	}
	return r == ERR_NOTFOUND ? op_refuse(cx, FIND_not_permitted, NULL) : r;
}
