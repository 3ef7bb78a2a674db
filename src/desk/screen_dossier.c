/* screen_dossier.c - lists of dossiers; one dossier with its path, differences, gates and history. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "screen.h"

/* ---- lists ---- */

static void dossiers_request(struct screen *s, void *rq)
{
	struct rq_dossier_list *q = rq;

	q->state = s->args.name;
	q->mine = s->args.number != 0;
	q->text = s->filter;
	q->household = s->args.id;
	q->limit = 100;
	if (s->nafter > 0)
		q->after = s->after[s->nafter - 1];
}

static void dossiers_build(struct screen *s)
{
	const struct rp_dossier_list *rp = s->rp;

	if (s->args.more != NULL)
		s->page.title = s->args.more;
	s->page.aside = rp->total > 0 ? screen_text(s, "%llu berkas", (unsigned long long)rp->total) : NULL;
	if (s->row->id == SCREEN_returned)
		s->page.legend = screen_text(s, "%s membuka formulirnya pada isian pertama yang diminta.", key_said(s->app, ACT_open));
}

static bool dossiers_act(struct screen *s, enum action a)
{
	struct table_row *r = screen_row_at(s);
	const struct w_dossier_line *d = r != NULL ? r->data : NULL;

	if (a != ACT_open || d == NULL)
		return false;
	if (s->row->id == SCREEN_returned) {
		char id[24];

		snprintf(id, sizeof(id), "%lld", (long long)d->id);
		fill_start(s->app, d->kind, &(struct screen_args){ .more = id });
	} else {
		screen_push(s->app, SCREEN_dossier, &(struct screen_args){ .id = d->id });
	}
	return true;
}

const struct screen_code code_dossiers = { .request = dossiers_request, .build = dossiers_build, .act = dossiers_act };

/* ---- one dossier ----
 * args: id; name: the queue it was opened from, or NULL; number: its fence when held; action: a decision to go on with at once */

struct dossier_state { struct form *form; bool asked, action_done; uint64_t fence; };

static struct dossier_state *dstate(struct screen *s)
{
	struct dossier_state *st = screen_state(s, sizeof(*st));

	if (st->fence == 0)
		st->fence = (uint64_t)s->args.number;
	return st;
}

const struct form *dossier_form_of(struct screen *s)
{
	return dstate(s)->form;
}

static void dossier_request(struct screen *s, void *rq)
{
	struct rq_dossier_show *q = rq;

	q->dossier = s->args.id;
	q->number = s->args.id == 0 ? s->args.text : NULL;
}

static void dossier_form(struct screen *s, struct form *form)
{
	s->busy = false;
	dstate(s)->form = form;
	screen_rebuild(s);
}

static const char *value_shown(struct screen *s, uint64_t number, const char *value)
{
	const struct form *form = dstate(s)->form;
	const struct field *d = form != NULL ? form_field(form, (uint32_t)number) : NULL;
	struct buf b;
	const char *t;

	if (value == NULL || value[0] == 0)
		return "-";
	if (d == NULL)
		return value;
	buf_init(&b, 0);
	word_field(s->app, d, value, &b);
	t = screen_text(s, "%s", b.len > 0 ? buf_str(&b) : value);
	buf_clear(&b);
	return t;
}

static void differences_table(struct screen *s, const struct rp_dossier_show *rp)
{
	static const struct column columns[] = {
		{ "", 24, false, false }, { "Sekarang", 18, false, false }, { "Diusulkan", 18, false, false }, { "Dukcapil", 14, false, false },
	};
	bool civil = false, fresh = true;         /* nothing to compare with: a new household, or an event */
	struct table *t;

	for (size_t i = 0; i < rp->differences.n; i++) {
		const struct w_difference *d = &rp->differences.v[i];

		civil = civil || (d->civil != NULL && d->civil[0] != 0);
		fresh = fresh && (d->was == NULL || d->was[0] == 0) && (d->now == NULL || d->now[0] == 0);
	}
	if (rp->differences.n == 0) {
		page_add(&s->page, BLOCK_TEXT, NULL, "Tidak ada perbedaan dengan data sekarang.");
		return;
	}
	if (fresh) {
		/* What is proposed, and the civil registry's value where it is known. */
		static const struct column proposed[] = { { "", 30, false, false }, { "Diusulkan", 24, false, false }, { "Dukcapil", 20, false, false } };

		t = page_table(&s->page, proposed, civil ? 3 : 2, rp->differences.n, false);
	} else {
		t = page_table(&s->page, columns, civil ? 4 : 3, rp->differences.n, false);
	}
	for (size_t i = 0; t != NULL && i < t->nrow; i++) {
		const struct w_difference *d = &rp->differences.v[i];
		size_t k = 0;

		t->row[i].cell[k++] = screen_text(s, "%s%s%s%s", d->conflict ? "! " : "", d->subject != NULL ? d->subject : "",
		                                  d->subject != NULL && d->subject[0] != 0 ? ", " : "", d->label != NULL ? d->label : "");
		if (!fresh)
			t->row[i].cell[k++] = d->now != NULL && d->was != NULL && strcmp(d->now, d->was) != 0
				? screen_text(s, "%s (tadinya %s)", value_shown(s, d->field, d->now), value_shown(s, d->field, d->was))
				: value_shown(s, d->field, d->now != NULL && d->now[0] != 0 ? d->now : d->was);
		t->row[i].cell[k++] = value_shown(s, d->field, d->proposed);
		if (civil)
			t->row[i].cell[k] = value_shown(s, d->field, d->civil);
	}
}

