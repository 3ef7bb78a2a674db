noinst_LIBRARIES += src/store/libstore.a
src_store_libstore_a_CPPFLAGS = $(INC_STORE)
src_store_libstore_a_SOURCES =
