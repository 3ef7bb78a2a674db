/* auth.c - who asks to be let in, and what an account's grants cover. */
#include "config.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include "auth.h"
#include "dossier_submit.h"
#include "clock.h"
#include "date.h"
#include "log.h"
#include "ops_dispatch.h"
#include "password.h"
#include "random.h"
#include "store_priv.h"

/* What an unknown name is compared with: an argon2id string of our parameters that no secret fits. */
#define DUMMY "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$3gVh7Sg1NQYqX7qfQxVZ8dHkqYb0cN0oY8mU1rJ5y1w"
#define VERSION_TEXT PACKAGE_NAME " " PACKAGE_VERSION

int64_t auth_step(int64_t came_ms, int64_t now_ms)
{
	return came_ms + ((now_ms - came_ms) / LOGIN_STEP_MS + 1) * LOGIN_STEP_MS;
}

/* The account's credential: a password, or a one-time code that has not run out. 1, 0 none, ERR_. */
int auth_credential(struct db *db, int64_t account, int64_t now_ms, struct auth_check *a)
{
	struct q *q = db_q(db, ST_credential_get);
	int r;

	q_int(q, 1, account);
	q_int(q, 2, now_ms);
	if ((r = q_step(q)) == 1) {
		snprintf(a->kind, sizeof a->kind, "%s", q_get_text(q, 0));
		snprintf(a->hash, sizeof a->hash, "%s", q_get_text(q, 1));
		q_reset(q);
	}
	return r;
}

/* --- before the hash ------------------------------------------------------------------------------------------------------ */

int auth_want_verify(struct op_ctx *cx, struct job *j, const char *typed)
{
	char *plain = arena_alloc(cx->arena, PASSWORD_BYTES + 1);

	if (plain == NULL)
		return ERR_NOMEM;
	if (!strcmp(j->auth.kind, "code"))
		code_normalise(typed, plain);
	else if (!password_normalise(typed, plain))
		plain[0] = 0;
	j->want[j->nwant].kind = HASH_VERIFY;
	j->want[j->nwant].secret = plain;
	j->want[j->nwant++].hash = *j->auth.hash ? j->auth.hash : DUMMY;
	return 0;
}

int auth_prepare_login(struct op_ctx *cx, struct job *j)
{
	const struct rq_login_answer *rq = j->rq;
	struct q *q = db_q(cx->db, ST_account_by_name);
	int64_t failed, until;
	int r;

	q_text(q, 1, j->extra.name);
	if ((r = q_step(q)) < 0)
		return r;
	if (r == 1) {
		j->auth.account = q_get_int(q, 0);
		q_reset(q);
		if ((r = auth_credential(cx->db, j->auth.account, cx->now_ms, &j->auth)) < 0)
			return r;
	}
	if ((r = bar_of(cx->db, cx->store, j->extra.name, j->auth.account, j->extra.peer, cx->now_ms, &j->auth.bar)) != 0 ||
	    (r = bar_look(cx->db, &j->auth.bar, &until, &failed)) != 0)
		return r;
	if (until > cx->now_ms && strcmp(j->auth.kind, "code")) {
		j->auth.barred = true;
		return 0;
	}
	return auth_want_verify(cx, j, rq->code && *rq->code ? rq->code : rq->secret ? rq->secret : "");
}

/* --- the loop's operations -------------------------------------------------------------------------------------------------- */

int op_hello(struct op_ctx *cx, const struct rq_hello *rq, struct rp_hello *rp)
{
	(void)rq;
	rp->version = WIRE_VERSION;
	rp->office = cx->store->office;
	rp->now = cx->now_ms;
	rp->zone_minutes = cx->zone_minutes;
	rp->server = VERSION_TEXT;
	if (cx->store->nnotice == 0)
		return 0;
	rp->notices.v = arena_alloc(cx->arena, cx->store->nnotice * sizeof *rp->notices.v);
	if (rp->notices.v == NULL)
		return ERR_NOMEM;
	for (; rp->notices.n < cx->store->nnotice; rp->notices.n++)
		rp->notices.v[rp->notices.n].text = cx->store->notice[rp->notices.n];
	return 0;
}

int op_login_begin(struct op_ctx *cx, const struct rq_login_begin *rq, struct rp_login_begin *rp)
{
	uint8_t *nonce = arena_alloc(cx->arena, 32);

	(void)rq;
	if (nonce == NULL)
		return ERR_NOMEM;
	random_bytes(nonce, 32);
	rp->nonce = (struct wbytes){ nonce, 32 };
	rp->factors = 1;
	return 0;
}

int auth_grants(struct db *db, struct arena *a, int64_t account, struct w_grant **v, size_t *n)
{
	struct q *q = db_q(db, ST_grants_of);
	size_t size = 40;
	int r;

	if ((*v = arena_alloc(a, size * sizeof **v)) == NULL)
		return ERR_NOMEM;
	q_int(q, 1, account);
	for (*n = 0; (r = q_step(q)) == 1 && *n < size; ++*n) {
		(*v)[*n] = (struct w_grant){ .id = q_get_int(q, 0), .role = q_get_strdup(q, 1, a), .area = q_get_int(q, 2),
			.area_name = q_get_strdup(q, 3, a), .from_on = q_get_strdup(q, 4, a), .to_on = q_get_strdup(q, 5, a) };
	}
	q_reset(q);
	return r < 0 ? r : 0;
}