static void events_take(struct screen *s, const struct rp_dossier_show *rp)
{
	s->dynamic = calloc(rp->events.n + 1, sizeof(*s->dynamic));
	if (s->dynamic == NULL)
		return;
	for (size_t i = 0; i < rp->events.n; i++) {
		const struct w_event *e = &rp->events.v[i];
		char letter = e->letter != NULL && e->letter[0] != 0 ? e->letter[0] : (char)('1' + (int)(i % 9));

		if (letter >= 'A' && letter <= 'Z')
			letter = (char)(letter - 'A' + 'a');
		s->dynamic[s->ndynamic++] = (struct dynamic){ .letter = letter, .label = e->label, .name = e->name, .data = e,
			.hindered = e->hindered_by != NULL && e->hindered_by[0] != 0 };
	}
}

/* "terbuka" and "tertutup" are the flow's words, the rest are codes of a list. */
static const char *word_gate(struct screen *s, const char *state)
{
	const char *word = word_other("gate", state);

	return strcmp(word, state) == 0 ? data_label(s, state) : word;
}

/* Gates, evidence, what it waits for, who holds it, what hinders a decision. */
static void status_put(struct screen *s, const struct rp_dossier_show *rp)
{
	struct dossier_state *st = dstate(s);
	struct buf b;

	page_add(&s->page, BLOCK_GAP, NULL, NULL);
	for (size_t i = 0; i < rp->gates.n; i++) {
		const struct w_gate_line *g = &rp->gates.v[i];
		char date[40];

		word_date(date, g->on_date);
		page_addf(&s->page, BLOCK_PAIR, screen_text(s, "%s", g->label != NULL ? g->label : g->name), "%s%s%s%s%s%s%s",
		          g->state != NULL && g->state[0] != 0 ? word_gate(s, g->state) : "belum", date[0] != 0 ? ", " : "", date,
		          g->ref != NULL && g->ref[0] != 0 ? ", " : "", g->ref != NULL ? g->ref : "", g->note != NULL && g->note[0] != 0 ? ". " : "",
		          g->note != NULL ? g->note : "");
	}
	if (rp->evidence.n > 0) {
		buf_init(&b, 0);
		for (size_t i = 0; i < rp->evidence.n; i++)
			buf_printf(&b, "%s%s", i > 0 ? ", " : "", data_label_in(s, "bukti", rp->evidence.v[i].v));
		page_add(&s->page, BLOCK_PAIR, "Bukti", screen_text(s, "%s", buf_str(&b)));
		buf_clear(&b);
	}
	if (rp->waits_for != NULL && rp->waits_for[0] != 0)
		page_add(&s->page, BLOCK_PAIR, "Menunggu", rp->waits_for);
	if (rp->lease_until != 0) {
		char clock[8];

		word_clock(clock, rp->lease_until, s->app->zone_minutes);
		if (rp->line.held_by != NULL && rp->line.held_by[0] != 0 && strcmp(rp->line.held_by, s->app->full_name) != 0)
			page_addf(&s->page, BLOCK_TEXT, NULL, "Sedang dipegang %s sampai %s.", rp->line.held_by, clock);
		else
			page_addf(&s->page, BLOCK_TEXT, NULL, "Berkas ini Anda pegang sampai %s.", clock);
	}
	if (rp->line.fence != 0)
		st->fence = rp->line.fence;
	for (size_t i = 0; i < rp->events.n; i++)
		if (rp->events.v[i].hindered_by != NULL && rp->events.v[i].hindered_by[0] != 0)
			page_addf(&s->page, BLOCK_TEXT, NULL, "%s tertahan. %s", rp->events.v[i].label, rp->events.v[i].hindered_by);
}

