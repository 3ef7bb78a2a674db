/* ctl_login.c - balaictl's way to the store: configuration, socket, password, one request. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "ctl.h"
#include "err.h"

#define SECRET_MAX 512

int ctl_read_conf(struct ctl *c)
{
	char err[256];

	if (c->conf_read)
		return CTL_DONE;
	if (conf_read(&c->conf, c->conf_path, err) != 0) {
		fprintf(stderr, "balaictl: %s\nName the office's configuration with -f, or its socket with -s.\n", err);
		return CTL_USAGE;
	}
	c->conf_read = true;
	if (c->socket == NULL)
		c->socket = c->conf.socket;
	return CTL_DONE;
}

int ctl_connect(struct ctl *c)
{
	int e = call_connect(&c->line, c->socket);

	if (e == 0) {
		c->connected = true;
		return CTL_DONE;
	}
	if (e == ERR_TOOLONG)
		return ctl_usage("the socket's path is too long for a Unix socket: %s", c->socket);
	fprintf(stderr, "balaictl: the store does not answer on %s: %s.\n", c->socket,
		e == ERR_CLOSED ? "nobody listens there" : strerror(errno));
	fputs("Start the office (systemctl start balai, or balaid -f CONF), then try again; balaictl doctor looks closer.\n", stderr);
	return CTL_UNREACHABLE;
}

void ctl_close(struct ctl *c)
{
	if (c->connected)
		call_close(&c->line);
	c->connected = false;
	if (c->conf_read)
		conf_clear(&c->conf);
	c->conf_read = false;
}

int ctl_ask(struct ctl *c, enum op op, const void *rq, const void **rp, const char *what)
{
	struct finding_list findings;
	void *reply = NULL;
	int e = call_ask(&c->line, op, rq, &reply, &findings);

	*rp = reply;
	if (e == 1)
		return CTL_DONE;
	if (e == 0) {
		ctl_findings(&findings, what);
		finding_list_clear(&findings);
		return CTL_REFUSED;
	}
	if (e == ERR_TOOLONG || e == ERR_PARSE)
		return ctl_refuse("cannot %s: %s", what, e == ERR_TOOLONG ? "it is too long to be sent" : "it is not valid UTF-8");
	if (e == ERR_AGAIN)
		fprintf(stderr, "balaictl: cannot %s: the store cannot say whether it was done. Look, and try again.\n", what);
	else
		fprintf(stderr, "balaictl: cannot %s: the store ended the connection (%s). Its log says why.\n", what, err_name(e));
	return CTL_UNREACHABLE;
}

/* One line of a file that nobody else may read. */
static int ctl_secret_file(const char *file, struct buf *out)
{
	char line[SECRET_MAX + 2];
	struct stat st;
	ssize_t n;
	int fd;

	if ((fd = open(file, O_RDONLY | O_CLOEXEC)) < 0 || fstat(fd, &st) != 0) {
		int e = errno;

		if (fd >= 0)
			close(fd);
		return ctl_usage("password file %s: %s", file, strerror(e));
	}
	if (S_ISREG(st.st_mode) && (st.st_mode & 077) != 0) {
		close(fd);
		return ctl_usage("password file %s may be read by others: chmod 600 it", file);
	}
	n = read(fd, line, sizeof line);
	close(fd);
	if (n < 0)
		return ctl_usage("password file %s: %s", file, strerror(errno));
	while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
		n--;
	if (n == 0 || n > SECRET_MAX || memchr(line, '\n', (size_t)n) != NULL) {
		explicit_bzero(line, sizeof line);
		return ctl_usage("password file %s: expected one line of at most %d bytes", file, SECRET_MAX);
	}
	buf_put(out, line, (size_t)n);
	explicit_bzero(line, sizeof line);
	return CTL_DONE;
}

