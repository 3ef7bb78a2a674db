/* random.h - random bytes and the numbers made of them.
 *
 * Layer: base. random_bytes() is libsodium's; random_seed() makes the whole process deterministic, for tests and the
 * generator only. */
#ifndef BALAI_RANDOM_H
#define BALAI_RANDOM_H
#include <stddef.h>
#include <stdint.h>

void     random_bytes(void *, size_t n);
uint32_t random_below(uint32_t n);         /* 0 .. n-1, n > 0 */
void     random_seed(uint64_t seed);       /* tests */
void     random_uuid7(uint8_t key[16]);    /* RFC 9562 version 7: idempotency keys */

#endif
