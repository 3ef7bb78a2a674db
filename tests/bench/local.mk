# bench: `make bench` writes doc/figures.md; ratios from one run
EXTRA_PROGRAMS += tests/bench/ssh_load
tests_bench_ssh_load_SOURCES = tests/bench/ssh_load.c
tests_bench_ssh_load_CPPFLAGS = -D_GNU_SOURCE $(SSH_CFLAGS)
tests_bench_ssh_load_LDADD = $(SSH_LIBS)
EXTRA_PROGRAMS += tests/bench/store_load tests/bench/bare_engine
tests_bench_store_load_SOURCES = tests/bench/store_load.c
tests_bench_store_load_CPPFLAGS = $(INC_WIRE)
tests_bench_store_load_LDADD = $(LIB_WIRE)
tests_bench_bare_engine_SOURCES = tests/bench/bare_engine.c
tests_bench_bare_engine_CPPFLAGS = -D_GNU_SOURCE $(SQLITE_CFLAGS)
tests_bench_bare_engine_LDADD = $(SQLITE_LIBS)
# on top of the fixture of the store's tests
EXTRA_PROGRAMS += tests/bench/store_inside
tests_bench_store_inside_SOURCES = tests/bench/store_inside.c $(DOSSIER_WORLD)
tests_bench_store_inside_CPPFLAGS = $(INC_STORE) $(INC_TEST) $(SQLITE_CFLAGS) -I$(srcdir)/tests
tests_bench_store_inside_LDADD = $(LIB_STORE) $(CMOCKA_LIBS)
EXTRA_DIST += tests/bench/run.sh tests/bench/registrations.sh tests/bench/office.sh tests/bench/desks.sh tests/bench/inside.sh tests/bench/keys.sh \
	tests/bench/bytes.py tests/bench/procs.py tests/bench/notes.md
BENCH_BUILT = tests/screen/test_keys tests/bench/store_inside tests/bench/store_load tests/bench/bare_engine tests/bench/ssh_load
# BENCH="NAME ..." runs only those rows
bench: all $(BENCH_BUILT)
	SRCDIR='$(srcdir)' BUILDDIR='$(builddir)' $(SHELL) $(srcdir)/tests/bench/run.sh
.PHONY: bench
