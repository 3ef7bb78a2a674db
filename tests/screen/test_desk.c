/* What the desk keeps, and what it says when something other than its person acts: settings, the channel of new dossiers, lines on a
 * terminal that echoes nothing. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "line.h"
#include "player.h"
#include "screen.h"

static void assert_shown(struct player *p, const char *want, bool there)
{
	char *text = player_text(p);

	if ((strstr(text, want) != NULL) != there)
		fail_msg("%s \"%s\" in:\n%s", there ? "wanted" : "did not want", want, text);
	free(text);
}

/* Sabotage run: settings_submit() does not send; setting_at() with two names changed. */
static void test_settings_kept(void **state)
{
	struct player p;
	unsigned n;

	(void)state;
	player_open(&p, 24, 80, "operator", false);
	assert_true(app_colour(p.app));
	player_keys(&p, "10{Enter}2{F2}");
	assert_string_equal(fake_setting(p.store, &n), "palette=mono");
	assert_int_equal(n, 1);                      /* what was not changed is not sent */
	assert_false(app_colour(p.app));
	player_keys(&p, "10{Enter}{F2}");
	fake_setting(p.store, &n);
	assert_int_equal(n, 1);
	player_keys(&p, "10{Enter}{Tab}{Tab}2{F2}");
	assert_string_equal(fake_setting(p.store, &n), "bell=0");
	app_ring(p.app);
	assert_false(app_bell(p.app));
	assert_false(app_wants_lines(p.app));
	player_keys(&p, "10{Enter}{Tab}{Tab}{Tab}1{Enter}{F2}");
	assert_string_equal(fake_setting(p.store, &n), "plain=1");
	assert_true(app_wants_lines(p.app));
	app_lines(p.app);
	assert_false(app_wants_lines(p.app));
	player_close(&p);
}

static void test_settings_refused(void **state)
{
	struct player p;

	(void)state;
	player_open(&p, 24, 80, "operator", false);
	fake_refuse(p.store, OP_setting_put, FIND_read_only, NULL);
	player_keys(&p, "10{Enter}2{F2}");
	assert_int_equal(p.app->top->row->id, SCREEN_settings);
	assert_shown(&p, "hanya dapat membaca", true);
	assert_true(app_colour(p.app));              /* what is not kept does not hold */
	player_close(&p);
}

/* What a login hands over holds from its first screen on. */
static void test_settings_read(void **state)
{
	struct player p;

	(void)state;
	player_open(&p, 24, 80, "operator", false);
	settings_read(p.app, "palette=mono;step_on=0;bell=0;plain=1", "en");
	assert_false(app_colour(p.app) || p.app->step_on || p.app->bell_on);
	assert_true(app_wants_lines(p.app));
	assert_string_equal(p.app->language, "en");
	settings_read(p.app, "xstep_on=0;plain=10", NULL);
	assert_true(app_colour(p.app) && p.app->step_on && p.app->bell_on && !app_wants_lines(p.app));
	assert_string_equal(p.app->language, "id");
	player_close(&p);
}

static void send_new(struct player *p)
{
	struct screen *s = p->app->top;

	assert_int_equal(s->row->id, SCREEN_fill);
	s->row->code->submit(s);
	fake_pump(p->store, p->app, false);
	assert_int_equal(p->app->top->row->id, SCREEN_receipt);
	player_keys(p, "{F3}");
}

/* Sabotage: submit_now() sends "LOKET"; or app->channel for every dossier, so that a returned one changes its channel. */
static void test_channel(void **state)
{
	struct player p;

	(void)state;
	player_open(&p, 24, 80, "operator", false);
	player_keys(&p, "1{Enter}Jl. Melati 7{Enter}");
	send_new(&p);
	assert_string_equal(fake_channel(p.store), "LOKET");
	player_keys(&p, "1{Enter}Jl. Melati 7{Enter}{F10}j3{Enter}");
	assert_shown(&p, "Jalur masuk: daftar RT/RW", true);
	send_new(&p);
	assert_string_equal(fake_channel(p.store), "RT_RW");
	player_keys(&p, "1{Enter}Jl. Melati 8{Enter}");
	send_new(&p);
	assert_string_equal(fake_channel(p.store), "RT_RW");       /* until it is changed */
	fill_start(p.app, "new", &(struct screen_args){ .more = "90" });
	fake_pump(p.store, p.app, false);
	assert_false(screen_valid(p.app->top, ACT_channel));
	send_new(&p);
	assert_string_equal(fake_channel(p.store), "");
	player_close(&p);
}

static const char *said(struct player *p, struct line *l, struct buf *out, const char *bytes)
{
	buf_reset(out);
	line_input(l, bytes, strlen(bytes));
	for (int i = 0; i < 6; i++) {
		fake_pump(p->store, p->app, false);
		line_step(l);
	}
	buf_put(out, line_output(l)->data, line_output(l)->len);
	buf_drop(line_output(l), line_output(l)->len);
	return buf_str(out);
}

