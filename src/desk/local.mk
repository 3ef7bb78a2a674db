noinst_LIBRARIES += src/desk/libdesk.a
src_desk_libdesk_a_CPPFLAGS = $(INC_DESK)
src_desk_libdesk_a_SOURCES = src/desk/grid.c src/desk/grid.h src/desk/keydecode.c src/desk/key.h src/desk/edit.c src/desk/edit.h \
	src/desk/app.c src/desk/app.h src/desk/ask.c src/desk/stack.c src/desk/screen.c src/desk/screen.h src/desk/screens.tbl src/desk/actions.tbl \
	src/desk/page.c src/desk/page.h src/desk/list.c src/desk/words.c src/desk/data.c src/desk/popup.c \
	src/desk/fill.c src/desk/fill.h src/desk/fill_private.h src/desk/fill_walk.c src/desk/fill_check.c src/desk/fill_choice.c \
	src/desk/paint.c src/desk/paint_page.c src/desk/paint_form.c src/desk/paint_popup.c src/desk/hint.c src/desk/screen_form.c \
	src/desk/screen_login.c src/desk/screen_home.c src/desk/screen_household.c src/desk/screen_fill.c src/desk/screen_dossier.c src/desk/screen_decide.c \
	src/desk/screen_queue.c src/desk/screen_batch.c src/desk/screen_account.c src/desk/screen_journal.c src/desk/screen_settings.c \
	src/desk/screen_help.c
