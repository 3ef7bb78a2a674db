/* area.h - what an area's code says by itself.
 *
 * Layer: model. Kemendagri form, dotted: PP, PP.RR, PP.RR.CC, PP.RR.CC.DDDD (domain.md 6.4); BPS form: 10 digits 2+2+3+3 with
 * other numbers. A code is never an identity: register rows point at the area's id. */
#ifndef BALAI_AREA_H
#define BALAI_AREA_H
#include <stdbool.h>
#include <stddef.h>

#define AREA_CODE_SIZE 14                          /* "PP.RR.CC.DDDD" and its end */

enum area_level { AREA_NONE = 0, AREA_PROVINCE = 1, AREA_REGENCY = 2, AREA_DISTRICT = 3, AREA_VILLAGE = 4 };
enum village_kind { VILLAGE_NONE = 0, VILLAGE_KELURAHAN = 1, VILLAGE_DESA = 2, VILLAGE_ADAT = 3 };

enum area_level area_level(const char *code);      /* AREA_NONE when it is no dotted code */
bool area_code_parse(const char *typed, char out[static AREA_CODE_SIZE]);   /* dotted or 2, 4, 6, 10 digits -> dotted */
bool area_parent(const char *code, char out[static AREA_CODE_SIZE]);        /* "" and false for a province */
bool area_contains(const char *code, const char *inner);   /* same or below, by code */
bool area_is_city(const char *code);               /* kota: second part 71 and up */
enum village_kind area_village_kind(const char *code);     /* first digit of the village's part */
const char *area_level_word(const char *code);     /* "provinsi" "kabupaten" "kota" "kecamatan" "kelurahan" "desa" "desa adat" "" */
void area_six(const char *code, char out[static 7]);       /* six digits of the district, "" above it: prefix of NIK and cards */
bool area_bps_valid(const char *code);             /* 2, 4, 7 or 10 digits */

#endif
