/* screen.h - inside the desk: one screen, its row in screens.tbl, and what app.c offers to the code of screens.
 *
 * Layer: desk. A screen is pushed on the one below and popped when it is left. It is one of five kinds. What it shows is a page
 * (page.h) built from the answer of its operation, or a filling (fill.h); the code of a screen (struct screen_code) only says what to
 * ask, how to build the page and what an action does: it never paints. All memory of a screen lives in its two arenas: `keep` as
 * long as the screen, `page_arena` until the next answer. */
#ifndef BALAI_SCREEN_H
#define BALAI_SCREEN_H
#include "app.h"
#include "edit.h"
#include "fill.h"
#include "page.h"

enum screen_kind { KIND_MENU, KIND_LIST, KIND_SHEET, KIND_FORM, KIND_CONFIRM };

enum action {
	ACT_NONE = 0,
#define ACTION(name, fkey, letter, label, word, help, key) ACT_##name,
#include "actions.tbl"
#undef ACTION
	ACT_COUNT
};
struct action_info { const char *name; enum key_code fkey; char letter; const char *label, *word, *help, *key; };
extern const struct action_info action_table[ACT_COUNT];

enum screen_id {
	SCREEN_NONE = 0,
#define SCREEN(id, kind, title, roles, op, columns, actions, code) SCREEN_##id,
#include "screens.tbl"
#undef SCREEN
	SCREEN_COUNT
};

/* What a screen is about: given when it is pushed, kept by it. Texts are copied. */
struct screen_args {
	int64_t id, other, number, area;      /* the object; another one; a draft, dossier or journal number; an area */
	const char *name, *text, *more;       /* a queue, period, list ...; a search text, a title ... */
	enum action action;                   /* why it was opened */
	const void *data;                     /* borrowed from the screen below */
};

/* An action that only the answer names: the events of a dossier, with the letters of its flow. */
struct dynamic { char letter; const char *label, *name; const void *data; bool hindered; };

struct screen;
struct screen_code {
	void (*open)(struct screen *);                          /* after the push; NULL: ask the row's operation */
	void (*request)(struct screen *, void *rq);             /* fills the zeroed request */
	void (*build)(struct screen *);                         /* s->rp -> s->page; the row's columns have made the table when it has any */
	bool (*valid)(struct screen *, enum action);            /* NULL: all actions of the row */
	bool (*act)(struct screen *, enum action);              /* true: done here */
	void (*dynamic)(struct screen *, const struct dynamic *);
	void (*input)(struct screen *, const char *text);       /* Enter on the input line */
	void (*submit)(struct screen *);                        /* form: complete and without blocking finding */
	void (*tick)(struct screen *);                          /* when due() says so, or oftener */
	int64_t (*due)(const struct screen *);                  /* clock_mono_ms of the next tick; 0 nothing to do, and no wake-up */
	void (*left)(struct screen *);                          /* form: a field was left */
	void (*back)(struct screen *);                          /* instead of popping */
	void (*close)(struct screen *);                         /* gives back what is not in the arenas */
	const char *form;                                       /* text of a built-in form */
};
struct screen_row {
	enum screen_id id; const char *name; enum screen_kind kind; const char *title; unsigned roles; enum op op;
	const char *columns, *actions; const struct screen_code *code;
};
extern const struct screen_row screen_table[SCREEN_COUNT];

struct popup {                                /* F4: choices of a field, areas, members, or the actions (F10) */
	bool open;
	enum popup_what { POPUP_CHOICES, POPUP_AREAS, POPUP_ROWS, POPUP_ACTIONS, POPUP_CODES } what;
	const char *title;
	struct edit filter;
	struct popup_item { const char *code, *label, *value; int64_t id; bool marked; } *item;   /* code is shown, value is taken */
	size_t nitem, sel, top;
	bool waiting;                         /* areas: asked and not yet answered */
	const char *marks;                    /* codes marked so far, whatever the filter shows */
	struct arena arena;
};

