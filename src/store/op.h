/* op.h - what an operation gets and what it may do.
 *
 * Layer: store. Every operation of ops.tbl is one function `int op_<name>(struct op_ctx *, const struct rq_<name> *, struct rp_<name> *)`
 * in some op_*.c or <area>.c (prototypes: ops_dispatch.h); op_function_of() finds it by the table that ops.awk makes.
 * Returns 0 done, OP_REFUSED with findings in cx->findings (nothing it wrote in its savepoint is kept, unless it called
 * op_keep()), or ERR_ for the environment (the whole batch is answered by dispatch.c).
 * Before the call dispatch.c has checked state, role and scope; for act and quiet it checks scope again inside the
 * writer's transaction. Memory of a reply comes from cx->arena. */
#ifndef BALAI_OP_H
#define BALAI_OP_H
#include "db.h"
#include "finding.h"
#include "wire.h"

#define OP_REFUSED 1

struct grant_in { enum role role; int64_t area; };     /* area: surrogate id; the grant covers it and all below it */
struct actor {
	int64_t account; const char *name, *full_name;
	unsigned roles;                                    /* union over the grants in force today */
	struct grant_in *grant; size_t ngrant;
	int64_t *village; size_t nvillage;                 /* villages under the grants with a role this operation asks for, ascending */
};

struct journal_draft;                                  /* journal.h: the leaf being made */
struct op_ctx {
	struct db *db; struct arena *arena; struct finding_list *findings;
	const struct actor *actor;
	int64_t now_ms; int32_t today; int zone_minutes;
	int64_t seq;                                       /* journal number this operation will have (act only) */
	struct journal_draft *leaf;                        /* act and read; NULL for look and quiet */
	const struct op_info *op;
	struct store *store;                               /* forms, flows, areas loaded; connections to tell (store.h) */
	bool keep;
	uint64_t scope_epoch;                              /* reader: of grants and areas, read before the snapshot */
	int64_t binding;                                   /* the session, as leaves name it; 0 none */
	const struct act_extra *extra;                     /* the engine's own operations: what went before (act.h) */
};
/* An operation by its table row; the typed functions stand in ops_table.h. */
typedef int op_function(struct op_ctx *, const void *rq, void *rp);
op_function *op_function_of(const struct op_info *);

int  op_refuse(struct op_ctx *, enum finding_code, ...);   /* args end with NULL; returns OP_REFUSED */
/* A refusal that is on record: what was written outside db_reg_save() stays (change-model.md rule 2). */
void op_keep(struct op_ctx *);
bool op_has_role(const struct op_ctx *, unsigned roles);
bool op_covers(const struct op_ctx *, unsigned roles, int64_t area);  /* a grant with one of the roles covers that area */
bool op_covers_office(struct op_ctx *, unsigned roles);              /* everything there is: area 0, or the regency itself */
bool op_covers_village(const struct op_ctx *, int64_t village);       /* in actor->village: rows on their way out */

#endif
