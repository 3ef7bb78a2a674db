/* filling_store.h - fillings as rows: packed, by themselves or as a difference against an earlier one of the same household.
 *
 * Layer: store. A filling that others are kept against has itself no `ref`, so reading takes two rows at most. Whoever reads
 * gets it whole. */
#ifndef BALAI_FILLING_STORE_H
#define BALAI_FILLING_STORE_H
#include "db.h"
#include "filling.h"

#define FILLING_SALT 16
struct filling_kept { int64_t id, dossier; uint8_t form_sha[32], salt[FILLING_SALT], digest[32]; bool digested; };

/* Into an initialised filling. 0, ERR_CORRUPT (logged), ERR_. */
int filling_store_get(struct db *, int64_t id, struct filling *, struct filling_kept *);
/* before: a filling that the new one may be kept against, 0 none. */
struct filling_new { int64_t id, dossier, account, at; const uint8_t *form_sha; int64_t base_seq, household, before; };
int filling_store_put(struct db *, const struct filling_new *, const struct filling *);
/* Other contents for good: those kept against the old ones are written out first. The salt goes. */
int filling_store_erase(struct db *, int64_t id, const struct filling *);
/* What the dossier's version commits to. */
int filling_digest(const uint8_t salt[FILLING_SALT], const struct filling *, uint8_t out[32]);

#endif
