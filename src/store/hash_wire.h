/* hash_wire.h - what goes over the socket between balai-store and balai-hash: messages of one size each way, one request each.
 *
 * Layer: store. Both ends are ours and on one machine: host byte order, fixed size. Secrets are wiped at both ends after use. */
#ifndef BALAI_HASH_WIRE_H
#define BALAI_HASH_WIRE_H
#include <stdint.h>

#define HASH_SECRET_MAX 512
#define HASH_TEXT 160                  /* an argon2id string and its end */
#define HASH_QUEUE 64
#define HASH_OPS 2u                    /* t */
#define HASH_MEM (19u << 20)           /* m, bytes */

struct hash_request { uint64_t id; uint32_t kind; uint32_t n; char hash[HASH_TEXT]; uint8_t secret[HASH_SECRET_MAX]; };
struct hash_reply { uint64_t id; uint32_t ok; uint32_t busy; char hash[HASH_TEXT]; };   /* hash: of HASH_MAKE, or a better one after VERIFY */

#endif
