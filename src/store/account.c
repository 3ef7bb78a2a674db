/* account.c - accounts, their grants and their settings: the administrator's operations. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "auth.h"
#include "date.h"
#include "ops_dispatch.h"
#include "password.h"
#include "store_priv.h"
#include "text.h"

#define SETTINGS_MAX 400

static bool name_good(const char *s)
{
	size_t n = strlen(s);

	return n >= 2 && n <= 32 && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n && s[0] != '.' && s[0] != '-';
}

/* The code is made before the writer: its hash takes 40 ms. The request's key makes it, so a repeated request shows the same one. */
static int want_code(struct op_ctx *cx, struct job *j)
{
	char shown[CODE_SIZE], *plain = arena_alloc(cx->arena, CODE_SIZE);

	if (plain == NULL)
		return ERR_NOMEM;
	auth_code(cx->store, j->extra.key, shown);
	code_normalise(shown, plain);
	j->want[0].kind = HASH_MAKE;
	j->want[0].secret = plain;
	j->nwant = 1;
	return 0;
}

int account_prepare_put(struct op_ctx *cx, struct job *j)
{
	return ((const struct rq_account_put *)j->rq)->account ? 0 : want_code(cx, j);
}

int account_prepare_reset(struct op_ctx *cx, struct job *j)
{
	return want_code(cx, j);
}

static char *code_text(struct op_ctx *cx)
{
	char *code = arena_alloc(cx->arena, CODE_SIZE);

	if (code)
		auth_code(cx->store, cx->extra->key, code);
	return code;
}

static int full_name_clean(struct op_ctx *cx, const char *typed, const char **out)
{
	struct buf b;
	enum text_fault fault;

	buf_init(&b, 1024);
	fault = text_clean(typed ? typed : "", typed ? strlen(typed) : 0, 120, false, &b, NULL);
	*out = fault == TEXT_OK && b.len ? arena_strdup(cx->arena, buf_str(&b)) : NULL;
	buf_clear(&b);
	return *out ? 0 : op_refuse(cx, FIND_bad_request, NULL);
}

static int exists(struct op_ctx *cx, int64_t account)
{
	struct q *q = db_q(cx->db, ST_scope_account);
	int r;

	q_int(q, 1, account);
	r = q_step(q);
	q_reset(q);
	return r < 0 ? r : r == 1 ? 0 : op_refuse(cx, FIND_not_permitted, NULL);
}

/* Who may reset an account may enter as it: so it takes an administrator of all the areas the account works in. */
static int administers(struct op_ctx *cx, int64_t account)
{
	int r = auth_covers(cx, ROLE_ADMIN, account, true);

	return r < 0 ? r : r == 1 ? 0 : op_refuse(cx, FIND_not_permitted, NULL);
}

int op_account_put(struct op_ctx *cx, const struct rq_account_put *rq, struct rp_account_put *rp)
{
	const char *full;
	int64_t id = rq->account;
	struct q *q;
	int r;

	if ((r = full_name_clean(cx, rq->full_name, &full)) != 0)
		return r;
	if (id) {
		if ((r = exists(cx, id)) != 0 || (r = administers(cx, id)) != 0)
			return r;
		q = db_q(cx->db, ST_account_rename);
		q_int(q, 1, id);
		q_text(q, 2, full);
		q_int(q, 3, cx->seq);
		if ((r = q_done(q)) != 0)
			return r;
	} else {
		if (rq->name == NULL || !name_good(rq->name))
			return op_refuse(cx, FIND_bad_request, NULL);
		q = db_q(cx->db, ST_account_by_name_any);
		q_text(q, 1, rq->name);
		r = q_step(q);
		q_reset(q);
		if (r)
			return r < 0 ? r : op_refuse(cx, FIND_name_taken, NULL);
		if (!cx->extra->hash_ok[0])
			return ERR_BUSY;
		if ((id = db_id(cx->db, "account")) < 0)
			return (int)id;
		q = db_q(cx->db, ST_account_put);
		q_int(q, 1, id);
		q_text(q, 2, rq->name);
		q_text(q, 3, full);
		q_int(q, 4, cx->now_ms);
		q_int(q, 5, cx->seq);
		if ((r = q_done(q)) != 0 || (r = auth_code_put(cx, id, cx->extra->hash[0])) != 0)
			return r;
		if ((rp->code = code_text(cx)) == NULL)
			return ERR_NOMEM;
	}
	rp->account = id;
	journal_object(cx->leaf, JT_ACCOUNT, id);
	return journal_touch(cx->leaf, JT_ACCOUNT, id);
}

