/* job_import.c - `import`: two files become dossiers that wait for a second account; `accept` is that account's word. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sodium.h>
#include <unistd.h>
#include "clock.h"
#include "err.h"
#include "import.h"
#include "job.h"
#include "text.h"

#define WINDOW 32                 /* households in flight: enough for the store to commit many at a time */
#define SAY_MS 2000
#define LISTS 64
#define ZONE_MINUTES 420          /* for typed dates only; the store checks with the office's own zone */
#define UNKNOWN_MAX 100

struct slot { struct import_job *of; struct import_household h; bool busy; };

struct import_job {
	struct job *j;
	struct import im;
	struct csvfile file[2];
	struct form *form;
	struct arena arena;           /* form and lists */
	struct slot slot[WINDOW];
	const char *form_name, *channel, *area_code, *report_name;
	bool dry;
	int64_t id, area;
	uint64_t next_line;
	int report;
	struct buf rows;              /* of the report, not written yet */
	uint64_t done, accepted, refused, warned, sent_from, households;
	int64_t started, said;
	int err;
};

static int say_fault(const char *path, const struct csvfile_fault *f)
{
	fprintf(stderr, "balai-job: %s:%" PRIu64 ": %s\n", path, f->line, f->text);
	return JOB_REFUSED;
}

/* --- the form and its lists come from the store -------------------------------------------------------------------- */
struct body { struct arena *arena; const char *text; size_t n; };

static void take_form(void *arg, const void *rp)
{
	const struct rp_form_get *f = rp;
	struct body *b = arg;

	b->n = strlen(f->body);
	b->text = arena_strdup(b->arena, f->body);
}

static void take_list(void *arg, const void *rp)
{
	const struct rp_list_get *l = rp;
	struct body *b = arg;

	b->n = strlen(l->body);
	b->text = arena_strdup(b->arena, l->body);
}

static const char *list_of(void *arg, const char *name, size_t *n)
{
	struct import_job *m = arg;
	struct body b = { &m->arena, NULL, 0 };
	struct rq_list_get rq = { .name = name };
	int r = job_ask(m->j, OP_list_get, &rq, name, take_list, &b);

	if (r < 0)
		m->err = r;
	*n = b.n;
	return r == 1 ? b.text : NULL;
}

static int get_form(struct import_job *m)
{
	struct body b = { &m->arena, NULL, 0 };
	struct rq_form_get rq = { .name = m->form_name };
	struct form_source source = { list_of, m };
	struct form_error err;
	int r = job_ask(m->j, OP_form_get, &rq, m->form_name, take_form, &b);

	if (r != 1)
		return r < 0 ? job_failed(r) : JOB_REFUSED;
	if (b.text == NULL)
		return job_failed(ERR_NOMEM);
	r = form_read(m->form_name, b.text, b.n, &source, &m->form, &err, NULL);
	if (r == ERR_PARSE && m->err == 0) {
		fprintf(stderr, "balai-job: form %s:%d: %s\n", m->form_name, err.line, err.text);
		return JOB_REFUSED;
	}
	return r == 0 ? JOB_DONE : job_failed(m->err != 0 ? m->err : r);
}

/* --- the report ------------------------------------------------------------------------------------------------------- */
static void report_flush(struct import_job *m)
{
	size_t at = 0;

	if (buf_end(&m->rows) != 0)
		m->err = buf_end(&m->rows);
	while (m->err == 0 && at < m->rows.len) {
		ssize_t n = write(m->report, m->rows.data + at, m->rows.len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			fprintf(stderr, "balai-job: %s: %s\n", m->report_name, strerror(errno));
			m->err = errno == ENOSPC ? ERR_FULL : ERR_IO;
			break;
		}
		at += (size_t)n;
	}
	buf_reset(&m->rows);
}

static void report(struct import_job *m, const struct import_household *h, const struct finding_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		m->warned += l->v[i].severity == SEV_WARN;
		import_report_row(&m->rows, m->form, h, &l->v[i]);
	}
	if (m->rows.len > 64u << 10)
		report_flush(m);
}

static int report_open(struct import_job *m)
{
	bool go_on = m->next_line > 1 && !m->dry;     /* a resumed import adds to the report of its first part */

	m->report = open(m->report_name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (go_on ? O_APPEND : O_TRUNC), 0600);
	if (m->report < 0) {
		fprintf(stderr, "balai-job: %s: %s\n", m->report_name, strerror(errno));
		return JOB_REFUSED;
	}
	if (lseek(m->report, 0, SEEK_END) == 0)
		import_report_head(&m->rows);
	return JOB_DONE;
}

