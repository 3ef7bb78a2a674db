/* register_set.h - the rows of the register one change works on, in memory.
 *
 * Layer: store, private to register_*.c and op_register_*.c. A set is loaded as known at one journal number, changed in
 * memory, checked, and written once by set_flush(). So a look can run the whole change on a connection that cannot write,
 * each row gets one version per operation, and a refusal never has anything to undo.
 * Everything lives in the set's arena. Rows point at each other, never by id: a new row has id 0 until set_flush().
 * Loaded with a household: its open cards, its open memberships with their persons, its roster rows.
 * Values are texts; "" is unanswered. */
#ifndef BALAI_REGISTER_SET_H
#define BALAI_REGISTER_SET_H
#include "form.h"
#include "op.h"

#define SEQ_NOW INT64_MAX
#define CODE_HEAD "1"            /* membership.relation and .family_relation of a head, in every questionnaire so far */

enum household_col { HC_ADDRESS, HC_RT, HC_RW, HC_HAMLET, HC_COUNT };
enum person_col { PC_NIK, PC_NAME, PC_SEX, PC_BIRTH, PC_MOTHER, PC_COUNT };   /* PC_NIK: as typed */

struct reg_answer { uint32_t field; const char *value; };
struct reg_answers { struct reg_answer *v; size_t n, size; };

struct reg_household {
	struct reg_household *next;
	int64_t id, seq; bool dirty;
	int64_t area;
	const char *col[HC_COUNT];
	const char *since_on, *state, *reason, *state_on;
	int64_t merged_into; struct reg_household *split_from; int64_t split_from_id;
	const char *form; int64_t form_version;
	struct reg_answers answers;
	bool loaded;                                     /* its members are in the set */
	int64_t area_was; bool active_was; int members_was;   /* as loaded: for the counters */
	bool head_was;                                   /* had a head when loaded: an inherited gap does not block */
};
struct reg_person {
	struct reg_person *next;
	int64_t id, seq; bool dirty;
	const char *col[PC_COUNT];
	const char *died_on; int64_t merged_into; bool erased;
	struct reg_answers answers;
	const char *nik_was, *name_was;                  /* as loaded */
	bool joins;                                      /* had no open membership before this change */
};
struct reg_card {
	struct reg_card *next;
	int64_t id, seq; bool dirty;
	struct reg_household *household;
	const char *family_no, *no, *from_on, *to_on, *reason;
	struct reg_card *replaced_by; int64_t replaced_by_id;
	const char *no_was; bool head_was, open_was;
};
struct reg_member {
	struct reg_member *next;
	int64_t id, seq; bool dirty, removed, back;          /* back: it has an id, but left its table */
	struct reg_person *person; struct reg_household *household; struct reg_card *card;
	const char *relation, *family_relation, *from_on, *to_on, *to_reason;
};
struct reg_row {
	struct reg_row *next;
	int64_t id, seq; bool dirty, removed, back;
	struct reg_household *household; uint32_t roster; struct reg_person *person;
	struct reg_answers answers;
};

struct reg_set {
	struct db *db; struct arena *arena; int64_t at;  /* at: SEQ_NOW or the journal number it was loaded as known at */
	struct reg_household *household; struct reg_person *person; struct reg_card *card; struct reg_member *member; struct reg_row *row;
	int err;                                         /* sticky: ERR_NOMEM of a change in memory */
};

void set_init(struct reg_set *, struct db *, struct arena *, int64_t at);
/* 0, ERR_NOTFOUND (not known at that number), ERR_. Loading twice gives the same object. */
int  set_load_household(struct reg_set *, int64_t id, struct reg_household **);
int  set_load_person(struct reg_set *, int64_t id, struct reg_person **);
int  set_load_card(struct reg_set *, int64_t id, struct reg_card **);
int  set_load_member(struct reg_set *, int64_t id, struct reg_member **);
int  set_load_row(struct reg_set *, int64_t id, struct reg_row **);

/* Changes in memory. */
struct reg_household *set_new_household(struct reg_set *, int64_t area, const char *form, int64_t version);
struct reg_person *set_new_person(struct reg_set *);
struct reg_card   *set_new_card(struct reg_set *, struct reg_household *, const char *family_no, const char *no, const char *on);
struct reg_row    *set_new_row(struct reg_set *, struct reg_household *, uint32_t roster, struct reg_person *);
struct reg_member *set_join(struct reg_set *, struct reg_person *, struct reg_household *, struct reg_card *, const char *relation,
                            const char *family_relation, const char *on);
void set_end(struct reg_member *, const char *on, const char *reason);     /* the world changed */
void set_never(struct reg_member *);                                       /* it was never true */
void set_text(struct reg_set *, bool *dirty, const char **where, const char *value);   /* copies; marks dirty when it differs */
void set_answer(struct reg_set *, bool *dirty, struct reg_answers *, uint32_t field, const char *value);
const char *answers_get(const struct reg_answers *, uint32_t field);

bool member_open(const struct reg_member *);                               /* in force, in memory */
bool card_open(const struct reg_card *);
struct reg_card   *set_card_of(struct reg_set *, const struct reg_household *, const char *family_no);   /* open card, or NULL */
struct reg_member *set_member_of(struct reg_set *, const struct reg_household *, int64_t person);         /* open, or NULL */
struct reg_member *set_head(struct reg_set *, const struct reg_household *);
/* Open members in the order of the form's rows: the head, then by family and person. */
size_t set_members(struct reg_set *, const struct reg_household *, struct reg_member ***);
size_t set_card_members(struct reg_set *, const struct reg_card *);

/* Writes what is dirty: a version each, ended before opened, heads last; tells the journal; keeps counters and name keys. */
int  set_flush(struct op_ctx *, struct reg_set *);

/* register_answers.c: canonical CBOR of answers. */
int  answers_bytes(const struct reg_answers *, struct buf *);
int  answers_read(const void *, size_t n, struct arena *, struct reg_answers *);       /* 0, ERR_CORRUPT, ERR_NOMEM */

/* register_map.c: what a field of a form means in the register. member NULL for household fields. */
bool map_stored(const struct form *, const struct field *);                /* part of the register, not only of the dossier */
bool map_changeable(const struct form *, const struct field *);            /* and a correction may change it */
const char *map_get(struct reg_set *, const struct form *, const struct field *, const struct reg_household *, const struct reg_member *);
void map_put(struct reg_set *, const struct form *, const struct field *, struct reg_household *, struct reg_member *, const char *value);

/* register_read.c */
struct filling;
int  read_filling(struct reg_set *, struct reg_household *, const struct form *, struct filling *);
int  read_area_code(struct db *, int64_t area, int64_t at, struct arena *, const char **code);

/* register_search.c: called by set_flush for each person written. */
int  search_person_changed(struct db *, const struct reg_person *);
int  search_forget_name(struct db *, const char *name, int64_t person);
#endif
