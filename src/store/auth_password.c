/* auth_password.c - the own password again, a new one, and one-time codes. */
#include "config.h"
#include <sodium.h>
#include <string.h>
#include "auth.h"
#include "ops_dispatch.h"
#include "password.h"
#include "store_priv.h"

/* The own password again, of an account that is bound already. */
static int own_password(struct op_ctx *cx, struct job *j, const char *typed)
{
	struct q *q = db_q(cx->db, ST_account_active);
	int r;

	q_int(q, 1, j->account);
	if ((r = q_step(q)) != 1)
		return r < 0 ? r : op_refuse(cx, FIND_not_permitted, NULL);
	j->extra.name = q_get_strdup(q, 0, cx->arena);
	q_reset(q);
	if (j->extra.name == NULL)
		return ERR_NOMEM;
	j->auth.account = j->account;
	if ((r = bar_of(cx->db, cx->store, j->extra.name, j->account, BAR_DESK, cx->now_ms, &j->auth.bar)) != 0 ||
	    (r = auth_credential(cx->db, j->account, cx->now_ms, &j->auth)) < 0)
		return r;
	return r == 1 ? auth_want_verify(cx, j, typed ? typed : "") : 0;
}

int auth_prepare_check(struct op_ctx *cx, struct job *j)
{
	return own_password(cx, j, ((const struct rq_password_check *)j->rq)->secret);
}

int auth_prepare_change(struct op_ctx *cx, struct job *j)
{
	const struct rq_password_change *rq = j->rq;
	char *plain = arena_alloc(cx->arena, PASSWORD_BYTES + 1);
	const char *fault, *full;
	struct q *q;
	int r = plain ? own_password(cx, j, rq->old) : ERR_NOMEM;

	if (r)
		return r;
	if (strcmp(j->auth.kind, "password")) {
		/* Came in by a code: there is no old password to ask for. Who came in by a password that was voided since must not
		 * choose the next one: the code was given to somebody else. */
		if (!j->bound_must_change)
			return op_refuse(cx, FIND_not_permitted, NULL);
		j->nwant = 0;
	}
	q = db_q(cx->db, ST_account_active);
	q_int(q, 1, j->account);
	if ((r = q_step(q)) != 1)
		return r < 0 ? r : op_refuse(cx, FIND_not_permitted, NULL);
	full = q_get_strdup(q, 1, cx->arena);
	q_reset(q);
	if ((fault = password_fault(rq->new, j->extra.name, full)) != NULL)
		return op_refuse(cx, FIND_password_weak, fault, NULL);
	password_normalise(rq->new, plain);
	j->want[j->nwant].kind = HASH_MAKE;
	j->want[j->nwant++].secret = plain;
	return 0;
}

int op_password_check(struct op_ctx *cx, const struct rq_password_check *rq, struct rp_password_check *rp)
{
	const struct auth_check *a = cx->extra->auth;
	int64_t failed, until;
	int r = bar_look(cx->db, &a->bar, &until, &failed);

	(void)rq;
	if (r)
		return r;
	rp->ok = until <= cx->now_ms && *a->hash && cx->extra->hash_ok[0];
	if (rp->ok)
		return bar_desk_passed(cx->db, &a->bar);
	return until > cx->now_ms ? 0 : bar_failed(cx->db, &a->bar, cx->now_ms);
}

int op_password_change(struct op_ctx *cx, const struct rq_password_change *rq, struct rp_password_change *rp)
{
	const struct auth_check *a = cx->extra->auth;
	bool had = *a->hash && !strcmp(a->kind, "password");
	struct auth_check now = { 0 };
	int64_t failed, until;
	struct q *q;
	int r = auth_credential(cx->db, cx->actor->account, cx->now_ms, &now);

	(void)rq, (void)rp;
	if (r < 0 || (r = bar_look(cx->db, &a->bar, &until, &failed)) != 0)
		return r;
	journal_object(cx->leaf, JT_ACCOUNT, cx->actor->account);
	/* The old password is a guess like any other: who sits at somebody's open desk must not try one after the other here. */
	if (had && until > cx->now_ms)
		return auth_no_login(cx, NULL);
	/* Without a password of its own the account came in by a one-time code, and the socket it is bound to is the proof. */
	if (strcmp(now.hash, a->hash) || (had && !cx->extra->hash_ok[0]))
		return auth_no_login(cx, &a->bar);
	if (had && (r = bar_desk_passed(cx->db, &a->bar)) != 0)
		return r;
	if (!cx->extra->hash_ok[had ? 1 : 0])
		return ERR_BUSY;
	q = db_q(cx->db, ST_credential_put);
	q_int(q, 1, cx->actor->account);
	q_text(q, 2, "password");
	q_text(q, 3, cx->extra->hash[had ? 1 : 0]);
	q_int(q, 4, cx->now_ms);
	q_null(q, 5);
	if ((r = q_done(q)) != 0)
		return r;
	q = db_q(cx->db, ST_credential_drop);
	q_int(q, 1, cx->actor->account);
	q_text(q, 2, "code");
	if ((r = q_done(q)) != 0 || (r = auth_end_sessions(cx, cx->actor->account, cx->binding, cx->extra->client)) != 0)
		return r;
	auth_bind(cx, cx->actor->account, cx->binding, false, "");
	return 0;
}

/* --- one-time codes --------------------------------------------------------------------------------------------------------- */

void auth_code(const struct store *st, const uint8_t key[16], char out[12])
{
	uint8_t mac[32], in[20] = "code";

	memcpy(in + 4, key, 16);
	crypto_auth_hmacsha256(mac, in, sizeof in, st->receipt_key);
	code_make(mac, out);
	sodium_memzero(mac, sizeof mac);
}

int auth_code_put(struct op_ctx *cx, int64_t account, const char *hash)
{
	struct q *q = db_q(cx->db, ST_credential_drop);
	int r;

	q_int(q, 1, account);
	q_text(q, 2, "password");
	if ((r = q_done(q)) != 0)
		return r;
	q = db_q(cx->db, ST_credential_put);
	q_int(q, 1, account);
	q_text(q, 2, "code");
	q_text(q, 3, hash);
	q_int(q, 4, cx->now_ms);
	q_int(q, 5, cx->now_ms + CODE_MS);
	return q_done(q);
}
