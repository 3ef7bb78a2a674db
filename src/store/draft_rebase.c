/* draft_rebase.c - a returned dossier meets the register as it is today: only what it had changed goes on. */
#include "config.h"
#include "draft.h"
#include <stdlib.h>
#include <string.h>
#include "err.h"
#include "form.h"

/* at[i]: the row of the result that stands for row i of the proposal; 0: none does (the person is not there any more). */
struct rebase { const struct form *form; const struct filling *base, *mine; struct filling *out; uint32_t *at; };

static uint32_t rebase_free_row(const struct filling *f, uint32_t roster)
{
	uint32_t row = 1;
	while (row <= FILLING_ROWS_MAX && filling_row_find(f, roster, row))
		row++;
	return row;
}

/* Where the row of the proposal that `of` names has gone. */
static uint32_t rebase_owner(const struct rebase *rb, uint32_t roster, uint32_t of)
{
	for (size_t i = 0; i < rb->mine->nrow; i++)
		if (rb->mine->row[i].roster == roster && rb->mine->row[i].row == of)
			return rb->at[i];
	return 0;
}

/* Known rows are found by whom they stand for; new ones keep their place, or take a free one when it is taken by now. */
static int rebase_place(struct rebase *rb, size_t i, const struct roster *ro)
{
	const struct filling_row *r = &rb->mine->row[i];
	const struct filling_row *same = r->subject ? filling_row_by_subject(rb->out, r->roster, r->subject) : NULL;
	if (same || (r->subject && filling_row_by_subject(rb->base, r->roster, r->subject))) {
		rb->at[i] = same ? same->row : 0;
		return 0;
	}
	uint32_t of = r->of ? rebase_owner(rb, ro->of, r->of) : 0;
	uint32_t at = filling_row_find(rb->out, r->roster, r->row) ? rebase_free_row(rb->out, r->roster) : r->row;
	if ((r->of && !of) || at > FILLING_ROWS_MAX)
		return 0;
	rb->at[i] = at;
	return filling_row_add(rb->out, r->roster, at, r->subject, of);
}

static int rebase_rows(struct rebase *rb)
{
	for (int pass = 0; pass < 2; pass++)          /* rosters that belong to nobody first, then those that name a row of them */
		for (size_t i = 0; i < rb->mine->nrow; i++) {
			const struct roster *ro = form_roster(rb->form, rb->mine->row[i].roster);
			int r = ro && (ro->of != 0) == (pass == 1) ? rebase_place(rb, i, ro) : 0;
			if (r != 0)
				return r;
		}
	return 0;
}

/* Row i of the proposal, or the household when i is none: an answer that differs from its own base is kept. */
static int rebase_answer(const struct rebase *rb, const struct field *field, size_t i)
{
	const struct filling_row *r = i < rb->mine->nrow ? &rb->mine->row[i] : NULL;
	const struct filling_row *was = r && r->subject ? filling_row_by_subject(rb->base, r->roster, r->subject) : NULL;
	const char *mine = filling_get(rb->mine, field->number, r ? r->row : 0);
	const char *base = !r ? filling_get(rb->base, field->number, 0) : was ? filling_get(rb->base, field->number, was->row) : NULL;
	if ((r && !rb->at[i]) || (base && strcmp(base, mine) == 0))
		return 0;
	return filling_set(rb->out, field->number, r ? rb->at[i] : 0, mine);
}

int draft_rebase(const struct form *form, const struct filling *was_base, const struct filling *proposed, const struct filling *now,
                 struct filling *out)
{
	struct rebase rb = { form, was_base, proposed, out, calloc(proposed->nrow + 1, sizeof(uint32_t)) };
	int r = rb.at ? filling_copy(out, now) : ERR_NOMEM;
	if (r == 0)
		r = rebase_rows(&rb);
	for (size_t k = 0; k < form->nfield && r == 0; k++) {
		if (!form->field[k].roster)
			r = rebase_answer(&rb, &form->field[k], proposed->nrow);
		for (size_t i = 0; i < proposed->nrow && r == 0; i++)
			if (form->field[k].roster && proposed->row[i].roster == form->field[k].roster)
				r = rebase_answer(&rb, &form->field[k], i);
	}
	free(rb.at);
	return r;
}
