/* store_load.c - closed-loop callers on the store's socket: each registers a household, and at once the next one.
 *
 * store_load -s SOCKET -f FORMS -P PREFIX -p PASSWORD [-n CALLERS] [-t SECONDS]
 * The accounts PREFIX1 .. PREFIXn are operators of one village in which a dossier stands already: its answers are the
 * pattern of every registration, with other names and numbers. A registration is what a desk does: draft_open, draft_save
 * with the whole questionnaire, dossier_submit; its time runs from the first byte out to the receipt. Prints NAME VALUE. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "call.h"
#include "clock.h"
#include "err.h"
#include "form.h"
#include "log.h"
#include "random.h"

#define CALLERS_MAX 2000
#define LOGINS_AT_ONCE 8           /* balai-hash queues 64; a login costs tens of milliseconds of a core */
#define SAMPLES_MAX 2000000u

struct caller {
	struct call *call;
	int fd, number;
	bool ready;
	int64_t draft, began;          /* ns */
	uint64_t saved;
};

static struct {
	const char *socket, *prefix, *password;
	int callers, seconds;
	struct w_answer *answer; size_t nanswer;
	struct w_filling_row *row; size_t nrow;
	int64_t area;
	uint32_t nik, card, name, birth, sex;
	struct arena keep;
	uint32_t serial;
	bool running, over;
	int ready, logging_in;
	uint64_t refused;
	uint32_t *sample; size_t nsample;     /* microseconds */
} load;

static struct caller caller[CALLERS_MAX];

static _Noreturn void quit(const char *what)
{
	fprintf(stderr, "store_load: %s\n", what);
	exit(1);
}

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* --- the pattern ----------------------------------------------------------------------------------------------------- */

static void *must(struct call_line *line, enum op op, const void *rq)
{
	struct finding_list f;
	void *rp = NULL;

	finding_list_init(&f);
	if (call_ask(line, op, rq, &rp, &f) != 1)
		quit(op_info(op)->name);
	return rp;
}

static void find_pattern(void)
{
	struct rq_hello hello = { .version = WIRE_VERSION, .program = "store_load" };
	struct rq_login_answer answer = { .secret = load.password };
	struct rq_dossier_list list = { .limit = 100 };
	struct rq_dossier_show show = { 0 };
	struct rp_dossier_list *dossiers;
	struct rp_dossier_show *d;
	struct rq_login_begin begin;
	struct call_line line;
	int64_t id[100];
	char name[64];
	size_t i, k, n;

	snprintf(name, sizeof name, "%s1", load.prefix);
	begin = (struct rq_login_begin){ .account = name };
	if (call_connect(&line, load.socket) != 0)
		quit("the store cannot be reached");
	must(&line, OP_hello, &hello);
	must(&line, OP_login_begin, &begin);
	must(&line, OP_login_answer, &answer);
	dossiers = must(&line, OP_dossier_list, &list);
	n = dossiers->rows.n;
	for (i = 0; i < n; i++)
		id[i] = dossiers->rows.v[i].id;
	for (i = 0; i < n; i++) {
		size_t members = 0;

		show.dossier = id[i];
		d = must(&line, OP_dossier_show, &show);
		for (k = 0; k < d->rows.n; k++)
			members += d->rows.v[k].roster == d->rows.v[0].roster;
		if (members != 4 && i + 1 < n)
			continue;
		load.area = d->area.id;
		load.nanswer = d->answers.n;
		load.nrow = d->rows.n;
		load.answer = arena_dup(&load.keep, d->answers.v, d->answers.n * sizeof d->answers.v[0]);
		load.row = arena_dup(&load.keep, d->rows.v, d->rows.n * sizeof d->rows.v[0]);
		for (k = 0; k < load.nanswer; k++)
			load.answer[k].value = arena_strdup(&load.keep, load.answer[k].value);
		for (k = 0; k < load.nrow; k++)
			load.row[k].subject = 0;
		break;
	}
	call_close(&line);
	if (load.nanswer == 0)
		quit("no dossier to take the answers of");
	printf("answers %zu\nmembers_rows %zu\n", load.nanswer, load.nrow);
}

static uint32_t field_of(const struct form *form, const char *store)
{
	const struct field *f = form_field_stored(form, store);

	if (f == NULL)
		quit(store);
	return f->number;
}

