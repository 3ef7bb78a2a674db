noinst_LIBRARIES += src/line/libline.a
src_line_libline_a_CPPFLAGS = $(INC_LINE)
src_line_libline_a_SOURCES =
