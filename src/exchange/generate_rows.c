/* generate_rows.c - households as rows of RUMAH.csv and ART.csv, clean or dirty. */
#include "config.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "csvfile.h"
#include "date.h"
#include "generate.h"
#include "person.h"
#include "random.h"

#define NEWEST 19875

static const char *const household_column[] = {
	"IDBDT", "KDPROP", "KDKAB", "KDKEC", "KDDESA", "KDWILCAPIL", "Alamat", "RT", "RW", "Nama_SLS", "Nama_KRT", "Jumlah_ART",
	"Jumlah_Keluarga", "NOKK", "sta_bangunan", "sta_lahan", "luas_lantai", "jumlah_kamar", "lantai", "dinding", "kondisi_dinding",
	"atap", "kondisi_atap", "sumber_airminum", "nomor_meter_air", "pelanggan_air", "cara_peroleh_airminum", "sumber_penerangan",
	"daya", "nomor_pln", "bb_masak", "nomor_gas", "jenis_gas", "fasbab", "kloset", "buang_tinja", "ada_tabung_gas", "ada_lemari_es",
	"ada_ac", "ada_pemanas", "ada_telepon", "ada_tv", "ada_emas", "ada_laptop", "ada_sepeda", "ada_motor", "ada_mobil", "ada_perahu",
	"ada_motor_tempel", "ada_perahu_motor", "ada_kapal", "aset_tak_bergerak", "luas_atb", "rumah_lain", "jumlah_sapi", "jumlah_kerbau",
	"jumlah_kuda", "jumlah_babi", "jumlah_kambing", "sta_art_usaha", "sta_kks", "sta_kip", "sta_kis", "sta_bpjs_mandiri",
	"sta_jamsostek", "sta_asuransi", "sta_pkh", "sta_rastra", "sta_kur",
};
static const char *const member_column[] = {
	"IDARTBDT", "IDBDT", "NIK", "alasan_tanpa_nik", "NoKK", "alasan_tanpa_kk", "Nama", "TmpLahir", "TglLahir", "namagadis_ibukandung",
	"Hub_KRT", "NUK", "Hubkel", "JnsKel", "Umur", "Sta_kawin", "Ada_akta_nikah", "Ada_diKK", "Ada_kartu_identitas", "Sta_hamil",
	"Jenis_cacat", "Penyakit_kronis", "Partisipasi_sekolah", "Pendidikan_tertinggi", "Kelas_tertinggi", "Ijazah_tertinggi",
	"Sta_Bekerja", "Jumlah_jamkerja", "Lapangan_usaha", "Status_pekerjaan", "Sta_keberadaan_art", "Ada_kks", "Ada_pbi",
	"NoPesertaPBI", "Ada_kip", "Ada_pkh", "Ada_rastra",
};

static void head(struct buf *out, const char *const *column, size_t n)
{
	csvfile_put_bom(out);
	for (size_t i = 0; i < n; i++)
		csvfile_put_cell(out, column[i]);
	csvfile_put_end(out);
}

void gen_head_household(struct buf *out)
{
	head(out, household_column, sizeof household_column / sizeof household_column[0]);
}

void gen_head_member(struct buf *out)
{
	head(out, member_column, sizeof member_column / sizeof member_column[0]);
}

static void num(struct buf *out, uint32_t n)
{
	char text[12];

	snprintf(text, sizeof text, "%u", n);
	csvfile_put_cell(out, text);
}

static void none(struct buf *out)
{
	csvfile_put_cell(out, "");
}

static bool percent(uint32_t p)
{
	return random_below(100) < p;
}

/* One of the codes of a text such as "668 9": a digit is a code, a letter stands for 10 and on; the more often, the likelier. */
static uint32_t code(const char *weights)
{
	char c = weights[random_below((uint32_t)strlen(weights))];

	return c <= '9' ? (uint32_t)(c - '0') : (uint32_t)(c - 'a' + 10);
}

/* Which code for how comfortable a household is: poor, modest, enough, well off. */
static uint32_t by_comfort(const struct gen_household *h, const char *const weights[4])
{
	return code(weights[h->comfort]);
}

/* --- the household ---------------------------------------------------------------------------------------------- */
static void put_id(const struct gen_household *h, char out[24])
{
	snprintf(out, 24, "%s%09llu", gen_village[h->village].bps, (unsigned long long)h->number);
}

