/* store.c - what the process knows besides its connections: the office, forms and flows in memory, who has to be told. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "check.h"
#include "clock.h"
#include "date.h"
#include "flow.h"
#include "log.h"
#include "random.h"
#include "store_priv.h"

/* Never freed while the process lives: readers hold them without a count. There is one per version used and list generation. */
struct loaded { struct loaded *next; uint8_t sha[32]; uint64_t data_epoch; struct form *form; struct flow *flow; };

static int key_file(const char *dir, uint8_t key[32])
{
	char path[512];
	int fd, r = 0;

	snprintf(path, sizeof path, "%s/receipt.key", dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT) {
		random_bytes(key, 32);
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
		if (fd < 0 || write(fd, key, 32) != 32 || fsync(fd) != 0)
			r = ERR_IO;
	} else if (fd < 0 || read(fd, key, 32) != 32) {
		r = ERR_IO;
	}
	if (r)
		log_err("%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return r;
}

int store_open(struct store **out, struct db *db, const char *dir)
{
	struct store *st = calloc(1, sizeof *st);
	struct q *q;
	size_t n;
	int r;

	*out = NULL;
	if (st == NULL || (st->dir = strdup(dir)) == NULL) {
		free(st);
		return ERR_NOMEM;
	}
	pthread_mutex_init(&st->lock, NULL);
	q = db_q(db, ST_office_get);
	if ((r = q_step(q)) == 1) {
		const void *p = q_get_blob(q, 0, &n);

		memcpy(st->uuid, p, n < 16 ? n : 16);
		st->regency = q_get_int(q, 1);
		st->office = strdup(q_get_text(q, 2));
		r = st->office ? clock_zone_minutes(q_get_text(q, 3), &st->zone_minutes) : ERR_NOMEM;
		st->epoch_no = q_get_int(q, 4);
		q_reset(q);
	} else if (r == 0) {
		r = ERR_NOTFOUND;
	}
	if (r == 0)
		r = key_file(dir, st->receipt_key);
	if (r) {
		store_close(st);
		return r;
	}
	st->started_at = clock_now_ms();
	*out = st;
	return 0;
}

void store_close(struct store *st)
{
	if (st == NULL)
		return;
	for (struct loaded *l = st->loaded, *next; l; l = next) {
		next = l->next;
		if (l->form)
			form_free(l->form);
		if (l->flow)
			flow_free(l->flow);
		free(l);
	}
	pthread_mutex_destroy(&st->lock);
	explicit_bzero(st->receipt_key, sizeof st->receipt_key);
	free(st->tell);
	free(st->office);
	free(st->dir);
	free(st);
}

int64_t store_regency(struct store *st) { return st->regency; }
/* By its code: an import of the national set brings the other regencies along. */
int store_area(struct op_ctx *cx, int64_t *area)
{
	char code[8];
	struct q *q = db_q(cx->db, ST_dossier_area_code);
	int r;

	snprintf(code, sizeof code, "%02d.%02d", (int)(cx->store->regency / 100 % 100), (int)(cx->store->regency % 100));
	q_text(q, 1, code);
	r = q_step(q);
	*area = r == 1 ? q_get_int(q, 0) : 0;
	q_reset(q);
	return r < 0 ? r : 0;
}

const char *store_dir(struct store *st) { return st->dir; }
uint64_t store_epoch(const struct store *st) { return atomic_load(&st->epoch); }
void store_epoch_next(struct store *st) { atomic_fetch_add(&st->epoch, 1); }

/* --- forms and flows ---------------------------------------------------------------------------------------------------- */

struct lists { struct db *db; struct arena arena; };

const char *store_list(struct db *db, struct arena *a, const char *name, size_t *n)
{
	struct q *q = db_q(db, ST_data_newest);
	char *body = NULL;

	q_text(q, 1, "list");
	q_text(q, 2, name);
	if (q_step(q) == 1 && (body = q_get_strdup(q, 3, a)) != NULL)
		*n = strlen(body);
	q_reset(q);
	return body;
}

static const char *list_of(void *arg, const char *name, size_t *n)
{
	struct lists *l = arg;

	return store_list(l->db, &l->arena, name, n);
}

int store_form_read(struct db *db, const char *name, const char *body, size_t n, struct form **out, struct form_error *err)
{
	struct lists l = { .db = db };
	struct form_source source = { list_of, &l };
	int r;

	arena_init(&l.arena, 16u << 20);
	r = form_read(name, body, n, &source, out, err, NULL);
	arena_clear(&l.arena);
	return r;
}

static unsigned role_word(const char *name) { return (unsigned)role_parse(name); }

static bool list_there(void *arg, const char *name)
{
	struct q *q = db_q(arg, ST_data_newest);
	bool yes;

	q_text(q, 1, "list");
	q_text(q, 2, name);
	yes = q_step(q) == 1;
	q_reset(q);
	return yes;
}

int store_flow_read(struct db *db, const char *body, size_t n, struct flow **out, int *line, char *fault, size_t size)
{
	struct flow_words words = { role_word, list_there, db };
	struct flow_error err = { 0 };
	int r = flow_read(body, n, &words, out, &err);

	if (r == ERR_PARSE) {
		*line = err.line;
		snprintf(fault, size, "%s", err.text);
	}
	return r;
}

static struct loaded *find(struct store *st, const uint8_t sha[32])
{
	struct loaded *l;

	pthread_mutex_lock(&st->lock);
	for (l = st->loaded; l; l = l->next)
		if (!memcmp(l->sha, sha, 32) && (l->flow || l->data_epoch == atomic_load(&st->data_epoch)))
			break;
	pthread_mutex_unlock(&st->lock);
	return l;
}

/* Two threads may read the same version at once: the second copy is kept too, which is harmless and rare. */
static struct loaded *keep(struct store *st, const uint8_t sha[32], uint64_t epoch, struct form *form, struct flow *flow)
{
	struct loaded *l = calloc(1, sizeof *l);

	if (l == NULL) {
		form_free(form);
		flow_free(flow);
		return NULL;
	}
	memcpy(l->sha, sha, 32);
	l->data_epoch = epoch;
	l->form = form;
	l->flow = flow;
	pthread_mutex_lock(&st->lock);
	l->next = st->loaded;
	st->loaded = l;
	pthread_mutex_unlock(&st->lock);
	return l;
}

static const struct form *form_of(struct store *st, struct db *db, const uint8_t sha[32], const char *name, const char *body)
{
	uint64_t epoch = atomic_load(&st->data_epoch);
	struct form_error err = { 0 };
	struct form *form = NULL;
	struct loaded *l;

	if (store_form_read(db, name, body, strlen(body), &form, &err) != 0) {
		log_err("form %s as stored: line %d: %s", name, err.line, err.text);
		return NULL;
	}
	l = keep(st, sha, epoch, form, NULL);
	return l ? l->form : NULL;
}

/* What is loaded already is found by its digest alone: the body of a form is tens of kilobytes. */
static struct loaded *newest_loaded(struct store *st, struct db *db, const char *sort, const char *name)
{
	struct q *q = db_q(db, ST_data_newest_sha);
	struct loaded *l = NULL;
	size_t n;

	q_text(q, 1, sort);
	q_text(q, 2, name);
	if (q_step(q) == 1) {
		const void *sha = q_get_blob(q, 0, &n);

		l = n == 32 ? find(st, sha) : NULL;
	}
	q_reset(q);
	return l;
}

static const struct form *form_query(struct store *st, struct db *db, struct q *q, const char *named, const uint8_t *by_sha)
{
	const struct form *form = NULL;
	struct loaded *l = NULL;
	struct arena a;
	uint8_t sha[32];
	size_t n = 0;

	arena_init(&a, 0);
	if (q_step(q) == 1 && (!by_sha || !strcmp(q_get_text(q, 0), "form"))) {
		const void *p = by_sha ? by_sha : q_get_blob(q, 2, &n);

		memcpy(sha, p, 32);
		if ((l = find(st, sha)) == NULL) {
			char *name = by_sha ? q_get_strdup(q, 1, &a) : NULL, *body = q_get_strdup(q, 3, &a);

			q_reset(q);
			if (body)
				form = form_of(st, db, sha, name ? name : named, body);
		} else {
			form = l->form;
		}
	}
	q_reset(q);
	arena_clear(&a);
	return form;
}

const struct form *store_form(struct store *st, struct db *db, const char *name)
{
	struct loaded *l = newest_loaded(st, db, "form", name);
	struct q *q;

	if (l)
		return l->form;
	q = db_q(db, ST_data_newest);
	q_text(q, 1, "form");
	q_text(q, 2, name);
	return form_query(st, db, q, name, NULL);
}

const struct form *store_form_sha(struct store *st, struct db *db, const uint8_t sha[32])
{
	struct loaded *l = find(st, sha);
	struct q *q;

	if (l)
		return l->form;
	q = db_q(db, ST_data_by_sha);
	q_blob(q, 1, sha, 32);
	return form_query(st, db, q, "", sha);
}

static const struct flow *flow_newest(struct store *st, struct db *db, const char *name)
{
	struct loaded *l = newest_loaded(st, db, "flow", name);
	struct flow *flow = NULL;
	struct q *q;
	struct arena a;
	uint8_t sha[32];
	char fault[200] = "";
	size_t n;
	int line = 0;

	if (l)
		return l->flow;
	arena_init(&a, 0);
	q = db_q(db, ST_data_newest);
	q_text(q, 1, "flow");
	q_text(q, 2, name);
	if (q_step(q) == 1) {
		char *body = q_get_strdup(q, 3, &a);

		memcpy(sha, q_get_blob(q, 2, &n), 32);
		q_reset(q);
		if ((l = find(st, sha)) == NULL && body) {
			if (store_flow_read(db, body, strlen(body), &flow, &line, fault, sizeof fault) == 0)
				l = keep(st, sha, 0, NULL, flow);
			else
				log_err("flow %s as stored: line %d: %s", name, line, fault);
		}
	}
	q_reset(q);
	arena_clear(&a);
	return l ? l->flow : NULL;
}

const struct flow *store_flow(struct store *st, struct db *db, const char *name)
{
	const struct flow *best = NULL;
	char day[DATE_SIZE], names[16][64];
	size_t n = 0;
	struct q *q;

	if (name)
		return flow_newest(st, db, name);
	date_to_iso(clock_day(clock_now_ms(), st->zone_minutes), day);
	q = db_q(db, ST_data_names);
	q_text(q, 1, "flow");
	while (q_step(q) == 1 && n < 16)
		snprintf(names[n++], sizeof names[0], "%s", q_get_text(q, 0));
	q_reset(q);
	for (size_t i = 0; i < n; i++) {
		const struct flow *f = flow_newest(st, db, names[i]);

		if (f && strcmp(f->valid_from, day) <= 0 && (best == NULL || strcmp(f->valid_from, best->valid_from) > 0))
			best = f;
	}
	return best;
}

/* --- who has to be told --------------------------------------------------------------------------------------------------- */

static void tell(struct store *st, struct tell t)
{
	if (st->ntell == st->tell_size) {
		size_t size = st->tell_size ? st->tell_size * 2 : 16;
		struct tell *v = realloc(st->tell, size * sizeof *v);

		if (v == NULL)
			return;            /* an event less; who must not go on is refused by the store anyway */
		st->tell = v;
		st->tell_size = size;
	}
	st->tell[st->ntell++] = t;
}

void store_tell_account(struct op_ctx *cx, int64_t account, enum wire_event event, int64_t object, const char *text)
{
	struct tell t = { .account = account, .event = event, .object = object };

	snprintf(t.text, sizeof t.text, "%s", text ? text : "");
	tell(cx->store, t);
}

void store_unbind(struct op_ctx *cx, int64_t account, const char *slot, enum wire_event event, uint64_t except)
{
	struct tell t = { .account = account, .event = event, .except = except, .unbind = true };

	snprintf(t.slot, sizeof t.slot, "%s", slot);
	tell(cx->store, t);
}

/* --- what the validator asks the register ------------------------------------------------------------------------------------ */

static bool code_known(void *arg, const char *code)
{
	struct op_ctx *cx = arg;
	struct q *q = db_q(cx->db, ST_code_known);
	bool yes;

	q_text(q, 1, code);
	yes = q_step(q) == 1;
	q_reset(q);
	return yes;
}

static bool prefix_known(void *arg, const char *six)
{
	char code[9];

	if (strlen(six) != 6)
		return false;
	snprintf(code, sizeof code, "%.2s.%.2s.%.2s", six, six + 2, six + 4);
	return code_known(arg, code);
}

void store_check_env(struct op_ctx *cx, struct check_env *env)
{
	*env = (struct check_env){ .today = cx->today, .area_known = code_known, .nik_prefix_known = prefix_known, .arg = cx };
}
