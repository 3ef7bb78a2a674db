/* dossier_world.c - see dossier_world.h */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "dossier_world.h"
#include "intake.h"

static void load(struct office *o, const char *sort, const char *path)
{
	char full[512];
	snprintf(full, sizeof full, "%s/%s", getenv("SRCDIR") ? getenv("SRCDIR") : ".", path);
	store_fixture_data(&o->w.f, sort, "", full);
}

int64_t office_int(struct office *o, const char *fmt, ...)
{
	char sql[1000];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(sql, sizeof sql, fmt, ap);
	va_end(ap);
	return store_fixture_int(&o->w.f, sql);
}

void office_period(struct office *o, const char *name, const char *opens, const char *closes, const char *by)
{
	char text[500], fault[200] = "";
	int line = 0;
	snprintf(text, sizeof text, "period %s {\n\ttitle \"%s 2026\"\n\tproduct usulan\n\tarea 99.01\n\topens-on %s\n\tcloses-on %s\n\tfinalise-by %s\n}\n",
	         name, name, opens, closes, by);
	struct op_ctx *cx = store_fixture_begin(&o->w.f, 0, OP_data_load);
	int r = period_load(cx, text, strlen(text), &line, fault, sizeof fault);
	if (r != 0)
		fail_msg("period: %d line %d: %s", r, line, fault);
	store_fixture_end(&o->w.f, cx, true);
}

void office_open(struct office *o, bool window)
{
	memset(o, 0, sizeof *o);
	world_open(&o->w, "forms/questionnaire/bdt2015.form");
	static const char *const lists[] = { "alasan_kembali", "alasan_tolak", "alasan_tarik" };
	char path[100];
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		snprintf(path, sizeof path, "forms/list/%s.list", lists[i]);
		load(o, "list", path);
	}
	load(o, "flow", "forms/flow/dtks-2021.flow");
	o->regency = office_int(o, "SELECT id FROM area WHERE level = 2");
	o->sari = store_fixture_account(&o->w.f, "sari", "operator", o->w.village[0]);
	o->joko = store_fixture_account(&o->w.f, "joko", "operator", o->w.village[1]);
	o->ratna = store_fixture_account(&o->w.f, "ratna", "verifier", o->regency);
	o->hendra = store_fixture_account(&o->w.f, "hendra", "supervisor", o->regency);
	o->dewi = store_fixture_account(&o->w.f, "dewi2", "supervisor,operator", o->regency);
	o->kepala = store_fixture_account(&o->w.f, "kepala", "office_head", o->regency);
	o->agus = store_fixture_account(&o->w.f, "agus", "auditor", o->regency);
	if (window)
		office_period(o, "juni", "2026-06-01", "2026-06-20", "2026-06-25");
}

void office_close(struct office *o)
{
	world_close(&o->w);
}

int office_run(struct office *o, int64_t account, enum op op, void *rq, void *rp)
{
	return store_fixture_run(&o->w.f, account, op, rq, rp);
}

bool office_refused(const struct office *o, enum finding_code code)
{
	return finding_first(&o->w.f.findings, code) != NULL;
}

static void must(struct office *o, int r, const char *what)
{
	if (r == 0)
		return;
	struct buf b;
	buf_init(&b, 0);
	for (size_t i = 0; i < o->w.f.findings.n; i++) {
		const struct finding *f = &o->w.f.findings.v[i];
		buf_printf(&b, " [%u field %u row %u] ", f->code, f->field, f->row);
		finding_text(f, &b);
	}
	fail_msg("%s: %d%s", what, r, buf_str(&b));
}

int64_t office_draft(struct office *o, int64_t account, const char *kind, int64_t household, int64_t village, struct filling *out)
{
	struct rq_draft_open rq = { .kind = kind, .household = household, .area = village };
	struct rp_draft_open rp;
	must(o, office_run(o, account, OP_draft_open, &rq, &rp), "draft_open");
	if (out)
		assert_int_equal(wire_filling_from(rp.answers.v, rp.answers.n, rp.rows.v, rp.rows.n, out), 0);
	return rp.draft;
}

uint64_t office_save(struct office *o, int64_t account, int64_t draft, uint64_t saved, const struct filling *f)
{
	struct arena a;
	struct rq_draft_save rq = { .draft = draft, .saved = saved, .all_rows = true };
	struct rp_draft_save rp;
	arena_init(&a, 0);
	assert_int_equal(wire_filling_rows(f, &a, &rq.answers.v, &rq.answers.n, &rq.rows.v, &rq.rows.n), 0);
	must(o, office_run(o, account, OP_draft_save, &rq, &rp), "draft_save");
	arena_clear(&a);
	return rp.saved;
}

int64_t office_submit(struct office *o, int64_t account, int64_t draft, uint64_t saved, char state[32])
{
	struct rq_dossier_submit rq = { .draft = draft, .saved = saved };
	struct rp_dossier_submit rp;
	must(o, office_run(o, account, OP_dossier_submit, &rq, &rp), "dossier_submit");
	if (state)
		snprintf(state, 32, "%s", rp.state);
	return rp.dossier;
}

int64_t office_new(struct office *o, int64_t account, int64_t village, char state[32])
{
	static const struct world_person family[3] = {
		{ "Siti Nur Aisyah", 2, "1980-07-12", "1", "1", "1" }, { "Budi Santoso", 1, "1978-05-03", "2", "1", "2" },
		{ "Rina", 2, "2015-02-01", "3", "1", "3" } };
	struct filling f;
	char card[17];
	unsigned n = ++o->families;
	int64_t draft = office_draft(o, account, "new", 0, village, NULL);
	filling_init(&f);
	world_card(card, n);
	world_household(&o->w, &f, n, card, family, 3);
	uint64_t saved = (uint64_t)office_int(o, "SELECT saved FROM draft WHERE id = %lld", (long long)draft);
	saved = office_save(o, account, draft, saved, &f);
	filling_clear(&f);
	return office_submit(o, account, draft, saved, state);
}

