noinst_LIBRARIES += src/line/libline.a
src_line_libline_a_CPPFLAGS = $(INC_LINE)
src_line_libline_a_SOURCES = src/line/line.c src/line/line.h src/line/line_private.h src/line/say.c
