/* A returned proposal on a register that moved: what was changed stays, what was left alone follows, rows by their person. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "draft.h"
#include "form.h"

static const char text[] =
	"form t 1 {\n\ttitle id \"T\"\n}\nsection 1 satu {\n\tlabel id \"Satu\"\n}\nfield 1 a text {\n\tlabel id \"A\"\n}\nfield 2 b text {\n\tlabel id \"B\"\n}\n"
	"section 2 dua {\n\tlabel id \"Dua\"\n}\nroster 10 member {\n\tlabel id \"Anggota\"\n\tsubject person\n\tmin 0\n\tmax 20\n}\n"
	"field 11 name text {\n\tlabel id \"Nama\"\n}\nfield 12 job text {\n\tlabel id \"Kerja\"\n}\n"
	"section 3 tiga {\n\tlabel id \"Tiga\"\n}\nroster 20 shop {\n\tlabel id \"Usaha\"\n\tsubject row\n\tof member\n\tmin 0\n\tmax 20\n}\n"
	"field 21 goods text {\n\tlabel id \"Barang\"\n}\n";

static struct form *form;
static struct filling base, mine, now, out;

static int setup(void **state)
{
	(void)state;
	struct form_error err = { 0 };
	if (form_read("t", text, strlen(text), NULL, &form, &err, NULL) != 0)
		fail_msg("line %d: %s", err.line, err.text);
	struct filling *all[] = { &base, &mine, &now, &out };
	for (size_t i = 0; i < 4; i++)
		filling_init(all[i]);
	filling_set(&base, 1, 0, "a");
	filling_set(&base, 2, 0, "b");
	for (uint32_t i = 1; i <= 2; i++) {
		filling_row_add(&base, 10, i, 100 + i, 0);
		filling_set(&base, 11, i, i == 1 ? "Siti" : "Budi");
		filling_set(&base, 12, i, "tani");
	}
	filling_copy(&mine, &base);
	filling_copy(&now, &base);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	filling_clear(&base);
	filling_clear(&mine);
	filling_clear(&now);
	filling_clear(&out);
	form_free(form);
	return 0;
}

static void fields(void **state)
{
	(void)state;
	filling_set(&mine, 1, 0, "a mine");
	filling_set(&mine, 12, 2, "");              /* emptied: that is a change too */
	filling_set(&now, 2, 0, "b now");
	filling_set(&now, 1, 0, "a now");
	filling_set(&now, 12, 1, "dagang");
	assert_int_equal(draft_rebase(form, &base, &mine, &now, &out), 0);
	assert_string_equal(filling_get(&out, 1, 0), "a mine");
	assert_string_equal(filling_get(&out, 2, 0), "b now");
	assert_string_equal(filling_get(&out, 12, 1), "dagang");
	assert_string_equal(filling_get(&out, 12, 2), "");
}

/* Sabotage: match rows by number instead of by person: Budi's job then lands on whoever stands in his row now. */
static void rows(void **state)
{
	(void)state;
	filling_clear(&now);
	filling_init(&now);
	filling_set(&now, 1, 0, "a");
	filling_row_add(&now, 10, 1, 102, 0);       /* Siti left; Budi stands first; Rina was added by another dossier */
	filling_set(&now, 11, 1, "Budi");
	filling_set(&now, 12, 1, "tani");
	filling_row_add(&now, 10, 2, 103, 0);
	filling_set(&now, 11, 2, "Rina");
	filling_set(&mine, 12, 2, "nelayan");
	filling_set(&mine, 12, 1, "guru");          /* of somebody who is gone */
	filling_row_add(&mine, 10, 3, 0, 0);        /* a new member of mine, with a shop */
	filling_set(&mine, 11, 3, "Dewi");
	filling_row_add(&mine, 20, 1, 0, 3);
	filling_set(&mine, 21, 1, "beras");
	filling_row_add(&mine, 20, 2, 0, 2);        /* and a shop of Budi's */
	filling_set(&mine, 21, 2, "ikan");
	assert_int_equal(draft_rebase(form, &base, &mine, &now, &out), 0);
	assert_int_equal(filling_row_count(&out, 10), 3);
	assert_string_equal(filling_get(&out, 12, 1), "nelayan");
	assert_string_equal(filling_get(&out, 11, 2), "Rina");
	assert_string_equal(filling_get(&out, 12, 2), "");
	assert_string_equal(filling_get(&out, 11, 3), "Dewi");
	assert_int_equal(filling_row_find(&out, 10, 3)->subject, 0);
	assert_int_equal(filling_row_count(&out, 20), 2);
	assert_int_equal(filling_row_find(&out, 20, 1)->of, 3);
	assert_int_equal(filling_row_find(&out, 20, 2)->of, 1);
	assert_string_equal(filling_get(&out, 21, 2), "ikan");
}

/* My new row's place is taken meanwhile: it moves, with its answers and with what belongs to it. */
static void taken_place(void **state)
{
	(void)state;
	filling_row_add(&mine, 10, 3, 0, 0);
	filling_set(&mine, 11, 3, "Dewi");
	filling_row_add(&mine, 20, 1, 0, 3);
	filling_set(&mine, 21, 1, "beras");
	filling_row_add(&now, 10, 3, 103, 0);
	filling_set(&now, 11, 3, "Rina");
	assert_int_equal(draft_rebase(form, &base, &mine, &now, &out), 0);
	assert_string_equal(filling_get(&out, 11, 3), "Rina");
	assert_string_equal(filling_get(&out, 11, 4), "Dewi");
	assert_int_equal(filling_row_find(&out, 20, 1)->of, 4);
	assert_string_equal(filling_get(&out, 21, 1), "beras");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(fields, setup, teardown), cmocka_unit_test_setup_teardown(rows, setup, teardown),
		cmocka_unit_test_setup_teardown(taken_place, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
