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
