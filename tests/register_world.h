/* register_world.h - a small regency for tests of the register: areas, forms, and fillings that the validator takes.
 *
 * Rows of fillings are set by the names of fields. Persons are synthetic: every NIK begins with 99. */
#ifndef BALAI_REGISTER_WORLD_H
#define BALAI_REGISTER_WORLD_H
#include "filling.h"
#include "form.h"
#include "register.h"
#include "store_fixture.h"

#define WORLD_VILLAGES 12
struct world {
	struct store_fixture f;
	int64_t admin, admin2, supervisor;
	int64_t district[2], village[WORLD_VILLAGES];
	char code[WORLD_VILLAGES][16];
	const struct form *q;                          /* the questionnaire */
	const char *questionnaire;                     /* its name */
	unsigned dossiers;                             /* numbers given so far */
	struct register_row row[64]; size_t nrow;      /* what the last change made of the form's rows */
	int64_t last_seq;                              /* of the last change that was applied */
};

/* questionnaire: path under the source tree. */
void world_open(struct world *, const char *questionnaire);
void world_close(struct world *);
const struct form *world_form(struct world *, const char *kind);

/* One change as the writer makes it at `valid`: applied and committed, or refused and rolled back. filling is not consumed.
 * 0 or OP_REFUSED; findings stay in w->f.findings until the next call. household out: the one that came out of it. */
int world_apply(struct world *, const char *kind, int64_t household, int64_t other, int64_t area, int64_t base_seq, const struct filling *,
                int64_t *result);
int world_try(struct world *, const char *kind, int64_t household, int64_t other, int64_t area, int64_t base_seq, const struct filling *);
/* What the kind's form starts from as known at seq (0 now). */
void world_prefill(struct world *, const char *kind, int64_t household, int64_t other, int64_t seq, struct filling *);
int64_t world_seq(struct world *);                     /* the newest journal number */

void world_set(const struct form *, struct filling *, const char *field, uint32_t row, const char *value);
const char *world_get(const struct form *, const struct filling *, const char *field, uint32_t row);
/* Answers every question that is still required, with the first value the form allows. Fails the test when it cannot. */
void world_complete(struct world *, const struct form *, struct filling *, const struct filling *base);
bool world_refused_with(const struct world *, enum finding_code);
/* A filling of a new household: row 1 is the head on card `card`, the others in the order given; NIK made from `n`. */
struct world_person { const char *name; int sex; const char *birth_on, *relation, *family_no, *family_relation; };
void world_household(struct world *, struct filling *, unsigned n, const char *card, const struct world_person *, size_t count);
void world_nik(char out[17], int sex, const char *birth_on, unsigned serial);
void world_card(char out[17], unsigned n);
#endif
