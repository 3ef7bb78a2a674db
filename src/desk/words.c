/* words.c - how the store's codes, dates and names are said on screens. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "screen.h"

struct word { const char *set, *code, *text; };

static const struct word word_table[] = {
	{ "kind", "new", "keluarga baru" }, { "kind", "correction", "perbaikan" }, { "kind", "exit", "keluar" },
	{ "kind", "move", "pindah" }, { "kind", "member_moves", "anggota pindah" }, { "kind", "head_died", "kepala meninggal" },
	{ "kind", "split", "pecah KK" }, { "kind", "merge", "gabung" }, { "kind", "unmerge", "batal gabung" },
	{ "state", "draft", "draf" }, { "state", "reserve", "cadangan" }, { "state", "submitted", "verifikasi" },
	{ "state", "verified", "validasi" }, { "state", "valid", "valid" }, { "state", "closed", "selesai" },
	{ "state", "returned", "dikembalikan" }, { "state", "rejected", "ditolak" }, { "state", "withdrawn", "ditarik" },
	{ "state", "merged", "digabung" }, { "state", "active", "aktif" }, { "state", "exited", "keluar" },
	{ "state", "open", "dibuka" }, { "state", "final", "final" }, { "state", "endorsed", "disahkan" },
	{ "state", "delivered", "dikirim" }, { "state", "determined", "ditetapkan" }, { "state", "disabled", "nonaktif" },
	{ "state", "enabled", "aktif" }, { "state", "new", "baru" }, { "state", "reset", "kode baru" }, { "state", "closed_window", "ditutup" },
	{ "state", "dead", "meninggal" }, { "state", "register", "terdaftar" }, { "state", "dossier", "dalam berkas" },
	{ "role", "operator", "operator" }, { "role", "verifier", "verifikator" }, { "role", "supervisor", "supervisor" },
	{ "role", "office_head", "kepala dinas" }, { "role", "admin", "pengelola" }, { "role", "auditor", "pemeriksa" },
	{ "role", "observer", "pengamat" }, { "role", "companion", "pendamping" }, { "role", "kiosk", "kios" },
	{ "change", "new", "didaftarkan" }, { "change", "correction", "diperbaiki" }, { "change", "exit", "keluar" },
	{ "change", "move", "pindah" }, { "change", "member_moves", "anggota pindah" }, { "change", "head_died", "kepala meninggal" },
	{ "change", "split", "pecah KK" }, { "change", "merge", "digabung" }, { "change", "unmerge", "gabungan dibatalkan" },
	{ "change", "submit", "dikirim" }, { "change", "send", "dikirim" }, { "change", "verify", "diverifikasi" }, { "change", "validate", "divalidasi" },
	{ "change", "return", "dikembalikan" }, { "change", "reject", "ditolak" }, { "change", "withdraw", "ditarik" },
	{ "change", "take_back", "diambil kembali" }, { "change", "reserve", "disimpan sebagai cadangan" }, { "change", "open", "diteruskan dari cadangan" },
	{ "change", "claim", "diambil" }, { "change", "release", "dilepas" }, { "change", "finalise", "difinalkan" },
	{ "change", "gate", "gerbang dicatat" }, { "change", "import", "diimpor" }, { "change", "erase", "dihapus atas permintaan" },
	{ "change", "area_split", "desa dipecah" },
	{ "result", "done", "selesai" }, { "result", "refused", "ditolak" },
	{ "op", "person_find", "mencari orang" }, { "op", "household_show", "melihat keluarga" }, { "op", "desk_show", "layar awal" },
	{ "op", "dossier_show", "melihat berkas" }, { "op", "dossier_list", "daftar berkas" }, { "op", "dossier_submit", "mengirim berkas" },
	{ "op", "dossier_fire", "memutus berkas" }, { "op", "dossier_try", "mencoba keputusan" }, { "op", "queue_list", "melihat antrean" },
	{ "op", "queue_next", "mengambil berikutnya" }, { "op", "lease_set", "memegang berkas" }, { "op", "gate_record", "mencatat gerbang" },
	{ "op", "receipt_show", "tanda terima" }, { "op", "draft_open", "membuka draf" }, { "op", "draft_drop", "membuang draf" },
	{ "op", "batch_finalise", "finalisasi" }, { "op", "letter_make", "membuat surat" }, { "op", "letter_get", "membaca surat" },
	{ "op", "journal_list", "melihat jejak" }, { "op", "password_change", "mengganti sandi" }, { "op", "account_put", "akun" },
	{ "op", "account_set", "keadaan akun" }, { "op", "account_reset", "kode baru akun" }, { "op", "grant_put", "memberi wewenang" },
	{ "op", "grant_end", "mengakhiri wewenang" }, { "op", "login_answer", "masuk" }, { "op", "logout", "keluar" },
	{ "op", "evidence_put", "menambah bukti" }, { "op", "evidence_get", "melihat bukti" }, { "op", "import_row", "baris impor" },
	{ "op", "import_accept", "menerima impor" }, { "op", "import_begin", "memulai impor" }, { "op", "setting_put", "mengatur akun" },
	{ "op", "data_load", "memuat formulir" }, { "op", "area_put", "menambah wilayah" }, { "op", "area_recode", "mengganti kode wilayah" },
	{ "op", "area_split", "memecah wilayah" }, { "op", "backup_make", "membuat cadangan" }, { "op", "person_erase", "menghapus orang" },
	{ "gate", "open", "terbuka" }, { "gate", "shut", "tertutup" }, { "gate", "none", "belum" }, { "gate", "layak", "layak" },
	{ "gate", "tidak_layak", "tidak layak" }, { "gate", "ditunda", "ditunda" }, { "gate", "keluar", "keluar" }, { "gate", "sptjm", "SPTJM" },
	{ "gate", "selesai", "selesai" }, { "gate", "tidak_ditemukan", "tidak ditemukan" }, { "gate", "padan", "padan" },
	{ "gate", "lengkap", "lengkap" }, { "gate", "kurang", "kurang" }, { "gate", "ganda", "ganda" }, { "gate", "menolak", "menolak" },
};

const char *word_other(const char *set, const char *code)
{
	if (code == NULL || code[0] == 0)
		return "";
	for (size_t i = 0; i < sizeof(word_table) / sizeof(word_table[0]); i++)
		if (strcmp(word_table[i].set, set) == 0 && strcmp(word_table[i].code, code) == 0)
			return word_table[i].text;
	return code;
}

const char *word_kind(const char *kind)
{
	return word_other("kind", kind);
}

const char *word_state(const char *state)
{
	return word_other("state", state);
}

const char *word_role(const char *role)
{
	return word_other("role", role);
}

const char *word_change(const char *what)
{
	return word_other("change", what);
}

static const char *const months[12] = { "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September",
                                        "Oktober", "November", "Desember" };

static bool iso_get(const char *iso, int *y, int *m, int *d)
{
	return iso != NULL && strlen(iso) == 10 && sscanf(iso, "%4d-%2d-%2d", y, m, d) == 3 && *m >= 1 && *m <= 12;
}

void word_date(char out[40], const char *iso)
{
	int y, m, d;

	if (iso_get(iso, &y, &m, &d))
		snprintf(out, 40, "%d %s %d", d, months[m - 1], y);
	else
		snprintf(out, 40, "%s", iso != NULL ? iso : "");
}

void word_date_short(char out[16], const char *iso)
{
	int y, m, d;

	if (iso_get(iso, &y, &m, &d))
		snprintf(out, 16, "%02d-%02d-%04d", d % 100, m, y % 10000);
	else
		snprintf(out, 16, "%s", iso != NULL ? iso : "");
}

/* Days to a civil date (proleptic Gregorian), for moments in the office's zone. */
static void civil(int64_t days, int *y, int *m, int *d)
{
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097, yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

	*d = (int)(doy - (153 * mp + 2) / 5 + 1);
	*m = (int)(mp < 10 ? mp + 3 : mp - 9);
	*y = (int)(yoe + era * 400 + (*m <= 2));
}

