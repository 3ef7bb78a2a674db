/* fill.c - see fill.h: values, typing, undo, carried values. Moving about is in fill_walk.c, findings in
 * fill_check.c, choices in fill_choice.c. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "err.h"
#include "fill_private.h"

int fill_open(struct fill *f, const struct form *form, const struct check_env *env)
{
	*f = (struct fill){ .form = form, .env = *env, .step_on = true, .at = { FILL_END, 0, false } };
	filling_init(&f->answers);
	filling_init(&f->last);
	finding_list_init(&f->found);
	edit_init(&f->edit, FILLING_VALUE_MAX);
	return 0;
}

static void filling_wipe(struct filling *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].value != NULL)
			memset(f->v[i].value, 0, strlen(f->v[i].value));
	filling_clear(f);
}

void fill_close(struct fill *f)
{
	filling_wipe(&f->answers);
	filling_wipe(&f->last);
	finding_list_clear(&f->found);
	edit_clear(&f->edit);
	for (size_t i = 0; i < f->nundo; i++) {
		memset(f->undo[i].value, 0, strlen(f->undo[i].value));
		free(f->undo[i].value);
	}
	for (size_t i = 0; i < f->noverride; i++)
		free(f->override[i].reason);
	free(f->override);
	free(f->unsaved);
	free(f->carried);
	*f = (struct fill){ .at = { FILL_END, 0, false } };
}

static bool mark_add(struct fill_mark **v, size_t *n, size_t *size, uint32_t field, uint32_t row)
{
	for (size_t i = 0; i < *n; i++)
		if ((*v)[i].field == field && (*v)[i].row == row)
			return true;
	if (*n == *size) {
		size_t more = *size == 0 ? 16 : *size * 2;
		struct fill_mark *p = realloc(*v, more * sizeof(*p));

		if (p == NULL)
			return false;
		*v = p;
		*size = more;
	}
	(*v)[(*n)++] = (struct fill_mark){ field, row };
	return true;
}

static void carried_drop(struct fill *f, uint32_t field, uint32_t row)
{
	for (size_t i = 0; i < f->ncarried; i++) {
		if (f->carried[i].field == field && f->carried[i].row == row) {
			f->carried[i] = f->carried[--f->ncarried];
			return;
		}
	}
}

bool fill_is_carried(const struct fill *f, uint32_t field, uint32_t row)
{
	for (size_t i = 0; i < f->ncarried; i++)
		if (f->carried[i].field == field && f->carried[i].row == row)
			return true;
	return false;
}

bool fill_put(struct fill *f, uint32_t field, uint32_t row, const char *value)
{
	if (filling_set(&f->answers, field, row, value) < 0)
		return false;
	mark_add(&f->unsaved, &f->nunsaved, &f->unsaved_size, field, row);
	f->changed = true;
	return true;
}

void fill_carry_value(struct fill *f, uint32_t field, uint32_t row, const char *value)
{
	if (value[0] == 0 || filling_get(&f->answers, field, row)[0] != 0)
		return;
	if (filling_set(&f->answers, field, row, value) < 0)
		return;
	mark_add(&f->unsaved, &f->nunsaved, &f->unsaved_size, field, row);
	mark_add(&f->carried, &f->ncarried, &f->carried_size, field, row);
}

void fill_carry_all(struct fill *f)
{
	for (size_t i = 0; i < f->answers.n; i++)
		mark_add(&f->carried, &f->ncarried, &f->carried_size, f->answers.v[i].field, f->answers.v[i].row);
}

void fill_carry(struct fill *f, const struct filling *last)
{
	filling_clear(&f->last);
	filling_init(&f->last);
	if (last == NULL || filling_copy(&f->last, last) < 0)
		return;
	for (size_t i = 0; i < f->form->nfield; i++) {
		const struct field *d = &f->form->field[i];

		if (d->sticky && d->roster == 0 && !d->readonly)
			fill_carry_value(f, d->number, 0, filling_get(last, d->number, 0));
	}
}

static void undo_push(struct fill *f, uint32_t field, uint32_t row, const char *was)
{
	char *copy = strdup(was);

	if (copy == NULL)
		return;
	if (f->nundo == FILL_UNDO) {
		free(f->undo[0].value);
		memmove(f->undo, f->undo + 1, (FILL_UNDO - 1) * sizeof(f->undo[0]));
		f->nundo--;
	}
	f->undo[f->nundo++] = (struct fill_undo){ field, row, copy };
}

const struct field *fill_field(const struct fill *f)
{
	return f->at.field == FILL_END || f->at.of ? NULL : &f->form->field[f->at.field];
}

const struct roster *fill_roster(const struct fill *f)
{
	if (f->at.field == FILL_END || f->form->field[f->at.field].roster == 0)
		return NULL;
	return form_roster(f->form, f->form->field[f->at.field].roster);
}

bool fill_secret(const struct field *d)
{
	return strncmp(d->name, "secret", 6) == 0;
}

/* Codes that are words, as the numbers that are keyed for them. */
static void signs_put(const struct fill *f, const struct field *d, uint32_t row, const char *value, struct buf *out)
{
	for (const char *p = value; *p != 0;) {
		size_t n = strcspn(p, " ");
		char word[64], sign[8];
		const struct choice *c;

		snprintf(word, sizeof(word), "%.*s", (int)n, p);
		c = form_choice(d, word);
		if (c != NULL)
			fill_choice_sign(f, d, row, c, sign);
		buf_printf(out, "%s%s", out->len > 0 ? " " : "", c != NULL ? sign : word);
		p += n + strspn(p + n, " ");
	}
}

