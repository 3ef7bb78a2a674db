/* wire.c - from a row of ops.tbl to bytes and back: one encoder and one decoder over the descriptors.
 *
 * Both walk the descriptors by recursion; how deep that goes is bounded by ops.awk, never by what a peer sends. */
#include "config.h"
#include "wire.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "item.h"

#define FRAME_HEAD 4u              /* bytes of the length */
#define FRAME_ARRAY 4u             /* version, request id, kind, map */
#define WIRE_KEY 16u

struct wire_rows { void *v; size_t n; };        /* the common shape of every `rows` field */

static int op_info_compare(const void *number, const void *info)
{
	uint64_t a = *(const uint64_t *)number, b = ((const struct op_info *)info)->op;

	return a < b ? -1 : a > b;
}

const struct op_info *op_info(uint64_t number)
{
	return bsearch(&number, op_info_table, op_info_count, sizeof op_info_table[0], op_info_compare);
}

const struct op_info *op_info_named(const char *name)
{
	size_t i;

	for (i = 0; i < op_info_count; i++)
		if (strcmp(op_info_table[i].name, name) == 0)
			return &op_info_table[i];
	return NULL;
}

/* Encoding. */

static bool wire_is_present(const struct wire_field *, const uint8_t *);

static bool wire_is_empty(const struct wire_desc *d, const uint8_t *base)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		if (wire_is_present(&d->field[i], base))
			return false;
	return true;
}

/* Zero and empty are left out, so that the same content always has the same bytes. */
static bool wire_is_present(const struct wire_field *f, const uint8_t *base)
{
	const uint8_t *at = base + f->offset;

	if (f->required)
		return true;
	switch ((enum wire_type)f->type) {
	case W_UINT:
		return *(const uint64_t *)at != 0;
	case W_INT:
		return *(const int64_t *)at != 0;
	case W_BOOL:
		return *(const bool *)at;
	case W_TEXT:
		return *(const char *const *)at != NULL && **(const char *const *)at != '\0';
	case W_BYTES:
		return ((const struct wbytes *)at)->n > 0;
	case W_ROWS:
		return ((const struct wire_rows *)at)->n > 0;
	case W_RECORD:
		return !wire_is_empty(f->record, at);
	case W_KEY:
		return true;
	}
	return false;
}

static void wire_too_long(struct buf *out)
{
	if (out->err == 0)
		out->err = ERR_TOOLONG;
}

static void wire_put_group(struct buf *out, const struct wire_desc *d, const uint8_t *base);

static void wire_put_value(struct buf *out, const struct wire_field *f, const uint8_t *at)
{
	const struct wire_rows *rows = (const void *)at;
	const struct wbytes *bytes = (const void *)at;
	const char *s;
	size_t i, n;

	switch ((enum wire_type)f->type) {
	case W_UINT:
		item_put_uint(out, *(const uint64_t *)at);
		break;
	case W_INT:
		item_put_int(out, *(const int64_t *)at);
		break;
	case W_BOOL:
		item_put_bool(out, *(const bool *)at);
		break;
	case W_TEXT:
		s = *(const char *const *)at;
		n = s == NULL ? 0 : strlen(s);
		if (n > f->max)
			wire_too_long(out);
		else if (!item_utf8_ok((const uint8_t *)s, n))
			out->err = out->err != 0 ? out->err : ERR_PARSE;
		else
			item_put_text(out, s, n);
		break;
	case W_BYTES:
		if (bytes->n > f->max)
			wire_too_long(out);
		else
			item_put_bytes(out, bytes->p, bytes->n);
		break;
	case W_KEY:
		item_put_bytes(out, at, WIRE_KEY);
		break;
	case W_RECORD:
		wire_put_group(out, f->record, at);
		break;
	case W_ROWS:
		if (rows->n > f->max) {
			wire_too_long(out);
			break;
		}
		item_put_array(out, rows->n);
		for (i = 0; i < rows->n && out->err == 0; i++)
			wire_put_group(out, f->record, (const uint8_t *)rows->v + i * f->record->size);
		break;
	}
}

static void wire_put_group(struct buf *out, const struct wire_desc *d, const uint8_t *base)
{
	size_t i, n = 0;

	for (i = 0; i < d->n; i++)
		n += wire_is_present(&d->field[i], base);
	item_put_map(out, n);
	for (i = 0; i < d->n && out->err == 0; i++) {
		if (!wire_is_present(&d->field[i], base))
			continue;
		item_put_uint(out, d->field[i].key);
		wire_put_value(out, &d->field[i], base + d->field[i].offset);
	}
}

/* Takes back what was appended since start; the buffer goes on as if nothing had been asked. */
static int wire_undo(struct buf *out, size_t start)
{
	int e = out->err;

	out->err = 0;
	if (out->len > start) {
		out->len = start;
		out->data[start] = 0;
	}
	return e;
}

