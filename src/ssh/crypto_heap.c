/* crypto_heap.c - libcrypto's counted objects lie together, and it takes no locks.
 *
 * libcrypto takes a lock and counts a reference at each use of an algorithm. Locks and objects are made while the template warms
 * up, between thousands of small pieces that never change again, so that a session would get an own copy of a page for nearly
 * each of them: more than twenty. Here the objects lie together on a few pages, and the locks, which a process with one thread
 * does not need, are not written to. What a session allocates itself comes from malloc. */
#include "config.h"
#include <openssl/crypto.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "server_in.h"

#ifndef BALAI_SANITIZERS

#define OBJECT_MIN 136u                /* EVP_KEYEXCH, EVP_MD and their kind, random generators, the queue of errors */
#define OBJECT_MAX 1024u
#define STEP 16u

/* A piece of the pool: its length stands before it, and the next free one of that length in it. */
struct piece { size_t n; struct piece *next; };
#define HEAD offsetof(struct piece, next)

static _Alignas(4096) uint8_t room[128u << 10];
static uint8_t *room_at = room + HEAD;
static struct piece *freed[OBJECT_MAX / STEP + 1];
static bool sealed;

static size_t length(size_t n)
{
	return (n + HEAD + STEP - 1) / STEP * STEP - HEAD;
}

static void *pool_take(size_t n)
{
	struct piece **list = &freed[n / STEP], *piece = *list;

	if (piece != NULL) {
		*list = piece->next;
	} else {
		if (n + HEAD > (size_t)(room + sizeof room - room_at))
			return NULL;
		piece = (struct piece *)(void *)room_at;
		piece->n = n;
		room_at += n + HEAD;
	}
	return &piece->next;
}

static bool pooled(const void *p)
{
	return (uintptr_t)p - (uintptr_t)room < sizeof room;
}

static struct piece *piece_of(void *p)
{
	return (struct piece *)(void *)((uint8_t *)p - HEAD);
}

static void *take(size_t n, const char *file, int line)
{
	void *here = NULL;

	(void)file;
	(void)line;
	if (n == 0)
		return NULL;
	if (!sealed && n >= OBJECT_MIN && n <= OBJECT_MAX)
		here = pool_take(length(n));
	return here != NULL ? here : malloc(n);
}

static void give(void *p, const char *file, int line)
{
	struct piece *piece;

	(void)file;
	(void)line;
	if (!pooled(p)) {
		free(p);
	} else if (!sealed) {
		piece = piece_of(p);
		piece->next = freed[piece->n / STEP];
		freed[piece->n / STEP] = piece;
	}
}

static void *change(void *p, size_t n, const char *file, int line)
{
	size_t had;
	void *fresh;

	if (p == NULL || !pooled(p))
		return realloc(p, n);
	if (n == 0 || (fresh = take(n, file, line)) == NULL)
		return NULL;
	had = piece_of(p)->n;
	memcpy(fresh, p, had < n ? had : n);
	give(p, file, line);
	return fresh;
}

/* Neither template nor session has a second thread, and each lock would be written to. The linker exports these, so that
 * libcrypto calls them in place of libc's. */
int pthread_rwlock_rdlock(pthread_rwlock_t *lock)
{
	(void)lock;
	return 0;
}

int pthread_rwlock_wrlock(pthread_rwlock_t *lock)
{
	(void)lock;
	return 0;
}

int pthread_rwlock_unlock(pthread_rwlock_t *lock)
{
	(void)lock;
	return 0;
}

/* Before the constructors of the libraries: libssh's sets libcrypto up, and then it is too late to choose. */
static void begin(void)
{
	CRYPTO_set_mem_functions(take, change, give);
}
__attribute__((section(".preinit_array"), used)) static void (*const before_all)(void) = begin;

size_t crypto_heap_seal(void)
{
	sealed = true;
	return (size_t)(room_at - room);
}
#else
size_t crypto_heap_seal(void)
{
	return 0;
}
#endif
