/* store_priv.h - struct store inside; for the engine's files and the test fixture.
 *
 * Layer: store. Fields say which thread may touch them. */
#ifndef BALAI_STORE_PRIV_H
#define BALAI_STORE_PRIV_H
#include <pthread.h>
#include <stdatomic.h>
#include "store.h"

struct tell { int64_t account; uint64_t except; enum wire_event event; int64_t object; char slot[6], text[120]; bool unbind; };  /* slot "": any */
struct loaded;                            /* a form or flow in memory */

struct store {
	char *dir; int64_t regency; char *office; int zone_minutes; uint8_t uuid[16]; int64_t epoch_no;   /* fixed after store_open */
	uint8_t receipt_key[32];              /* fixed; DIR/receipt.key */
	const char *notice[10]; size_t nnotice;   /* fixed; borrowed from the configuration */
	_Atomic uint64_t epoch;               /* of grants, accounts, areas: scope_actor */
	_Atomic uint64_t data_epoch;          /* of lists: forms are read anew */
	bool data_changed;                    /* writer only: data_epoch goes up after the commit */
	bool scope_changed;                   /* writer only: so does epoch, once more */
	pthread_mutex_t lock;                 /* loaded */
	struct loaded *loaded;
	struct tell *tell; size_t ntell, tell_size;   /* writer only: gathered in a batch, given to the loop after its commit */
	_Atomic int mode;                     /* enum store_mode: what the last batch met */
	_Atomic int64_t started_at, wal_pages, batches, batch_requests, jobs_waiting, clients, bound;   /* for status_show */
	const char *ballast;                  /* path of the ballast file */
};
enum store_mode { STORE_FINE = 0, STORE_FULL = 1, STORE_READONLY = 2 };

/* 0; ERR_NOTFOUND: no office in this file yet; ERR_. Reads the office row and the key file (made when it is not there). */
int  store_open(struct store **, struct db *, const char *dir);
void store_close(struct store *);
uint64_t store_epoch(const struct store *);
void store_epoch_next(struct store *);
/* Unbinds every connection of the account but `except`, in the same step as it is told. Writer only. */
void store_unbind(struct op_ctx *, int64_t account, const char *slot, enum wire_event, uint64_t except);
/* The text of a list by its newest version, for form_source; *n its bytes. Lives in the arena. */
const char *store_list(struct db *, struct arena *, const char *name, size_t *n);
/* Reads a form with the lists of the database: what data_load does before it takes a body. */
int  store_form_read(struct db *, const char *name, const char *body, size_t n, struct form **, struct form_error *);
/* backup.c: how many files the database names, and how many of them are not in DIR/blob. */
int  backup_files(struct db *, const char *dir, int64_t *files, int64_t *missing);
int  store_flow_read(struct db *, const char *body, size_t n, struct flow **, int *line, char *fault, size_t size);

#endif
