/* wire_random.h - contents for any request, reply or record, made from its descriptor alone, and their comparison.
 *
 * For tests and benches. Everything made lives in the arena. Reproducible by random_seed(). */
#ifndef BALAI_WIRE_RANDOM_H
#define BALAI_WIRE_RANDOM_H
#include "wire.h"

/* Fills the struct at base (of d->size bytes). rows: at most so many rows in a list, text: at most so many bytes. */
void wire_random_fill(const struct wire_desc *, void *base, struct arena *, size_t rows, size_t text);
bool wire_random_equal(const struct wire_desc *, const void *, const void *);     /* NULL texts equal "" */

#endif
