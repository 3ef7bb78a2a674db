noinst_LIBRARIES += src/wire/libwire.a
src_wire_libwire_a_CPPFLAGS = $(INC_WIRE) $(CBOR_CFLAGS)
src_wire_libwire_a_SOURCES = \
	src/wire/call.c src/wire/call.h \
	src/wire/item.c src/wire/item.h \
	src/wire/filling_cbor.c \
	src/wire/frame.c \
	src/wire/role.c \
	src/wire/wire.c src/wire/wire.h
nodist_src_wire_libwire_a_SOURCES = src/wire/ops_gen.c src/wire/ops_gen.h

# What is made from the table of operations. The document is kept in the source tree: `make operations` brings it up to date.
OPS_AWK = $(AWK) -f $(srcdir)/src/wire/ops.awk
OPS_IN = src/wire/ops.tbl src/wire/ops.awk
OPS_MADE = src/wire/ops_gen.h src/wire/ops_gen.c src/store/ops_dispatch.h src/wire/ops.json
EXTRA_DIST += $(OPS_IN) doc/operations.md
BUILT_SOURCES += $(OPS_MADE)
CLEANFILES += $(OPS_MADE)
src/wire/ops_gen.h: $(OPS_IN)
	$(AM_V_GEN)$(MKDIR_P) src/wire && $(OPS_AWK) -v out=h $(srcdir)/src/wire/ops.tbl > $@.tmp && mv $@.tmp $@
src/wire/ops_gen.c: $(OPS_IN)
	$(AM_V_GEN)$(MKDIR_P) src/wire && $(OPS_AWK) -v out=c $(srcdir)/src/wire/ops.tbl > $@.tmp && mv $@.tmp $@
src/store/ops_dispatch.h: $(OPS_IN)
	$(AM_V_GEN)$(MKDIR_P) src/store && $(OPS_AWK) -v out=dispatch $(srcdir)/src/wire/ops.tbl > $@.tmp && mv $@.tmp $@
src/wire/ops.json: $(OPS_IN)
	$(AM_V_GEN)$(MKDIR_P) src/wire && $(OPS_AWK) -v out=json $(srcdir)/src/wire/ops.tbl > $@.tmp && mv $@.tmp $@
operations:
	$(AM_V_GEN)$(OPS_AWK) -v out=md $(srcdir)/src/wire/ops.tbl > ops.md.tmp && mv ops.md.tmp $(srcdir)/doc/operations.md
.PHONY: operations
