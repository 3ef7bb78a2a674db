/* keydecode.c - from the bytes terminals really send to keys: terminal.md 2 and 4.
 *
 * Bytes that may still become a key wait in `pend`. What a table below knows becomes a key at once; what nothing can become is
 * given back as text when it could have been typed by hand, and dropped when only a terminal says such things (answers to
 * DA and DSR, unknown sequences). A key whose bytes come apart by more than KEY_WAIT is still recognised when the next read
 * completes it exactly; otherwise its first part is dropped and the new bytes are taken as typed. */
#include "config.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "buf.h"
#include "key.h"

#define KEY_WAIT 250              /* ms: bytes of one key */
#define DIGIT_WAIT 1000           /* ms more: Esc, then a digit */
#define PASTE_WAIT 1000           /* ms: a paste whose end never comes */
#define PASTE_MAX 16384           /* bytes of one paste; the rest is left out */
#define QUEUE_MAX 20000           /* keys typed ahead */
#define PEND_MAX 256

struct seq { const char *bytes; enum key_code code; };

/* After ESC. Cursor keys with modifiers and keypad forms are handled by rule below, not here. */
static const struct seq seq_table[] = {
	{ "[A", KEY_UP_ }, { "[B", KEY_DOWN_ }, { "[C", KEY_RIGHT_ }, { "[D", KEY_LEFT_ }, { "[H", KEY_HOME_ }, { "[F", KEY_END_ },
	{ "OA", KEY_UP_ }, { "OB", KEY_DOWN_ }, { "OC", KEY_RIGHT_ }, { "OD", KEY_LEFT_ }, { "OH", KEY_HOME_ }, { "OF", KEY_END_ },
	{ "[a", KEY_UP_ }, { "[b", KEY_DOWN_ }, { "[c", KEY_RIGHT_ }, { "[d", KEY_LEFT_ },          /* rxvt with Shift */
	{ "Oa", KEY_UP_ }, { "Ob", KEY_DOWN_ }, { "Oc", KEY_RIGHT_ }, { "Od", KEY_LEFT_ },          /* rxvt with Ctrl */
	{ "[1~", KEY_HOME_ }, { "[4~", KEY_END_ }, { "[7~", KEY_HOME_ }, { "[8~", KEY_END_ },
	{ "[2~", KEY_INSERT_ }, { "[3~", KEY_DELETE_ }, { "[5~", KEY_PAGEUP_ }, { "[6~", KEY_PAGEDOWN_ },
	{ "[E", KEY_NONE_ }, { "[G", KEY_NONE_ },                                                   /* keypad 5 */
	{ "[Z", KEY_BACKTAB_ },
	{ "[11~", KEY_F1_ }, { "[12~", KEY_F2_ }, { "[13~", KEY_F3_ }, { "[14~", KEY_F4_ }, { "[15~", KEY_F5_ },
	{ "[17~", KEY_F6_ }, { "[18~", KEY_F7_ }, { "[19~", KEY_F8_ }, { "[20~", KEY_F9_ }, { "[21~", KEY_F10_ },
	{ "[[A", KEY_F1_ }, { "[[B", KEY_F2_ }, { "[[C", KEY_F3_ }, { "[[D", KEY_F4_ }, { "[[E", KEY_F5_ },  /* console, PuTTY "Linux" */
	{ "OP", KEY_F1_ }, { "OQ", KEY_F2_ }, { "OR", KEY_F3_ }, { "OS", KEY_F4_ }, { "OT", KEY_F5_ }, { "OU", KEY_F6_ },
	{ "OV", KEY_F7_ }, { "OW", KEY_F8_ },                                                       /* VT100+ */
	{ "[P", KEY_F1_ }, { "[Q", KEY_F2_ }, { "[R", KEY_F3_ }, { "[S", KEY_F4_ },
	{ "OM", KEY_ENTER_ }, { "OI", KEY_TAB_ },
};
/* The numeric keypad in application mode, should a terminal be in it all the same: ESC O x types this character. */
static const char keypad_code[] = "jklmnopqrstuvwxyX ";
static const char keypad_text[] = "*+,-./0123456789= ";

static const enum key_code fkey[10] = { KEY_F10_, KEY_F1_, KEY_F2_, KEY_F3_, KEY_F4_, KEY_F5_, KEY_F6_, KEY_F7_, KEY_F8_, KEY_F9_ };