static void read_form(const char *forms)
{
	struct form_source source;
	struct form_error err;
	struct form_dir *dir;
	struct form *form;
	char path[4096], *text = malloc(400000);
	FILE *file;
	size_t n;

	snprintf(path, sizeof path, "%s/questionnaire/bdt2015.form", forms);
	if (text == NULL || form_dir_open(forms, &dir) != 0 || (file = fopen(path, "re")) == NULL)
		quit("the forms cannot be read");
	n = fread(text, 1, 400000, file);
	fclose(file);
	source = form_dir_source(dir);
	if (form_read("bdt2015", text, n, &source, &form, &err, NULL) != 0)
		quit(err.text);
	load.nik = field_of(form, "person.nik");
	load.card = field_of(form, "family_card.no");
	load.name = field_of(form, "person.name");
	load.birth = field_of(form, "person.birth_on");
	load.sex = field_of(form, "person.sex");
	form_free(form);
	form_dir_close(dir);
	free(text);
}

static const char *pattern_value(uint32_t field, uint64_t row, const char *otherwise)
{
	for (size_t i = 0; i < load.nanswer; i++)
		if (load.answer[i].field == field && load.answer[i].row == row)
			return load.answer[i].value;
	return otherwise;
}

/* --- one caller ------------------------------------------------------------------------------------------------------ */

static void caller_next(struct caller *);

static void on_submit(void *arg, const struct call_answer *a)
{
	struct caller *c = arg;

	if (!a->done) {
		if (load.refused++ == 0) {
			struct buf why;

			buf_init(&why, 0);
			for (size_t i = 0; i < a->findings->n; i++) {
				finding_text(&a->findings->v[i], &why);
				fprintf(stderr, "store_load: refused: code %u field %u row %u: %s\n", a->findings->v[i].code,
					a->findings->v[i].field, a->findings->v[i].row, buf_str(&why));
				buf_reset(&why);
			}
			buf_clear(&why);
		}
	} else if (load.running && load.nsample < SAMPLES_MAX) {
		load.sample[load.nsample++] = (uint32_t)((now_ns() - c->began) / 1000);
	}
	caller_next(c);
}

static void on_save(void *arg, const struct call_answer *a)
{
	struct caller *c = arg;
	struct rq_dossier_submit rq = { .draft = c->draft, .channel = "RT_RW" };

	if (!a->done)
		quit("draft_save refused");
	rq.saved = ((const struct rp_draft_save *)a->rp)->saved;
	if (call_send(c->call, OP_dossier_submit, &rq, on_submit, c) == 0)
		quit("dossier_submit cannot be sent");
}

static void on_open(void *arg, const struct call_answer *a)
{
	struct caller *c = arg;
	const struct rp_draft_open *rp = a->rp;
	struct rq_draft_save rq = { .all_rows = true };
	struct w_answer *answer;
	struct arena one;
	uint32_t serial = ++load.serial;

	if (!a->done)
		quit("draft_open refused");
	arena_init(&one, 0);
	answer = arena_dup(&one, load.answer, load.nanswer * sizeof *answer);
	for (size_t i = 0; i < load.nanswer; i++) {
		const char *born = pattern_value(load.birth, answer[i].row, "1980-01-02");
		bool woman = *pattern_value(load.sex, answer[i].row, "1") == '2';

		if (answer[i].field == load.nik)
			answer[i].value = arena_printf(&one, "99%04u%02d%.2s%.2s%04u", 101 + serial / 9000 % 9000 * 4 + (unsigned)(answer[i].row % 4),
				atoi(born + 8) + (woman ? 40 : 0), born + 5, born + 2, serial % 9000 + 1);
		else if (answer[i].field == load.card)
			answer[i].value = arena_printf(&one, "99%04u150324%04u", 101 + serial / 9000, serial % 9000 + 1);
		else if (answer[i].field == load.name)
			answer[i].value = arena_printf(&one, "%s %c%c", answer[i].value, 'A' + serial % 26, 'a' + serial / 26 % 26);
	}
	c->draft = rp->draft;
	rq.draft = rp->draft;
	rq.saved = rp->saved;
	rq.answers.v = answer;
	rq.answers.n = load.nanswer;
	rq.rows.v = load.row;
	rq.rows.n = load.nrow;
	if (call_send(c->call, OP_draft_save, &rq, on_save, c) == 0)
		quit("draft_save cannot be sent");
	arena_clear(&one);
}

static void caller_next(struct caller *c)
{
	struct rq_draft_open rq = { .kind = "new", .area = load.area };

	if (load.over)
		return;
	c->began = now_ns();
	if (call_send(c->call, OP_draft_open, &rq, on_open, c) == 0)
		quit("draft_open cannot be sent");
}

static void on_login(void *arg, const struct call_answer *a)
{
	struct caller *c = arg;

	if (!a->done)
		quit("a login is refused");
	c->ready = true;
	load.ready++;
	load.logging_in--;
}

