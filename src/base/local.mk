noinst_LIBRARIES += src/base/libbase.a
src_base_libbase_a_CPPFLAGS = $(INC_BASE) $(SODIUM_CFLAGS) $(UTF8PROC_CFLAGS) $(SECCOMP_CFLAGS)
src_base_libbase_a_SOURCES = \
	src/base/arena.c src/base/arena.h \
	src/base/buf.c src/base/buf.h \
	src/base/clock.c src/base/clock.h \
	src/base/conf.c src/base/conf.h \
	src/base/err.c src/base/err.h \
	src/base/log.c src/base/log.h \
	src/base/proc.c src/base/proc.h \
	src/base/random.c src/base/random.h \
	src/base/scfg.c src/base/scfg.h \
	src/base/text.c src/base/text.h
