/* letter.c - the Surat Pengesahan of a batch: numbered once, made once, kept as a file; asked for again it is the same bytes. */
#include "config.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include "blob.h"
#include "clock.h"
#include "date.h"
#include "dossier.h"
#include "journal.h"
#include "letter_text.h"
#include "nik.h"
#include "ops_dispatch.h"
#include "store.h"

#define LETTER_CHUNK 49152
#define LETTER_TEMPLATE "surat-pengesahan"

struct letter {
	int64_t batch, area, as_of, lines, at, persons, n; const char *period, *area_name; uint8_t digest[32];
	int64_t journal_size; uint8_t journal_root[32];
	const char *number, *tmpl, *office;
	int64_t by_kind[FLOW_MAX]; const struct flow *flow;
};

static int letter_batch(struct op_ctx *cx, int64_t batch, struct letter *l)
{
	size_t n;
	struct q *q = db_q(cx->db, ST_letter_head);
	q_int(q, 1, batch);
	int r = q_step(q);
	if (r != 1)
		return r == 0 ? op_refuse(cx, FIND_not_permitted, NULL) : r;
	l->batch = batch;
	l->period = q_get_strdup(q, 1, cx->arena);
	l->area_name = q_get_strdup(q, 2, cx->arena);
	l->area = q_get_int(q, 3);
	l->as_of = q_get_int(q, 4);
	l->lines = q_get_int(q, 5);
	const void *p = q_get_blob(q, 6, &n);
	if (n == 32)
		memcpy(l->digest, p, 32);
	l->at = q_get_int(q, 7);
	q_reset(q);
	q = db_q(cx->db, ST_office_get);
	l->office = q_step(q) == 1 ? q_get_strdup(q, 2, cx->arena) : "";
	q_reset(q);
	q = db_q(cx->db, ST_letter_template);
	q_text(q, 1, LETTER_TEMPLATE);
	r = q_step(q);
	l->tmpl = r == 1 ? q_get_strdup(q, 0, cx->arena) : NULL;
	q_reset(q);
	if (r == 0)
		return op_refuse(cx, FIND_data_invalid, "0", "forms/notice/" LETTER_TEMPLATE ".txt", NULL);
	return r < 0 ? r : l->period && l->area_name && l->office && l->tmpl ? 0 : ERR_NOMEM;
}

/* The tree's head as of the last commit: what the printed letter pins down. */
static int letter_journal(struct op_ctx *cx, struct letter *l)
{
	size_t n;
	struct q *q = db_q(cx->db, ST_journal_head_get);
	int r = q_step(q);
	if (r == 1) {
		l->journal_size = q_get_int(q, 0);
		const void *p = q_get_blob(q, 1, &n);
		if (n == 32)
			memcpy(l->journal_root, p, 32);
	}
	q_reset(q);
	return r < 0 ? r : 0;
}

/* Head of the household as it was when the batch was frozen, the NIK masked. */
static int letter_person(struct op_ctx *cx, const struct letter *l, int64_t household, struct letter_row *row)
{
	char mask[NIK_SIZE];
	struct q *q = db_q(cx->db, ST_letter_person);
	q_int(q, 1, household);
	q_int(q, 2, l->as_of);
	int r = q_step(q), e = 0;
	row->head = r == 1 ? q_get_strdup(q, 1, cx->arena) : "(tanpa kepala)";
	row->nik = r == 1 ? arena_strdup(cx->arena, nik_mask(q_get_text(q, 2), mask)) : "";
	if (r == 1 && cx->leaf)
		e = journal_shown(cx->leaf, q_get_int(q, 0));
	q_reset(q);
	return r < 0 ? r : e != 0 ? e : row->head && row->nik ? 0 : ERR_NOMEM;
}

static int letter_rows(struct op_ctx *cx, struct letter *l, struct letter_text *t)
{
	char village[200] = "";
	struct q *q = db_q(cx->db, ST_letter_lines);
	q_int(q, 1, l->batch);
	int r;
	while ((r = q_step(q)) == 1) {
		struct letter_row row = { .n = ++l->n, .number = q_get_strdup(q, 2, cx->arena) };
		int kind = l->flow ? flow_kind_index(l->flow, q_get_text(q, 3)) : -1;
		int64_t household = q_get_int(q, 1);
		row.kind = kind >= 0 ? l->flow->kind[kind].label : q_get_strdup(q, 3, cx->arena);
		if (kind >= 0)
			l->by_kind[kind]++;
		if (strcmp(village, q_get_text(q, 5)) != 0 || l->n == 1) {
			snprintf(village, sizeof village, "%s", q_get_text(q, 5));
			letter_text_village(t, q_get_text(q, 4), village);
		}
		if (!row.number || !row.kind)
			r = ERR_NOMEM;
		else
			r = letter_person(cx, l, household, &row);
		if (r == 0) {
			struct q *c = db_q(cx->db, ST_letter_persons);
			q_int(c, 1, household);
			q_int(c, 2, l->as_of);
			r = q_step(c);
			l->persons += r == 1 ? q_get_int(c, 0) : 0;
			q_reset(c);
			r = r < 0 ? r : 0;
		}
		if (r != 0)
			break;
		letter_text_row(t, &row);
	}
	q_reset(q);
	return r;
}

