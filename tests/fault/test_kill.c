/* test_kill.c - SIGKILL of the store under load, with a history of what was acknowledged (security.md R1, R8, U7, short forms).
 *
 * Clients give grants, each with a key of its own; an answer is written to a file before it counts. After a kill the client logs in
 * by its ticket and asks again with the same key. At the end: every acknowledged grant is there once under the same id, no key made two,
 * every screen that was received has its leaf, and the copy of the database verifies.
 * BALAI_KILLS=N (default 8), BALAI_CLIENTS=N (default 3). `make accept-R1` kills 10,000 times.
 * Sabotage run: receipt_find() answering 0 (a key gives two grants); reads answered by the reader itself (screens without a leaf). */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include "err.h"
#include "office.h"
#include "random.h"

#define CLIENTS_MAX 16
static struct office office;
static const char password[] = "empat kata yang lain";
static volatile struct shared { int stop; unsigned acked[CLIENTS_MAX], shown[CLIENTS_MAX]; } *shared;

static int number(const char *name, int otherwise)
{
	const char *s = getenv(name);

	return s ? atoi(s) : otherwise;
}

static void nap(long ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&ts, NULL);
}

/* --- a client, in a process of its own: no cmocka here, exit status 1 says that a promise was broken --------------------------- */

static bool greet(struct call_line *l, const uint8_t ticket[32])
{
	struct rq_hello hello = { .version = WIRE_VERSION, .program = "uji", .peer = "uji" };
	struct rq_login_resume resume = { .ticket = { ticket, 32 } };
	struct finding_list f;
	void *rp;
	int r;

	if (call_connect(l, office.socket) != 0)
		return false;
	finding_list_init(&f);
	r = call_ask(l, OP_hello, &hello, &rp, &f) == 1 ? call_ask(l, OP_login_resume, &resume, &rp, &f) : -1;
	finding_list_clear(&f);
	if (r != 1)
		call_close(l);
	if (r == 0) {
		fprintf(stderr, "a session was lost\n");
		_exit(1);
	}
	return r == 1;
}

static void client(int me, const char *name, int64_t subject)
{
	struct call_line l;
	struct finding_list f;
	uint8_t ticket[32];
	char path[128];
	bool up = true;
	void *rp;
	int out;

	snprintf(path, sizeof path, "%s/history.%d", office.dir, me);
	out = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (call_connect(&l, office.socket) != 0 || office_login(&l, name, password, ticket) != 1)
		_exit(1);
	finding_list_init(&f);
	while (!shared->stop) {
		struct rq_grant_put rq = { .account = subject, .role = "observer", .area = 0 };
		struct rq_desk_show show = { .has = 0 };
		int r = -1;

		random_uuid7(rq.key);
		for (;;) {
			while (!up) {
				if (shared->stop > 1)
					_exit(0);
				nap(20);
				up = greet(&l, ticket);
			}
			r = call_ask(&l, OP_grant_put, &rq, &rp, &f);
			if (r == 1)
				break;
			if (r == 0) {
				fprintf(stderr, "refused with %u\n", f.n ? f.v[0].code : 0);
				_exit(1);
			}
			call_close(&l);
			up = false;
		}
		if (dprintf(out, "%lld\n", (long long)((struct rp_grant_put *)rp)->grant) < 0)
			_exit(1);
		shared->acked[me]++;
		/* asked once more with the same key: the same receipt */
		if (shared->acked[me] % 7 == 0) {
			int64_t was = ((struct rp_grant_put *)rp)->grant;

			r = call_ask(&l, OP_grant_put, &rq, &rp, &f);
			if (r == 1 && ((struct rp_grant_put *)rp)->grant != was) {
				fprintf(stderr, "a key gave two grants\n");
				_exit(1);
			}
		}
		if (r == 1 && call_ask(&l, OP_desk_show, &show, &rp, &f) == 1) {
			shared->shown[me]++;
			continue;
		}
		call_close(&l);
		up = false;
	}
	_exit(0);
}

static int setup(void **state)
{
	(void)state;
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	office_make(&office, false);
	office_start(&office);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	office_remove(&office);
	return 0;
}

