# The acceptance list: a row of tests/accept.tbl is an item; `make accept-R8` runs it in full, `make accept-short-R8` as check does.
TESTS += tests/accept.sh tests/accept/lines.py tests/accept/login.py
dist_check_SCRIPTS += tests/accept.sh tests/accept/lines.py tests/accept/login.py
EXTRA_DIST += tests/accept.tbl tests/accept/balai.py
CLEANFILES += tests/accept/__pycache__/*
accept-short-%: all
	$(MAKE) $(check_PROGRAMS)
	SRCDIR='$(srcdir)' BUILDDIR='$(builddir)' $(SHELL) $(srcdir)/tests/accept.sh short $*
accept-%: all
	$(MAKE) $(check_PROGRAMS)
	SRCDIR='$(srcdir)' BUILDDIR='$(builddir)' $(SHELL) $(srcdir)/tests/accept.sh full $*
