/* session_exec.c - the command table: what `ssh host WORD ...` may be. Anything else is refused before it starts.
 *
 * A command asks the store in the blocking form; its output goes out as the client's window allows, and a store that
 * restarts in the middle ends it with a sentence and status 75 ("try again"). */
#include "config.h"
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "area.h"
#include "err.h"
#include "finding.h"
#include "log.h"
#include "session.h"
#include "text.h"

#define WORDS 3
#define LINE_MAX_ 200
#define FILE_MAX (16u << 20)         /* bytes of a file sent by `bukti` */
#define CHUNK 49152
#define TURN_MS 1000
#define RECAP_PAGE 500                /* areas asked for at a time */
#define ANSWER_MS 30000              /* a recap of a whole regency takes its time; a store that hangs is given up */

enum { EXIT_OK = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2, EXIT_AGAIN = 75 };

struct words { char text[LINE_MAX_ + 1]; const char *word[WORDS]; size_t n; };
typedef int command_run(struct session *, const struct words *);

static command_run run_berkas, run_bukti, run_rekap, run_surat;

static const struct command {
	const char *name;
	size_t words;                /* after the name; the last one of them takes the rest of the line: numbers of letters have blanks */
	command_run *run;
	const char *usage;
} commands[] = {
	{ "berkas", 1, run_berkas, "berkas NOMOR: tanda terima berkas" },
	{ "bukti",  2, run_bukti,  "bukti NOMOR JENIS < FILE: mengirim bukti untuk berkas" },
	{ "rekap",  0, run_rekap,  "rekap > FILE.csv: rekap per wilayah" },
	{ "surat",  1, run_surat,  "surat NOMOR > FILE.txt: surat pengesahan, nomor seperti tercetak" },
};

/* Blanks around it and one pair of quotes go: ssh hands on what the user's own shell has left of them. */
static char *word_trim(char *word)
{
	size_t n;

	word += strspn(word, " ");
	for (n = strlen(word); n > 0 && word[n - 1] == ' '; n--)
		word[n - 1] = '\0';
	if (n >= 2 && (word[0] == '"' || word[0] == '\'') && word[n - 1] == word[0]) {
		word[n - 1] = '\0';
		word++;
	}
	return word;
}

/* NULL: no such command. Else w has its words, as many as there are. */
static const struct command *words_cut(const char *line, struct words *w)
{
	const struct command *c = NULL;
	char *at;

	*w = (struct words){ 0 };
	if (strlen(line) > LINE_MAX_ || !text_is_clean(line))
		return NULL;
	memcpy(w->text, line, strlen(line) + 1);
	at = w->text + strspn(w->text, " ");
	for (size_t n = strcspn(at, " "); *at != '\0'; n = strcspn(at, " ")) {
		bool last = c != NULL && w->n == c->words;
		char *next = at[n] == '\0' ? at + n : at + n + 1;

		if (w->n == WORDS)
			break;
		if (!last)
			at[n] = '\0';
		w->word[w->n++] = word_trim(at);
		if (last)
			break;
		at = next + strspn(next, " ");
		for (size_t i = 0; c == NULL && i < sizeof commands / sizeof commands[0]; i++)
			if (strcmp(commands[i].name, w->word[0]) == 0)
				c = &commands[i];
		if (c == NULL)
			return NULL;
	}
	return c;
}

bool session_command(const char *line)
{
	struct words w;

	return words_cut(line, &w) != NULL;
}

static void complain(struct session *s, const char *text)
{
	server_error(s->server, "balai: ");
	server_error(s->server, text);
	server_error(s->server, "\n");
}

/* 1 with *rp; 0 the store is away (told, *status set); -1 refused, with its findings. */
static int ask_quiet(struct session *s, enum op op, const void *rq, void **rp, int *status, struct finding_list *findings)
{
	int rc;

	if (s->line.fd < 0 && session_control(s, 10000) == ERR_CLOSED)
		s->stop = true;
	s->line.answer_ms = ANSWER_MS;
	rc = s->line.fd < 0 ? ERR_CLOSED : call_ask(&s->line, op, rq, rp, findings);
	if (rc == 1)
		return 1;
	*status = EXIT_REFUSED;
	if (rc == 0)
		return -1;
	session_store_lost(s);
	complain(s, "server sedang tidak siap; ulangi perintah ini sebentar lagi");
	*status = EXIT_AGAIN;
	return 0;
}

/* 1 with *rp, else 0: the reason was told and *status is what the command ends with. what, number: of the thing asked for ("surat",
 * as it was typed), named when there is none or it is not this account's; NULL nothing in particular. */
