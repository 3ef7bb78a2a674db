/* fake_store.c - see fake_store.h. All people are synthetic: their NIK begin with 99. */
#include "config.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "fake_store.h"
#include "form.h"

#define NOW 1780967520000LL          /* 9 June 2026, 08:12 in Jakarta */
#define DAY 86400000LL

struct fake_store {
	char dir[256];
	struct frame_reader in;
	struct arena arena;
	struct buf held;
	char kind[24], form_name[40];
	uint8_t sha[32];
	struct filling draft;
	uint64_t saved, field, row;
	char open_text[4100];
	bool kept;                   /* a draft waits */
	char kept_kind[24];
	bool done_gate;
	size_t count[200];
	enum op refuse; enum finding_code code; const char *arg;
	struct form *form;
	int64_t previewed;
	char role[24];
	char setting[90]; unsigned settings;   /* the last one kept, and how many */
	char channel[24];                      /* of the last dossier sent */
};

struct fake_store *fake_new(const char *dir)
{
	struct fake_store *f = calloc(1, sizeof(*f));

	assert(f != NULL);
	snprintf(f->dir, sizeof(f->dir), "%s", dir);
	frame_reader_init(&f->in, WIRE_REQUEST_MAX + 64);
	arena_init(&f->arena, 0);
	buf_init(&f->held, 0);
	filling_init(&f->draft);
	return f;
}

void fake_free(struct fake_store *f)
{
	frame_reader_clear(&f->in);
	arena_clear(&f->arena);
	buf_clear(&f->held);
	filling_clear(&f->draft);
	form_free(f->form);
	free(f);
}

const struct filling *fake_draft(const struct fake_store *f)
{
	return &f->draft;
}

const char *fake_open_text(const struct fake_store *f)
{
	return f->open_text;
}

size_t fake_count(const struct fake_store *f, enum op op)
{
	return f->count[op];
}

void fake_refuse(struct fake_store *f, enum op op, enum finding_code code, const char *arg)
{
	f->refuse = op;
	f->code = code;
	f->arg = arg;
}

void fake_draft_kept(struct fake_store *f, const char *kind)
{
	f->kept = kind != NULL;
	snprintf(f->kept_kind, sizeof(f->kept_kind), "%s", kind != NULL ? kind : "");
}

static char *file_text(struct fake_store *f, const char *sub, const char *name, const char *suffix, size_t *n)
{
	char path[600];
	FILE *in;
	char *text;
	long size;

	snprintf(path, sizeof(path), "%s/%s/%s.%s", f->dir, sub, name, suffix);
	in = fopen(path, "r");
	if (in == NULL)
		return NULL;
	fseek(in, 0, SEEK_END);
	size = ftell(in);
	rewind(in);
	text = arena_alloc(&f->arena, (size_t)size + 1);
	*n = fread(text, 1, (size_t)size, in);
	text[*n] = 0;
	fclose(in);
	return text;
}

static struct w_grant *grants(const char *role, size_t *n)
{
	static struct w_grant g[1];

	g[0] = (struct w_grant){ .id = 1, .role = role, .area = 31, .area_name = "Sukamaju", .from_on = "2026-01-01" };
	if (strcmp(role, "operator") != 0) {
		g[0].area = 1;
		g[0].area_name = "Kabupaten Contoh";
	}
	if (strcmp(role, "office_head") == 0) {       /* the whole office has no area and no name */
		g[0].area = 0;
		g[0].area_name = "";
	}
	*n = 1;
	return g;
}

const char *fake_setting(const struct fake_store *f, unsigned *n)
{
	*n = f->settings;
	return f->setting;
}

int64_t fake_previewed(const struct fake_store *f)
{
	return f->previewed;
}

const char *fake_channel(const struct fake_store *f)
{
	return f->channel;
}

void fake_login(struct app *app, const char *role)
{
	struct rp_login_answer l = { .account = 7, .full_name = strcmp(role, "operator") == 0 ? "Sari" : "Bambang Wijaya", .last_login_at = NOW - DAY, .last_login_from = "10.0.0.5" };

	l.grants.v = grants(role, &l.grants.n);
	app_start(app, &l);
}

/* ---- canned rows ---- */

