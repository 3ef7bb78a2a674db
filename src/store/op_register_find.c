/* op_register_find.c - searching: by identity number, card number, or a name however it is spelled.
 *
 * Only what lives in the account's villages is answered or counted; open dossiers are searched beside the register, or
 * yesterday's family is entered twice. Everybody shown goes into the leaf. */
#include "config.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "journal.h"
#include "name_key.h"
#include "nik.h"
#include "ops_dispatch.h"
#include "register_set.h"
#include "text.h"

enum { SRC_PERSON = 1, SRC_OPEN = 2 };
#define FIND_FEW 500             /* ids of one key that are looked at one by one, wherever they live */
#define FIND_PER_KEY 20000       /* of a key the regency is full of, for an account whose villages hold more people than that */
#define FIND_SCOPE 200000        /* persons in the villages that are looked through: a district, a small regency */
#define FIND_MAX 400             /* hits kept for ordering */
#define FIND_LIKE 55             /* of 100: below this a name is another name */

struct hit { struct w_person_hit row; int score; };
struct search {
	struct op_ctx *cx; const struct rq_person_find *rq;
	struct name_key name, mother; bool by_name, has_mother;
	int64_t number;
	const int64_t *village; size_t nvillage; int64_t residents;      /* where may be looked, and how many live there */
	struct ids { int64_t *v; size_t n, size; } found[SRC_OPEN + 1];   /* by source */
	struct hit *hit; size_t n;
};

/* Digits of a number as people write it: blanks, dots and hyphens between. 0: not one. */
static int64_t number_of(const char *text)
{
	int64_t n = 0;
	int digits = 0;
	for (; *text != '\0'; text++) {
		if (isdigit((unsigned char)*text)) {
			if (++digits > NIK_DIGITS)
				return 0;
			n = n * 10 + (*text - '0');
		} else if (strchr(" .-", *text) == NULL) {
			return 0;
		}
	}
	return digits == NIK_DIGITS ? n : 0;
}

static int id_add(struct search *s, int src, int64_t id)
{
	struct ids *l = &s->found[src];
	if (l->n == l->size) {
		size_t size = l->size ? l->size * 2 : 256;
		int64_t *v = arena_alloc(s->cx->arena, size * sizeof *v);
		if (v == NULL)
			return ERR_NOMEM;
		if (l->n != 0)
			memcpy(v, l->v, l->n * sizeof *v);
		l->v = v;
		l->size = size;
	}
	l->v[l->n++] = id;
	return 0;
}