static void orphan(void *arg, uint32_t line)
{
	struct import_job *m = arg;

	m->refused++;
	import_report_orphan(&m->rows, line);
}

/* --- progress --------------------------------------------------------------------------------------------------------- */
static void progress(struct import_job *m, bool last)
{
	int64_t now = clock_mono_ms(), spent = now - m->started;
	uint64_t here = m->done - m->sent_from, left = m->households - m->done;

	if (!last && now - m->said < SAY_MS)
		return;
	m->said = now;
	fprintf(stderr, "%" PRIu64 " of %" PRIu64 " households, %" PRIu64 " refused", m->done, m->households, m->refused);
	if (!last && here > 0)
		fprintf(stderr, ", about %" PRIu64 " s left", (uint64_t)spent * left / here / 1000 + 1);
	fprintf(stderr, "\n");
}

/* --- the households ---------------------------------------------------------------------------------------------------- */
static void row_done(void *arg, const struct call_answer *a)
{
	struct slot *s = arg;
	struct import_job *m = s->of;
	struct finding_list l;
	bool accepted = false;

	finding_list_init(&l);
	if (a->done) {
		const struct rp_import_row *rp = a->rp;

		accepted = rp->accepted;
		for (size_t i = 0; i < rp->findings.n; i++) {
			const struct w_finding *w = &rp->findings.v[i];
			const char *arg_of[FINDING_ARGS] = { NULL };
			struct finding *f;

			for (size_t k = 0; k < w->args.n && k < FINDING_ARGS; k++)
				arg_of[k] = w->args.v[k].v;
			f = finding_add(&l, (enum finding_code)w->code, (uint32_t)w->field, (uint32_t)w->row, arg_of[0], arg_of[1], arg_of[2], arg_of[3], (char *)NULL);
			if (f != NULL)
				f->severity = w->severity > SEV_BLOCK ? SEV_BLOCK : (uint8_t)w->severity;
		}
		report(m, &s->h, &l);
	} else {
		report(m, &s->h, a->findings);
	}
	if (l.nomem)
		m->err = ERR_NOMEM;
	finding_list_clear(&l);
	accepted ? m->accepted++ : m->refused++;
	m->done++;
	import_household_clear(&s->h);
	s->busy = false;
}

static int send_row(struct import_job *m, struct slot *s)
{
	struct rq_import_row rq = { .import = m->id, .line = s->h.line, .area = s->h.area, .dry = m->dry };
	struct arena arena;
	int r;

	report(m, &s->h, &s->h.findings);
	arena_init(&arena, 0);
	r = 0;
	if (finding_list_blocks(&s->h.findings)) {    /* what cannot be sent, or has no area or members: only put on record */
		rq.refused = true;
		rq.area = "-";
	} else {
		r = wire_filling_rows(&s->h.filling, &arena, &rq.answers.v, &rq.answers.n, &rq.rows.v, &rq.rows.n);
	}
	if (r == 0)
		r = job_send(m->j, OP_import_row, &rq, row_done, s);
	arena_clear(&arena);
	s->busy = r == 0;
	if (r != 0)
		import_household_clear(&s->h);
	return r;
}

static struct slot *free_slot(struct import_job *m)
{
	for (size_t i = 0; i < WINDOW; i++)
		if (!m->slot[i].busy)
			return &m->slot[i];
	return NULL;
}

static int run(struct import_job *m)
{
	struct import_fault fault;
	struct slot *s;
	int r = 0;

	m->started = m->said = clock_mono_ms();
	m->households = m->file[0].nrecord;
	for (size_t i = 0; i < m->file[0].nrecord && r == 0 && m->err == 0; i++) {
		if (!m->dry && m->file[0].record[i].line < m->next_line) {
			m->done++;
			m->sent_from++;
			continue;
		}
		while (r == 0 && (s = free_slot(m)) == NULL)
			r = job_turn(m->j, true);
		if (r != 0)
			break;
		s->of = m;
		r = import_household(&m->im, i, &s->h, &fault);
		if (r == ERR_PARSE)
			return say_fault(fault.file, &fault.at);
		if (r == 0)
			r = send_row(m, s);
		if (r == 0)
			r = job_turn(m->j, false);
		progress(m, false);
	}
	while (r == 0 && m->err == 0 && call_pending(m->j->call) > 0) {
		r = job_turn(m->j, true);
		progress(m, false);
	}
	report_flush(m);
	progress(m, true);
	return r != 0 || m->err != 0 ? job_failed(r != 0 ? r : m->err) : JOB_DONE;
}

