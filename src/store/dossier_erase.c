/* dossier_erase.c - one person's answers leave fillings and drafts (change-model.md rule 10).
 *
 * The row stays and names the person, so that a dossier which still carries an erased person can be refused. The filling's salt
 * goes: what the journal committed to can then neither be shown nor guessed. */
#include "config.h"
#include <string.h>
#include "dossier.h"
#include "filling_store.h"
#include "journal.h"
#include "store.h"

/* Answers in the row, and in rows of other rosters that belong to it. */
static int erase_row(const struct form *form, struct filling *f, uint32_t roster, uint32_t row)
{
	int r = 0;
	for (size_t i = 0; i < form->nfield && r == 0; i++)
		if (form->field[i].roster == roster)
			r = filling_set(f, form->field[i].number, row, NULL);
	for (size_t i = 0; i < form->nroster && r == 0; i++) {
		if (form->roster[i].of != roster)
			continue;
		for (uint32_t k = filling_row_next(f, form->roster[i].number, 0); k && r == 0; k = filling_row_next(f, form->roster[i].number, k))
			if (filling_row_find(f, form->roster[i].number, k)->of == row)
				r = erase_row(form, f, form->roster[i].number, k);
	}
	return r;
}

static int erase_subject(const struct form *form, struct filling *f, int64_t person, bool *found)
{
	int r = 0;
	for (size_t i = 0; i < form->nroster && r == 0; i++) {
		const struct roster *ro = &form->roster[i];
		const struct filling_row *row = ro->subject && strcmp(ro->subject, "person") == 0 ? filling_row_by_subject(f, ro->number, person) : NULL;
		if (row) {
			*found = true;
			r = erase_row(form, f, ro->number, row->row);
		}
	}
	return r;
}

static int erase_draft(struct op_ctx *cx, int64_t id, const struct filling *f)
{
	struct buf body;
	buf_init(&body, 0);
	int r = wire_filling_bytes(f, &body);
	if (r == 0) {
		struct q *q = db_q(cx->db, ST_draft_body);
		q_int(q, 1, id);
		q_blob(q, 2, body.data, body.len);
		r = q_done(q);
	}
	buf_wipe(&body);
	return r;
}

/* New persons of a filling have no subject in its rows: which row became whom stands in filling_row. */
static int erase_known_rows(struct op_ctx *cx, const struct form *form, struct filling *f, int64_t filling, int64_t person)
{
	struct q *q = db_q(cx->db, ST_filling_rows_of);
	q_int(q, 1, filling);
	q_int(q, 2, person);
	int r;
	while ((r = q_step(q)) == 1)
		if ((r = erase_row(form, f, (uint32_t)q_get_int(q, 0), (uint32_t)q_get_int(q, 1))) != 0)
			break;
	q_reset(q);
	return r;
}

static int erase_filling(struct op_ctx *cx, int64_t filling, int64_t person)
{
	struct filling_kept kept;
	struct filling f;
	struct q *q;
	bool found = false;
	filling_init(&f);
	int r = filling_store_get(cx->db, filling, &f, &kept);
	int64_t dossier = r == 0 ? kept.dossier : 0;
	const struct form *form = r == 0 ? store_form_sha(cx->store, cx->db, kept.form_sha) : NULL;
	if (r == 0)
		r = form ? erase_known_rows(cx, form, &f, filling, person) : ERR_CORRUPT;
	if (r == 0)
		r = erase_subject(form, &f, person, &found);
	if (r == 0)
		r = filling_store_erase(cx->db, filling, &f);
	filling_clear(&f);
	if (r == 0) {
		q = db_q(cx->db, ST_dossier_erase_head);
		q_int(q, 1, dossier);
		q_int(q, 2, person);
		r = q_done(q);
	}
	if (r == 0) {
		q = db_q(cx->db, ST_dossier_reseq);
		q_int(q, 1, dossier);
		q_int(q, 2, cx->seq);
		r = q_done(q);
	}
	return r == 0 && cx->leaf ? journal_touch(cx->leaf, JT_DOSSIER, dossier) : r;
}

/* Drafts have no index of persons: there are few, and erasure is rare. */
static int erase_drafts(struct op_ctx *cx, int64_t person)
{
	int64_t id = 0;
	for (;;) {
		struct q *q = db_q(cx->db, ST_draft_all);
		q_int(q, 1, id);
		int r = q_step(q);
		if (r != 1) {
			q_reset(q);
			return r;
		}
		struct filling f;
		size_t n;
		bool found = false;
		id = q_get_int(q, 0);
		const uint8_t *sha = q_get_blob(q, 1, &n);
		const struct form *form = n == 32 ? store_form_sha(cx->store, cx->db, sha) : NULL;
		const uint8_t *body = q_get_blob(q, 2, &n);
		filling_init(&f);
		r = form ? wire_filling_read(body, n, &f) : ERR_CORRUPT;
		q_reset(q);
		if (r == 0)
			r = erase_subject(form, &f, person, &found);
		if (r == 0 && found)
			r = erase_draft(cx, id, &f);
		filling_clear(&f);
		if (r != 0)
			return r;
	}
}

int dossier_erase_person(struct op_ctx *cx, int64_t person)
{
	int64_t filling = 0;
	for (;;) {
		struct q *q = db_q(cx->db, ST_filling_of_person);
		q_int(q, 1, person);
		q_int(q, 2, filling);
		q_int(q, 3, SUBJECT_PERSON);
		int r = q_step(q);
		bool more = r == 1 && !q_is_null(q, 0);
		filling = more ? q_get_int(q, 0) : filling;
		q_reset(q);
		if (r == 1 && !more)
			return erase_drafts(cx, person);
		if (r == 1)
			r = erase_filling(cx, filling, person);
		if (r != 0)
			return r;
	}
}
