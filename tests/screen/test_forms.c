/* Every shipped form at 40x15, 80x24 and 132x43: every field is stood on, its list and its help are opened, long values are typed,
 * and nowhere is a label, a value or a key hint cut. Sabotage: when shown_field() puts a value with fput() instead of fwrap(), this
 * fails at the first long name. */
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
#include "screen.h"

static void assert_whole(struct player *p, const char *where)
{
	static const int sizes[][2] = { { 15, 40 }, { 24, 80 }, { 43, 132 }, { 10, 40 } };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		const struct grid *g;

		app_resize(p->app, sizes[i][0], sizes[i][1]);
		p->app->dirty = true;
		g = app_grid(p->app);
		if (g->cuts != 0) {
			char *text = grid_text(g);

			fail_msg("%s: cut at %dx%d:\n%s", where, sizes[i][1], sizes[i][0], text);
		}
		assert_true(g->cursor_shown);
	}
}

static const char *long_value(const struct fill *f, const struct field *d)
{
	static char made[64];

	switch (d->type) {
	case FIELD_NIK:
		return "9901015207800004";
	case FIELD_CARD:
		return "9901011206260003";
	case FIELD_DATE:
		return "1980-07-12";
	case FIELD_AREA:
		return "99.01.01.2001";
	case FIELD_INTEGER:
	case FIELD_DECIMAL:
		return "12";
	case FIELD_ONE:
	case FIELD_MANY: {
		size_t widest = 0;

		for (size_t i = 0; d->choices != NULL && i < d->choices->n; i++) {
			if (!fill_choice_open(f, d, f->at.row, &d->choices->v[i]) || strlen(d->choices->v[i].label_id) < widest)
				continue;
			widest = strlen(d->choices->v[i].label_id);
			snprintf(made, sizeof(made), "%s", d->choices->v[i].code);
		}
		return made;
	}
	default:
		return "Raden Ajeng Muhammad Fakhruddin Kusumawardhana Dewantara";
	}
}

static void walk(const char *kind, const char *name)
{
	struct player p;
	char dir[400], path[700];
	const char *src = getenv("SRCDIR");
	struct form_dir *forms = NULL;
	struct form_source source;
	struct form *form = NULL;
	struct form_error err;
	static char text[400000];
	size_t n;
	FILE *in;

	snprintf(dir, sizeof(dir), "%s/forms", src != NULL ? src : ".");
	assert_int_equal(form_dir_open(dir, &forms), 0);
	source = form_dir_source(forms);
	snprintf(path, sizeof(path), "%s/%s/%s.form", dir, strcmp(name, "bdt2015") == 0 ? "questionnaire" : "dossier", name);
	in = fopen(path, "r");
	assert_non_null(in);
	n = fread(text, 1, sizeof(text), in);
	fclose(in);
	if (form_read(name, text, n, &source, &form, &err, NULL) < 0)
		fail_msg("%s:%d %s", path, err.line, err.text);
	player_open(&p, 24, 80, "operator", false);
	for (size_t i = 0; i < form->nfield; i++) {
		const struct field *d = &form->field[i];

		if (!d->readonly)
			continue;
		for (uint32_t row = 1; row <= (d->roster != 0 ? 2 : 0); row++) {
			fake_row(p.store, d->roster, row, 100 + row);
			fake_value(p.store, d->number, row, d->type == FIELD_ONE && d->choices != NULL ? d->choices->v[0].code
			           : d->type == FIELD_DATE ? "1980-07-12" : d->type == FIELD_NIK ? "9901015207800004" : d->type == FIELD_INTEGER ? "1"
			           : "Raden Ajeng Muhammad Fakhruddin Kusumawardhana Dewantara");
		}
	}
	fill_start(p.app, kind, &(struct screen_args){ .id = 50 });
	fake_pump(p.store, p.app, false);
	assert_non_null(p.app->top->fill);
	for (int guard = 0; guard < 400; guard++) {
		struct screen *s = p.app->top;
		struct fill *f = s->fill;
		const struct field *d = fill_field(f);
		char where[100];

		snprintf(where, sizeof(where), "%s %s row %u", name, d != NULL ? d->name : "end", f->at.row);
		assert_whole(&p, where);
		if (f->at.field == FILL_END)
			break;
		if (d != NULL && (d->choices != NULL || d->type == FIELD_AREA)) {
			player_keys(&p, "{F4}");
			assert_true(s->popup.open);
			assert_whole(&p, where);
			player_keys(&p, "{End}{PgDn}{PgDn}");
			assert_whole(&p, where);
			player_keys(&p, "{Esc}");
		}
		player_keys(&p, "{F1}");
		assert_whole(&p, where);
		player_keys(&p, "{F3}");
		if (d != NULL && f->at.row <= 2) {
			fill_take(f, long_value(f, d));
			fake_pump(p.store, p.app, false);
		} else {
			player_keys(&p, "{Enter}");
		}
	}
	assert_true(p.app->top->fill->at.field == FILL_END);
	player_keys(&p, "{F2}");
	assert_whole(&p, name);
	player_keys(&p, "{F8}{F8}{F7}{F10}");
	assert_whole(&p, name);
	player_close(&p);
	form_free(form);
	form_dir_close(forms);
}

static void test_questionnaire(void **state)
{
	(void)state;
	walk("new", "bdt2015");
}

static void test_kinds(void **state)
{
	static const char *const kinds[] = { "exit", "move", "member_moves", "head_died", "split", "merge", "unmerge" };

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		walk(kinds[i], kinds[i]);
}

static void test_too_small(void **state)
{
	struct player p;
	char *text;

	(void)state;
	player_open(&p, 9, 39, "operator", false);
	text = player_text(&p);
	assert_non_null(strstr(text, "Layar terlalu kecil"));
	free(text);
	/* What is typed meanwhile is not lost, nor when the size changes in the middle of a field. */
	player_keys(&p, "1{Enter}Jl. Mel{size 80 24}ati 7");
	text = player_text(&p);
	assert_non_null(strstr(text, "Jl. Melati 7"));
	free(text);
	player_close(&p);
}

/* What the journal keeps has a name an auditor reads. Sabotage: any row of words.c taken out, an operation added without one. */
static void test_journal_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < op_info_count; i++) {
		const struct op_info *op = &op_info_table[i];

		if (op->phase != PHASE_READ && op->phase != PHASE_ACT)
			continue;
		if (strcmp(word_other("op", op->name), op->name) == 0)
			fail_msg("no word for the operation %s", op->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_journal_words), cmocka_unit_test(test_questionnaire), cmocka_unit_test(test_kinds), cmocka_unit_test(test_too_small) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