int op_account_set(struct op_ctx *cx, const struct rq_account_set *rq, struct rp_account_set *rp)
{
	bool disable = rq->state && !strcmp(rq->state, "disabled");
	struct q *q;
	int r;

	(void)rp;
	if (!disable && !(rq->state && !strcmp(rq->state, "active")))
		return op_refuse(cx, FIND_bad_request, NULL);
	if (rq->account == cx->actor->account)     /* nobody locks himself out by a slip */
		return op_refuse(cx, FIND_second_account, NULL);
	if ((r = administers(cx, rq->account)) != 0)
		return r;
	q = db_q(cx->db, ST_account_state);
	q_int(q, 1, rq->account);
	q_text(q, 2, disable ? "disabled" : "active");
	q_int(q, 3, cx->seq);
	if ((r = q_done(q)) != 0)
		return r;
	if (disable && (r = auth_end_sessions(cx, rq->account, 0, 0)) != 0)
		return r;
	journal_object(cx->leaf, JT_ACCOUNT, rq->account);
	return journal_touch(cx->leaf, JT_ACCOUNT, rq->account);
}

int op_account_reset(struct op_ctx *cx, const struct rq_account_reset *rq, struct rp_account_reset *rp)
{
	struct q *q;
	char *name;
	int r;

	if (rq->account == cx->actor->account)
		return op_refuse(cx, FIND_second_account, NULL);
	if ((r = administers(cx, rq->account)) != 0)
		return r;
	if (!cx->extra->hash_ok[0])
		return ERR_BUSY;
	q = db_q(cx->db, ST_account_name);
	q_int(q, 1, rq->account);
	if ((r = q_step(q)) != 1)
		return r < 0 ? r : op_refuse(cx, FIND_not_permitted, NULL);
	name = q_get_strdup(q, 0, cx->arena);
	q_reset(q);
	if (name == NULL || (rp->code = code_text(cx)) == NULL)
		return ERR_NOMEM;
	if ((r = auth_code_put(cx, rq->account, cx->extra->hash[0])) != 0 || (r = bar_forget(cx->db, cx->store, name)) != 0)
		return r;
	journal_object(cx->leaf, JT_ACCOUNT, rq->account);
	return auth_end_sessions(cx, rq->account, 0, 0);
}

/* Leaves the grants the administrator's own cover. true: the account is one to show - it has such a grant, or none at all. */
static bool account_seen(struct op_ctx *cx, struct w_account_line *a, struct w_grant *g, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (g[i].area ? op_covers(cx, ROLE_ADMIN, g[i].area) : op_covers_office(cx, ROLE_ADMIN))
			g[kept++] = g[i];
	a->grants.v = g;
	a->grants.n = kept;
	return kept || n == 0;
}

/* The next account after *after that may be shown: 1, 0 there is none, ERR_. */
static int account_next(struct op_ctx *cx, const char *text, int64_t *after, struct w_account_line *a)
{
	struct w_grant *g;
	struct q *q;
	size_t n;
	int r;

	do {
		q = db_q(cx->db, ST_account_after);
		q_int(q, 1, *after);
		q_text(q, 2, text);
		if ((r = q_step(q)) != 1)
			return r;
		*a = (struct w_account_line){ .id = q_get_int(q, 0), .name = q_get_strdup(q, 1, cx->arena),
			.full_name = q_get_strdup(q, 2, cx->arena), .state = q_get_strdup(q, 3, cx->arena), .last_login_at = q_get_int(q, 4),
			.office = q_get_strdup(q, 5, cx->arena) };
		q_reset(q);
		*after = a->id;
		if ((r = auth_grants(cx->db, cx->arena, a->id, &g, &n)) != 0)
			return r;
	} while (!account_seen(cx, a, g, n));
	return 1;
}

int op_account_list(struct op_ctx *cx, const struct rq_account_list *rq, struct rp_account_list *rp)
{
	uint64_t limit = rq->limit && rq->limit < 100 ? rq->limit : 100;
	struct w_account_line *v = arena_alloc(cx->arena, 100 * sizeof *v), more;
	const char *text = rq->text ? rq->text : "";
	int64_t after = rq->after;
	int r = 1;

	if (v == NULL)
		return ERR_NOMEM;
	while (rp->rows.n < limit && (r = account_next(cx, text, &after, &v[rp->rows.n])) == 1)
		rp->rows.n++;
	if (r == 1 && (r = account_next(cx, text, &after, &more)) == 1) {
		rp->next = v[limit - 1].id;
		r = 0;
	}
	rp->rows.v = v;
	return r;
}

static int day_of(const char *s, int32_t otherwise, char out[DATE_SIZE])
{
	int32_t day = s && *s ? date_from_iso(s) : otherwise;

	if (day == DATE_NONE && s && *s)
		return ERR_PARSE;
	date_to_iso(day, out);
	return 0;
}

