/* screen_queue.c - a queue of dossiers that wait: claim, next, decide, mark; and the preview of a decision on many. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "screen.h"

static void queue_request(struct screen *s, void *rq)
{
	struct rq_queue_list *q = rq;

	q->queue = s->args.name;
	q->text = s->filter;
	q->limit = 100;
	if (s->nafter > 0)
		q->after = s->after[s->nafter - 1];
}

static void queue_build(struct screen *s)
{
	const struct rp_queue_list *rp = s->rp;
	struct buf b;

	if (s->args.more != NULL)
		s->page.title = s->args.more;
	s->page.aside = screen_text(s, "%llu menunggu%s", (unsigned long long)(rp->total > rp->rows.n ? rp->total : rp->rows.n),
	                            s->nmarked > 0 ? screen_text(s, ", %zu ditandai", s->nmarked) : "");
	buf_init(&b, 0);
	for (size_t i = 0; i < rp->gates.n; i++)
		if (rp->gates.v[i].letter != NULL && rp->gates.v[i].label != NULL)
			buf_printf(&b, "  %s %s", rp->gates.v[i].letter, rp->gates.v[i].label);
	s->page.legend = screen_text(s, "Gerbang%s\n. belum  ! hasilnya menutup  - tidak perlu;  umur dengan !: lewat batas hari", buf_str(&b));
	buf_clear(&b);
}

static const struct w_dossier_line *line_at(struct screen *s)
{
	struct table_row *r = screen_row_at(s);

	return r != NULL ? r->data : NULL;
}

static void leased(struct screen *s, const struct call_answer *a)
{
	const struct rp_lease_set *rp = a->rp;

	s->busy = false;
	if (!a->done) {
		app_say_refused(s->app, a);
		return;
	}
	screen_load(s);
	if (rp->fence != 0) {
		char clock[8];

		word_clock(clock, rp->until, s->app->zone_minutes);
		app_say(s->app, GRID_NORMAL, "Anda pegang sampai %s.", clock);
	} else {
		app_say(s->app, GRID_NORMAL, "Dilepas.");
	}
}

static void next_taken(struct screen *s, const struct call_answer *a)
{
	const struct rp_queue_next *rp = a->rp;

	s->busy = false;
	if (!a->done) {
		app_say_refused(s->app, a);
		return;
	}
	if (rp->dossier == 0) {
		app_say(s->app, GRID_NORMAL, "Tidak ada berkas yang menunggu.");
		return;
	}
	screen_push(s->app, SCREEN_dossier, &(struct screen_args){ .id = rp->dossier, .number = (int64_t)rp->fence, .name = s->args.name });
}

static void open_with(struct screen *s, enum action a)
{
	const struct w_dossier_line *d = line_at(s);

	if (d != NULL)
		screen_push(s->app, SCREEN_dossier, &(struct screen_args){ .id = d->id, .number = d->fence != 0 ? (int64_t)d->fence : 0, .name = s->args.name, .action = a });
}

static bool queue_valid(struct screen *s, enum action a)
{
	const struct w_dossier_line *d = line_at(s);

	switch (a) {
	case ACT_next:
		return page_picks(&s->page) > 0;
	case ACT_release:
		return d != NULL && screen_row_at(s)->mine;
	case ACT_claim:
		return d != NULL && !screen_row_at(s)->mine;
	case ACT_approve:
	case ACT_giveback:
	case ACT_reject:
	case ACT_difference:
	case ACT_open:
	case ACT_mark:
		return d != NULL;
	default:
		return true;
	}
}

static bool queue_act(struct screen *s, enum action a)
{
	const struct w_dossier_line *d = line_at(s);

	switch (a) {
	case ACT_next: {
		struct rq_queue_next rq = { .queue = s->args.name };

		s->busy = app_ask(s->app, s, OP_queue_next, &rq, next_taken);
		return true;
	}
	case ACT_claim:
	case ACT_release: {
		struct rq_lease_set rq = { .dossier = d->id, .queue = s->args.name, .action = a == ACT_claim ? "claim" : "release", .fence = d->fence };

		s->busy = app_ask(s->app, s, OP_lease_set, &rq, leased);
		return true;
	}
	case ACT_approve:
		if (s->nmarked > 0)
			screen_push(s->app, SCREEN_trial, &(struct screen_args){ .data = s });
		else
			open_with(s, ACT_approve);
		return true;
	case ACT_giveback:
	case ACT_reject:
		open_with(s, a);
		return true;
	case ACT_open:
	case ACT_difference:
		open_with(s, ACT_NONE);
		return true;
	case ACT_mark:
		return false;
	default:
		return false;
	}
}

const struct screen_code code_queue = { .request = queue_request, .build = queue_build, .valid = queue_valid, .act = queue_act };

/* ---- deciding on many: first what would become of each ----
 * Which event `Setuju` is now, the flow says: it is asked of the first marked dossier. */

