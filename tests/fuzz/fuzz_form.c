/* fuzz_form.c - any bytes as a form file and as a list file; what is read is printed, filled in and checked.
 *
 * The answers are made of the file's own bytes, so that rules meet good values and rubbish. */
#include "config.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "check.h"
#include "form.h"
#include "form_show.h"
#include "fuzz.h"

static const char *list_source(void *arg, const char *name, size_t *n)
{
	static const char text[] = "choices codes {\n\t1 \"satu\" \"one\" a\n\t2 \"dua\" \"two\" b\n}\n";

	(void)arg;
	(void)name;
	*n = sizeof text - 1;
	return text;
}

static void fill(const struct form *form, const uint8_t *data, size_t n, struct filling *f)
{
	static const char *const values[] = {
		"1", "2", "1 2", "2000-02-29", "9901015207800004", "99.01.01.2001", "36.5", "-1", "x", "\xff", "2026-02-30", "", "true",
	};
	size_t at = 0;

	for (size_t i = 0; i < form->nroster; i++)
		for (uint32_t row = 1; row <= 2; row++)
			filling_row_add(f, form->roster[i].number, row, row, form->roster[i].of != 0 ? row : 0);
	for (size_t i = 0; i < form->nfield && n != 0; i++)
		for (uint32_t row = form->field[i].roster != 0; row <= (form->field[i].roster != 0 ? 2u : 0u); row++)
			filling_set(f, form->field[i].number, row, values[data[at++ % n] % (sizeof values / sizeof values[0])]);
}

static void use(const struct form *form, const uint8_t *data, size_t n)
{
	struct check_env env = { .today = 20781 };
	struct filling given, sent, again;
	struct finding_list found;
	struct buf paper;

	filling_init(&given);
	filling_init(&sent);
	filling_init(&again);
	finding_list_init(&found);
	buf_init(&paper, 0);
	form_show(form, "id", &paper);
	fill(form, data, n, &given);
	form_check(form, &given, &env, &found);
	if (form_submission(form, &given, &env, &sent) == 0 && form_submission(form, &sent, &env, &again) == 0) {
		if (sent.n != again.n)
			abort();
		for (size_t i = 0; i < sent.n; i++)
			if (strcmp(sent.v[i].value, again.v[i].value) != 0)
				abort();
	}
	env.base = &sent;
	form_check(form, &given, &env, &found);
	buf_clear(&paper);
	finding_list_clear(&found);
	filling_clear(&given);
	filling_clear(&sent);
	filling_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct form_source source = { .list = list_source };
	struct form_warnings warnings;
	struct choice_list *list;
	struct form_error err;
	struct form *form;

	if (form_read(NULL, (const char *)data, n, &source, &form, &err, &warnings) == 0)
		use(form, data, n);
	form_free(form);
	form_warnings_clear(&warnings);
	if (form_list_read("codes", (const char *)data, n, &list, &err) == 0)
		form_list_free(list);
	return 0;
}
