/* server.c - the loop: connections, bindings, and answers that leave. */
#include "config.h"
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>
#include "auth.h"
#include "clock.h"
#include "hash_wire.h"
#include "log.h"
#include "reader.h"
#include "sandbox.h"
#include "server.h"

/* What one connection may occupy; more is not read from it until there is room again. Of a reply nobody knows the length before it
 * is made, so each request on its way counts with the longest of the last replies. */
#define PENDING_MAX 64                 /* requests on their way */
#define WAY_MAX (2u << 20)             /* bytes of them, and of the replies they are expected to get */
#define REPLY_GUESS (32u << 10)
#define UNSENT_MAX (256u << 10)        /* bytes of replies the client has not taken: nothing new is begun above it */
#define OUT_MAX (4u << 20)             /* and above this, with what was on its way and what it is told unasked, it is dropped */
#define UNBOUND_MS 180000              /* a connection nobody logged in on */
#define TRIES_MAX 6
#define HASH_SENT 80                   /* with balai-hash at once */

struct conn {
	uv_pipe_t pipe;
	struct server *server;
	uint64_t number;
	struct frame_reader in;
	int64_t account, binding; bool must_change;
	char slot[6], peer[81], name[129];
	unsigned tries, pending;
	size_t asked, reply_guess;        /* bytes of the requests on their way; of a reply */
	uint64_t turn;                    /* of its last request with the readers */
	int64_t came_ms;
	bool closing, stopped;
};

struct server {
	uv_loop_t loop;
	uv_pipe_t listener; uv_async_t wake; uv_timer_t timer, hold; uv_signal_t term, intr; uv_poll_t hash;
	struct store *store; struct writer writer; struct readers readers;
	const struct server_options *opt;
	uid_t own_uid;                    /* asked once: the call is not among those left after the confinement */
	struct conn **conn; size_t nslot, nconn; uint64_t generation;
	pthread_mutex_t lock; struct job *done_head, **done_tail;     /* from the other threads */
	struct job *held;                                             /* answers that wait for their step of time */
	struct job *hashing; size_t nhashing;                         /* with balai-hash */
	uint64_t next_hash; uint8_t hash_in[sizeof(struct hash_reply)]; size_t hash_have;
	int status; bool stopping;
	char input[65536];
};

static void job_go(struct server *, struct job *);
static void answer(struct server *, struct job *);
static void read_more(struct conn *);

/* --- connections ---------------------------------------------------------------------------------------------------------- */

static struct conn *conn_find(struct server *s, uint64_t number)
{
	struct conn *c = s->conn[number & 0xffff];

	return c && c->number == number && !c->closing ? c : NULL;
}

static void conn_closed(uv_handle_t *h)
{
	struct conn *c = h->data;
	struct server *s = c->server;

	s->conn[c->number & 0xffff] = NULL;
	s->nconn--;
	atomic_store(&s->store->clients, (int64_t)s->nconn);
	frame_reader_clear(&c->in);
	free(c);
}

static void conn_end(struct conn *c)
{
	if (!c->closing) {
		if (c->account)
			atomic_fetch_sub(&c->server->store->bound, 1);
		c->closing = true;
		uv_close((uv_handle_t *)&c->pipe, conn_closed);
	}
}

static bool has_room(const struct conn *c)
{
	if (uv_stream_get_write_queue_size((const uv_stream_t *)&c->pipe) > UNSENT_MAX)
		return false;
	return c->pending == 0 || (c->pending < PENDING_MAX && c->asked + (c->pending + 1) * c->reply_guess <= WAY_MAX);
}

struct out { uv_write_t write; struct conn *conn; uint8_t *data; };

static void written(uv_write_t *w, int status)
{
	struct out *o = w->data;

	if (status < 0 && status != UV_ECANCELED)
		conn_end(o->conn);
	if (!o->conn->closing)
		read_more(o->conn);
	free(o->data);
	free(o);
}

static void conn_send(struct conn *c, const uint8_t *p, size_t n)
{
	struct out *o = malloc(sizeof *o);
	uv_buf_t b;

	if (o && (o->data = malloc(n)) == NULL) {
		free(o);
		o = NULL;
	}
	if (o == NULL) {
		conn_end(c);
		return;
	}
	memcpy(o->data, p, n);
	o->conn = c;
	o->write.data = o;
	b = uv_buf_init((char *)o->data, (unsigned)n);
	if (uv_write(&o->write, (uv_stream_t *)&c->pipe, &b, 1, written) != 0) {
		free(o->data);
		free(o);
		conn_end(c);
	} else if (uv_stream_get_write_queue_size((uv_stream_t *)&c->pipe) > OUT_MAX) {
		log_warn("client %llu does not read: dropped", (unsigned long long)c->number);
		conn_end(c);
	}
}

