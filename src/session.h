/* session.h - one SSH connection: libssh's bytes on one side, the store's on the other, the desk between.
 *
 * The process is confined before it reads the first byte. It holds three descriptors: the TCP socket, the socket to the store
 * (given and given anew by balaid) and the control socket to balaid. */
#ifndef BALAI_SESSION_H
#define BALAI_SESSION_H
#include <stdbool.h>
#include "call.h"
#include "conf.h"
#include "control.h"
#include "sandbox.h"
#include "server.h"

/* Made once by the template; shared with every session by fork. */
struct session_world {
	const struct conf *conf;
	struct server_keys *keys;
	struct keylist list;
	struct sandbox *box;
};

struct session {
	const struct session_world *world;
	struct server *server;
	int control;
	struct call_line line;            /* line.fd is the socket to the store, -1 while there is none */
	struct buf notice;
	char peer[48];
	bool stop;                        /* balaid said that the office ends */
	bool bound, greeted;
	struct rp_login_answer *login;    /* in login_arena; NULL once the desk has taken it */
	struct arena login_arena;
	enum control_stage told;
	int64_t rest;                     /* when heap_rest() is due; 0: nothing to give back */
};

/* Runs the connection to its end; the exit status of the process. */
int session_run(const struct session_world *, int tcp, int control, const char *peer);

/* session_login.c */
void session_hooks(struct session *, struct server_hooks *);
/* Reads one message of balaid; waits at most timeout_ms. 0, ERR_AGAIN, ERR_CLOSED (balaid is gone). */
int  session_control(struct session *, int timeout_ms);
/* Somebody asked for a shell: this login becomes the account's desk. 0 or ERR_. */
int  session_take_desk(struct session *);
void session_store_lost(struct session *);
/* The store's socket waits in call_ask() and does not on the desk's loop. */
void session_store_blocking(struct session *, bool);

/* session_exec.c: rows of the command table */
bool session_command(const char *line);                  /* is it one? */
int  session_exec(struct session *, const char *line);   /* carries it out; exit status for the client */

#endif
