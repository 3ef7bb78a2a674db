/* office_priv.h - what the files that work on an office at rest share. */
#ifndef BALAI_OFFICE_PRIV_H
#define BALAI_OFFICE_PRIV_H
#include "act.h"
#include "hash_wire.h"
#include "office.h"
#include "password.h"
#include "store_priv.h"

/* An office nobody else has open: its lock is ours. */
struct making { struct db *db; struct store *store; struct journal journal; };
/* What an operation gets, of the store itself; office_finish() writes its leaf and commits. */
void office_context(struct making *, struct op_ctx *, struct arena *, struct finding_list *, enum op);
int  office_finish(struct making *, struct op_ctx *);
/* A new one-time code and its hash, made by balai-hash. The caller wipes the code. 0, ERR_IO (logged). */
int  office_code(int hash_fd, char code[static CODE_SIZE], char hash[static HASH_TEXT]);
int  office_make_dir(const char *dir);
int  office_pepper_make(const char *dir);

/* The bytes of a file under a name that was not there, for its owner alone. 0, ERR_IO (logged). */
int  office_copy(const char *from, const char *to);

/* DIR holds no database, nor the log of one that was moved away without it: that log would be read into whatever takes its place. part,
 * of at least 520 bytes: the name to grow under; what lay there of an earlier try is gone. 0, ERR_BUSY. */
int office_empty(const char *dir, char *part);
/* The grown database takes its name, and the name is on disk. */
int office_named(const char *dir, const char *part);

#endif
