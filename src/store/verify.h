/* verify.h - is this the database the journal tells of?
 *
 * Layer: store. Works on a copy (backup_make), never on the live file. Makes every leaf again from its row, the tree from the
 * leaves, every version's commitment from its row, and names what differs. What it cannot show: what was never written, and a rewrite of
 * everything at once when no head was printed before it (give that head with --head). */
#ifndef BALAI_VERIFY_H
#define BALAI_VERIFY_H
#include "db.h"

struct verify_head { uint64_t size; uint8_t root[32]; };
struct verify_result { uint64_t leaves, rows, erased, faults; uint8_t root[32]; };
/* Each difference as one English line. 0 when it could be read to the end, whatever was found; ERR_. */
int verify_run(struct db *, const struct verify_head *head, void (*say)(void *arg, const char *line), void *arg, struct verify_result *);
/* "ROOT:SIZE", root in 64 hex digits. 0 or ERR_PARSE. */
int verify_head_parse(const char *, struct verify_head *);
/* The command: prints, and returns 0 nothing found, 1 differences, 2 cannot be read. */
int verify_main(const char *path, const char *head);

#endif
