/* generate.c - households whose ages, relations, cards and numbers fit together. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "date.h"
#include "err.h"
#include "generate.h"
#include "person.h"
#include "random.h"

const struct gen_village gen_village[] = {
	{ "99.01.01.2001", "9901010001", "Sukamaju", { "Krajan", "Sumber Wetan", "Kebonsari" } },
	{ "99.01.01.2002", "9901010002", "Karangrejo", { "Krajan", "Karang Kidul", "Tegalsari" } },
	{ "99.01.01.2003", "9901010003", "Sumberejo", { "Sumber Kulon", "Darungan", "Pucangan" } },
	{ "99.01.01.2004", "9901010004", "Mekarsari", { "Cikadu", "Babakan", "Pasir Angin" } },
	{ "99.01.01.2005", "9901010005", "Tanjung Harapan", { "Tanjung", "Lubuk", "Simpang Tiga" } },
	{ "99.01.01.1001", "9901010006", "Pasar Contoh", { "Lingkungan I", "Lingkungan II", "Lingkungan III" } },
	{ "99.01.02.2001", "9901020001", "Wonosari", { "Krajan", "Wonorejo", "Gumuk" } },
	{ "99.01.02.2002", "9901020002", "Banjar Anyar", { "Banjar Kaja", "Banjar Kelod", "Banjar Tengah" } },
	{ "99.01.02.2003", "9901020003", "Parangloe", { "Bonto Ramba", "Pattallassang", "Romang Lompoa" } },
	{ "99.01.02.2004", "9901020004", "Kampung Baru", { "Dusun I", "Dusun II", "Dusun III" } },
	{ "99.01.02.2005", "9901020005", "Sumber Agung", { "Krajan", "Sidomulyo", "Sidorejo" } },
	{ "99.01.02.1001", "9901020006", "Contoh Kota", { "Lingkungan I", "Lingkungan II", "Lingkungan III" } },
};
const size_t gen_villages = sizeof gen_village / sizeof gen_village[0];

/* Where numbers were given out: mostly here, some elsewhere in the regency, a few in one that no list knows any more. */
static const char *const prefix[] = { "990101", "990102", "990203" };
#define PREFIXES 3
#define FIRST_DAY -18262                      /* 1 January 1920 */
#define DAYS 40000
#define NEWEST 19875                          /* 1 June 2024: nobody here is born later */
#define CARD_FIRST 14610                      /* 1 January 2010 */

static struct counters { uint16_t person[PREFIXES][2][DAYS], card[PREFIXES][DAYS]; } *given;

int gen_start(uint64_t seed)
{
	random_seed(seed);
	given = calloc(1, sizeof *given);
	return given == NULL ? ERR_NOMEM : 0;
}

void gen_end(void)
{
	free(given);
	given = NULL;
}

static uint32_t between(uint32_t low, uint32_t high)
{
	return low + random_below(high - low + 1);
}

static bool percent(uint32_t p)
{
	return random_below(100) < p;
}

static size_t own_prefix(const struct gen_household *h)
{
	if (percent(3))
		return 2;
	return percent(8) ? random_below(2) : strncmp(gen_village[h->village].code, "99.01.02", 8) == 0;
}

static void give_nik(const struct gen_household *h, struct gen_person *p)
{
	size_t at = own_prefix(h);
	struct date d = date_civil(p->born);
	uint16_t *serial = &given->person[at][p->sex == SEX_FEMALE][p->born - FIRST_DAY];

	++*serial;
	snprintf(p->nik, sizeof p->nik, "%s%02d%02d%02d%04u", prefix[at], d.day + (p->sex == SEX_FEMALE ? 40 : 0), d.month,
		d.year % 100, *serial % 10000u);
}

static void give_card(const struct gen_household *h, char out[40])
{
	size_t at = own_prefix(h);
	int32_t day = CARD_FIRST + (int32_t)random_below(NEWEST - CARD_FIRST);
	struct date d = date_civil(day);
	uint16_t *serial = &given->card[at][day - FIRST_DAY];

	++*serial;
	snprintf(out, 40, "%s%02d%02d%02d%04u", prefix[at], d.day, d.month, d.year % 100, *serial % 10000u);
}

