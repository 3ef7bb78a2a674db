/* conf.h - balai.conf: one file that balaid, balai-store and balaictl read. Grammar: scfg.h; directives: doc/balai.conf.5.
 *
 * Layer: base. Everything lives in the conf's own arena until conf_clear(). Relative paths are taken from the folder of the file.
 * An unknown directive, a repeated one, a wrong number or a missing one is an error with file and line: nothing is guessed. */
#ifndef BALAI_CONF_H
#define BALAI_CONF_H
#include <stdbool.h>
#include <stddef.h>
#include "arena.h"

#define CONF_LISTEN_MAX 16
#define CONF_NOTICE_MAX 10

struct conf {
	const char *path;
	const char *office;                  /* name of the regency's office, as printed */
	int regency;                         /* 4 digits: prefix of every id */
	const char *zone; int zone_minutes;
	const char *dir, *run, *forms, *log; /* state, runtime, initial data files (may be NULL), log file (may be NULL: stderr) */
	const char *socket;                  /* RUN/store.sock */
	struct { const char *address; int port; bool registered; } listen[CONF_LISTEN_MAX]; size_t nlisten;
	const char *host_key, *host_key_next;            /* DIR/host_key and DIR/host_key.next unless named */
	const char *notice[CONF_NOTICE_MAX]; size_t nnotice;
	const char *user_store, *user_session, *user_hash;  /* NULL: no change of user */
	const char *authorized_keys;         /* folder, or NULL */
	int unauthenticated, registered, per_source, sessions, session_memory_mb, idle_minutes, lock_minutes;
	struct arena arena;
};

/* 0; ERR_PARSE or ERR_IO or ERR_NOMEM with one line of English in err ("FILE:LINE: what"). */
int  conf_read(struct conf *, const char *path, char err[256]);
void conf_clear(struct conf *);

#endif
