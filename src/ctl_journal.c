/* ctl_journal.c - the journal, erasure, queues. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"

int ctl_journal_head(struct ctl *c, int argc, char **argv)
{
	struct rq_journal_head rq = { 0 };
	const struct rp_journal_head *head;
	struct buf hex;
	const void *rp;
	char when[24];
	int e;

	(void)argc;
	(void)argv;
	if ((e = ctl_ask(c, OP_journal_head, &rq, &rp, "read the journal's head")) != CTL_DONE)
		return e;
	head = rp;
	ctl_time(head->at, 0, when);
	buf_init(&hex, 0);
	buf_put_hex(&hex, head->root.p, head->root.n);
	printf("%" PRIu64 " leaves, root %s, %s UTC\n", head->size, buf_str(&hex), when);
	buf_clear(&hex);
	return CTL_DONE;
}

int ctl_journal_export(struct ctl *c, int argc, char **argv)
{
	struct rq_journal_export rq = { .limit = 200 };
	const struct rp_journal_export *leaves;
	uint64_t count = 0;
	struct buf line;
	const void *rp;
	FILE *to;
	size_t i;
	int fd, e = CTL_DONE;

	(void)argc;
	/* a file that is there stays: an export is evidence */
	if ((fd = open(argv[0], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) < 0 || (to = fdopen(fd, "w")) == NULL)
		return ctl_refuse("%s: %s", argv[0], strerror(errno));
	buf_init(&line, 0);
	do {
		if ((e = ctl_ask(c, OP_journal_export, &rq, &rp, "export the journal")) != CTL_DONE)
			break;
		leaves = rp;
		for (i = 0; i < leaves->rows.n; i++, count++) {
			buf_reset(&line);
			buf_printf(&line, "%" PRId64 " ", leaves->rows.v[i].seq);
			buf_put_hex(&line, leaves->rows.v[i].bytes.p, leaves->rows.v[i].bytes.n);
			fprintf(to, "%s\n", buf_str(&line));
		}
		rq.after = leaves->next;
	} while (rq.after != 0);
	buf_clear(&line);
	if (fflush(to) != 0 || fsync(fd) != 0) {
		int saved = errno;

		fclose(to);
		return ctl_refuse("%s: %s", argv[0], strerror(saved));
	}
	fclose(to);
	if (e == CTL_DONE)
		printf("%" PRIu64 " leaves are in %s.\n", count, argv[0]);
	return e;
}

static int ctl_verify(struct ctl *c, const char *file)
{
	const char *const args[] = { "balai-store", "--verify", file, NULL };

	return ctl_wait(c, "balai-store", args);
}

int ctl_journal_verify(struct ctl *c, int argc, char **argv)
{
	char dir[] = "/var/tmp/balaictl.XXXXXX", *file;
	int e;

	if (argc == 1)
		return ctl_verify(c, argv[0]);
	if ((e = ctl_connect(c)) != CTL_DONE || (e = ctl_login(c, false)) != CTL_DONE)
		return e;
	if (mkdtemp(dir) == NULL)
		return ctl_refuse("%s: %s", dir, strerror(errno));
	if (asprintf(&file, "%s/copy.db", dir) < 0)
		abort();
	if ((e = ctl_backup_database(c, file)) == CTL_DONE)
		e = ctl_verify(c, file);
	unlink(file);
	free(file);
	rmdir(dir);
	return e;
}

int ctl_person_erase(struct ctl *c, int argc, char **argv)
{
	struct rq_person_erase rq = { .reason = ctl_option(&argc, argv, "--reason") };
	const struct rp_person_erase *done;
	struct buf shown;
	const void *rp;
	int e;

	if (argc != 1 || rq.reason == NULL)
		return ctl_usage("expected: balaictl person erase PERSON --reason TEXT");
	if ((e = ctl_int(argv[0], "person", &rq.person)) != CTL_DONE
	    || (e = ctl_ask(c, OP_person_erase, &rq, &rp, "erase the person")) != CTL_DONE)
		return e;
	done = rp;
	buf_init(&shown, 0);
	printf("Erasure: %s.\n", ctl_show(&shown, done->state));
	if (strcmp(done->state, "asked") == 0)
		puts("A second account has to give the same command to carry it out.");
	buf_clear(&shown);
	return CTL_DONE;
}

static int ctl_queue_lines(struct ctl *c, const char *name)
{
	struct rq_queue_list rq = { .queue = name, .limit = 100 };
	const struct rp_queue_list *list;
	struct buf shown;
	const void *rp;
	char since[24];
	size_t i;
	int e;

	buf_init(&shown, 0);
	do {
		if ((e = ctl_ask(c, OP_queue_list, &rq, &rp, "list the queue")) != CTL_DONE)
			break;
		list = rp;
		for (i = 0; i < list->rows.n; i++) {
			const struct w_dossier_line *d = &list->rows.v[i];

			ctl_time(d->since, 0, since);
			printf("%-12s %s UTC ", ctl_show(&shown, d->number), since);
			printf("%-12s ", ctl_show(&shown, d->kind));
			printf("%-24s ", ctl_show(&shown, d->village));
			printf("%s%s\n", *d->held_by != '\0' ? "held by " : d->late ? "late" : "", ctl_show(&shown, d->held_by));
		}
		rq.after = list->next;
	} while (rq.after != 0);
	buf_clear(&shown);
	return e;
}

int ctl_queue(struct ctl *c, int argc, char **argv)
{
	struct rq_desk_show rq = { 0 };
	const struct rp_desk_show *desk;
	struct buf shown;
	const void *rp;
	size_t i;
	int e;

	if (argc == 1)
		return ctl_queue_lines(c, argv[0]);
	if ((e = ctl_ask(c, OP_desk_show, &rq, &rp, "look at the queues")) != CTL_DONE)
		return e;
	desk = rp;
	buf_init(&shown, 0);
	for (i = 0; i < desk->queues.n; i++) {
		const struct w_queue_line *q = &desk->queues.v[i];

		printf("%-20s ", ctl_show(&shown, q->name));
		printf("%6" PRIu64 " waiting, %4" PRIu64 " late, %4" PRIu64 " held by this account  ", q->waiting, q->late, q->mine);
		printf("%s\n", ctl_show(&shown, q->title));
	}
	if (desk->queues.n == 0)
		puts("This account works no queue.");
	buf_clear(&shown);
	return CTL_DONE;
}
