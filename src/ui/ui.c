/* ui.c - the painter: a grid in, the fewest bytes that make the terminal show it out.
 *
 * curses wants a descriptor to write to. It gets one that was closed (UI_FD, above what a session may open), and write() for
 * that number is caught below: no system call, no pipe that could fill. Only rows that changed are handed to curses.
 *
 * Memory counts, for there is a process for each session: curses has one window less than usual (rows go straight into the
 * screen that is to come), and of the grid it was told last a sum of each row is kept. */
#include "config.h"
#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <wchar.h>
#include "buf.h"
#include "err.h"
#include "log.h"
#include "random.h"
#include "terms.h"
#include "ui.h"

#define UI_FD 63
#define UI_COLS_MAX 300
#define UI_OUTPUT_MAX (1u << 20)

static FILE *ui_file;            /* fileno is UI_FD */
static SCREEN *ui_screen;
static int ui_rows, ui_cols;
static uint64_t *ui_sum;         /* of each row that curses was told last */
static uint64_t ui_secret;       /* nobody can make a row that has the sum of another one */
static bool ui_cursor;
static struct buf ui_out;
static bool ui_all;              /* nothing shown is known */
static bool ui_mono;

/* The linker exports this, so that libncurses calls it in place of libc's. */
ssize_t write(int fd, const void *data, size_t n);
ssize_t write(int fd, const void *data, size_t n)
{
	if (fd != UI_FD || ui_file == NULL)
		return syscall(SYS_write, fd, data, n);
	buf_put(&ui_out, data, n);
	return (ssize_t)n;
}

/* newterm() looks at the folders where terminal entries may lie before it takes the one it was given. There are none. */
static bool ui_opening;

int stat(const char *path, struct stat *st)
{
	if (!ui_opening)
		return fstatat(AT_FDCWD, path, st, 0);
	errno = ENOENT;
	return -1;
}

int access(const char *path, int mode)
{
	if (!ui_opening)
		return faccessat(AT_FDCWD, path, mode, 0);
	errno = ENOENT;
	return -1;
}

struct buf *ui_output(void)
{
	return &ui_out;
}

int ui_preload(void)
{
	int fd;

	if (ui_file != NULL)
		return 0;
	/* LC_CTYPE alone: with LC_MESSAGES every strerror() would look for a catalogue, which a confined process must not */
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		return ERR_NOTFOUND;
	buf_init(&ui_out, UI_OUTPUT_MAX);
	/* else curses takes the signal away before each painting and puts it back afterwards: two system calls a key */
	if (signal(SIGTSTP, SIG_IGN) == SIG_ERR)
		return ERR_IO;
	if ((fd = open("/dev/null", O_RDWR | O_CLOEXEC)) < 0)
		return ERR_IO;
	if (dup3(fd, UI_FD, O_CLOEXEC) < 0) {
		close(fd);
		return ERR_IO;
	}
	close(fd);
	ui_file = fdopen(UI_FD, "r+");
	close(UI_FD);                /* the number stays, and is ours */
	return ui_file != NULL ? 0 : ERR_NOMEM;
}

const char *ui_term(const char *asked)
{
	/* what begins like this is drawn on like that; terminal.md 5 */
	static const struct { const char *begins, *term; } known[] = {
		{ "xterm", "xterm" }, { "putty", "putty" }, { "linux", "linux" }, { "screen", "screen" }, { "tmux", "tmux" },
		{ "rxvt", "rxvt" }, { "vt220", "vt220" }, { "vt100", "vt100" }, { "alacritty", "xterm" }, { "foot", "xterm" },
		{ "kitty", "xterm" }, { "konsole", "xterm" }, { "gnome", "xterm" }, { "vte", "xterm" }, { "st-", "xterm" },
		{ "mintty", "xterm" }, { "wezterm", "xterm" }, { "contour", "xterm" }, { "cygwin", "linux" },
	};

	for (size_t i = 0; asked != NULL && i < sizeof known / sizeof known[0]; i++)
		if (strncmp(asked, known[i].begins, strlen(known[i].begins)) == 0)
			return known[i].term;
	return "vt100";
}

static const char *entry(const char *term)
{
	for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++)
		if (strcmp(terms[i].name, term) == 0)
			return terms[i].body;
	return NULL;
}

void ui_redraw(void)
{
	ui_all = true;
	if (ui_screen != NULL)
		clearok(curscr, TRUE);
}

static void colours(void)
{
	if (ui_mono || start_color() != OK || COLORS < 8) {
		ui_mono = true;
		return;
	}
	use_default_colors();
	/* Normal text is the terminal's own pair; the two others name both colours. Contrast >= 4.5 with PuTTY's and the
	 * console's palette; blue is never used for text. */
	init_pair(GRID_FOCUS, COLOR_BLACK, COLOR_CYAN);
	init_pair(GRID_ERROR, COLOR_WHITE, COLOR_RED);
}

void ui_colour(bool on)
{
	if (ui_screen == NULL)
		return;
	ui_mono = !on;
	colours();
	ui_redraw();
}

static void size_env(int rows, int cols)
{
	char number[12];

	snprintf(number, sizeof number, "%d", rows);
	setenv("LINES", number, 1);
	snprintf(number, sizeof number, "%d", cols);
	setenv("COLUMNS", number, 1);
}

