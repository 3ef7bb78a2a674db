/* screen_help.c - help for the open field or screen, all keys, and the question before what cannot be undone. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "screen.h"

static void key_pairs(struct screen *s, struct screen *about)
{
	for (size_t i = 0; i < about->ndynamic; i++)
		page_add(&s->page, BLOCK_PAIR, key_letter(about->dynamic[i].letter), about->dynamic[i].label);
	for (size_t i = 0; i < about->naction; i++) {
		const struct action_info *a = &action_table[about->action[i]];
		const char *key;

		if (!screen_valid(about, about->action[i]))
			continue;
		if (a->fkey >= KEY_F1_ && a->fkey <= KEY_F10_)
			key = about->row->kind == KIND_FORM || about->has_input || a->letter == 0
				? screen_text(s, "%s atau Esc %d", key_name(a), (a->fkey - KEY_F1_ + 1) % 10)
				: screen_text(s, "%s, Esc %d atau %c", key_name(a), (a->fkey - KEY_F1_ + 1) % 10, a->letter);
		else if ((about->row->kind == KIND_FORM || about->has_input) && a->fkey == KEY_NONE_)
			key = screen_text(s, "%s, lalu pilih", key_name(&action_table[ACT_menu]));
		else
			key = key_name(a);
		page_add(&s->page, BLOCK_PAIR, key, screen_text(s, "%s: %s%s%s", a->label, action_help(about, about->action[i]), a->key[0] != 0 ? "; " : "", a->key));
	}
}

static const char *type_help(const struct field *d)
{
	switch (d->type) {
	case FIELD_NIK:
		return "16 angka, tanpa spasi. Sesudah angka terakhir kursor maju sendiri. Pemindai kartu boleh dipakai.";
	case FIELD_CARD:
		return "16 angka pada KK, tanpa spasi. Sesudah angka terakhir kursor maju sendiri.";
	case FIELD_DATE:
		return "Hari, bulan, tahun: 07021980 atau 7-2-1980.";
	case FIELD_ONE:
		return "Ketik kodenya, atau huruf pertama teksnya; F4 atau Spasi memperlihatkan daftar.";
	case FIELD_MANY:
		return "Boleh lebih dari satu: ketik kodenya dengan spasi di antaranya, atau F4 dan Spasi untuk menandai.";
	case FIELD_AREA:
		return "Kode wilayah Kemendagri; F4 mencari menurut nama.";
	case FIELD_DECIMAL:
		return "Angka, boleh dengan koma: 36,5.";
	default:
		return NULL;
	}
}

static void help_build(struct screen *s)
{
	struct screen *about = s->below;
	const struct field *d = about->fill != NULL ? fill_field(about->fill) : NULL;

	if (d != NULL) {
		s->page.title = screen_text(s, "Bantuan: %s", d->label_id);
		if (d->help_id != NULL)
			page_add(&s->page, BLOCK_TEXT, NULL, d->help_id);
		if (type_help(d) != NULL)
			page_add(&s->page, BLOCK_TEXT, NULL, type_help(d));
		if (d->sticky)
			page_add(&s->page, BLOCK_TEXT, NULL, "Nilainya dibawa dari catatan sebelumnya; ketik untuk menggantinya.");
		if (d->choices != NULL) {
			page_add(&s->page, BLOCK_GAP, NULL, NULL);
			for (size_t i = 0; i < d->choices->n; i++)
				if (fill_choice_open(about->fill, d, about->fill->at.row, &d->choices->v[i]))
					page_add(&s->page, BLOCK_PAIR, d->choices->v[i].code, d->choices->v[i].label_id);
		}
		page_add(&s->page, BLOCK_GAP, NULL, NULL);
	} else {
		s->page.title = screen_text(s, "Bantuan: %s", about->page.title != NULL ? about->page.title : about->row->title);
	}
	if (about->page.legend != NULL && d == NULL) {
		page_add(&s->page, BLOCK_TEXT, NULL, about->page.legend);
		page_add(&s->page, BLOCK_GAP, NULL, NULL);
	}
	key_pairs(s, about);
	s->page.legend = "F1 sekali lagi: semua tombol.";
}

static bool help_act(struct screen *s, enum action a)
{
	if (a == ACT_help) {
		screen_push(s->app, SCREEN_keys, NULL);
		return true;
	}
	return false;
}

const struct screen_code code_help = { .build = help_build, .act = help_act };

static void keys_build(struct screen *s)
{
	static const struct { const char *key, *text; } keys[] = {
		{ "F1, Esc 1", "bantuan; pada daftar juga ?" },
		{ "F2, Esc 2, Ctrl-O", "simpan atau kirim" },
		{ "F3, Esc 3", "kembali" },
		{ "F4, Esc 4, Ctrl-F", "daftar pilihan; pada isian pilihan juga Spasi" },
		{ "F5, Esc 5, Ctrl-R", "segarkan dari server; Ctrl-L melukis ulang layar" },
		{ "F6, Esc 6", "bagian berikutnya" },
		{ "F7 dan F8", "masalah atau halaman sebelum dan berikutnya; Esc 7 dan Esc 8" },
		{ "F9, Esc 9, Ctrl-D", "ulangi nilai catatan sebelumnya; dua kali: semua isian yang dibawa" },
		{ "F10, Esc 0, Ctrl-T", "menu: semua tindakan" },
		{ "Esc, Ctrl-G, Ctrl-C", "tutup daftar, batal" },
		{ "Tab, Enter, \u2193", "isian berikutnya" },
		{ "Shift-Tab, \u2191", "isian sebelumnya" },
		{ "Ctrl-A, Ctrl-E", "awal, akhir isian; juga Home dan End" },
		{ "Ctrl-U, Ctrl-K, Ctrl-W", "hapus isian, sampai akhir, satu kata" },
		{ "Ctrl-Z, Ctrl-_", "urungkan, dalam isian lalu isian demi isian" },
		{ "PgUp, PgDn", "halaman sebelum, berikutnya" },
	};

	page_add(&s->page, BLOCK_TEXT, NULL, "Esc dan angka berarti: tekan Esc, lepaskan, lalu angkanya. Di telepon (Termux): Volume Naik dan angka.");
	page_add(&s->page, BLOCK_GAP, NULL, NULL);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		page_add(&s->page, BLOCK_PAIR, keys[i].key, keys[i].text);
}

const struct screen_code code_keys = { .build = keys_build };

/* ---- the question ---- */

