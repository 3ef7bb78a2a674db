/* line.c - see line.h: reads lines, and does with the present screen what the same keys would do.
 *
 * What a screen says is in say.c. A line is an answer (form), a number or a word (everything else). `=` in front takes what follows
 * as it is, so that a person may be called Simpan. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "err.h"
#include "line_private.h"

#define LINE_MAX_BYTES 4200

struct line *line_new(struct app *app, bool echo)
{
	struct line *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->app = app;
	l->echo = echo;
	buf_init(&l->typed, LINE_MAX_BYTES);
	buf_init(&l->in, 64u << 10);
	buf_init(&l->out, 4u << 20);
	return l;
}

void line_free(struct line *l)
{
	if (l == NULL)
		return;
	buf_wipe(&l->in);
	buf_wipe(&l->typed);
	buf_wipe(&l->out);
	free(l);
}

struct buf *line_output(struct line *l)
{
	return &l->out;
}

bool line_over(const struct line *l)
{
	return l->over || app_over(l->app);
}

static void key(struct line *l, enum key_code code)
{
	app_key(l->app, &(struct key){ .code = code });
}

/* ---- words ---- */

static bool word_act(struct line *l, struct screen *s, const char *text)
{
	char word[32];
	size_t n = strcspn(text, " ");

	if (n == 0 || n >= sizeof(word))
		return false;
	for (size_t i = 0; i < n; i++)
		word[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 32) : text[i];
	word[n] = 0;
	while (text[n] == ' ')
		n++;
	if (strcmp(word, action_table[ACT_cancel].word) == 0) {
		key(l, KEY_CANCEL_);
		return true;
	}
	for (size_t i = 0; i < s->ndynamic; i++) {
		char label[32];
		size_t k = 0;

		for (const char *p = s->dynamic[i].label; *p != 0 && *p != ' ' && k + 1 < sizeof(label); p++)
			label[k++] = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
		label[k] = 0;
		if (strcmp(label, word) == 0 && text[n] == 0)
			return screen_dynamic(s, s->dynamic[i].letter);
	}
	for (size_t i = 0; i < s->naction; i++) {
		enum action a = s->action[i];
		int64_t row;

		if (strcmp(action_table[a].word, word) != 0 || !screen_valid(s, a))
			continue;
		/* "ambil 3": the third of the list */
		if (text[n] != 0) {
			if (s->row->kind == KIND_FORM && a == ACT_section && text_to_int(text + n, 1, 99, &row) == 0)
				return say_section(l, s, (size_t)row);
			if (s->row->kind == KIND_FORM && a == ACT_row && text_to_int(text + n, 1, FILLING_ROWS_MAX, &row) == 0 && fill_row_go(s->fill, (uint32_t)row)) {
				l->again = true;
				return true;
			}
			if (s->row->kind == KIND_FORM || text_to_int(text + n, 1, page_picks(&s->page), &row) < 0) {
				if (a == ACT_filter) {
					screen_act(s, a);
					screen_input(s, text + n);
					return true;
				}
				return false;
			}
			s->sel = (int)row - 1;
			if (!screen_valid(s, a))
				return false;
		}
		if (a == ACT_pick && s->row->kind == KIND_FORM)
			return say_choices(l, s, "");
		if (a == ACT_menu) {
			say_words(l, s);
			return true;
		}
		l->again = true;
		if (s->row->kind == KIND_FORM && s->fill != NULL) {
			key(l, action_table[a].fkey != KEY_NONE_ ? action_table[a].fkey : KEY_NONE_);
			if (action_table[a].fkey == KEY_NONE_)
				screen_act(s, a);
			return true;
		}
		if (a == ACT_mark) {
			int n_at = s->sel;

			screen_act(s, a);
			say_pick(l, s, n_at);
			return true;
		}
		return screen_act(s, a);
	}
	return false;
}

/* ---- what a line means ---- */

