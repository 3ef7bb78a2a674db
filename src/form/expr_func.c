/* expr_func.c - the functions of the form language: one row and one C function each. */
#include "config.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "err.h"
#include "expr_tree.h"

#define PLACES_MAX 12          /* of round() */

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Number of characters; a byte that continues one does not count. */
static size_t points(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

/* Byte offset of character number i, or of the end. */
static size_t point_at(const char *s, size_t i)
{
	size_t at = 0;

	for (; s[at] != '\0'; at++)
		if ((s[at] & 0xc0) != 0x80 && i-- == 0)
			break;
	return at;
}

static int text_part(struct eval *ev, const char *s, size_t n, struct expr_value *out)
{
	const char *copy = arena_strndup(ev->env->arena, s, n);

	if (copy == NULL)
		return ERR_NOMEM;
	*out = value_text(copy);
	return 0;
}

static int f_true(struct eval *ev, const struct node *n, struct expr_value *out)
{
	(void)ev;
	*out = value_bool(n->func->name[0] == 't');
	return 0;
}

static int f_not(struct eval *ev, const struct node *n, struct expr_value *out)
{
	struct expr_value v;
	int rc = eval_node(ev, n->arg[0], &v);

	*out = value_bool(!expr_truth(v));
	return rc;
}

static int f_if(struct eval *ev, const struct node *n, struct expr_value *out)
{
	struct expr_value v;
	int rc = eval_node(ev, n->arg[0], &v);

	return rc != 0 ? rc : eval_node(ev, n->arg[expr_truth(v) ? 1 : 2], out);
}

static int f_coalesce(struct eval *ev, const struct node *n, struct expr_value *out)
{
	int rc = eval_node(ev, n->arg[0], out);

	return rc == 0 && expr_missing(*out) ? eval_node(ev, n->arg[1], out) : rc;
}

/* The next word of a list of codes; NULL at the end. */
static const char *word_next(const char **s, size_t *n)
{
	const char *start;

	while (blank(**s))
		(*s)++;
	for (start = *s; **s != '\0' && !blank(**s);)
		(*s)++;
	*n = (size_t)(*s - start);
	return *n != 0 ? start : NULL;
}

static int f_selected(struct eval *ev, const struct node *n, struct expr_value *out)
{
	const char *list, *code, *word;
	size_t len, want;
	int rc;

	if ((rc = eval_text(ev, n->arg[0], &list)) != 0 || (rc = eval_text(ev, n->arg[1], &code)) != 0 ||
	    (rc = eval_step(ev, (long)strlen(list) / 64)) != 0)
		return rc;
	*out = value_bool(false);
	code = (word = word_next(&code, &want)) != NULL ? word : code;
	if (word == NULL) {
		/* selected(unanswered, '') is true: nothing was chosen */
		*out = value_bool(word_next(&list, &len) == NULL);
		return 0;
	}
	want = strlen(code);
	while (want > 0 && blank(code[want - 1]))
		want--;
	while ((word = word_next(&list, &len)) != NULL)
		if (len == want && memcmp(word, code, len) == 0)
			*out = value_bool(true);
	return 0;
}

static int f_count_selected(struct eval *ev, const struct node *n, struct expr_value *out)
{
	const char *list;
	size_t len, count = 0;
	int rc;

	if ((rc = eval_text(ev, n->arg[0], &list)) != 0)
		return rc;
	while (word_next(&list, &len) != NULL)
		count++;
	*out = value_number((double)count);
	return eval_step(ev, (long)count);
}

static int f_selected_at(struct eval *ev, const struct node *n, struct expr_value *out)
{
	const char *list, *word;
	size_t len;
	double at;
	int rc;

	if ((rc = eval_text(ev, n->arg[0], &list)) != 0 || (rc = eval_number(ev, n->arg[1], &at)) != 0)
		return rc;
	at = trunc(at);
	for (double i = 0; (word = word_next(&list, &len)) != NULL; i++)
		if (i == at)
			return text_part(ev, word, len, out);
	return eval_step(ev, (long)len / 8);
}

static int f_regex(struct eval *ev, const struct node *n, struct expr_value *out)
{
	const struct pattern *pattern = n->pattern;
	struct pattern *made;
	const char *text, *source, *why;
	int rc, at;

	if ((rc = eval_text(ev, n->arg[0], &text)) != 0)
		return rc;
	if (pattern == NULL) {
		if ((rc = eval_text(ev, n->arg[1], &source)) != 0 || (rc = eval_step(ev, (long)strlen(source))) != 0)
			return rc;
		if ((rc = pattern_compile(source, ev->env->arena, &made, &why, &at)) != 0)
			return rc == ERR_PARSE ? eval_fail(ev, n->arg[1], "regex: %s", why) : rc;
		pattern = made;
	}
	if ((rc = eval_step(ev, (long)(strlen(text) * pattern_states(pattern) / 64))) != 0)
		return rc;
	*out = value_bool(pattern_match(pattern, text));
	return 0;
}

static int f_string_length(struct eval *ev, const struct node *n, struct expr_value *out)
{
	const char *s;
	int rc = eval_text(ev, n->arg[0], &s);

	if (rc == 0)
		*out = value_number((double)points(s));
	return rc;
}

static int f_substr(struct eval *ev, const struct node *n, struct expr_value *out)
{
	double from, to, len;
	const char *s;
	size_t a, b;
	int rc;

	if ((rc = eval_text(ev, n->arg[0], &s)) != 0 || (rc = eval_number(ev, n->arg[1], &from)) != 0)
		return rc;
	len = to = (double)points(s);
	if (n->narg == 3 && (rc = eval_number(ev, n->arg[2], &to)) != 0)
		return rc;
	if (isnan(from) || isnan(to))
		return 0;
	/* negative numbers count from the end, as the peers have it */
	from = fmin(fmax(trunc(from) < 0 ? len + trunc(from) : trunc(from), 0), len);
	to = fmin(fmax(trunc(to) < 0 ? len + trunc(to) : trunc(to), 0), len);
	if (to <= from)
		return 0;
	a = point_at(s, (size_t)from);
	b = point_at(s, (size_t)to);
	return text_part(ev, s + a, b - a, out);
}

static int f_normalize_space(struct eval *ev, const struct node *n, struct expr_value *out)
{
	const char *s, *word;
	size_t len;
	struct buf b;
	int rc;

	if ((rc = eval_text(ev, n->arg[0], &s)) != 0)
		return rc;
	buf_init(&b, EXPR_TEXT_MAX);
	while ((word = word_next(&s, &len)) != NULL) {
		if (b.len != 0)
			buf_putc(&b, ' ');
		buf_put(&b, word, len);
	}
	rc = buf_end(&b) != 0 ? buf_end(&b) : text_part(ev, buf_str(&b), b.len, out);
	buf_clear(&b);
	return rc;
}

static int f_concat(struct eval *ev, const struct node *n, struct expr_value *out)
{
	struct buf b;
	int rc = 0;

	buf_init(&b, 0);
	for (size_t i = 0; i < n->narg && rc == 0; i++) {
		struct expr_value v;

		if ((rc = eval_node(ev, n->arg[i], &v)) == 0)
			expr_show(v, &b);
		if (rc == 0 && b.len > EXPR_TEXT_MAX)
			rc = eval_fail(ev, n, "concat makes a text of more than %d bytes", EXPR_TEXT_MAX);
	}
	if (rc == 0 && (rc = buf_end(&b)) == 0)
		rc = text_part(ev, buf_str(&b), b.len, out);
	if (rc == 0)
		rc = eval_step(ev, (long)b.len / 64);
	buf_clear(&b);
	return rc;
}

static int f_string(struct eval *ev, const struct node *n, struct expr_value *out)
{
	const char *s;
	int rc = eval_text(ev, n->arg[0], &s);

	if (rc == 0)
		*out = value_text(s);
	return rc;
}

static int f_number(struct eval *ev, const struct node *n, struct expr_value *out)
{
	double d;
	int rc = eval_number(ev, n->arg[0], &d);

	*out = value_number(d);
	return rc;
}

static int f_int(struct eval *ev, const struct node *n, struct expr_value *out)
{
	double d;
	int rc = eval_number(ev, n->arg[0], &d);

	*out = value_number(trunc(d));
	return rc;
}

/* Half goes up: round(-1.5) is -1. With places the product is first brought back to 15 digits, so that 1.005 is what it
 * looks like and not the 1.00499999999999989 behind it. */
static int f_round(struct eval *ev, const struct node *n, struct expr_value *out)
{
	double d, places = 0, scale;
	char exact[40];
	int rc;

	if ((rc = eval_number(ev, n->arg[0], &d)) != 0 || (n->narg == 2 && (rc = eval_number(ev, n->arg[1], &places)) != 0))
		return rc;
	places = trunc(places);
	if (isnan(places) || fabs(places) > PLACES_MAX)
		return eval_fail(ev, n->arg[1], "round takes -%d to %d places", PLACES_MAX, PLACES_MAX);
	scale = pow(10, fabs(places));
	if (isinf(d) || isnan(d)) {
		*out = value_number(d);
		return 0;
	}
	d = places < 0 ? d / scale : d * scale;
	strfromd(exact, sizeof exact, "%.15g", d);
	d = floor(strtod(exact, NULL) + 0.5);
	*out = value_number(places < 0 ? d * scale : d / scale);
	return 0;
}

static int f_today(struct eval *ev, const struct node *n, struct expr_value *out)
{
	(void)n;
	*out = value_date(ev->env->today);
	return 0;
}

static int f_date(struct eval *ev, const struct node *n, struct expr_value *out)
{
	struct expr_value v;
	double days;
	int rc;

	if ((rc = eval_node(ev, n->arg[0], &v)) != 0 || expr_missing(v))
		return rc;
	if ((rc = eval_days(ev, n->arg[0], v, &days)) != 0)
		return rc;
	if (isnan(days))
		return eval_fail(ev, n->arg[0], "date( ) takes YYYY-MM-DD or a number of days");
	days = floor(days);
	if (days < VALUE_DAY_MIN || days > VALUE_DAY_MAX)
		return eval_fail(ev, n->arg[0], "there is no such date: outside the years 1 to 9999");
	*out = value_date(days);
	return 0;
}

static int f_decimal_date_time(struct eval *ev, const struct node *n, struct expr_value *out)
{
	struct expr_value v;
	double days;
	int rc;

	if ((rc = eval_node(ev, n->arg[0], &v)) == 0 && (rc = eval_days(ev, n->arg[0], v, &days)) == 0)
		*out = value_number(days);
	return rc;
}

/* Full years; somebody born on 29 February has the birthday on 1 March of other years. */
static int f_age(struct eval *ev, const struct node *n, struct expr_value *out)
{
	int year[2], month[2], day[2];
	int rc;

	*out = value_number(NAN);
	for (int i = 0; i < 2; i++) {
		struct expr_value v;
		double days;

		if ((rc = eval_node(ev, n->arg[i], &v)) != 0 || (rc = eval_days(ev, n->arg[i], v, &days)) != 0)
			return rc;
		if (isnan(days) || days < VALUE_DAY_MIN || days > VALUE_DAY_MAX) {
			*out = value_number(NAN);
			return 0;
		}
		value_civil((int32_t)floor(days), &year[i], &month[i], &day[i]);
	}
	*out = value_number(year[1] - year[0] - (month[1] < month[0] || (month[1] == month[0] && day[1] < day[0])));
	return 0;
}

/* A walk over the rows an argument is evaluated in: once when it reads no roster. Nested walks keep the outer row. */
struct walk { struct eval *ev; const struct node *arg; uint32_t row, old_roster, old_row; bool once; };

static void walk_begin(struct walk *w, struct eval *ev, const struct node *arg)
{
	*w = (struct walk){
		.ev = ev, .arg = arg, .old_roster = ev->each_roster, .old_row = ev->each_row, .once = arg->walk == 0,
	};
}

static bool walk_next(struct walk *w)
{
	struct eval *ev = w->ev;

	if (w->arg->walk == 0) {
		bool go = w->once;

		w->once = false;
		return go;
	}
	w->row = ev->env->rows != NULL ? ev->env->rows(ev->env->arg, w->arg->walk, w->row) : 0;
	ev->each_roster = w->row != 0 ? w->arg->walk : w->old_roster;
	ev->each_row = w->row != 0 ? w->row : w->old_row;
	return w->row != 0;
}

static void walk_end(struct walk *w)
{
	w->ev->each_roster = w->old_roster;
	w->ev->each_row = w->old_row;
}

static int f_count(struct eval *ev, const struct node *n, struct expr_value *out)
{
	struct walk w;
	double count = 0;
	int rc = 0;

	walk_begin(&w, ev, n->arg[0]);
	while (rc == 0 && walk_next(&w)) {
		count++;
		rc = eval_step(ev, 1);
	}
	walk_end(&w);
	*out = value_number(count);
	return rc;
}

/* sum, min, max: a row whose value is missing because it reads an unanswered field is left out. */
static int f_fold(struct eval *ev, const struct node *n, struct expr_value *out)
{
	bool sum = n->func->name[0] == 's', least = n->func->name[1] == 'i', nan = false, any = false;
	double total = 0;
	int rc = 0;

	for (size_t i = 0; i < n->narg && rc == 0; i++) {
		struct walk w;

		walk_begin(&w, ev, n->arg[i]);
		while (rc == 0 && walk_next(&w)) {
			bool before = ev->unanswered;
			struct expr_value v;
			double d;

			ev->unanswered = false;
			if ((rc = eval_node(ev, n->arg[i], &v)) != 0)
				break;
			d = expr_number(v);
			if (expr_missing(v) && (ev->unanswered || v.kind == EXPR_TEXT)) {
				ev->unanswered = before;
				continue;
			}
			ev->unanswered = before;
			nan = nan || isnan(d);
			total = sum ? total + d : !any ? d : least ? fmin(total, d) : fmax(total, d);
			any = true;
		}
		walk_end(&w);
	}
	*out = value_number(nan || (!any && !sum) ? NAN : total);
	return rc;
}

static int f_any(struct eval *ev, const struct node *n, struct expr_value *out)
{
	bool looking_for = n->func->name[1] == 'n';      /* any stops at a true one, all at a false one */
	struct walk w;
	int rc = 0;

	*out = value_bool(!looking_for);
	walk_begin(&w, ev, n->arg[0]);
	while (rc == 0 && walk_next(&w)) {
		struct expr_value v;

		if ((rc = eval_node(ev, n->arg[0], &v)) == 0 && expr_truth(v) == looking_for) {
			*out = value_bool(looking_for);
			break;
		}
	}
	walk_end(&w);
	return rc;
}

static int f_indexed_repeat(struct eval *ev, const struct node *n, struct expr_value *out)
{
	uint32_t row = 0;
	double at;
	int rc;

	if ((rc = eval_number(ev, n->arg[2], &at)) != 0)
		return rc;
	if (!(trunc(at) >= 1))
		return 0;
	for (double i = 1; ev->env->rows != NULL && (row = ev->env->rows(ev->env->arg, n->roster, row)) != 0; i++) {
		if ((rc = eval_step(ev, 1)) != 0)
			return rc;
		if (i == trunc(at)) {
			*out = ev->env->value(ev->env->arg, n->arg[0]->slot, row);
			return 0;
		}
	}
	return 0;
}

static int f_position(struct eval *ev, const struct node *n, struct expr_value *out)
{
	uint32_t roster = n->arg[0]->roster, row = 0, mine;
	double at = 0;

	mine = roster == ev->each_roster ? ev->each_row : ev->env->row;
	while (ev->env->rows != NULL && (row = ev->env->rows(ev->env->arg, roster, row)) != 0) {
		at++;
		if (row == mine)
			break;
	}
	*out = value_number(at);
	return eval_step(ev, (long)at);
}

static int f_own(struct eval *ev, const struct node *n, struct expr_value *out)
{
	return eval_node(ev, n->arg[0], out);
}

const struct expr_func expr_funcs[] = {
	/* name               args    gives        walks  same   what */
	{ "not",               1, 1,  EXPR_BOOL,   false, false, f_not, "not(condition)" },
	{ "true",              0, 0,  EXPR_BOOL,   false, false, f_true, "true()" },
	{ "false",             0, 0,  EXPR_BOOL,   false, false, f_true, "false()" },
	{ "if",                3, 3,  EXPR_TEXT,   false, true,  f_if, "if(condition, then, else)" },
	{ "coalesce",          2, 2,  EXPR_TEXT,   false, true,  f_coalesce, "coalesce(value, when it is missing)" },
	{ "selected",          2, 2,  EXPR_BOOL,   false, false, f_selected, "selected(${field}, 'code')" },
	{ "selected-at",       2, 2,  EXPR_TEXT,   false, false, f_selected_at, "selected-at(${field}, number from 0)" },
	{ "count-selected",    1, 1,  EXPR_NUMBER, false, false, f_count_selected, "count-selected(${field})" },
	{ "regex",             2, 2,  EXPR_BOOL,   false, false, f_regex, "regex(text, 'pattern')" },
	{ "string-length",     1, 1,  EXPR_NUMBER, false, false, f_string_length, "string-length(text)" },
	{ "substr",            2, 3,  EXPR_TEXT,   false, false, f_substr, "substr(text, from 0[, up to, not with it])" },
	{ "normalize-space",   1, 1,  EXPR_TEXT,   false, false, f_normalize_space, "normalize-space(text)" },
	{ "concat",            1, -1, EXPR_TEXT,   false, false, f_concat, "concat(value, value, ...)" },
	{ "string",            1, 1,  EXPR_TEXT,   false, false, f_string, "string(value)" },
	{ "number",            1, 1,  EXPR_NUMBER, false, false, f_number, "number(value)" },
	{ "int",               1, 1,  EXPR_NUMBER, false, false, f_int, "int(number)" },
	{ "round",             1, 2,  EXPR_NUMBER, false, false, f_round, "round(number[, places])" },
	{ "today",             0, 0,  EXPR_DATE,   false, false, f_today, "today()" },
	{ "date",              1, 1,  EXPR_DATE,   false, false, f_date, "date(text or number of days)" },
	{ "decimal-date-time", 1, 1,  EXPR_NUMBER, false, false, f_decimal_date_time, "decimal-date-time(date)" },
	{ "age",               2, 2,  EXPR_NUMBER, false, false, f_age, "age(${birth date}, today())" },
	{ "count",             1, 1,  EXPR_NUMBER, true,  false, f_count, "count(${field of a roster})" },
	{ "sum",               1, 1,  EXPR_NUMBER, true,  false, f_fold, "sum(${field of a roster})" },
	{ "min",               1, -1, EXPR_NUMBER, true,  false, f_fold, "min(value, ...) or min(${field of a roster})" },
	{ "max",               1, -1, EXPR_NUMBER, true,  false, f_fold, "max(value, ...) or max(${field of a roster})" },
	{ "any",               1, 1,  EXPR_BOOL,   true,  false, f_any, "any(condition on fields of a roster)" },
	{ "all",               1, 1,  EXPR_BOOL,   true,  false, f_any, "all(condition on fields of a roster)" },
	{ "own",               1, 1,  EXPR_TEXT,   false, true,  f_own, "own(${field}), in a function over rows: of the rule's own row" },
	{ "indexed-repeat",    3, 3,  EXPR_TEXT,   false, false, f_indexed_repeat, "indexed-repeat(${field}, ${roster}, number from 1)" },
	{ "position",          1, 1,  EXPR_NUMBER, false, false, f_position, "position(..)" },
	{ "word",              1, 1,  EXPR_TEXT,   false, false, NULL, "word(number), in a choice_filter" },
};
const size_t expr_nfuncs = sizeof expr_funcs / sizeof expr_funcs[0];

const struct expr_func *expr_func_find(const char *name, size_t n)
{
	for (size_t i = 0; i < expr_nfuncs; i++)
		if (strlen(expr_funcs[i].name) == n && memcmp(expr_funcs[i].name, name, n) == 0)
			return &expr_funcs[i];
	return NULL;
}
