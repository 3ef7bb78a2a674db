/* flow.c - asking a flow: what leads where, and what keeps it from going. */
#include "config.h"
#include "flow.h"
#include <string.h>

/* Index of the element of an array of structs whose first member is its name; -1 when there is none. */
#define FLOW_INDEX(array, count, wanted) \
	for (size_t i = 0; i < (count); i++) \
		if (strcmp((array)[i].name, (wanted)) == 0) \
			return (int)i; \
	return -1

int flow_state_index(const struct flow *f, const char *name)
{
	FLOW_INDEX(f->state, f->nstate, name);
}

int flow_kind_index(const struct flow *f, const char *name)
{
	FLOW_INDEX(f->kind, f->nkind, name);
}

int flow_gate_index(const struct flow *f, const char *name)
{
	FLOW_INDEX(f->gate, f->ngate, name);
}

const struct flow_queue *flow_queue_named(const struct flow *f, const char *name)
{
	for (size_t i = 0; i < f->nqueue; i++)
		if (strcmp(f->queue[i].name, name) == 0)
			return &f->queue[i];
	return NULL;
}

const struct flow_result *flow_gate_result(const struct flow_gate *g, const char *name)
{
	for (size_t i = 0; i < g->nresult; i++)
		if (strcmp(g->result[i].name, name) == 0)
			return &g->result[i];
	return NULL;
}

static bool flow_event_leaves(const struct flow_event *e, int state, int kind)
{
	return state >= 0 && kind >= 0 && (e->from >> state & 1) && (e->kinds >> kind & 1);
}

const struct flow_event *flow_event_named(const struct flow *f, const char *name, int state, int kind)
{
	for (size_t i = 0; i < f->nevent; i++)
		if (strcmp(f->event[i].name, name) == 0 && flow_event_leaves(&f->event[i], state, kind))
			return &f->event[i];
	return NULL;
}

const struct flow_event *flow_event_doing(const struct flow *f, enum flow_does does, int state, int kind)
{
	for (size_t i = 0; i < f->nevent; i++)
		if (f->event[i].does == does && flow_event_leaves(&f->event[i], state, kind))
			return &f->event[i];
	return NULL;
}

uint32_t flow_hindrance(const struct flow_event *e, int kind, uint32_t open, uint32_t shut)
{
	uint32_t bad = 0;
	for (size_t i = 0; i < e->nneed; i++)
		if (e->need[i].kinds >> kind & 1)
			bad |= e->need[i].gates & ~open;
	for (size_t i = 0; i < e->nmind; i++)
		if (e->mind[i].kinds >> kind & 1)
			bad |= e->mind[i].gates & shut;
	return bad;
}

uint32_t flow_gates_asked(const struct flow *f, int kind)
{
	uint32_t asked = 0;
	for (size_t i = 0; i < f->nevent; i++)
		if (kind >= 0 && (f->event[i].kinds >> kind & 1))
			asked |= flow_hindrance(&f->event[i], kind, 0, 0);
	return asked;
}
