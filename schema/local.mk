# Schema steps, in order. A step is never edited once a release carries it.
SCHEMA_STEPS = $(srcdir)/schema/0001-engine.sql $(srcdir)/schema/0002-register.sql $(srcdir)/schema/0003-dossier.sql $(srcdir)/schema/0004-card-index.sql \
	$(srcdir)/schema/0005-login.sql $(srcdir)/schema/0006-import.sql $(srcdir)/schema/0007-smaller.sql \
	$(srcdir)/schema/0008-shown-leaf.sql
EXTRA_DIST += schema/0001-engine.sql schema/0002-register.sql schema/0003-dossier.sql schema/0004-card-index.sql schema/0005-login.sql \
	schema/0006-import.sql schema/0007-smaller.sql schema/0008-shown-leaf.sql schema/README
