/* fuzz_ssh.c - what a client may ask of its channel after it has logged in: terminal, sizes, shell, commands, bytes, end.
 *
 * libssh has parsed the message by then and calls back; here the callbacks of src/ssh are called with anything it may hand on,
 * in any order, and a command line goes on to the table of session_exec.c. tests/e2e/hostile.py sends mangled messages
 * through the whole of libssh besides. */
#include "config.h"
#include <stdlib.h>
#include <string.h>

#include "../../src/session_exec.c"
#include "fuzz.h"
#include "server_in.h"

#define MUST(x) do { if (!(x)) abort(); } while (0)

/* session_exec.c asks the store through these; nothing here gets that far. */
int session_control(struct session *s, int timeout_ms)
{
	(void)s;
	(void)timeout_ms;
	return ERR_CLOSED;
}

void session_store_lost(struct session *s)
{
	(void)s;
}

static bool hook(void *arg, const char *line)
{
	bool known = session_command(line);

	*(bool *)arg = known;
	return known;
}

/* What the words of an accepted line look like. */
static void words_hold(const char *line)
{
	struct words w;
	const struct command *c = words_cut(line, &w);

	MUST(c != NULL && w.n >= 1 && w.n <= WORDS && strcmp(w.word[0], c->name) == 0);
	for (size_t i = 0; i < w.n; i++)
		MUST(w.word[i] >= w.text && w.word[i] + strlen(w.word[i]) < w.text + sizeof w.text && text_is_clean(w.word[i]));
}

static void holds(const struct server *s)
{
	const struct server_request *rq = server_request(s);

	MUST(rq->rows >= SERVER_ROWS_MIN && rq->rows <= SERVER_ROWS_MAX && rq->cols >= SERVER_COLS_MIN && rq->cols <= SERVER_COLS_MAX);
	MUST(memchr(rq->term, '\0', sizeof rq->term) != NULL && memchr(s->command, '\0', sizeof s->command) != NULL);
	MUST(s->input.len <= SERVER_INPUT);
	MUST(rq->command == NULL || (rq->command == s->command && s->started));
}

struct bytes { const uint8_t *p; size_t n; };

static uint8_t byte(struct bytes *b)
{
	return b->n > 0 ? (b->n--, *b->p++) : 0;
}

static int number(struct bytes *b)
{
	static const int odd[] = { 0, 1, -1, 80, 24, 10000, 0x7fffffff, -0x7fffffff };
	uint8_t c = byte(b);

	return c < 8 ? odd[c] : c;
}

/* A text of its own on the heap, so that a read past its end is seen. */
static char *text(struct bytes *b)
{
	size_t n = byte(b);
	char *s;

	n = n > 250 ? n * 8 : n;
	n = n < b->n ? n : b->n;
	if ((s = malloc(n + 1)) == NULL)
		abort();
	memcpy(s, b->p, n);
	s[n] = '\0';
	b->p += n;
	b->n -= n;
	return s;
}

static void message(struct server *s, struct bytes *b)
{
	const struct ssh_channel_callbacks_struct *cb = &s->channel_cb;
	bool started = s->started, known = false;
	uint8_t kind = byte(b) % 10;
	char *t = text(b), *out[1] = { NULL };
	size_t n = strlen(t);

	s->hooks = (struct server_hooks){ .command = hook, .arg = &known };
	switch (kind) {
	case 0: cb->channel_pty_request_function(NULL, NULL, t, number(b), number(b), 0, 0, s); break;
	case 1: cb->channel_pty_window_change_function(NULL, NULL, number(b), number(b), 0, 0, s); break;
	case 2: MUST((cb->channel_shell_request_function(NULL, NULL, s) == 0) == !started); break;
	case 3:
		if (cb->channel_exec_request_function(NULL, NULL, t, s) == 0) {
			MUST(!started && known && strcmp(s->command, t) == 0);
			words_hold(t);
		} else {
			MUST(s->started == started);
		}
		break;
	case 4: MUST(cb->channel_subsystem_request_function(NULL, NULL, t, s) != 0); break;
	case 5: MUST(cb->channel_env_request_function(NULL, NULL, t, t, s) != 0); break;
	case 6: cb->channel_eof_function(NULL, NULL, s); break;
	case 7: MUST(cb->channel_data_function(NULL, NULL, t, (uint32_t)n, 0, s) <= (int)n); break;
	case 8: {
		/* blocks as large as libssh gathers them */
		size_t size = (size_t)byte(b) << 14;
		int error = byte(b) & 1;

		if ((out[0] = calloc(1, size + 1)) == NULL)
			abort();
		MUST(cb->channel_data_function(NULL, NULL, out[0], (uint32_t)size, error, s) <= (int)size);
		MUST(error || size <= SERVER_SURPLUS || s->drop);
		break;
	}
	default: {
		char typed[512];
		int rows, cols;

		server_read(s, typed, sizeof typed);
		server_resized(s, &rows, &cols);
	}
	}
	free(out[0]);
	free(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct server s = { .welcome = true, .stage = SERVER_OPEN };
	struct bytes b = { data, size };

	channel_init(&s);
	buf_init(&s.input, SERVER_INPUT + 1);
	while (b.n > 0) {
		message(&s, &b);
		holds(&s);
	}
	buf_clear(&s.input);
	return 0;
}
