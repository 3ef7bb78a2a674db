/* keylist.c - reads the folder of keys that admit. */
#include "config.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libssh/libssh.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "err.h"
#include "keylist.h"

/* One line, cut into words in place. 1 a key, 0 nothing, ERR_. */
static int line_read(char *line, ssh_key *key)
{
	const char *type, *body;
	char *save = NULL;

	type = strtok_r(line, " \t\r\n", &save);
	if (type == NULL || type[0] == '#')
		return 0;
	body = strtok_r(NULL, " \t\r\n", &save);
	if (body == NULL || strcmp(type, "ssh-ed25519") != 0)
		return ERR_PARSE;
	if (ssh_pki_import_pubkey_base64(body, SSH_KEYTYPE_ED25519, key) != SSH_OK)
		return ERR_PARSE;
	return 1;
}

static int row_add(struct keylist *list, const char *account, ssh_key key)
{
	struct keylist_row *grown = reallocarray(list->row, list->n + 1, sizeof *grown);

	if (grown == NULL)
		return ERR_NOMEM;
	list->row = grown;
	grown += list->n++;
	*grown = (struct keylist_row){ .key = key };
	snprintf(grown->account, sizeof grown->account, "%s", account);
	return 0;
}

static int file_read(FILE *f, const char *account, struct keylist *list, int *line)
{
	char text[2048];
	int keys = 0, rc = 0;

	for (*line = 1; fgets(text, sizeof text, f) != NULL; ++*line) {
		ssh_key key = NULL;

		if (strchr(text, '\n') == NULL && strlen(text) == sizeof text - 1)
			return ERR_PARSE;
		if ((rc = line_read(text, &key)) == 0)
			continue;
		if (rc > 0 && (rc = row_add(list, account, key)) < 0)
			ssh_key_free(key);
		if (rc < 0)
			return rc;
		keys++;
	}
	if (ferror(f))
		return ERR_IO;
	return keys > 0 ? 0 : row_add(list, account, NULL);
}

int keylist_read(const char *folder, struct keylist *list, char *bad, size_t size)
{
	struct dirent *e;
	DIR *d = opendir(folder);
	int rc = 0;

	*list = (struct keylist){ 0 };
	snprintf(bad, size, "%s", folder);
	if (d == NULL)
		return errno == ENOENT ? 0 : ERR_IO;
	while (rc == 0 && (e = readdir(d)) != NULL) {
		int fd, line = 0;
		FILE *f;

		if (e->d_name[0] == '.')
			continue;
		snprintf(bad, size, "%s/%s", folder, e->d_name);
		if (strlen(e->d_name) >= sizeof list->row->account) {
			rc = ERR_TOOLONG;
			break;
		}
		fd = openat(dirfd(d), e->d_name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		if (fd < 0 || (f = fdopen(fd, "r")) == NULL) {
			if (fd >= 0)
				close(fd);
			rc = ERR_IO;
			break;
		}
		rc = file_read(f, e->d_name, list, &line);
		fclose(f);
		if (rc < 0)
			snprintf(bad, size, "%s/%s:%d", folder, e->d_name, line);
	}
	closedir(d);
	if (rc < 0)
		keylist_clear(list);
	return rc;
}

void keylist_clear(struct keylist *list)
{
	for (size_t i = 0; i < list->n; i++)
		ssh_key_free(list->row[i].key);
	free(list->row);
	*list = (struct keylist){ 0 };
}

bool keylist_needs(const struct keylist *list, const char *account)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->row[i].account, account) == 0)
			return true;
	return false;
}

bool keylist_has(const struct keylist *list, const char *account, struct ssh_key_struct *key)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->row[i].key != NULL && (account == NULL || strcmp(list->row[i].account, account) == 0) &&
		    ssh_key_cmp(list->row[i].key, key, SSH_KEY_CMP_PUBLIC) == 0)
			return true;
	return false;
}
