/* journal.h - one append-only leaf per operation, reads of persons included.
 *
 * Layer: store. change-model.md 1 and security.md 6: leaves are canonical CBOR with salted commitments, never names or NIK.
 * commitment = HMAC-SHA256(r, version), r = HMAC-SHA256(subject's key, [table, id, seq]); a version without a subject has
 * SHA-256([table, id, seq] version). A version is the CBOR array of the columns that canon_*.def names, so that verify.c
 * can make it again from any row.
 *
 * An operation tells its draft which rows it touched (journal_touch) and which persons it showed; at its end
 * journal_write() reads the touched rows as they are then: those whose seq is this operation's are versions of it, rows that
 * went to their _was table with until = this seq are "gone", all others (rolled back) leave no trace.
 * The RFC 6962 tree grows with each leaf; its head stands in the transaction of its leaves, so a crash leaves both or none. */
#ifndef BALAI_JOURNAL_H
#define BALAI_JOURNAL_H
#include "buf.h"
#include "db.h"
#include "merkle.h"

enum journal_table { JT_HOUSEHOLD = 1, JT_PERSON = 2, JT_CARD = 3, JT_MEMBERSHIP = 4, JT_AREA = 5, JT_AREA_CODE = 6, JT_LISTING = 7,
                     JT_ROSTER_ROW = 8, JT_DOSSIER = 9, JT_BATCH = 10, JT_LETTER = 11, JT_ACCOUNT = 12, JT_GRANT = 13, JT_DATA = 14, JT_GATE = 15, JT_EVIDENCE = 16 };

#define ERASE_DONE "erased"      /* reason of the leaf that destroyed keys; that of one which only asked for it is another */
#define SUBJECT_HOUSEHOLD 1
#define SUBJECT_PERSON 2

/* --- for operations ------------------------------------------------------------------------------------------------- */
struct journal_draft;
int  journal_touch(struct journal_draft *, enum journal_table, int64_t id);    /* inserted, changed or removed; any time before the end */
int  journal_shown(struct journal_draft *, int64_t person);                    /* a person was shown or touched */
void journal_object(struct journal_draft *, enum journal_table, int64_t id);   /* what the operation is about */
void journal_dossier(struct journal_draft *, int64_t dossier);
void journal_result(struct journal_draft *, uint32_t finding_code);            /* 0 done, else why it was refused */
void journal_reason(struct journal_draft *, const char *code);                 /* a code of a list, never free text; kept by pointer */

/* The commitment of version (table, id, seq) as the journal has it: 0, ERR_NOTFOUND, ERR_. */
int  journal_commitment(struct db *, enum journal_table, int64_t id, int64_t seq, uint8_t out[32]);
/* Erasure: the subject's key is destroyed; its commitments stay and say nothing any more. */
int  journal_forget(struct db *, int64_t seq, int subject_kind, int64_t subject);

/* --- for the writer, the fixture and verify.c ----------------------------------------------------------------------- */
struct journal {
	struct merkle tree, saved;      /* saved: as of the last commit */
	int64_t epoch, last_at;
};
int  journal_open(struct journal *, struct db *);           /* rebuilds the tree; ERR_CORRUPT when the head says something else */
int64_t journal_next(const struct journal *);               /* the number the next leaf will have */
struct journal_draft *journal_new(struct arena *, int op, int64_t actor, int64_t binding, int64_t at);
bool journal_touched(const struct journal_draft *, enum journal_table);
void journal_quiet(struct journal_draft *);                 /* no leaf after all: a login that failed, a tick that found nothing */
bool journal_is_quiet(const struct journal_draft *);
bool journal_any(const struct journal_draft *);              /* touched, showed or names anything */
void journal_actor(struct journal_draft *, int64_t account, int64_t binding);   /* a login: known only at its end */
int  journal_write(struct journal *, struct db *, struct journal_draft *, int64_t *seq);
/* The last journal number before a moment. Times rise with the numbers but for a clock that was set back, so a search by halves
 * is right to that accuracy; what it gives is a number, and everything shown is exact for that number. */
int  journal_seq_before(struct db *, int64_t moment, int64_t *seq);
int  journal_head_write(struct journal *, struct db *, int64_t at);    /* before COMMIT, once per batch */
void journal_committed(struct journal *);
void journal_rolled_back(struct journal *);                 /* the whole batch; a single request never reaches the tree before its RELEASE */

/* One leaf from its columns: what verify.c makes again. hash inputs: rows in (tbl, id) order, persons ascending. */
struct journal_leaf {
	int64_t seq, epoch, at, op, actor, binding, tbl, object, dossier, result; const char *reason;
	uint64_t nrow, nshown; uint8_t rows[32], shown[32];
};
void journal_leaf_bytes(const struct journal_leaf *, struct buf *out);
struct q;
void journal_leaf_read(struct q *, struct journal_leaf *);   /* the columns of LEAF_COLUMNS; reason is borrowed until the next step */
/* What is kept of a leaf, for its bytes are made again from the columns: 0, a byte of each part's sum (so that verify.c can say
 * which part was changed), the hash as it stands in the tree. Offices of before have whole leaves: they begin with 0x8f. */
#define LEAF_PARTS 6
#define LEAF_KEPT (1 + LEAF_PARTS + 32)
void journal_leaf_kept(const struct journal_leaf *, const uint8_t hash[32], uint8_t out[LEAF_KEPT]);
extern const char *const journal_part[LEAF_PARTS];
/* The hash of a leaf as it is kept, in either form. */
void journal_leaf_hash(const void *kept, size_t n, uint8_t out[32]);
void journal_row_hash(void *sha256_state, int64_t tbl, int64_t id, const void *commitment, size_t n);
/* The version bytes of the row a canon statement stands on, and its commitment under key (NULL: none). */
int  journal_version_bytes(struct q *, struct buf *out);
void journal_commit_to(int64_t tbl, int64_t id, int64_t seq, const uint8_t *key, const void *bytes, size_t n, uint8_t out[32]);

struct canon { enum journal_table jt; const char *table; enum stmt one, all; int gone; };  /* gone: statement or -1 (no history) */
extern const struct canon canon_table[]; extern const size_t canon_count;

#endif
