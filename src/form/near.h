/* near.h - the word somebody probably meant.
 *
 * Layer: form. Used for error texts only: "unknown directive "requierd": did you mean "required"?" */
#ifndef BALAI_NEAR_H
#define BALAI_NEAR_H

struct near { const char *word; const char *best; int distance; };

void near_init(struct near *, const char *word);
void near_try(struct near *, const char *candidate);   /* borrowed; must outlive the struct */
const char *near_best(const struct near *);            /* NULL when nothing is near enough */

#endif
