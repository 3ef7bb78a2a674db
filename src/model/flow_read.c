/* flow_read.c - a flow file to struct flow, and every way in which it can be wrong, with the line.
 *
 * Two passes: states, kinds and gates first, so that events and queues may stand anywhere in the file; then the graph. */
#include "config.h"
#include "flow.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "arena.h"
#include "date.h"
#include "err.h"
#include "scfg.h"

#define FLOW_ALL ((1u << FLOW_MAX) - 1)
#define FLOW_TEXT_MAX (256u << 10)

struct flow_priv { struct arena arena; };

struct reader {
	struct flow *f;
	struct arena *arena;
	const struct flow_words *words;
	struct flow_error *err;
	bool bad, nomem;
};

static void wrong(struct reader *rd, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The first fault wins: what follows it is often its consequence. */
static void wrong(struct reader *rd, int line, const char *fmt, ...)
{
	if (rd->bad)
		return;
	rd->bad = true;
	rd->err->line = line;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(rd->err->text, sizeof rd->err->text, fmt, ap);
	va_end(ap);
}

static bool is_name(const char *s)
{
	if (*s < 'a' || *s > 'z')
		return false;
	for (; *s; s++)
		if (!((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') || *s == '_' || *s == '-'))
			return false;
	return true;
}

/* The one word of a directive, or NULL with the fault told. */
static const char *one_word(struct reader *rd, const struct scfg_node *n)
{
	if (n->nwords == 1 && !n->child && n->words[0][0])
		return n->words[0];
	wrong(rd, n->line, "'%.40s' takes one word", n->name);
	return NULL;
}

static void take_text(struct reader *rd, const struct scfg_node *n, const char **slot)
{
	const char *w = one_word(rd, n);
	if (*slot)
		wrong(rd, n->line, "'%.40s' stands twice", n->name);
	*slot = w;
}

static void take_number(struct reader *rd, const struct scfg_node *n, unsigned max, unsigned *slot)
{
	const char *w = one_word(rd, n);
	char *end = NULL;
	unsigned long v = w && *w >= '0' && *w <= '9' ? strtoul(w, &end, 10) : 0;
	if (w && (!end || *end || v > max))
		wrong(rd, n->line, "'%.40s' takes a number from 0 to %u, not '%.40s'", n->name, max, w);
	*slot = (unsigned)v;
}

static void take_yes(struct reader *rd, const struct scfg_node *n, bool *slot)
{
	if (n->nwords || n->child)
		wrong(rd, n->line, "'%.40s' stands alone", n->name);
	*slot = true;
}

static void take_letter(struct reader *rd, const struct scfg_node *n, char *slot)
{
	const char *w = one_word(rd, n);
	if (w && (w[1] || w[0] < 'A' || w[0] > 'Z'))
		wrong(rd, n->line, "'letter' takes one letter A to Z, not '%.40s'", w);
	*slot = w ? w[0] : 0;
}

static void take_roles(struct reader *rd, const struct scfg_node *n, unsigned *slot)
{
	if (!n->nwords)
		wrong(rd, n->line, "'%.40s' names at least one role", n->name);
	for (size_t i = 0; i < n->nwords; i++) {
		unsigned role = rd->words->role(n->words[i]);
		if (!role)
			wrong(rd, n->line, "no role '%.40s'", n->words[i]);
		*slot |= role;
	}
}

/* A list of names of one sort to a mask. */
static void take_mask(struct reader *rd, const struct scfg_node *n, size_t first, const char *sort,
                      int (*index)(const struct flow *, const char *), uint32_t *slot)
{
	if (n->nwords <= first)
		wrong(rd, n->line, "'%.40s' names at least one %s", n->name, sort);
	for (size_t i = first; i < n->nwords; i++) {
		int at = index(rd->f, n->words[i]);
		if (at < 0)
			wrong(rd, n->line, "no %s '%.40s'", sort, n->words[i]);
		else
			*slot |= 1u << at;
	}
}

/* `needs GATE... [for KIND...]` */
static void take_need(struct reader *rd, const struct scfg_node *n, struct flow_need *v, size_t *count)
{
	if (*count == 8) {
		wrong(rd, n->line, "more than 8 lines of '%.40s'", n->name);
		return;
	}
	struct flow_need *need = &v[(*count)++];
	size_t split = n->nwords;
	for (size_t i = 0; i < n->nwords; i++)
		if (strcmp(n->words[i], "for") == 0 && split == n->nwords)
			split = i;
	struct scfg_node gates = *n;
	gates.nwords = split;
	take_mask(rd, &gates, 0, "gate", flow_gate_index, &need->gates);
	if (split == n->nwords)
		need->kinds = FLOW_ALL;
	else
		take_mask(rd, n, split + 1, "kind", flow_kind_index, &need->kinds);
}

static void unknown(struct reader *rd, const struct scfg_node *n, const char *in)
{
	wrong(rd, n->line, "'%.40s' is no directive of %s", n->name, in);
}

static void read_state(struct reader *rd, const struct scfg_node *n, struct flow_state *s)
{
	for (const struct scfg_node *c = n->child; c; c = c->next) {
		if (strcmp(c->name, "label") == 0)
			take_text(rd, c, &s->label);
		else if (strcmp(c->name, "waits") == 0)
			take_text(rd, c, &s->waits);
		else if (strcmp(c->name, "days") == 0)
			take_number(rd, c, 3660, &s->days);
		else if (strcmp(c->name, "path") == 0)
			take_yes(rd, c, &s->on_path);
		else if (strcmp(c->name, "final") == 0)
			take_yes(rd, c, &s->final);
		else if (strcmp(c->name, "decided") == 0)
			take_yes(rd, c, &s->decided);
		else
			unknown(rd, c, "a state");
	}
	if (!s->label)
		wrong(rd, n->line, "state '%.40s' has no label", s->name);
}

static void read_kind(struct reader *rd, const struct scfg_node *n, struct flow_kind *k)
{
	for (const struct scfg_node *c = n->child; c; c = c->next) {
		if (strcmp(c->name, "label") == 0)
			take_text(rd, c, &k->label);
		else if (strcmp(c->name, "form") == 0)
			take_text(rd, c, &k->form);
		else
			unknown(rd, c, "a kind");
	}
	if (!k->label || !k->form)
		wrong(rd, n->line, "kind '%.40s' needs a label and a form", k->name);
}

static void read_result(struct reader *rd, const struct scfg_node *n, struct flow_gate *g)
{
	if (n->nwords < 2 || n->nwords > 3 || n->child || (n->nwords == 3 && strcmp(n->words[2], "opens") != 0)) {
		wrong(rd, n->line, "expected: result NAME \"LABEL\" [opens]");
		return;
	}
	if (flow_gate_result(g, n->words[0]) || !is_name(n->words[0])) {
		wrong(rd, n->line, "result '%.40s' stands twice or is no name", n->words[0]);
		return;
	}
	struct flow_result *v = arena_alloc(rd->arena, (g->nresult + 1) * sizeof *v);
	if (!v) {
		rd->nomem = true;
		return;
	}
	if (g->nresult)
		memcpy(v, g->result, g->nresult * sizeof *v);
	v[g->nresult++] = (struct flow_result){ n->words[0], n->words[1], n->nwords == 3 };
	g->result = v;
}

static void read_gate(struct reader *rd, const struct scfg_node *n, struct flow_gate *g)
{
	bool opens = false;
	for (const struct scfg_node *c = n->child; c; c = c->next) {
		if (strcmp(c->name, "label") == 0)
			take_text(rd, c, &g->label);
		else if (strcmp(c->name, "basis") == 0)
			take_text(rd, c, &g->basis);
		else if (strcmp(c->name, "letter") == 0)
			take_letter(rd, c, &g->letter);
		else if (strcmp(c->name, "roles") == 0)
			take_roles(rd, c, &g->roles);
		else if (strcmp(c->name, "states") == 0)
			take_mask(rd, c, 0, "state", flow_state_index, &g->states);
		else if (strcmp(c->name, "result") == 0)
			read_result(rd, c, g);
		else
			unknown(rd, c, "a gate");
	}
	for (size_t i = 0; i < g->nresult; i++)
		opens |= g->result[i].opens;
	if (!g->label || !g->letter || !g->roles || !g->states)
		wrong(rd, n->line, "gate '%.40s' needs label, letter, roles and states", g->name);
	else if (!opens)
		wrong(rd, n->line, "gate '%.40s' can never open: no result says 'opens'", g->name);
	for (const struct flow_gate *o = rd->f->gate; o < g; o++)
		if (o->letter == g->letter)
			wrong(rd, n->line, "gates '%.40s' and '%.40s' have the same letter", o->name, g->name);
}

static const struct { const char *name; enum flow_does does; } does_table[] = {
	{ "submit", FLOW_DOES_SUBMIT }, { "reserve", FLOW_DOES_RESERVE }, { "open", FLOW_DOES_OPEN },
	{ "return", FLOW_DOES_RETURN }, { "apply", FLOW_DOES_APPLY }, { "finalise", FLOW_DOES_FINALISE },
};

static void read_does(struct reader *rd, const struct scfg_node *n, struct flow_event *e)
{
	const char *w = one_word(rd, n);
	for (size_t i = 0; w && i < sizeof does_table / sizeof *does_table; i++)
		if (strcmp(does_table[i].name, w) == 0)
			e->does = does_table[i].does;
	if (w && !e->does)
		wrong(rd, n->line, "'does' is one of submit reserve open return apply finalise, not '%.40s'", w);
}

static void read_maker(struct reader *rd, const struct scfg_node *n, struct flow_event *e)
{
	const char *w = one_word(rd, n);
	if (!w)
		return;
	if (strcmp(w, "no") == 0)
		e->maker = FLOW_MAKER_NO;
	else if (strcmp(w, "may") == 0)
		e->maker = FLOW_MAKER_MAY;
	else if (strcmp(w, "only") == 0)
		e->maker = FLOW_MAKER_ONLY;
	else
		wrong(rd, n->line, "'maker' is one of no may only, not '%.40s'", w);
}

static void read_event(struct reader *rd, const struct scfg_node *n, struct flow_event *e)
{
	bool by_store = false, has_to = false;
	e->kinds = 0;
	for (const struct scfg_node *c = n->child; c; c = c->next) {
		if (strcmp(c->name, "label") == 0)
			take_text(rd, c, &e->label);
		else if (strcmp(c->name, "basis") == 0)
			take_text(rd, c, &e->basis);
		else if (strcmp(c->name, "letter") == 0)
			take_letter(rd, c, &e->letter);
		else if (strcmp(c->name, "from") == 0)
			take_mask(rd, c, 0, "state", flow_state_index, &e->from);
		else if (strcmp(c->name, "to") == 0) {
			const char *w = one_word(rd, c);
			int at = w ? flow_state_index(rd->f, w) : 0;
			if (at < 0)
				wrong(rd, c->line, "no state '%.40s'", w);
			e->to = (uint8_t)(at < 0 ? 0 : at);
			has_to = true;
		} else if (strcmp(c->name, "roles") == 0)
			take_roles(rd, c, &e->roles);
		else if (strcmp(c->name, "store") == 0)
			take_yes(rd, c, &by_store);
		else if (strcmp(c->name, "kinds") == 0)
			take_mask(rd, c, 0, "kind", flow_kind_index, &e->kinds);
		else if (strcmp(c->name, "maker") == 0)
			read_maker(rd, c, e);
		else if (strcmp(c->name, "does") == 0)
			read_does(rd, c, e);
		else if (strcmp(c->name, "lease") == 0)
			take_yes(rd, c, &e->lease);
		else if (strcmp(c->name, "note") == 0)
			take_yes(rd, c, &e->note);
		else if (strcmp(c->name, "flags") == 0)
			take_yes(rd, c, &e->flags);
		else if (strcmp(c->name, "reasons") == 0) {
			take_text(rd, c, &e->reasons);
			if (e->reasons && rd->words->list && !rd->words->list(rd->words->arg, e->reasons))
				wrong(rd, c->line, "no list '%.40s'", e->reasons);
		} else if (strcmp(c->name, "refusal-reason") == 0)
			take_text(rd, c, &e->refusal);
		else if (strcmp(c->name, "needs") == 0)
			take_need(rd, c, e->need, &e->nneed);
		else if (strcmp(c->name, "minds") == 0)
			take_need(rd, c, e->mind, &e->nmind);
		else
			unknown(rd, c, "an event");
	}
	if (!e->kinds)
		e->kinds = FLOW_ALL;
	if (!e->label || !e->from || !has_to)
		wrong(rd, n->line, "event '%.40s' needs label, from and to", e->name);
	else if ((e->does == FLOW_DOES_RETURN) != (e->refusal != NULL))
		wrong(rd, n->line, "event '%.40s': 'does return' and 'refusal-reason' go together", e->name);
	else if (!e->roles == !by_store)
		wrong(rd, n->line, "event '%.40s' may be fired by nobody: it needs either 'roles' or 'store'", e->name);
	else if (by_store && (e->lease || e->letter || e->reasons))
		wrong(rd, n->line, "event '%.40s' is fired by the store: it takes no letter, lease or reasons", e->name);
	else if (!by_store && e->maker != FLOW_MAKER_NO && (rd->f->state[e->to].decided || e->does == FLOW_DOES_APPLY))
		wrong(rd, n->line, "event '%.40s' is a decision ('%.40s'): the maker may not take it, say 'maker no'", e->name,
		      rd->f->state[e->to].name);
	else if (e->does == FLOW_DOES_APPLY && !rd->f->state[e->to].decided)
		wrong(rd, n->line, "event '%.40s' changes the register: state '%.40s' must be marked 'decided'", e->name,
		      rd->f->state[e->to].name);
}

static void read_order(struct reader *rd, const struct scfg_node *n, struct flow_queue *q)
{
	const char *w = one_word(rd, n);
	if (w && strcmp(w, "submitted") == 0)
		q->order = FLOW_ORDER_SUBMITTED;
	else if (w && strcmp(w, "state") == 0)
		q->order = FLOW_ORDER_STATE;
	else if (w)
		wrong(rd, n->line, "'order' is one of submitted state, not '%.40s'", w);
}

static void read_queue(struct reader *rd, const struct scfg_node *n, struct flow_queue *q)
{
	for (const struct scfg_node *c = n->child; c; c = c->next) {
		if (strcmp(c->name, "title") == 0)
			take_text(rd, c, &q->title);
		else if (strcmp(c->name, "states") == 0)
			take_mask(rd, c, 0, "state", flow_state_index, &q->states);
		else if (strcmp(c->name, "kinds") == 0)
			take_mask(rd, c, 0, "kind", flow_kind_index, &q->kinds);
		else if (strcmp(c->name, "roles") == 0)
			take_roles(rd, c, &q->roles);
		else if (strcmp(c->name, "order") == 0)
			read_order(rd, c, q);
		else if (strcmp(c->name, "lease-minutes") == 0)
			take_number(rd, c, 24 * 60, &q->lease_minutes);
		else if (strcmp(c->name, "leases") == 0)
			take_number(rd, c, 1000, &q->leases);
		else if (strcmp(c->name, "days") == 0)
			take_number(rd, c, 3660, &q->days);
		else
			unknown(rd, c, "a queue");
	}
	if (!q->kinds)
		q->kinds = FLOW_ALL;
	if (!q->leases)
		q->leases = FLOW_LEASES;
	if (!q->title || !q->states || !q->roles || !q->lease_minutes)
		wrong(rd, n->line, "queue '%.40s' needs title, states, roles and lease-minutes", q->name);
}

/* Room for all blocks of one sort, with their names; both passes see them in the order of the file. */
#define SORT(sort, array, count, max) \
	static void count_##sort(struct reader *rd, const struct scfg_node *root) \
	{ \
		struct flow *f = rd->f; \
		f->array = arena_alloc(rd->arena, (max) * sizeof *f->array); \
		if (!f->array) { \
			rd->nomem = true; \
			return; \
		} \
		for (const struct scfg_node *n = root; n; n = n->next) { \
			if (strcmp(n->name, #sort) != 0) \
				continue; \
			if (n->nwords != 1 || !is_name(n->words[0])) { \
				wrong(rd, n->line, "expected: " #sort " NAME { ... }, the name in small letters"); \
				return; \
			} \
			for (size_t i = 0; i < f->count; i++) \
				if (strcmp(f->array[i].name, n->words[0]) == 0 && strcmp(#sort, "event") != 0) \
					wrong(rd, n->line, #sort " '%.40s' stands twice", n->words[0]); \
			if (f->count == (max)) { \
				wrong(rd, n->line, "more than %d of " #sort, (int)(max)); \
				return; \
			} \
			f->array[f->count].name = n->words[0]; \
			f->array[f->count++].line = n->line; \
		} \
	} \
	static void fill_##sort(struct reader *rd, const struct scfg_node *root) \
	{ \
		size_t i = 0; \
		for (const struct scfg_node *n = root; n && !rd->bad && !rd->nomem; n = n->next) \
			if (strcmp(n->name, #sort) == 0) \
				read_##sort(rd, n, &rd->f->array[i++]); \
	}
SORT(state, state, nstate, FLOW_MAX)
SORT(kind, kind, nkind, FLOW_MAX)
SORT(gate, gate, ngate, FLOW_MAX)
SORT(event, event, nevent, FLOW_EVENTS_MAX)
SORT(queue, queue, nqueue, FLOW_MAX)

static void read_head(struct reader *rd, const struct scfg_node *root)
{
	struct flow *f = rd->f;
	for (const struct scfg_node *n = root; n; n = n->next) {
		if (strcmp(n->name, "name") == 0)
			take_text(rd, n, &f->name);
		else if (strcmp(n->name, "title") == 0)
			take_text(rd, n, &f->title);
		else if (strcmp(n->name, "profile") == 0)
			take_text(rd, n, &f->profile);
		else if (strcmp(n->name, "basis") == 0)
			take_text(rd, n, &f->basis);
		else if (strcmp(n->name, "version") == 0)
			take_number(rd, n, 1000000, &f->version);
		else if (strcmp(n->name, "valid-from") == 0) {
			take_text(rd, n, &f->valid_from);
			if (f->valid_from && date_from_iso(f->valid_from) == DATE_NONE)
				wrong(rd, n->line, "'valid-from' takes a date YYYY-MM-DD, not '%.40s'", f->valid_from);
		} else if (strcmp(n->name, "state") && strcmp(n->name, "kind") && strcmp(n->name, "gate") && strcmp(n->name, "event") &&
		           strcmp(n->name, "queue"))
			unknown(rd, n, "a flow");
	}
	if (!f->name || !f->title || !f->profile || !f->basis || !f->version || !f->valid_from)
		wrong(rd, 1, "a flow begins with name, title, profile, basis, version (from 1) and valid-from");
	else if (!is_name(f->name))
		wrong(rd, 1, "the flow's name '%.40s' is not in small letters", f->name);
}

/* Two events of one name must not leave the same state for the same kind: "which one" would have no answer. */
static void check_events(struct reader *rd)
{
	const struct flow *f = rd->f;
	for (size_t i = 0; i < f->nevent; i++)
		for (size_t k = i + 1; k < f->nevent; k++) {
			const struct flow_event *a = &f->event[i], *b = &f->event[k];
			if (!(a->from & b->from) || !(a->kinds & b->kinds))
				continue;
			if (strcmp(a->name, b->name) == 0)
				wrong(rd, b->line, "event '%.40s' leaves the same state twice for one kind", b->name);
			if (a->letter && a->letter == b->letter)
				wrong(rd, b->line, "events '%.40s' and '%.40s' have the same letter in one state", a->name, b->name);
		}
}

static void check_graph(struct reader *rd)
{
	const struct flow *f = rd->f;
	uint32_t reached = 1;
	for (size_t turn = 0; turn < f->nstate; turn++)
		for (size_t i = 0; i < f->nevent; i++)
			if (f->event[i].from & reached)
				reached |= 1u << f->event[i].to;
	for (size_t s = 0; s < f->nstate; s++) {
		bool out = false;
		for (size_t i = 0; i < f->nevent; i++)
			out |= (f->event[i].from >> s & 1) && f->event[i].to != s;
		if (!(reached >> s & 1))
			wrong(rd, f->state[s].line, "state '%.40s' cannot be reached from '%.40s'", f->state[s].name, f->state[0].name);
		else if (f->state[s].final && out)
			wrong(rd, f->state[s].line, "state '%.40s' is final but an event leads out of it", f->state[s].name);
		else if (!f->state[s].final && !out)
			wrong(rd, f->state[s].line, "state '%.40s' has no way out and is not final", f->state[s].name);
	}
}

/* Whoever works a queue must be able to do something with what lies in it, and a gate an event waits for must be recordable
 * before that event. */
static void check_work(struct reader *rd)
{
	const struct flow *f = rd->f;
	const uint32_t every = (UINT32_C(1) << f->nkind) - 1;    /* "all kinds" has bits that no kind of this flow has */
	for (size_t q = 0; q < f->nqueue; q++)
		for (size_t s = 0; s < f->nstate; s++) {
			bool able = !(f->queue[q].states >> s & 1);
			for (size_t i = 0; i < f->nevent; i++)
				able |= (f->event[i].from >> s & 1) && (f->event[i].roles & f->queue[q].roles) && f->event[i].lease;
			if (!able)
				wrong(rd, f->queue[q].line, "queue '%.40s': its roles can do nothing with state '%.40s' (no event with 'lease')",
				      f->queue[q].name, f->state[s].name);
		}
	for (size_t i = 0; i < f->nevent; i++) {
		if (f->event[i].lease)
			for (size_t s = 0; s < f->nstate; s++) {
				uint32_t kinds = 0;
				for (size_t q = 0; q < f->nqueue; q++)
					if (f->queue[q].states >> s & 1)
						kinds |= f->queue[q].kinds;
				if ((f->event[i].from >> s & 1) && (f->event[i].kinds & every & ~kinds))
					wrong(rd, f->event[i].line, "event '%.40s' asks for a lease but no queue holds state '%.40s'", f->event[i].name,
					      f->state[s].name);
			}
		if (f->event[i].does != FLOW_DOES_NOTHING || f->event[i].roles)
			continue;
		wrong(rd, f->event[i].line, "event '%.40s' is fired by the store but does nothing the store knows", f->event[i].name);
	}
	for (size_t a = 0; a < f->nqueue; a++)
		for (size_t b = a + 1; b < f->nqueue; b++)
			if ((f->queue[a].states & f->queue[b].states) && (f->queue[a].kinds & f->queue[b].kinds))
				wrong(rd, f->queue[b].line, "queues '%.40s' and '%.40s' hold the same dossiers", f->queue[a].name, f->queue[b].name);
}

/* What the store itself does must have its row, or the first dossier would find no way. */
static void check_steps(struct reader *rd)
{
	const struct flow *f = rd->f;
	for (size_t i = 0; i < sizeof does_table / sizeof *does_table; i++) {
		bool there = false;
		for (size_t k = 0; k < f->nevent; k++)
			there |= f->event[k].does == does_table[i].does;
		if (!there)
			wrong(rd, f->state[0].line, "no event says 'does %s'", does_table[i].name);
	}
	for (size_t k = 0; k < f->nevent; k++)
		if (f->event[k].does == FLOW_DOES_APPLY)
			for (size_t s = 0; s < f->nstate; s++)
				for (size_t kind = 0; kind < f->nkind; kind++)
					if ((f->event[k].from >> s & 1) && (f->event[k].kinds >> kind & 1) &&
					    !flow_event_doing(f, FLOW_DOES_RETURN, (int)s, (int)kind))
						wrong(rd, f->event[k].line, "event '%.40s' may be refused by the register, but no 'does return' leaves '%.40s'",
						      f->event[k].name, f->state[s].name);
}

int flow_read(const char *text, size_t n, const struct flow_words *words, struct flow **out, struct flow_error *err)
{
	struct reader rd = { .words = words, .err = err };
	struct flow *f = calloc(1, sizeof *f);
	struct flow_priv *priv = calloc(1, sizeof *priv);
	struct scfg_node *root = NULL;
	struct scfg_error se = { 0 };
	*out = NULL;
	*err = (struct flow_error){ 0 };
	if (!f || !priv) {
		free(f);
		free(priv);
		return ERR_NOMEM;
	}
	arena_init(&priv->arena, 4u << 20);
	f->priv = priv;
	rd.f = f;
	rd.arena = &priv->arena;
	int r = n > FLOW_TEXT_MAX ? ERR_PARSE : scfg_read(text, n, &priv->arena, &root, &se);
	if (r == ERR_PARSE)
		wrong(&rd, se.line, "%s", n > FLOW_TEXT_MAX ? "the file is too long" : se.text);
	else if (r < 0)
		rd.nomem = true;
	if (!rd.bad && !rd.nomem) {
		read_head(&rd, root);
		count_state(&rd, root);
		count_kind(&rd, root);
		count_gate(&rd, root);
		count_event(&rd, root);
		count_queue(&rd, root);
		if (!rd.bad && !rd.nomem && (!f->nstate || !f->nkind || !f->nevent))
			wrong(&rd, 1, "a flow has states, kinds and events");
		fill_state(&rd, root);
		fill_kind(&rd, root);
		fill_gate(&rd, root);
		fill_event(&rd, root);
		fill_queue(&rd, root);
	}
	if (!rd.bad && !rd.nomem) {
		check_events(&rd);
		check_graph(&rd);
		check_work(&rd);
		check_steps(&rd);
	}
	if (!rd.bad && !rd.nomem) {
		*out = f;
		return 0;
	}
	flow_free(f);
	return rd.nomem ? ERR_NOMEM : ERR_PARSE;
}

void flow_free(struct flow *f)
{
	if (!f)
		return;
	struct flow_priv *priv = f->priv;
	arena_clear(&priv->arena);
	free(priv);
	free(f);
}
