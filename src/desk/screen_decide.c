/* screen_decide.c - over a dossier's sheet: the reason of a decision, the result of a gate, the receipt. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "screen.h"

/* ---- a decision with its reason; for a return also the fields it points at ---- */

static void quote_put(struct buf *b, const char *text)
{
	buf_putc(b, '"');
	for (; *text != 0; text++) {
		if (*text == '"' || *text == '\\')
			buf_putc(b, '\\');
		buf_putc(b, *text);
	}
	buf_putc(b, '"');
}

/* The fields a return may point at are those the dossier answers: a local choice list with codes FIELD.ROW. */
static void flag_choices(struct screen *s, struct buf *b)
{
	struct screen *below = s->below;
	const struct rp_dossier_show *rp = below->rp;
	const struct form *form = dossier_form_of(below);

	if (form == NULL || rp->answers.n == 0)
		return;
	buf_puts(b, "choices isian {\n");
	for (size_t i = 0; i < rp->answers.n && i < 400; i++) {
		const struct w_answer *w = &rp->answers.v[i];
		const struct field *d = form_field(form, (uint32_t)w->field);
		char label[300];
		const struct field *name = d != NULL && d->roster != 0 ? form_field_stored(form, "person.name") : NULL;
		const char *who = "";

		if (d == NULL || d->readonly || d->type == FIELD_CALC)
			continue;
		for (size_t k = 0; name != NULL && k < rp->answers.n; k++)
			if (rp->answers.v[k].field == name->number && rp->answers.v[k].row == w->row && name->roster == d->roster)
				who = rp->answers.v[k].value;
		snprintf(label, sizeof(label), "%s%s%s", who != NULL ? who : "", who != NULL && who[0] != 0 ? ": " : "", d->label_id);
		buf_printf(b, "%llu.%llu ", (unsigned long long)w->field, (unsigned long long)w->row);
		quote_put(b, label);
		buf_putc(b, '\n');
	}
	buf_puts(b, "}\n");
}

static void reason_lists(struct screen *s)
{
	struct buf b;
	bool flags = strcmp(s->args.name, "return") == 0;
	const struct rp_dossier_show *rp = s->below->rp;

	s->busy = false;
	buf_init(&b, 0);
	buf_puts(&b, "form keputusan 1 {\n title id \"Keputusan\"\n}\n");
	if (flags)
		flag_choices(s, &b);
	flags = flags && strstr(buf_str(&b), "choices isian") != NULL;
	buf_puts(&b, "section 1 alasan {\n label id \"Alasan\"\n}\nfield 1 reason one {\n label id \"Alasan\"\n help id \"Alasan yang dibaca pembuat berkas.\"\n choices from ");
	buf_puts(&b, s->args.text);
	buf_puts(&b, "\n required\n}\n");
	if (flags)
		buf_puts(&b, "field 2 flags many {\n label id \"Isian yang diperbaiki\"\n help id \"Pilih dari daftar isian berkas ini; boleh beberapa. Formulir pembuat terbuka pada yang pertama.\"\n choices from isian\n}\n");
	buf_puts(&b, "field 3 note text {\n label id \"Catatan\"\n help id \"Apa yang harus dilakukan, dengan kata-kata biasa.\"\n max 1000\n multiline\n}\n");
	screen_form_builtin(s, buf_str(&b));
	buf_clear(&b);
	s->page.title = screen_text(s, "%s %s", s->args.more, rp->line.number != NULL ? rp->line.number : "");
	page_addf(&s->page, BLOCK_TEXT, NULL, "%s, %s", rp->line.head != NULL ? rp->line.head : "", rp->line.village != NULL ? rp->line.village : "");
	screen_built(s);
	app_replay(s->app);
}

static void reason_open(struct screen *s)
{
	data_list_want(s, s->args.text, reason_lists);
}

