/* register_model.c - see register_model.h */
#include <stdlib.h>
#include <string.h>
#include "register_model.h"

const char *const kind_name[KINDS] = { "new", "correction", "exit", "move", "member_moves", "head_died", "split", "merge", "unmerge" };
struct mmerge merges[2000];
int nmerges;
static struct mstate work;       /* a change is made here and copied back when nothing is wrong */

static void put(char *to, const char *from) { memmove(to, from, strlen(from) + 1); }
static bool eq(const char *a, const char *b) { return strcmp(a, b) == 0; }
static bool head(const char *rel) { return eq(rel, "1"); }
bool model_member(const struct mstate *m, int h, int p) { return p >= 0 && p < m->np && m->p[p].home == h; }
bool model_alive(const struct mstate *m, int h) { return h < m->nh && m->h[h].state == 'a'; }

static const struct mstate *sorting;
static int by_row(const void *a, const void *b)
{
	const struct mperson *x = &sorting->p[*(const int *)a], *y = &sorting->p[*(const int *)b];
	if (head(x->rel) != head(y->rel))
		return head(y->rel) - head(x->rel);
	if (x->fam != y->fam)
		return x->fam - y->fam;
	return x->id < y->id ? -1 : x->id > y->id;
}

int model_members(const struct mstate *m, int h, int out[MROWS])
{
	int n = 0;
	for (int p = 0; p < m->np && n < MROWS; p++)
		if (m->p[p].home == h)
			out[n++] = p;
	sorting = m;
	qsort(out, (size_t)n, sizeof *out, by_row);
	return n;
}

const char *model_card_shown(const struct mstate *m, int h, int p)
{
	int first = -1;
	for (int k = 0; k < m->np; k++) {
		if (m->p[k].home != h || m->p[k].fam != m->p[p].fam)
			continue;
		if (head(m->p[k].frel))
			return k == p ? m->h[h].card[m->p[p].fam].no : "";
		if (first < 0 || m->p[k].id < m->p[first].id)
			first = k;
	}
	return first == p ? m->h[h].card[m->p[p].fam].no : "";
}

static const char *value(const struct mstate *m, int h, int p, int field)
{
	if (p < 0)
		return m->h[h].v[field];
	switch (field) {
	case F_REL: return m->p[p].rel;
	case F_FREL: return m->p[p].frel;
	case F_CARD: return model_card_shown(m, h, p);
	default: return m->p[p].v[field];
	}
}

static void assign(struct mstate *m, int h, int p, int field, const char *v)
{
	if (p < 0)
		put(m->h[h].v[field], v);
	else if (field == F_REL)
		put(m->p[p].rel, v);
	else if (field == F_FREL)
		put(m->p[p].frel, v);
	else if (field == F_CARD)
		put(m->h[h].card[m->p[p].fam].no, v);
	else
		put(m->p[p].v[field], v);
}

static void open_card(struct mstate *m, int h, int fam, const char *no)
{
	m->h[h].card[fam].id = ++m->next;
	put(m->h[h].card[fam].no, no);
}

static void close_empty(struct mstate *m, int h)
{
	for (int f = 1; f < MF; f++) {
		bool used = false;
		for (int p = 0; p < m->np; p++)
			used |= m->p[p].home == h && m->p[p].fam == f;
		if (!used)
			m->h[h].card[f].id = 0;
	}
}

static void live(struct mstate *m, int p, int h, int fam, const char *rel, const char *frel)
{
	m->p[p].home = h;
	m->p[p].fam = fam;
	m->p[p].mid = ++m->next;
	put(m->p[p].rel, rel);
	put(m->p[p].frel, frel);
}

static bool succeeds(const struct mstate *m, int area, int before, int64_t since)
{
	while (area != before && m->area[area].from >= 0 && m->area[area].seq > since)
		area = m->area[area].from;
	return area == before;
}