static const enum key_code control_table[32] = {
	[0x01] = KEY_HOME_, [0x03] = KEY_CANCEL_, [0x04] = KEY_F9_, [0x05] = KEY_END_, [0x06] = KEY_F4_, [0x07] = KEY_CANCEL_,
	[0x08] = KEY_BACKSPACE_, [0x09] = KEY_TAB_, [0x0a] = KEY_ENTER_, [0x0b] = KEY_KILL_END_, [0x0c] = KEY_REDRAW_,
	[0x0d] = KEY_ENTER_, [0x0f] = KEY_F2_, [0x12] = KEY_F5_, [0x14] = KEY_F10_, [0x15] = KEY_KILL_LINE_,
	[0x17] = KEY_KILL_WORD_, [0x1a] = KEY_UNDO_, [0x1f] = KEY_UNDO_,
};

struct queued { uint16_t code; uint16_t burst; uint32_t ch; char *text; };

struct keydecode {
	uint8_t pend[PEND_MAX];
	size_t n;
	int64_t since;                /* last byte that went into pend, or into the paste */
	bool late;                    /* KEY_WAIT is over: only an exact completion counts */
	bool paste;
	struct buf pasted;
	bool cr;                      /* the last byte was CR: its LF is the same Enter */
	unsigned burst;               /* text characters in the present read */
	struct queued *q;
	size_t head, tail, size;
	char *lent;                   /* text of the last KEY_PASTE given out */
};

struct keydecode *keydecode_new(void)
{
	struct keydecode *d = calloc(1, sizeof(*d));

	if (d != NULL)
		buf_init(&d->pasted, PASTE_MAX + 8);
	return d;
}

void keydecode_free(struct keydecode *d)
{
	if (d == NULL)
		return;
	for (size_t i = d->head; i < d->tail; i++)
		free(d->q[i].text);
	free(d->q);
	free(d->lent);
	buf_wipe(&d->pasted);
	memset(d->pend, 0, sizeof(d->pend));
	free(d);
}

static void emit(struct keydecode *d, enum key_code code, uint32_t ch, char *text)
{
	if (d->head > 0 && d->head == d->tail)
		d->head = d->tail = 0;
	if (d->tail == d->size) {
		size_t size = d->size == 0 ? 32 : d->size * 2;
		struct queued *q = size > QUEUE_MAX * 2 ? NULL : realloc(d->q, size * sizeof(*q));

		if (q == NULL) {
			free(text);
			return;
		}
		d->q = q;
		d->size = size;
	}
	d->q[d->tail++] = (struct queued){ .code = (uint16_t)code, .burst = (uint16_t)(d->burst > 60000 ? 60000 : d->burst), .ch = ch, .text = text };
}

int keydecode_next(struct keydecode *d, struct key *k)
{
	struct queued *q;

	free(d->lent);
	d->lent = NULL;
	*k = (struct key){ 0 };
	if (d->head == d->tail)
		return 0;
	q = &d->q[d->head++];
	d->lent = q->text;
	*k = (struct key){ .code = q->code, .ch = q->ch, .text = q->text, .n = q->text != NULL ? strlen(q->text) : 0, .burst = q->burst };
	return 1;
}

/* Length of the UTF-8 sequence that p starts: 0 more bytes are needed, -1 it is broken. */
static int utf8_get(const uint8_t *p, size_t n, uint32_t *ch)
{
	int len = p[0] < 0x80 ? 1 : p[0] >= 0xc2 && p[0] < 0xe0 ? 2 : (p[0] & 0xf0) == 0xe0 ? 3 : p[0] >= 0xf0 && p[0] < 0xf5 ? 4 : -1;
	static const uint8_t mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t v;

	if (len < 0)
		return -1;
	v = p[0] & mask[len];
	for (int i = 1; i < len; i++) {
		if ((size_t)i >= n)
			return 0;
		if ((p[i] & 0xc0) != 0x80)
			return -1;
		v = v << 6 | (p[i] & 0x3f);
	}
	if ((len == 3 && v < 0x800) || (len == 4 && (v < 0x10000 || v > 0x10ffff)) || (v >= 0xd800 && v < 0xe000))
		return -1;
	*ch = v;
	return len;
}

/* What an escape sequence is. */
enum seq_is { SEQ_MORE, SEQ_KEY, SEQ_IGNORED, SEQ_NOT };

/* s, n: the bytes after ESC. *used: how many of them belong to it. */
static enum seq_is seq_find(const uint8_t *s, size_t n, size_t *used, enum key_code *code, uint32_t *ch)
{
	size_t i = 1;

