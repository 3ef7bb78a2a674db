/* generate.h - synthetic people for demo offices, tests and benchmarks.
 *
 * Layer: exchange. Nobody here exists: every NIK and card number begins with 99, a province that there is not. The same seed
 * and number of households give the same bytes. Families, ages, cards and areas fit together; a share of the households is
 * made dirty on purpose, in the ways that files of the centre are. */
#ifndef BALAI_GENERATE_H
#define BALAI_GENERATE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "buf.h"

#define GEN_MEMBERS 16
#define GEN_NAME 120

struct gen_person {
	char name[GEN_NAME], mother[GEN_NAME], place[40];
	char nik[40], card[40], born_text[40];    /* as written: dirt included */
	int sex, relation, family_no, family_relation, marital;
	int32_t born;
	bool in_card;
};

struct gen_household {
	size_t n;
	struct gen_person p[GEN_MEMBERS];
	int village, style, comfort;              /* comfort 0 (very poor) .. 3 */
	int rt, rw;
	uint64_t number;                          /* from 1 */
};

/* Villages of "Kabupaten Contoh", 99.01. */
struct gen_village { const char *code, *bps, *name, *hamlet[3]; };
extern const struct gen_village gen_village[];
extern const size_t gen_villages;

enum gen_dirt {
	DIRT_NONE, DIRT_NIK_SHORT, DIRT_NIK_SCIENTIFIC, DIRT_NIK_DAY, DIRT_NIK_BLANKS, DIRT_NIK_QUOTE, DIRT_NIK_SERIAL,
	DIRT_NIK_TWICE, DIRT_SEX, DIRT_SWAPPED, DIRT_EMPTY, DIRT_CODE, DIRT_AREA, DIRT_CONTROL, DIRT_NO_HEAD, DIRT_NO_MEMBERS,
	DIRT_CARD_SHORT, DIRT_COUNT
};

/* One household after the other. gen_start() seeds the process's random source. */
int  gen_start(uint64_t seed);
void gen_end(void);
void gen_household(struct gen_household *, uint64_t number);
void gen_name(int sex, int style, char out[static GEN_NAME], const char *family);   /* family: the father's or clan's name, or "" */
int  gen_style(void);
const char *gen_clan(int style);              /* a clan's name for styles that have one, else "" */
void gen_misspell(char name[static GEN_NAME]);

/* Rows of the two files, in the columns of forms/README.import. */
void gen_head_household(struct buf *);
void gen_head_member(struct buf *);
void gen_rows(const struct gen_household *, enum gen_dirt, struct buf *household, struct buf *members);
/* The area set, as the four files of idn-area-data: 0 provinces, 1 regencies, 2 districts, 3 villages. */
void gen_areas(int file, struct buf *);

#endif