static bool split_since(const struct mstate *m, int area, int64_t since)
{
	for (int a = 0; a < m->nareas; a++)
		if (m->area[a].from == area && m->area[a].seq > since)
			return true;
	return false;
}

static bool same_members(const struct mstate *base, const struct mstate *now, int h)
{
	for (int p = 0; p < now->np; p++) {
		bool was = p < base->np && base->p[p].home == h, is = now->p[p].home == h;
		if (was != is)
			return false;
		if (is && (base->p[p].mid != now->p[p].mid || base->p[p].fam != now->p[p].fam ||
		           base->h[h].card[base->p[p].fam].id != now->h[h].card[now->p[p].fam].id))
			return false;
	}
	return true;
}

/* --- invariants over the result ------------------------------------------------------------------------------------------- */

static int leads(const struct mstate *m, int h, int fam)
{
	int n = 0;
	for (int p = 0; p < m->np; p++)
		n += m->p[p].home == h && (fam == 0 ? head(m->p[p].rel) : m->p[p].fam == fam && head(m->p[p].frel));
	return n;
}

static int count_in(const struct mstate *m, int h, int fam)
{
	int n = 0;
	for (int p = 0; p < m->np; p++)
		n += m->p[p].home == h && (fam == 0 || m->p[p].fam == fam);
	return n;
}

static int check_house(const struct mstate *m, int h)
{
	if (m->h[h].state != 'a')
		return 0;
	if (count_in(m, h, 0) == 0)
		return 223;
	if (leads(m, h, 0) != 1)
		return leads(m, h, 0) ? 209 : 208;
	for (int f = 1; f < MF; f++)
		if (count_in(m, h, f) > 0 && leads(m, h, f) != 1)
			return leads(m, h, f) ? 211 : 210;
	return 0;
}

/* Numbers this change brings in must not be in another open membership or on another open card. */
static int check_numbers(const struct mstate *now, const struct mstate *m)
{
	for (int p = 0; p < m->np; p++) {
		const char *nik = m->p[p].v[F_NIK];
		bool joins = p >= now->np || (now->p[p].home < 0 && m->p[p].home >= 0 && now->p[p].into < 0);
		if (nik[0] == '\0' || m->p[p].into >= 0 || m->p[p].erased || (!joins && eq(nik, now->p[p].v[F_NIK])))
			continue;
		for (int k = 0; k < m->np; k++)
			if (k != p && m->p[k].home >= 0 && m->p[k].into < 0 && eq(m->p[k].v[F_NIK], nik))
				return 204;
	}
	for (int h = 0; h < m->nh; h++)
		for (int f = 1; f < MF; f++) {
			const struct mcard *c = &m->h[h].card[f], *was = h < now->nh ? &now->h[h].card[f] : NULL;
			if (c->id == 0 || c->no[0] == '\0' || (was != NULL && was->id == c->id && eq(was->no, c->no)))
				continue;
			for (int g = 0; g < m->nh; g++)
				for (int e = 1; e < MF; e++)
					if ((g != h || e != f) && m->h[g].card[e].id != 0 && eq(m->h[g].card[e].no, c->no))
						return 206;
		}
	return 0;
}

/* --- the kinds ------------------------------------------------------------------------------------------------------------ */

static int usable(const struct mstate *m, int area, int64_t since) { return split_since(m, area, since) ? 207 : 0; }

static void add_new(struct mstate *m, int h, const struct mnew *n)
{
	struct mperson *p = &m->p[m->np];
	memset(p, 0, sizeof *p);
	p->into = -1;
	p->id = INT64_MAX;
	memcpy(p->v, n->v, sizeof p->v);
	live(m, m->np++, h, n->fam, n->rel, n->frel);
}