/* Lines on a terminal in raw mode. Sabotage: typed_put() without secret(); typed_back() leaves the line as it is. */
static void test_line_echo(void **state)
{
	struct player p;
	struct line *l;
	struct buf out;

	(void)state;
	player_open(&p, 24, 80, "operator", true);
	l = line_new(p.app, true);
	buf_init(&out, 0);
	said(&p, l, &out, "");
	assert_string_equal(said(&p, l, &out, "12"), "12");
	assert_string_equal(said(&p, l, &out, "\x7f"), "\b \b");
	assert_non_null(strstr(said(&p, l, &out, "\r\n"), "Alamat *:"));
	assert_string_equal(said(&p, l, &out, "Jl. M\xc3"), "Jl. M");
	assert_string_equal(said(&p, l, &out, "\xa9"), "\xc3\xa9");
	assert_string_equal(said(&p, l, &out, "\x1b[A\x1bOP\x1b[15~"), "");      /* keys that lines do not have */
	assert_string_equal(said(&p, l, &out, "\x80\x9b" "1"), "1");             /* nothing raw comes back */
	said(&p, l, &out, "\x15\x15");
	assert_non_null(strstr(said(&p, l, &out, "Jl. Melati 7\r"), "RT *:"));
	assert_string_equal(filling_get(&p.app->top->fill->answers, 101, 0), "Jl. Melati 7");
	line_free(l);
	player_close(&p);
	/* a password is not shown */
	player_open(&p, 24, 80, "operator", true);
	l = line_new(p.app, true);
	screen_push(p.app, SCREEN_password, NULL);
	said(&p, l, &out, "");
	assert_string_equal(said(&p, l, &out, "rahasia\x7f"), "");
	assert_null(strstr(said(&p, l, &out, "\r"), "rahasi"));
	assert_string_equal(screen_form_value(p.app->top, "secret_old"), "rahasi");
	buf_clear(&out);
	line_free(l);
	player_close(&p);
}

/* Somebody else acts: the desk says so in its last words, and nothing of anybody stays on the screen. Sabotage: on_event() without
 * app->over; paint_screen() goes on painting the screen below. */
