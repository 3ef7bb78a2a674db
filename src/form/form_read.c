/* form_read.c - a form file to struct form: what may stand where, as tables of directives. */
#include "config.h"
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "err.h"
#include "form_priv.h"
#include "near.h"
#include "text.h"

#define NAME_MAX_BYTES 60
#define STORE_MAX 60
#define T(type) (1u << (type))
#define T_NUMERIC (T(FIELD_INTEGER) | T(FIELD_DECIMAL))
#define T_CHOICE (T(FIELD_ONE) | T(FIELD_MANY))
#define T_TYPED (~(T(FIELD_CALC) | T(FIELD_NOTE)))
#define T_ALL (~0u)

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

/* What a directive fills in: one of these is set, by the block it stands in. */
struct target {
	struct form *form;
	struct section *section;
	struct roster *roster;
	struct field *field;
};

struct directive {
	const char *name;
	int least, most;               /* words after it */
	bool block;                    /* may have a { } */
	unsigned types;                /* field types it is for */
	int (*take)(struct reader *, struct target *, const struct scfg_node *);
	const char *usage;
};

static const char *const type_names[] = {
	[FIELD_TEXT] = "text", [FIELD_INTEGER] = "integer", [FIELD_DECIMAL] = "decimal", [FIELD_DATE] = "date",
	[FIELD_ONE] = "one", [FIELD_MANY] = "many", [FIELD_NIK] = "nik", [FIELD_CARD] = "card", [FIELD_AREA] = "area",
	[FIELD_FILE] = "file", [FIELD_CALC] = "calc", [FIELD_NOTE] = "note",
};
#define NTYPES (sizeof type_names / sizeof type_names[0])

static int read_number(struct reader *rd, const struct scfg_node *n, size_t word, int64_t low, int64_t high, int64_t *out)
{
	if (text_to_int(n->words[word], low, high, out) == 0)
		return 0;
	return reader_fail(rd, n->line, "%s: \"%.40s\" is no number from %lld to %lld", n->name, n->words[word], (long long)low, (long long)high);
}

/* label id "..." and its like: puts the text into the place of its language, which may be filled once. */
static int language(struct reader *rd, const struct scfg_node *n, const char **id, const char **en)
{
	const char **place = strcmp(n->words[0], "id") == 0 ? id : strcmp(n->words[0], "en") == 0 ? en : NULL;

	if (place == NULL)
		return reader_fail(rd, n->line, "%s: language id or en expected, here is \"%.20s\"", n->name, n->words[0]);
	if (*place != NULL)
		return reader_fail(rd, n->line, "%s %s is given twice", n->name, n->words[0]);
	if (n->words[1][0] == '\0')
		return reader_fail(rd, n->line, "%s %s is empty", n->name, n->words[0]);
	if (!text_is_clean(n->words[1]))
		return reader_fail(rd, n->line, "%s %s has a character that cannot be shown", n->name, n->words[0]);
	*place = reader_keep(rd, n->words[1]);
	return rd->failed;
}

static int take_title(struct reader *rd, struct target *t, const struct scfg_node *n)
{
	return language(rd, n, &t->form->title_id, &t->form->title_en);
}

static int take_kind(struct reader *rd, struct target *t, const struct scfg_node *n)
{
	if (!form_name_ok(n->words[0]))
		return reader_fail(rd, n->line, "kind: a name of a dossier kind expected, like exit");
	t->form->kind = reader_keep(rd, n->words[0]);
	return rd->failed;
}

static int take_label(struct reader *rd, struct target *t, const struct scfg_node *n)
{
	if (t->section != NULL)
		return language(rd, n, &t->section->label_id, &t->section->label_en);
	if (t->roster != NULL)
		return language(rd, n, &t->roster->label_id, &t->roster->label_en);
	return language(rd, n, &t->field->label_id, &t->field->label_en);
}

static int take_help(struct reader *rd, struct target *t, const struct scfg_node *n)
{
	return language(rd, n, &t->field->help_id, &t->field->help_en);
}