static void form_line(struct line *l, struct screen *s, const char *text)
{
	struct fill *f = s->fill;
	const struct field *d = fill_field(f);
	size_t field = f->at.field;
	uint32_t row = f->at.row;

	l->again = true;
	if (strcmp(text, "<") == 0) {
		key(l, KEY_UP_);
		return;
	}
	if (f->at.field == FILL_END) {
		if (text[0] == 0)
			key(l, KEY_ENTER_);
		else if (!word_act(l, s, text))
			say_line(l, "Tidak dikenal. Enter mengirim, < kembali ke isian, ? bantuan.");
		return;
	}
	if (text[0] == '=' && (d == NULL || !fill_secret(d))) {
		text++;
	} else if (text[0] != 0) {
		int64_t n;

		/* A number out of the list that was asked for is a code already; words come first, answers after them. */
		if (l->areas && text_to_int(text, 1, (int64_t)s->popup.nitem, &n) == 0) {
			l->areas = false;
			popup_take(s, (size_t)n - 1);
			return;
		}
		if (word_act(l, s, text))
			return;
		if (d != NULL && d->type == FIELD_AREA && strspn(text, "0123456789.") != strlen(text)) {
			say_choices(l, s, text);
			return;
		}
	}
	l->areas = false;
	popup_close(s);
	if (text[0] == 0) {
		key(l, KEY_ENTER_);
		return;
	}
	if (strcmp(text, "-") == 0 && (d == NULL || !fill_secret(d)))
		text = "";                       /* empties the field */
	if (d != NULL && !text_is_clean(text)) {
		struct finding v = { .code = FIND_hidden_character, .arg = { (char *)"1" } };
		struct buf b;

		buf_init(&b, 0);
		finding_text(&v, &b);
		say_line(l, buf_str(&b));
		buf_clear(&b);
		return;
	}
	app_quiet(l->app);
	if (fill_take(f, text)) {
		screen_form_after(s, field, row);
		if (f->at.field == FILL_END && f->form->nfield <= 3 && f->found.n == 0 && s->row->id != SCREEN_fill)
			screen_form_save(s);
	} else {
		say_line(l, "Tidak dapat diubah.");
	}
}

static void take_line(struct line *l, const char *text)
{
	struct screen *s = l->app->top;
	int64_t n;

	if (s == NULL || app_over(l->app))
		return;
	if (strcmp(text, "?") == 0) {
		say_help(l, s);
		return;
	}
	if (s->row->kind == KIND_FORM && s->fill != NULL) {
		form_line(l, s, text);
		return;
	}
	if (s->row->kind == KIND_CONFIRM) {
		bool yes = (text[0] | 32) == 'y';

		l->again = true;
		screen_act(s, yes ? ACT_yes : ACT_no);
		return;
	}
	if (strcmp(text, "<") == 0) {
		l->again = true;
		key(l, KEY_CANCEL_);
		return;
	}
	if (text[0] == 0) {
		if (!say_more(l))
			l->again = true;
		return;
	}
	if (text[0] == '=') {
		l->again = true;
		screen_input(s, text + 1);
		return;
	}
	if (word_act(l, s, text)) {
		l->again = true;
		return;
	}
	if (text_to_int(text, 1, page_picks(&s->page), &n) == 0) {
		l->again = true;
		if (!screen_choose(s, (int)n - 1))
			say_line(l, "Tidak dapat dibuka.");
		return;
	}
	if (text[1] == 0 && ((text[0] | 32) >= 'a' && (text[0] | 32) <= 'z')) {
		l->again = true;
		app_key(l->app, &(struct key){ .code = KEY_TEXT, .ch = (uint32_t)(uint8_t)text[0] });
		return;
	}
	if (s->has_input && text_is_clean(text)) {
		l->again = true;
		screen_input(s, text);
		return;
	}
	say_line(l, "Tidak dikenal. ? menjelaskan.");
}

/* Lines typed while an answer is awaited wait too: a script may send all of them at once. */
static void work(struct line *l)
{
	while (l->app->top != NULL && !l->app->top->busy && !app_over(l->app)) {
		size_t n, skip;
		char text[LINE_MAX_BYTES + 1];
		const char *at = buf_str(&l->in);

		for (n = 0; n < l->in.len && at[n] != '\n' && at[n] != '\r'; n++)
			;
		if (n == l->in.len)
			return;
		skip = n + 1;
		if (at[n] == '\r' && skip < l->in.len && at[skip] == '\n')
			skip++;
		else if (at[n] == '\r' && skip == l->in.len)
			l->cr = true;
		if (n > LINE_MAX_BYTES) {
			buf_drop(&l->in, skip);
			say_line(l, "Baris itu terlalu panjang.");
			continue;
		}
		memcpy(text, at, n);
		text[n] = 0;
		while (n > 0 && text[n - 1] == ' ')
			text[--n] = 0;
		buf_drop(&l->in, skip);
		if (strlen(text) != n) {
			say_line(l, "Baris itu memuat karakter kendali.");
			continue;
		}
		l->app->last_key = l->app->now;
		take_line(l, text);
		memset(text, 0, sizeof(text));
		line_step(l);
	}
}

