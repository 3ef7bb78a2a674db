/* Line mode: a script that sends only lines registers a household with its members, meets an error, resumes a draft and works the
 * queue. The same screens, through src/line; nothing but clean text and CR LF comes out. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "line.h"
#include "player.h"
#include "screen.h"

static struct player p;
static struct line *l;
static struct buf said;

static void start(const char *role, const char *kept)
{
	player_open(&p, 24, 80, role, true);
	if (kept != NULL)
		fake_draft_kept(p.store, kept);
	l = line_new(p.app, false);
	buf_init(&said, 0);
	line_step(l);
}

static void end(void)
{
	buf_clear(&said);
	line_free(l);
	player_close(&p);
}

/* No text names a key that a line does not have. Sabotage: key_said() answers with key_name() in line mode, too. */
static void assert_keyless(const char *text)
{
	static const char *const keys[] = { "Ctrl", "Esc", "PgDn", "PgUp", "Spasi", "Tekan", "tekan", "Panah" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strstr(text, keys[i]) != NULL)
			fail_msg("a key is named (%s):\n%s", keys[i], text);
	for (const char *f = text; (f = strchr(f, 'F')) != NULL; f++)
		if (f[1] >= '1' && f[1] <= '9' && (f == text || strchr(" (\n.,;", f[-1]) != NULL))
			fail_msg("a function key is named:\n%s", text);
}

/* Sends one line and returns what was said since. */
static const char *line(const char *text)
{
	buf_reset(&said);
	line_input(l, text, strlen(text));
	line_input(l, "\n", 1);
	for (int i = 0; i < 6; i++) {
		fake_pump(p.store, p.app, false);
		line_step(l);
	}
	buf_put(&said, line_output(l)->data, line_output(l)->len);
	buf_drop(line_output(l), line_output(l)->len);
	for (size_t i = 0; i < said.len; i++)
		assert_true(said.data[i] >= 0x20 || said.data[i] == '\r' || said.data[i] == '\n');
	assert_keyless(buf_str(&said));
	return buf_str(&said);
}

static void expect(const char *text, const char *want)
{
	const char *have = line(text);

	if (strstr(have, want) == NULL)
		fail_msg("after \"%s\" wanted \"%s\" in:\n%s", text, want, have);
}

static void test_register(void **state)
{
	(void)state;
	start("operator", NULL);
	expect("", "1 Keluarga baru");
	expect("1", "Alamat *:");
	expect("?", "Jalan, gang");
	expect("x", "! Alamat");                     /* too short: said, and gone on */
	expect("<", "Alamat * [x]:");
	expect("Jl. Melati 7", "RT *:");
	expect("003", "RW *:");
	expect("001", "Dusun/SLS:");
	expect("=simpan", "-- Rumah");               /* a hamlet named like a command */
	expect("daftar", "3 bebas sewa");
	expect("milik sendiri", "Status lahan *");   /* a choice by its text */
	expect("77", "Kode 77 tidak ada dalam daftar pilihannya. Yang ada: 1 sampai 4.");
	expect("bagian 5", "-- Anggota");
	expect("Siti Nur Aisyah", "NIK:");
	expect("990101520780000", "NIK harus 16 angka");
	expect("<", "NIK [990101520780000]:");
	expect("9901015207800004", "Hubungan dengan KRT");
	expect("kirim", "masalah");
	expect("masalah", "!");
	expect("kembali", "Draf tersimpan");
	assert_string_equal(filling_get(fake_draft(p.store), 104, 0), "simpan");
	assert_string_equal(filling_get(fake_draft(p.store), 402, 1), "9901015207800004");
	end();
}

static void test_whole_household(void **state)
{
	const char *last = "";

	(void)state;
	start("operator", NULL);
	line("1");
	for (int guard = 0; guard < 400 && p.app->top->row->id == SCREEN_fill; guard++) {
		struct fill *f = p.app->top->fill;
		const struct field *d = fill_field(f);
		const char *v = "";

		if (d != NULL && form_required(f->form, &f->answers, d, f->at.row, &f->env) && f->at.row <= 2) {
			if (d->choices != NULL) {
				for (size_t i = d->choices->n; i-- > 0;)
					if (fill_choice_open(f, d, f->at.row, &d->choices->v[i]) && strcmp(d->name, "presence") != 0)
						v = d->yesno != NULL ? d->choices->v[1].code : d->choices->v[i].code;
				if (strcmp(d->name, "relation") == 0 || strcmp(d->name, "family_relation") == 0)
					v = f->at.row == 1 ? "1" : "2";
				if (strcmp(d->name, "sex") == 0)
					v = f->at.row == 1 ? "2" : "1";
				if (strcmp(d->name, "presence") == 0)
					v = "1";
			} else if (d->type == FIELD_INTEGER || d->type == FIELD_DECIMAL) {
				v = strcmp(d->name, "luas_lantai") == 0 ? "36" : "1";
			} else if (d->type == FIELD_DATE) {
				v = "12071980";
			} else {
				v = "Contoh Saja";
			}
		}
		if (d != NULL && strcmp(d->name, "nik") == 0 && f->at.row <= 2)
			v = f->at.row == 1 ? "9901015207800004" : "9901010305780001";
		if (d != NULL && strcmp(d->name, "card_no") == 0 && f->at.row == 1)
			v = "9901011206260003";
		if (d != NULL && strcmp(d->name, "birth_on") == 0 && f->at.row <= 2)
			v = f->at.row == 1 ? "12-7-1980" : "3-5-1978";
		last = line(v);
	}
	if (p.app->top->row->id != SCREEN_receipt)
		fail_msg("not sent:\n%s", last);
	assert_non_null(strstr(last, "2026-000123"));
	assert_int_equal(filling_row_count(fake_draft(p.store), 400), 2);
	end();
}

