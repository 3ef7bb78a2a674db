/* fuzz_csv.c - a stranger's file as the household file and as the member file of an import, form and report included. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "fuzz.h"
#include "import.h"
#include "text.h"

static const char form_text[] =
	"form f 1 {\n\ttitle id \"f\"\n}\nsection 1 a {\n\tlabel id \"a\"\n}\n"
	"field 1 address text {\n\tlabel id \"b\"\n\tmax 60\n\tmap Alamat\n}\n"
	"field 2 area decimal {\n\tlabel id \"b\"\n\tscale 2\n\tmap luas\n}\n"
	"section 2 m {\n\tlabel id \"m\"\n}\nroster 400 member {\n\tlabel id \"m\"\n\tsubject person\n}\n"
	"field 401 name text {\n\tlabel id \"n\"\n\tmap Nama\n}\nfield 402 nik nik {\n\tlabel id \"n\"\n\tmap NIK\n}\n"
	"field 403 born date {\n\tlabel id \"n\"\n\tmap Lahir\n}\n";

#define MUST(x) do { if (!(x)) abort(); } while (0)

static const char *no_list(void *arg, const char *name, size_t *n)
{
	(void)arg;
	(void)name;
	*n = 0;
	return NULL;
}

static struct form *the_form(void)
{
	static struct form *form;
	struct form_source source = { no_list, NULL };
	struct form_error err;

	if (form == NULL && form_read("f", form_text, sizeof form_text - 1, &source, &form, &err, NULL) != 0)
		abort();
	return form;
}

static int file_of(const uint8_t *p, size_t n)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("csv", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, p, n, 0) != (ssize_t)n)
		abort();
	return dup(fd);
}

static void report_is_clean(const struct import_household *h, const struct form *form)
{
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < h->findings.n; i++) {
		import_report_row(&b, form, h, &h->findings.v[i]);
		MUST(b.len > 2 && b.data[b.len - 1] == '\n');
		for (size_t k = 0; k + 2 < b.len; k++)
			MUST(b.data[k] >= 0x20 && b.data[k] != 0x7f);
		buf_reset(&b);
	}
	buf_clear(&b);
}

static void nothing(void *arg, uint32_t line)
{
	(void)arg;
	(void)line;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct csvfile household, member;
	struct import_fault fault;
	struct import_household h;
	struct import im;
	int a = file_of(p, n), b = dup(a);

	if (csvfile_open(&household, a, &fault.at) != 0) {
		close(a);
		close(b);
		return 0;
	}
	MUST(csvfile_open(&member, b, &fault.at) == 0);
	if (import_open(&im, the_form(), &household, &member, 20000, &fault) == 0) {
		for (size_t i = 0; i < household.nrecord; i++)
			if (import_household(&im, i, &h, &fault) == 0) {
				for (size_t k = 0; k < h.filling.n; k++)
					MUST(text_is_clean(h.filling.v[k].value));
				report_is_clean(&h, the_form());
				import_household_clear(&h);
			}
		import_orphans(&im, nothing, NULL);
		import_close(&im);
	}
	csvfile_close(&household);
	csvfile_close(&member);
	return 0;
}
