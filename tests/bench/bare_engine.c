/* bare_engine.c - the rows that the store wrote for its registrations, written by SQLite and nothing else.
 *
 * bare_engine BEFORE AFTER COPY [-b BATCH] [-c CALLERS] [-t SECONDS]
 * BEFORE and AFTER are the office's database before and after a run of store_load; each new row of `dossier` is a
 * registration. The rows that are in AFTER and not in BEFORE are read into memory and dealt out evenly, table by table in the
 * order they were written, so that every registration has its share of each table, indexes included. Rows that were written and deleted again (drafts)
 * are not counted, which favours this program. COPY, a fresh copy of BEFORE, then gets them:
 *   -b N   by one process, N registrations to a transaction
 *   -c N   by N processes, each opening the file itself, one registration to a transaction, waiting for the lock
 * Same journal mode and sync setting as the store: WAL, synchronous FULL. Prints NAME VALUE. */
#include "config.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <sqlite3.h>

#define TABLES_MAX 200
#define CALLERS_MAX 2000
#define SAMPLES_EACH 4000

struct table { char *insert; int columns; sqlite3_value **cell; size_t rows, size; };
static struct table table[TABLES_MAX];
static int tables;
static size_t registrations;

static _Noreturn void quit(sqlite3 *db, const char *what)
{
	fprintf(stderr, "bare_engine: %s: %s\n", what, db != NULL ? sqlite3_errmsg(db) : strerror(errno));
	exit(1);
}

static double now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		quit(db, sql);
}

/* The rows of one table that are new, in the order of their rowid or key. */
static void read_table(sqlite3 *db, const char *name)
{
	struct table *t = &table[tables];
	char *sql = sqlite3_mprintf("select * from main.\"%w\" except select * from before.\"%w\"", name, name);
	sqlite3_stmt *q;
	int i;

	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK)
		quit(db, sql);
	t->columns = sqlite3_column_count(q);
	while (sqlite3_step(q) == SQLITE_ROW) {
		if (t->rows == t->size) {
			t->size = t->size * 2 + 256;
			t->cell = realloc(t->cell, t->size * (size_t)t->columns * sizeof *t->cell);
			if (t->cell == NULL)
				quit(NULL, "memory");
		}
		for (i = 0; i < t->columns; i++)
			t->cell[t->rows * (size_t)t->columns + (size_t)i] = sqlite3_value_dup(sqlite3_column_value(q, i));
		t->rows++;
	}
	sqlite3_finalize(q);
	sqlite3_free(sql);
	if (t->rows == 0)
		return;
	sqlite3_str *s = sqlite3_str_new(db);
	sqlite3_str_appendf(s, "insert or replace into \"%w\" values (?", name);
	for (i = 1; i < t->columns; i++)
		sqlite3_str_appendall(s, ",?");
	sqlite3_str_appendall(s, ")");
	t->insert = sqlite3_str_finish(s);
	if (strcmp(name, "dossier") == 0)
		registrations = t->rows;
	tables++;
}