static void letter_code(const struct letter *l, char code[16])
{
	crypto_hash_sha256_state h;
	uint8_t sum[32];
	char text[80];
	crypto_hash_sha256_init(&h);
	crypto_hash_sha256_update(&h, (const uint8_t *)l->number, strlen(l->number) + 1);
	crypto_hash_sha256_update(&h, l->digest, 32);
	snprintf(text, sizeof text, "%lld/%lld", (long long)l->as_of, (long long)l->journal_size);
	crypto_hash_sha256_update(&h, (const uint8_t *)text, strlen(text));
	crypto_hash_sha256_update(&h, l->journal_root, 32);
	crypto_hash_sha256_final(&h, sum);
	snprintf(code, 16, "%02X%02X-%02X%02X-%02X%02X", sum[0], sum[1], sum[2], sum[3], sum[4], sum[5]);
}

static const char *letter_kinds(struct op_ctx *cx, const struct letter *l)
{
	struct buf b;
	buf_init(&b, 4000);
	for (size_t k = 0; l->flow && k < l->flow->nkind; k++)
		if (l->by_kind[k])
			buf_printf(&b, "%s           %s: %lld", b.len ? "\n" : "", l->flow->kind[k].label, (long long)l->by_kind[k]);
	const char *text = arena_strdup(cx->arena, buf_str(&b));
	buf_clear(&b);
	return text;
}

static int letter_number(struct op_ctx *cx, struct letter *l)
{
	char counter[40], order[24], year[12];
	int y = date_civil(cx->today).year;
	snprintf(counter, sizeof counter, "letter-%d", y);
	int64_t n = db_counter(cx->db, counter);
	if (n < 0)
		return (int)n;
	snprintf(order, sizeof order, "%lld", (long long)n);
	snprintf(year, sizeof year, "%d", y);
	const struct letter_word w[] = { { "urut", order }, { "tahun", year } };
	int r = letter_text_one(cx->arena, l->tmpl, "nomor", w, 2, &l->number);
	return r == ERR_NOTFOUND || (r == 0 && (!*l->number || strlen(l->number) > 60))
		? op_refuse(cx, FIND_data_invalid, "0", LETTER_TEMPLATE ": @nomor", NULL) : r;
}

static int letter_words(struct op_ctx *cx, struct letter *l, struct letter_word w[20], size_t *n)
{
	char today[40], frozen[40], code[16], digest[65], root[65];
	char *rule = arena_alloc(cx->arena, LETTER_COLUMNS + 1);
	if (!rule)
		return ERR_NOMEM;
	memset(rule, '=', LETTER_COLUMNS);
	date_long(cx->today, today, sizeof today);
	date_long(clock_day(l->at, cx->zone_minutes), frozen, sizeof frozen);
	letter_code(l, code);
	sodium_bin2hex(digest, sizeof digest, l->digest, 32);
	sodium_bin2hex(root, sizeof root, l->journal_root, 32);
	const struct letter_word v[] = {
		{ "garis", rule }, { "kantor", l->office }, { "nomor", l->number }, { "periode", l->period }, { "wilayah", l->area_name },
		{ "dasar", l->flow ? l->flow->basis : "" }, { "berkas", arena_printf(cx->arena, "%lld", (long long)l->lines) },
		{ "jiwa", arena_printf(cx->arena, "%lld", (long long)l->persons) }, { "dibekukan", arena_strdup(cx->arena, frozen) },
		{ "tanggal", arena_strdup(cx->arena, today) }, { "rincian", letter_kinds(cx, l) }, { "kode", arena_strdup(cx->arena, code) },
		{ "sidik", arena_strdup(cx->arena, digest) }, { "jurnal_akar", arena_strdup(cx->arena, root) },
		{ "jurnal_ukuran", arena_printf(cx->arena, "%lld", (long long)l->journal_size) },
	};
	*n = sizeof v / sizeof *v;
	for (size_t i = 0; i < *n; i++)
		if (!v[i].value)
			return ERR_NOMEM;
	memcpy(w, v, sizeof v);
	return 0;
}

/* The rows are gathered first, for totals stand above them; then the parts are laid around them. */
static int letter_compose(struct op_ctx *cx, struct letter *l, struct buf *out)
{
	struct letter_text rows, all;
	struct letter_word w[20];
	size_t nw = 0;
	letter_text_init(&rows, cx->arena);
	letter_text_init(&all, cx->arena);
	int r = letter_rows(cx, l, &rows);
	if (r == 0)
		r = letter_words(cx, l, w, &nw);
	if (r == 0)
		r = letter_text_part(&all, l->tmpl, "kop", w, nw);
	if (r == 0)
		r = letter_text_part(&all, l->tmpl, "isi", w, nw);
	if (r == 0)
		r = letter_text_append(&all, &rows);
	if (r == 0)
		r = letter_text_part(&all, l->tmpl, "tutup", w, nw);
	if (r == ERR_NOTFOUND)
		r = op_refuse(cx, FIND_data_invalid, "0", LETTER_TEMPLATE ": @kop, @isi, @tutup", NULL);
	if (r == 0)
		r = letter_text_pages(&all, l->number, out);
	letter_text_clear(&rows);
	letter_text_clear(&all);
	return r;
}

