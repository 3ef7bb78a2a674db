# Manual pages, made by scdoc from the .scd files, and documents.
MANUALS = doc/balai.1 doc/balai.conf.5 doc/balaid.8 doc/balaictl.8
EXTRA_DIST += $(MANUALS:=.scd)
if HAVE_SCDOC
man_MANS = $(MANUALS)
CLEANFILES += $(MANUALS)
SUFFIXES = .scd
.scd:
	$(AM_V_GEN)$(MKDIR_P) doc && scdoc < $< > $@.tmp && mv $@.tmp $@
endif