static void test_resume(void **state)
{
	(void)state;
	start("operator", NULL);
	line("1");
	line("Jl. Melati 7");
	line("003");
	line("kembali");
	fake_draft_kept(p.store, "new");
	line("segarkan");
	expect("5", "RW *:");
	end();
}

static void test_queue(void **state)
{
	(void)state;
	start("supervisor", NULL);
	expect("1", "312 menunggu");
	assert_non_null(strstr(buf_str(&said), "1 2026-000117; keluarga baru; Sukamaju; Siti Nur Aisyah; 6 hari; M L P ."));
	expect("tandai 1", "(ditandai) 2026-000117");
	expect("tandai 2", "(ditandai) 2026-000098");
	expect("setuju", "Belum lengkap: kunjungan lapangan");
	expect("setuju", "1 berkas disetujui");
	expect("berikutnya", "Budi, nama; Budi Santoso; Budi Santosa");
	expect("kembalikan", "Alasan");
	expect("foto", "Isian yang diperbaiki");
	expect("", "Catatan");
	expect("foto rumah diulang", "dikembalikan");
	expect("?", "Gerbang  M musyawarah  L kunjungan lapangan  P padanan Dukcapil  D dokumen\r\n. belum");
	expect("?", "ambil");
	expect("xyz", "Tidak dikenal");
	end();
}

/* Every screen a role reaches by its menus, and the help of each: assert_keyless() reads it all. */
static void test_keyless(void **state)
{
	static const char *const roles[] = { "operator", "verifier", "supervisor", "office_head", "auditor", "admin" };

	(void)state;
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		int items;

		start(roles[i], NULL);
		line("?");
		items = page_picks(&p.app->top->page);
		for (int n = 1; n <= items; n++) {
			char number[8];

			snprintf(number, sizeof(number), "%d", n);
			line(number);
			line("?");
			line("menu");
			line("1");
			line("?");
			for (int back = 0; back < 40 && p.app->top->below != NULL; back++)
				line(p.app->top->row->kind == KIND_FORM ? "kembali" : p.app->top->row->kind == KIND_CONFIRM ? "y" : "<");
			assert_int_equal(p.app->top->row->id, SCREEN_home);
		}
		line("xx");
		end();
	}
}

/* Findings and forms are read on screens, in line mode and on paper: none of their texts names a key. */
static void test_no_key_in_data(void **state)
{
	static const char *const files[] = { "questionnaire/bdt2015", "dossier/exit", "dossier/move", "dossier/member_moves", "dossier/head_died", "dossier/split",
	                                     "dossier/merge", "dossier/unmerge", "dossier/gate" };
	const char *src = getenv("SRCDIR");

	(void)state;
	for (uint32_t code = 1; code < 1000; code++)
		if (finding_info(code) != NULL)
			assert_keyless(finding_info(code)->text);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		static char text[400000];
		char path[600];
		size_t n;
		FILE *in;

		snprintf(path, sizeof(path), "%s/forms/%s.form", src != NULL ? src : ".", files[i]);
		in = fopen(path, "r");
		assert_non_null(in);
		n = fread(text, 1, sizeof(text) - 1, in);
		text[n] = 0;
		fclose(in);
		assert_keyless(text);
	}
}

static void test_hostile_lines(void **state)
{
	char big[9000];

	(void)state;
	start("operator", NULL);
	line("1");
	memset(big, 'a', sizeof(big) - 1);
	big[sizeof(big) - 1] = 0;
	line(big);
	line("\x1b[31mmerah");
	line("\xff\xfe");
	expect("\xe2\x80\xae" "terbalik", "tersembunyi");
	expect("Jl. Melati 7", "RT *:");
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_register), cmocka_unit_test(test_whole_household), cmocka_unit_test(test_resume), cmocka_unit_test(test_queue),
		cmocka_unit_test(test_hostile_lines), cmocka_unit_test(test_no_key_in_data), cmocka_unit_test(test_keyless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
