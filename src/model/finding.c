/* finding.c - the list of findings, and the only place that makes their text. */
#include "config.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "finding.h"
#include "text.h"

static const struct finding_info info[] = {
#define FINDING(number, name, severity, override, text) { number, #name, severity, override, text },
#include "findings.tbl"
#undef FINDING
};

const struct finding_info *finding_info(uint32_t code)
{
	for (size_t i = 0; i < sizeof info / sizeof info[0]; i++)
		if (info[i].code == code)
			return &info[i];
	return NULL;
}

void finding_list_init(struct finding_list *l)
{
	memset(l, 0, sizeof *l);
}

static void finding_free(struct finding *f)
{
	for (int i = 0; i < FINDING_ARGS; i++)
		free(f->arg[i]);
}

void finding_list_clear(struct finding_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		finding_free(&l->v[i]);
	free(l->v);
	finding_list_init(l);
}

static struct finding *finding_room(struct finding_list *l)
{
	size_t size = l->size == 0 ? 8 : l->size * 2;
	struct finding *v;

	if (l->n < l->size)
		return &l->v[l->n];
	v = reallocarray(l->v, size, sizeof *v);
	if (v == NULL)
		return NULL;
	l->v = v;
	l->size = size;
	return &l->v[l->n];
}

struct finding *finding_add(struct finding_list *l, enum finding_code code, uint32_t field, uint32_t row, ...)
{
	const struct finding_info *what = finding_info(code);
	struct finding *f = finding_room(l);
	va_list ap;
	const char *s;
	bool whole = f != NULL;

	if (whole) {
		*f = (struct finding){ .code = code, .severity = (uint8_t)(what == NULL ? SEV_BLOCK : what->severity),
			.field = field, .row = row };
		va_start(ap, row);
		for (int i = 0; i < FINDING_ARGS && (s = va_arg(ap, const char *)) != NULL; i++)
			if ((f->arg[i] = strdup(s)) == NULL)
				whole = false;
		va_end(ap);
		if (!whole)
			finding_free(f);
	}
	if (!whole) {
		l->nomem = true;
		return NULL;
	}
	l->n++;
	return f;
}

bool finding_list_blocks(const struct finding_list *l)
{
	if (l->nomem)
		return true;
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].severity == SEV_BLOCK)
			return true;
	return false;
}

const struct finding *finding_first(const struct finding_list *l, enum finding_code code)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].code == (uint32_t)code)
			return &l->v[i];
	return NULL;
}

const struct finding *finding_find(const struct finding_list *l, uint32_t code, uint32_t field, uint32_t row)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].code == code && l->v[i].field == field && l->v[i].row == row)
			return &l->v[i];
	return NULL;
}

void finding_text(const struct finding *f, struct buf *out)
{
	const struct finding_info *what = finding_info(f->code);

	if (what == NULL) {                       /* from a newer store: its number is better than silence */
		buf_printf(out, "Temuan nomor %u.", f->code);
		return;
	}
	for (const char *p = what->text; *p != 0; p++) {
		if (p[0] != '%' || p[1] < '1' || p[1] > '0' + FINDING_ARGS) {
			buf_putc(out, (unsigned char)*p);
			continue;
		}
		const char *arg = f->arg[*++p - '1'];
		if (arg != NULL)
			text_show(out, arg, strlen(arg));
	}
}
