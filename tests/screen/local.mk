# screen tests: key scripts in, golden grids out, through a fake store
SCREEN_PLAYER = tests/screen/player.c tests/screen/player.h tests/screen/fake_store.c tests/screen/fake_store.h
check_PROGRAMS += tests/screen/test_screens tests/screen/test_keys
TESTS += tests/screen/test_screens tests/screen/test_keys
tests_screen_test_screens_SOURCES = tests/screen/test_screens.c $(SCREEN_PLAYER)
tests_screen_test_screens_CPPFLAGS = $(INC_DESK) $(INC_TEST)
tests_screen_test_screens_LDADD = $(LIB_DESK) $(CMOCKA_LIBS)
tests_screen_test_keys_SOURCES = tests/screen/test_keys.c $(SCREEN_PLAYER)
tests_screen_test_keys_CPPFLAGS = $(INC_DESK) $(INC_TEST)
tests_screen_test_keys_LDADD = $(LIB_DESK) $(CMOCKA_LIBS)
EXTRA_DIST += tests/screen/household4.txt tests/screen/accounts.screen tests/screen/auditor.screen tests/screen/batch.screen \
	tests/screen/dossier.screen tests/screen/dossiers.screen tests/screen/home.screen tests/screen/household.screen \
	tests/screen/lock.screen tests/screen/login.screen tests/screen/new.screen tests/screen/password.screen \
	tests/screen/queue.screen tests/screen/recap.screen tests/screen/resume.screen tests/screen/search.screen \
	tests/screen/wrong.screen tests/screen/settings.screen
check_PROGRAMS += tests/screen/test_line
TESTS += tests/screen/test_line
tests_screen_test_line_SOURCES = tests/screen/test_line.c $(SCREEN_PLAYER)
tests_screen_test_line_CPPFLAGS = $(INC_LINE) $(INC_TEST)
tests_screen_test_line_LDADD = src/line/libline.a $(LIB_DESK) $(CMOCKA_LIBS)
check_PROGRAMS += tests/screen/test_desk
TESTS += tests/screen/test_desk
tests_screen_test_desk_SOURCES = tests/screen/test_desk.c $(SCREEN_PLAYER)
tests_screen_test_desk_CPPFLAGS = $(INC_LINE) $(INC_TEST)
tests_screen_test_desk_LDADD = src/line/libline.a $(LIB_DESK) $(CMOCKA_LIBS)
check_PROGRAMS += tests/screen/test_forms
TESTS += tests/screen/test_forms
tests_screen_test_forms_SOURCES = tests/screen/test_forms.c $(SCREEN_PLAYER)
tests_screen_test_forms_CPPFLAGS = $(INC_DESK) $(INC_TEST)
tests_screen_test_forms_LDADD = $(LIB_DESK) $(CMOCKA_LIBS)
