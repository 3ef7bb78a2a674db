/* key.h - a key as the desk knows it; terminal.md 2 and 4. Decoded by src/desk/keydecode.c from bytes, the same for SSH and
 * local terminals. Layer: desk. */
#ifndef BALAI_KEY_H
#define BALAI_KEY_H
#include <stdint.h>
#include <stddef.h>

enum key_code {
	KEY_TEXT = 1,                 /* ch: one code point that may be typed */
	KEY_PASTE,                    /* text, n bytes: a bracketed paste, clean of controls, newlines made blanks */
	KEY_ENTER_, KEY_TAB_, KEY_BACKTAB_, KEY_BACKSPACE_, KEY_DELETE_, KEY_INSERT_,
	KEY_UP_, KEY_DOWN_, KEY_LEFT_, KEY_RIGHT_, KEY_HOME_, KEY_END_, KEY_PAGEUP_, KEY_PAGEDOWN_,
	KEY_F1_, KEY_F2_, KEY_F3_, KEY_F4_, KEY_F5_, KEY_F6_, KEY_F7_, KEY_F8_, KEY_F9_, KEY_F10_,
	KEY_CANCEL_,                  /* lone Esc after its wait, Ctrl-G, Ctrl-C */
	KEY_KILL_LINE_, KEY_KILL_END_, KEY_KILL_WORD_, KEY_UNDO_, KEY_REDRAW_,
	KEY_NONE_ = 0
};
/* burst: how many characters came in the same read. A scanner and an unbracketed paste show as 8 or more (KEY_BURST): an
 * identity field then swallows the closing Enter, and screens where letters decide ignore them. text is valid until the next
 * call of the decoder. */
#define KEY_BURST 8
struct key { enum key_code code; uint32_t ch; const char *text; size_t n; unsigned burst; };

/* The decoder: bytes in, keys out; times in clock_mono_ms. A lone Esc waits 250 ms for the bytes of a key, then 1 s for a
 * digit (Esc 1..0 = F1..F10). keydecode_due() says when keydecode_tick() must be called, 0 never. */
struct keydecode;
struct keydecode *keydecode_new(void);
void keydecode_free(struct keydecode *);
void keydecode_bytes(struct keydecode *, const void *, size_t, int64_t now);
void keydecode_tick(struct keydecode *, int64_t now);
int64_t keydecode_due(const struct keydecode *);
int keydecode_next(struct keydecode *, struct key *);     /* 1 a key, 0 none */

#endif
