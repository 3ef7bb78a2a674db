/* The shipped flow reads, asks what the law asks, and every way to break it is refused with its line. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "err.h"
#include "flow.h"

static char *shipped;

static unsigned role(const char *name)
{
	static const char *const names[] = { "operator", "verifier", "supervisor", "office_head" };
	for (unsigned i = 0; i < 4; i++)
		if (strcmp(names[i], name) == 0)
			return 1u << i;
	return 0;
}

static bool list(void *arg, const char *name)
{
	(void)arg;
	return strncmp(name, "alasan_", 7) == 0;
}

static const struct flow_words words = { role, list, NULL };

static int setup(void **state)
{
	(void)state;
	char path[4096];
	const char *dir = getenv("SRCDIR");
	snprintf(path, sizeof path, "%s/forms/flow/dtks-2021.flow", dir ? dir : ".");
	FILE *f = fopen(path, "r");
	if (!f)
		return -1;
	shipped = calloc(1, 65536);
	size_t n = fread(shipped, 1, 65535, f);
	fclose(f);
	return n > 0 ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	free(shipped);
	return 0;
}

static struct flow *must_read(const char *text)
{
	struct flow *f;
	struct flow_error err;
	int r = flow_read(text, strlen(text), &words, &f, &err);
	if (r != 0)
		fail_msg("line %d: %s", err.line, err.text);
	return f;
}

static void shipped_reads(void **state)
{
	(void)state;
	struct flow *f = must_read(shipped);
	assert_string_equal(f->name, "dtks-2021");
	assert_int_equal(f->nkind, 9);
	assert_int_equal(f->nqueue, 2);
	assert_int_equal(f->ngate, 4);
	assert_string_equal(f->state[0].name, "draft");
	/* every kind can go the whole way, and can be returned wherever a decision is due */
	for (int k = 0; k < (int)f->nkind; k++) {
		int s = 0;
		static const enum flow_does way[] = { FLOW_DOES_RESERVE, FLOW_DOES_OPEN };
		for (size_t i = 0; i < 2; i++) {
			const struct flow_event *e = flow_event_doing(f, way[i], s, k);
			assert_non_null(e);
			s = e->to;
		}
		const struct flow_event *e = flow_event_named(f, "verify", s, k);
		assert_non_null(e);
		assert_non_null(flow_event_named(f, "return", s, k));
		e = flow_event_named(f, "validate", e->to, k);
		assert_non_null(e);
		assert_int_equal(e->does, FLOW_DOES_APPLY);
		assert_null(flow_event_named(f, "verify", e->to, k));
		e = flow_event_doing(f, FLOW_DOES_FINALISE, e->to, k);
		assert_non_null(e);
		assert_true(f->state[e->to].final);
	}
	flow_free(f);
}

static void gates_hinder(void **state)
{
	(void)state;
	struct flow *f = must_read(shipped);
	int submitted = flow_state_index(f, "submitted"), verified = flow_state_index(f, "verified");
	int fresh = flow_kind_index(f, "new"), fix = flow_kind_index(f, "correction");
	uint32_t m = 1u << flow_gate_index(f, "deliberation"), l = 1u << flow_gate_index(f, "field_visit");
	uint32_t p = 1u << flow_gate_index(f, "match"), d = 1u << flow_gate_index(f, "documents");
	const struct flow_event *verify = flow_event_named(f, "verify", submitted, fresh);
	const struct flow_event *validate = flow_event_named(f, "validate", verified, fresh);
	assert_int_equal(flow_hindrance(verify, fresh, 0, 0), d);
	assert_int_equal(flow_hindrance(verify, fresh, d, 0), 0);
	assert_int_equal(flow_hindrance(verify, fresh, d, p), p);      /* a match that failed is minded */
	assert_int_equal(flow_hindrance(verify, fresh, 0, d), d);
	assert_int_equal(flow_hindrance(validate, fresh, 0, 0), m | l);
	assert_int_equal(flow_hindrance(validate, fresh, m, l), l);
	assert_int_equal(flow_hindrance(validate, fix, 0, 0), 0);
	assert_int_equal(flow_hindrance(validate, fix, 0, m), m);
	assert_int_equal(flow_gates_asked(f, fresh), m | l | d);
	assert_int_equal(flow_gates_asked(f, fix), d);
	const struct flow_gate *g = &f->gate[flow_gate_index(f, "deliberation")];
	assert_true(flow_gate_result(g, "sptjm")->opens);
	assert_false(flow_gate_result(g, "tidak_layak")->opens);
	assert_null(flow_gate_result(g, "lengkap"));
	flow_free(f);
}

/* The shipped text with the first `was` after `after` replaced. */
static char *changed(const char *after, const char *was, const char *now)
{
	const char *from = strstr(shipped, after);
	assert_non_null(from);
	const char *at = strstr(from, was);
	assert_non_null(at);
	size_t size = strlen(shipped) + strlen(now) + 1;
	char *out = calloc(1, size);
	snprintf(out, size, "%.*s%s%s", (int)(at - shipped), shipped, now, at + strlen(was));
	return out;
}

