/* office.h - a real office for a test: a directory, balai-store as a process, clients on its socket. */
#ifndef BALAI_TEST_OFFICE_H
#define BALAI_TEST_OFFICE_H
#include <stdbool.h>
#include <sys/types.h>
#include "call.h"

struct office { char dir[64], conf[96], socket[96], code[16]; pid_t pid; };

void office_make(struct office *, bool forms);          /* conf, --init; code: of the account admin */
void office_start(struct office *);                     /* and waits until it accepts */
void office_kill(struct office *, int sig);             /* and waits for its end; returns at once when it is not running */
void office_remove(struct office *);
int  office_run(const struct office *, const char *arg1, const char *arg2, const char *arg3, char *out, size_t size);  /* balai-store ARGS; exit status */

/* Connected and greeted. */
void office_connect(const struct office *, struct call_line *, const char *program);
/* 1 bound (ticket kept), 0 refused, ERR_. */
int  office_login(struct call_line *, const char *account, const char *secret, uint8_t ticket[32]);
/* A password after a one-time code; asserts. */
void office_password(struct call_line *, const char *password);
/* First login of admin with its code, and the password ADMIN_PASSWORD. */
#define ADMIN_PASSWORD "kuda makan rumput biru"
void office_admin(const struct office *, struct call_line *);
/* A new account with a role in an area and the password; the account's id. */
int64_t office_account(struct call_line *admin, const struct office *, const char *name, const char *role, int64_t area, const char *password);
/* Asks; 1 done, 0 refused with the first finding's code in *code. */
int  office_ask(struct call_line *, enum op, const void *rq, void **rp, uint32_t *code);

#endif
