check_PROGRAMS += tests/unit/test_ssh_server tests/unit/test_ssh_keylist
TESTS += tests/unit/test_ssh_server tests/unit/test_ssh_keylist
tests_unit_test_ssh_server_SOURCES = tests/unit/test_ssh_server.c
tests_unit_test_ssh_server_CPPFLAGS = $(INC_SSH) $(INC_TEST) $(SSH_CFLAGS)
tests_unit_test_ssh_server_LDADD = $(LIB_SSH) $(CMOCKA_LIBS)
tests_unit_test_ssh_keylist_SOURCES = tests/unit/test_ssh_keylist.c
tests_unit_test_ssh_keylist_CPPFLAGS = $(INC_SSH) $(INC_TEST) $(SSH_CFLAGS)
tests_unit_test_ssh_keylist_LDADD = $(LIB_SSH) $(CMOCKA_LIBS)