/* --- the start ----------------------------------------------------------------------------------------------------------- */
static int digest(const char *path[2], uint8_t out[32])
{
	crypto_hash_sha256_state all, one;
	unsigned char bytes[65536];
	uint8_t sum[32];

	crypto_hash_sha256_init(&all);
	for (int i = 0; i < 2; i++) {
		int fd = open(path[i], O_RDONLY | O_CLOEXEC);
		ssize_t n = -1;

		if (fd < 0) {
			fprintf(stderr, "balai-job: %s: %s\n", path[i], strerror(errno));
			return JOB_REFUSED;
		}
		crypto_hash_sha256_init(&one);
		while ((n = read(fd, bytes, sizeof bytes)) > 0)
			crypto_hash_sha256_update(&one, bytes, (unsigned long long)n);
		close(fd);
		if (n < 0) {
			fprintf(stderr, "balai-job: %s: %s\n", path[i], strerror(errno));
			return JOB_REFUSED;
		}
		crypto_hash_sha256_final(&one, sum);
		crypto_hash_sha256_update(&all, sum, sizeof sum);
	}
	crypto_hash_sha256_final(&all, out);
	return JOB_DONE;
}

static int open_files(struct import_job *m, const char *path[2])
{
	struct import_fault fault;
	int r;

	for (int i = 0; i < 2; i++) {
		int fd = open(path[i], O_RDONLY | O_CLOEXEC);

		if (fd < 0) {
			fprintf(stderr, "balai-job: %s: %s\n", path[i], strerror(errno));
			return JOB_REFUSED;
		}
		r = csvfile_open(&m->file[i], fd, &fault.at);
		if (r != 0) {
			close(fd);
			return r == ERR_PARSE ? say_fault(path[i], &fault.at) : job_failed(r);
		}
	}
	r = import_open(&m->im, m->form, &m->file[0], &m->file[1], clock_day(clock_now_ms(), ZONE_MINUTES), &fault);
	return r == 0 ? JOB_DONE : r == ERR_PARSE ? say_fault(fault.file, &fault.at) : job_failed(r);
}

static void take_area(void *arg, const void *rp)
{
	const struct rp_area_list *l = rp;
	struct import_job *m = arg;

	for (size_t i = 0; i < l->rows.n; i++)
		if (strcmp(l->rows.v[i].code, m->area_code) == 0)
			m->area = l->rows.v[i].id;
}

static void take_begin(void *arg, const void *rp)
{
	const struct rp_import_begin *b = rp;
	struct import_job *m = arg;

	m->id = b->import;
	m->next_line = b->line + 1;       /* the last line on record */
}

static int begin(struct import_job *m, const char *path[2])
{
	struct rq_area_list area = { .text = m->area_code, .limit = 500 };
	struct rq_import_begin rq = { .form = m->form_name, .channel = m->channel, .total = m->file[0].nrecord };
	uint8_t sha[32];
	int r = digest(path, sha);

	if (r != JOB_DONE)
		return r;
	r = job_ask(m->j, OP_area_list, &area, m->area_code, take_area, m);
	if (r == 1 && m->area == 0) {
		fprintf(stderr, "balai-job: there is no area with the code %s\n", m->area_code);
		return JOB_REFUSED;
	}
	if (r == 1) {
		rq.sha = (struct wbytes){ sha, sizeof sha };
		rq.area = m->area;
		r = job_ask(m->j, OP_import_begin, &rq, "the file", take_begin, m);
	}
	return r == 1 ? JOB_DONE : r == 0 ? JOB_REFUSED : job_failed(r);
}

static void say_unknown(struct import_job *m)
{
	const char *name[UNKNOWN_MAX];

	for (int i = 0; i < 2; i++) {
		size_t n = import_unknown(&m->im, i == 1, name, UNKNOWN_MAX);

		for (size_t k = 0; k < n; k++)
			fprintf(stderr, "%s%s%s", k == 0 ? (i == 1 ? "ART.csv, columns that no question asks: " : "RUMAH.csv, columns that no question asks: ") : ", ",
				name[k], k + 1 == n ? "\n" : "");
	}
}