/* --- requests --------------------------------------------------------------------------------------------------------------- */

static void peer_bad(struct conn *c, const char *what)
{
	log_warn("client %llu dropped: %s", (unsigned long long)c->number, what);
	conn_end(c);
}

static void refuse(struct conn *c, struct job *j, enum finding_code code)
{
	finding_add(&j->findings, code, 0, 0, NULL);
	j->result = OP_REFUSED;
	job_answer(j);
	conn_send(c, j->out.data, j->out.len);
	job_free(j);
}

static void copy_text(char *dst, size_t size, const char *src)
{
	size_t n = src ? strnlen(src, size - 1) : 0;

	if (n)
		memcpy(dst, src, n);
	dst[n] = 0;
}

/* What the connection itself has to know of the requests before a login. false: it ends. */
static bool before_login(struct conn *c, struct job *j)
{
	if (j->op->op == OP_hello) {
		const struct rq_hello *rq = j->rq;

		/* Which place the account's session takes was settled by the login: a second greeting does not move it out of the
		 * reach of a takeover. */
		if (c->account)
			return true;
		/* the place of tries at an open desk is ours: from the door nobody names it */
		copy_text(c->peer, sizeof c->peer, rq->peer && !strcmp(rq->peer, BAR_DESK) ? "" : rq->peer);
		copy_text(c->slot, sizeof c->slot, rq->program && (!strncmp(rq->program, "balaictl", 8) || !strncmp(rq->program, "balai-job", 9)) ? "tool" : "desk");
	} else if (j->op->op == OP_login_begin) {
		const struct rq_login_begin *rq = j->rq;

		if (*c->name && strcmp(c->name, rq->account ? rq->account : "")) {
			peer_bad(c, "a second name on one connection");
			return false;
		}
		copy_text(c->name, sizeof c->name, rq->account);
	} else if (j->op->op == OP_login_answer || j->op->op == OP_login_resume) {
		if (++c->tries > TRIES_MAX) {
			peer_bad(c, "too many tries to log in");
			return false;
		}
	}
	return true;
}

/* The state of the connection decides first: what may be asked before a login, while a password must be chosen, after. */
static enum finding_code permit(const struct conn *c, const struct op_info *op)
{
	if (op->op == OP_hello)
		return FIND_NONE;
	if (op->phase == PHASE_LOGIN)
		return c->account ? FIND_not_permitted : FIND_NONE;
	if (c->account == 0)
		return FIND_not_permitted;
	/* the desk where the password is chosen has to be opened first */
	if (c->must_change && op->op != OP_password_change && op->op != OP_logout && op->op != OP_desk_take)
		return FIND_must_change_password;
	return FIND_NONE;
}

static enum job_stage first_stage(const struct op_info *op)
{
	if (prepare_of(op->op))
		return STAGE_PREPARE;
	if (op->phase == PHASE_LOOK || op->phase == PHASE_READ || op->op == OP_hello || op->op == OP_login_begin)
		return STAGE_LOOK;
	return STAGE_WRITE;
}

static void request(struct conn *c, const uint8_t *p, size_t n)
{
	struct job *j = job_new();
	struct wire_request rq;
	enum finding_code code;
	int r;

	if (j == NULL) {
		conn_end(c);
		return;
	}
	if ((r = wire_get_request(p, n, &j->arena, &rq)) != 0 || (j->op = op_info(rq.op)) == NULL) {
		job_free(j);
		peer_bad(c, r == ERR_NOMEM ? "no memory" : "not a request");
		return;
	}
	j->id = rq.id;
	j->rq = rq.rq;
	j->rp = arena_alloc(&j->arena, j->op->reply->size);
	j->client = c->number;
	j->account = c->account;
	j->binding = c->binding;
	copy_text(j->slot, sizeof j->slot, *c->slot ? c->slot : "desk");
	j->extra.slot = j->slot;
	j->extra.peer = arena_strdup(&j->arena, c->peer);
	if (j->op->phase == PHASE_ACT)
		j->extra.key = j->rq;              /* act requests carry it in front */
	if (j->rp == NULL || j->extra.peer == NULL) {
		refuse(c, j, FIND_too_busy);
		return;
	}
	if (!before_login(c, j)) {
		job_free(j);
		return;
	}
	j->extra.name = arena_strdup(&j->arena, c->name);
	if ((code = permit(c, j->op)) != FIND_NONE) {
		refuse(c, j, code);
		return;
	}
	j->stage = first_stage(j->op);
	j->binds = j->op->op == OP_login_answer || j->op->op == OP_login_resume || j->op->op == OP_desk_take ||
		j->op->op == OP_logout || j->op->op == OP_password_change;
	j->bound_account = c->account;
	j->bound_binding = c->binding;
	j->bound_must_change = c->must_change;
	c->pending++;
	c->asked += j->came_bytes = n;
	job_go(c->server, j);
}