#define ACTIONS_MAX 20
#define AFTER_MAX 64
struct screen {
	struct app *app;
	const struct screen_row *row;
	struct screen *below, *next_left;   /* next_left: among those that were left in this turn */
	struct screen_args args;
	struct arena keep, page_arena;
	const void *rp;                       /* copy of the last answer of row->op */
	struct page page;
	bool built;                           /* the page says something */
	unsigned serial;                      /* changes with the page: line mode prints it again */
	bool busy;                            /* an answer must come before keys mean anything: they wait */
	int sel, top, max_top;                /* picked; first line shown; bounds of scrolling, set by painting */
	int64_t picked;                       /* id of the row that stays picked when the list comes anew, wherever it then stands */
	bool scrolled;                        /* top was moved by hand: do not follow the selection */
	enum action action[ACTIONS_MAX]; size_t naction;
	struct dynamic *dynamic; size_t ndynamic;
	struct edit input; bool has_input;
	bool filtering; char *filter;         /* lists: the input line is the filter */
	int64_t after[AFTER_MAX]; size_t nafter; int64_t next;       /* pages of a list */
	int64_t *marked; size_t nmarked;
	struct fill *fill;                    /* KIND_FORM */
	struct form *own_form;                /* built-in form */
	bool checked;                         /* F2 was pressed: F7, F8 walk the problems */
	struct popup popup;
	void *state;                          /* of the screen's code, in keep */
	struct form_want *want;               /* data.c: a form on its way */
};

struct desk_list { char *name; char *body; size_t n; struct desk_list *next; };
struct desk_form { uint8_t sha[32]; struct form *form; struct desk_form *next; };

struct ask;
struct app {
	struct app_config config;
	char *peer, *account_name;
	struct call *call;
	struct ask *asks;
	struct grid grid;
	bool dirty, over, bell, lost, locked, started;
	struct screen *top, *left;
	int depth;
	/* the account */
	uint8_t ticket[32]; bool has_ticket;
	int64_t account; char full_name[128]; char office[128]; unsigned roles; bool must_change;
	struct arena arena;                   /* grants */
	struct w_grant *grant; size_t ngrant;
	int zone_minutes; int32_t today;
	bool step_on, bell_on, colour, plain_next; char language[6];     /* settings; plain_next: lines instead of screens, from now or the next login on */
	char channel[24];                     /* how the new dossiers of this sitting come in: a code of the list `jalur` */
	/* the message line */
	char message[600]; enum grid_role message_role; unsigned message_serial;
	/* time, all clock_mono_ms */
	int64_t now, last_key, minute, wait_shown, ticked;
	bool waiting, wait_long;              /* "menunggu..." stands; and the ways out with it */
	bool leaving;                         /* the menu's key was pressed while it stood: the next one leaves */
	/* keys that came while a screen was busy */
	struct key *ahead; size_t nahead, ahead_size;
	/* data that was fetched */
	struct desk_form *forms; struct desk_list *lists; bool reasons_asked;
	bool preloaded_good;                  /* forms read before the fork have the choices that the store has */
	struct filling last; char last_form[48];      /* the record sent last: sticky values and F9 */
	struct area_name { char code[24]; char name[84]; } *areas; size_t nareas;
};

/* screens */
struct screen *screen_push(struct app *, enum screen_id, const struct screen_args *);
void screen_pop(struct app *);                          /* the top one */
void screen_pop_to(struct app *, struct screen *);      /* until this one is on top */
void screen_home(struct app *);                         /* all popped to home, which is asked anew */
void screen_load(struct screen *);                      /* asks the row's operation */
void screen_rebuild(struct screen *);                   /* builds the page anew from s->rp */
void screen_built(struct screen *);                     /* code that builds a page without an answer calls this after it */
bool screen_act(struct screen *, enum action);          /* does an action that is valid now; false: it is not */
bool screen_valid(struct screen *, enum action);
bool screen_dynamic(struct screen *, char letter);
bool screen_choose(struct screen *, int n);             /* picks number n and opens it */
void screen_input(struct screen *, const char *text);   /* the input line was entered */
void screen_key(struct screen *, const struct key *);
struct table_row *screen_row_at(struct screen *);       /* selected row of a list, NULL none */
struct block *screen_item_at(struct screen *);
void screen_title(struct screen *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *screen_text(struct screen *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));       /* in page_arena */
bool screen_is_marked(const struct screen *, int64_t id);
void screen_list_build(struct screen *);                /* list.c: the row's columns and the answer's rows -> a table */
void *screen_state(struct screen *, size_t n);          /* zeroed in keep, at the first call */
enum action action_named(const char *name);