struct confirm_state { void (*yes)(struct screen *below); };

static void confirm_build(struct screen *s)
{
	page_add(&s->page, BLOCK_TEXT, NULL, s->args.text)->attr = GRID_BOLD;
	page_add(&s->page, BLOCK_GAP, NULL, NULL);
	if (s->args.more != NULL)
		page_add(&s->page, BLOCK_TEXT, NULL, s->args.more);
	page_add(&s->page, BLOCK_GAP, NULL, NULL);
	page_add(&s->page, BLOCK_TEXT, NULL, "Y ya, T tidak. Enter: tidak.");
	s->page.title = "Pertanyaan";
}

static bool confirm_act(struct screen *s, enum action a)
{
	struct confirm_state *st = screen_state(s, sizeof(*st));
	void (*yes)(struct screen *) = st->yes;
	struct screen *below = s->below;

	if (a != ACT_yes && a != ACT_no)
		return false;
	screen_pop(s->app);
	if (a == ACT_yes)
		yes(below);
	return true;
}

const struct screen_code code_confirm = { .build = confirm_build, .act = confirm_act };

void app_confirm(struct app *app, const char *question, const char *detail, void (*yes)(struct screen *below))
{
	struct screen *s = screen_push(app, SCREEN_confirm, &(struct screen_args){ .text = question, .more = detail });
	struct confirm_state *st = s != NULL ? screen_state(s, sizeof(*st)) : NULL;

	if (st != NULL)
		st->yes = yes;
}
