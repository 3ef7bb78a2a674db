/* edit.c - see edit.h. */
#include "config.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "edit.h"

void edit_init(struct edit *e, size_t max)
{
	*e = (struct edit){ .max = max };
	buf_init(&e->text, max + 64);
}

static void undo_forget(struct edit *e)
{
	for (size_t i = 0; i < e->nwas; i++) {
		memset(e->was[i].text, 0, strlen(e->was[i].text));
		free(e->was[i].text);
	}
	e->nwas = 0;
	e->run = false;
}

void edit_clear(struct edit *e)
{
	undo_forget(e);
	buf_wipe(&e->text);
}

void edit_set(struct edit *e, const char *text, bool fresh)
{
	undo_forget(e);
	buf_reset(&e->text);
	buf_puts(&e->text, text != NULL ? text : "");
	e->at = e->text.len;
	e->fresh = fresh;
	e->fault = TEXT_OK;
}

const char *edit_text(const struct edit *e)
{
	return buf_str(&e->text);
}

static void undo_push(struct edit *e)
{
	char *copy = strdup(edit_text(e));

	if (copy == NULL)
		return;
	if (e->nwas == EDIT_UNDO) {
		free(e->was[0].text);
		memmove(e->was, e->was + 1, (EDIT_UNDO - 1) * sizeof(e->was[0]));
		e->nwas--;
	}
	e->was[e->nwas++] = (struct edit_was){ copy, e->at };
}

static enum edit_result undo_pop(struct edit *e)
{
	struct edit_was w;

	if (e->nwas == 0)
		return EDIT_NOT;
	w = e->was[--e->nwas];
	buf_reset(&e->text);
	buf_puts(&e->text, w.text);
	e->at = w.at;
	free(w.text);
	e->run = false;
	return EDIT_CHANGED;
}

/* Bytes from .. to are replaced by n bytes of s; the cursor stands after them. */
static void replace(struct edit *e, size_t from, size_t to, const char *s, size_t n)
{
	size_t tail = e->text.len - to;
	char *rest = malloc(tail + 1);

	if (rest == NULL)
		return;
	memcpy(rest, e->text.data + to, tail);
	e->text.len = from;
	e->text.data[from] = 0;
	buf_put(&e->text, s, n);
	e->at = e->text.len;
	buf_put(&e->text, rest, tail);
	free(rest);
}

static enum edit_result refuse(struct edit *e, enum text_fault why)
{
	e->fault = why;
	return EDIT_REFUSED;
}

