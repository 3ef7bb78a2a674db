/* ctl_account.c - accounts and grants. */
#include "config.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"

static int ctl_account_find(struct ctl *c, const char *name, int64_t *id)
{
	struct rq_account_list rq = { .text = name, .limit = 100 };
	const struct rp_account_list *list;
	const void *rp;
	size_t i;
	int e;

	do {
		if ((e = ctl_ask(c, OP_account_list, &rq, &rp, "look up the account")) != CTL_DONE)
			return e;
		list = rp;
		for (i = 0; i < list->rows.n; i++)
			if (strcmp(list->rows.v[i].name, name) == 0) {
				*id = list->rows.v[i].id;
				return CTL_DONE;
			}
		rq.after = list->next;
	} while (rq.after != 0);
	return ctl_refuse("there is no account %s: see `balaictl account list`", name);
}

static void ctl_account_print(const struct w_account_line *a, struct buf *shown)
{
	char when[24];
	size_t i;

	ctl_time(a->last_login_at, 0, when);
	printf("%-16s ", ctl_show(shown, a->name));
	printf("%-10s ", ctl_show(shown, a->state));
	printf("last login %-16s UTC  ", when);
	printf("%s\n", ctl_show(shown, a->full_name));
	for (i = 0; i < a->grants.n; i++) {
		const struct w_grant *g = &a->grants.v[i];

		printf("    grant %" PRId64 ": ", g->id);
		printf("%s in ", ctl_show(shown, g->role));
		printf("%s", g->area == 0 ? "every area" : ctl_show(shown, g->area_name));
		if (*g->from_on != '\0')
			printf(" from %s", ctl_show(shown, g->from_on));
		if (*g->to_on != '\0')
			printf(" to %s", ctl_show(shown, g->to_on));
		putchar('\n');
	}
}

int ctl_account_list(struct ctl *c, int argc, char **argv)
{
	struct rq_account_list rq = { .text = argc > 0 ? argv[0] : "", .limit = 100 };
	const struct rp_account_list *list;
	struct buf shown;
	const void *rp;
	size_t i;
	int e;

	buf_init(&shown, 0);
	do {
		if ((e = ctl_ask(c, OP_account_list, &rq, &rp, "list the accounts")) != CTL_DONE)
			break;
		list = rp;
		for (i = 0; i < list->rows.n; i++)
			ctl_account_print(&list->rows.v[i], &shown);
		rq.after = list->next;
	} while (rq.after != 0);
	buf_clear(&shown);
	return e;
}

static void ctl_account_code(const char *name, const char *code)
{
	struct buf shown;

	buf_init(&shown, 0);
	printf("%s ", ctl_show(&shown, name));
	printf("%s\n", ctl_show(&shown, code));
	fputs("This is the account's one-time code: it is shown once, and the first login must choose a password.\n", stderr);
	buf_clear(&shown);
}

int ctl_account_add(struct ctl *c, int argc, char **argv)
{
	struct rq_account_put rq = { .name = argv[0], .full_name = argv[1] };
	const struct rp_account_put *made;
	const void *rp;
	int e;

	(void)argc;
	if ((e = ctl_ask(c, OP_account_put, &rq, &rp, "make the account")) != CTL_DONE)
		return e;
	made = rp;
	ctl_account_code(argv[0], made->code);
	return CTL_DONE;
}

static int ctl_account_state(struct ctl *c, const char *name, const char *state, const char *what)
{
	struct rq_account_set rq = { .state = state };
	const void *rp;
	int e;

	if ((e = ctl_account_find(c, name, &rq.account)) != CTL_DONE || (e = ctl_ask(c, OP_account_set, &rq, &rp, what)) != CTL_DONE)
		return e;
	printf("The account is %s.\n", state);
	return CTL_DONE;
}

int ctl_account_enable(struct ctl *c, int argc, char **argv)
{
	(void)argc;
	return ctl_account_state(c, argv[0], "active", "enable the account");
}

int ctl_account_disable(struct ctl *c, int argc, char **argv)
{
	(void)argc;
	return ctl_account_state(c, argv[0], "disabled", "disable the account");
}

int ctl_account_reset(struct ctl *c, int argc, char **argv)
{
	struct rq_account_reset rq = { 0 };
	const struct rp_account_reset *done;
	const void *rp;
	int e;

	(void)argc;
	if ((e = ctl_account_find(c, argv[0], &rq.account)) != CTL_DONE
	    || (e = ctl_ask(c, OP_account_reset, &rq, &rp, "reset the account")) != CTL_DONE)
		return e;
	done = rp;
	ctl_account_code(argv[0], done->code);
	return CTL_DONE;
}

int ctl_account_recover(struct ctl *c, int argc, char **argv)
{
	const char *const args[] = { "balai-store", "-f", c->conf_path, "--reset-account", argv[0], NULL };

	(void)argc;
	return ctl_exec(c, "balai-store", args);
}

int ctl_grant_give(struct ctl *c, int argc, char **argv)
{
	const char *from = ctl_option(&argc, argv, "--from"), *to = ctl_option(&argc, argv, "--to");
	struct rq_grant_put rq = { .from_on = from, .to_on = to };
	const struct rp_grant_put *given;
	const void *rp;
	int e;

	if (argc != 3)
		return ctl_usage("expected: balaictl grant give ACCOUNT ROLE AREA [--from DATE] [--to DATE]");
	if (role_parse(argv[1]) == 0)
		return ctl_usage("there is no role %s: see `balaictl help grant give`", argv[1]);
	rq.role = argv[1];
	if ((e = ctl_account_find(c, argv[0], &rq.account)) != CTL_DONE || (e = ctl_area_find(c, argv[2], &rq.area)) != CTL_DONE
	    || (e = ctl_ask(c, OP_grant_put, &rq, &rp, "give the role")) != CTL_DONE)
		return e;
	given = rp;
	printf("Grant %" PRId64 " is given.\n", given->grant);
	return CTL_DONE;
}

int ctl_grant_end(struct ctl *c, int argc, char **argv)
{
	struct rq_grant_end rq = { 0 };
	const void *rp;
	int e;

	(void)argc;
	if ((e = ctl_int(argv[0], "grant", &rq.grant)) != CTL_DONE || (e = ctl_ask(c, OP_grant_end, &rq, &rp, "end the grant")) != CTL_DONE)
		return e;
	puts("The grant has ended.");
	return CTL_DONE;
}