static int import_all(struct import_job *m, const char *path[2])
{
	int r = get_form(m);

	if (r == JOB_DONE)
		r = open_files(m, path);
	if (r == JOB_DONE)
		r = begin(m, path);
	if (r == JOB_DONE)
		r = report_open(m);
	if (r != JOB_DONE)
		return r;
	say_unknown(m);
	if ((m->next_line <= 1 || m->dry) && import_orphans(&m->im, orphan, m) != 0)
		return job_failed(ERR_NOMEM);
	r = run(m);
	if (r == JOB_DONE) {
		printf("%s%" PRId64 ": %" PRIu64 " households, %" PRIu64 " refused rows, %" PRIu64 " warnings, report in %s\n", m->dry ? "dry run of import " : "import ",
			m->id, m->accepted, m->refused, m->warned, m->report_name);
		if (!m->dry)
			printf("another account accepts it: balaictl -a ACCOUNT import accept %" PRId64 "\n", m->id);
	}
	return r;
}

static int usage(void)
{
	fprintf(stderr, "usage: import [--dry-run] [--form NAME] [--area CODE] [--channel CODE] [--report FILE] RUMAH.csv ART.csv\n");
	return JOB_USAGE;
}

int job_import(struct job *j, int argc, char **argv)
{
	static const struct option option[] = {
		{ "dry-run", no_argument, NULL, 'n' }, { "form", required_argument, NULL, 'f' }, { "area", required_argument, NULL, 'a' },
		{ "channel", required_argument, NULL, 'c' }, { "report", required_argument, NULL, 'r' }, { NULL, 0, NULL, 0 },
	};
	struct import_job *m = calloc(1, sizeof *m);
	const char *path[2];
	int c, r;

	if (m == NULL)
		return job_failed(ERR_NOMEM);
	*m = (struct import_job){ .j = j, .form_name = "bdt2015", .channel = "PRELIST_PUSAT", .area_code = "", .report_name = "import-report.csv",
		.report = -1, .file = { { .fd = -1 }, { .fd = -1 } } };
	arena_init(&m->arena, 0);
	buf_init(&m->rows, 0);
	while ((c = getopt_long(argc, argv, "", option, NULL)) != -1)
		switch (c) {
		case 'n': m->dry = true; break;
		case 'f': m->form_name = optarg; break;
		case 'a': m->area_code = optarg; break;
		case 'c': m->channel = optarg; break;
		case 'r': m->report_name = optarg; break;
		default: optind = argc + 1; break;
		}
	if (optind + 2 == argc && m->area_code[0] != 0) {
		path[0] = argv[optind];
		path[1] = argv[optind + 1];
		r = import_all(m, path);
	} else {
		r = usage();
	}
	for (size_t i = 0; i < WINDOW; i++)
		if (m->slot[i].busy)
			import_household_clear(&m->slot[i].h);
	import_close(&m->im);
	for (int i = 0; i < 2; i++)
		csvfile_close(&m->file[i]);
	form_free(m->form);
	if (m->report >= 0 && close(m->report) != 0 && r == JOB_DONE)
		r = job_failed(ERR_IO);
	buf_clear(&m->rows);
	arena_clear(&m->arena);
	free(m);
	return r;
}

/* --- the second account --------------------------------------------------------------------------------------------------- */
struct accepted { uint64_t applied, left, refused; };

static void take_accepted(void *arg, const void *rp)
{
	const struct rp_import_accept *a = rp;
	struct accepted *s = arg;

	*s = (struct accepted){ a->applied, a->left, a->refused };
}

int job_accept(struct job *j, int argc, char **argv)
{
	struct rq_import_accept rq = { .import = 0 };
	struct accepted s = { 0, 0, 0 };
	int64_t said = clock_mono_ms();
	int r;

	if (argc != 2 || text_to_int(argv[1], 1, INT64_MAX, &rq.import) != 0) {
		fprintf(stderr, "usage: accept IMPORT\n");
		return JOB_USAGE;
	}
	do {
		uint64_t before = s.applied + s.refused;

		r = job_ask(j, OP_import_accept, &rq, "accept", take_accepted, &s);
		if (r == 1 && clock_mono_ms() - said >= SAY_MS) {
			said = clock_mono_ms();
			fprintf(stderr, "%" PRIu64 " applied, %" PRIu64 " left\n", s.applied, s.left);
		}
		if (r == 1 && s.left > 0 && s.applied + s.refused == before)
			break;                    /* nothing moved: never ask for ever */
	} while (r == 1 && s.left > 0);
	if (r != 1)
		return r == 0 ? JOB_REFUSED : job_failed(r);
	printf("import %" PRId64 ": %" PRIu64 " households are in the register, %" PRIu64 " were refused or sent back, %" PRIu64 " left\n", rq.import, s.applied, s.refused, s.left);
	return s.left == 0 ? JOB_DONE : JOB_REFUSED;
}
