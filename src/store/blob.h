/* blob.h - files named by their SHA-256: photos, scans, letters.
 *
 * Layer: store. DIR/blob/xx/HEX for whole files, DIR/blob/in/ for those that are still coming. A file is complete, checked and
 * synced before blob_chunk() or blob_write() say so; the row that names it commits after. Whole files never change and are
 * never overwritten. Writer only, but blob_read(), which any thread may call. */
#ifndef BALAI_BLOB_H
#define BALAI_BLOB_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "buf.h"

#define BLOB_MAX (8u << 20)          /* bytes of a file that comes in chunks */
#define BLOB_REST (1u << 30)         /* free bytes that photos leave alone, or an eighth of a disk that is smaller than 8 GB */
#define BLOB_IN_DAYS 1               /* an unfinished file is thrown away after that */

/* A piece of a file. owner keeps the unfinished files of two accounts apart. *have: bytes that are here; when offset is not that
 * number nothing is written and the sender goes on from *have. 1: the file is complete and right; 0: more is wanted;
 * ERR_PARSE: complete, but its bytes are not what its name says (it is gone); ERR_FULL, ERR_IO. */
int blob_chunk(const char *dir, const uint8_t sha[32], int64_t owner, uint64_t offset, uint64_t total, const void *p, size_t n, uint64_t *have);
/* Is there room for files from outside? They may fill the disk up to a rest that is the register's: an account that sends one photo after
 * the other must not keep everybody from registering. */
bool blob_room(const char *dir);
/* A whole file of our own making. */
int blob_write(const char *dir, const void *p, size_t n, uint8_t sha[32]);
/* Up to max bytes from offset into out. 0, ERR_NOTFOUND, ERR_IO. */
int blob_read(const char *dir, const uint8_t sha[32], uint64_t offset, size_t max, struct buf *out);
bool blob_there(const char *dir, const uint8_t sha[32]);
/* Throws unfinished files away that are older than BLOB_IN_DAYS. */
int blob_sweep(const char *dir, int64_t now_ms);

#endif
