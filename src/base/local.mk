noinst_LIBRARIES += src/base/libbase.a
src_base_libbase_a_CPPFLAGS = $(INC_BASE) -Isrc/base $(SODIUM_CFLAGS) $(UTF8PROC_CFLAGS) $(SECCOMP_CFLAGS)
src_base_libbase_a_SOURCES = \
	src/base/arena.c src/base/arena.h \
	src/base/buf.c src/base/buf.h \
	src/base/clock.c src/base/clock.h \
	src/base/conf.c src/base/conf.h \
	src/base/err.c src/base/err.h \
	src/base/heap.c src/base/heap.h \
	src/base/log.c src/base/log.h \
	src/base/proc.c src/base/proc.h \
	src/base/random.c src/base/random.h \
	src/base/sandbox.c src/base/sandbox.h \
	src/base/scfg.c src/base/scfg.h \
	src/base/text.c src/base/text.h

# system calls a confined process may make, as text
SECCOMP_LISTS = $(srcdir)/src/base/seccomp/hash.list $(srcdir)/src/base/seccomp/session.list \
	$(srcdir)/src/base/seccomp/store.list
nodist_src_base_libbase_a_SOURCES = src/base/sandbox_lists.h
BUILT_SOURCES += src/base/sandbox_lists.h
CLEANFILES += src/base/sandbox_lists.h
EXTRA_DIST += src/base/seccomp/hash.list src/base/seccomp/session.list src/base/seccomp/store.list src/base/seccomp/lists.awk
src/base/libbase_a-sandbox.$(OBJEXT): src/base/sandbox_lists.h
src/base/sandbox_lists.h: $(SECCOMP_LISTS) $(srcdir)/src/base/seccomp/lists.awk
	$(AM_V_GEN)$(MKDIR_P) src/base && LC_ALL=C $(AWK) -f $(srcdir)/src/base/seccomp/lists.awk $(SECCOMP_LISTS) >$@.tmp && mv $@.tmp $@