/* forms */
bool screen_area_known(void *, const char *code);              /* for a form's check */
bool screen_form_builtin(struct screen *, const char *text);   /* reads it and opens a fill */
void screen_form_key(struct screen *, const struct key *);
bool screen_form_act(struct screen *, enum action);
const char *screen_form_value(struct screen *, const char *field);        /* by name, household level */
bool screen_form_set(struct screen *, const char *field, const char *value);
void screen_form_save(struct screen *);                        /* F2 */
void screen_form_blame(struct screen *, const struct finding_list *);    /* the store's findings, at their fields */
void screen_form_after(struct screen *, size_t field, uint32_t row);     /* after a key: tells left() when the field changed */
void popup_open(struct screen *, enum popup_what, const char *title);
void popup_choices(struct screen *);
void popup_actions(struct screen *);
void popup_refresh(struct screen *);
void popup_take(struct screen *, size_t n);
void popup_close(struct screen *);
void popup_key(struct screen *, const struct key *);
void popup_areas_ask(struct screen *, const char *text);

/* a dossier's sheet (screen_dossier.c) and what opens over it (screen_decide.c) */
const struct form *dossier_form_of(struct screen *);               /* NULL: not here yet */
void dossier_decided(struct screen *, const char *what);           /* leaves the sheet, asks anew where it was opened from */

