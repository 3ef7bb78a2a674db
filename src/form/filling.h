/* filling.h - the answers to a form: triples (field, row, value), the same for draft, wire and stored answer set.
 *
 * Layer: form. Household fields have row 0; rows of a roster count from 1 within it. A row is declared
 * (filling_row_add) before it can hold an answer; it may name the person or stored row it stands for (subject, 0 = new)
 * and, in a roster `of` another, the row it belongs to. The empty text is "unanswered" and is not stored.
 * Invariant: answers sorted by (field, row); rows by (roster, row); values are clean UTF-8, at most
 * FILLING_VALUE_MAX. */
#ifndef BALAI_FILLING_H
#define BALAI_FILLING_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FILLING_VALUE_MAX 4000
#define FILLING_ROWS_MAX 99       /* in one roster */
#define FILLING_ANSWERS_MAX 8000

struct answer { uint32_t field, row; char *value; };
struct filling_row { uint32_t roster, row; int64_t subject; uint32_t of; };

struct filling {
	struct answer *v; size_t n, size;
	struct filling_row *row; size_t nrow, row_size;
};

void filling_init(struct filling *);
void filling_clear(struct filling *);
int  filling_copy(struct filling *dst, const struct filling *src);
/* value "" or NULL removes. 0, ERR_TOOLONG, ERR_NOMEM. */
int  filling_set(struct filling *, uint32_t field, uint32_t row, const char *value);
const char *filling_get(const struct filling *, uint32_t field, uint32_t row);      /* "" when unanswered, borrowed */
int  filling_row_add(struct filling *, uint32_t roster, uint32_t row, int64_t subject, uint32_t of);  /* replaces */
const struct filling_row *filling_row_find(const struct filling *, uint32_t roster, uint32_t row);
const struct filling_row *filling_row_by_subject(const struct filling *, uint32_t roster, int64_t subject);
size_t   filling_row_count(const struct filling *, uint32_t roster);
uint32_t filling_row_next(
	const struct filling *, uint32_t roster, uint32_t after); /* next row number > after, 0 none */
/* Removes a row, its answers, and rows of other rosters that belong to it. form tells which roster a field is in. */
struct form;
int  filling_row_drop(struct filling *, const struct form *, uint32_t roster, uint32_t row);

/* Canonical bytes: CBOR map {1: rows [[roster,row,subject,of]..], 2: answers [[field,row,value]..]}; the same
 * filling always
 * gives the same bytes. Defined in wire/filling_cbor.c, for form knows no CBOR. */
#endif
