/* journal.h - one append-only leaf per operation, reads of persons included.
 *
 * Layer: store. change-model.md 1 and security.md 6: leaves are canonical CBOR with salted commitments, never names or NIK.
 * commitment = HMAC-SHA256(r, canonical version), r = HMAC-SHA256(subject key, table, id, seq). The Merkle tree (RFC 6962) is
 * derived after the commit and can be rebuilt from the leaves.
 * The register tells the leaf of every row version it makes; a read tells it of every person shown. */
#ifndef BALAI_JOURNAL_H
#define BALAI_JOURNAL_H
#include "db.h"

enum journal_table { JT_HOUSEHOLD = 1, JT_PERSON = 2, JT_CARD = 3, JT_MEMBERSHIP = 4, JT_AREA = 5, JT_AREA_CODE = 6, JT_LISTING = 7,
                     JT_ROSTER_ROW = 8, JT_DOSSIER = 9, JT_BATCH = 10, JT_LETTER = 11, JT_ACCOUNT = 12, JT_GRANT = 13, JT_DATA = 14, JT_GATE = 15, JT_EVIDENCE = 16 };

struct journal_draft;
/* A version (table,id) as of this operation's seq; bytes = its canonical CBOR; subject kind/id own the key ("household"/"person" or 0: plain hash). */
int  journal_version(struct journal_draft *, enum journal_table, int64_t id, int subject_kind, int64_t subject, const void *bytes, size_t n);
int  journal_shown(struct journal_draft *, int64_t person);          /* a person was shown or touched */
void journal_object(struct journal_draft *, enum journal_table, int64_t id);   /* what the operation is about */
void journal_dossier(struct journal_draft *, int64_t dossier);
void journal_result(struct journal_draft *, uint32_t finding_code);  /* 0 done, else why it was refused */
void journal_reason(struct journal_draft *, const char *code);

#define SUBJECT_HOUSEHOLD 1
#define SUBJECT_PERSON 2

#endif
