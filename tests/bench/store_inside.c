/* store_inside.c - what happens inside the store, without sockets: look-ups against the bare statements, and the disk that persons take.
 *
 * store_inside look PERSONS     a register of so many persons, made by the register's own code; then a person is found by NIK, and the
 *                               next of a queue is claimed, 2000 times each in interleaved rounds. Without leaf and commit. Against:
 *                               the very statements that the operation ran (as the engine traced them), prepared beforehand, on a bare
 *                               connection to the same file.
 * store_inside disk HOUSEHOLDS  households of 4 go the whole way from draft to register; every person is found once by NIK; every
 *                               household has one correction, the whole way too. The pages in use, per person, and where they are.
 * Prints NAME VALUE. Uses the fixture of the store's tests: a step that is refused ends the program. */
#include "config.h"
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include "db_priv.h"
#include "dossier_world.h"
#include "ops_dispatch.h"

#define LOOKS 2000
#define TRACED 200
#define STATEMENTS_EACH 64

static struct office o;

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static double median_us(int64_t *v, size_t n)
{
	qsort(v, n, sizeof *v, by_value);
	return (double)v[n / 2] / 1000;
}

static void must(int r, const char *what)
{
	if (r == 0)
		return;
	fprintf(stderr, "store_inside: %s: %d", what, r);
	for (size_t i = 0; i < o.w.f.findings.n; i++)
		fprintf(stderr, " [%u field %u row %u]", o.w.f.findings.v[i].code, o.w.f.findings.v[i].field, o.w.f.findings.v[i].row);
	fputc('\n', stderr);
	exit(1);
}

static void sql(const char *text)
{
	if (sqlite3_exec(o.w.f.db->h, text, NULL, NULL, NULL) != SQLITE_OK) {
		fprintf(stderr, "store_inside: %s: %s\n", text, sqlite3_errmsg(o.w.f.db->h));
		exit(1);
	}
}

static const char *const born[4] = { "1978-05-03", "1980-07-12", "2009-11-21", "2015-02-01" };
static const int sex[4] = { 1, 2, 1, 2 };

static void family(struct filling *f, unsigned n)
{
	static const char *const men[] = { "Budi", "Agus", "Slamet", "Joko", "Ahmad", "Wayan", "Yohanes", "Hasan", "Sutrisno", "Made" };
	static const char *const women[] = { "Siti", "Sri", "Nur", "Dewi", "Maria", "Ketut", "Rina", "Wahyuni", "Aminah", "Lestari" };
	static const char *const last[] = { "Santoso", "Wibowo", "Aisyah", "Hidayat", "Saputra", "Rahmawati", "Siregar", "Nasution", "Kurniawan", "Setiawan", "Utami" };
	static const char *const relation[4] = { "1", "2", "3", "3" };
	struct world_person p[4];
	char name[4][60], card[17];

	for (unsigned i = 0; i < 4; i++) {
		const char *const *first = sex[i] == 1 ? men : women;

		snprintf(name[i], sizeof name[i], "%s %s %s", first[(n * 7 + i * 3) % 10], first[(n / 10 + i) % 10], last[(n / 100 + n + i) % 11]);
		p[i] = (struct world_person){ name[i], sex[i], born[i], relation[i], "1", relation[i] };
	}
	filling_init(f);
	world_card(card, n);
	world_household(&o.w, f, n, card, p, 4);
}

/* From an empty draft into the verification queue. */
static int64_t sent(unsigned n)
{
	struct filling f;
	int64_t draft = office_draft(&o, o.sari, "new", 0, o.w.village[0], NULL), dossier;
	uint64_t saved = (uint64_t)office_int(&o, "SELECT saved FROM draft WHERE id = %" PRId64, draft);

	family(&f, n);
	saved = office_save(&o, o.sari, draft, saved, &f);
	filling_clear(&f);
	dossier = office_submit(&o, o.sari, draft, saved, NULL);
	return dossier;
}

static void decided(int64_t dossier)
{
	must(office_fire(&o, o.ratna, dossier, 0, "verify", NULL), "verify");
	must(office_fire(&o, o.hendra, dossier, 0, "validate", NULL), "validate");
}

static int64_t registered(unsigned n)
{
	int64_t dossier = sent(n);

	must(office_gate(&o, o.ratna, dossier, "documents", "lengkap"), "documents");
	must(office_gate(&o, o.hendra, dossier, "deliberation", "layak"), "deliberation");
	must(office_gate(&o, o.ratna, dossier, "field_visit", "selesai"), "field visit");
	decided(dossier);
	return office_int(&o, "SELECT result_household FROM dossier WHERE id = %" PRId64, dossier);
}

static void find(const char *nik)
{
	struct rq_person_find rq = { .text = nik, .limit = 20 };
	struct rp_person_find rp;

	must(office_run(&o, o.sari, OP_person_find, &rq, &rp), "person_find");
	if (rp.rows.n != 1) {
		fprintf(stderr, "store_inside: %s found %zu times\n", nik, rp.rows.n);
		exit(1);
	}
}

/* --- the statements of one operation ----------------------------------------------------------------------------------- */

