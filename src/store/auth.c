/* auth.c - login, resume, passwords. */
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
#define QUIET "quiet"
#define VERSION_TEXT PACKAGE_NAME " " PACKAGE_VERSION

int64_t auth_step(int64_t came_ms, int64_t now_ms)
{
	return came_ms + ((now_ms - came_ms) / LOGIN_STEP_MS + 1) * LOGIN_STEP_MS;
}

static void name_hash(const struct store *st, const char *name, uint8_t out[32])
{
	crypto_auth_hmacsha256_state h;

	crypto_auth_hmacsha256_init(&h, st->receipt_key, 32);
	crypto_auth_hmacsha256_update(&h, (const uint8_t *)"login", 5);
	crypto_auth_hmacsha256_update(&h, (const uint8_t *)name, strlen(name));
	crypto_auth_hmacsha256_final(&h, out);
}

static int failures(struct db *db, const uint8_t hash[32], int64_t *n, int64_t *until)
{
	struct q *q = db_q(db, ST_failure_get);
	int r;

	*n = *until = 0;
	q_blob(q, 1, hash, 32);
	if ((r = q_step(q)) == 1) {
		*n = q_get_int(q, 0);
		*until = q_get_int(q, 1);
		q_reset(q);
	}
	return r < 0 ? r : 0;
}

static int failed_again(struct op_ctx *cx, const uint8_t hash[32])
{
	int64_t n, until, delay = 0;
	struct q *q;
	int r = failures(cx->db, hash, &n, &until);

	if (r)
		return r;
	n++;
	if (n >= LOGIN_FREE_FAILURES)
		delay = n - LOGIN_FREE_FAILURES > 20 ? LOGIN_DELAY_MAX_MS : INT64_C(1000) << (n - LOGIN_FREE_FAILURES);
	if (delay > LOGIN_DELAY_MAX_MS)
		delay = LOGIN_DELAY_MAX_MS;
	if (n == LOGIN_LOCK_FAILURES)
		log_warn("a name is locked after %d failures in a row", LOGIN_LOCK_FAILURES);
	q = db_q(cx->db, ST_failure_put);
	q_blob(q, 1, hash, 32);
	q_int(q, 2, n);
	q_int(q, 3, cx->now_ms);
	q_int(q, 4, n >= LOGIN_LOCK_FAILURES ? INT64_MAX : cx->now_ms + delay);
	return q_done(q);
}

static int forget_failures(struct db *db, const uint8_t hash[32])
{
	struct q *q = db_q(db, ST_failure_drop);

	q_blob(q, 1, hash, 32);
	return q_done(q);
}

int auth_forgive(struct op_ctx *cx, const char *name)
{
	uint8_t hash[32];

	name_hash(cx->store, name, hash);
	return forget_failures(cx->db, hash);
}

/* The account's credential: a password, or a one-time code that has not run out. 1, 0 none, ERR_. */
static int credential(struct db *db, int64_t account, int64_t now_ms, struct auth_check *a)
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

static int want_verify(struct op_ctx *cx, struct job *j, const char *typed)
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
	int64_t n, until;
	struct q *q;
	int r;

	name_hash(cx->store, j->extra.name, j->auth.name_hash);
	if ((r = failures(cx->db, j->auth.name_hash, &n, &until)) != 0)
		return r;
	if (until > cx->now_ms) {
		j->auth.barred = true;
		return 0;
	}
	q = db_q(cx->db, ST_account_by_name);
	q_text(q, 1, j->extra.name);
	if ((r = q_step(q)) < 0)
		return r;
	if (r == 1) {
		j->auth.account = q_get_int(q, 0);
		q_reset(q);
		if ((r = credential(cx->db, j->auth.account, cx->now_ms, &j->auth)) < 0)
			return r;
	}
	return want_verify(cx, j, rq->code && *rq->code ? rq->code : rq->secret ? rq->secret : "");
}

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
	name_hash(cx->store, j->extra.name, j->auth.name_hash);
	j->auth.account = j->account;
	if ((r = credential(cx->db, j->account, cx->now_ms, &j->auth)) < 0)
		return r;
	return r == 1 ? want_verify(cx, j, typed ? typed : "") : 0;
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

bool auth_covers_office(struct op_ctx *cx, unsigned roles)
{
	int64_t top;

	return op_covers(cx, roles, 0) || (store_area(cx, &top) == 0 && top && op_covers(cx, roles, top));
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
		return r < 0 ? r : auth_covers_office(cx, roles);
	for (size_t i = 0; i < n; i++)
		if (area[i] ? !op_covers(cx, roles, area[i]) : !auth_covers_office(cx, roles))
			return 0;
	return 1;
}

static int no_login(struct op_ctx *cx, const uint8_t *count)
{
	int r = count ? failed_again(cx, count) : 0;

	journal_quiet(cx->leaf);
	op_keep(cx);                           /* the count stays */
	return r ? r : op_refuse(cx, FIND_login_failed, NULL);
}

static int has_password(struct db *db, int64_t account, bool *has)
{
	struct auth_check a = { 0 };
	int r = credential(db, account, INT64_MAX, &a);

	*has = r == 1 && !strcmp(a.kind, "password");
	return r < 0 ? r : 0;
}

