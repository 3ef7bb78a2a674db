noinst_LIBRARIES += src/exchange/libexchange.a
src_exchange_libexchange_a_CPPFLAGS = $(INC_EXCHANGE)
src_exchange_libexchange_a_SOURCES = \
	src/exchange/csvfile.c src/exchange/csvfile.h
