/* register_apply.c - the one door through which the register changes. */
#include "config.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "date.h"
#include "journal.h"
#include "register_run.h"
#include "store.h"
#include "text.h"

/* Adding a kind: a row here, its function, its form, its rows of the flow. */
static const struct reg_kind kind_table[] = {
	{ "new",          0,                                                                 kind_new },
	{ "correction",   NEEDS_HOME,                                                        kind_correction },
	{ "exit",         NEEDS_HOME,                                                        kind_exit },
	{ "move",         NEEDS_HOME | SAME_PLACE,                                           kind_move },
	{ "head_died",    NEEDS_HOME | SAME_MEMBERS,                                         kind_head_died },
	{ "member_moves", NEEDS_HOME | NEEDS_OTHER | SAME_MEMBERS | SAME_OTHER_MEMBERS,      kind_member_moves },
	{ "split",        NEEDS_HOME | SAME_MEMBERS,                                         kind_split },
	{ "merge",        NEEDS_HOME | NEEDS_OTHER | SAME_MEMBERS | SAME_OTHER_MEMBERS,      kind_merge },
	{ "unmerge",      NEEDS_HOME | NEEDS_OTHER | OTHER_IS_MERGED,                        kind_unmerge },
};

static const struct reg_kind *kind_of(const char *kind)
{
	for (size_t i = 0; i < sizeof kind_table / sizeof *kind_table; i++)
		if (strcmp(kind_table[i].kind, kind) == 0)
			return &kind_table[i];
	return NULL;
}

bool register_other_is_merged(const char *kind)
{
	const struct reg_kind *k = kind_of(kind);
	return k != NULL && k->needs & OTHER_IS_MERGED;
}

const char *fact_row(const struct reg_run *run, const char *name, uint32_t row)
{
	const struct field *f = form_field_named(run->ch->form, name);
	return f != NULL ? filling_get(run->ch->filling, f->number, row) : "";
}

const char *fact(const struct reg_run *run, const char *name)
{
	return fact_row(run, name, 0);
}

uint32_t fact_number(const struct reg_run *run, const char *name)
{
	const struct field *f = name != NULL ? form_field_named(run->ch->form, name) : NULL;
	return f != NULL ? f->number : 0;
}

void complain(struct reg_run *run, enum finding_code code, const char *field, uint32_t row, const char *arg1, const char *arg2)
{
	finding_add(run->cx->findings, code, fact_number(run, field), row, arg1, arg1 != NULL ? arg2 : NULL, NULL);
}

bool same(const char *a, const char *b)
{
	struct buf x, y;
	buf_init(&x, 0);
	buf_init(&y, 0);
	bool eq = text_fold(a, &x) == 0 && text_fold(b, &y) == 0 && x.len != 0 && strcmp(buf_str(&x), buf_str(&y)) == 0;
	buf_clear(&x);
	buf_clear(&y);
	return eq;
}

/* --- areas ------------------------------------------------------------------------------------------------------------ */

static int has_row(struct db *db, enum stmt st, int64_t a, int64_t b, bool *yes)
{
	struct q *q = db_q(db, st);
	q_int(q, 1, a);
	q_int(q, 2, b);
	int r = q_step(q);
	q_reset(q);
	*yes = r == 1;
	return r < 0 ? r : 0;
}

int run_village_usable(struct reg_run *run, int64_t area, const char *field)
{
	struct q *q = db_q(run->cx->db, ST_area_get);
	bool split;
	q_int(q, 1, area);
	int r = q_step(q);
	if (r < 0)
		return r;
	bool usable = r == 1 && q_get_int(q, 0) == 4 && q_is_null(q, 3);
	q_reset(q);
	if (!usable) {
		complain(run, FIND_area_closed, field, 0, NULL, NULL);
		return 0;
	}
	if ((r = has_row(run->cx->db, ST_area_split_after, area, run->ch->base_seq, &split)) == 0 && split)
		complain(run, FIND_area_split_since, field, 0, NULL, NULL);
	return r;
}

int run_village(struct reg_run *run, const char *code, const char *field, int64_t *area)
{
	struct q *q = db_q(run->cx->db, ST_area_by_code);
	q_text(q, 1, "kemendagri");
	q_text(q, 2, code);
	int r = q_step(q);
	*area = r == 1 ? q_get_int(q, 0) : 0;
	q_reset(q);
	if (r < 0)
		return r;
	if (*area == 0) {
		complain(run, FIND_area_unknown, field, 0, code, NULL);
		return 0;
	}
	return run_village_usable(run, *area, field);
}

/* Whether `area` is `before` or came out of it by splits since a journal number. */
int area_succeeds(struct db *db, int64_t area, int64_t before, int64_t since, bool *yes)
{
	*yes = area == before;
	for (int i = 0; !*yes && i < 20; i++) {          /* a split of a split of ... */
		struct q *q = db_q(db, ST_area_came_from);
		q_int(q, 1, area);
		q_int(q, 2, since);
		int r = q_step(q);
		if (r != 1)
			return r;
		area = q_get_int(q, 0);
		q_reset(q);
		*yes = area == before;
	}
	return 0;
}

