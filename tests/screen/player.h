/* player.h - plays key scripts on a desk with the fake store behind it. Script: text as typed; {Enter} {Tab} {Backtab} {Esc} {Up}
 * {Down} {Left} {Right} {Home} {End} {PgUp} {PgDn} {Del} {Back} {F1}..{F10} {Undo}; {wait MS} lets time pass; {hold} keeps the
 * store's answers back and {go} lets them come; {{ is a brace. */
#ifndef BALAI_PLAYER_H
#define BALAI_PLAYER_H
#include "fake_store.h"

struct player { struct app *app; struct fake_store *store; bool held; size_t keys, chars; };
void player_open(struct player *, int rows, int cols, const char *role, bool plain);
void player_close(struct player *);
void player_keys(struct player *, const char *script);
char *player_text(struct player *);

#endif
