/* merkle.c - RFC 6962 tree hash with a frontier. */
#include "config.h"
#include <assert.h>
#include <sodium.h>
#include <string.h>
#include "merkle.h"

void merkle_leaf(const void *p, size_t n, uint8_t out[32])
{
	crypto_hash_sha256_state st;

	crypto_hash_sha256_init(&st);
	crypto_hash_sha256_update(&st, (const uint8_t *)"\0", 1);
	crypto_hash_sha256_update(&st, p, n);
	crypto_hash_sha256_final(&st, out);
}

void merkle_node(const uint8_t left[32], const uint8_t right[32], uint8_t out[32])
{
	uint8_t both[65] = { 1 };

	memcpy(both + 1, left, 32);
	memcpy(both + 33, right, 32);
	crypto_hash_sha256(out, both, sizeof both);
}

static void carry(struct merkle *m, int level, const uint8_t hash[32])
{
	uint8_t h[32];

	memcpy(h, hash, 32);
	for (; m->n >> level & 1; level++)
		merkle_node(m->hash[level], h, h);
	memcpy(m->hash[level], h, 32);
}

int merkle_append(struct merkle *m, const uint8_t leaf[32], uint8_t tile[32])
{
	uint8_t h[32];

	if (((m->n + 1) & ((1u << MERKLE_TILE) - 1)) == 0) {
		memcpy(h, leaf, 32);
		for (int i = 0; i < MERKLE_TILE; i++)
			merkle_node(m->hash[i], h, h);
		memcpy(tile, h, 32);
	}
	carry(m, 0, leaf);
	m->n++;
	return (m->n & ((1u << MERKLE_TILE) - 1)) == 0;
}

void merkle_append_tile(struct merkle *m, const uint8_t tile[32])
{
	assert((m->n & ((1u << MERKLE_TILE) - 1)) == 0);
	carry(m, MERKLE_TILE, tile);
	m->n += 1u << MERKLE_TILE;
}

void merkle_root(const struct merkle *m, uint8_t out[32])
{
	int have = 0;

	if (m->n == 0) {
		crypto_hash_sha256(out, (const uint8_t *)"", 0);
		return;
	}
	for (int i = 0; i < 64; i++) {
		if (!(m->n >> i & 1))
			continue;
		if (have)
			merkle_node(m->hash[i], out, out);
		else
			memcpy(out, m->hash[i], 32);
		have = 1;
	}
}
