/* balai-demo.c - plays the people of the demo office over the store's socket, as any client would; nothing is put into the
 * database behind the store's back.
 *
 * balai-demo -s SOCKET -d DIR -f FORMS accounts CODE    makes the accounts, each sets its own password; writes DIR/ACCOUNTS
 * balai-demo -s SOCKET -d DIR -f FORMS play             a working week: dossiers of every kind and in every state
 * balai-demo -s SOCKET -d DIR bench N                   N operators bench1..benchN with one password, for measurements
 * Synthetic people only: the NIK it makes up begin with 99. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "call.h"
#include "clock.h"
#include "date.h"
#include "err.h"
#include "form.h"
#include "log.h"
#include "random.h"
#include "text.h"

struct demo {
	const char *socket, *dir, *forms;
	struct form *bdt;
	int32_t serial;             /* of made-up NIK */
};

struct person { const char *account, *full_name, *role, *area; };
static const struct person person_table[] = {
	{ "sari",  "Sari Wulandari",    "operator",    "99.01.01.2001" },
	{ "joko",  "Joko Prasetyo",     "operator",    "99.01.01.2002" },
	{ "ratna", "Ratna Dewi",        "verifier",    "99.01" },
	{ "hendra", "Hendra Gunawan",   "supervisor",  "99.01" },
	{ "dewi",  "Dewi Kartikasari",  "office_head", "99.01" },
	{ "agus",  "Agus Salim Nasution", "auditor",   "99.01" },
};
#define PEOPLE (sizeof person_table / sizeof person_table[0])

static _Noreturn void give_up(const char *what, const struct finding_list *f)
{
	struct buf text;

	buf_init(&text, 0);
	for (size_t i = 0; f != NULL && i < f->n; i++) {
		buf_printf(&text, " [%u field %u row %u] ", f->v[i].code, f->v[i].field, f->v[i].row);
		finding_text(&f->v[i], &text);
	}
	fprintf(stderr, "balai-demo: %s:%s\n", what, buf_str(&text));
	exit(1);
}

/* One request that has to work. The reply is valid until the next one on the same line. */
static void *ask(struct call_line *line, enum op op, const void *rq)
{
	struct finding_list f;
	void *rp = NULL;
	int r;

	finding_list_init(&f);
	r = call_ask(line, op, rq, &rp, &f);
	if (r != 1)
		give_up(r == 0 ? op_info(op)->name : err_name(r), &f);
	finding_list_clear(&f);
	return rp;
}

static void make_key(uint8_t key[16])
{
	random_uuid7(key);
}

static struct call_line *login(const struct demo *demo, const char *account, const char *password)
{
	struct call_line *line = calloc(1, sizeof *line);
	struct rq_hello hello = { .version = WIRE_VERSION, .program = "balai-demo", .peer = "demo" };
	struct rq_login_begin begin = { .account = account };
	struct rq_login_answer answer = { .secret = password };
	int r;

	if (line == NULL || (r = call_connect(line, demo->socket)) != 0)
		give_up("the store cannot be reached", NULL);
	ask(line, OP_hello, &hello);
	ask(line, OP_login_begin, &begin);
	ask(line, OP_login_answer, &answer);
	return line;
}

/* Logged out, not just gone: a session that only broke would greet the first clerk with "open elsewhere". */
static void leave(struct call_line *line)
{
	ask(line, OP_logout, NULL);
	call_close(line);
	free(line);
}

/* --- accounts ---------------------------------------------------------------------------------------------------- */

static void make_password(char *out, size_t size)
{
	static const char *const word[] = { "padi", "kelapa", "sungai", "gunung", "melati", "pasar", "perahu", "sawah", "bambu",
		"kopi", "jagung", "lumbung", "tikar", "gamelan", "rotan", "cengkih" };

	snprintf(out, size, "%s-%s-%s-%02u", word[random_below(16)], word[random_below(16)], word[random_below(16)], random_below(100));
}

