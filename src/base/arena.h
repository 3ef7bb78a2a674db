/* arena.h - memory that is given back all at once.
 *
 * Layer: base. One arena belongs to one request, one screen, one load; it is never shared between threads.
 * Everything got from it lives until arena_reset() or arena_clear(). Memory is zeroed.
 * A cap (bytes) bounds what a hostile peer can make us take; past it, and when memory is gone, NULL is returned. */
#ifndef BALAI_ARENA_H
#define BALAI_ARENA_H
#include <stddef.h>

struct arena {
	struct arena_block *blocks;
	size_t used;   /* bytes handed out */
	size_t cap;    /* 0: no cap */
};

void  arena_init(struct arena *, size_t cap);
void  arena_clear(struct arena *);                 /* gives all memory back */
void  arena_reset(struct arena *);                 /* empty again, may keep one block */
void *arena_alloc(struct arena *, size_t n);       /* aligned for any type; NULL when it cannot */
void *arena_dup(struct arena *, const void *, size_t n);
char *arena_strdup(struct arena *, const char *);
char *arena_strndup(struct arena *, const char *, size_t n);
char *arena_printf(struct arena *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
