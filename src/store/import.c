/* import.c - a file from the centre: one dossier per household, accepted as a whole by a second account.
 *
 * Imported dossiers stand in the flow's first state, in no queue, until the file is accepted; then each takes the flow's event
 * that applies from there. Every row is on record once: a client whose line was cut asks import_begin where to go on. */
#include "config.h"
#include <string.h>
#include "dossier_submit.h"
#include "draft.h"
#include "journal.h"
#include "ops_dispatch.h"
#include "store.h"

#define IMPORT_CHUNK 32        /* dossiers applied in one operation: others wait no longer than that, and its savepoint stays small */

struct import { int64_t id; const char *form, *channel; int64_t area, account, total, accepted_by, waiting, applied, refused; };

static int import_get(struct op_ctx *cx, int64_t id, struct import *im)
{
	struct q *q = db_q(cx->db, ST_import_get);
	q_int(q, 1, id);
	int r = q_step(q);
	if (r == 1)
		*im = (struct import){ .id = id, .form = q_get_strdup(q, 0, cx->arena), .channel = q_get_strdup(q, 1, cx->arena),
			.area = q_get_int(q, 2), .account = q_get_int(q, 3), .total = q_get_int(q, 4), .accepted_by = q_get_int(q, 5),
			.waiting = q_get_int(q, 6), .applied = q_get_int(q, 7), .refused = q_get_int(q, 8) };
	q_reset(q);
	if (r < 0)
		return r;
	if (r == 0)
		return op_refuse(cx, FIND_not_permitted, NULL);
	return im->form && im->channel ? 0 : ERR_NOMEM;
}

static int import_last(struct op_ctx *cx, int64_t id, uint64_t *line)
{
	struct q *q = db_q(cx->db, ST_import_last);
	q_int(q, 1, id);
	int r = q_step(q);
	*line = r == 1 ? (uint64_t)q_get_int(q, 0) : 0;
	q_reset(q);
	return r < 0 ? r : 0;
}

static bool import_word_ok(const char *s)
{
	size_t n = strlen(s);
	return n >= 2 && n <= 20 && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == n;
}

int op_import_begin(struct op_ctx *cx, const struct rq_import_begin *rq, struct rp_import_begin *rp)
{
	const struct form *form = store_form(cx->store, cx->db, rq->form);
	if (!form || form->kind || rq->sha.n != 32 || !import_word_ok(rq->channel))
		return op_refuse(cx, FIND_bad_request, NULL);
	struct q *q = db_q(cx->db, ST_import_find);
	q_blob(q, 1, rq->sha.p, rq->sha.n);
	q_int(q, 2, rq->area);
	int r = q_step(q);
	int64_t id = r == 1 ? q_get_int(q, 0) : 0, account = r == 1 ? q_get_int(q, 1) : 0;
	q_reset(q);
	if (r < 0)
		return r;
	if (id) {
		rp->import = id;
		return account == cx->actor->account ? import_last(cx, id, &rp->line) : op_refuse(cx, FIND_not_permitted, NULL);
	}
	id = db_id(cx->db, "import");
	if (id < 0)
		return (int)id;
	q = db_q(cx->db, ST_import_put);
	q_int(q, 1, id);
	q_blob(q, 2, rq->sha.p, rq->sha.n);
	q_text(q, 3, form->name);
	q_text(q, 4, rq->channel);
	q_int(q, 5, rq->area);
	q_int(q, 6, cx->actor->account);
	q_int(q, 7, (int64_t)rq->total);
	q_int(q, 8, cx->now_ms);
	rp->import = id;
	return q_done(q);
}

/* Kept with each step, or a file of 200,000 rows is counted for every 32 of them. */
static int import_count(struct op_ctx *cx, int64_t import, int64_t waiting, int64_t applied, int64_t refused)
{
	struct q *q = db_q(cx->db, ST_import_count);
	q_int(q, 1, import);
	q_int(q, 2, waiting);
	q_int(q, 3, applied);
	q_int(q, 4, refused);
	return q_done(q);
}