static int apply_new(struct mstate *m, const struct mchange *c)
{
	int h = m->nh++, r = usable(m, c->area, c->base_seq);
	memset(&m->h[h], 0, sizeof m->h[h]);
	m->h[h].area = c->area;
	m->h[h].state = 'a';
	m->h[h].into = -1;
	memcpy(m->h[h].v, c->v, sizeof c->v);
	for (int i = 0; i < c->nn; i++) {
		if (m->h[h].card[c->n[i].fam].id == 0)
			open_card(m, h, c->n[i].fam, c->n[i].fam == 1 ? c->card : "");
		add_new(m, h, &c->n[i]);
	}
	return r;
}

static int apply_correction(const struct mstate *base, const struct mstate *now, struct mstate *m, const struct mchange *c)
{
	bool wanted = false;
	int r = 0;
	for (int i = 0; i < c->ne; i++) {
		const struct medit *e = &c->e[i];
		const char *b = value(base, c->h, e->person, e->field);
		if (eq(b, e->value))
			continue;
		wanted = true;
		if (e->person >= 0 && !model_member(now, c->h, e->person)) {
			bool leaves = false;
			for (int k = 0; k < c->nrow; k++)
				leaves |= c->row[k].person == e->person && c->row[k].leaves;
			if (!leaves)
				r = r ? r : 221;
			continue;
		}
		const char *n = value(now, c->h, e->person, e->field);
		if (eq(n, e->value))
			continue;
		if (!eq(n, b))
			r = r ? r : 200;
		else
			assign(m, c->h, e->person, e->field, e->value);
	}
	int left = 0, died = 0, members = count_in(now, c->h, 0);
	for (int k = 0; k < c->nrow; k++) {
		int p = c->row[k].person;
		if (!c->row[k].leaves)
			continue;
		wanted = true;
		if (!model_member(now, c->h, p))
			continue;
		m->p[p].home = -1;
		m->p[p].dead |= c->row[k].leaves == '2';
		left++;
		died += c->row[k].leaves == '2';
	}
	for (int i = 0; i < c->nn; i++) {
		wanted = true;
		for (int p = 0; p < now->np; p++)
			if (now->p[p].home == c->h && !(p < base->np && base->p[p].home == c->h) && eq(now->p[p].v[F_NIK], c->n[i].v[F_NIK]))
				r = r ? r : 213;
		if (m->h[c->h].card[c->n[i].fam].id == 0)
			open_card(m, c->h, c->n[i].fam, "");
		add_new(m, c->h, &c->n[i]);
	}
	int joins = 0;
	if (c->join >= 0) {
		struct mperson *p = &m->p[c->join];
		wanted = true;
		joins = p->erased ? 220 : p->into >= 0 ? 221 : p->dead ? 228 : p->home >= 0 ? 203 : 0;
		live(m, c->join, c->h, c->join_fam, "8", "8");
		memcpy(p->v, c->join_v, sizeof p->v);
		if (m->h[c->h].card[c->join_fam].id == 0)
			open_card(m, c->h, c->join_fam, "");
	}
	if (!wanted)
		return 226;
	close_empty(m, c->h);
	if (r == 0 && left == members && died == left && left > 0 && c->nn == 0 && c->join < 0)
		m->h[c->h].state = 'x';
	/* Who leads what is a rule of the form and said first; who may come is asked of the register afterwards. */
	if (r == 0 && (r = check_house(m, c->h)) == 0)
		r = joins;
	return r;
}

static int apply_move(const struct mstate *base, struct mstate *m, const struct mchange *c)
{
	struct mhouse *h = &m->h[c->h];
	int r = usable(m, c->area, c->base_seq);
	if (!succeeds(m, h->area, base->h[c->h].area, c->base_seq))
		r = 224;
	for (int f = F_ADDRESS; f <= F_HAMLET; f++)
		if (!eq(h->v[f], base->h[c->h].v[f]))
			r = 224;
	if (h->area == c->area)
		r = 214;
	h->area = c->area;
	for (int f = F_ADDRESS; f <= F_HAMLET; f++)
		put(h->v[f], c->v[f]);
	return r;
}

