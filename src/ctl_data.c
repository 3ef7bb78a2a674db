/* ctl_data.c - what the ministry and the regency change: forms, lists, flows, periods; and the form author's commands. */
#include "config.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "form_cli.h"

/* The name of a file without its folder and its last ending: a form is loaded under the name its file has. */
static int ctl_base_name(const char *path, const char *ending, char *out, size_t size)
{
	const char *slash = strrchr(path, '/'), *base = slash == NULL ? path : slash + 1;
	size_t n = strlen(base), e = strlen(ending);

	if (n <= e || strcmp(base + n - e, ending) != 0)
		return ctl_usage("%s: expected a file whose name ends in %s", path, ending);
	if (n - e >= size)
		return ctl_usage("%s: the name is too long", path);
	memcpy(out, base, n - e);
	out[n - e] = '\0';
	return CTL_DONE;
}

static int ctl_load(struct ctl *c, const char *sort, const char *ending, const char *path)
{
	const uint32_t most = op_info(OP_data_load)->request->field[3].max;
	struct rq_data_load rq = { .sort = sort };
	const struct rp_data_load *loaded;
	struct buf body, shown;
	const void *rp = NULL;
	char name[64];
	int e;

	buf_init(&body, (size_t)most + 8192);
	buf_init(&shown, 0);
	e = ctl_base_name(path, ending, name, sizeof name);
	if (e == CTL_DONE)
		e = ctl_read_file(path, most, &body);
	if (e == CTL_DONE) {
		rq.name = name;
		rq.body = buf_str(&body);
		e = ctl_ask(c, OP_data_load, &rq, &rp, path);
	}
	if (e == CTL_DONE) {
		loaded = rp;
		if (*loaded->fault != '\0') {
			fprintf(stderr, "%s:%" PRIu64 ": %s\n", path, loaded->fault_line, ctl_show(&shown, loaded->fault));
			fputs("Nothing was loaded; the version in force stays.\n", stderr);
			e = CTL_REFUSED;
		} else {
			printf("%s %s: version %" PRIu64 " is loaded.\n", sort, ctl_show(&shown, name), loaded->version);
		}
	}
	buf_clear(&body);
	buf_clear(&shown);
	return e;
}

int ctl_form_load(struct ctl *c, int argc, char **argv)
{
	(void)argc;
	return ctl_load(c, "form", ".form", argv[0]);
}

int ctl_list_load(struct ctl *c, int argc, char **argv)
{
	(void)argc;
	return ctl_load(c, "list", ".list", argv[0]);
}

int ctl_flow_load(struct ctl *c, int argc, char **argv)
{
	(void)argc;
	return ctl_load(c, "flow", ".flow", argv[0]);
}

int ctl_period_load(struct ctl *c, int argc, char **argv)
{
	(void)argc;
	return ctl_load(c, "period", ".period", argv[0]);
}

int ctl_period_list(struct ctl *c, int argc, char **argv)
{
	struct rq_period_list rq = { 0 };
	const struct rp_period_list *list;
	struct buf shown;
	const void *rp;
	size_t i;
	int e;

	(void)argc;
	(void)argv;
	if ((e = ctl_ask(c, OP_period_list, &rq, &rp, "list the periods")) != CTL_DONE)
		return e;
	list = rp;
	buf_init(&shown, 0);
	for (i = 0; i < list->rows.n; i++) {
		const struct w_period_line *p = &list->rows.v[i];

		printf("%-20s ", ctl_show(&shown, p->name));
		printf("%-10s ", ctl_show(&shown, p->opens_on));
		printf("%-10s ", ctl_show(&shown, p->closes_on));
		printf("%-10s ", ctl_show(&shown, p->finalise_by));
		printf("%-8s ", ctl_show(&shown, p->state));
		printf("%s\n", ctl_show(&shown, p->title));
	}
	if (list->rows.n == 0)
		puts("No period is loaded: balaictl period load FILE.");
	buf_clear(&shown);
	return CTL_DONE;
}

int ctl_form_check(struct ctl *c, int argc, char **argv)
{
	(void)c;
	(void)argc;
	return form_cli_check(argv[0], stdout, stderr);
}

int ctl_form_show(struct ctl *c, int argc, char **argv)
{
	(void)c;
	(void)argc;
	return form_cli_show(argv[0], stdout, stderr);
}

int ctl_form_eval(struct ctl *c, int argc, char **argv)
{
	(void)c;
	return form_cli_eval(argc, argv, stdout, stderr);
}
