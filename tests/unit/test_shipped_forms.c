/* test_shipped_forms.c - every file of forms/ is read, and the questionnaire is the one that was inherited. */
#include "config.h"
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "form.h"
#include "text.h"

#define LABEL_COLUMNS 30          /* a label has a line of its own on a telephone of 40 columns */

static struct form_dir *dir;

static char *path_of(const char *folder, const char *name, char *out, size_t size)
{
	const char *src = getenv("SRCDIR");

	snprintf(out, size, "%s/forms%s%s%s%s", src == NULL ? "." : src, folder[0] != 0 ? "/" : "", folder, name[0] != 0 ? "/" : "", name);
	return out;
}

static char *slurp(const char *folder, const char *name, size_t *n)
{
	char path[1000], *text;
	int fd = open(path_of(folder, name, path, sizeof path), O_RDONLY);
	ssize_t got;

	assert_true(fd >= 0);
	text = malloc(100000);
	assert_non_null(text);
	got = read(fd, text, 99999);
	assert_true(got > 0);
	close(fd);
	text[got] = 0;
	*n = (size_t)got;
	return text;
}

static struct form *form_of(const char *folder, const char *file)
{
	struct form_source source = form_dir_source(dir);
	struct form_error err = { 0 };
	struct form_warnings warn = { 0 };
	struct form *form = NULL;
	char name[100];
	size_t n;
	char *text = slurp(folder, file, &n);

	snprintf(name, sizeof name, "%s", file);
	*strchr(name, '.') = 0;
	if (form_read(name, text, n, &source, &form, &err, &warn) != 0)
		fail_msg("%s%s%s:%d: %s", file, err.file[0] != 0 ? " -> " : "", err.file, err.line, err.text);
	for (size_t i = 0; i < warn.n; i++)
		print_message("%s:%d: %s\n", file, warn.v[i].line, warn.v[i].text);
	assert_int_equal(warn.n, 0);
	form_warnings_clear(&warn);
	free(text);
	return form;
}

static void check_texts(const struct form *form)
{
	for (size_t i = 0; i < form->nfield; i++) {
		const struct field *f = &form->field[i];

		if (f->label_id == NULL || f->label_en == NULL || f->help_id == NULL || text_width(f->label_id) > LABEL_COLUMNS)
			fail_msg("%s %u %s: label of at most %d columns in two languages, and help", form->name, f->number, f->name, LABEL_COLUMNS);
		if (f->constraint != NULL)
			assert_non_null(f->message_id);
	}
}

static size_t each_form(const char *folder, bool questionnaire)
{
	char path[1000];
	DIR *d = opendir(path_of(folder, "", path, sizeof path));
	struct dirent *e;
	size_t n = 0;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		struct form *form;

		if (strstr(e->d_name, ".form") == NULL)
			continue;
		form = form_of(folder, e->d_name);
		check_texts(form);
		for (size_t i = 0; i < form->nfield; i++)
			assert_true(questionnaire == (form->field[i].number < 1000));
		assert_true(questionnaire == (form->kind == NULL));
		form_free(form);
		n++;
	}
	closedir(d);
	return n;
}

static void all_forms(void **state)
{
	(void)state;
	assert_int_equal(each_form("questionnaire", true), 1);
	assert_int_equal(each_form("dossier", false), 8);
}

static void all_lists(void **state)
{
	char path[1000], text[400];
	DIR *d = opendir(path_of("list", "", path, sizeof path));
	struct form_source source = form_dir_source(dir);
	struct dirent *e;
	size_t n = 0;

	(void)state;
	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		struct form *form = NULL;
		struct form_error err = { 0 };
		char *dot = strstr(e->d_name, ".list");
		int len;

		if (dot == NULL)
			continue;
		*dot = 0;
		len = snprintf(text, sizeof text, "form x 1 {\n\ttitle id \"x\"\n}\nsection 1 a {\n\tlabel id \"a\"\n}\n"
			"field 1 b one {\n\tlabel id \"b\"\n\tchoices from %s\n}\n", e->d_name);
		if (form_read("x", text, (size_t)len, &source, &form, &err, NULL) != 0)
			fail_msg("%s.list:%d: %s", e->d_name, err.line, err.text);
		for (size_t i = 0; i < form->field[0].choices->n; i++) {
			assert_non_null(form->field[0].choices->v[i].label_en);
			assert_true(strlen(form->field[0].choices->v[i].code) <= 30);
		}
		form_free(form);
		n++;
	}
	closedir(d);
	assert_true(n >= 50);
}

/* The pairs of domain.md 5.2, written down once more by hand. Sabotage: turn one yesno 34 of bdt2015.form into 12. */
static void pairs(void **state)
{
	static const char *const one_two[] = { "ada_tabung_gas", "ada_ac", "ada_telepon", "ada_emas", "ada_sepeda", "ada_mobil",
		"ada_motor_tempel", "ada_kapal", "aset_tak_bergerak", "sta_art_usaha", "sta_kks", "sta_kis", "sta_jamsostek", "sta_pkh",
		"sta_kur" };
	static const char *const three_four[] = { "ada_lemari_es", "ada_pemanas", "ada_tv", "ada_laptop", "ada_motor", "ada_perahu",
		"ada_perahu_motor", "rumah_lain", "sta_kip", "sta_bpjs_mandiri", "sta_asuransi", "sta_rastra" };
	struct form *form = form_of("questionnaire", "bdt2015.form");

	(void)state;
	for (size_t i = 0; i < sizeof one_two / sizeof one_two[0]; i++) {
		assert_non_null(form_field_named(form, one_two[i]));
		assert_string_equal(form_field_named(form, one_two[i])->yesno, "12");
	}
	for (size_t i = 0; i < sizeof three_four / sizeof three_four[0]; i++) {
		assert_non_null(form_field_named(form, three_four[i]));
		assert_string_equal(form_field_named(form, three_four[i])->yesno, "34");
	}
	form_free(form);
}

