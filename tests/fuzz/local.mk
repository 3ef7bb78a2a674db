# fuzz tests: a target is a row of tests/fuzz/targets. `make fuzz` runs each for FUZZ_SECONDS, by default five minutes.
TESTS += tests/fuzz/run.sh
dist_check_SCRIPTS += tests/fuzz/run.sh
EXTRA_DIST += tests/fuzz/targets tests/fuzz/fuzz.h tests/fuzz/replay.c tests/fuzz/fuzz_csv.c tests/fuzz/fuzz_expr.c \
	tests/fuzz/fuzz_form.c tests/fuzz/fuzz_frame.c tests/fuzz/fuzz_key.c tests/fuzz/fuzz_ssh.c tests/fuzz/corpus
fuzz: all
	SRCDIR='$(srcdir)' BUILDDIR='$(builddir)' CC='$(CC)' FUZZ_SECONDS=$${FUZZ_SECONDS:-300} $(SHELL) $(srcdir)/tests/fuzz/run.sh
clean-local: clean-fuzz
clean-fuzz:
	rm -rf tests/fuzz/obj-* tests/fuzz/found tests/fuzz/crash tests/fuzz/fuzz_* tests/fuzz/*.log tests/fuzz/try
.PHONY: fuzz clean-fuzz