static const struct mpart *row_of(const struct mchange *c, int p)
{
	for (int i = 0; i < c->nrow; i++)
		if (c->row[i].person == p)
			return &c->row[i];
	return NULL;
}

/* A change in the world: another membership, unless nothing differs. */
static void again(struct mstate *m, int p, bool other_card, const char *rel, const char *frel)
{
	if (rel[0] == '\0')
		rel = m->p[p].rel;
	if (frel[0] == '\0')
		frel = m->p[p].frel;
	if (other_card || !eq(rel, m->p[p].rel) || !eq(frel, m->p[p].frel))
		live(m, p, m->p[p].home, m->p[p].fam, rel, frel);
}

static int apply_head_died(struct mstate *m, const struct mchange *c)
{
	int list[MROWS], n = model_members(m, c->h, list), dead = -1, left = 0;
	for (int i = 0; i < n; i++)
		if (head(m->p[list[i]].rel))
			dead = list[i];
	if (dead < 0)
		return 208;
	if (row_of(c, dead) == NULL || !row_of(c, dead)->goes)
		return 212;              /* another head since */
	int fam = m->p[dead].fam;
	for (int i = 0; i < n; i++) {
		const struct mpart *row = row_of(c, list[i]);
		if (row == NULL || !row->goes) {
			left++;
			continue;
		}
		m->p[list[i]].home = -1;
		m->p[list[i]].dead = !m->p[list[i]].erased;
	}
	if (left == 0) {
		m->h[c->h].state = 'x';
		m->h[c->h].card[fam].id = 0;
		return 0;
	}
	if (count_in(m, c->h, fam) > 0)
		open_card(m, c->h, fam, c->card);
	for (int i = 0; i < n; i++) {
		const struct mpart *row = row_of(c, list[i]);
		if (m->p[list[i]].home == c->h && row != NULL)
			again(m, list[i], m->p[list[i]].fam == fam, row->rel, row->frel);
	}
	close_empty(m, c->h);
	return 0;
}

/* Cards whose family head goes while others stay: a new card for those; relations as the form says. */
static void settle(struct mstate *m, const struct mchange *c, const int *list, int n)
{
	bool renewed[MF] = { false };
	for (int f = 1; f < MF; f++) {
		bool head_goes = false;
		int stay = 0;
		for (int i = 0; i < n; i++) {
			const struct mpart *row = row_of(c, list[i]);
			if (m->p[list[i]].fam != f)
				continue;
			head_goes |= row->goes && head(m->p[list[i]].frel);
			stay += !row->goes;
		}
		if (head_goes && stay > 0) {
			open_card(m, c->h, f, "");
			renewed[f] = true;
		}
	}
	for (int i = 0; i < n; i++) {
		const struct mpart *row = row_of(c, list[i]);
		if (!row->goes)
			again(m, list[i], renewed[m->p[list[i]].fam], row->rel, row->frel);
	}
}

static int apply_member_moves(struct mstate *m, const struct mchange *c)
{
	int list[MROWS], n = model_members(m, c->h, list), going = 0;
	for (int i = 0; i < n; i++) {
		going += row_of(c, list[i])->goes;
		if (row_of(c, list[i])->goes && head(m->p[list[i]].rel))
			return 222;
	}
	if (going == 0)
		return 226;
	settle(m, c, list, n);
	for (int i = 0; i < n; i++) {
		const struct mpart *row = row_of(c, list[i]);
		if (!row->goes)
			continue;
		if (m->h[c->other].card[c->fam].id == 0)
			open_card(m, c->other, c->fam, "");
		live(m, list[i], c->other, c->fam, row->rel, row->frel);
	}
	close_empty(m, c->h);
	return 0;
}

