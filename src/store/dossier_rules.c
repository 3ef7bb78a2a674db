/* dossier_rules.c - who may fire what on a dossier, and which gates stand in the way. */
#include "config.h"
#include "dossier.h"
#include <stdio.h>
#include <string.h>
#include "buf.h"
#include "date.h"
#include "scfg.h"
#include "text.h"

int dossier_made_by(struct op_ctx *cx, const struct dossier *d, int64_t account)
{
	if (d->maker == account)
		return 1;
	struct q *q = db_q(cx->db, ST_filling_by);
	q_int(q, 1, d->id);
	q_int(q, 2, account);
	int r = q_step(q);
	q_reset(q);
	return r;
}

int dossier_gates(struct op_ctx *cx, const struct dossier *d, uint32_t *open, uint32_t *shut)
{
	*open = *shut = 0;
	struct q *q = db_q(cx->db, ST_gate_states);
	q_int(q, 1, d->id);
	int r;
	while ((r = q_step(q)) == 1) {
		int g = flow_gate_index(d->flow, q_get_text(q, 0));
		if (g < 0)
			continue;
		const struct flow_result *res = flow_gate_result(&d->flow->gate[g], q_get_text(q, 1));
		*(res && res->opens ? open : shut) |= 1u << g;
	}
	return r;
}

const char *dossier_gates_text(struct arena *arena, const struct flow *f, int kind, uint32_t open, uint32_t shut)
{
	char text[2 * FLOW_MAX + 1];
	uint32_t asked = flow_gates_asked(f, kind);
	size_t n = 0;
	for (size_t g = 0; g < f->ngate; g++) {
		if (g > 0)
			text[n++] = ' ';
		text[n++] = open >> g & 1 ? f->gate[g].letter : shut >> g & 1 ? '!' : asked >> g & 1 ? '.' : '-';
	}
	text[n] = '\0';
	return arena_strdup(arena, text);
}

/* " 4 Juni 2026: responden menolak" */
static int gate_result_put(struct op_ctx *cx, const struct dossier *d, const struct flow_gate *gate, struct buf *b)
{
	struct q *q = db_q(cx->db, ST_gate_show);
	q_int(q, 1, d->id);
	q_text(q, 2, gate->name);
	int r = q_step(q);
	if (r == 1) {
		const struct flow_result *res = flow_gate_result(gate, q_get_text(q, 0));
		char day[40] = "";
		int32_t on = date_from_iso(q_get_text(q, 1));
		if (on != DATE_NONE)
			date_long(on, day, sizeof day);
		buf_printf(b, "%s%s: %s", day[0] ? " " : "", day, res ? res->label : q_get_text(q, 0));
	}
	q_reset(q);
	return r < 0 ? r : 0;
}

static int dossier_hinder_gates(struct op_ctx *cx, const struct dossier *d, const struct flow_event *e, struct finding_list *out)
{
	uint32_t open, shut;
	int r = dossier_gates(cx, d, &open, &shut);
	uint32_t bad = r == 0 ? flow_hindrance(e, d->kind_at_flow, open, shut) : 0;
	if (!bad)
		return r;
	/* A gate with a result that closes is not one that is still awaited: nobody would know what to do. */
	struct buf closed, missing;
	buf_init(&closed, 400);
	buf_init(&missing, 400);
	for (size_t g = 0; g < d->flow->ngate && r == 0; g++) {
		if (!(bad >> g & 1))
			continue;
		struct buf *b = shut >> g & 1 ? &closed : &missing;
		if (b->len)
			buf_puts(b, ", ");
		buf_puts(b, d->flow->gate[g].label);
		if (shut >> g & 1)
			r = gate_result_put(cx, d, &d->flow->gate[g], b);
	}
	if (r == 0 && closed.len && !finding_add(out, FIND_gate_shut, 0, 0, buf_str(&closed), NULL))
		r = ERR_NOMEM;
	if (r == 0 && missing.len && !finding_add(out, FIND_gate_closed, 0, 0, buf_str(&missing), NULL))
		r = ERR_NOMEM;
	buf_clear(&closed);
	buf_clear(&missing);
	return r;
}

