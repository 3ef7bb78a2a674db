/* wire.h - from a row of ops.tbl to bytes and back.
 *
 * Layer: wire. ops_gen.h (made by ops.awk) declares for every record NAME `struct w_NAME`, for every operation NAME
 * `struct rq_NAME` and `struct rp_NAME`, `enum op`, and the descriptor tables. Conventions of those structs:
 *   uint   -> uint64_t        int -> int64_t        bool -> bool
 *   text N -> const char *    (NULL or "" when absent; no NUL inside; valid UTF-8, checked when decoded)
 *   bytes N-> struct wbytes { const uint8_t *p; size_t n; }
 *   RECORD -> struct w_RECORD by value
 *   rows R N -> struct { struct w_R *v; size_t n; }
 *   has    -> uint64_t, bit KEY set when the field was present (set by the decoder; the encoder leaves out zero and empty)
 * act requests carry `uint8_t key[16]` in front.
 * Bytes: frame = u32 big-endian length, then CBOR array [version, request id, kind, map] (design.md 3). Request kind =
 * operation number. Reply kinds below. Requests refuse unknown keys, replies skip them.
 * Limits: request 64 KiB, reply 1 MiB, depth WIRE_DEPTH, shortest form, definite lengths, no tags, no floats, keys of a map
 * ascending. WIRE_DEPTH is 8 (ops.awk): a bulk decision answers rows of dossiers with rows of findings with rows of arguments.
 * A required field is always sent; has is not looked at when encoding.
 * enum op is OP_<name>; the descriptor of record NAME is wire_desc_NAME, of an operation op_info(OP_name)->request, ->reply. */
#ifndef BALAI_WIRE_H
#define BALAI_WIRE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arena.h"
#include "buf.h"
#include "finding.h"

#define WIRE_VERSION 1
#define WIRE_REQUEST_MAX (64u << 10)
#define WIRE_REPLY_MAX   (1u << 20)

enum wire_kind { WIRE_DONE = 0, WIRE_REFUSED = 1000001, WIRE_UNKNOWN = 1000002, WIRE_EVENT = 1000003 };
enum wire_event { EVENT_REVOKED = 1, EVENT_LEASE_LOST = 2, EVENT_WINDOW = 3, EVENT_STOPPING = 4, EVENT_TAKEN_OVER = 5, EVENT_DRAFT_TAKEN = 6 };

struct wbytes { const uint8_t *p; size_t n; };

#include "ops_gen.h"

enum op_phase { PHASE_LOGIN, PHASE_LOOK, PHASE_READ, PHASE_ACT, PHASE_QUIET };
enum op_scope { SCOPE_NONE, SCOPE_SELF, SCOPE_OFFICE, SCOPE_AREA, SCOPE_OBJECT, SCOPE_ROWS };
enum role { ROLE_OPERATOR = 1, ROLE_VERIFIER = 2, ROLE_SUPERVISOR = 4, ROLE_OFFICE_HEAD = 8, ROLE_ADMIN = 16, ROLE_AUDITOR = 32,
            ROLE_OBSERVER = 64, ROLE_COMPANION = 128, ROLE_KIOSK = 256, ROLE_ALL = 511 };
enum role role_parse(const char *name);          /* 0 when there is none */
const char *role_name(enum role);

enum wire_type { W_UINT, W_INT, W_BOOL, W_TEXT, W_BYTES, W_RECORD, W_ROWS, W_KEY };   /* W_KEY: uint8_t[16] in place */
struct wire_desc;
struct wire_field { uint16_t key; uint8_t type; bool required; uint16_t offset; uint32_t max; const struct wire_desc *record; const char *name; };
struct wire_desc { const char *name; uint16_t size; uint16_t has_offset; uint16_t n; const struct wire_field *field; };

struct op_info {
	enum op op; const char *name; enum op_phase phase; unsigned roles;      /* ROLE_ mask */
	enum op_scope scope; const char *scope_kind;                            /* "dossier" for object(dossier,f) */
	uint16_t scope_offset;                                  /* where the id stands in rq_ */
	bool scope_number; uint16_t number_offset;              /* object(): a text `number` names it when the id is 0 */
	const struct wire_desc *request, *reply; const char *purpose;
};
extern const struct op_info op_info_table[]; extern const size_t op_info_count;
const struct op_info *op_info(uint64_t number);           /* NULL: no such operation */
const struct op_info *op_info_named(const char *name);

/* Encoding appends one whole frame to out. 0, ERR_TOOLONG, ERR_NOMEM. */
int wire_put_request(struct buf *out, uint64_t id, enum op, const void *rq);
int wire_put_done(struct buf *out, uint64_t id, enum op, const void *rp);
int wire_put_refused(struct buf *out, uint64_t id, const struct finding_list *);
int wire_put_unknown(struct buf *out, uint64_t id);
int wire_put_event(struct buf *out, enum wire_event, int64_t object, const char *text);

/* Decoding takes one frame's body (without the length). Everything it makes lives in the arena. */
struct wire_request { uint64_t id; enum op op; void *rq; };
int wire_get_request(const uint8_t *p, size_t n, struct arena *, struct wire_request *);    /* 0, ERR_PEER, ERR_NOMEM */
struct wire_reply {
	uint64_t id; uint64_t kind; void *rp;               /* rp: struct rp_<op> when WIRE_DONE */
	struct finding_list findings;                       /* when WIRE_REFUSED; cleared by wire_reply_clear */
	enum wire_event event; int64_t object; const char *text;
};
/* The receiver of a reply knows which operation the id was for; op_of returns 0 for an id it never sent. */
int wire_get_reply(const uint8_t *p, size_t n, struct arena *, enum op (*op_of)(void *arg, uint64_t id), void *arg, struct wire_reply *);
void wire_reply_clear(struct wire_reply *);

/* Assembles frames from a stream. frame_next gives a borrowed body until the next frame_ call. */
struct frame_reader { struct buf in; size_t taken; uint32_t max; };
void frame_reader_init(struct frame_reader *, uint32_t max);
void frame_reader_clear(struct frame_reader *);
int  frame_put(struct frame_reader *, const void *, size_t n);                  /* 0, ERR_PEER when a length passes max */
int  frame_next(struct frame_reader *, const uint8_t **p, size_t *n);           /* 1 a frame, 0 none yet, ERR_PEER */

/* Canonical bytes of one record or request: what a receipt's digest and a stored filling are made of. */
int wire_put_record(struct buf *out, const struct wire_desc *, const void *);
int wire_get_record(const uint8_t *p, size_t n, struct arena *, const struct wire_desc *, void *);

/* filling_cbor.c: struct filling <-> rows of answer and filling_row, and its stored bytes (see form/filling.h). */
struct filling;
int wire_filling_bytes(const struct filling *, struct buf *out);
int wire_filling_read(const uint8_t *p, size_t n, struct filling *);             /* into an initialised filling */
int wire_filling_rows(const struct filling *, struct arena *, struct w_answer **, size_t *, struct w_filling_row **, size_t *);
int wire_filling_from(const struct w_answer *, size_t, const struct w_filling_row *, size_t, struct filling *);  /* sets; ERR_PARSE on unclean text */

#endif
