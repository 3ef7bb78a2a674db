/* person.h - codes of persons and memberships that the program itself must know; all others are rows of forms/list.
 *
 * Layer: model. Values are those of the inherited questionnaire (domain.md 5.3). */
#ifndef BALAI_PERSON_H
#define BALAI_PERSON_H
#include <stdbool.h>
#include <stdint.h>
#include "finding.h"

enum sex { SEX_UNKNOWN = 0, SEX_MALE = 1, SEX_FEMALE = 2 };
/* To the head of the household (Hub_KRT) and, from the same list, to the head of the family (Hubkel). */
enum relation {
	RELATION_HEAD = 1, RELATION_SPOUSE = 2, RELATION_CHILD = 3, RELATION_CHILD_IN_LAW = 4, RELATION_GRANDCHILD = 5,
	RELATION_PARENT = 6, RELATION_SERVANT = 7, RELATION_OTHER = 8
};
enum presence {
	PRESENCE_HERE = 1, PRESENCE_DEAD = 2, PRESENCE_MOVED = 3, PRESENCE_NEW = 4, PRESENCE_MISTAKE = 5, PRESENCE_NOT_FOUND = 6
};
/* Ada_kartu_identitas is a sum of bits, not a code. */
enum id_papers { PAPER_BIRTH = 1, PAPER_PUPIL = 2, PAPER_ID_CARD = 4, PAPER_LICENCE = 8, PAPER_ALL = 15 };

const char *sex_name(int sex);                    /* "laki-laki", "perempuan", "" */
bool presence_member(int presence);               /* lives in the household: 1, 4, or not yet answered (0) */

/* Informs about a birth date that is often a guess (1 January, 1 July) or very early. DATE_NONE gives nothing. */
bool person_check_birth(int32_t birth, uint32_t field, uint32_t row, struct finding_list *);

#endif
