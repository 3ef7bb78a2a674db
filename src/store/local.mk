noinst_LIBRARIES += src/store/libstore.a
src_store_libstore_a_CPPFLAGS = $(INC_STORE) $(SQLITE_CFLAGS) $(SODIUM_CFLAGS) $(UV_CFLAGS)
STORE_STMT = src/store/stmt_all.def src/store/stmt_engine.def src/store/stmt_register.def src/store/stmt_dossier.def \
	src/store/canon_engine.def src/store/canon_register.def src/store/canon_dossier.def
# the engine
src_store_libstore_a_SOURCES = src/store/db.c src/store/db.h src/store/db_priv.h src/store/schema.c $(STORE_STMT) \
	src/store/journal.c src/store/journal.h src/store/merkle.c src/store/merkle.h \
	src/store/op.c src/store/op.h src/store/act.c src/store/act.h src/store/scope.c src/store/scope.h \
	src/store/store.c src/store/store.h src/store/store_priv.h src/store/register.h \
	src/store/job.c src/store/job.h src/store/batch.c src/store/batch.h src/store/receipt.c src/store/receipt.h
# the register

# dossiers, queues, batches, letters

EXTRA_DIST += src/store/schema.awk
src/store/schema_gen.h: $(SCHEMA_STEPS) src/store/schema.awk
	$(AM_V_GEN)$(MKDIR_P) src/store && $(AWK) -f $(srcdir)/src/store/schema.awk $(SCHEMA_STEPS) > $@.tmp && mv $@.tmp $@
BUILT_SOURCES += src/store/schema_gen.h
CLEANFILES += src/store/schema_gen.h
EXTRA_DIST += src/store/ops_table.awk
src/store/ops_table.h: src/wire/ops.tbl src/store/ops_table.awk $(src_store_libstore_a_SOURCES)
	$(AM_V_GEN)$(MKDIR_P) src/store && $(AWK) -f $(srcdir)/src/store/ops_table.awk $(srcdir)/src/wire/ops.tbl $(srcdir)/src/store/*.c > $@.tmp \
		&& { cmp -s $@.tmp $@ || mv $@.tmp $@; rm -f $@.tmp; }
BUILT_SOURCES += src/store/ops_table.h
CLEANFILES += src/store/ops_table.h
