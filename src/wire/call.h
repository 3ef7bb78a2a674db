/* call.h - the client's end: requests in flight, answers by callback, keys kept until an answer is certain.
 *
 * Layer: wire. No I/O of its own: bytes go out through call_output() and come in through call_input(), so the same object
 * serves a local socket (balaictl, balai), a session's socket and block mode. Asynchronous; nothing here blocks.
 * After the socket was lost: call_reconnected() puts every request that is still open into the output again, with its key.
 * While a request of phase login is open nothing else goes out; call_send(OP_login_resume) and then call_reconnected() is
 * therefore the way to bind a fresh socket. A callback may send, but not free the call. */
#ifndef BALAI_CALL_H
#define BALAI_CALL_H
#include "wire.h"

struct call;
struct call_answer {
	enum op op;
	bool done;                              /* true: rp is struct rp_<op>; false: refused, see findings */
	const void *rp;                         /* borrowed during the callback */
	const struct finding_list *findings;    /* of a refusal */
};
typedef void call_done(void *arg, const struct call_answer *);
typedef void call_event(void *arg, enum wire_event, int64_t object, const char *text);

struct call *call_new(call_event *, void *arg);
void call_free(struct call *);
/* rq is struct rq_<op>; for act operations a fresh key is put in when it is all zero. Returns the request id, 0 on error. */
uint64_t call_send(struct call *, enum op, const void *rq, call_done *, void *arg);
void call_forget(struct call *, uint64_t id);                   /* the answer will be thrown away */
int  call_input(struct call *, const void *, size_t n);         /* 0 or ERR_PEER */
struct buf *call_output(struct call *);                         /* the caller writes it and buf_drop()s; look once a turn */
void call_reconnected(struct call *);
size_t call_pending(const struct call *);
int64_t call_waiting_since(const struct call *);                /* clock_mono_ms of the oldest, 0 none */

/* Blocking use over a connected socket, for balaictl, balai-job and tests. */
/* answer_ms: how long call_ask() waits for an answer before it gives up with ERR_AGAIN, 0 for ever. The line is of no use after that:
 * the answer may still come. */
struct call_line { int fd; struct frame_reader in; uint64_t next; struct arena arena; int answer_ms; };
int  call_connect(struct call_line *, const char *path);         /* Unix socket */
void call_close(struct call_line *);
/* 1 done with *rp (valid until the next call_ask), 0 refused with findings in *f (overwritten, clear it), or ERR_. */
int  call_ask(struct call_line *, enum op, const void *rq, void **rp, struct finding_list *f);

#endif
