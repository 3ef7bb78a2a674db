/* balai-store.c - the main of the store: arguments, locks, the hash process, and then the loop. */
#include "config.h"
#include <fcntl.h>
#include <getopt.h>
#include <pwd.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "batch.h"
#include "conf.h"
#include "log.h"
#include "office.h"
#include "proc.h"
#include "server.h"
#include "verify.h"

static int usage(void)
{
	fputs("usage: balai-store -f CONF [--init | --restore FILE [--new-keys] | --own | --reset-account NAME] [--listen-fd N] [--hash PROGRAM]\n"
		"       balai-store --verify FILE [--head ROOT:SIZE]\n", stderr);
	return 2;
}

/* balai-hash stands beside this program, in the build tree as in an installation. */
static const char *hash_program(char *out, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", out, size - 12);
	char *slash;

	if (n <= 0)
		return NULL;
	out[n] = 0;
	if ((slash = strrchr(out, '/')) == NULL)
		return NULL;
	memcpy(slash + 1, "balai-hash", 11);
	return out;
}

#define HASH_FD 3

static bool inherited(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
}

static int serve(const struct conf *c, const char *hash, int listen_fd)
{
	struct server_options opt = { .socket = c->socket, .listen_fd = listen_fd, .peer_uid = -1, .sessions = (size_t)c->sessions + 64 };
	struct passwd *pw = c->user_session ? getpwnam(c->user_session) : NULL;
	char path[512];
	struct store *st;
	struct db *db;
	int lock, r;

	if (pw)
		opt.peer_uid = (long)pw->pw_uid;
	snprintf(path, sizeof path, "%s/balai.db", c->dir);
	if (access(path, F_OK) != 0) {
		log_err("%s: there is no office here; make one with balaictl init", c->dir);
		return 1;
	}
	if (mkdir(c->run, 0750) != 0 && access(c->run, W_OK) != 0) {
		log_err("%s: cannot be written", c->run);
		return 1;
	}
	if ((lock = office_lock(c->dir)) < 0)
		return lock == ERR_BUSY ? 3 : 1;
	/* balaid hands the socket to balai-hash down as descriptor 3; without it we start one, the last fork of this process: SQLite is
	 * opened after it. */
	if (inherited(HASH_FD))
		opt.hash_fd = HASH_FD;
	else if (office_hash(c, hash, &opt.hash_fd) != 0)
		return 1;
	fcntl(opt.hash_fd, F_SETFD, FD_CLOEXEC);
	if (c->user_store && getuid() == 0 && proc_drop(c->user_store) != 0)
		return 1;
	proc_harden();
	if (office_usable(c) != 0)
		return 1;
	if ((r = db_open(&db, path, DB_WRITE)) != 0) {
		log_err("%s: %s", path, err_name(r));
		return 1;
	}
	if ((r = db_quick_check(db)) != 0 || (r = store_open(&st, db, c->dir)) != 0) {
		log_err("%s: %s", path, err_name(r));
		db_close(db);
		return 1;
	}
	for (size_t i = 0; i < c->nnotice; i++)
		st->notice[st->nnotice++] = c->notice[i];
	if (ballast_make(c->dir) != 0)
		log_warn("no room for the ballast file");
	r = server_run(st, db, &opt);
	store_close(st);
	db_close(db);
	close(lock);
	return r;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "init", no_argument, NULL, 'i' }, { "own", no_argument, NULL, 'o' }, { "restore", required_argument, NULL, 'r' },
		{ "reset-account", required_argument, NULL, 'R' }, { "new-keys", no_argument, NULL, 'n' }, { "verify", required_argument, NULL, 'v' },
		{ "head", required_argument, NULL, 'H' }, { "listen-fd", required_argument, NULL, 'l' }, { "hash", required_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 },
	};
	const char *conf_path = NULL, *restore = NULL, *reset = NULL, *verify = NULL, *head = NULL, *hash = NULL;
	char err[256], self[512];
	struct rlimit files = { 8192, 8192 };
	struct conf c;
	int o, r, listen_fd = -1;
	bool init = false, new_keys = false, own = false, child = inherited(HASH_FD);

	while ((o = getopt_long(argc, argv, "f:", options, NULL)) != -1) {
		switch (o) {
		case 'f': conf_path = optarg; break;
		case 'i': init = true; break;
		case 'o': own = true; break;
		case 'r': restore = optarg; break;
		case 'n': new_keys = true; break;
		case 'R': reset = optarg; break;
		case 'v': verify = optarg; break;
		case 'H': head = optarg; break;
		case 'l': listen_fd = atoi(optarg); break;
		case 'p': hash = optarg; break;
		default: return usage();
		}
	}
	log_init("balai-store", -1);
	umask(077);
	signal(SIGPIPE, SIG_IGN);
	if (sodium_init() < 0)
		log_fatal("libsodium cannot be used");
	if (verify)
		return verify_main(verify, head);
	if (conf_path == NULL || optind != argc)
		return usage();
	if (child && proc_die_with_parent(getppid()) != 0)
		return 1;
	if (conf_read(&c, conf_path, err) != 0) {
		log_err("%s", err);
		return 1;
	}
	setrlimit(RLIMIT_NOFILE, &files);
	if (hash == NULL)
		hash = hash_program(self, sizeof self);
	if (hash == NULL)
		log_fatal("cannot find balai-hash");
	if (init)
		r = office_init(&c, hash) == 0 ? 0 : 1;
	else if (own)
		r = office_lock(c.dir) >= 0 && office_own(&c) == 0 ? 0 : 1;
	else if (restore)
		r = office_restore(&c, restore, new_keys) == 0 ? 0 : 1;
	else if (reset)
		r = office_reset(&c, hash, reset) == 0 ? 0 : 1;
	else
		r = serve(&c, hash, listen_fd);
	conf_clear(&c);
	return r;
}
