/* fault_vfs.h - a VFS over the machine's that fails when it is told to.
 *
 * Calls that count: write, sync, truncate of any file of the database (reads too with FAULT_EIO). One process, one thread. */
#ifndef BALAI_FAULT_VFS_H
#define BALAI_FAULT_VFS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault_kind { FAULT_NONE, FAULT_EIO, FAULT_ENOSPC, FAULT_SYNC, FAULT_QUOTA };

#define FAULT_VFS "fault"
void fault_register(void);
void fault_arm(enum fault_kind, unsigned long k);       /* the k-th call that counts (1 ..) fails once; FAULT_SYNC counts syncs only */
bool fault_fired(void);
void fault_disarm(void);
/* Every write that makes a file longer fails while `path` exists; once it is gone, `bytes` more may be written. NULL ends it. */
void fault_full(const char *path, uint64_t bytes);

#endif
