/* pattern.c - a small regular expression machine: all states at once, one character after the other. */
#include "config.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "err.h"
#include "pattern.h"

#define PATTERN_NEST 20
#define PATTERN_REPEAT 255
#define PATTERN_WORK 20000     /* steps of compiling: nested {n} would multiply */

enum state_op { S_CHAR, S_ANY, S_CLASS, S_SPLIT, S_JUMP, S_BEGIN, S_END, S_MATCH };
struct range { uint32_t lo, hi; };
struct class { bool negated; struct range *v; size_t n; };
struct state { uint8_t op; uint16_t to, other; uint32_t point; const struct class *class; };
struct pattern { struct state *v; size_t n; };

struct maker {
	const char *text;
	size_t at;
	struct arena *arena;
	struct pattern *p;
	const char *why;
	int err;
	int nest;
	long work;
	bool dry;              /* only looking where the next piece ends */
};

/* One code point; a broken byte stands for itself, above all code points. */
static uint32_t point_read(const char *s, size_t *len)
{
	const unsigned char *u = (const unsigned char *)s;
	int more = u[0] >= 0xf0 ? 3 : u[0] >= 0xe0 ? 2 : u[0] >= 0xc0 ? 1 : 0;
	uint32_t c = more == 3 ? u[0] & 7u : more == 2 ? u[0] & 15u : more == 1 ? u[0] & 31u : u[0];

	for (int i = 1; i <= more; i++) {
		if ((u[i] & 0xc0) != 0x80) {
			*len = 1;
			return 0x110000u + u[0];
		}
		c = c << 6 | (u[i] & 63u);
	}
	*len = (size_t)more + 1;
	return c;
}

static void fail(struct maker *m, const char *why)
{
	if (m->err == 0) {
		m->err = ERR_PARSE;
		m->why = why;
	}
}

static uint16_t emit(struct maker *m, struct state s)
{
	if (m->dry || m->err != 0)
		return 0;
	if (m->p->n >= PATTERN_STATES) {
		fail(m, "the pattern is too long");
		return 0;
	}
	m->p->v[m->p->n] = s;
	return (uint16_t)m->p->n++;
}

static void patch(struct maker *m, uint16_t at, uint16_t other)
{
	if (!m->dry && m->err == 0)
		m->p->v[at].other = other;
}

static uint16_t here(const struct maker *m)
{
	return (uint16_t)m->p->n;
}

static const struct range digits[] = { { '0', '9' } };
static const struct range words[] = { { '0', '9' }, { 'A', 'Z' }, { '_', '_' }, { 'a', 'z' } };
static const struct range blanks[] = { { '\t', '\r' }, { ' ', ' ' }, { 0xa0, 0xa0 } };

/* The set of \d \w \s, or NULL. */
static const struct range *set_of(char c, size_t *n)
{
	switch (c) {
	case 'd': case 'D': *n = 1; return digits;
	case 'w': case 'W': *n = 4; return words;
	case 's': case 'S': *n = 3; return blanks;
	}
	return NULL;
}

static struct class *class_new(struct maker *m, size_t ranges)
{
	struct class *c = arena_alloc(m->arena, sizeof *c);

	if (c == NULL || (c->v = arena_alloc(m->arena, ranges * sizeof *c->v)) == NULL) {
		m->err = ERR_NOMEM;
		return NULL;
	}
	return c;
}

static uint32_t escaped(struct maker *m)
{
	char c = m->text[m->at];

	if (c == 't')
		return m->at++, '\t';
	if (c == 'n')
		return m->at++, '\n';
	if (c == '\0' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
		fail(m, "\\ stands before a sign or d D w W s S");
		return 0;
	}
	size_t len;
	uint32_t p = point_read(m->text + m->at, &len);

	m->at += len;
	return p;
}

static uint32_t class_point(struct maker *m)
{
	size_t len;
	uint32_t p;

	if (m->text[m->at] == '\\') {
		m->at++;
		return escaped(m);
	}
	p = point_read(m->text + m->at, &len);
	m->at += len;
	return p;
}

/* Bytes up to the closing ], which may stand for itself as the first. */
static size_t class_length(const char *s)
{
	size_t n = *s == '^' ? 1 : 0;

	for (size_t first = n; s[n] != '\0' && (s[n] != ']' || n == first); n++)
		if (s[n] == '\\' && s[n + 1] != '\0')
			n++;
	return n;
}

