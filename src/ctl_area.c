/* ctl_area.c - areas: list, recode, split; and what balai-job does for them. */
#include "config.h"
#include <csv.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "ctl.h"
#include "text.h"

#define CSV_BYTES_MAX (4u << 20)
#define CSV_COLUMNS_MAX 5

int ctl_area_find(struct ctl *c, const char *code, int64_t *id)
{
	struct rq_area_list rq = { .text = code, .limit = 500 };
	const struct rp_area_list *list;
	const void *rp;
	size_t i;
	int e;

	if ((e = ctl_ask(c, OP_area_list, &rq, &rp, "look up the area")) != CTL_DONE)
		return e;
	list = rp;
	for (i = 0; i < list->rows.n; i++)
		if (strcmp(list->rows.v[i].code, code) == 0) {
			*id = list->rows.v[i].id;
			return CTL_DONE;
		}
	return ctl_refuse("there is no area with the code %s: see `balaictl area list %s`", code, code);
}

int ctl_area_list(struct ctl *c, int argc, char **argv)
{
	struct rq_area_list rq = { .text = argc > 0 ? argv[0] : "", .limit = 500 };
	const struct rp_area_list *list;
	struct buf shown;
	const void *rp;
	size_t i;
	int e;

	buf_init(&shown, 0);
	do {
		if ((e = ctl_ask(c, OP_area_list, &rq, &rp, "list the areas")) != CTL_DONE)
			break;
		list = rp;
		if (list->rows.n == 0 && rq.after == 0)
			puts(argc > 0 ? "No area has a code or name that begins so." : "There are no areas yet: balaictl area import DIR.");
		for (i = 0; i < list->rows.n; i++) {
			printf("%-14s ", ctl_show(&shown, list->rows.v[i].code));
			printf("%" PRIu64 "  %s\n", list->rows.v[i].level, ctl_show(&shown, list->rows.v[i].name));
		}
		rq.after = list->next;
	} while (rq.after != 0);
	buf_clear(&shown);
	return e;
}

/* A CSV file with known columns, whole in memory: cell [line][column]. */
struct ctl_csv {
	const char *path;
	const char *const *column; size_t ncolumn;    /* their names, in the order cells are kept */
	struct arena arena;
	const char **cell; size_t nlines, size;
	size_t at[CSV_COLUMNS_MAX * 4]; size_t nat;   /* column of the file -> ours, ncolumn: ignored */
	size_t field, line;                           /* line: 1.. in the file */
	int e;
};

static void ctl_csv_field(void *cell, size_t n, void *arg)
{
	struct ctl_csv *t = arg;
	struct buf clean;
	size_t i;

	if (t->e != CTL_DONE)
		return;
	buf_init(&clean, 0);
	if (text_clean(cell, n, 4000, false, &clean, NULL) != TEXT_OK || buf_end(&clean) != 0) {
		t->e = ctl_refuse("%s:%zu: column %zu holds characters that cannot be kept", t->path, t->line, t->field + 1);
	} else if (t->line == 1) {
		if (t->nat == sizeof t->at / sizeof t->at[0]) {
			t->e = ctl_refuse("%s:1: too many columns", t->path);
		} else {
			for (i = 0; i < t->ncolumn && strcmp(t->column[i], buf_str(&clean)) != 0; i++)
				;
			t->at[t->nat++] = i;
		}
	} else if (t->field < t->nat && t->at[t->field] < t->ncolumn) {
		if ((t->cell[t->nlines * t->ncolumn + t->at[t->field]] = arena_strdup(&t->arena, buf_str(&clean))) == NULL)
			t->e = ctl_refuse("out of memory");
	}
	t->field++;
	buf_clear(&clean);
}

static void ctl_csv_line(int end, void *arg)
{
	struct ctl_csv *t = arg;
	size_t i, k;

	(void)end;
	if (t->e == CTL_DONE && t->line == 1) {
		for (i = 0; i < t->ncolumn && t->e == CTL_DONE; i++) {
			for (k = 0; k < t->nat && t->at[k] != i; k++)
				;
			if (k == t->nat)
				t->e = ctl_refuse("%s:1: no column %s in the header line", t->path, t->column[i]);
		}
	} else if (t->e == CTL_DONE) {
		t->nlines++;
	}
	t->line++;
	t->field = 0;
	if (t->e == CTL_DONE && t->nlines == t->size) {
		t->size = t->size * 2 + 64;
		t->cell = reallocarray(t->cell, t->size * t->ncolumn, sizeof *t->cell);
		if (t->cell == NULL)
			abort();
		for (i = t->nlines * t->ncolumn; i < t->size * t->ncolumn; i++)
			t->cell[i] = "";
	}
}

static void ctl_csv_clear(struct ctl_csv *t)
{
	arena_clear(&t->arena);
	free(t->cell);
}

