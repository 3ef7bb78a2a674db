# unit tests of src/base
check_PROGRAMS += tests/unit/test_sandbox
TESTS += tests/unit/test_sandbox
tests_unit_test_sandbox_SOURCES = tests/unit/test_sandbox.c
tests_unit_test_sandbox_CPPFLAGS = $(INC_BASE) $(INC_TEST) $(SECCOMP_CFLAGS)
tests_unit_test_sandbox_LDADD = $(LIB_BASE) $(CMOCKA_LIBS)
