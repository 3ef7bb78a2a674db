/* ctl_flow.c - a flow file read as the store would read it, before it is loaded. */
#include "config.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "ctl.h"
#include "err.h"
#include "flow.h"
#include "wire.h"

static unsigned flow_role(const char *name)
{
	return (unsigned)role_parse(name);
}

/* Reason lists stand in ../list beside the folder of the flow. */
static bool flow_list(void *arg, const char *name)
{
	const char *path = arg, *slash = strrchr(path, '/');
	char file[1024];

	if (strchr(name, '/') != NULL)
		return false;
	snprintf(file, sizeof file, "%.*s../list/%.60s.list", slash ? (int)(slash - path + 1) : 0, path, name);
	return access(file, R_OK) == 0;
}

int ctl_flow_check(struct ctl *c, int argc, char **argv)
{
	struct flow_words words = { flow_role, flow_list, argv[0] };
	struct flow_error err = { 0 };
	struct flow *flow = NULL;
	struct buf body;
	int e, r;

	(void)c;
	(void)argc;
	buf_init(&body, 1u << 20);
	e = ctl_read_file(argv[0], 1u << 20, &body);
	if (e == CTL_DONE) {
		r = flow_read(buf_str(&body), body.len, &words, &flow, &err);
		if (r == 0) {
			printf("%s: no fault found.\n", argv[0]);
			flow_free(flow);
		} else {
			fprintf(stderr, "%s:%d: %s\n", argv[0], err.line, r == ERR_PARSE ? err.text : err_name(r));
			e = CTL_REFUSED;
		}
	}
	buf_clear(&body);
	return e;
}
