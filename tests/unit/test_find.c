/* A clerk finds his own people however common their name is elsewhere, in the register and among the open dossiers, before and
 * after the name keys are made. */
#include "config.h"
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "db_priv.h"
#include "dossier_world.h"

#define NAMESAKES 25000            /* more than FIND_PER_KEY in op_register_find.c */

static struct office o;

#define MANY "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "

static void make_keys(void)
{
	int r;
	assert_int_equal(db_begin(o.w.f.db), 0);
	while ((r = register_index_tick(o.w.f.db, 256)) > 0)
		;
	assert_int_equal(r, 0);
	assert_int_equal(db_commit(o.w.f.db), 0);
}

/* How often the answer to one person's name shows exactly that one, and whether all of it is of the village. */
static unsigned shown(int64_t account, const char *name, int64_t village, int64_t person, int64_t dossier)
{
	struct rq_person_find rq = { .text = name, .limit = 50 };
	struct rp_person_find rp;
	unsigned times = 0;
	assert_int_equal(office_run(&o, account, OP_person_find, &rq, &rp), 0);
	for (size_t i = 0; i < rp.rows.n; i++) {
		assert_int_equal(rp.rows.v[i].area, village);
		times += (person != 0 && rp.rows.v[i].person == person) ||
		         (dossier != 0 && rp.rows.v[i].dossier == dossier && strcmp(rp.rows.v[i].name, name) == 0);
	}
	return times;
}

/* Sabotage: find_key_here is never asked (by_key() stays with gather_any()). The namesakes have the smaller ids. */
static void common_names(void **state)
{
	char name[80], open_name[80], s[32];
	int64_t home = office_household(&o, o.sari, o.w.village[0]), away = office_household(&o, o.joko, o.w.village[1]);
	int64_t dossier = office_new(&o, o.sari, o.w.village[0], s), other = office_new(&o, o.joko, o.w.village[1], s);
	int64_t person = office_int(&o, "SELECT max(person) FROM membership WHERE household = %" PRId64, home);
	(void)state;
	struct q *q = db_q(o.w.f.db, ST_name_of_person);
	q_int(q, 1, person);
	assert_int_equal(q_step(q), 1);
	snprintf(name, sizeof name, "%s", q_get_text(q, 0));
	q_reset(q);
	q = db_q(o.w.f.db, ST_open_names);
	q_int(q, 1, dossier);
	assert_int_equal(q_step(q), 1);
	snprintf(open_name, sizeof open_name, "%s", q_get_text(q, 1));
	q_reset(q);
	store_fixture_sql(&o.w.f, "BEGIN");
	store_fixture_sql(&o.w.f, MANY "INSERT INTO person (id, name, seq) SELECT %" PRId64 " - i, '%s', 1 FROM n", NAMESAKES, person - 1000, name);
	store_fixture_sql(&o.w.f, MANY "INSERT INTO membership (id, person, household, card, seq) SELECT i, %" PRId64 " - i, %" PRId64
	    ", (SELECT max(id) FROM family_card WHERE household = %" PRId64 "), 1 FROM n", NAMESAKES, person - 1000, away, away);
	store_fixture_sql(&o.w.f, MANY "INSERT INTO open_person (id, dossier, area, n, name) SELECT i, %" PRId64 ", %" PRId64 ", i, '%s' FROM n", NAMESAKES, other,
	    o.w.village[1], open_name);
	store_fixture_sql(&o.w.f, "INSERT INTO name_key_todo (src, id) SELECT 1, id FROM person WHERE id < %" PRId64, person - 1000);
	store_fixture_sql(&o.w.f, "INSERT INTO name_key_todo (src, id) SELECT 2, id FROM open_person WHERE id <= %d", NAMESAKES);
	store_fixture_sql(&o.w.f, "COMMIT");
	assert_int_equal(shown(o.sari, name, o.w.village[0], person, 0), 1);
	assert_int_equal(shown(o.sari, open_name, o.w.village[0], 0, dossier), 1);
	make_keys();
	assert_int_equal(shown(o.sari, name, o.w.village[0], person, 0), 1);
	assert_int_equal(shown(o.sari, open_name, o.w.village[0], 0, dossier), 1);
	/* the one whose village they live in gets as many as an answer holds, and none of ours */
	struct rq_person_find rq = { .text = name, .limit = 50 };
	struct rp_person_find rp;
	assert_int_equal(office_run(&o, o.joko, OP_person_find, &rq, &rp), 0);
	assert_int_equal(rp.rows.n, 50);
	for (size_t i = 0; i < rp.rows.n; i++)
		assert_int_equal(rp.rows.v[i].area, o.w.village[1]);
	/* a supervisor of both sees ours too when he names the village */
	rq.village = o.w.village[0];
	assert_int_equal(office_run(&o, o.hendra, OP_person_find, &rq, &rp), 0);
	bool found = false;
	for (size_t i = 0; i < rp.rows.n; i++)
		found |= rp.rows.v[i].person == person;
	assert_true(found);
}

static int setup(void **state)
{
	(void)state;
	office_open(&o, true);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	o.w.f.unverified = true;           /* the namesakes were put in behind the journal's back */
	office_close(&o);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(common_names) };
	return cmocka_run_group_tests(tests, setup, teardown);
}
