# the programs: one main each

# plays the people of the demo office; not installed
noinst_PROGRAMS += src/balai-demo
src_balai_demo_CPPFLAGS = $(INC_WIRE)
src_balai_demo_SOURCES = src/balai-demo.c
src_balai_demo_LDADD = $(LIB_WIRE)