static void choose_password(const struct demo *demo, const char *account, const char *code, const char *password)
{
	struct call_line *line = login(demo, account, code);
	struct rq_password_change rq = { .old = code, .new = password };

	make_key(rq.key);
	ask(line, OP_password_change, &rq);
	leave(line);
}

static int64_t area_id(struct call_line *line, const char *code)
{
	struct rq_area_list rq = { .text = code, .limit = 20 };
	struct rp_area_list *rp = ask(line, OP_area_list, &rq);

	for (size_t i = 0; i < rp->rows.n; i++)
		if (text_equal(rp->rows.v[i].code, code))
			return rp->rows.v[i].id;
	fprintf(stderr, "balai-demo: no area %s\n", code);
	exit(1);
}

static void add_account(const struct demo *demo, struct call_line *admin, const char *account, const char *full_name,
                        const char *role, const char *area, const char *password)
{
	struct rq_account_put put = { .name = account, .full_name = full_name };
	struct rq_grant_put grant = { .role = role };
	struct rp_account_put *made;
	char code[32];

	make_key(put.key);
	made = ask(admin, OP_account_put, &put);
	grant.account = made->account;
	snprintf(code, sizeof code, "%s", made->code);
	grant.area = area_id(admin, area);
	make_key(grant.key);
	ask(admin, OP_grant_put, &grant);
	choose_password(demo, account, code, password);
}

static FILE *open_accounts(const struct demo *demo, char *path, size_t size)
{
	int fd;

	snprintf(path, size, "%s/ACCOUNTS", demo->dir);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0) {
		fprintf(stderr, "balai-demo: %s: %s\n", path, strerror(errno));
		exit(1);
	}
	return fdopen(fd, "a");
}

static void step_admin(const struct demo *demo, const char *code)
{
	char path[512], password[64];
	FILE *file = open_accounts(demo, path, sizeof path);

	make_password(password, sizeof password);
	choose_password(demo, "admin", code, password);
	fprintf(file, "# account  password  role  area\nadmin  %s  admin  99.01\n", password);
	if (fclose(file) != 0)
		exit(1);
}

/* The password that ACCOUNTS holds for an account; borrowed until the next call. */
static const char *password_of(const struct demo *demo, const char *account)
{
	static char line[256], password[64];
	char path[512], name[64];
	FILE *file;
	bool found = false;

	snprintf(path, sizeof path, "%s/ACCOUNTS", demo->dir);
	file = fopen(path, "re");
	while (file != NULL && !found && fgets(line, sizeof line, file) != NULL)
		found = sscanf(line, "%63s %63s", name, password) == 2 && strcmp(name, account) == 0;
	if (file != NULL)
		fclose(file);
	if (!found) {
		fprintf(stderr, "balai-demo: no password for %s in %s\n", account, path);
		exit(1);
	}
	return password;
}

static void step_accounts(const struct demo *demo)
{
	struct call_line *admin = login(demo, "admin", password_of(demo, "admin"));
	char path[512], password[64];
	FILE *file = open_accounts(demo, path, sizeof path);

	for (size_t i = 0; i < PEOPLE; i++) {
		const struct person *p = &person_table[i];

		make_password(password, sizeof password);
		add_account(demo, admin, p->account, p->full_name, p->role, p->area, password);
		fprintf(file, "%s  %s  %s  %s\n", p->account, password, p->role, p->area);
	}
	if (fclose(file) != 0)
		exit(1);
	leave(admin);
}

static void step_bench(const struct demo *demo, int n)
{
	struct call_line *admin = login(demo, "admin", password_of(demo, "admin"));

	for (int i = 1; i <= n; i++) {
		char name[32];

		snprintf(name, sizeof name, "bench%d", i);
		add_account(demo, admin, name, name, "operator", "99.01.01.2001", "ukur-ukur-cepat-99");
	}
	leave(admin);
}

/* --- periods: the demo's lie around today ---------------------------------------------------------------------------- */