struct trial_state { char event[32]; size_t waiting, done, refused; char first[300]; };

static void trial_request(struct screen *s, void *rq)
{
	struct rq_dossier_try *q = rq;
	const struct screen *queue = s->args.data;
	struct trial_state *st = screen_state(s, sizeof(*st));
	struct w_dossier_ref *v = arena_alloc(&s->keep, (queue->nmarked + 1) * sizeof(*v));

	q->event = st->event;
	if (v == NULL)
		return;
	for (size_t i = 0; i < queue->nmarked; i++)
		v[i].id = queue->marked[i];
	q->dossiers.v = v;
	q->dossiers.n = queue->nmarked;
}

static void trial_shown(struct screen *s, const struct call_answer *a)
{
	const struct rp_dossier_show *rp = a->rp;
	struct trial_state *st = screen_state(s, sizeof(*st));
	struct app *app = s->app;

	s->busy = false;
	if (!a->done) {
		screen_pop(app);
		app_say_refused(app, a);
		return;
	}
	for (size_t i = 0; i < rp->events.n; i++)
		if (rp->events.v[i].letter != NULL && (rp->events.v[i].letter[0] | 32) == action_table[ACT_approve].letter && rp->events.v[i].name != NULL)
			snprintf(st->event, sizeof(st->event), "%s", rp->events.v[i].name);
	if (st->event[0] == 0) {
		screen_pop(app);
		app_say(app, GRID_ERROR, "Setuju tidak dapat dilakukan pada tahap ini.");
		return;
	}
	screen_load(s);
}

static void trial_open(struct screen *s)
{
	const struct screen *queue = s->args.data;
	struct rq_dossier_show rq = { .dossier = queue->marked[0] };

	s->busy = app_ask(s->app, s, OP_dossier_show, &rq, trial_shown);
}

