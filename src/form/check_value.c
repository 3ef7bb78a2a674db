/* check_value.c - from what was typed to what is kept, and from there to what is shown. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include "area.h"
#include "check.h"
#include "date.h"
#include "err.h"
#include "nik.h"
#include "text.h"

#define PREFIX_MIN 3           /* letters of a label that are enough to mean it, when only one label has them */
#define TYPED_MAX 400          /* bytes of anything but a text */

/* The typed text without blanks at its ends, in a buffer that is cut when it is absurd. */
static size_t trim(const char **s)
{
	size_t n;

	while (**s == ' ' || **s == '\t')
		(*s)++;
	n = strlen(*s);
	while (n > 0 && ((*s)[n - 1] == ' ' || (*s)[n - 1] == '\t' || (*s)[n - 1] == '\r' || (*s)[n - 1] == '\n'))
		n--;
	return n;
}

static int put_upper(const char *s, struct buf *out)
{
	utf8proc_int32_t c;
	utf8proc_uint8_t bytes[4];
	utf8proc_ssize_t n;

	for (; *s != '\0'; s += n) {
		if ((n = utf8proc_iterate((const utf8proc_uint8_t *)s, -1, &c)) <= 0)
			return ERR_PARSE;
		buf_put(out, bytes, (size_t)utf8proc_encode_char(utf8proc_toupper(c), bytes));
	}
	return buf_end(out);
}

static int normalise_text(const struct field *f, const char *s, struct buf *out)
{
	struct buf clean;
	int rc;

	buf_init(&clean, 0);
	rc = text_clean(s, strlen(s), FILLING_VALUE_MAX, f->multiline, &clean, NULL) == TEXT_OK ? buf_end(&clean)
																							: ERR_PARSE;
	if (rc == 0 && f->upper)
		rc = put_upper(buf_str(&clean), out);
	else if (rc == 0)
		buf_puts(out, buf_str(&clean));
	buf_clear(&clean);
	return rc != 0 ? rc : buf_end(out);
}

/* 1.500.000: dots before every third digit, the first group of one to three. */
static bool dotted_thousands(const char *s, size_t n)
{
	size_t first = strspn(s, "0123456789");

	if (first < 1 || first > 3 || first == n)
		return false;
	for (size_t i = first; i < n; i += 4)
		if (s[i] != '.' || n - i < 4 || strspn(s + i + 1, "0123456789") < 3)
			return false;
	return true;
}

/* Blanks and dots of thousands go, a comma becomes the point, needless zeros go: 1.500,50 -> 1500.5 */
static int normalise_number(const struct field *f, const char *s, size_t n, struct buf *out)
{
	char plain[TYPED_MAX + 1], *p = plain, *point;
	const char *comma;
	size_t whole = 0;
	bool minus, thousands;

	if (n > TYPED_MAX)
		return ERR_PARSE;
	for (size_t i = 0; i < n; i++)
		if (s[i] != ' ')
			*p++ = s[i];
	*p = '\0';
	p = plain;
	minus = *p == '-';
	p += minus;
	comma = strchr(p, ',');
	whole = comma != NULL ? (size_t)(comma - p) : strlen(p);
	/* 36.5 is a decimal; 1.500 is one thousand five hundred unless three places are asked for */
	thousands = dotted_thousands(p, whole) && (comma != NULL || f->type == FIELD_INTEGER || f->scale < 3);
	if (thousands || comma != NULL) {
		char *to = p;

		for (const char *from = p; *from != '\0'; from++)
			if (*from == ',')
				*to++ = '.';
			else if (*from != '.' || !thousands)
				*to++ = *from;
		*to = '\0';
	}
	whole = strspn(p, "0123456789");
	point = p + whole;
	if (whole == 0 || (*point != '\0' && (*point != '.' || f->type != FIELD_DECIMAL)))
		return ERR_PARSE;
	if (*point == '.') {
		size_t behind = strspn(point + 1, "0123456789");

		if (behind == 0 || point[1 + behind] != '\0')
			return ERR_PARSE;
		while (behind > 0 && point[behind] == '0')
			point[behind--] = '\0';
		if (behind == 0)
			*point = '\0';
	}
	while (p[0] == '0' && p[1] >= '0' && p[1] <= '9')
		p++;
	if (minus && strcmp(p, "0") != 0)
		buf_putc(out, '-');
	buf_puts(out, p);
	return buf_end(out);
}