static int import_record(struct op_ctx *cx, int64_t import, uint64_t line, int64_t dossier)
{
	struct q *q = db_q(cx->db, ST_import_row_put);
	q_int(q, 1, import);
	q_int(q, 2, (int64_t)line);
	q_id(q, 3, dossier);
	q_text(q, 4, dossier ? "waiting" : "refused");
	int r = q_done(q);
	return r == 0 ? import_count(cx, import, dossier != 0, 0, dossier == 0) : r;
}

/* The row as a dossier in the first state. What blocks at a desk blocks here; findings are in `found`. */
static int import_write(struct op_ctx *cx, const struct import *im, int64_t area, const struct form *form, const struct filling *sent,
                        struct finding_list *found, struct dossier *d)
{
	*d = (struct dossier){ .kind = "new", .area = area, .base_seq = cx->seq - 1, .channel = im->channel, .maker = cx->actor->account,
	                       .import = im->id };
	int r = db_reg_save(cx->db);
	if (r != 0)
		return r;
	const struct flow *flow = dossier_flow(cx);
	r = flow ? dossier_count_add(cx, area, flow->state[0].name, d->kind, 1) : ERR_NOTFOUND;
	if (r == 0)
		r = submit_write(cx, d, true, form, sent);
	if (r == 0)
		r = submit_register(cx, d, form, sent, found);
	if (r == 0)
		r = dossier_findings_put(cx, d->filling, found);
	int e = db_reg_release(cx->db, r == 0);
	return e != 0 ? e : r;
}

/* Everything about one row: text, area, form, register. 0 with *d.id, OP_REFUSED with findings in found, ERR_. */
static int import_one(struct op_ctx *cx, const struct import *im, const struct rq_import_row *rq, struct finding_list *found, struct dossier *d)
{
	const struct form *form = store_form(cx->store, cx->db, im->form);
	struct filling typed, sent;
	int64_t area = 0;
	struct q *q = db_q(cx->db, ST_dossier_area_code);
	q_text(q, 1, rq->area);
	int r = q_step(q);
	area = r == 1 ? q_get_int(q, 0) : 0;
	q_reset(q);
	if (r == 1) {
		q = db_q(cx->db, ST_area_within);
		q_int(q, 1, area);
		q_int(q, 2, im->area);
		r = q_step(q);
		q_reset(q);
	}
	if (r < 0 || !form)
		return r < 0 ? r : ERR_NOTFOUND;
	if (r == 0)
		return finding_add(found, FIND_area_unknown, 0, 0, rq->area, NULL) ? OP_REFUSED : ERR_NOMEM;
	filling_init(&typed);
	filling_init(&sent);
	struct finding_list *outer = cx->findings;
	cx->findings = found;
	r = draft_take(cx, form, &typed, rq->rows.v, rq->rows.n, rq->answers.v, rq->answers.n);
	cx->findings = outer;
	if (r == 0)
		r = submit_check(cx, form, &typed, NULL, &sent, found);
	if (r == 0 && finding_list_blocks(found))
		r = OP_REFUSED;
	if (r == 0)
		r = import_write(cx, im, area, form, &sent, found, d);
	filling_clear(&typed);
	filling_clear(&sent);
	return r;
}

int op_import_row(struct op_ctx *cx, const struct rq_import_row *rq, struct rp_import_row *rp)
{
	struct import im;
	struct dossier d = { 0 };
	struct finding_list found;
	int r = import_get(cx, rq->import, &im);
	if (r != 0)
		return r;
	/* the grant may have ended since the file was announced */
	if (im.account != cx->actor->account || im.accepted_by || !op_covers(cx, cx->op->roles, im.area))
		return op_refuse(cx, FIND_not_permitted, NULL);
	if (rq->line < 1 || rq->line > INT32_MAX)
		return op_refuse(cx, FIND_bad_request, NULL);
	struct q *q = db_q(cx->db, ST_import_row_get);
	q_int(q, 1, im.id);
	q_int(q, 2, (int64_t)rq->line);
	r = q_step(q);
	rp->dossier = r == 1 ? q_get_int(q, 0) : 0;
	q_reset(q);
	rp->accepted = rp->dossier != 0;
	if (r != 0)
		return r < 0 ? r : 0;          /* sent once already */
	if (rq->refused)                   /* the reader of the file could not send it: on record, so that the file is whole */
		return rq->dry ? 0 : import_record(cx, im.id, rq->line, 0);
	finding_list_init(&found);
	if (rq->dry) {
		r = db_reg_save(cx->db) != 0 ? ERR_IO : 0;
		if (r == 0) {
			r = import_one(cx, &im, rq, &found, &d);
			int e = db_reg_release(cx->db, false);
			r = e != 0 ? e : r;
		}
	} else
		r = import_one(cx, &im, rq, &found, &d);
	rp->accepted = r == 0;
	rp->dossier = r == 0 && !rq->dry ? d.id : 0;
	if (r >= 0 && !rq->dry) {
		int e = import_record(cx, im.id, rq->line, rp->dossier);
		r = e != 0 ? e : r;
	}
	if (r >= 0)
		r = dossier_findings_rows(cx, &found, &rp->findings.v, &rp->findings.n);
	if (r == 0 && rp->dossier && cx->leaf) {
		journal_dossier(cx->leaf, rp->dossier);
		r = journal_touch(cx->leaf, JT_DOSSIER, rp->dossier);
	}
	finding_list_clear(&found);
	return r;
}