/* --- facts that must still hold -------------------------------------------------------------------------------------- */

/* Where a household went that was merged away; never the number of one the reader may not see. */
static int say_gone(struct reg_run *run, const struct reg_household *h)
{
	struct reg_household *winner;
	char number[24];
	int r = set_load_household(&run->now, h->merged_into, &winner);
	if (r != 0)
		return r;
	snprintf(number, sizeof number, "%" PRId64, winner->id);
	complain(run, FIND_household_gone, NULL, 0, op_covers(run->cx, ROLE_ALL, winner->area) ? number : "lain", NULL);
	return 0;
}

static int load(struct reg_run *run, int64_t id, bool merged_wanted, struct reg_household **now, struct reg_household **base)
{
	int r = set_load_household(&run->now, id, now);
	if (r == 0)
		r = set_load_household(&run->base, id, base);
	if (r == ERR_NOTFOUND) {                         /* never was, or not yet at the base: a forged or foreign id */
		complain(run, FIND_not_permitted, NULL, 0, NULL, NULL);
		return OP_REFUSED;
	}
	if (r != 0)
		return r;
	if (merged_wanted) {
		if (strcmp((*now)->state, "merged") != 0 || (*now)->merged_into != run->ch->household) {
			complain(run, FIND_not_merged, NULL, 0, NULL, NULL);
			return OP_REFUSED;
		}
		return 0;
	}
	if (strcmp((*now)->state, "merged") == 0)
		return (r = say_gone(run, *now)) != 0 ? r : OP_REFUSED;
	if (strcmp((*now)->state, "exited") == 0) {
		complain(run, FIND_household_exited, NULL, 0, NULL, NULL);
		return OP_REFUSED;
	}
	return 0;
}

/* The same open memberships on the same cards; what relation each one has is merged by value. */
static int same_members(struct reg_run *run, struct reg_household *now, struct reg_household *base)
{
	struct reg_member **a, **b;
	size_t n = set_members(&run->now, now, &a), k = set_members(&run->base, base, &b), equal = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < k; j++)
			equal += a[i]->id == b[j]->id && a[i]->card->id == b[j]->card->id;
	if (n != k || equal != n)
		complain(run, FIND_members_changed, NULL, 0, NULL, NULL);
	return run->now.err != 0 ? run->now.err : run->base.err;
}

static int same_place(struct reg_run *run)
{
	bool yes;
	int r = area_succeeds(run->cx->db, run->home->area, run->home_base->area, run->ch->base_seq, &yes);
	for (int i = 0; i < HC_COUNT; i++)
		yes &= strcmp(run->home->col[i], run->home_base->col[i]) == 0;
	if (r == 0 && !yes)
		complain(run, FIND_address_changed, NULL, 0, NULL, NULL);
	return r;
}

/* A filling made before an erasure still carries what was erased: refused wherever it comes from. */
static int no_erased(struct reg_run *run)
{
	const struct form *form = run->ch->form;
	for (size_t i = 0; i < run->ch->filling->nrow; i++) {
		const struct filling_row *fr = &run->ch->filling->row[i];
		const struct roster *ro = form_roster(form, fr->roster);
		struct reg_person *p;
		bool carries = false;
		if (ro == NULL || fr->subject == 0 || strcmp(ro->subject, "person") != 0)
			continue;
		int r = set_load_person(&run->now, fr->subject, &p);
		if (r == ERR_NOTFOUND)
			continue;                        /* the kind says what it thinks of that */
		if (r != 0)
			return r;
		for (size_t k = 0; k < form->nfield; k++)
			if (form->field[k].roster == ro->number && form->field[k].store != NULL && strncmp(form->field[k].store, "person.", 7) == 0)
				carries |= filling_get(run->ch->filling, form->field[k].number, fr->row)[0] != '\0';
		if (p->erased && carries)
			complain(run, FIND_person_erased, NULL, fr->row, NULL, NULL);
	}
	return 0;
}

static int facts(struct reg_run *run, const struct reg_kind *kind)
{
	int r = 0, refused = 0;
	if (kind->needs & NEEDS_OTHER && run->ch->other == run->ch->household) {
		complain(run, FIND_merge_self, NULL, 0, NULL, NULL);
		return OP_REFUSED;
	}
	if (kind->needs & NEEDS_HOME && (r = load(run, run->ch->household, false, &run->home, &run->home_base)) < 0)
		return r;
	refused |= r;
	if (kind->needs & NEEDS_OTHER && (r = load(run, run->ch->other, kind->needs & OTHER_IS_MERGED, &run->other, &run->other_base)) < 0)
		return r;
	refused |= r;
	if (refused != 0)
		return OP_REFUSED;
	r = no_erased(run);
	if (r == 0 && kind->needs & SAME_MEMBERS)
		r = same_members(run, run->home, run->home_base);
	if (r == 0 && kind->needs & SAME_OTHER_MEMBERS)
		r = same_members(run, run->other, run->other_base);
	if (r == 0 && kind->needs & SAME_PLACE)
		r = same_place(run);
	return r;
}

