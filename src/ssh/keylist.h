/* keylist.h - which accounts must show a public key before their password is asked.
 *
 * Layer: ssh. A folder with a file per account, named like it, in the form of OpenSSH's authorized_keys without options:
 * `ssh-ed25519 BASE64 [comment]`, one key a line; '#' begins a comment line. Only
 * ssh-ed25519 is taken: presence on sk-* keys and certificates cannot be checked with this libssh (traps 16, 30).
 * A key admits, it never logs anybody in: the store still checks a factor of its own. */
#ifndef BALAI_KEYLIST_H
#define BALAI_KEYLIST_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct keylist_row { char account[65]; struct ssh_key_struct *key; };
struct keylist { struct keylist_row *row; size_t n; };

/* An absent folder is an empty list. ERR_PARSE with bad filled by "FILE:LINE". A file without any key still asks for one. */
int  keylist_read(const char *folder, struct keylist *, char *bad, size_t size);
void keylist_clear(struct keylist *);
bool keylist_needs(const struct keylist *, const char *account);
/* account NULL: is it anybody's key? */
bool keylist_has(const struct keylist *, const char *account, struct ssh_key_struct *key);

#endif