static void frames(struct conn *c)
{
	const uint8_t *p;
	size_t n;
	int r = 0;

	while (!c->closing && has_room(c) && (r = frame_next(&c->in, &p, &n)) == 1)
		request(c, p, n);
	if (r < 0) {
		peer_bad(c, "not a frame");
		return;
	}
	if (!c->closing && !has_room(c) && !c->stopped) {
		uv_read_stop((uv_stream_t *)&c->pipe);
		c->stopped = true;
	}
}

static void input_room(uv_handle_t *h, size_t want, uv_buf_t *b)
{
	struct conn *c = h->data;

	(void)want;
	*b = uv_buf_init(c->server->input, sizeof c->server->input);
}

static void input(uv_stream_t *h, ssize_t n, const uv_buf_t *b)
{
	struct conn *c = h->data;

	if (n < 0) {
		conn_end(c);
		return;
	}
	if (n == 0)
		return;
	if (frame_put(&c->in, b->base, (size_t)n) != 0)
		peer_bad(c, "frame too long");
	else
		frames(c);
	explicit_bzero(b->base, (size_t)n);        /* passwords come this way */
}

static void read_more(struct conn *c)
{
	if (c->stopped && has_room(c)) {
		c->stopped = false;
		frames(c);
		if (!c->closing && !c->stopped)
			uv_read_start((uv_stream_t *)&c->pipe, input_room, input);
	}
}

static bool peer_allowed(struct server *s, uv_pipe_t *pipe)
{
	struct ucred cred;
	socklen_t n = sizeof cred;
	uv_os_fd_t fd;

	if (uv_fileno((uv_handle_t *)pipe, &fd) != 0 || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &n) != 0)
		return false;
	return cred.uid == 0 || cred.uid == s->own_uid || (s->opt->peer_uid >= 0 && cred.uid == (uid_t)s->opt->peer_uid);
}

static void connection(uv_stream_t *listener, int status)
{
	struct server *s = listener->data;
	struct conn *c;
	size_t slot;

	if (status < 0 || (c = calloc(1, sizeof *c)) == NULL)
		return;
	for (slot = 0; slot < s->nslot && s->conn[slot]; slot++)
		;
	uv_pipe_init(&s->loop, &c->pipe, 0);
	c->pipe.data = c;
	c->server = s;
	c->reply_guess = REPLY_GUESS;
	frame_reader_init(&c->in, WIRE_REQUEST_MAX);
	c->came_ms = clock_mono_ms();
	if (slot == s->nslot) {                /* full: taken so that it does not wait for ever, and closed */
		uv_accept(listener, (uv_stream_t *)&c->pipe);
		c->number = 0xffff;
		log_warn("too many connections");
		s->nconn++;
		conn_end(c);
		return;
	}
	c->number = ++s->generation << 16 | slot;
	s->conn[slot] = c;
	s->nconn++;
	atomic_store(&s->store->clients, (int64_t)s->nconn);
	if (uv_accept(listener, (uv_stream_t *)&c->pipe) != 0 || !peer_allowed(s, &c->pipe)) {
		log_warn("connection of a stranger refused");
		conn_end(c);
		return;
	}
	uv_read_start((uv_stream_t *)&c->pipe, input_room, input);
}

/* --- balai-hash --------------------------------------------------------------------------------------------------------------- */

static void hash_answered(struct server *s, struct job *j)
{
	if (++j->hash_at < j->nwant) {
		j->stage = STAGE_HASH;
	} else {
		j->stage = STAGE_WRITE;
		j->nwant = 0;
	}
	job_go(s, j);
}

static void hash_refused(struct server *s, struct job *j)
{
	j->result = ERR_BUSY;
	j->stage = STAGE_ANSWER;
	job_answer(j);
	answer(s, j);
}

