/* keys.c - the host key, and what libssh we stand on. */
#include "config.h"
#include <fcntl.h>
#include <libssh/libssh.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "err.h"
#include "log.h"
#include "server_in.h"

static void on_log(int level, const char *function, const char *text, void *arg)
{
	char quoted[400];

	(void)level;
	(void)arg;
	/* libssh writes raw bytes of the peer into its messages (trap 29) */
	log_debug("libssh: %s: %s", function, log_quote(quoted, sizeof quoted, text));
}

const char *server_library(bool *good)
{
	*good = ssh_version(SSH_VERSION_INT(0, 10, 6)) != NULL;
	return ssh_version(0);
}

int server_keys_load(const char *path, struct server_keys **out)
{
	struct server_keys *keys;
	ssh_key key = NULL;

	*out = NULL;
	ssh_set_log_callback(on_log);
	ssh_set_log_level(SSH_LOG_WARN);
	if (access(path, R_OK) != 0)
		return ERR_NOTFOUND;
	if (ssh_pki_import_privkey_file(path, NULL, NULL, NULL, &key) != SSH_OK)
		return ERR_PARSE;
	if (ssh_key_type(key) != SSH_KEYTYPE_ED25519 || (keys = calloc(1, sizeof *keys)) == NULL) {
		ssh_key_free(key);
		return ERR_PARSE;
	}
	keys->key = key;
	*out = keys;
	return 0;
}

void server_keys_free(struct server_keys *keys)
{
	if (keys == NULL)
		return;
	ssh_key_free(keys->key);
	free(keys);
}

int server_keys_make(const char *path)
{
	ssh_key key = NULL;
	int fd, rc;

	/* the name is taken first, so that an existing key is never written over */
	if ((fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) < 0)
		return ERR_IO;
	close(fd);
	if (ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &key) != SSH_OK) {
		unlink(path);
		return ERR_IO;
	}
	rc = ssh_pki_export_privkey_file(key, NULL, NULL, NULL, path);
	ssh_key_free(key);
	if (rc != SSH_OK || chmod(path, 0400) != 0) {
		unlink(path);
		return ERR_IO;
	}
	return 0;
}

char *server_keys_public(const struct server_keys *keys)
{
	char *base64 = NULL, *text = NULL;

	if (ssh_pki_export_pubkey_base64(keys->key, &base64) != SSH_OK)
		return NULL;
	if (asprintf(&text, "ssh-ed25519 %s", base64) < 0)
		text = NULL;
	ssh_string_free_char(base64);
	return text;
}

char *server_keys_print(const struct server_keys *keys)
{
	unsigned char *hash = NULL;
	size_t n = 0;
	char *text, *copy = NULL;

	if (ssh_get_publickey_hash(keys->key, SSH_PUBLICKEY_HASH_SHA256, &hash, &n) != 0)
		return NULL;
	if ((text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, n)) != NULL)
		copy = strdup(text);
	ssh_string_free_char(text);
	ssh_clean_pubkey_hash(&hash);
	return copy;
}
