# unit tests of src/form
check_PROGRAMS += tests/unit/test_expr
TESTS += tests/unit/test_expr
tests_unit_test_expr_SOURCES = tests/unit/test_expr.c
tests_unit_test_expr_CPPFLAGS = $(INC_FORM) $(INC_TEST)
tests_unit_test_expr_LDADD = $(LIB_FORM) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_form_read
TESTS += tests/unit/test_form_read
tests_unit_test_form_read_SOURCES = tests/unit/test_form_read.c
tests_unit_test_form_read_CPPFLAGS = $(INC_FORM) $(INC_TEST)
tests_unit_test_form_read_LDADD = $(LIB_FORM) $(CMOCKA_LIBS)