/* A password takes a core 40 ms, and nobody has two that wait: who sends many at once must not fill the line that logins stand in. */
static bool hashes_for(const struct server *s, uint64_t client)
{
	const struct job *j = s->hashing;

	while (j && j->client != client)
		j = j->next;
	return j != NULL;
}

/* At most HASH_SENT at once, so that a message always fits the socket's room as a whole. */
static void hash_send(struct server *s, struct job *j)
{
	struct hash_request rq = { .kind = (uint32_t)j->want[j->hash_at].kind };
	size_t n = strlen(j->want[j->hash_at].secret);
	ssize_t sent = -1;

	if (n > HASH_SECRET_MAX)
		n = 0;                         /* longer than any password we took: fits nothing */
	if (hashes_for(s, j->client)) {
		hash_refused(s, j);
		return;
	}
	rq.id = ++s->next_hash;
	rq.n = (uint32_t)n;
	memcpy(rq.secret, j->want[j->hash_at].secret, n);
	if (j->want[j->hash_at].hash)
		copy_text(rq.hash, sizeof rq.hash, j->want[j->hash_at].hash);
	if (s->nhashing < HASH_SENT)
		sent = send(s->opt->hash_fd, &rq, sizeof rq, MSG_DONTWAIT | MSG_NOSIGNAL);
	explicit_bzero(&rq, sizeof rq);
	if (sent == sizeof rq) {
		j->extra.client = s->next_hash;    /* until the answer: which one it is */
		j->next = s->hashing;
		s->hashing = j;
		s->nhashing++;
		return;
	}
	if (s->nhashing < HASH_SENT && (sent > 0 || errno != EAGAIN)) {
		log_err("balai-hash cannot be reached: %s", sent > 0 ? "half a message" : strerror(errno));
		s->status = 75;
		uv_stop(&s->loop);
	}
	hash_refused(s, j);
}

static void hash_reply(struct server *s, const struct hash_reply *rp)
{
	struct job **at = &s->hashing, *j;

	while (*at && (*at)->extra.client != rp->id)
		at = &(*at)->next;
	if ((j = *at) == NULL)
		return;
	*at = j->next;
	s->nhashing--;
	j->next = NULL;
	if (rp->busy) {
		hash_refused(s, j);
		return;
	}
	j->extra.hash_ok[j->hash_at] = rp->ok == 1;
	memcpy(j->extra.hash[j->hash_at], rp->hash, sizeof rp->hash);
	j->extra.hash[j->hash_at][sizeof rp->hash - 1] = 0;
	hash_answered(s, j);
}

static void hash_input(uv_poll_t *h, int status, int events)
{
	struct server *s = h->data;
	ssize_t n = -1;

	(void)events;
	while (status == 0 && (n = recv(s->opt->hash_fd, s->hash_in + s->hash_have, sizeof(struct hash_reply) - s->hash_have, MSG_DONTWAIT)) > 0) {
		struct hash_reply rp;

		if ((s->hash_have += (size_t)n) < sizeof rp)
			continue;
		memcpy(&rp, s->hash_in, sizeof rp);
		s->hash_have = 0;
		hash_reply(s, &rp);
	}
	if (status < 0 || n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
		if (!s->stopping)
			log_err("balai-hash has ended");
		uv_poll_stop(h);
		s->status = s->stopping ? 0 : 75;
		uv_stop(&s->loop);
	}
}

/* --- answers -------------------------------------------------------------------------------------------------------------------- */

static void tell_one(struct server *s, const struct tell *t)
{
	struct buf b;

	buf_init(&b, 4096);
	wire_put_event(&b, t->event, t->object, t->text);
	for (size_t i = 0; i < s->nslot; i++) {
		struct conn *c = s->conn[i];

		if (c == NULL || c->closing || c->account != t->account || c->number == t->except || (*t->slot && strcmp(t->slot, *c->slot ? c->slot : "desk")))
			continue;
		if (t->unbind) {
			c->account = c->binding = 0;
			atomic_fetch_sub(&s->store->bound, 1);
		}
		conn_send(c, b.data, b.len);
	}
	buf_clear(&b);
}

static void bind_socket(struct server *s, struct conn *c, const struct job *j)
{
	if (!c->account && j->bound_account)
		atomic_fetch_add(&s->store->bound, 1);
	if (c->account && !j->bound_account)
		atomic_fetch_sub(&s->store->bound, 1);
	c->account = j->bound_account;
	c->binding = j->bound_binding;
	c->must_change = j->bound_must_change;
	if (*j->bound_slot)
		copy_text(c->slot, sizeof c->slot, j->bound_slot);
	c->tries = 0;
}

