/* family_card.h - the 16-digit number of a family card: PPRRCC of issue, DDMMYY of recording, SSSS (domain.md 6.2).
 *
 * Layer: model. Like a NIK it is never repaired. It sticks to the head of family, so a foreign area is no fault. */
#ifndef BALAI_FAMILY_CARD_H
#define BALAI_FAMILY_CARD_H
#include <stdbool.h>
#include <stdint.h>
#include "finding.h"

struct family_card_no { char area[7]; int day, month, year2, serial; };   /* as they stand in the number */

bool family_card_parse(const char *typed, struct family_card_no *);
/* village: dotted code of residence, or NULL. An empty text gives no finding. false when no memory. */
bool family_card_check(const char *typed, const char *village, uint32_t field, uint32_t row, struct finding_list *);

#endif
