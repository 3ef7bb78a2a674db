/* data.h - one way for a data file into the office: data_load and --init both take it.
 *
 * Layer: store, writer only. */
#ifndef BALAI_DATA_H
#define BALAI_DATA_H
#include "op.h"

struct data_row { const char *name, *body; int64_t version; struct wbytes sha; };
/* Checked by the reader of its sort, then a new version (or none when it is the newest already). 0; OP_REFUSED with line and
 * cause; ERR_. */
int data_put(struct op_ctx *, const char *sort, const char *name, const char *body, uint8_t sha[32], int64_t *version);

#endif
