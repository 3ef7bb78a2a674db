/* item.h - the part of CBOR (RFC 8949) that Balai speaks, item by item, over libcbor's low-level calls.
 *
 * Layer: wire, for wire.c and filling_cbor.c only.
 * Read: uint, nint, bytes, text, array, map, bool; definite lengths, shortest form, text valid UTF-8 without NUL. Anything
 * else is ERR_PEER. Never a DOM: cbor_load() asks for as much memory as the peer cares to name. */
#ifndef BALAI_ITEM_H
#define BALAI_ITEM_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "buf.h"

enum item_kind { ITEM_NONE, ITEM_UINT, ITEM_NINT, ITEM_BYTES, ITEM_TEXT, ITEM_ARRAY, ITEM_MAP, ITEM_BOOL };

/* value: of a uint; of a nint n, -1-n; elements of an array, pairs of a map; 0 or 1 of a bool; bytes of text and bytes */
struct item { enum item_kind kind; uint64_t value; const uint8_t *p; };
struct item_in { const uint8_t *p; size_t n; };         /* what has not been read yet; borrowed */

int item_take(struct item_in *, struct item *);                          /* 0 or ERR_PEER */
int item_take_kind(struct item_in *, enum item_kind, struct item *);     /* the same, of one kind */
int item_take_int(struct item_in *, int64_t *);                          /* uint or nint that fits */
int item_skip(struct item_in *, unsigned depth);                         /* one item with all in it, at most so many levels */

/* Errors are sticky in the buffer. */
void item_put_uint(struct buf *, uint64_t);
void item_put_int(struct buf *, int64_t);
void item_put_bool(struct buf *, bool);
void item_put_text(struct buf *, const char *, size_t n);
void item_put_bytes(struct buf *, const void *, size_t n);
void item_put_array(struct buf *, size_t n);
void item_put_map(struct buf *, size_t n);

bool item_utf8_ok(const uint8_t *, size_t n);            /* valid UTF-8 without NUL */

#endif
