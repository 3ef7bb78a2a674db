/* expr_bind.c - which row a field of a roster means: this one, every one, the one above, or none that makes sense. */
#include "config.h"
#include <string.h>
#include "expr_parse.h"

#define UP_MAX 4               /* rosters that hang on one another */

static void resolve(struct parser *, struct node *, uint32_t each);

/* How often to go up from a row of `from` to reach one of `to`; -1 when it does not lie above. */
static int climb(const struct parser *p, uint32_t from, uint32_t to)
{
	for (int up = 0; up <= UP_MAX && from != 0; up++) {
		if (from == to)
			return up;
		from = p->names->of != NULL ? p->names->of(p->names->arg, from) : 0;
	}
	return -1;
}

/* The one roster whose rows an aggregate walks: the lowest that its argument reads, not looking into aggregates
 * inside. */
static void walked(struct parser *p, const struct node *n, uint32_t *roster)
{
	if (n->op == NODE_CALL && (n->func->walks || strcmp(n->func->name, "indexed-repeat") == 0 || strcmp(n->func->name, "own") == 0))
		return;
	if ((n->op == NODE_FIELD && n->roster != 0 && strcmp(n->name, ".") != 0) || n->op == NODE_ROSTER) {
		if (*roster == 0 || climb(p, n->roster, *roster) > 0)
			*roster = n->roster;
		else if (climb(p, *roster, n->roster) < 0)
			parse_fail(p, n->at, "one aggregate reads the rows of one roster only");
	}
	for (size_t i = 0; i < n->narg; i++)
		walked(p, n->arg[i], roster);
}

static void read_slot(struct parser *p, const struct node *n)
{
	if (n->slot < 0)
		return;
	for (size_t i = 0; i < p->nreads; i++)
		if (p->reads[i] == n->slot)
			return;
	if (p->nreads == READS_MAX)
		parse_fail(p, n->at, "reads more than %d fields", READS_MAX);
	else
		p->reads[p->nreads++] = n->slot;
}

static void resolve_field(struct parser *p, struct node *n, uint32_t each)
{
	bool own = strcmp(n->name, ".") == 0;
	int up;

	read_slot(p, n);
	n->from = ROW_HOUSE;
	if (n->roster == 0)
		return;
	if (each != 0 && !own && (up = climb(p, each, n->roster)) >= 0) {
		n->up = (uint8_t)up;
		n->from = ROW_EACH;
		return;
	}
	if ((each == 0 || own) && (up = climb(p, p->names->roster, n->roster)) >= 0) {
		n->up = (uint8_t)up;
		n->from = ROW_STAND;
		return;
	}
	parse_fail(p, n->at,
		"${%s} has a value in every row of its roster: use count, sum, min, max, any, all or indexed-repeat", n->name);
}

static void resolve_walk(struct parser *p, struct node *n)
{
	const char *name = n->func->name;
	uint32_t roster = 0;

	for (size_t i = 0; i < n->narg; i++) {
		uint32_t here = 0;

		walked(p, n->arg[i], &here);
		n->arg[i]->walk = here;
		if (here != 0)
			roster = here;
		if (strcmp(name, "count") == 0 && n->arg[i]->op != NODE_FIELD && n->arg[i]->op != NODE_ROSTER)
			parse_fail(
				p, n->arg[i]->at, "count counts rows: count(${field}); for rows of a kind use sum(if(..., 1, 0))");
		if (n->arg[i]->op == NODE_ROSTER && strcmp(name, "count") != 0)
			parse_fail(p, n->arg[i]->at, "${%s} is a roster: name one of its fields", n->arg[i]->name);
		if (n->arg[i]->op != NODE_ROSTER)
			resolve(p, n->arg[i], here);
	}
	if (roster == 0 && (strcmp(name, "count") == 0 || n->kind == EXPR_BOOL))
		parse_fail(p, n->at, "%s needs a field of a roster", name);
	n->roster = roster;
}

/* indexed-repeat(${field}, ${roster}, number): a field of the roster may stand for it. */
static void resolve_indexed(struct parser *p, struct node *n, uint32_t each)
{
	struct node *field = n->arg[0], *of = n->arg[1];

	if (field->op != NODE_FIELD || field->roster == 0)
		parse_fail(p, field->at, "indexed-repeat takes a field of a roster first");
	else if ((of->op != NODE_ROSTER && of->op != NODE_FIELD) || of->roster != field->roster)
		parse_fail(p, of->at, "indexed-repeat: the roster of ${%s} is expected here", field->name);
	if (p->failed != 0)
		return;
	read_slot(p, field);
	n->roster = field->roster;
	resolve(p, n->arg[2], each);
}

static void resolve(struct parser *p, struct node *n, uint32_t each)
{
	if (p->failed != 0)
		return;
	switch (n->op) {
	case NODE_FIELD:
		resolve_field(p, n, each);
		return;
	case NODE_ROSTER:
		parse_fail(p, n->at, "${%s} is a roster: it can be counted, count(${%s})", n->name, n->name);
		return;
	case NODE_HERE:
		n->roster = each != 0 ? each : p->names->roster;
		if (n->roster == 0)
			parse_fail(p, n->at, "position(..) is known in the rows of a roster only");
		return;
	case NODE_CALL:
		if (n->func->walks) {
			resolve_walk(p, n);
			return;
		}
		if (strcmp(n->func->name, "indexed-repeat") == 0) {
			resolve_indexed(p, n, each);
			return;
		}
		if (strcmp(n->func->name, "own") == 0) {
			if (n->arg[0]->op != NODE_FIELD || n->arg[0]->roster == 0)
				parse_fail(p, n->arg[0]->at, "own takes a field of the rule's own roster");
			else
				resolve(p, n->arg[0], 0);       /* the row the rule stands in, not the one the aggregate is at */
			return;
		}
		break;
	default:
		break;
	}
	for (size_t i = 0; i < n->narg; i++)
		resolve(p, n->arg[i], each);
}

void expr_bind(struct parser *p, struct node *root)
{
	resolve(p, root, 0);
}