static void on_begun(void *arg, const struct call_answer *a)
{
	struct caller *c = arg;
	struct rq_login_answer rq = { .secret = load.password };

	if (!a->done || call_send(c->call, OP_login_answer, &rq, on_login, c) == 0)
		quit("login_begin is refused");
}

static void on_hello(void *arg, const struct call_answer *a)
{
	struct caller *c = arg;
	char name[64];
	struct rq_login_begin rq = { .account = name };

	snprintf(name, sizeof name, "%s%d", load.prefix, c->number);
	if (!a->done || call_send(c->call, OP_login_begin, &rq, on_begun, c) == 0)
		quit("hello is refused");
}

static void caller_start(struct caller *c, int number)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct rq_hello hello = { .version = WIRE_VERSION, .program = "store_load" };

	snprintf(to.sun_path, sizeof to.sun_path, "%s", load.socket);
	c->number = number;
	c->call = call_new(NULL, c);
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->call == NULL || c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof to) != 0)
		quit(strerror(errno));
	fcntl(c->fd, F_SETFL, O_NONBLOCK);
	load.logging_in++;
	call_send(c->call, OP_hello, &hello, on_hello, c);
}

/* --- the loop -------------------------------------------------------------------------------------------------------- */

static void turn(int started)
{
	static struct pollfd fds[CALLERS_MAX];
	static uint8_t chunk[65536];

	for (int i = 0; i < started; i++)
		fds[i] = (struct pollfd){ .fd = caller[i].fd, .events = (short)(POLLIN | (call_output(caller[i].call)->len > 0 ? POLLOUT : 0)) };
	if (poll(fds, (nfds_t)started, 100) < 0 && errno != EINTR)
		quit(strerror(errno));
	for (int i = 0; i < started; i++) {
		struct buf *out = call_output(caller[i].call);
		ssize_t n;

		if ((fds[i].revents & (POLLIN | POLLHUP)) != 0) {
			n = recv(caller[i].fd, chunk, sizeof chunk, 0);
			if (n == 0 || (n < 0 && errno != EAGAIN))
				quit("the store ended a connection");
			if (n > 0 && call_input(caller[i].call, chunk, (size_t)n) != 0)
				quit("the store broke the protocol");
		}
		if (out->len > 0) {
			n = send(caller[i].fd, out->data, out->len, MSG_NOSIGNAL);
			if (n > 0)
				buf_drop(out, (size_t)n);
		}
	}
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
	const char *forms = NULL;
	int option, started = 0;
	int64_t begin, end;

	load.callers = 500;
	load.seconds = 20;
	load.prefix = "bench";
	while ((option = getopt(argc, argv, "s:f:P:p:n:t:")) != -1) {
		switch (option) {
		case 's': load.socket = optarg; break;
		case 'f': forms = optarg; break;
		case 'P': load.prefix = optarg; break;
		case 'p': load.password = optarg; break;
		case 'n': load.callers = atoi(optarg); break;
		case 't': load.seconds = atoi(optarg); break;
		default: return 2;
		}
	}
	if (load.socket == NULL || forms == NULL || load.password == NULL || load.callers < 1 || load.callers > CALLERS_MAX)
		return 2;
	log_init("store_load", -1);
	arena_init(&load.keep, 0);
	load.serial = random_below(1000) * 20;
	if ((load.sample = malloc(SAMPLES_MAX * sizeof *load.sample)) == NULL)
		quit("no memory");
	read_form(forms);
	find_pattern();
	while (load.ready < load.callers) {
		while (started < load.callers && load.logging_in < LOGINS_AT_ONCE) {
			caller_start(&caller[started], started + 1);
			started++;
		}
		turn(started);
	}
	for (int i = 0; i < started; i++)
		caller_next(&caller[i]);
	/* the first second warms up */
	for (end = now_ns() + 1000000000; now_ns() < end; )
		turn(started);
	load.running = true;
	begin = now_ns();
	for (end = begin + (int64_t)load.seconds * 1000000000; now_ns() < end; )
		turn(started);
	load.running = false;
	load.over = true;
	end = now_ns();
	qsort(load.sample, load.nsample, sizeof *load.sample, by_value);
	if (load.nsample == 0)
		quit("nothing was registered");
	printf("callers %d\nregistrations %zu\nrefused %" PRIu64 "\nper_s %.1f\np50_ms %.1f\np99_ms %.1f\n", load.callers, load.nsample, load.refused,
		(double)load.nsample * 1e9 / (double)(end - begin), load.sample[load.nsample / 2] / 1000.0,
		load.sample[load.nsample * 99 / 100] / 1000.0);
	return load.refused > load.nsample / 100 ? 1 : 0;
}
