# bench: `make bench` writes doc/figures.md; ratios from one run
EXTRA_PROGRAMS += tests/bench/ssh_load
tests_bench_ssh_load_SOURCES = tests/bench/ssh_load.c
tests_bench_ssh_load_CPPFLAGS = -D_GNU_SOURCE $(SSH_CFLAGS)
tests_bench_ssh_load_LDADD = $(SSH_LIBS)
