/* register_world.c - see register_world.h */
#include "config.h"
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "check.h"
#include "clock.h"
#include "date.h"
#include "register_world.h"

static void load(struct world *w, const char *sort, const char *path)
{
	char full[512];
	snprintf(full, sizeof full, "%s/%s", getenv("SRCDIR") != NULL ? getenv("SRCDIR") : ".", path);
	store_fixture_data(&w->f, sort, "", full);
}

static void load_lists(struct world *w)
{
	static const char *const list[] = { "hubungan", "alasan_keluar", "alasan_pindah", "alasan_pecah", "alasan_gabung", "alasan_pisah",
		"alasan_tanpa_kk", "alasan_tanpa_nik", "alasan_tanpa_tanggal", "pilih_gabung", "pilih_pisah", "keberadaan", "jenis_kelamin",
		"akta_nikah", "atap", "bb_masak", "buang_tinja", "cara_peroleh_airminum", "daya", "dinding", "fasbab", "ijazah", "jenis_cacat",
		"jenis_gas", "kartu_identitas", "kelas_tertinggi", "kloset", "kondisi_atap", "kondisi_dinding", "lantai", "lapangan_usaha",
		"partisipasi_sekolah", "pelanggan_air", "pendidikan", "penyakit_kronis", "sta_bangunan", "sta_kawin", "sta_lahan",
		"status_pekerjaan", "sumber_airminum", "sumber_penerangan", "sebab_usul", "alasan_kartu", "status_ruta" };
	char path[128];
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		snprintf(path, sizeof path, "forms/list/%s.list", list[i]);
		load(w, "list", path);
	}
}

static void make_areas(struct world *w)
{
	struct w_area_new v[3 + 2 + WORLD_VILLAGES];
	char text[WORLD_VILLAGES][2][32];
	size_t n = 0;
	struct rp_area_put rp;
	v[n++] = (struct w_area_new){ .code = "99", .name = "Provinsi Contoh" };
	v[n++] = (struct w_area_new){ .code = "99.01", .name = "Kabupaten Contoh", .parent_code = "99" };
	v[n++] = (struct w_area_new){ .code = "99.01.01", .name = "Sukamaju", .parent_code = "99.01" };
	v[n++] = (struct w_area_new){ .code = "99.01.02", .name = "Karangsari", .parent_code = "99.01" };
	for (int i = 0; i < WORLD_VILLAGES; i++) {
		snprintf(w->code[i], sizeof w->code[i], "99.01.%02d.2%03d", 1 + i / 6, 1 + i % 6);
		snprintf(text[i][0], sizeof text[i][0], "99.01.%02d", 1 + i / 6);
		snprintf(text[i][1], sizeof text[i][1], "Desa Contoh %d", i + 1);
		v[n++] = (struct w_area_new){ .code = w->code[i], .name = text[i][1], .parent_code = text[i][0] };
	}
	struct rq_area_put rq = { .rows = { v, n } };
	assert_int_equal(store_fixture_run(&w->f, w->admin, OP_area_put, &rq, &rp), 0);
	assert_int_equal(rp.added, n);
	for (int i = 0; i < WORLD_VILLAGES; i++) {
		struct rq_area_list find = { .text = w->code[i] };
		struct rp_area_list found;
		assert_int_equal(store_fixture_run(&w->f, w->admin, OP_area_list, &find, &found), 0);
		assert_int_equal(found.rows.n, 1);
		w->village[i] = found.rows.v[0].id;
	}
}