static int take_message(struct reader *rd, struct target *t, const struct scfg_node *n)
{
	return language(rd, n, &t->field->message_id, &t->field->message_en);
}

static int take_section_roster(struct reader *rd, struct target *t, const struct scfg_node *n)
{
	const struct roster *roster = form_roster_named(rd->form, n->words[0]);

	if (roster == NULL)
		return reader_fail(rd, n->line, "there is no roster %.40s above this line", n->words[0]);
	t->section->roster = roster->number;
	return 0;
}

static int take_subject(struct reader *rd, struct target *t, const struct scfg_node *n)
{
	if (strcmp(n->words[0], "person") != 0 && strcmp(n->words[0], "row") != 0)
		return reader_fail(rd, n->line, "subject: person or row expected, here is \"%.40s\"", n->words[0]);
	t->roster->subject = n->words[0][0] == 'p' ? "person" : "row";
	return 0;
}

static int take_of(struct reader *rd, struct target *t, const struct scfg_node *n)
{
	const struct roster *roster = form_roster_named(rd->form, n->words[0]);

	if (roster == NULL || roster == t->roster)
		return reader_fail(rd, n->line, "of: there is no roster %.40s above this line", n->words[0]);
	t->roster->of = roster->number;
	return 0;
}

static int take_rows(struct reader *rd, struct target *t, const struct scfg_node *n)
{
	int64_t v;

	if (read_number(rd, n, 0, 0, 99, &v) != 0)
		return rd->failed;
	*(strcmp(n->name, "min") == 0 ? &t->roster->min : &t->roster->max) = (int)v;
	return 0;
}

static struct rule_text *rule_of(struct reader *rd, struct target *t, enum rule_kind kind)
{
	return &rd->rule[t->field - rd->form->field][kind];
}

static int take_relevant(struct reader *rd, struct target *t, const struct scfg_node *n)
{
	struct rule_text rule = { .text = n->words[0], .line = n->line };

	if (t->section != NULL)
		rd->section_rule[t->section - rd->form->section] = rule;
	else
		*rule_of(rd, t, RULE_RELEVANT) = rule;
	return 0;
}

static int take_required(struct reader *rd, struct target *t, const struct scfg_node *n)
{
	if (n->nwords == 0)
		t->field->required = true;
	else
		*rule_of(rd, t, RULE_REQUIRED) = (struct rule_text){ .text = n->words[0], .line = n->line };
	return 0;
}

static int take_rule(struct reader *rd, struct target *t, const struct scfg_node *n)
{
	enum rule_kind kind = strcmp(n->name, "constraint") == 0 ? RULE_CONSTRAINT :
		strcmp(n->name, "calculate") == 0 ? RULE_CALCULATE : RULE_FILTER;

	*rule_of(rd, t, kind) = (struct rule_text){ .text = n->words[0], .line = n->line };
	return 0;
}

static int take_choices(struct reader *rd, struct target *t, const struct scfg_node *n)
{
	if (n->child != NULL && n->nwords == 0) {
		t->field->choices = list_block(rd, t->field->name, n->child, n->line);
		return rd->failed;
	}
	if (n->child != NULL || n->nwords != 2 || strcmp(n->words[0], "from") != 0)
		return reader_fail(rd, n->line, "expected: choices from LIST, or choices { CODE \"label\" ... }");
	t->field->choices = list_named(rd, n->words[1], n->line);
	return rd->failed;
}

static int take_yesno(struct reader *rd, struct target *t, const struct scfg_node *n)
{
	static struct choice pair12[] = { { .code = "1", .label_id = "Ya", .label_en = "Yes" }, { .code = "2", .label_id = "Tidak", .label_en = "No" } };
	static struct choice pair34[] = { { .code = "3", .label_id = "Ya", .label_en = "Yes" }, { .code = "4", .label_id = "Tidak", .label_en = "No" } };
	static const struct choice_list list12 = { .name = "yesno12", .v = pair12, .n = 2 };
	static const struct choice_list list34 = { .name = "yesno34", .v = pair34, .n = 2 };

	if (strcmp(n->words[0], "12") != 0 && strcmp(n->words[0], "34") != 0)
		return reader_fail(rd, n->line, "yesno: 12 (1 ya, 2 tidak) or 34 (3 ya, 4 tidak) expected");
	t->field->yesno = n->words[0][0] == '1' ? "12" : "34";
	t->field->choices = n->words[0][0] == '1' ? &list12 : &list34;
	return 0;
}

