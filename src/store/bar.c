/* bar.c - see bar.h for what is counted, and why. */
#include "config.h"
#include <arpa/inet.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include "bar.h"
#include "log.h"
#include "store_priv.h"

#define DAY_MS INT64_C(86400000)
#define BUDGET_MS ((BAR_BUDGET - 1) * (int64_t)BAR_REFILL_MS)

/* In place of a network's hash: the row of the budget, which also counts every failure since the last login. */
static const uint8_t everywhere[32];

void bar_network(const char *peer, char out[static BAR_NET_SIZE])
{
	struct in6_addr v6;
	struct in_addr v4;
	const uint8_t *b = NULL;

	if (inet_pton(AF_INET, peer, &v4) == 1)
		b = (const uint8_t *)&v4.s_addr;
	else if (inet_pton(AF_INET6, peer, &v6) != 1)
		snprintf(out, BAR_NET_SIZE, "%.*s", BAR_NET_SIZE - 1, peer);
	else if (IN6_IS_ADDR_V4MAPPED(&v6))
		b = v6.s6_addr + 12;
	else
		snprintf(out, BAR_NET_SIZE, "%x:%x:%x::/48", v6.s6_addr[0] << 8 | v6.s6_addr[1], v6.s6_addr[2] << 8 | v6.s6_addr[3],
			v6.s6_addr[4] << 8 | v6.s6_addr[5]);
	if (b)
		snprintf(out, BAR_NET_SIZE, "%u.%u.%u.0/24", b[0], b[1], b[2]);
}

static void keyed(const struct store *st, const char *what, const char *text, uint8_t out[32])
{
	crypto_auth_hmacsha256_state h;

	crypto_auth_hmacsha256_init(&h, st->receipt_key, 32);
	crypto_auth_hmacsha256_update(&h, (const uint8_t *)what, strlen(what));
	crypto_auth_hmacsha256_update(&h, (const uint8_t *)text, strlen(text));
	crypto_auth_hmacsha256_final(&h, out);
}

int bar_of(struct db *db, const struct store *st, const char *name, int64_t account, const char *peer, int64_t now_ms, struct bar *out)
{
	struct q *q;
	int r;

	*out = (struct bar){ .account = account };
	bar_network(peer, out->place);
	keyed(st, "login", name, out->name);
	keyed(st, "network", out->place, out->net);
	if (!strcmp(peer, BAR_DESK)) {
		out->known = true;
		return 0;
	}
	q = db_q(db, ST_network_known);        /* asked for account 0 as well: a name nobody has takes the same way */
	q_int(q, 1, account);
	q_text(q, 2, out->place);
	q_int(q, 3, now_ms - BAR_KNOWN_DAYS * DAY_MS);
	r = q_step(q);
	q_reset(q);
	out->known = r == 1;
	return r < 0 ? r : 0;
}

static int row(struct db *db, const uint8_t name[32], const uint8_t net[32], int64_t *n, int64_t *until)
{
	struct q *q = db_q(db, ST_failure_get);
	int r;

	*n = *until = 0;
	q_blob(q, 1, name, 32);
	q_blob(q, 2, net, 32);
	if ((r = q_step(q)) == 1) {
		*n = q_get_int(q, 0);
		*until = q_get_int(q, 1);
		q_reset(q);
	}
	return r < 0 ? r : 0;
}

int bar_look(struct db *db, const struct bar *b, int64_t *until, int64_t *failed)
{
	int64_t n, all;
	int r = row(db, b->name, b->net, &n, until);

	if (r == 0)
		r = row(db, b->name, everywhere, failed, &all);
	if (r == 0 && !b->known && all > *until)
		*until = all;
	return r;
}

static int put(struct db *db, const uint8_t name[32], const uint8_t net[32], int64_t n, int64_t now_ms, int64_t until)
{
	struct q *q = db_q(db, ST_failure_put);

	q_blob(q, 1, name, 32);
	q_blob(q, 2, net, 32);
	q_int(q, 3, n);
	q_int(q, 4, now_ms);
	q_int(q, 5, until);
	return q_done(q);
}

int bar_failed(struct db *db, const struct bar *b, int64_t now_ms)
{
	int64_t n, until, delay = 0;
	int r = row(db, b->name, b->net, &n, &until);

	if (r)
		return r;
	if (++n >= BAR_FREE)
		delay = n - BAR_FREE > 20 ? BAR_DELAY_MAX_MS : INT64_C(1000) << (n - BAR_FREE);
	if (delay > BAR_DELAY_MAX_MS)
		delay = BAR_DELAY_MAX_MS;
	if ((r = put(db, b->name, b->net, n, now_ms, now_ms + delay)) != 0 || (r = row(db, b->name, everywhere, &n, &until)) != 0)
		return r;
	/* until: when a try of a stranger is looked at again. It lies BUDGET_MS before the moment at which the budget is whole again. */
	if (!b->known)
		until = (until + BUDGET_MS > now_ms ? until + BUDGET_MS : now_ms) + BAR_REFILL_MS - BUDGET_MS;
	if (++n == BAR_LOUD)
		log_warn("account %lld (0: no such name): %d tries in vain since the last login, the last one from %s", (long long)b->account,
			BAR_LOUD, b->place);
	return put(db, b->name, everywhere, n, now_ms, until);
}

int bar_desk_passed(struct db *db, const struct bar *b)
{
	struct q *q = db_q(db, ST_failure_drop);

	q_blob(q, 1, b->name, 32);
	q_blob(q, 2, b->net, 32);
	return q_done(q);
}

int bar_passed(struct db *db, const struct bar *b, int64_t now_ms)
{
	struct q *q;
	int r = bar_desk_passed(db, b);

	if (r)
		return r;
	q = db_q(db, ST_failure_begin_anew);
	q_blob(q, 1, b->name, 32);
	q_blob(q, 2, everywhere, 32);
	if ((r = q_done(q)) != 0)
		return r;
	q = db_q(db, ST_network_put);
	q_int(q, 1, b->account);
	q_text(q, 2, b->place);
	q_int(q, 3, now_ms);
	if ((r = q_done(q)) != 0)
		return r;
	q = db_q(db, ST_network_trim);
	q_int(q, 1, b->account);
	return q_done(q);
}

int bar_forget(struct db *db, const struct store *st, const char *name)
{
	struct q *q = db_q(db, ST_failure_drop_name);
	uint8_t hash[32];

	keyed(st, "login", name, hash);
	q_blob(q, 1, hash, 32);
	return q_done(q);
}

int bar_prune(struct db *db, int64_t now_ms)
{
	struct q *q = db_q(db, ST_failure_prune);

	q_int(q, 1, now_ms - DAY_MS);
	return q_done(q);
}
