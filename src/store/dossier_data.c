/* dossier_data.c - what a dossier carries: its filling, its findings, its line on a list, and whom it shows. */
#include "config.h"
#include "dossier.h"
#include <string.h>
#include "filling_store.h"
#include "journal.h"
#include "log.h"
#include "store.h"

/* The village a kind's form names as its target ("to_area"); 0: it asks none, or nothing is answered. */
static int dossier_target(struct op_ctx *cx, const struct form *f, const struct filling *v, int64_t *area)
{
	const struct field *to = form_field_named(f, "to_area");
	*area = 0;
	if (!to || !*filling_get(v, to->number, 0))
		return 0;
	struct q *q = db_q(cx->db, ST_dossier_area_code);
	q_text(q, 1, filling_get(v, to->number, 0));
	int r = q_step(q);
	if (r == 1)
		*area = q_get_int(q, 0);
	q_reset(q);
	return r < 0 ? r : 0;
}

int dossier_change_of(struct op_ctx *cx, const struct dossier *d, const struct form *form, const struct filling *f, struct register_change *ch)
{
	int64_t target;
	*ch = (struct register_change){ .dossier = d->id, .dossier_number = d->number, .kind = d->kind, .base_seq = d->base_seq,
	                                .household = d->household, .other = d->other, .area = d->area, .form = form, .filling = f };
	int r = dossier_target(cx, form, f, &target);
	if (target)
		ch->area = target;
	return r;
}

int dossier_change(struct op_ctx *cx, const struct dossier *d, struct filling *f, struct register_change *ch)
{
	struct filling_kept kept;
	filling_init(f);
	*ch = (struct register_change){ 0 };
	int r = filling_store_get(cx->db, d->filling, f, &kept);
	if (r != 0)
		return r;
	const struct form *form = store_form_sha(cx->store, cx->db, kept.form_sha);
	if (!form) {
		log_err("form of a filling cannot be read dossier=%lld", (long long)d->id);
		return ERR_CORRUPT;
	}
	return dossier_change_of(cx, d, form, f, ch);
}

int dossier_shown(struct op_ctx *cx, const struct dossier *d, const struct filling *f, const struct form *form)
{
	if (!cx->leaf)
		return 0;
	journal_dossier(cx->leaf, d->id);
	journal_object(cx->leaf, JT_DOSSIER, d->id);
	int r = d->head_person ? journal_shown(cx->leaf, d->head_person) : 0;
	for (size_t i = 0; f && i < f->nrow && r == 0; i++) {
		const struct roster *ro = form_roster(form, f->row[i].roster);
		if (ro && ro->subject && strcmp(ro->subject, "person") == 0 && f->row[i].subject)
			r = journal_shown(cx->leaf, f->row[i].subject);
	}
	struct q *q = db_q(cx->db, ST_filling_persons);
	q_int(q, 1, d->filling);
	q_int(q, 2, d->id);
	q_int(q, 3, SUBJECT_PERSON);
	while (r == 0 && (r = q_step(q)) == 1)
		r = journal_shown(cx->leaf, q_get_int(q, 0));
	return r;
}

int dossier_finding_copy(struct finding_list *to, const struct finding *f)
{
	struct finding *g = finding_add(to, f->code, f->field, f->row, f->arg[0], f->arg[0] ? f->arg[1] : NULL,
	                                f->arg[0] && f->arg[1] ? f->arg[2] : NULL,
	                                f->arg[0] && f->arg[1] && f->arg[2] ? f->arg[3] : NULL, NULL);
	if (!g)
		return ERR_NOMEM;
	g->severity = f->severity;
	return 0;
}

int dossier_findings_put(struct op_ctx *cx, int64_t filling, const struct finding_list *l)
{
	struct q *q = db_q(cx->db, ST_finding_last);
	q_int(q, 1, filling);
	int r = q_step(q);
	int64_t n = r == 1 ? q_get_int(q, 0) : 0;
	if (r < 0)
		return r;
	q_reset(q);
	for (size_t i = 0; i < l->n; i++) {
		q = db_q(cx->db, ST_finding_put);
		q_int(q, 1, filling);
		q_int(q, 2, n + (int64_t)i + 1);
		q_int(q, 3, l->v[i].code);
		q_int(q, 4, l->v[i].severity);
		q_int(q, 5, l->v[i].field);
		q_int(q, 6, l->v[i].row);
		q_int(q, 7, register_finding_private(l->v[i].code));
		q_int(q, 8, cx->seq);
		if ((r = q_done(q)) != 0)
			return r;
	}
	return 0;
}

int dossier_findings_get(struct op_ctx *cx, int64_t filling, bool with_private, struct w_finding **out, size_t *n)
{
	struct w_finding *v = arena_alloc(cx->arena, 200 * sizeof *v);
	*n = 0;
	*out = v;
	if (!v)
		return ERR_NOMEM;
	struct q *q = db_q(cx->db, ST_finding_list);
	q_int(q, 1, filling);
	q_int(q, 2, with_private);
	int r;
	while ((r = q_step(q)) == 1 && *n < 200)
		v[(*n)++] = (struct w_finding){ .code = (uint64_t)q_get_int(q, 0), .severity = (uint64_t)q_get_int(q, 1),
		                                .field = (uint64_t)q_get_int(q, 2), .row = (uint64_t)q_get_int(q, 3) };
	q_reset(q);
	return r < 0 ? r : 0;
}

