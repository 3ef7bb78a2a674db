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

/* Makes a fork copy the page tables of programs and libraries too. The kernel leaves those of a mapped file out, so that each
 * session would fault in all the code it runs anew: as many faults as all others together. It copies them where one page of
 * the mapping is the process's own, so each read-only mapping gets one: a byte is written over itself. Early, before a
 * change of user and hardening take the right away; without it nothing is lost but time. */
void heap_inherit(void);

/* Gives back to the system what a burst of work used and idleness does not need: free heap, and the stack below the caller.
 * For a process with one thread. */
void heap_rest(void);

#endif
