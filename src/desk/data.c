/* data.c - forms and lists that came from the store: kept for the life of the session, forms by their hash.
 *
 * A form names the lists it takes its choices from; they are fetched together before it is read. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "err.h"
#include "log.h"
#include "screen.h"

#define WANT_LISTS 80

struct form_want {
	char name[48];
	char *body;
	size_t n;
	uint8_t sha[32];
	size_t lists;                         /* answers still to come */
	void (*ready)(struct screen *, struct form *);
	void (*list_ready)(struct screen *);
};

/* Read before the process was confined or forked: shared by all desks of it and never freed. */
static struct desk_form *preloaded;
static uint8_t preloaded_lists[32];

void app_preload_lists(const uint8_t digest[32])
{
	memcpy(preloaded_lists, digest, 32);
}

void data_lists_are(struct app *app, const struct wbytes *digest)
{
	app->preloaded_good = digest->n == 32 && memcmp(digest->p, preloaded_lists, 32) == 0;
}

int app_preload_form(const char *name, const char *text, size_t n, const struct form_source *source)
{
	struct desk_form *keep = calloc(1, sizeof(*keep));
	struct form_error err;
	int rc = keep != NULL ? form_read(name, text, n, source, &keep->form, &err, NULL) : ERR_NOMEM;

	if (rc < 0) {
		free(keep);
		return rc;
	}
	memcpy(keep->sha, keep->form->sha, 32);
	keep->next = preloaded;
	preloaded = keep;
	return 0;
}

struct form *data_form(struct app *app, const uint8_t sha[32])
{
	for (struct desk_form *f = app->preloaded_good ? preloaded : NULL; f != NULL; f = f->next)
		if (memcmp(f->sha, sha, 32) == 0)
			return f->form;
	for (struct desk_form *f = app->forms; f != NULL; f = f->next)
		if (memcmp(f->sha, sha, 32) == 0)
			return f->form;
	return NULL;
}

const struct desk_list *data_list(struct app *app, const char *name)
{
	for (struct desk_list *l = app->lists; l != NULL; l = l->next)
		if (strcmp(l->name, name) == 0)
			return l;
	return NULL;
}

static const char *list_bytes(void *arg, const char *name, size_t *n)
{
	const struct desk_list *l = data_list(arg, name);

	if (l == NULL)
		return NULL;
	*n = l->n;
	return l->body;
}

struct form_source data_source(struct app *app)
{
	return (struct form_source){ list_bytes, app };
}

static void list_keep(struct app *app, const char *name, const char *body)
{
	struct desk_list *l;

	if (data_list(app, name) != NULL)
		return;
	l = calloc(1, sizeof(*l));
	if (l == NULL)
		return;
	l->name = strdup(name);
	l->body = strdup(body);
	l->n = strlen(body);
	if (l->name == NULL || l->body == NULL) {
		free(l->name);
		free(l->body);
		free(l);
		return;
	}
	l->next = app->lists;
	app->lists = l;
}

void data_want_drop(struct screen *s)
{
	if (s->want != NULL)
		free(s->want->body);
	free(s->want);
	s->want = NULL;
}

/* Lists whose codes stand on sheets: read by themselves, not through a form. */
static const char *const shown_lists[] = { "bukti", "alasan_kembali", "alasan_tolak", "alasan_tarik", "alasan_keluar", "jalur", "hasil_gerbang" };

static bool list_shown(const char *name)
{
	for (size_t i = 0; i < sizeof(shown_lists) / sizeof(shown_lists[0]); i++)
		if (strcmp(shown_lists[i], name) == 0)
			return true;
	return strncmp(name, "alasan_", 7) == 0;
}

/* A form has copied the lists it takes its choices from; only those shown by themselves stay. */
static void lists_trim(struct app *app)
{
	for (struct desk_list **p = &app->lists; *p != NULL;) {
		struct desk_list *l = *p;

		if (list_shown(l->name)) {
			p = &l->next;
			continue;
		}
		*p = l->next;
		free(l->name);
		free(l->body);
		free(l);
	}
}

