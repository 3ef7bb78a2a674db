/* app.h - the whole desk without a terminal: keys and replies in, a grid or lines out.
 *
 * Layer: desk. One struct app is one person at one desk. It never blocks, does no I/O and knows neither curses nor SSH:
 * requests leave through its struct call (call.h), whose bytes the owner carries. After every input the owner looks at
 * app_dirty() and paints app_grid() once, when no earlier output is unsent. */
#ifndef BALAI_APP_H
#define BALAI_APP_H
#include <stdbool.h>
#include "call.h"
#include "grid.h"
#include "key.h"

struct form_source;
/* For a process that many desks are forked from: reads a form once, for all of them (a form is taken by its hash; its lists are
 * those of source, see app_preload_lists). 0, ERR_PARSE, ERR_NOMEM. */
int app_preload_form(const char *name, const char *text, size_t n, const struct form_source *source);
/* The digest of those lists (form_lists_digest). An office whose store has other ones reads its forms itself, as without preloading. */
void app_preload_lists(const uint8_t digest[32]);

struct app;
struct app_config {
	int rows, cols;
	const char *peer;             /* shown to the account at its next login, escaped */
	const char *account;          /* SSH user name, already logged in by the session; NULL: the desk asks for name and password */
	bool plain;                   /* line mode: same screens, no grid painting needed */
};
struct app *app_new(const struct app_config *);
void app_free(struct app *);
struct call *app_call(struct app *);
/* The session has done hello/login itself over app_call() and hands over what login_answer said; or app asks (local balai). */
void app_start(struct app *, const struct rp_login_answer *login);
void app_key(struct app *, const struct key *);
void app_resize(struct app *, int rows, int cols);
void app_tick(struct app *, int64_t mono_ms);            /* autosave, "menunggu...", lock, log-out */
int64_t app_due(const struct app *);                     /* mono ms when app_tick is wanted, 0 never */
void app_hangup(struct app *);                           /* the line died: the open draft is put into app_call()'s output */
bool app_dirty(const struct app *);
const struct grid *app_grid(struct app *);               /* paints into its grid when dirty; borrowed */
bool app_over(const struct app *);                       /* the person left */
bool app_bell(struct app *);                             /* one bell is due; asking clears it */
const char *app_clip(struct app *);                      /* text to be printed or sent raw to nobody: always NULL for now */
/* The account's settings, read by the owner each turn: colours or monochrome; lines wanted instead of a screen. When the owner has made
 * its line.h, app_lines() says so. */
bool app_colour(const struct app *);
bool app_wants_lines(const struct app *);
void app_lines(struct app *);
/* Gap between a lost store and its return: shown, input kept, nothing lost. */
void app_store_lost(struct app *);
void app_store_back(struct app *);
/* The owner has a fresh socket to the store: the account is bound to it again by the ticket of its login, then everything that is
 * still open is sent once more with its key. */
void app_resume(struct app *);
/* What stands on the message line, "" nothing: the last words of an ended desk. */
const char *app_message(const struct app *);

#endif