/* slot: "desk", "tool", "quiet"; "" as it was. */
static void bind(struct op_ctx *cx, int64_t account, int64_t binding, bool must_change, const char *slot)
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

static int ticket_put(struct op_ctx *cx, int64_t account, int64_t binding, const char *slot, bool *took_over)
{
	bool quiet = !strcmp(slot, QUIET);
	uint8_t hash[32];
	char own[32];
	struct q *q;
	int r;

	if (!quiet && (r = slot_clear(cx, account, slot, took_over)) != 0)
		return r;
	if (quiet)
		snprintf(own, sizeof own, QUIET "%lld", (long long)binding);
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
	int64_t n, until, binding;
	const char *slot;
	bool must_change;
	struct q *q;
	int r;

	/* All of it once more: since the reader looked, a hundred others may have tried, or the account was closed. */
	if ((r = failures(cx->db, a->name_hash, &n, &until)) != 0)
		return r;
	if (a->barred || until > cx->now_ms)
		return no_login(cx, NULL);
	if (a->account == 0 || !cx->extra->hash_ok[0])
		return no_login(cx, a->name_hash);
	q = db_q(cx->db, ST_account_login);
	q_int(q, 1, a->account);
	if ((r = q_step(q)) < 0)
		return r;
	if (r == 0)
		return no_login(cx, a->name_hash);
	rp->full_name = q_get_strdup(q, 0, cx->arena);
	rp->language = q_get_strdup(q, 1, cx->arena);
	rp->settings = q_get_strdup(q, 2, cx->arena);
	q_reset(q);
	if ((r = credential(cx->db, a->account, cx->now_ms, &now)) < 0)
		return r;
	if (r == 0 || strcmp(now.hash, a->hash) || strcmp(now.kind, a->kind))
		return no_login(cx, a->name_hash);
	/* The code opens nothing but the choice of a password, and is gone in the commit of that choice: a line that breaks in between
	 * leaves the clerk a second way in, not a trip to the office. */
	must_change = !strcmp(a->kind, "code");
	slot = rq->quiet ? QUIET : cx->extra->slot;
	if ((binding = db_counter(cx->db, "binding")) < 0)
		return (int)binding;
	if ((r = forget_failures(cx->db, a->name_hash)) != 0 || (r = ticket_put(cx, a->account, binding, slot, &rp->took_over)) != 0 ||
	    (r = mark(cx, a->account, rp)) != 0 || (r = auth_grants(cx->db, cx->arena, a->account, &rp->grants.v, &rp->grants.n)) != 0)
		return r;
	if (rp->took_over)
		journal_reason(cx->leaf, "taken_over");
	rp->ticket = (struct wbytes){ cx->extra->ticket, 32 };
	rp->account = a->account;
	rp->must_change = must_change;
	rp->failed_since = (uint64_t)n;
	journal_actor(cx->leaf, a->account, binding);
	journal_object(cx->leaf, JT_ACCOUNT, a->account);
	bind(cx, a->account, binding, must_change, slot);
	return 0;
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
		return no_login(cx, NULL);
	crypto_hash_sha256(hash, rq->ticket.p, 32);
	q_blob(q, 1, hash, 32);
	q_int(q, 2, cx->now_ms);
	if ((r = q_step(q)) < 0)
		return r;
	if (r == 0)
		return no_login(cx, NULL);
	account = q_get_int(q, 0);
	binding = q_get_int(q, 1);
	snprintf(slot, sizeof slot, "%.5s", q_get_text(q, 2));
	q_reset(q);
	if ((r = has_password(cx->db, account, &has)) != 0)
		return r;
	journal_quiet(cx->leaf);               /* the same session goes on */
	rp->account = account;
	rp->must_change = !has;
	bind(cx, account, binding, !has, slot);
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
	bind(cx, 0, 0, false, "");
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
	bind(cx, cx->actor->account, cx->binding, *cx->extra->bound_must_change, "desk");
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

int op_password_check(struct op_ctx *cx, const struct rq_password_check *rq, struct rp_password_check *rp)
{
	const struct auth_check *a = cx->extra->auth;
	int64_t n, until;
	int r = failures(cx->db, a->name_hash, &n, &until);

	(void)rq;
	if (r)
		return r;
	rp->ok = until <= cx->now_ms && *a->hash && cx->extra->hash_ok[0];
	if (rp->ok)
		return forget_failures(cx->db, a->name_hash);
	return until > cx->now_ms ? 0 : failed_again(cx, a->name_hash);
}

int op_password_change(struct op_ctx *cx, const struct rq_password_change *rq, struct rp_password_change *rp)
{
	const struct auth_check *a = cx->extra->auth;
	bool had = *a->hash && !strcmp(a->kind, "password");
	struct auth_check now = { 0 };
	struct q *q;
	int r = credential(cx->db, cx->actor->account, cx->now_ms, &now);

	(void)rq, (void)rp;
	if (r < 0)
		return r;
	journal_object(cx->leaf, JT_ACCOUNT, cx->actor->account);
	/* Without a password of its own the account came in by a one-time code, and the socket it is bound to is the proof. */
	if (strcmp(now.hash, a->hash) || (had && !cx->extra->hash_ok[0]))
		return no_login(cx, a->name_hash);
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
	bind(cx, cx->actor->account, cx->binding, false, "");
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
