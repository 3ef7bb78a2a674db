/* csvfile.h - comma-separated files of strangers in, files for spreadsheets out.
 *
 * Layer: exchange, used by balai-job alone. Reading: strict RFC 4180 by libcsv, UTF-8 with or without BOM, `,` `;` or tab guessed
 * from the header line. A file is passed over once for the place of every record; records are then read one by one, so
 * memory is bounded by the number of records (16 bytes each), never by the file. What a cell holds is raw bytes without NUL:
 * the caller cleans them (text_clean).
 * Limits: CSVFILE_FILE_MAX bytes, CSVFILE_COLUMNS columns, CSVFILE_ROW_MAX bytes a record, CSVFILE_RECORDS records.
 * Writing: UTF-8 with BOM, CRLF, every cell quoted, and no cell that a spreadsheet would take for a formula. */
#ifndef BALAI_CSVFILE_H
#define BALAI_CSVFILE_H
#include <stddef.h>
#include <stdint.h>
#include "arena.h"
#include "buf.h"

#define CSVFILE_FILE_MAX (1024ll << 20)
#define CSVFILE_COLUMNS 300
#define CSVFILE_ROW_MAX (256u << 10)
#define CSVFILE_RECORDS 3000000u

struct csvfile_fault { uint64_t line; char text[200]; };     /* line in the file, 1.., 0 the whole file; text: English */

struct csvfile_record { uint64_t at; uint32_t length, line; };    /* place in the file; line it begins on */
struct csvfile {
	int fd;
	char delimiter;
	const char **header; size_t nheader;             /* cleaned; in the arena */
	struct csvfile_record *record; size_t nrecord;       /* without the header and without empty lines */
	struct arena arena;
};
struct csvfile_row { size_t n; const char *cell[CSVFILE_COLUMNS]; };

/* Takes the descriptor of a regular file (not closed on failure). 0, ERR_PARSE with *fault, ERR_IO, ERR_NOMEM. */
int  csvfile_open(struct csvfile *, int fd, struct csvfile_fault *fault);
void csvfile_close(struct csvfile *);                       /* closes fd as well */
/* Reads record i (0..) into the arena. 0; ERR_PARSE with *fault when the file changed meanwhile; ERR_IO, ERR_NOMEM. */
int  csvfile_read(const struct csvfile *, size_t i, struct arena *, struct csvfile_row *, struct csvfile_fault *fault);
int  csvfile_column(const struct csvfile *, const char *name);   /* index by header, letter case ignored; -1 when there is none */

/* Appends to a buffer. A cell that begins with = + - @ TAB CR LF, or with their full-width forms, gets an apostrophe. */
void csvfile_put_bom(struct buf *);
void csvfile_put_cell(struct buf *, const char *text);       /* with its comma; csvfile_put_end() takes the last one back */
void csvfile_put_end(struct buf *);

#endif
