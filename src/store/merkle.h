/* merkle.h - the tree hash of RFC 6962 over leaves that come one by one.
 *
 * Layer: store. Pure. SHA-256, 0x00 before a leaf, 0x01 before a node. The frontier is the roots of the full subtrees, one per
 * set bit of n: enough to append and to say the root. Copying the struct is a snapshot. */
#ifndef BALAI_MERKLE_H
#define BALAI_MERKLE_H
#include <stddef.h>
#include <stdint.h>

#define MERKLE_TILE 8          /* a tile is 2^8 leaves */

struct merkle { uint64_t n; uint8_t hash[64][32]; };   /* hash[i]: subtree of 2^i leaves when bit i of n is set */

void merkle_leaf(const void *p, size_t n, uint8_t out[32]);
void merkle_node(const uint8_t left[32], const uint8_t right[32], uint8_t out[32]);
/* Appends a leaf's hash. Returns 1 with *tile when it completed a run of 2^MERKLE_TILE leaves, else 0. */
int  merkle_append(struct merkle *, const uint8_t leaf[32], uint8_t tile[32]);
/* Appends the root of a whole tile; n must be a multiple of the tile's size. */
void merkle_append_tile(struct merkle *, const uint8_t tile[32]);
void merkle_root(const struct merkle *, uint8_t out[32]);

#endif
