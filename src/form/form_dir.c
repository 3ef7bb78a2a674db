/* form_dir.c - forms and lists as files below one directory. */
#include "config.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "buf.h"
#include "err.h"
#include "form_priv.h"

struct form_dir { int fd; struct buf list, form; };

int form_dir_open(const char *path, struct form_dir **out)
{
	struct form_dir *d = calloc(1, sizeof *d);

	*out = NULL;
	if (d == NULL)
		return ERR_NOMEM;
	if ((d->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0) {
		int rc = errno == ENOENT || errno == ENOTDIR ? ERR_NOTFOUND : ERR_IO;

		free(d);
		return rc;
	}
	buf_init(&d->list, FORM_TEXT_MAX + 1);
	buf_init(&d->form, FORM_TEXT_MAX + 1);
	*out = d;
	return 0;
}

void form_dir_close(struct form_dir *d)
{
	if (d == NULL)
		return;
	close(d->fd);
	buf_clear(&d->list);
	buf_clear(&d->form);
	free(d);
}

/* The whole of a regular file; a longer one than a form may be is as good as none. */
static const char *read_file(int dir, const char *path, struct buf *b, size_t *n)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	ssize_t got = -1;

	if (fd < 0)
		return NULL;
	buf_reset(b);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		do {
			void *p = buf_reserve(b, 4096);

			if (p == NULL || (got = read(fd, p, 4096)) < 0)
				break;
			buf_commit(b, (size_t)got);
		} while (got > 0);
	close(fd);
	if (got != 0 || buf_end(b) != 0)
		return NULL;
	*n = b->len;
	return buf_str(b);
}

static const char *dir_list(void *arg, const char *name, size_t *n)
{
	struct form_dir *d = arg;
	char path[128];

	if (!form_name_ok(name))
		return NULL;
	snprintf(path, sizeof path, "list/%s.list", name);
	return read_file(d->fd, path, &d->list, n);
}

struct form_source form_dir_source(struct form_dir *d)
{
	return (struct form_source){ .list = dir_list, .arg = d };
}

const char *form_dir_form(struct form_dir *d, const char *name, size_t *n)
{
	static const char *const folders[] = { "questionnaire", "dossier", "." };
	char path[128];
	const char *text;

	if (!form_name_ok(name))
		return NULL;
	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
		snprintf(path, sizeof path, "%s/%s.form", folders[i], name);
		if ((text = read_file(d->fd, path, &d->form, n)) != NULL)
			return text;
	}
	return NULL;
}

static int by_name(const void *a, const void *b)
{
	const struct form_list_id *x = a, *y = b;

	return strcmp(x->name, y->name);
}

void form_lists_digest(struct form_list_id *v, size_t n, uint8_t out[32])
{
	crypto_hash_sha256_state state;

	qsort(v, n, sizeof *v, by_name);
	crypto_hash_sha256_init(&state);
	for (size_t i = 0; i < n; i++) {
		crypto_hash_sha256_update(&state, (const unsigned char *)v[i].name, strlen(v[i].name) + 1);
		crypto_hash_sha256_update(&state, v[i].sha, 32);
	}
	crypto_hash_sha256_final(&state, out);
}

/* Every NAME of folder/NAME.suffix that a form or list may have. */
static int dir_each(struct form_dir *d, const char *folder, const char *suffix, int (*each)(void *arg, const char *name), void *arg)
{
	int fd = openat(d->fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *e;

	if (dir == NULL) {
		if (fd >= 0)
			close(fd);
		return errno == ENOENT ? 0 : ERR_IO;
	}
	while (rc == 0 && (e = readdir(dir)) != NULL) {
		size_t n = strlen(e->d_name), m = strlen(suffix);
		char name[256];

		if (n <= m || strcmp(e->d_name + n - m, suffix) != 0)
			continue;
		snprintf(name, sizeof name, "%.*s", (int)(n - m), e->d_name);
		if (form_name_ok(name))
			rc = each(arg, name);
	}
	closedir(dir);
	return rc;
}

struct lists { struct form_dir *dir; struct form_list_id *v; size_t n; };

static int list_sum(void *arg, const char *name)
{
	struct lists *l = arg;
	struct form_list_id *v = realloc(l->v, (l->n + 1) * sizeof *v);
	const char *text;
	size_t n;

	if (v == NULL)
		return ERR_NOMEM;
	l->v = v;
	if ((text = dir_list(l->dir, name, &n)) == NULL)
		return ERR_IO;
	crypto_hash_sha256(v[l->n].sha, (const unsigned char *)text, n);
	if ((v[l->n].name = strdup(name)) == NULL)
		return ERR_NOMEM;
	l->n++;
	return 0;
}

int form_dir_lists(struct form_dir *d, uint8_t out[32])
{
	struct lists l = { .dir = d };
	int rc = dir_each(d, "list", ".list", list_sum, &l);

	if (rc == 0)
		form_lists_digest(l.v, l.n, out);
	for (size_t i = 0; i < l.n; i++)
		free((char *)l.v[i].name);
	free(l.v);
	return rc;
}

struct forms { struct form_dir *dir; int (*each)(void *, const char *, const char *, size_t); void *arg; };

static int form_each(void *arg, const char *name)
{
	struct forms *f = arg;
	size_t n;
	const char *text = form_dir_form(f->dir, name, &n);

	return text != NULL ? f->each(f->arg, name, text, n) : 0;
}

int form_dir_forms(struct form_dir *d, int (*each)(void *arg, const char *name, const char *text, size_t n), void *arg)
{
	struct forms f = { d, each, arg };
	int rc = dir_each(d, "questionnaire", ".form", form_each, &f);

	return rc != 0 ? rc : dir_each(d, "dossier", ".form", form_each, &f);
}
