/* list.c - a list screen from its row of screens.tbl: the answer's records become a table without code of their own.
 *
 * How a field is shown follows from its name and its type on the wire, the same in every list. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "screen.h"

struct wire_rows { const uint8_t *v; size_t n; };       /* any `rows RECORD` of ops_gen.h */

static const struct wire_field *field_named(const struct wire_desc *d, const char *name)
{
	for (size_t i = 0; i < d->n; i++)
		if (strcmp(d->field[i].name, name) == 0)
			return &d->field[i];
	return NULL;
}

static bool one_of(const char *name, const char *list)
{
	size_t n = strlen(name);

	for (const char *p = list; (p = strstr(p, name)) != NULL; p += n)
		if ((p == list || p[-1] == ' ') && (p[n] == ' ' || p[n] == 0))
			return true;
	return false;
}

static const char *cell_text(struct screen *s, const struct wire_field *f, const uint8_t *record, bool late)
{
	const uint8_t *at = record + f->offset;

	switch (f->type) {
	case W_TEXT: {
		const char *v;
		char date[16];

		memcpy(&v, at, sizeof(v));
		if (v == NULL)
			return "";
		if (strcmp(f->name, "kind") == 0)
			return word_kind(v);
		if (strcmp(f->name, "state") == 0)
			return word_state(v);
		if (strcmp(f->name, "result") == 0)
			return strcmp(v, "done") == 0 ? word_other("result", v) : "ditolak";      /* why is a matter of the log */
		if (strcmp(f->name, "op") == 0)
			return word_other("op", v);
		if (strcmp(f->name, "what") == 0)
			return word_change(v);
		if (one_of(f->name, "nik card_no no")) {
			struct buf b;
			const char *t;

			buf_init(&b, 0);
			word_groups(&b, v);
			t = screen_text(s, "%s", buf_str(&b));
			buf_clear(&b);
			return t;
		}
		if (strlen(f->name) > 3 && strcmp(f->name + strlen(f->name) - 3, "_on") == 0) {
			word_date_short(date, v);
			return screen_text(s, "%s", date);
		}
		if (strcmp(f->name, "reason") == 0)
			return data_label(s, v);
		return v;
	}
	case W_INT:
	case W_UINT: {
		int64_t v;
		char moment[32];

		memcpy(&v, at, sizeof(v));
		if (strcmp(f->name, "since") == 0) {
			char age[24];

			word_age(age, v, clock_now_ms());
			return screen_text(s, "%s%s", late ? "! " : "", age);
		}
		if (one_of(f->name, "at saved_at last_login_at")) {
			word_moment(moment, v, s->app->zone_minutes);
			return screen_text(s, "%s", moment);
		}
		return screen_text(s, "%lld", (long long)v);
	}
	case W_BOOL:
		return *(const bool *)at ? "ya" : "";
	default:
		return "";
	}
}

static bool contains(const char *text, const struct buf *want)
{
	struct buf have;
	bool hit;

	buf_init(&have, 0);
	text_fold(text, &have);
	hit = strstr(buf_str(&have), buf_str(want)) != NULL;
	buf_clear(&have);
	return hit;
}

static size_t columns_read(const char *text, struct column *column, const struct wire_field **field, const struct wire_desc *record,
                           struct screen *s, size_t max)
{
	size_t n = 0;

	while (n < max && text[0] != 0) {
		char name[32], title[40];
		int width, used = 0;

		if (sscanf(text, "%31[^:]:%39[^:]:%d%n", name, title, &width, &used) != 3)
			break;
		field[n] = field_named(record, name);
		if (field[n] != NULL) {
			column[n] = (struct column){ .title = screen_text(s, "%s", title), .width = width };
			column[n].name = one_of(name, "name head full_name mother actor person maker held_by") && record->n > 0;
			column[n].right = field[n]->type == W_UINT;
			n++;
		}
		text += used;
		if (text[0] == '|')
			text++;
	}
	return n;
}

/* A clerk of one village reads its name in every row of a list: the room is better used for the names of people. */
static size_t village_drop(struct screen *s, const struct wire_rows *rows, const struct wire_desc *record, struct column *column,
                           const struct wire_field **field, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		const char *first, *next;

		if (field[k]->name == NULL || strcmp(field[k]->name, "village") != 0 || field[k]->type != W_TEXT || rows->n == 0)
			continue;
		memcpy(&first, rows->v + field[k]->offset, sizeof(first));
		for (size_t i = 1; i < rows->n; i++) {
			memcpy(&next, rows->v + i * record->size + field[k]->offset, sizeof(next));
			if (first == NULL || next == NULL || strcmp(first, next) != 0)
				return n;
		}
		if (s->app->roles != ROLE_OPERATOR)
			return n;
		memmove(&column[k], &column[k + 1], (n - k - 1) * sizeof(*column));
		memmove(&field[k], &field[k + 1], (n - k - 1) * sizeof(*field));
		return n - 1;
	}
	return n;
}

