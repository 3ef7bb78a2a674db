/* draft_rebase.c - a returned dossier meets the register as it is today: only what it had changed goes on. */
#include "config.h"
#include "draft.h"
#include <string.h>
#include "form.h"

/* The row of `to` that stands for the same subject; for a row nobody knows yet, a row of the same place that is new as well. */
static uint32_t rebase_row(const struct filling *to, const struct filling_row *r)
{
	if (r->subject) {
		const struct filling_row *same = filling_row_by_subject(to, r->roster, r->subject);
		return same ? same->row : 0;
	}
	const struct filling_row *same = filling_row_find(to, r->roster, r->row);
	return same && !same->subject ? same->row : 0;
}

static uint32_t rebase_free_row(const struct filling *f, uint32_t roster)
{
	uint32_t row = 1;
	while (row <= FILLING_ROWS_MAX && filling_row_find(f, roster, row))
		row++;
	return row;
}

/* New rows of the proposal are new in the result; a row whose person is not there any more is left out. */
static int rebase_rows(const struct form *form, const struct filling *proposed, struct filling *out)
{
	for (size_t pass = 0; pass < 2; pass++)       /* rosters that belong to nobody first, then those that name a row of them */
		for (size_t i = 0; i < proposed->nrow; i++) {
			const struct filling_row *r = &proposed->row[i];
			const struct roster *ro = form_roster(form, r->roster);
			if (!ro || (ro->of != 0) != (pass == 1) || r->subject || rebase_row(out, r))
				continue;
			uint32_t of = 0;
			if (r->of) {
				const struct filling_row *owner = filling_row_find(proposed, ro->of, r->of);
				of = owner ? rebase_row(out, owner) : 0;
				if (!of)
					continue;
			}
			uint32_t at = filling_row_find(out, r->roster, r->row) ? rebase_free_row(out, r->roster) : r->row;
			int err = at <= FILLING_ROWS_MAX ? filling_row_add(out, r->roster, at, 0, of) : 0;
			if (err != 0)
				return err;
		}
	return 0;
}

/* Value of `field` in the row of f that stands for the same subject; NULL: f has no such row. */
static const char *rebase_value(const struct filling *f, const struct field *field, const struct filling_row *r)
{
	if (!r)
		return filling_get(f, field->number, 0);
	uint32_t row = r->subject ? rebase_row(f, r) : 0;
	return row ? filling_get(f, field->number, row) : NULL;
}

static int rebase_field(const struct filling *was_base, const struct filling *proposed, const struct field *field,
                        const struct filling_row *r, struct filling *out)
{
	const char *mine = filling_get(proposed, field->number, r ? r->row : 0);
	const char *base = rebase_value(was_base, field, r);
	uint32_t at = r ? rebase_row(out, r) : 0;
	if ((r && !at) || (base && strcmp(base, mine) == 0))
		return 0;
	return filling_set(out, field->number, at, mine);
}

int draft_rebase(const struct form *form, const struct filling *was_base, const struct filling *proposed, const struct filling *now,
                 struct filling *out)
{
	int r = filling_copy(out, now);
	if (r == 0)
		r = rebase_rows(form, proposed, out);
	for (size_t i = 0; i < form->nfield && r == 0; i++) {
		const struct field *field = &form->field[i];
		if (!field->roster) {
			r = rebase_field(was_base, proposed, field, NULL, out);
			continue;
		}
		for (size_t k = 0; k < proposed->nrow && r == 0; k++)
			if (proposed->row[k].roster == field->roster)
				r = rebase_field(was_base, proposed, field, &proposed->row[k], out);
	}
	return r;
}