static void trial_build(struct screen *s)
{
	static const struct column ok_columns[] = { { "Nomor", 11, false, false }, { "Kepala", 30, true, false } };
	static const struct column no_columns[] = { { "Nomor", 11, false, false }, { "Kepala", 20, true, false }, { "Sebabnya", 44, false, false } };
	const struct rp_dossier_try *rp = s->rp;
	size_t ok = 0, no = 0;
	struct table *t, *u = NULL;

	for (size_t i = 0; i < rp->rows.n; i++)
		ok += rp->rows.v[i].ok;
	no = rp->rows.n - ok;
	page_addf(&s->page, BLOCK_TEXT, NULL, "%zu berkas akan disetujui, %zu tidak.", ok, no)->attr = GRID_BOLD;
	page_add(&s->page, BLOCK_GAP, NULL, NULL);
	if (no > 0) {
		page_add(&s->page, BLOCK_HEAD, NULL, "Tidak dapat disetujui sekarang");
		u = page_table(&s->page, no_columns, 3, no, false);
		page_add(&s->page, BLOCK_GAP, NULL, NULL);
	}
	if (ok > 0)
		page_add(&s->page, BLOCK_HEAD, NULL, "Akan disetujui");
	t = ok > 0 ? page_table(&s->page, ok_columns, 2, ok, false) : NULL;
	ok = no = 0;
	for (size_t i = 0; i < rp->rows.n; i++) {
		const struct w_try_line *l = &rp->rows.v[i];

		if (l->ok && t != NULL) {
			t->row[ok].cell[0] = l->number != NULL ? l->number : "";
			t->row[ok++].cell[1] = l->head != NULL ? l->head : "";
		} else if (u != NULL && !l->ok) {
			struct buf b;

			buf_init(&b, 0);
			for (size_t k = 0; k < l->findings.n; k++) {
				struct finding v = { .code = (uint32_t)l->findings.v[k].code };

				for (size_t m = 0; m < l->findings.v[k].args.n && m < FINDING_ARGS; m++)
					v.arg[m] = (char *)l->findings.v[k].args.v[m].v;
				if (k > 0)
					buf_putc(&b, ' ');
				finding_text(&v, &b);
			}
			u->row[no].cell[0] = l->number != NULL ? l->number : "";
			u->row[no].cell[1] = l->head != NULL ? l->head : "";
			u->row[no++].cell[2] = screen_text(s, "%s", buf_str(&b));
			buf_clear(&b);
		}
	}
	if (t != NULL)
		s->page.legend = screen_text(s, "%s menyetujui yang dapat. %s kembali tanpa memutus.", key_said(s->app, ACT_approve), key_said(s->app, ACT_back));
}

static void trial_fired(struct screen *s, const struct call_answer *a)
{
	struct trial_state *st = screen_state(s, sizeof(*st));
	struct app *app = s->app;
	struct screen *queue = s->below;
	char text[500];

	if (a->done) {
		st->done++;
	} else {
		st->refused++;
		if (st->first[0] == 0 && a->findings->n > 0) {
			struct buf b;

			buf_init(&b, 0);
			finding_text(&a->findings->v[0], &b);
			snprintf(st->first, sizeof(st->first), "%s", buf_str(&b));
			buf_clear(&b);
		}
	}
	if (st->done + st->refused < st->waiting)
		return;
	s->busy = false;
	snprintf(text, sizeof(text), st->refused > 0 ? "%zu berkas disetujui, %zu ditolak server: %s" : "%zu berkas disetujui.", st->done, st->refused, st->first);
	free(queue->marked);
	queue->marked = NULL;
	queue->nmarked = 0;
	screen_pop(app);
	screen_load(queue);
	app_say(app, st->refused > 0 ? GRID_ERROR : GRID_NORMAL, "%s", text);
}

static bool trial_valid(struct screen *s, enum action a)
{
	const struct rp_dossier_try *rp = s->rp;

	if (a != ACT_approve)
		return true;
	for (size_t i = 0; rp != NULL && i < rp->rows.n; i++)
		if (rp->rows.v[i].ok)
			return true;
	return false;
}

static bool trial_act(struct screen *s, enum action a)
{
	const struct rp_dossier_try *rp = s->rp;
	struct trial_state *st = screen_state(s, sizeof(*st));

	if (a != ACT_approve || rp == NULL)
		return false;
	st->waiting = st->done = st->refused = 0;
	for (size_t i = 0; i < rp->rows.n; i++)
		st->waiting += rp->rows.v[i].ok;
	s->busy = true;
	for (size_t i = 0; i < rp->rows.n; i++) {
		const struct w_try_line *l = &rp->rows.v[i];
		struct rq_dossier_fire rq = { .dossier = l->dossier, .rev = l->rev, .fence = l->fence, .event = st->event };

		if (l->ok && !app_ask(s->app, s, OP_dossier_fire, &rq, trial_fired))
			st->waiting--;
	}
	return true;
}

const struct screen_code code_trial = { .open = trial_open, .request = trial_request, .build = trial_build, .valid = trial_valid, .act = trial_act };
