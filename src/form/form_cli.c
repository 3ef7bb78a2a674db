/* form_cli.c - form check, form show, form eval. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "err.h"
#include "expr.h"
#include "form_cli.h"
#include "form_priv.h"
#include "form_show.h"
#include "near.h"

#define CLI_PATH 1024
#define CLI_NAMES 40
#define CLI_ROWS 99

enum { CLI_GOOD = 0, CLI_WRONG = 1, CLI_USAGE = 2 };

/* --- files --- */

struct opened { char folder[CLI_PATH], name[128]; bool list; struct buf text; struct form_dir *dir; };

static int read_whole(const char *path, struct buf *text)
{
	FILE *f = fopen(path, "rb");
	size_t got;

	if (f == NULL)
		return ERR_IO;
	do {
		void *room = buf_reserve(text, 4096);

		if (room == NULL)
			break;
		got = fread(room, 1, 4096, f);
		buf_commit(text, got);
	} while (got > 0);
	if (ferror(f))
		text->err = ERR_IO;
	fclose(f);
	return buf_end(text);
}

/* forms/dossier/exit.form finds its lists in forms/list; a file that stands alone, in list/ beside it. */
static int open_file(const char *path, struct opened *o, struct buf *out)
{
	const char *slash = strrchr(path, '/'), *base = slash != NULL ? slash + 1 : path, *dot = strrchr(base, '.');
	char list[CLI_PATH + 8];
	int rc;

	memset(o, 0, sizeof *o);
	buf_init(&o->text, FORM_TEXT_MAX + 1);
	o->list = dot != NULL && strcmp(dot, ".list") == 0;
	if (dot == NULL || (!o->list && strcmp(dot, ".form") != 0) || (size_t)(dot - base) >= sizeof o->name ||
		(size_t)(base - path) > CLI_PATH - 4) {
		buf_printf(out, "%s: the name of a .form or .list file is expected\n", path);
		return CLI_USAGE;
	}
	memcpy(o->name, base, (size_t)(dot - base));
	if ((rc = read_whole(path, &o->text)) != 0) {
		buf_printf(out, "%s: cannot be read: %s\n", path, err_name(rc));
		return CLI_USAGE;
	}
	snprintf(o->folder, sizeof o->folder, "%.*s..", (int)(base - path), path);
	snprintf(list, sizeof list, "%.*s./list", (int)(base - path), path);
	if (form_dir_open(list, &o->dir) == 0) {
		form_dir_close(o->dir);
		snprintf(o->folder, sizeof o->folder, "%.*s.", (int)(base - path), path);
	}
	if ((rc = form_dir_open(o->folder, &o->dir)) != 0) {
		buf_printf(out, "%s: cannot be read: %s\n", o->folder, err_name(rc));
		return CLI_USAGE;
	}
	return CLI_GOOD;
}

static void close_file(struct opened *o)
{
	form_dir_close(o->dir);
	buf_clear(&o->text);
}

static void print_error(const char *path, const struct opened *o, int rc, const struct form_error *err, struct buf *out)
{
	if (rc != ERR_PARSE)
		buf_printf(out, "%s: error: %s\n", path, err_name(rc));
	else if (err->file[0] != '\0')
		buf_printf(out, "%s/list/%s.list:%d: error: %s\n", o->folder, err->file, err->line, err->text);
	else
		buf_printf(out, "%s:%d: error: %s\n", path, err->line, err->text);
}

static int check_list(const char *path, struct opened *o, struct buf *out)
{
	struct choice_list *list;
	struct form_error err;
	int rc = form_list_read(o->name, buf_str(&o->text), o->text.len, &list, &err);

	if (rc != 0) {
		print_error(path, o, rc, &err, out);
		return CLI_WRONG;
	}
	buf_printf(out, "%s: list %s, %zu choices\n", path, list->name, list->n);
	form_list_free(list);
	return CLI_GOOD;
}

static int check_form(const char *path, struct buf *out)
{
	struct form_warnings warnings;
	struct form_source source;
	struct form_error err;
	struct opened o;
	struct form *form;
	int rc = open_file(path, &o, out), exit_code;

	if (rc != CLI_GOOD || o.list) {
		exit_code = rc != CLI_GOOD ? rc : check_list(path, &o, out);
		close_file(&o);
		return exit_code;
	}
	source = form_dir_source(o.dir);
	rc = form_read(o.name, buf_str(&o.text), o.text.len, &source, &form, &err, &warnings);
	for (size_t i = 0; i < warnings.n; i++)
		buf_printf(out, "%s:%d: warning: %s\n", path, warnings.v[i].line, warnings.v[i].text);
	if (rc != 0)
		print_error(path, &o, rc, &err, out);
	else
		buf_printf(out, "%s: form %s version %u, %zu fields, %zu rosters, %zu warnings\n", path, form->name,
			form->version, form->nfield, form->nroster, warnings.n);
	form_free(form);
	form_warnings_clear(&warnings);
	close_file(&o);
	return rc == 0 ? CLI_GOOD : CLI_WRONG;
}

