# unit tests of src/store
check_PROGRAMS += tests/unit/test_db
TESTS += tests/unit/test_db
tests_unit_test_db_SOURCES = tests/unit/test_db.c
tests_unit_test_db_CPPFLAGS = $(INC_STORE) $(INC_TEST)
tests_unit_test_db_LDADD = $(LIB_STORE) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_conf
TESTS += tests/unit/test_conf
tests_unit_test_conf_SOURCES = tests/unit/test_conf.c
tests_unit_test_conf_CPPFLAGS = $(INC_BASE) $(INC_TEST)
tests_unit_test_conf_LDADD = $(LIB_BASE) $(CMOCKA_LIBS)

# the register: an office in this process, the shipped forms
REGISTER_WORLD = tests/register_world.c tests/register_world.h $(STORE_FIXTURE)
check_PROGRAMS += tests/unit/test_register_scenario
TESTS += tests/unit/test_register_scenario
tests_unit_test_register_scenario_SOURCES = tests/unit/test_register_scenario.c $(REGISTER_WORLD)
tests_unit_test_register_scenario_CPPFLAGS = $(INC_STORE) $(INC_TEST) $(SQLITE_CFLAGS) $(SODIUM_CFLAGS)
tests_unit_test_register_scenario_LDADD = $(LIB_STORE) $(CMOCKA_LIBS)
EXTRA_DIST += tests/office.h
check_PROGRAMS += tests/unit/test_office
TESTS += tests/unit/test_office
tests_unit_test_office_SOURCES = tests/unit/test_office.c tests/office.c
tests_unit_test_office_CPPFLAGS = $(INC_WIRE) $(INC_TEST) $(SODIUM_CFLAGS)
tests_unit_test_office_LDADD = $(LIB_WIRE) $(CMOCKA_LIBS)
DOSSIER_WORLD = tests/dossier_world.c tests/dossier_world.h $(REGISTER_WORLD)
check_PROGRAMS += tests/unit/test_dossier
TESTS += tests/unit/test_dossier
tests_unit_test_dossier_SOURCES = tests/unit/test_dossier.c $(DOSSIER_WORLD)
tests_unit_test_dossier_CPPFLAGS = $(INC_STORE) $(INC_TEST)
tests_unit_test_dossier_LDADD = $(LIB_STORE) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_verify
TESTS += tests/unit/test_verify
tests_unit_test_verify_SOURCES = tests/unit/test_verify.c $(REGISTER_WORLD)
tests_unit_test_verify_CPPFLAGS = $(INC_STORE) $(INC_TEST) $(SQLITE_CFLAGS)
tests_unit_test_verify_LDADD = $(LIB_STORE) $(CMOCKA_LIBS)
.PHONY: accept-U1
accept-U1: tests/unit/test_verify
	BALAI_EDITS=100 SRCDIR='$(srcdir)' LC_ALL=C.UTF-8 tests/unit/test_verify
check_PROGRAMS += tests/unit/test_batch
TESTS += tests/unit/test_batch
tests_unit_test_batch_SOURCES = tests/unit/test_batch.c $(DOSSIER_WORLD)
tests_unit_test_batch_CPPFLAGS = $(INC_STORE) $(INC_TEST) $(SODIUM_CFLAGS)
tests_unit_test_batch_LDADD = $(LIB_STORE) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_dossier_random
TESTS += tests/unit/test_dossier_random
tests_unit_test_dossier_random_SOURCES = tests/unit/test_dossier_random.c $(DOSSIER_WORLD)
tests_unit_test_dossier_random_CPPFLAGS = $(INC_STORE) $(INC_TEST)
tests_unit_test_dossier_random_LDADD = $(LIB_STORE) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_letter_text
TESTS += tests/unit/test_letter_text
tests_unit_test_letter_text_SOURCES = tests/unit/test_letter_text.c
tests_unit_test_letter_text_CPPFLAGS = $(INC_STORE) $(INC_TEST)
tests_unit_test_letter_text_LDADD = $(LIB_STORE) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_draft_rebase
TESTS += tests/unit/test_draft_rebase
tests_unit_test_draft_rebase_SOURCES = tests/unit/test_draft_rebase.c
tests_unit_test_draft_rebase_CPPFLAGS = $(INC_STORE) $(INC_TEST)
tests_unit_test_draft_rebase_LDADD = $(LIB_STORE) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_register_random
TESTS += tests/unit/test_register_random
EXTRA_DIST += tests/data/mini.form
tests_unit_test_register_random_SOURCES = tests/unit/test_register_random.c tests/register_model.c tests/register_model.h $(REGISTER_WORLD)
tests_unit_test_register_random_CPPFLAGS = $(INC_STORE) $(INC_TEST) $(SQLITE_CFLAGS)
tests_unit_test_register_random_LDADD = $(LIB_STORE) $(CMOCKA_LIBS)
