noinst_LIBRARIES += src/wire/libwire.a
src_wire_libwire_a_CPPFLAGS = $(INC_WIRE)
src_wire_libwire_a_SOURCES =
