noinst_LIBRARIES += src/ssh/libsshd.a
src_ssh_libsshd_a_CPPFLAGS = $(INC_SSH) $(SSH_CFLAGS) $(CRYPTO_CFLAGS) $(SODIUM_CFLAGS)
src_ssh_libsshd_a_SOURCES = \
	src/ssh/auth.c \
	src/ssh/channel.c \
	src/ssh/crypto_heap.c \
	src/ssh/keylist.c src/ssh/keylist.h \
	src/ssh/keys.c \
	src/ssh/server.c src/ssh/server.h src/ssh/server_in.h \
	src/ssh/warm.c
