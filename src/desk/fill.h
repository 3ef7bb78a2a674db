/* fill.h - filling a form in: where the cursor is, what is typed, what is wrong, what must still be saved.
 *
 * Layer: desk. No painting and no requests: screen_form.c and src/line drive it. One struct fill is one open form.
 * A position is a field of the form and a row of its roster (0 for the household); FILL_END is the [Simpan] after the last one.
 * Rosters open their next row by themselves; an empty row that is left goes away again. Fields that are not relevant, read-only,
 * calculated or notes are never stood on.
 * Ownership: the form is borrowed and must outlive the fill. */
#ifndef BALAI_FILL_H
#define BALAI_FILL_H
#include "check.h"
#include "edit.h"
#include "filling.h"
#include "finding.h"
#include "form.h"
#include "key.h"

struct fill_pos { size_t field; uint32_t row; bool of; };       /* of: asks which row of the other roster this row belongs to */
#define FILL_END ((size_t)-1)

struct fill_mark { uint32_t field, row; };
struct fill_undo { uint32_t field, row; char *value; };
struct fill_override { uint32_t code, field, row; char *reason; };
#define FILL_UNDO 60

struct fill {
	const struct form *form;
	struct filling answers;
	struct check_env env;
	struct fill_pos at;
	struct edit edit;
	bool typed;                    /* the open field's text is not yet in answers */
	bool wrong;                    /* that text is no code of its list: said at once, and the next key replaces it */
	bool step_on;                  /* full fields step on by themselves */
	bool frozen;                   /* nothing may be typed (somebody else has the draft) */
	struct finding_list found;
	size_t problem;                /* the one the walk stands at */
	struct finding left;           /* of the field just left: code 0 none; args are borrowed from found, so only code and place */
	struct fill_mark *unsaved; size_t nunsaved, unsaved_size;
	bool rows_unsaved;
	bool changed;                  /* anything typed since it was opened */
	struct fill_mark *carried; size_t ncarried, carried_size;
	struct filling last;           /* the record before this one: F9 and sticky values */
	bool repeated;                 /* the last key was F9 */
	struct fill_undo undo[FILL_UNDO]; size_t nundo;
	struct fill_override *override; size_t noverride;
	bool stepped;                  /* the last key stepped on by itself out of a number field: a scanner's Enter is swallowed */
	bool self;                     /* the last key stepped on by itself: one Enter does not skip a required question */
};

int  fill_open(struct fill *, const struct form *, const struct check_env *);
void fill_close(struct fill *);                                   /* wipes */
/* Sets sticky fields of a new record from the one before it (answers of the same form); they count as carried. */
void fill_carry(struct fill *, const struct filling *last);

void fill_carry_all(struct fill *);                                /* everything that stands now was carried */

bool fill_focusable(const struct fill *, const struct field *, uint32_t row);    /* can be stood on now */
void fill_go(struct fill *, struct fill_pos);                     /* leaves the open field, stands there */
/* Before checking and sending: rows that opened by themselves and hold nothing but carried values go, down to the roster's minimum. */
void fill_settle(struct fill *);
bool fill_go_number(struct fill *, uint32_t field, uint32_t row); /* false: cannot be stood on */
void fill_first(struct fill *);
void fill_leave(struct fill *);                                   /* what is typed goes into answers, the field is checked */
void fill_forward(struct fill *);
void fill_back(struct fill *);
void fill_section(struct fill *, int direction);                  /* next or previous section with something to ask */
size_t fill_section_at(const struct fill *);                      /* index of the section of the cursor; the last one at FILL_END */
bool fill_row_go(struct fill *, uint32_t row);                    /* the same question of another row of this roster; false: cannot be stood on */
bool fill_row_step(struct fill *, int direction);                 /* of the next or previous row; false: there is none */
bool fill_row_drop(struct fill *, uint32_t roster, uint32_t row); /* rows of the register cannot be dropped: false */
bool fill_row_fixed(const struct fill *, const struct roster *);  /* rows come from the register: none added or dropped */

enum fill_did { FILL_NOT, FILL_DONE, FILL_WRONG, FILL_REFUSED };
enum fill_did fill_key(struct fill *, const struct key *);        /* text, editing, Tab, Enter, arrows, undo, F9 */
bool fill_take(struct fill *, const char *value);                 /* picked from a list or answered by a line: value, then the next field */
bool fill_put(struct fill *, uint32_t field, uint32_t row, const char *value);   /* stores a value as if typed; not checked */

const struct field *fill_field(const struct fill *);              /* of the cursor; NULL at FILL_END and at `of` */
const struct roster *fill_roster(const struct fill *);            /* of the cursor, or NULL */
const char *fill_row_name(const struct fill *, uint32_t roster, uint32_t row);   /* the person's name or the first text; "" none */
bool fill_is_carried(const struct fill *, uint32_t field, uint32_t row);
/* Codes of one or two characters are those of the paper form and are keyed. Longer ones are words of the office's files: nobody
 * sees or keys them, their list is numbered instead. */
bool fill_coded(const struct field *);
/* What stands before a choice and is keyed for it: its code, or its number among those open now. */
void fill_choice_sign(const struct fill *, const struct field *, uint32_t row, const struct choice *, char out[8]);
/* The choice that typed text means for a field: by sign or code, or by the first letters of its text when only one has them. */
const struct choice *fill_choice(const struct fill *, const struct field *, uint32_t row, const char *typed);
bool fill_choice_open(const struct fill *, const struct field *, uint32_t row, const struct choice *);   /* passes choice_filter */
bool fill_no_choice(const struct fill *, const struct field *, uint32_t row, const char *typed);   /* neither is one nor may become one */
void fill_choice_codes(const struct fill *, const struct field *, uint32_t row, struct buf *);     /* "1 sampai 8", "1, 3, 9": what may be keyed */
void fill_choice_told(const struct fill *, const struct finding *, struct buf *);   /* after "Kode 7 tidak ada": what there is */
bool fill_secret(const struct field *);                           /* built-in forms: name begins with "secret" */

void fill_check(struct fill *);                                   /* everything; findings sorted in the order of asking */
void fill_check_answered(struct fill *);                          /* a draft gone on with: what is wrong in it already, not what is missing */
void fill_blame(struct fill *, const struct finding_list *);      /* findings of the store are added */
const struct finding *fill_finding(const struct fill *, uint32_t field, uint32_t row);   /* the worst one there, NULL none */
size_t fill_problems(const struct fill *);                        /* blocking ones not overridden */
bool fill_problem_go(struct fill *, int direction);               /* walks the findings; false: there are none */
bool fill_override(struct fill *, const struct finding *, const char *reason);
bool fill_overridden(const struct fill *, const struct finding *);

#endif
