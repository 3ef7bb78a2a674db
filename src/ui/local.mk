noinst_LIBRARIES += src/ui/libui.a
src_ui_libui_a_CPPFLAGS = $(INC_UI) -Isrc/ui $(NCURSES_CFLAGS)
src_ui_libui_a_SOURCES = src/ui/ui.c src/ui/ui.h
nodist_src_ui_libui_a_SOURCES = src/ui/terms.h
BUILT_SOURCES += src/ui/terms.h
src/ui/libui_a-ui.$(OBJEXT): src/ui/terms.h
CLEANFILES += src/ui/terms.h
EXTRA_DIST += src/ui/terms.ti src/ui/terms.sh
src/ui/terms.h: src/ui/terms.ti src/ui/terms.sh
	$(AM_V_GEN)$(MKDIR_P) src/ui && $(SHELL) $(srcdir)/src/ui/terms.sh $(srcdir)/src/ui/terms.ti >$@.tmp && mv $@.tmp $@