static void dossier_build(struct screen *s)
{
	const struct rp_dossier_show *rp = s->rp;
	struct dossier_state *st = dstate(s);
	struct buf b;
	bool status_first;

	area_remember(s->app, rp->area.code, rp->area.name);
	s->page.title = screen_text(s, "%s %s%s%s%s%s", rp->line.number != NULL ? rp->line.number : "", word_kind(rp->line.kind),
	                            rp->line.head != NULL && rp->line.head[0] != 0 ? ": " : "", rp->line.head != NULL ? rp->line.head : "",
	                            rp->area.name != NULL ? ", " : "", area_title(s, rp->area.code, rp->area.name));
	if (rp->line.maker != NULL && rp->line.maker[0] != 0) {
		const char *channel = data_label(s, rp->channel);

		s->page.aside = screen_text(s, "diusulkan %s%s%s", rp->line.maker, channel[0] != 0 ? ", " : "", channel);
	}
	buf_init(&b, 0);
	for (size_t i = 0; i < rp->path.n; i++)
		buf_printf(&b, i + 1 == rp->path_at ? "%s[%s]" : "%s%s", i > 0 ? " - " : "", rp->path.v[i].v != NULL ? rp->path.v[i].v : "");
	if (b.len > 0)
		page_add(&s->page, BLOCK_TEXT, NULL, screen_text(s, "%s", buf_str(&b)));
	buf_clear(&b);
	if (rp->line.state != NULL && (strcmp(rp->line.state, "returned") == 0 || strcmp(rp->line.state, "rejected") == 0 || strcmp(rp->line.state, "withdrawn") == 0)) {
		struct block *t = page_addf(&s->page, BLOCK_TEXT, NULL, "Berkas ini %s%s%s%s%s.", word_state(rp->line.state),
		                            rp->line.reason != NULL && rp->line.reason[0] != 0 ? ": " : "", data_label(s, rp->line.reason),
		                            rp->line.note != NULL && rp->line.note[0] != 0 ? ". " : "", rp->line.note != NULL ? rp->line.note : "");

		t->attr = GRID_BOLD;
	}
	/* A long list of what is proposed must not hide where the dossier stands. */
	status_first = rp->differences.n > 12;
	if (status_first)
		status_put(s, rp);
	page_add(&s->page, BLOCK_GAP, NULL, NULL);
	differences_table(s, rp);
	if (rp->findings.n > 0) {
		page_add(&s->page, BLOCK_GAP, NULL, NULL);
		for (size_t i = 0; i < rp->findings.n; i++) {
			const struct w_finding *w = &rp->findings.v[i];
			struct finding v = { .code = (uint32_t)w->code, .severity = (uint8_t)w->severity, .field = (uint32_t)w->field, .row = (uint32_t)w->row };
			const struct field *d = st->form != NULL && w->field != 0 ? form_field(st->form, (uint32_t)w->field) : NULL;
			struct block *t;

			for (size_t k = 0; k < w->args.n && k < FINDING_ARGS; k++)
				v.arg[k] = (char *)w->args.v[k].v;
			buf_init(&b, 0);
			if (d != NULL)
				buf_printf(&b, "%s%s: ", d->label_id, d->roster != 0 ? screen_text(s, " baris %llu", (unsigned long long)w->row) : "");
			finding_text(&v, &b);
			t = page_add(&s->page, BLOCK_TEXT, NULL, screen_text(s, "! %s", buf_str(&b)));
			t->role = w->severity >= SEV_BLOCK ? GRID_ERROR : GRID_NORMAL;
			buf_clear(&b);
		}
	}
	if (!status_first)
		status_put(s, rp);
	if (rp->history.n > 0) {
		static const struct column columns[] = { { "Waktu", 16, false, false }, { "Apa", 22, false, false }, { "Oleh", 18, true, false }, { "Keterangan", 20, false, false } };
		struct table *t;

		page_add(&s->page, BLOCK_GAP, NULL, NULL);
		page_add(&s->page, BLOCK_HEAD, NULL, "Riwayat");
		t = page_table(&s->page, columns, 4, rp->history.n, false);
		for (size_t i = 0; t != NULL && i < t->nrow; i++) {
			const struct w_change_line *c = &rp->history.v[i];
			char at[32];

			word_moment(at, c->at, s->app->zone_minutes);
			t->row[i].cell[0] = screen_text(s, "%s", at);
			t->row[i].cell[1] = word_change(c->what);
			t->row[i].cell[2] = c->actor != NULL ? c->actor : "";
			t->row[i].cell[3] = screen_text(s, "%s%s%s", data_label(s, c->reason),
			                                c->reason != NULL && c->reason[0] != 0 && c->note != NULL && c->note[0] != 0 ? ": " : "", c->note != NULL ? c->note : "");
		}
	}
	events_take(s, rp);
	if (st->form == NULL && !st->asked && rp->form_sha.n == 32) {
		st->asked = true;
		data_form_want(s, rp->form, rp->form_sha.p, dossier_form);
		return;
	}
	if (s->args.action != ACT_NONE && !st->action_done && s->app->top == s && (st->form != NULL || rp->form_sha.n != 32)) {
		st->action_done = true;
		if (!screen_dynamic(s, action_table[s->args.action].letter))
			app_say(s->app, GRID_ERROR, "%s tidak dapat dilakukan pada tahap ini.", action_table[s->args.action].label);
	}
}

