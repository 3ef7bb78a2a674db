/* fill_private.h - what fill.c, fill_walk.c and fill_check.c share. Layer: desk. */
#ifndef BALAI_FILL_PRIVATE_H
#define BALAI_FILL_PRIVATE_H
#include <stdio.h>
#include "fill.h"

void fill_stand(struct fill *, struct fill_pos);             /* the cursor stands there, nothing is left or checked */
void fill_commit(struct fill *);                             /* typed text into answers */
/* Findings elsewhere that what was just answered has mended go away. */
void fill_check_others(struct fill *);
void fill_check_one(struct fill *, const struct field *, uint32_t row);
void fill_carry_value(struct fill *, uint32_t field, uint32_t row, const char *value);

#endif