int wire_put_record(struct buf *out, const struct wire_desc *d, const void *base)
{
	size_t start = out->len;

	if (out->err != 0)
		return out->err;
	wire_put_group(out, d, base);
	return out->err == 0 ? 0 : wire_undo(out, start);
}

static int wire_put_frame(struct buf *out, uint64_t id, uint64_t kind, const struct wire_desc *d, const void *base, size_t max)
{
	static const uint8_t room[FRAME_HEAD];
	size_t start = out->len, n;
	int i;

	if (out->err != 0)
		return out->err;
	buf_put(out, room, FRAME_HEAD);
	item_put_array(out, FRAME_ARRAY);
	item_put_uint(out, WIRE_VERSION);
	item_put_uint(out, id);
	item_put_uint(out, kind);
	if (d == NULL)
		item_put_map(out, 0);
	else
		wire_put_group(out, d, base);
	if (out->err == 0 && out->len - start - FRAME_HEAD > max)
		out->err = ERR_TOOLONG;
	if (out->err != 0)
		return wire_undo(out, start);
	n = out->len - start - FRAME_HEAD;
	for (i = 0; i < (int)FRAME_HEAD; i++)
		out->data[start + (size_t)i] = (uint8_t)(n >> (24 - 8 * i));
	return 0;
}

int wire_put_request(struct buf *out, uint64_t id, enum op op, const void *rq)
{
	const struct op_info *info = op_info(op);

	assert(info != NULL);
	return wire_put_frame(out, id, op, info->request, rq, WIRE_REQUEST_MAX);
}

int wire_put_done(struct buf *out, uint64_t id, enum op op, const void *rp)
{
	const struct op_info *info = op_info(op);

	assert(info != NULL);
	return wire_put_frame(out, id, WIRE_DONE, info->reply, rp, WIRE_REPLY_MAX);
}

/* The greatest length <= max that does not cut a code point. */
static size_t wire_cut(const char *s, size_t max)
{
	size_t n = strlen(s);

	if (n > max)
		for (n = max; n > 0 && ((uint8_t)s[n] & 0xc0) == 0x80; n--)
			;
	return n;
}

static uint32_t wire_max(const struct wire_desc *d, size_t field)
{
	return d->field[field].max;
}

/* A refusal must always reach the asker: what is too much for a frame is cut, not refused. */
int wire_put_refused(struct buf *out, uint64_t id, const struct finding_list *list)
{
	struct w_refusal refusal = { 0 };
	struct arena arena;
	size_t i, k, n = list->n, most = wire_max(&wire_desc_refusal, 0), arg_max = wire_max(&wire_desc_arg, 0);
	struct w_finding *f;
	int e = ERR_NOMEM;

	if (n > most)
		n = most;
	arena_init(&arena, 0);
	if ((f = arena_alloc(&arena, n * sizeof *f)) == NULL)
		goto done;
	refusal.findings.v = f;
	refusal.findings.n = n;
	for (i = 0; i < n; i++) {
		const struct finding *from = &list->v[i];

		f[i].code = from->code;
		f[i].severity = from->severity;
		f[i].field = from->field;
		f[i].row = from->row;
		if ((f[i].args.v = arena_alloc(&arena, FINDING_ARGS * sizeof f[i].args.v[0])) == NULL)
			goto done;
		for (k = 0; k < FINDING_ARGS && from->arg[k] != NULL; k++) {
			f[i].args.v[k].v = arena_strndup(&arena, from->arg[k], wire_cut(from->arg[k], arg_max));
			if (f[i].args.v[k].v == NULL)
				goto done;
			if (!item_utf8_ok((const uint8_t *)f[i].args.v[k].v, strlen(f[i].args.v[k].v)))
				f[i].args.v[k].v = "?";
		}
		f[i].args.n = k;
	}
	e = wire_put_frame(out, id, WIRE_REFUSED, &wire_desc_refusal, &refusal, WIRE_REPLY_MAX);
done:
	arena_clear(&arena);
	return e;
}

int wire_put_unknown(struct buf *out, uint64_t id)
{
	return wire_put_frame(out, id, WIRE_UNKNOWN, NULL, NULL, WIRE_REPLY_MAX);
}

int wire_put_event(struct buf *out, enum wire_event event, int64_t object, const char *text)
{
	struct w_event_notice notice = { .event = event, .object = object, .text = text };

	return wire_put_frame(out, 0, WIRE_EVENT, &wire_desc_event_notice, &notice, WIRE_REPLY_MAX);
}

/* Decoding. */

struct wire_in {
	struct item_in in;
	struct arena *arena;
	bool request;              /* unknown keys are refused and required ones asked for; else they are skipped */
};

