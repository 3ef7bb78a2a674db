noinst_LIBRARIES += src/model/libmodel.a
src_model_libmodel_a_CPPFLAGS = $(INC_MODEL)
src_model_libmodel_a_SOURCES = \
	src/model/area.c src/model/area.h \
	src/model/date.c src/model/date.h \
	src/model/family_card.c src/model/family_card.h \
	src/model/finding.c src/model/finding.h src/model/findings.tbl \
	src/model/name_key.c src/model/name_key.h \
	src/model/nik.c src/model/nik.h \
	src/model/person.c src/model/person.h
src_model_libmodel_a_SOURCES += src/model/flow.c src/model/flow.h src/model/flow_read.c src/model/period.c src/model/period.h