static int apply_split(struct mstate *m, const struct mchange *c)
{
	int list[MROWS], n = model_members(m, c->h, list), going = 0, h = m->nh, r = 0, from = -1;
	for (int i = 0; i < n; i++)
		going += row_of(c, list[i])->goes;
	if (going == 0)
		return 226;
	if (going == n)
		return 223;
	if (!c->same_address && c->area >= 0)
		r = usable(m, c->area, c->base_seq);
	memset(&m->h[h], 0, sizeof m->h[h]);
	m->h[h].area = !c->same_address && c->area >= 0 ? c->area : m->h[c->h].area;
	m->h[h].state = 'a';
	m->h[h].into = -1;
	for (int f = 0; f < HF; f++)
		put(m->h[h].v[f], c->same_address ? m->h[c->h].v[f] : f <= F_HAMLET ? c->v[f] : "");
	m->nh++;
	for (int i = n - 1; i >= 0; i--)
		if (row_of(c, list[i])->goes)
			from = m->p[list[i]].fam;
	char no[17];
	put(no, c->card);
	if (no[0] == '\0') {             /* a whole family that goes keeps its number */
		bool whole = true;
		for (int i = 0; i < n; i++)
			whole &= m->p[list[i]].fam != from || row_of(c, list[i])->goes;
		if (whole)
			put(no, m->h[c->h].card[from].no);
	}
	settle(m, c, list, n);
	open_card(m, h, 1, no);
	for (int i = 0; i < n; i++)
		if (row_of(c, list[i])->goes)
			live(m, list[i], h, 1, row_of(c, list[i])->rel, row_of(c, list[i])->frel);
	close_empty(m, c->h);
	return r;
}

static void keep_mini(const struct mstate *m, int h, struct mmini *k)
{
	k->h = m->h[h];
	k->n = model_members(m, h, k->who);
	for (int i = 0; i < k->n; i++)
		k->p[i] = m->p[k->who[i]];
}

static int apply_merge(const struct mstate *base, const struct mstate *now, struct mstate *m, const struct mchange *c)
{
	int r = 0;
	struct mmerge *k = &merges[nmerges];
	*k = (struct mmerge){ .winner = c->h, .loser = c->other };
	keep_mini(now, c->h, &k->wpre);
	keep_mini(now, c->other, &k->lpre);
	for (int i = 0; i < c->npair; i++)
		if (c->pair[i].same_as >= 0 && (now->p[c->pair[i].person].erased || now->p[c->pair[i].same_as].erased))
			return 220;
	for (int f = 0; f < HF; f++) {
		const char *w = now->h[c->h].v[f], *l = now->h[c->other].v[f];
		if (eq(w, l))
			continue;
		if (!eq(w, base->h[c->h].v[f]) || !eq(l, base->h[c->other].v[f]))
			r = r ? r : 200;
		int take = c->take[f] ? c->take[f] : c->rest;
		if (take == 0)
			r = r ? r : 216;
		if (take == 2)
			put(m->h[c->h].v[f], l);
	}
	for (int i = 0; i < c->npair; i++) {
		int l = c->pair[i].person, w = c->pair[i].same_as, take = c->pair[i].take ? c->pair[i].take : c->rest;
		for (int f = 0; w >= 0 && f < MFIELD; f++) {
			const char *a = value(now, c->h, w, f), *b = value(now, c->other, l, f);
			if (eq(a, b))
				continue;
			if (!eq(a, value(base, c->h, w, f)) || !eq(b, value(base, c->other, l, f)))
				r = r ? r : 200;
			if (take == 0)
				r = r ? r : 216;
			if (take == 2)
				assign(m, c->h, w, f, b);
		}
	}
	for (int i = 0; i < c->npair; i++) {
		int l = c->pair[i].person, w = c->pair[i].same_as;
		if (w >= 0) {
			m->p[l].home = -1;
			m->p[l].into = w;
			continue;
		}
		if (m->h[c->h].card[c->fam].id == 0)
			open_card(m, c->h, c->fam, now->h[c->other].card[now->p[l].fam].no);
		m->p[l].home = c->h;
		m->p[l].fam = c->fam;
		put(m->p[l].rel, c->pair[i].rel);
		put(m->p[l].frel, c->pair[i].frel);
	}
	for (int f = 1; f < MF; f++)
		m->h[c->other].card[f].id = 0;
	m->h[c->other].state = 'm';
	m->h[c->other].into = c->h;
	keep_mini(m, c->h, &k->wpost);
	return r;
}

