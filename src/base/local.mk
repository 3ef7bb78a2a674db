noinst_LIBRARIES += src/base/libbase.a
src_base_libbase_a_CPPFLAGS = $(INC_BASE) $(SODIUM_CFLAGS) $(UTF8PROC_CFLAGS) $(SECCOMP_CFLAGS)
src_base_libbase_a_SOURCES = src/base/err.c src/base/err.h
