/* dossier_receipt.c - the tanda terima: what whoever brought the papers takes home, and one sentence of it for a message. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "clock.h"
#include "date.h"
#include "dossier.h"
#include "ops_dispatch.h"
#include "text.h"

#define RECEIPT_COLUMNS 80

static void receipt_rule(struct buf *b)
{
	for (int i = 0; i < RECEIPT_COLUMNS; i++)
		buf_putc(b, '-');
	buf_putc(b, '\n');
}

static void receipt_centre(struct buf *b, const char *text)
{
	int pad = (RECEIPT_COLUMNS - text_width(text)) / 2;
	for (int i = 0; i < pad; i++)
		buf_putc(b, ' ');
	text_show(b, text, text_fit(text, RECEIPT_COLUMNS));
	buf_putc(b, '\n');
}

static void receipt_line(struct buf *b, const char *label, const char *value)
{
	if (!value || !*value)
		return;
	buf_printf(b, " %-17s: ", label);
	text_show(b, value, text_fit(value, RECEIPT_COLUMNS - 21));
	buf_putc(b, '\n');
}

/* What is said of the state in full, "menunggu ..." or its label. */
static const char *receipt_next(const struct dossier *d)
{
	const struct flow_state *s = &d->flow->state[d->state_at_flow];
	return s->waits ? s->waits : s->label;
}

static int receipt_text(struct op_ctx *cx, const struct dossier *d, const struct w_dossier_line *l, const char *office, struct rp_receipt_show *rp)
{
	struct buf b;
	char day[40], when[60];
	buf_init(&b, 7900);
	int32_t sent = clock_day(d->submitted_at, cx->zone_minutes);
	unsigned minute = (unsigned)((d->submitted_at / 60000 + cx->zone_minutes) % 1440);
	date_long(sent, day, sizeof day);
	snprintf(when, sizeof when, "%s, %02u.%02u", day, minute / 60, minute % 60);
	receipt_centre(&b, office);
	receipt_centre(&b, "TANDA TERIMA BERKAS");
	receipt_rule(&b);
	receipt_line(&b, "Nomor berkas", d->number);
	receipt_line(&b, "Tanggal", when);
	receipt_line(&b, "Jenis", d->flow->kind[d->kind_at_flow].label);
	receipt_line(&b, "Kepala keluarga", l->head);
	receipt_line(&b, "Desa/kelurahan", l->village);
	receipt_line(&b, "Diterima oleh", l->maker);
	receipt_line(&b, "Jalur masuk", d->channel ? dossier_list_label(cx, "jalur", d->channel) : NULL);
	receipt_line(&b, "Tahap sekarang", d->flow->state[d->state_at_flow].label);
	receipt_line(&b, "Menunggu", d->flow->state[d->state_at_flow].waits);
	int32_t due = date_from_iso(d->due_on);
	if (due != DATE_NONE) {
		date_long(due, day, sizeof day);
		receipt_line(&b, "Paling lambat", day);
	}
	receipt_rule(&b);
	buf_puts(&b, " Sebutkan nomor berkas bila bertanya di kantor desa/kelurahan atau dinas sosial.\n");
	buf_puts(&b, " Terdaftar belum berarti menerima bantuan. Pelayanan ini tidak dipungut biaya.\n");
	int r = buf_end(&b);
	rp->text = r == 0 ? arena_strdup(cx->arena, buf_str(&b)) : "";
	buf_clear(&b);
	return r == 0 && !rp->text ? ERR_NOMEM : r;
}

/* One sentence that fits a message and names nobody. */
static int receipt_brief(struct op_ctx *cx, const struct dossier *d, struct rp_receipt_show *rp)
{
	char sent[DATE_SIZE], until[DATE_SIZE], text[161];
	int32_t due = date_from_iso(d->due_on);
	date_show(clock_day(d->submitted_at, cx->zone_minutes), sent);
	int n = snprintf(text, sizeof text, "Berkas %s (%s) diterima %s; %s%s", d->number, d->flow->kind[d->kind_at_flow].label, sent,
	                 d->flow->state[d->state_at_flow].waits ? "menunggu " : "tahap ", receipt_next(d));
	if (due != DATE_NONE && n > 0 && (size_t)n < sizeof text)
		snprintf(text + n, sizeof text - (size_t)n, ", paling lambat %s", date_show(due, until));
	text[text_fit(text, 160)] = '\0';
	rp->brief = arena_strdup(cx->arena, text);
	return rp->brief ? 0 : ERR_NOMEM;
}

int op_receipt_show(struct op_ctx *cx, const struct rq_receipt_show *rq, struct rp_receipt_show *rp)
{
	struct dossier d;
	struct w_dossier_line l;
	int r = dossier_get(cx, rq->dossier, &d);
	if (r == ERR_NOTFOUND)
		return op_refuse(cx, FIND_not_permitted, NULL);
	if (r == 0)
		r = dossier_line_one(cx, d.id, &l);
	if (r != 0)
		return r;
	struct q *q = db_q(cx->db, ST_office_get);
	const char *office = q_step(q) == 1 ? q_get_strdup(q, 2, cx->arena) : "";
	q_reset(q);
	r = office ? receipt_text(cx, &d, &l, office, rp) : ERR_NOMEM;
	if (r == 0)
		r = receipt_brief(cx, &d, rp);
	return r == 0 ? dossier_shown(cx, &d, NULL, NULL) : r;
}
