/* name_key.h - keys under which a name is found in spite of its spelling (store.md 5).
 *
 * Layer: model. The skeleton of a word: folded, then old spelling and look-alikes made one (oe u, dj j, tj c, j y, f p v, z j s,
 * q k, ai ae, sy s, kh k, ...), doubles collapsed. Titles (H., Hj., Drs., bin, ...) go; the Muhammad family becomes one word.
 * "Moh. Sholeh" and "Muhammad Saleh" have the same keys. Keys are ASCII or folded UTF-8, at most NAME_KEY_SIZE-1 bytes.
 * The register indexes every word and every pair of neighbouring words (for one word: the word alone). */
#ifndef BALAI_NAME_KEY_H
#define BALAI_NAME_KEY_H
#include <stddef.h>

#define NAME_WORDS 12
#define NAME_KEY_SIZE 32

struct name_key {
	size_t nword;
	char word[NAME_WORDS][NAME_KEY_SIZE];                 /* skeletons in the order of the name */
	size_t npair;
	char pair[NAME_WORDS * 2][NAME_KEY_SIZE * 2];         /* sorted "a b" of neighbours and of those one apart */
};

/* 0, or ERR_NOMEM. A name that is all titles keeps them. More than NAME_WORDS words: the rest is left out. */
int name_key_make(const char *name, struct name_key *);
/* How alike two names are by their skeletons: 0 (nothing in common) .. 100 (same words). */
int name_key_likeness(const struct name_key *, const struct name_key *);

#endif
