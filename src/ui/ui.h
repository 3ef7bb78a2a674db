/* ui.h - curses: copies a grid to a terminal whose bytes go into a buffer.
 *
 * Layer: ui. The only place that knows curses; one per process (curses state is global). Never reads: keys are decoded by
 * desk/key.h. Output bytes land in ui_output() (write() of ui's descriptor is caught, ssh-and-ncurses.md 13.2). */
#ifndef BALAI_UI_H
#define BALAI_UI_H
#include <stdbool.h>
#include "grid.h"

int  ui_preload(void);                                        /* terminal entries compiled in; before confinement */
const char *ui_term(const char *asked);                       /* one of the known names, else "vt100" */
int  ui_open(const char *term, int rows, int cols, bool mono);
void ui_colour(bool);                                         /* or monochrome; the next paint sends all */
void ui_close(void);                                          /* puts the reset bytes into the output */
int  ui_resize(int rows, int cols);
void ui_paint(const struct grid *);                           /* one doupdate */
void ui_redraw(void);                                         /* next paint sends all */
void ui_bell(void);
struct buf *ui_output(void);

#endif