struct mmerge *model_merge_of(int winner, int loser)
{
	for (int i = nmerges; i-- > 0; )
		if (merges[i].winner == winner && merges[i].loser == loser)
			return &merges[i];
	return NULL;
}

/* --- unmerge ---------------------------------------------------------------------------------------------------------------- */

static int mini_find(const struct mmini *k, int p)
{
	for (int i = 0; i < k->n; i++)
		if (k->who[i] == p)
			return i;
	return -1;
}

static const char *mini_value(const struct mmini *k, int i, int field)
{
	if (field == F_REL)
		return k->p[i].rel;
	if (field == F_FREL)
		return k->p[i].frel;
	if (field != F_CARD)
		return k->p[i].v[field];
	int first = -1;
	for (int j = 0; j < k->n; j++) {
		if (k->p[j].fam != k->p[i].fam)
			continue;
		if (head(k->p[j].frel))
			return j == i ? k->h.card[k->p[i].fam].no : "";
		if (first < 0 || k->p[j].id < k->p[first].id)
			first = j;
	}
	return first == i ? k->h.card[k->p[i].fam].no : "";
}

static void add_later(struct mlater *out, int *n, int field, int person, const char *now)
{
	out[*n].field = field;
	out[*n].person = person;
	put(out[*n].now, now);
	++*n;
}

static int64_t merge_seq(const struct mmerge *k);

/* Who of a family shows its card's number may change without the card. */
static bool same_card(const struct mcard *a, const struct mcard *b)
{
	return a->id == b->id && eq(a->no, b->no);
}

int model_later(const struct mstate *m, const struct mmerge *k, struct mlater out[80])
{
	int n = 0, list[MROWS], members = model_members(m, k->winner, list);
	if (!succeeds(m, m->h[k->winner].area, k->wpost.h.area, merge_seq(k)))
		add_later(out, &n, -3, -1, "");
	for (int f = 0; f < HF; f++)
		if (!eq(m->h[k->winner].v[f], k->wpost.h.v[f]))
			add_later(out, &n, f, -1, m->h[k->winner].v[f]);
	for (int i = 0; i < members; i++)
		if (mini_find(&k->wpost, list[i]) < 0)
			add_later(out, &n, -2, list[i], "");
	for (int i = 0; i < k->lpre.n; i++) {
		int w = mini_find(&k->wpost, k->lpre.who[i]) < 0 ? m->p[k->lpre.who[i]].into : -1, j = w >= 0 ? mini_find(&k->wpost, w) : -1;
		if (j < 0)
			continue;
		bool here = m->p[w].home == k->winner;
		if (!here)
			add_later(out, &n, -1, w, "");
		for (int f = 0; f < (here ? MFIELD : PF) && n < 80; f++)
			if (!eq(value(m, k->winner, w, f), mini_value(&k->wpost, j, f)) &&
			    (f != F_CARD || !same_card(&m->h[k->winner].card[m->p[w].fam], &k->wpost.h.card[k->wpost.p[j].fam])))
				add_later(out, &n, f, w, value(m, k->winner, w, f));
	}
	return n;
}

static int64_t seq_of_merge[2000];
static int64_t merge_seq(const struct mmerge *k) { return seq_of_merge[k - merges]; }
void model_merged_at(int64_t seq) { seq_of_merge[nmerges++] = seq; }