static int show_form(const char *path, const char *lang, struct buf *out)
{
	struct form_source source;
	struct form_error err;
	struct opened o;
	struct form *form;
	int rc = open_file(path, &o, out);

	if (rc == CLI_GOOD && o.list) {
		buf_printf(out, "%s: a .form file is expected\n", path);
		rc = CLI_USAGE;
	}
	if (rc != CLI_GOOD) {
		close_file(&o);
		return rc;
	}
	source = form_dir_source(o.dir);
	rc = form_read(o.name, buf_str(&o.text), o.text.len, &source, &form, &err, NULL);
	if (rc != 0)
		print_error(path, &o, rc, &err, out);
	else
		form_show(form, lang, out);
	form_free(form);
	close_file(&o);
	return rc == 0 ? CLI_GOOD : CLI_WRONG;
}

/* --- eval --- */

struct given { char *name; enum expr_kind kind; bool column; struct expr_value v[CLI_ROWS]; uint32_t n; };
struct table { struct given v[CLI_NAMES]; size_t n; };

/* Columns with the same number of rows stand in one roster, which has that number + 1: a column without rows is
 * one too. */
static uint32_t roster_of(const struct given *g)
{
	return g->column ? g->n + 1 : 0;
}

static bool table_find(void *arg, const char *name, struct expr_name *out)
{
	const struct table *t = arg;

	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->v[i].name, name) == 0) {
			*out = (struct expr_name){ .slot = (int)i, .kind = t->v[i].kind, .roster = roster_of(&t->v[i]) };
			return true;
		}
	return false;
}

static const char *table_near(void *arg, const char *name)
{
	const struct table *t = arg;
	struct near near;

	near_init(&near, name);
	for (size_t i = 0; i < t->n; i++)
		near_try(&near, t->v[i].name);
	return near_best(&near);
}

static struct expr_value table_value(void *arg, int slot, uint32_t row)
{
	const struct given *g = &((const struct table *)arg)->v[slot];

	return g->column ? g->v[row - 1] : g->v[0];
}

static uint32_t table_rows(void *arg, uint32_t roster, uint32_t after)
{
	(void)arg;
	return after + 1 < roster ? after + 1 : 0;
}

static bool kind_read(const char *s, size_t n, enum expr_kind *kind)
{
	static const enum expr_kind kinds[] = { EXPR_NUMBER, EXPR_TEXT, EXPR_DATE };

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strlen(expr_kind_name(kinds[i])) == n && memcmp(expr_kind_name(kinds[i]), s, n) == 0) {
			*kind = kinds[i];
			return true;
		}
	return false;
}

static int value_read(struct given *g, const char *text, struct buf *out)
{
	if (g->n == CLI_ROWS) {
		buf_printf(out, "%s: more than %d rows\n", g->name, CLI_ROWS);
		return CLI_USAGE;
	}
	if (!expr_parse_value(g->kind, text, &g->v[g->n++])) {
		buf_printf(out, "%s: \"%s\" is no %s\n", g->name, text, expr_kind_name(g->kind));
		return CLI_USAGE;
	}
	return CLI_GOOD;
}

/* NAME:TYPE=VALUE or NAME:TYPE[]=V|V|V; the text is cut up where it stands. */
static int given_read(char *text, struct given *g, struct buf *out)
{
	char *colon = strchr(text, ':'), *equals = colon != NULL ? strchr(colon, '=') : NULL, *one;
	size_t n;
	int rc = CLI_GOOD;

	if (equals == NULL || colon == text) {
		buf_printf(out, "%s: NAME:TYPE=VALUE is expected\n", text);
		return CLI_USAGE;
	}
	*colon = '\0';
	*equals = '\0';
	g->name = text;
	n = strlen(colon + 1);
	if (n > 2 && strcmp(colon + 1 + n - 2, "[]") == 0) {
		g->column = true;
		n -= 2;
	}
	if (!kind_read(colon + 1, n, &g->kind)) {
		buf_printf(out, "%s: the type is number, string or date, here is \"%s\"\n", text, colon + 1);
		return CLI_USAGE;
	}
	if (!g->column)
		return value_read(g, equals + 1, out);
	if (equals[1] == '\0')
		return CLI_GOOD;
	for (char *rest = equals + 1; rc == CLI_GOOD && (one = strsep(&rest, "|")) != NULL;)
		rc = value_read(g, one, out);
	return rc;
}

