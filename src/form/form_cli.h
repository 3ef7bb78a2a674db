/* form_cli.h - what form authors ask on the command line: balaictl form check, show, eval.
 *
 * Layer: form. Each returns the exit code: 0 good, 1 the file or expression is wrong, 2 it was called wrongly or a
 * file cannot
 * be read. What is good goes to out, what is wrong to err. */
#ifndef BALAI_FORM_CLI_H
#define BALAI_FORM_CLI_H
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "buf.h"

/* Errors and warnings of a .form or .list file, a line each: "FILE:LINE: error: ...". Lists are looked for in
 * list/ of the
 * folder above the file's, or beside it. Warnings alone leave the exit code 0. */
int form_cli_check(const char *path, FILE *out, FILE *err);
/* The questionnaire as paper would print it, in 80 columns. */
int form_cli_show(const char *path, FILE *out, FILE *err);
/* argv: EXPRESSION [NAME:TYPE=VALUE ...] [--today YYYY-MM-DD]. Prints TYPE<tab>VALUE. */
int form_cli_eval(int argc, char **argv, FILE *out, FILE *err);

/* The same into a buffer. given: NAME:TYPE=VALUE or NAME:TYPE[]=V|V|V, NAME may be "."; TYPE number, string, date.
 * Columns with
 * the same number of rows are columns of one roster. today: days since 1970-01-01. */
int form_cli_eval_text(const char *expression, const char *const *given, size_t ngiven, int32_t today, struct buf *out);

#endif
