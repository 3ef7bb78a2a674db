/* player.c - see player.h. */
#include "config.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "player.h"

static const struct { const char *name; enum key_code code; } names[] = {
	{ "Enter", KEY_ENTER_ }, { "Tab", KEY_TAB_ }, { "Backtab", KEY_BACKTAB_ }, { "Esc", KEY_CANCEL_ }, { "Up", KEY_UP_ }, { "Down", KEY_DOWN_ },
	{ "Left", KEY_LEFT_ }, { "Right", KEY_RIGHT_ }, { "Home", KEY_HOME_ }, { "End", KEY_END_ }, { "PgUp", KEY_PAGEUP_ }, { "PgDn", KEY_PAGEDOWN_ },
	{ "Del", KEY_DELETE_ }, { "Back", KEY_BACKSPACE_ }, { "Undo", KEY_UNDO_ }, { "F1", KEY_F1_ }, { "F2", KEY_F2_ }, { "F3", KEY_F3_ }, { "F4", KEY_F4_ },
	{ "F5", KEY_F5_ }, { "F6", KEY_F6_ }, { "F7", KEY_F7_ }, { "F8", KEY_F8_ }, { "F9", KEY_F9_ }, { "F10", KEY_F10_ }, { "Kill", KEY_KILL_LINE_ },
};

void player_open(struct player *p, int rows, int cols, const char *role, bool plain)
{
	char dir[400];
	const char *src = getenv("SRCDIR");
	struct app_config config = { .rows = rows, .cols = cols, .peer = "10.0.0.9", .account = strcmp(role, "none") == 0 ? NULL : "sari", .plain = plain };

	snprintf(dir, sizeof(dir), "%s/forms", src != NULL ? src : ".");
	clock_fix(1780967520000LL);              /* 9 June 2026, 08:12 in Jakarta */
	*p = (struct player){ .store = fake_new(dir) };
	p->app = app_new(&config);
	assert(p->app != NULL);
	fake_role(p->store, role);
	if (strcmp(role, "none") == 0)
		app_start(p->app, NULL);
	else
		fake_login(p->app, role);
	fake_pump(p->store, p->app, false);
}

void player_close(struct player *p)
{
	app_free(p->app);
	fake_free(p->store);
	clock_free();
}

static void press(struct player *p, struct key k)
{
	app_key(p->app, &k);
	p->keys++;
	fake_pump(p->store, p->app, p->held);
}

void player_keys(struct player *p, const char *s)
{
	while (*s != 0) {
		char word[40];
		size_t n = 0;

		if (*s == '\n') {
			s++;
			continue;
		}
		if (s[0] != '{' || s[1] == '{') {
			unsigned char c = (unsigned char)*s;
			uint32_t ch = c;
			int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;

			if (more > 0) {
				ch = c & (0x3f >> more);
				for (int i = 1; i <= more; i++)
					ch = ch << 6 | ((unsigned char)s[i] & 0x3f);
			}
			s += s[0] == '{' ? 2 : 1 + more;
			press(p, (struct key){ .code = KEY_TEXT, .ch = ch, .burst = 1 });
			p->chars++;
			continue;
		}
		for (s++; *s != 0 && *s != '}' && n + 1 < sizeof(word); s++)
			word[n++] = *s;
		word[n] = 0;
		if (*s == '}')
			s++;
		if (strncmp(word, "wait ", 5) == 0) {
			clock_step(atoi(word + 5));
			app_tick(p->app, clock_mono_ms());
			fake_pump(p->store, p->app, p->held);
			continue;
		}
		if (strcmp(word, "hold") == 0 || strcmp(word, "go") == 0) {
			p->held = strcmp(word, "hold") == 0;
			fake_pump(p->store, p->app, p->held);
			continue;
		}
		if (strncmp(word, "size ", 5) == 0) {
			int rows, cols;

			assert(sscanf(word + 5, "%d %d", &cols, &rows) == 2);
			app_resize(p->app, rows, cols);
			continue;
		}
		for (n = 0; n < sizeof(names) / sizeof(names[0]) && strcmp(names[n].name, word) != 0; n++)
			;
		if (n == sizeof(names) / sizeof(names[0])) {
			fprintf(stderr, "# no such key: %s\n", word);
			assert(0);
		}
		press(p, (struct key){ .code = names[n].code });
	}
}

char *player_text(struct player *p)
{
	p->app != NULL ? (void)app_grid(p->app) : (void)0;
	return grid_text(app_grid(p->app));
}
