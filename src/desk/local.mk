noinst_LIBRARIES += src/desk/libdesk.a
src_desk_libdesk_a_CPPFLAGS = $(INC_DESK)
src_desk_libdesk_a_SOURCES = src/desk/grid.c src/desk/grid.h src/desk/keydecode.c src/desk/key.h src/desk/edit.c src/desk/edit.h