static void step_periods(const struct demo *demo)
{
	int32_t today = clock_day(clock_now_ms(), 7 * 60);
	char path[512], opens[11], closes[11], finalise[11];
	FILE *file;

	snprintf(path, sizeof path, "%s/period/demo.period", demo->dir);
	file = fopen(path, "we");
	date_to_iso(today - 6, opens);
	date_to_iso(today + 5, closes);
	date_to_iso(today + 12, finalise);
	if (file == NULL || fprintf(file, "period usulan-%.7s {\n\ttitle \"%s %.4s\"\n\tproduct usulan\n\tarea 99.01\n"
	                                  "\topens-on %s\n\tcloses-on %s\n\tfinalise-by %s\n}\n",
	                            opens, date_month_name(atoi(opens + 5)), opens, opens, closes, finalise) < 0 ||
	    fclose(file) != 0) {
		fprintf(stderr, "balai-demo: %s: %s\n", path, strerror(errno));
		exit(1);
	}
}

/* --- dossiers ---------------------------------------------------------------------------------------------------- */

static const struct field *bdt_field(const struct demo *demo, const char *store)
{
	const struct field *f = form_field_stored(demo->bdt, store);

	if (f == NULL) {
		fprintf(stderr, "balai-demo: the questionnaire stores no %s\n", store);
		exit(1);
	}
	return f;
}

struct draft { int64_t id; uint64_t saved; };

static struct draft open_draft(struct call_line *desk, const char *kind, int64_t household, int64_t area)
{
	struct rq_draft_open rq = { .kind = kind, .household = household, .area = area };
	struct rp_draft_open *rp;

	make_key(rq.key);
	rp = ask(desk, OP_draft_open, &rq);
	return (struct draft){ rp->draft, rp->saved };
}

static void save(struct call_line *desk, struct draft *draft, struct w_answer *answer, size_t nanswer, struct w_filling_row *row, size_t nrow)
{
	struct rq_draft_save rq = { .draft = draft->id, .saved = draft->saved };
	struct rp_draft_save *rp;

	rq.answers.v = answer;
	rq.answers.n = nanswer;
	rq.rows.v = row;
	rq.rows.n = nrow;
	rq.all_rows = nrow > 0;
	rp = ask(desk, OP_draft_save, &rq);
	draft->saved = rp->saved;
}

static int64_t submit(struct call_line *desk, const struct draft *draft)
{
	struct rq_dossier_submit rq = { .draft = draft->id, .saved = draft->saved, .channel = "RT_RW" };
	struct rp_dossier_submit *rp;

	make_key(rq.key);
	rp = ask(desk, OP_dossier_submit, &rq);
	return rp->dossier;
}

/* A family of the village with other names, cards and numbers: a new household that looks like its neighbours. */
static int64_t new_household(struct demo *demo, struct call_line *desk, int64_t like, int64_t area, bool send)
{
	struct rq_household_show show = { .household = like };
	struct rp_household_show *rp = ask(desk, OP_household_show, &show);
	uint32_t nik = bdt_field(demo, "person.nik")->number, card = bdt_field(demo, "family_card.no")->number;
	uint32_t name = bdt_field(demo, "person.name")->number, birth = bdt_field(demo, "person.birth_on")->number;
	uint32_t sex = bdt_field(demo, "person.sex")->number;
	struct arena keep;
	struct w_answer *answer;
	struct w_filling_row *row;
	size_t n = rp->answers.n, nrow = rp->rows.n;
	struct draft draft;

	arena_init(&keep, 0);
	answer = arena_alloc(&keep, (n + 1) * sizeof *answer);
	row = arena_alloc(&keep, (nrow + 1) * sizeof *row);
	demo->serial++;
	for (size_t i = 0; i < nrow; i++) {
		row[i] = rp->rows.v[i];
		row[i].subject = 0;
	}
	for (size_t i = 0; i < n; i++) {
		const struct w_answer *a = &rp->answers.v[i];
		const char *born = "1980-01-02", *female = "1";

		answer[i] = *a;
		answer[i].value = arena_strdup(&keep, a->value);
		for (size_t k = 0; k < n; k++) {
			if (rp->answers.v[k].row == a->row && rp->answers.v[k].field == birth)
				born = rp->answers.v[k].value;
			if (rp->answers.v[k].row == a->row && rp->answers.v[k].field == sex)
				female = rp->answers.v[k].value;
		}
		if (a->field == nik)
			answer[i].value = arena_printf(&keep, "990101%02d%.2s%.2s%02d%02u", atoi(born + 8) + (*female == '2' ? 40 : 0), born + 5,
			                               born + 2, (int)(70 + demo->serial % 30), (unsigned)(a->row % 100));
		else if (a->field == card)
			answer[i].value = arena_printf(&keep, "990101150324%04d", 7000 + demo->serial);
		else if (a->field == name)
			answer[i].value = arena_printf(&keep, "%s %c", a->value, 'A' + demo->serial % 26);
	}
	draft = open_draft(desk, "new", 0, area);
	save(desk, &draft, answer, n, row, nrow);
	arena_clear(&keep);
	return send ? submit(desk, &draft) : draft.id;
}