static int take_store(struct reader *rd, struct target *t, const struct scfg_node *n)
{
	const char *dot = strchr(n->words[0], '.');
	char table[STORE_MAX + 1];

	if (dot != NULL && dot - n->words[0] <= STORE_MAX) {
		memcpy(table, n->words[0], (size_t)(dot - n->words[0]));
		table[dot - n->words[0]] = '\0';
		if (form_name_ok(table) && form_name_ok(dot + 1)) {
			t->field->store = reader_keep(rd, n->words[0]);
			return rd->failed;
		}
	}
	return reader_fail(rd, n->line, "store: TABLE.COLUMN expected, like person.name");
}

static int take_map(struct reader *rd, struct target *t, const struct scfg_node *n)
{
	if (n->words[0][0] == '\0' || strlen(n->words[0]) > STORE_MAX)
		return reader_fail(rd, n->line, "map: the name of a column expected");
	t->field->map = reader_keep(rd, n->words[0]);
	return rd->failed;
}

static int take_max(struct reader *rd, struct target *t, const struct scfg_node *n)
{
	int64_t v;

	if (read_number(rd, n, 0, 1, (T(t->field->type) & T_NUMERIC) != 0 ? 15 : 4000, &v) == 0)
		t->field->max = (int)v;
	return rd->failed;
}

static int take_scale(struct reader *rd, struct target *t, const struct scfg_node *n)
{
	int64_t v;

	if (read_number(rd, n, 0, 1, 6, &v) == 0)
		t->field->scale = (int)v;
	return rd->failed;
}

static int take_range(struct reader *rd, struct target *t, const struct scfg_node *n)
{
	struct expr_value low, high;

	if (!expr_parse_value(EXPR_NUMBER, n->words[0], &low) || !expr_parse_value(EXPR_NUMBER, n->words[1], &high) ||
	    low.kind != EXPR_NUMBER || high.kind != EXPR_NUMBER || low.number > high.number)
		return reader_fail(rd, n->line, "range: two numbers expected, the lower first");
	t->field->low = reader_keep(rd, n->words[0]);
	t->field->high = reader_keep(rd, n->words[1]);
	return rd->failed;
}

static int take_flag(struct reader *rd, struct target *t, const struct scfg_node *n)
{
	struct field *f = t->field;
	bool *place = strcmp(n->name, "sticky") == 0 ? &f->sticky : strcmp(n->name, "upper") == 0 ? &f->upper :
		strcmp(n->name, "multiline") == 0 ? &f->multiline : &f->readonly;

	(void)rd;
	*place = true;
	return 0;
}