static int letter_put(struct op_ctx *cx, const struct letter *l, const struct buf *text, int64_t *id)
{
	uint8_t sha[32];
	*id = db_id(cx->db, "letter");
	if (*id < 0)
		return (int)*id;
	int r = blob_write(store_dir(cx->store), text->data, text->len, sha);
	if (r != 0)
		return r;
	struct q *q = db_q(cx->db, ST_blob_put);
	q_blob(q, 1, sha, 32);
	q_int(q, 2, (int64_t)text->len);
	q_int(q, 3, cx->now_ms);
	r = q_done(q);
	if (r != 0)
		return r;
	q = db_q(cx->db, ST_letter_put);
	q_int(q, 1, *id);
	q_int(q, 2, l->batch);
	q_int(q, 3, l->area);
	q_text(q, 4, l->number);
	q_blob(q, 5, sha, 32);
	q_int(q, 6, (int64_t)text->len);
	q_int(q, 7, l->journal_size);
	q_blob(q, 8, l->journal_root, 32);
	q_int(q, 9, cx->actor->account);
	q_int(q, 10, cx->now_ms);
	q_int(q, 11, cx->seq);
	r = q_done(q);
	if (r == 0 && cx->leaf) {
		journal_object(cx->leaf, JT_LETTER, *id);
		r = journal_touch(cx->leaf, JT_LETTER, *id);
	}
	return r;
}

int op_letter_make(struct op_ctx *cx, const struct rq_letter_make *rq, struct rp_letter_make *rp)
{
	struct letter l = { .flow = dossier_flow(cx) };
	struct buf text;
	struct q *q = db_q(cx->db, ST_letter_of_batch);
	q_int(q, 1, rq->batch);
	int r = q_step(q);
	rp->letter = r == 1 ? q_get_int(q, 0) : 0;
	rp->number = r == 1 ? q_get_strdup(q, 1, cx->arena) : NULL;
	q_reset(q);
	if (r != 0)
		return r < 0 ? r : rp->number ? 0 : ERR_NOMEM;
	r = letter_batch(cx, rq->batch, &l);
	if (r == 0)
		r = letter_journal(cx, &l);
	if (r == 0)
		r = letter_number(cx, &l);
	if (r != 0)
		return r;
	buf_init(&text, 0);
	r = letter_compose(cx, &l, &text);
	if (r == 0)
		r = letter_put(cx, &l, &text, &rp->letter);
	buf_clear(&text);
	rp->number = l.number;
	return r;
}

/* A letter names persons: whoever reads it is on record with each of them, once, at the first piece that the session asks for. */
static int letter_shown(struct op_ctx *cx, int64_t letter, bool begins)
{
	struct q *q = db_q(cx->db, ST_letter_seen);
	q_int(q, 1, cx->actor->account);
	q_int(q, 2, cx->binding);
	q_int(q, 3, letter);
	q_int(q, 4, OP_letter_get);
	int r = begins ? 0 : q_step(q);
	q_reset(q);
	if (r != 0)
		return r < 0 ? r : 0;
	q = db_q(cx->db, ST_letter_shown);
	q_int(q, 1, letter);
	while ((r = q_step(q)) == 1)
		if ((r = journal_shown(cx->leaf, q_get_int(q, 0))) != 0)
			break;
	q_reset(q);
	return r;
}

int op_letter_get(struct op_ctx *cx, const struct rq_letter_get *rq, struct rp_letter_get *rp)
{
	uint8_t sha[32] = { 0 };
	size_t n;
	struct buf b;
	struct q *q = db_q(cx->db, ST_letter_get);
	q_int(q, 1, rq->letter);
	int r = q_step(q);
	rp->number = r == 1 ? q_get_strdup(q, 0, cx->arena) : "";
	const void *p = r == 1 ? q_get_blob(q, 1, &n) : NULL;
	if (p && n == 32)
		memcpy(sha, p, 32);
	rp->total = r == 1 ? (uint64_t)q_get_int(q, 2) : 0;
	q_reset(q);
	if (r <= 0)
		return r == 0 ? op_refuse(cx, FIND_not_permitted, NULL) : r;
	buf_init(&b, LETTER_CHUNK + 1);
	r = blob_read(store_dir(cx->store), sha, rq->offset, LETTER_CHUNK, &b);
	rp->chunk = (struct wbytes){ arena_dup(cx->arena, b.data, b.len), b.len };
	buf_clear(&b);
	if (r == 0 && (!rp->chunk.p || !rp->number))
		r = ERR_NOMEM;
	if (r == 0 && cx->leaf) {
		journal_object(cx->leaf, JT_LETTER, rq->letter);
		r = letter_shown(cx, rq->letter, rq->offset == 0);
	}
	return r;
}
