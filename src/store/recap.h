/* recap.h - counts per village: live ones out of counters, those of a batch as they were frozen.
 *
 * Layer: store. Never a scan of dossiers or households at a desk. */
#ifndef BALAI_RECAP_H
#define BALAI_RECAP_H
#include "op.h"

/* Copies the counters of every village under the area into the batch. Writer. */
int recap_freeze(struct op_ctx *, int64_t batch, int64_t area);

#endif
