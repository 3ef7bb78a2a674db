/* test_form_cli.c - what form authors see: faults with file and line, the paper, exit codes. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "form_cli.h"
#include "text.h"

static char dir[] = "/tmp/balai-form-XXXXXX";

static const char *path_of(const char *name)
{
	static char path[200];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return path;
}

static void write_file(const char *name, const char *text)
{
	FILE *f = fopen(path_of(name), "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	fclose(f);
}

static int begin(void **state)
{
	(void)state;
	if (mkdtemp(dir) == NULL || mkdir(path_of("list"), 0700) != 0 || mkdir(path_of("dossier"), 0700) != 0)
		return -1;
	write_file("list/kode.list", "choices kode {\n\t1 \"satu\"\n\t2 \"dua\"\n}\n");
	write_file("list/rusak.list", "choices rusak {\n\t1\n}\n");
	write_file("dossier/baik.form", "form baik 1 {\n\ttitle id \"Baik\"\n}\nsection 1 s {\n\tlabel id \"S\"\n}\n"
		"field 1 a one {\n\tlabel id \"Pilihan\"\n\tchoices from kode\n}\n"
		"field 2 b text {\n\tlabel id \"Sebab\"\n\trelevant \"${a} = 2 and not(${a} < 1)\"\n\trequired\n}\n"
		"field 3 c text {\n\tlabel id \"Lain\"\n\trelevant \"${a} = 7\"\n}\n");
	write_file("dossier/salah.form",
		"form salah 1 {\n\ttitle id \"Salah\"\n}\nsection 1 s {\n\tlabel id \"S\"\n}\nfield 1 a one {\n\tlabel id \"A\"\n\tchoices from rusak\n}\n");
	write_file("dossier/baris.form",
		"form baris 1 {\n\ttitle id \"Baris\"\n}\nsection 1 s {\n\tlabel id \"S\"\n}\nfield 1 a text {\n\tlabel id \"A\"\n\trelevant \"1 == 1\"\n}\n");
	return 0;
}

static int end(void **state)
{
	static const char *const files[] = { "list/kode.list", "list/rusak.list", "dossier/baik.form", "dossier/salah.form",
		"dossier/baris.form" };

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		unlink(path_of(files[i]));
	rmdir(path_of("list"));
	rmdir(path_of("dossier"));
	rmdir(dir);
	return 0;
}

typedef int command(const char *path, FILE *out, FILE *err);

/* Exit code; what was printed on both, good and bad. The caller frees. */
static int run(command *what, const char *path, char **good, char **bad)
{
	size_t n;
	FILE *out = open_memstream(good, &n), *err = open_memstream(bad, &n);
	int rc;

	assert_non_null(out);
	assert_non_null(err);
	rc = what(path, out, err);
	fclose(out);
	fclose(err);
	return rc;
}

static void expect(command *what, const char *name, int rc, const char *good, const char *bad)
{
	char path[200], *said, *complained;

	snprintf(path, sizeof path, "%s", path_of(name));
	assert_int_equal(run(what, path, &said, &complained), rc);
	if (strstr(said, good) == NULL || strstr(complained, bad) == NULL)
		fail_msg("%s: said: %s complained: %s", name, said, complained);
	free(said);
	free(complained);
}

static void check(void **state)
{
	(void)state;
	expect(
		form_cli_check, "dossier/baik.form", 0, "baik.form: form baik version 1, 3 fields, 0 rosters, 2 warnings", "");
	expect(form_cli_check, "dossier/baik.form", 0,
		"baik.form:18: warning: relevant, character 8: the list of ${a} has no code 7", "");
	expect(form_cli_check, "dossier/baris.form", 1, "", "baris.form:9: error: relevant, character 3: use = to compare");
	expect(form_cli_check, "dossier/salah.form", 1, "", "list/rusak.list:2: error: expected: 1 \"label\"");
	expect(form_cli_check, "list/kode.list", 0, "list kode, 2 choices", "");
	expect(form_cli_check, "list/rusak.list", 1, "", "rusak.list:2: error: expected");
	expect(form_cli_check, "dossier/nowhere.form", 2, "", "cannot be read");
	expect(form_cli_check, "dossier", 2, "", ".form or .list");
}

static void show(void **state)
{
	(void)state;
	expect(form_cli_show, "dossier/baik.form", 0,
		"Hanya bila Pilihan (1) = 2 (dua) dan Pilihan (1) tidak kurang dari 1\n        (satu).", "");
	expect(form_cli_show, "dossier/baik.form", 0, "1 satu   2 dua", "");
	expect(form_cli_show, "list/kode.list", 2, "", ".form");
	expect(form_cli_show, "dossier/baris.form", 1, "", "baris.form:9: error");
}

/* Every shipped form on paper: 80 columns, no rule left in its own language. */
static void paper(void **state)
{
	static const char *const names[] = {
		"questionnaire/bdt2015", "dossier/exit", "dossier/move", "dossier/member_moves", "dossier/head_died", "dossier/split",
		"dossier/merge", "dossier/unmerge", "dossier/gate",
	};
	const char *src = getenv("SRCDIR");

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char path[1000], *said, *complained, *rest, *line;

		snprintf(path, sizeof path, "%s/forms/%s.form", src != NULL ? src : ".", names[i]);
		assert_int_equal(run(form_cli_show, path, &said, &complained), 0);
		assert_null(strstr(said, "${"));
		assert_string_equal(complained, "");
		for (rest = said; (line = strsep(&rest, "\n")) != NULL;)
			if (text_width(line) > 80)
				fail_msg("%s: %d columns: %s", names[i], text_width(line), line);
		free(said);
		free(complained);
	}
}

static void eval(void **state)
{
	char *good[] = { (char *)"age(${b}, today())", (char *)"b:date=2000-02-29", (char *)"--today",
		(char *)"2023-02-28" };
	char *bad[] = { (char *)"${a} ++", (char *)"a:number=1" };
	char *wrong[] = { (char *)"1", (char *)"a:integer=1" };
	char *value[] = { (char *)"1", (char *)"a:number=x" };
	char *said, *complained;
	size_t n;
	FILE *out, *err;

	(void)state;
	struct { int argc; char **argv; int rc; const char *said, *complained; } runs[] = {
		{ 4, good, 0, "number\t22\n", "" }, { 2, bad, 1, "", "error: character 7: a number has no + before it\n" },
		{ 2, wrong, 2, "", "number, string or date" }, { 2, value, 2, "", "\"x\" is no number" }, { 0, good, 2, "", "usage" },
		{ 3, good, 2, "", "--today" },
	};

	for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
		out = open_memstream(&said, &n);
		err = open_memstream(&complained, &n);
		assert_int_equal(form_cli_eval(runs[i].argc, runs[i].argv, out, err), runs[i].rc);
		fclose(out);
		fclose(err);
		assert_string_equal(said, runs[i].said);
		assert_non_null(strstr(complained, runs[i].complained));
		free(said);
		free(complained);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(check), cmocka_unit_test(show), cmocka_unit_test(paper),
		cmocka_unit_test(eval) };

	return cmocka_run_group_tests(tests, begin, end);
}
