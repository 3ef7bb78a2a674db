/* screen_batch.c - periods and batches, finalisation with its preview, the letter, recaps. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "screen.h"

static void batches_request(struct screen *s, void *rq)
{
	struct rq_batch_list *q = rq;

	q->limit = 100;
	if (s->nafter > 0)
		q->after = s->after[s->nafter - 1];
}

static void letter_open_id(struct screen *s, int64_t letter, const char *number)
{
	screen_push(s->app, SCREEN_letter, &(struct screen_args){ .id = letter, .text = number });
}

static void letter_made(struct screen *s, const struct call_answer *a)
{
	const struct rp_letter_make *rp = a->rp;

	s->busy = false;
	if (!a->done) {
		app_say_refused(s->app, a);
		return;
	}
	screen_load(s);
	letter_open_id(s, rp->letter, rp->number);
}

static const struct w_batch_line *batch_at(struct screen *s)
{
	struct table_row *r = screen_row_at(s);

	return r != NULL ? r->data : NULL;
}

static bool batches_valid(struct screen *s, enum action a)
{
	const struct w_batch_line *b = batch_at(s);
	bool makes = app_role(s->app, ROLE_SUPERVISOR | ROLE_OFFICE_HEAD);

	if (a == ACT_freeze)
		return makes;
	if (a == ACT_letter)
		return b != NULL && (b->letter != 0 || makes);
	return true;
}

static bool batches_act(struct screen *s, enum action a)
{
	const struct w_batch_line *b = batch_at(s);

	if (a == ACT_freeze) {
		screen_push(s->app, SCREEN_finalise, NULL);
		return true;
	}
	if (b == NULL)
		return false;
	if (a == ACT_letter || (a == ACT_open && b->letter != 0)) {
		if (b->letter != 0) {
			letter_open_id(s, b->letter, b->letter_no);
		} else {
			struct rq_letter_make rq = { .batch = b->id };

			s->busy = app_ask(s->app, s, OP_letter_make, &rq, letter_made);
		}
		return true;
	}
	if (a == ACT_open) {
		screen_push(s->app, SCREEN_recap, &(struct screen_args){ .other = b->id, .text = screen_text(s, "%s, %s", b->period, b->area_name) });
		return true;
	}
	return false;
}

static void batches_build(struct screen *s)
{
	s->page.legend = screen_text(s, "%s membuka surat, atau rekap masa usul yang belum bersurat.", key_said(s->app, ACT_open));
}

const struct screen_code code_batches = { .request = batches_request, .build = batches_build, .valid = batches_valid, .act = batches_act };

/* ---- finalise: which period, which area ---- */

static void finalise_build(struct screen *s)
{
	const struct rp_period_list *rp = s->rp;
	struct buf b;
	size_t n = 0, areas = 0;

	buf_init(&b, 0);
	buf_puts(&b, "form finalkan 1 {\n title id \"Finalkan masa usul\"\n}\nchoices masa {\n");
	for (size_t i = 0; i < rp->rows.n; i++) {
		if (rp->rows.v[i].name == NULL)
			continue;
		buf_printf(&b, "%s \"%s\"\n", rp->rows.v[i].name, rp->rows.v[i].title != NULL ? rp->rows.v[i].title : rp->rows.v[i].name);
		n++;
	}
	buf_puts(&b, "}\nchoices wilayah {\n");
	for (size_t i = 0; i < s->app->ngrant; i++) {
		const struct w_grant *g = &s->app->grant[i];

		if ((role_parse(g->role) & (ROLE_SUPERVISOR | ROLE_OFFICE_HEAD)) == 0)
			continue;
		/* the code is the number of the grant; one for the whole office names no area, and the store takes its 0 for the regency */
		buf_printf(&b, "%zu \"%s\"\n", i + 1, g->area == 0 ? "Seluruh wilayah kantor" : g->area_name);
		areas++;
	}
	buf_puts(&b, "}\nsection 1 masa {\n label id \"Masa usul\"\n}\n"
	             "field 1 period one {\n label id \"Masa usul\"\n help id \"Masa usul yang dibekukan.\"\n choices from masa\n required\n}\n"
	             "field 2 area one {\n label id \"Wilayah\"\n help id \"Semua berkas valid di wilayah ini ikut.\"\n choices from wilayah\n required\n}\n");
	if (n == 0 || areas == 0) {
		struct app *app = s->app;

		buf_clear(&b);
		screen_pop(app);
		app_say(app, GRID_ERROR, n == 0 ? "Belum ada masa usul." : "Tidak ada wilayah yang dapat Anda finalkan.");
		return;
	}
	screen_form_builtin(s, buf_str(&b));
	if (areas == 1)
		screen_form_set(s, "area", s->fill->form->field[1].choices->v[0].code);
	if (n == 1)
		screen_form_set(s, "period", s->fill->form->field[0].choices->v[0].code);
	buf_clear(&b);
}