static int64_t correction(struct demo *demo, struct call_line *desk, int64_t household, const char *address)
{
	struct draft draft = open_draft(desk, "correction", household, 0);
	struct w_answer a = { .field = bdt_field(demo, "household.address")->number, .value = address };

	save(desk, &draft, &a, 1, NULL, 0);
	return submit(desk, &draft);
}

static void gate(struct call_line *desk, int64_t dossier, const char *name, const char *state, const char *today, const char *ref)
{
	struct rq_gate_record rq = { .dossier = dossier, .gate = name, .state = state, .on_date = today, .ref = ref };

	make_key(rq.key);
	ask(desk, OP_gate_record, &rq);
}

static void fire(struct call_line *desk, const char *queue, int64_t dossier, const char *event, const char *reason, const char *note)
{
	struct rq_lease_set lease = { .dossier = dossier, .queue = queue, .action = "claim" };
	struct rq_dossier_show show = { .dossier = dossier };
	struct rq_dossier_fire rq = { .dossier = dossier, .event = event, .reason = reason, .note = note };

	if (queue != NULL) {
		make_key(lease.key);
		rq.fence = ((struct rp_lease_set *)ask(desk, OP_lease_set, &lease))->fence;
	}
	rq.rev = ((struct rp_dossier_show *)ask(desk, OP_dossier_show, &show))->line.rev;
	make_key(rq.key);
	ask(desk, OP_dossier_fire, &rq);
}

static size_t households_of(struct call_line *desk, const char *text, int64_t *id, size_t max)
{
	struct rq_person_find rq = { .text = text, .limit = 50 };
	struct rp_person_find *rp = ask(desk, OP_person_find, &rq);
	size_t n = 0;

	for (size_t i = 0; i < rp->rows.n && n < max; i++) {
		bool seen = rp->rows.v[i].household == 0;

		for (size_t k = 0; k < n; k++)
			seen = seen || id[k] == rp->rows.v[i].household;
		if (!seen)
			id[n++] = rp->rows.v[i].household;
	}
	return n;
}