/* Values as they are typed: a date as dd mm yyyy without signs, so that it stands in its pattern. */
static void edit_value(struct fill *f, const struct field *d, uint32_t row)
{
	const char *v = filling_get(&f->answers, d->number, row);
	struct buf signs;
	char date[9];

	if (d->type == FIELD_DATE && strlen(v) == 10 && v[4] == '-' && v[7] == '-') {
		memcpy(date, v + 8, 2);
		memcpy(date + 2, v + 5, 2);
		memcpy(date + 4, v, 4);
		date[8] = 0;
		v = date;
	}
	f->edit.max = d->type == FIELD_TEXT && d->max > 0 ? (size_t)d->max : d->type == FIELD_TEXT ? FILLING_VALUE_MAX : 250;
	f->edit.upper = d->upper;
	if ((d->type == FIELD_ONE || d->type == FIELD_MANY) && v[0] != 0 && !fill_coded(d)) {
		buf_init(&signs, 0);
		signs_put(f, d, row, v, &signs);
		edit_set(&f->edit, buf_str(&signs), true);
		buf_clear(&signs);
		f->typed = false;
		return;
	}
	edit_set(&f->edit, v, d->type != FIELD_TEXT || fill_is_carried(f, d->number, row));
	f->typed = false;
}

void fill_stand(struct fill *f, struct fill_pos p)
{
	f->at = p;
	f->typed = f->wrong = false;
	f->repeated = false;
	f->edit.upper = false;
	if (p.field == FILL_END) {
		edit_set(&f->edit, "", false);
	} else if (p.of) {
		const struct filling_row *r = filling_row_find(&f->answers, f->form->field[p.field].roster, p.row);
		char number[12];

		snprintf(number, sizeof(number), "%u", r != NULL ? r->of : 0);
		f->edit.max = 3;
		edit_set(&f->edit, r != NULL && r->of != 0 ? number : "", true);
	} else {
		edit_value(f, &f->form->field[p.field], p.row);
	}
}

/* Codes typed without blanks between them: possible when every code is one character. */
static void split_codes(const struct field *d, const char *typed, struct buf *out)
{
	bool single = strchr(typed, ' ') == NULL;

	for (size_t i = 0; single && i < d->choices->n; i++)
		if (strlen(d->choices->v[i].code) != 1)
			single = false;
	for (size_t i = 0; typed[i] != 0; i++) {
		if (single && i > 0)
			buf_putc(out, ' ');
		buf_putc(out, typed[i] == ',' ? ' ' : typed[i]);
	}
}

/* "3 5" -> the codes of the third and fifth choice; what is none stays as it is and is found by the check. */
static void numbers_to_codes(const struct fill *f, const struct field *d, uint32_t row, const char *typed, struct buf *out)
{
	for (const char *p = typed; *p != 0;) {
		size_t n = strcspn(p, " ,");
		char word[64];
		const struct choice *c;

		if (n > 0) {
			snprintf(word, sizeof(word), "%.*s", (int)n, p);
			c = fill_choice(f, d, row, word);
			buf_printf(out, "%s%s", out->len > 0 ? " " : "", c != NULL ? c->code : word);
		}
		p += n + strspn(p + n, " ,");
	}
}

/* Typed text -> the value kept. What cannot be read is kept as it was typed: the finding says what is wrong. */
static void normalise(struct fill *f, const struct field *d, uint32_t row, const char *typed, struct buf *out)
{
	struct buf text;
	const struct choice *c;

	buf_init(&text, 0);
	if (d->type == FIELD_ONE && (c = fill_choice(f, d, row, typed)) != NULL)
		buf_puts(&text, c->code);
	else if (d->type == FIELD_MANY && d->choices != NULL && fill_coded(d))
		split_codes(d, typed, &text);
	else if (d->type == FIELD_MANY && d->choices != NULL)
		numbers_to_codes(f, d, row, typed, &text);
	else
		buf_puts(&text, typed);
	if (text.len > 0 && form_normalise(d, buf_str(&text), f->env.today, out) < 0) {
		buf_reset(out);
		text_clean(buf_str(&text), text.len, FILLING_VALUE_MAX, d->multiline, out, NULL);
	}
	buf_wipe(&text);
}

