check_PROGRAMS += tests/unit/test_ui
TESTS += tests/unit/test_ui
tests_unit_test_ui_SOURCES = tests/unit/test_ui.c
tests_unit_test_ui_CPPFLAGS = $(INC_UI) $(INC_TEST) $(VTERM_CFLAGS)
tests_unit_test_ui_LDADD = $(LIB_UI) $(VTERM_LIBS) $(CMOCKA_LIBS)
