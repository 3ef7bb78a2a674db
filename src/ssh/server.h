/* server.h - one SSH connection, from the server's side: bytes, one channel, admission. Knows nothing of the desk.
 *
 * Layer: ssh. The only place that knows libssh (0.10.6; its traps are answered here). One process serves one connection.
 * Order of use: server_keys_load() in the template, before any fork and any confinement; server_new() in the child, after
 * confinement; then server_turn() until it says the connection is over; server_free() at the end.
 * libssh's callbacks only record: nothing is read, written or decided by the owner inside them, with one exception, `ask`.
 * Times are clock_mono_ms. Everything that comes out of here is hostile bytes: user name, command line, TERM, input. */
#ifndef BALAI_SERVER_H
#define BALAI_SERVER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "buf.h"
#include "keylist.h"

#define SERVER_ROWS_MIN 10
#define SERVER_ROWS_MAX 100
#define SERVER_COLS_MIN 40
#define SERVER_COLS_MAX 300
#define SERVER_TRIES 6                 /* wrong answers on one connection */
#define SERVER_BANNER_MS 10000         /* until the client's version line */
#define SERVER_KEX_MS 45000            /* until the keys are in use */
#define SERVER_LOGIN_MS 120000         /* until a shell or command was asked for */
#define SERVER_DRAIN_MS 5000           /* from server_finish() to the end */
#define SERVER_INPUT (32u << 10)       /* bytes kept that the owner has not read */
#define SERVER_SURPLUS (2u << 20)      /* unread bytes of a client that ignores its window: then the connection ends */
#define SERVER_SPIN_S 2                /* seconds of CPU in one turn before SIGPROF ends the process */

enum server_stage {
	SERVER_BANNER = 1, SERVER_KEX, SERVER_LOGIN, SERVER_OPEN, SERVER_CLOSING, SERVER_OVER
};
enum server_verdict { SERVER_NO = 0, SERVER_YES = 1, SERVER_END = 2 };   /* END: the connection is to be closed at once */

struct server_hooks {
	/* Is the secret right for the user? Called from inside libssh, at most SERVER_TRIES times: it may wait for descriptors
	 * of its own, never calls server_*, and returns within the login deadline. After YES the same user is asked no more.
	 * key_missing: the account must show a key first and has not; the answer must be NO and take as long as any other. */
	enum server_verdict (*ask)(void *arg, const char *user, const char *secret, bool key_missing);
	/* Text shown before the first prompt, "" for none; borrowed, already clean, lines end with \r\n. */
	const char *(*notice)(void *arg);
	/* Is this command line a row of the owner's table? Only then is exec admitted. */
	bool (*command)(void *arg, const char *line);
	void *arg;
};

struct server_keys;
/* Reads the private host key (Ed25519, OpenSSH PEM). 0, ERR_NOTFOUND, ERR_PARSE. Kept for the life of the process. */
int server_keys_load(const char *path, struct server_keys **);
void server_keys_free(struct server_keys *);
/* Makes a new Ed25519 key at path (mode 0400), which must not exist. 0 or ERR_IO. */
int server_keys_make(const char *path);
/* "ssh-ed25519 AAAA..." of the public half; caller frees, NULL without memory. */
char *server_keys_public(const struct server_keys *);
/* "SHA256:..." of the key, for logs and cards. Caller frees; NULL without memory. */
char *server_keys_print(const struct server_keys *);
/* libssh's version, and whether it is one we can live with (>= 0.10.6). */
const char *server_library(bool *good);

/* One whole connection inside this process, with itself: afterwards a forked session costs half. 0 or ERR_IO. */
int server_warm(const struct server_keys *);
/* Disarms the spin guard of the last server_turn(). */
void server_rest(void);

struct server;
/* Takes the connected TCP socket (non-blocking is set here); owns it from now on. keys may list nothing. NULL: no memory. */
struct server *server_new(const struct server_keys *, const struct keylist *, int fd, const struct server_hooks *);
void server_free(struct server *);     /* closes the socket without ceremony */

/* Two more descriptors of the owner are watched in the same poll; -1 takes the place back. Slots 0 and 1. */
int server_watch(struct server *, int slot, int fd, bool want_write);
short server_ready(const struct server *, int slot);      /* revents of the last turn; POLLHUP removes the watch */

/* One turn of the loop: waits at most timeout_ms (less when a deadline is nearer), handles what came. 0, or ERR_CLOSED
 * when the connection is over (server_why() tells the log). */
int server_turn(struct server *, int timeout_ms);
enum server_stage server_stage(const struct server *);
const char *server_why(const struct server *);            /* short English phrase */
const char *server_user(const struct server *);           /* the pinned name, "" before; raw */

/* What the client asked its channel to be; valid in stage SERVER_OPEN. */
struct server_request {
	bool pty;                          /* a screen can be drawn */
	char term[64];                     /* raw name as sent, cut */
	int rows, cols;                    /* clamped; 24 x 80 when the client said 0 */
	const char *command;               /* raw exec line, NULL for a shell */
};
const struct server_request *server_request(const struct server *);
bool server_resized(struct server *, int *rows, int *cols);   /* the newest size since the last call, clamped */

size_t server_read(struct server *, void *, size_t);      /* typed bytes; 0 none now */
bool server_eof(const struct server *);                   /* the client sends no more and all was read */
/* Sends from the front of b what the window and the socket take now, and drops it from b; the rest stays for a later turn. */
void server_write(struct server *, struct buf *b);
/* A line for the client's standard error, cut to what its window takes. */
void server_error(struct server *, const char *text);
bool server_unsent(const struct server *);                /* earlier output has not left libssh yet */

/* Exit status, end of file, close; then turns until the client is gone or SERVER_DRAIN_MS have passed. */
void server_finish(struct server *, int status);
/* Drops the connection with a reason the client may show. */
void server_drop(struct server *, const char *why);

#endif
