/* csvfile.c - the index of a file's records, one record at a time, and the writer. */
#include "config.h"
#include <csv.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>
#include "csvfile.h"
#include "err.h"
#include "log.h"
#include "text.h"

#define CHUNK (64u << 10)

static const unsigned char bom[] = { 0xef, 0xbb, 0xbf };

static int no_space(unsigned char c)
{
	(void)c;
	return 0;                                 /* blanks belong to the cell: a NIK with one must be seen as it is */
}

static int fail(struct csvfile_fault *f, uint64_t line, const char *text)
{
	f->line = line;
	snprintf(f->text, sizeof f->text, "%s", text);
	return ERR_PARSE;
}

/* --- one parser, used for the index and for a record ---------------------------------------------------------- */
struct taker {
	struct csvfile_row *row;                      /* NULL while indexing: cells are only counted */
	struct arena *arena;
	size_t cells, bytes, rows;
	bool too_many, nul, nomem;
};

static void take_cell(void *data, size_t n, void *arg)
{
	struct taker *t = arg;

	t->bytes += n;
	if (n > 0 && memchr(data, 0, n) != NULL)
		t->nul = true;
	if (t->cells == CSVFILE_COLUMNS) {
		t->too_many = true;
		return;
	}
	if (t->row != NULL) {
		t->row->cell[t->cells] = arena_strndup(t->arena, n == 0 ? "" : data, n);
		t->nomem |= t->row->cell[t->cells] == NULL;
	}
	t->cells++;
}

static void take_row(int c, void *arg)
{
	struct taker *t = arg;

	(void)c;
	t->rows++;
}

static int parser_open(struct csv_parser *p, char delimiter)
{
	if (csv_init(p, CSV_STRICT | CSV_STRICT_FINI) != 0)
		return ERR_NOMEM;
	csv_set_delim(p, (unsigned char)delimiter);
	csv_set_space_func(p, no_space);
	return 0;
}

static int feed(struct csv_parser *p, const char *s, size_t n, struct taker *t, uint64_t line, struct csvfile_fault *f)
{
	if (csv_parse(p, s, n, take_cell, take_row, t) != n) {
		if (csv_error(p) == CSV_ENOMEM)
			return ERR_NOMEM;
		return fail(f, line, "a quote where none may be");
	}
	if (t->nomem)
		return ERR_NOMEM;
	if (t->nul)
		return fail(f, line, "a NUL byte; save the file as CSV UTF-8");
	if (t->too_many)
		return fail(f, line, "too many columns");
	return t->bytes > CSVFILE_ROW_MAX ? fail(f, line, "the record is too long") : 0;
}

/* --- the index ------------------------------------------------------------------------------------------------ */
struct pass {
	struct csvfile *file;
	struct csv_parser parser;
	struct taker taker;
	struct buf open;                          /* bytes of the record being read, at most CSVFILE_ROW_MAX */
	uint64_t at;                              /* file offset of open.data[0] */
	uint64_t line, first_line;                /* of the present byte; where the record began */
	size_t size;
};

static char guess(const char *s, size_t n)
{
	size_t comma = 0, semicolon = 0, tab = 0;
	bool quoted = false;

	for (size_t i = 0; i < n && (quoted || (s[i] != '\n' && s[i] != '\r')); i++) {
		if (s[i] == '"')
			quoted = !quoted;
		if (quoted)
			continue;
		comma += s[i] == ',';
		semicolon += s[i] == ';';
		tab += s[i] == '\t';
	}
	if (tab > comma && tab > semicolon)
		return '\t';
	return semicolon > comma ? ';' : ',';
}

/* A record ended with the bytes in p->open: the first one is the header. */
static int end_record(struct pass *p, struct csvfile_fault *f)
{
	struct csvfile *file = p->file;
	bool empty = p->taker.cells == 0 || (p->taker.cells == 1 && p->taker.bytes == 0);

	if (!empty) {
		if (file->nrecord == CSVFILE_RECORDS)
			return fail(f, p->first_line, "too many records for one file");
		if (file->nrecord == p->size) {
			size_t size = p->size == 0 ? 1024 : p->size * 2;
			struct csvfile_record *r = reallocarray(file->record, size, sizeof *r);

			if (r == NULL)
				return ERR_NOMEM;
			file->record = r;
			p->size = size;
		}
		file->record[file->nrecord++] = (struct csvfile_record){ p->at, (uint32_t)p->open.len, (uint32_t)p->first_line };
	}
	p->at += p->open.len;
	buf_reset(&p->open);
	p->taker = (struct taker){ .cells = 0 };
	return 0;
}

