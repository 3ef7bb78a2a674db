/* balai-hash.c - passwords and one-time codes: argon2id, a worker per core, a queue of 64. Knows no register data.
 *
 * Started with the socket to the store as descriptor 3, by balaid or by a store of its own. Reads DIR/pepper (32 bytes) before it
 * drops its rights. A password never leaves this process and is wiped as soon as it was compared. The pepper makes a stolen database
 * useless by itself. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "conf.h"
#include "err.h"
#include "hash_wire.h"
#include "log.h"
#include "proc.h"
#include "sandbox.h"

#define SOCKET 3
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

static pthread_mutex_t sending = PTHREAD_MUTEX_INITIALIZER;

/* Whole messages, one at a time: the socket may be a stream. */
static void put(const struct hash_reply *rp)
{
	const uint8_t *p = (const uint8_t *)rp;
	size_t done = 0;

	pthread_mutex_lock(&sending);
	while (done < sizeof *rp) {
		ssize_t n = send(SOCKET, p + done, sizeof *rp - done, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			_exit(0);              /* the store is gone */
		done += n > 0 ? (size_t)n : 0;
	}
	pthread_mutex_unlock(&sending);
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

	while ((n = recv(SOCKET, &rq, sizeof rq, MSG_WAITALL)) > 0 || (n < 0 && errno == EINTR)) {
		bool full;

		if (n != sizeof rq) {
			if (n < 0)
				continue;
			break;                 /* it ended in the middle of a message */
		}
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

static int pepper_read(const struct conf *c)
{
	char path[512];
	int fd, r = 0;

	snprintf(path, sizeof path, "%s/pepper", c->dir);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || read(fd, pepper, sizeof pepper) != sizeof pepper) {
		log_err("%s: %s", path, fd < 0 ? strerror(errno) : "is not 32 bytes");
		r = ERR_IO;
	}
	if (fd >= 0)
		close(fd);
	return r;
}

int main(int argc, char **argv)
{
	struct conf conf;
	char err[256];
	pthread_t thread[WORKERS_MAX];
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	size_t n = 0;

	log_init("balai-hash", -1);
	if (proc_die_with_parent(getppid()) != 0)
		return 1;
	if (argc != 3 || strcmp(argv[1], "-f") || fcntl(SOCKET, F_GETFD) < 0) {
		fputs("usage: balai-hash -f CONF, with the socket of the store as descriptor 3\n", stderr);
		return 2;
	}
	if (conf_read(&conf, argv[2], err) != 0) {
		log_err("%s", err);
		return 1;
	}
	if (sodium_init() < 0 || pepper_read(&conf) != 0)
		return 1;
	sodium_mlock(pepper, sizeof pepper);
	if (conf.user_hash && getuid() == 0 && proc_drop(conf.user_hash) != 0)
		return 1;
	conf_clear(&conf);
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
