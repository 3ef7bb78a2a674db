/* form_list.c - choice lists: a block in a form, or a file of forms/list. */
#include "config.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "err.h"
#include "form_priv.h"

#define CODE_MAX 40

static void list_fail(struct form_error *err, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static void list_fail(struct form_error *err, int line, const char *fmt, ...)
{
	va_list ap;

	err->line = line;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
}

static bool code_ok(const char *s)
{
	size_t n = strlen(s);

	if (n == 0 || n > CODE_MAX)
		return false;
	for (; *s != '\0'; s++)
		if (!((*s >= '0' && *s <= '9') || (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
				strchr("_-.", *s) != NULL))
			return false;
	return true;
}

static int code_cmp(const void *a, const void *b)
{
	const struct choice *const *x = a, *const *y = b;

	return strcmp((*x)->code, (*y)->code);
}

/* A code twice would make the answer mean two things. */
static bool codes_unique(struct arena *arena, const struct choice_list *list, const char **twice)
{
	const struct choice **v = arena_alloc(arena, (list->n + 1) * sizeof(struct choice *));

	*twice = NULL;
	if (v == NULL)
		return false;
	for (size_t i = 0; i < list->n; i++)
		v[i] = &list->v[i];
	qsort(v, list->n, sizeof v[0], code_cmp);
	for (size_t i = 1; i < list->n; i++)
		if (strcmp(v[i - 1]->code, v[i]->code) == 0)
			*twice = v[i]->code;
	return true;
}

/* Copies what the list keeps of a directive; false when memory is gone. */
static bool choice_from(struct arena *arena, const struct scfg_node *node, struct choice *c)
{
	bool en = node->nwords > 1 && node->words[1][0] != '\0';

	c->code = arena_strdup(arena, node->name);
	c->label_id = arena_strdup(arena, node->words[0]);
	c->label_en = en ? arena_strdup(arena, node->words[1]) : NULL;
	if (c->code == NULL || c->label_id == NULL || (en && c->label_en == NULL))
		return false;
	c->nmore = node->nwords > 2 ? node->nwords - 2 : 0;
	if (c->nmore != 0 && (c->more = arena_alloc(arena, c->nmore * sizeof *c->more)) == NULL)
		return false;
	for (size_t i = 0; i < c->nmore; i++)
		if ((c->more[i] = arena_strdup(arena, node->words[i + 2])) == NULL)
			return false;
	return true;
}

struct choice_list *list_from(struct arena *arena, const char *name, const struct scfg_node *first, int line,
	struct form_error *err)
{
	struct choice_list *list = arena_alloc(arena, sizeof *list);
	const struct scfg_node *node;
	const char *twice;
	size_t n = 0;

	err->text[0] = '\0';
	for (node = first; node != NULL; node = node->next)
		n++;
	if (n == 0 || n > FORM_CHOICES_MAX) {
		list_fail(
			err, line, n == 0 ? "the list %s is empty: CODE \"label\" expected" : "the list %s is too long", name);
		return NULL;
	}
	if (list == NULL || (list->name = arena_strdup(arena, name)) == NULL ||
		(list->v = arena_alloc(arena, n * sizeof *list->v)) == NULL)
		return NULL;
	for (node = first; node != NULL; node = node->next) {
		struct choice *c = &list->v[list->n++];

		if (!code_ok(node->name)) {
			list_fail(err, node->line, "\"%.40s\" is no code: letters, digits, - _ . and no blanks", node->name);
			return NULL;
		}
		if (node->child != NULL || node->nwords < 1 || node->words[0][0] == '\0') {
			list_fail(err, node->line, "expected: %.40s \"label\" \"English label\"", node->name);
			return NULL;
		}
		if (!choice_from(arena, node, c))
			return NULL;
	}
	if (!codes_unique(arena, list, &twice))
		return NULL;
	if (twice != NULL) {
		list_fail(err, line, "the code %s is in the list twice", twice);
		return NULL;
	}
	return list;
}

/* A file holds one list: `choices NAME { ... }`. */
static struct choice_list *list_read(const char *name, const char *text, size_t n, struct arena *arena,
	struct arena *scratch, struct form_error *err)
{
	struct scfg_node *root;
	struct scfg_error se;

	err->text[0] = '\0';
	switch (scfg_read(text, n, scratch, &root, &se)) {
	case 0:
		break;
	case ERR_PARSE:
		list_fail(err, se.line, "%s", se.text);
		return NULL;
	default:
		return NULL;
	}
	if (root == NULL || strcmp(root->name, "choices") != 0 || root->nwords != 1) {
		list_fail(err, root != NULL ? root->line : 1, "a list file begins with: choices %s {", name);
		return NULL;
	}
	if (strcmp(root->words[0], name) != 0) {
		list_fail(err, root->line, "the file is named after its list: choices %s expected", name);
		return NULL;
	}
	if (root->next != NULL) {
		list_fail(err, root->next->line, "a list file holds one list, here begins \"%s\"", root->next->name);
		return NULL;
	}
	return list_from(arena, name, root->child, root->line, err);
}

static struct choice_list *list_file(const char *name, const char *text, size_t n, struct arena *arena,
	struct form_error *err)
{
	struct choice_list *list;
	struct arena scratch;

	arena_init(&scratch, FORM_ARENA_MAX);
	list = list_read(name, text, n, arena, &scratch, err);
	arena_clear(&scratch);
	return list;
}

static const struct choice_list *list_known(const struct reader *rd, const char *name)
{
	for (size_t i = 0; i < rd->priv->nlist; i++)
		if (rd->priv->list[i]->name != NULL && strcmp(rd->priv->list[i]->name, name) == 0)
			return rd->priv->list[i];
	return NULL;
}

bool list_add(struct reader *rd, const struct choice_list *list)
{
	struct form_priv *p = rd->priv;

	if (p->nlist % 16 == 0) {
		struct choice_list **v = arena_alloc(&p->arena, (p->nlist + 16) * sizeof(struct choice_list *));

		if (v == NULL)
			return reader_nomem(rd), false;
		if (p->nlist != 0)
			memcpy(v, p->list, p->nlist * sizeof(struct choice_list *));
		p->list = v;
	}
	p->list[p->nlist++] = (struct choice_list *)list;
	return true;
}

const struct choice_list *list_block(struct reader *rd, const char *name, const struct scfg_node *first, int line)
{
	struct form_error err = { .line = line };
	struct choice_list *list;

	if ((list = list_from(&rd->priv->arena, name, first, line, &err)) != NULL)
		return list;
	if (err.text[0] == '\0')
		reader_nomem(rd);
	else
		reader_fail(rd, err.line, "%s", err.text);
	return NULL;
}

const struct choice_list *list_named(struct reader *rd, const char *name, int line)
{
	const struct choice_list *list = list_known(rd, name);
	struct form_error err = { .line = 1 };
	const char *text = NULL;
	size_t n = 0;

	if (list != NULL)
		return list;
	if (!form_name_ok(name)) {
		reader_fail(rd, line, "\"%.40s\" is no name of a list", name);
		return NULL;
	}
	if (rd->source != NULL && rd->source->list != NULL)
		text = rd->source->list(rd->source->arg, name, &n);
	if (text == NULL) {
		reader_fail(rd, line, "there is no list %.60s: no choices %.60s { } in this file, no file list/%.60s.list",
			name, name, name);
		return NULL;
	}
	if ((list = list_file(name, text, n, &rd->priv->arena, &err)) == NULL) {
		if (err.text[0] == '\0')
			reader_nomem(rd);
		else if (reader_fail(rd, err.line, "%s", err.text) == ERR_PARSE)
			snprintf(rd->err->file, sizeof rd->err->file, "%s", name);
		return NULL;
	}
	return list_add(rd, list) ? list : NULL;
}

/* A list by itself keeps its arena right behind it. */
struct list_alone { struct choice_list list; struct arena arena; };

int form_list_read(const char *name, const char *text, size_t n, struct choice_list **out, struct form_error *err)
{
	struct list_alone *alone = calloc(1, sizeof *alone);
	struct choice_list *list;

	*out = NULL;
	*err = (struct form_error){ .line = 1 };
	if (alone == NULL)
		return ERR_NOMEM;
	arena_init(&alone->arena, FORM_ARENA_MAX);
	if (n > FORM_TEXT_MAX)
		list_fail(err, 1, "the file of list %s is too long", name);
	else if ((list = list_file(name, text, n, &alone->arena, err)) != NULL) {
		alone->list = *list;
		*out = &alone->list;
		return 0;
	}
	arena_clear(&alone->arena);
	free(alone);
	return err->text[0] != '\0' ? ERR_PARSE : ERR_NOMEM;
}

void form_list_free(struct choice_list *list)
{
	struct list_alone *alone = (struct list_alone *)list;

	if (alone == NULL)
		return;
	arena_clear(&alone->arena);
	free(alone);
}