static const struct directive form_directives[] = {
	{ "title", 2, 2, false, T_ALL, take_title, "title id|en \"text\"" },
	{ "kind", 1, 1, false, T_ALL, take_kind, "kind NAME" },
};
static const struct directive section_directives[] = {
	{ "label", 2, 2, false, T_ALL, take_label, "label id|en \"text\"" },
	{ "relevant", 1, 1, false, T_ALL, take_relevant, "relevant \"expression\"" },
	{ "roster", 1, 1, false, T_ALL, take_section_roster, "roster NAME" },
};
static const struct directive roster_directives[] = {
	{ "label", 2, 2, false, T_ALL, take_label, "label id|en \"text\"" },
	{ "subject", 1, 1, false, T_ALL, take_subject, "subject person|row" },
	{ "of", 1, 1, false, T_ALL, take_of, "of ROSTER" },
	{ "min", 1, 1, false, T_ALL, take_rows, "min ROWS" },
	{ "max", 1, 1, false, T_ALL, take_rows, "max ROWS" },
};
static const struct directive field_directives[] = {
	{ "label", 2, 2, false, T_ALL, take_label, "label id|en \"text\"" },
	{ "help", 2, 2, false, T_ALL, take_help, "help id|en \"text\"" },
	{ "message", 2, 2, false, T_TYPED, take_message, "message id|en \"text\"" },
	{ "required", 0, 1, false, T_TYPED, take_required, "required [\"expression\"]" },
	{ "relevant", 1, 1, false, T_ALL, take_relevant, "relevant \"expression\"" },
	{ "constraint", 1, 1, false, T_TYPED, take_rule, "constraint \"expression\"" },
	{ "calculate", 1, 1, false, T(FIELD_CALC), take_rule, "calculate \"expression\"" },
	{ "choices", 0, 2, true, T_CHOICE, take_choices, "choices from LIST, or choices { CODE \"label\" ... }" },
	{ "choice_filter", 1, 1, false, T_CHOICE, take_rule, "choice_filter \"expression\"" },
	{ "yesno", 1, 1, false, T(FIELD_ONE), take_yesno, "yesno 12|34" },
	{ "store", 1, 1, false, ~T(FIELD_NOTE), take_store, "store TABLE.COLUMN" },
	{ "map", 1, 1, false, ~T(FIELD_NOTE), take_map, "map COLUMN" },
	{ "max", 1, 1, false, T(FIELD_TEXT) | T_NUMERIC, take_max, "max NUMBER" },
	{ "scale", 1, 1, false, T(FIELD_DECIMAL), take_scale, "scale DIGITS" },
	{ "range", 2, 2, false, T_NUMERIC, take_range, "range LOW HIGH" },
	{ "sticky", 0, 0, false, T_TYPED, take_flag, "sticky" },
	{ "upper", 0, 0, false, T(FIELD_TEXT), take_flag, "upper" },
	{ "multiline", 0, 0, false, T(FIELD_TEXT), take_flag, "multiline" },
	{ "readonly", 0, 0, false, T_TYPED, take_flag, "readonly" },
};

/* One directive of a block, by its table. Given twice is an error, but for those that have a language. */
static int take(struct reader *rd, struct target *t, const struct scfg_node *n, const struct directive *table, size_t count, uint64_t *seen)
{
	const struct directive *d = NULL;
	struct near near;
	size_t i;

	for (i = 0; i < count && d == NULL; i++)
		if (strcmp(n->name, table[i].name) == 0)
			d = &table[i];
	near_init(&near, n->name);
	for (size_t k = 0; k < count && d == NULL; k++)
		near_try(&near, table[k].name);
	if (d == NULL && near_best(&near) != NULL)
		return reader_fail(rd, n->line, "unknown directive \"%.40s\": did you mean \"%s\"?", n->name, near_best(&near));
	if (d == NULL)
		return reader_fail(rd, n->line, "unknown directive \"%.40s\"", n->name);
	if (t->field != NULL && (d->types & T(t->field->type)) == 0)
		return reader_fail(rd, n->line, "\"%s\" does not fit a field of type %s", d->name, type_names[t->field->type]);
	if ((int)n->nwords < d->least || (int)n->nwords > d->most || (n->child != NULL && !d->block))
		return reader_fail(rd, n->line, "expected: %s", d->usage);
	if ((*seen & UINT64_C(1) << (i - 1)) != 0 && d->most != 2)
		return reader_fail(rd, n->line, "\"%s\" is given twice", d->name);
	*seen |= UINT64_C(1) << (i - 1);
	return d->take(rd, t, n);
}

#define TAKE_ALL(rd, t, first, table) take_all(rd, t, first, table, sizeof table / sizeof table[0])
static int take_all(struct reader *rd, struct target *t, const struct scfg_node *first, const struct directive *table, size_t count)
{
	uint64_t seen = 0;

	for (const struct scfg_node *n = first; n != NULL && rd->failed == 0; n = n->next)
		take(rd, t, n, table, count, &seen);
	return rd->failed;
}

