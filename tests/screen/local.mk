# screen tests
check_PROGRAMS += tests/screen/test_screens
TESTS += tests/screen/test_screens
tests_screen_test_screens_SOURCES = tests/screen/test_screens.c tests/screen/player.c tests/screen/player.h tests/screen/fake_store.c tests/screen/fake_store.h
tests_screen_test_screens_CPPFLAGS = $(INC_DESK) $(INC_TEST)
tests_screen_test_screens_LDADD = $(LIB_DESK) $(CMOCKA_LIBS)
EXTRA_DIST += tests/screen/home.screen
