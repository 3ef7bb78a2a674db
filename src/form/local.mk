noinst_LIBRARIES += src/form/libform.a
src_form_libform_a_CPPFLAGS = $(INC_FORM)
src_form_libform_a_SOURCES =
