/* generate_names.c - names as they are met on family cards: of several peoples, with and without titles, well and badly spelt. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "generate.h"
#include "random.h"

enum { JAVA, SUNDA, SANTRI, BATAK, MINANG, BALI, BUGIS, PAPUA, STYLES };
#define PICK(list) ((list)[random_below(sizeof(list) / sizeof(list)[0])])

static const char *const java_m[] = { "Suharto", "Slamet", "Bambang", "Agus", "Budi", "Joko", "Sutrisno", "Wahyudi", "Suyono", "Supriyadi",
	"Eko", "Dwi", "Tri", "Hadi", "Sugeng", "Sumarno", "Paijo", "Ngatimin", "Poniman", "Kasimin", "Sarjono", "Mulyono", "Wagimin", "Sapto",
	"Heru", "Rudi", "Teguh", "Yanto", "Edi", "Sarwono" };
static const char *const java_m2[] = { "Santoso", "Wibowo", "Prasetyo", "Raharjo", "Susilo", "Purnomo", "Hartono", "Widodo", "Kurniawan",
	"Setiawan", "Utomo", "Nugroho", "Hidayat", "Saputra", "Wijaya" };
static const char *const java_f[] = { "Sri", "Siti", "Sumiati", "Suparmi", "Tumini", "Endang", "Sulastri", "Wahyuni", "Ngatini", "Sutinah",
	"Yuliana", "Rina", "Dewi", "Ratna", "Wati", "Kartini", "Mujiati", "Lestari", "Painem", "Tukinem", "Sarinah", "Indah", "Retno", "Ningsih" };
static const char *const java_f2[] = { "Rahayu", "Lestari", "Wahyuni", "Handayani", "Astuti", "Utami", "Wulandari", "Puspitasari",
	"Setyowati", "Kusumawati", "Mulyani", "Purwanti" };
static const char *const sunda_m[] = { "Asep", "Dadang", "Ujang", "Cecep", "Encep", "Tatang", "Iwan", "Deden", "Yayat", "Maman", "Aep", "Dedi" };
static const char *const sunda_m2[] = { "Suhendar", "Sunandar", "Hermawan", "Rukmana", "Kosasih", "Sutisna", "Mulyana", "Gunawan", "Supriatna" };
static const char *const sunda_f[] = { "Euis", "Neneng", "Iis", "Lilis", "Entin", "Cucu", "Imas", "Teti", "Nining", "Yati" };
static const char *const sunda_f2[] = { "Rohaeti", "Nurhayati", "Komariah", "Suryani", "Rosmiati", "Sumarni", "Kurniasih", "Maryati" };
static const char *const santri_m[] = { "Muhammad", "Ahmad", "Abdul", "Moh.", "Muh.", "M.", "Mochammad", "Achmad", "Zainal", "Nur", "Syaiful", "Khoirul" };
static const char *const santri_m2[] = { "Saleh", "Fauzi", "Ma'ruf", "Arifin", "Hasan", "Ridwan", "Rahman", "Yusuf", "Anwar", "Huda", "Ikhsan",
	"Sholeh", "Rofi'i", "Mu'min", "Fatah", "Aziz", "Ghofur", "Jalil" };
static const char *const santri_f[] = { "Siti", "Nur", "Umi", "Khotijah", "Laila", "Faridah", "Halimah", "Zubaidah", "Sa'diyah", "Maimunah", "Aisyah" };
static const char *const santri_f2[] = { "Aminah", "Fatimah", "Aisyah", "Khasanah", "Nur'aini", "Rohmah", "Maryam", "Zahroh", "Mas'udah",
	"Hidayah", "Jannah", "Munawaroh" };
static const char *const batak_m[] = { "Parlindungan", "Togar", "Sahat", "Marihot", "Binsar", "Jonathan", "Monang", "Hotman", "Ronald", "Tigor" };
static const char *const batak_f[] = { "Rotua", "Tiurma", "Lamria", "Rosmawati", "Dame", "Risma", "Ester", "Nurmala", "Sondang" };
static const char *const batak_c[] = { "Simanjuntak", "Siregar", "Nasution", "Sihombing", "Hutapea", "Pasaribu", "Lubis", "Sinaga", "Tampubolon" };
static const char *const minang_m[] = { "Afrizal", "Zulkifli", "Syafril", "Yusrizal", "Hendri", "Irwandi", "Masrul", "Amril", "Datuak Rajo" };
static const char *const minang_f[] = { "Yusnidar", "Gusnita", "Elfira", "Ermawati", "Nurbaiti", "Syamsiar", "Desmawati", "Rosna" };
static const char *const minang_c[] = { "Chaniago", "Koto", "Piliang", "Tanjung", "Sikumbang", "Jambak" };
static const char *const bali_order[] = { "Wayan", "Made", "Nyoman", "Ketut", "Gede", "Kadek", "Komang", "Putu" };
static const char *const bali_m[] = { "Sudarma", "Suarta", "Arta", "Widana", "Sukerta", "Darmawan", "Astawa", "Merta" };
static const char *const bali_f[] = { "Sukerti", "Ariani", "Suartini", "Rai", "Wartini", "Puspa", "Sari", "Widiasih" };
static const char *const bugis_m[] = { "Andi Baso", "Ambo Tuwo", "La Ode", "Sangkala", "Syamsuddin", "Baharuddin", "Daeng Nai", "Mappa" };
static const char *const bugis_f[] = { "Andi Tenri", "Besse", "I Tenri", "Wa Ode", "Hasnah", "Sitti Rabiah", "Daeng Kebo", "Nurlaela" };
static const char *const bugis_2[] = { "Mattalatta", "Parawansa", "Saleng", "Makkasau", "Rauf", "Tahir", "Kadir" };
static const char *const papua_m[] = { "Yohanes", "Markus", "Elia", "Petrus", "Yakobus", "Daniel", "Agustinus", "Lukas" };
static const char *const papua_f[] = { "Maria", "Yuliana", "Martha", "Dorkas", "Yosina", "Orpa", "Rahel", "Ester" };
static const char *const papua_c[] = { "Wenda", "Kogoya", "Tabuni", "Mandacan", "Rumbiak", "Yoman", "Kambuaya", "Wanimbo" };

int gen_style(void)
{
	static const uint8_t share[] = { 34, 14, 24, 7, 6, 5, 6, 4 };    /* of a hundred, in the order of the enum */
	uint32_t r = random_below(100);

	for (int i = 0; i < STYLES; i++) {
		if (r < share[i])
			return i;
		r -= share[i];
	}
	return JAVA;
}