void world_open(struct world *w, const char *questionnaire)
{
	static const char *const dossier[] = { "exit", "move", "member_moves", "head_died", "split", "merge", "unmerge" };
	char path[128];
	memset(w, 0, sizeof *w);
	store_fixture_open(&w->f);
	load_lists(w);
	load(w, "form", questionnaire);
	for (size_t i = 0; i < sizeof dossier / sizeof *dossier; i++) {
		snprintf(path, sizeof path, "forms/dossier/%s.form", dossier[i]);
		load(w, "form", path);
	}
	w->admin = store_fixture_account(&w->f, "admin", "admin", 0);
	w->admin2 = store_fixture_account(&w->f, "admin2", "admin", 0);
	make_areas(w);
	w->supervisor = store_fixture_account(&w->f, "dewi", "supervisor,operator,verifier", 0);
	const char *base = strrchr(questionnaire, '/');
	static char name[64];
	snprintf(name, sizeof name, "%.*s", (int)strcspn(base + 1, "."), base + 1);
	w->questionnaire = name;
	w->q = store_form(w->f.store, w->f.db, name);
	assert_non_null(w->q);
}

void world_close(struct world *w)
{
	store_fixture_close(&w->f);
}

const struct form *world_form(struct world *w, const char *kind)
{
	bool questionnaire = strcmp(kind, "new") == 0 || strcmp(kind, "correction") == 0;
	const struct form *form = store_form(w->f.store, w->f.db, questionnaire ? w->questionnaire : kind);
	if (form == NULL)
		fail_msg("no form for %s", kind);
	return form;
}

int64_t world_seq(struct world *w)
{
	return journal_next(&w->f.journal) - 1;
}

static int run(struct world *w, const char *kind, int64_t household, int64_t other, int64_t area, int64_t base_seq, const struct filling *f,
               int64_t *result, bool write)
{
	char number[24];
	snprintf(number, sizeof number, "2026-%06u", w->dossiers + 1);
	arena_reset(&w->f.arena);
	struct op_ctx *cx = store_fixture_begin(&w->f, w->supervisor, OP_dossier_fire);
	struct register_change ch = { .dossier = w->dossiers + 1, .dossier_number = number, .kind = kind, .form = world_form(w, kind), .filling = f,
		.base_seq = base_seq, .household = household, .other = other, .area = area };
	assert_int_equal(db_reg_save(w->f.db), 0);
	int r = write ? register_apply(cx, &ch) : register_try(cx, &ch);
	if (r < 0)
		fail_msg("%s: %s", kind, err_name(r));
	assert_int_equal(db_reg_release(w->f.db, r == 0), 0);
	if (result != NULL)
		*result = ch.result_household;
	w->nrow = ch.nrows < 64 ? ch.nrows : 64;
	if (w->nrow != 0)
		memcpy(w->row, ch.rows, w->nrow * sizeof *ch.rows);
	w->last_seq = cx->seq;
	store_fixture_end(&w->f, cx, write && r == 0);
	if (write && r == 0)
		w->dossiers++;
	return r;
}

int world_apply(struct world *w, const char *kind, int64_t household, int64_t other, int64_t area, int64_t base_seq, const struct filling *f,
                int64_t *result)
{
	return run(w, kind, household, other, area, base_seq, f, result, true);
}

int world_try(struct world *w, const char *kind, int64_t household, int64_t other, int64_t area, int64_t base_seq, const struct filling *f)
{
	return run(w, kind, household, other, area, base_seq, f, NULL, false);
}

void world_prefill(struct world *w, const char *kind, int64_t household, int64_t other, int64_t seq, struct filling *f)
{
	arena_reset(&w->f.arena);
	struct op_ctx *cx = store_fixture_begin(&w->f, w->supervisor, OP_draft_open);
	assert_int_equal(register_prefill(cx, kind, household, other, seq, world_form(w, kind), f), 0);
	store_fixture_end(&w->f, cx, false);
}

void world_set(const struct form *form, struct filling *f, const char *field, uint32_t row, const char *value)
{
	const struct field *fd = form_field_named(form, field);
	if (fd == NULL)
		fail_msg("form %s asks no %s", form->name, field);
	assert_int_equal(filling_set(f, fd->number, row, value), 0);
}

const char *world_get(const struct form *form, const struct filling *f, const char *field, uint32_t row)
{
	const struct field *fd = form_field_named(form, field);
	if (fd == NULL)
		fail_msg("form %s asks no %s", form->name, field);
	return filling_get(f, fd->number, row);
}

