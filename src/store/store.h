/* store.h - what lives in the balai-store process besides connections to the database.
 *
 * Layer: store. Owned by the main thread, read by the writer and the readers under the rules stated at each field.
 * Loaded data (forms, lists, flows, periods) is an immutable snapshot with a reference count: store_data_get() on any thread,
 * replaced as a whole after a data_load committed; a broken new version never replaces a running one. */
#ifndef BALAI_STORE_H
#define BALAI_STORE_H
#include "form.h"
#include "op.h"

struct store;
struct flow;      /* flow.h, model */

/* A form by name (newest), or by hash (any version ever used). Borrowed for the life of the process: versions are never freed. */
const struct form *store_form(struct store *, struct db *, const char *name);
const struct form *store_form_sha(struct store *, struct db *, const uint8_t sha[32]);
/* By name: its newest version. NULL: of all flows the one with the latest valid-from that has come (new dossiers take it). */
const struct flow *store_flow(struct store *, struct db *, const char *name);
int64_t store_regency(struct store *);             /* prefix of ids, 4 digits of the regency's code */
/* The regency itself, as an area; 0 before areas were imported. 0 or ERR_. */
int store_area(struct op_ctx *, int64_t *area);
const char *store_dir(struct store *);             /* state directory: db, blob/, backup/ */
/* The check environment bound to this connection's areas. */
struct check_env;
void store_check_env(struct op_ctx *, struct check_env *);
/* After the commit: an event to every connection of an account (revoked, taken over), or about an object. Writer only. */
void store_tell_account(struct op_ctx *, int64_t account, enum wire_event, int64_t object, const char *text);

#endif