static int wire_get_group(struct wire_in *, const struct wire_desc *, uint8_t *base, unsigned depth);

static int wire_get_text(struct wire_in *in, const struct wire_field *f, const char **s)
{
	struct item item;

	if (item_take_kind(&in->in, ITEM_TEXT, &item) != 0 || item.value > f->max)
		return ERR_PEER;
	*s = arena_strndup(in->arena, (const char *)item.p, item.value);
	return *s == NULL ? ERR_NOMEM : 0;
}

static int wire_get_bytes(struct wire_in *in, const struct wire_field *f, struct wbytes *bytes)
{
	struct item item;

	if (item_take_kind(&in->in, ITEM_BYTES, &item) != 0 || item.value > f->max)
		return ERR_PEER;
	bytes->n = item.value;
	bytes->p = arena_dup(in->arena, item.p, item.value);
	return bytes->p == NULL ? ERR_NOMEM : 0;
}

static int wire_get_rows(struct wire_in *in, const struct wire_field *f, struct wire_rows *rows, unsigned depth)
{
	struct item item;
	size_t i;
	int e;

	/* A row takes a byte at least: memory is asked for only when the bytes for so many rows are there. */
	if (item_take_kind(&in->in, ITEM_ARRAY, &item) != 0 || item.value > f->max || item.value > in->in.n)
		return ERR_PEER;
	if ((rows->v = arena_alloc(in->arena, item.value * f->record->size)) == NULL)
		return ERR_NOMEM;
	rows->n = item.value;
	for (i = 0; i < rows->n; i++)
		if ((e = wire_get_group(in, f->record, (uint8_t *)rows->v + i * f->record->size, depth - 1)) != 0)
			return e;
	return 0;
}

static int wire_get_value(struct wire_in *in, const struct wire_field *f, uint8_t *at, unsigned depth)
{
	struct item item;

	switch ((enum wire_type)f->type) {
	case W_UINT:
		if (item_take_kind(&in->in, ITEM_UINT, &item) != 0)
			return ERR_PEER;
		*(uint64_t *)at = item.value;
		return 0;
	case W_INT:
		return item_take_int(&in->in, (int64_t *)at);
	case W_BOOL:
		if (item_take_kind(&in->in, ITEM_BOOL, &item) != 0)
			return ERR_PEER;
		*(bool *)at = item.value != 0;
		return 0;
	case W_TEXT:
		return wire_get_text(in, f, (const char **)at);
	case W_BYTES:
		return wire_get_bytes(in, f, (struct wbytes *)at);
	case W_KEY:
		if (item_take_kind(&in->in, ITEM_BYTES, &item) != 0 || item.value != WIRE_KEY)
			return ERR_PEER;
		memcpy(at, item.p, WIRE_KEY);
		return 0;
	case W_RECORD:
		return wire_get_group(in, f->record, at, depth);
	case W_ROWS:
		return wire_get_rows(in, f, (struct wire_rows *)at, depth);
	}
	return ERR_PEER;
}

/* Absent texts are "", never NULL: nobody has to ask. */
static void wire_clear_group(const struct wire_desc *d, uint8_t *base)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		if (d->field[i].type == W_TEXT)
			*(const char **)(base + d->field[i].offset) = "";
		else if (d->field[i].type == W_RECORD)
			wire_clear_group(d->field[i].record, base + d->field[i].offset);
}

static bool wire_is_missing(const struct wire_desc *d, uint64_t has)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		if (d->field[i].required && (has & (UINT64_C(1) << d->field[i].key)) == 0)
			return true;
	return false;
}

/* Reads one map into the zeroed struct at base. depth: levels that may still be opened, this one included. */
static int wire_get_group(struct wire_in *in, const struct wire_desc *d, uint8_t *base, unsigned depth)
{
	uint64_t *has = (uint64_t *)(base + d->has_offset), i, last = 0;
	const struct wire_field *f;
	struct item map, key;
	size_t at = 0;
	int e;

	if (depth == 0 || item_take_kind(&in->in, ITEM_MAP, &map) != 0 || map.value > in->in.n)
		return ERR_PEER;
	wire_clear_group(d, base);
	for (i = 0; i < map.value; i++) {
		if (item_take_kind(&in->in, ITEM_UINT, &key) != 0 || (i > 0 && key.value <= last))
			return ERR_PEER;       /* ascending also means: none twice */
		last = key.value;
		while (at < d->n && d->field[at].key < key.value)
			at++;
		f = at < d->n ? &d->field[at] : NULL;
		if (f != NULL && f->key == key.value) {
			if ((e = wire_get_value(in, f, base + f->offset, depth - 1)) != 0)
				return e;
			*has |= UINT64_C(1) << f->key;
		} else if (in->request || item_skip(&in->in, depth - 1) != 0) {
			return ERR_PEER;
		}
	}
	return in->request && wire_is_missing(d, *has) ? ERR_PEER : 0;
}