void fill_commit(struct fill *f)
{
	const struct field *d = fill_field(f);

	if (!f->typed || f->at.field == FILL_END)
		return;
	f->typed = false;
	if (f->at.of) {
		const struct roster *r = fill_roster(f);
		const struct filling_row *row = filling_row_find(&f->answers, r->number, f->at.row);
		int64_t of = 0;

		if (row != NULL && text_to_int(edit_text(&f->edit), 1, FILLING_ROWS_MAX, &of) == 0 &&
		    filling_row_find(&f->answers, r->of, (uint32_t)of) != NULL && row->of != (uint32_t)of) {
			filling_row_add(&f->answers, r->number, f->at.row, row->subject, (uint32_t)of);
			f->rows_unsaved = f->changed = true;
		}
		return;
	}
	if (d != NULL) {
		struct buf value;
		const char *was = filling_get(&f->answers, d->number, f->at.row);

		buf_init(&value, 0);
		normalise(f, d, f->at.row, edit_text(&f->edit), &value);
		carried_drop(f, d->number, f->at.row);
		if (strcmp(was, buf_str(&value)) != 0) {
			if (!fill_secret(d))
				undo_push(f, d->number, f->at.row, was);
			fill_put(f, d->number, f->at.row, buf_str(&value));
			form_calculate(f->form, &f->answers, &f->env);
		}
		buf_wipe(&value);
	}
}

static size_t open_choices(const struct fill *f, const struct field *d, uint32_t row)
{
	size_t n = 0;

	for (size_t i = 0; i < d->choices->n; i++)
		n += fill_choice_open(f, d, row, &d->choices->v[i]);
	return n;
}

/* Is the text of the open field so full that nothing more can follow? */
static bool is_full(const struct fill *f, const struct field *d)
{
	const char *s = edit_text(&f->edit);
	size_t n = strlen(s), digits = strspn(s, "0123456789");

	if (f->edit.at != n || n == 0)
		return false;
	switch (d->type) {
	case FIELD_NIK:
	case FIELD_CARD:
		return n == 16 && digits == 16;
	case FIELD_DATE:
		if (digits == n)
			return n == 8;
		return n >= 8 && strspn(s + n - 4, "0123456789") == 4 && strchr("-/.", s[n - 5]) != NULL && strpbrk(s, "-/.") < s + n - 5;
	case FIELD_INTEGER:
		return d->max > 0 && n == (size_t)d->max && digits == n;
	case FIELD_ONE:
		if (d->choices != NULL && !fill_coded(d))
			return digits == n && fill_choice(f, d, f->at.row, s) != NULL && (size_t)strtoul(s, NULL, 10) * 10 > open_choices(f, d, f->at.row);
		/* Only numbers step on: who types a word out ends it with Enter. */
		if (d->choices == NULL || digits != n || form_choice(d, s) == NULL || !fill_choice_open(f, d, f->at.row, form_choice(d, s)))
			return false;
		for (size_t i = 0; i < d->choices->n; i++) {
			const struct choice *c = &d->choices->v[i];

			if (strlen(c->code) > n && strncmp(c->code, s, n) == 0 && fill_choice_open(f, d, f->at.row, c))
				return false;
		}
		return true;
	default:
		return false;
	}
}

static enum fill_did undo(struct fill *f)
{
	struct fill_undo u;

	if (f->nundo == 0)
		return FILL_REFUSED;
	u = f->undo[--f->nundo];
	fill_put(f, u.field, u.row, u.value);
	form_calculate(f->form, &f->answers, &f->env);
	free(u.value);
	f->typed = false;
	fill_go_number(f, u.field, u.row);
	return FILL_DONE;
}

/* The value of this field in the record before: the row above, else the household before. */
static const char *before(const struct fill *f, const struct field *d, uint32_t row)
{
	const char *v;

	for (uint32_t r = row; d->roster != 0 && r > 1; r--) {
		v = filling_get(&f->answers, d->number, r - 1);
		if (v[0] != 0)
			return v;
	}
	v = filling_get(&f->last, d->number, row);
	return v[0] != 0 ? v : filling_get(&f->last, d->number, d->roster != 0 ? 1 : 0);
}

static enum fill_did repeat(struct fill *f)
{
	const struct field *d = fill_field(f);

