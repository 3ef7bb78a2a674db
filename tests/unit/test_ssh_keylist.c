/* test_ssh_keylist.c - the list of keys that admit, and the host key file. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <libssh/libssh.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "err.h"
#include "keylist.h"
#include "server.h"

static char dir[] = "/tmp/balai-keylist-XXXXXX";

static char *path(const char *name)
{
	static char text[128];

	snprintf(text, sizeof text, "%s/%s", dir, name);
	return text;
}

static void put(const char *name, const char *text)
{
	FILE *f = fopen(path(name), "we");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static ssh_key make(enum ssh_keytypes_e type, int bits, char **base64)
{
	ssh_key key = NULL;

	assert_int_equal(ssh_pki_generate(type, bits, &key), SSH_OK);
	assert_int_equal(ssh_pki_export_pubkey_base64(key, base64), SSH_OK);
	return key;
}

static void rows(void **state)
{
	char *a, *b, text[1024], bad[200];
	ssh_key ka = make(SSH_KEYTYPE_ED25519, 0, &a), kb = make(SSH_KEYTYPE_ED25519, 0, &b);
	struct keylist list;

	(void)state;
	mkdir(path("keys"), 0700);
	snprintf(text, sizeof text, "# office pc\n\nssh-ed25519 %s pc one\nssh-ed25519 %s\n", a, b);
	put("keys/sari", text);
	put("keys/budi", "# none yet\n");
	assert_int_equal(keylist_read(path("keys"), &list, bad, sizeof bad), 0);
	assert_true(keylist_needs(&list, "sari"));
	assert_true(keylist_needs(&list, "budi"));
	assert_false(keylist_needs(&list, "sar"));
	assert_true(keylist_has(&list, "sari", ka));
	assert_true(keylist_has(&list, "sari", kb));
	assert_false(keylist_has(&list, "budi", kb));
	assert_true(keylist_has(&list, NULL, kb));
	keylist_clear(&list);
	ssh_key_free(ka);
	ssh_key_free(kb);
	ssh_string_free_char(a);
	ssh_string_free_char(b);
	unlink(path("keys/budi"));
}

static void refused(void **state)
{
	char *rsa, text[2048], bad[200];
	ssh_key key = make(SSH_KEYTYPE_RSA, 2048, &rsa);
	const char *body[] = { "ssh-ed25519\n", "ssh-ed25519 AAAA\n", "from=\"x\" ssh-ed25519 AAAA\n", text };
	struct keylist list;

	(void)state;
	snprintf(text, sizeof text, "ssh-rsa %s\n", rsa);
	for (size_t i = 0; i < sizeof body / sizeof body[0]; i++) {
		char whole[2100];

		snprintf(whole, sizeof whole, "# one\n%s", body[i]);
		put("keys/sari", whole);
		assert_int_equal(keylist_read(path("keys"), &list, bad, sizeof bad), ERR_PARSE);
		assert_string_equal(strrchr(bad, '/'), "/sari:2");
		assert_int_equal(list.n, 0);
	}
	assert_int_equal(keylist_read(path("absent"), &list, bad, sizeof bad), 0);
	assert_int_equal(list.n, 0);
	ssh_key_free(key);
	ssh_string_free_char(rsa);
}

static void host_key(void **state)
{
	struct server_keys *keys;
	struct stat st;
	char *print;

	(void)state;
	assert_int_equal(server_keys_make(path("host")), 0);
	assert_int_equal(stat(path("host"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0400);
	assert_int_equal(server_keys_make(path("host")), ERR_IO);      /* never written over */
	assert_int_equal(server_keys_load(path("host"), &keys), 0);
	print = server_keys_print(keys);
	assert_int_equal(strncmp(print, "SHA256:", 7), 0);
	free(print);
	server_keys_free(keys);
	put("nokey", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n");
	assert_int_equal(server_keys_load(path("nokey"), &keys), ERR_PARSE);
	assert_int_equal(server_keys_load(path("absent"), &keys), ERR_NOTFOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows), cmocka_unit_test(refused), cmocka_unit_test(host_key),
	};
	const char *name[] = { "keys/sari", "host", "nokey" };
	int rc;

	if (mkdtemp(dir) == NULL)
		return 1;
	rc = cmocka_run_group_tests_name("keylist", tests, NULL, NULL);
	for (size_t i = 0; i < sizeof name / sizeof name[0]; i++)
		unlink(path(name[i]));
	rmdir(path("keys"));
	rmdir(dir);
	return rc;
}