static const char *first_value(const struct form *form, const struct filling *f, const struct field *fd, uint32_t row, const struct check_env *env)
{
	switch (fd->type) {
	case FIELD_ONE:
	case FIELD_MANY:
		for (size_t i = 0; fd->choices != NULL && i < fd->choices->n; i++)
			if (form_choice_open(form, f, fd, row, fd->choices->v[i].code, env))
				return fd->choices->v[i].code;
		return "1";
	case FIELD_INTEGER: return "1";
	case FIELD_DECIMAL: return "36.5";
	case FIELD_DATE: return "2020-02-02";
	case FIELD_TEXT: return "Jalan Contoh";
	default: return "";
	}
}

void world_complete(struct world *w, const struct form *form, struct filling *f, const struct filling *base)
{
	struct check_env env = { .today = clock_day(FIXTURE_NOW, 420), .base = base };
	struct finding_list list;
	(void)w;
	for (int round = 0; round < 8; round++) {
		bool more = false;
		finding_list_init(&list);
		assert_int_equal(form_check(form, f, &env, &list), 0);
		for (size_t i = 0; i < list.n; i++) {
			const struct field *fd = form_field(form, list.v[i].field);
			if (list.v[i].code != FIND_required && list.v[i].code != FIND_nik_missing_reason)
				continue;
			if (fd == NULL || list.v[i].severity != SEV_BLOCK)
				continue;
			assert_int_equal(filling_set(f, fd->number, list.v[i].row, first_value(form, f, fd, list.v[i].row, &env)), 0);
			more = true;
		}
		finding_list_clear(&list);
		if (!more)
			return;
	}
	fail_msg("%s cannot be completed", form->name);
}

bool world_refused_with(const struct world *w, enum finding_code code)
{
	return finding_first(&w->f.findings, code) != NULL;
}

void world_nik(char out[17], int sex, const char *birth_on, unsigned serial)
{
	struct date d = date_civil(date_from_iso(birth_on));
	uint64_t place = 1 + serial / 9999 % 90, part = 1 + serial / 9999 / 90 % 90;      /* so that every serial is a number of its own */
	uint64_t n = ((99 * 100 + part) * 100 + place) * 1000000 + (uint64_t)(d.day + (sex == 2 ? 40 : 0)) * 10000 + (uint64_t)d.month * 100 + (uint64_t)d.year % 100;
	snprintf(out, 17, "%016" PRIu64, (n * 10000 + 1 + serial % 9999) % UINT64_C(10000000000000000));
}

void world_card(char out[17], unsigned n)
{
	uint64_t place = 1 + n / 9999 % 90, part = 1 + n / 9999 / 90 % 90;
	snprintf(out, 17, "%016" PRIu64, ((((99 * 100 + part) * 100 + place) * 1000000 + 10120) * 10000 + 1 + n % 9999) % UINT64_C(10000000000000000));
}

void world_household(struct world *w, struct filling *f, unsigned n, const char *card, const struct world_person *p, size_t count)
{
	const struct form *q = w->q;
	const struct roster *ro = form_roster_named(q, "member");
	char nik[17];
	world_set(q, f, "address", 0, "Jalan Melati 7");
	world_set(q, f, "rt", 0, "1");
	world_set(q, f, "rw", 0, "2");
	world_set(q, f, "hamlet", 0, "Krajan");
	for (uint32_t row = 1; row <= count; row++, p++) {
		assert_int_equal(filling_row_add(f, ro->number, row, 0, 0), 0);
		world_nik(nik, p->sex, p->birth_on, n * 10 + row);
		world_set(q, f, "name", row, p->name);
		world_set(q, f, "nik", row, nik);
		world_set(q, f, "relation", row, p->relation);
		world_set(q, f, "family_no", row, p->family_no);
		world_set(q, f, "family_relation", row, p->family_relation);
		world_set(q, f, "sex", row, p->sex == 1 ? "1" : "2");
		world_set(q, f, "birth_on", row, p->birth_on);
		if (row == 1)
			world_set(q, f, "card_no", row, card);
	}
	world_complete(w, q, f, NULL);
}