static int32_t born_at_age(uint32_t low, uint32_t high)
{
	int32_t day = NEWEST - (int32_t)(between(low, high) * 365 + between(low, high) / 4) - (int32_t)random_below(365);

	if (percent(4)) {                         /* registered without a certificate: the first of January or of July */
		struct date d = date_civil(day);
		day = date_day(d.year, percent(70) ? 1 : 7, 1);
	}
	return day < FIRST_DAY ? FIRST_DAY : day > NEWEST ? NEWEST : day;
}

static struct gen_person *add(struct gen_household *h, int sex, int32_t born, int relation, int family_no, int family_relation, int marital)
{
	static const char *const place[] = { "Contoh", "Contoh", "Contoh", "Sukamaju", "Wonosari", "Banjar Anyar", "Kota Lama" };
	struct gen_person *p = &h->p[h->n];

	if (h->n == GEN_MEMBERS)
		return NULL;
	h->n++;
	memset(p, 0, sizeof *p);
	p->sex = sex;
	p->born = born;
	p->relation = relation;
	p->family_no = family_no;
	p->family_relation = family_relation;
	p->marital = marital;
	p->in_card = !percent(3);
	snprintf(p->place, sizeof p->place, "%s", place[random_below(7)]);
	return p;
}

static void mother_of(const struct gen_household *h, struct gen_person *p, const struct gen_person *mother)
{
	if (mother != NULL) {
		memcpy(p->mother, mother->name, sizeof p->mother);
		if (percent(6))
			gen_misspell(p->mother);
		return;
	}
	gen_name(SEX_FEMALE, percent(85) ? h->style : gen_style(), p->mother, gen_clan(h->style));
}

/* A person of his own mother, with a name of the household's style or, now and then, of another. */
static struct gen_person *grown(struct gen_household *h, int sex, int32_t born, int relation, int no, int family_relation, int marital, const char *clan)
{
	struct gen_person *p = add(h, sex, born, relation, no, family_relation, marital);

	if (p == NULL)
		return NULL;
	gen_name(sex, h->style, p->name, clan);
	mother_of(h, p, NULL);
	if (born < NEWEST - 50 * 365 && percent(5) && strlen(p->name) + 4 < sizeof p->name) {
		char with[GEN_NAME];

		snprintf(with, sizeof with, "%s %.100s", p->sex == SEX_MALE ? "H." : "Hj.", p->name);
		memcpy(p->name, with, sizeof with);
	}
	return p;
}

/* Children of a mother: born while she was 17 to 42, at least a year apart. */
static void children(struct gen_household *h, const struct gen_person *mother, uint32_t n, int relation, int no, const char *clan)
{
	int32_t born = mother->born + (int32_t)between(17 * 365, 27 * 365);

	for (uint32_t i = 0; i < n; i++, born += (int32_t)between(400, 1700)) {
		struct gen_person *p;
		int sex = percent(51) ? SEX_MALE : SEX_FEMALE;

		if (born > NEWEST || born > mother->born + 42 * 365)
			return;
		if (NEWEST - born > 26 * 365)     /* grown up and gone */
			continue;
		p = add(h, sex, born, relation, no, RELATION_CHILD, 1);
		if (p == NULL)
			return;
		gen_name(sex, h->style, p->name, clan[0] != 0 ? clan : h->p[0].name);
		mother_of(h, p, mother);
	}
}

static void couple(struct gen_household *h, const char *clan, bool with_children)
{
	int32_t born = born_at_age(24, 72);
	struct gen_person *wife;

	grown(h, SEX_MALE, born, RELATION_HEAD, 1, RELATION_HEAD, 2, clan);
	wife = grown(h, SEX_FEMALE, born + (int32_t)between(0, 7 * 365), RELATION_SPOUSE, 1, RELATION_SPOUSE, 2, gen_clan(h->style));
	if (wife->born > NEWEST - 19 * 365)
		wife->born = NEWEST - 19 * 365;
	if (with_children)
		children(h, wife, between(1, 4), RELATION_CHILD, 1, clan);
}