static int normalise_date(const char *s, size_t n, struct buf *out)
{
	char typed[24], iso[DATE_SIZE];
	int32_t day;

	if (n >= sizeof typed)
		return ERR_PARSE;
	memcpy(typed, s, n);
	typed[n] = '\0';
	if ((day = date_parse_typed(typed)) == DATE_NONE)
		return ERR_PARSE;
	buf_puts(out, date_to_iso(day, iso));
	return buf_end(out);
}

/* Does the typed word begin the label (or is it the whole of it)? Both folded: case, marks and hyphens do not
 * matter. */
static int label_fits(const char *folded, const char *label, struct buf *scratch, bool *whole)
{
	size_t n = strlen(folded);

	if (label == NULL)
		return 0;
	buf_reset(scratch);
	if (text_fold(label, scratch) != 0)
		return ERR_NOMEM;
	*whole = *whole || strcmp(buf_str(scratch), folded) == 0;
	return strncmp(buf_str(scratch), folded, n) == 0;
}

static const struct choice *choice_by_text(const struct field *f, const char *typed)
{
	const struct choice *found = NULL;
	struct buf folded, label;
	size_t fits = 0;

	buf_init(&folded, 0);
	buf_init(&label, 0);
	if (text_fold(typed, &folded) == 0 && folded.len > 0) {
		for (size_t i = 0; i < f->choices->n; i++) {
			const struct choice *c = &f->choices->v[i];
			bool whole = false, begins = label_fits(buf_str(&folded), c->label_id, &label, &whole) == 1;

			begins = label_fits(buf_str(&folded), c->label_en, &label, &whole) == 1 || begins;
			if (whole) {
				found = c;
				fits = 1;
				break;
			}
			if (begins && (folded.len >= PREFIX_MIN || f->yesno != NULL)) {
				found = c;
				fits++;
			}
		}
	}
	buf_clear(&folded);
	buf_clear(&label);
	return fits == 1 ? found : NULL;
}

/* A code, the same code with zeros before it, or the text beside it. */
static const struct choice *choice_typed(const struct field *f, const char *s, size_t n)
{
	char typed[TYPED_MAX + 1];
	const struct choice *c;
	const char *p = typed;

	if (n > TYPED_MAX)
		return NULL;
	memcpy(typed, s, n);
	typed[n] = '\0';
	if ((c = form_choice(f, typed)) != NULL)
		return c;
	while (p[0] == '0' && p[1] != '\0')
		p++;
	if ((c = form_choice(f, p)) != NULL)
		return c;
	return choice_by_text(f, typed);
}

static int normalise_codes(const struct field *f, const char *s, size_t n, struct buf *out)
{
	bool *taken = calloc(f->choices->n, sizeof *taken), first = true;
	size_t start = 0;
	int rc = 0;

	if (taken == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i <= n && rc == 0; i++) {
		const struct choice *c;

		if (i < n && s[i] != ' ' && s[i] != ',' && s[i] != ';')
			continue;
		if (i > start) {
			if ((c = choice_typed(f, s + start, i - start)) != NULL)
				taken[c - f->choices->v] = true;
			else
				rc = ERR_PARSE;
		}
		start = i + 1;
	}
	/* in the order of the list, so that the same choices are the same value */
	for (size_t i = 0; i < f->choices->n && rc == 0; i++)
		if (taken[i]) {
			if (!first)
				buf_putc(out, ' ');
			buf_puts(out, f->choices->v[i].code);
			first = false;
		}
	free(taken);
	return rc != 0 ? rc : buf_end(out);
}

/* Identity numbers are shown in groups; the blanks, dots and hyphens between are no part of them. Nothing else is
 * touched. */
static int normalise_digits(const char *s, size_t n, struct buf *out)
{
	char digits[TYPED_MAX + 1];
	size_t len = 0;

	if (n > TYPED_MAX)
		return ERR_PARSE;
	for (size_t i = 0; i < n; i++) {
		if (s[i] == ' ' || s[i] == '.' || s[i] == '-')
			continue;
		if (s[i] < '0' || s[i] > '9')
			return ERR_PARSE;
		digits[len++] = s[i];
	}
	if (len == 0)
		return ERR_PARSE;
	buf_put(out, digits, len);
	return buf_end(out);
}

