/* control.h - the messages between balaid, the session template and the sessions.
 *
 * Sockets are SOCK_SEQPACKET: one message is one struct control, or a log line (which begins with '<', base/log.h).
 * balaid trusts nothing a session says beyond that session's own stage; the template is trusted (it never reads a byte
 * from a network). Host byte order: both ends are one machine and one build. */
#ifndef BALAI_CONTROL_H
#define BALAI_CONTROL_H
#include <stdint.h>

enum control_kind {
	CONTROL_READY = 1,   /* template -> balaid: warm; sessions can be started */
	CONTROL_START = 2,   /* balaid -> template: peer; descriptors: TCP socket, control socket */
	CONTROL_STARTED = 3, /* session -> balaid, its first message, before it is confined: pid */
	CONTROL_ENDED = 4,   /* template -> balaid: pid, value = wait status */
	CONTROL_STAGE = 5,   /* session -> balaid: value = stage reached, only ever upwards */
	CONTROL_STORE = 6,   /* balaid -> session: descriptor: a fresh socket to the store */
	CONTROL_STOP = 7     /* balaid -> session: the office stops; say so and leave */
};
/* Stages as balaid counts them; each has its deadline from the accept. */
enum control_stage { STAGE_BANNER = 0, STAGE_KEX = 1, STAGE_LOGIN = 2, STAGE_IN = 3 };

struct control {
	uint32_t kind, value;
	int32_t pid, unused;
	char peer[48];       /* numeric address, terminated */
};

#define CONTROL_FD 3         /* where the template finds its end */
#endif