static int ask_for(struct session *s, enum op op, const void *rq, void **rp, int *status, const char *what, const char *number)
{
	struct finding_list findings;
	struct buf text;
	int rc = ask_quiet(s, op, rq, rp, status, &findings);

	if (rc >= 0)
		return rc;
	buf_init(&text, 0);
	if (what != NULL && finding_first(&findings, FIND_not_permitted) != NULL) {
		buf_printf(&text, "%s %s tidak ada, atau bukan wewenang Anda", what, number);
	} else {
		for (size_t i = 0; i < findings.n; i++) {
			if (i > 0)
				buf_putc(&text, ' ');
			finding_text(&findings.v[i], &text);
		}
	}
	complain(s, text.len > 0 ? buf_str(&text) : "ditolak");
	buf_clear(&text);
	finding_list_clear(&findings);
	return 0;
}

static int ask(struct session *s, enum op op, const void *rq, void **rp, int *status)
{
	return ask_for(s, op, rq, rp, status, NULL, NULL);
}

/* Sends all of b; ERR_CLOSED when the client left. */
static int send_all(struct session *s, struct buf *b)
{
	char typed[4096];

	while (b->len > 0) {
		/* what a command does not read must not keep the loop from sleeping: a script's `ssh` has its standard input */
		while (server_read(s->server, typed, sizeof typed) > 0)
			;
		server_write(s->server, b);
		if (b->len > 0 && server_turn(s->server, TURN_MS) != 0)
			return ERR_CLOSED;
	}
	return 0;
}

static int run_berkas(struct session *s, const struct words *w)
{
	struct rq_receipt_show rq = { .number = w->word[1] };
	const struct rp_receipt_show *rp;
	struct buf out;
	void *answer;
	int status;

	if (!ask_for(s, OP_receipt_show, &rq, &answer, &status, "berkas", rq.number))
		return status;
	rp = answer;
	buf_init(&out, 0);
	buf_puts(&out, rp->text);
	send_all(s, &out);
	buf_clear(&out);
	return EXIT_OK;
}

static int run_surat(struct session *s, const struct words *w)
{
	struct rq_letter_get rq = { .number = w->word[1] };
	const struct rp_letter_get *rp;
	struct finding_list findings;
	struct buf out;
	void *answer;
	int status = EXIT_OK, rc = -1;
	int64_t id;

	if (strlen(rq.number) > 60) {
		complain(s, "nomor surat terlalu panjang; ketik nomornya seperti tercetak di surat");
		return EXIT_USAGE;
	}
	/* The number as it is printed; digits alone that are no such number may be the office's own, as screens and logs have it. */
	if (text_to_int(rq.number, 1, INT64_MAX, &id) == 0) {
		rc = ask_quiet(s, OP_letter_get, &rq, &answer, &status, &findings);
		if (rc == 0)
			return status;
		if (rc < 0) {
			finding_list_clear(&findings);
			rq = (struct rq_letter_get){ .letter = id };
			status = EXIT_OK;
		}
	}
	buf_init(&out, 0);
	do {
		if (rc != 1 && !ask_for(s, OP_letter_get, &rq, &answer, &status, "surat", w->word[1]))
			break;
		rc = -1;
		rp = answer;
		buf_put(&out, rp->chunk.p, rp->chunk.n);
		rq.offset += rp->chunk.n;
	} while (send_all(s, &out) == 0 && rp->chunk.n > 0 && rq.offset < rp->total);
	buf_clear(&out);
	return status;
}

/* A cell for a spreadsheet: shown as on a screen, always quoted; what a spreadsheet would take for a formula gets an
 * apostrophe in front. */
static void cell_text(struct buf *out, const char *raw)
{
	static const char *const formula[] = { "=", "+", "-", "@", "\t", "\r", "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0" };
	struct buf shown;
	const char *text;

	buf_init(&shown, 0);
	text_show(&shown, raw, strlen(raw));
	text = buf_str(&shown);
	buf_putc(out, '"');
	for (size_t i = 0; i < sizeof formula / sizeof formula[0]; i++)
		if (strncmp(text, formula[i], strlen(formula[i])) == 0) {
			buf_putc(out, '\'');
			break;
		}
	for (; *text != '\0'; text++) {
		if (*text == '"')
			buf_putc(out, '"');
		buf_putc(out, *text);
	}
	buf_putc(out, '"');
	buf_clear(&shown);
}

static void recap_row(struct buf *out, const struct w_recap_line *r)
{
	const uint64_t count[] = { r->households, r->persons, r->draft, r->reserve, r->submitted, r->verified, r->valid, r->returned,
	                           r->rejected, r->closed };

	cell_text(out, r->code);
	buf_putc(out, ',');
	cell_text(out, r->name);
	for (size_t i = 0; i < sizeof count / sizeof count[0]; i++)
		buf_printf(out, ",%" PRIu64, count[i]);
	buf_puts(out, "\r\n");
}