static void want_finish(struct screen *s)
{
	struct form_want *w = s->want;
	struct form_source source = data_source(s->app);
	struct form_error err = { 0 };
	struct form *form = NULL;
	struct desk_form *keep;
	int rc;

	s->busy = false;
	if (w->list_ready != NULL) {
		void (*ready)(struct screen *) = w->list_ready;

		data_want_drop(s);
		ready(s);
		return;
	}
	rc = form_read(w->name, w->body, w->n, &source, &form, &err, NULL);
	keep = calloc(1, sizeof(*keep));
	if (rc < 0 || keep == NULL) {
		struct app *app = s->app;

		log_err("form %s cannot be read: line %d: %s", w->name, err.line, err.text);
		free(keep);
		form_free(form);
		data_want_drop(s);
		screen_pop(app);
		app_say(app, GRID_ERROR, "Formulir tidak terbaca (baris %d). Beri tahu pengelola.", err.line);
		return;
	}
	memcpy(keep->sha, form->sha, 32);
	keep->form = form;
	keep->next = s->app->forms;
	s->app->forms = keep;
	lists_trim(s->app);
	{
		void (*ready)(struct screen *, struct form *) = w->ready;

		data_want_drop(s);
		ready(s, form);
	}
}

static void list_answered(struct screen *s, const struct call_answer *a)
{
	if (a->done) {
		const struct rp_list_get *rp = a->rp;

		if (rp->name != NULL && rp->body != NULL)
			list_keep(s->app, rp->name, rp->body);
	}
	if (s->want != NULL && --s->want->lists == 0)
		want_finish(s);
}

static void lists_ask(struct screen *s, const char *name)
{
	struct rq_list_get rq = { .name = name };

	if (app_ask(s->app, s, OP_list_get, &rq, list_answered))
		s->want->lists++;
}

/* Every list the form's text names and that is not here. */
static void lists_of_form(struct screen *s)
{
	static const char mark[] = "choices from ";
	char seen[WANT_LISTS][48];
	size_t nseen = 0;

	for (const char *p = s->want->body; (p = strstr(p, mark)) != NULL;) {
		char name[48];
		size_t n, i;

		p += sizeof(mark) - 1;
		n = strcspn(p, " \t\r\n{}\"");
		if (n == 0 || n >= sizeof(name))
			continue;
		memcpy(name, p, n);
		name[n] = 0;
		for (i = 0; i < nseen && strcmp(seen[i], name) != 0; i++)
			;
		if (i < nseen || nseen == WANT_LISTS || data_list(s->app, name) != NULL)
			continue;
		snprintf(seen[nseen++], sizeof(seen[0]), "%s", name);
	}
	for (size_t i = 0; i < nseen; i++)
		lists_ask(s, seen[i]);
}

static void form_answered(struct screen *s, const struct call_answer *a)
{
	const struct rp_form_get *rp = a->rp;
	struct app *app = s->app;

	s->busy = false;
	if (!a->done || rp->body == NULL) {
		data_want_drop(s);
		screen_pop(app);
		if (a->done)
			app_say(app, GRID_ERROR, "Formulir tidak ada di server.");
		else
			app_say_refused(app, a);
		return;
	}
	snprintf(s->want->name, sizeof(s->want->name), "%s", rp->name != NULL ? rp->name : "form");
	s->want->body = strdup(rp->body);
	if (s->want->body == NULL)
		return;
	s->want->n = strlen(s->want->body);
	s->busy = true;
	lists_of_form(s);
	if (s->want->lists == 0)
		want_finish(s);
}

void data_form_want(struct screen *s, const char *name, const uint8_t sha[32], void (*ready)(struct screen *, struct form *))
{
	struct rq_form_get rq = { .name = name, .sha = { sha, sha != NULL ? 32 : 0 } };
	struct form *form = sha != NULL ? data_form(s->app, sha) : NULL;

	if (form != NULL) {
		ready(s, form);
		return;
	}
	data_want_drop(s);
	s->want = calloc(1, sizeof(*s->want));
	if (s->want == NULL)
		return;
	s->want->ready = ready;
	s->busy = app_ask(s->app, s, OP_form_get, &rq, form_answered);
}