static const struct { const char *after, *was, *now, *says; } faults[] = {
	{ "name dtks", "name dtks-2021", "nama dtks-2021", "'nama' is no directive of a flow" },
	{ "version 1", "version 1", "version satu", "takes a number" },
	{ "version 1", "version 1", "version 0", "a flow begins with" },
	{ "valid-from", "2021-05-27", "2021-02-30", "takes a date" },
	{ "state draft", "label \"draf\"", "", "state 'draft' has no label" },
	{ "state submitted", "state submitted", "state draft", "state 'draft' stands twice" },
	{ "state returned", "days 14", "days banyak", "takes a number" },
	{ "state returned", "days 14", "hari 14", "'hari' is no directive of a state" },
	{ "state rejected", "state rejected", "state Rejected", "expected: state NAME" },
	{ "state rejected", "final", "path", "state 'rejected' has no way out" },
	{ "state returned", "days 14", "final", "is final but an event leads out" },
	{ "event reject", "to rejected", "to returned", "state 'rejected' cannot be reached" },
	{ "event withdraw", "to withdrawn", "to hilang", "no state 'hilang'" },
	{ "kind exit", "form exit", "", "kind 'exit' needs a label and a form" },
	{ "gate match", "letter P", "letter M", "have the same letter" },
	{ "gate match", "letter P", "letter Pa", "one letter A to Z" },
	{ "gate match", "result padan \"padan\" opens", "result padan \"padan\"", "can never open" },
	{ "gate match", "result ganda", "result padan", "stands twice or is no name" },
	{ "gate match", "roles verifier", "roles camat", "no role 'camat'" },
	{ "event verify", "needs documents", "needs dokumen", "no gate 'dokumen'" },
	{ "event verify", "for new correction", "for baru", "no kind 'baru'" },
	{ "event verify", "for new correction", "for", "names at least one kind" },
	{ "event verify", "maker no", "maker may", "the maker may not take it" },
	{ "event validate", "maker no", "maker only", "the maker may not take it" },
	{ "event validate", "maker no", "maker mungkin", "one of no may only" },
	{ "event reject", "maker no", "maker may", "the maker may not take it" },
	{ "state valid", "decided", "", "must be marked 'decided'" },
	{ "event verify", "roles verifier supervisor", "", "may be fired by nobody" },
	{ "event submit", "store", "roles operator\n\tstore", "may be fired by nobody" },
	{ "event submit", "does submit", "", "does nothing the store knows" },
	{ "event submit", "does submit", "does kirim", "is one of submit" },
	{ "event accept_prelist", "maker no", "maker may", "the maker may not take it" },
	{ "event return {", "reasons alasan_kembali", "reasons sebab", "no list 'sebab'" },
	{ "event return {", "does return", "", "go together" },
	{ "event return {", "from submitted verified", "from submitted", "may be refused by the register" },
	{ "event return {", "refusal-reason BENTURAN", "", "go together" },
	{ "event return {", "letter K", "letter S", "have the same letter in one state" },
	{ "event reject", "event reject", "event return", "leaves the same state twice" },
	{ "event verify", "lease", "sewa", "'sewa' is no directive of an event" },
	{ "queue validation", "states verified", "states verified submitted", "hold the same dossiers" },
	{ "queue validation", "states verified", "states submitted", "no queue holds state 'verified'" },
	{ "queue validation", "roles supervisor", "roles office_head", "its roles can do nothing" },
	{ "queue validation", "lease-minutes 30", "", "needs title, states, roles and lease-minutes" },
	{ "queue validation", "lease-minutes 30", "lease-minutes 30\n\tleases 1001", "takes a number from 0 to 1000" },
	{ "queue validation", "order submitted", "order acak", "one of submitted state" },
	{ "queue validation", "title \"Antrean validasi\"", "title \"Antrean validasi", "" },
};

/* Sabotage: leave out check_graph(), check_work() or check_steps() in flow_read(): their rows below then read without fault. */
static void faults_are_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		char *text = changed(faults[i].after, faults[i].was, faults[i].now);
		struct flow *f;
		struct flow_error err;
		int r = flow_read(text, strlen(text), &words, &f, &err);
		if (r != ERR_PARSE || !strstr(err.text, faults[i].says))
			fail_msg("row %zu (%s): %d, line %d: %s", i, faults[i].now, r, err.line, err.text);
		assert_null(f);
		assert_true(err.line >= 1);
		free(text);
	}
}

static void line_is_right(void **state)
{
	(void)state;
	char *text = changed("event verify", "needs documents", "needs dokumen");
	int line = 1;
	for (const char *s = text; s < strstr(text, "needs dokumen"); s++)
		line += *s == '\n';
	struct flow *f;
	struct flow_error err;
	assert_int_equal(flow_read(text, strlen(text), &words, &f, &err), ERR_PARSE);
	assert_int_equal(err.line, line);
	free(text);
}

/* Every prefix of the file is read or refused, never worse (run under a sanitizer build). */
static void any_prefix_is_safe(void **state)
{
	(void)state;
	size_t n = strlen(shipped);
	for (size_t cut = 0; cut < n; cut += 37) {
		struct flow *f;
		struct flow_error err;
		assert_int_equal(flow_read(shipped, cut, &words, &f, &err), ERR_PARSE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shipped_reads), cmocka_unit_test(gates_hinder), cmocka_unit_test(faults_are_named),
		cmocka_unit_test(line_is_right), cmocka_unit_test(any_prefix_is_safe),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