/* An area's row, then what is below it, district by district down to the villages; depth bounds it whatever the store says. */
static bool recap_of(struct session *s, int64_t area, int depth, struct buf *out, int *status)
{
	struct rq_recap_list rq = { .area = area, .limit = RECAP_PAGE };

	do {
		int64_t below[RECAP_PAGE];
		const struct rp_recap_list *rp;
		size_t n = 0;
		void *answer;

		if (!ask(s, OP_recap_list, &rq, &answer, status))
			return false;
		rp = answer;
		for (size_t i = 0; i < rp->rows.n && n < RECAP_PAGE; i++) {
			const struct w_recap_line *r = &rp->rows.v[i];
			bool itself = rq.after == 0 && i == 0;

			if (itself || r->level >= AREA_VILLAGE || depth >= AREA_VILLAGE)
				recap_row(out, r);
			else
				below[n++] = r->area;
		}
		rq.after = rp->next;
		if (send_all(s, out) != 0)
			return false;
		for (size_t i = 0; i < n; i++)
			if (!recap_of(s, below[i], depth + 1, out, status))
				return false;
	} while (rq.after != 0);
	return true;
}

static int run_rekap(struct session *s, const struct words *w)
{
	struct buf out;
	int status = EXIT_OK;

	(void)w;
	buf_init(&out, 0);
	/* the byte order mark makes a spreadsheet read UTF-8 */
	buf_puts(&out, "\xef\xbb\xbf\"Kode\",\"Wilayah\",\"Keluarga\",\"Anggota\",\"Draf\",\"Cadangan\",\"Dikirim\",\"Terverifikasi\","
	         "\"Tervalidasi\",\"Dikembalikan\",\"Ditolak\",\"Selesai\"\r\n");
	recap_of(s, 0, 0, &out, &status);
	buf_clear(&out);
	return status;
}

/* The whole file: its hash has to go ahead of its first byte. */
static int file_read(struct session *s, struct buf *file)
{
	char chunk[8192];
	size_t n;

	while (!server_eof(s->server)) {
		if ((n = server_read(s->server, chunk, sizeof chunk)) > 0) {
			buf_put(file, chunk, n);
			if (buf_end(file) != 0)
				return ERR_TOOLONG;
			continue;
		}
		if (server_turn(s->server, TURN_MS) != 0)
			return ERR_CLOSED;
	}
	return file->len > 0 ? 0 : ERR_PARSE;
}

static int file_send(struct session *s, const struct words *w, const struct buf *file)
{
	struct rq_dossier_show show = { .number = w->word[1] };
	struct rq_evidence_put put = { .kind = w->word[2], .total = file->len };
	const struct rp_evidence_put *rp;
	uint8_t sha[crypto_hash_sha256_BYTES];
	void *answer;
	int status = EXIT_OK;

	if (!ask_for(s, OP_dossier_show, &show, &answer, &status, "berkas", show.number))
		return status;
	put.dossier = ((const struct rp_dossier_show *)answer)->dossier;
	crypto_hash_sha256(sha, file->data, file->len);
	put.sha.p = sha;
	put.sha.n = sizeof sha;
	while (put.offset < file->len) {
		size_t left = file->len - put.offset;

		put.chunk.p = file->data + put.offset;
		put.chunk.n = left < CHUNK ? left : CHUNK;
		if (!ask(s, OP_evidence_put, &put, &answer, &status))
			return status;
		rp = answer;
		/* the store may have the beginning already, of an earlier try */
		put.offset = rp->have > put.offset ? rp->have : put.offset + put.chunk.n;
		if (server_turn(s->server, 0) != 0)
			return EXIT_AGAIN;
	}
	return EXIT_OK;
}

static int run_bukti(struct session *s, const struct words *w)
{
	struct buf file, out;
	int rc, status = EXIT_REFUSED;

	buf_init(&file, FILE_MAX);
	rc = file_read(s, &file);
	if (rc == ERR_TOOLONG)
		complain(s, "berkas bukti lebih dari 16 MB");
	else if (rc == ERR_PARSE)
		complain(s, "tidak ada isi; pakai: bukti NOMOR JENIS < FILE");
	else if (rc == 0)
		status = file_send(s, w, &file);
	if (status == EXIT_OK) {
		buf_init(&out, 0);
		buf_printf(&out, "Tersimpan: bukti %s untuk %s, %zu byte.\n", w->word[2], w->word[1], file.len);
		send_all(s, &out);
		buf_clear(&out);
	}
	buf_clear(&file);
	return status;
}

int session_exec(struct session *s, const char *line)
{
	const struct rq_logout logout = { 0 };
	const struct command *c;
	struct words w;
	void *answer;
	int status, ignored;

	if ((c = words_cut(line, &w)) == NULL)
		return EXIT_USAGE;
	if (w.n != c->words + 1) {
		server_error(s->server, "pakai: ");
		server_error(s->server, c->usage);
		server_error(s->server, "\n");
		return EXIT_USAGE;
	}
	if (s->login != NULL && s->login->must_change) {
		complain(s, "tentukan sandi Anda dulu: masuk tanpa perintah");
		return EXIT_REFUSED;
	}
	log_info("command %s", c->name);
	status = c->run(s, &w);
	if (s->line.fd >= 0)
		ask(s, OP_logout, &logout, &answer, &ignored);
	return status;
}