static size_t put_utf8(char *to, uint32_t ch)
{
	if (ch < 0x80) {
		to[0] = (char)ch;
		return 1;
	}
	if (ch < 0x800) {
		to[0] = (char)(0xc0 | ch >> 6);
		to[1] = (char)(0x80 | (ch & 0x3f));
		return 2;
	}
	if (ch < 0x10000) {
		to[0] = (char)(0xe0 | ch >> 12);
		to[1] = (char)(0x80 | (ch >> 6 & 0x3f));
		to[2] = (char)(0x80 | (ch & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | ch >> 18);
	to[1] = (char)(0x80 | (ch >> 12 & 0x3f));
	to[2] = (char)(0x80 | (ch >> 6 & 0x3f));
	to[3] = (char)(0x80 | (ch & 0x3f));
	return 4;
}

static enum edit_result put_point(struct edit *e, uint32_t ch)
{
	char one[5];
	size_t n, before;
	struct buf clean;
	enum text_fault fault;

	if (ch == 0xfffd)
		return refuse(e, TEXT_BAD_UTF8);
	if (e->upper && ch >= 'a' && ch <= 'z')
		ch -= 'a' - 'A';
	if (e->fresh) {
		undo_push(e);
		buf_reset(&e->text);
		e->at = 0;
		e->fresh = false;
		e->run = true;
	}
	n = put_utf8(one, ch);
	before = e->at;
	buf_init(&clean, 0);
	if (ch == ' ') {
		buf_putc(&clean, ' ');
		fault = TEXT_OK;
	} else {
		fault = text_clean(one, n, 64, false, &clean, NULL);
	}
	if (fault == TEXT_MARKS && e->at > 0) {          /* alone it is unclean: with the letter before it may be a letter */
		char pair[96];
		size_t from = text_prev(edit_text(e), e->at), len = e->at - from;

		if (len + n < sizeof(pair)) {
			memcpy(pair, e->text.data + from, len);
			memcpy(pair + len, one, n);
			buf_reset(&clean);
			fault = text_clean(pair, len + n, sizeof(pair), false, &clean, NULL);
			before = from;
		}
	}
	if (fault == TEXT_OK && e->text.len - (e->at - before) + clean.len > e->max)
		fault = TEXT_TOO_LONG;
	if (fault == TEXT_OK) {
		if (!e->run)
			undo_push(e);
		e->run = ch != ' ';
		replace(e, before, e->at, buf_str(&clean), clean.len);
	}
	buf_clear(&clean);
	return fault == TEXT_OK ? EDIT_CHANGED : refuse(e, fault);
}

enum edit_result edit_insert(struct edit *e, const char *text, size_t n)
{
	struct buf clean;
	enum text_fault fault;
	bool blank_before, blank_after;

	buf_init(&clean, 0);
	blank_before = n > 0 && text[0] == ' ' && e->at > 0 && !e->fresh;
	blank_after = n > 1 && text[n - 1] == ' ' && e->at < e->text.len && !e->fresh;
	if (blank_before)
		buf_putc(&clean, ' ');
	fault = text_clean(text, n, e->max, false, &clean, NULL);
	if (blank_after)
		buf_putc(&clean, ' ');
	if (fault == TEXT_OK && (e->fresh ? 0 : e->text.len) + clean.len > e->max)
		fault = TEXT_TOO_LONG;
	if (fault == TEXT_OK && clean.len > 0) {
		undo_push(e);
		if (e->fresh)
			replace(e, 0, e->text.len, buf_str(&clean), clean.len);
		else
			replace(e, e->at, e->at, buf_str(&clean), clean.len);
		e->fresh = false;
		e->run = false;
	}
	buf_clear(&clean);
	return fault == TEXT_OK ? EDIT_CHANGED : refuse(e, fault);
}

static enum edit_result cut(struct edit *e, size_t from, size_t to)
{
	e->fresh = false;
	e->run = false;
	if (from == to)
		return EDIT_MOVED;
	undo_push(e);
	replace(e, from, to, "", 0);
	return EDIT_CHANGED;
}

static enum edit_result moved(struct edit *e, size_t at)
{
	e->at = at;
	e->fresh = false;
	e->run = false;
	return EDIT_MOVED;
}

enum edit_result edit_key(struct edit *e, const struct key *k)
{
	const char *s = edit_text(e);
	size_t i;

	e->fault = TEXT_OK;
	switch (k->code) {
	case KEY_TEXT:
		return put_point(e, k->ch);
	case KEY_PASTE:
		return edit_insert(e, k->text, k->n);
	case KEY_BACKSPACE_:
		if (e->fresh)
			return cut(e, 0, e->text.len);
		return cut(e, e->at > 0 ? text_prev(s, e->at) : 0, e->at);
	case KEY_DELETE_:
		if (e->fresh)
			return cut(e, 0, e->text.len);
		return cut(e, e->at, e->at < e->text.len ? text_next(s, e->at) : e->at);
	case KEY_LEFT_:
		return moved(e, e->at > 0 ? text_prev(s, e->at) : 0);
	case KEY_RIGHT_:
		return moved(e, e->at < e->text.len ? text_next(s, e->at) : e->at);
	case KEY_HOME_:
		return moved(e, 0);
	case KEY_END_:
		return moved(e, e->text.len);
	case KEY_KILL_LINE_:
		return cut(e, 0, e->text.len);
	case KEY_KILL_END_:
		return cut(e, e->at, e->text.len);
	case KEY_KILL_WORD_:
		for (i = e->at; i > 0 && s[i - 1] == ' '; i--)
			;
		while (i > 0 && s[i - 1] != ' ')
			i--;
		return cut(e, i, e->at);
	case KEY_UNDO_:
		return undo_pop(e);
	default:
		return EDIT_NOT;
	}
}

int edit_columns(const struct edit *e)
{
	return text_width(edit_text(e));
}

static bool digits_only(const char *s, size_t max)
{
	size_t n = strlen(s);

	return n <= max && strspn(s, "0123456789") == n;
}

/* The pattern with its `_` filled from the digits; the cursor stands before the digit it is at. */
static void show_pattern(const struct edit *e, const char *pattern, struct buf *out, int *cursor)
{
	const char *s = edit_text(e);
	size_t digit = 0, n = strlen(s);

	*cursor = 0;
	for (int i = 0; pattern[i] != 0; i++) {
		if (pattern[i] != '_') {
			buf_putc(out, pattern[i]);
			continue;
		}
		if (digit == e->at)
			*cursor = i;
		buf_putc(out, digit < n ? s[digit] : '_');
		digit++;
	}
	if (e->at >= digit)
		*cursor = (int)strlen(pattern);
}

void edit_show(const struct edit *e, enum edit_style style, int width, struct buf *out, int *cursor)
{
	const char *s = edit_text(e);
	size_t from, i;
	int left, used;

	if (style == EDIT_GROUPS && width >= 19 && digits_only(s, 16)) {
		show_pattern(e, "____ ____ ____ ____", out, cursor);
		return;
	}
	if (style == EDIT_DATE && width >= 10 && digits_only(s, 8)) {
		show_pattern(e, "__-__-____", out, cursor);
		return;
	}
	if (style == EDIT_SECRET) {
		int at = 0, all = 0;

		for (i = 0; s[i] != 0; i = text_next(s, i)) {
			if (i < e->at)
				at++;
			if (all < width - 1)
				buf_putc(out, '*');
			all++;
		}
		*cursor = at < width - 1 ? at : width - 1;
		return;
	}
	/* The cursor needs a column of its own: go left from it until the window is full. */
	left = width - 1;
	from = e->at;
	while (from > 0) {
		size_t prev = text_prev(s, from);
		char one[64];
		size_t n = from - prev < sizeof(one) ? from - prev : sizeof(one) - 1;

		memcpy(one, s + prev, n);
		one[n] = 0;
		used = text_width(one);
		if (used < 1)
			used = 1;
		if (used > left)
			break;
		left -= used;
		from = prev;
	}
	*cursor = width - 1 - left;
	buf_put(out, s + from, e->at - from);
	used = left + 1;
	i = text_fit(s + e->at, used);
	buf_put(out, s + e->at, i);
}