struct traced { char *sql[STATEMENTS_EACH]; sqlite3_stmt *st[STATEMENTS_EACH]; int n; };

static int on_statement(unsigned what, void *arg, void *st, void *text)
{
	struct traced *t = arg;

	(void)what;
	/* triggers are traced as comments */
	if (t->n < STATEMENTS_EACH && strncmp(text, "--", 2) != 0 && strcmp(text, "ROLLBACK") != 0 && strncmp(text, "BEGIN", 5) != 0 && (t->sql[t->n] = sqlite3_expanded_sql(st)) != NULL)
		t->n++;
	return 0;
}

static void prepare(struct traced *t, sqlite3 *bare)
{
	int kept = 0;

	for (int i = 0; i < t->n; i++) {
		if (sqlite3_prepare_v3(bare, t->sql[i], -1, SQLITE_PREPARE_PERSISTENT, &t->st[kept], NULL) != SQLITE_OK) {
			fprintf(stderr, "store_inside: %s: %s\n", t->sql[i], sqlite3_errmsg(bare));
			exit(1);
		}
		kept++;
	}
	t->n = kept;
}

static void step_all(struct traced *t)
{
	for (int i = 0; i < t->n; i++) {
		while (sqlite3_step(t->st[i]) == SQLITE_ROW)
			for (int k = sqlite3_column_count(t->st[i]); k-- > 0;)
				sqlite3_column_text(t->st[i], k);
		sqlite3_reset(t->st[i]);
	}
}

static sqlite3 *bare_open(int flags)
{
	sqlite3 *bare;

	if (sqlite3_open_v2(o.w.f.path, &bare, flags, NULL) != SQLITE_OK)
		exit(1);
	sqlite3_exec(bare, "pragma cache_size = -16000", NULL, NULL, NULL);
	return bare;
}

static int look(const char *nik)
{
	struct store_fixture *f = &o.w.f;
	struct rq_person_find rq = { .text = nik, .limit = 20 };
	struct rp_person_find rp = { 0 };
	struct op_ctx cx = { .db = f->db, .arena = &f->arena, .findings = &f->findings, .now_ms = FIXTURE_NOW, .op = op_info(OP_person_find),
		.zone_minutes = f->store->zone_minutes, .store = f->store, .binding = 1, .today = 20616 };

	arena_reset(&f->arena);
	if (db_begin_read(f->db) != 0 || act_look(&cx, f->cache, o.sari, store_epoch(f->store), &rq, &rp) != 0 || db_rollback(f->db) != 0)
		return -1;
	return rp.rows.n == 1 ? 0 : -1;
}

static void measure_look(unsigned households)
{
	static struct traced traced[TRACED];
	static char nik[TRACED][17];
	static int64_t inside[LOOKS], outside[LOOKS];
	sqlite3 *bare = bare_open(SQLITE_OPEN_READONLY);
	unsigned in_village = households / WORLD_VILLAGES;
	double in, out;

	for (unsigned i = 0; i < TRACED; i++) {
		unsigned household = (i * 7919 % in_village) * WORLD_VILLAGES + WORLD_VILLAGES, person = i % 4;

		world_nik(nik[i], sex[person], born[person], household * 10 + person + 1);
		must(look(nik[i]), "look");
		sqlite3_trace_v2(o.w.f.db->h, SQLITE_TRACE_STMT, on_statement, &traced[i]);
		must(look(nik[i]), "look");
		sqlite3_trace_v2(o.w.f.db->h, 0, NULL, NULL);
		prepare(&traced[i], bare);
		step_all(&traced[i]);
	}
	for (unsigned i = 0; i < LOOKS; i++) {
		int64_t t = now_ns();

		must(look(nik[i % TRACED]), "look");
		inside[i] = now_ns() - t;
		t = now_ns();
		sqlite3_exec(bare, "begin", NULL, NULL, NULL);
		step_all(&traced[i % TRACED]);
		sqlite3_exec(bare, "rollback", NULL, NULL, NULL);
		outside[i] = now_ns() - t;
	}
	in = median_us(inside, LOOKS);
	out = median_us(outside, LOOKS);
	printf("find_us %.2f\nfind_bare_us %.2f\nfind_statements %d\n", in, out, traced[0].n);
	sqlite3_close_v2(bare);
}

