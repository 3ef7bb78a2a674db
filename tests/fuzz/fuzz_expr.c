/* fuzz_expr.c - any bytes as an expression: compiled, evaluated in a household and in a row, its value shown.
 *
 * Three columns stand in a roster and two fields outside, so that every function has something to read. Evaluating
 * twice must
 * give the same value. */
#include "config.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "err.h"
#include "expr.h"
#include "fuzz.h"

#define ROWS 7
#define ROSTER 4

static const struct { const char *name; enum expr_kind kind; uint32_t roster; } names[] = {
	{ ".", EXPR_TEXT, 0 }, { "a", EXPR_NUMBER, 0 }, { "d", EXPR_DATE, 0 }, { "t", EXPR_TEXT, ROSTER }, { "n", EXPR_NUMBER, ROSTER },
	{ "b", EXPR_DATE, ROSTER },
};

static bool find(void *arg, const char *name, struct expr_name *out)
{
	(void)arg;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i].name, name) == 0) {
			*out = (struct expr_name){ .slot = (int)i, .kind = names[i].kind, .roster = names[i].roster };
			return true;
		}
	return false;
}

static bool find_roster(void *arg, const char *name, uint32_t *roster)
{
	(void)arg;
	*roster = ROSTER;
	return strcmp(name, "r") == 0;
}

static struct expr_value value(void *arg, int slot, uint32_t row)
{
	static const char *const texts[ROWS + 1] = { "2026-02-28", "", "1 3", "x", "-4.5", "caf\xc3\xa9", "2024-02-29",
		"true" };

	(void)arg;
	if (row == 3)
		return (struct expr_value){ .kind = EXPR_TEXT, .text = "" };
	if (names[slot].kind == EXPR_TEXT)
		return (struct expr_value){ .kind = EXPR_TEXT, .text = texts[row] };
	return (struct expr_value){ .kind = names[slot].kind, .number = slot * 1000.0 + row };
}

static uint32_t rows(void *arg, uint32_t roster, uint32_t after)
{
	(void)arg;
	return roster == ROSTER && after < ROWS ? after + 1 : 0;
}

static void evaluate(const struct expr *e, uint32_t roster, uint32_t row, struct buf *out)
{
	struct expr_env env = { .value = value, .rows = rows, .today = 20781, .roster = roster, .row = row };
	struct expr_error err;
	struct expr_value v;
	struct arena arena;
	int rc;

	arena_init(&arena, 1u << 20);
	env.arena = &arena;
	rc = expr_eval(e, &env, &v, &err);
	if (rc == 0) {
		expr_show(v, out);
		buf_printf(out, " %d", expr_truth(v));
	} else {
		if (rc != ERR_PARSE && rc != ERR_RANGE && rc != ERR_NOMEM)
			abort();
		buf_puts(out, err.text);
	}
	arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct expr_names where = { .find = find, .find_roster = find_roster };
	char *text = malloc(n + 1);
	struct expr_error err;
	struct arena arena;
	struct expr *e;

	if (text == NULL)
		return 0;
	memcpy(text, data, n);
	text[n] = '\0';
	arena_init(&arena, 1u << 24);
	for (uint32_t roster = 0; roster <= ROSTER; roster += ROSTER) {
		struct buf one, two;

		where.roster = roster;
		if (expr_compile(text, &where, &arena, &e, &err) != 0) {
			if (err.at < 0 || (size_t)err.at > n)
				abort();
			continue;
		}
		buf_init(&one, 0);
		buf_init(&two, 0);
		evaluate(e, roster, roster != 0 ? 2 : 0, &one);
		evaluate(e, roster, roster != 0 ? 2 : 0, &two);
		if (strcmp(buf_str(&one), buf_str(&two)) != 0)
			abort();
		buf_clear(&one);
		buf_clear(&two);
	}
	arena_clear(&arena);
	free(text);
	return 0;
}
