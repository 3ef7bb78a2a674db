/* text.c - what a text from outside has to pass, and the only way it may be shown. */
#include "config.h"
#include "text.h"

#include <errno.h>
#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <utf8proc.h>

#include "err.h"
#include "log.h"

#define TEXT_MARKS_MAX 2
#define TEXT_DOT "\xc2\xb7"

/* One code point as it stands in a text. */
struct text_point {
	utf8proc_int32_t c;      /* -1: a byte that is no UTF-8 */
	size_t len;              /* bytes */
	enum text_fault fault;
	bool mark;               /* a combining mark that belongs to the base before it */
	int width;               /* columns when shown; 1 for what is shown as a dot */
};

static pthread_once_t text_once = PTHREAD_ONCE_INIT;
static locale_t text_locale;

static void text_start(void)
{
	text_locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	if (text_locale == (locale_t)0)
		log_fatal("the locale C.UTF-8 is missing");
}

void text_init(void)
{
	pthread_once(&text_once, text_start);
}

/* wcwidth() of C.UTF-8, whatever locale the caller runs in. */
static int text_columns(utf8proc_int32_t c)
{
	locale_t before;
	int width;

	if (c >= 0x20 && c < 0x7f)
		return 1;
	text_init();
	before = uselocale(text_locale);
	width = wcwidth((wchar_t)c);
	uselocale(before);
	return width;
}