/* requests: the callback gets the screen, or nothing happens when it has gone; screen NULL: in the background */
typedef void answer_fn(struct screen *, const struct call_answer *);
bool app_ask(struct app *, struct screen *, enum op, const void *rq, answer_fn *);
const void *screen_keep(struct screen *, struct arena *, enum op, const void *rp);  /* a copy of an answer; NULL on no memory */
void asks_forget(struct app *, const struct screen *);     /* it goes, or gives up waiting */
bool asks_only_read(const struct app *, const struct screen *);
void asks_free(struct app *);
void screen_leave(struct screen *);                       /* taken off; its memory goes with screens_free() */
void screens_free(struct app *);                          /* those left in this turn */
bool app_asked(const struct app *, const struct screen *, enum op);
void app_say(struct app *, enum grid_role, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void app_say_refused(struct app *, const struct call_answer *);
void app_quiet(struct app *);                             /* no message */
void app_ring(struct app *);
bool app_role(const struct app *, unsigned roles);
void app_login_done(struct app *, const struct rp_login_answer *);
void app_replay(struct app *);
void app_leave(struct app *);                             /* log-out */
void app_confirm(struct app *, const char *question, const char *detail, void (*yes)(struct screen *below));
const char *area_name(const struct app *, const char *code);       /* "" when not known here */
void area_remember(struct app *, const char *code, const char *name);
/* "Desa Sukamaju", "Kel. Karang", "Kec. Contoh Utara", "Kabupaten Contoh": by the code's length and, for villages, its kind. */
const char *area_title(struct screen *, const char *code, const char *name);
const char *area_titled(struct screen *, const char *name);        /* the same for a name whose area was seen before */

void settings_read(struct app *, const char *settings, const char *language);      /* screen_settings.c: what login_answer said */

/* starting work on a dossier (screen_fill.c): a new draft of a kind, or a draft or returned dossier to go on with */
void fill_start(struct app *, const char *kind, const struct screen_args *);
/* Finding a household first (screen_home.c): kind is what is to be done with the one that is chosen. */
const char *kind_joins(const char *kind);       /* " ke ": between the two households in the title of a dossier that has two */
void find_start(struct app *, const char *text, const char *kind, int64_t other);

/* data */
void data_lists_are(struct app *, const struct wbytes *digest);  /* what the store says; see app_preload_lists() */
struct form *data_form(struct app *, const uint8_t sha[32]);       /* NULL: not here yet */
void data_form_want(struct screen *, const char *name, const uint8_t sha[32], void (*ready)(struct screen *, struct form *));
const struct desk_list *data_list(struct app *, const char *name);
void data_list_want(struct screen *, const char *name, void (*ready)(struct screen *));
void data_reasons(struct screen *);
const char *data_label(struct screen *, const char *code);
const char *data_label_in(struct screen *, const char *list, const char *code);
void data_want_drop(struct screen *);
void data_free(struct app *);
struct form_source data_source(struct app *);

/* words (words.c): how codes of the store are said */
const char *word_kind(const char *kind);
const char *word_state(const char *state);
const char *word_role(const char *role);
const char *word_change(const char *what);
const char *word_other(const char *set, const char *code);
void word_date(char out[40], const char *iso);                     /* "9 Juni 2026" */
void word_date_short(char out[16], const char *iso);               /* "09-06-2026" */
void word_moment(char out[32], int64_t ms, int zone_minutes);      /* "09-06-2026 08:14" */
void word_age(char out[24], int64_t since, int64_t now);           /* "6 hari" */
void word_clock(char out[8], int64_t ms, int zone_minutes);
void word_groups(struct buf *, const char *digits);                /* 16 digits in fours, anything else as it is */
void word_name_short(struct buf *, const char *name, int columns); /* "Siti N. Aisyah" by rule, never cut inside a word's initial */
void word_field(struct app *, const struct field *, const char *value, struct buf *);    /* form_show_value, and areas with their name */

/* painting (paint.c, paint_form.c) */
void paint_screen(struct app *);
void paint_form(struct app *, struct screen *, int line, int top, int rows);
void form_message(struct screen *, struct buf *, enum grid_role *);      /* help or finding of the open field, when nothing is said yet */
void paint_popup(struct app *, struct screen *, int top, int rows);
/* A part of the grid that shows lines from `top` on; without `put` lines are only counted. */
struct view { struct grid *g; int row, height, top, col; bool put; };
void view_put(const struct view *, int y, int col, int width, const char *text, enum grid_role, unsigned attr);
int  view_wrapped(const struct view *, int y, int col, int width, const char *text, enum grid_role, unsigned attr);   /* lines, 1 at least */
void paint_body(struct app *, struct screen *, int line, int row, int height);
void paint_arrows(struct grid *, int line, bool up, bool down);          /* on the rule under the title: there is more */
/* Wrapping by words: bytes of the next line of s in width columns (a word longer than that is broken at a letter), *skip = bytes
 * until the line after it. 0 when s is empty. '\n' ends a line. */
size_t wrap_next(const char *s, int width, size_t *skip);
int  wrap_lines(const char *text, int width);
int  paint_wrapped(struct grid *, int row, int col, int width, int max_rows, const char *text, enum grid_role, unsigned attr);  /* rows used */
/* What calls for an action (hint.c): "F4" on a screen, the word "daftar" in line mode. Texts that name a key ask here. */
const char *key_said(const struct app *, enum action);
const char *action_help(const struct screen *, enum action);      /* what it does on this screen */
const char *key_name(const struct action_info *);                  /* on a screen: "F4", "Enter", "Spasi", "S" */
const char *key_letter(char letter);
/* The hints of the key line, in order: "F1 Bantuan". Returns how many. */
struct hint { char text[40]; };
size_t screen_hints(struct screen *, struct hint *, size_t max);
void screen_message(struct screen *, struct buf *, enum grid_role *);     /* what stands on the message line */

extern const struct screen_code
#define SCREEN(id, kind, title, roles, op, columns, actions, code) code,
#include "screens.tbl"
#undef SCREEN
	code_spare;

#endif