static int id_order(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* How well somebody answers the question; 0: not at all. */
static int score_of(const struct search *s, const char *name, const char *birth_on, const char *mother)
{
	struct name_key k;
	int score = 100;
	if (s->rq->birth_year != 0 && strtoul(birth_on, NULL, 10) != s->rq->birth_year)
		return 0;
	if (s->has_mother && (name_key_make(mother, &k) != 0 || name_key_likeness(&k, &s->mother) < FIND_LIKE))
		return 0;
	if (s->by_name)
		score = name_key_make(name, &k) != 0 ? 0 : name_key_likeness(&k, &s->name);
	return score >= FIND_LIKE ? score : 0;
}

static int keep(struct search *s, struct q *q, const struct w_person_hit *row, const int col[8], int score)
{
	struct arena *a = s->cx->arena;
	struct w_person_hit h = *row;
	const char **to[8] = { &h.nik, &h.name, &h.birth_on, &h.mother, &h.village, &h.head, &h.card_no, &h.dossier_number };
	size_t at = s->n;
	if (score == 0)
		return 0;
	while (at > 0 && s->hit[at - 1].score < score)
		at--;
	if (at == FIND_MAX)
		return 0;
	for (int i = 0; i < 8; i++)
		if ((*to[i] = col[i] >= 0 ? q_get_strdup(q, col[i], a) : "") == NULL)
			return ERR_NOMEM;
	if (s->n < FIND_MAX)
		s->n++;
	memmove(&s->hit[at + 1], &s->hit[at], (s->n - at - 1) * sizeof *s->hit);
	s->hit[at] = (struct hit){ h, score };
	return 0;
}

static int take_person(struct search *s, int64_t id)
{
	static const int col[8] = { 6, 7, 8, 9, 13, 14, 5, -1 };
	struct q *q = db_q(s->cx->db, ST_find_home);
	q_int(q, 1, id);
	int r = q_step(q);
	if (r != 1)
		return r;
	int64_t area = q_get_int(q, 1);
	if (q_get_int(q, 11) != 0 || q_get_int(q, 12) != 0 || !op_covers_village(s->cx, area) || (s->rq->village != 0 && s->rq->village != area)) {
		q_reset(q);
		return 0;
	}
	const char *state = !q_is_null(q, 10) ? "died" : !q_is_null(q, 4) ? "left" : strcmp(q_get_text(q, 2), "active") == 0 ? "active"
		: strcmp(q_get_text(q, 2), "exited") == 0 ? "exited" : "merged";
	struct w_person_hit row = { .person = id, .household = q_get_int(q, 0), .state = state, .area = area };
	r = keep(s, q, &row, col, score_of(s, q_get_text(q, 7), q_get_text(q, 8), q_get_text(q, 9)));
	q_reset(q);
	return r;
}

static int take_open(struct search *s, int64_t id)
{
	static const int col[8] = { 5, 6, 7, 8, 9, 10, -1, 1 };
	char state[20];
	struct q *q = db_q(s->cx->db, ST_find_open);
	q_int(q, 1, id);
	int r = q_step(q);
	if (r != 1)
		return r;
	int64_t area = q_get_int(q, 2);
	if (!op_covers_village(s->cx, area) || (s->rq->village != 0 && s->rq->village != area)) {
		q_reset(q);
		return 0;
	}
	snprintf(state, sizeof state, "%s", q_get_text(q, 3));
	struct w_person_hit row = { .dossier = q_get_int(q, 0), .state = arena_strdup(s->cx->arena, state), .area = area };
	r = row.state == NULL ? ERR_NOMEM : keep(s, q, &row, col, score_of(s, q_get_text(q, 6), q_get_text(q, 7), q_get_text(q, 8)));
	q_reset(q);
	return r;
}

/* 1: there are more than max, 0, ERR_. What is over max is not added. */
static int gather(struct search *s, struct q *q, int src, size_t max)
{
	size_t n = 0;
	int r;
	while ((r = q_step(q)) == 1 && n < max) {
		if ((r = id_add(s, src, q_get_int(q, 0))) != 0)
			break;
		n++;
	}
	q_reset(q);
	return r;
}

/* Ids first, all of them, then what each one is: taking asks other statements. */
static int take_all(struct search *s)
{
	int r = 0;
	for (int src = SRC_PERSON; r == 0 && src <= SRC_OPEN; src++) {
		struct ids *l = &s->found[src];
		if (l->n > 1)
			qsort(l->v, l->n, sizeof *l->v, id_order);
		for (size_t i = 0; r == 0 && i < l->n; i++)
			if (i == 0 || l->v[i] != l->v[i - 1])
				r = src == SRC_PERSON ? take_person(s, l->v[i]) : take_open(s, l->v[i]);
	}
	return r;
}

/* The villages of the account, or the one that was asked for, and how many people they have. */
static int narrow(struct search *s)
{
	const struct actor *a = s->cx->actor;
	int64_t *v = arena_alloc(s->cx->arena, (a->nvillage + 1) * sizeof *v);
	if (v == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < a->nvillage; i++)
		if (s->rq->village == 0 || s->rq->village == a->village[i])
			v[s->nvillage++] = a->village[i];
	s->village = v;
	for (size_t i = 0; i < s->nvillage; i++) {
		struct q *q = db_q(s->cx->db, ST_register_count_get);
		q_int(q, 1, s->village[i]);
		int r = q_step(q);
		if (r < 0)
			return r;
		s->residents += r == 1 ? q_get_int(q, 1) : 0;
		q_reset(q);
	}
	return 0;
}

/* Whose name has a key, or waits for its keys (key NULL). A few are looked at wherever they live. When there are more, the
 * villages of the account are gone through instead: so a clerk finds everybody of his own, however common the name is elsewhere. */
static const struct key_source { enum stmt any, todo, here, todo_here; } key_source[SRC_OPEN + 1] = {
	[SRC_PERSON] = { ST_find_by_key, ST_find_todo, ST_find_key_here, ST_find_todo_here },
	[SRC_OPEN] = { ST_find_by_key, ST_find_todo, ST_find_key_open_here, ST_find_todo_open_here },
};

static int gather_any(struct search *s, const char *key, int src, size_t max)
{
	struct q *q = db_q(s->cx->db, key ? key_source[src].any : key_source[src].todo);
	q_int(q, 1, src);
	q_int(q, 2, (int64_t)max + 1);
	if (key)
		q_text(q, 3, key);
	return gather(s, q, src, max);
}

static int gather_here(struct search *s, const char *key, int src)
{
	int r = 0;
	for (size_t i = 0; r >= 0 && i < s->nvillage; i++) {
		struct q *q = db_q(s->cx->db, key ? key_source[src].here : key_source[src].todo_here);
		q_int(q, 1, s->village[i]);
		if (key)
			q_text(q, 2, key);
		r = gather(s, q, src, SIZE_MAX);
	}
	return r;
}

static int by_key(struct search *s, const char *key)
{
	int r = 0;
	for (int src = SRC_PERSON; r >= 0 && src <= SRC_OPEN; src++) {
		size_t before = s->found[src].n;
		if ((r = gather_any(s, key, src, FIND_FEW)) != 1)
			continue;
		s->found[src].n = before;
		r = s->residents <= FIND_SCOPE ? gather_here(s, key, src) : gather_any(s, key, src, FIND_PER_KEY);
	}
	return r < 0 ? r : 0;
}

static int by_name(struct search *s)
{
	char key[NAME_KEY_SIZE * 2 + 3];
	int r = narrow(s);
	for (size_t i = 0; r == 0 && i < s->name.npair + s->name.nword; i++) {
		if (i < s->name.npair)
			snprintf(key, sizeof key, "p:%s", s->name.pair[i]);
		else
			snprintf(key, sizeof key, "w:%s", s->name.word[i - s->name.npair]);
		r = by_key(s, key);
	}
	if (r == 0)
		r = by_key(s, NULL);                                         /* whom the keys do not show yet */
	return r != 0 ? r : take_all(s);
}

static int by_number(struct search *s)
{
	static const struct { enum stmt st; int src; } way[] = {
		{ ST_find_by_nik, SRC_PERSON }, { ST_find_by_card, SRC_PERSON }, { ST_find_open_number, SRC_OPEN } };
	int r = 0;
	for (size_t i = 0; r >= 0 && i < sizeof way / sizeof *way; i++) {
		struct q *q = db_q(s->cx->db, way[i].st);
		q_int(q, 1, s->number);
		r = gather(s, q, way[i].src, SIZE_MAX);
	}
	return r < 0 ? r : take_all(s);
}

int op_person_find(struct op_ctx *cx, const struct rq_person_find *rq, struct rp_person_find *rp)
{
	struct search s = { .cx = cx, .rq = rq, .number = number_of(rq->text) };
	size_t limit = rq->limit == 0 || rq->limit > 50 ? 50 : (size_t)rq->limit, from = rq->after > 0 ? (size_t)rq->after : 0;
	int r;
	if ((s.hit = arena_alloc(cx->arena, (FIND_MAX + 1) * sizeof *s.hit)) == NULL)
		return ERR_NOMEM;
	if (rq->mother != NULL && rq->mother[0] != '\0') {
		if ((r = name_key_make(rq->mother, &s.mother)) != 0)
			return r;
		s.has_mother = s.mother.nword != 0;
	}
	if (s.number == 0) {
		s.by_name = true;
		if ((r = name_key_make(rq->text, &s.name)) != 0 || (s.name.nword != 0 && (r = by_name(&s)) != 0))
			return r;
	} else if ((r = by_number(&s)) != 0) {
		return r;
	}
	rp->total = s.n;
	if (from >= s.n)
		return 0;
	size_t n = s.n - from < limit ? s.n - from : limit;
	if ((rp->rows.v = arena_alloc(cx->arena, n * sizeof *rp->rows.v)) == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < n; i++) {
		rp->rows.v[i] = s.hit[from + i].row;
		if (rp->rows.v[i].person != 0 && (r = journal_shown(cx->leaf, rp->rows.v[i].person)) != 0)
			return r;
	}
	rp->rows.n = n;
	rp->next = from + n < s.n ? (int64_t)(from + n) : 0;
	return 0;
}