	*code = KEY_NONE_;
	*ch = 0;
	if (n == 0)
		return SEQ_MORE;
	if (s[0] != '[' && s[0] != 'O')
		return SEQ_NOT;
	for (size_t k = 0; k < sizeof(seq_table) / sizeof(seq_table[0]); k++) {
		size_t len = strlen(seq_table[k].bytes);

		if (n >= len && memcmp(s, seq_table[k].bytes, len) == 0) {
			*used = len;
			*code = seq_table[k].code;
			return *code != KEY_NONE_ ? SEQ_KEY : SEQ_IGNORED;
		}
	}
	if (s[0] == 'O') {
		const char *at;

		if (n < 2)
			return SEQ_MORE;
		at = s[1] != 0 ? strchr(keypad_code, s[1]) : NULL;
		if (at != NULL) {
			*used = 2;
			*code = KEY_TEXT;
			*ch = (uint32_t)(uint8_t)keypad_text[at - keypad_code];
			return SEQ_KEY;
		}
		if (s[1] >= '1' && s[1] <= '8') {       /* ESC O 5 A: a modifier in old terminals */
			if (n < 3)
				return SEQ_MORE;
			*used = 3;
			for (size_t k = 0; k < sizeof(seq_table) / sizeof(seq_table[0]); k++)
				if (seq_table[k].bytes[0] == 'O' && seq_table[k].bytes[1] == (char)s[2] && s[2] <= 'H')
					*code = seq_table[k].code;
			return *code != KEY_NONE_ ? SEQ_KEY : SEQ_IGNORED;
		}
		return SEQ_NOT;
	}
	if (n >= 2 && s[1] == '[') {
		if (n < 3)
			return SEQ_MORE;
		*used = 3;
		return SEQ_IGNORED;
	}
	while (i < n && s[i] >= 0x30 && s[i] <= 0x3f)
		i++;
	while (i < n && s[i] >= 0x20 && s[i] <= 0x2f) {
		i++;
		if (s[i - 1] == '$') {                  /* rxvt with Shift: ESC [ 7 $ */
			*used = i;
			return SEQ_IGNORED;
		}
	}
	if (i >= n)
		return i > 40 ? SEQ_NOT : SEQ_MORE;
	if (s[i] == '^' || s[i] == '@') {                /* rxvt with Ctrl: ESC [ 7 ^ */
		*used = i + 1;
		return SEQ_IGNORED;
	}
	if (s[i] < 0x40 || s[i] > 0x7e)
		return SEQ_NOT;
	*used = i + 1;
	/* CSI 1 ; modifier X and CSI n ; modifier ~ : cursor and editing keys with a modifier are the plain ones; function keys
	 * with a modifier are not bound (terminal.md 2), and CSI 1;2R may be an answer to DSR. */
	if (s[1] == '1' && i == 4 && s[2] == ';' && s[3] >= '2' && s[3] <= '9' && strchr("ABCDHF", s[i]) != NULL) {
		for (size_t k = 0; k < sizeof(seq_table) / sizeof(seq_table[0]); k++)
			if (seq_table[k].bytes[0] == '[' && seq_table[k].bytes[1] == (char)s[i])
				*code = seq_table[k].code;
	} else if (i == 4 && s[2] == ';' && s[i] == '~' && strchr("1345678", s[1]) != NULL) {
		for (size_t k = 0; k < sizeof(seq_table) / sizeof(seq_table[0]); k++)
			if (seq_table[k].bytes[0] == '[' && seq_table[k].bytes[1] == (char)s[1] && seq_table[k].bytes[2] == '~')
				*code = seq_table[k].code;
	}
	return *code != KEY_NONE_ ? SEQ_KEY : SEQ_IGNORED;
}

static void pend_drop(struct keydecode *d, size_t n)
{
	memmove(d->pend, d->pend + n, d->n - n);
	d->n -= n;
}

static void paste_end(struct keydecode *d)
{
	char *text = buf_take(&d->pasted);

	d->paste = false;
	buf_init(&d->pasted, PASTE_MAX + 8);
	if (text != NULL && text[0] != 0)
		emit(d, KEY_PASTE, 0, text);
	else
		free(text);
}

