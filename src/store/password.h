/* password.h - which passwords are taken, and the shape of one-time codes.
 *
 * Layer: store. Pure. Passwords: NFC, 12 characters to 128 bytes, no rule of composition; refused are words everybody tries, short
 * runs, and the account's own names (security.md 5.1). Codes: 10 Crockford characters = 50 bits, shown as XXXXX-XXXXX. */
#ifndef BALAI_PASSWORD_H
#define BALAI_PASSWORD_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PASSWORD_CHARS 12
#define PASSWORD_BYTES 128
#define CODE_CHARS 10
#define CODE_SIZE 12                   /* with the hyphen and the end */

/* NULL when it may be used, else why not: Indonesian, to stand in finding 307. */
const char *password_fault(const char *password, const char *account, const char *full_name);
/* NFC of what was typed; false when it is longer than any password or not text. */
bool password_normalise(const char *typed, char out[static PASSWORD_BYTES + 1]);
void code_make(const uint8_t random[8], char out[static CODE_SIZE]);        /* "K3M9X-..." */
/* What somebody typed as a code: hyphens and blanks go, o i l become 0 1 1, upper case. "" when it is none. */
void code_normalise(const char *typed, char out[static CODE_SIZE]);

#endif