static void answer(struct server *s, struct job *j)
{
	struct conn *c = j->op ? conn_find(s, j->client) : NULL;

	if (c) {
		c->pending--;
		c->asked -= j->came_bytes;
		c->reply_guess = j->out.len > c->reply_guess ? j->out.len : c->reply_guess - (c->reply_guess - REPLY_GUESS) / 8;
		conn_send(c, j->out.data, j->out.len);
		if (!c->closing)
			read_more(c);
	}
	job_free(j);
}

/* What a job says to the loop is done in the order of the commits, before any answer is held back. */
static void arrived(struct server *s, struct job *j)
{
	struct conn *c = j->op ? conn_find(s, j->client) : NULL;

	if (j->stage == STAGE_HASH) {
		job_go(s, j);
		return;
	}
	if (c && j->binds && j->result == 0)
		bind_socket(s, c, j);
	/* Every failure to log in leaves on a whole step of time: how long the look-up took tells nothing. */
	if (j->op && (j->op->phase == PHASE_LOGIN || j->op->op == OP_password_check) && j->result != 0)
		j->hold_ms = auth_step(j->came_ms, clock_mono_ms());
	for (size_t i = 0; i < j->ntell; i++)
		tell_one(s, &j->tell[i]);
	if (j->hold_ms > clock_mono_ms()) {
		j->next = s->held;
		s->held = j;
		return;
	}
	answer(s, j);
}

static void held_out(uv_timer_t *t)
{
	struct server *s = t->data;
	struct job *all = s->held, *next;
	int64_t now = clock_mono_ms(), soonest = INT64_MAX;

	s->held = NULL;
	for (; all; all = next) {
		next = all->next;
		if (all->hold_ms <= now) {
			answer(s, all);
			continue;
		}
		if (all->hold_ms < soonest)
			soonest = all->hold_ms;
		all->next = s->held;
		s->held = all;
	}
	if (s->held)
		uv_timer_start(&s->hold, held_out, (uint64_t)(soonest - now), 0);
}

static void woken(uv_async_t *a)
{
	struct server *s = a->data;
	struct job *chain, *next;

	pthread_mutex_lock(&s->lock);
	chain = s->done_head;
	s->done_head = NULL;
	s->done_tail = &s->done_head;
	pthread_mutex_unlock(&s->lock);
	for (; chain; chain = next) {
		next = chain->next;
		chain->next = NULL;
		arrived(s, chain);
	}
	if (s->held)
		held_out(&s->hold);
	if (s->writer.stop) {
		s->status = s->writer.stop;
		uv_stop(&s->loop);
	}
}

/* From the other threads. */
static void done(void *arg, struct job *chain)
{
	struct server *s = arg;

	pthread_mutex_lock(&s->lock);
	*s->done_tail = chain;
	while (*s->done_tail)
		s->done_tail = &(*s->done_tail)->next;
	pthread_mutex_unlock(&s->lock);
	uv_async_send(&s->wake);
}

static void job_go(struct server *s, struct job *j)
{
	struct conn *c = conn_find(s, j->client);
	uint64_t nobodys = 0;

	switch (j->stage) {
	case STAGE_LOOK: case STAGE_PREPARE: queue_put_turn(&s->readers.queue, j, c ? &c->turn : &nobodys); break;
	case STAGE_HASH: hash_send(s, j); break;
	case STAGE_WRITE: queue_put(&s->writer.queue, j); break;
	case STAGE_ANSWER: answer(s, j); break;
	}
}

/* --- life ------------------------------------------------------------------------------------------------------------------------ */

static void second(uv_timer_t *t)
{
	struct server *s = t->data;
	int64_t now = clock_mono_ms();

	atomic_store(&s->store->jobs_waiting, (int64_t)(s->writer.queue.n + s->readers.queue.n));
	for (size_t i = 0; i < s->nslot; i++)
		if (s->conn[i] && !s->conn[i]->closing && !s->conn[i]->account && !s->conn[i]->pending && now - s->conn[i]->came_ms > UNBOUND_MS)
			conn_end(s->conn[i]);
}

static void signalled(uv_signal_t *sig, int number)
{
	struct server *s = sig->data;
	struct buf b;

	log_info("signal %d: stopping", number);
	buf_init(&b, 4096);
	wire_put_event(&b, EVENT_STOPPING, 0, "");
	for (size_t i = 0; i < s->nslot; i++)
		if (s->conn[i] && !s->conn[i]->closing)
			conn_send(s->conn[i], b.data, b.len);
	buf_clear(&b);
	s->stopping = true;
	uv_stop(&s->loop);
}