static void finalise_submit(struct screen *s)
{
	const char *period = screen_form_value(s, "period");
	const struct choice *c = form_choice(&s->fill->form->field[0], period);
	int64_t grant = 0;

	if (text_to_int(screen_form_value(s, "area"), 1, (int64_t)s->app->ngrant, &grant) < 0)
		return;
	screen_push(s->app, SCREEN_preview, &(struct screen_args){ .name = period, .more = c != NULL ? c->label_id : period,
	            .area = s->app->grant[grant - 1].area });
}

const struct screen_code code_finalise = { .build = finalise_build, .submit = finalise_submit };

static void preview_request(struct screen *s, void *rq)
{
	struct rq_batch_preview *q = rq;

	q->period = s->args.name;
	q->area = s->args.area;
}

static void preview_build(struct screen *s)
{
	const struct rp_batch_preview *rp = s->rp;

	page_addf(&s->page, BLOCK_PAIR, "Masa usul", "%s", s->args.more);
	page_addf(&s->page, BLOCK_PAIR, "Berkas dibekukan", "%llu", (unsigned long long)rp->lines);
	page_addf(&s->page, BLOCK_PAIR, "Belum selesai", "%llu", (unsigned long long)rp->open);
	if (rp->hindrances.n > 0) {
		page_add(&s->page, BLOCK_GAP, NULL, NULL);
		page_add(&s->page, BLOCK_HEAD, NULL, "Perhatikan");
		for (size_t i = 0; i < rp->hindrances.n; i++) {
			struct block *b = page_add(&s->page, BLOCK_TEXT, NULL, rp->hindrances.v[i].text);

			b->role = rp->hindrances.v[i].level >= 2 ? GRID_ERROR : GRID_NORMAL;
		}
	}
	s->page.legend = "Finalisasi tidak dapat dibatalkan. Berkas yang belum selesai ikut masa usul berikutnya.";
}

static void finalised(struct screen *s, const struct call_answer *a)
{
	const struct rp_batch_finalise *rp = a->rp;
	struct app *app = s->app;
	uint64_t lines;

	s->busy = false;
	if (!a->done) {
		app_say_refused(app, a);
		return;
	}
	lines = rp->lines;
	while (app->top->row->id != SCREEN_batches && app->top->below != NULL)
		screen_pop(app);
	screen_load(app->top);
	app_say(app, GRID_NORMAL, "Difinalkan: %llu berkas. P membuat Surat Pengesahan.", (unsigned long long)lines);
}

static void finalise_yes(struct screen *s)
{
	struct rq_batch_finalise rq = { .period = s->args.name, .area = s->args.area };

	s->busy = app_ask(s->app, s, OP_batch_finalise, &rq, finalised);
}

static bool preview_valid(struct screen *s, enum action a)
{
	const struct rp_batch_preview *rp = s->rp;

	return a != ACT_freeze || (rp != NULL && rp->lines > 0);
}

static bool preview_act(struct screen *s, enum action a)
{
	const struct rp_batch_preview *rp = s->rp;
	char question[200];

	if (a != ACT_freeze)
		return false;
	snprintf(question, sizeof(question), "Finalkan %llu berkas masa usul %s?", (unsigned long long)rp->lines, s->args.more);
	app_confirm(s->app, question, "Sesudah ini isinya beku dan tidak dapat dibuka lagi.", finalise_yes);
	return true;
}

