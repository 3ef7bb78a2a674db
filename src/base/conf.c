/* conf.c - reads balai.conf. One row of a table per directive. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "clock.h"
#include "conf.h"
#include "err.h"
#include "scfg.h"
#include "text.h"

#define CONF_BYTES (64u << 10)

enum kind { TEXT, PATH, NUMBER };
struct row { const char *name; enum kind kind; size_t offset; int min, max; };

static const struct row row_table[] = {
	{ "office", TEXT, offsetof(struct conf, office) },
	{ "regency", NUMBER, offsetof(struct conf, regency), 1000, 9999 },
	{ "zone", TEXT, offsetof(struct conf, zone) },
	{ "dir", PATH, offsetof(struct conf, dir) },
	{ "run", PATH, offsetof(struct conf, run) },
	{ "forms", PATH, offsetof(struct conf, forms) },
	{ "log", PATH, offsetof(struct conf, log) },
	{ "host-key", PATH, offsetof(struct conf, host_key) },
	{ "host-key-next", PATH, offsetof(struct conf, host_key_next) },
	{ "authorized-keys", PATH, offsetof(struct conf, authorized_keys) },
};
static const struct row user_table[] = {
	{ "store", TEXT, offsetof(struct conf, user_store) },
	{ "session", TEXT, offsetof(struct conf, user_session) },
	{ "hash", TEXT, offsetof(struct conf, user_hash) },
};
static const struct row limit_table[] = {
	{ "unauthenticated", NUMBER, offsetof(struct conf, unauthenticated), 1, 10000 },
	{ "registered", NUMBER, offsetof(struct conf, registered), 1, 10000 },
	{ "per-source", NUMBER, offsetof(struct conf, per_source), 1, 10000 },
	{ "sessions", NUMBER, offsetof(struct conf, sessions), 1, 20000 },
	{ "session-memory-mb", NUMBER, offsetof(struct conf, session_memory_mb), 16, 4096 },
	{ "idle-minutes", NUMBER, offsetof(struct conf, idle_minutes), 1, 1440 },
	{ "lock-minutes", NUMBER, offsetof(struct conf, lock_minutes), 1, 1440 },
};
#define ROWS(t) t, sizeof t / sizeof *t

struct reading { struct conf *c; const struct scfg_node *node; char *err; const char *folder; };

static int fault(struct reading *rd, const char *what)
{
	snprintf(rd->err, 256, "%s:%d: %s: %s", rd->c->path, rd->node->line, rd->node->name, what);
	return ERR_PARSE;
}

static const char *resolve(struct reading *rd, const char *p)
{
	return *p == '/' ? arena_strdup(&rd->c->arena, p) : arena_printf(&rd->c->arena, "%s/%s", rd->folder, p);
}

static int put(struct reading *rd, const struct row *r, const char *word, bool again)
{
	char *at = (char *)rd->c + r->offset;
	int64_t v;

	if (r->kind == NUMBER) {
		if (text_to_int(word, r->min, r->max, &v) != 0)
			return fault(rd, arena_printf(&rd->c->arena, "expected a number from %d to %d", r->min, r->max));
		memcpy(at, &(int){ (int)v }, sizeof(int));
		return 0;
	}
	if (!again && *(const char **)(void *)at != NULL)
		return fault(rd, "given twice");
	if (*word == 0)
		return fault(rd, "is empty");
	*(const char **)(void *)at = r->kind == PATH ? resolve(rd, word) : arena_strdup(&rd->c->arena, word);
	return *(const char **)(void *)at ? 0 : ERR_NOMEM;
}

static const struct row *find(const struct row *t, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(t[i].name, name))
			return &t[i];
	return NULL;
}

static int pair(struct reading *rd, const struct row *t, size_t n, const char *expected)
{
	const struct row *r;

	if (rd->node->nwords != 2 || (r = find(t, n, rd->node->words[0])) == NULL)
		return fault(rd, expected);
	return put(rd, r, rd->node->words[1], false);
}

static int one(struct reading *rd)
{
	const struct scfg_node *n = rd->node;
	struct conf *c = rd->c;
	const struct row *r;
	int64_t port;

	if (n->child)
		return fault(rd, "takes no block");
	if (!strcmp(n->name, "user"))
		return pair(rd, ROWS(user_table), "expected store, session or hash and a user's name");
	if (!strcmp(n->name, "limit"))
		return pair(rd, ROWS(limit_table), "expected the name of a limit and a number");
	if (!strcmp(n->name, "notice")) {
		if (n->nwords != 1 || c->nnotice == CONF_NOTICE_MAX)
			return fault(rd, "expected one text, at most ten times");
		return (c->notice[c->nnotice++] = arena_strdup(&c->arena, n->words[0])) ? 0 : ERR_NOMEM;
	}
	if (!strcmp(n->name, "listen")) {
		bool registered = n->nwords == 3 && !strcmp(n->words[2], "registered");

		if (c->nlisten == CONF_LISTEN_MAX || !(n->nwords == 2 || registered) || text_to_int(n->words[1], 0, 65535, &port) != 0)
			return fault(rd, "expected an address, a port and perhaps `registered`");
		c->listen[c->nlisten].address = arena_strdup(&c->arena, n->words[0]);
		c->listen[c->nlisten].port = (int)port;
		c->listen[c->nlisten].registered = registered;
		return c->listen[c->nlisten++].address ? 0 : ERR_NOMEM;
	}
	if ((r = find(ROWS(row_table), n->name)) == NULL)
		return fault(rd, "no such directive");
	return n->nwords == 1 ? put(rd, r, n->words[0], false) : fault(rd, "expected one word");
}

static int read_all(const char *path, char *mem, size_t size, size_t *n, char *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t k = 0;

	*n = 0;
	if (fd < 0) {
		snprintf(err, 256, "%s: %s", path, strerror(errno));
		return ERR_IO;
	}
	while (*n < size && (k = read(fd, mem + *n, size - *n)) > 0)
		*n += (size_t)k;
	if (k < 0)
		snprintf(err, 256, "%s: %s", path, strerror(errno));
	else if (*n == size)
		snprintf(err, 256, "%s: more than %zu bytes", path, size - 1);
	close(fd);
	return k < 0 ? ERR_IO : *n == size ? ERR_TOOLONG : 0;
}

static int complete(struct reading *rd)
{
	struct conf *c = rd->c;
	const char *missing = !c->office ? "office" : !c->regency ? "regency" : !c->dir ? "dir" : !c->run ? "run" : NULL;

	if (missing) {
		snprintf(rd->err, 256, "%s: the directive `%s` is missing", c->path, missing);
		return ERR_PARSE;
	}
	if (c->zone == NULL)
		c->zone = "Asia/Jakarta";
	if (clock_zone_minutes(c->zone, &c->zone_minutes) != 0) {
		snprintf(rd->err, 256, "%s: zone: expected WIB, WITA, WIT, Asia/Jakarta, Asia/Makassar or Asia/Jayapura", c->path);
		return ERR_PARSE;
	}
	if (!c->host_key)
		c->host_key = arena_printf(&c->arena, "%s/host_key", c->dir);
	if (!c->host_key_next)
		c->host_key_next = arena_printf(&c->arena, "%s/host_key.next", c->dir);
	c->socket = arena_printf(&c->arena, "%s/store.sock", c->run);
	return c->host_key && c->host_key_next && c->socket ? 0 : ERR_NOMEM;
}

int conf_read(struct conf *c, const char *path, char err[256])
{
	static const struct conf defaults = { .unauthenticated = 64, .registered = 200, .per_source = 10, .sessions = 2000, .session_memory_mb = 128,
		.idle_minutes = 60, .lock_minutes = 10 };
	struct scfg_error se = { 0 };
	struct scfg_node *root = NULL;
	struct reading rd = { .c = c, .err = err };
	const char *slash = strrchr(path, '/');
	char *mem;
	size_t n;
	int r;

	*c = defaults;
	err[0] = 0;
	arena_init(&c->arena, 1u << 20);
	c->path = arena_strdup(&c->arena, path);
	rd.folder = slash ? arena_strndup(&c->arena, path, (size_t)(slash - path)) : ".";
	mem = arena_alloc(&c->arena, CONF_BYTES + 1);
	if (c->path == NULL || rd.folder == NULL || mem == NULL)
		return ERR_NOMEM;
	if ((r = read_all(path, mem, CONF_BYTES + 1, &n, err)) != 0)
		return r;
	if ((r = scfg_read(mem, n, &c->arena, &root, &se)) != 0) {
		snprintf(err, 256, "%s:%d: %s", path, se.line, se.text);
		return r;
	}
	for (rd.node = root; rd.node && r == 0; rd.node = rd.node->next)
		r = one(&rd);
	if (r == 0)
		r = complete(&rd);
	if (r == ERR_NOMEM)
		snprintf(err, 256, "%s: no memory", path);
	return r;
}

void conf_clear(struct conf *c)
{
	arena_clear(&c->arena);
}
