/* server.h - the loop of balai-store: sockets, frames, who is bound to what, and the way of each request through the threads.
 *
 * Layer: store. Everything here runs on the loop's thread and never touches SQLite. */
#ifndef BALAI_SERVER_H
#define BALAI_SERVER_H
#include "store_priv.h"

struct server_options {
	const char *socket;        /* path, or NULL when fd is given */
	int listen_fd;             /* inherited, -1 none */
	int hash_fd;               /* socket to balai-hash */
	long peer_uid;             /* besides root and ourselves: who may connect, -1 nobody */
	size_t sessions;           /* connections at most */
};
/* Runs until told to stop by a signal. Returns the exit status. db is the writer's connection. */
int server_run(struct store *, struct db *, const struct server_options *);

#endif
