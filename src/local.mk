# the programs: one main each

# plays the people of the demo office; not installed
noinst_PROGRAMS += src/balai-demo
src_balai_demo_CPPFLAGS = $(INC_WIRE)
src_balai_demo_SOURCES = src/balai-demo.c
src_balai_demo_LDADD = $(LIB_WIRE)

sbin_PROGRAMS += src/balaid
src_balaid_CPPFLAGS = $(INC_BASE) -DLIBEXECDIR='"$(libexecdir)"'
src_balaid_SOURCES = src/balaid.c src/balaid.h src/balaid_admit.c src/balaid_child.c src/balaid_watch.c src/control.h
src_balaid_LDADD = $(LIB_BASE)

libexec_PROGRAMS += src/balai-session
src_balai_session_CPPFLAGS = $(INC_UI) -I$(srcdir)/src/line -I$(srcdir)/src/ssh
src_balai_session_SOURCES = src/balai-session.c src/session.c src/session.h src/session_exec.c src/session_login.c \
	src/desk_loop.c src/desk_loop.h src/control.h
src_balai_session_LDADD = src/ui/libui.a src/line/libline.a src/ssh/libsshd.a $(LIB_DESK) $(NCURSES_LIBS) $(SSH_LIBS) $(CRYPTO_LIBS)

bin_PROGRAMS += src/balai
src_balai_CPPFLAGS = $(INC_UI) -I$(srcdir)/src/line
src_balai_SOURCES = src/balai.c src/desk_loop.c src/desk_loop.h
src_balai_LDADD = src/ui/libui.a src/line/libline.a $(LIB_DESK) $(NCURSES_LIBS)
# the administrator's command line
sbin_PROGRAMS += src/balaictl
src_balaictl_CPPFLAGS = $(INC_WIRE) $(SODIUM_CFLAGS) -DSYSCONFDIR='"$(sysconfdir)"' -DLIBEXECDIR='"$(libexecdir)"'
src_balaictl_SOURCES = src/balaictl.c src/ctl.h src/ctl_account.c src/ctl_area.c src/ctl_data.c src/ctl_exec.c src/ctl_flow.c \
	src/ctl_journal.c src/ctl_login.c src/ctl_office.c src/ctl_backup.c src/ctl_restore.c src/ctl_say.c
src_balaictl_LDADD = $(LIB_WIRE) $(CSV_LIBS) $(SODIUM_LIBS)
