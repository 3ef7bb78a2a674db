/* balai-job.c - long work for an account: one job each, no network, no database; all it may do goes through the store's
 * socket on descriptor 3, which whoever started it has bound to the account. Files of strangers are read here and nowhere else. */
#include "config.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include "job.h"
#include "log.h"
#include "proc.h"
#include "random.h"
#include "text.h"

#define STORE_FD 3
#define MEMORY (1024ull << 20)

static const struct { const char *name; int (*run)(struct job *, int argc, char **argv); } table[] = {
	{ "import", job_import }, { "accept", job_accept }, { "area", job_area },
};

static int usage(void)
{
	fprintf(stderr, "balai-job is started by balaictl: import | accept | area\n");
	return JOB_USAGE;
}

int main(int argc, char **argv)
{
	uint8_t start[1];
	struct job j;
	int r;

	log_init("balai-job", -1);
	if ((r = proc_harden()) != 0)
		return job_failed(r);
#ifndef BALAI_SANITIZERS
	if ((r = proc_limit(RLIMIT_AS, MEMORY)) != 0)
		return job_failed(r);
#endif
	text_init();
	random_bytes(start, sizeof start);        /* starts libsodium */
	if (argc < 2 || fcntl(STORE_FD, F_GETFD) < 0)
		return usage();
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		if (strcmp(argv[1], table[i].name) != 0)
			continue;
		r = job_open(&j, STORE_FD);
		if (r != 0)
			return job_failed(r);
		r = table[i].run(&j, argc - 1, argv + 1);
		job_close(&j);
		return r;
	}
	return usage();
}
