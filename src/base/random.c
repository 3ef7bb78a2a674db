/* random.c - random bytes and the numbers made of them. */
#include "config.h"
#include "random.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sodium.h>

#include "clock.h"
#include "log.h"

static pthread_once_t random_once = PTHREAD_ONCE_INIT;
static pthread_mutex_t random_lock = PTHREAD_MUTEX_INITIALIZER;
static bool random_seeded;
static uint64_t random_seed_value, random_count;

static void random_start(void)
{
	if (sodium_init() < 0)
		log_fatal("libsodium cannot start");
}

/* Each call draws from a stream of its own, named by the seed and the number of the call. */
static void random_repeatable(void *p, size_t n)
{
	uint8_t seed[randombytes_SEEDBYTES] = { 0 };

	pthread_mutex_lock(&random_lock);
	memcpy(seed, &random_seed_value, sizeof random_seed_value);
	memcpy(seed + sizeof random_seed_value, &random_count, sizeof random_count);
	random_count++;
	pthread_mutex_unlock(&random_lock);
	randombytes_buf_deterministic(p, n, seed);
}

void random_bytes(void *p, size_t n)
{
	pthread_once(&random_once, random_start);
	if (random_seeded)
		random_repeatable(p, n);
	else
		randombytes_buf(p, n);
}

uint32_t random_below(uint32_t n)
{
	uint32_t v, reject;

	assert(n > 0);
	/* 2^32 mod n values at the bottom would come up once too often */
	reject = (uint32_t)-n % n;
	do {
		random_bytes(&v, sizeof v);
	} while (v < reject);
	return v % n;
}

void random_seed(uint64_t seed)
{
	pthread_mutex_lock(&random_lock);
	random_seed_value = seed;
	random_count = 0;
	random_seeded = true;
	pthread_mutex_unlock(&random_lock);
}

void random_uuid7(uint8_t key[16])
{
	uint64_t ms = (uint64_t)clock_now_ms();
	int i;

	random_bytes(key, 16);
	for (i = 0; i < 6; i++)
		key[i] = (uint8_t)(ms >> (40 - 8 * i));
	key[6] = (uint8_t)(0x70 | (key[6] & 0x0f));
	key[8] = (uint8_t)(0x80 | (key[8] & 0x3f));
}