static bool text_is_bidi(utf8proc_int32_t c)
{
	return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* The signs (c), (R) and TM count as pictographs in Unicode, but not for anybody who writes the name of a firm. */
static bool text_is_emoji(utf8proc_int32_t c, const utf8proc_property_t *prop)
{
	if (c == 0xa9 || c == 0xae || c == 0x2122)
		return false;
	return prop->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC
		|| prop->boundclass == UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR
		|| (c >= 0x1f3fb && c <= 0x1f3ff) || c == 0x20e3;
}

static bool text_is_mark(const utf8proc_property_t *prop)
{
	return prop->category == UTF8PROC_CATEGORY_MN || prop->category == UTF8PROC_CATEGORY_MC
		|| prop->category == UTF8PROC_CATEGORY_ME;
}

/* What is wrong with a code point by itself. */
static enum text_fault text_judge(utf8proc_int32_t c, const utf8proc_property_t *prop, int width)
{
	if (c == ' ')
		return TEXT_OK;
	if (text_is_bidi(c))
		return TEXT_BIDI;
	switch (prop->category) {
	case UTF8PROC_CATEGORY_CC: case UTF8PROC_CATEGORY_ZL: case UTF8PROC_CATEGORY_ZP:
		return TEXT_CONTROL;
	case UTF8PROC_CATEGORY_CF: case UTF8PROC_CATEGORY_ZS:
		return TEXT_INVISIBLE;
	case UTF8PROC_CATEGORY_CO: case UTF8PROC_CATEGORY_CN:
		return TEXT_UNASSIGNED;
	case UTF8PROC_CATEGORY_CS:
		return TEXT_BAD_UTF8;
	default:
		break;
	}
	if (text_is_emoji(c, prop))
		return TEXT_EMOJI;
	if (prop->ignorable || c == 0x2800)     /* a blank of the braille patterns */
		return TEXT_INVISIBLE;
	if (width < 0)
		return TEXT_UNASSIGNED;         /* younger than the C library: its width would be a guess */
	if (width == 0 && !text_is_mark(prop))
		return TEXT_INVISIBLE;
	return TEXT_OK;
}

/* Reads the code point at s[0..n), n > 0. *marks counts the marks on the present base, -1 when a mark has no base. */
static struct text_point text_read(const char *s, size_t n, int *marks)
{
	struct text_point p = { .len = 1, .fault = TEXT_BAD_UTF8, .width = 1, .c = -1 };
	const utf8proc_property_t *prop;
	utf8proc_ssize_t len;

	if ((unsigned char)s[0] >= 0x20 && (unsigned char)s[0] < 0x7f) {
		p.c = s[0];
		p.fault = TEXT_OK;
		*marks = s[0] == ' ' ? -1 : 0;
		return p;
	}
	len = utf8proc_iterate((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)n, &p.c);
	if (len <= 0) {
		p.c = -1;
		*marks = -1;
		return p;
	}
	p.len = (size_t)len;
	prop = utf8proc_get_property(p.c);
	p.width = text_columns(p.c);
	p.fault = text_judge(p.c, prop, p.width);
	if (p.fault == TEXT_OK && text_is_mark(prop)) {
		if (*marks < 0 || *marks >= TEXT_MARKS_MAX) {
			p.fault = TEXT_MARKS;
		} else {
			++*marks;
			p.mark = true;
		}
	} else {
		*marks = p.fault == TEXT_OK ? 0 : -1;
	}
	if (p.fault != TEXT_OK)
		p.width = 1;
	return p;
}

/* What text_scan() lets pass. */
enum { SCAN_NEWLINE = 1, SCAN_MARKS = 2, SCAN_BLANKS = 4 };

/* The first fault of s, or TEXT_OK; *at is its byte. */
static enum text_fault text_scan(const char *s, size_t n, unsigned pass, size_t *at)
{
	int marks = -1;
	size_t i;

	for (i = 0; i < n; ) {
		struct text_point p = text_read(s + i, n - i, &marks);

		if ((p.c == '\n' && (pass & SCAN_NEWLINE) != 0)
		    || (p.fault == TEXT_MARKS && (pass & SCAN_MARKS) != 0)
		    || (p.fault == TEXT_INVISIBLE && (pass & SCAN_BLANKS) != 0
			&& utf8proc_category(p.c) == UTF8PROC_CATEGORY_ZS))
			p.fault = TEXT_OK;
		if (p.fault != TEXT_OK) {
			*at = i;
			return p.fault;
		}
		i += p.len;
	}
	return TEXT_OK;
}

static bool text_is_ascii(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((unsigned char)s[i] >= 0x80)
			return false;
	return true;
}

/* The other blanks of Unicode (of a web page, of a word processor) come in without anybody seeing it: they become ' '. */
static utf8proc_int32_t text_plain_blank(utf8proc_int32_t c, void *arg)
{
	(void)arg;
	return utf8proc_category(c) == UTF8PROC_CATEGORY_ZS ? ' ' : c;
}

/* The NFC of s, to be freed by the caller; NULL when memory is gone. s is valid UTF-8. */
static char *text_compose(const char *s, size_t n, size_t *len)
{
	utf8proc_uint8_t *nfc;
	utf8proc_ssize_t r;

	r = utf8proc_map_custom((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)n, &nfc, UTF8PROC_STABLE | UTF8PROC_COMPOSE,
		text_plain_blank, NULL);
	if (r < 0)
		return NULL;
	*len = (size_t)r;
	return (char *)nfc;
}

static bool text_is_blank(char c, bool newline_ok)
{
	return c == ' ' || (newline_ok && c == '\n');
}

enum text_fault text_clean(const char *src, size_t n, size_t max_bytes, bool newline_ok, struct buf *out, size_t *at)
{
	unsigned pass = newline_ok ? SCAN_NEWLINE : 0;
	enum text_fault fault;
	const char *s = src;
	char *nfc = NULL;
	size_t where = 0, len = n, ignore;

	/* Looked at first in the source, so that *at is a place in what was typed; marks are counted when composed. */
	fault = text_scan(src, n, pass | SCAN_MARKS | SCAN_BLANKS, &where);
	if (fault == TEXT_OK && !text_is_ascii(src, n)) {
		if ((nfc = text_compose(src, n, &len)) == NULL) {
			out->err = out->err != 0 ? out->err : ERR_NOMEM;
			return TEXT_OK;
		}
		s = nfc;
		if ((fault = text_scan(s, len, pass, &ignore)) != TEXT_OK) {
			where = 0;
			text_scan(src, n, pass | SCAN_BLANKS, &where);
		}
	}
	if (fault == TEXT_OK) {
		for (; len > 0 && text_is_blank(s[0], newline_ok); len--)
			s++;
		while (len > 0 && text_is_blank(s[len - 1], newline_ok))
			len--;
		if (len > max_bytes) {
			fault = TEXT_TOO_LONG;
			where = max_bytes < n ? max_bytes : n;
		} else {
			buf_put(out, s, len);
		}
	}
	free(nfc);
	if (at != NULL)
		*at = where;
	return fault;
}

bool text_is_clean(const char *s)
{
	size_t n = strlen(s), at, len;
	char *nfc;
	bool same;

	if (text_scan(s, n, SCAN_NEWLINE, &at) != TEXT_OK)
		return false;
	if (text_is_ascii(s, n))
		return true;
	if ((nfc = text_compose(s, n, &len)) == NULL)
		return false;
	same = len == n && memcmp(nfc, s, n) == 0;
	free(nfc);
	return same;
}

void text_show(struct buf *out, const char *s, size_t n)
{
	int marks = -1;
	size_t i;

	for (i = 0; i < n; ) {
		struct text_point p = text_read(s + i, n - i, &marks);

		if (p.fault == TEXT_OK) {
			buf_put(out, s + i, p.len);
		} else {
			buf_puts(out, TEXT_DOT);
			marks = -1;
		}
		i += p.len;
	}
}

int text_width(const char *s)
{
	size_t n = strlen(s), i;
	int marks = -1, width = 0;

	for (i = 0; i < n; ) {
		struct text_point p = text_read(s + i, n - i, &marks);

		width += p.width;
		i += p.len;
	}
	return width;
}

/* The end of the grapheme that begins at i, and its columns. */
static size_t text_grapheme(const char *s, size_t n, size_t i, int *width)
{
	int marks = -1;
	struct text_point p = text_read(s + i, n - i, &marks);

	*width = p.width;
	i += p.len;
	while (i < n) {
		p = text_read(s + i, n - i, &marks);
		if (!p.mark)
			break;
		*width += p.width;
		i += p.len;
	}
	return i;
}

size_t text_fit(const char *s, int columns)
{
	size_t n = strlen(s), i = 0, end;
	int width;

	while (i < n) {
		end = text_grapheme(s, n, i, &width);
		if (width > columns)
			break;
		columns -= width;
		i = end;
	}
	return i;
}

size_t text_next(const char *s, size_t i)
{
	size_t n = strlen(s);
	int width;

	return i >= n ? n : text_grapheme(s, n, i, &width);
}

size_t text_prev(const char *s, size_t i)
{
	size_t n = strlen(s), at = 0, end;
	int width;

	if (i > n)
		i = n;
	while (at < i) {
		end = text_grapheme(s, n, at, &width);
		if (end >= i)
			break;
		at = end;
	}
	return at;
}

int text_fold(const char *s, struct buf *out)
{
	utf8proc_uint8_t *folded;
	utf8proc_ssize_t len, i;
	bool blank = false, any = false;

	len = utf8proc_map((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)strlen(s), &folded, UTF8PROC_STABLE
		| UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_LUMP);
	if (len < 0)
		return len == UTF8PROC_ERROR_NOMEM ? ERR_NOMEM : ERR_PARSE;
	for (i = 0; i < len; i++) {
		switch (folded[i]) {
		case '\'': case '`': case '.': case '-':
			break;
		case ' ': case '\t': case '\n':
			blank = any;
			break;
		default:
			if (blank)
				buf_putc(out, ' ');
			blank = false;
			any = true;
			buf_putc(out, folded[i]);
		}
	}
	free(folded);
	return buf_end(out);
}

int text_to_int(const char *s, int64_t min, int64_t max, int64_t *out)
{
	const char *digits = s[0] == '-' ? s + 1 : s;
	long long v;

	if (digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0')
		return ERR_PARSE;
	errno = 0;
	v = strtoll(s, NULL, 10);
	if (errno == ERANGE || v < min || v > max)
		return ERR_RANGE;
	*out = v;
	return 0;
}

bool text_equal(const char *a, const char *b)
{
	return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}
