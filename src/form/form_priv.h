/* form_priv.h - a form while it is read, and what is kept behind form->priv.
 *
 * Layer: form, private to src/form. */
#ifndef BALAI_FORM_PRIV_H
#define BALAI_FORM_PRIV_H
#include "arena.h"
#include "expr.h"
#include "form.h"
#include "scfg.h"

#define FORM_TEXT_MAX (1u << 20)      /* bytes of a file */
#define FORM_ARENA_MAX (32u << 20)
#define FORM_FIELDS_MAX 2000
#define FORM_ROSTERS_MAX 40
#define FORM_SECTIONS_MAX 200
#define FORM_NUMBER_MAX 999999
#define FORM_CHOICES_MAX 5000
#define FORM_CHAIN_MAX 24             /* rules that wait for one another; evaluation goes as deep as this */

/* Text of a rule, kept in the reader's scratch until all names are known and the lint has run. */
enum rule_kind { RULE_RELEVANT, RULE_CALCULATE, RULE_CONSTRAINT, RULE_REQUIRED, RULE_FILTER, RULE_COUNT };
struct rule_text { const char *text; int line; };

struct form_priv {
	struct arena arena;
	uint32_t *by_number;           /* indexes of fields, ascending by number */
	struct choice_list **list; size_t nlist;
	uint8_t *hides;                /* by field index: it or its section has a rule of relevance */
	uint8_t *kind;                 /* by field index: enum expr_kind of its value in expressions */
};

struct reader {
	struct form *form;
	struct form_priv *priv;
	const struct form_source *source;
	struct form_error *err;
	struct form_warnings *warnings;
	struct arena scratch;          /* the file as a tree, texts of rules: all that a form does not keep */
	struct rule_text (*rule)[RULE_COUNT];   /* by field index */
	struct rule_text *section_rule;
	int failed;                    /* the first ERR_ */
};

/* All give ERR_PARSE (or what failed before) and fill the error only the first time. */
int reader_fail(struct reader *, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int reader_nomem(struct reader *);
void reader_warn(struct reader *, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
bool form_name_ok(const char *);
const char *reader_keep(struct reader *,
	const char *); /* a copy that lives as long as the form; "" when memory is gone */

/* form_list.c */
const struct choice_list *list_block(struct reader *, const char *name, const struct scfg_node *first, int line);
const struct choice_list *list_named(struct reader *, const char *name, int line);
bool list_add(struct reader *, const struct choice_list *);
struct choice_list *list_from(struct arena *, const char *name, const struct scfg_node *first, int line,
	struct form_error *);

/* form_rules.c: compiles all rules, orders the calculated fields, finds cycles. */
int rules_compile(struct reader *);

/* form_lint.c */
void form_lint(struct reader *);

#define RULE_WORD_SLOT(form, n) ((int)(form)->nfield + (n))   /* slot of word(n) in a choice_filter */

#endif