void data_list_want(struct screen *s, const char *name, void (*ready)(struct screen *))
{
	if (data_list(s->app, name) != NULL) {
		ready(s);
		return;
	}
	data_want_drop(s);
	s->want = calloc(1, sizeof(*s->want));
	if (s->want == NULL)
		return;
	s->want->list_ready = ready;
	s->busy = true;
	lists_ask(s, name);
	if (s->want->lists == 0)
		want_finish(s);
}

/* The reasons, channels and results a person reads about: fetched once, after the first screen stands. */
void data_reasons(struct screen *s)
{
	if (s->app->reasons_asked)
		return;
	s->app->reasons_asked = true;
	for (size_t i = 0; i < sizeof(shown_lists) / sizeof(shown_lists[0]); i++) {
		struct rq_list_get rq = { .name = shown_lists[i] };

		if (data_list(s->app, shown_lists[i]) == NULL)
			app_ask(s->app, s, OP_list_get, &rq, list_answered);
	}
}

/* The text of a code in a list, NULL when there is none. Lists have one code a line: CODE "text". */
static const char *list_label(struct screen *s, const struct desk_list *l, const char *code)
{
	size_t n = strlen(code);

	for (const char *p = l->body; n > 0 && (p = strstr(p, code)) != NULL; p += n) {
		const char *end;

		if ((p != l->body && strchr("\n\t ", p[-1]) == NULL) || p[n] != ' ' || p[n + 1] != '"')
			continue;
		end = strchr(p + n + 2, '"');
		if (end != NULL)
			return arena_strndup(&s->page_arena, p + n + 2, (size_t)(end - p - (long)n - 2));
	}
	return NULL;
}

/* In any list that is here; the code itself when there is none. */
const char *data_label(struct screen *s, const char *code)
{
	const char *label = NULL;

	if (code == NULL)
		return "";
	for (const struct desk_list *l = s->app->lists; l != NULL && label == NULL; l = l->next)
		label = list_label(s, l, code);
	return label != NULL ? label : code;
}

/* For codes that other lists may have, too. */
const char *data_label_in(struct screen *s, const char *list, const char *code)
{
	const struct desk_list *l = data_list(s->app, list);
	const char *label = l != NULL && code != NULL ? list_label(s, l, code) : NULL;

	return label != NULL ? label : code != NULL ? code : "";
}

void data_free(struct app *app)
{
	for (struct desk_form *f = app->forms, *next; f != NULL; f = next) {
		next = f->next;
		form_free(f->form);
		free(f);
	}
	for (struct desk_list *l = app->lists, *next; l != NULL; l = next) {
		next = l->next;
		free(l->name);
		free(l->body);
		free(l);
	}
	app->forms = NULL;
	app->lists = NULL;
}

const char *area_name(const struct app *app, const char *code)
{
	for (size_t i = 0; i < app->nareas; i++)
		if (strcmp(app->areas[i].code, code) == 0)
			return app->areas[i].name;
	return "";
}

void area_remember(struct app *app, const char *code, const char *name)
{
	struct area_name *more;

	if (code == NULL || name == NULL || code[0] == 0 || app->nareas >= 2000 || area_name(app, code)[0] != 0)
		return;
	more = realloc(app->areas, (app->nareas + 1) * sizeof(*more));
	if (more == NULL)
		return;
	app->areas = more;
	snprintf(more[app->nareas].code, sizeof(more->code), "%s", code);
	snprintf(more[app->nareas].name, sizeof(more->name), "%s", name);
	app->nareas++;
}

const char *area_title(struct screen *s, const char *code, const char *name)
{
	size_t n = code != NULL ? strlen(code) : 0;
	const char *village = n > 9 ? code + n - 4 : "";

	if (name == NULL || name[0] == 0)
		return "";
	/* 99.01.01.2001: the fourth part begins with 1 for a kelurahan, 2 for a desa (Kemendagri). */
	if (n == 13)
		return screen_text(s, "%s %s", village[0] == '1' ? "Kel." : "Desa", name);
	if (n == 8)
		return screen_text(s, "Kec. %s", name);
	return name;
}

const char *area_titled(struct screen *s, const char *name)
{
	for (size_t i = 0; name != NULL && i < s->app->nareas; i++)
		if (strcmp(s->app->areas[i].name, name) == 0)
			return area_title(s, s->app->areas[i].code, name);
	return name != NULL ? name : "";
}
