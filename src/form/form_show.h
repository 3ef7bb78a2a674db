/* form_show.h - the questionnaire as paper would print it.
 *
 * Layer: form. Lines of at most 80 columns; lang "id" or "en". */
#ifndef BALAI_FORM_SHOW_H
#define BALAI_FORM_SHOW_H
#include "form.h"

void form_show(const struct form *, const char *lang, struct buf *out);

#endif
