noinst_LIBRARIES += src/desk/libdesk.a
src_desk_libdesk_a_CPPFLAGS = $(INC_DESK)
src_desk_libdesk_a_SOURCES =
