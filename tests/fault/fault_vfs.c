/* fault_vfs.c - see fault_vfs.h */
#include "config.h"
#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "fault_vfs.h"

static enum fault_kind armed;
static unsigned long countdown;
static bool fired;
static const char *full_path;
static uint64_t full_room;

struct file { sqlite3_file base; sqlite3_file *real; };

void fault_arm(enum fault_kind kind, unsigned long k)
{
	armed = kind;
	countdown = k;
	fired = false;
}

bool fault_fired(void) { return fired; }
void fault_disarm(void) { armed = FAULT_NONE; }

void fault_full(const char *path, uint64_t bytes)
{
	full_path = path;
	full_room = bytes;
}

static bool fails(bool sync, bool read)
{
	if (armed == FAULT_NONE || fired || (armed == FAULT_SYNC && !sync) || (read && armed != FAULT_EIO))
		return false;
	if (--countdown)
		return false;
	fired = true;
	return true;
}

static int code(int eio)
{
	return armed == FAULT_ENOSPC ? SQLITE_FULL : eio;
}

static int f_close(sqlite3_file *f)
{
	struct file *p = (struct file *)f;
	int rc = p->real->pMethods ? p->real->pMethods->xClose(p->real) : SQLITE_OK;

	free(p->real);
	return rc;
}

static int f_read(sqlite3_file *f, void *b, int n, sqlite3_int64 at)
{
	struct file *p = (struct file *)f;

	return fails(false, true) ? SQLITE_IOERR_READ : p->real->pMethods->xRead(p->real, b, n, at);
}

static int f_write(sqlite3_file *f, const void *b, int n, sqlite3_int64 at)
{
	struct file *p = (struct file *)f;
	sqlite3_int64 size = 0;

	if (fails(false, false))
		return code(SQLITE_IOERR_WRITE);
	if (full_path && p->real->pMethods->xFileSize(p->real, &size) == SQLITE_OK && at + n > size) {
		uint64_t more = (uint64_t)(at + n - size);

		if (access(full_path, F_OK) == 0 || more > full_room)
			return SQLITE_FULL;
		full_room -= more;
	}
	return p->real->pMethods->xWrite(p->real, b, n, at);
}

static int f_truncate(sqlite3_file *f, sqlite3_int64 n)
{
	struct file *p = (struct file *)f;

	return armed != FAULT_QUOTA && fails(false, false) ? SQLITE_IOERR_TRUNCATE : p->real->pMethods->xTruncate(p->real, n);
}

static int f_sync(sqlite3_file *f, int flags)
{
	struct file *p = (struct file *)f;

	return armed != FAULT_QUOTA && fails(true, false) ? SQLITE_IOERR_FSYNC : p->real->pMethods->xSync(p->real, flags);
}

#define PASS(name, args, call) static int f_##name args { struct file *p = (struct file *)f; return p->real->pMethods->call; }
PASS(size, (sqlite3_file *f, sqlite3_int64 *n), xFileSize(p->real, n))
PASS(lock, (sqlite3_file *f, int l), xLock(p->real, l))
PASS(unlock, (sqlite3_file *f, int l), xUnlock(p->real, l))
PASS(reserved, (sqlite3_file *f, int *r), xCheckReservedLock(p->real, r))
static int f_control(sqlite3_file *f, int op, void *a)
{
	struct file *p = (struct file *)f;

	if (op == SQLITE_FCNTL_LAST_ERRNO && armed == FAULT_QUOTA && fired) {
		*(int *)a = EDQUOT;
		return SQLITE_OK;
	}
	return p->real->pMethods->xFileControl(p->real, op, a);
}

PASS(sector, (sqlite3_file *f), xSectorSize(p->real))
PASS(device, (sqlite3_file *f), xDeviceCharacteristics(p->real))
PASS(shm_map, (sqlite3_file *f, int i, int n, int e, void volatile **v), xShmMap(p->real, i, n, e, v))
PASS(shm_lock, (sqlite3_file *f, int o, int n, int fl), xShmLock(p->real, o, n, fl))
PASS(shm_unmap, (sqlite3_file *f, int d), xShmUnmap(p->real, d))
PASS(fetch, (sqlite3_file *f, sqlite3_int64 o, int n, void **v), xFetch(p->real, o, n, v))
PASS(unfetch, (sqlite3_file *f, sqlite3_int64 o, void *v), xUnfetch(p->real, o, v))

static void f_barrier(sqlite3_file *f)
{
	struct file *p = (struct file *)f;

	p->real->pMethods->xShmBarrier(p->real);
}

static const sqlite3_io_methods methods = { 3, f_close, f_read, f_write, f_truncate, f_sync, f_size, f_lock, f_unlock, f_reserved, f_control,
	f_sector, f_device, f_shm_map, f_shm_lock, f_barrier, f_shm_unmap, f_fetch, f_unfetch };

static sqlite3_vfs vfs, *real_vfs;

static int v_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
	struct file *p = (struct file *)f;
	int rc;

	(void)v;
	p->base.pMethods = NULL;
	if ((p->real = calloc(1, (size_t)real_vfs->szOsFile)) == NULL)
		return SQLITE_NOMEM;
	rc = real_vfs->xOpen(real_vfs, name, p->real, flags, out);
	if (rc == SQLITE_OK)
		p->base.pMethods = &methods;
	else
		free(p->real);
	return rc;
}

void fault_register(void)
{
	real_vfs = sqlite3_vfs_find(NULL);
	vfs = *real_vfs;
	vfs.zName = FAULT_VFS;
	vfs.szOsFile = sizeof(struct file);
	vfs.xOpen = v_open;
	sqlite3_vfs_register(&vfs, 0);
}
