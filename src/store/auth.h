/* auth.h - who is at the other end of a socket.
 *
 * Layer: store. The reader looks up what has to be compared (prepare), balai-hash compares, the writer decides and binds. A name nobody
 * has takes the same way with a dummy hash; every failure has one text and leaves on a step of 250 ms. How long a name waits after
 * failures: bar.h. */
#ifndef BALAI_AUTH_H
#define BALAI_AUTH_H
#include "job.h"

#define LOGIN_STEP_MS 250
#define TICKET_MS 43200000             /* 12 h in all */
#define CODE_MS 86400000               /* a one-time code is good for 24 h */
#define AUTH_QUIET "quiet"             /* the slot of commands: beside a desk, any number */

/* The moment a failure may be answered: the next whole step after now. */
int64_t auth_step(int64_t came_ms, int64_t now_ms);
/* For account operations and --init: a fresh code made from the request's key, so that a repeated request shows the same one. */
void auth_code(const struct store *, const uint8_t key[16], char out[12]);
int  auth_code_put(struct op_ctx *, int64_t account, const char *hash);    /* voids the password */
int  auth_end_sessions(struct op_ctx *, int64_t account, int64_t but_binding, uint64_t but_client);
/* Do the account's grants all lie where a grant of these roles reaches? now_only: those that have ended say nothing. 1, 0, ERR_. */
int  auth_covers(struct op_ctx *, unsigned roles, int64_t account, bool now_only);
int  auth_grants(struct db *, struct arena *, int64_t account, struct w_grant **, size_t *);

/* --- between auth.c, auth_session.c and auth_password.c --- */
/* The account's credential: a password, or a one-time code that has not run out. 1, 0 none, ERR_. */
int  auth_credential(struct db *, int64_t account, int64_t now_ms, struct auth_check *);
int  auth_want_verify(struct op_ctx *, struct job *, const char *typed);
int  auth_no_login(struct op_ctx *, const struct bar *count);              /* refuses; counted when count is given */
void auth_bind(struct op_ctx *, int64_t account, int64_t binding, bool must_change, const char *slot);
int  auth_ticket_put(struct op_ctx *, int64_t account, int64_t binding, const char *slot, bool *took_over);

prepare_function auth_prepare_login, auth_prepare_change, auth_prepare_check, account_prepare_put, account_prepare_reset, backup_prepare;

#endif
