/* filling_pack.h - a filling in few bytes, by itself or as what differs from another one.
 *
 * Layer: store, pure. Numbers are varints of 7 bits, low first. Packed: 0xff (no CBOR map begins so), then
 *   rows     count, per row: roster, row, of, and the subject less that of the row before (zigzag)
 *   groups   until a head of 0. Head: 2 * (field less the one before) + 1 when it has the rows of the last group that listed any;
 *            else follow the number of rows and the rows, each less the one before. Then a value per row.
 *   value    2 bits of kind, the rest a number: its bytes follow | itself, decimal | a day as yyyymmdd | no answer here
 * As a difference only the answers that differ from `base` are listed, with "no answer" where base has one; rows are always whole.
 * The canonical bytes of a filling (wire_filling_bytes) are what is committed to; packed bytes are only how it is kept. */
#ifndef BALAI_FILLING_PACK_H
#define BALAI_FILLING_PACK_H
#include "buf.h"
#include "filling.h"

int  filling_pack(const struct filling *, const struct filling *base, struct buf *out);                /* base may be NULL */
bool filling_is_packed(const void *p, size_t n);
int  filling_unpack(const uint8_t *p, size_t n, const struct filling *base, struct filling *out);     /* into an initialised one; ERR_PARSE */

#endif