static void put_place(const struct gen_household *h, enum gen_dirt dirt, struct buf *out)
{
	static const char *const street[] = { "Jl. Melati", "Jl. Raya Desa", "Gang Mawar", "Jl. Kenanga", "Jl. Pahlawan", "Jl. Masjid", "Jl. Pasar" };
	const struct gen_village *v = &gen_village[h->village];
	char text[80];
	int families = 1;

	put_id(h, text);
	csvfile_put_cell(out, text);
	snprintf(text, sizeof text, "%.2s", v->bps);
	csvfile_put_cell(out, text);
	snprintf(text, sizeof text, "%.2s", v->bps + 2);
	csvfile_put_cell(out, text);
	snprintf(text, sizeof text, "%.3s", v->bps + 4);
	csvfile_put_cell(out, text);
	csvfile_put_cell(out, v->bps + 7);
	csvfile_put_cell(out, dirt == DIRT_AREA ? "99.01.77.2009" : v->code);
	snprintf(text, sizeof text, "%s No. %u", street[random_below(7)], random_below(90) + 1);
	csvfile_put_cell(out, dirt == DIRT_CONTROL ? "Jl. Melati \x1b[2J\xe2\x80\xae 7" : dirt == DIRT_EMPTY ? "" : text);
	num(out, (uint32_t)h->rt);
	num(out, (uint32_t)h->rw);
	csvfile_put_cell(out, v->hamlet[h->rw - 1]);
	csvfile_put_cell(out, h->p[0].name);
	num(out, (uint32_t)h->n);
	for (size_t i = 0; i < h->n; i++)
		if (h->p[i].family_no > families)
			families = h->p[i].family_no;
	num(out, (uint32_t)families);
	csvfile_put_cell(out, h->p[0].card);
}

static void put_house(const struct gen_household *h, enum gen_dirt dirt, struct buf *out)
{
	static const char *const floor_[] = { "66699985", "6666442", "224466", "22214" }, *const wall[] = { "44332617", "11133342", "1111123", "11111" },
		*const roof[] = { "4446689", "444465", "44423", "23414" }, *const water[] = { "777569ab", "65573", "653225", "3212" },
		*const power[] = { "11116", "11122", "22231", "23345" }, *const fuel[] = { "88883", "33388", "33332", "32214" },
		*const toilet[] = { "112344", "111223", "1111", "1111" };
	uint32_t c;

	num(out, code("1111132"));
	num(out, code("111123"));
	num(out, 12 + random_below(30) + (uint32_t)h->comfort * 18);
	num(out, 1 + random_below(2) + (uint32_t)h->comfort / 2);
	num(out, dirt == DIRT_CODE ? 17 : by_comfort(h, floor_));
	num(out, c = by_comfort(h, wall));
	c <= 3 ? num(out, h->comfort > 0 && percent(70) ? 1 : 2) : none(out);
	num(out, c = by_comfort(h, roof));
	c <= 7 ? num(out, h->comfort > 0 && percent(70) ? 1 : 2) : none(out);
	num(out, c = by_comfort(h, water));
	if (c == 3) {
		char meter[20];
		snprintf(meter, sizeof meter, "%08u", random_below(100000000));
		csvfile_put_cell(out, meter);
		num(out, 2);
	} else {
		none(out);
		none(out);
	}
	num(out, c == 3 ? 2 : c <= 4 ? 1 : 3);
	num(out, c = h->comfort == 0 ? code("111123") : 1);
	if (c == 1) {
		char pln[20];
		num(out, by_comfort(h, power));
		snprintf(pln, sizeof pln, "99%010u", random_below(1000000000));
		csvfile_put_cell(out, percent(60) ? pln : "");
	} else {
		none(out);
		none(out);
	}
	num(out, c = by_comfort(h, fuel));
	none(out);
	c == 4 ? num(out, 1) : none(out);
	num(out, c = by_comfort(h, toilet));
	c < 4 ? num(out, h->comfort > 0 ? code("1112") : code("1233")) : none(out);
	num(out, h->comfort > 1 ? code("1112") : code("133455"));
}

/* In the order of the columns: chance in percent for a poor household, more for each step of comfort, and the code of "yes". */
static void put_assets(const struct gen_household *h, struct buf *out)
{
	static const struct { uint8_t poor, step, yes; } asset[] = {
		{ 1, 8, 1 }, { 8, 28, 3 }, { 0, 4, 1 }, { 0, 2, 3 }, { 0, 2, 1 }, { 40, 20, 3 }, { 2, 12, 1 }, { 1, 12, 3 }, { 30, 5, 1 },
		{ 35, 20, 3 }, { 0, 6, 1 }, { 2, 0, 3 }, { 1, 0, 1 }, { 1, 0, 3 }, { 0, 0, 1 },
	};
	bool land;

	for (size_t i = 0; i < sizeof asset / sizeof asset[0]; i++)
		num(out, asset[i].yes + !percent(asset[i].poor + asset[i].step * (uint32_t)h->comfort));
	land = percent(15 + (uint32_t)h->comfort * 12);
	num(out, land ? 1 : 2);
	if (land) {
		char area[20];
		snprintf(area, sizeof area, "%u m2", 100 + random_below(40) * 50);
		csvfile_put_cell(out, area);
	} else {
		none(out);
	}
	num(out, percent((uint32_t)h->comfort * 4) ? 3 : 4);
	num(out, percent(12) ? 1 + random_below(3) : 0);
	num(out, percent(2) ? 1 : 0);
	num(out, 0);
	num(out, 0);
	num(out, percent(15) ? 1 + random_below(6) : 0);
	num(out, 2);
}