static int by_id(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static size_t history(int n, int64_t **all)
{
	size_t total = 0, size = 0;
	char path[128], line[64];

	*all = NULL;
	for (int i = 0; i < n; i++) {
		FILE *f;

		snprintf(path, sizeof path, "%s/history.%d", office.dir, i);
		f = fopen(path, "r");
		assert_non_null(f);
		while (fgets(line, sizeof line, f)) {
			if (total == size)
				*all = realloc(*all, (size = size ? size * 2 : 1024) * sizeof **all);
			(*all)[total++] = strtoll(line, NULL, 10);
		}
		fclose(f);
	}
	if (total)
		qsort(*all, total, sizeof **all, by_id);
	return total;
}

/* Leaves of an operation, read out of the export: version, seq, epoch, time, operation ... */
static unsigned leaves_of(struct call_line *admin, unsigned op)
{
	struct rq_journal_export rq = { .limit = 200 };
	unsigned n = 0;
	uint32_t code;
	void *rp;

	do {
		struct rp_journal_export *p;

		assert_int_equal(office_ask(admin, OP_journal_export, &rq, &rp, &code), 1);
		p = rp;
		for (size_t i = 0; i < p->rows.n; i++) {
			const uint8_t *b = p->rows.v[i].bytes.p + 1;
			uint64_t v = 0;

			for (int k = 0; k < 5; k++) {
				unsigned head = *b++ & 31, more = head < 24 ? 0 : head == 24 ? 1 : head == 25 ? 2 : head == 26 ? 4 : 8;

				v = more ? 0 : head;
				for (; more; more--)
					v = v << 8 | *b++;
			}
			n += v == op;
		}
		rq.after = p->next;
	} while (rq.after);
	return n;
}

static void test_kills(void **state)
{
	int n = number("BALAI_CLIENTS", 3), kills = number("BALAI_KILLS", 8), status;
	struct rq_backup_make make = { 0 };
	struct call_line admin;
	unsigned acked = 0, shown = 0, leaves;
	int64_t subject, *all;
	pid_t pid[CLIENTS_MAX];
	char out[300], path[160], name[16];
	size_t total;
	uint32_t code;
	void *rp;

	(void)state;
	assert_true(n <= CLIENTS_MAX);
	office_admin(&office, &admin);
	subject = office_account(&admin, &office, "saksi", "observer", 0, password);
	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof name, "klien%d", i);
		office_account(&admin, &office, name, "admin", 0, password);
	}
	call_close(&admin);
	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof name, "klien%d", i);
		if ((pid[i] = fork()) == 0)
			client(i, name, subject);
	}
	for (int i = 0; i < n; i++)
		for (int k = 0; k < 500 && shared->acked[i] < 3; k++)
			nap(10);
	for (int k = 0; k < kills; k++) {
		nap(60 + (long)random_below(150));
		office_kill(&office, SIGKILL);
		office_start(&office);
	}
	nap(200);
	shared->stop = 1;
	for (int i = 0; i < n; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			fail_msg("client %d found a promise broken", i);
		acked += shared->acked[i];
		shown += shared->shown[i];
	}
	office_connect(&office, &admin, "balaictl");
	assert_int_equal(office_login(&admin, "admin", ADMIN_PASSWORD, NULL), 1);
	total = history(n, &all);
	assert_int_equal(total, acked);
	for (size_t i = 1; i < total; i++)
		assert_true(all[i] != all[i - 1]);             /* two keys never share a grant */
	leaves = leaves_of(&admin, OP_grant_put);
	/* one leaf per acknowledged grant, those of the accounts themselves, and at most one per client that was done but not heard */
	if (leaves < acked + (unsigned)n + 1 || leaves > acked + 2 * (unsigned)n + 1)
		fail_msg("%u grants acknowledged, %u in the journal", acked, leaves);
	leaves = leaves_of(&admin, OP_desk_show);
	if (leaves < shown)
		fail_msg("%u screens received, %u leaves", shown, leaves);
	random_uuid7(make.key);
	assert_int_equal(office_ask(&admin, OP_backup_make, &make, &rp, &code), 1);
	snprintf(path, sizeof path, "%s/state/backup/%s", office.dir, ((struct rp_backup_make *)rp)->name);
	assert_int_equal(office_run(&office, "--verify", path, NULL, out, sizeof out), 0);
	print_message("# %d kills, %u acknowledged, 0 lost, 0 doubled; %u screens, %u leaves\n", kills, acked, shown, leaves);
	assert_true(acked > (unsigned)kills);
	free(all);
	call_close(&admin);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_kills) };

	return cmocka_run_group_tests(tests, setup, teardown);
}
