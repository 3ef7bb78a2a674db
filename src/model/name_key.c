/* name_key.c - from a name to the skeletons of its words.
 *
 * The rules are one table of rewritings, tried at each place in order, the first that fits wins. They were chosen for recall:
 * the search that uses the keys shows a short list to a person, who decides. */
#include "config.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "buf.h"
#include "err.h"
#include "name_key.h"
#include "text.h"

/* Words that are no name: titles, degrees of birth, forms of address, particles. Sorted. */
static const char *const no_name[] = {
	"al", "alm", "almarhum", "almarhumah", "almh", "bapak", "bin", "binti", "bpk", "bt", "bte", "bu", "dr", "dra", "drg", "drs",
	"h", "haji", "hajah", "hajjah", "hj", "i", "ibu", "ir", "kh", "kiai", "kyai", "ni", "ny", "nyai", "pak", "prof", "r", "ra",
	"raden", "rd", "rm", "rr", "sdr", "sdri", "tgh", "tgk", "tn", "ust", "ustad", "ustadz", "ustadzah", "ustaz",
};

/* Short forms and spellings too far apart for the rules. */
static const struct { const char *word, *is; } family[] = {
	{ "m", "muhamad" }, { "md", "muhamad" }, { "mhd", "muhamad" }, { "mhmd", "muhamad" }, { "moch", "muhamad" },
	{ "mochamad", "muhamad" }, { "mochammad", "muhamad" }, { "moh", "muhamad" }, { "mohamad", "muhamad" },
	{ "mohamed", "muhamad" }, { "mohammad", "muhamad" }, { "mohammed", "muhamad" }, { "mohd", "muhamad" },
	{ "mokh", "muhamad" }, { "mokhamad", "muhamad" }, { "mokhammad", "muhamad" }, { "much", "muhamad" },
	{ "muchamad", "muhamad" }, { "muchammad", "muhamad" }, { "muh", "muhamad" }, { "muhamad", "muhamad" },
	{ "muhamat", "muhamad" }, { "muhamed", "muhamad" }, { "muhammad", "muhamad" }, { "muhammat", "muhamad" },
	{ "muhammed", "muhamad" }, { "muhd", "muhamad" }, { "mukh", "muhamad" }, { "mukhamad", "muhamad" },
	{ "mukhammad", "muhamad" },
	{ "ach", "ahmad" }, { "akh", "ahmad" }, { "ahmed", "ahmad" }, { "abd", "abdul" }, { "abdel", "abdul" },
	{ "st", "siti" }, { "sitti", "siti" }, { "nor", "nur" }, { "noor", "nur" }, { "nuur", "nur" },
};

/* from -> to; a leading '^' binds to the word's start, a trailing '$' to its end. */
static const struct { const char *from, *to; } rule[] = {
	{ "^chan", "can" }, { "^chr", "kr" },
	{ "oe", "u" }, { "dj", "s" }, { "tj", "c" }, { "nj", "n" }, { "ny", "n" }, { "sj", "s" },
	{ "kh", "h" }, { "ch", "h" }, { "sy", "s" }, { "sh", "s" }, { "ts", "s" }, { "th", "t" }, { "dh", "d" }, { "dz", "s" },
	{ "dl", "d" }, { "gh", "g" }, { "bh", "b" }, { "ph", "p" }, { "ck", "k" },
	{ "iya", "ia" }, { "iye", "ie" }, { "iyo", "ia" }, { "iyu", "iu" },
	{ "uwa", "ua" }, { "uwe", "ue" }, { "uwi", "ui" }, { "uwo", "ua" },
	{ "ai", "e" }, { "ay$", "e" }, { "ae", "e" }, { "ei", "e" }, { "ey$", "e" }, { "ie", "i" },
	{ "ih$", "e" }, { "eh$", "e" }, { "h$", "" }, { "d$", "t" }, { "b$", "p" },
	{ "j", "s" }, { "y", "s" }, { "z", "s" }, { "f", "p" }, { "v", "p" }, { "q", "k" }, { "x", "ks" }, { "o", "a" },
};

static bool is_no_name(const char *w)
{
	for (size_t i = 0; i < sizeof no_name / sizeof no_name[0]; i++)
		if (strcmp(w, no_name[i]) == 0)
			return true;
	return false;
}

static size_t rule_at(const char *w, size_t i, const char **to)
{
	for (size_t k = 0; k < sizeof rule / sizeof rule[0]; k++) {
		const char *f = rule[k].from;
		size_t n;
		bool at_end;

		if (*f == '^') {
			if (i != 0)
				continue;
			f++;
		}
		n = strlen(f);
		at_end = f[n - 1] == '$';
		n -= at_end;
		if (strncmp(w + i, f, n) != 0 || (at_end && w[i + n] != 0))
			continue;
		if (at_end && i == 0)             /* never rewrite a whole word away */
			continue;
		*to = rule[k].to;
		return n;
	}
	return 0;
}