/* The array's head, version, id and kind. */
static int wire_get_head(struct item_in *in, uint64_t *id, uint64_t *kind)
{
	struct item array, version, i, k;

	if (item_take_kind(in, ITEM_ARRAY, &array) != 0 || array.value != FRAME_ARRAY
	    || item_take_kind(in, ITEM_UINT, &version) != 0 || version.value != WIRE_VERSION
	    || item_take_kind(in, ITEM_UINT, &i) != 0 || item_take_kind(in, ITEM_UINT, &k) != 0)
		return ERR_PEER;
	*id = i.value;
	*kind = k.value;
	return 0;
}

static int wire_get_map(struct wire_in *in, const struct wire_desc *d, void **to)
{
	int e;

	if ((*to = arena_alloc(in->arena, d->size)) == NULL)
		return ERR_NOMEM;
	if ((e = wire_get_group(in, d, *to, WIRE_DEPTH - 1)) != 0)
		return e;
	return in->in.n == 0 ? 0 : ERR_PEER;
}

int wire_get_request(const uint8_t *p, size_t n, struct arena *arena, struct wire_request *rq)
{
	struct wire_in in = { { p, n }, arena, true };
	const struct op_info *info;
	uint64_t kind;

	*rq = (struct wire_request){ 0 };
	if (n > WIRE_REQUEST_MAX || wire_get_head(&in.in, &rq->id, &kind) != 0 || (info = op_info(kind)) == NULL)
		return ERR_PEER;
	rq->op = info->op;
	return wire_get_map(&in, info->request, &rq->rq);
}

static int wire_get_findings(const struct w_refusal *from, struct finding_list *list)
{
	size_t i, k;

	for (i = 0; i < from->findings.n; i++) {
		const struct w_finding *f = &from->findings.v[i];
		const char *arg[FINDING_ARGS] = { NULL };
		struct finding *to;

		if (f->code > UINT32_MAX || f->field > UINT32_MAX || f->row > UINT32_MAX || f->severity > SEV_BLOCK)
			return ERR_PEER;
		for (k = 0; k < f->args.n && k < FINDING_ARGS; k++)
			arg[k] = f->args.v[k].v;
		to = finding_add(list, (enum finding_code)f->code, (uint32_t)f->field, (uint32_t)f->row, arg[0], arg[1], arg[2],
			arg[3], NULL);
		if (to == NULL)
			return ERR_NOMEM;
		to->severity = (uint8_t)f->severity;
	}
	return 0;
}

int wire_get_reply(const uint8_t *p, size_t n, struct arena *arena, enum op (*op_of)(void *arg, uint64_t id), void *arg,
	struct wire_reply *rp)
{
	struct wire_in in = { { p, n }, arena, false };
	const struct w_event_notice *notice;
	const struct op_info *info;
	struct item map;
	void *body;
	int e;

	*rp = (struct wire_reply){ .text = "" };
	finding_list_init(&rp->findings);
	if (n > WIRE_REPLY_MAX || wire_get_head(&in.in, &rp->id, &rp->kind) != 0)
		return ERR_PEER;
	if (rp->kind == WIRE_EVENT) {
		if (rp->id != 0)
			return ERR_PEER;
		if ((e = wire_get_map(&in, &wire_desc_event_notice, &body)) != 0)
			return e;
		notice = body;
		rp->event = (enum wire_event)notice->event;
		rp->object = notice->object;
		rp->text = notice->text;
		return 0;
	}
	if ((info = op_info(op_of(arg, rp->id))) == NULL)
		return ERR_PEER;
	switch (rp->kind) {
	case WIRE_DONE:
		return wire_get_map(&in, info->reply, &rp->rp);
	case WIRE_REFUSED:
		if ((e = wire_get_map(&in, &wire_desc_refusal, &body)) != 0)
			return e;
		if ((e = wire_get_findings(body, &rp->findings)) != 0)
			finding_list_clear(&rp->findings);
		return e;
	case WIRE_UNKNOWN:
		return item_take_kind(&in.in, ITEM_MAP, &map) == 0 && map.value == 0 && in.in.n == 0 ? 0 : ERR_PEER;
	default:
		return ERR_PEER;
	}
}

void wire_reply_clear(struct wire_reply *rp)
{
	finding_list_clear(&rp->findings);
}

int wire_get_record(const uint8_t *p, size_t n, struct arena *arena, const struct wire_desc *d, void *base)
{
	struct wire_in in = { { p, n }, arena, true };
	int e;

	memset(base, 0, d->size);
	if ((e = wire_get_group(&in, d, base, WIRE_DEPTH - 1)) != 0)
		return e;
	return in.in.n == 0 ? 0 : ERR_PEER;
}
