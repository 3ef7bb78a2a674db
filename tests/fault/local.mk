# fault tests
check_PROGRAMS += tests/unit/test_scope
TESTS += tests/unit/test_scope
tests_unit_test_scope_SOURCES = tests/unit/test_scope.c $(DOSSIER_WORLD)
tests_unit_test_scope_CPPFLAGS = $(INC_STORE) $(INC_TEST) $(SQLITE_CFLAGS)
tests_unit_test_scope_LDADD = $(LIB_STORE) $(CMOCKA_LIBS)