/* NUMBER NAME of a section, roster or field: in range, well formed, new. */
static int read_identity(struct reader *rd, const struct scfg_node *n, uint32_t *number, const char **name)
{
	struct form *f = rd->form;
	int64_t v;

	if (n->nwords < 2)
		return reader_fail(rd, n->line, "expected: %s NUMBER NAME%s { ... }", n->name, strcmp(n->name, "field") == 0 ? " TYPE" : "");
	if (read_number(rd, n, 0, 1, FORM_NUMBER_MAX, &v) != 0)
		return rd->failed;
	if (!form_name_ok(n->words[1]))
		return reader_fail(rd, n->line, "\"%.40s\" is no name: small letters, digits and _, a letter first", n->words[1]);
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
			return reader_fail(rd, n->line, "number %u is already taken by field %s, line %d: numbers are never used twice", *number, f->field[i].name, f->field[i].line);
		if (strcmp(f->field[i].name, *name) == 0)
			return reader_fail(rd, n->line, "the name %s is already taken by field %u, line %d", *name, f->field[i].number, f->field[i].line);
	}
	for (size_t i = 0; i < f->nroster; i++)
		if (f->roster[i].number == *number || strcmp(f->roster[i].name, *name) == 0)
			return reader_fail(rd, n->line, "%s %u %s: number or name is already taken by a roster", n->name, *number, *name);
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
	TAKE_ALL(rd, &t, n->child, section_directives);
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
	TAKE_ALL(rd, &t, n->child, roster_directives);
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

	for (size_t i = 0; i < NTYPES; i++)
		if (strcmp(n->words[2], type_names[i]) == 0) {
			*type = (enum field_type)i;
			return 0;
		}
	near_init(&near, n->words[2]);
	for (size_t i = 0; i < NTYPES; i++)
		near_try(&near, type_names[i]);
	if (near_best(&near) != NULL)
		return reader_fail(rd, n->line, "unknown type \"%.40s\": did you mean %s?", n->words[2], near_best(&near));
	return reader_fail(rd, n->line, "unknown type \"%.40s\": text integer decimal date one many nik card area file calc note", n->words[2]);
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
	TAKE_ALL(rd, &t, n->child, field_directives);
	if (rd->failed != 0)
		return rd->failed;
	computed = f->type == FIELD_CALC;
	if (f->label_id == NULL && !computed)
		return reader_fail(rd, n->line, "field %s needs a label id", f->name);
	if (f->choices == NULL && (T(f->type) & T_CHOICE) != 0)
		return reader_fail(rd, n->line, "field %s of type %s needs choices", f->name, type_names[f->type]);
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
			return reader_fail(rd, n->line, "the list %s is already there: it must stand above its first use, once", n->words[0]);
	if ((list = list_block(rd, n->words[0], n->child, n->line)) != NULL)
		list_add(rd, list);
	return rd->failed;
}

static int read_head(struct reader *rd, const char *name, const struct scfg_node *n)
{
	struct target t = { .form = rd->form };
	int64_t version;

	if (n == NULL || strcmp(n->name, "form") != 0)
		return reader_fail(rd, n != NULL ? n->line : 1, "a form file begins with: form NAME VERSION { title id \"...\" }");
	if (n->nwords != 2 || !form_name_ok(n->words[0]))
		return reader_fail(rd, n->line, "expected: form NAME VERSION { title id \"...\" }");
	if (name != NULL && strcmp(name, n->words[0]) != 0)
		return reader_fail(rd, n->line, "the form is named after its file: form %s expected", name);
	if (read_number(rd, n, 1, 1, FORM_NUMBER_MAX, &version) != 0)
		return rd->failed;
	rd->form->name = reader_keep(rd, n->words[0]);
	rd->form->version = (uint32_t)version;
	TAKE_ALL(rd, &t, n->child, form_directives);
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
		return reader_fail(rd, 1, "too much for one form: at most %d fields, %d rosters, %d sections", FORM_FIELDS_MAX, FORM_ROSTERS_MAX, FORM_SECTIONS_MAX);
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

int form_read(const char *name, const char *text, size_t n, const struct form_source *source, struct form **out, struct form_error *err,
	struct form_warnings *warnings)
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
