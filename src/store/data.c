/* data.c - what the ministry changes: forms, lists, flows, periods, notices as versions of files. */
#include "config.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include "flow.h"
#include "form.h"
#include "intake.h"
#include "journal.h"
#include "ops_dispatch.h"
#include "data.h"
#include "store_priv.h"
#include "text.h"

/* --- reading ---------------------------------------------------------------------------------------------------------------- */

static int newest(struct op_ctx *cx, const char *sort, const char *name, const struct wbytes *sha, struct data_row *row)
{
	bool by_sha = sha->n == 32;
	struct q *q = db_q(cx->db, by_sha ? ST_data_by_sha : ST_data_newest);
	uint8_t *copy = arena_alloc(cx->arena, 32);
	const void *p;
	size_t n;
	int r;

	if (copy == NULL)
		return ERR_NOMEM;
	if (by_sha) {
		q_blob(q, 1, sha->p, 32);
	} else {
		q_text(q, 1, sort);
		q_text(q, 2, name ? name : "");
	}
	if ((r = q_step(q)) != 1)
		return r < 0 ? r : op_refuse(cx, FIND_not_permitted, NULL);
	if (by_sha && strcmp(q_get_text(q, 0), sort)) {
		q_reset(q);
		return op_refuse(cx, FIND_not_permitted, NULL);
	}
	row->name = by_sha ? q_get_strdup(q, 1, cx->arena) : arena_strdup(cx->arena, name ? name : "");
	row->version = q_get_int(q, by_sha ? 2 : 1);
	row->body = q_get_strdup(q, 3, cx->arena);
	p = by_sha ? sha->p : q_get_blob(q, 2, &n);
	memcpy(copy, p, 32);
	row->sha = (struct wbytes){ copy, 32 };
	q_reset(q);
	return row->name && row->body ? 0 : ERR_NOMEM;
}

int op_form_get(struct op_ctx *cx, const struct rq_form_get *rq, struct rp_form_get *rp)
{
	struct data_row row = { 0 };
	int r = newest(cx, "form", rq->name, &rq->sha, &row);

	if (r == 0) {
		rp->name = row.name;
		rp->version = (uint64_t)row.version;
		rp->sha = row.sha;
		rp->body = row.body;
	}
	return r;
}

int op_list_get(struct op_ctx *cx, const struct rq_list_get *rq, struct rp_list_get *rp)
{
	struct data_row row = { 0 };
	int r = newest(cx, "list", rq->name, &rq->sha, &row);

	if (r == 0) {
		rp->name = row.name;
		rp->sha = row.sha;
		rp->body = row.body;
	}
	return r;
}

/* --- loading ---------------------------------------------------------------------------------------------------------------- */

/* Each sort has the reader that will read it later: what it refuses never becomes a version, and the running one stays.
 * 0; ERR_PARSE with line and fault; OP_REFUSED; ERR_. */
struct fault { int line; char text[320]; };

static int form_good(struct op_ctx *cx, const char *name, const char *body, struct fault *f)
{
	struct form_error err = { 0 };
	struct form *form = NULL;
	int r = store_form_read(cx->db, name, body, strlen(body), &form, &err);

	if (r == ERR_PARSE) {
		f->line = err.line;
		snprintf(f->text, sizeof f->text, "%s%s%s", err.file, *err.file ? ": " : "", err.text);
	}
	form_free(form);
	return r;
}

static int list_good(struct op_ctx *cx, const char *name, const char *body, struct fault *f)
{
	struct choice_list *list = NULL;
	struct form_error err = { 0 };
	int r = form_list_read(name, body, strlen(body), &list, &err);

	(void)cx;
	if (r == ERR_PARSE) {
		f->line = err.line;
		snprintf(f->text, sizeof f->text, "%s", err.text);
	}
	form_list_free(list);
	return r;
}

static int flow_good(struct op_ctx *cx, const char *name, const char *body, struct fault *f)
{
	struct flow *flow = NULL;
	int r = store_flow_read(cx->db, body, strlen(body), &flow, &f->line, f->text, sizeof f->text);

	(void)name;
	flow_free(flow);
	return r;
}