/* From the terminal itself, so that standard input may be something else. */
static int ctl_secret_ask(const char *prompt, struct buf *out)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY), e = CTL_DONE;
	struct termios before, quiet;
	ssize_t n = 0;
	char c;

	if (fd < 0 || tcgetattr(fd, &before) != 0) {
		if (fd >= 0)
			close(fd);
		return ctl_usage("no terminal to ask for the password on: use --password-file");
	}
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	quiet.c_lflag |= ICANON | ISIG;
	tcsetattr(fd, TCSAFLUSH, &quiet);
	dprintf(fd, "%s: ", prompt);
	while ((n = read(fd, &c, 1)) == 1 && c != '\n')
		buf_putc(out, c);
	tcsetattr(fd, TCSAFLUSH, &before);
	dprintf(fd, "\n");
	close(fd);
	if (n < 0 || buf_end(out) != 0 || out->len == 0 || out->len > SECRET_MAX)
		e = ctl_usage("no password, or one of more than %d bytes", SECRET_MAX);
	return e;
}

int ctl_secret(const char *file, const char *prompt, bool twice, struct buf *out)
{
	struct buf again;
	int e;

	if (file != NULL)
		return ctl_secret_file(file, out);
	if ((e = ctl_secret_ask(prompt, out)) != CTL_DONE || !twice)
		return e;
	buf_init(&again, SECRET_MAX * 2);
	e = ctl_secret_ask("The same again", &again);
	if (e == CTL_DONE && strcmp(buf_str(out), buf_str(&again)) != 0)
		e = ctl_usage("the two differ: nothing was changed");
	buf_wipe(&again);
	return e;
}

/* The account's new password. A one-time code is used up by the login: then there is no old password to give. */
static int ctl_password_choose(struct ctl *c, const char *new_file)
{
	struct rq_password_change rq = { 0 };
	struct buf old, new;
	const void *rp;
	int e = CTL_DONE;

	buf_init(&old, SECRET_MAX * 2);
	buf_init(&new, SECRET_MAX * 2);
	if (!c->must_change)
		e = ctl_secret(c->password_file, "The present password again", false, &old);
	if (e == CTL_DONE)
		e = ctl_secret(new_file, "Choose a new password", true, &new);
	if (e == CTL_DONE) {
		rq.old = buf_str(&old);
		rq.new = buf_str(&new);
		e = ctl_ask(c, OP_password_change, &rq, &rp, "change the password");
	}
	if (e == CTL_DONE)
		c->must_change = false;
	buf_wipe(&old);
	buf_wipe(&new);
	return e;
}

int ctl_login(struct ctl *c, bool changing_password)
{
	struct rq_hello hello = { .version = WIRE_VERSION, .program = "balaictl " PACKAGE_VERSION, .peer = "local" };
	struct rq_login_begin begin = { .account = c->account };
	struct rq_login_answer answer = { 0 };
	const struct rp_login_answer *bound;
	char prompt[200];
	struct buf secret, shown;
	const void *rp;
	int e;

	if ((e = ctl_ask(c, OP_hello, &hello, &rp, "greet the store")) != CTL_DONE)
		return e;
	if ((e = ctl_ask(c, OP_login_begin, &begin, &rp, "log in")) != CTL_DONE)
		return e;
	buf_init(&secret, SECRET_MAX * 2);
	buf_init(&shown, 0);
	snprintf(prompt, sizeof prompt, "Password or one-time code of %.100s", ctl_show(&shown, c->account));
	if ((e = ctl_secret(c->password_file, prompt, false, &secret)) == CTL_DONE) {
		answer.secret = buf_str(&secret);
		e = ctl_ask(c, OP_login_answer, &answer, &rp, "log in");
	}
	buf_wipe(&secret);
	buf_clear(&shown);
	if (e != CTL_DONE)
		return e;
	bound = rp;
	c->bound = true;
	c->must_change = bound->must_change;
	if (!c->must_change || changing_password)
		return CTL_DONE;
	/* somebody sits at a terminal: the way on is shorter than to come back with another command */
	if (c->password_file == NULL)
		return ctl_password_choose(c, NULL);
	return ctl_refuse("this account must choose a password first: balaictl -a %s password change", c->account);
}

int ctl_password_change(struct ctl *c, int argc, char **argv)
{
	const char *file = ctl_option(&argc, argv, "--new-password-file");
	int e;

	if (argc > 0)
		return ctl_usage("expected: balaictl password change [--new-password-file FILE]");
	if ((e = ctl_login(c, true)) != CTL_DONE || (e = ctl_password_choose(c, file)) != CTL_DONE)
		return e;
	puts("The password is changed.");
	return CTL_DONE;
}
