/* form_words.h - a rule of a form in words, for paper and help.
 *
 * Layer: form. Indonesian or English sentences made of the labels and numbers of fields: nobody has to read ${...}. */
#ifndef BALAI_FORM_WORDS_H
#define BALAI_FORM_WORDS_H
#include "form.h"

void form_words(const struct form *, const struct expr *, const char *lang, struct buf *out);

#endif