static int normalise_area(const char *s, size_t n, struct buf *out)
{
	char typed[24], code[AREA_CODE_SIZE];

	if (n >= sizeof typed)
		return ERR_PARSE;
	memcpy(typed, s, n);
	typed[n] = '\0';
	if (!area_code_parse(typed, code))
		return ERR_PARSE;
	buf_puts(out, code);
	return buf_end(out);
}

int form_normalise(const struct field *f, const char *typed, int32_t today, struct buf *out)
{
	const struct choice *c;
	size_t n = trim(&typed);

	(void)today;
	if (n == 0)
		return 0;
	switch (f->type) {
	case FIELD_INTEGER: case FIELD_DECIMAL:
		return normalise_number(f, typed, n, out);
	case FIELD_DATE:
		return normalise_date(typed, n, out);
	case FIELD_ONE:
		if ((c = choice_typed(f, typed, n)) == NULL)
			return ERR_PARSE;
		buf_puts(out, c->code);
		return buf_end(out);
	case FIELD_MANY:
		return normalise_codes(f, typed, n, out);
	case FIELD_NIK: case FIELD_CARD:
		return normalise_digits(typed, n, out);
	case FIELD_AREA:
		return normalise_area(typed, n, out);
	case FIELD_TEXT: case FIELD_FILE: case FIELD_CALC: case FIELD_NOTE:
		break;
	}
	return normalise_text(f, typed, out);
}

static void show(struct buf *out, const char *s)
{
	text_show(out, s, strlen(s));
}

static void show_choice(const struct field *f, const char *code, size_t n, const char *lang, struct buf *out)
{
	char copy[64];
	const struct choice *c = NULL;

	if (n < sizeof copy) {
		memcpy(copy, code, n);
		copy[n] = '\0';
		c = form_choice(f, copy);
	}
	text_show(out, code, n);
	if (c == NULL)
		return;
	buf_putc(out, ' ');
	show(out, strcmp(lang, "en") == 0 && c->label_en != NULL ? c->label_en : c->label_id);
}

static void show_codes(const struct field *f, const char *value, const char *lang, struct buf *out)
{
	for (const char *p = value; *p != '\0';) {
		size_t n = strcspn(p, " ");

		if (n > 0) {
			if (p != value)
				buf_puts(out, ", ");
			show_choice(f, p, n, lang, out);
		}
		p += n;
		p += *p == ' ';
	}
}

static void show_decimal(const char *value, const char *lang, struct buf *out)
{
	size_t at = strcspn(value, ".");

	text_show(out, value, at);
	if (value[at] == '\0')
		return;
	buf_putc(out, strcmp(lang, "en") == 0 ? '.' : ',');
	show(out, value + at + 1);
}

void form_show_value(const struct field *f, const char *value, const char *lang, struct buf *out)
{
	char date[DATE_SIZE], nik[NIK_SHOW_SIZE];
	bool en = strcmp(lang, "en") == 0;

	switch (f->type) {
	case FIELD_DATE:
		if (date_from_iso(value) == DATE_NONE)
			break;
		buf_puts(out, date_show(date_from_iso(value), date));
		return;
	case FIELD_NIK: case FIELD_CARD:
		if (nik_show(value, nik)[0] == '\0')
			break;
		buf_puts(out, nik);
		return;
	case FIELD_ONE:
		show_choice(f, value, strlen(value), lang, out);
		return;
	case FIELD_MANY:
		show_codes(f, value, lang, out);
		return;
	case FIELD_DECIMAL:
		show_decimal(value, lang, out);
		return;
	case FIELD_CALC:
		if (strcmp(value, "true") == 0)
			buf_puts(out, en ? "yes" : "ya");
		else if (strcmp(value, "false") == 0)
			buf_puts(out, en ? "no" : "tidak");
		else if (strspn(value, "-0123456789.") == strlen(value) && date_from_iso(value) == DATE_NONE)
			show_decimal(value, lang, out);
		else if (date_from_iso(value) != DATE_NONE)
			buf_puts(out, date_show(date_from_iso(value), date));
		else
			break;
		return;
	default:
		break;
	}
	show(out, value);
}
