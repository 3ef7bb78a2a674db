/* letter_text.c - words into a template, lines onto pages. */
#include "config.h"
#include "letter_text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "err.h"
#include "text.h"

enum letter_sort { LETTER_TEXT, LETTER_VILLAGE, LETTER_ROW };
struct letter_line { enum letter_sort sort; const char *text; };

void letter_text_init(struct letter_text *t, struct arena *arena)
{
	*t = (struct letter_text){ .arena = arena };
}

void letter_text_clear(struct letter_text *t)
{
	free(t->v);
	t->v = NULL;
	t->n = t->size = 0;
}

static void letter_add(struct letter_text *t, enum letter_sort sort, const char *text)
{
	if (t->n == t->size) {
		size_t size = t->size ? t->size * 2 : 128;
		struct letter_line *v = realloc(t->v, size * sizeof *v);
		if (!v) {
			t->err = ERR_NOMEM;
			return;
		}
		t->v = v;
		t->size = size;
	}
	if (!text)
		t->err = ERR_NOMEM;
	else
		t->v[t->n++] = (struct letter_line){ sort, text };
}

/* Where a part of the template begins and ends; NULL when there is none. */
static const char *letter_part(const char *tmpl, const char *part, const char **end)
{
	size_t n = strlen(part);
	for (const char *s = tmpl; s && *s; s = strchr(s, '\n') ? strchr(s, '\n') + 1 : NULL) {
		if (*s != '@' || strncmp(s + 1, part, n) != 0 || (s[1 + n] != '\n' && s[1 + n] != '\0'))
			continue;
		const char *from = s[1 + n] ? s + n + 2 : s + n + 1;
		const char *to = from;
		while (*to && *to != '@')
			to = strchr(to, '\n') ? strchr(to, '\n') + 1 : to + strlen(to);
		*end = to;
		return from;
	}
	return NULL;
}

static void letter_fill(struct buf *b, const char *s, size_t n, const struct letter_word *w, size_t nw)
{
	for (size_t i = 0; i < n; i++) {
		const char *close = s[i] == '{' ? memchr(s + i, '}', n - i) : NULL;
		const char *value = NULL;
		size_t len = close ? (size_t)(close - s) - i - 1 : 0;
		for (size_t k = 0; close && k < nw && !value; k++)
			if (strlen(w[k].name) == len && memcmp(w[k].name, s + i + 1, len) == 0)
				value = w[k].value;
		if (value) {
			buf_puts(b, value);
			i += len + 1;
		} else
			buf_putc(b, (uint8_t)s[i]);
	}
}

static void letter_centre(struct letter_text *t, const char *s)
{
	struct buf b;
	size_t n = text_fit(s, LETTER_COLUMNS);
	buf_init(&b, 1000);
	for (int pad = (LETTER_COLUMNS - text_width(s)) / 2; pad > 0; pad--)
		buf_putc(&b, ' ');
	text_show(&b, s, n);
	letter_add(t, LETTER_TEXT, arena_strdup(t->arena, buf_str(&b)));
	buf_clear(&b);
}

/* Folds at the last blank that fits; a line that begins with blanks keeps them on its continuations. */
static void letter_fold(struct letter_text *t, const char *s)
{
	size_t indent = strspn(s, " ");
	bool first = true;
	if (indent > LETTER_COLUMNS / 2)
		indent = LETTER_COLUMNS / 2;
	do {
		struct buf b;
		size_t room = (size_t)LETTER_COLUMNS - (first ? 0 : indent), n = text_fit(s, (int)room);
		if (s[n] != '\0' && s[n] != ' ') {
			size_t cut = n;
			while (cut > 0 && s[cut - 1] != ' ')
				cut--;
			n = cut > indent ? cut : n;
		}
		buf_init(&b, 1000);
		for (size_t i = 0; !first && i < indent; i++)
			buf_putc(&b, ' ');
		text_show(&b, s, n);
		while (b.len && b.data[b.len - 1] == ' ')
			b.data[--b.len] = '\0';
		letter_add(t, LETTER_TEXT, arena_strdup(t->arena, buf_str(&b)));
		buf_clear(&b);
		s += n;
		s += strspn(s, " ");
		first = false;
	} while (*s && !t->err);
}

int letter_text_part(struct letter_text *t, const char *tmpl, const char *part, const struct letter_word *w, size_t nw)
{
	const char *end = NULL, *s = letter_part(tmpl, part, &end);
	if (!s)
		return ERR_NOTFOUND;
	while (s < end && !t->err) {
		size_t n = strcspn(s, "\n");
		struct buf b;
		buf_init(&b, 20000);
		letter_fill(&b, s, n, w, nw);
		/* A value may have lines of its own ({rincian}). */
		char *text = arena_strdup(t->arena, buf_str(&b)), *save = NULL;
		buf_clear(&b);
		if (!text)
			t->err = ERR_NOMEM;
		else if (*text == '^')
			letter_centre(t, text + 1);
		else if (!*text)
			letter_fold(t, "");
		else
			for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
				letter_fold(t, l);
		s += n + (s[n] == '\n');
	}
	return t->err;
}

