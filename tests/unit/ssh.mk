check_PROGRAMS += tests/unit/test_ssh_server tests/unit/test_ssh_keylist
TESTS += tests/unit/test_ssh_server tests/unit/test_ssh_keylist
tests_unit_test_ssh_server_SOURCES = tests/unit/test_ssh_server.c
tests_unit_test_ssh_server_CPPFLAGS = $(INC_SSH) $(INC_TEST) $(SSH_CFLAGS)
tests_unit_test_ssh_server_LDADD = $(LIB_SSH) $(CMOCKA_LIBS)
tests_unit_test_ssh_keylist_SOURCES = tests/unit/test_ssh_keylist.c
tests_unit_test_ssh_keylist_CPPFLAGS = $(INC_SSH) $(INC_TEST) $(SSH_CFLAGS)
tests_unit_test_ssh_keylist_LDADD = $(LIB_SSH) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_admit
TESTS += tests/unit/test_admit
tests_unit_test_admit_SOURCES = tests/unit/test_admit.c src/balaid_admit.c src/balaid_child.c
tests_unit_test_admit_CPPFLAGS = $(INC_BASE) -I$(srcdir)/src $(INC_TEST) -DLIBEXECDIR='"$(libexecdir)"'
tests_unit_test_admit_LDADD = $(LIB_BASE) $(CMOCKA_LIBS)