static int ctl_csv_read(struct ctl_csv *t, const char *path, const char *const *column, size_t ncolumn)
{
	struct csv_parser p;
	struct buf body;
	size_t skip;

	*t = (struct ctl_csv){ .path = path, .column = column, .ncolumn = ncolumn, .line = 1 };
	arena_init(&t->arena, 0);
	buf_init(&body, CSV_BYTES_MAX + 8192);
	if ((t->e = ctl_read_file(path, CSV_BYTES_MAX, &body)) == CTL_DONE) {
		skip = body.len >= 3 && memcmp(body.data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
		if (csv_init(&p, CSV_STRICT | CSV_STRICT_FINI) != 0)
			abort();
		if (csv_parse(&p, body.data + skip, body.len - skip, ctl_csv_field, ctl_csv_line, t) != body.len - skip
		    || csv_fini(&p, ctl_csv_field, ctl_csv_line, t) != 0)
			t->e = ctl_refuse("%s:%zu: %s", path, t->line, csv_strerror(csv_error(&p)));
		csv_free(&p);
	}
	buf_clear(&body);
	if (t->e == CTL_DONE && t->nlines == 0)
		t->e = ctl_refuse("%s: no line after the header", path);
	return t->e;
}

int ctl_area_recode(struct ctl *c, int argc, char **argv)
{
	static const char *const column[] = { "old", "new" };
	const char *on = ctl_option(&argc, argv, "--on");
	struct rq_area_recode rq = { .on_date = on };
	const struct rp_area_recode *done;
	struct w_code_change *v;
	const void *rp = NULL;
	struct ctl_csv t;
	char today[11];
	size_t i;
	int e;

	if (argc != 1)
		return ctl_usage("expected: balaictl area recode FILE [--on DATE]");
	if (on == NULL) {
		ctl_today(c, today);
		rq.on_date = today;
	}
	if ((e = ctl_csv_read(&t, argv[0], column, 2)) == CTL_DONE) {
		if ((v = arena_alloc(&t.arena, t.nlines * sizeof *v)) == NULL)
			abort();
		for (i = 0; i < t.nlines; i++) {
			v[i].old = t.cell[i * 2];
			v[i].new = t.cell[i * 2 + 1];
		}
		rq.rows.v = v;
		rq.rows.n = t.nlines;
		e = ctl_ask(c, OP_area_recode, &rq, &rp, "recode the areas");
	}
	if (e == CTL_DONE) {
		done = rp;
		printf("%" PRIu64 " areas have new codes from %s on.\n", done->changed, rq.on_date);
	}
	ctl_csv_clear(&t);
	return e;
}

int ctl_area_split(struct ctl *c, int argc, char **argv)
{
	enum { OLD, NEW, NAME, NEIGHBOURHOOD, HOUSEHOLD, COLUMNS };
	static const char *const column[] = { "old", "new", "name", "neighbourhood", "household" };
	const char *on = ctl_option(&argc, argv, "--on");
	struct rq_area_split rq = { .on_date = on };
	const struct rp_area_split *done;
	struct w_split_part *v;
	const char **cell;
	const void *rp = NULL;
	struct ctl_csv t;
	char today[11];
	size_t i;
	int e;

	if (argc != 1)
		return ctl_usage("expected: balaictl area split FILE [--on DATE]");
	if (on == NULL) {
		ctl_today(c, today);
		rq.on_date = today;
	}
	if ((e = ctl_csv_read(&t, argv[0], column, COLUMNS)) == CTL_DONE) {
		if ((v = arena_alloc(&t.arena, t.nlines * sizeof *v)) == NULL)
			abort();
		for (i = 0; i < t.nlines && e == CTL_DONE; i++) {
			cell = t.cell + i * COLUMNS;
			if (strcmp(cell[OLD], t.cell[OLD]) != 0 || strcmp(cell[NEW], t.cell[NEW]) != 0 || strcmp(cell[NAME], t.cell[NAME]) != 0)
				e = ctl_refuse("%s:%zu: old, new and name differ from the line before: one split a file", argv[0], i + 2);
			else if ((*cell[NEIGHBOURHOOD] == '\0') == (*cell[HOUSEHOLD] == '\0'))
				e = ctl_refuse("%s:%zu: expected either a neighbourhood or a household", argv[0], i + 2);
			else if (*cell[HOUSEHOLD] != '\0' && text_to_int(cell[HOUSEHOLD], 1, INT64_MAX, &v[i].household) != 0)
				e = ctl_refuse("%s:%zu: household: expected its number in the register", argv[0], i + 2);
			else
				v[i].neighbourhood = cell[NEIGHBOURHOOD];
		}
		if (e == CTL_DONE)
			e = ctl_area_find(c, t.cell[OLD], &rq.area);
		if (e == CTL_DONE) {
			rq.code = t.cell[NEW];
			rq.name = t.cell[NAME];
			rq.parts.v = v;
			rq.parts.n = t.nlines;
			e = ctl_ask(c, OP_area_split, &rq, &rp, "split the area");
		}
	}
	if (e == CTL_DONE) {
		done = rp;
		printf("The new area has %" PRIu64 " households.\n", done->households);
	}
	ctl_csv_clear(&t);
	return e;
}

/* balai-job reads files and takes its time; it works over the socket this program has logged in on. */
static int ctl_job(struct ctl *c, const char *verb, int argc, char **argv)
{
	const char **args = calloc((size_t)argc + 3, sizeof *args);
	int e, i;

	if (args == NULL)
		abort();
	args[0] = "balai-job";
	args[1] = verb;
	for (i = 0; i < argc; i++)
		args[i + 2] = argv[i];
	e = ctl_hand_over(c, "balai-job", args);
	free(args);
	return e;
}

int ctl_area_import(struct ctl *c, int argc, char **argv)
{
	return ctl_job(c, "area", argc, argv);
}

int ctl_import(struct ctl *c, int argc, char **argv)
{
	return ctl_job(c, "import", argc, argv);
}

int ctl_import_accept(struct ctl *c, int argc, char **argv)
{
	return ctl_job(c, "accept", argc, argv);
}
