/* heap.h - memory of a process that is forked for each session.
 *
 * Layer: base. */
#ifndef BALAI_HEAP_H
#define BALAI_HEAP_H
#include <stddef.h>

/* Takes every hole in the heap and never gives it back, so that what is allocated after a fork lies together behind all that
 * is shared. Otherwise a session writes its few bytes into holes all over its parent's memory and each costs it a page.
 * Returns the bytes that were taken. Does nothing where malloc is not the GNU C library's. */
size_t heap_seal(void);

/* Gives back to the system what a burst of work used and idleness does not need: free heap, and the stack below the caller.
 * For a process with one thread. */
void heap_rest(void);

#endif