static void class_make(struct maker *m)
{
	size_t length = class_length(m->text + m->at);
	struct class *c;
	bool first = true;

	if (m->text[m->at + length] == '\0') {
		fail(m, "[ is not closed by ]");
		return;
	}
	if (m->dry) {
		m->at += length + 1;
		return;
	}
	if ((c = class_new(m, length * 2)) == NULL)   /* \w: two bytes, four ranges */
		return;
	if (m->text[m->at] == '^') {
		c->negated = true;
		m->at++;
	}
	while (m->err == 0 && (m->text[m->at] != ']' || first)) {
		const struct range *set = NULL;
		size_t n;
		uint32_t lo, hi;

		first = false;
		if (m->text[m->at] == '\\' && (set = set_of(m->text[m->at + 1], &n)) != NULL) {
			if (m->text[m->at + 1] < 'a') {
				fail(m, "\\D \\W \\S cannot stand inside [ ]");
				return;
			}
			memcpy(c->v + c->n, set, n * sizeof *set);
			c->n += n;
			m->at += 2;
			continue;
		}
		lo = hi = class_point(m);
		if (m->text[m->at] == '-' && m->text[m->at + 1] != ']' && m->text[m->at + 1] != '\0') {
			m->at++;
			hi = class_point(m);
		}
		if (hi < lo)
			fail(m, "a range goes from the lower to the higher character");
		c->v[c->n++] = (struct range){ lo, hi };
	}
	if (m->err != 0)
		return;
	m->at++;
	emit(m, (struct state){ .op = S_CLASS, .class = c });
}

static void alternatives(struct maker *);

static void group(struct maker *m)
{
	if (m->text[m->at] == '?') {
		if (m->text[m->at + 1] != ':') {
			fail(m, "only ( ) and (?: ) groups are known");
			return;
		}
		m->at += 2;
	}
	if (++m->nest > PATTERN_NEST)
		fail(m, "groups are nested too deep");
	if (m->err == 0)
		alternatives(m);
	m->nest--;
	if (m->err == 0 && m->text[m->at] != ')')
		fail(m, "( is not closed by )");
	if (m->err == 0)
		m->at++;
}

static void atom(struct maker *m)
{
	const struct range *set;
	struct class *class;
	char c = m->text[m->at];
	size_t n;
	uint32_t p;

	if (++m->work > PATTERN_WORK) {
		fail(m, "the pattern repeats too much");
		return;
	}
	switch (c) {
	case '(':
		m->at++;
		group(m);
		return;
	case '[':
		m->at++;
		class_make(m);
		return;
	case '.':
		m->at++;
		emit(m, (struct state){ .op = S_ANY });
		return;
	case '^':
		m->at++;
		emit(m, (struct state){ .op = S_BEGIN });
		return;
	case '$':
		m->at++;
		emit(m, (struct state){ .op = S_END });
		return;
	case '*': case '+': case '?': case '{':
		fail(m, "nothing to repeat before this sign");
		return;
	case '\\':
		m->at++;
		if ((set = set_of(m->text[m->at], &n)) == NULL) {
			p = escaped(m);
			emit(m, (struct state){ .op = S_CHAR, .point = p });
			return;
		}
		if (m->dry) {
			m->at++;
			return;
		}
		if ((class = class_new(m, n)) == NULL)
			return;
		memcpy(class->v, set, n * sizeof *set);
		class->n = n;
		class->negated = m->text[m->at] < 'a';
		m->at++;
		emit(m, (struct state){ .op = S_CLASS, .class = class });
		return;
	default:
		p = point_read(m->text + m->at, &n);
		m->at += n;
		emit(m, (struct state){ .op = S_CHAR, .point = p });
		return;
	}
}

static int count_read(struct maker *m)
{
	int n = 0;

	if (m->text[m->at] < '0' || m->text[m->at] > '9')
		return -1;
	while (m->text[m->at] >= '0' && m->text[m->at] <= '9') {
		n = n * 10 + (m->text[m->at++] - '0');
		if (n > PATTERN_REPEAT) {
			fail(m, "repeated too often (at most 255)");
			return -1;
		}
	}
	return n;
}

/* *most < 0: without end. */
static void quantifier(struct maker *m, int *least, int *most)
{
	*least = *most = 1;
	switch (m->text[m->at]) {
	case '*': *least = 0; *most = -1; m->at++; break;
	case '+': *most = -1; m->at++; break;
	case '?': *least = 0; m->at++; break;
	case '{':
		m->at++;
		*least = *most = count_read(m);
		if (*least >= 0 && m->text[m->at] == ',') {
			m->at++;
			*most = count_read(m);
		}
		if (m->text[m->at] != '}' || *least < 0 || (*most >= 0 && *most < *least)) {
			fail(m, "repetition is written {n}, {n,} or {n,m}");
			return;
		}
		m->at++;
		break;
	default:
		return;
	}
	if (m->text[m->at] == '?')
		m->at++;               /* "as few as possible" makes no difference when the whole text has to fit */
}

static void piece(struct maker *m)
{
	size_t start = m->at, end;
	bool dry = m->dry;
	int least, most;
	uint16_t split;

	m->dry = true;
	atom(m);
	m->dry = dry;
	if (m->err == 0)
		quantifier(m, &least, &most);
	end = m->at;
	if (dry || m->err != 0)
		return;
	for (int i = 0; i < least && m->err == 0; i++) {
		m->at = start;
		atom(m);
	}
	for (int i = least; i < most && m->err == 0; i++) {
		split = emit(m, (struct state){ .op = S_SPLIT, .to = (uint16_t)(here(m) + 1) });
		m->at = start;
		atom(m);
		patch(m, split, here(m));
	}
	if (most < 0 && m->err == 0) {
		split = emit(m, (struct state){ .op = S_SPLIT, .to = (uint16_t)(here(m) + 1) });
		m->at = start;
		atom(m);
		emit(m, (struct state){ .op = S_JUMP, .to = split });
		patch(m, split, here(m));
	}
	m->at = end;
}

