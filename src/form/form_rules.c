/* form_rules.c - the rules of a form: compiled, bound to fields, put into the order in which they wait for one
 * another. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "err.h"
#include "form_priv.h"
#include "near.h"

/* Where a rule stands, as the names in it see it. */
struct scope { struct reader *rd; int field; enum rule_kind kind; };

static enum expr_kind field_kind(const struct field *f)
{
	switch (f->type) {
	case FIELD_INTEGER: case FIELD_DECIMAL:
		return EXPR_NUMBER;
	case FIELD_DATE:
		return EXPR_DATE;
	case FIELD_CALC:
		return f->calculate != NULL ? expr_kind(f->calculate) : EXPR_TEXT;
	default:
		return EXPR_TEXT;
	}
}

static bool find_name(void *arg, const char *name, struct expr_name *out)
{
	const struct scope *scope = arg;
	const struct form *form = scope->rd->form;
	const struct field *f;

	*out = (struct expr_name){ .kind = EXPR_TEXT };
	if (name[0] == '#' || (strcmp(name, ".") == 0 && scope->kind == RULE_FILTER)) {
		/* the code of the choice that is tried, and its further words */
		out->slot = RULE_WORD_SLOT(form, name[0] == '#' ? name[1] - '0' : 0);
		return scope->kind == RULE_FILTER;
	}
	if (strcmp(name, ".") == 0) {
		if (scope->field < 0)
			return false;
		f = &form->field[scope->field];
	} else if ((f = form_field_named(form, name)) == NULL || f->type == FIELD_NOTE) {
		return false;
	}
	out->slot = (int)(f - form->field);
	out->kind = field_kind(f);
	out->roster = f->roster;
	return true;
}

static bool find_roster(void *arg, const char *name, uint32_t *roster)
{
	const struct scope *scope = arg;
	const struct roster *r = form_roster_named(scope->rd->form, name);

	if (r != NULL)
		*roster = r->number;
	return r != NULL;
}

static uint32_t roster_of(void *arg, uint32_t roster)
{
	const struct scope *scope = arg;
	const struct roster *r = form_roster(scope->rd->form, roster);

	return r != NULL ? r->of : 0;
}

static const char *near_name(void *arg, const char *name)
{
	const struct scope *scope = arg;
	const struct form *form = scope->rd->form;
	struct near near;

	near_init(&near, name);
	for (size_t i = 0; i < form->nfield; i++)
		near_try(&near, form->field[i].name);
	for (size_t i = 0; i < form->nroster; i++)
		near_try(&near, form->roster[i].name);
	return near_best(&near);
}

static const char *const rule_names[] = {
	[RULE_RELEVANT] = "relevant",
	[RULE_CALCULATE] = "calculate",
	[RULE_CONSTRAINT] = "constraint",
	[RULE_REQUIRED] = "required",
	[RULE_FILTER] = "choice_filter",
};

static const struct expr *compile(struct reader *rd, struct arena *arena, const struct rule_text *rule,
	enum rule_kind kind, int field, uint32_t roster)
{
	struct scope scope = { .rd = rd, .field = field, .kind = kind };
	struct expr_names names = {
		.find = find_name,
		.find_roster = find_roster,
		.of = roster_of,
		.near = near_name,
		.arg = &scope,
		.roster = roster,
	};
	struct expr_error err;
	struct expr *e;

	if (rule->text == NULL || rd->failed != 0)
		return NULL;
	switch (expr_compile(rule->text, &names, arena, &e, &err)) {
	case 0:
		return e;
	case ERR_NOMEM:
		reader_nomem(rd);
		return NULL;
	default:
		reader_fail(rd, rule->line, "%s, character %d: %s", rule_names[kind], err.at + 1, err.text);
		rd->err->column = err.at + 1;
		return NULL;
	}
}

static const struct expr **rule_place(struct field *f, enum rule_kind kind)
{
	switch (kind) {
	case RULE_RELEVANT: return &f->relevant;
	case RULE_CALCULATE: return &f->calculate;
	case RULE_CONSTRAINT: return &f->constraint;
	case RULE_REQUIRED: return &f->required_if;
	default: return &f->choice_filter;
	}
}

static void compile_field(struct reader *rd, struct arena *arena, size_t i, enum rule_kind kind)
{
	struct field *f = &rd->form->field[i];

	*rule_place(f, kind) = compile(rd, arena, &rd->rule[i][kind], kind, (int)i, f->roster);
}

static void compile_section(struct reader *rd, struct arena *arena, size_t i)
{
	struct section *s = &rd->form->section[i];

	s->relevant = compile(rd, arena, &rd->section_rule[i], RULE_RELEVANT, -1, s->roster);
}

/* What must be known before the value of a field counts: what it is calculated from and what decides whether it is
 * asked. */
static size_t waits_for(const struct form *form, size_t i, size_t from, int *next)
{
	const struct field *f = &form->field[i];
	const struct expr *e[3] = { f->calculate, f->relevant, form->section[f->section].relevant };
	size_t before = 0;

	for (size_t k = 0; k < 3; k++) {
		const int *slots;
		size_t n = e[k] != NULL ? expr_reads(e[k], &slots) : 0;

		if (from < before + n) {
			*next = slots[from - before];
			return from + 1;
		}
		before += n;
	}
	return 0;
}

