/* register_model.h - the register as a child would keep it: arrays of households and persons, copied whole.
 *
 * It shares nothing with src/store or src/form: what a change means is written here a second time, from the rules, so that the
 * store can be compared with it. One state is one struct; a base is a copy; a refusal is the code of a finding. */
#ifndef BALAI_REGISTER_MODEL_H
#define BALAI_REGISTER_MODEL_H
#include <stdbool.h>
#include <stdint.h>

#define MH 1600
#define MP 4200
#define MF 10                    /* families of a household: 1..9 */
#define MROWS 60
#define MAREA 80
#define MVAL 28

enum { F_ADDRESS, F_RT, F_RW, F_HAMLET, F_FLOOR, F_ROOF, HF };             /* fields of a household */
enum { F_NAME, F_NIK, F_SEX, F_BIRTH, F_MOTHER, F_SCHOOL, F_WORK, PF,      /* of a person */
       F_REL = PF, F_FREL, F_CARD, MFIELD };                               /* of his place in the family */

struct mcard { int id; char no[17]; };                                     /* id 0: no open card */
struct mhouse { int64_t id; int area; char v[HF][MVAL]; char state; int into; struct mcard card[MF]; };   /* state a x m */
struct mperson {
	int64_t id; char v[PF][MVAL]; bool dead, erased; int into;         /* into: merged into that person, -1 */
	int home, fam, mid; char rel[3], frel[3];                          /* home -1: nowhere */
};
struct mstate {
	struct mhouse h[MH]; int nh;
	struct mperson p[MP]; int np;
	int next;                                                          /* numbers for cards and memberships */
	struct { int from; int64_t seq; } area[MAREA]; int nareas;         /* from: split off that one at seq; -1 */
};

enum mkind { K_NEW, K_CORRECTION, K_EXIT, K_MOVE, K_MEMBER_MOVES, K_HEAD_DIED, K_SPLIT, K_MERGE, K_UNMERGE, KINDS };
extern const char *const kind_name[KINDS];

struct medit { int person, field; char value[MVAL]; };                     /* person -1: the household */
struct mpart { int person; bool goes; char rel[3], frel[3]; int same_as, take; char leaves; };   /* a row of the form */
struct mlater { int field, person; char now[MVAL]; int goes; };            /* field -1 left, -2 joined, -3 area */
struct mnew { char v[PF][MVAL]; char rel[3], frel[3]; int fam; };
struct mchange {
	enum mkind kind; int h, other, area; int64_t base_seq;
	char v[HF][MVAL], card[17];
	struct medit e[6]; int ne;
	struct mnew n[5]; int nn;
	struct mpart row[MROWS]; int nrow;                                  /* members as of the base, in the order of the form */
	struct mpart pair[MROWS]; int npair;                                /* merge: the loser's */
	int take[HF], rest;
	struct mlater later[80]; int nlater;                                /* unmerge: what the clerk answered */
	char join_v[PF][MVAL];
	int join, join_fam;                                                 /* correction: a person known elsewhere comes; -1 */
	bool same_address; int fam;                                         /* member_moves: family in the target */
};

struct mmini { struct mhouse h; struct mperson p[MROWS]; int who[MROWS], n; };
struct mmerge { int winner, loser; bool undone; struct mmini wpre, lpre, wpost; };
extern struct mmerge merges[2000];
extern int nmerges;

/* What `now` becomes when the change made on `base` is applied, or why it is refused (a finding's code; 0 applied). now changes
 * only when applied. A new household is h[nh - 1] afterwards, new persons are the last ones; their ids are not set here. */
int model_apply(const struct mstate *base, struct mstate *now, const struct mchange *);
void model_erase(struct mstate *, int person);           /* and whoever was merged into him; also in `merges` */
bool model_member(const struct mstate *, int h, int p);
int  model_members(const struct mstate *, int h, int out[MROWS]);          /* in the order of the form's rows */
const char *model_card_shown(const struct mstate *, int h, int p);         /* the number in this member's row */
int  model_later(const struct mstate *, const struct mmerge *, struct mlater out[80]);
struct mmerge *model_merge_of(int winner, int loser);
void model_merged_at(int64_t seq);                        /* the merge just applied has this journal number */
bool model_alive(const struct mstate *, int h);          /* active */
#endif