static int apply_unmerge(const struct mstate *now, struct mstate *m, const struct mchange *c)
{
	struct mmerge *k = model_merge_of(c->h, c->other);
	struct mlater later[80];
	if (now->h[c->other].state != 'm' || now->h[c->other].into != c->h || k == NULL)
		return 225;
	for (struct mmerge *j = k + 1; j < merges + nmerges; j++)
		if (j->winner == c->h && now->h[j->loser].state == 'm' && now->h[j->loser].into == c->h)
			return 218;
	int n = model_later(now, k, later), who[MROWS], twin[MROWS], pairs = 0;
	for (int i = 0; i < n; i++) {
		later[i].goes = 0;
		for (int j = 0; j < c->nlater; j++)
			if (c->later[j].field == later[i].field && c->later[j].person == later[i].person && eq(c->later[j].now, later[i].now))
				later[i].goes = c->later[j].goes;
		if (later[i].goes == 0)
			return 219;
	}
	for (int i = 0; i < k->lpre.n; i++)
		if (mini_find(&k->wpost, k->lpre.who[i]) < 0) {                  /* merged then; a later merge elsewhere is not ours */
			who[pairs] = now->p[k->lpre.who[i]].into;
			twin[pairs++] = k->lpre.who[i];
		}
	m->h[c->other].state = 'a';
	m->h[c->other].into = -1;
	for (int f = 0; f < HF; f++)
		if (eq(now->h[c->h].v[f], k->wpost.h.v[f]))
			put(m->h[c->h].v[f], k->wpre.h.v[f]);
	for (int i = 0; i < pairs; i++) {
		int a = mini_find(&k->wpre, who[i]), b = mini_find(&k->wpost, who[i]);
		if (a < 0 || b < 0 || now->p[who[i]].home != c->h)
			continue;
		for (int f = 0; f < MFIELD; f++)
			if (f != F_CARD && eq(value(now, c->h, who[i], f), mini_value(&k->wpost, b, f)))
				assign(m, c->h, who[i], f, mini_value(&k->wpre, a, f));
	}
	for (int f = 1; f < MF; f++) {
		struct mcard *w = &m->h[c->h].card[f];

		if (w->id != 0 && w->id == k->wpre.h.card[f].id && same_card(w, &k->wpost.h.card[f]))
			put(w->no, k->wpre.h.card[f].no);
		m->h[c->other].card[f] = k->lpre.h.card[f];
	}
	for (int i = 0; i < k->lpre.n; i++) {
		struct mperson *p = &m->p[k->lpre.who[i]];
		const struct mperson *was = &k->lpre.p[i];
		if (mini_find(&k->wpost, k->lpre.who[i]) < 0) {
			p->into = -1;
			p->mid = was->mid;
		} else if (p->home != c->h) {
			continue;
		}
		p->home = c->other;
		p->fam = was->fam;
		put(p->rel, was->rel);
		put(p->frel, was->frel);
	}
	for (int i = 0; i < n; i++) {
		int w = later[i].person, l = -1;
		for (int j = 0; j < pairs; j++)
			if (who[j] == w)
				l = twin[j];
		if (later[i].goes == 1 || later[i].field == -1)
			continue;
		if (later[i].field == -3) {
			m->h[c->other].area = now->h[c->h].area;
			if (later[i].goes == 2)
				m->h[c->h].area = k->wpre.h.area;
		} else if (later[i].field == -2) {
			int fam = m->p[w].fam;
			for (int f = 1; f < MF && m->h[c->other].card[fam].id == 0; f++)
				if (m->h[c->other].card[f].id != 0)
					fam = f;
			if (m->h[c->other].card[fam].id == 0)
				continue;
			m->p[w].home = c->other;
			m->p[w].fam = fam;
		} else if (w < 0) {
			put(m->h[c->other].v[later[i].field], later[i].now);
			if (later[i].goes == 2)
				put(m->h[c->h].v[later[i].field], k->wpre.h.v[later[i].field]);
		} else {
			assign(m, c->other, l, later[i].field, later[i].now);
			if (later[i].goes == 2)
				assign(m, c->h, w, later[i].field, mini_value(&k->wpre, mini_find(&k->wpre, w), later[i].field));
		}
	}
	close_empty(m, c->h);
	close_empty(m, c->other);
	return 0;
}