static void play(struct demo *demo)
{
	static const char *const common[] = { "Siti", "Ahmad", "Muhammad", "Sri", "Nur", "Dewi", "Budi", "Wayan", "Maria", "Yohanes" };
	struct call_line *sari = login(demo, "sari", password_of(demo, "sari"));
	struct call_line *ratna = login(demo, "ratna", password_of(demo, "ratna"));
	struct call_line *hendra = login(demo, "hendra", password_of(demo, "hendra"));
	int64_t home[60], area = area_id(sari, "99.01.01.2001"), made;
	struct rp_desk_show *desk = ask(sari, OP_desk_show, &(struct rq_desk_show){ 0 });
	char today[11];
	size_t n = 0;

	snprintf(today, sizeof today, "%s", desk->today);
	for (size_t i = 0; i < sizeof common / sizeof common[0] && n < 24; i++)
		n += households_of(sari, common[i], home + n, 60 - n);
	if (n < 16) {
		fprintf(stderr, "balai-demo: only %zu households found in the village\n", n);
		exit(1);
	}
	/* Waiting for verification, then for validation, returned, rejected, withdrawn, applied; and a draft that was left. */
	for (int i = 0; i < 4; i++) {
		made = new_household(demo, sari, home[i], area, true);
		gate(sari, made, "documents", "lengkap", today, NULL);
		if (i == 0)
			gate(sari, made, "deliberation", "layak", today, "BA 04/2026");
	}
	for (int i = 4; i < 8; i++) {
		made = new_household(demo, sari, home[i], area, true);
		gate(sari, made, "documents", "lengkap", today, NULL);
		gate(sari, made, "deliberation", i == 7 ? "ditunda" : "layak", today, "BA 04/2026");
		gate(sari, made, "field_visit", "selesai", today, NULL);
		fire(ratna, "verification", made, "verify", NULL, NULL);
		if (i == 4)
			fire(hendra, "validation", made, "validate", NULL, NULL);
	}
	made = correction(demo, sari, home[8], "Jl. Kenanga 12");
	fire(ratna, "verification", made, "return", "FOTO_TIDAK_JELAS", "Foto rumah tidak jelas, ambil ulang siang hari.");
	made = correction(demo, sari, home[9], "Jl. Mawar 3");
	fire(ratna, "verification", made, "reject", "GANDA", "Sudah diajukan lewat berkas lain.");
	made = correction(demo, sari, home[10], "Jl. Anggrek 8");
	fire(sari, NULL, made, "withdraw", "SALAH_KETIK", NULL);
	made = correction(demo, sari, home[11], "Jl. Dahlia 21");
	gate(sari, made, "documents", "lengkap", today, NULL);
	fire(ratna, "verification", made, "verify", NULL, NULL);
	fire(hendra, "validation", made, "validate", NULL, NULL);
	new_household(demo, sari, home[12], area, false);
	leave(sari);
	leave(ratna);
	leave(hendra);
}

int main(int argc, char **argv)
{
	struct demo demo = { 0 };
	const char *step;
	int opt;

	setlocale(LC_ALL, "C.UTF-8");
	log_init("balai-demo", -1);
	while ((opt = getopt(argc, argv, "s:d:f:")) != -1) {
		switch (opt) {
		case 's': demo.socket = optarg; break;
		case 'd': demo.dir = optarg; break;
		case 'f': demo.forms = optarg; break;
		default: return 2;
		}
	}
	step = optind < argc ? argv[optind] : "";
	if (demo.socket == NULL || demo.dir == NULL)
		return 2;
	if (strcmp(step, "admin") == 0 && optind + 1 < argc) {
		step_admin(&demo, argv[optind + 1]);
	} else if (strcmp(step, "accounts") == 0) {
		step_accounts(&demo);
	} else if (strcmp(step, "periods") == 0) {
		step_periods(&demo);
	} else if (strcmp(step, "bench") == 0 && optind + 1 < argc) {
		step_bench(&demo, atoi(argv[optind + 1]));
	} else if (strcmp(step, "play") == 0 && demo.forms != NULL) {
		struct form_dir *dir;
		struct form_source source;
		struct form_error err;
		char path[512], *text;
		FILE *file;
		size_t n;

		snprintf(path, sizeof path, "%s/questionnaire/bdt2015.form", demo.forms);
		file = fopen(path, "re");
		text = malloc(400000);
		if (file == NULL || text == NULL || form_dir_open(demo.forms, &dir) != 0)
			give_up("the forms cannot be read", NULL);
		n = fread(text, 1, 400000, file);
		fclose(file);
		source = form_dir_source(dir);
		if (form_read("bdt2015", text, n, &source, &demo.bdt, &err, NULL) != 0) {
			fprintf(stderr, "balai-demo: %s line %d: %s\n", path, err.line, err.text);
			return 1;
		}
		play(&demo);
		form_free(demo.bdt);
		form_dir_close(dir);
		free(text);
	} else {
		return 2;
	}
	return 0;
}
