/* near.c - edit distance over short words (a swap of neighbours counts once). */
#include "config.h"
#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include "near.h"

#define NEAR_LEN 40
#define NEAR_NONE 99

void near_init(struct near *n, const char *word)
{
	n->word = word;
	n->best = NULL;
	n->distance = NEAR_NONE;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

static int distance(const char *a, const char *b)
{
	int d[NEAR_LEN + 1][NEAR_LEN + 1];
	size_t na = strlen(a), nb = strlen(b);

	if (na > NEAR_LEN || nb > NEAR_LEN)
		return NEAR_NONE;
	for (size_t i = 0; i <= na; i++)
		d[i][0] = (int)i;
	for (size_t j = 0; j <= nb; j++)
		d[0][j] = (int)j;
	for (size_t i = 1; i <= na; i++)
		for (size_t j = 1; j <= nb; j++) {
			int ca = tolower((unsigned char)a[i - 1]), cb = tolower((unsigned char)b[j - 1]);

			d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + (ca != cb));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	return d[na][nb];
}

void near_try(struct near *n, const char *candidate)
{
	int d = distance(n->word, candidate);

	if (d < n->distance) {
		n->distance = d;
		n->best = candidate;
	}
}

/* A third of the word may differ, at least one letter and at most three. */
const char *near_best(const struct near *n)
{
	int allowed = (int)(strlen(n->word) + 1) / 3;

	allowed = allowed < 1 ? 1 : allowed > 3 ? 3 : allowed;
	return n->distance <= allowed ? n->best : NULL;
}
