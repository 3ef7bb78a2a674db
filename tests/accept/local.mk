# The acceptance list: a row of tests/accept.tbl is an item; `make accept-R8` runs it in full, `make accept-short-R8` as check does.
TESTS += tests/accept.sh tests/accept/lines.py tests/accept/login.py tests/accept/values.py tests/accept/disk.py tests/accept/attack.py \
	tests/accept/mutate.py tests/accept/ops.py tests/accept/kills.py tests/accept/screens.py
dist_check_SCRIPTS += tests/accept.sh tests/accept/lines.py tests/accept/login.py tests/accept/values.py tests/accept/disk.py tests/accept/attack.py \
	tests/accept/mutate.py tests/accept/ops.py tests/accept/kills.py tests/accept/screens.py
EXTRA_DIST += tests/accept.tbl tests/accept/balai.py
CLEANFILES += tests/accept/__pycache__/*
accept-short-%: all
	$(MAKE) $(check_PROGRAMS)
	SRCDIR='$(srcdir)' BUILDDIR='$(builddir)' $(SHELL) $(srcdir)/tests/accept.sh short $*
accept-%: all
	$(MAKE) $(check_PROGRAMS)
	SRCDIR='$(srcdir)' BUILDDIR='$(builddir)' $(SHELL) $(srcdir)/tests/accept.sh full $*
# what mutate.py builds, once for every change it makes to scope.c
EXTRA_PROGRAMS += tests/accept/mutant
tests_accept_mutant_SOURCES = tests/unit/test_scope.c $(DOSSIER_WORLD)
nodist_tests_accept_mutant_SOURCES = tests/accept/mutant_scope.c
tests_accept_mutant_CPPFLAGS = $(INC_STORE) $(INC_TEST) $(SQLITE_CFLAGS)
tests_accept_mutant_LDADD = $(LIB_STORE) $(CMOCKA_LIBS)
CLEANFILES += tests/accept/mutant tests/accept/mutant_scope.c
