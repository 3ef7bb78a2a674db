/* form_directives.h - the directives inside the blocks of a form file.
 *
 * Layer: form, private to src/form. A directive is a row of a table in form_directives.c: name, number of words,
 * the field types
 * it is for, what it fills in, and how it is written, for the message. */
#ifndef BALAI_FORM_DIRECTIVES_H
#define BALAI_FORM_DIRECTIVES_H
#include "form_priv.h"

/* What a directive fills in: one of these is set, by the block it stands in. */
struct target {
	struct form *form;
	struct section *section;
	struct roster *roster;
	struct field *field;
};

/* All directives of a block, into the one of t that is set. The reader's failure, or 0. */
int directives_take(struct reader *, struct target *, const struct scfg_node *first);

int reader_number(struct reader *, const struct scfg_node *, size_t word, int64_t low, int64_t high, int64_t *out);
struct rule_text *rule_of(struct reader *, struct target *, enum rule_kind);   /* of the field */
extern const char *const field_type_names[];    /* by enum field_type */
extern const size_t field_ntypes;

#endif
