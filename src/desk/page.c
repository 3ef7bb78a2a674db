/* page.c - see page.h. */
#include "config.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "page.h"

static struct block spare_block;

void page_init(struct page *p, struct arena *a)
{
	*p = (struct page){ .arena = a };
}

struct block *page_add(struct page *p, enum block_kind kind, const char *label, const char *text)
{
	struct block *b = arena_alloc(p->arena, sizeof(*b));

	if (b == NULL) {
		p->nomem = true;
		spare_block = (struct block){ 0 };
		return &spare_block;
	}
	b->kind = kind;
	b->label = label;
	b->text = text;
	if (p->last != NULL)
		p->last->next = b;
	else
		p->first = b;
	p->last = b;
	return b;
}

struct block *page_addf(struct page *p, enum block_kind kind, const char *label, const char *fmt, ...)
{
	char text[1200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return page_add(p, kind, label, arena_strdup(p->arena, text));
}

struct block *page_item(struct page *p, const char *key, const char *label, const char *text, int id)
{
	struct block *b = page_add(p, BLOCK_ITEM, label, text);

	snprintf(b->key, sizeof(b->key), "%s", key);
	b->id = id;
	return b;
}

struct table *page_table(struct page *p, const struct column *column, size_t ncolumn, size_t nrow, bool pick)
{
	struct block *b = page_add(p, BLOCK_TABLE, NULL, NULL);
	struct table *t = arena_alloc(p->arena, sizeof(*t));
	struct column *c = arena_dup(p->arena, column, ncolumn * sizeof(*column));
	struct table_row *rows = arena_alloc(p->arena, (nrow + 1) * sizeof(*rows));

	if (t == NULL || c == NULL || rows == NULL) {
		p->nomem = true;
		return NULL;
	}
	*t = (struct table){ .column = c, .ncolumn = ncolumn, .row = rows, .nrow = nrow, .pick = pick };
	for (size_t i = 0; i < nrow; i++) {
		rows[i].cell = arena_alloc(p->arena, ncolumn * sizeof(char *));
		if (rows[i].cell == NULL) {
			t->nrow = i;
			p->nomem = true;
			break;
		}
		for (size_t k = 0; k < ncolumn; k++)
			rows[i].cell[k] = "";
	}
	b->table = t;
	return t;
}

bool page_pick(const struct page *p, int n, struct pick *out)
{
	*out = (struct pick){ 0 };
	if (n < 0)
		return false;
	for (struct block *b = p->first; b != NULL; b = b->next) {
		if (b->kind == BLOCK_ITEM) {
			if (n-- == 0) {
				out->block = b;
				return true;
			}
		} else if (b->kind == BLOCK_TABLE && b->table != NULL && b->table->pick) {
			if ((size_t)n < b->table->nrow) {
				out->block = b;
				out->row = &b->table->row[n];
				return true;
			}
			n -= (int)b->table->nrow;
		}
	}
	return false;
}

int page_picks(const struct page *p)
{
	int n = 0;

	for (struct block *b = p->first; b != NULL; b = b->next) {
		if (b->kind == BLOCK_ITEM)
			n++;
		else if (b->kind == BLOCK_TABLE && b->table != NULL && b->table->pick)
			n += (int)b->table->nrow;
	}
	return n;
}