static void paste_byte(struct keydecode *d, uint8_t b)
{
	if (d->pasted.len >= PASTE_MAX)
		return;
	if (b == '\r' || b == '\n' || b == '\t') {
		if (b != '\n' || d->pasted.len == 0 || d->pasted.data[d->pasted.len - 1] != ' ')
			buf_putc(&d->pasted, ' ');
	} else if (b >= 0x20 && b != 0x7f) {
		buf_putc(&d->pasted, b);
	}
}

static void text_byte_run(struct keydecode *d, bool all);

/* ESC is first in pend and was not the start of a key: what had been typed by hand after it is typed text. */
static void escape_give_up(struct keydecode *d, bool cancel)
{
	if (cancel)
		emit(d, KEY_CANCEL_, 0, NULL);
	pend_drop(d, 1);
	d->late = false;
}

/* A string from the terminal (DCS, OSC, APC, PM, SOS), ended by ST or BEL. 0 not ended yet. */
static size_t string_end(const uint8_t *p, size_t n)
{
	for (size_t i = 2; i < n; i++) {
		if (p[i] == 0x07)
			return i + 1;
		if (p[i] == 0x1b && i + 1 < n && p[i + 1] == '\\')
			return i + 2;
	}
	return 0;
}

/* Works off pend as far as it can. Returns when more bytes or time are needed. */
static void work(struct keydecode *d)
{
	while (d->n > 0) {
		size_t used = 0;
		enum key_code code;
		uint32_t ch;

		if (d->pend[0] != 0x1b) {
			size_t before = d->n;

			text_byte_run(d, false);
			if (d->n == before)
				return;
			continue;
		}
		if (d->n == 1)
			return;
		if (d->pend[1] == 0x1b) {               /* Alt with a cursor key, or Esc twice */
			if (d->n >= 3 && (d->pend[2] == '[' || d->pend[2] == 'O')) {
				pend_drop(d, 1);
				continue;
			}
			if (d->n == 2)
				return;
			escape_give_up(d, true);
			continue;
		}
		if (d->pend[1] >= '0' && d->pend[1] <= '9') {
			emit(d, fkey[d->pend[1] - '0'], 0, NULL);
			pend_drop(d, 2);
			d->late = false;
			continue;
		}
		if (d->pend[1] == 'P' || d->pend[1] == ']' || d->pend[1] == '_' || d->pend[1] == '^' || d->pend[1] == 'X') {
			used = string_end(d->pend, d->n);
			if (used > 0) {
				pend_drop(d, used);
				continue;
			}
			if (d->n < PEND_MAX && !d->late)
				return;
			escape_give_up(d, d->n == 2);
			continue;
		}
		switch (seq_find(d->pend + 1, d->n - 1, &used, &code, &ch)) {
		case SEQ_MORE:
			return;
		case SEQ_KEY:
			if (used == 5 && memcmp(d->pend + 1, "[200~", 5) == 0)
				break;
			pend_drop(d, used + 1);
			d->late = false;
			emit(d, code, ch, NULL);
			break;
		case SEQ_IGNORED:
			if (used == 5 && memcmp(d->pend + 1, "[200~", 5) == 0) {
				d->paste = true;
				pend_drop(d, 6);
				d->late = false;
				return;
			}
			pend_drop(d, used + 1);
			d->late = false;
			break;
		case SEQ_NOT:
			/* Alt with a letter comes in one piece and is bound to nothing; Esc and later a letter is cancel and a letter. */
			escape_give_up(d, d->late);
			break;
		}
	}
	d->late = false;
}

/* Text and control bytes at the head of pend, up to the next ESC. all: incomplete UTF-8 is broken. */
static void text_byte_run(struct keydecode *d, bool all)
{
	while (d->n > 0 && d->pend[0] != 0x1b) {
		uint32_t ch = 0;
		int len;

		if (d->pend[0] < 0x20 || d->pend[0] == 0x7f) {
			uint8_t b = d->pend[0];
			enum key_code code = b == 0x7f ? KEY_BACKSPACE_ : control_table[b];
			bool pair = b == '\n' && d->cr;

			d->cr = b == '\r';
			pend_drop(d, 1);
			if (code != KEY_NONE_ && !pair)
				emit(d, code, 0, NULL);
			continue;
		}
		d->cr = false;
		len = utf8_get(d->pend, d->n, &ch);
		if (len == 0 && !all)
			return;
		if (len <= 0) {
			len = 1;
			ch = 0xfffd;
			while ((size_t)len < d->n && (d->pend[len] & 0xc0) == 0x80)
				len++;
		} else if (ch >= 0x80 && ch < 0xa0) {
			ch = 0xfffd;                   /* a C1 control is no text, whole or split over two reads */
		}
		pend_drop(d, (size_t)len);
		emit(d, KEY_TEXT, ch, NULL);
	}
}