static void read_rows(const char *before, const char *after)
{
	sqlite3_stmt *q;
	sqlite3 *db;
	char *sql, *name[TABLES_MAX];
	int n = 0;

	if (sqlite3_open_v2(after, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		quit(db, after);
	sql = sqlite3_mprintf("attach %Q as before", before);
	run(db, sql);
	sqlite3_free(sql);
	if (sqlite3_prepare_v2(db, "select name from main.sqlite_schema where type = 'table' and name not like 'sqlite_%'", -1, &q, NULL) != SQLITE_OK)
		quit(db, "tables");
	while (sqlite3_step(q) == SQLITE_ROW && n < TABLES_MAX)
		name[n++] = strdup((const char *)sqlite3_column_text(q, 0));
	sqlite3_finalize(q);
	for (int i = 0; i < n; i++) {
		read_table(db, name[i]);
		free(name[i]);
	}
	sqlite3_close(db);
}

struct writer { sqlite3 *db; sqlite3_stmt *insert[TABLES_MAX]; };

static void writer_open(struct writer *w, const char *path)
{
	if (sqlite3_open_v2(path, &w->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		quit(w->db, path);
	sqlite3_busy_timeout(w->db, 10000);
	run(w->db, "pragma journal_mode = wal");
	run(w->db, "pragma synchronous = full");
	run(w->db, "pragma foreign_keys = off");
	for (int i = 0; i < tables; i++)
		if (sqlite3_prepare_v3(w->db, table[i].insert, -1, SQLITE_PREPARE_PERSISTENT, &w->insert[i], NULL) != SQLITE_OK)
			quit(w->db, table[i].insert);
}

/* The share of one registration: rows i*n/R .. (i+1)*n/R of every table. */
static size_t write_one(struct writer *w, size_t registration)
{
	size_t written = 0;

	for (int i = 0; i < tables; i++) {
		const struct table *t = &table[i];
		size_t from = registration * t->rows / registrations, to = (registration + 1) * t->rows / registrations;

		for (; from < to; from++, written++) {
			for (int k = 0; k < t->columns; k++)
				sqlite3_bind_value(w->insert[i], k + 1, t->cell[from * (size_t)t->columns + (size_t)k]);
			if (sqlite3_step(w->insert[i]) != SQLITE_DONE)
				quit(w->db, t->insert);
			sqlite3_reset(w->insert[i]);
		}
	}
	return written;
}

static void batched(const char *copy, size_t batch)
{
	struct writer w;
	size_t i, rows = 0;
	double begin;

	writer_open(&w, copy);
	begin = now_s();
	for (i = 0; i < registrations; i++) {
		if (i % batch == 0)
			run(w.db, "begin immediate");
		rows += write_one(&w, i);
		if ((i + 1) % batch == 0 || i + 1 == registrations)
			run(w.db, "commit");
	}
	printf("per_s %.1f\nrows_each %.1f\nbatch %zu\n", (double)registrations / (now_s() - begin), (double)rows / (double)registrations, batch);
	sqlite3_close_v2(w.db);
}

static int by_value(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return x < y ? -1 : x > y;
}

static void each_its_own(const char *copy, int callers, int seconds)
{
	struct shared { double begin, end; struct { size_t n; float ms[SAMPLES_EACH]; } of[CALLERS_MAX]; } *s;
	float *all;
	size_t n = 0;

	s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s == MAP_FAILED)
		quit(NULL, "mmap");
	s->begin = now_s() + 3;                /* time for all to open the file */
	s->end = s->begin + seconds;
	for (int c = 0; c < callers; c++) {
		pid_t pid = fork();

		if (pid < 0)
			quit(NULL, "fork");
		if (pid > 0)
			continue;
		struct writer w;
		size_t i = (size_t)c;

		writer_open(&w, copy);
		while (now_s() < s->begin)
			usleep(10000);
		for (; now_s() < s->end && i < registrations; i += (size_t)callers) {
			double t = now_s();

			/* who waits for the lock still, long after the end, has waited at least so long and registers nothing any more */
			while (sqlite3_exec(w.db, "begin immediate", NULL, NULL, NULL) == SQLITE_BUSY)
				if (now_s() > s->end + 15)
					_exit(0);
			write_one(&w, i);
			run(w.db, "commit");
			if (s->of[c].n < SAMPLES_EACH)
				s->of[c].ms[s->of[c].n++] = (float)((now_s() - t) * 1000);
		}
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
	double took = now_s() - s->begin;
	for (int c = 0; c < callers; c++)
		n += s->of[c].n;
	if (n == 0 || (all = malloc(n * sizeof *all)) == NULL)
		quit(NULL, "no registration");
	n = 0;
	for (int c = 0; c < callers; c++) {
		memcpy(all + n, s->of[c].ms, s->of[c].n * sizeof *all);
		n += s->of[c].n;
	}
	qsort(all, n, sizeof *all, by_value);
	printf("per_s %.1f\np50_ms %.1f\np99_ms %.1f\ncallers %d\n", (double)n / took, (double)all[n / 2], (double)all[n * 99 / 100], callers);
	free(all);
}

int main(int argc, char **argv)
{
	int option, callers = 0, seconds = 20;
	size_t batch = 0;

	while ((option = getopt(argc, argv, "b:c:t:")) != -1) {
		switch (option) {
		case 'b': batch = (size_t)atoi(optarg); break;
		case 'c': callers = atoi(optarg); break;
		case 't': seconds = atoi(optarg); break;
		default: return 2;
		}
	}
	if (argc - optind != 3 || (batch == 0) == (callers == 0) || callers > CALLERS_MAX)
		return 2;
	read_rows(argv[optind], argv[optind + 1]);
	if (registrations == 0) {
		fputs("bare_engine: no registration between the two\n", stderr);
		return 1;
	}
	if (batch > 0)
		batched(argv[optind + 2], batch);
	else
		each_its_own(argv[optind + 2], callers, seconds);
	return 0;
}
