/* flow.h - the way of a dossier as rows of a file: states, events, gates and queues of one registry profile.
 *
 * Layer: model. Pure; knows neither SQL nor who is logged in. forms/flow/README documents the grammar.
 * A struct flow is read once and never changes; it is shared read-only by any number of threads; flow_free() gives it back.
 * Bits: state i, gate i and kind i of the arrays below are bit (1u << i) of the masks; at most FLOW_MAX of each.
 * Roles are the bits struct flow_words gives them (wire.h: enum role): this layer only carries them.
 * Invariants after flow_read(): every name resolved; every state but the first reachable from it; every state that is not
 * `final` has a way out; every event can be fired by somebody (roles, or by the store alone); no event that leads to a
 * state marked `decided` may be fired by the dossier's maker; every state of a queue has an event the queue's roles may fire. */
#ifndef BALAI_FLOW_H
#define BALAI_FLOW_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FLOW_MAX 24            /* states, gates, kinds, queues, each */
#define FLOW_EVENTS_MAX 48
#define FLOW_LEASES 20         /* of a queue that does not say how many */

/* What the store does besides changing the state when an event fires. */
enum flow_does {
	FLOW_DOES_NOTHING,
	FLOW_DOES_SUBMIT,      /* dossier_submit while the window is open */
	FLOW_DOES_RESERVE,     /* dossier_submit while it is closed */
	FLOW_DOES_OPEN,        /* the window opened: the reserve goes on */
	FLOW_DOES_RETURN,      /* back to the maker; also what the store fires when an apply was refused */
	FLOW_DOES_APPLY,       /* the register changes in this transaction */
	FLOW_DOES_FINALISE     /* frozen in a batch */
};
enum flow_maker { FLOW_MAKER_NO, FLOW_MAKER_MAY, FLOW_MAKER_ONLY };
enum flow_order { FLOW_ORDER_SUBMITTED, FLOW_ORDER_STATE };   /* by first submission, by entry into the state */

struct flow_state {
	const char *name, *label;
	const char *waits;         /* "menunggu verifikasi": what it waits for, shown to the maker; NULL */
	bool on_path;              /* a station of the path shown on the dossier sheet, in file order */
	bool final;                /* nothing leads out */
	bool decided;              /* only somebody else than the maker may bring it here */
	unsigned days;             /* a dossier may stay this long, 0: no limit */
	int line;
};
struct flow_kind { const char *name, *label, *form; int line; };
struct flow_result { const char *name, *label; bool opens; };
struct flow_gate {
	const char *name, *label, *basis;
	char letter;               /* M L P D on the list */
	unsigned roles;            /* who may record it */
	uint32_t states;           /* while the dossier is in one of these */
	struct flow_result *result; size_t nresult;
	int line;
};
struct flow_need { uint32_t gates, kinds; };
struct flow_event {
	const char *name, *label, *basis;
	char letter;               /* key on the dossier sheet, 0: none */
	uint32_t from; uint8_t to; /* mask of states; a state */
	unsigned roles;            /* who may fire it; 0: the store alone */
	uint32_t kinds;            /* for these kinds */
	enum flow_maker maker;
	enum flow_does does;
	bool lease;                /* only by who holds the dossier, or when nobody does */
	bool note, flags;          /* a note must be written; fields may be pointed at */
	const char *reasons;       /* choice list a reason must come from, NULL: none asked */
	const char *refusal;       /* does return: the reason the store gives when the register or the validator refused */
	struct flow_need need[8]; size_t nneed;   /* gates that must be open */
	struct flow_need mind[8]; size_t nmind;   /* gates that hinder once recorded with a result that does not open them */
	int line;
};
struct flow_queue {
	const char *name, *title;
	uint32_t states, kinds; unsigned roles;
	enum flow_order order;
	unsigned lease_minutes, days;
	unsigned leases;           /* how many one account may hold at a time */
	int line;
};
struct flow {
	const char *name, *title, *profile;
	unsigned version;
	const char *valid_from;    /* YYYY-MM-DD */
	const char *basis;         /* legal basis, as printed on the letter */
	struct flow_state *state; size_t nstate;
	struct flow_kind *kind;   size_t nkind;
	struct flow_gate *gate;   size_t ngate;
	struct flow_event *event; size_t nevent;
	struct flow_queue *queue; size_t nqueue;
	void *priv;
};

/* What the file's words mean to the rest of the program. role: 0 when there is none of that name; list NULL: not checked. */
struct flow_words { unsigned (*role)(const char *name); bool (*list)(void *arg, const char *name); void *arg; };
struct flow_error { int line; char text[200]; };

/* 0, ERR_PARSE with *err (English, found and expected), or ERR_NOMEM. */
int  flow_read(const char *text, size_t n, const struct flow_words *, struct flow **, struct flow_error *err);
void flow_free(struct flow *);

int flow_state_index(const struct flow *, const char *name);       /* -1: none */
int flow_kind_index(const struct flow *, const char *name);
int flow_gate_index(const struct flow *, const char *name);
const struct flow_queue *flow_queue_named(const struct flow *, const char *name);
const struct flow_result *flow_gate_result(const struct flow_gate *, const char *name);
/* The event of that name (or the first that does that) which leads out of the state for the kind; NULL: none. */
const struct flow_event *flow_event_named(const struct flow *, const char *name, int state, int kind);
const struct flow_event *flow_event_doing(const struct flow *, enum flow_does, int state, int kind);

/* Gates that keep an event from firing: open and shut are masks of gates recorded with a result that opens / does not. */
uint32_t flow_hindrance(const struct flow_event *, int kind, uint32_t open, uint32_t shut);
uint32_t flow_gates_asked(const struct flow *, int kind);            /* gates any event needs for that kind */

#endif