/* --- the door -------------------------------------------------------------------------------------------------------------- */

static int state_of(const struct mstate *m, int h)
{
	return m->h[h].state == 'm' ? 201 : m->h[h].state == 'x' ? 202 : 0;
}

int model_apply(const struct mstate *base, struct mstate *now, const struct mchange *c)
{
	bool two = c->kind == K_MEMBER_MOVES || c->kind == K_MERGE || c->kind == K_UNMERGE;
	int r = 0;
	if (two && c->h == c->other)
		return 217;
	if (c->kind != K_NEW && (r = state_of(now, c->h)) != 0)
		return r;
	if (two && c->kind != K_UNMERGE && (r = state_of(now, c->other)) != 0)
		return r;
	if (c->kind == K_UNMERGE && (now->h[c->other].state != 'm' || now->h[c->other].into != c->h))
		return 225;
	for (int i = 0; c->kind != K_EXIT && c->kind != K_MOVE && c->kind != K_UNMERGE && i < c->nrow; i++)
		if (now->p[c->row[i].person].erased && !base->p[c->row[i].person].erased)
			return 220;
	for (int i = 0; c->kind == K_MERGE && i < c->npair; i++)
		if (now->p[c->pair[i].person].erased && !base->p[c->pair[i].person].erased)
			return 220;
	if ((c->kind == K_HEAD_DIED || c->kind == K_SPLIT || c->kind == K_MEMBER_MOVES || c->kind == K_MERGE) && !same_members(base, now, c->h))
		return 212;
	if ((c->kind == K_MEMBER_MOVES || c->kind == K_MERGE) && !same_members(base, now, c->other))
		return 212;
	work = *now;
	switch (c->kind) {
	case K_NEW: r = apply_new(&work, c); break;
	case K_CORRECTION: r = apply_correction(base, now, &work, c); break;
	case K_EXIT: work.h[c->h].state = 'x'; break;
	case K_MOVE: r = apply_move(base, &work, c); break;
	case K_HEAD_DIED: r = apply_head_died(&work, c); break;
	case K_MEMBER_MOVES: r = apply_member_moves(&work, c); break;
	case K_SPLIT: r = apply_split(&work, c); break;
	case K_MERGE: r = apply_merge(base, now, &work, c); break;
	case K_UNMERGE: r = apply_unmerge(now, &work, c); break;
	case KINDS: break;
	}
	if (r == 0 && c->kind != K_NEW)
		r = check_house(&work, c->h);
	if (r == 0 && (two))
		r = check_house(&work, c->other);
	if (r == 0 && work.nh > now->nh)
		r = check_house(&work, work.nh - 1);
	if (r == 0 && (r = check_numbers(now, &work)) == 0)
		*now = work;
	return r;
}

static void wipe(struct mperson *p)
{
	memset(p->v, 0, sizeof p->v);
	p->dead = false;
	p->erased = true;
}

void model_erase(struct mstate *m, int person)
{
	wipe(&m->p[person]);
	for (int i = 0; i < nmerges; i++) {
		struct mmini *k[3] = { &merges[i].wpre, &merges[i].lpre, &merges[i].wpost };
		for (int j = 0; j < 3; j++)
			if (mini_find(k[j], person) >= 0)
				wipe(&k[j]->p[mini_find(k[j], person)]);
	}
	for (int p = 0; p < m->np; p++)
		if (m->p[p].into == person && !m->p[p].erased)
			model_erase(m, p);
}
