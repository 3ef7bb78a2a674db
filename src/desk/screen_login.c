/* screen_login.c - login on a local terminal, the lock, and the change of password. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "random.h"
#include "screen.h"

const struct screen_code code_none = { 0 };

static const char login_form[] =
	"form login 1 {\n title id \"Masuk\"\n}\n"
	"section 1 masuk {\n label id \"Masuk\"\n}\n"
	"field 1 account text {\n label id \"Nama akun\"\n help id \"Nama akun Anda, seperti yang diberikan pengelola.\"\n max 64\n required\n}\n"
	"field 2 secret text {\n label id \"Sandi atau kode\"\n help id \"Sandi Anda; pada akun baru, kode sekali pakai dari pengelola.\"\n max 512\n required\n}\n";

static void hello_said(struct screen *s, const struct call_answer *a)
{
	const struct rp_hello *rp = a->rp;

	if (!a->done) {
		app_say_refused(s->app, a);
		return;
	}
	s->app->zone_minutes = (int)rp->zone_minutes;
	if (rp->office != NULL)
		snprintf(s->app->office, sizeof(s->app->office), "%s", rp->office);
	if (rp->office != NULL)
		page_add(&s->page, BLOCK_TEXT, NULL, screen_text(s, "%s", rp->office))->attr = GRID_BOLD;
	for (size_t i = 0; i < rp->notices.n; i++)
		if (rp->notices.v[i].text != NULL)
			page_add(&s->page, BLOCK_TEXT, NULL, screen_text(s, "%s", rp->notices.v[i].text));
	screen_built(s);
}

static void login_open(struct screen *s)
{
	struct rq_hello rq = { .version = WIRE_VERSION, .program = "balai", .peer = s->app->config.peer };

	screen_form_builtin(s, login_form);
	app_ask(s->app, s, OP_hello, &rq, hello_said);
}

static void login_wrong(struct screen *s, const struct call_answer *a)
{
	s->busy = false;
	screen_form_set(s, "secret", "");
	fill_go_number(s->fill, 2, 0);
	app_say_refused(s->app, a);
}

static void login_answered(struct screen *s, const struct call_answer *a)
{
	if (!a->done) {
		login_wrong(s, a);
		return;
	}
	app_login_done(s->app, a->rp);          /* this screen is gone afterwards */
}

static void login_begun(struct screen *s, const struct call_answer *a)
{
	struct rq_login_answer rq = { .secret = screen_form_value(s, "secret") };

	if (!a->done) {
		login_wrong(s, a);
		return;
	}
	s->busy = app_ask(s->app, s, OP_login_answer, &rq, login_answered);
}

static void login_submit(struct screen *s)
{
	struct rq_login_begin rq = { .account = screen_form_value(s, "account") };

	s->busy = app_ask(s->app, s, OP_login_begin, &rq, login_begun);
}

static void login_back(struct screen *s)
{
	s->app->over = true;
}

const struct screen_code code_login = { .open = login_open, .submit = login_submit, .back = login_back };

/* ---- the lock ---- */

static const char lock_form[] =
	"form lock 1 {\n title id \"Terkunci\"\n}\n"
	"section 1 kunci {\n label id \"Terkunci\"\n}\n"
	"field 1 secret text {\n label id \"Sandi\"\n help id \"Ketik sandi Anda untuk melanjutkan. Draf tersimpan.\"\n max 512\n required\n}\n";

static void lock_open(struct screen *s)
{
	screen_form_builtin(s, lock_form);
	page_add(&s->page, BLOCK_TEXT, NULL, "Layar dikunci karena 10 menit tanpa ketikan. Pekerjaan Anda tersimpan dan tetap terbuka.");
}

static void lock_answered(struct screen *s, const struct call_answer *a)
{
	const struct rp_password_check *rp = a->rp;

	s->busy = false;
	if (a->done && rp->ok) {
		s->app->locked = false;
		screen_pop(s->app);
		return;
	}
	screen_form_set(s, "secret", "");
	if (a->done)
		app_say(s->app, GRID_ERROR, "Sandi salah.");
	else
		app_say_refused(s->app, a);
	app_ring(s->app);
}

static void lock_submit(struct screen *s)
{
	struct rq_password_check rq = { .secret = screen_form_value(s, "secret") };

	s->busy = app_ask(s->app, s, OP_password_check, &rq, lock_answered);
}

static void lock_back(struct screen *s)
{
	(void)s;                                /* Esc does not unlock; F3 leaves */
}

static bool lock_act(struct screen *s, enum action a)
{
	if (a != ACT_leave)
		return false;
	app_leave(s->app);
	return true;
}

const struct screen_code code_lock = { .open = lock_open, .submit = lock_submit, .back = lock_back, .act = lock_act };

/* ---- change of password ---- */

static const char password_form[] =
	"form password 1 {\n title id \"Ganti sandi\"\n}\n"
	"section 1 sandi {\n label id \"Ganti sandi\"\n}\n"
	"field 1 secret_old text {\n label id \"Sandi sekarang\"\n help id \"Sandi yang Anda pakai sekarang.\"\n max 512\n required\n}\n"
	"field 2 secret_new text {\n label id \"Sandi baru\"\n help id \"Paling sedikit 12 huruf. Beberapa kata yang mudah Anda ingat lebih baik daripada satu kata sulit.\"\n max 512\n required\n}\n"
	"field 3 secret_again text {\n label id \"Sandi baru, sekali lagi\"\n help id \"Ketik sandi baru sekali lagi.\"\n max 512\n required\n"
	" constraint \". = ${secret_new}\"\n message id \"Tidak sama dengan sandi baru di atas.\"\n}\n";
static const char password_first_form[] =
	"form password_first 1 {\n title id \"Tentukan sandi\"\n}\n"
	"section 1 sandi {\n label id \"Tentukan sandi\"\n}\n"
	"field 2 secret_new text {\n label id \"Sandi baru\"\n help id \"Paling sedikit 12 huruf. Beberapa kata yang mudah Anda ingat lebih baik daripada satu kata sulit.\"\n max 512\n required\n}\n"
	"field 3 secret_again text {\n label id \"Sandi baru, sekali lagi\"\n help id \"Ketik sandi baru sekali lagi.\"\n max 512\n required\n"
	" constraint \". = ${secret_new}\"\n message id \"Tidak sama dengan sandi baru di atas.\"\n}\n";

static void password_open(struct screen *s)
{
	screen_form_builtin(s, s->app->must_change ? password_first_form : password_form);
	if (s->app->must_change)
		page_add(&s->page, BLOCK_TEXT, NULL, "Kode sekali pakai sudah dipakai. Tentukan sandi Anda sendiri; jangan beritahukan kepada siapa pun.");
}

static void password_answered(struct screen *s, const struct call_answer *a)
{
	struct app *app = s->app;

	s->busy = false;
	if (!a->done) {
		app_say_refused(app, a);
		return;
	}
	app->must_change = false;
	screen_pop(app);
	app_say(app, GRID_NORMAL, "Sandi sudah diganti.");
	if (app->top->row->id == SCREEN_home)
		screen_load(app->top);
}

static void password_submit(struct screen *s)
{
	struct rq_password_change rq = { .old = screen_form_value(s, "secret_old"), .new = screen_form_value(s, "secret_new") };

	s->busy = app_ask(s->app, s, OP_password_change, &rq, password_answered);
}

static void password_back(struct screen *s)
{
	if (s->app->must_change)
		app_leave(s->app);
	else
		screen_pop(s->app);
}

const struct screen_code code_password = { .open = password_open, .submit = password_submit, .back = password_back };