	if (f->repeated) {
		for (size_t i = 0; i < f->form->nfield; i++) {
			const struct field *s = &f->form->field[i];

			if (s->sticky && !s->readonly && (s->roster == 0 || d == NULL || s->roster == d->roster))
				fill_carry_value(f, s->number, s->roster == 0 ? 0 : f->at.row, before(f, s, s->roster == 0 ? 0 : f->at.row));
		}
		form_calculate(f->form, &f->answers, &f->env);
		return FILL_DONE;
	}
	if (d == NULL || before(f, d, f->at.row)[0] == 0) {
		f->repeated = d != NULL;
		return FILL_REFUSED;
	}
	{
		char *was = strdup(filling_get(&f->answers, d->number, f->at.row));

		if (was == NULL)
			return FILL_REFUSED;
		undo_push(f, d->number, f->at.row, was);
		free(was);
	}
	{
		char *v = strdup(before(f, d, f->at.row));

		if (v != NULL)
			fill_put(f, d->number, f->at.row, v);
		free(v);
	}
	form_calculate(f->form, &f->answers, &f->env);
	edit_value(f, d, f->at.row);
	f->edit.fresh = true;
	f->repeated = true;
	return FILL_DONE;
}

enum fill_did fill_key(struct fill *f, const struct key *k)
{
	const struct field *d = fill_field(f);
	enum edit_result did;
	bool stepped = f->stepped, self = f->self;

	f->stepped = f->self = false;
	if (k->code != KEY_F9_)
		f->repeated = false;
	switch (k->code) {
	case KEY_ENTER_:
		if (stepped && k->burst >= KEY_BURST)
			return FILL_DONE;               /* the scanner's own Enter: the number has stepped on already */
		/* Who ends every field with Enter does so after one that has stepped on, too: the question that came up by itself and
		 * must be answered is not skipped by it. A second Enter does. */
		if (self && d != NULL && edit_text(&f->edit)[0] == 0 && form_required(f->form, &f->answers, d, f->at.row, &f->env))
			return FILL_DONE;
		fill_forward(f);
		return FILL_DONE;
	case KEY_TAB_:
		if (stepped && k->burst >= KEY_BURST)
			return FILL_DONE;
		fill_forward(f);
		return FILL_DONE;
	case KEY_DOWN_:
		fill_forward(f);
		return FILL_DONE;
	case KEY_UP_:
	case KEY_BACKTAB_:
		fill_back(f);
		return FILL_DONE;
	case KEY_F9_:
		return f->frozen ? FILL_REFUSED : repeat(f);
	default:
		break;
	}
	if (f->frozen)
		return k->code == KEY_TEXT || k->code == KEY_PASTE ? FILL_REFUSED : FILL_NOT;
	if (f->at.field == FILL_END)
		return k->code == KEY_UNDO_ ? undo(f) : FILL_NOT;
	/* What made the text wrong is replaced by what is typed next: a code as a whole (edit.fresh), else the last sign of it. */
	if (f->wrong && !f->edit.fresh && k->code == KEY_TEXT)
		edit_key(&f->edit, &(struct key){ .code = KEY_BACKSPACE_ });
	did = edit_key(&f->edit, k);
	if (did == EDIT_NOT)
		return k->code == KEY_UNDO_ ? undo(f) : FILL_NOT;
	if (did == EDIT_REFUSED)
		return FILL_REFUSED;
	if (did == EDIT_CHANGED) {
		f->typed = f->changed = true;
		f->wrong = d != NULL && fill_no_choice(f, d, f->at.row, edit_text(&f->edit));
		if (f->wrong && (k->code == KEY_TEXT || k->code == KEY_PASTE)) {
			f->edit.fresh = d->type == FIELD_ONE && strchr("0123456789", edit_text(&f->edit)[0]) != NULL;
			return FILL_WRONG;
		}
		if (f->step_on && d != NULL && (k->code == KEY_TEXT || k->code == KEY_PASTE) && is_full(f, d)) {
			bool number = d->type == FIELD_NIK || d->type == FIELD_CARD;

			fill_forward(f);
			f->stepped = number;
			f->self = true;
		}
	}
	return FILL_DONE;
}

bool fill_take(struct fill *f, const char *value)
{
	if (f->at.field == FILL_END || f->frozen)
		return false;
	edit_set(&f->edit, value, false);
	f->typed = f->changed = true;
	fill_forward(f);
	return true;
}

const char *fill_row_name(const struct fill *f, uint32_t roster, uint32_t row)
{
	const char *first = "";

	for (size_t i = 0; i < f->form->nfield; i++) {
		const struct field *d = &f->form->field[i];
		const char *v;

		if (d->roster != roster)
			continue;
		v = filling_get(&f->answers, d->number, row);
		if (d->store != NULL && strcmp(d->store, "person.name") == 0)
			return v;
		if (first[0] == 0 && d->type == FIELD_TEXT)
			first = v;
	}
	return first;
}
