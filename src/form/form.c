/* form.c - looking things up in a form that was read. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "form_priv.h"

void form_free(struct form *form)
{
	struct form_priv *priv;

	if (form == NULL)
		return;
	priv = form->priv;
	arena_clear(&priv->arena);
	free(priv);
	free(form);
}

void form_warnings_clear(struct form_warnings *w)
{
	free(w->v);
	*w = (struct form_warnings){ 0 };
}

const struct field *form_field(const struct form *form, uint32_t number)
{
	const struct form_priv *priv = form->priv;
	size_t lo = 0, hi = form->nfield;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct field *f = &form->field[priv->by_number[mid]];

		if (f->number == number)
			return f;
		if (f->number < number)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

const struct field *form_field_named(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->nfield; i++)
		if (strcmp(form->field[i].name, name) == 0)
			return &form->field[i];
	return NULL;
}

const struct field *form_field_stored(const struct form *form, const char *store)
{
	for (size_t i = 0; i < form->nfield; i++)
		if (form->field[i].store != NULL && strcmp(form->field[i].store, store) == 0)
			return &form->field[i];
	return NULL;
}

const struct roster *form_roster(const struct form *form, uint32_t number)
{
	for (size_t i = 0; i < form->nroster; i++)
		if (form->roster[i].number == number)
			return &form->roster[i];
	return NULL;
}

const struct roster *form_roster_named(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->nroster; i++)
		if (strcmp(form->roster[i].name, name) == 0)
			return &form->roster[i];
	return NULL;
}

const struct choice *form_choice(const struct field *f, const char *code)
{
	for (size_t i = 0; f->choices != NULL && i < f->choices->n; i++)
		if (strcmp(f->choices->v[i].code, code) == 0)
			return &f->choices->v[i];
	return NULL;
}

const char *field_label(const struct field *f, const char *lang)
{
	if (strcmp(lang, "en") == 0 && f->label_en != NULL)
		return f->label_en;
	return f->label_id != NULL ? f->label_id : f->name;
}