static void reason_fired(struct screen *s, const struct call_answer *a)
{
	const struct rp_dossier_fire *rp = a->rp;
	struct screen *below = s->below;
	struct app *app = s->app;

	s->busy = false;
	if (!a->done) {
		app_say_refused(app, a);
		return;
	}
	{
		char state[40];

		snprintf(state, sizeof(state), "%s", word_state(rp->state));
		screen_pop(app);
		dossier_decided(below, state);
	}
}

static void reason_submit(struct screen *s)
{
	struct rq_dossier_fire rq = { .dossier = s->args.id, .rev = (uint64_t)s->args.number, .fence = (uint64_t)s->args.other, .event = s->args.name };
	struct w_flag flag[40];
	const char *p = screen_form_value(s, "flags");
	unsigned field, row;
	int used;

	rq.reason = screen_form_value(s, "reason");
	rq.note = screen_form_value(s, "note");
	rq.flags.v = flag;
	while (rq.flags.n < 40 && sscanf(p, "%u.%u%n", &field, &row, &used) == 2) {
		flag[rq.flags.n++] = (struct w_flag){ .field = field, .row = row };
		p += used;
	}
	s->busy = app_ask(s->app, s, OP_dossier_fire, &rq, reason_fired);
}

const struct screen_code code_reason = { .open = reason_open, .submit = reason_submit };

/* ---- a gate: the shipped form `gate`, sent as one operation ---- */

static void gate_form(struct screen *s, struct form *form)
{
	struct check_env env = { .today = s->app->today };
	const struct screen *dossier = s->args.data;
	const struct rp_dossier_show *rp = dossier->rp;

	s->busy = false;
	s->fill = calloc(1, sizeof(*s->fill));
	if (s->fill == NULL)
		return;
	fill_open(s->fill, form, &env);
	if (strcmp(s->app->last_form, "gate") == 0)
		fill_carry(s->fill, &s->app->last);
	fill_first(s->fill);
	s->page.title = screen_text(s, "Catat gerbang %s", rp->line.number != NULL ? rp->line.number : "");
	screen_built(s);
	app_replay(s->app);
}

static void gate_open(struct screen *s)
{
	data_form_want(s, "gate", NULL, gate_form);
}

static void gate_answered(struct screen *s, const struct call_answer *a)
{
	struct screen *below = s->below;
	struct app *app = s->app;

	s->busy = false;
	if (!a->done) {
		screen_form_blame(s, a->findings);
		app_say_refused(app, a);
		return;
	}
	screen_pop(app);
	screen_load(below);
	app_say(app, GRID_NORMAL, "Hasil dicatat.");
}

static void gate_submit(struct screen *s)
{
	struct rq_gate_record rq = { .dossier = s->args.id, .gate = screen_form_value(s, "gate"), .state = screen_form_value(s, "state"),
		.on_date = screen_form_value(s, "on_date"), .ref = screen_form_value(s, "ref"), .note = screen_form_value(s, "note") };

	s->busy = app_ask(s->app, s, OP_gate_record, &rq, gate_answered);
}

const struct screen_code code_gate = { .open = gate_open, .submit = gate_submit };

/* ---- tanda terima ---- */

static void receipt_request(struct screen *s, void *rq)
{
	struct rq_receipt_show *q = rq;

	q->dossier = s->args.id;
}

static void receipt_build(struct screen *s)
{
	const struct rp_receipt_show *rp = s->rp;
	const char *p = rp->text != NULL ? rp->text : "";

	while (p[0] != 0) {
		size_t n = strcspn(p, "\n");

		page_add(&s->page, BLOCK_FIXED, NULL, arena_strndup(&s->page_arena, p, n > 0 && p[n - 1] == '\r' ? n - 1 : n));
		p += p[n] != 0 ? n + 1 : n;
	}
	s->page.legend = "Cetak ulang kapan saja: ssh KANTOR berkas NOMOR.";
}

static bool receipt_act(struct screen *s, enum action a)
{
	if (a != ACT_open)
		return false;
	screen_pop(s->app);
	return true;
}

const struct screen_code code_receipt = { .request = receipt_request, .build = receipt_build, .act = receipt_act };
