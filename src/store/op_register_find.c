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
#define FIND_PER_KEY 20000       /* ids read of one key: a word half the regency bears says little */
#define FIND_MAX 400             /* hits kept for ordering */
#define FIND_LIKE 55             /* of 100: below this a name is another name */

struct hit { struct w_person_hit row; int score; };
struct search {
	struct op_ctx *cx; const struct rq_person_find *rq;
	struct name_key name, mother; bool by_name, has_mother;
	int64_t number;
	struct { int src; int64_t id; } *seen; size_t nseen, seen_size;
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

static int once(struct search *s, int src, int64_t id, bool *first)
{
	size_t lo = 0, hi = s->nseen;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (s->seen[mid].src < src || (s->seen[mid].src == src && s->seen[mid].id < id))
			lo = mid + 1;
		else
			hi = mid;
	}
	*first = lo == s->nseen || s->seen[lo].src != src || s->seen[lo].id != id;
	if (!*first)
		return 0;
	if (s->nseen == s->seen_size) {
		size_t size = s->seen_size ? s->seen_size * 2 : 256;
		void *v = arena_alloc(s->cx->arena, size * sizeof *s->seen);
		if (v == NULL)
			return ERR_NOMEM;
		if (s->nseen != 0)
			memcpy(v, s->seen, s->nseen * sizeof *s->seen);
		s->seen = v;
		s->seen_size = size;
	}
	memmove(&s->seen[lo + 1], &s->seen[lo], (s->nseen - lo) * sizeof *s->seen);
	s->seen[lo].src = src;
	s->seen[lo].id = id;
	s->nseen++;
	return 0;
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

/* Ids of a statement first, then what each one is: taking asks other statements. */
static int take_all(struct search *s, struct q *q, int src)
{
	int64_t *id = arena_alloc(s->cx->arena, FIND_PER_KEY * sizeof *id);
	size_t n = 0;
	int r;
	if (id == NULL)
		return ERR_NOMEM;
	while ((r = q_step(q)) == 1 && n < FIND_PER_KEY)
		id[n++] = q_get_int(q, 0);
	q_reset(q);
	for (size_t i = 0; r >= 0 && i < n; i++) {
		bool first;
		if ((r = once(s, src, id[i], &first)) == 0 && first)
			r = src == SRC_PERSON ? take_person(s, id[i]) : take_open(s, id[i]);
	}
	return r < 0 ? r : 0;
}

static int by_key(struct search *s, const char *kind, const char *word)
{
	char key[NAME_KEY_SIZE * 2 + 3];
	int r = 0;
	snprintf(key, sizeof key, "%s:%s", kind, word);
	for (int src = SRC_PERSON; r == 0 && src <= SRC_OPEN; src++) {
		struct q *q = db_q(s->cx->db, ST_find_by_key);
		q_text(q, 1, key);
		q_int(q, 2, src);
		q_int(q, 3, FIND_PER_KEY);
		r = take_all(s, q, src);
	}
	return r;
}

static int by_name(struct search *s)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < s->name.npair; i++)
		r = by_key(s, "p", s->name.pair[i]);
	for (size_t i = 0; r == 0 && i < s->name.nword; i++)
		r = by_key(s, "w", s->name.word[i]);
	for (int src = SRC_PERSON; r == 0 && src <= SRC_OPEN; src++) {       /* whom the keys do not show yet */
		struct q *q = db_q(s->cx->db, ST_find_todo);
		q_int(q, 1, src);
		r = take_all(s, q, src);
	}
	return r;
}

static int by_number(struct search *s)
{
	static const struct { enum stmt st; int src; } way[] = {
		{ ST_find_by_nik, SRC_PERSON }, { ST_find_by_card, SRC_PERSON }, { ST_find_open_number, SRC_OPEN } };
	int r = 0;
	for (size_t i = 0; r == 0 && i < sizeof way / sizeof *way; i++) {
		struct q *q = db_q(s->cx->db, way[i].st);
		q_int(q, 1, s->number);
		r = take_all(s, q, way[i].src);
	}
	return r;
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
