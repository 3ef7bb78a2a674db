/* server_in.h - what the files of src/ssh share about one connection. Layer: ssh, private. */
#ifndef BALAI_SERVER_IN_H
#define BALAI_SERVER_IN_H
#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>
#include "server.h"

struct server_keys { ssh_key key; };

struct server_watch { int fd; short events, ready; };

struct server {
	ssh_session session;
	ssh_event event;
	ssh_channel channel;           /* the one channel; NULL until it was opened. Never freed while running (trap 19) */
	struct ssh_server_callbacks_struct cb;
	struct ssh_channel_callbacks_struct channel_cb;
	struct server_hooks hooks;
	const struct keylist *keylist;
	struct server_watch watch[2];
	int fd;

	int64_t began, stage_until;
	enum server_stage stage;
	const char *why;
	bool drop;                     /* set inside callbacks: the loop's top ends the connection */

	char user[129];                /* pinned by the first request of any kind */
	bool user_known;
	int wrong, asked;              /* wrong answers; authentication requests of any kind */
	bool key_shown, notice_sent, welcome;

	struct server_request request;
	char command[1024];
	bool started, resized, peer_closed, eof, more;
	struct buf input;
	int64_t closing_since;
};

size_t crypto_heap_seal(void);         /* after warming up; the bytes that lie together */
void auth_init(struct server *);       /* sets the callbacks of admission */
ssh_channel channel_open(ssh_session, void *arg);
void channel_init(struct server *);
void channel_pull(struct server *);    /* what a callback left in libssh */
void server_end(struct server *, const char *why);   /* from callbacks: remembers, the loop's top acts */

#endif