/* A kind's own form is checked as it was sent: what the register prefilled may be odd without blocking. */
static int check_kind_form(struct reg_run *run)
{
	struct check_env env;
	struct filling base, raw;
	if (run->ch->form->kind == NULL)
		return 0;
	filling_init(&base);
	filling_init(&raw);
	store_check_env(run->cx, &env);
	int r = run->home != NULL ? read_filling(&run->now, run->home, run->ch->form, &raw) : 0;
	if (r == 0)
		r = align_filling(run->ch->form, &raw, run->ch->filling, &base);
	env.base = &base;
	if (r == 0)
		r = form_check(run->ch->form, run->ch->filling, &env, run->cx->findings);
	filling_clear(&base);
	filling_clear(&raw);
	return r;
}

/* --- running ---------------------------------------------------------------------------------------------------------- */

static int record(struct reg_run *run)
{
	struct register_change *ch = run->ch;
	struct op_ctx *cx = run->cx;
	const struct reg_household *result = run->made != NULL ? run->made : run->home;
	ch->result_household = result->id;
	for (size_t i = 0; i < ch->nrows; i++)
		ch->rows[i].person = ((const struct reg_person *)ch->rows[i].of)->id;
	journal_object(cx->leaf, JT_HOUSEHOLD, run->home != NULL ? run->home->id : result->id);
	struct q *q = db_q(cx->db, ST_register_change_put);
	q_int(q, 1, cx->seq);
	q_text(q, 2, ch->kind);
	q_id(q, 3, ch->dossier);
	q_text(q, 4, ch->dossier_number);
	q_int(q, 5, run->home != NULL ? run->home->id : result->id);
	q_id(q, 6, run->other != NULL ? run->other->id : run->made != NULL && run->home != NULL ? run->made->id : 0);
	q_text(q, 7, run->reason);
	q_int(q, 8, cx->actor != NULL ? cx->actor->account : 0);
	q_int(q, 9, cx->now_ms);
	return q_done(q);
}

/* Rows of the form that stand for persons of the register, when the kind itself made no list. */
static int known_rows(struct register_change *ch, struct arena *arena, struct reg_set *set)
{
	const struct filling *f = ch->filling;
	ch->nrows = 0;
	if ((ch->rows = arena_alloc(arena, (f->nrow + 1) * sizeof *ch->rows)) == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < f->nrow; i++) {
		const struct roster *ro = form_roster(ch->form, f->row[i].roster);
		struct reg_person *p;
		if (ro == NULL || f->row[i].subject == 0 || strcmp(ro->subject, "person") != 0)
			continue;
		int r = set_load_person(set, f->row[i].subject, &p);
		if (r == 0)
			ch->rows[ch->nrows++] = (struct register_row){ ro->number, f->row[i].row, f->row[i].subject, p };
		else if (r != ERR_NOTFOUND)
			return r;
	}
	return 0;
}

static int run_change(struct op_ctx *cx, struct register_change *ch, bool write)
{
	const struct reg_kind *kind = kind_of(ch->kind);
	struct reg_run run = { .cx = cx, .ch = ch, .write = write };
	char today[DATE_SIZE];
	ch->result_household = 0;
	ch->rows = NULL;
	ch->nrows = 0;
	if (kind == NULL)
		return op_refuse(cx, FIND_bad_request, NULL);
	run.today = date_to_iso(cx->today, today);
	set_init(&run.now, cx->db, cx->arena, SEQ_NOW);
	set_init(&run.base, cx->db, cx->arena, ch->base_seq > 0 ? ch->base_seq : SEQ_NOW);
	int r = facts(&run, kind);
	if (r == 0)
		r = known_rows(ch, cx->arena, &run.now);
	if (r == 0)
		r = check_kind_form(&run);
	if (r == 0)
		r = kind->apply(&run);
	if (r == 0 && !finding_list_blocks(cx->findings))
		r = check_set(&run);
	if (r < 0)
		return r;
	if (cx->findings->nomem)
		return ERR_NOMEM;
	if (r == OP_REFUSED || finding_list_blocks(cx->findings))
		return OP_REFUSED;
	if (!write)
		return run.now.err;
	if ((r = set_flush(cx, &run.now)) != 0)
		return r;
	return record(&run);
}

int register_apply(struct op_ctx *cx, struct register_change *ch)
{
	return run_change(cx, ch, true);
}

int register_try(struct op_ctx *cx, struct register_change *ch)
{
	return run_change(cx, ch, false);
}

bool register_finding_private(uint32_t code)
{
	return code == FIND_nik_in_use || code == FIND_nik_also_elsewhere || code == FIND_card_in_use;
}