static void put_programmes(const struct gen_household *h, struct buf *out)
{
	uint32_t poor = h->comfort == 0 ? 70 : h->comfort == 1 ? 40 : 5;

	num(out, percent(poor) ? 1 : 2);
	num(out, percent(poor / 2) ? 3 : 4);
	num(out, percent(poor) ? 1 : 2);
	num(out, percent((uint32_t)h->comfort * 15) ? 3 : 4);
	num(out, percent((uint32_t)h->comfort * 8) ? 1 : 2);
	num(out, percent((uint32_t)h->comfort * 2) ? 3 : 4);
	num(out, percent(poor / 2) ? 1 : 2);
	num(out, percent(poor) ? 3 : 4);
	num(out, percent((uint32_t)h->comfort * 4) ? 1 : 2);
}

/* --- the members ------------------------------------------------------------------------------------------------ */
static void dirty_nik(enum gen_dirt dirt, char *nik)
{
	char text[40];

	snprintf(text, sizeof text, "%s", nik);
	switch (dirt) {
	case DIRT_NIK_SHORT:      nik[15] = 0; break;
	case DIRT_NIK_SCIENTIFIC: snprintf(nik, 40, "9,90E+15"); break;
	case DIRT_NIK_DAY:        memcpy(nik + 6, "72", 2); break;
	case DIRT_NIK_BLANKS:     snprintf(nik, 40, "%.4s %.4s %.4s %.4s", text, text + 4, text + 8, text + 12); break;
	case DIRT_NIK_QUOTE:      snprintf(nik, 40, "'%.30s", text); break;
	case DIRT_NIK_SERIAL:     memcpy(nik + 12, "0000", 4); break;
	default: break;
	}
}

/* The first member that has a NIK of 16 digits gets the household's dirt, if it is one of a person's. */
static void soil(struct gen_household *h, enum gen_dirt dirt)
{
	struct gen_person *p = NULL;
	struct date d;

	for (size_t i = 0; i < h->n && p == NULL; i++)
		if (strlen(h->p[i].nik) == 16)
			p = &h->p[i];
	if (p == NULL)
		return;
	d = date_civil(p->born);
	switch (dirt) {
	case DIRT_SEX:
		p->sex = 3 - p->sex;
		break;
	case DIRT_SWAPPED:                        /* as a spreadsheet does it: only when the day could be a month */
		if (d.day <= 12)
			snprintf(p->born_text, sizeof p->born_text, "%04d-%02d-%02d", d.year, d.day, d.month);
		break;
	case DIRT_NIK_TWICE:
		if (h->n > 1)
			snprintf(h->p[h->n - 1].nik, sizeof p->nik, "%s", p->nik);
		break;
	case DIRT_NO_HEAD:
		h->p[0].relation = RELATION_OTHER;
		break;
	case DIRT_CARD_SHORT:
		for (size_t i = 0; i < h->n; i++)
			if (strlen(h->p[i].card) == 16)
				h->p[i].card[15] = 0;
		break;
	default:
		dirty_nik(dirt, p->nik);
	}
}

static void put_person(const struct gen_household *h, size_t i, struct buf *out)
{
	const struct gen_person *p = &h->p[i];
	char text[60], id[24];

	put_id(h, id);
	snprintf(text, sizeof text, "%s%02zu", id, i + 1);
	csvfile_put_cell(out, text);
	csvfile_put_cell(out, id);
	csvfile_put_cell(out, p->nik);
	csvfile_put_cell(out, p->nik[0] != 0 ? "" : NEWEST - p->born < 400 ? "2" : "1");
	csvfile_put_cell(out, p->card);
	csvfile_put_cell(out, p->card[0] != 0 || p->family_relation != RELATION_HEAD ? "" : "2");
	csvfile_put_cell(out, p->name);
	csvfile_put_cell(out, p->place);
	csvfile_put_cell(out, p->born_text);
	csvfile_put_cell(out, p->mother);
	num(out, (uint32_t)p->relation);
	num(out, (uint32_t)p->family_no);
	num(out, (uint32_t)p->family_relation);
	num(out, (uint32_t)p->sex);
}

