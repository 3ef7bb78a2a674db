/* buf.h - a growing byte buffer with a hard cap and a sticky error.
 *
 * Layer: base. A struct buf is embedded or on the stack: buf_init(), use, buf_clear().
 * Invariant: data[len] is always 0, so data can be read as a C string when no 0 was put.
 * Every put may be made without looking; buf_end() says once whether all of them fitted. */
#ifndef BALAI_BUF_H
#define BALAI_BUF_H
#include <stddef.h>
#include <stdint.h>

struct buf {
	uint8_t *data; /* never NULL after buf_init() */
	size_t len;
	size_t size;
	size_t cap;    /* bytes; 0 means BUF_CAP */
	int err;       /* 0 or the first ERR_ */
};
#define BUF_CAP (64u << 20)

void  buf_init(struct buf *, size_t cap);
void  buf_clear(struct buf *);                          /* frees; the struct may be used again after buf_init */
void  buf_wipe(struct buf *);                           /* overwrites, then frees: for secrets */
void  buf_reset(struct buf *);                          /* empty, memory and cap kept, error forgotten */
void  buf_put(struct buf *, const void *, size_t n);
void  buf_putc(struct buf *, int byte);
void  buf_puts(struct buf *, const char *);
void  buf_put_dec(struct buf *, int64_t);
void  buf_put_hex(struct buf *, const void *, size_t n);
void  buf_printf(struct buf *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void *buf_reserve(struct buf *, size_t n);              /* room for n bytes at the end, NULL on error; then buf_commit */
void  buf_commit(struct buf *, size_t n);
void  buf_drop(struct buf *, size_t n);                 /* removes n bytes from the front */
int   buf_end(const struct buf *);                      /* 0 or the first error */
const char *buf_str(const struct buf *);                /* borrowed */
char *buf_take(struct buf *);                           /* moved: the caller frees; NULL on error */

#endif
