/* form_read.c - a form file to struct form: what may stand where, and in which order. */
#include "config.h"
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "err.h"
#include "form_directives.h"
#include "near.h"
#include "text.h"

#define NAME_MAX_BYTES 60

int reader_fail(struct reader *rd, int line, const char *fmt, ...)
{
	va_list ap;

	if (rd->failed != 0)
		return rd->failed;
	rd->failed = ERR_PARSE;
	rd->err->line = line;
	va_start(ap, fmt);
	vsnprintf(rd->err->text, sizeof rd->err->text, fmt, ap);
	va_end(ap);
	return ERR_PARSE;
}

int reader_nomem(struct reader *rd)
{
	if (rd->failed == 0)
		rd->failed = ERR_NOMEM;
	return rd->failed;
}

void reader_warn(struct reader *rd, int line, const char *fmt, ...)
{
	struct form_warnings *w = rd->warnings;
	struct form_error *v;
	va_list ap;

	if (w == NULL)
		return;
	if (w->n == w->size) {
		size_t size = w->size != 0 ? w->size * 2 : 8;

		if ((v = realloc(w->v, size * sizeof *v)) == NULL) {
			reader_nomem(rd);
			return;
		}
		w->v = v;
		w->size = size;
	}
	v = &w->v[w->n++];
	*v = (struct form_error){ .line = line };
	va_start(ap, fmt);
	vsnprintf(v->text, sizeof v->text, fmt, ap);
	va_end(ap);
}

const char *reader_keep(struct reader *rd, const char *s)
{
	const char *copy = arena_strdup(&rd->priv->arena, s);

	if (copy == NULL)
		reader_nomem(rd);
	return copy != NULL ? copy : "";
}