/* An empty list says what there is none of. */
static const char *nothing(enum screen_id id)
{
	static const struct { enum screen_id id; const char *text; } of[] = {
		{ SCREEN_found, "Tidak ditemukan." }, { SCREEN_queue, "Tidak ada berkas yang menunggu." },
		{ SCREEN_drafts, "Tidak ada draf." }, { SCREEN_dossiers, "Tidak ada berkas." },
		{ SCREEN_returned, "Tidak ada berkas yang dikembalikan." }, { SCREEN_journal, "Tidak ada catatan." },
		{ SCREEN_batches, "Belum ada masa usul yang difinalkan." },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		if (of[i].id == id)
			return of[i].text;
	return "Belum ada.";
}

void screen_list_build(struct screen *s)
{
	const struct op_info *op = op_info(s->row->op);
	const char *spec = s->row->columns, *at = strchr(spec, '@');
	const struct wire_field *rows_field, *field[12], *next, *late, *held, *total;
	struct column column[12];
	struct wire_rows rows;
	char name[32];
	size_t n, kept = 0;
	struct table *t;
	struct buf want;

	if (at == NULL || op == NULL || s->rp == NULL)
		return;
	snprintf(name, sizeof(name), "%.*s", (int)(at - spec), spec);
	rows_field = field_named(op->reply, name);
	if (rows_field == NULL || rows_field->type != W_ROWS)
		return;
	memcpy(&rows, (const uint8_t *)s->rp + rows_field->offset, sizeof(rows));
	n = columns_read(at + 1, column, field, rows_field->record, s, 12);
	n = village_drop(s, &rows, rows_field->record, column, field, n);
	next = field_named(op->reply, "next");
	s->next = 0;
	if (next != NULL)
		memcpy(&s->next, (const uint8_t *)s->rp + next->offset, sizeof(s->next));
	late = field_named(rows_field->record, "late");
	held = field_named(rows_field->record, "held_by");
	total = field_named(op->reply, "total");
	if (s->filter != NULL)
		page_addf(&s->page, BLOCK_PAIR, "Saringan", "%s", s->filter);
	t = page_table(&s->page, column, n, rows.n, true);
	if (t == NULL)
		return;
	buf_init(&want, 0);
	/* Operations that have a text field filter in the store; the others' rows are filtered here. */
	if (s->filter != NULL && field_named(op->request, "text") == NULL)
		text_fold(s->filter, &want);
	for (size_t i = 0; i < rows.n && i < t->nrow; i++) {
		const uint8_t *record = rows.v + i * rows_field->record->size;
		struct table_row *r = &t->row[kept];
		bool hit = want.len == 0;

		r->late = late != NULL && *(const bool *)(record + late->offset);
		for (size_t k = 0; k < n; k++) {
			r->cell[k] = cell_text(s, field[k], record, r->late);
			hit = hit || contains(r->cell[k], &want);
		}
		memcpy(&r->id, record + rows_field->record->field[0].offset, sizeof(r->id));
		if (rows_field->record->field[0].type != W_INT && rows_field->record->field[0].type != W_UINT)
			r->id = (int64_t)i + 1;
		r->data = record;
		r->marked = screen_is_marked(s, r->id);
		if (held != NULL) {
			const char *who;

			memcpy(&who, record + held->offset, sizeof(who));
			r->mine = who != NULL && who[0] != 0 && strcmp(who, s->app->full_name) == 0;
		}
		if (hit)
			kept++;
	}
	t->nrow = kept;
	buf_clear(&want);
	if (kept == 0)
		page_add(&s->page, BLOCK_TEXT, NULL, s->filter != NULL ? "Tidak ada yang cocok dengan saringan." : nothing(s->row->id));
	if (total != NULL) {
		uint64_t count;

		memcpy(&count, (const uint8_t *)s->rp + total->offset, sizeof(count));
		if (count > 0)
			s->page.aside = screen_text(s, "%llu", (unsigned long long)count);
	}
	if (s->next != 0)
		page_addf(&s->page, BLOCK_TEXT, NULL, "Halaman %zu; %s%s halaman berikutnya.", s->nafter + 1, s->app->config.plain ? "" : "PgDn atau ",
		          key_said(s->app, ACT_page));
	else if (s->nafter > 0)
		page_addf(&s->page, BLOCK_TEXT, NULL, "Halaman %zu, yang terakhir.", s->nafter + 1);
}