static int listen_on(struct server *s)
{
	int r;

	uv_pipe_init(&s->loop, &s->listener, 0);
	s->listener.data = s;
	if (s->opt->listen_fd >= 0) {
		r = uv_pipe_open(&s->listener, s->opt->listen_fd);
	} else {
		if (strlen(s->opt->socket) > 100) {
			log_err("%s: too long for a socket's name", s->opt->socket);
			return ERR_TOOLONG;
		}
		unlink(s->opt->socket);        /* the lock file has shown that no other store lives */
		r = uv_pipe_bind(&s->listener, s->opt->socket);
		if (r == 0 && chmod(s->opt->socket, s->opt->peer_uid >= 0 ? 0660 : 0600) != 0)
			r = -errno;
	}
	if (r == 0)
		r = uv_listen((uv_stream_t *)&s->listener, 512, connection);
	if (r != 0)
		log_err("socket %s: %s", s->opt->socket ? s->opt->socket : "inherited", uv_strerror(r));
	return r ? ERR_IO : 0;
}

static void close_handle(uv_handle_t *h, void *arg)
{
	struct server *s = arg;

	if (uv_is_closing(h))
		return;
	if (h->type == UV_NAMED_PIPE && h != (uv_handle_t *)&s->listener)
		conn_end(h->data);
	else
		uv_close(h, NULL);
}

static void drop(struct job *j)
{
	for (struct job *next; j; j = next) {
		next = j->next;
		job_free(j);
	}
}

int server_run(struct store *st, struct db *db, const struct server_options *opt)
{
	struct server *s = calloc(1, sizeof *s);
	struct sandbox *box = NULL;
	int r, status;

	if (s == NULL)
		return 1;
	s->store = st;
	s->opt = opt;
	s->own_uid = getuid();
	s->nslot = opt->sessions < 0xfffe ? opt->sessions : 0xfffe;
	s->conn = calloc(0x10000, sizeof *s->conn);
	s->done_tail = &s->done_head;
	pthread_mutex_init(&s->lock, NULL);
	uv_loop_init(&s->loop);
	uv_async_init(&s->loop, &s->wake, woken);
	uv_timer_init(&s->loop, &s->timer);
	uv_timer_init(&s->loop, &s->hold);
	uv_signal_init(&s->loop, &s->term);
	uv_signal_init(&s->loop, &s->intr);
	uv_poll_init(&s->loop, &s->hash, opt->hash_fd);
	s->wake.data = s->timer.data = s->hold.data = s->term.data = s->intr.data = s->hash.data = s;
	r = s->conn ? writer_init(&s->writer, db, st, done, s) : ERR_NOMEM;
	if (r == 0)
		r = readers_start(&s->readers, &s->writer, db_path(db));
	if (r == 0)
		r = listen_on(s);
	if (r == 0)
		r = writer_start(&s->writer);
	if (r == 0) {
		uv_timer_start(&s->timer, second, 1000, 1000);
		uv_signal_start(&s->term, signalled, SIGTERM);
		uv_signal_start(&s->intr, signalled, SIGINT);
		uv_poll_start(&s->hash, UV_READABLE, hash_input);
		/* Every thread runs and the socket listens: from here on only what store.list names. */
		tzset();                 /* the zone's file is read once, at the first use */
		if (sandbox_prepare(SANDBOX_STORE, &box) != 0 || sandbox_enter(box, SANDBOX_STORE) != 0)
			log_fatal("the store cannot be confined");
		sandbox_free(box);
		log_info("ready, %s", sandbox_level());
		uv_run(&s->loop, UV_RUN_DEFAULT);
		readers_stop(&s->readers);
		writer_stop(&s->writer);
		uv_run(&s->loop, UV_RUN_NOWAIT);   /* answers of what was still committed */
		uv_run(&s->loop, UV_RUN_NOWAIT);
	} else {
		log_err("cannot start: %s", err_name(r));
		readers_stop(&s->readers);
		s->status = 1;
	}
	status = s->status;
	uv_walk(&s->loop, close_handle, s);
	uv_run(&s->loop, UV_RUN_DEFAULT);
	r = uv_loop_close(&s->loop);
	assert(r == 0);
	drop(s->held);
	drop(s->hashing);
	drop(s->done_head);
	writer_clear(&s->writer);
	pthread_mutex_destroy(&s->lock);
	free(s->conn);
	free(s);
	return status;
}
