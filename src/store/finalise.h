/* finalise.h - a batch: what was valid in a period and area, frozen, with a digest over it.
 *
 * Layer: store. A batch is read at its journal number as_of for ever. The digest is SHA-256 over its lines in order, each
 * (n, dossier number, kind, household, line hash of register_line_hash()). */
#ifndef BALAI_FINALISE_H
#define BALAI_FINALISE_H
#include "op.h"

/* The digest worked out again from the register as of the batch. *same tells whether every line and the whole are as frozen. */
int batch_verify(struct op_ctx *, int64_t batch, uint8_t digest[32], bool *same);

#endif
