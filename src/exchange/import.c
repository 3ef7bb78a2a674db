/* import.c - joining the two files and turning records into fillings. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "area.h"
#include "check.h"
#include "err.h"
#include "import.h"
#include "text.h"

#define ID_COLUMN "IDBDT"
#define AREA_COLUMN "KDWILCAPIL"
#define COUNT_COLUMN "Jumlah_ART"

static int fail(struct import_fault *f, const char *file, uint64_t line, const char *text)
{
	snprintf(f->file, sizeof f->file, "%s", file);
	f->at.line = line;
	snprintf(f->at.text, sizeof f->at.text, "%s", text);
	return ERR_PARSE;
}

/* --- which column is which question ------------------------------------------------------------------------------ */
static void match_columns(const struct form *form, const struct csvfile *file, uint32_t roster, const struct field **out)
{
	for (size_t c = 0; c < file->nheader; c++) {
		out[c] = NULL;
		for (size_t i = 0; i < form->nfield; i++) {
			const struct field *f = &form->field[i];

			if (f->map != NULL && f->roster == roster && strcasecmp(f->map, file->header[c]) == 0 && f->type != FIELD_CALC &&
			    f->type != FIELD_NOTE && f->type != FIELD_FILE)
				out[c] = f;
		}
	}
}

/* --- the join ------------------------------------------------------------------------------------------------------ */
static uint64_t hash_of(const char *s)
{
	uint64_t h = 14695981039346656037u;       /* FNV-1a: equal hashes are compared as text afterwards */

	for (; *s != 0; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	return h;
}

static int by_hash(const void *a, const void *b)
{
	const struct import_key *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->record > y->record) - (x->record < y->record);
}

static int read_record(const struct csvfile *file, const char *name, size_t i, struct arena *arena, struct csvfile_row *row, struct import_fault *f)
{
	int r = csvfile_read(file, i, arena, row, &f->at);

	if (r == ERR_PARSE)
		snprintf(f->file, sizeof f->file, "%s", name);
	return r;
}

static int index_ids(const struct csvfile *file, const char *name, int column, struct import_key **out, struct import_fault *f)
{
	struct arena arena;
	struct csvfile_row row;
	int r = 0;

	*out = calloc(file->nrecord + 1, sizeof **out);
	if (*out == NULL)
		return ERR_NOMEM;
	arena_init(&arena, 0);
	for (size_t i = 0; i < file->nrecord && r == 0; i++) {
		arena_reset(&arena);
		r = read_record(file, name, i, &arena, &row, f);
		if (r == 0)
			(*out)[i] = (struct import_key){ hash_of((size_t)column < row.n ? row.cell[column] : ""), (uint32_t)i };
	}
	arena_clear(&arena);
	qsort(*out, file->nrecord, sizeof **out, by_hash);
	return r;
}

