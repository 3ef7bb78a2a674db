/* person.c - names of codes, and what a birth date may be said of. */
#include "config.h"
#include "date.h"
#include "person.h"

const char *sex_name(int sex)
{
	return sex == SEX_MALE ? "laki-laki" : sex == SEX_FEMALE ? "perempuan" : "";
}

bool presence_member(int presence)
{
	return presence == 0 || presence == PRESENCE_HERE || presence == PRESENCE_NEW;
}

bool person_check_birth(int32_t birth, uint32_t field, uint32_t row, struct finding_list *out)
{
	struct date d;

	if (birth == DATE_NONE)
		return true;
	d = date_civil(birth);
	if (d.day == 1 && (d.month == 1 || d.month == 7) && finding_add(out, FIND_birth_default, field, row, (char *)NULL) == NULL)
		return false;
	return d.year >= 1925 || finding_add(out, FIND_birth_old, field, row, (char *)NULL) != NULL;
}
