/* heap.c - see heap.h. */
#include "config.h"
#include "heap.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#define LARGEST (64u << 10)      /* below what malloc maps by itself */
#define EACH 1040u               /* from here down every size: malloc keeps a list of freed pieces for each */
#define STEP 16u

#if defined __GLIBC__ && !defined __SANITIZE_ADDRESS__ && __GLIBC_PREREQ(2, 33)
/* All holes that give this many bytes. The piece that came from the end of the heap instead stays taken too: freed it would
 * be a hole. */
static size_t seal(size_t size)
{
	size_t taken = 0;

	for (;;) {
		uintptr_t end = (uintptr_t)sbrk(0) - mallinfo2().keepcost;
		/* the compiler must not see that it is never used */
		void *volatile p = malloc(size);

		if (p == NULL)
			return taken;
		taken += malloc_usable_size(p);
		if ((uintptr_t)p >= end)
			return taken;
	}
}

size_t heap_seal(void)
{
	size_t taken = 0;

	for (size_t size = LARGEST; size > EACH; size -= size / 4)
		taken += seal(size);
	for (size_t size = EACH - 8; size >= 24; size -= STEP)
		taken += seal(size);
	return taken;
}
#else
size_t heap_seal(void)
{
	return 0;
}
#endif
