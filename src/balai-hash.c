/* balai-hash.c - passwords and one-time codes: argon2id, a worker per core, a queue of 64. Knows no register data.
 *
 * Started by balai-store with the socket as descriptor 3 and the pepper as descriptor 4 (32 bytes, read once). A password never
 * leaves this process and is wiped as soon as it was compared. The pepper makes a stolen database useless by itself. */
#include "config.h"
#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "hash_wire.h"
#include "log.h"
#include "proc.h"
#include "sandbox.h"

#define SOCKET 3
#define PEPPER 4
#define WORKERS_MAX 16

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t some = PTHREAD_COND_INITIALIZER;
static struct hash_request queue[HASH_QUEUE];
static size_t head, waiting;
static bool over;
static uint8_t pepper[32];

/* What argon2id sees: HMAC(pepper, secret) in hex, so that any length and any byte is fine. */
static void peppered(const struct hash_request *rq, char out[65])
{
	uint8_t mac[32];

	crypto_auth_hmacsha256(mac, rq->secret, rq->n <= HASH_SECRET_MAX ? rq->n : 0, pepper);
	sodium_bin2hex(out, 65, mac, sizeof mac);
	sodium_memzero(mac, sizeof mac);
}

static void answer(const struct hash_request *rq, struct hash_reply *rp)
{
	char secret[65];

	*rp = (struct hash_reply){ .id = rq->id };
	peppered(rq, secret);
	if (rq->kind == 1) {
		/* n = 0 fits nothing, but takes as long as anything else. */
		rp->ok = crypto_pwhash_str_verify(rq->hash, secret, 64) == 0 && rq->n > 0;
		if (rp->ok && crypto_pwhash_str_needs_rehash(rq->hash, HASH_OPS, HASH_MEM) == 1 &&
		    crypto_pwhash_str(rp->hash, secret, 64, HASH_OPS, HASH_MEM) != 0)
			rp->hash[0] = 0;
	} else if (rq->kind == 2) {
		rp->ok = rq->n > 0 && crypto_pwhash_str(rp->hash, secret, 64, HASH_OPS, HASH_MEM) == 0;
	}
	sodium_memzero(secret, sizeof secret);
}

static void put(const struct hash_reply *rp)
{
	ssize_t n;

	while ((n = send(SOCKET, rp, sizeof *rp, MSG_NOSIGNAL)) < 0 && errno == EINTR)
		;
	if (n < 0)
		_exit(0);                      /* the store is gone */
}

#ifndef BALAI_SANITIZERS
static struct sandbox *box;
#endif

/* A filter holds for the thread that enters it: each one does, and no thread can be started after. */
static void confine(void)
{
#ifndef BALAI_SANITIZERS
	if (sandbox_enter(box, SANDBOX_HASH) != 0)
		log_fatal("cannot be confined");
#endif
}

static void *work(void *arg)
{
	struct hash_request rq;
	struct hash_reply rp;

	(void)arg;
	confine();
	for (;;) {
		pthread_mutex_lock(&lock);
		while (waiting == 0 && !over)
			pthread_cond_wait(&some, &lock);
		if (waiting == 0)
			break;
		rq = queue[head];
		explicit_bzero(&queue[head], sizeof queue[head]);
		head = (head + 1) % HASH_QUEUE;
		waiting--;
		pthread_mutex_unlock(&lock);
		answer(&rq, &rp);
		explicit_bzero(&rq, sizeof rq);
		put(&rp);
	}
	pthread_mutex_unlock(&lock);
	return NULL;
}

static void serve(void)
{
	struct hash_request rq;
	ssize_t n;

	while ((n = recv(SOCKET, &rq, sizeof rq, 0)) > 0 || (n < 0 && errno == EINTR)) {
		bool full;

		if (n != sizeof rq)
			continue;
		rq.hash[sizeof rq.hash - 1] = 0;
		pthread_mutex_lock(&lock);
		full = waiting == HASH_QUEUE;
		if (!full) {
			queue[(head + waiting++) % HASH_QUEUE] = rq;
			pthread_cond_signal(&some);
		}
		pthread_mutex_unlock(&lock);
		if (full)
			put(&(struct hash_reply){ .id = rq.id, .busy = 1 });
		explicit_bzero(&rq, sizeof rq);
	}
}

int main(void)
{
	pthread_t thread[WORKERS_MAX];
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	size_t n = 0;

	log_init("balai-hash", -1);
	if (sodium_init() < 0 || read(PEPPER, pepper, sizeof pepper) != sizeof pepper)
		log_fatal("no pepper on descriptor 4: balai-hash is started by balai-store");
	close(PEPPER);
	sodium_mlock(pepper, sizeof pepper);
	proc_harden();
	proc_close_from(SOCKET + 1, NULL, 0);
#ifndef BALAI_SANITIZERS
	if (sandbox_prepare(SANDBOX_HASH, &box) != 0)
		log_fatal("cannot be confined");
#endif
	for (long i = 0; i < (cores < 1 ? 1 : cores > WORKERS_MAX ? WORKERS_MAX : cores); i++)
		if (pthread_create(&thread[n], NULL, work, NULL) == 0)
			n++;
	if (n == 0)
		log_fatal("no thread could be started");
	confine();
	serve();
	pthread_mutex_lock(&lock);
	over = true;
	pthread_cond_broadcast(&some);
	pthread_mutex_unlock(&lock);
	for (size_t i = 0; i < n; i++)
		pthread_join(thread[i], NULL);
	sodium_memzero(pepper, sizeof pepper);
	return 0;
}
