/* auth_session.c - what binds a socket to an account: tickets, the places a session takes, and their end. */
#include "config.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include "auth.h"
#include "log.h"
#include "ops_dispatch.h"
#include "random.h"
#include "store_priv.h"

/* slot: "desk", "tool", "quiet"; "" as it was. */
void auth_bind(struct op_ctx *cx, int64_t account, int64_t binding, bool must_change, const char *slot)
{
	snprintf(cx->extra->bound_slot, 6, "%s", slot);
	*cx->extra->bound_account = account;
	*cx->extra->bound_binding = binding;
	*cx->extra->bound_must_change = must_change;
}

/* An account has one desk and one tool at a time; a later one takes its place. Of quiet ones it may have any number. */
static int slot_clear(struct op_ctx *cx, int64_t account, const char *slot, bool *took_over)
{
	struct q *q = db_q(cx->db, ST_ticket_drop_slot);
	int r;

	q_int(q, 1, account);
	q_text(q, 2, slot);
	q_int(q, 3, cx->now_ms);
	while ((r = q_step(q)) == 1)
		*took_over |= q_get_int(q, 0) != 0;
	if (r == 0 && *took_over)
		store_unbind(cx, account, slot, EVENT_TAKEN_OVER, cx->extra->client);
	return r;
}

int auth_ticket_put(struct op_ctx *cx, int64_t account, int64_t binding, const char *slot, bool *took_over)
{
	bool quiet = !strcmp(slot, AUTH_QUIET);
	uint8_t hash[32];
	char own[32];
	struct q *q;
	int r;

	if (!quiet && (r = slot_clear(cx, account, slot, took_over)) != 0)
		return r;
	if (quiet)
		snprintf(own, sizeof own, AUTH_QUIET "%lld", (long long)binding);
	else
		snprintf(own, sizeof own, "%s", slot);
	random_bytes(cx->extra->ticket, 32);
	crypto_hash_sha256(hash, cx->extra->ticket, 32);
	q = db_q(cx->db, ST_ticket_put);
	q_blob(q, 1, hash, 32);
	q_int(q, 2, account);
	q_text(q, 3, own);
	q_int(q, 4, binding);
	q_text(q, 5, cx->extra->peer);
	q_int(q, 6, cx->now_ms);
	q_int(q, 7, cx->now_ms + TICKET_MS);
	return q_done(q);
}

static int has_password(struct db *db, int64_t account, bool *has)
{
	struct auth_check a = { 0 };
	int r = auth_credential(db, account, INT64_MAX, &a);

	*has = r == 1 && !strcmp(a.kind, "password");
	return r < 0 ? r : 0;
}

int op_login_resume(struct op_ctx *cx, const struct rq_login_resume *rq, struct rp_login_resume *rp)
{
	struct q *q = db_q(cx->db, ST_ticket_get);
	uint8_t hash[32];
	int64_t account, binding;
	char slot[6];
	bool has;
	int r;

	if (rq->ticket.n != 32)
		return auth_no_login(cx, NULL);
	crypto_hash_sha256(hash, rq->ticket.p, 32);
	q_blob(q, 1, hash, 32);
	q_int(q, 2, cx->now_ms);
	if ((r = q_step(q)) < 0)
		return r;
	if (r == 0)
		return auth_no_login(cx, NULL);
	account = q_get_int(q, 0);
	binding = q_get_int(q, 1);
	snprintf(slot, sizeof slot, "%.5s", q_get_text(q, 2));
	q_reset(q);
	if ((r = has_password(cx->db, account, &has)) != 0)
		return r;
	journal_quiet(cx->leaf);               /* the same session goes on */
	rp->account = account;
	rp->must_change = !has;
	auth_bind(cx, account, binding, !has, slot);
	return 0;
}

int op_logout(struct op_ctx *cx, const struct rq_logout *rq, struct rp_logout *rp)
{
	struct q *q = db_q(cx->db, ST_ticket_drop_binding);
	int r;

	(void)rq, (void)rp;
	q_int(q, 1, cx->actor->account);
	q_int(q, 2, cx->binding);
	if ((r = q_done(q)) != 0)
		return r;
	auth_bind(cx, 0, 0, false, "");
	return 0;
}

int op_desk_take(struct op_ctx *cx, const struct rq_desk_take *rq, struct rp_desk_take *rp)
{
	struct q *q;
	int r;

	(void)rq;
	if (!strcmp(cx->extra->slot, "desk"))
		return 0;                      /* it is the desk already */
	if ((r = slot_clear(cx, cx->actor->account, "desk", &rp->took_over)) != 0)
		return r;
	q = db_q(cx->db, ST_ticket_slot);
	q_int(q, 1, cx->actor->account);
	q_int(q, 2, cx->binding);
	q_text(q, 3, "desk");
	if ((r = q_done(q)) != 0)
		return r;
	if (rp->took_over)
		log_info("account %lld: its desk was taken over", (long long)cx->actor->account);
	auth_bind(cx, cx->actor->account, cx->binding, *cx->extra->bound_must_change, "desk");
	return 0;
}

int auth_end_sessions(struct op_ctx *cx, int64_t account, int64_t but_binding, uint64_t but_client)
{
	struct q *q = db_q(cx->db, ST_ticket_drop_account);
	int r;

	q_int(q, 1, account);
	q_int(q, 2, but_binding);
	if ((r = q_done(q)) == 0)
		store_unbind(cx, account, "", EVENT_REVOKED, but_client);
	return r;
}
