/* office_reset.c - the way back in for whoever owns the machine: a new one-time code for an account nobody can log in to.
 *
 * The state directory is open to its own user and to root alone, and both could write the database anyway: so what is asked for is not
 * a password but that the office is stopped, and that it stands in the journal. */
#include "config.h"
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "auth.h"
#include "log.h"
#include "office_priv.h"
#include "password.h"
#include "proc.h"

/* The account by its name, disabled or not; ERR_NOTFOUND. */
static int find(struct making *m, const char *name, int64_t *account)
{
	struct q *q = db_q(m->db, ST_account_by_name_any);
	int r;

	q_text(q, 1, name);
	if ((r = q_step(q)) == 1)
		*account = q_get_int(q, 0);
	q_reset(q);
	return r < 0 ? r : r == 1 ? 0 : ERR_NOTFOUND;
}

static int reset(struct making *m, struct op_ctx *cx, const char *name, int64_t account, const char *hash)
{
	struct q *q;
	int r = auth_code_put(cx, account, hash);

	if (r != 0 || (r = bar_forget(m->db, m->store, name)) != 0)
		return r;
	q = db_q(m->db, ST_account_state);
	q_int(q, 1, account);
	q_text(q, 2, "active");
	q_int(q, 3, cx->seq);
	if ((r = q_done(q)) != 0)
		return r;
	q = db_q(m->db, ST_ticket_drop_account);
	q_int(q, 1, account);
	q_int(q, 2, 0);
	if ((r = q_done(q)) != 0)
		return r;
	journal_reason(cx->leaf, "on_the_server");
	journal_object(cx->leaf, JT_ACCOUNT, account);
	return journal_touch(cx->leaf, JT_ACCOUNT, account);
}

static int code_give(struct making *m, const char *name, int hash_fd)
{
	char code[CODE_SIZE], hash[HASH_TEXT];
	struct finding_list f;
	struct op_ctx cx;
	struct arena a;
	int64_t account;
	int r;

	if ((r = office_code(hash_fd, code, hash)) != 0)
		return r;
	arena_init(&a, 1u << 20);
	finding_list_init(&f);
	office_context(m, &cx, &a, &f, OP_account_reset);
	if ((r = find(m, name, &account)) == ERR_NOTFOUND) {
		log_err("there is no account %s in this office", name);
	} else if (r == 0 && (r = db_begin(m->db)) == 0 && ((r = reset(m, &cx, name, account, hash)) != 0 || (r = office_finish(m, &cx)) != 0)) {
		db_rollback(m->db);
	}
	if (r == 0)
		printf("%s %s\n", name, code);
	finding_list_clear(&f);
	arena_clear(&a);
	explicit_bzero(code, sizeof code);
	return r;
}

int office_reset(const struct conf *c, const char *hash_program, const char *name)
{
	struct making m = { 0 };
	char path[512];
	int lock, hash_fd, r;

	snprintf(path, sizeof path, "%s/balai.db", c->dir);
	if (access(path, R_OK | W_OK) != 0) {
		log_err("%s cannot be opened: there is no office here, or this is not the user it belongs to", path);
		return ERR_NOTFOUND;
	}
	if ((lock = office_lock(c->dir)) < 0)
		return lock;
	if ((r = office_hash(c, hash_program, &hash_fd)) != 0) {
		close(lock);
		return r;
	}
	/* balai-hash needed root for the pepper; the database stays the office's own user's. */
	if (c->user_store && getuid() == 0)
		r = proc_drop(c->user_store);
	if (r == 0 && (r = db_open(&m.db, path, DB_WRITE)) == 0 && (r = store_open(&m.store, m.db, c->dir)) == 0 &&
	    (r = journal_open(&m.journal, m.db)) == 0)
		r = code_give(&m, name, hash_fd);
	store_close(m.store);
	if (r == 0)
		r = db_checkpoint(m.db, true, NULL);
	db_close(m.db);
	close(hash_fd);
	close(lock);
	return r;
}