/* Feeds up to and with the next line end: libcsv can end a record nowhere else. */
static int index_line(struct pass *p, const char *s, size_t n, struct csvfile_fault *f)
{
	int r;

	if (p->open.len == 0)
		p->first_line = p->line;
	buf_put(&p->open, s, n);
	if (buf_end(&p->open) != 0)
		return fail(f, p->first_line, "the record is too long, or a quote is not closed");
	r = feed(&p->parser, s, n, &p->taker, p->line, f);
	if (r != 0)
		return r;
	p->line += n > 0 && s[n - 1] == '\n';
	/* a lone line end parts no record for libcsv: drop it, or it would begin the next record */
	if (p->taker.rows > 0 || (p->open.len == n && n <= 1 && p->taker.cells == 0 && (n == 0 || s[0] == '\n' || s[0] == '\r')))
		return end_record(p, f);
	return 0;
}

static int index_chunk(struct pass *p, const char *s, size_t n, struct csvfile_fault *f)
{
	while (n > 0) {
		size_t k = 0;
		int r;

		while (k < n && s[k] != '\n' && s[k] != '\r')
			k++;
		if (k < n)
			k++;
		r = index_line(p, s, k, f);
		if (r != 0)
			return r;
		s += k;
		n -= k;
	}
	return 0;
}

static int index_end(struct pass *p, struct csvfile_fault *f)
{
	if (csv_fini(&p->parser, take_cell, take_row, &p->taker) != 0)
		return fail(f, p->first_line, "a quote is not closed until the end of the file");
	if (p->taker.nul)
		return fail(f, p->first_line, "a NUL byte; save the file as CSV UTF-8");
	return p->taker.rows > 0 ? end_record(p, f) : 0;
}

static int index_file(struct pass *p, struct csvfile_fault *f)
{
	static const unsigned char utf16[2][2] = { { 0xff, 0xfe }, { 0xfe, 0xff } };
	char chunk[4096 + 1];
	bool first = true;
	int r;

	for (uint64_t at = 0;;) {
		char *s = chunk;
		ssize_t n = pread(p->file->fd, chunk, sizeof chunk - 1, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			log_err("csv: read: %s", strerror(errno));
			return ERR_IO;
		}
		if (n == 0)
			return first ? fail(f, 1, "the file is empty") : index_end(p, f);
		at += (uint64_t)n;
		if (at > CSVFILE_FILE_MAX)
			return fail(f, p->line, "the file is too big");
		if (first) {
			if (n >= 2 && (memcmp(s, utf16[0], 2) == 0 || memcmp(s, utf16[1], 2) == 0))
				return fail(f, 1, "UTF-16; save the file as CSV UTF-8");
			if (n >= 3 && memcmp(s, bom, sizeof bom) == 0) {
				s += sizeof bom;
				n -= sizeof bom;
				p->at = sizeof bom;
			}
			p->file->delimiter = guess(s, (size_t)n);
			r = parser_open(&p->parser, p->file->delimiter);
			if (r != 0)
				return r;
			first = false;
		}
		r = index_chunk(p, s, (size_t)n, f);
		if (r != 0)
			return r;
	}
}

