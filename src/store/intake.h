/* intake.h - periods and their windows; the reserve that waits for one; the ticks of the store's loop.
 *
 * Layer: store. A window of an area is one of the area itself or of one above it. Days are of the office's zone. */
#ifndef BALAI_INTAKE_H
#define BALAI_INTAKE_H
#include "op.h"

struct period_window { int64_t period; const char *name, *title; int32_t opens_on, closes_on, finalise_by; int64_t area; };

/* The window open today for the area (the one that closes last), or, when none is, the next one to open. 1 open, 0 not open (w is
 * the next one, w->period 0 when there is none), ERR_. */
int period_now(struct op_ctx *, int64_t area, struct period_window *);
/* By name. 0, ERR_NOTFOUND, ERR_. */
int period_named(struct op_ctx *, const char *name, struct period_window *);
/* data_load of the sort "period". 0; ERR_PARSE with line and fault; OP_REFUSED (a finalised period is changed); ERR_. */
int period_load(struct op_ctx *, const char *body, size_t n, int *line, char *fault, size_t size);

/* Once a minute, and after a load: sends the reserve of windows that have opened on, at most `most` dossiers a call.
 * *left says whether more wait. Writer, inside the transaction; cx->seq is the tick's leaf. */
#define RESERVE_CHUNK 200
int period_tick(struct op_ctx *, int most, bool *left);

#endif
