/* test_name_key.c - spellings that must meet, and names that must not. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "name_key.h"

static bool share_pair(const struct name_key *a, const struct name_key *b)
{
	for (size_t i = 0; i < a->npair; i++)
		for (size_t k = 0; k < b->npair; k++)
			if (strcmp(a->pair[i], b->pair[k]) == 0)
				return true;
	return false;
}

static bool share_word(const struct name_key *a, const struct name_key *b)
{
	for (size_t i = 0; i < a->nword; i++)
		for (size_t k = 0; k < b->nword; k++)
			if (strcmp(a->word[i], b->word[k]) == 0)
				return true;
	return false;
}

/* Sabotage: take a line out of rule[] in name_key.c; its pair of spellings here no longer meets. */
static void meet(void **state)
{
	static const char *const row[][2] = {
		{ "Moh. Sholeh", "Muhammad Saleh" }, { "M. Saleh", "Mochammad Sholeh" }, { "H. Achmad Yusuf", "Ahmad Jusuf" },
		{ "Soekarno Poetra", "Sukarno Putra" }, { "Djoko Santoso", "Joko Santosa" }, { "Tjahjo Wibowo", "Cahyo Wibawa" },
		{ "Siti Fatimah", "Sitti Fatima" }, { "ST. AISYAH", "Siti Aisya" }, { "Zainal Arifin", "Jaenal Aripin" },
		{ "Nurlaila Sari", "Nurlaela Sari" }, { "Sa'diyah Rahmah", "Sadiah Rahma" }, { "Ma\xe2\x80\x99ruf Amin", "Maruf Amin" },
		{ "Abd. Rahman", "Abdul Rohman" }, { "Rizqi Fauzi", "Riski Pauzi" }, { "Suwarno Hadi", "Suarno Hadi" },
		{ "Drs. Budi Santoso, M.Si.", "Budi Santosa" }, { "Nur-Aini Putri", "Noor Aini Putri" },
		{ "Ahmad bin Saleh", "Ahmad Saleh" }, { "I Wayan Sudarma", "Wayan Sudarma" }, { "Santoso Budi", "Budi Santoso" },
		{ "Khadijah Umar", "Hadijah Umar" }, { "Vera Yuliana", "Fera Juliana" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct name_key a, b;

		assert_int_equal(name_key_make(row[i][0], &a), 0);
		assert_int_equal(name_key_make(row[i][1], &b), 0);
		if (!share_pair(&a, &b))
			fail_msg("%s (%s) and %s (%s) do not meet", row[i][0], a.pair[0], row[i][1], b.pair[0]);
		assert_true(name_key_likeness(&a, &b) >= 85);
	}
}

static void part(void **state)
{
	static const char *const row[][2] = {
		{ "Budi Santoso", "Siti Aminah" }, { "Suharto", "Suharti" }, { "Ahmad Fauzi", "Muhammad Ridwan" },
		{ "Bambang", "Endang" }, { "H. Ali", "H. Umar" }, { "Ni Made", "Ni Luh" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct name_key a, b;

		assert_int_equal(name_key_make(row[i][0], &a), 0);
		assert_int_equal(name_key_make(row[i][1], &b), 0);
		assert_false(share_word(&a, &b));
		assert_false(share_pair(&a, &b));
		assert_true(name_key_likeness(&a, &b) < 85);
	}
}

static void edges(void **state)
{
	struct name_key k;
	char name[2000];

	(void)state;
	assert_int_equal(name_key_make("", &k), 0);
	assert_int_equal(k.nword, 0);
	assert_int_equal(k.npair, 0);
	assert_int_equal(name_key_make("Suharto", &k), 0);
	assert_int_equal(k.nword, 1);
	assert_int_equal(k.npair, 0);
	assert_int_equal(name_key_make("H. Haji", &k), 0);      /* nothing but titles: they are kept */
	assert_true(k.nword > 0);
	memset(name, 'a', sizeof name - 1);
	name[sizeof name - 1] = 0;
	assert_int_equal(name_key_make(name, &k), 0);
	assert_true(strlen(k.word[0]) < NAME_KEY_SIZE);
	for (size_t i = 0; i + 4 < sizeof name; i += 4)
		snprintf(name + i, 5, "%c%c%c ", 'a' + (int)(i / 4 % 26), 'k', 'a' + (int)(i / 104 % 26));
	assert_int_equal(name_key_make(name, &k), 0);
	assert_int_equal(k.nword, NAME_WORDS);
	assert_true(k.npair <= NAME_WORDS * 2);
	assert_int_equal(name_key_make("\xff\xfe Budi", &k), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(meet), cmocka_unit_test(part), cmocka_unit_test(edges) };

	return cmocka_run_group_tests_name("name_key", tests, NULL, NULL);
}
