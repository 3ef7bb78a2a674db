# unit tests of src/exchange
check_PROGRAMS += tests/unit/test_shipped_forms
TESTS += tests/unit/test_shipped_forms
tests_unit_test_shipped_forms_SOURCES = tests/unit/test_shipped_forms.c
tests_unit_test_shipped_forms_CPPFLAGS = $(INC_FORM) $(INC_TEST)
tests_unit_test_shipped_forms_LDADD = $(LIB_FORM) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_csvfile
TESTS += tests/unit/test_csvfile
tests_unit_test_csvfile_SOURCES = tests/unit/test_csvfile.c
tests_unit_test_csvfile_CPPFLAGS = $(INC_EXCHANGE) $(INC_TEST)
tests_unit_test_csvfile_LDADD = $(LIB_EXCHANGE) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_import
TESTS += tests/unit/test_import
tests_unit_test_import_SOURCES = tests/unit/test_import.c
tests_unit_test_import_CPPFLAGS = $(INC_EXCHANGE) $(INC_TEST)
tests_unit_test_import_LDADD = $(LIB_EXCHANGE) $(CMOCKA_LIBS)
