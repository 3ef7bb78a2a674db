/* job_area.c - `area DIR`: the four CSV files of idn-area-data become areas; columns are found by name, codes dotted or not. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "area.h"
#include "csvfile.h"
#include "err.h"
#include "job.h"
#include "text.h"

#define BATCH 400                 /* areas in one request: 400 of the longest names fit 64 KiB */

static const struct { const char *file, *parent; } set[] = {
	{ "provinces.csv", NULL }, { "regencies.csv", "province_code" }, { "districts.csv", "regency_code" }, { "villages.csv", "district_code" },
};

struct area_job {
	struct job *j;
	const char *regency;              /* dotted: only this one, with what is above and below; NULL all */
	struct w_area_new row[BATCH];
	size_t n;
	struct arena arena;               /* texts of the rows that wait */
	uint64_t read, added;
};

static void take_added(void *arg, const void *rp)
{
	struct area_job *m = arg;

	m->added += ((const struct rp_area_put *)rp)->added;
}

static int flush(struct area_job *m)
{
	struct rq_area_put rq = { .rows = { m->row, m->n } };
	int r = m->n == 0 ? 1 : job_ask(m->j, OP_area_put, &rq, "areas", take_added, m);

	m->n = 0;
	arena_reset(&m->arena);
	return r == 1 ? JOB_DONE : r == 0 ? JOB_REFUSED : job_failed(r);
}

static int say(const char *file, uint64_t line, const char *text)
{
	fprintf(stderr, "balai-job: %s:%" PRIu64 ": %s\n", file, line, text);
	return JOB_REFUSED;
}

static bool wanted(const struct area_job *m, const char *code)
{
	return m->regency == NULL || area_contains(m->regency, code) || area_contains(code, m->regency);
}

static int take_row(struct area_job *m, int level, const struct csvfile_row *row, const int column[3], uint32_t line)
{
	char code[AREA_CODE_SIZE], parent[AREA_CODE_SIZE] = "", above[AREA_CODE_SIZE];
	struct w_area_new *a = &m->row[m->n];
	struct buf name;
	int r = JOB_DONE;

	for (int i = 0; i < 3; i++)
		if (column[i] >= 0 && (size_t)column[i] >= row->n)
			return say(set[level].file, line, "cells are missing");
	if (!area_code_parse(row->cell[column[0]], code) || (int)area_level(code) != level + 1)
		return say(set[level].file, line, "the code is not one of this level");
	if (column[2] >= 0 && (!area_code_parse(row->cell[column[2]], parent) || !area_parent(code, above) || strcmp(above, parent) != 0))
		return say(set[level].file, line, "the code does not lie in its parent's");
	m->read++;
	if (!wanted(m, code))
		return JOB_DONE;
	buf_init(&name, 0);
	if (text_clean(row->cell[column[1]], strlen(row->cell[column[1]]), 80, false, &name, NULL) != TEXT_OK || name.len == 0)
		r = say(set[level].file, line, "the name cannot be read");
	if (r == JOB_DONE) {
		*a = (struct w_area_new){ .code = arena_strdup(&m->arena, code), .name = arena_strdup(&m->arena, buf_str(&name)), .level = (uint64_t)level + 1,
			.parent_code = arena_strdup(&m->arena, parent), .scheme = "" };
		if (a->code == NULL || a->name == NULL || a->parent_code == NULL)
			r = job_failed(ERR_NOMEM);
		else if (++m->n == BATCH)
			r = flush(m);
	}
	buf_clear(&name);
	return r;
}

static int take_file(struct area_job *m, int dir, int level)
{
	int fd = openat(dir, set[level].file, O_RDONLY | O_CLOEXEC), column[3], r;
	struct csvfile file;
	struct csvfile_fault fault;
	struct csvfile_row row;
	struct arena arena;

	if (fd < 0)
		return say(set[level].file, 0, strerror(errno));
	r = csvfile_open(&file, fd, &fault);
	if (r != 0) {
		close(fd);
		return r == ERR_PARSE ? say(set[level].file, fault.line, fault.text) : job_failed(r);
	}
	column[0] = csvfile_column(&file, "code");
	column[1] = csvfile_column(&file, "name");
	column[2] = set[level].parent == NULL ? -1 : csvfile_column(&file, set[level].parent);
	if (column[0] < 0 || column[1] < 0 || (set[level].parent != NULL && column[2] < 0))
		r = say(set[level].file, 1, "the columns code, name and the parent's code are needed");
	arena_init(&arena, 0);
	for (size_t i = 0; i < file.nrecord && r == 0; i++) {
		arena_reset(&arena);
		r = csvfile_read(&file, i, &arena, &row, &fault);
		if (r == ERR_PARSE)
			r = say(set[level].file, fault.line, fault.text);
		else
			r = r == 0 ? take_row(m, level, &row, column, file.record[i].line) : job_failed(r);
	}
	arena_clear(&arena);
	csvfile_close(&file);
	return r == JOB_DONE ? flush(m) : r;         /* a level is whole before the one below refers to it */
}

int job_area(struct job *j, int argc, char **argv)
{
	static const struct option option[] = { { "regency", required_argument, NULL, 'r' }, { NULL, 0, NULL, 0 } };
	struct area_job m = { .j = j };
	char regency[AREA_CODE_SIZE];
	int c, dir, r = JOB_DONE;

	while ((c = getopt_long(argc, argv, "", option, NULL)) != -1) {
		if (c != 'r' || !area_code_parse(optarg, regency) || area_level(regency) != AREA_REGENCY) {
			optind = argc + 1;
			break;
		}
		m.regency = regency;
	}
	if (optind + 1 != argc) {
		fprintf(stderr, "usage: area DIR [--regency CODE]\n");
		return JOB_USAGE;
	}
	dir = open(argv[optind], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0) {
		fprintf(stderr, "balai-job: %s: %s\n", argv[optind], strerror(errno));
		return JOB_REFUSED;
	}
	arena_init(&m.arena, 0);
	for (int level = 0; level < 4 && r == JOB_DONE; level++)
		r = take_file(&m, dir, level);
	arena_clear(&m.arena);
	close(dir);
	if (r == JOB_DONE)
		printf("%" PRIu64 " areas read, %" PRIu64 " of them new\n", m.read, m.added);
	return r;
}
