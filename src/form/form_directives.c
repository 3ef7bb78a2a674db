/* form_directives.c - what may stand inside form, section, roster and field { }: one row and one function each. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "form_directives.h"
#include "near.h"
#include "text.h"

#define STORE_MAX 60
#define T(type) (1u << (type))
#define T_NUMERIC (T(FIELD_INTEGER) | T(FIELD_DECIMAL))
#define T_CHOICE (T(FIELD_ONE) | T(FIELD_MANY))
#define T_TYPED (~(T(FIELD_CALC) | T(FIELD_NOTE)))
#define T_ALL (~0u)

const char *const field_type_names[] = {
	[FIELD_TEXT] = "text", [FIELD_INTEGER] = "integer", [FIELD_DECIMAL] = "decimal", [FIELD_DATE] = "date",
	[FIELD_ONE] = "one", [FIELD_MANY] = "many", [FIELD_NIK] = "nik", [FIELD_CARD] = "card", [FIELD_AREA] = "area",
	[FIELD_FILE] = "file", [FIELD_CALC] = "calc", [FIELD_NOTE] = "note",
};
const size_t field_ntypes = sizeof field_type_names / sizeof field_type_names[0];

struct directive {
	const char *name;
	int least, most;               /* words after it */
	bool block;                    /* may have a { } */
	unsigned types;                /* field types it is for */
	int (*take)(struct reader *, struct target *, const struct scfg_node *);
	const char *usage;
};

int reader_number(struct reader *rd, const struct scfg_node *n, size_t word, int64_t low, int64_t high, int64_t *out)
{
	if (text_to_int(n->words[word], low, high, out) == 0)
		return 0;
	return reader_fail(rd, n->line, "%s: \"%.40s\" is no number from %lld to %lld", n->name, n->words[word],
		(long long)low, (long long)high);
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

	if (reader_number(rd, n, 0, 0, 99, &v) != 0)
		return rd->failed;
	*(strcmp(n->name, "min") == 0 ? &t->roster->min : &t->roster->max) = (int)v;
	return 0;
}

struct rule_text *rule_of(struct reader *rd, struct target *t, enum rule_kind kind)
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
	static struct choice pair12[] = { { .code = "1", .label_id = "Ya", .label_en = "Yes" },
		{ .code = "2", .label_id = "Tidak", .label_en = "No" } };
	static struct choice pair34[] = { { .code = "3", .label_id = "Ya", .label_en = "Yes" },
		{ .code = "4", .label_id = "Tidak", .label_en = "No" } };
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

	if (reader_number(rd, n, 0, 1, (T(t->field->type) & T_NUMERIC) != 0 ? 15 : 4000, &v) == 0)
		t->field->max = (int)v;
	return rd->failed;
}

static int take_scale(struct reader *rd, struct target *t, const struct scfg_node *n)
{
	int64_t v;

	if (reader_number(rd, n, 0, 1, 6, &v) == 0)
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
static int take(struct reader *rd, struct target *t, const struct scfg_node *n, const struct directive *table,
	size_t count, uint64_t *seen)
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
		return reader_fail(
			rd, n->line, "\"%s\" does not fit a field of type %s", d->name, field_type_names[t->field->type]);
	if ((int)n->nwords < d->least || (int)n->nwords > d->most || (n->child != NULL && !d->block))
		return reader_fail(rd, n->line, "expected: %s", d->usage);
	if ((*seen & UINT64_C(1) << (i - 1)) != 0 && d->most != 2)
		return reader_fail(rd, n->line, "\"%s\" is given twice", d->name);
	*seen |= UINT64_C(1) << (i - 1);
	return d->take(rd, t, n);
}

int directives_take(struct reader *rd, struct target *t, const struct scfg_node *first)
{
	static const struct { const struct directive *v; size_t n; } tables[] = {
		{ form_directives, sizeof form_directives / sizeof form_directives[0] },
		{ section_directives, sizeof section_directives / sizeof section_directives[0] },
		{ roster_directives, sizeof roster_directives / sizeof roster_directives[0] },
		{ field_directives, sizeof field_directives / sizeof field_directives[0] },
	};
	size_t which = t->form != NULL ? 0 : t->section != NULL ? 1 : t->roster != NULL ? 2 : 3;
	uint64_t seen = 0;

	for (const struct scfg_node *n = first; n != NULL && rd->failed == 0; n = n->next)
		take(rd, t, n, tables[which].v, tables[which].n, &seen);
	return rd->failed;
}