static void test_ended_from_outside(void **state)
{
	static const struct { enum wire_event event; const char *text, *want; } ends[] = {
		{ EVENT_TAKEN_OVER, "10.0.0.7", "Akun ini masuk di tempat lain: 10.0.0.7. Sesi ini berakhir; draf Anda tersimpan." },
		{ EVENT_REVOKED, NULL, "Akun ini dinonaktifkan. Sesi berakhir." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		for (int cols = 40; cols <= 80; cols += 40) {
			struct player p;
			char *text, *at;

			player_open(&p, cols == 40 ? 15 : 24, cols, "operator", false);
			player_keys(&p, "1{Enter}Jl. Melati 7{Enter}");
			fake_event(p.store, p.app, ends[i].event, 0, ends[i].text);
			assert_true(app_over(p.app));
			text = player_text(&p);
			assert_null(strstr(text, "Melati"));
			assert_null(strstr(text, "Sari"));
			at = strstr(text, "Akun ini");
			assert_non_null(at);
			assert_int_equal(app_grid(p.app)->cuts, 0);
			assert_string_equal(app_message(p.app), ends[i].want);
			player_keys(&p, "x{Enter}");         /* and takes nothing any more */
			free(text);
			player_close(&p);
		}
	}
}

static void test_draft_taken(void **state)
{
	struct player p;

	(void)state;
	player_open(&p, 24, 80, "operator", false);
	player_keys(&p, "1{Enter}Jl. Melati 7{Enter}");
	fake_event(p.store, p.app, EVENT_DRAFT_TAKEN, p.app->top->args.number, NULL);
	assert_false(app_over(p.app));
	player_keys(&p, "003");
	assert_string_equal(filling_get(&p.app->top->fill->answers, 102, 0), "");
	assert_shown(&p, "Hanya dapat dibaca", true);
	player_close(&p);
}

/* The store hangs: nothing comes, but nothing is closed either. Sabotage: busy_cancel() without asks_forget(): the late answer builds
 * the screen anew; app_key() without busy_leave(): no way out. */
static void test_store_hangs(void **state)
{
	struct player p;
	unsigned serial;

	(void)state;
	/* keys typed meanwhile are kept, the wait is shown, and all of it goes on when the answer comes */
	player_open(&p, 24, 80, "operator", false);
	player_keys(&p, "{hold}1{Enter}Jl. Melati 7{Enter}{wait 600}");
	assert_shown(&p, "menunggu... 13 ketikan menyusul.", true);
	player_keys(&p, "{wait 5000}");
	assert_shown(&p, "Esc membatalkan, F10 dua kali keluar.", true);
	player_keys(&p, "{go}");
	assert_string_equal(filling_get(&p.app->top->fill->answers, 101, 0), "Jl. Melati 7");
	/* an open form takes keys while its save hangs */
	player_keys(&p, "{hold}003{wait 6000}001{wait 60000}Krajan");
	assert_shown(&p, "Krajan", true);
	player_keys(&p, "{go}");
	player_close(&p);
	/* reading is given up: a new screen goes, one that stood stays as it was, and the late answer changes nothing */
	player_open(&p, 24, 80, "operator", false);
	player_keys(&p, "{hold}8{Enter}{wait 600}");
	assert_shown(&p, "menunggu...", true);
	player_keys(&p, "{Esc}");
	assert_int_equal(p.app->top->row->id, SCREEN_home);
	assert_shown(&p, "Dibatalkan.", true);
	player_keys(&p, "{F5}{wait 600}{Esc}");
	assert_false(p.app->top->busy);
	assert_shown(&p, "1  Keluarga baru", true);
	serial = p.app->top->serial;
	player_keys(&p, "{go}");
	assert_int_equal(p.app->top->row->id, SCREEN_home);
	assert_int_equal(p.app->top->serial, serial);
	player_keys(&p, "8{Enter}");
	assert_int_equal(p.app->top->row->id, SCREEN_recap);
	player_close(&p);
	/* a form that never opens is left; what was sent is not */
	player_open(&p, 24, 80, "operator", false);
	player_keys(&p, "{hold}1{Enter}{wait 600}{Esc}");
	assert_int_equal(p.app->top->row->id, SCREEN_home);
	player_keys(&p, "{go}");
	assert_int_equal(p.app->top->row->id, SCREEN_home);
	player_keys(&p, "9{Enter}lama{Enter}kunci pintu depan{Enter}kunci pintu depan{hold}{Enter}{wait 600}{Esc}");
	assert_int_equal(p.app->top->row->id, SCREEN_password);
	assert_shown(&p, "jawaban server ditunggu", true);
	player_keys(&p, "{F10}");
	assert_shown(&p, "F10 sekali lagi: keluar", true);
	assert_false(app_over(p.app));
	player_keys(&p, "{F10}");
	assert_true(app_over(p.app));
	assert_non_null(strstr(app_message(p.app), "Sesi berakhir sebelum server menjawab"));
	player_close(&p);
}

/* Ten minutes without a line: the password again, and then the same question. Sabotage: app_tick() does not lock in line mode. */
static void test_line_lock(void **state)
{
	struct player p;
	struct line *l;
	struct buf out;

	(void)state;
	player_open(&p, 24, 80, "operator", true);
	l = line_new(p.app, false);
	buf_init(&out, 0);
	said(&p, l, &out, "");
	assert_non_null(strstr(said(&p, l, &out, "1\n"), "Alamat *:"));
	player_keys(&p, "{wait 600000}");
	assert_non_null(strstr(said(&p, l, &out, ""), "Sandi *:"));
	assert_non_null(strstr(said(&p, l, &out, "salah\n"), "Sandi salah."));
	assert_int_equal(p.app->top->row->id, SCREEN_lock);
	assert_null(strstr(said(&p, l, &out, "<\n"), "Alamat"));
	assert_null(strstr(said(&p, l, &out, "batal\n"), "Alamat"));
	assert_non_null(strstr(said(&p, l, &out, "benar\n"), "Alamat *:"));
	assert_non_null(strstr(said(&p, l, &out, "Jl. Melati 7\n"), "RT *:"));
	player_keys(&p, "{wait 600000}");
	said(&p, l, &out, "");
	said(&p, l, &out, "keluar\n");
	assert_true(app_over(p.app));
	buf_clear(&out);
	line_free(l);
	player_close(&p);
}

/* Who has the whole office finalises all of it. Sabotage run: finalise_build() without the grants of area 0. */
static void test_finalise_all(void **state)
{
	struct player p;

	(void)state;
	player_open(&p, 24, 80, "supervisor", false);
	player_keys(&p, "5{Enter}f{F2}");
	assert_int_equal(p.app->top->row->id, SCREEN_preview);
	assert_int_equal(fake_previewed(p.store), 1);
	player_close(&p);
	player_open(&p, 24, 80, "office_head", false);
	player_keys(&p, "3{Enter}f");
	assert_shown(&p, "Seluruh wilayah kantor", true);
	player_keys(&p, "{F2}");
	assert_int_equal(p.app->top->row->id, SCREEN_preview);
	assert_int_equal(fake_previewed(p.store), 0);
	player_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_settings_kept), cmocka_unit_test(test_settings_refused), cmocka_unit_test(test_settings_read),
		cmocka_unit_test(test_channel), cmocka_unit_test(test_line_echo),
		cmocka_unit_test(test_ended_from_outside), cmocka_unit_test(test_draft_taken), cmocka_unit_test(test_store_hangs),
		cmocka_unit_test(test_line_lock), cmocka_unit_test(test_finalise_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
