/* ssh_load.c - many SSH sessions with a screen, typing: the load for the bench rows that compare with a stock sshd.
 *
 * ssh_load -p PORT -u NAME [-n SESSIONS] [-w PASSWORD | -k KEYFILE] [-o FIRST] [-m MANY] [-c] [-r KEYS_PER_S] [-s SECONDS] [TEXT KEYS]... TEXT
 * NAME and KEYS may hold one %d: the session's number from FIRST on. Each session waits for TEXT (a word that the terminal gets in
 * one piece), sends KEYS (\r, \e and \t are understood), and so on until the last TEXT stands. -c: the session then hangs up, and
 * the next one begins; prints "login_ms_p50 p99". Otherwise, with all sessions open, the program prints "ready" and waits for
 * a line on standard input, so that memory can be measured (-m MANY: the same before, as soon as MANY are open); then it types
 * for SECONDS at KEYS_PER_S in all, prints
 * one line: "login_ms_p50 p99 echo_us_p50 p99 keys lost", and keeps the sessions until another line comes.
 * Loopback only: the address is fixed. */
#include "config.h"
#include <errno.h>
#include <libssh/libssh.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct desk {
	ssh_session session;
	ssh_channel channel;
	int64_t sent_us;      /* 0: no key is under way */
	unsigned typed;
	double login_ms;
};

static int64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double quantile(double *v, size_t n, double q)
{
	if (n == 0)
		return 0;
	qsort(v, n, sizeof *v, compare);
	return v[(size_t)((double)(n - 1) * q)];
}

/* KEYS as they are sent: escapes made bytes, %d the number. */
static const char *keys_of(const char *s, int number)
{
	static char out[512];
	size_t n = 0;

	for (; *s != '\0' && n + 16 < sizeof out; s++) {
		if (s[0] == '%' && s[1] == 'd') {
			n += (size_t)snprintf(out + n, 12, "%d", number);
			s++;
		} else if (*s == '\\' && s[1] != '\0') {
			s++;
			out[n++] = *s == 'r' ? '\r' : *s == 'e' ? '\033' : *s == 't' ? '\t' : *s;
		} else {
			out[n++] = *s;
		}
	}
	out[n] = '\0';
	return out;
}

/* Reads until text was seen or 20 s have passed. Text of a screen may be split by cursor movement: keep it one word. */
static int wait_text(struct desk *d, const char *text)
{
	char seen[65536];
	size_t n = 0;
	int64_t until = now_us() + 20000000;

	while (now_us() < until) {
		int r;

		if (n + 4096 > sizeof seen) {
			memmove(seen, seen + n - 4096, 4096);
			n = 4096;
		}
		r = ssh_channel_read_timeout(d->channel, seen + n, 4096, 0, 200);
		if (r == SSH_ERROR || (r == 0 && ssh_channel_is_eof(d->channel)))
			return -1;
		n += (size_t)r;
		if (memmem(seen, n, text, strlen(text)) != NULL)
			return 0;
	}
	return -1;
}

static int drain(struct desk *d)
{
	char bytes[16384];
	int n, all = 0;

	while ((n = ssh_channel_read_nonblocking(d->channel, bytes, sizeof bytes, 0)) > 0)
		all += n;
	return n == SSH_ERROR ? -1 : all;
}

static int open_desk(struct desk *d, int port, const char *user, const char *password, const char *keyfile)
{
	bool no = false;
	long seconds = 30;

	d->session = ssh_new();
	if (d->session == NULL)
		return -1;
	ssh_options_set(d->session, SSH_OPTIONS_PROCESS_CONFIG, &no);
	ssh_options_set(d->session, SSH_OPTIONS_HOST, "127.0.0.1");
	ssh_options_set(d->session, SSH_OPTIONS_PORT, &port);
	ssh_options_set(d->session, SSH_OPTIONS_USER, user);
	ssh_options_set(d->session, SSH_OPTIONS_TIMEOUT, &seconds);
	if (ssh_connect(d->session) != SSH_OK)
		return -1;
	if (keyfile != NULL) {
		ssh_key key = NULL;
		int r;

		if (ssh_pki_import_privkey_file(keyfile, NULL, NULL, NULL, &key) != SSH_OK)
			return -1;
		r = ssh_userauth_publickey(d->session, NULL, key);
		ssh_key_free(key);
		if (r != SSH_AUTH_SUCCESS)
			return -1;
	} else if (ssh_userauth_password(d->session, NULL, password) != SSH_AUTH_SUCCESS) {
		return -1;
	}
	d->channel = ssh_channel_new(d->session);
	if (d->channel == NULL || ssh_channel_open_session(d->channel) != SSH_OK ||
	    ssh_channel_request_pty_size(d->channel, "xterm", 80, 24) != SSH_OK || ssh_channel_request_shell(d->channel) != SSH_OK)
		return -1;
	return 0;
}

static int walk(struct desk *d, int number, int nstep, char **step)
{
	for (int i = 0; i < nstep; i += 2) {
		const char *keys;

		if (wait_text(d, step[i]) != 0) {
			fprintf(stderr, "session %d: no \"%s\" came\n", number, step[i]);
			return -1;
		}
		if (i + 1 == nstep)
			break;
		keys = keys_of(step[i + 1], number);
		if (ssh_channel_write(d->channel, keys, (uint32_t)strlen(keys)) < 0)
			return -1;
	}
	return 0;
}