/* Characters (from 1) before byte `at`: what an editor calls the column. */
static int column_of(const char *text, int at)
{
	int n = 1;

	for (int i = 0; i < at && text[i] != '\0'; i++)
		n += (text[i + 1] & 0xc0) != 0x80;
	return n;
}

static int eval_table(const char *expression, struct table *t, int32_t today, struct buf *out)
{
	struct expr_names names = { .find = table_find, .near = table_near, .arg = t, .any_roster = true };
	struct expr_env env = { .value = table_value, .rows = table_rows, .arg = t, .today = today };
	struct expr_error err = { 0 };
	struct expr_value v;
	struct arena arena;
	struct expr *e;
	int rc;

	arena_init(&arena, FORM_ARENA_MAX);
	env.arena = &arena;
	rc = expr_compile(expression, &names, &arena, &e, &err);
	if (rc == 0 && (rc = expr_eval(e, &env, &v, &err)) == 0) {
		buf_printf(out, "%s\t", expr_kind_name(v.kind));
		/* a stored answer has no place for the infinite, but an author wants to see it */
		if (v.kind == EXPR_NUMBER && v.number - v.number != 0 && v.number == v.number)
			buf_puts(out, v.number > 0 ? "Infinity" : "-Infinity");
		else
			expr_show(v, out);
		buf_putc(out, '\n');
	} else if (rc == ERR_PARSE || rc == ERR_RANGE) {
		buf_printf(out, "error: character %d: %s\n", column_of(expression, err.at), err.text);
	} else {
		buf_printf(out, "error: %s\n", err_name(rc));
	}
	arena_clear(&arena);
	return rc == 0 ? CLI_GOOD : CLI_WRONG;
}

int form_cli_eval_text(const char *expression, const char *const *given, size_t ngiven, int32_t today, struct buf *out)
{
	struct table *t = calloc(1, sizeof *t);
	int rc = CLI_GOOD;

	if (t == NULL)
		return CLI_USAGE;
	if (ngiven > CLI_NAMES) {
		buf_printf(out, "more than %d names\n", CLI_NAMES);
		rc = CLI_USAGE;
	}
	for (size_t i = 0; i < ngiven && rc == CLI_GOOD; i++) {
		char *copy = strdup(given[i]);

		if (copy == NULL) {
			rc = CLI_USAGE;
			break;
		}
		t->v[t->n].name = copy;
		rc = given_read(copy, &t->v[t->n++], out);
	}
	if (rc == CLI_GOOD)
		rc = eval_table(expression, t, today, out);
	for (size_t i = 0; i < t->n; i++)
		free(t->v[i].name);
	free(t);
	return rc;
}

/* --- printing --- */

static int print(int rc, struct buf *text, FILE *out, FILE *err)
{
	FILE *f = rc == CLI_GOOD ? out : err;

	if (buf_end(text) != 0) {
		fprintf(err, "error: %s\n", err_name(buf_end(text)));
		rc = CLI_USAGE;
	} else if (fwrite(buf_str(text), 1, text->len, f) != text->len || fflush(f) != 0) {
		rc = CLI_USAGE;
	}
	buf_clear(text);
	return rc;
}

int form_cli_check(const char *path, FILE *out, FILE *err)
{
	struct buf text;

	buf_init(&text, 0);
	return print(check_form(path, &text), &text, out, err);
}

int form_cli_show(const char *path, FILE *out, FILE *err)
{
	struct buf text;

	buf_init(&text, 0);
	return print(show_form(path, "id", &text), &text, out, err);
}

int form_cli_eval(int argc, char **argv, FILE *out, FILE *err)
{
	const char *given[CLI_NAMES];
	struct expr_value day;
	int32_t today = clock_day(clock_now_ms(), 420);       /* without --today: the day in Jakarta */
	struct buf text;
	size_t n = 0;

	for (int i = 1; i < argc; i++) {
		bool is_date = strcmp(argv[i], "--today") == 0;

		if (is_date && (i + 1 >= argc || !expr_parse_value(EXPR_DATE, argv[i + 1], &day) || day.kind != EXPR_DATE)) {
			fprintf(err, "--today: a date YYYY-MM-DD is expected\n");
			return CLI_USAGE;
		}
		if (is_date) {
			today = (int32_t)day.number;
			i++;
		} else if (n == CLI_NAMES) {
			fprintf(err, "more than %d names\n", CLI_NAMES);
			return CLI_USAGE;
		} else {
			given[n++] = argv[i];
		}
	}
	if (argc < 1) {
		fprintf(err, "usage: form eval EXPRESSION [NAME:TYPE=VALUE ...] [--today YYYY-MM-DD]\n");
		return CLI_USAGE;
	}
	buf_init(&text, 0);
	return print(form_cli_eval_text(argv[0], given, n, today, &text), &text, out, err);
}
