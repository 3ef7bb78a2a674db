/* page.h - what a screen says, without where it stands: paint.c lays it out on a grid, src/line speaks it line by line.
 *
 * Layer: desk. A page is built into its screen's arena and thrown away with it; every text is borrowed from there or constant.
 * What can be picked (items and rows of tables with `pick`) is numbered 0.. in the order of the page. */
#ifndef BALAI_PAGE_H
#define BALAI_PAGE_H
#include <stdbool.h>
#include "arena.h"
#include "grid.h"

enum block_kind {
	BLOCK_TEXT,               /* a paragraph */
	BLOCK_HEAD,               /* a heading */
	BLOCK_PAIR,               /* label and text */
	BLOCK_GAP,                /* an empty line */
	BLOCK_ITEM,               /* something to pick: key, label, text (a count or a remark) */
	BLOCK_TABLE,
	BLOCK_FIXED               /* a line of a letter or receipt: never re-wrapped while it fits */
};
struct column {
	const char *title;
	int width;                /* columns it would like; the last one takes what is left */
	bool name;                /* a person's name: shortened by rule when it does not fit (name_short) */
	bool right;               /* a number */
};
struct table_row { const char **cell; int64_t id; bool marked; bool late; bool mine; const void *data; };
struct table { struct column *column; size_t ncolumn; struct table_row *row; size_t nrow; bool pick; };

struct block {
	enum block_kind kind;
	const char *label, *text;
	char key[8];              /* of an item: what picks it */
	enum grid_role role;
	unsigned attr;
	bool side;                /* stands in the right half when the screen is wide enough */
	struct table *table;
	int id;                   /* of an item, for its screen */
	int64_t object;
	struct block *next;
};
struct page {
	struct arena *arena;
	const char *title, *place, *aside;    /* first row: left, after it, right (place and aside may be NULL) */
	const char *prompt;                   /* of the input line, NULL: none */
	const char *legend;                   /* above the message line, e.g. what the gate letters mean */
	struct block *first, *last;
	bool nomem;
};

void page_init(struct page *, struct arena *);
struct block *page_add(struct page *, enum block_kind, const char *label, const char *text);   /* never NULL: a spare one on no memory */
struct block *page_addf(struct page *, enum block_kind, const char *label, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
struct block *page_item(struct page *, const char *key, const char *label, const char *text, int id);
struct table *page_table(struct page *, const struct column *, size_t ncolumn, size_t nrow, bool pick);
/* What stands at pick number n: an item's block, or a table row. false: there is no such number. */
struct pick { struct block *block; struct table_row *row; };
bool page_pick(const struct page *, int n, struct pick *);
int  page_picks(const struct page *);

#endif