static void skeleton(const char *w, char out[NAME_KEY_SIZE])
{
	size_t k = 0, n;
	const char *to;
	char one[2] = "";

	for (size_t i = 0; w[i] != 0; i += n) {
		n = rule_at(w, i, &to);
		if (n == 0) {
			one[0] = w[i];
			to = one;
			n = 1;
		}
		for (; *to != 0; to++)
			if (k + 1 < NAME_KEY_SIZE && (k == 0 || out[k - 1] != *to))
				out[k++] = *to;
	}
	while (k > 0 && k + 1 == NAME_KEY_SIZE && ((unsigned char)out[k - 1] & 0xc0) == 0x80)
		k--;                              /* a cut inside a character: leave its tail out */
	out[k] = 0;
}

static void add_word(struct name_key *key, const char *word)
{
	const char *is = word;

	if (key->nword == NAME_WORDS)
		return;
	for (size_t i = 0; i < sizeof family / sizeof family[0]; i++)
		if (strcmp(family[i].word, word) == 0)
			is = family[i].is;
	skeleton(is, key->word[key->nword]);
	if (key->word[key->nword][0] != 0)
		key->nword++;
}

static void add_pair(struct name_key *key, const char *a, const char *b)
{
	char *p = key->pair[key->npair];
	size_t n;

	if (strcmp(a, b) > 0) {
		const char *t = a;
		a = b;
		b = t;
	}
	n = strlen(a);
	memcpy(p, a, n);
	p[n] = ' ';
	memcpy(p + n + 1, b, strlen(b) + 1);
	for (size_t i = 0; i < key->npair; i++)
		if (strcmp(key->pair[i], p) == 0)
			return;
	key->npair++;
}

/* Punctuation parts words, an apostrophe does not; what stands after a comma is a degree. */
static int fold(const char *name, struct buf *out)
{
	struct buf plain;
	int r;

	buf_init(&plain, 0);
	for (const char *p = name; *p != 0 && *p != ','; p++)
		buf_putc(&plain, strchr(".-/()_\"", *p) != NULL ? ' ' : (unsigned char)*p);
	r = buf_end(&plain);
	if (r == 0)
		r = text_fold(buf_str(&plain), out);
	buf_clear(&plain);
	return r;
}

int name_key_make(const char *name, struct name_key *key)
{
	struct buf folded;
	char *copy, *word, *save;
	int r;

	memset(key, 0, sizeof *key);
	buf_init(&folded, 0);
	r = fold(name, &folded);
	if (r != 0) {
		buf_clear(&folded);
		return r == ERR_NOMEM ? r : 0;    /* what cannot be folded has no keys */
	}
	copy = strdup(buf_str(&folded));
	if (copy == NULL) {
		buf_clear(&folded);
		return ERR_NOMEM;
	}
	for (word = strtok_r(copy, " ", &save); word != NULL; word = strtok_r(NULL, " ", &save))
		if (!is_no_name(word))
			add_word(key, word);
	free(copy);
	if (key->nword == 0 && (copy = strdup(buf_str(&folded))) != NULL) {
		for (word = strtok_r(copy, " ", &save); word != NULL; word = strtok_r(NULL, " ", &save))
			add_word(key, word);
		free(copy);
	}
	buf_clear(&folded);
	for (size_t i = 0; i + 1 < key->nword; i++)
		add_pair(key, key->word[i], key->word[i + 1]);
	for (size_t i = 0; i + 2 < key->nword; i++)
		add_pair(key, key->word[i], key->word[i + 2]);
	return 0;
}

/* At most one letter put in, taken out or changed. */
static bool nearly(const char *a, const char *b)
{
	size_t na = strlen(a), nb = strlen(b), i = 0;

	if (na > nb)
		return nearly(b, a);
	if (nb - na > 1 || na < 4)
		return false;
	while (i < na && a[i] == b[i])
		i++;
	return strcmp(a + i + (na == nb && i < na), b + i + (i < nb)) == 0;
}

int name_key_likeness(const struct name_key *a, const struct name_key *b)
{
	bool used[NAME_WORDS] = { false };
	int score = 0;

	if (a->nword == 0 || b->nword == 0)
		return 0;
	for (size_t i = 0; i < a->nword; i++) {
		size_t best = NAME_WORDS;
		int worth = 0;

		for (size_t k = 0; k < b->nword; k++) {
			int w = strcmp(a->word[i], b->word[k]) == 0 ? 100 : nearly(a->word[i], b->word[k]) ? 70 : 0;

			if (!used[k] && w > worth) {
				worth = w;
				best = k;
			}
		}
		if (best < NAME_WORDS)
			used[best] = true;
		score += worth;
	}
	return 2 * score / (int)(a->nword + b->nword);
}
