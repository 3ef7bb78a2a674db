/* op.c - what every operation uses: refusing, and asking what its account may do. */
#include "config.h"
#include <stdarg.h>
#include <stdlib.h>
#include "store.h"
#define OPS_DISPATCH_TABLE
#include "ops_dispatch.h"

op_function *op_function_of(const struct op_info *op)
{
	return op_run_table[op - op_info_table];
}

int op_refuse(struct op_ctx *cx, enum finding_code code, ...)
{
	const char *arg[FINDING_ARGS] = { NULL };
	va_list ap;

	va_start(ap, code);
	for (size_t i = 0; i < FINDING_ARGS && (arg[i] = va_arg(ap, const char *)) != NULL; i++)
		;
	va_end(ap);
	finding_add(cx->findings, code, 0, 0, arg[0], arg[1], arg[2], arg[3], NULL);
	return OP_REFUSED;
}

void op_keep(struct op_ctx *cx)
{
	cx->keep = true;
}

bool op_has_role(const struct op_ctx *cx, unsigned roles)
{
	return (cx->actor->roles & roles) != 0;
}

static bool is_under(struct db *db, int64_t area, int64_t above)
{
	struct q *q = db_q(db, ST_area_under);
	bool yes;

	q_int(q, 1, area);
	q_int(q, 2, above);
	yes = q_step(q) == 1;
	q_reset(q);
	return yes;
}

bool op_covers(const struct op_ctx *cx, unsigned roles, int64_t area)
{
	for (size_t i = 0; i < cx->actor->ngrant; i++) {
		const struct grant_in *g = &cx->actor->grant[i];

		if ((g->role & roles) && (g->area == 0 || g->area == area || is_under(cx->db, area, g->area)))
			return true;
	}
	return false;
}

bool op_covers_office(struct op_ctx *cx, unsigned roles)
{
	int64_t top;

	return op_covers(cx, roles, 0) || (store_area(cx, &top) == 0 && top && op_covers(cx, roles, top));
}

bool op_covers_village(const struct op_ctx *cx, int64_t village)
{
	size_t lo = 0, hi = cx->actor->nvillage;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (cx->actor->village[mid] == village)
			return true;
		if (cx->actor->village[mid] < village)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}
