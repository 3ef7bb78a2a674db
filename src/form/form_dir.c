/* form_dir.c - forms and lists as files below one directory. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
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
