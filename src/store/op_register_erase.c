/* op_register_erase.c - a person's data erased at the person's own request; the only rewrite in place of the whole program.
 *
 * One account asks, another one carries it out. The contents of every version go, with the answers in fillings and drafts, the
 * search keys and the subject key; journal numbers and commitments stay. What a frozen digest can still prove: schema/README. */
#include "config.h"
#include <string.h>
#include "dossier.h"
#include "journal.h"
#include "ops_dispatch.h"
#include "register_set.h"

static int by_id(struct db *db, enum stmt st, int64_t id)
{
	struct q *q = db_q(db, st);
	q_int(q, 1, id);
	return q_done(q);
}

static int erase_one(struct op_ctx *cx, struct reg_person *p)
{
	static const enum stmt wipe[] = { ST_erase_person, ST_erase_person_was, ST_erase_rows, ST_erase_rows_was, ST_erase_done };
	int r = search_forget_name(cx->db, p->col[PC_NAME], p->id);
	for (size_t i = 0; r == 0 && i < sizeof wipe / sizeof *wipe; i++)
		r = by_id(cx->db, wipe[i], p->id);
	if (r == 0)
		r = dossier_erase_person(cx, p->id);
	if (r == 0)
		r = journal_shown(cx->leaf, p->id);                          /* the leaf names everybody whose key went: verify.c asks it */
	return r != 0 ? r : journal_forget(cx->db, cx->seq, SUBJECT_PERSON, p->id);
}

/* Records that were merged into this one describe the same human: they go too, one after the other. */
static int erase_all(struct op_ctx *cx, struct reg_set *set, struct reg_person *p)
{
	for (;;) {
		int r = erase_one(cx, p);
		if (r != 0)
			return r;
		p->erased = true;
		int64_t id = 0;
		for (struct reg_person *k = set->person; id == 0 && k != NULL; k = k->next) {
			struct q *q = db_q(cx->db, ST_merged_into_person);
			q_int(q, 1, k->id);
			if ((r = q_step(q)) < 0)
				return r;
			id = r == 1 ? q_get_int(q, 0) : 0;
			q_reset(q);
		}
		if (id == 0)
			return 0;
		if ((r = set_load_person(set, id, &p)) != 0)
			return r;
	}
}

int op_person_erase(struct op_ctx *cx, const struct rq_person_erase *rq, struct rp_person_erase *rp)
{
	struct reg_set set;
	struct reg_person *p;
	const char *reason;
	set_init(&set, cx->db, cx->arena, SEQ_NOW);
	int r = set_load_person(&set, rq->person, &p);
	if (r == ERR_NOTFOUND)
		return op_refuse(cx, FIND_not_permitted, NULL);
	if (r != 0)
		return r;
	if (p->erased)
		return op_refuse(cx, FIND_person_erased, NULL);
	if ((r = dossier_text(cx, rq->reason, 400, true, &reason)) != 0)
		return r;
	if (*reason == '\0')
		return op_refuse(cx, FIND_reason_missing, NULL);
	journal_object(cx->leaf, JT_PERSON, p->id);
	if ((r = journal_shown(cx->leaf, p->id)) != 0)
		return r;
	struct q *q = db_q(cx->db, ST_erase_asked);
	q_int(q, 1, p->id);
	if ((r = q_step(q)) < 0)
		return r;
	int64_t asked = r == 1 ? q_get_int(q, 0) : 0;
	q_reset(q);
	if (asked == 0) {
		q = db_q(cx->db, ST_erase_ask);
		q_int(q, 1, p->id);
		q_int(q, 2, cx->actor->account);
		q_text(q, 3, reason);
		q_int(q, 4, cx->seq);
		rp->state = "asked";
		journal_reason(cx->leaf, rp->state);
		return q_done(q);
	}
	if (asked == cx->actor->account)
		return op_refuse(cx, FIND_second_account, NULL);
	rp->state = ERASE_DONE;
	journal_reason(cx->leaf, ERASE_DONE);                                        /* verify.c takes no key for gone by another leaf */
	return erase_all(cx, &set, p);
}