int dossier_hinder(struct op_ctx *cx, const struct dossier *d, const struct flow_event *e, struct finding_list *out)
{
	if (!e->roles || !op_covers(cx, e->roles, d->area))
		return finding_add(out, FIND_not_permitted, 0, 0, NULL) ? 0 : ERR_NOMEM;
	int own = dossier_made_by(cx, d, cx->actor->account);
	if (own < 0)
		return own;
	if (e->maker == FLOW_MAKER_ONLY && !own)
		return finding_add(out, FIND_not_permitted, 0, 0, NULL) ? 0 : ERR_NOMEM;
	/* An apply is never the maker's own work, whatever a flow file may say. */
	if (own && (e->maker == FLOW_MAKER_NO || e->does == FLOW_DOES_APPLY))
		return finding_add(out, FIND_own_dossier, 0, 0, NULL) ? 0 : ERR_NOMEM;
	return dossier_hinder_gates(cx, d, e, out);
}

int dossier_villages(struct op_ctx *cx, unsigned roles, const int64_t **out, size_t *n)
{
	const struct actor *a = cx->actor;
	int64_t *v = arena_alloc(cx->arena, (a->nvillage + 1) * sizeof *v);
	*n = 0;
	*out = v;
	if (!v)
		return ERR_NOMEM;
	/* actor->village holds the villages of grants with one of the operation's roles: when the account has no other of those than
	 * the ones asked for, it is the answer. */
	bool all = !(a->roles & cx->op->roles & ~roles);
	for (size_t i = 0; i < a->nvillage; i++)
		if (all || op_covers(cx, roles, a->village[i]))
			v[(*n)++] = a->village[i];
	return 0;
}

/* 0 and *label (in the operation's arena) when the list has the code, ERR_NOTFOUND when it has not. */
static int list_label(struct op_ctx *cx, const char *list, const char *code, const char **label)
{
	struct arena a;
	struct scfg_node *root = NULL;
	struct scfg_error err;
	int r = ERR_NOTFOUND;
	arena_init(&a, 4u << 20);
	struct q *q = db_q(cx->db, ST_dossier_list_body);
	q_text(q, 1, list);
	const char *body = q_step(q) == 1 ? q_get_strdup(q, 0, &a) : NULL;
	q_reset(q);
	if (body && scfg_read(body, strlen(body), &a, &root, &err) == 0)
		for (const struct scfg_node *c = root ? root->child : NULL; c && r == ERR_NOTFOUND; c = c->next)
			if (strcmp(c->name, code) == 0) {
				*label = arena_strdup(cx->arena, c->nwords > 0 ? c->words[0] : code);
				r = *label ? 0 : ERR_NOMEM;
			}
	arena_clear(&a);
	return r;
}

bool dossier_list_has(struct op_ctx *cx, const char *list, const char *code)
{
	const char *label;
	return list_label(cx, list, code, &label) == 0;
}

const char *dossier_list_label(struct op_ctx *cx, const char *list, const char *code)
{
	const char *label;
	return list_label(cx, list, code, &label) == 0 ? label : code;
}

static const struct { enum text_fault fault; enum finding_code code; } text_fault_table[] = {
	{ TEXT_BAD_UTF8, FIND_bad_utf8 }, { TEXT_CONTROL, FIND_control_character }, { TEXT_BIDI, FIND_hidden_character },
	{ TEXT_INVISIBLE, FIND_hidden_character }, { TEXT_MARKS, FIND_too_many_marks }, { TEXT_EMOJI, FIND_emoji },
	{ TEXT_TOO_LONG, FIND_too_long }, { TEXT_UNASSIGNED, FIND_hidden_character },
};

enum finding_code dossier_text_fault(enum text_fault fault)
{
	for (size_t i = 0; i < sizeof text_fault_table / sizeof *text_fault_table; i++)
		if (text_fault_table[i].fault == fault)
			return text_fault_table[i].code;
	return FIND_bad_request;
}

int dossier_text(struct op_ctx *cx, const char *s, size_t max, bool newline, const char **out)
{
	struct buf clean;
	char place[24];
	size_t at = 0;
	*out = "";
	if (!s || !*s)
		return 0;
	buf_init(&clean, max + 1);
	enum text_fault fault = text_clean(s, strlen(s), max, newline, &clean, &at);
	if (fault == TEXT_OK)
		*out = arena_strdup(cx->arena, buf_str(&clean));
	buf_clear(&clean);
	snprintf(place, sizeof place, "%zu", fault == TEXT_TOO_LONG ? max : at + 1);
	return fault != TEXT_OK ? op_refuse(cx, dossier_text_fault(fault), place, NULL) : *out ? 0 : ERR_NOMEM;
}