static void fail_cycle(struct reader *rd, const uint32_t *path, size_t n, uint32_t again)
{
	const struct form *form = rd->form;
	char text[160] = "";
	size_t first = 0, len = 0;

	while (first < n && path[first] != again)
		first++;
	for (size_t i = first; i <= n && len < sizeof text - 70; i++)
		len += (size_t)snprintf(
			text + len, sizeof text - len, "%s%s", i > first ? " -> " : "", form->field[i < n ? path[i] : again].name);
	reader_fail(rd, form->field[again].line, "calculate and relevant wait for each other in a circle: %s", text);
}

/* Depth first without recursion. order: every field after those it waits for. */
static int order_fields(struct reader *rd, uint32_t *order)
{
	const struct form *form = rd->form;
	size_t n = form->nfield, done = 0;
	uint8_t *state = calloc(n, 1), *depth = calloc(n, 1);
	uint32_t *path = calloc(n + 1, sizeof *path);
	size_t *edge = calloc(n + 1, sizeof *edge);

	if (state == NULL || depth == NULL || path == NULL || edge == NULL)
		reader_nomem(rd);
	for (uint32_t start = 0; start < n && rd->failed == 0; start++) {
		size_t top = 0;

		if (state[start] == 2)
			continue;
		path[top++] = start;
		edge[0] = 0;
		state[start] = 1;
		while (top != 0 && rd->failed == 0) {
			uint32_t at = path[top - 1];
			int next;
			size_t go = waits_for(form, at, edge[top - 1], &next);

			if (go == 0) {
				state[at] = 2;
				order[done++] = at;
				top--;
				if (top != 0 && depth[path[top - 1]] <= depth[at])
					depth[path[top - 1]] = (uint8_t)(depth[at] + 1);
				if (depth[at] > FORM_CHAIN_MAX)
					reader_fail(rd, form->field[at].line, "field %s waits for a chain of more than %d rules",
						form->field[at].name, FORM_CHAIN_MAX);
				continue;
			}
			edge[top - 1] = go;
			if (state[next] == 1) {
				fail_cycle(rd, path, top, (uint32_t)next);
			} else if (state[next] == 2) {
				if (depth[at] <= depth[next])
					depth[at] = (uint8_t)(depth[next] + 1);
			} else {
				state[next] = 1;
				path[top] = (uint32_t)next;
				edge[top++] = 0;
			}
		}
	}
	free(state);
	free(depth);
	free(path);
	free(edge);
	return rd->failed;
}

static int rules_order(struct reader *rd, struct arena *scratch, uint32_t *calc)
{
	struct form *form = rd->form;
	uint32_t *order = arena_alloc(scratch, form->nfield * sizeof *order);

	if (order == NULL)
		return reader_nomem(rd);
	/* A first time to see who reads whom; what a calculated field gives is not known yet. */
	for (size_t i = 0; i < form->nsection; i++)
		compile_section(rd, scratch, i);
	for (size_t i = 0; i < form->nfield; i++) {
		compile_field(rd, scratch, i, RULE_RELEVANT);
		compile_field(rd, scratch, i, RULE_CALCULATE);
	}
	if (rd->failed != 0 || order_fields(rd, order) != 0)
		return rd->failed;
	for (size_t i = 0; i < form->nfield; i++)
		if (form->field[order[i]].type == FIELD_CALC)
			calc[form->ncalc++] = order[i];
	return 0;
}

int rules_compile(struct reader *rd)
{
	struct form *form = rd->form;
	struct arena scratch;
	uint32_t *calc = arena_alloc(&rd->priv->arena, (form->nfield + 1) * sizeof *calc);

	if (calc == NULL)
		return reader_nomem(rd);
	form->calc_order = calc;
	arena_init(&scratch, FORM_ARENA_MAX);
	rules_order(rd, &scratch, calc);
	for (size_t i = 0; i < form->nfield; i++)
		form->field[i].relevant = form->field[i].calculate = NULL;
	for (size_t i = 0; i < form->nsection; i++)
		form->section[i].relevant = NULL;
	arena_clear(&scratch);
	/* The second time for good: in this order a calculated field knows what those before it give. */
	for (size_t i = 0; i < form->ncalc; i++)
		compile_field(rd, &rd->priv->arena, calc[i], RULE_CALCULATE);
	for (size_t i = 0; i < form->nsection; i++)
		compile_section(rd, &rd->priv->arena, i);
	for (size_t i = 0; i < form->nfield; i++) {
		static const enum rule_kind kinds[] = { RULE_RELEVANT, RULE_CONSTRAINT, RULE_REQUIRED, RULE_FILTER };

		for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
			compile_field(rd, &rd->priv->arena, i, kinds[k]);
		rd->priv->kind[i] = (uint8_t)field_kind(&form->field[i]);
		rd->priv->hides[i] = form->field[i].relevant != NULL || form->section[form->field[i].section].relevant != NULL;
	}
	return rd->failed;
}
