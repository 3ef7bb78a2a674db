/* family_card.c - taking a card number apart and saying what is wrong with it. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "area.h"
#include "date.h"
#include "family_card.h"
#include "nik.h"

bool family_card_parse(const char *typed, struct family_card_no *out)
{
	struct nik n;

	if (!nik_parse(typed, &n))
		return false;
	memcpy(out->area, n.area, sizeof out->area);
	out->day = n.typed_day;                   /* the day of recording has no +40 */
	out->month = n.month;
	out->year2 = n.year2;
	out->serial = n.serial;
	return true;
}

static bool add(struct finding_list *out, enum finding_code code, uint32_t field, uint32_t row, const char *arg)
{
	return finding_add(out, code, field, row, arg, (char *)NULL) != NULL;
}

bool family_card_check(const char *typed, const char *village, uint32_t field, uint32_t row, struct finding_list *out)
{
	struct family_card_no c;
	char text[24], six[7] = "";
	size_t digits;

	if (typed == NULL || typed[0] == 0)
		return true;
	if (nik_is_scientific(typed))
		return add(out, FIND_card_scientific, field, row, NULL);
	digits = strspn(typed, "0123456789");
	if (typed[digits] != 0) {
		size_t n = 1;

		while (n < 4 && ((unsigned char)typed[digits + n] & 0xc0) == 0x80)
			n++;
		snprintf(text, sizeof text, "%.*s", (int)n, typed + digits);
		return add(out, FIND_card_digits, field, row, text[0] == ' ' ? "spasi" : text);
	}
	if (!family_card_parse(typed, &c)) {
		snprintf(text, sizeof text, "%zu", digits);
		return add(out, FIND_card_length, field, row, text);
	}
	if (c.serial == 0 && !add(out, FIND_card_serial_zero, field, row, NULL))
		return false;
	if (!date_valid(2000 + c.year2, c.month, c.day) && !date_valid(1900 + c.year2, c.month, c.day) &&
	    !add(out, FIND_card_date, field, row, NULL))
		return false;
	if (village != NULL)
		area_six(village, six);
	return six[0] == 0 || strcmp(six, c.area) == 0 || add(out, FIND_card_area_other, field, row, NULL);
}
