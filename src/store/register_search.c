/* register_search.c - finding people in spite of spelling: keys by name, for the register and for dossiers not yet closed.
 *
 * Random inserts into the key table are the dearest part of a registration, so a write only notes whom the keys do not show yet
 * (name_key_todo); register_index_tick() makes them in the order of the ids while the store is idle, and a search reads the
 * notes too, so nobody is missing in between. Keys are the skeletons of single words ("w:") and of neighbouring pairs ("p:"). */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "name_key.h"
#include "nik.h"
#include "register.h"
#include "register_set.h"
#include "text.h"

enum { SRC_PERSON = 1, SRC_OPEN = 2 };

static int each_key(struct db *db, enum stmt st, const char *name, int src, int64_t id)
{
	struct name_key *k = NULL;
	struct arena arena;
	int r = 0;
	arena_init(&arena, 0);
	if ((k = arena_alloc(&arena, sizeof *k)) == NULL || (r = name_key_make(name, k)) != 0) {
		arena_clear(&arena);
		return ERR_NOMEM;
	}
	for (size_t i = 0; r == 0 && i < k->nword + k->npair; i++) {
		char key[NAME_KEY_SIZE * 2 + 3];
		if (i < k->nword)
			snprintf(key, sizeof key, "w:%s", k->word[i]);
		else
			snprintf(key, sizeof key, "p:%s", k->pair[i - k->nword]);
		struct q *q = db_q(db, st);
		q_text(q, 1, key);
		q_int(q, 2, src);
		q_int(q, 3, id);
		r = q_done(q);
	}
	arena_clear(&arena);
	return r;
}

static int note(struct db *db, int src, int64_t id)
{
	struct q *q = db_q(db, ST_name_key_todo_put);
	q_int(q, 1, src);
	q_int(q, 2, id);
	return q_done(q);
}

int search_person_changed(struct db *db, const struct reg_person *p)
{
	int r;
	if (strcmp(p->col[PC_NAME], p->name_was) == 0)
		return 0;
	if (p->name_was[0] != '\0' && (r = each_key(db, ST_name_key_gone, p->name_was, SRC_PERSON, p->id)) != 0)
		return r;
	return note(db, SRC_PERSON, p->id);
}

int search_forget_name(struct db *db, const char *name, int64_t person)
{
	struct q *q = db_q(db, ST_name_key_todo_gone);
	q_int(q, 1, SRC_PERSON);
	q_int(q, 2, person);
	int r = q_done(q);
	return r != 0 || name[0] == '\0' ? r : each_key(db, ST_name_key_gone, name, SRC_PERSON, person);
}

int register_index_tick(struct db *db, int max)
{
	struct { int src; int64_t id; } todo[256];
	struct arena arena;
	int n = 0, r;
	struct q *q = db_q(db, ST_name_key_todo_some);
	q_int(q, 1, max < 256 ? max : 256);
	while ((r = q_step(q)) == 1) {
		todo[n].src = (int)q_get_int(q, 0);
		todo[n++].id = q_get_int(q, 1);
	}
	arena_init(&arena, 0);
	for (int i = 0; r == 0 && i < n; i++) {
		q = db_q(db, todo[i].src == SRC_PERSON ? ST_name_of_person : ST_name_of_open);
		q_int(q, 1, todo[i].id);
		if ((r = q_step(q)) == 1) {
			const char *name = q_get_strdup(q, 0, &arena);
			q_reset(q);
			r = name != NULL ? each_key(db, ST_name_key_put, name, todo[i].src, todo[i].id) : ERR_NOMEM;
		}
		if (r == 0) {
			q = db_q(db, ST_name_key_todo_gone);
			q_int(q, 1, todo[i].src);
			q_int(q, 2, todo[i].id);
			r = q_done(q);
		}
	}
	arena_clear(&arena);
	return r < 0 ? r : n;
}

/* --- dossiers that are not closed -------------------------------------------------------------------------------------- */

static const char *answer(const struct form *form, const struct filling *f, const char *store, uint32_t row)
{
	const struct field *fd = form_field_stored(form, store);
	return fd != NULL ? filling_get(f, fd->number, row) : "";
}

static void bind_number(struct q *q, int i, const char *typed)
{
	int64_t n;
	if (strlen(typed) == NIK_DIGITS && text_to_int(typed, 0, INT64_MAX, &n) == 0)
		q_int(q, i, n);
	else
		q_null(q, i);
}

static int unindex_names(struct db *db, int64_t dossier)
{
	struct { int64_t id; char *name; } row[FILLING_ROWS_MAX];
	struct arena arena;
	size_t n = 0;
	int r;
	arena_init(&arena, 0);
	struct q *q = db_q(db, ST_open_names);
	q_int(q, 1, dossier);
	while ((r = q_step(q)) == 1 && n < FILLING_ROWS_MAX) {
		row[n].id = q_get_int(q, 0);
		if ((row[n++].name = q_get_strdup(q, 1, &arena)) == NULL)
			break;
	}
	q_reset(q);
	for (size_t i = 0; r >= 0 && i < n; i++) {
		if (row[i].name == NULL) {
			r = ERR_NOMEM;
			break;
		}
		r = each_key(db, ST_name_key_gone, row[i].name, SRC_OPEN, row[i].id);
		if (r == 0) {
			q = db_q(db, ST_name_key_todo_gone);
			q_int(q, 1, SRC_OPEN);
			q_int(q, 2, row[i].id);
			r = q_done(q);
		}
	}
	arena_clear(&arena);
	return r < 0 ? r : 0;
}

int register_unindex_dossier(struct db *db, int64_t dossier)
{
	int r = unindex_names(db, dossier);
	if (r != 0)
		return r;
	struct q *q = db_q(db, ST_open_gone);
	q_int(q, 1, dossier);
	return q_done(q);
}

/* Only rows that bring a person the register does not hold: the others are found where they live. */
int register_index_dossier(struct op_ctx *cx, int64_t dossier, int64_t area, const struct form *form, const struct filling *f)
{
	const struct roster *ro = form_roster_named(form, "member");
	const char *head = "";
	int r = register_unindex_dossier(cx->db, dossier);
	if (r != 0 || ro == NULL || form->kind != NULL)
		return r;
	for (uint32_t row = filling_row_next(f, ro->number, 0); row != 0; row = filling_row_next(f, ro->number, row))
		if (strcmp(answer(form, f, "membership.relation", row), CODE_HEAD) == 0)
			head = answer(form, f, "person.name", row);
	for (uint32_t row = filling_row_next(f, ro->number, 0); r == 0 && row != 0; row = filling_row_next(f, ro->number, row)) {
		int64_t subject = filling_row_find(f, ro->number, row)->subject, id;
		if (subject != 0)
			continue;
		if ((id = db_id(cx->db, "open_person")) < 0)
			return (int)id;
		struct q *q = db_q(cx->db, ST_open_put);
		q_int(q, 1, id);
		q_int(q, 2, dossier);
		q_int(q, 3, area);
		q_int(q, 4, row);
		bind_number(q, 5, answer(form, f, "person.nik", row));
		q_text(q, 6, answer(form, f, "person.nik", row));
		bind_number(q, 7, answer(form, f, "family_card.no", row));
		q_text(q, 8, answer(form, f, "person.name", row));
		q_text(q, 9, answer(form, f, "person.birth_on", row));
		q_text(q, 10, answer(form, f, "person.mother", row));
		q_text(q, 11, head);
		if ((r = q_done(q)) == 0)
			r = note(cx->db, SRC_OPEN, id);
	}
	return r;
}