/* What a finding quotes may be as long as an answer; a reply holds less of it (ops.tbl, record arg). Whole code points. */
static size_t finding_arg_fit(const char *s)
{
	size_t max = wire_desc_arg.field[0].max, n = strlen(s);
	if (n <= max)
		return n;
	for (n = max; n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80; n--)
		;
	return n;
}

int dossier_findings_rows(struct op_ctx *cx, const struct finding_list *l, struct w_finding **out, size_t *n)
{
	size_t max = l->n < 200 ? l->n : 200;
	struct w_finding *v = arena_alloc(cx->arena, (max + 1) * sizeof *v);
	*n = 0;
	*out = v;
	if (!v)
		return ERR_NOMEM;
	for (size_t i = 0; i < max; i++) {
		const struct finding *f = &l->v[i];
		struct w_arg *arg = arena_alloc(cx->arena, FINDING_ARGS * sizeof *arg);
		size_t k = 0;
		if (!arg)
			return ERR_NOMEM;
		for (; k < FINDING_ARGS && f->arg[k]; k++)
			if (!(arg[k].v = arena_strndup(cx->arena, f->arg[k], finding_arg_fit(f->arg[k]))))
				return ERR_NOMEM;
		v[i].code = f->code;
		v[i].severity = f->severity;
		v[i].field = f->field;
		v[i].row = f->row;
		v[i].args.v = arg;
		v[i].args.n = k;
	}
	*n = max;
	return 0;
}

/* The columns of DOSSIER_LINE (stmt_dossier.def), in its order. */
int dossier_line_get(struct op_ctx *cx, struct q *q, struct w_dossier_line *l)
{
	struct arena *a = cx->arena;
	const struct flow *f = store_flow(cx->store, cx->db, q_get_text(q, 9));
	int kind = f ? flow_kind_index(f, q_get_text(q, 2)) : -1;
	*l = (struct w_dossier_line){
		.id = q_get_int(q, 0), .number = q_get_strdup(q, 1, a), .kind = q_get_strdup(q, 2, a), .state = q_get_strdup(q, 3, a),
		.village = q_get_strdup(q, 4, a), .head = q_get_strdup(q, 5, a), .since = q_get_int(q, 6), .maker = q_get_strdup(q, 7, a),
		.rev = (uint64_t)q_get_int(q, 10), .reason = q_get_strdup(q, 11, a), .note = q_get_strdup(q, 12, a),
		.household = q_get_int(q, 13),
	};
	const char *due = q_get_text(q, 8), *today = dossier_day(cx, cx->today);
	l->late = *due && today && strcmp(due, today) < 0;
	if (!q_is_null(q, 14) && q_get_int(q, 16) > cx->now_ms) {
		l->fence = q_get_int(q, 17) == cx->actor->account ? (uint64_t)q_get_int(q, 14) : 0;
		l->held_by = q_get_strdup(q, 15, a);
	}
	uint32_t open = 0, shut = 0;
	struct dossier d = { .id = l->id, .flow = f };
	int r = f ? dossier_gates(cx, &d, &open, &shut) : 0;
	l->gates = f ? dossier_gates_text(a, f, kind, open, shut) : "";
	if (r == 0)
		r = dossier_line_shown(cx, q_get_int(q, 18));
	return r == 0 && (!l->number || !l->kind || !l->state || !l->village || !l->head || !l->maker || !l->gates || !today) ? ERR_NOMEM : r;
}

int dossier_head_of(struct op_ctx *cx, int64_t household, const char **name, int64_t *person)
{
	*name = "";
	*person = 0;
	int r = register_head_name(cx->db, household, 0, cx->arena, name);
	if (r != 0)
		return r == ERR_NOTFOUND ? 0 : r;
	struct q *q = db_q(cx->db, ST_dossier_head_person);
	q_int(q, 1, household);
	r = q_step(q);
	*person = r == 1 ? q_get_int(q, 0) : 0;
	q_reset(q);
	return r < 0 ? r : 0;
}

int dossier_line_shown(struct op_ctx *cx, int64_t head_person)
{
	return cx->leaf && head_person ? journal_shown(cx->leaf, head_person) : 0;
}

int dossier_line_one(struct op_ctx *cx, int64_t dossier, struct w_dossier_line *l)
{
	struct q *q = db_q(cx->db, ST_dossier_line_one);
	q_int(q, 1, dossier);
	int r = q_step(q);
	if (r == 1)
		r = dossier_line_get(cx, q, l);
	else if (r == 0)
		r = ERR_NOTFOUND;
	q_reset(q);
	return r;
}