static int read_header(struct csvfile *file, struct csvfile_fault *f)
{
	struct csvfile_row row;
	struct buf clean;
	int r;

	if (file->nrecord == 0)
		return fail(f, 1, "the file is empty");
	r = csvfile_read(file, 0, &file->arena, &row, f);
	if (r != 0)
		return r;
	file->header = arena_alloc(&file->arena, row.n * sizeof *file->header);
	if (file->header == NULL)
		return ERR_NOMEM;
	buf_init(&clean, 0);
	for (size_t i = 0; i < row.n && r == 0; i++) {
		buf_reset(&clean);
		if (text_clean(row.cell[i], strlen(row.cell[i]), 100, false, &clean, NULL) != TEXT_OK)
			r = fail(f, 1, "a column name holds characters that cannot be shown");
		else if (file->nheader = i, csvfile_column(file, buf_str(&clean)) >= 0 && clean.len > 0)
			r = fail(f, 1, "a column name stands twice");
		else if ((file->header[i] = arena_strdup(&file->arena, buf_str(&clean))) == NULL)
			r = ERR_NOMEM;
	}
	buf_clear(&clean);
	file->nheader = row.n;
	file->nrecord--;
	memmove(file->record, file->record + 1, file->nrecord * sizeof *file->record);
	return r;
}

int csvfile_open(struct csvfile *file, int fd, struct csvfile_fault *f)
{
	struct pass p = { .file = file, .line = 1, .first_line = 1 };
	struct stat st;
	int r;

	memset(file, 0, sizeof *file);
	memset(f, 0, sizeof *f);
	file->fd = fd;
	arena_init(&file->arena, 1u << 20);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return fail(f, 0, "not a regular file");
	buf_init(&p.open, CSVFILE_ROW_MAX);
	r = index_file(&p, f);
	csv_free(&p.parser);
	buf_clear(&p.open);
	if (r == 0)
		r = read_header(file, f);
	if (r != 0) {
		file->fd = -1;
		csvfile_close(file);
	}
	return r;
}

void csvfile_close(struct csvfile *file)
{
	if (file->fd >= 0)
		close(file->fd);
	free(file->record);
	arena_clear(&file->arena);
	file->record = NULL;
	file->nrecord = 0;
	file->fd = -1;
}

int csvfile_read(const struct csvfile *file, size_t i, struct arena *arena, struct csvfile_row *row, struct csvfile_fault *f)
{
	const struct csvfile_record *at = &file->record[i];
	struct csv_parser p;
	struct taker t = { .row = row, .arena = arena };
	char *bytes = malloc(at->length + 1u);
	int r;

	row->n = 0;
	if (bytes == NULL)
		return ERR_NOMEM;
	if (pread(file->fd, bytes, at->length, (off_t)at->at) != (ssize_t)at->length) {
		free(bytes);
		return fail(f, at->line, "the file changed while it was read");
	}
	r = parser_open(&p, file->delimiter);
	if (r == 0) {
		r = feed(&p, bytes, at->length, &t, at->line, f);
		if (r == 0 && csv_fini(&p, take_cell, take_row, &t) != 0)
			r = fail(f, at->line, "the file changed while it was read");
		csv_free(&p);
	}
	free(bytes);
	if (r == 0 && (t.nomem || t.rows != 1))
		r = t.nomem ? ERR_NOMEM : fail(f, at->line, "the file changed while it was read");
	row->n = t.cells;
	return r;
}

int csvfile_column(const struct csvfile *file, const char *name)
{
	for (size_t i = 0; i < file->nheader; i++)
		if (strcasecmp(file->header[i], name) == 0)
			return (int)i;
	return -1;
}

/* --- writing -------------------------------------------------------------------------------------------------- */
static bool formula(const char *s)
{
	static const char *const wide[] = { "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0" };   /* full-width = + - @ */

	if (*s != 0 && strchr("=+-@\t\r\n", *s) != NULL)
		return true;
	for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
		if (strncmp(s, wide[i], 3) == 0)
			return true;
	return false;
}

void csvfile_put_bom(struct buf *out)
{
	buf_put(out, bom, sizeof bom);
}

void csvfile_put_cell(struct buf *out, const char *text)
{
	buf_putc(out, '"');
	if (formula(text))
		buf_putc(out, '\'');
	for (; *text != 0; text++) {
		if (*text == '"')
			buf_putc(out, '"');
		buf_putc(out, (unsigned char)*text);
	}
	buf_puts(out, "\",");
}

void csvfile_put_end(struct buf *out)
{
	if (out->len > 0 && out->data[out->len - 1] == ',') {
		out->len--;
		buf_puts(out, "\r\n");
	}
}