static size_t first_key(const struct import_key *key, size_t n, uint64_t hash)
{
	size_t low = 0;

	while (n > 0) {
		size_t half = n / 2;

		if (key[low + half].hash < hash) {
			low += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return low;
}

int import_open(struct import *im, const struct form *form, const struct csvfile *household, const struct csvfile *member,
	int32_t today, struct import_fault *f)
{
	static const char *const bps[] = { "KDPROP", "KDKAB", "KDKEC", "KDDESA" };
	bool area = true;
	int r;

	memset(im, 0, sizeof *im);
	memset(f, 0, sizeof *f);
	im->form = form;
	im->household = household;
	im->member = member;
	im->today = today;
	im->roster = form_roster_named(form, "member");
	if (im->roster == NULL)
		return fail(f, "", 0, "the form has no roster `member`");
	match_columns(form, household, 0, im->household_field);
	match_columns(form, member, im->roster->number, im->member_field);
	im->household_id = csvfile_column(household, ID_COLUMN);
	im->member_id = csvfile_column(member, ID_COLUMN);
	im->area = csvfile_column(household, AREA_COLUMN);
	im->members = csvfile_column(household, COUNT_COLUMN);
	for (int i = 0; i < 4; i++)
		area &= (im->bps[i] = csvfile_column(household, bps[i])) >= 0;
	if (im->household_id < 0)
		return fail(f, "RUMAH.csv", 1, "there is no column " ID_COLUMN);
	if (im->member_id < 0)
		return fail(f, "ART.csv", 1, "there is no column " ID_COLUMN);
	if (im->area < 0 && !area)
		return fail(f, "RUMAH.csv", 1, "there is neither " AREA_COLUMN " nor KDPROP, KDKAB, KDKEC and KDDESA");
	r = index_ids(household, "RUMAH.csv", im->household_id, &im->household_key, f);
	if (r == 0)
		r = index_ids(member, "ART.csv", im->member_id, &im->member_key, f);
	if (r != 0)
		import_close(im);
	return r;
}

void import_close(struct import *im)
{
	free(im->household_key);
	free(im->member_key);
	im->household_key = im->member_key = NULL;
}

size_t import_unknown(const struct import *im, bool member, const char **name, size_t max)
{
	static const char *const used[] = { ID_COLUMN, AREA_COLUMN, COUNT_COLUMN, "KDPROP", "KDKAB", "KDKEC", "KDDESA", "Jumlah_Keluarga", "Nama_KRT", "NOKK" };
	const struct csvfile *file = member ? im->member : im->household;
	const struct field *const *field = member ? im->member_field : im->household_field;
	size_t n = 0;

	for (size_t c = 0; c < file->nheader && n < max; c++) {
		bool known = field[c] != NULL;

		for (size_t k = 0; k < sizeof used / sizeof used[0]; k++)
			known |= strcasecmp(used[k], file->header[c]) == 0;
		if (!known)
			name[n++] = file->header[c];
	}
	return n;
}

/* --- a cell --------------------------------------------------------------------------------------------------------- */
static bool add_fault(struct finding_list *l, enum text_fault fault, const struct field *f, uint32_t row, const char *raw, size_t at, size_t max)
{
	static const enum finding_code code[] = { [TEXT_BAD_UTF8] = FIND_bad_utf8, [TEXT_CONTROL] = FIND_control_character,
		[TEXT_BIDI] = FIND_hidden_character, [TEXT_INVISIBLE] = FIND_hidden_character, [TEXT_MARKS] = FIND_too_many_marks,
		[TEXT_EMOJI] = FIND_emoji, [TEXT_TOO_LONG] = FIND_too_long, [TEXT_UNASSIGNED] = FIND_bad_utf8 };
	char arg[24];
	size_t n = 1;

	for (size_t i = 0; i < at; i++)
		n += ((unsigned char)raw[i] & 0xc0) != 0x80;
	snprintf(arg, sizeof arg, "%zu", fault == TEXT_TOO_LONG ? max : n);
	return finding_add(l, code[fault], f == NULL ? 0 : f->number, row, arg, (char *)NULL) != NULL;
}

static bool identity(const struct field *f)
{
	return f->type == FIELD_NIK || f->type == FIELD_CARD;
}

/* What the cell says, as the form keeps it. A value that cannot be made sense of goes on as it is: the validator names it. */
static int set_cell(struct import *im, const struct field *f, uint32_t row, const char *raw, bool comma, struct import_household *h)
{
	struct buf clean, value;
	enum text_fault fault;
	size_t at = 0, n = strlen(raw), max = f->type == FIELD_TEXT && f->max > 0 ? (size_t)f->max : FILLING_VALUE_MAX;
	int r;

	if (n == 0)
		return 0;
	buf_init(&clean, 0);
	fault = text_clean(raw, n, max, f->multiline, &clean, &at);
	if (fault != TEXT_OK) {
		buf_clear(&clean);
		return add_fault(&h->findings, fault, f, row, raw, at, max) ? 0 : ERR_NOMEM;
	}
	if (identity(f)) {                        /* blanks round a number are a fault of the file, to be seen and told */
		buf_clear(&clean);
		return filling_set(&h->filling, f->number, row, raw);
	}
	if (f->type == FIELD_DECIMAL && comma)
		for (size_t i = 0; i < clean.len; i++)
			if (clean.data[i] == ',')
				clean.data[i] = '.';
	buf_init(&value, 0);
	r = form_normalise(f, buf_str(&clean), im->today, &value);
	if (r == 0 || r == ERR_PARSE)
		r = filling_set(&h->filling, f->number, row, r == 0 ? buf_str(&value) : buf_str(&clean));
	buf_clear(&value);
	buf_clear(&clean);
	return r;
}

static int set_record(struct import *im, const struct csvfile *file, const struct field *const *field, uint32_t row, const struct csvfile_row *cells,
	struct import_household *h)
{
	char want[12], have[12];

	if (cells->n != file->nheader) {
		snprintf(want, sizeof want, "%zu", file->nheader);
		snprintf(have, sizeof have, "%zu", cells->n);
		return finding_add(&h->findings, FIND_import_cells, row > 0 ? im->roster->number : 0, row, have, want, (char *)NULL) != NULL ? 0 : ERR_NOMEM;
	}
	for (size_t c = 0; c < cells->n; c++) {
		int r = field[c] == NULL ? 0 : set_cell(im, field[c], row, cells->cell[c], file->delimiter == ';', h);

		if (r != 0)
			return r;
	}
	return 0;
}

/* --- a household ---------------------------------------------------------------------------------------------------- */
static void set_area(const struct import *im, const struct csvfile_row *row, struct import_household *h)
{
	char code[AREA_CODE_SIZE];

	if (im->area >= 0 && (size_t)im->area < row->n && row->cell[im->area][0] != 0) {
		if (area_code_parse(row->cell[im->area], code))
			snprintf(h->area, sizeof h->area, "%s", code);
		return;
	}
	for (int i = 0; i < 4; i++) {
		static const int digits[] = { 2, 2, 3, 3 };
		const char *cell = im->bps[i] >= 0 && (size_t)im->bps[i] < row->n ? row->cell[im->bps[i]] : "";
		size_t n = strlen(h->area);

		if (strlen(cell) > (size_t)digits[i] || cell[0] == 0 || cell[strspn(cell, "0123456789")] != 0) {
			h->area[0] = 0;
			return;
		}
		snprintf(h->area + n, sizeof h->area - n, "%0*d", digits[i], atoi(cell));
	}
}

/* The same IDBDT further up in the household file: 0 when there is none. */
static int earlier(struct import *im, size_t i, const char *id, uint32_t *line, struct import_fault *f)
{
	struct arena arena;
	struct csvfile_row row;
	uint64_t hash = hash_of(id);
	int r = 0;

	*line = 0;
	arena_init(&arena, 0);
	for (size_t k = first_key(im->household_key, im->household->nrecord, hash);
	     r == 0 && *line == 0 && k < im->household->nrecord && im->household_key[k].hash == hash && im->household_key[k].record < i; k++) {
		arena_reset(&arena);
		r = read_record(im->household, "RUMAH.csv", im->household_key[k].record, &arena, &row, f);
		if (r == 0 && (size_t)im->household_id < row.n && strcmp(row.cell[im->household_id], id) == 0)
			*line = im->household->record[im->household_key[k].record].line;
	}
	arena_clear(&arena);
	return r;
}

static int add_members(struct import *im, const char *id, struct import_household *h, uint32_t *n, struct import_fault *f)
{
	struct arena arena;
	struct csvfile_row row;
	uint64_t hash = hash_of(id);
	int r = 0;

	*n = 0;
	arena_init(&arena, 0);
	for (size_t k = first_key(im->member_key, im->member->nrecord, hash); r == 0 && k < im->member->nrecord && im->member_key[k].hash == hash; k++) {
		arena_reset(&arena);
		r = read_record(im->member, "ART.csv", im->member_key[k].record, &arena, &row, f);
		if (r != 0 || (size_t)im->member_id >= row.n || strcmp(row.cell[im->member_id], id) != 0)
			continue;
		if (++*n > FILLING_ROWS_MAX)
			continue;
		h->member_line[*n] = im->member->record[im->member_key[k].record].line;
		r = filling_row_add(&h->filling, im->roster->number, *n, 0, 0);
		if (r == 0)
			r = set_record(im, im->member, im->member_field, *n, &row, h);
	}
	arena_clear(&arena);
	return r;
}

static bool check_household(const struct import *im, const struct csvfile_row *row, uint32_t n, uint32_t twice, struct import_household *h)
{
	const char *said = im->members >= 0 && (size_t)im->members < row->n ? row->cell[im->members] : "";
	char have[12], max[12];
	int64_t count;

	snprintf(have, sizeof have, "%u", twice != 0 ? twice : n);
	snprintf(max, sizeof max, "%d", FILLING_ROWS_MAX);
	if (twice != 0)
		return finding_add(&h->findings, FIND_import_twice, 0, 0, have, (char *)NULL) != NULL;
	if (h->area[0] == 0 && finding_add(&h->findings, FIND_import_area, 0, 0, im->area >= 0 ? AREA_COLUMN : "KDDESA", (char *)NULL) == NULL)
		return false;
	if (n == 0)
		return finding_add(&h->findings, FIND_import_no_members, 0, 0, (char *)NULL) != NULL;
	if (n > FILLING_ROWS_MAX)
		return finding_add(&h->findings, FIND_too_many_rows, 0, 0, im->roster->label_id, max, (char *)NULL) != NULL;
	if (text_to_int(said, 0, INT32_MAX, &count) == 0 && count != (int64_t)n)
		return finding_add(&h->findings, FIND_import_count, 0, 0, said, have, (char *)NULL) != NULL;
	return true;
}

int import_household(struct import *im, size_t i, struct import_household *h, struct import_fault *f)
{
	struct arena arena;
	struct csvfile_row row;
	uint32_t n = 0, twice = 0;
	const char *id;
	int r;

	memset(h, 0, sizeof *h);
	filling_init(&h->filling);
	finding_list_init(&h->findings);
	h->line = im->household->record[i].line;
	arena_init(&arena, 0);
	r = read_record(im->household, "RUMAH.csv", i, &arena, &row, f);
	if (r == 0) {
		id = (size_t)im->household_id < row.n ? row.cell[im->household_id] : "";
		set_area(im, &row, h);
		r = set_record(im, im->household, im->household_field, 0, &row, h);
		if (r == 0 && id[0] != 0)
			r = earlier(im, i, id, &twice, f);
		if (r == 0 && id[0] != 0)
			r = add_members(im, id, h, &n, f);
		if (r == 0 && !check_household(im, &row, n, twice, h))
			r = ERR_NOMEM;
	}
	arena_clear(&arena);
	if (r != 0)
		import_household_clear(h);
	return r;
}

void import_household_clear(struct import_household *h)
{
	filling_clear(&h->filling);
	finding_list_clear(&h->findings);
}

int import_orphans(const struct import *im, void (*each)(void *arg, uint32_t line), void *arg)
{
	/* member_key is in the order of hashes: mark, then tell in the order of the file */
	uint8_t *orphan = calloc(im->member->nrecord + 1, 1);

	if (orphan == NULL)
		return ERR_NOMEM;
	for (size_t k = 0; k < im->member->nrecord; k++) {
		size_t at = first_key(im->household_key, im->household->nrecord, im->member_key[k].hash);

		orphan[im->member_key[k].record] = at == im->household->nrecord || im->household_key[at].hash != im->member_key[k].hash;
	}
	for (size_t i = 0; i < im->member->nrecord; i++)
		if (orphan[i])
			each(arg, im->member->record[i].line);
	free(orphan);
	return 0;
}