/* After a decision: back to where the dossier was opened from, which is asked anew. */
void dossier_decided(struct screen *s, const char *what)
{
	struct app *app = s->app;
	char text[200];
	const struct rp_dossier_show *rp = s->rp;

	snprintf(text, sizeof(text), "Berkas %s sekarang: %s.", rp != NULL && rp->line.number != NULL ? rp->line.number : "ini", what);
	screen_pop(app);
	if (app->top->row->op != 0 && (app->top->row->kind == KIND_LIST || app->top->row->id == SCREEN_home))
		screen_load(app->top);
	app_say(app, GRID_NORMAL, "%s", text);
}

static void fired(struct screen *s, const struct call_answer *a)
{
	const struct rp_dossier_fire *rp = a->rp;

	s->busy = false;
	if (!a->done) {
		app_say_refused(s->app, a);
		return;
	}
	dossier_decided(s, word_state(rp->state));
}

static void dossier_dynamic(struct screen *s, const struct dynamic *d)
{
	const struct rp_dossier_show *rp = s->rp;
	const struct w_event *e = d->data;

	if (d->hindered) {
		app_say(s->app, GRID_ERROR, "%s tertahan. %s", e->label, e->hindered_by);
		app_ring(s->app);
		return;
	}
	if (e->needs_reason) {
		screen_push(s->app, SCREEN_reason, &(struct screen_args){ .id = rp->dossier, .number = (int64_t)rp->line.rev, .other = (int64_t)dstate(s)->fence,
		            .name = e->name, .text = e->reasons, .more = e->label, .data = s });
		return;
	}
	{
		struct rq_dossier_fire rq = { .dossier = rp->dossier, .rev = rp->line.rev, .fence = dstate(s)->fence, .event = e->name };

		s->busy = app_ask(s->app, s, OP_dossier_fire, &rq, fired);
	}
}

static bool dossier_valid(struct screen *s, enum action a)
{
	const struct rp_dossier_show *rp = s->rp;
	const char *state = rp != NULL && rp->line.state != NULL ? rp->line.state : "";

	if (rp == NULL)
		return a == ACT_back || a == ACT_help;
	switch (a) {
	case ACT_release:
		return rp->lease_until != 0 && dstate(s)->fence != 0 && s->args.name != NULL;
	case ACT_repair:
		return strcmp(state, "returned") == 0 && app_role(s->app, ROLE_OPERATOR);
	case ACT_gate:
		return rp->gates.n > 0 && app_role(s->app, ROLE_OPERATOR | ROLE_VERIFIER | ROLE_SUPERVISOR) && strcmp(state, "closed") != 0;
	case ACT_household:
		return rp->line.household != 0;
	case ACT_who:
		return app_role(s->app, ROLE_AUDITOR);
	default:
		return true;
	}
}

static void released(struct screen *s, const struct call_answer *a)
{
	s->busy = false;
	if (!a->done)
		app_say_refused(s->app, a);
	else
		dossier_decided(s, "dilepas");
}

static bool dossier_act(struct screen *s, enum action a)
{
	const struct rp_dossier_show *rp = s->rp;
	char id[24];

	if (rp == NULL)
		return false;
	snprintf(id, sizeof(id), "%lld", (long long)rp->dossier);
	switch (a) {
	case ACT_repair:
		fill_start(s->app, rp->line.kind, &(struct screen_args){ .more = id });
		return true;
	case ACT_gate:
		screen_push(s->app, SCREEN_gate, &(struct screen_args){ .id = rp->dossier, .data = s });
		return true;
	case ACT_household:
		screen_push(s->app, SCREEN_household, &(struct screen_args){ .id = rp->line.household });
		return true;
	case ACT_receipt:
		screen_push(s->app, SCREEN_receipt, &(struct screen_args){ .id = rp->dossier });
		return true;
	case ACT_who:
		screen_push(s->app, SCREEN_journal, &(struct screen_args){ .id = rp->dossier, .name = "dossier" });
		return true;
	case ACT_release: {
		struct rq_lease_set rq = { .dossier = rp->dossier, .queue = s->args.name, .action = "release", .fence = dstate(s)->fence };

		s->busy = app_ask(s->app, s, OP_lease_set, &rq, released);
		return true;
	}
	default:
		return false;
	}
}

const struct screen_code code_dossier = {
	.request = dossier_request, .build = dossier_build, .dynamic = dossier_dynamic, .valid = dossier_valid, .act = dossier_act,
};