/* Every variable of domain.md 5.2 and 5.3 is asked, under the column name of the centre's file, with so many codes. */
static void variables(void **state)
{
	static const struct { const char *column; size_t codes; const char *roster; } row[] = {
		{ "sta_bangunan", 5, "" }, { "sta_lahan", 4, "" }, { "luas_lantai", 0, "" }, { "jumlah_kamar", 0, "" }, { "lantai", 10, "" },
		{ "dinding", 7, "" }, { "kondisi_dinding", 2, "" }, { "atap", 10, "" }, { "kondisi_atap", 2, "" }, { "sumber_airminum", 12, "" },
		{ "nomor_meter_air", 0, "" }, { "cara_peroleh_airminum", 3, "" }, { "sumber_penerangan", 3, "" }, { "daya", 6, "" },
		{ "nomor_pln", 0, "" }, { "bb_masak", 9, "" }, { "nomor_gas", 0, "" }, { "fasbab", 4, "" }, { "kloset", 4, "" },
		{ "buang_tinja", 6, "" }, { "luas_atb", 0, "" }, { "jumlah_sapi", 0, "" }, { "jumlah_kerbau", 0, "" }, { "jumlah_kuda", 0, "" },
		{ "jumlah_babi", 0, "" }, { "jumlah_kambing", 0, "" }, { "Alamat", 0, "" }, { "Nama_SLS", 0, "" }, { "IDBDT", 0, "" },
		{ "NIK", 0, "member" }, { "NoKK", 0, "member" }, { "Nama", 0, "member" }, { "TmpLahir", 0, "member" }, { "TglLahir", 0, "member" },
		{ "namagadis_ibukandung", 0, "member" }, { "Hub_KRT", 8, "member" }, { "NUK", 0, "member" }, { "Hubkel", 8, "member" },
		{ "JnsKel", 2, "member" }, { "Umur", 0, "member" }, { "Sta_kawin", 4, "member" }, { "Ada_akta_nikah", 3, "member" },
		{ "Ada_diKK", 2, "member" }, { "Ada_kartu_identitas", 16, "member" }, { "Sta_hamil", 2, "member" }, { "Jenis_cacat", 12, "member" },
		{ "Penyakit_kronis", 10, "member" }, { "Partisipasi_sekolah", 3, "member" }, { "Pendidikan_tertinggi", 10, "member" },
		{ "Kelas_tertinggi", 8, "member" }, { "Ijazah_tertinggi", 7, "member" }, { "Sta_Bekerja", 2, "member" },
		{ "Jumlah_jamkerja", 0, "member" }, { "Lapangan_usaha", 21, "member" }, { "Status_pekerjaan", 8, "member" },
		{ "Sta_keberadaan_art", 6, "member" }, { "Ada_kks", 2, "member" }, { "Ada_pbi", 2, "member" }, { "NoPesertaPBI", 0, "member" },
		{ "Ada_kip", 2, "member" }, { "Ada_pkh", 2, "member" }, { "Ada_rastra", 2, "member" }, { "nama_usaha", 0, "business" },
		{ "jumlah_pekerja", 0, "business" }, { "omzet", 0, "business" }, { "nisn", 0, "child_elsewhere" },
	};
	struct form *form = form_of("questionnaire", "bdt2015.form");

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		const struct field *found = NULL;
		const struct roster *r = form_roster_named(form, row[i].roster);

		for (size_t k = 0; k < form->nfield; k++)
			if (form->field[k].map != NULL && strcmp(form->field[k].map, row[i].column) == 0)
				found = &form->field[k];
		if (found == NULL)
			fail_msg("column %s is not asked", row[i].column);
		assert_int_equal(found->roster, r == NULL ? 0 : r->number);
		if (row[i].codes > 0)
			assert_int_equal(found->choices->n, row[i].codes);
	}
	for (size_t k = 0; k < form->nfield; k++)
		for (size_t j = k + 1; j < form->nfield; j++)
			if (form->field[k].map != NULL && form->field[j].map != NULL && form->field[k].roster == form->field[j].roster)
				assert_string_not_equal(form->field[k].map, form->field[j].map);
	form_free(form);
}

static int open_dir(void **state)
{
	char path[1000];

	(void)state;
	return form_dir_open(path_of("", "", path, sizeof path), &dir);
}

static int close_dir(void **state)
{
	(void)state;
	form_dir_close(dir);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_forms), cmocka_unit_test(all_lists), cmocka_unit_test(pairs), cmocka_unit_test(variables),
	};

	return cmocka_run_group_tests_name("shipped_forms", tests, open_dir, close_dir);
}
