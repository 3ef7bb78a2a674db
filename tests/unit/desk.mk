# unit tests of src/desk
check_PROGRAMS += tests/unit/test_keydecode tests/unit/test_edit
TESTS += tests/unit/test_keydecode tests/unit/test_edit
tests_unit_test_keydecode_SOURCES = tests/unit/test_keydecode.c
tests_unit_test_keydecode_CPPFLAGS = $(INC_DESK) $(INC_TEST)
tests_unit_test_keydecode_LDADD = $(LIB_DESK) $(CMOCKA_LIBS)
tests_unit_test_edit_SOURCES = tests/unit/test_edit.c
tests_unit_test_edit_CPPFLAGS = $(INC_DESK) $(INC_TEST)
tests_unit_test_edit_LDADD = $(LIB_DESK) $(CMOCKA_LIBS)