int auth_covers(struct op_ctx *cx, unsigned roles, int64_t account, bool now_only)
{
	char today[DATE_SIZE];
	int64_t area[200];
	size_t n = 0;
	struct q *q = db_q(cx->db, ST_grant_areas);
	int r;

	date_to_iso(cx->today, today);
	q_int(q, 1, account);
	q_text(q, 2, now_only ? today : "");
	while ((r = q_step(q)) == 1 && n < sizeof area / sizeof *area)
		area[n++] = q_get_int(q, 0);
	q_reset(q);
	if (r != 0)                            /* an account in more areas than that is the whole office's */
		return r < 0 ? r : op_covers_office(cx, roles);
	for (size_t i = 0; i < n; i++)
		if (area[i] ? !op_covers(cx, roles, area[i]) : !op_covers_office(cx, roles))
			return 0;
	return 1;
}

int auth_no_login(struct op_ctx *cx, const struct bar *count)
{
	int r = count ? bar_failed(cx->db, count, cx->now_ms) : 0;

	journal_quiet(cx->leaf);
	op_keep(cx);                           /* the count stays */
	return r ? r : op_refuse(cx, FIND_login_failed, NULL);
}

static int mark(struct op_ctx *cx, int64_t account, struct rp_login_answer *rp)
{
	struct q *q = db_q(cx->db, ST_login_mark_get);
	int r;

	q_int(q, 1, account);
	if ((r = q_step(q)) == 1) {
		rp->last_login_at = q_get_int(q, 0);
		rp->last_login_from = q_get_strdup(q, 1, cx->arena);
		q_reset(q);
	}
	if (r < 0)
		return r;
	q = db_q(cx->db, ST_login_mark_put);
	q_int(q, 1, account);
	q_int(q, 2, cx->now_ms);
	q_text(q, 3, cx->extra->peer);
	return q_done(q);
}

int op_login_answer(struct op_ctx *cx, const struct rq_login_answer *rq, struct rp_login_answer *rp)
{
	const struct auth_check *a = cx->extra->auth;
	struct auth_check now = { 0 };
	int64_t failed, until, binding;
	const char *slot;
	bool must_change;
	struct q *q;
	int r;

	/* All of it once more: since the reader looked, others may have tried, or the account was closed. */
	if ((r = bar_look(cx->db, &a->bar, &until, &failed)) != 0)
		return r;
	if (a->barred || (until > cx->now_ms && strcmp(a->kind, "code")))
		return auth_no_login(cx, NULL);
	if (a->account == 0 || !cx->extra->hash_ok[0])
		return auth_no_login(cx, &a->bar);
	q = db_q(cx->db, ST_account_login);
	q_int(q, 1, a->account);
	if ((r = q_step(q)) < 0)
		return r;
	if (r == 0)
		return auth_no_login(cx, &a->bar);
	rp->full_name = q_get_strdup(q, 0, cx->arena);
	rp->language = q_get_strdup(q, 1, cx->arena);
	rp->settings = q_get_strdup(q, 2, cx->arena);
	q_reset(q);
	if ((r = auth_credential(cx->db, a->account, cx->now_ms, &now)) < 0)
		return r;
	if (r == 0 || strcmp(now.hash, a->hash) || strcmp(now.kind, a->kind))
		return auth_no_login(cx, &a->bar);
	/* The code opens nothing but the choice of a password, and is gone in the commit of that choice: a line that breaks in between
	 * leaves the clerk a second way in, not a trip to the office. */
	must_change = !strcmp(a->kind, "code");
	slot = rq->quiet ? AUTH_QUIET : cx->extra->slot;
	if ((binding = db_counter(cx->db, "binding")) < 0)
		return (int)binding;
	if ((r = bar_passed(cx->db, &a->bar, cx->now_ms)) != 0 || (r = auth_ticket_put(cx, a->account, binding, slot, &rp->took_over)) != 0 ||
	    (r = mark(cx, a->account, rp)) != 0 || (r = auth_grants(cx->db, cx->arena, a->account, &rp->grants.v, &rp->grants.n)) != 0)
		return r;
	if (*cx->extra->hash[0]) {             /* balai-hash made a better one of the same password */
		q = db_q(cx->db, ST_credential_better);
		q_int(q, 1, a->account);
		q_text(q, 2, a->kind);
		q_text(q, 3, cx->extra->hash[0]);
		if ((r = q_done(q)) != 0)
			return r;
	}
	if (rp->took_over)
		journal_reason(cx->leaf, "taken_over");
	rp->ticket = (struct wbytes){ cx->extra->ticket, 32 };
	rp->account = a->account;
	rp->must_change = must_change;
	rp->failed_since = (uint64_t)failed;
	journal_actor(cx->leaf, a->account, binding);
	journal_object(cx->leaf, JT_ACCOUNT, a->account);
	auth_bind(cx, a->account, binding, must_change, slot);
	return 0;
}

prepare_function *prepare_of(enum op op)
{
	switch (op) {
	case OP_login_answer: return auth_prepare_login;
	case OP_password_change: return auth_prepare_change;
	case OP_password_check: return auth_prepare_check;
	case OP_account_put: return account_prepare_put;
	case OP_account_reset: return account_prepare_reset;
	case OP_backup_make: return backup_prepare;
	case OP_dossier_submit: return submit_prepare;
	default: return NULL;
	}
}

bool prepare_is_advance(enum op op)
{
	return op == OP_dossier_submit;
}