int op_grant_put(struct op_ctx *cx, const struct rq_grant_put *rq, struct rp_grant_put *rp)
{
	char from[DATE_SIZE], to[DATE_SIZE];
	int64_t id;
	struct q *q;
	int r;

	if (rq->role == NULL || role_parse(rq->role) == 0 || day_of(rq->from_on, cx->today, from) != 0 ||
	    day_of(rq->to_on, DATE_NONE, to) != 0 || (*to && strcmp(to, from) <= 0))
		return op_refuse(cx, FIND_bad_request, NULL);
	/* An administrator gives away no more area than the grant that makes him one. */
	if (!op_covers(cx, ROLE_ADMIN, rq->area))
		return op_refuse(cx, FIND_not_permitted, NULL);
	/* Nor to an account of elsewhere: its own administrator would no longer cover all that it holds, and could not reset it. */
	if ((r = administers(cx, rq->account)) != 0)
		return r;
	if (rq->area) {
		q = db_q(cx->db, ST_area_there);
		q_int(q, 1, rq->area);
		r = q_step(q);
		q_reset(q);
		if (r != 1)
			return r < 0 ? r : op_refuse(cx, FIND_not_permitted, NULL);
	}
	if ((id = db_id(cx->db, "role_grant")) < 0)
		return (int)id;
	q = db_q(cx->db, ST_grant_put);
	q_int(q, 1, id);
	q_int(q, 2, rq->account);
	q_text(q, 3, rq->role);
	q_int(q, 4, rq->area);
	q_text(q, 5, from);
	q_text(q, 6, *to ? to : NULL);
	q_int(q, 7, cx->seq);
	if ((r = q_done(q)) != 0)
		return r;
	rp->grant = id;
	journal_object(cx->leaf, JT_GRANT, id);
	return journal_touch(cx->leaf, JT_GRANT, id);
}

int op_grant_end(struct op_ctx *cx, const struct rq_grant_end *rq, struct rp_grant_end *rp)
{
	char today[DATE_SIZE];
	int64_t account, area;
	struct q *q = db_q(cx->db, ST_grant_get);
	int r;

	(void)rp;
	q_int(q, 1, rq->grant);
	if ((r = q_step(q)) != 1)
		return r < 0 ? r : op_refuse(cx, FIND_not_permitted, NULL);
	account = q_get_int(q, 0);
	area = q_get_int(q, 1);
	q_reset(q);
	if (!op_covers(cx, ROLE_ADMIN, area))
		return op_refuse(cx, FIND_not_permitted, NULL);
	if (account == cx->actor->account)
		return op_refuse(cx, FIND_second_account, NULL);
	date_to_iso(cx->today, today);
	q = db_q(cx->db, ST_grant_was);
	q_int(q, 1, rq->grant);
	q_int(q, 2, cx->seq);
	if ((r = q_done(q)) != 0)
		return r;
	q = db_q(cx->db, ST_grant_end);
	q_int(q, 1, rq->grant);
	q_text(q, 2, today);
	q_int(q, 3, cx->seq);
	if ((r = q_done(q)) != 0)
		return r;
	journal_object(cx->leaf, JT_GRANT, rq->grant);
	return journal_touch(cx->leaf, JT_GRANT, rq->grant);
}

/* --- settings: "name=value;name=value" ---------------------------------------------------------------------------------------- */

/* values: those there are, with a blank around each; NULL any word. */
static const struct { const char *name, *values; } setting_table[] = {
	{ "language", " id en " }, { "palette", " full mono " }, { "plain", " 0 1 " }, { "step_on", " 0 1 " }, { "bell", " 0 1 " },
	{ "glyphs", NULL }, { "printer", NULL },
};

static bool setting_good(const char *name, const char *value)
{
	char word[64];

	if (name == NULL || value == NULL || value[0] == '\0' ||
	    strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") != strlen(value))
		return false;
	snprintf(word, sizeof word, " %s ", value);
	for (size_t i = 0; i < sizeof setting_table / sizeof *setting_table; i++)
		if (strcmp(name, setting_table[i].name) == 0)
			return setting_table[i].values == NULL || strstr(setting_table[i].values, word) != NULL;
	return false;
}

int op_setting_put(struct op_ctx *cx, const struct rq_setting_put *rq, struct rp_setting_put *rp)
{
	struct q *q = db_q(cx->db, ST_account_login);
	char copy[SETTINGS_MAX + 1], *save = NULL;
	struct buf b;
	int r;

	(void)rp;
	if (!setting_good(rq->name, rq->value))
		return op_refuse(cx, FIND_bad_request, NULL);
	q_int(q, 1, cx->actor->account);
	if ((r = q_step(q)) != 1)
		return r < 0 ? r : op_refuse(cx, FIND_not_permitted, NULL);
	snprintf(copy, sizeof copy, "%s", q_get_text(q, 2));
	q_reset(q);
	buf_init(&b, SETTINGS_MAX);
	for (char *pair = strtok_r(copy, ";", &save); pair; pair = strtok_r(NULL, ";", &save))
		if (strncmp(pair, rq->name, strlen(rq->name)) || pair[strlen(rq->name)] != '=')
			buf_printf(&b, "%s;", pair);
	buf_printf(&b, "%s=%s", rq->name, rq->value);
	if ((r = buf_end(&b)) == 0) {
		q = db_q(cx->db, ST_account_settings);
		q_int(q, 1, cx->actor->account);
		q_text(q, 2, buf_str(&b));
		q_text(q, 3, !strcmp(rq->name, "language") ? rq->value : NULL);
		r = q_done(q);
	}
	buf_clear(&b);
	journal_object(cx->leaf, JT_ACCOUNT, cx->actor->account);
	return r;
}
