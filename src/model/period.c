/* period.c - a file of periods to rows, with the line of what is wrong. */
#include "config.h"
#include "period.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "date.h"
#include "err.h"
#include "scfg.h"

struct reader { struct period_error *err; int r; };

static void wrong(struct reader *rd, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void wrong(struct reader *rd, int line, const char *fmt, ...)
{
	if (rd->r != 0)
		return;
	rd->r = ERR_PARSE;
	rd->err->line = line;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(rd->err->text, sizeof rd->err->text, fmt, ap);
	va_end(ap);
}

static int32_t one_date(struct reader *rd, const struct scfg_node *n, const char *w)
{
	int32_t day = w ? date_from_iso(w) : DATE_NONE;
	if (w && day == DATE_NONE)
		wrong(rd, n->line, "'%.40s' takes a date YYYY-MM-DD, not '%.40s'", n->name, w);
	return day;
}

static void read_period(struct reader *rd, const struct scfg_node *n, struct period *p)
{
	unsigned seen = 0;
	enum { TITLE = 1, PRODUCT = 2, AREA = 4, OPENS = 8, CLOSES = 16, FINALISE = 32, ALL = 63 };
	for (const struct scfg_node *c = n->child; c; c = c->next) {
		const char *w = c->nwords == 1 && !c->child && c->words[0][0] ? c->words[0] : NULL;
		unsigned bit = 0;
		if (!w)
			wrong(rd, c->line, "'%.40s' takes one word", c->name);
		if (strcmp(c->name, "title") == 0) {
			bit = TITLE;
			p->title = w;
		} else if (strcmp(c->name, "product") == 0) {
			bit = PRODUCT;
			p->product = w;
		} else if (strcmp(c->name, "area") == 0) {
			bit = AREA;
			p->area = w;
		} else if (strcmp(c->name, "opens-on") == 0) {
			bit = OPENS;
			p->opens_on = one_date(rd, c, w);
		} else if (strcmp(c->name, "closes-on") == 0) {
			bit = CLOSES;
			p->closes_on = one_date(rd, c, w);
		} else if (strcmp(c->name, "finalise-by") == 0) {
			bit = FINALISE;
			p->finalise_by = one_date(rd, c, w);
		} else
			wrong(rd, c->line, "'%.40s' is no directive of a period", c->name);
		if (seen & bit)
			wrong(rd, c->line, "'%.40s' stands twice", c->name);
		seen |= bit;
	}
	if (seen != ALL)
		wrong(rd, n->line, "period '%.40s' needs title, product, area, opens-on, closes-on and finalise-by", p->name);
	else if (p->opens_on > p->closes_on)
		wrong(rd, n->line, "period '%.40s' closes before it opens", p->name);
	else if (p->closes_on > p->finalise_by)
		wrong(rd, n->line, "period '%.40s' is to be finalised before it closes", p->name);
}

static void check_against(struct reader *rd, const struct period *all, const struct period *p)
{
	for (; all < p; all++) {
		if (strcmp(all->name, p->name) == 0)
			wrong(rd, p->line, "period '%.40s' stands twice", p->name);
		else if (all->product && p->product && all->area && p->area && strcmp(all->product, p->product) == 0 &&
		         strcmp(all->area, p->area) == 0 && all->opens_on <= p->closes_on && p->opens_on <= all->closes_on)
			wrong(rd, p->line, "periods '%.40s' and '%.40s' overlap in one product and area", all->name, p->name);
	}
}

int period_read(const char *text, size_t n, struct arena *arena, struct period **out, size_t *count, struct period_error *err)
{
	struct reader rd = { .err = err };
	struct scfg_node *root = NULL;
	struct scfg_error se = { 0 };
	*out = NULL;
	*count = 0;
	*err = (struct period_error){ 0 };
	int r = scfg_read(text, n, arena, &root, &se);
	if (r == ERR_PARSE)
		wrong(&rd, se.line, "%s", se.text);
	if (r != 0)
		return r;
	size_t blocks = 0;
	for (const struct scfg_node *c = root; c; c = c->next)
		blocks++;
	if (blocks == 0)
		wrong(&rd, 1, "no period in the file");
	if (blocks > PERIODS_MAX)
		wrong(&rd, 1, "more than %d periods", PERIODS_MAX);
	if (rd.r != 0)
		return rd.r;
	struct period *v = arena_alloc(arena, blocks * sizeof *v);
	if (!v)
		return ERR_NOMEM;
	for (const struct scfg_node *c = root; c && rd.r == 0; c = c->next) {
		struct period *p = &v[*count];
		if (strcmp(c->name, "period") != 0 || c->nwords != 1 || strlen(c->words[0]) > 30) {
			wrong(&rd, c->line, "expected: period NAME { ... }, the name at most 30 letters");
			break;
		}
		p->name = c->words[0];
		p->line = c->line;
		read_period(&rd, c, p);
		check_against(&rd, v, p);
		++*count;
	}
	if (rd.r == 0)
		*out = v;
	return rd.r;
}
