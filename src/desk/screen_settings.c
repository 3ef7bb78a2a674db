/* screen_settings.c - settings of the account, kept in the store; and the channel that dossiers of this sitting come in by. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "screen.h"

static const char settings_form[] =
	"form pengaturan 1 {\n title id \"Pengaturan\"\n}\n"
	"choices warna {\n 1 \"berwarna\"\n 2 \"hitam putih\"\n}\n"
	"choices ya {\n 1 \"ya\"\n 2 \"tidak\"\n}\n"
	"section 1 atur {\n label id \"Pengaturan\"\n}\n"
	"field 2 palette one {\n label id \"Warna\"\n help id \"Hitam putih untuk layar tanpa warna, atau bila warnanya sulit dibaca.\"\n choices from warna\n required\n}\n"
	"field 3 step_on one {\n label id \"Maju sendiri\"\n help id \"Isian yang penuh (NIK, tanggal, kode satu angka) maju tanpa Enter.\"\n choices from ya\n required\n}\n"
	"field 4 bell one {\n label id \"Bunyi\"\n help id \"Satu bunyi bila ketikan ditolak.\"\n choices from ya\n required\n}\n"
	"field 5 plain one {\n label id \"Tanya jawab\"\n help id \"Satu pertanyaan satu baris, tanpa kotak: untuk pembaca layar dan jaringan yang sangat lambat.\"\n choices from ya\n required\n}\n";

/* on, off: what is kept in the store for the first and the second choice. */
static const struct setting { const char *name, *on, *off; } setting_table[] = {
	{ "palette", "full", "mono" }, { "step_on", "1", "0" }, { "bell", "1", "0" }, { "plain", "1", "0" },
};

static bool *setting_at(struct app *app, size_t i)
{
	bool *const at[] = { &app->colour, &app->step_on, &app->bell_on, &app->plain_next };

	return at[i];
}

/* "name=value;name=value" */
static bool setting_get(const char *settings, const char *name, char value[24])
{
	size_t n = strlen(name);

	for (const char *p = settings != NULL ? settings : ""; *p != 0; p += strcspn(p, ";"), p += *p == ';') {
		if (strncmp(p, name, n) != 0 || p[n] != '=')
			continue;
		snprintf(value, 24, "%.*s", (int)strcspn(p + n + 1, ";"), p + n + 1);
		return true;
	}
	return false;
}

void settings_read(struct app *app, const char *settings, const char *language)
{
	char value[24];

	app->colour = app->step_on = app->bell_on = true;
	app->plain_next = false;
	for (size_t i = 0; i < sizeof(setting_table) / sizeof(setting_table[0]); i++)
		if (setting_get(settings, setting_table[i].name, value))
			*setting_at(app, i) = strcmp(value, setting_table[i].on) == 0;
	snprintf(app->language, sizeof(app->language), "%s", language != NULL && language[0] != 0 ? language : "id");
}

static void settings_open(struct screen *s)
{
	screen_form_builtin(s, settings_form);
	for (size_t i = 0; i < sizeof(setting_table) / sizeof(setting_table[0]); i++)
		screen_form_set(s, setting_table[i].name, *setting_at(s->app, i) ? "1" : "2");
}

/* What was asked for: it holds when the store has kept all of it. */
struct settings_state { size_t waiting; bool refused; bool on[sizeof(setting_table) / sizeof(setting_table[0])]; };

/* Open forms step on by themselves from now on, or no longer do. */
static void settings_done(struct screen *s)
{
	struct app *app = s->app;
	const struct settings_state *st = screen_state(s, sizeof(*st));
	bool leaves_lines;

	for (size_t i = 0; i < sizeof(setting_table) / sizeof(setting_table[0]); i++)
		*setting_at(app, i) = st->on[i];
	leaves_lines = !app->plain_next && app->config.plain;
	for (struct screen *b = s->below; b != NULL; b = b->below)
		if (b->row->id == SCREEN_fill && b->fill != NULL)
			b->fill->step_on = app->step_on;
	screen_pop(app);
	if (app->top->row->id == SCREEN_home)
		screen_load(app->top);
	app_say(app, GRID_NORMAL, leaves_lines ? "Tersimpan. Layar penuh dipakai mulai masuk berikutnya." : "Pengaturan tersimpan.");
}

static void setting_kept(struct screen *s, const struct call_answer *a)
{
	struct settings_state *st = screen_state(s, sizeof(*st));

	if (!a->done && !st->refused) {
		st->refused = true;
		app_say_refused(s->app, a);
	}
	if (--st->waiting > 0)
		return;
	s->busy = false;
	if (!st->refused)
		settings_done(s);
	st->refused = false;
}

static void setting_send(struct screen *s, const char *name, const char *value)
{
	struct rq_setting_put rq = { .name = name, .value = value };
	struct settings_state *st = screen_state(s, sizeof(*st));

	if (app_ask(s->app, s, OP_setting_put, &rq, setting_kept))
		st->waiting++;
}

static void settings_submit(struct screen *s)
{
	struct app *app = s->app;
	struct settings_state *st = screen_state(s, sizeof(*st));

	st->waiting = 0;
	for (size_t i = 0; i < sizeof(setting_table) / sizeof(setting_table[0]); i++) {
		const struct setting *t = &setting_table[i];

		st->on[i] = strcmp(screen_form_value(s, t->name), "1") == 0;
		if (st->on[i] != *setting_at(app, i))
			setting_send(s, t->name, st->on[i] ? t->on : t->off);
	}
	s->busy = st->waiting > 0;
	if (!s->busy)
		settings_done(s);
}

const struct screen_code code_settings = { .open = settings_open, .submit = settings_submit };

bool app_colour(const struct app *app)
{
	return app->colour;
}

bool app_wants_lines(const struct app *app)
{
	return app->plain_next && !app->config.plain && app->account != 0;
}

void app_lines(struct app *app)
{
	app->config.plain = true;
	if (app->top != NULL)
		app->top->serial++;
	app->dirty = true;
}

/* ---- the channel ---- */

static const char channel_form[] =
	"form jalur 1 {\n title id \"Jalur masuk\"\n}\n"
	"section 1 jalur {\n label id \"Jalur masuk\"\n}\n"
	"field 1 channel one {\n label id \"Jalur masuk\"\n help id \"Dari mana berkas ini datang. Dipakai untuk berkas baru berikutnya juga, sampai Anda menggantinya.\"\n choices from jalur\n required\n}\n";

static void channel_lists(struct screen *s)
{
	s->busy = false;
	screen_form_builtin(s, channel_form);
	screen_form_set(s, "channel", s->app->channel);
	app_replay(s->app);
}

static void channel_open(struct screen *s)
{
	data_list_want(s, "jalur", channel_lists);
}

static void channel_submit(struct screen *s)
{
	struct app *app = s->app;

	snprintf(app->channel, sizeof(app->channel), "%s", screen_form_value(s, "channel"));
	screen_pop(app);
	app_say(app, GRID_NORMAL, "Jalur masuk: %s.", data_label(app->top, app->channel));
}

const struct screen_code code_channel = { .open = channel_open, .submit = channel_submit };
