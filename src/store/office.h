/* office.h - the state directory: made, locked, opened, restored.
 *
 * Layer: store. Only balai-store's main uses it. */
#ifndef BALAI_OFFICE_H
#define BALAI_OFFICE_H
#include "conf.h"
#include "db.h"

/* The lock: one store per directory. Descriptor to keep open, or ERR_BUSY (another store lives), ERR_IO. */
int  office_lock(const char *dir);
/* Makes DIR (0700), the key files and the database; loads every file below conf.forms; makes the account `admin` and prints its
 * one-time code as one line "admin CODE". ERR_BUSY when there is an office already. */
int  office_init(const struct conf *, const char *hash_program);
/* After the rights were dropped: can this directory be used? What is in the way is said in one line. 0, ERR_READONLY, ERR_IO. */
int  office_usable(const struct conf *);
/* As root: gives all of the directory to `user store`, but for the pepper, which only root reads. ERR_IO. */
int  office_own(const struct conf *);
/* Puts a copy made by backup_make in place of an empty office's database: a new epoch. Without a pepper in DIR it
 * takes new_keys, and then every password is void. */
int  office_restore(const struct conf *, const char *copy, bool new_keys);
/* A new one-time code for an account of a stopped office, as one line "NAME CODE": its password is void, a disabled account is active
 * again, nothing counts against its name; a leaf of the store's own says so. ERR_BUSY: the office runs. */
int  office_reset(const struct conf *, const char *hash_program, const char *name);
/* The socket to a balai-hash of our own, started from the program's path; ERR_. */
int  office_hash(const struct conf *, const char *program, int *fd);

#endif