void word_moment(char out[32], int64_t ms, int zone_minutes)
{
	int64_t local = ms / 1000 + (int64_t)zone_minutes * 60, day = local / 86400, s = local % 86400;
	int y, m, d;

	if (ms == 0) {
		out[0] = 0;
		return;
	}
	civil(day, &y, &m, &d);
	snprintf(out, 32, "%02d-%02d-%04d %02d:%02d", d % 100, m % 100, y % 10000, (int)(s / 3600) % 100, (int)(s / 60 % 60));
}

void word_clock(char out[8], int64_t ms, int zone_minutes)
{
	int64_t s = (ms / 1000 + (int64_t)zone_minutes * 60) % 86400;

	snprintf(out, 8, "%02d:%02d", (int)(s / 3600) % 100, (int)(s / 60 % 60));
}

void word_age(char out[24], int64_t since, int64_t now)
{
	int64_t minutes = (now - since) / 60000;

	if (since == 0)
		out[0] = 0;
	else if (minutes < 1)
		snprintf(out, 24, "baru");
	else if (minutes < 60)
		snprintf(out, 24, "%d mnt", (int)minutes);
	else if (minutes < 48 * 60)
		snprintf(out, 24, "%d jam", (int)(minutes / 60));
	else
		snprintf(out, 24, "%d hari", (int)(minutes / 1440 % 100000));
}