int office_gate(struct office *o, int64_t account, int64_t dossier, const char *gate, const char *state)
{
	struct rq_gate_record rq = { .dossier = dossier, .gate = gate, .state = state, .on_date = "2026-06-10", .ref = "BA 04/2026" };
	struct rp_gate_record rp;
	return office_run(o, account, OP_gate_record, &rq, &rp);
}

int64_t office_rev(struct office *o, int64_t dossier)
{
	return office_int(o, "SELECT rev FROM dossier WHERE id = %lld", (long long)dossier);
}

const char *office_state(struct office *o, int64_t dossier, char out[32])
{
	struct q *q = db_q(o->w.f.db, ST_dossier_get);
	q_int(q, 1, dossier);
	assert_int_equal(q_step(q), 1);
	snprintf(out, 32, "%s", q_get_text(q, 3));
	q_reset(q);
	return out;
}

int office_fire(struct office *o, int64_t account, int64_t dossier, uint64_t fence, const char *event, const char *reason)
{
	struct rq_dossier_fire rq = { .dossier = dossier, .rev = (uint64_t)office_rev(o, dossier), .fence = fence, .event = event, .reason = reason };
	struct rp_dossier_fire rp;
	return office_run(o, account, OP_dossier_fire, &rq, &rp);
}

int64_t office_next(struct office *o, int64_t account, const char *queue, uint64_t *fence)
{
	struct rq_queue_next rq = { .queue = queue };
	struct rp_queue_next rp;
	int r = office_run(o, account, OP_queue_next, &rq, &rp);
	*fence = r == 0 ? rp.fence : 0;
	if (r == OP_REFUSED && (office_refused(o, FIND_queue_empty) || office_refused(o, FIND_holds_too_many)))
		return 0;
	must(o, r, "queue_next");
	return rp.dossier;
}

int64_t office_household(struct office *o, int64_t account, int64_t village)
{
	int64_t d = office_new(o, account, village, NULL);
	must(o, office_gate(o, o->ratna, d, "documents", "lengkap"), "gate D");
	must(o, office_gate(o, o->hendra, d, "deliberation", "layak"), "gate M");
	must(o, office_gate(o, o->ratna, d, "field_visit", "selesai"), "gate L");
	must(o, office_fire(o, o->ratna, d, 0, "verify", NULL), "verify");
	must(o, office_fire(o, o->hendra, d, 0, "validate", NULL), "validate");
	return office_int(o, "SELECT result_household FROM dossier WHERE id = %lld", (long long)d);
}

void office_invariants(struct office *o)
{
	/* counters are full counts; drafts without a dossier are counted in the first state */
	assert_int_equal(0, office_int(o, "SELECT count(*) FROM (SELECT area, state, kind, n FROM dossier_count WHERE n > 0 EXCEPT"
		" SELECT area, state, kind, count(*) FROM (SELECT area, state, kind FROM dossier UNION ALL SELECT area, 'draft', kind FROM draft"
		" WHERE dossier IS NULL) GROUP BY area, state, kind)"));
	assert_int_equal(office_int(o, "SELECT sum(n) FROM dossier_count"),
	                 office_int(o, "SELECT (SELECT count(*) FROM dossier) + (SELECT count(*) FROM draft WHERE dossier IS NULL)"));
	/* waiting is exactly what a queue takes and nobody holds */
	assert_int_equal(0, office_int(o, "SELECT count(*) FROM (SELECT id FROM dossier WHERE state IN ('submitted', 'verified') AND id NOT IN"
		" (SELECT dossier FROM lease) EXCEPT SELECT dossier FROM waiting)"));
	assert_int_equal(0, office_int(o, "SELECT count(*) FROM waiting w JOIN dossier d ON d.id = w.dossier WHERE d.id IN (SELECT dossier FROM lease)"
		" OR w.area <> d.area OR w.queue <> CASE d.state WHEN 'submitted' THEN 'verification' WHEN 'verified' THEN 'validation' ELSE '' END"));
	/* a lease only where a queue is, under the number given last */
	assert_int_equal(0, office_int(o, "SELECT count(*) FROM lease l JOIN dossier d ON d.id = l.dossier WHERE d.fence <> l.fence"
		" OR d.state NOT IN ('submitted', 'verified')"));
	/* one step per revision, each beginning where the last one ended */
	assert_int_equal(0, office_int(o, "SELECT count(*) FROM dossier d WHERE d.rev <> (SELECT count(*) FROM dossier_step s WHERE s.dossier = d.id)"
		" OR d.state <> (SELECT to_state FROM dossier_step s WHERE s.dossier = d.id ORDER BY n DESC LIMIT 1)"));
	assert_int_equal(0, office_int(o, "SELECT count(*) FROM dossier_step s JOIN dossier_step t ON t.dossier = s.dossier AND t.n = s.n + 1"
		" WHERE t.from_state <> s.to_state"));
	/* nobody decided on a dossier after having made any revision of it */
	assert_int_equal(0, office_int(o, "SELECT count(*) FROM dossier_step s JOIN filling f ON f.dossier = s.dossier AND f.account = s.actor AND f.at < s.at"
		" WHERE s.event IN ('verify', 'validate', 'reject', 'return')"));
	/* valid means applied, and nothing else is */
	assert_int_equal(0, office_int(o, "SELECT count(*) FROM dossier WHERE (state IN ('valid', 'closed')) <> (applied_seq IS NOT NULL)"));
}
