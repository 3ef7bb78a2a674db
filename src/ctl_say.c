/* ctl_say.c - what balaictl says, and small things its commands share. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "ctl.h"
#include "err.h"
#include "text.h"

/* Findings are shown to clerks in Indonesian; an administrator reads here what they mean and what to do. %1 and %2 are the
 * finding's arguments. A code without a row is shown by its name and its Indonesian sentence. */
static const struct { enum finding_code code; const char *text; } ctl_finding_table[] = {
	{ FIND_not_permitted, "there is no such thing, or this account may not touch it: see its grants in `balaictl account list`" },
	{ FIND_stale_revision, "it has changed meanwhile: look again" },
	{ FIND_key_reused, "the request's key was used before for something else" },
	{ FIND_wrong_state, "that cannot be done at this stage" },
	{ FIND_login_failed, "wrong account or password (or too many tries: wait a little)" },
	{ FIND_must_change_password, "this account must choose a password first: balaictl password change" },
	{ FIND_password_weak, "the password is too weak: %1" },
	{ FIND_disk_full, "the server's disk is full: free some space, then try again" },
	{ FIND_read_only, "the store can only read now: its log says why" },
	{ FIND_period_unknown, "there is no such period: see `balaictl period list`" },
	{ FIND_second_account, "another account has to do that" },
	{ FIND_too_busy, "the store is busy: try again in a moment" },
	{ FIND_reply_too_long, "the answer does not fit into a reply, so nothing was changed: a name or text is longer than the store allows" },
	{ FIND_store_unavailable, "the store cannot be reached: its log says why" },
	{ FIND_name_taken, "that account name is taken" },
	{ FIND_bad_request, "the store finds the request incomplete: are both programs of the same version?" },
	{ FIND_area_unknown, "there is no area with the code %1: see `balaictl area list`" },
	{ FIND_area_closed, "that area is closed" },
	{ FIND_person_erased, "that person is already erased" },
};

static void ctl_say(const char *fmt, va_list ap)
{
	fputs("balaictl: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

int ctl_usage(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	ctl_say(fmt, ap);
	va_end(ap);
	return CTL_USAGE;
}

int ctl_refuse(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	ctl_say(fmt, ap);
	va_end(ap);
	return CTL_REFUSED;
}

const char *ctl_show(struct buf *b, const char *s)
{
	buf_reset(b);
	text_show(b, s, strlen(s));
	return buf_str(b);
}

/* The English sentence with its arguments; false when there is none. */
static bool ctl_finding_text(const struct finding *f, struct buf *out)
{
	const char *s = NULL, *arg;
	size_t i;

	for (i = 0; i < sizeof ctl_finding_table / sizeof ctl_finding_table[0]; i++)
		if ((uint32_t)ctl_finding_table[i].code == f->code)
			s = ctl_finding_table[i].text;
	if (s == NULL)
		return false;
	for (; *s != '\0'; s++) {
		if (s[0] == '%' && s[1] >= '1' && s[1] <= '0' + FINDING_ARGS) {
			arg = f->arg[s[1] - '1'];
			if (arg != NULL)
				text_show(out, arg, strlen(arg));
			s++;
		} else {
			buf_putc(out, *s);
		}
	}
	return true;
}

void ctl_findings(const struct finding_list *list, const char *what)
{
	const struct finding_info *info;
	struct buf text;
	size_t i;

	buf_init(&text, 0);
	for (i = 0; i < list->n; i++) {
		buf_reset(&text);
		/* of a file: what is its path, and the line stands where an editor looks for it */
		if (list->v[i].code == FIND_data_invalid && list->v[i].arg[0] != NULL && list->v[i].arg[1] != NULL) {
			text_show(&text, list->v[i].arg[0], strlen(list->v[i].arg[0]));
			buf_puts(&text, ": ");
			text_show(&text, list->v[i].arg[1], strlen(list->v[i].arg[1]));
			fprintf(stderr, "%s:%s\nNothing was loaded; the version in force stays.\n", what, buf_str(&text));
			continue;
		}
		if (!ctl_finding_text(&list->v[i], &text)) {
			info = finding_info(list->v[i].code);
			buf_printf(&text, "%s: ", info == NULL ? "?" : info->name);
			finding_text(&list->v[i], &text);
		}
		fprintf(stderr, "balaictl: cannot %s: %s\n", what, buf_str(&text));
	}
	if (list->n == 0)
		fprintf(stderr, "balaictl: cannot %s: the store refused it\n", what);
	buf_clear(&text);
}

void ctl_time(int64_t ms, int zone_minutes, char out[24])
{
	time_t t = (time_t)(ms / 1000 + (int64_t)zone_minutes * 60);
	struct tm tm;

	if (ms == 0 || gmtime_r(&t, &tm) == NULL || strftime(out, 24, "%Y-%m-%d %H:%M", &tm) == 0)
		snprintf(out, 24, "-");
}

int64_t ctl_today(const struct ctl *c, char out[11])
{
	/* without a configuration (-s) the zone is not known here: then that of Jakarta */
	int32_t day = clock_day(clock_now_ms(), c->conf_read ? c->conf.zone_minutes : 7 * 60);
	time_t t = (time_t)day * 86400;
	struct tm tm;

	gmtime_r(&t, &tm);
	if (strftime(out, 11, "%Y-%m-%d", &tm) == 0)
		out[0] = '\0';
	return day;
}

int ctl_read_bytes(const char *path, size_t most, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;
	void *at;

	if (fd < 0)
		return ctl_usage("%s: %s", path, strerror(errno));
	while ((at = buf_reserve(out, 4096)) != NULL && (n = read(fd, at, 4096)) > 0)
		buf_commit(out, (size_t)n);
	close(fd);
	if (n < 0)
		return ctl_usage("%s: %s", path, strerror(errno));
	if (buf_end(out) != 0 || out->len > most)
		return ctl_refuse("%s is longer than %zu bytes", path, most);
	return CTL_DONE;
}

int ctl_read_file(const char *path, size_t most, struct buf *out)
{
	int e = ctl_read_bytes(path, most, out);

	if (e != CTL_DONE)
		return e;
	if (out->len == 0)
		return ctl_refuse("%s is empty", path);
	if (memchr(out->data, 0, out->len) != NULL)
		return ctl_refuse("%s holds a NUL byte: it is no text", path);
	return CTL_DONE;
}

const char *ctl_option(int *argc, char **argv, const char *name)
{
	const char *value;
	int i;

	for (i = 0; i + 1 < *argc; i++) {
		if (strcmp(argv[i], name) != 0)
			continue;
		value = argv[i + 1];
		memmove(argv + i, argv + i + 2, (size_t)(*argc - i - 2) * sizeof *argv);
		*argc -= 2;
		return value;
	}
	return NULL;
}

bool ctl_flag(int *argc, char **argv, const char *name)
{
	int i;

	for (i = 0; i < *argc; i++) {
		if (strcmp(argv[i], name) != 0)
			continue;
		memmove(argv + i, argv + i + 1, (size_t)(*argc - i - 1) * sizeof *argv);
		--*argc;
		return true;
	}
	return false;
}

int ctl_int(const char *s, const char *what, int64_t *out)
{
	if (text_to_int(s, 1, INT64_MAX, out) != 0)
		return ctl_usage("%s: expected a number, found \"%s\"", what, s);
	return CTL_DONE;
}