void word_groups(struct buf *out, const char *digits)
{
	if (strlen(digits) != 16 || strspn(digits, "0123456789") != 16) {
		buf_puts(out, digits);
		return;
	}
	for (int i = 0; i < 16; i += 4) {
		if (i > 0)
			buf_putc(out, ' ');
		buf_put(out, digits + i, 4);
	}
}

/* The first name stays whole; later ones become initials from the end until it fits: "Siti Nur A.", "Siti N. A." */
void word_name_short(struct buf *out, const char *name, int columns)
{
	size_t start[12], n = 0, from;

	for (size_t i = 0; name[i] != 0 && n < 12; i++)
		if (name[i] != ' ' && (i == 0 || name[i - 1] == ' '))
			start[n++] = i;
	for (size_t initials = 0; initials < n; initials++) {
		struct buf b;

		buf_init(&b, 0);
		for (size_t k = 0; k < n; k++) {
			size_t end = k + 1 < n ? start[k + 1] : strlen(name);

			while (end > start[k] && name[end - 1] == ' ')
				end--;
			if (k > 0)
				buf_putc(&b, ' ');
			if (k > 0 && k >= n - initials) {
				buf_put(&b, name + start[k], text_next(name, start[k]) - start[k]);
				buf_putc(&b, '.');
			} else {
				buf_put(&b, name + start[k], end - start[k]);
			}
		}
		if (text_width(buf_str(&b)) <= columns) {
			buf_puts(out, buf_str(&b));
			buf_clear(&b);
			return;
		}
		buf_clear(&b);
	}
	from = n > 0 ? start[0] : 0;
	buf_put(out, name + from, text_fit(name + from, columns > 1 ? columns - 1 : 1));
	buf_putc(out, '.');
}

void word_field(struct app *app, const struct field *d, const char *value, struct buf *out)
{
	if (d->type == FIELD_AREA && value[0] != 0) {
		const char *name = area_name(app, value);

		buf_printf(out, "%s%s%s", value, name[0] != 0 ? " " : "", name);
		return;
	}
	if (d->type == FIELD_ONE && !fill_coded(d) && form_choice(d, value) != NULL) {
		buf_puts(out, form_choice(d, value)->label_id);      /* a code that is a word says nothing its text does not */
		return;
	}
	if (d->type == FIELD_MANY && !fill_coded(d)) {
		for (const char *p = value; *p != 0;) {
			size_t n = strcspn(p, " ");
			char code[64];
			const struct choice *c;

			snprintf(code, sizeof(code), "%.*s", (int)n, p);
			c = form_choice(d, code);
			buf_printf(out, "%s%s", p > value ? "; " : "", c != NULL ? c->label_id : code);
			p += n + strspn(p + n, " ");
		}
		return;
	}
	if (value[0] != 0)
		form_show_value(d, value, "id", out);
}
