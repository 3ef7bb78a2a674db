/* err.h - the few kinds of failure that travel upwards as a negative int.
 *
 * Layer: base. Knows nothing else.
 * Rule: 0 is success, a negative value is one of these, a positive value belongs to the callee's own header.
 *   bug          -> assert() or log_fatal(); never a value
 *   environment  -> ERR_NOMEM, ERR_IO, ERR_FULL ..., passed up untouched, logged once by whoever started the operation
 *   bad peer     -> ERR_PEER or ERR_PARSE: the connection that sent it ends, nothing else does */
#ifndef BALAI_ERR_H
#define BALAI_ERR_H

enum err {
	ERR_OK = 0,
	ERR_NOMEM = -1,   /* allocation failed */
	ERR_IO = -2,      /* read, write, sync failed; errno was logged where it happened */
	ERR_FULL = -3,    /* no space left, quota, file size limit */
	ERR_READONLY = -4,/* file or file system cannot be written */
	ERR_TOOLONG = -5, /* a fixed cap of ours was passed */
	ERR_PARSE = -6,   /* text or bytes from outside are not what their grammar says */
	ERR_PEER = -7,    /* the peer broke the protocol */
	ERR_CLOSED = -8,  /* the peer is gone */
	ERR_AGAIN = -9,   /* not now; nothing was done */
	ERR_NOTFOUND = -10,
	ERR_BUSY = -11,   /* a full queue, or somebody else holds it */
	ERR_VERSION = -12,/* made by a newer program, or not by this one */
	ERR_CORRUPT = -13,/* the database says it is damaged */
	ERR_RANGE = -14,
	ERR_OLDER = -15   /* made by an older program, and not to be changed where it lies */
};

/* A short English name for logs ("no space"); never NULL. */
const char *err_name(int err);

#endif
