/* password.c - the policy of security.md 5.1. */
#include "config.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "buf.h"
#include "password.h"
#include "text.h"

/* Lower case, letters only, sorted: made from password.words by the build. */
static const char *const word_table[] = {
#include "password_words.h"
};

static int word_order(const void *a, const void *b)
{
	return strcmp(a, *(const char *const *)b);
}

static bool known(const char *s, size_t n)
{
	char w[32];

	if (n == 0 || n >= sizeof w)
		return false;
	memcpy(w, s, n);
	w[n] = 0;
	return bsearch(w, word_table, sizeof word_table / sizeof *word_table, sizeof *word_table, word_order) != NULL;
}

bool password_normalise(const char *typed, char out[static PASSWORD_BYTES + 1])
{
	struct buf b;
	bool ok;

	buf_init(&b, PASSWORD_BYTES + 1);
	ok = typed && text_clean(typed, strlen(typed), PASSWORD_BYTES, false, &b, NULL) == TEXT_OK && b.len > 0;
	if (ok)
		memcpy(out, b.data, b.len + 1);
	buf_wipe(&b);
	return ok;
}

static size_t characters(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* How many bytes are a step from their neighbour: 123456, aaaaaa, fedcba. */
static bool is_run(const char *s)
{
	size_t steps = 0, n = strlen(s);
	bool seen[256] = { false };
	size_t kinds = 0;

	for (size_t i = 0; i < n; i++) {
		if (!seen[(unsigned char)s[i]]) {
			seen[(unsigned char)s[i]] = true;
			kinds++;
		}
		if (i && abs((unsigned char)s[i] - (unsigned char)s[i - 1]) <= 1)
			steps++;
	}
	return kinds < 5 || steps * 10 >= n * 7;
}

static bool holds(const char *letters, const char *word)
{
	char w[128];
	size_t n = 0;

	for (; *word && n < sizeof w - 1; word++)
		if (isalpha((unsigned char)*word))
			w[n++] = (char)tolower((unsigned char)*word);
	w[n] = 0;
	return n >= 4 && strstr(letters, w) != NULL;
}

const char *password_fault(const char *password, const char *account, const char *full_name)
{
	char letters[PASSWORD_BYTES + 1], plain[PASSWORD_BYTES + 1], name[128], *save = NULL;
	size_t n = 0;

	if (password == NULL || !password_normalise(password, plain))
		return "harus berupa teks, paling banyak 128 byte";
	if (characters(plain) < PASSWORD_CHARS)
		return "paling sedikit 12 huruf; empat kata biasa yang tidak berhubungan sudah baik";
	if (is_run(plain))
		return "hanya deretan atau huruf yang sama";
	for (const char *p = plain; *p; p++)
		if (isalpha((unsigned char)*p) || (unsigned char)*p >= 0x80)
			letters[n++] = (char)tolower((unsigned char)*p);
	letters[n] = 0;
	explicit_bzero(plain, sizeof plain);
	if (holds(letters, account ? account : "") || holds(letters, "balai"))
		return "berisi nama akun atau nama program";
	if (full_name && strlen(full_name) < sizeof name) {
		memcpy(name, full_name, strlen(full_name) + 1);
		for (char *w = strtok_r(name, " .,", &save); w; w = strtok_r(NULL, " .,", &save))
			if (holds(letters, w))
				return "berisi nama Anda";
	}
	/* One or two words that everybody tries, whatever digits stand around them. Four words are a good password. */
	if (n < 4 || known(letters, n))
		return "kata yang mudah ditebak";
	for (size_t i = 1; i < n; i++)
		if (known(letters, i) && known(letters + i, n - i))
			return "dua kata yang mudah ditebak";
	return NULL;
}

static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void code_make(const uint8_t random[8], char out[static CODE_SIZE])
{
	uint64_t v = 0;
	size_t k = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | random[i];
	for (int i = 0; i < CODE_CHARS; i++) {
		if (i == CODE_CHARS / 2)
			out[k++] = '-';
		out[k++] = crockford[v >> 5 * i & 31];
	}
	out[k] = 0;
}

void code_normalise(const char *typed, char out[static CODE_SIZE])
{
	size_t n = 0;

	for (; *typed; typed++) {
		int c = toupper((unsigned char)*typed);

		if (c == '-' || c == ' ')
			continue;
		c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
		if (n == CODE_CHARS || !strchr(crockford, c)) {
			n = 0;
			break;
		}
		out[n++] = (char)c;
	}
	out[n == CODE_CHARS ? n : 0] = 0;
}
