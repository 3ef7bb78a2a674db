/* area.c - the levels of a code, and its two spellings. */
#include "config.h"
#include <string.h>
#include "area.h"

static const size_t length_of[] = { [AREA_PROVINCE] = 2, [AREA_REGENCY] = 5, [AREA_DISTRICT] = 8, [AREA_VILLAGE] = 13 };

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

enum area_level area_level(const char *code)
{
	size_t n;

	if (code == NULL)
		return AREA_NONE;
	n = strlen(code);
	for (int level = AREA_PROVINCE; level <= AREA_VILLAGE; level++) {
		if (n != length_of[level])
			continue;
		for (size_t i = 0; i < n; i++)
			if ((i == 2 || i == 5 || i == 8) ? code[i] != '.' : !digit(code[i]))
				return AREA_NONE;
		return level;
	}
	return AREA_NONE;
}

bool area_code_parse(const char *typed, char out[static AREA_CODE_SIZE])
{
	size_t n = typed == NULL ? 0 : strlen(typed), k = 0;

	out[0] = 0;
	if (area_level(typed) != AREA_NONE) {
		memcpy(out, typed, n + 1);
		return true;
	}
	if ((n != 2 && n != 4 && n != 6 && n != 10) || strspn(typed, "0123456789") != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (i == 2 || i == 4 || i == 6)
			out[k++] = '.';
		out[k++] = typed[i];
	}
	out[k] = 0;
	return true;
}

bool area_parent(const char *code, char out[static AREA_CODE_SIZE])
{
	enum area_level level = area_level(code);

	out[0] = 0;
	if (level <= AREA_PROVINCE)
		return false;
	memcpy(out, code, length_of[level - 1]);
	out[length_of[level - 1]] = 0;
	return true;
}

bool area_contains(const char *code, const char *inner)
{
	enum area_level level = area_level(code);

	return level != AREA_NONE && area_level(inner) >= level && strncmp(code, inner, length_of[level]) == 0;
}

bool area_is_city(const char *code)
{
	return area_level(code) >= AREA_REGENCY && code[3] >= '7';
}

enum village_kind area_village_kind(const char *code)
{
	if (area_level(code) != AREA_VILLAGE || code[9] < '1' || code[9] > '3')
		return VILLAGE_NONE;
	return code[9] - '0';
}

const char *area_level_word(const char *code)
{
	static const char *const village[] = { "desa", "kelurahan", "desa", "desa adat" };

	switch (area_level(code)) {
	case AREA_PROVINCE: return "provinsi";
	case AREA_REGENCY:  return area_is_city(code) ? "kota" : "kabupaten";
	case AREA_DISTRICT: return "kecamatan";
	case AREA_VILLAGE:  return village[area_village_kind(code)];
	default:            return "";
	}
}

void area_six(const char *code, char out[static 7])
{
	out[0] = 0;
	if (area_level(code) < AREA_DISTRICT)
		return;
	memcpy(out, code, 2);
	memcpy(out + 2, code + 3, 2);
	memcpy(out + 4, code + 6, 2);
	out[6] = 0;
}

bool area_bps_valid(const char *code)
{
	size_t n = code == NULL ? 0 : strlen(code);

	return (n == 2 || n == 4 || n == 7 || n == 10) && strspn(code, "0123456789") == n;
}
