/* finding.h - the one type for "something is not right here", from a field at the desk to a row of an import.
 *
 * Layer: model. A finding carries a code, where it is, and arguments; never an identity number or a name (change-model.md
 * rule 11) except in args that the same user typed himself. The Indonesian text is made only where it is shown, by
 * finding_text(). Codes are rows of findings.tbl: FINDING(number, name, severity, override, "text with %1 %2").
 * Numbers are never reused: they stand in the journal. Refusals of an operation are findings too (field 0). */
#ifndef BALAI_FINDING_H
#define BALAI_FINDING_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "buf.h"

enum severity { SEV_INFO = 0, SEV_WARN = 1, SEV_BLOCK = 2 };

enum finding_code {
	FIND_NONE = 0,
#define FINDING(number, name, severity, override, text) FIND_##name = number,
#include "findings.tbl"
#undef FINDING
};

#define FINDING_ARGS 4

struct finding {
	uint32_t code;        /* enum finding_code */
	uint8_t severity;     /* enum severity; may be lower than the table's when overridden or inherited */
	uint32_t field;       /* number in the form, 0 for the whole */
	uint32_t row;         /* row in the field's roster, 0 for household fields */
	char *arg[FINDING_ARGS]; /* owned by the list, NULL when absent */
};

struct finding_list {
	struct finding *v;
	size_t n, size;
	bool nomem;           /* sticky: something could not be added */
};

struct finding_info { uint32_t code; const char *name; enum severity severity; bool may_override; const char *text; };

void finding_list_init(struct finding_list *);
void finding_list_clear(struct finding_list *);
/* Adds with the table's severity. Up to FINDING_ARGS strings, ended by NULL; they are copied. Returns it or NULL. */
struct finding *finding_add(struct finding_list *, enum finding_code, uint32_t field, uint32_t row, ...);
bool finding_list_blocks(const struct finding_list *);      /* any SEV_BLOCK */
const struct finding *finding_first(const struct finding_list *, enum finding_code);
const struct finding *finding_find(const struct finding_list *, uint32_t code, uint32_t field, uint32_t row);
const struct finding_info *finding_info(uint32_t code);     /* NULL for a code this program does not know */
void finding_text(const struct finding *, struct buf *out); /* one Indonesian sentence, args through text_show() */

#endif
