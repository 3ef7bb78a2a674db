/* ctl.h - what the commands of balaictl share.
 *
 * Part of the program balaictl. A command is a row of ctl_table (balaictl.c) and a function `ctl_<noun>_<verb>`; it gets
 * its arguments without its own name and returns the program's exit status. What comes from outside is printed only
 * through ctl_show(), ctl_findings() or a file the user named. */
#ifndef BALAI_CTL_H
#define BALAI_CTL_H
#include <stdbool.h>
#include "call.h"
#include "conf.h"

enum ctl_exit { CTL_DONE = 0, CTL_REFUSED = 1, CTL_USAGE = 2, CTL_UNREACHABLE = 3 };

struct ctl {
	const char *conf_path;
	struct conf conf;
	bool conf_read;
	const char *socket;
	const char *account;
	const char *password_file;      /* NULL: asked on the terminal */
	struct call_line line;
	bool connected, bound, must_change;
	const char *self;               /* argv[0] */
};

typedef int ctl_run(struct ctl *, int argc, char **argv);

/* What a command needs before it runs; balaictl.c brings it about. */
enum ctl_need { CTL_NOTHING = 0, CTL_CONF = 1, CTL_STORE = 2, CTL_LOGIN = 4 };

/* ctl_login.c. Each says on stderr what went wrong and what to do, and returns CTL_DONE or the exit status. */
int  ctl_read_conf(struct ctl *);
int  ctl_connect(struct ctl *);
int  ctl_login(struct ctl *, bool changing_password);
void ctl_close(struct ctl *);
/* CTL_DONE with *rp, or the reason was printed. `what` names the thing asked for in a message ("load the form"). */
int  ctl_ask(struct ctl *, enum op, const void *rq, const void **rp, const char *what);
int  ctl_secret(const char *file, const char *prompt, bool twice, struct buf *out);

/* ctl_say.c */
int  ctl_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));      /* returns CTL_USAGE */
int  ctl_refuse(const char *fmt, ...) __attribute__((format(printf, 1, 2)));     /* returns CTL_REFUSED */
void ctl_findings(const struct finding_list *, const char *what);
const char *ctl_show(struct buf *, const char *);        /* cleans s into the buffer (emptied first); its text */
void ctl_time(int64_t ms, int zone_minutes, char out[24]);
int  ctl_read_file(const char *path, size_t most, struct buf *out);              /* text; CTL_DONE or said why not */
int  ctl_read_bytes(const char *path, size_t most, struct buf *out);             /* anything, also nothing */
/* Takes `--name VALUE` out of the arguments; NULL when it is not there. */
const char *ctl_option(int *argc, char **argv, const char *name);
bool ctl_flag(int *argc, char **argv, const char *name);         /* takes `--name` out */
int  ctl_int(const char *s, const char *what, int64_t *out);
int64_t ctl_today(const struct ctl *, char out[11]);     /* days; YYYY-MM-DD of the office */

/* ctl_exec.c: another program of Balai, beside this one or in libexecdir. */
int  ctl_exec(struct ctl *, const char *program, const char *const argv[]);             /* only returns when it failed */
int  ctl_wait(struct ctl *, const char *program, const char *const argv[]);             /* its exit status */
int  ctl_hand_over(struct ctl *, const char *program, const char *const argv[]);        /* exec, the bound socket as descriptor 3 */

/* ctl_backup.c: the database alone, into a new file. */
#define CTL_DB_NAME "balai.db"
int  ctl_backup_database(struct ctl *, const char *path);

/* ctl_area.c */
int  ctl_area_find(struct ctl *, const char *code, int64_t *id);

ctl_run ctl_init, ctl_own, ctl_status, ctl_doctor, ctl_backup, ctl_backup_keys, ctl_restore, ctl_password_change;
ctl_run ctl_form_check, ctl_form_show, ctl_form_eval, ctl_form_load, ctl_list_load, ctl_flow_check, ctl_flow_load, ctl_period_load, ctl_period_list;
ctl_run ctl_area_list, ctl_area_recode, ctl_area_split, ctl_area_import, ctl_import, ctl_import_accept;
ctl_run ctl_account_list, ctl_account_add, ctl_account_enable, ctl_account_disable, ctl_account_reset, ctl_account_recover, ctl_grant_give, ctl_grant_end;
ctl_run ctl_journal_head, ctl_journal_export, ctl_journal_verify, ctl_person_erase, ctl_queue;

#endif
