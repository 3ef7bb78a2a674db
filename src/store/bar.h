/* bar.h - how long a name has to wait for its next try to log in.
 *
 * Layer: store. Pure delays, no lock: a lock is a weapon in the hand of whoever knows a clerk's name, and names are no secret. What is
 * wanted at once is that guessing is hopeless and that a stranger cannot keep the owner out, so tries are counted in two places:
 *
 *   (name, network)  the /24 or /48 the try came from. Five tries are free, then 1, 2, 4 s ... at most 15 min. Somebody who guesses
 *                    makes only the own network wait, and from one network learns about 100 answers a day.
 *   (name)           one budget for all networks together from which the account has not yet logged in well (in the last 90 days;
 *                    the newest 16 are kept): 20 tries, and one more every 3 min. A thousand networks together test 500 passwords a
 *                    day and no more. One network alone never uses the budget up, and it takes five to keep it empty: each waits 15 min a try.
 *
 * So a stranger cannot touch the owner at the usual desk at all: that network is not in the budget and its delays are its own. From a
 * network that is new to the account the owner stands behind the budget, and only while many networks attack that one name; then the
 * way in is the usual desk or a one-time code, which nothing bars: it has 50 bits, and what can be tried in its 24 hours is 2^-28 of
 * them. Without a second administrator balai-store --reset-account gives one out on the server itself.
 *
 * A success forgets the delay of its network, and that account's name starts to count anew; the budget of the strangers goes on, or each
 * login of the owner would hand them 20 tries more. A name nobody has is counted in the same way. The locked screen and the change of
 * a password count under a place of their own (BAR_DESK): what happens at the door says nothing about who sits at the desk.
 *
 * The network is what the session says. A session that was broken before its login can lie about it: then the delays of a network
 * grow that did nothing, 15 min at most, or the budget alone bounds it; both counters are in the store. */
#ifndef BALAI_BAR_H
#define BALAI_BAR_H
#include "op.h"

#define BAR_FREE 5                     /* tries of a network, then 1, 2, 4 ... seconds */
#define BAR_DELAY_MAX_MS 900000
#define BAR_BUDGET 20                  /* tries of all strange networks together, and one more every ... */
#define BAR_REFILL_MS 180000
#define BAR_KNOWN_DAYS 90
#define BAR_LOUD 100                   /* failures since the last login: status and doctor speak of it */
#define BAR_DESK "desk"                /* in place of a network: tries of somebody who is logged in */
#define BAR_NET_SIZE 88

/* One try: whom it names, whence it came. account 0: nobody has that name. */
struct bar { uint8_t name[32], net[32]; char place[BAR_NET_SIZE]; int64_t account; bool known; };

/* The /24 or /48 of an address as text; what is no address (a local socket) as it stands. */
void bar_network(const char *peer, char out[static BAR_NET_SIZE]);
int  bar_of(struct db *, const struct store *, const char *name, int64_t account, const char *peer, int64_t now_ms, struct bar *out);
/* *until: not to be looked at before; *failed: tries in vain since the last login. 0, ERR_. */
int  bar_look(struct db *, const struct bar *, int64_t *until, int64_t *failed);
int  bar_failed(struct db *, const struct bar *, int64_t now_ms);
int  bar_passed(struct db *, const struct bar *, int64_t now_ms);   /* the network is one of the account's from now on */
int  bar_desk_passed(struct db *, const struct bar *);              /* a password given again: the network stays as it was */
/* All that is counted against a name is forgotten; the networks its account is known from stay. */
int  bar_forget(struct db *, const struct store *, const char *name);
int  bar_prune(struct db *, int64_t now_ms);

#endif
