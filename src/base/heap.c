/* heap.c - see heap.h. */
#include "config.h"
#include "heap.h"

#include <fcntl.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define LARGEST (64u << 10)      /* below what malloc maps by itself */
#define EACH 1040u               /* from here down every size: malloc keeps a list of freed pieces for each */
#define STEP 16u
#define STACK_KEPT (8u << 10)    /* below the caller: what every key needs anyway */
#define STACK_DEEP (256u << 10)  /* as deep as anything here goes */

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

void heap_inherit(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	int mem = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
	char line[512], perm[5];
	uint64_t from, offset;
	unsigned major, minor;
	unsigned long inode;
	char byte;

	while (maps != NULL && mem >= 0 && fgets(line, sizeof line, maps) != NULL)
		if (sscanf(line, "%" SCNx64 "-%*x %4s %" SCNx64 " %x:%x %lu", &from, perm, &offset, &major, &minor, &inode) == 6 &&
		    inode != 0 && perm[0] == 'r' && perm[1] == '-' && perm[3] == 'p' &&
		    pread(mem, &byte, 1, (off_t)from) == 1 && pwrite(mem, &byte, 1, (off_t)from) != 1)
			break;
	if (mem >= 0)
		close(mem);
	if (maps != NULL)
		fclose(maps);
}

void heap_rest(void)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t high = ((uintptr_t)__builtin_frame_address(0) - STACK_KEPT) / page * page;

	malloc_trim(0);
	/* The stack is mapped only as far down as it ever reached: the rest of the range is refused after the mapped part was
	 * done, and nothing else lies there, for the kernel keeps 1 MiB below a stack free. */
	madvise((void *)(high - STACK_DEEP), STACK_DEEP, MADV_DONTNEED);
}
#else
size_t heap_seal(void)
{
	return 0;
}

void heap_rest(void)
{
}

void heap_inherit(void)
{
}
#endif