bool form_name_ok(const char *s)
{
	if (*s < 'a' || *s > 'z' || strlen(s) > NAME_MAX_BYTES)
		return false;
	for (; *s != '\0'; s++)
		if (!((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') || *s == '_'))
			return false;
	return true;
}

/* NUMBER NAME of a section, roster or field: in range, well formed, new. */
static int read_identity(struct reader *rd, const struct scfg_node *n, uint32_t *number, const char **name)
{
	struct form *f = rd->form;
	int64_t v;

	if (n->nwords < 2)
		return reader_fail(
			rd, n->line, "expected: %s NUMBER NAME%s { ... }", n->name, strcmp(n->name, "field") == 0 ? " TYPE" : "");
	if (reader_number(rd, n, 0, 1, FORM_NUMBER_MAX, &v) != 0)
		return rd->failed;
	if (!form_name_ok(n->words[1]))
		return reader_fail(
			rd, n->line, "\"%.40s\" is no name: small letters, digits and _, a letter first", n->words[1]);
	*number = (uint32_t)v;
	*name = reader_keep(rd, n->words[1]);
	if (strcmp(n->name, "section") == 0) {
		for (size_t i = 0; i < f->nsection; i++)
			if (f->section[i].number == *number || strcmp(f->section[i].name, *name) == 0)
				return reader_fail(rd, n->line, "section %u %s: number or name is already taken", *number, *name);
		return 0;
	}
	for (size_t i = 0; i < f->nfield; i++) {
		if (f->field[i].number == *number)
			return reader_fail(rd, n->line,
				"number %u is already taken by field %s, line %d: numbers are never used twice", *number,
				f->field[i].name, f->field[i].line);
		if (strcmp(f->field[i].name, *name) == 0)
			return reader_fail(rd, n->line, "the name %s is already taken by field %u, line %d", *name,
				f->field[i].number, f->field[i].line);
	}
	for (size_t i = 0; i < f->nroster; i++)
		if (f->roster[i].number == *number || strcmp(f->roster[i].name, *name) == 0)
			return reader_fail(
				rd, n->line, "%s %u %s: number or name is already taken by a roster", n->name, *number, *name);
	return 0;
}

/* Where the next field belongs. */
struct place { uint32_t roster; bool section; };

static int read_section(struct reader *rd, const struct scfg_node *n, struct place *place)
{
	struct section *s = &rd->form->section[rd->form->nsection];
	struct target t = { .section = s };

	if (n->nwords > 2)
		return reader_fail(rd, n->line, "expected: section NUMBER NAME { ... }");
	if (read_identity(rd, n, &s->number, &s->name) != 0)
		return rd->failed;
	rd->form->nsection++;
	directives_take(rd, &t, n->child);
	if (rd->failed == 0 && s->label_id == NULL)
		reader_fail(rd, n->line, "section %s needs a label id", s->name);
	place->roster = s->roster;
	place->section = true;
	return rd->failed;
}

static int read_roster(struct reader *rd, const struct scfg_node *n, struct place *place)
{
	struct roster *r = &rd->form->roster[rd->form->nroster];
	struct target t = { .roster = r };

	if (n->nwords > 2)
		return reader_fail(rd, n->line, "expected: roster NUMBER NAME { ... }");
	if (!place->section)
		return reader_fail(rd, n->line, "a roster stands in a section: begin one before it");
	if (read_identity(rd, n, &r->number, &r->name) != 0)
		return rd->failed;
	rd->form->nroster++;
	r->section = (uint32_t)rd->form->nsection - 1;
	r->subject = "row";
	r->max = 99;
	directives_take(rd, &t, n->child);
	if (rd->failed == 0 && r->label_id == NULL)
		reader_fail(rd, n->line, "roster %s needs a label id", r->name);
	if (rd->failed == 0 && r->min > r->max)
		reader_fail(rd, n->line, "roster %s: min is more than max", r->name);
	place->roster = r->number;
	return rd->failed;
}

static int field_type(struct reader *rd, const struct scfg_node *n, enum field_type *type)
{
	struct near near;

	for (size_t i = 0; i < field_ntypes; i++)
		if (strcmp(n->words[2], field_type_names[i]) == 0) {
			*type = (enum field_type)i;
			return 0;
		}
	near_init(&near, n->words[2]);
	for (size_t i = 0; i < field_ntypes; i++)
		near_try(&near, field_type_names[i]);
	if (near_best(&near) != NULL)
		return reader_fail(rd, n->line, "unknown type \"%.40s\": did you mean %s?", n->words[2], near_best(&near));
	return reader_fail(rd, n->line,
		"unknown type \"%.40s\": text integer decimal date one many nik card area file calc note", n->words[2]);
}

static int read_field(struct reader *rd, const struct scfg_node *n, struct place *place)
{
	struct field *f = &rd->form->field[rd->form->nfield];
	struct target t = { .field = f };
	bool computed;

	if (!place->section)
		return reader_fail(rd, n->line, "a field stands in a section: begin one before it");
	if (n->nwords != 3)
		return reader_fail(rd, n->line, "expected: field NUMBER NAME TYPE { ... }");
	if (read_identity(rd, n, &f->number, &f->name) != 0 || field_type(rd, n, &f->type) != 0)
		return rd->failed;
	rd->form->nfield++;
	f->line = n->line;
	f->roster = place->roster;
	f->section = (uint32_t)rd->form->nsection - 1;
	directives_take(rd, &t, n->child);
	if (rd->failed != 0)
		return rd->failed;
	computed = f->type == FIELD_CALC;
	if (f->label_id == NULL && !computed)
		return reader_fail(rd, n->line, "field %s needs a label id", f->name);
	if (f->choices == NULL && (f->type == FIELD_ONE || f->type == FIELD_MANY))
		return reader_fail(rd, n->line, "field %s of type %s needs choices", f->name, field_type_names[f->type]);
	if (computed && rule_of(rd, &t, RULE_CALCULATE)->text == NULL)
		return reader_fail(rd, n->line, "field %s of type calc needs calculate", f->name);
	if (f->type == FIELD_DECIMAL && f->scale == 0)
		f->scale = 2;
	return 0;
}

static int read_choices(struct reader *rd, const struct scfg_node *n)
{
	const struct choice_list *list;

	if (n->nwords != 1 || !form_name_ok(n->words[0]))
		return reader_fail(rd, n->line, "expected: choices NAME { CODE \"label\" ... }");
	for (size_t i = 0; i < rd->priv->nlist; i++)
		if (strcmp(rd->priv->list[i]->name, n->words[0]) == 0)
			return reader_fail(
				rd, n->line, "the list %s is already there: it must stand above its first use, once", n->words[0]);
	if ((list = list_block(rd, n->words[0], n->child, n->line)) != NULL)
		list_add(rd, list);
	return rd->failed;
}

static int read_head(struct reader *rd, const char *name, const struct scfg_node *n)
{
	struct target t = { .form = rd->form };
	int64_t version;

	if (n == NULL || strcmp(n->name, "form") != 0)
		return reader_fail(
			rd, n != NULL ? n->line : 1, "a form file begins with: form NAME VERSION { title id \"...\" }");
	if (n->nwords != 2 || !form_name_ok(n->words[0]))
		return reader_fail(rd, n->line, "expected: form NAME VERSION { title id \"...\" }");
	if (name != NULL && strcmp(name, n->words[0]) != 0)
		return reader_fail(rd, n->line, "the form is named after its file: form %s expected", name);
	if (reader_number(rd, n, 1, 1, FORM_NUMBER_MAX, &version) != 0)
		return rd->failed;
	rd->form->name = reader_keep(rd, n->words[0]);
	rd->form->version = (uint32_t)version;
	directives_take(rd, &t, n->child);
	if (rd->failed == 0 && rd->form->title_id == NULL)
		reader_fail(rd, n->line, "the form needs a title id");
	return rd->failed;
}

/* Room for everything the file can hold, by counting its directives. */
static int reserve(struct reader *rd, const struct scfg_node *first)
{
	struct form *f = rd->form;
	struct form_priv *p = rd->priv;
	size_t fields = 0, rosters = 0, sections = 0;

	for (const struct scfg_node *n = first; n != NULL; n = n->next) {
		fields += strcmp(n->name, "field") == 0;
		rosters += strcmp(n->name, "roster") == 0;
		sections += strcmp(n->name, "section") == 0;
	}
	if (fields > FORM_FIELDS_MAX || rosters > FORM_ROSTERS_MAX || sections > FORM_SECTIONS_MAX)
		return reader_fail(rd, 1, "too much for one form: at most %d fields, %d rosters, %d sections", FORM_FIELDS_MAX,
			FORM_ROSTERS_MAX, FORM_SECTIONS_MAX);
	f->field = arena_alloc(&p->arena, (fields + 1) * sizeof *f->field);
	f->roster = arena_alloc(&p->arena, (rosters + 1) * sizeof *f->roster);
	f->section = arena_alloc(&p->arena, (sections + 1) * sizeof *f->section);
	p->by_number = arena_alloc(&p->arena, (fields + 1) * sizeof *p->by_number);
	rd->rule = arena_alloc(&rd->scratch, (fields + 1) * sizeof *rd->rule);
	rd->section_rule = arena_alloc(&rd->scratch, (sections + 1) * sizeof *rd->section_rule);
	p->hides = arena_alloc(&p->arena, fields + 1);
	p->kind = arena_alloc(&p->arena, fields + 1);
	if (f->field == NULL || f->roster == NULL || f->section == NULL || p->by_number == NULL || rd->rule == NULL ||
	    rd->section_rule == NULL || p->hides == NULL || p->kind == NULL)
		return reader_nomem(rd);
	return 0;
}

static int read_body(struct reader *rd, const struct scfg_node *first)
{
	static const char *const known[] = { "section", "roster", "field", "choices" };
	struct place place = { 0, false };
	struct near near;

	for (const struct scfg_node *n = first; n != NULL && rd->failed == 0; n = n->next) {
		if (strcmp(n->name, "section") == 0)
			read_section(rd, n, &place);
		else if (strcmp(n->name, "roster") == 0)
			read_roster(rd, n, &place);
		else if (strcmp(n->name, "field") == 0)
			read_field(rd, n, &place);
		else if (strcmp(n->name, "choices") == 0)
			read_choices(rd, n);
		else {
			near_init(&near, n->name);
			for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
				near_try(&near, known[i]);
			reader_fail(rd, n->line, near_best(&near) != NULL ? "unknown directive \"%.40s\": did you mean \"%s\"?" :
				"unknown directive \"%.40s\": %s or another of section, roster, field, choices expected", n->name,
				near_best(&near) != NULL ? near_best(&near) : "section");
		}
	}
	if (rd->failed == 0 && rd->form->nfield == 0)
		reader_fail(rd, 1, "the form has no field");
	return rd->failed;
}

static int order_numbers(const void *a, const void *b, void *arg)
{
	const struct form *f = arg;
	uint32_t x = f->field[*(const uint32_t *)a].number, y = f->field[*(const uint32_t *)b].number;

	return (x > y) - (x < y);
}

static int read_text(struct reader *rd, const char *name, const char *text, size_t n)
{
	struct scfg_node *root;
	struct scfg_error se;
	int rc;

	if (n > FORM_TEXT_MAX)
		return reader_fail(rd, 1, "a form file has at most %u bytes", FORM_TEXT_MAX);
	if ((rc = scfg_read(text, n, &rd->scratch, &root, &se)) == ERR_PARSE)
		return reader_fail(rd, se.line, "%s", se.text);
	if (rc != 0)
		return rd->failed = rc;
	crypto_hash_sha256(rd->form->sha, (const unsigned char *)text, n);
	if (read_head(rd, name, root) != 0 || reserve(rd, root->next) != 0 || read_body(rd, root->next) != 0)
		return rd->failed;
	for (uint32_t i = 0; i < rd->form->nfield; i++)
		rd->priv->by_number[i] = i;
	qsort_r(rd->priv->by_number, rd->form->nfield, sizeof *rd->priv->by_number, order_numbers, rd->form);
	return rules_compile(rd);
}

int form_read(const char *name, const char *text, size_t n, const struct form_source *source, struct form **out,
	struct form_error *err, struct form_warnings *warnings)
{
	struct reader rd = { .source = source, .err = err, .warnings = warnings };

	*out = NULL;
	*err = (struct form_error){ .line = 1 };
	if (warnings != NULL)
		*warnings = (struct form_warnings){ 0 };
	if ((rd.form = calloc(1, sizeof *rd.form)) == NULL || (rd.priv = calloc(1, sizeof *rd.priv)) == NULL) {
		free(rd.form);
		return ERR_NOMEM;
	}
	arena_init(&rd.priv->arena, FORM_ARENA_MAX);
	arena_init(&rd.scratch, FORM_ARENA_MAX);
	rd.form->priv = rd.priv;
	if (read_text(&rd, name, text, n) == 0 && warnings != NULL)
		form_lint(&rd);
	arena_clear(&rd.scratch);
	if (rd.failed == 0) {
		*out = rd.form;
		return 0;
	}
	form_free(rd.form);
	return rd.failed;
}
