/* form_show.c - the questionnaire as paper would print it. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "err.h"
#include "form_show.h"
#include "form_words.h"
#include "text.h"

#define COLUMNS 80
#define INDENT 6               /* where labels begin, behind the number */
#define HELP_INDENT 8
#define LINE_MAX_BYTES 400
#define BOX_MAX 24             /* characters of a box for writing */

struct paper { const struct form *form; const char *lang; bool en; struct buf *out; };

static const char *word(const struct paper *, const char *id, const char *en)
	__attribute__((format_arg(2), format_arg(3)));
static const char *word(const struct paper *p, const char *id, const char *en)
{
	return p->en ? en : id;
}

static void blanks(struct paper *p, int n)
{
	while (n-- > 0)
		buf_putc(p->out, ' ');
}

static void rule_line(struct paper *p, int sign)
{
	for (int i = 0; i < COLUMNS; i++)
		buf_putc(p->out, sign);
	buf_putc(p->out, '\n');
}

/* Words of s from column `at` on, further lines from column `indent`; ends without a line break. Returns the column. */
static int wrap(struct paper *p, int at, int indent, int right, const char *s)
{
	while (*s != '\0') {
		char one[LINE_MAX_BYTES];
		size_t n = strcspn(s, " \n");
		int width;

		if (n >= sizeof one)
			n = sizeof one - 1;
		memcpy(one, s, n);
		one[n] = '\0';
		width = text_width(one);
		if (at > indent && at + 1 + width > right) {
			buf_putc(p->out, '\n');
			blanks(p, indent);
			at = indent;
		} else if (at > indent) {
			buf_putc(p->out, ' ');
			at++;
		}
		buf_puts(p->out, one);
		at += width;
		s += n;
		s += *s != '\0';
	}
	return at;
}

static void paragraph(struct paper *p, int indent, const char *s)
{
	blanks(p, indent);
	wrap(p, indent, indent, COLUMNS, s);
	buf_putc(p->out, '\n');
}

static void rule_words(struct paper *p, const char *lead, const struct expr *e, int indent)
{
	struct buf text;

	if (e == NULL)
		return;
	buf_init(&text, 0);
	buf_puts(&text, lead);
	form_words(p->form, e, p->lang, &text);
	buf_putc(&text, '.');
	paragraph(p, indent, buf_str(&text));
	buf_clear(&text);
}

/* Characters to write in: as many as the answer may have, or as the longest code has. */
static int box_width(const struct field *f)
{
	size_t longest = 1;

	switch (f->type) {
	case FIELD_NIK: case FIELD_CARD:
		return 16;
	case FIELD_DATE:
		return 10;
	case FIELD_AREA:
		return 13;
	case FIELD_INTEGER: case FIELD_DECIMAL:
		return f->max != 0 ? f->max + (f->type == FIELD_DECIMAL ? f->scale + 1 : 0) : 6;
	case FIELD_ONE:
		for (size_t i = 0; i < f->choices->n; i++)
			if (strlen(f->choices->v[i].code) > longest)
				longest = strlen(f->choices->v[i].code);
		return (int)longest;
	case FIELD_MANY:
		return 12;
	case FIELD_TEXT: case FIELD_FILE:
		return f->max != 0 && f->max < BOX_MAX ? f->max : BOX_MAX;
	case FIELD_CALC: case FIELD_NOTE:
		break;
	}
	return 0;
}

static void show_box(struct paper *p, const struct field *f, int at)
{
	int width = box_width(f) < BOX_MAX ? box_width(f) : BOX_MAX;

	if (f->type == FIELD_CALC) {
		const char *text = word(p, "(dihitung)", "(calculated)");

		blanks(p, COLUMNS - at - text_width(text));
		buf_puts(p->out, text);
	} else if (f->type == FIELD_DATE) {
		blanks(p, COLUMNS - at - 16);
		buf_puts(p->out, "|__|__|__|____|");
	} else if (width > 0) {
		blanks(p, COLUMNS - at - width - 2);
		buf_putc(p->out, '|');
		for (int i = 0; i < width; i++)
			buf_putc(p->out, '_');
		buf_putc(p->out, '|');
	}
	buf_putc(p->out, '\n');
}

static void show_choices(struct paper *p, const struct field *f)
{
	int at = HELP_INDENT;

	blanks(p, at);
	for (size_t i = 0; i < f->choices->n; i++) {
		const struct choice *c = &f->choices->v[i];
		const char *label = p->en && c->label_en != NULL ? c->label_en : c->label_id;
		char one[LINE_MAX_BYTES];
		int width;

		snprintf(one, sizeof one, "%s %s", c->code, label);
		width = text_width(one);
		/* a code stays with its text: two blanks between choices, a new line when it does not fit */
		if (at > HELP_INDENT && at + 3 + width > COLUMNS) {
			buf_putc(p->out, '\n');
			blanks(p, at = HELP_INDENT);
		} else if (at > HELP_INDENT) {
			blanks(p, 3);
			at += 3;
		}
		at = wrap(p, at - (at > HELP_INDENT), at - (at > HELP_INDENT), COLUMNS, one) + (at > HELP_INDENT);
	}
	buf_putc(p->out, '\n');
}

