# fault tests
check_PROGRAMS += tests/unit/test_scope
TESTS += tests/unit/test_scope
tests_unit_test_scope_SOURCES = tests/unit/test_scope.c $(DOSSIER_WORLD)
tests_unit_test_scope_CPPFLAGS = $(INC_STORE) $(INC_TEST) $(SQLITE_CFLAGS)
tests_unit_test_scope_LDADD = $(LIB_STORE) $(CMOCKA_LIBS)
EXTRA_DIST += tests/fault/fault_vfs.h
check_PROGRAMS += tests/fault/test_io
TESTS += tests/fault/test_io
tests_fault_test_io_SOURCES = tests/fault/test_io.c tests/fault/fault_vfs.c $(DOSSIER_WORLD)
tests_fault_test_io_CPPFLAGS = $(INC_STORE) $(INC_TEST) -I$(srcdir)/tests/fault $(SQLITE_CFLAGS)
tests_fault_test_io_LDADD = $(LIB_STORE) $(CMOCKA_LIBS)
check_PROGRAMS += tests/fault/test_kill
TESTS += tests/fault/test_kill
tests_fault_test_kill_SOURCES = tests/fault/test_kill.c tests/office.c
tests_fault_test_kill_CPPFLAGS = $(INC_WIRE) $(INC_TEST) $(SODIUM_CFLAGS)
tests_fault_test_kill_LDADD = $(LIB_WIRE) $(CMOCKA_LIBS)