static int sums_resize(int rows, int cols)
{
	uint64_t *sum = calloc((size_t)rows, sizeof *sum);

	if (sum == NULL)
		return ERR_NOMEM;
	free(ui_sum);
	ui_sum = sum;
	ui_rows = rows;
	ui_cols = cols;
	ui_all = true;
	return 0;
}

int ui_open(const char *term, int rows, int cols, bool mono)
{
	const char *name = ui_term(term);

	if (ui_file == NULL || ui_screen != NULL || cols > UI_COLS_MAX)
		return ERR_RANGE;
	setenv("TERMINFO", entry(name), 1);
	setenv("NCURSES_NO_UTF8_ACS", "1", 1);
	size_env(rows, cols);
	/* never initscr(): it ends the process when it does not like the terminal */
	ui_opening = true;
	ui_screen = newterm(name, ui_file, ui_file);
	ui_opening = false;
	unsetenv("TERMINFO");
	if (ui_screen == NULL)
		return ERR_NOMEM;
	ui_mono = mono;
	ui_cursor = false;
	colours();
	noecho();
	nonl();
	typeahead(-1);
	wresize(stdscr, 1, 1);      /* doupdate() wants one */
	random_bytes(&ui_secret, sizeof ui_secret);
	ui_secret |= 1;
	if (sums_resize(rows, cols) != 0)
		return ERR_NOMEM;
	buf_puts(&ui_out, "\033[?2004h");
	return buf_end(&ui_out);
}

void ui_close(void)
{
	if (ui_screen == NULL)
		return;
	curs_set(1);
	buf_puts(&ui_out, "\033[?2004l");
	endwin();
	delscreen(ui_screen);
	ui_screen = NULL;
	free(ui_sum);
	ui_sum = NULL;
}

int ui_resize(int rows, int cols)
{
	if (ui_screen == NULL || cols > UI_COLS_MAX)
		return ERR_RANGE;
	size_env(rows, cols);
	if (resizeterm(rows, cols) != OK || sums_resize(rows, cols) != 0)
		return ERR_NOMEM;
	ui_redraw();
	return 0;
}

void ui_bell(void)
{
	buf_putc(&ui_out, 7);
}

static attr_t attributes(const struct cell *c)
{
	attr_t a = A_NORMAL;

	if (c->attr & GRID_BOLD)
		a |= A_BOLD;
	if (c->attr & GRID_DIM)
		a |= A_DIM;
	if (c->attr & GRID_UNDERLINE)
		a |= A_UNDERLINE;
	if (c->attr & GRID_REVERSE)
		a |= A_REVERSE;
	if (c->role == GRID_ERROR)
		a |= A_BOLD;             /* bright white on red; bold where there are no colours */
	if (ui_mono && c->role != GRID_NORMAL)
		a ^= A_REVERSE;
	return a;
}

/* A cell's text was cleaned by grid_put(); what still does not decode is a bug there and shows as '?'. */
static void cell_convert(cchar_t *out, const struct cell *c)
{
	wchar_t text[CCHARW_MAX + 1] = { 0 };
	const char *s = c->text;
	mbstate_t state = { 0 };
	size_t n = mbsrtowcs(text, &s, CCHARW_MAX, &state);

	if (n == (size_t)-1 || n == 0)
		wcscpy(text, n == 0 ? L" " : L"?");
	if (setcchar(out, text, attributes(c), ui_mono ? 0 : c->role, NULL) != OK)
		setcchar(out, L"?", attributes(c), 0, NULL);
}

static void row_put(const struct grid *g, int row)
{
	cchar_t line[UI_COLS_MAX + 1];
	const struct cell *c = &g->cell[(size_t)row * (size_t)g->cols];
	int n = 0;

	for (int col = 0; col < g->cols; col++)
		if (c[col].width > 0)
			cell_convert(&line[n++], &c[col]);
	mvwadd_wchnstr(newscr, row, 0, line, n);
}

static uint64_t sum_add(uint64_t sum, uint64_t word)
{
	unsigned __int128 product = (unsigned __int128)(sum ^ word) * ui_secret;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t row_sum(const struct cell *cell, int cols)
{
	const char *p = (const char *)cell;
	size_t n = (size_t)cols * sizeof *cell;
	uint64_t sum = ui_secret >> 1, word;

	for (; n >= sizeof word; p += sizeof word, n -= sizeof word) {
		memcpy(&word, p, sizeof word);
		sum = sum_add(sum, word);
	}
	word = 0;
	memcpy(&word, p, n);
	return sum_add(sum, word);
}

void ui_paint(const struct grid *g)
{
	if (ui_screen == NULL || g->rows != ui_rows || g->cols != ui_cols)
		return;
	for (int row = 0; row < g->rows; row++) {
		uint64_t sum = row_sum(&g->cell[(size_t)row * (size_t)g->cols], g->cols);

		if (!ui_all && sum == ui_sum[row])
			continue;
		ui_sum[row] = sum;
		row_put(g, row);
	}
	ui_all = false;
	if (g->cursor_shown)
		wmove(newscr, g->cursor_row, g->cursor_col);
	if (ui_cursor != g->cursor_shown)
		curs_set(g->cursor_shown ? 1 : 0);
	ui_cursor = g->cursor_shown;
	doupdate();
}
