/* form.h - a questionnaire or dossier form as read from a file of forms/.
 *
 * Layer: form. No curses, no ssh, no SQL. The grammar is documented in forms/README.
 * A struct form is read once and never changes; it owns its text, its compiled expressions and its choice lists, and is
 * shared read-only by any number of fillings and threads. form_free() gives all of it back.
 * Identity of a form version: name, version and the SHA-256 of its bytes.
 * Invariants after form_read(): numbers unique, names unique, every reference resolved, no cycle, types checked. */
#ifndef BALAI_FORM_H
#define BALAI_FORM_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "buf.h"

enum field_type {
	FIELD_TEXT, FIELD_INTEGER, FIELD_DECIMAL,    /* decimal: scaled, `scale N` digits after the point */
	FIELD_DATE,                                  /* value YYYY-MM-DD */
	FIELD_ONE, FIELD_MANY,                       /* select one / multiple: a code; codes separated by one blank */
	FIELD_NIK, FIELD_CARD,                       /* value: what was typed, 16 digits when right */
	FIELD_AREA,                                  /* value: the village's Kemendagri code, dotted */
	FIELD_FILE,                                  /* value: SHA-256 in hex */
	FIELD_CALC,                                  /* calculated, never typed */
	FIELD_NOTE                                   /* text on the screen, no value */
};

/* more: the words after the two labels; what they mean is said by whoever uses the list (reasons: which event, ...). */
struct choice { const char *code; const char *label_id; const char *label_en; const char **more; size_t nmore; };
struct choice_list { const char *name; struct choice *v; size_t n; };

struct expr;   /* expr.h */

struct field {
	uint32_t number;           /* never reused; 1.. */
	const char *name;
	enum field_type type;
	const char *label_id, *label_en;
	const char *help_id, *help_en;      /* may be NULL */
	const char *message_id, *message_en;/* of the constraint; may be NULL */
	bool required;                      /* plain `required`; required_if is then NULL */
	const struct expr *required_if, *relevant, *constraint, *calculate, *choice_filter; /* NULL when absent */
	const struct choice_list *choices;  /* FIELD_ONE, FIELD_MANY */
	const char *store; /* "person.name", "household.address", "membership.relation", "family_card.no" ... or NULL */
	uint32_t roster;                    /* number of the roster it belongs to, 0 for the household */
	uint32_t section;                   /* index into form->section */
	int max;                            /* bytes of text, digits of a number; 0: the type's own */
	int scale;                          /* FIELD_DECIMAL */
	bool sticky;                        /* carried to the next record as a default */
	bool upper;                         /* typed text is turned to upper case */
	bool multiline;
	bool readonly;                      /* prefilled, shown, never typed; not checked but for its form */
	const char *low, *high;             /* range of a number, as text; NULL: none */
	const char *yesno;                  /* NULL, "12" (1 ya 2 tidak) or "34" (3 ya 4 tidak) */
	const char *map;                    /* column of the centre's file, or NULL */
	int line;                           /* in the form file */
};

struct roster {
	uint32_t number;           /* of the roster itself, from the same number space as fields */
	const char *name;          /* "member", "business", "child_elsewhere" */
	const char *label_id, *label_en;
	const char *subject;       /* "person" for the members; "row" else */
	uint32_t of;               /* roster whose row each row belongs to (a business names a member), 0 none */
	int min, max;              /* rows */
	uint32_t section;
};

/* roster: of the fields that follow, when the section goes on with one declared before; 0 else */
struct section {
	uint32_t number;
	const char *name;
	const char *label_id, *label_en;
	const struct expr *relevant;
	uint32_t roster;
};

struct form {
	const char *name;          /* "bdt2015", "exit" ... */
	const char *title_id, *title_en;
	uint32_t version;
	uint8_t sha[32];           /* of the bytes of the file */
	const char *kind;          /* dossier kind it serves ("new", "exit"), or NULL for a questionnaire */
	struct section *section; size_t nsection;
	struct roster *roster;   size_t nroster;
	struct field *field;     size_t nfield;    /* in the order of the file = of the paper = of asking */
	const uint32_t *calc_order; size_t ncalc;  /* indexes of calculated fields, in the order of dependence */
	void *priv;
};

/* Where a form finds the choice lists it names ("choices from hubungan"). Returns the bytes of
 * forms/list/NAME.list, borrowed
 * until the next call, or NULL when there is none. */
struct form_source { const char *(*list)(void *arg, const char *name, size_t *n); void *arg; };

/* column: character of the expression when the fault is in one, else 0; file: the list's name when the fault is
 * there, else "". */
struct form_error { int line; int column; char file[64]; char text[240]; };
struct form_warnings { struct form_error *v; size_t n, size; };

/* 0, ERR_PARSE with *err, or ERR_NOMEM. warnings (the lint) may be NULL. */
int form_read(const char *name, const char *text, size_t n, const struct form_source *, struct form **,
	struct form_error *err, struct form_warnings *);
void form_free(struct form *);
void form_warnings_clear(struct form_warnings *);

const struct field  *form_field(const struct form *, uint32_t number);          /* NULL when it does not ask that */
const struct field  *form_field_named(const struct form *, const char *name);
const struct field  *form_field_stored(const struct form *, const char *store); /* by "person.nik" */
const struct roster *form_roster(const struct form *, uint32_t number);
const struct roster *form_roster_named(const struct form *, const char *name);
const struct choice *form_choice(const struct field *, const char *code);       /* NULL: no such code */
const char *field_label(const struct field *, const char *lang);                /* "id" or "en"; falls back to id */

/* Finds the directory's form and list files: form_source over a directory, for balaictl, tests and the store. */
struct form_dir;
/* A list by itself: for reasons, channels and whatever else is a table of codes. The list is given back by
 * form_list_free(). */
int  form_list_read(const char *name, const char *text, size_t n, struct choice_list **, struct form_error *err);
void form_list_free(struct choice_list *);

int  form_dir_open(const char *path, struct form_dir **);
void form_dir_close(struct form_dir *);
struct form_source form_dir_source(struct form_dir *);
/* One digest over the lists of an office: the same when all names and bytes are. Sorts v by name. */
struct form_list_id { const char *name; uint8_t sha[32]; };
void form_lists_digest(struct form_list_id *v, size_t n, uint8_t out[32]);
/* The same over all files of list/. 0, ERR_IO, ERR_NOMEM. */
int  form_dir_lists(struct form_dir *, uint8_t out[32]);
/* Calls each for every form of questionnaire/ and dossier/, in any order; stops at a value that is not 0 and returns it. */
int  form_dir_forms(struct form_dir *, int (*each)(void *arg, const char *name, const char *text, size_t n), void *arg);
/* The bytes of questionnaire/NAME.form or dossier/NAME.form; borrowed until the next call, NULL when there is none. */
const char *form_dir_form(struct form_dir *, const char *name, size_t *n);

#endif