int letter_text_append(struct letter_text *t, const struct letter_text *more)
{
	for (size_t i = 0; i < more->n; i++)
		letter_add(t, more->v[i].sort, more->v[i].text);
	return more->err ? more->err : t->err;
}

int letter_text_one(struct arena *arena, const char *tmpl, const char *part, const struct letter_word *w, size_t nw, const char **out)
{
	const char *end = NULL, *s = letter_part(tmpl, part, &end);
	if (!s)
		return ERR_NOTFOUND;
	struct buf b;
	buf_init(&b, 400);
	letter_fill(&b, s, strcspn(s, "\n"), w, nw);
	*out = arena_strdup(arena, buf_str(&b));
	buf_clear(&b);
	return *out ? 0 : ERR_NOMEM;
}

void letter_text_village(struct letter_text *t, const char *name, const char *code)
{
	struct buf b;
	buf_init(&b, 400);
	buf_puts(&b, "Desa/kelurahan ");
	text_show(&b, name, text_fit(name, 40));
	buf_printf(&b, " (%.20s)", code);
	letter_add(t, LETTER_VILLAGE, arena_strdup(t->arena, buf_str(&b)));
	buf_clear(&b);
}

static void letter_column(struct buf *b, const char *s, int width)
{
	size_t n = text_fit(s, width);
	char cut[400];
	snprintf(cut, sizeof cut, "%.*s", (int)(n < sizeof cut ? n : sizeof cut - 1), s);
	text_show(b, cut, strlen(cut));
	for (int pad = width - text_width(cut); pad > 0; pad--)
		buf_putc(b, ' ');
	buf_putc(b, ' ');
}

void letter_text_row(struct letter_text *t, const struct letter_row *r)
{
	struct buf b;
	buf_init(&b, 1000);
	buf_printf(&b, "%5lld ", (long long)r->n);
	letter_column(&b, r->number, 12);
	letter_column(&b, r->kind, 16);
	letter_column(&b, r->head, 26);
	buf_puts(&b, r->nik);
	letter_add(t, LETTER_ROW, arena_strdup(t->arena, buf_str(&b)));
	buf_clear(&b);
}

#define LETTER_HEAD "   No Nomor berkas Jenis            Nama kepala                NIK"

/* Lays all lines on pages; out NULL only counts them. */
static size_t letter_lay(const struct letter_text *t, const char *foot, size_t pages, struct buf *out)
{
	size_t page = 0, i = 0;
	do {
		int line = 0;
		const char *village = NULL;
		page++;
		/* A page that begins within a village's rows says again which village it is. */
		if (i > 0 && i < t->n && t->v[i].sort == LETTER_ROW)
			for (size_t k = i; k > 0 && !village; k--)
				if (t->v[k - 1].sort == LETTER_VILLAGE)
					village = t->v[k - 1].text;
		if (village) {
			if (out)
				buf_printf(out, "%s (lanjutan)\n%s\n", village, LETTER_HEAD);
			line += 2;
		}
		while (i < t->n && line < LETTER_LINES - 2) {
			/* A village's name never stands alone at the foot of a page. */
			if (t->v[i].sort == LETTER_VILLAGE && line + 4 > LETTER_LINES - 2)
				break;
			/* What stands after the list - totals and signatures - is not torn apart when it fits on one page. */
			if (i > 0 && t->v[i].sort == LETTER_TEXT && t->v[i - 1].sort == LETTER_ROW && (size_t)(LETTER_LINES - 2 - line) < t->n - i &&
			    t->n - i <= LETTER_LINES - 2)
				break;
			if (t->v[i].sort == LETTER_VILLAGE) {
				if (out)
					buf_printf(out, "\n%s\n%s\n", t->v[i].text, LETTER_HEAD);
				line += 3;
			} else {
				if (out)
					buf_printf(out, "%s\n", t->v[i].text);
				line++;
			}
			i++;
		}
		for (; out && line < LETTER_LINES - 1; line++)
			buf_putc(out, '\n');
		if (out) {
			char right[60], left[200];
			snprintf(right, sizeof right, "halaman %zu dari %zu", page, pages);
			snprintf(left, sizeof left, "%.150s", foot);
			int gap = LETTER_COLUMNS - text_width(left) - text_width(right);
			buf_printf(out, "%s%*s%s\n", left, gap > 1 ? gap : 1, "", right);
		}
	} while (i < t->n);
	return page;
}

int letter_text_pages(const struct letter_text *t, const char *foot, struct buf *out)
{
	if (t->err)
		return t->err;
	letter_lay(t, foot, letter_lay(t, foot, 0, NULL), out);
	return buf_end(out);
}