static void put_school(const struct gen_household *h, const struct gen_person *p, int age, struct buf *out)
{
	bool pupil = age >= 7 && age <= 18 && percent(95 - (uint32_t)(age > 15) * 20);
	uint32_t level;

	if (age < 7 || (age > 50 && percent(20))) {
		num(out, 0);
		none(out);
		none(out);
		none(out);
		return;
	}
	level = age <= 12 ? 1 : age <= 15 ? 4 : age <= 18 ? 7 : code(h->comfort > 1 ? "1477a" : "11147");
	num(out, pupil ? 1 : 2);
	num(out, p->sex == SEX_FEMALE && percent(15) && level < 10 ? level + 2 : level);
	num(out, pupil ? (uint32_t)(age <= 12 ? age - 6 : age <= 15 ? age - 12 : age - 15) : 8);
	num(out, pupil ? (uint32_t)(age > 15 ? 2 : age > 12 ? 1 : 0) : level == 1 ? 1 : level == 4 ? 2 : level == 7 ? 3 : 5);
}

static void put_work(const struct gen_household *h, const struct gen_person *p, int age, struct buf *out)
{
	bool works = age >= 17 && age < 75 && percent(p->sex == SEX_MALE ? 88 : 45);

	num(out, works ? 1 : 2);
	if (!works) {
		none(out);
		none(out);
		none(out);
		return;
	}
	num(out, 20 + random_below(40));
	num(out, h->comfort == 0 ? code("1111234bcjk") : code("19bcdhi"));
	num(out, h->comfort == 0 ? code("66677184") : h->comfort == 3 ? code("4451") : code("114472"));
}

static void put_member(const struct gen_household *h, size_t i, struct buf *out)
{
	const struct gen_person *p = &h->p[i];
	int age = (NEWEST - p->born) / 365;
	uint32_t poor = h->comfort == 0 ? 60 : h->comfort == 1 ? 30 : 5;

	put_person(h, i, out);
	num(out, (uint32_t)age);
	num(out, (uint32_t)p->marital);
	p->marital == 2 || p->marital == 3 ? num(out, code("1112200")) : none(out);
	num(out, p->in_card ? 1 : 2);
	num(out, age >= 17 ? (percent(40) ? 5 : 4) + (uint32_t)(p->sex == SEX_MALE && percent(30)) * 8 : percent(80) ? 1 : 0);
	p->sex == SEX_FEMALE && p->marital >= 2 ? num(out, age < 40 && percent(5) ? 1 : 2) : none(out);
	num(out, percent(97) ? 0 : code("123459ab"));
	num(out, age > 45 && percent(25) ? code("1112349") : 0);
	put_school(h, p, age, out);
	put_work(h, p, age, out);
	num(out, 1);
	num(out, p->relation == RELATION_SPOUSE && percent(poor) ? 1 : 2);
	if (percent(poor)) {
		char no[20];
		num(out, 1);
		snprintf(no, sizeof no, "9990%09u", random_below(1000000000));
		csvfile_put_cell(out, percent(50) ? no : "");
	} else {
		num(out, 2);
		none(out);
	}
	num(out, age >= 7 && age <= 18 && percent(poor) ? 1 : 2);
	num(out, percent(poor / 2) ? 1 : 2);
	num(out, p->relation == RELATION_SPOUSE && percent(poor) ? 1 : 2);
	csvfile_put_end(out);
}

void gen_rows(const struct gen_household *household, enum gen_dirt dirt, struct buf *out, struct buf *members)
{
	struct gen_household h = *household;

	soil(&h, dirt);
	put_place(&h, dirt, out);
	put_house(&h, dirt, out);
	put_assets(&h, out);
	put_programmes(&h, out);
	csvfile_put_end(out);
	for (size_t i = 0; i < h.n && dirt != DIRT_NO_MEMBERS; i++)
		put_member(&h, i, members);
}

void gen_areas(int file, struct buf *out)
{
	switch (file) {
	case 0:
		buf_puts(out, "code,name\n99,Provinsi Contoh\n");
		break;
	case 1:
		buf_puts(out, "code,province_code,name\n99.01,99,Kabupaten Contoh\n");
		break;
	case 2:
		buf_puts(out, "code,regency_code,name\n99.01.01,99.01,Contoh Utara\n99.01.02,99.01,Contoh Selatan\n");
		break;
	default:
		buf_puts(out, "code,district_code,name\n");
		for (size_t i = 0; i < gen_villages; i++)
			buf_printf(out, "%s,%.8s,%s\n", gen_village[i].code, gen_village[i].code, gen_village[i].name);
	}
}
