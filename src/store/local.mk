noinst_LIBRARIES += src/store/libstore.a
src_store_libstore_a_CPPFLAGS = $(INC_STORE) $(SQLITE_CFLAGS) $(SODIUM_CFLAGS) $(UV_CFLAGS)
STORE_STMT = src/store/stmt_all.def src/store/stmt_engine.def src/store/stmt_register.def src/store/stmt_dossier.def \
	src/store/canon_engine.def src/store/canon_register.def src/store/canon_dossier.def
# the engine
src_store_libstore_a_SOURCES = src/store/db.c src/store/db.h src/store/db_priv.h src/store/schema.c $(STORE_STMT) \
	src/store/journal.c src/store/journal.h src/store/merkle.c src/store/merkle.h \
	src/store/op.c src/store/op.h src/store/act.c src/store/act.h src/store/scope.c src/store/scope.h \
	src/store/store.c src/store/store.h src/store/store_priv.h src/store/register.h \
	src/store/job.c src/store/job.h src/store/batch.c src/store/batch.h src/store/receipt.c src/store/receipt.h \
	src/store/password.c src/store/password.h src/store/auth.c src/store/auth.h src/store/auth_session.c \
	src/store/auth_password.c src/store/bar.c src/store/bar.h src/store/account.c src/store/data.c src/store/data.h \
	src/store/reader.c src/store/reader.h src/store/server.c src/store/server.h src/store/hash_wire.h \
	src/store/journal_ops.c src/store/backup.c src/store/status.c \
	src/store/office.c src/store/office.h src/store/office_own.c src/store/office_priv.h src/store/office_restore.c \
	src/store/office_reset.c src/store/verify.c src/store/verify.h
# the register
src_store_libstore_a_SOURCES += src/store/register_set.c src/store/register_set.h src/store/register_flush.c src/store/register_answers.c \
	src/store/register_map.c src/store/register_read.c src/store/register_merge.c src/store/register_check.c src/store/register_run.h \
	src/store/register_apply.c src/store/register_new.c src/store/register_leave.c src/store/register_split.c \
	src/store/register_search.c src/store/register_join.c src/store/register_join.h src/store/register_unjoin.c src/store/register_prefill.c \
	src/store/op_register_area.c src/store/op_register_find.c src/store/op_register_show.c src/store/op_register_erase.c

# dossiers, queues, batches, letters
src_store_libstore_a_SOURCES += src/store/dossier.c src/store/dossier.h src/store/dossier_rules.c src/store/dossier_data.c src/store/filling_pack.c src/store/filling_pack.h src/store/filling_store.c \
	src/store/filling_store.h \
	src/store/dossier_submit.c src/store/dossier_submit.h src/store/dossier_fire.c src/store/dossier_show.c src/store/dossier_list.c \
	src/store/draft.c src/store/draft.h src/store/draft_open.c src/store/draft_rebase.c src/store/queue.c src/store/lease.c src/store/lease.h \
	src/store/gate.c src/store/period.c src/store/reserve.c src/store/intake.h src/store/finalise.c src/store/finalise.h \
	src/store/recap.c src/store/recap.h src/store/desk.c src/store/import.c src/store/dossier_receipt.c src/store/dossier_erase.c \
	src/store/blob.c src/store/blob.h src/store/evidence.c src/store/letter.c src/store/letter_text.c src/store/letter_text.h

EXTRA_DIST += src/store/schema.awk
src/store/schema_gen.h: $(SCHEMA_STEPS) src/store/schema.awk
	$(AM_V_GEN)$(MKDIR_P) src/store && $(AWK) -f $(srcdir)/src/store/schema.awk $(SCHEMA_STEPS) > $@.tmp && mv $@.tmp $@
BUILT_SOURCES += src/store/schema_gen.h
CLEANFILES += src/store/schema_gen.h
EXTRA_DIST += src/store/password.words
src/store/password_words.h: src/store/password.words
	$(AM_V_GEN)$(MKDIR_P) src/store && grep '^[a-z]' $(srcdir)/src/store/password.words | LC_ALL=C sort -u | sed 's/.*/"&",/' > $@.tmp && mv $@.tmp $@
BUILT_SOURCES += src/store/password_words.h
CLEANFILES += src/store/password_words.h
# the store's two programs
libexec_PROGRAMS += src/balai-store src/balai-hash
src_balai_store_SOURCES = src/balai-store.c
src_balai_store_CPPFLAGS = $(INC_STORE) $(SODIUM_CFLAGS)
src_balai_store_LDADD = $(LIB_STORE)
src_balai_hash_SOURCES = src/balai-hash.c
src_balai_hash_CPPFLAGS = $(INC_STORE) $(SODIUM_CFLAGS)
src_balai_hash_LDADD = $(LIB_BASE)