/* Types one letter at a time into desks that have no key under way, and waits for the first byte that comes back. */
static void type(struct desk *desk, int n, double rate, int seconds, double *echo, size_t *nkeys, size_t *lost)
{
	struct pollfd *fd = calloc((size_t)n, sizeof *fd);
	int64_t begin = now_us(), next = begin, until = begin + (int64_t)seconds * 1000000;
	int turn = 0;

	if (fd == NULL)
		exit(1);
	for (int i = 0; i < n; i++) {
		fd[i].fd = ssh_get_fd(desk[i].session);
		fd[i].events = POLLIN;
	}
	while (now_us() < until + 1000000) {
		int64_t now = now_us();
		int wait;

		while (now >= next && now < until) {
			struct desk *d = &desk[turn++ % n];

			next += (int64_t)(1e6 / rate);
			if (d->sent_us != 0)
				continue;
			d->sent_us = now_us();
			/* a field is never full: 24 letters, and away with them again */
			ssh_channel_write(d->channel, d->typed++ % 48 < 24 ? "a" : "\177", 1);
		}
		wait = now < until ? (int)((next - now) / 1000) : 50;
		if (poll(fd, (nfds_t)n, wait < 0 ? 0 : wait) < 0 && errno != EINTR)
			break;
		for (int i = 0; i < n; i++) {
			if ((fd[i].revents & (POLLIN | POLLHUP)) == 0)
				continue;
			if (drain(&desk[i]) > 0 && desk[i].sent_us != 0) {
				echo[(*nkeys)++] = (double)(now_us() - desk[i].sent_us);
				desk[i].sent_us = 0;
			}
		}
	}
	for (int i = 0; i < n; i++)
		*lost += desk[i].sent_us != 0;
	free(fd);
}

/* Says so, and waits for a line. */
static int ready(void)
{
	char line[16];

	puts("ready");
	fflush(stdout);
	return fgets(line, sizeof line, stdin) == NULL ? -1 : 0;
}

int main(int argc, char **argv)
{
	int port = 0, n = 1, first = 1, many = 0, seconds = 10, opt;
	double rate = 50;
	const char *user = NULL, *password = "", *keyfile = NULL;
	bool close_each = false;
	struct desk *desk;
	double *echo, *login;
	size_t nkeys = 0, lost = 0;

	while ((opt = getopt(argc, argv, "p:u:n:w:k:o:m:cr:s:")) != -1) {
		switch (opt) {
		case 'p': port = atoi(optarg); break;
		case 'u': user = optarg; break;
		case 'n': n = atoi(optarg); break;
		case 'w': password = optarg; break;
		case 'k': keyfile = optarg; break;
		case 'o': first = atoi(optarg); break;
		case 'm': many = atoi(optarg); break;
		case 'c': close_each = true; break;
		case 'r': rate = atof(optarg); break;
		case 's': seconds = atoi(optarg); break;
		default: return 2;
		}
	}
	if (port <= 0 || user == NULL || n < 1 || n > 4000 || rate <= 0 || seconds < 1 || (argc - optind) % 2 != 1)
		return 2;
	desk = calloc((size_t)n, sizeof *desk);
	login = calloc((size_t)n, sizeof *login);
	echo = calloc((size_t)(rate * seconds) + (size_t)n + 16, sizeof *echo);
	if (desk == NULL || login == NULL || echo == NULL)
		return 1;
	for (int i = 0; i < n; i++) {
		char name[128];
		const char *mark = strstr(user, "%d");
		int64_t began = now_us();

		if (mark != NULL)
			snprintf(name, sizeof name, "%.*s%d%s", (int)(mark - user), user, first + i, mark + 2);
		else
			snprintf(name, sizeof name, "%s", user);
		if (open_desk(&desk[i], port, name, password, keyfile) != 0) {
			fprintf(stderr, "session %d (%s): %s\n", first + i, name, desk[i].session ? ssh_get_error(desk[i].session) : "no memory");
			return 1;
		}
		if (walk(&desk[i], first + i, argc - optind, argv + optind) != 0)
			return 1;
		login[i] = (double)(now_us() - began) / 1000;
		if (close_each) {
			ssh_disconnect(desk[i].session);
			ssh_free(desk[i].session);
		} else if (i + 1 == many && ready() != 0) {
			return 1;
		}
	}
	if (close_each) {
		printf("%.2f %.2f\n", quantile(login, (size_t)n, .5), quantile(login, (size_t)n, .99));
		return 0;
	}
	for (int i = 0; i < n; i++) {
		drain(&desk[i]);
		ssh_set_blocking(desk[i].session, 0);
	}
	if (ready() != 0)
		return 1;
	for (int i = 0; i < n; i++)
		drain(&desk[i]);
	type(desk, n, rate, seconds, echo, &nkeys, &lost);
	printf("%.2f %.2f %.0f %.0f %zu %zu\n", quantile(login, (size_t)n, .5), quantile(login, (size_t)n, .99),
	       quantile(echo, nkeys, .5), quantile(echo, nkeys, .99), nkeys, lost);
	fflush(stdout);
	getchar();
	return 0;
}
