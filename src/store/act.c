/* act.c - runs one operation the way every operation runs. */
#include "config.h"
#include <string.h>
#include "act.h"
#include "log.h"
#include "store_priv.h"

static int actor_of(struct op_ctx *cx, struct scope_cache *cache, int64_t account, uint64_t epoch)
{
	static const struct actor nobody = { .name = "", .full_name = "" };
	int r;

	if (account == 0) {                 /* the store itself: ticks, and what stands before a login */
		cx->actor = &nobody;
		return 0;
	}
	r = scope_actor(cache, cx->db, account, cx->op->roles, cx->today, epoch, &cx->actor);
	return r == ERR_NOTFOUND ? op_refuse(cx, FIND_not_permitted, NULL) : r;
}

static int run(struct op_ctx *cx, void *rq, void *rp)
{
	op_function *f = op_function_of(cx->op);
	int r, fault;

	r = f(cx, rq, rp);
	if (r == 0 && cx->findings->nomem)
		r = ERR_NOMEM;
	if ((fault = db_fault_take(cx->db)) != 0)      /* whatever it made of it */
		r = fault;
	if (r > OP_REFUSED)
		log_fatal("%s answered %d", cx->op->name, r);
	return r;
}

int act_check(struct op_ctx *cx, struct scope_cache *cache, int64_t account, uint64_t epoch, void *rq)
{
	int r, fault;

	db_fault_take(cx->db);
	r = actor_of(cx, cache, account, epoch);
	if (r == 0 && account)
		r = scope_check(cx, rq);
	fault = db_fault_take(cx->db);
	return fault ? fault : r;
}

int act_look(struct op_ctx *cx, struct scope_cache *cache, int64_t account, uint64_t epoch, void *rq, void *rp)
{
	int r = act_check(cx, cache, account, epoch, rq);

	if (r == 0 && cx->op->phase == PHASE_READ) {
		cx->leaf = journal_new(cx->arena, (int)cx->op->op, account, cx->binding, cx->now_ms);
		if (cx->leaf == NULL)
			r = ERR_NOMEM;
	}
	return r ? r : run(cx, rq, rp);
}

static uint32_t why(const struct finding_list *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].severity == SEV_BLOCK)
			return f->v[i].code;
	return f->n ? f->v[0].code : FIND_not_permitted;
}

int act_run(struct op_ctx *cx, struct journal *j, struct scope_cache *cache, int64_t account, void *rq, void *rp, int64_t *seq,
            const struct act_end *end)
{
	bool leafed = cx->op->phase == PHASE_ACT || cx->op->phase == PHASE_LOGIN, keep;
	int r, r2;

	*seq = 0;
	cx->seq = journal_next(j);
	cx->keep = false;
	if ((r = db_save(cx->db)) != 0)
		return r;
	if (leafed && (cx->leaf = journal_new(cx->arena, (int)cx->op->op, account, cx->binding, cx->now_ms)) == NULL)
		r = ERR_NOMEM;
	if (r == 0)
		r = act_check(cx, cache, account, store_epoch(cx->store), rq);
	if (r == 0)
		r = run(cx, rq, rp);
	if (end && r >= 0 && (r2 = end->answer(end->arg, r)) != 0) {
		r = r2;
		cx->keep = false;
	}
	keep = r == 0 || (r == OP_REFUSED && cx->keep);
	if (keep && leafed && !journal_is_quiet(cx->leaf)) {
		if (r == OP_REFUSED)
			journal_result(cx->leaf, why(cx->findings));
		/* A grant, an account or an area that changed: every thread works its actors out anew. */
		if (journal_touched(cx->leaf, JT_ACCOUNT) || journal_touched(cx->leaf, JT_GRANT) || journal_touched(cx->leaf, JT_AREA) ||
		    journal_touched(cx->leaf, JT_AREA_CODE)) {
			store_epoch_next(cx->store);
			cx->store->scope_changed = true;
		}
		if ((r2 = journal_write(j, cx->db, cx->leaf, seq)) != 0) {
			r = r2;
			keep = false;
		}
	}
	if (keep && end && (r2 = end->receipt(end->arg, cx, *seq)) != 0) {
		r = r2;
		keep = false;
	}
	if (r < 0 && !db_in_transaction(cx->db))   /* the engine gave up the whole transaction already */
		return r;
	r2 = db_release(cx->db, keep);
	return r2 ? r2 : r;
}

int act_record(struct db *db, struct journal *j, struct journal_draft *d, int64_t *seq)
{
	return journal_write(j, db, d, seq);
}
