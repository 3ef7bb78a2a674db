noinst_LIBRARIES += src/form/libform.a
src_form_libform_a_CPPFLAGS = $(INC_FORM) $(SODIUM_CFLAGS) $(UTF8PROC_CFLAGS)
src_form_libform_a_SOURCES = \
	src/form/check.h src/form/check_eval.h src/form/expr.h src/form/expr_lex.h src/form/expr_parse.h \
	src/form/expr_tree.h src/form/filling.h src/form/form.h \
	src/form/form_cli.h src/form/form_directives.h src/form/form_priv.h src/form/form_show.h src/form/form_words.h src/form/near.h src/form/pattern.h \
	src/form/check.c src/form/check_eval.c src/form/check_field.c src/form/check_value.c \
	src/form/expr_bind.c src/form/expr_eval.c src/form/expr_func.c src/form/expr_lex.c src/form/expr_parse.c src/form/expr_value.c \
	src/form/filling.c src/form/form.c src/form/form_cli.c src/form/form_dir.c src/form/form_directives.c src/form/form_lint.c src/form/form_list.c \
	src/form/form_read.c src/form/form_rules.c src/form/form_show.c src/form/form_words.c src/form/near.c src/form/pattern.c