static void take_bytes(struct line *l, const char *p, size_t n)
{
	if (n > 0 && l->cr && p[0] == '\n') {
		p++;
		n--;
	}
	l->cr = false;
	buf_put(&l->in, p, n);
	if (buf_end(&l->in) != 0) {             /* 64 KB without an end of line: nobody types that */
		buf_reset(&l->in);
		say_line(l, "Terlalu panjang; diabaikan.");
	}
	work(l);
}

/* ---- a terminal in raw mode: what is typed is shown here, and mended before the line is ended ---- */

static bool secret(const struct line *l)
{
	const struct screen *s = l->app->top;
	const struct field *d = s != NULL && s->row->kind == KIND_FORM && s->fill != NULL ? fill_field(s->fill) : NULL;

	return d != NULL && fill_secret(d);
}

/* The last letter goes, from the line and from the terminal. */
static void typed_back(struct line *l)
{
	struct buf keep;
	size_t n = l->typed.len;

	while (n > 0 && ((unsigned char)l->typed.data[n - 1] & 0xc0) == 0x80)
		n--;
	if (l->typed.len == 0)
		return;
	buf_init(&keep, LINE_MAX_BYTES);
	buf_put(&keep, l->typed.data, n > 0 ? n - 1 : 0);
	buf_wipe(&l->typed);
	l->typed = keep;
	if (!secret(l))
		buf_puts(&l->out, "\b \b");
}

static void typed_put(struct line *l, unsigned char c)
{
	char letter[5] = { 0 };
	size_t from, want;

	if (l->typed.len >= LINE_MAX_BYTES - 4)
		return;
	buf_putc(&l->typed, c);
	for (from = l->typed.len - 1; from > 0 && l->typed.len - from < 4 && ((unsigned char)l->typed.data[from] & 0xc0) == 0x80; from--)
		;
	want = (unsigned char)l->typed.data[from] >= 0xf0 ? 4 : (unsigned char)l->typed.data[from] >= 0xe0 ? 3 : (unsigned char)l->typed.data[from] >= 0xc0 ? 2 : 1;
	if (l->typed.len - from != want || secret(l))
		return;
	memcpy(letter, l->typed.data + from, want);
	if (text_is_clean(letter))       /* only what may stand on a terminal comes back to one */
		buf_puts(&l->out, letter);
}

static void typed_end(struct line *l, const char *instead)
{
	struct buf text;

	buf_init(&text, LINE_MAX_BYTES + 1);
	if (instead != NULL)
		buf_puts(&text, instead);
	else
		buf_put(&text, l->typed.data, l->typed.len);
	buf_putc(&text, '\n');
	buf_wipe(&l->typed);
	buf_init(&l->typed, LINE_MAX_BYTES);
	buf_puts(&l->out, "\r\n");
	take_bytes(l, buf_str(&text), text.len);
	buf_wipe(&text);
}

static void typed_byte(struct line *l, unsigned char c)
{
	bool after_cr = l->cr;

	l->cr = false;
	if (l->escape != 0) {                    /* keys that lines do not have */
		l->escape = l->escape == 1 && (c == '[' || c == 'O') ? 2 : l->escape == 2 && c < 0x40 ? 2 : 0;
		return;
	}
	switch (c) {
	case '\r':
		typed_end(l, NULL);
		l->cr = true;
		return;
	case '\n':
		if (!after_cr)
			typed_end(l, NULL);
		return;
	case 0x7f:
	case 0x08:
		typed_back(l);
		return;
	case 0x15:
		while (l->typed.len > 0)
			typed_back(l);
		return;
	case 0x03:
	case 0x07:
		if (l->app->top != NULL && l->app->top->busy)
			key(l, KEY_CANCEL_);             /* a line would wait for the answer, too */
		else
			typed_end(l, action_table[ACT_cancel].word);
		return;
	case 0x1b:
		l->escape = 1;
		return;
	default:
		if (c >= 0x20)
			typed_put(l, c);
	}
}

void line_input(struct line *l, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	if (!l->echo) {
		take_bytes(l, bytes, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		typed_byte(l, p[i]);
}

void line_step(struct line *l)
{
	static int depth;

	say_screen(l);
	if (depth == 0) {
		depth++;
		work(l);
		depth--;
	}
}
