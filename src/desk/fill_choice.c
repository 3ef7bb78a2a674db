/* fill_choice.c - see fill.h: what is keyed for a choice, and which choice typed text means. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "err.h"
#include "fill_private.h"

bool fill_choice_open(const struct fill *f, const struct field *d, uint32_t row, const struct choice *c)
{
	return form_choice_open(f->form, &f->answers, d, row, c->code, &f->env);
}

bool fill_coded(const struct field *d)
{
	for (size_t i = 0; d->choices != NULL && i < d->choices->n; i++)
		if (strlen(d->choices->v[i].code) > 2)
			return false;
	return true;
}

void fill_choice_sign(const struct fill *f, const struct field *d, uint32_t row, const struct choice *c, char out[8])
{
	unsigned n = 0;

	if (fill_coded(d)) {
		snprintf(out, 8, "%s", c->code);
		return;
	}
	for (size_t i = 0; i < d->choices->n; i++) {
		n += fill_choice_open(f, d, row, &d->choices->v[i]);
		if (&d->choices->v[i] == c)
			break;
	}
	snprintf(out, 8, "%u", n % 10000);
}

/* The n-th of the choices open now, where codes are words; NULL none. */
static const struct choice *numbered(const struct fill *f, const struct field *d, uint32_t row, const char *typed)
{
	int64_t n = 0;

	if (d->choices == NULL || fill_coded(d) || text_to_int(typed, 1, 9999, &n) != 0)
		return NULL;
	for (size_t i = 0; i < d->choices->n; i++)
		if (fill_choice_open(f, d, row, &d->choices->v[i]) && --n == 0)
			return &d->choices->v[i];
	return NULL;
}

const struct choice *fill_choice(const struct fill *f, const struct field *d, uint32_t row, const char *typed)
{
	const struct choice *hit = form_choice(d, typed);
	struct buf want, have;
	size_t hits = 0;

	if (hit == NULL)
		hit = numbered(f, d, row, typed);
	if (hit != NULL || typed[0] == 0 || d->choices == NULL || strchr("0123456789", typed[0]) != NULL)
		return hit;
	for (size_t i = 0; i < d->choices->n; i++)
		if (strcasecmp(d->choices->v[i].code, typed) == 0)
			return &d->choices->v[i];
	buf_init(&want, 0);
	buf_init(&have, 0);
	text_fold(typed, &want);
	for (size_t i = 0; i < d->choices->n && want.len > 0; i++) {
		const struct choice *c = &d->choices->v[i];

		buf_reset(&have);
		text_fold(c->label_id, &have);
		if (have.len < want.len || memcmp(have.data, want.data, want.len) != 0 || !fill_choice_open(f, d, row, c))
			continue;
		if (hits++ > 0 && have.len != want.len) {
			hit = NULL;
			continue;
		}
		hit = c;
		if (have.len == want.len) {
			hits = 1;
			break;
		}
	}
	buf_clear(&want);
	buf_clear(&have);
	return hits == 1 ? hit : NULL;
}

/* Does typed text begin what is keyed for a choice, or (words) its text? */
static bool begins(const struct fill *f, const struct field *d, uint32_t row, const struct choice *c, const char *typed, size_t n, bool words)
{
	char sign[8];
	struct buf want, have;
	bool hit;

	fill_choice_sign(f, d, row, c, sign);
	if (strncasecmp(sign, typed, n) == 0 || strncasecmp(c->code, typed, n) == 0)
		return true;
	if (!words)
		return false;
	buf_init(&want, 0);
	buf_init(&have, 0);
	{
		char word[256];

		snprintf(word, sizeof(word), "%.*s", (int)n, typed);
		text_fold(word, &want);
	}
	text_fold(c->label_id, &have);
	hit = have.len >= want.len && memcmp(have.data, want.data, want.len) == 0;
	buf_clear(&want);
	buf_clear(&have);
	return hit;
}

static bool any_begins(const struct fill *f, const struct field *d, uint32_t row, const char *typed, size_t n, bool words)
{
	for (size_t i = 0; i < d->choices->n; i++)
		if (fill_choice_open(f, d, row, &d->choices->v[i]) && begins(f, d, row, &d->choices->v[i], typed, n, words))
			return true;
	return false;
}

bool fill_no_choice(const struct fill *f, const struct field *d, uint32_t row, const char *typed)
{
	bool single = true, coded = fill_coded(d);

	if (d->choices == NULL || typed[0] == 0 || (d->type != FIELD_ONE && d->type != FIELD_MANY))
		return false;
	if (d->type == FIELD_ONE)
		return !any_begins(f, d, row, typed, strlen(typed), true);
	for (size_t i = 0; i < d->choices->n; i++)
		single = single && strlen(d->choices->v[i].code) == 1;
	for (const char *p = typed; *p != 0;) {
		size_t n = strcspn(p, " ,");

		if (single && n > 1)                 /* "135" is 1, 3 and 5 */
			n = 1;
		if (n > 0 && !any_begins(f, d, row, p, n, !coded))
			return true;
		p += n + strspn(p + n, " ,");
	}
	return false;
}

void fill_choice_codes(const struct fill *f, const struct field *d, uint32_t row, struct buf *out)
{
	size_t n = 0;
	int64_t first = 0, last = 0, number = 0;
	bool run = true;
	struct buf list;

	buf_init(&list, 0);
	for (size_t i = 0; d->choices != NULL && i < d->choices->n; i++) {
		char sign[8];

		if (!fill_choice_open(f, d, row, &d->choices->v[i]))
			continue;
		fill_choice_sign(f, d, row, &d->choices->v[i], sign);
		buf_printf(&list, "%s%s", n > 0 ? ", " : "", sign);
		run = run && text_to_int(sign, 0, 9999, &number) == 0 && (n == 0 || number == last + 1) && sign[0] != '0';
		first = n++ == 0 ? number : first;
		last = number;
	}
	if (run && n > 3)
		buf_printf(out, "%lld sampai %lld", (long long)first, (long long)last);
	else
		buf_puts(out, buf_str(&list));
	buf_clear(&list);
}

void fill_choice_told(const struct fill *f, const struct finding *v, struct buf *out)
{
	const struct field *d = v->code == FIND_no_such_choice ? form_field(f->form, v->field) : NULL;

	if (d == NULL || d->choices == NULL)
		return;
	buf_puts(out, " Yang ada: ");
	fill_choice_codes(f, d, v->row, out);
	buf_putc(out, '.');
}
