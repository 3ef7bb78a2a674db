/* import_report.c - what an import refused or noticed, as a table for whoever repairs the file. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "import.h"

const char *import_column(const struct form *form, const struct finding *f, bool *member)
{
	const struct roster *roster = form_roster_named(form, "member");
	const struct field *field = form_field(form, f->field);

	*member = f->row > 0 && (field == NULL || (roster != NULL && field->roster == roster->number));
	return field != NULL && field->map != NULL ? field->map : "";
}

void import_report_head(struct buf *out)
{
	static const char *const column[] = { "Berkas", "Baris", "Kolom", "Akibat", "Kode", "Alasan" };

	csvfile_put_bom(out);
	for (size_t i = 0; i < sizeof column / sizeof column[0]; i++)
		csvfile_put_cell(out, column[i]);
	csvfile_put_end(out);
}

static void put_row(struct buf *out, bool member, uint32_t line, const char *column, const struct finding *f)
{
	static const char *const effect[] = { [SEV_INFO] = "keterangan", [SEV_WARN] = "peringatan", [SEV_BLOCK] = "ditolak" };
	const struct finding_info *info = finding_info(f->code);
	struct buf text;
	char number[12];

	snprintf(number, sizeof number, "%u", line);
	buf_init(&text, 0);
	finding_text(f, &text);
	csvfile_put_cell(out, member ? "ART.csv" : "RUMAH.csv");
	csvfile_put_cell(out, number);
	csvfile_put_cell(out, column);
	csvfile_put_cell(out, effect[f->severity <= SEV_BLOCK ? f->severity : SEV_BLOCK]);
	csvfile_put_cell(out, info == NULL ? "" : info->name);
	csvfile_put_cell(out, buf_str(&text));
	csvfile_put_end(out);
	buf_clear(&text);
}

void import_report_row(struct buf *out, const struct form *form, const struct import_household *h, const struct finding *f)
{
	struct finding shown = *f;
	bool member;
	const char *column = import_column(form, f, &member);

	if (f->code == FIND_no_such_choice) {     /* a file knows columns, not lists to pick from */
		shown.code = FIND_import_code;
		shown.arg[1] = f->arg[0];
		shown.arg[0] = (char *)(uintptr_t)column;
	} else if (f->code == FIND_area_unknown && f->field == 0) {
		shown.code = FIND_import_area;
		shown.arg[0] = (char *)(uintptr_t)(column = "KDWILCAPIL");
	}
	put_row(out, member, member && f->row <= FILLING_ROWS_MAX && h->member_line[f->row] != 0 ? h->member_line[f->row] : h->line, column, &shown);
}

void import_report_orphan(struct buf *out, uint32_t line)
{
	put_row(out, true, line, "IDBDT", &(struct finding){ .code = FIND_import_orphan, .severity = SEV_BLOCK });
}