const char *gen_clan(int style)
{
	return style == BATAK ? PICK(batak_c) : style == MINANG ? PICK(minang_c) : style == PAPUA ? PICK(papua_c) : "";
}

static void join(char *out, const char *a, const char *b)
{
	snprintf(out, GEN_NAME, b[0] != 0 ? "%s %s" : "%s", a, b);
}

static void plain_name(int sex, int style, char *out, const char *family)
{
	bool m = sex == 1;

	switch (style) {
	case SUNDA:
		join(out, m ? PICK(sunda_m) : PICK(sunda_f), m ? PICK(sunda_m2) : PICK(sunda_f2));
		break;
	case SANTRI:
		join(out, m ? PICK(santri_m) : PICK(santri_f), m ? PICK(santri_m2) : PICK(santri_f2));
		break;
	case BATAK:
		join(out, m ? PICK(batak_m) : PICK(batak_f), family);
		break;
	case MINANG:
		join(out, m ? PICK(minang_m) : PICK(minang_f), random_below(2) == 0 ? family : "");
		break;
	case BALI:
		snprintf(out, GEN_NAME, "%s %s %s", m ? "I" : "Ni", PICK(bali_order), m ? PICK(bali_m) : PICK(bali_f));
		break;
	case BUGIS:
		join(out, m ? PICK(bugis_m) : PICK(bugis_f), random_below(3) == 0 ? "" : PICK(bugis_2));
		break;
	case PAPUA:
		join(out, m ? PICK(papua_m) : PICK(papua_f), family);
		break;
	default:                                  /* a third of the old have one name only */
		join(out, m ? PICK(java_m) : PICK(java_f), random_below(3) == 0 ? "" : m ? PICK(java_m2) : PICK(java_f2));
	}
}

void gen_name(int sex, int style, char out[static GEN_NAME], const char *family)
{
	char base[GEN_NAME];

	plain_name(sex, style, base, family);
	if (style == SANTRI && family[0] != 0 && random_below(8) == 0)
		snprintf(out, GEN_NAME, "%.50s %s %.50s", base, sex == 1 ? "bin" : "binti", family);
	else
		snprintf(out, GEN_NAME, "%s", base);
}

/* One slip: old spelling, a doubled or single letter, a look-alike, an abbreviation. */
void gen_misspell(char name[static GEN_NAME])
{
	static const struct { const char *from, *to; } slip[] = {
		{ "u", "oe" }, { "Y", "J" }, { "j", "dj" }, { "c", "tj" }, { "i", "y" }, { "f", "p" }, { "z", "j" }, { "ai", "ae" },
		{ "Muhammad", "Moh." }, { "Ahmad", "Achmad" }, { "o", "a" }, { "mm", "m" }, { "s", "sy" }, { "h", "" }, { "q", "k" }, { "'", "" },
	};
	char out[GEN_NAME];

	for (int tries = 0; tries < 8; tries++) {
		size_t k = random_below(sizeof slip / sizeof slip[0]);
		char *at = strstr(name + 1, slip[k].from);

		if (at == NULL)
			continue;
		snprintf(out, sizeof out, "%.*s%s%s", (int)(at - name), name, slip[k].to, at + strlen(slip[k].from));
		memcpy(name, out, sizeof out);
		return;
	}
}