/* One dossier of an accepted file: applied, or back to whoever imported it with the register's findings on record. */
static int import_apply(struct op_ctx *cx, struct import *im, int64_t line, int64_t dossier)
{
	struct dossier d;
	struct finding_list *outer = cx->findings, found;
	int r = dossier_get(cx, dossier, &d);
	if (r != 0)
		return r;
	finding_list_init(&found);
	cx->findings = &found;
	r = dossier_apply(cx, &d);
	cx->findings = outer;
	bool refused = r == OP_REFUSED;
	const struct flow_event *e = flow_event_doing(d.flow, refused ? FLOW_DOES_RETURN : FLOW_DOES_APPLY, d.state_at_flow, d.kind_at_flow);
	if (r >= 0 && !e)
		r = ERR_CORRUPT;
	if (r >= 0 && refused)
		r = dossier_findings_put(cx, d.filling, &found);
	finding_list_clear(&found);
	if (r != 0)
		return r;
	struct dossier_step step = { .event = e, .reason = refused ? e->refusal : NULL, .actor = cx->actor->account };
	r = dossier_move(cx, &d, &step);
	if (r == 0) {
		struct q *q = db_q(cx->db, ST_import_row_set);
		q_int(q, 1, im->id);
		q_int(q, 2, line);
		q_text(q, 3, refused ? "returned" : "applied");
		r = q_done(q);
		im->waiting--;
		im->applied += !refused;
		im->refused += refused;
	}
	return r;
}

int op_import_accept(struct op_ctx *cx, const struct rq_import_accept *rq, struct rp_import_accept *rp)
{
	struct import im;
	int64_t line = 0;
	int r = import_get(cx, rq->import, &im);
	if (r != 0)
		return r;
	if (!op_covers(cx, cx->op->roles, im.area))
		return op_refuse(cx, FIND_not_permitted, NULL);
	if (im.account == cx->actor->account)
		return op_refuse(cx, FIND_second_account, NULL);
	if (im.waiting + im.applied + im.refused < im.total)
		return op_refuse(cx, FIND_wrong_state, NULL);       /* not the whole file yet */
	const struct import before = im;
	struct q *q = db_q(cx->db, ST_import_accepted);
	q_int(q, 1, im.id);
	q_int(q, 2, cx->actor->account);
	r = q_done(q);
	for (int i = 0; i < IMPORT_CHUNK && r == 0; i++) {
		q = db_q(cx->db, ST_import_next);
		q_int(q, 1, im.id);
		q_int(q, 2, line);
		r = q_step(q);
		line = r == 1 ? q_get_int(q, 0) : line;
		int64_t dossier = r == 1 ? q_get_int(q, 1) : 0;
		q_reset(q);
		if (r == 0)
			break;
		r = r == 1 ? import_apply(cx, &im, line, dossier) : r;
	}
	if (r == 0)
		r = import_count(cx, im.id, im.waiting - before.waiting, im.applied - before.applied, im.refused - before.refused);
	rp->applied = (uint64_t)im.applied;
	rp->left = (uint64_t)im.waiting;
	rp->refused = (uint64_t)im.refused;
	return r;
}
