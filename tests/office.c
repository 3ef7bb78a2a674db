/* office.c - see office.h */
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
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include <sodium.h>
#include "err.h"
#include "office.h"
#include "proc.h"
#include "random.h"
#include "text.h"

static const char *program(void)
{
	static char path[512];
	const char *dir = getenv("BUILDDIR");

	snprintf(path, sizeof path, "%s/src/balai-store", dir ? dir : ".");
	return path;
}

int office_run(const struct office *o, const char *a1, const char *a2, const char *a3, char *out, size_t size)
{
	int p[2], status;
	size_t n = 0;
	ssize_t k;
	pid_t pid;

	(void)o;
	assert_int_equal(pipe(p), 0);
	if ((pid = fork()) == 0) {
		dup2(p[1], 1);
		close(p[0]);
		close(p[1]);
		close(3);
		execl(program(), "balai-store", a1, a2, a3, (char *)NULL);
		_exit(127);
	}
	close(p[1]);
	while (n + 1 < size && (k = read(p[0], out + n, size - 1 - n)) > 0)
		n += (size_t)k;
	out[n] = 0;
	close(p[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void office_make(struct office *o, bool forms)
{
	const char *src = getenv("SRCDIR");
	char out[256], cwd[256];
	FILE *f;

	assert_true(sodium_init() >= 0);
	text_init();
	memset(o, 0, sizeof *o);
	snprintf(o->dir, sizeof o->dir, "/tmp/balai-office-XXXXXX");
	assert_non_null(mkdtemp(o->dir));
	snprintf(o->conf, sizeof o->conf, "%s/balai.conf", o->dir);
	snprintf(o->socket, sizeof o->socket, "%s/run/store.sock", o->dir);
	assert_non_null(getcwd(cwd, sizeof cwd));
	f = fopen(o->conf, "w");
	fprintf(f, "office \"Dinas Sosial Kabupaten Contoh\"\nregency 9901\nzone Asia/Jakarta\ndir state\nrun run\nlimit sessions 300\n");
	if (forms)
		fprintf(f, "forms \"%s%s%s/forms\"\n", src && *src == '/' ? "" : cwd, src && *src == '/' ? "" : "/", src ? src : "..");
	fclose(f);
	assert_int_equal(office_run(o, "-f", o->conf, "--init", out, sizeof out), 0);
	assert_int_equal(sscanf(out, "admin %15s", o->code), 1);
}

void office_start(struct office *o)
{
	pid_t self = getpid();
	struct call_line l;

	if ((o->pid = fork()) == 0) {
		/* a test that fails leaves no store behind: it would hold the output open, and whoever reads that would wait for ever */
		if (proc_die_with_parent(self) != 0)
			_exit(127);
		close(3);
		execl(program(), "balai-store", "-f", o->conf, (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < 500; i++) {
		struct timespec ts = { 0, 10000000 };

		if (call_connect(&l, o->socket) == 0) {
			call_close(&l);
			return;
		}
		nanosleep(&ts, NULL);
	}
	fail_msg("balai-store does not accept");
}

void office_kill(struct office *o, int sig)
{
	int status;

	if (o->pid > 0) {
		kill(o->pid, sig);
		waitpid(o->pid, &status, 0);
	}
	o->pid = 0;
}

void office_remove(struct office *o)
{
	char *argv[] = { (char[]){ "rm" }, (char[]){ "-rf" }, (char[]){ "--" }, o->dir, NULL };
	pid_t pid;

	office_kill(o, SIGTERM);
	if ((pid = fork()) == 0) {
		execvp("rm", argv);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
}

int office_ask(struct call_line *l, enum op op, const void *rq, void **rp, uint32_t *code)
{
	struct finding_list f;
	int r;

	finding_list_init(&f);
	r = call_ask(l, op, rq, rp, &f);
	*code = f.n ? f.v[0].code : 0;
	finding_list_clear(&f);
	return r;
}

void office_connect(const struct office *o, struct call_line *l, const char *name)
{
	struct rq_hello rq = { .version = WIRE_VERSION, .program = name, .peer = "uji" };
	uint32_t code;
	void *rp;

	assert_int_equal(call_connect(l, o->socket), 0);
	assert_int_equal(office_ask(l, OP_hello, &rq, &rp, &code), 1);
}

int office_login(struct call_line *l, const char *account, const char *secret, uint8_t ticket[32])
{
	struct rq_login_begin begin = { .account = account };
	struct rq_login_answer ans = { .secret = secret };
	uint32_t code;
	void *rp;
	int r = office_ask(l, OP_login_begin, &begin, &rp, &code);

	if (r != 1)
		return r;
	r = office_ask(l, OP_login_answer, &ans, &rp, &code);
	if (r == 1 && ticket)
		memcpy(ticket, ((struct rp_login_answer *)rp)->ticket.p, 32);
	if (r == 0)
		assert_int_equal(code, FIND_login_failed);
	return r;
}

void office_password(struct call_line *l, const char *password)
{
	struct rq_password_change rq = { .new = password };
	uint32_t code;
	void *rp;

	random_uuid7(rq.key);
	assert_int_equal(office_ask(l, OP_password_change, &rq, &rp, &code), 1);
}

void office_admin(const struct office *o, struct call_line *l)
{
	office_connect(o, l, "balaictl");
	assert_int_equal(office_login(l, "admin", o->code, NULL), 1);
	office_password(l, ADMIN_PASSWORD);
}

int64_t office_account(struct call_line *admin, const struct office *o, const char *name, const char *role, int64_t area, const char *password)
{
	struct rq_account_put put = { .name = name, .full_name = "Petugas Uji" };
	struct rq_grant_put grant = { .role = role, .area = area };
	struct call_line l;
	char one_time[20];
	uint32_t code;
	int64_t id;
	void *rp;

	random_uuid7(put.key);
	assert_int_equal(office_ask(admin, OP_account_put, &put, &rp, &code), 1);
	id = ((struct rp_account_put *)rp)->account;
	snprintf(one_time, sizeof one_time, "%s", ((struct rp_account_put *)rp)->code);
	grant.account = id;
	random_uuid7(grant.key);
	assert_int_equal(office_ask(admin, OP_grant_put, &grant, &rp, &code), 1);
	office_connect(o, &l, "uji");
	assert_int_equal(office_login(&l, name, one_time, NULL), 1);
	office_password(&l, password);
	call_close(&l);
	return id;
}
