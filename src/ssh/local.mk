noinst_LIBRARIES += src/ssh/libsshd.a
src_ssh_libsshd_a_CPPFLAGS = $(INC_SSH)
src_ssh_libsshd_a_SOURCES =