static void branch(struct maker *m)
{
	while (m->err == 0 && m->text[m->at] != '\0' && m->text[m->at] != '|' && m->text[m->at] != ')')
		piece(m);
}

static void alternatives(struct maker *m)
{
	uint16_t jump[PATTERN_NEST * 4];
	size_t njump = 0;

	for (;;) {
		size_t start = m->at;
		bool dry = m->dry, more;
		uint16_t split = 0;

		m->dry = true;
		branch(m);
		m->dry = dry;
		more = m->text[m->at] == '|';
		if (m->err != 0)
			return;
		if (!dry) {
			m->at = start;
			if (more)
				split = emit(m, (struct state){ .op = S_SPLIT, .to = (uint16_t)(here(m) + 1) });
			branch(m);
			if (more && njump == sizeof jump / sizeof jump[0])
				fail(m, "too many alternatives");
			else if (more)
				jump[njump++] = emit(m, (struct state){ .op = S_JUMP });
			if (more)
				patch(m, split, here(m));
		}
		if (!more || m->err != 0)
			break;
		m->at++;
	}
	for (size_t i = 0; i < njump && m->err == 0; i++)
		m->p->v[jump[i]].to = here(m);
}

int pattern_compile(const char *text, struct arena *arena, struct pattern **out, const char **why, int *at)
{
	struct maker m = { .text = text, .arena = arena };
	struct state *v;

	if ((m.p = arena_alloc(arena, sizeof *m.p)) == NULL || (v = calloc(PATTERN_STATES, sizeof *v)) == NULL)
		return ERR_NOMEM;
	m.p->v = v;
	alternatives(&m);
	if (m.err == 0 && text[m.at] == ')')
		fail(&m, ") without (");
	emit(&m, (struct state){ .op = S_MATCH });
	if (m.err == 0 && (m.p->v = arena_dup(arena, v, m.p->n * sizeof *v)) == NULL)
		m.err = ERR_NOMEM;
	free(v);
	*why = m.why;
	*at = (int)m.at;
	*out = m.err == 0 ? m.p : NULL;
	return m.err;
}

size_t pattern_states(const struct pattern *p)
{
	return p->n;
}

struct set { uint16_t v[PATTERN_STATES]; size_t n; };

/* Puts a state and all that can be reached from it without a character into the set. */
static void set_add(const struct pattern *p, struct set *set, uint32_t *mark, uint32_t now, uint16_t state,
	bool first, bool last)
{
	uint16_t todo[2 * PATTERN_STATES + 2];
	size_t n = 0;

	todo[n++] = state;
	while (n != 0) {
		uint16_t i = todo[--n];
		const struct state *s = &p->v[i];

		if (mark[i] == now)
			continue;
		mark[i] = now;
		if (s->op == S_JUMP || s->op == S_SPLIT)
			todo[n++] = s->to;
		if (s->op == S_SPLIT)
			todo[n++] = s->other;
		if ((s->op == S_BEGIN && first) || (s->op == S_END && last))
			todo[n++] = (uint16_t)(i + 1);
		if (s->op == S_CHAR || s->op == S_ANY || s->op == S_CLASS || s->op == S_MATCH)
			set->v[set->n++] = i;
	}
}

static bool takes(const struct state *s, uint32_t point)
{
	bool in = false;

	if (s->op == S_CHAR)
		return s->point == point;
	if (s->op == S_ANY)
		return point != '\n';
	if (s->op != S_CLASS)
		return false;
	for (size_t i = 0; i < s->class->n && !in; i++)
		in = point >= s->class->v[i].lo && point <= s->class->v[i].hi;
	return in != s->class->negated;
}

bool pattern_match(const struct pattern *p, const char *text)
{
	struct set one = { .n = 0 }, two, *now = &one, *next = &two, *swap;
	uint32_t mark[PATTERN_STATES];
	uint32_t turn = 1;
	size_t len;

	memset(mark, 0, p->n * sizeof *mark);
	set_add(p, now, mark, turn, 0, true, text[0] == '\0');
	for (; *text != '\0' && now->n != 0; text += len) {
		uint32_t point = point_read(text, &len);

		next->n = 0;
		turn++;
		for (size_t i = 0; i < now->n; i++)
			if (takes(&p->v[now->v[i]], point))
				set_add(p, next, mark, turn, (uint16_t)(now->v[i] + 1), false, text[len] == '\0');
		swap = now;
		now = next;
		next = swap;
	}
	for (size_t i = 0; i < now->n; i++)
		if (p->v[now->v[i]].op == S_MATCH)
			return *text == '\0';
	return false;
}
