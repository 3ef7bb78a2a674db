/* test_forms_readme.c - forms/README says what the program does: every function and directive stands in it, its
 * examples give
 * what it says, and its sample form is read. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "expr_tree.h"
#include "form.h"
#include "form_cli.h"

#define TODAY 20781          /* 2026-11-24 */

static char *readme;

static int begin(void **state)
{
	const char *src = getenv("SRCDIR");
	char path[1000];
	FILE *f;
	size_t n;

	(void)state;
	snprintf(path, sizeof path, "%s/forms/README", src != NULL ? src : ".");
	if ((f = fopen(path, "r")) == NULL || (readme = calloc(1, 100000)) == NULL)
		return -1;
	n = fread(readme, 1, 99999, f);
	fclose(f);
	return n > 0 ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	free(readme);
	return 0;
}

static void functions(void **state)
{
	char name[60];

	(void)state;
	for (size_t i = 0; i < expr_nfuncs; i++) {
		snprintf(name, sizeof name, "\n  %s(", expr_funcs[i].name);
		if (strstr(readme, name) == NULL)
			fail_msg("README has no line about %s()", expr_funcs[i].name);
	}
}

static void directives(void **state)
{
	static const char *const names[] = {
		"title id|en", "kind", "label id|en", "relevant", "roster", "subject", "of", "min", "help id|en", "message id|en", "required",
		"constraint", "calculate", "choices from", "choice_filter", "yesno", "store", "map", "max", "scale", "range", "sticky", "upper",
		"multiline", "readonly",
	};
	char line[60];

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		snprintf(line, sizeof line, "\n  %s ", names[i]);
		if (strstr(readme, line) == NULL)
			fail_msg("README has no line about %s", names[i]);
	}
}

static void examples(void **state)
{
	size_t n = 0;

	(void)state;
	for (const char *arrow = readme; (arrow = strstr(arrow, " -> ")) != NULL; arrow += 4) {
		const char *line = arrow, *end_of = strchr(arrow, '\n');
		char text[200], want[200], *space;
		struct buf out;

		while (line > readme && line[-1] != '\n')
			line--;
		snprintf(text, sizeof text, "%.*s", (int)(arrow - line), line);
		snprintf(want, sizeof want, "%.*s\n", (int)(end_of - arrow - 4), arrow + 4);
		if ((space = strchr(want, ' ')) != NULL)
			*space = '\t';
		buf_init(&out, 0);
		form_cli_eval_text(text, NULL, 0, TODAY, &out);
		assert_string_equal(buf_str(&out), want);
		buf_clear(&out);
		n++;
	}
	assert_true(n > 30);
}

static void sample(void **state)
{
	const char *first = strstr(readme, "  form kunjungan 1 {"), *last = strstr(readme, "The file begins with");
	struct form_warnings w;
	struct form_error err;
	struct form *form;

	(void)state;
	assert_non_null(first);
	assert_non_null(last);
	if (form_read("kunjungan", first, (size_t)(last - first), NULL, &form, &err, &w) != 0)
		fail_msg("line %d of the sample: %s", err.line, err.text);
	assert_int_equal(w.n, 0);
	assert_int_equal(form->nfield, 3);
	form_warnings_clear(&w);
	form_free(form);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(functions), cmocka_unit_test(directives),
		cmocka_unit_test(examples), cmocka_unit_test(sample) };

	return cmocka_run_group_tests(tests, begin, end);
}
