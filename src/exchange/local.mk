noinst_LIBRARIES += src/exchange/libexchange.a
src_exchange_libexchange_a_CPPFLAGS = $(INC_EXCHANGE) $(SODIUM_CFLAGS)
src_exchange_libexchange_a_SOURCES = \
	src/exchange/csvfile.c src/exchange/csvfile.h \
	src/exchange/generate.c src/exchange/generate.h \
	src/exchange/generate_names.c \
	src/exchange/generate_rows.c \
	src/exchange/import.c src/exchange/import.h \
	src/exchange/import_report.c \
	src/exchange/job.c src/exchange/job.h \
	src/exchange/job_area.c \
	src/exchange/job_import.c

# a synthetic regency as files; not installed
noinst_PROGRAMS += src/balai-generate
src_balai_generate_CPPFLAGS = $(INC_EXCHANGE)
src_balai_generate_SOURCES = src/balai-generate.c
src_balai_generate_LDADD = $(LIB_EXCHANGE)

# long work, started by balaictl
libexec_PROGRAMS += src/balai-job
src_balai_job_CPPFLAGS = $(INC_EXCHANGE)
src_balai_job_SOURCES = src/balai-job.c
src_balai_job_LDADD = $(LIB_EXCHANGE)