const struct screen_code code_preview = { .request = preview_request, .build = preview_build, .valid = preview_valid, .act = preview_act };

/* ---- the letter: in pieces until it is whole ---- */

struct letter_state { struct buf text; bool begun; };

static void letter_request(struct screen *s, void *rq)
{
	struct rq_letter_get *q = rq;
	struct letter_state *st = screen_state(s, sizeof(*st));

	if (!st->begun)
		buf_init(&st->text, 8u << 20);
	st->begun = true;
	q->letter = s->args.id;
	q->offset = st->text.len;
}

static void letter_build(struct screen *s)
{
	const struct rp_letter_get *rp = s->rp;
	struct letter_state *st = screen_state(s, sizeof(*st));
	const char *p;

	if (rp->number != NULL)
		s->page.title = screen_text(s, "Surat Pengesahan %s", rp->number);
	buf_put(&st->text, rp->chunk.p, rp->chunk.n);
	if (rp->chunk.n > 0 && st->text.len < rp->total && buf_end(&st->text) == 0) {
		page_addf(&s->page, BLOCK_TEXT, NULL, "Mengambil surat, %zu dari %llu ...", st->text.len, (unsigned long long)rp->total);
		screen_load(s);
		return;
	}
	for (p = buf_str(&st->text); p[0] != 0;) {
		size_t n = strcspn(p, "\n\f");

		page_add(&s->page, BLOCK_FIXED, NULL, arena_strndup(&s->page_arena, p, n > 0 && p[n - 1] == '\r' ? n - 1 : n));
		p += p[n] != 0 ? n + 1 : n;
	}
	buf_clear(&st->text);
	st->begun = false;
	s->page.legend = screen_text(s, "Unduh: ssh KANTOR surat %s > surat.txt", rp->number != NULL ? rp->number : "NOMOR");
}

static void letter_close(struct screen *s)
{
	struct letter_state *st = s->state;

	if (st != NULL && st->begun)
		buf_clear(&st->text);
}

const struct screen_code code_letter = { .request = letter_request, .build = letter_build, .close = letter_close };

/* ---- recap: an area and what is below it ---- */

static void recap_request(struct screen *s, void *rq)
{
	struct rq_recap_list *q = rq;

	q->area = s->args.area;
	q->batch = s->args.other;
	q->limit = 200;
	if (s->nafter > 0)
		q->after = s->after[s->nafter - 1];
}

static void recap_build(struct screen *s)
{
	const struct rp_recap_list *rp = s->rp;

	s->page.title = screen_text(s, "Rekap%s%s", s->args.text != NULL ? " " : "", s->args.text != NULL ? s->args.text : "");
	if (rp->seq != 0)
		s->page.aside = screen_text(s, "pada catatan %lld", (long long)rp->seq);
	s->page.legend = screen_text(s, "Kel. keluarga, Cad. cadangan, Verif. dan Valid. dalam antrean, Siap menunggu final, Kemb. dikembalikan. %s membuka wilayah. "
		"Unduh: ssh KANTOR rekap > rekap.csv", key_said(s->app, ACT_open));
}

static bool recap_valid(struct screen *s, enum action a)
{
	struct table_row *r = screen_row_at(s);
	const struct w_recap_line *l = r != NULL ? r->data : NULL;

	if (a == ACT_parent)
		return s->below != NULL && s->below->row->id == SCREEN_recap;
	if (a == ACT_open)
		return l != NULL && l->level < 4 && l->area != s->args.area;
	return true;
}

static bool recap_act(struct screen *s, enum action a)
{
	struct table_row *r = screen_row_at(s);
	const struct w_recap_line *l = r != NULL ? r->data : NULL;

	if (a == ACT_parent) {
		screen_pop(s->app);
		return true;
	}
	if (a == ACT_open && recap_valid(s, a)) {
		screen_push(s->app, SCREEN_recap, &(struct screen_args){ .area = l->area, .other = s->args.other, .text = l->name });
		return true;
	}
	return false;
}

const struct screen_code code_recap = { .request = recap_request, .build = recap_build, .valid = recap_valid, .act = recap_act };