/* Grown child with a family and a card of its own, under the same roof. */
static void second_family(struct gen_household *h, const char *clan)
{
	const struct gen_person *head = &h->p[0];
	int32_t born = head->born + (int32_t)between(21 * 365, 28 * 365);
	struct gen_person *son, *wife;

	if (born > NEWEST - 22 * 365)
		return;
	son = grown(h, SEX_MALE, born, RELATION_CHILD, 2, RELATION_HEAD, 2, clan);
	if (son != NULL && h->p[1].relation == RELATION_SPOUSE)
		mother_of(h, son, &h->p[1]);
	wife = grown(h, SEX_FEMALE, born + (int32_t)between(0, 2 * 365), RELATION_CHILD_IN_LAW, 2, RELATION_SPOUSE, 2, gen_clan(h->style));
	if (wife != NULL)
		children(h, wife, between(0, 2), RELATION_GRANDCHILD, 2, clan);
}

static void members(struct gen_household *h)
{
	uint32_t kind = random_below(100);
	const char *clan = gen_clan(h->style);

	if (kind < 62) {
		couple(h, clan, true);
	} else if (kind < 70) {
		couple(h, clan, false);
	} else if (kind < 79) {                   /* a widow or a divorced mother */
		struct gen_person *p = grown(h, SEX_FEMALE, born_at_age(26, 70), RELATION_HEAD, 1, RELATION_HEAD, percent(75) ? 4 : 3, clan);
		children(h, p, between(0, 3), RELATION_CHILD, 1, clan);
	} else if (kind < 86) {                   /* old and alone */
		grown(h, percent(30) ? SEX_MALE : SEX_FEMALE, born_at_age(60, 88), RELATION_HEAD, 1, RELATION_HEAD, percent(85) ? 4 : 1, clan);
	} else {
		couple(h, clan, true);
		h->p[0].born = born_at_age(48, 74);
		h->p[1].born = h->p[0].born + (int32_t)between(0, 5 * 365);
		h->n = 2;                         /* the younger children have grown up with them */
		children(h, &h->p[1], between(1, 4), RELATION_CHILD, 1, clan);
		second_family(h, clan);
	}
	if (percent(6) && h->n < GEN_MEMBERS && h->p[0].born > NEWEST - 55 * 365)
		grown(h, SEX_FEMALE, h->p[0].born - (int32_t)between(20 * 365, 30 * 365), RELATION_PARENT, 1, RELATION_PARENT, 4, "");
}

void gen_household(struct gen_household *h, uint64_t number)
{
	char card[3][40];

	memset(h, 0, sizeof *h);
	h->number = number;
	h->village = (int)random_below((uint32_t)gen_villages);
	h->style = gen_style();
	h->comfort = (int)random_below(100);
	h->comfort = h->comfort < 35 ? 0 : h->comfort < 70 ? 1 : h->comfort < 92 ? 2 : 3;
	h->rt = (int)between(1, 6);
	h->rw = (int)between(1, 3);
	members(h);
	for (int i = 0; i < 3; i++)
		give_card(h, card[i]);
	for (size_t i = 0; i < h->n; i++) {
		struct gen_person *p = &h->p[i];
		bool infant = NEWEST - p->born < 365;

		if (p->born < FIRST_DAY)
			p->born = FIRST_DAY;
		if (!(infant && percent(60)) && !percent(1))
			give_nik(h, p);
		if (!percent(1) || p->family_relation != RELATION_HEAD)
			snprintf(p->card, sizeof p->card, "%s", card[p->family_no]);
		if (percent(4))
			gen_misspell(p->name);
		date_to_iso(p->born, p->born_text);
	}
}