static void show_field(struct paper *p, const struct field *f)
{
	const char *help = p->en && f->help_en != NULL ? f->help_en : f->help_id;
	const char *message = p->en && f->message_en != NULL ? f->message_en : f->message_id;
	int box = box_width(f) < BOX_MAX ? box_width(f) : BOX_MAX, at;
	char label[LINE_MAX_BYTES];

	snprintf(label, sizeof label, "%s%s", field_label(f, p->lang), f->required ? " *" : "");
	buf_printf(p->out, "%-*u", INDENT, f->number);
	at = wrap(p, INDENT, INDENT, COLUMNS - box - 16, label);
	show_box(p, f, at);
	if (help != NULL)
		paragraph(p, HELP_INDENT, help);
	if (f->choices != NULL && f->type != FIELD_CALC)
		show_choices(p, f);
	if (f->type == FIELD_MANY)
		paragraph(p, HELP_INDENT, word(p, "Boleh lebih dari satu.", "More than one may be given."));
	if (f->low != NULL) {
		snprintf(label, sizeof label, word(p, "Dari %s sampai %s.", "From %s to %s."), f->low, f->high);
		paragraph(p, HELP_INDENT, label);
	}
	rule_words(p, word(p, "> Hanya bila ", "> Only if "), f->relevant, HELP_INDENT);
	rule_words(p, word(p, "> Wajib bila ", "> Required if "), f->required_if, HELP_INDENT);
	rule_words(p, word(p, "> Dihitung: ", "> Calculated: "), f->calculate, HELP_INDENT);
	if (f->constraint != NULL && message != NULL) {
		snprintf(label, sizeof label, "> %s", message);
		paragraph(p, HELP_INDENT, label);
	} else {
		rule_words(p, word(p, "> Harus: ", "> Must be: "), f->constraint, HELP_INDENT);
	}
}

static void show_roster(struct paper *p, const struct roster *r)
{
	const struct roster *of = form_roster(p->form, r->of);
	char text[LINE_MAX_BYTES];
	const char *label = p->en && r->label_en != NULL ? r->label_en : r->label_id;

	snprintf(text, sizeof text, word(p, "[%u] %s: satu kolom atau lembar untuk tiap baris, %d sampai %d baris.",
		"[%u] %s: a column or sheet for each row, %d to %d rows."), r->number, label, r->min, r->max);
	buf_putc(p->out, '\n');
	paragraph(p, 0, text);
	if (of != NULL) {
		snprintf(text, sizeof text,
			word(p, "Tiap baris milik satu baris %s: tulis nomornya.",
				"Each row belongs to a row of %s: write its number."),
			p->en && of->label_en != NULL ? of->label_en : of->label_id);
		paragraph(p, 0, text);
	}
}

static void show_section(struct paper *p, const struct section *s)
{
	char text[LINE_MAX_BYTES];

	snprintf(text, sizeof text, "%u. %s", s->number, p->en && s->label_en != NULL ? s->label_en : s->label_id);
	buf_putc(p->out, '\n');
	rule_line(p, '-');
	paragraph(p, 0, text);
	rule_line(p, '-');
	rule_words(p, word(p, "> Bagian ini hanya bila ", "> This section only if "), s->relevant, 0);
}

void form_show(const struct form *form, const char *lang, struct buf *out)
{
	struct paper p = { .form = form, .lang = lang, .en = strcmp(lang, "en") == 0, .out = out };
	const char *title = p.en && form->title_en != NULL ? form->title_en : form->title_id;
	char text[LINE_MAX_BYTES];
	uint32_t section = UINT32_MAX, roster = 0;

	rule_line(&p, '=');
	paragraph(&p, 0, title);
	snprintf(text, sizeof text,
		word(&p, "%s, versi %u. Pertanyaan bertanda * wajib dijawab.",
			"%s, version %u. Questions marked * must be answered."),
		form->name, form->version);
	paragraph(&p, 0, text);
	rule_line(&p, '=');
	for (size_t i = 0; i < form->nfield; i++) {
		const struct field *f = &form->field[i];

		if (f->section != section) {
			show_section(&p, &form->section[f->section]);
			section = f->section;
			roster = 0;
		}
		if (f->roster != roster && f->roster != 0)
			show_roster(&p, form_roster(form, f->roster));
		roster = f->roster;
		show_field(&p, f);
	}
}