static struct w_dossier_line lines[] = {
	{ .id = 117, .number = "2026-000117", .kind = "new", .state = "submitted", .village = "Sukamaju", .head = "Siti Nur Aisyah", .since = NOW - 6 * DAY, .maker = "Sari", .gates = "M L P .", .rev = 1, .household = 0 },
	{ .id = 98, .number = "2026-000098", .kind = "correction", .state = "submitted", .village = "Karangrejo", .head = "Bambang Sutrisno Hadi Wijayakusuma", .since = NOW - 5 * DAY, .maker = "Dewi", .gates = "M . P D", .rev = 2, .household = 50 },
	{ .id = 101, .number = "2026-000101", .kind = "move", .state = "submitted", .village = "Sumberejo", .head = "Maryam", .since = NOW - 9 * DAY, .maker = "Dewi", .gates = "M L ! .", .late = true, .rev = 1, .household = 51, .held_by = "Bambang Wijaya", .fence = 4 },
};

static void answer(struct fake_store *f, struct buf *out, const struct wire_request *r)
{
	static struct w_notice attention[] = { { "Ada 1 pengumuman baru dari kabupaten.", 1 } };
	static struct w_area areas[] = { { 31, "99.01.01.2001", "Sukamaju", 4, 3 }, { 3, "99.01.01", "Contoh Utara", 3, 1 } };
	static struct w_queue_line queues[] = { { "verification", "Antrean verifikasi", 312, 1, 1 }, { "validation", "Antrean validasi", 12, 0, 0 } };

	switch (r->op) {
	case OP_hello: {
		static struct w_notice notice[] = { { "Pelayanan gratis. Data Anda dilindungi.", 0 } };
		struct rp_hello rp = { .version = 1, .office = "Dinas Sosial Kabupaten Contoh", .now = NOW, .zone_minutes = 420, .notices = { notice, 1 } };

		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_login_begin: {
		struct rp_login_begin rp = { .factors = 1 };

		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_login_answer: {
		struct rp_login_answer rp = { .account = 7, .full_name = "Sari" };

		rp.grants.v = grants("operator", &rp.grants.n);
		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_desk_show: {
		static struct w_draft_line drafts[1];
		static struct w_dossier_line returned[] = {
			{ .id = 90, .number = "2026-000090", .kind = "new", .note = "foto rumah tidak jelas" },
			{ .id = 91, .number = "2026-000091", .kind = "correction", .note = "nama beda di Dukcapil" },
		};
		struct rp_desk_show rp = { .office = "Dinas Sosial Kabupaten Contoh", .window = "Masa usul Juni 2026 dibuka sampai 11 Juni, 3 hari lagi.", .window_open = true,
			.own_open = 38, .reserve = 4, .unsent = 4, .today = "2026-06-09", .areas = { areas, 2 }, .attention = { attention, 1 } };

		rp.grants.v = grants(f->role[0] != 0 ? f->role : "operator", &rp.grants.n);
		if (f->kept) {
			drafts[0] = (struct w_draft_line){ .id = 1, .kind = f->kept_kind, .title = "Siti Nur Aisyah", .saved_at = NOW - 600000, .section = "Rumah" };
			rp.drafts.v = drafts;
			rp.drafts.n = 1;
		}
		if (f->role[0] == 0 || strcmp(f->role, "operator") == 0) {
			rp.returned.v = returned;
			rp.returned.n = 2;
			rp.returned_count = 2;
		} else {
			rp.queues.v = queues;
			rp.queues.n = strcmp(f->role, "supervisor") == 0 ? 2 : 1;
		}
		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_form_get: {
		const struct rq_form_get *q = r->rq;
		const char *name = q->name != NULL && q->name[0] != 0 ? q->name : f->form_name;
		struct rp_form_get rp = { .name = name, .version = 1 };
		size_t n;

		rp.body = file_text(f, "questionnaire", name, "form", &n);
		if (rp.body == NULL)
			rp.body = file_text(f, "dossier", name, "form", &n);
		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_list_get: {
		const struct rq_list_get *q = r->rq;
		struct rp_list_get rp = { .name = q->name };
		size_t n;

		rp.body = file_text(f, "list", q->name, "list", &n);
		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_area_list: {
		static struct w_area found[] = { { 31, "99.01.01.2001", "Sukamaju", 4, 3 }, { 32, "99.01.01.2002", "Karangrejo", 4, 3 }, { 33, "99.01.02.2001", "Sumberejo", 4, 4 } };
		struct rp_area_list rp = { .rows = { found, 3 } };

		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_person_find: {
		const struct rq_person_find *q = r->rq;
		static struct w_person_hit hits[] = {
			{ .person = 1, .household = 50, .name = "Siti Nur Aisyah", .nik = "9901015207800004", .birth_on = "1980-07-12", .mother = "Sumiati", .village = "Sukamaju", .head = "Siti Nur Aisyah", .state = "active" },
			{ .person = 2, .household = 52, .name = "Siti Aisah", .nik = "9901015501910002", .birth_on = "1991-01-15", .mother = "Painem", .village = "Karangrejo", .head = "Slamet", .state = "active" },
			{ .dossier = 117, .dossier_number = "2026-000117", .name = "Siti Nuraisyah", .nik = "99010152078000", .birth_on = "1980-07-12", .village = "Sukamaju", .state = "dossier" },
		};
		struct rp_person_find rp = { .rows = { hits, strcmp(q->text, "tidak ada") == 0 ? 0 : 3 } };

		rp.total = rp.rows.n;
		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_household_show: {
		static struct w_answer a[] = { { 101, 0, "Jl. Melati 7" }, { 102, 0, "3" }, { 103, 0, "1" }, { 104, 0, "Krajan" }, { 201, 0, "1" }, { 205, 0, "6" }, { 307, 0, "1" },
			{ 401, 1, "Siti Nur Aisyah" }, { 402, 1, "9901015207800004" }, { 411, 1, "1980-07-12" }, { 404, 1, "1" },
			{ 401, 2, "Budi Santosa" }, { 402, 2, "9901010305780001" }, { 411, 2, "1978-05-03" }, { 404, 2, "2" } };
		static struct w_filling_row rows[] = { { 400, 1, 1, 0 }, { 400, 2, 2, 0 } };
		static struct w_card_line cards[] = { { 1, "9901011206260003", "2026-06-12", NULL, NULL, "Siti Nur Aisyah" }, { 2, "9901010101100001", "2010-01-01", "2026-06-12", "meninggal", "Pardi" } };
		static struct w_change_line history[] = {
			{ 12, NOW - 400 * DAY, "new", "2025-000031", "Sari", NULL, NULL, 31 }, { 40, NOW - 30 * DAY, "head_died", "2026-000066", "Bambang Wijaya", NULL, "akta kematian 12/2026", 66 },
		};
		static struct w_dossier_line open[] = { { .id = 98, .number = "2026-000098", .kind = "correction", .state = "submitted" } };
		struct rp_household_show rp = { .household = 50, .area = areas[0], .state = "active", .form = "bdt2015", .form_version = 1, .answers = { a, 15 }, .rows = { rows, 2 }, .cards = { cards, 2 },
			.history = { history, 2 }, .seq = 812, .open_dossiers = { open, 1 }, .decile = 2, .listing = "active" };

		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_draft_open: {
		const struct rq_draft_open *q = r->rq;
		struct rp_draft_open rp = { .draft = 1, .kind = q->kind, .saved = f->saved, .area = 31, .area_name = "Sukamaju", .field = f->field, .row = f->row, .open_text = f->open_text };
		struct w_answer *a;
		struct w_filling_row *rows;

		if (q->draft != 0)
			rp.kind = f->kept_kind;
		rp.form = rp.kind == NULL || rp.kind[0] == 0 || strcmp(rp.kind, "new") == 0 || strcmp(rp.kind, "correction") == 0 ? "bdt2015" : rp.kind;
		snprintf(f->form_name, sizeof(f->form_name), "%s", rp.form);
		if (q->dossier != 0) {
			static struct w_flag flags[] = { { 205, 0 } };

			rp.dossier_number = "2026-000090";
			rp.flag_reason = "FOTO_TIDAK_JELAS";
			rp.flag_note = "foto rumah tidak jelas, lantai tampak tanah";
			rp.flags.v = flags;
			rp.flags.n = 1;
		}
		snprintf(f->kept_kind, sizeof(f->kept_kind), "%s", rp.kind != NULL ? rp.kind : "new");
		wire_filling_rows(&f->draft, &f->arena, &a, &rp.answers.n, &rows, &rp.rows.n);
		rp.answers.v = a;
		rp.rows.v = rows;
		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_draft_save: {
		const struct rq_draft_save *q = r->rq;
		struct rp_draft_save rp;

		if (q->all_rows) {
			for (size_t i = f->draft.nrow; i-- > 0;) {
				size_t k;

				for (k = 0; k < q->rows.n && (q->rows.v[k].roster != f->draft.row[i].roster || q->rows.v[k].row != f->draft.row[i].row); k++)
					;
				if (k == q->rows.n)
					memmove(&f->draft.row[i], &f->draft.row[i + 1], (--f->draft.nrow - i) * sizeof(f->draft.row[0]));
			}
		}
		for (size_t i = 0; i < q->rows.n; i++)
			filling_row_add(&f->draft, (uint32_t)q->rows.v[i].roster, (uint32_t)q->rows.v[i].row, q->rows.v[i].subject, (uint32_t)q->rows.v[i].of);
		for (size_t i = 0; i < q->answers.n; i++)
			filling_set(&f->draft, (uint32_t)q->answers.v[i].field, (uint32_t)q->answers.v[i].row, q->answers.v[i].value);
		snprintf(f->open_text, sizeof(f->open_text), "%s", q->open_text != NULL ? q->open_text : "");
		f->field = q->field;
		f->row = q->row;
		assert(q->saved == f->saved);
		rp.saved = ++f->saved;
		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_dossier_submit: {
		const struct rq_dossier_submit *q = r->rq;
		struct rp_dossier_submit rp = { .dossier = 123, .number = "2026-000123", .state = "submitted", .next_step = "Menunggu verifikasi di dinas sosial", .until = "2026-06-16" };

		snprintf(f->channel, sizeof(f->channel), "%s", q->channel != NULL ? q->channel : "");
		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_receipt_show: {
		struct rp_receipt_show rp = { .text = "                    DINAS SOSIAL KABUPATEN CONTOH\n                           TANDA TERIMA\n\n"
			"Nomor berkas    2026-000123\nTanggal         9 Juni 2026 08:20\nLangkah berikut Menunggu verifikasi di dinas sosial\nPaling lambat   16 Juni 2026\n",
			.brief = "2026-000123 menunggu verifikasi" };

		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_dossier_list: {
		struct rp_dossier_list rp = { .rows = { lines, 3 }, .total = 38 };

		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_queue_list: {
		static struct w_gate_line gates[] = { { "deliberation", "musyawarah", "M", "", "", "", "" }, { "field_visit", "kunjungan lapangan", "L", "", "", "", "" },
			{ "match", "padanan Dukcapil", "P", "", "", "", "" }, { "documents", "dokumen", "D", "", "", "", "" } };
		struct rp_queue_list rp = { .rows = { lines, 3 }, .total = 312, .gates = { gates, 4 } };

		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_setting_put: {
		const struct rq_setting_put *q = r->rq;
		struct rp_setting_put rp = { 0 };

		snprintf(f->setting, sizeof(f->setting), "%s=%s", q->name, q->value);
		f->settings++;
		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_queue_next: {
		struct rp_queue_next rp = { .dossier = 101, .fence = 4, .until = NOW + 1980000 };

		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_lease_set: {
		const struct rq_lease_set *q = r->rq;
		struct rp_lease_set rp = { .fence = strcmp(q->action, "release") == 0 ? 0 : 9, .until = NOW + 1980000 };

		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_dossier_show: {
		const struct rq_dossier_show *q = r->rq;
		static struct w_difference d[] = {
			{ .field = 404, .row = 2, .subject = "Budi", .label = "nama", .was = "Budi Santoso", .now = "Budi Santoso", .proposed = "Budi Santosa", .civil = "Budi Santosa" },
			{ .field = 0, .row = 2, .subject = "Budi", .label = "tanggal lahir", .was = "05-03-1978", .now = "05-03-1978", .proposed = "03-05-1978", .civil = "03-05-1978" },
			{ .field = 205, .row = 0, .subject = "Rumah", .label = "lantai terluas", .was = "6", .now = "5", .proposed = "9", .conflict = true },
		};
		static struct w_gate_line gates[] = { { "deliberation", "musyawarah", "M", "layak", "2026-06-02", "BA 04/2026", NULL }, { "field_visit", "kunjungan lapangan", "L", "selesai", "2026-06-04", NULL, NULL },
			{ "match", "padanan Dukcapil", "P", NULL, NULL, NULL, NULL } };
		static struct w_arg path[] = { { "draf" }, { "cadangan" }, { "verifikasi" }, { "validasi" }, { "valid" }, { "final" } };
		static struct w_event events[] = { { "verify", "Setuju", false, NULL, NULL, "S" }, { "return", "Kembalikan", true, "alasan_kembali", NULL, "K" }, { "reject", "Tolak", true, "alasan_tolak", NULL, "T" } };
		static struct w_change_line history[] = { { 5, NOW - 5 * DAY, "submit", NULL, "Sari", NULL, NULL, 0 } };
		static struct w_arg args[] = { { "12-07-1980" } };
		static struct w_finding findings[] = { { FIND_nik_birth, SEV_WARN, 0, 2, { args, 1 } } };
		static struct w_answer a[] = { { 205, 0, "9" }, { 101, 0, "Jl. Melati 7" } };
		struct rp_dossier_show rp = { .dossier = q->dossier, .line = lines[1], .area = areas[0], .channel = "LOKET", .form = "bdt2015", .differences = { d, 3 }, .gates = { gates, 3 },
			.history = { history, 1 }, .events = { events, f->role[0] != 0 && strcmp(f->role, "operator") != 0 && strcmp(f->role, "auditor") != 0 ? 3 : 0 }, .findings = { findings, 1 }, .waits_for = "verifikasi di dinas sosial",
			.path = { path, 6 }, .path_at = 3, .lease_until = f->role[0] != 0 ? NOW + 1980000 : 0, .answers = { a, 2 }, .form_sha = { f->sha, 32 } };

		snprintf(f->form_name, sizeof(f->form_name), "bdt2015");
		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_dossier_fire: {
		const struct rq_dossier_fire *q = r->rq;
		struct rp_dossier_fire rp = { .rev = q->rev + 1, .state = strcmp(q->event, "verify") == 0 ? "verified" : strcmp(q->event, "return") == 0 ? "returned" : "rejected" };

		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_dossier_try: {
		const struct rq_dossier_try *q = r->rq;
		static struct w_arg args[] = { { "kunjungan lapangan" } };
		static struct w_finding why[] = { { FIND_gate_closed, SEV_BLOCK, 0, 0, { args, 1 } } };
		struct w_try_line *v = arena_alloc(&f->arena, q->dossiers.n * sizeof(*v));
		struct rp_dossier_try rp = { .rows = { v, q->dossiers.n } };

		for (size_t i = 0; i < q->dossiers.n; i++) {
			v[i] = (struct w_try_line){ .dossier = q->dossiers.v[i].id, .number = lines[i % 3].number, .head = lines[i % 3].head, .ok = i != 1, .rev = 1 };
			if (i == 1) {
				v[i].findings.v = why;
				v[i].findings.n = 1;
			}
		}
		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_period_list: {
		static struct w_period_line p[] = { { "2026-06", "Juni 2026", "2026-06-01", "2026-06-11", "2026-06-20", "open", "usul" } };
		struct rp_period_list rp = { .rows = { p, 1 } };

		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_batch_list: {
		static struct w_batch_line b[] = { { .id = 1, .period = "2026-05", .area_name = "Kabupaten Contoh", .state = "endorsed", .lines = 31, .at = NOW - 20 * DAY, .letter = 3, .letter_no = "460/012/2026" },
			{ .id = 2, .period = "2026-06", .area_name = "Kabupaten Contoh", .state = "final", .lines = 12, .at = NOW - DAY } };
		struct rp_batch_list rp = { .rows = { b, 2 } };

		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_batch_preview: {
		static struct w_notice h[] = { { "4 berkas masih menunggu validasi dan tidak ikut.", 1 }, { "Desa Sumberejo belum mengirim satu berkas pun.", 2 } };
		const struct rq_batch_preview *q = r->rq;
		struct rp_batch_preview rp = { .lines = 12, .open = 4, .hindrances = { h, 2 } };

		f->previewed = q->area;
		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_batch_finalise: {
		struct rp_batch_finalise rp = { .batch = 2, .lines = 12, .seq = 900 };

		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_letter_make: {
		struct rp_letter_make rp = { .letter = 4, .number = "460/013/2026" };

		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_letter_get: {
		static const char text[] = "                       PEMERINTAH KABUPATEN CONTOH\n                             DINAS SOSIAL\n\n                           SURAT PENGESAHAN\n"
			"                         Nomor: 460/012/2026\n\n 1  9901 **** **** 0004  Siti Nur Aisyah                  Sukamaju\n";
		const struct rq_letter_get *q = r->rq;
		struct rp_letter_get rp = { .total = sizeof(text) - 1, .chunk = { (const uint8_t *)text + q->offset, q->offset == 0 ? 100 : sizeof(text) - 1 - q->offset }, .number = "460/012/2026" };

		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_recap_list: {
		static struct w_recap_line v[] = { { 11, "99.01.01", "Contoh Utara", 612, 2311, 12, 4, 31, 9, 40, 7, 2, 310, 3 }, { 12, "99.01.02", "Contoh Selatan", 588, 2199, 3, 0, 8, 2, 11, 4, 0, 280, 3 } };
		struct rp_recap_list rp = { .rows = { v, 2 }, .seq = 812 };

		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_journal_list: {
		static struct w_journal_line v[] = { { 811, NOW - 3600000, "Sari", "household_show", "household_show", NULL, "done", "Siti Nur Aisyah" }, { 812, NOW - 60000, "Bambang Wijaya", "dossier_fire", "verify", "2026-000098", "done", "Budi Santosa" } };
		struct rp_journal_list rp = { .rows = { v, 2 }, .total = 2 };

		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_account_list: {
		static struct w_grant g[] = { { 1, "operator", 31, "Desa Sukamaju", "2026-01-01", NULL }, { 2, "verifier", 1, "Kabupaten Contoh", "2026-01-01", "2026-12-31" } };
		static struct w_account_line v[] = { { .id = 7, .name = "sari", .full_name = "Sari Dewanti", .state = "active", .grants = { g, 2 }, .last_login_at = NOW - DAY, .office = "Desa Sukamaju" },
			{ .id = 8, .name = "bambang", .full_name = "Bambang Wijaya", .state = "disabled", .office = "Dinas Sosial" } };
		struct rp_account_list rp = { .rows = { v, 2 } };

		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_account_put: {
		struct rp_account_put rp = { .account = 9, .code = "K7QM-2XPD" };

		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_account_reset: {
		struct rp_account_reset rp = { .code = "H4TR-9WLA" };

		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	case OP_password_check: {
		const struct rq_password_check *q = r->rq;
		struct rp_password_check rp = { .ok = strcmp(q->secret, "benar") == 0 };

		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	default: {
		union { max_align_t a; char bytes[2048]; } rp;

		memset(&rp, 0, sizeof(rp));
		wire_put_done(out, r->id, r->op, &rp);
		return;
	}
	}
}

void fake_pump(struct fake_store *f, struct app *app, bool held)
{
	for (int turn = 0; turn < 400; turn++) {
		struct buf *out = call_output(app_call(app));
		const uint8_t *body;
		size_t n;

		if (!held && f->held.len > 0) {
			struct buf now = f->held;

			buf_init(&f->held, 0);
			call_input(app_call(app), now.data, now.len);
			buf_clear(&now);
			continue;
		}
		if (out->len == 0)
			return;
		frame_put(&f->in, out->data, out->len);
		buf_drop(out, out->len);
		while (frame_next(&f->in, &body, &n) == 1) {
			struct wire_request r;
			struct buf reply;

			arena_reset(&f->arena);
			assert(wire_get_request(body, n, &f->arena, &r) == 0);
			f->count[r.op]++;
			buf_init(&reply, 0);
			if (f->refuse == r.op && r.op != 0) {
				struct finding_list list;

				finding_list_init(&list);
				finding_add(&list, f->code, 0, 0, f->arg, NULL);
				wire_put_refused(&reply, r.id, &list);
				finding_list_clear(&list);
				f->refuse = 0;
			} else {
				answer(f, &reply, &r);
			}
			buf_put(&f->held, reply.data, reply.len);
			buf_clear(&reply);
		}
	}
}

void fake_event(struct fake_store *f, struct app *app, enum wire_event event, int64_t object, const char *text)
{
	struct buf b;

	(void)f;
	buf_init(&b, 0);
	wire_put_event(&b, event, object, text);
	call_input(app_call(app), b.data, b.len);
	buf_clear(&b);
}

void fake_role(struct fake_store *f, const char *role)
{
	snprintf(f->role, sizeof(f->role), "%s", role);
}

void fake_row(struct fake_store *f, uint32_t roster, uint32_t row, int64_t subject)
{
	filling_row_add(&f->draft, roster, row, subject, 0);
}

void fake_value(struct fake_store *f, uint32_t field, uint32_t row, const char *value)
{
	filling_set(&f->draft, field, row, value);
}