/* The operation between savepoint and rollback: the same for the bare engine, on the very connection's rows again and again. */
static void measure_next(unsigned waiting)
{
	static int64_t inside[LOOKS], outside[LOOKS];
	struct traced traced = { .n = 0 };
	struct store_fixture *f = &o.w.f;
	sqlite3 *bare;
	struct rq_queue_next rq = { .queue = "verification" };
	unsigned rounds = LOOKS;
	double in, out;

	for (unsigned i = 0; i < waiting; i++)
		sent(900000 + i);
	for (unsigned i = 0; i <= rounds; i++) {
		struct rp_queue_next rp = { 0 };
		struct op_ctx *cx;
		int64_t t;

		arena_reset(&f->arena);
		cx = store_fixture_begin(f, o.ratna, OP_queue_next);
		if (i == rounds)
			sqlite3_trace_v2(f->db->h, SQLITE_TRACE_STMT, on_statement, &traced);
		t = now_ns();
		must(op_queue_next(cx, &rq, &rp), "queue_next");
		t = now_ns() - t;
		if (i < rounds)
			inside[i] = t;
		sqlite3_trace_v2(f->db->h, 0, NULL, NULL);
		store_fixture_end(f, cx, false);
	}
	bare = bare_open(SQLITE_OPEN_READWRITE);
	prepare(&traced, bare);
	for (unsigned i = 0; i < rounds; i++) {
		int64_t t;

		sqlite3_exec(bare, "begin immediate", NULL, NULL, NULL);
		t = now_ns();
		step_all(&traced);
		outside[i] = now_ns() - t;
		sqlite3_exec(bare, "rollback", NULL, NULL, NULL);
	}
	in = median_us(inside, rounds);
	out = median_us(outside, rounds);
	printf("next_us %.2f\nnext_bare_us %.2f\nnext_statements %d\n", in, out, traced.n);
	sqlite3_close_v2(bare);
}

static void look_all(unsigned persons)
{
	unsigned households = persons / 4;

	sql("pragma synchronous = off");
	for (unsigned n = 1; n <= households; n++) {
		struct filling f;
		int64_t made;

		family(&f, n);
		must(world_apply(&o.w, "new", 0, 0, o.w.village[n % WORLD_VILLAGES], 0, &f, &made), "new");
		filling_clear(&f);
	}
	printf("persons %" PRId64 "\n", office_int(&o, "SELECT count(*) FROM person"));
	measure_look(households);
	measure_next(300);
}

/* --- disk --------------------------------------------------------------------------------------------------------------- */

static int64_t bytes_used(void)
{
	return (office_int(&o, "SELECT page_count FROM pragma_page_count") - office_int(&o, "SELECT freelist_count FROM pragma_freelist_count")) *
	       office_int(&o, "SELECT page_size FROM pragma_page_size");
}

static void disk_each(const char *what, int64_t *last, unsigned persons)
{
	int64_t now = bytes_used();

	printf("%s %.0f\n", what, (double)(now - *last) / persons);
	*last = now;
}

static void corrected(int64_t household, unsigned n)
{
	struct filling f;
	char address[40];
	int64_t draft, dossier;
	uint64_t saved;

	filling_init(&f);
	draft = office_draft(&o, o.sari, "correction", household, 0, &f);
	saved = (uint64_t)office_int(&o, "SELECT saved FROM draft WHERE id = %" PRId64, draft);
	snprintf(address, sizeof address, "Jalan Mawar %u", n);
	world_set(o.w.q, &f, "address", 0, address);
	saved = office_save(&o, o.sari, draft, saved, &f);
	filling_clear(&f);
	dossier = office_submit(&o, o.sari, draft, saved, NULL);
	must(office_gate(&o, o.ratna, dossier, "documents", "lengkap"), "documents");
	decided(dossier);
}

/* The keys of names are made when the store is idle; they are part of what a person takes. */
static void names_keyed(void)
{
	must(db_begin(o.w.f.db), "begin");
	while (register_index_tick(o.w.f.db, 256) > 0)
		;
	must(db_commit(o.w.f.db), "commit");
}

static void where(unsigned persons)
{
	sqlite3_stmt *st;

	if (sqlite3_prepare_v2(o.w.f.db->h, "SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 30", -1, &st, NULL) != SQLITE_OK)
		return;
	while (sqlite3_step(st) == SQLITE_ROW)
		printf("part %s %.0f\n", (const char *)sqlite3_column_text(st, 0), (double)sqlite3_column_int64(st, 1) / persons);
	sqlite3_finalize(st);
}

static void disk_all(unsigned households)
{
	int64_t *household = calloc(households, sizeof *household), last, first;
	unsigned persons = households * 4;

	if (household == NULL)
		exit(1);
	sql("pragma synchronous = off");
	first = last = bytes_used();
	for (unsigned n = 0; n < households; n++)
		household[n] = registered(n + 1);
	names_keyed();
	disk_each("registration", &last, persons);
	for (unsigned n = 0; n < households; n++) {
		for (unsigned p = 0; p < 4; p++) {
			char nik[17];

			world_nik(nik, sex[p], born[p], (n + 1) * 10 + p + 1);
			find(nik);
		}
	}
	disk_each("display", &last, persons);
	for (unsigned n = 0; n < households; n++)
		corrected(household[n], n);
	disk_each("change", &last, persons);
	disk_each("all", &first, persons);
	where(persons);
	free(household);
}

int main(int argc, char **argv)
{
	unsigned n = argc == 3 ? (unsigned)atoi(argv[2]) : 0;

	if (n < 48 || (strcmp(argv[1], "look") != 0 && strcmp(argv[1], "disk") != 0))
		return 2;
	office_open(&o, true);
	if (strcmp(argv[1], "look") == 0)
		look_all(n);
	else
		disk_all(n);
	o.w.f.unverified = true;
	office_close(&o);
	return 0;
}
