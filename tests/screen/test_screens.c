/* Golden screens: every *.screen file of tests/screen is a small play. Lines: `size COLS ROWS`, `role ROLE`, `kept KIND` (a draft
 * waits), `refuse OP CODE ARG`, `keys SCRIPT` (player.h), `show` followed by the rows expected, each behind a `|`.
 * On every screen shown nothing may have been cut. UPDATE_SCREENS=1 writes what is there now into the files: read the diff. */
#include "config.h"
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "player.h"

static char path[500];

static void play(void **state)
{
	const char *file = *state;
	FILE *in = fopen(file, "r");
	struct player p = { 0 };
	char line[4000];
	int rows = 24, cols = 80, number = 0, wrong = 0;
	bool open = false, update = getenv("UPDATE_SCREENS") != NULL;
	struct buf out;

	assert_non_null(in);
	buf_init(&out, 0);
	while (fgets(line, sizeof(line), in) != NULL) {
		char word[40];

		number++;
		if (line[0] == '|')
			continue;
		line[strcspn(line, "\n")] = 0;
		buf_printf(&out, "%s\n", line);
		if (sscanf(line, "size %d %d", &cols, &rows) == 2 || line[0] == '#' || line[0] == 0)
			continue;
		if (sscanf(line, "role %39s", word) == 1) {
			if (open)
				player_close(&p);
			player_open(&p, rows, cols, word, false);
			open = true;
			continue;
		}
		assert_true(open);
		if (sscanf(line, "kept %39s", word) == 1) {
			fake_draft_kept(p.store, word);
			player_keys(&p, "{F5}");
		} else if (strncmp(line, "keys ", 5) == 0) {
			player_keys(&p, line + 5);
		} else if (strcmp(line, "show") == 0) {
			char *text = player_text(&p), *at = text;
			const struct grid *g = app_grid(p.app);
			long back = ftell(in);

			if (g->cuts != 0)
				print_message("%s:%d: something is cut:\n%s", file, number, text);
			if (g->cuts != 0 && !update)
				wrong++;
			assert_true(!app_over(p.app) || g->cursor_row == 0);
			for (int r = 0; r < g->rows; r++) {
				size_t n = strcspn(at, "\n");

				buf_printf(&out, "|%.*s\n", (int)n, at);
				if (!update) {
					char want[2000] = "";

					if (fgets(want, sizeof(want), in) == NULL || want[0] != '|')
						want[0] = 0;
					want[strcspn(want, "\n")] = 0;
					if (want[0] == 0 || strlen(want + 1) != n || strncmp(want + 1, at, n) != 0) {
						print_message("%s:%d row %d\n  want %s\n  have |%.*s\n", file, number, r + 1, want, (int)n, at);
						wrong++;
					}
				}
				at += n + 1;
			}
			if (update)
				fseek(in, back, SEEK_SET);
			free(text);
		} else {
			fail_msg("%s:%d: %s", file, number, line);
		}
	}
	fclose(in);
	if (open)
		player_close(&p);
	if (update) {
		FILE *to = fopen(file, "w");

		assert_non_null(to);
		fwrite(out.data, 1, out.len, to);
		fclose(to);
	}
	buf_clear(&out);
	assert_int_equal(wrong, 0);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct CMUnitTest *)a)->name, ((const struct CMUnitTest *)b)->name);
}

int main(void)
{
	static struct CMUnitTest tests[200];
	const char *src = getenv("SRCDIR");
	size_t n = 0;
	DIR *dir;
	struct dirent *e;

	snprintf(path, sizeof(path), "%s/tests/screen", src != NULL ? src : ".");
	dir = opendir(path);
	if (dir == NULL) {
		printf("Bail out! %s\n", path);
		return 99;
	}
	while ((e = readdir(dir)) != NULL && n < 200) {
		size_t len = strlen(e->d_name);
		size_t size = strlen(path) + len + 2;
		char *name = malloc(size);

		if (len < 8 || strcmp(e->d_name + len - 7, ".screen") != 0) {
			free(name);
			continue;
		}
		snprintf(name, size, "%s/%s", path, e->d_name);
		tests[n++] = (struct CMUnitTest){ .name = strrchr(name, '/') + 1, .test_func = play, .initial_state = name };
	}
	closedir(dir);
	qsort(tests, n, sizeof(tests[0]), by_name);
	return _cmocka_run_group_tests("screens", tests, n, NULL, NULL);
}
