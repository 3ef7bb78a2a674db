/* register_read.c - the register as known at a journal number, and what a frozen line proves. */
#include "config.h"
#include <sodium.h>
#include <string.h>
#include "filling.h"
#include "journal.h"
#include "register.h"
#include "register_set.h"

int read_area_code(struct db *db, int64_t area, int64_t at, struct arena *arena, const char **code)
{
	struct q *q = db_q(db, ST_area_code_at);
	q_int(q, 1, area);
	q_int(q, 2, at);
	int r = q_step(q);
	if (r != 1)
		return r == 0 ? ERR_NOTFOUND : r;
	*code = q_get_strdup(q, 0, arena);
	q_reset(q);
	return *code != NULL ? 0 : ERR_NOMEM;
}

static uint32_t row_of(struct reg_member **m, size_t n, const struct reg_person *p)
{
	for (size_t i = 0; i < n; i++)
		if (m[i]->person == p)
			return (uint32_t)i + 1;
	return 0;
}

int read_filling(struct reg_set *set, struct reg_household *h, const struct form *form, struct filling *f)
{
	const struct roster *members = form_roster_named(form, "member");
	struct reg_member **m;
	size_t n = set_members(set, h, &m);
	int r = set->err;
	for (size_t i = 0; r == 0 && i < form->nfield; i++) {
		const struct field *fd = &form->field[i];
		if (fd->roster == 0)
			r = filling_set(f, fd->number, 0, map_get(set, form, fd, h, NULL));
	}
	if (members != NULL)
		for (size_t i = 0; r == 0 && i < n; i++) {
			r = filling_row_add(f, members->number, (uint32_t)i + 1, m[i]->person->id, 0);
			for (size_t k = 0; r == 0 && k < form->nfield; k++)
				if (form->field[k].roster == members->number)
					r = filling_set(f, form->field[k].number, (uint32_t)i + 1, map_get(set, form, &form->field[k], h, m[i]));
		}
	if (form->kind != NULL)
		return r;
	for (size_t i = 0; r == 0 && i < form->nroster; i++) {
		const struct roster *ro = &form->roster[i];
		uint32_t row = 0;
		if (ro == members)
			continue;
		for (struct reg_row *w = set->row; r == 0 && w != NULL; w = w->next) {
			if (w->household != h || w->roster != ro->number || w->removed)
				continue;
			uint32_t of = w->person != NULL ? row_of(m, n, w->person) : 0;
			if (w->person != NULL && of == 0)
				continue;        /* of a member who left; comes back with him */
			r = filling_row_add(f, ro->number, ++row, w->id, of);
			for (size_t k = 0; r == 0 && k < w->answers.n; k++)
				if (form_field(form, w->answers.v[k].field) != NULL)
					r = filling_set(f, w->answers.v[k].field, row, w->answers.v[k].value);
		}
	}
	return r;
}

int register_filling(struct db *db, int64_t household, int64_t seq, const struct form *form, struct filling *f)
{
	struct arena arena;
	struct reg_set set;
	struct reg_household *h;
	arena_init(&arena, 0);
	set_init(&set, db, &arena, seq);
	int r = set_load_household(&set, household, &h);
	if (r == 0)
		r = read_filling(&set, h, form, f);
	arena_clear(&arena);
	return r;
}

int register_head_name(struct db *db, int64_t household, int64_t seq, struct arena *arena, const char **name)
{
	struct reg_set set;
	struct reg_household *h;
	struct reg_member **m;
	set_init(&set, db, arena, seq);
	int r = set_load_household(&set, household, &h);
	if (r != 0)
		return r;
	size_t n = set_members(&set, h, &m);             /* the head first; while there is none, whoever stands first */
	*name = n != 0 ? m[0]->person->col[PC_NAME] : "";
	return set.err;
}

static int one_int(struct db *db, enum stmt st, int64_t a, int64_t b, int64_t *out)
{
	struct q *q = db_q(db, st);
	q_int(q, 1, a);
	q_int(q, 2, b);
	int r = q_step(q);
	if (r != 1)
		return r == 0 ? ERR_NOTFOUND : r;
	*out = q_get_int(q, 0);
	q_reset(q);
	return 0;
}

static int add_commitment(struct db *db, crypto_hash_sha256_state *st, enum journal_table jt, int64_t id, int64_t seq)
{
	uint8_t c[32];
	int r = journal_commitment(db, jt, id, seq, c);
	if (r == 0)
		crypto_hash_sha256_update(st, c, sizeof c);
	return r == ERR_NOTFOUND ? ERR_CORRUPT : r;      /* a version without its commitment */
}

int register_line_hash(struct db *db, int64_t household, int64_t seq, uint8_t hash[32])
{
	crypto_hash_sha256_state st;
	struct { int64_t id, person, seq; } m[FILLING_ROWS_MAX * 2];
	size_t n = 0;
	int64_t at = seq > 0 ? seq : SEQ_NOW, version;
	crypto_hash_sha256_init(&st);
	int r = one_int(db, ST_line_household, household, at, &version);
	if (r != 0 || (r = add_commitment(db, &st, JT_HOUSEHOLD, household, version)) != 0)
		return r;
	struct q *q = db_q(db, ST_line_members);
	q_int(q, 1, household);
	q_int(q, 2, at);
	while ((r = q_step(q)) == 1 && n < sizeof m / sizeof *m) {
		m[n].id = q_get_int(q, 0);
		m[n].person = q_get_int(q, 1);
		m[n++].seq = q_get_int(q, 2);
	}
	q_reset(q);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		if ((r = add_commitment(db, &st, JT_MEMBERSHIP, m[i].id, m[i].seq)) != 0 ||
		    (r = one_int(db, ST_line_person, m[i].person, at, &version)) != 0 ||
		    (r = add_commitment(db, &st, JT_PERSON, m[i].person, version)) != 0)
			return r;
	crypto_hash_sha256_final(&st, hash);
	return 0;
}

int register_recap(struct db *db, int64_t village, int64_t seq, uint64_t *households, uint64_t *persons)
{
	*households = *persons = 0;
	if (seq > 0) {
		int64_t n, p;
		int r = one_int(db, ST_recap_households_at, village, seq, &n);
		if (r != 0 || (r = one_int(db, ST_recap_persons_at, village, seq, &p)) != 0)
			return r;
		*households = (uint64_t)n;
		*persons = (uint64_t)p;
		return 0;
	}
	struct q *q = db_q(db, ST_register_count_get);
	q_int(q, 1, village);
	int r = q_step(q);
	if (r == 1) {
		*households = (uint64_t)q_get_int(q, 0);
		*persons = (uint64_t)q_get_int(q, 1);
		q_reset(q);
	}
	return r < 0 ? r : 0;
}
