/* test_scfg.c - the grammar of every configuration and data file. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "buf.h"
#include "err.h"
#include "random.h"
#include "scfg.h"

static void test_tree(void **state)
{
	static const char text[] =
		"# a comment\n"
		"office \"Kabupaten \\\"Contoh\\\" \\\\ x\"\n"
		"\n"
		"\tfield 12 nik {\n"
		"\t\tlabel id 'NIK \"ibu\" \\'\n"
		"\t\t1 '' a#b\n"
		"\t\tdeep {\n"
		"\t\t}\n"
		"\t}  \n"
		"last";
	struct scfg_node *root, *n;
	struct scfg_error err;
	struct arena a;

	(void)state;
	arena_init(&a, 0);
	assert_int_equal(scfg_read(text, strlen(text), &a, &root, &err), 0);
	assert_string_equal(root->name, "office");
	assert_int_equal(root->nwords, 1);
	assert_string_equal(root->words[0], "Kabupaten \"Contoh\" \\ x");
	assert_int_equal(root->line, 2);
	n = root->next;
	assert_string_equal(n->name, "field");
	assert_int_equal(n->nwords, 2);
	assert_int_equal(n->line, 4);
	assert_string_equal(n->child->words[1], "NIK \"ibu\" \\");
	assert_string_equal(n->child->next->name, "1");
	assert_string_equal(n->child->next->words[0], "");
	assert_string_equal(n->child->next->words[1], "a#b");
	assert_string_equal(n->child->next->next->name, "deep");
	assert_null(n->child->next->next->child);
	n = n->next;
	assert_string_equal(n->name, "last");
	assert_int_equal(n->nwords, 0);
	assert_null(n->next);
	assert_int_equal(scfg_read("", 0, &a, &root, &err), 0);
	assert_null(root);
	assert_int_equal(scfg_read("\n# x\n", 5, &a, &root, &err), 0);
	assert_null(root);
	arena_clear(&a);
}

static void test_refused(void **state)
{
	static const struct { const char *text; int line; const char *says; } row[] = {
		{ "a\nb \"x\n", 2, "quote not closed" }, { "a 'x\n", 1, "quote not closed" },
		{ "a {\nb\n", 1, "{ not closed" }, { "a\n}\n", 2, "} without {" }, { "a { b }\n", 1, "text after {" },
		{ "a {\n} b\n", 2, "text after }" }, { "a \"x\"y\n", 1, "blank after the closing quote" }, { "a x\"y\"\n", 1, "inside a word" },
		{ "a x{\n", 1, "inside a word" }, { "a \"\\n\"\n", 1, "after \\" }, { "{\n}\n", 1, "without a directive" },
		{ "a\r\n", 1, "Unix line ends" }, { "a \x01\n", 1, "control character" }, { "a \xff\n", 1, "UTF-8" },
		{ "\xef\xbb\xbf" "a\n", 1, "byte order mark" }, { "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n", 1, "more than 16 words" },
		{ "a{\n}\n", 1, "inside a word" }, { "a \xc2\x9b\n", 1, "control character" },
		{ "a {\na {\na {\na {\na {\na {\na {\na {\na {\n}\n}\n}\n}\n}\n}\n}\n}\n}\n", 9, "deeper than 8" },
	};
	struct scfg_node *root;
	struct scfg_error err;
	struct arena a;

	(void)state;
	arena_init(&a, 0);
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		assert_int_equal(scfg_read(row[i].text, strlen(row[i].text), &a, &root, &err), ERR_PARSE);
		if (err.line != row[i].line || strstr(err.text, row[i].says) == NULL)
			fail_msg("%s: line %d: %s", row[i].text, err.line, err.text);
	}
	assert_int_equal(scfg_read("a\0b\n", 4, &a, &root, &err), ERR_PARSE);
	arena_clear(&a);
}

static void test_limits(void **state)
{
	char line[4200];
	struct scfg_node *root;
	struct scfg_error err;
	struct arena a;

	(void)state;
	memset(line, 'x', sizeof line);
	line[4096] = '\n';
	arena_init(&a, 0);
	assert_int_equal(scfg_read(line, 4097, &a, &root, &err), 0);
	assert_int_equal(scfg_read(line, 4096, &a, &root, &err), 0);
	line[4096] = 'x';
	line[4097] = '\n';
	assert_int_equal(scfg_read(line, 4098, &a, &root, &err), ERR_PARSE);
	arena_clear(&a);
	arena_init(&a, 512);
	line[4096] = '\n';
	assert_int_equal(scfg_read(line, 4097, &a, &root, &err), ERR_NOMEM);
	arena_clear(&a);
}

/* Pieces of the grammar in any order: never anything but an answer, and every error has a line of the text. */
static void test_any_order(void **state)
{
	static const char *const piece[] = { "a", " ", "\n", "{", "}", " {\n", "\n}\n", "\"", "'", "\\", "#", "\t", "\xc3\xa9", "\xc3" };

	(void)state;
	random_seed(5);
	for (int round = 0; round < 5000; round++) {
		struct scfg_node *root;
		struct scfg_error err = { 0 };
		struct arena a;
		struct buf b;
		int lines = 1, e;

		buf_init(&b, 0);
		for (uint32_t i = random_below(30); i > 0; i--)
			buf_puts(&b, piece[random_below(sizeof piece / sizeof piece[0])]);
		for (size_t i = 0; i < b.len; i++)
			lines += b.data[i] == '\n';
		arena_init(&a, 0);
		e = scfg_read(buf_str(&b), b.len, &a, &root, &err);
		assert_true(e == 0 || e == ERR_PARSE);
		if (e != 0)
			assert_true(err.line >= 1 && err.line <= lines && err.text[0] != '\0');
		arena_clear(&a);
		buf_clear(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree), cmocka_unit_test(test_refused), cmocka_unit_test(test_limits), cmocka_unit_test(test_any_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