static int period_good(struct op_ctx *cx, const char *name, const char *body, struct fault *f)
{
	(void)name;
	return period_load(cx, body, strlen(body), &f->line, f->text, sizeof f->text);
}

static int notice_good(struct op_ctx *cx, const char *name, const char *body, struct fault *f)
{
	struct buf b;
	size_t at = 0;
	enum text_fault fault;

	(void)cx, (void)name;
	buf_init(&b, 0);
	fault = text_clean(body, strlen(body), 4000, true, &b, &at);
	buf_clear(&b);
	if (fault == TEXT_OK)
		return 0;
	f->line = 1;
	for (size_t i = 0; i < at && body[i]; i++)
		f->line += body[i] == '\n';
	snprintf(f->text, sizeof f->text, "not clean text, or more than 4000 bytes");
	return ERR_PARSE;
}

static const struct { const char *sort; int (*good)(struct op_ctx *, const char *, const char *, struct fault *); } sort_table[] = {
	{ "form", form_good }, { "list", list_good }, { "flow", flow_good }, { "period", period_good }, { "notice", notice_good },
};

static int refuse_at(struct op_ctx *cx, const struct fault *f)
{
	char line[16];

	snprintf(line, sizeof line, "%d", f->line);
	return op_refuse(cx, FIND_data_invalid, line, f->text, NULL);
}

int data_put(struct op_ctx *cx, const char *sort, const char *name, const char *body, uint8_t sha[32], int64_t *version)
{
	struct fault f = { 0 };
	int64_t id;
	struct q *q;
	size_t n;
	int r = ERR_NOTFOUND;

	if (*name == 0 || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-.") != strlen(name))
		return op_refuse(cx, FIND_bad_request, NULL);
	for (size_t i = 0; i < sizeof sort_table / sizeof *sort_table; i++)
		if (!strcmp(sort, sort_table[i].sort))
			r = sort_table[i].good(cx, name, body, &f);
	if (r == ERR_NOTFOUND)
		return op_refuse(cx, FIND_bad_request, NULL);
	if (r)
		return r == ERR_PARSE ? refuse_at(cx, &f) : r;
	crypto_hash_sha256(sha, (const uint8_t *)body, strlen(body));
	*version = 1;
	q = db_q(cx->db, ST_data_newest);
	q_text(q, 1, sort);
	q_text(q, 2, name);
	if ((r = q_step(q)) < 0)
		return r;
	if (r == 1) {
		bool same = !memcmp(q_get_blob(q, 2, &n), sha, 32);

		*version = q_get_int(q, 1) + !same;
		q_reset(q);
		if (same)
			return 0;              /* loaded again as it is: nothing new */
	}
	if ((id = db_id(cx->db, "data")) < 0)
		return (int)id;
	q = db_q(cx->db, ST_data_put);
	q_int(q, 1, id);
	q_text(q, 2, sort);
	q_text(q, 3, name);
	q_int(q, 4, *version);
	q_blob(q, 5, sha, 32);
	q_text(q, 6, body);
	q_int(q, 7, cx->seq);
	if ((r = q_done(q)) != 0)
		return r;
	cx->store->data_changed = true;
	journal_object(cx->leaf, JT_DATA, id);
	return journal_touch(cx->leaf, JT_DATA, id);
}

int op_data_load(struct op_ctx *cx, const struct rq_data_load *rq, struct rp_data_load *rp)
{
	uint8_t *sha = arena_alloc(cx->arena, 32);
	int64_t version = 0;
	int r;

	if (sha == NULL)
		return ERR_NOMEM;
	r = data_put(cx, rq->sort ? rq->sort : "", rq->name ? rq->name : "", rq->body ? rq->body : "", sha, &version);
	if (r == 0) {
		rp->sha = (struct wbytes){ sha, 32 };
		rp->version = (uint64_t)version;
	}
	return r;
}
