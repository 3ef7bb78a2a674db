/* period.h - the file of periods: when proposals of a product are taken in an area, and by when they are finalised.
 *
 * Layer: model. Grammar (forms/period/README): blocks `period NAME { title "Juni 2026"; product usulan; area 99.01;
 * opens-on 2026-06-01; closes-on 2026-06-11; finalise-by 2026-06-20 }`, one directive a line. Days are days since
 * 1970-01-01 in the office's zone; closes_on is the last day on which proposals are taken.
 * Invariants after period_read(): names unique; opens <= closes <= finalise_by; windows of one product and area do not overlap. */
#ifndef BALAI_PERIOD_H
#define BALAI_PERIOD_H
#include <stddef.h>
#include <stdint.h>
#include "arena.h"

#define PERIODS_MAX 200

struct period {
	const char *name, *title, *product, *area;     /* area: code as written, e.g. "99.01" */
	int32_t opens_on, closes_on, finalise_by;
	int line;
};
struct period_error { int line; char text[200]; };

/* Periods in the order of the file, in the arena. 0, ERR_PARSE with *err, ERR_NOMEM. */
int period_read(const char *text, size_t n, struct arena *, struct period **, size_t *count, struct period_error *err);

#endif