/* In a paste only its end mark counts; everything else is text without controls. */
static void work_paste(struct keydecode *d)
{
	static const char mark[] = "\x1b[201~";
	size_t i = 0;

	while (i < d->n) {
		size_t left = d->n - i;

		if (d->pend[i] == 0x1b) {
			if (left >= 6 && memcmp(d->pend + i, mark, 6) == 0) {
				pend_drop(d, i + 6);
				paste_end(d);
				return;
			}
			if (left < 6 && memcmp(d->pend + i, mark, left) == 0)
				break;
			i++;
			continue;
		}
		paste_byte(d, d->pend[i++]);
	}
	pend_drop(d, i);
}

static void work_all(struct keydecode *d)
{
	bool paste;

	do {
		paste = d->paste;
		if (d->paste)
			work_paste(d);
		else
			work(d);
	} while (paste != d->paste && d->n > 0);
}

/* The wait for the rest of a key is over and new bytes came: is it that rest, exactly? */
static bool completes(const struct keydecode *d, const uint8_t *p, size_t n)
{
	uint8_t both[PEND_MAX + 16];
	size_t used = 0, take = n < 16 ? n : 16;
	enum key_code code;
	uint32_t ch;

	memcpy(both, d->pend, d->n);
	memcpy(both + d->n, p, take);
	return seq_find(both + 1, d->n - 1 + take, &used, &code, &ch) == SEQ_KEY && code != KEY_TEXT && used + 1 == d->n + take && take == n;
}

void keydecode_bytes(struct keydecode *d, const void *bytes, size_t n, int64_t now)
{
	const uint8_t *p = bytes;
	unsigned text = 0;

	keydecode_tick(d, now);
	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++)
		if (p[i] >= 0x20 && p[i] != 0x7f && (p[i] & 0xc0) != 0x80)
			text++;
	d->burst = text;
	if (!d->paste && d->n > 1 && d->late && d->pend[0] == 0x1b && !completes(d, p, n)) {
		/* Esc [ and Esc O may have been typed by hand; anything longer is half a key and nobody typed it. */
		if (d->n == 2 && (d->pend[1] == '[' || d->pend[1] == 'O')) {
			escape_give_up(d, true);
			text_byte_run(d, true);
		} else {
			d->n = 0;
		}
		d->late = false;
	}
	d->since = now;
	while (n > 0) {
		size_t take = PEND_MAX - d->n;

		if (take > n)
			take = n;
		memcpy(d->pend + d->n, p, take);
		d->n += take;
		p += take;
		n -= take;
		work_all(d);
		if (d->n == PEND_MAX) {         /* nothing of ours is that long */
			d->n = 0;
			d->late = false;
		}
	}
}

void keydecode_tick(struct keydecode *d, int64_t now)
{
	if (d->paste) {
		if (now - d->since >= PASTE_WAIT) {
			d->n = 0;
			paste_end(d);
		}
		return;
	}
	if (d->n == 0)
		return;
	if (d->pend[0] != 0x1b) {
		if (now - d->since >= DIGIT_WAIT) {
			text_byte_run(d, true);
			work_all(d);
		}
		return;
	}
	if (now - d->since >= KEY_WAIT)
		d->late = true;
	if (now - d->since < KEY_WAIT + DIGIT_WAIT)
		return;
	d->burst = 0;
	if (d->n == 1 || d->pend[1] == 0x1b) {
		d->n = 0;
		emit(d, KEY_CANCEL_, 0, NULL);
	} else if (d->n == 2) {
		escape_give_up(d, true);
		text_byte_run(d, true);
	} else if (d->pend[1] != '[' && d->pend[1] != 'O') {
		escape_give_up(d, false);       /* a string that never ended */
		text_byte_run(d, true);
		d->n = 0;
	} else {
		d->n = 0;
	}
	d->late = false;
}

int64_t keydecode_due(const struct keydecode *d)
{
	if (d->paste)
		return d->since + PASTE_WAIT;
	if (d->n == 0)
		return 0;
	if (d->pend[0] != 0x1b)
		return d->since + DIGIT_WAIT;
	return d->since + (d->late ? KEY_WAIT + DIGIT_WAIT : KEY_WAIT);
}
