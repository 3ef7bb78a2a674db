/* import.h - the centre's two files, RUMAH.csv and ART.csv, as fillings of a questionnaire; forms/README.import is the format.
 *
 * Layer: exchange. Columns are found by the form's `map`, letter case ignored; IDBDT joins the files. Reads the household file
 * in order and the members by an index, so memory does not depend on the size of a household's answers.
 * Never repairs an identity number: NIK and card numbers go on exactly as they stand in the cell. */
#ifndef BALAI_IMPORT_H
#define BALAI_IMPORT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "csvfile.h"
#include "filling.h"
#include "finding.h"
#include "form.h"

struct import_key { uint64_t hash; uint32_t record; };
struct import {
	const struct form *form;
	const struct csvfile *household, *member;
	const struct field *household_field[CSVFILE_COLUMNS], *member_field[CSVFILE_COLUMNS];    /* NULL: a column that is not asked */
	int household_id, member_id, area, bps[4], members;       /* columns; -1: not there */
	struct import_key *household_key, *member_key;             /* sorted by hash, then record */
	const struct roster *roster;
	int32_t today;
};

struct import_fault { char file[16]; struct csvfile_fault at; };

/* Borrowed: form and both files. 0; ERR_PARSE with *fault (a column that must be there is not); ERR_IO, ERR_NOMEM. */
int  import_open(struct import *, const struct form *, const struct csvfile *household, const struct csvfile *member,
	int32_t today, struct import_fault *);
void import_close(struct import *);

/* One household: record i of the household file. area: what the area columns say, for the store to look up.
 * member_line[row] is the line in the member file of roster row `row` (1..); rows beyond FILLING_ROWS_MAX are refused.
 * Findings name fields and rows; field 0, row 0 is the household's record. 0, ERR_PARSE with *fault, ERR_IO, ERR_NOMEM. */
struct import_household {
	struct filling filling;
	struct finding_list findings;
	char area[24];
	uint32_t line, member_line[FILLING_ROWS_MAX + 1];
};
int  import_household(struct import *, size_t i, struct import_household *, struct import_fault *);
void import_household_clear(struct import_household *);

/* Members whose household is not in the file, in order: calls back with the line in the member file. */
int  import_orphans(const struct import *, void (*each)(void *arg, uint32_t line), void *arg);
/* Columns of a file that no question asks; borrowed names. */
size_t import_unknown(const struct import *, bool member, const char **name, size_t max);

/* The column a finding belongs to ("" for the whole record), and whether it is in the member file. */
const char *import_column(const struct form *, const struct finding *, bool *member);
/* One row of the report for a finding: file, line, column, weight, code, reason. */
void import_report_head(struct buf *);
void import_report_row(struct buf *, const struct form *, const struct import_household *, const struct finding *);
void import_report_orphan(struct buf *, uint32_t line);

#endif
