/* screen_journal.c - the journal as the auditor reads it: of a household, dossier or person at hand, or asked for by account and days. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "screen.h"

/* args: name and id say what it is about; or text is an account's name, and more two days "YYYY-MM-DD YYYY-MM-DD", "-" none. */
struct journal_state { char from[12], to[12]; };

static struct journal_state *jstate(struct screen *s)
{
	struct journal_state *st = screen_state(s, sizeof(*st));

	if (st->from[0] == 0 && st->to[0] == 0 && s->args.more != NULL && sscanf(s->args.more, "%11s %11s", st->from, st->to) != 2)
		*st = (struct journal_state){ "-", "-" };
	return st;
}

static void journal_request(struct screen *s, void *rq)
{
	struct rq_journal_list *q = rq;
	const char *what = s->args.name != NULL ? s->args.name : "";
	struct journal_state *st = jstate(s);

	if (strcmp(what, "household") == 0)
		q->household = s->args.id;
	else if (strcmp(what, "dossier") == 0)
		q->dossier = s->args.id;
	else if (strcmp(what, "person") == 0)
		q->person = s->args.id;
	q->account_name = s->args.text;
	q->from_on = st->from[0] != '-' ? st->from : NULL;
	q->to_on = st->to[0] != '-' ? st->to : NULL;
	q->limit = 200;
	if (s->nafter > 0)
		q->after = s->after[s->nafter - 1];
}

static void journal_build(struct screen *s)
{
	const struct rp_journal_list *rp = s->rp;
	const char *what = s->args.name != NULL ? s->args.name : "";
	struct journal_state *st = jstate(s);
	char from[40], to[40];

	if (what[0] != 0) {
		s->page.title = strcmp(what, "household") == 0 ? "Siapa melihat dan mengubah keluarga ini"
			: strcmp(what, "dossier") == 0 ? "Siapa melihat dan mengubah berkas ini" : "Siapa melihat dan mengubah orang ini";
	} else {
		word_date(from, st->from[0] != '-' ? st->from : "");
		word_date(to, st->to[0] != '-' ? st->to : "");
		s->page.title = screen_text(s, "Jejak %s%s%s%s%s", s->args.text != NULL && s->args.text[0] != 0 ? s->args.text : "semua akun",
		                            from[0] != 0 ? " sejak " : "", from, to[0] != 0 ? " sampai " : "", to);
	}
	if (rp->total > 0)
		s->page.aside = screen_text(s, "%llu catatan", (unsigned long long)rp->total);
}

const struct screen_code code_journal = { .request = journal_request, .build = journal_build };

static const char look_up_form[] =
	"form jejak 1 {\n title id \"Siapa melihat dan mengubah\"\n}\n"
	"section 1 cari {\n label id \"Cari\"\n}\n"
	"field 1 who text {\n label id \"NIK, no. KK atau nama\"\n help id \"Keluarga yang diperiksa jejaknya. Kosong: jejak suatu akun atau semua akun.\"\n max 100\n}\n"
	"field 2 account text {\n label id \"Nama akun\"\n help id \"Akun yang diperiksa, seperti dipakai untuk masuk. Kosong: semua akun.\"\n max 64\n relevant \"${who} = ''\"\n}\n"
	"field 3 from_on date {\n label id \"Sejak tanggal\"\n help id \"Hari pertama yang diperiksa. Kosong: sejak awal.\"\n relevant \"${who} = ''\"\n}\n"
	"field 4 to_on date {\n label id \"Sampai tanggal\"\n help id \"Hari terakhir yang diperiksa. Kosong: sampai sekarang.\"\n relevant \"${who} = ''\"\n"
	" constraint \"${from_on} = '' or . = '' or . >= ${from_on}\"\n message id \"Lebih awal daripada tanggal pertama.\"\n}\n";

static void look_up_submit(struct screen *s)
{
	char text[256], account[70], days[32];
	const char *from = screen_form_value(s, "from_on"), *to = screen_form_value(s, "to_on");
	struct app *app = s->app;

	snprintf(text, sizeof(text), "%s", screen_form_value(s, "who"));
	snprintf(account, sizeof(account), "%s", screen_form_value(s, "account"));
	snprintf(days, sizeof(days), "%s %s", from[0] != 0 ? from : "-", to[0] != 0 ? to : "-");
	if (text[0] == 0 && account[0] == 0 && from[0] == 0 && to[0] == 0) {
		app_say(app, GRID_ERROR, "Isi keluarga, akun, atau tanggalnya.");
		app_ring(app);
		fill_first(s->fill);
		return;
	}
	if (text[0] == 0) {
		screen_push(app, SCREEN_journal, &(struct screen_args){ .text = account, .more = days });
		return;
	}
	screen_pop(app);
	find_start(app, text, "journal", 0);
}

const struct screen_code code_look_up = { .form = look_up_form, .submit = look_up_submit };
