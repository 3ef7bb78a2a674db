/* desk_loop.h - the desk with its keys and its screen or its lines, whoever carries the bytes.
 *
 * Used by balai-session (bytes of an SSH channel) and balai (bytes of a local terminal). No I/O of its own. */
#ifndef BALAI_DESK_LOOP_H
#define BALAI_DESK_LOOP_H
#include <stdbool.h>
#include "app.h"
#include "key.h"
#include "line.h"

struct desk {
	struct app *app;
	struct keydecode *keys;    /* screen mode */
	struct line *line;         /* line mode */
	bool mono, colour;         /* whatever the account says: no colours; what the terminal shows now */
	bool ended;
};
struct desk_options {
	const char *account, *peer, *term;   /* app.h; term: raw, any name */
	int rows, cols;
	bool plain, mono;
	bool echo;                 /* lines: nobody else shows what is typed (a terminal in raw mode) */
	const struct rp_login_answer *login;  /* NULL: the desk asks for name and password */
};
int  desk_open(struct desk *, const struct desk_options *);
void desk_free(struct desk *);
void desk_bytes(struct desk *, const void *, size_t n, int64_t now);
void desk_resize(struct desk *, int rows, int cols);
/* Lone Esc, autosave, waiting; then lets line mode ask what it must ask. Once a turn, after bytes and answers. */
void desk_turn(struct desk *, int64_t now);
int64_t desk_due(const struct desk *);          /* clock_mono_ms, 0 never */
/* What is to be sent to the terminal. Paints into it when something changed and paint is true (nothing older is unsent). */
struct buf *desk_output(struct desk *, bool paint);
/* True when the person is done; the first time the terminal's reset and the last sentence are put into the output. */
bool desk_over(struct desk *);
/* The office or the store ends this desk: reset and one sentence of ours, then desk_over() is true. */
void desk_end(struct desk *, const char *sentence);

#endif
