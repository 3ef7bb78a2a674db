-- 0001 engine: the office, accounts, receipts, the journal. See README.
-- Moments are UTC milliseconds, days are text YYYY-MM-DD, seq is the journal number of a row's last change.

CREATE TABLE office (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	uuid BLOB NOT NULL CHECK (length(uuid) = 16),
	regency INTEGER NOT NULL CHECK (regency BETWEEN 1000 AND 9999),
	name TEXT NOT NULL,
	zone TEXT NOT NULL,
	epoch INTEGER NOT NULL DEFAULT 1,          -- one more after each restore
	made_at INTEGER NOT NULL
) STRICT;

-- ids are regency * 10^11 + next; a number once given is never given again
CREATE TABLE id_counter (
	name TEXT PRIMARY KEY,
	next INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	full_name TEXT NOT NULL,
	office TEXT NOT NULL DEFAULT '',
	state TEXT NOT NULL CHECK (state IN ('active', 'disabled')),
	language TEXT NOT NULL DEFAULT 'id',
	settings TEXT NOT NULL DEFAULT '',
	made_at INTEGER NOT NULL,
	seq INTEGER NOT NULL
) STRICT;

-- kind password: an argon2id string; kind code: a one-time code, hashed the same way, good until expires_at
CREATE TABLE credential (
	account INTEGER NOT NULL REFERENCES account (id),
	kind TEXT NOT NULL CHECK (kind IN ('password', 'code')),
	hash TEXT NOT NULL,
	made_at INTEGER NOT NULL,
	expires_at INTEGER,
	PRIMARY KEY (account, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE role_grant (
	id INTEGER PRIMARY KEY,
	account INTEGER NOT NULL REFERENCES account (id),
	role TEXT NOT NULL,
	area INTEGER NOT NULL,                     -- 0: the whole office (before its areas are loaded)
	from_on TEXT NOT NULL,
	to_on TEXT,
	seq INTEGER NOT NULL
) STRICT;
CREATE INDEX role_grant_account ON role_grant (account);
CREATE TABLE role_grant_was (
	id INTEGER NOT NULL,
	account INTEGER NOT NULL,
	role TEXT NOT NULL,
	area INTEGER NOT NULL,
	from_on TEXT NOT NULL,
	to_on TEXT,
	seq INTEGER NOT NULL,
	until INTEGER NOT NULL CHECK (until > seq),
	PRIMARY KEY (id, seq)
) STRICT, WITHOUT ROWID;

-- A live session. slot: 'desk' or 'tool', of which an account has one each, a later login takes its place; or 'quietN', beside them.
CREATE TABLE ticket (
	hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
	account INTEGER NOT NULL REFERENCES account (id),
	slot TEXT NOT NULL,
	binding INTEGER NOT NULL,
	peer TEXT NOT NULL,
	made_at INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	UNIQUE (account, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE login_mark (
	account INTEGER PRIMARY KEY REFERENCES account (id),
	last_at INTEGER NOT NULL,
	last_from TEXT NOT NULL
) STRICT;

-- Failures by keyed hash of the name that was typed, so that a name nobody has is treated like one somebody has.
CREATE TABLE login_failure (
	name_hash BLOB PRIMARY KEY CHECK (length(name_hash) = 32),
	failures INTEGER NOT NULL,
	last_at INTEGER NOT NULL,
	until_at INTEGER NOT NULL                  -- no try is looked at before this moment
) STRICT, WITHOUT ROWID;

-- What an act answered, by its idempotency key. digest and reply are under the key file receipt.key, never in clear.
CREATE TABLE receipt (
	key BLOB PRIMARY KEY CHECK (length(key) = 16),
	account INTEGER NOT NULL,
	op INTEGER NOT NULL,
	digest BLOB NOT NULL CHECK (length(digest) = 32),
	seq INTEGER NOT NULL,
	at INTEGER NOT NULL,
	reply BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX receipt_at ON receipt (at);

CREATE TABLE journal (
	seq INTEGER PRIMARY KEY,
	epoch INTEGER NOT NULL,
	at INTEGER NOT NULL,
	op INTEGER NOT NULL,
	actor INTEGER NOT NULL,                    -- account, 0 the store itself
	binding INTEGER NOT NULL,
	tbl INTEGER NOT NULL,                      -- enum journal_table and id of what it is about, 0 none
	object INTEGER NOT NULL,
	dossier INTEGER,
	result INTEGER NOT NULL,                   -- 0 done, else the finding code of the refusal
	reason TEXT,
	leaf BLOB NOT NULL
) STRICT;
CREATE INDEX journal_dossier ON journal (dossier) WHERE dossier IS NOT NULL;
CREATE INDEX journal_actor ON journal (actor);
CREATE INDEX journal_object ON journal (tbl, object) WHERE object <> 0;

-- The versions an operation made. commitment NULL-length: none; removed = the row left its table.
CREATE TABLE journal_row (
	seq INTEGER NOT NULL,
	tbl INTEGER NOT NULL,
	id INTEGER NOT NULL,
	commitment BLOB NOT NULL,                  -- 32 bytes; empty: the row left its table with this operation
	PRIMARY KEY (seq, tbl, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE journal_person (
	person INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	PRIMARY KEY (person, seq)
) STRICT, WITHOUT ROWID;

-- The tree over the leaves (RFC 6962): its head after the last batch, and the root of each full run of 256 leaves.
CREATE TABLE journal_head (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	size INTEGER NOT NULL,
	root BLOB NOT NULL CHECK (length(root) = 32),
	at INTEGER NOT NULL
) STRICT;
CREATE TABLE journal_tile (
	n INTEGER PRIMARY KEY,                     -- leaves 256n+1 .. 256n+256
	root BLOB NOT NULL CHECK (length(root) = 32)
) STRICT;

-- One random key per person and household; NULL after an erasure (erased_seq names the operation).
CREATE TABLE subject_key (
	kind INTEGER NOT NULL,
	id INTEGER NOT NULL,
	key BLOB CHECK (key IS NULL OR length(key) = 32),
	erased_seq INTEGER,
	PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE blob (
	sha BLOB PRIMARY KEY CHECK (length(sha) = 32),
	size INTEGER NOT NULL,
	made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Every version ever used of every form, list, flow and period file.
CREATE TABLE data (
	id INTEGER PRIMARY KEY,
	sort TEXT NOT NULL,                        -- form list flow queue period notice
	name TEXT NOT NULL,
	version INTEGER NOT NULL,
	sha BLOB NOT NULL CHECK (length(sha) = 32),
	body TEXT NOT NULL,
	seq INTEGER NOT NULL,
	UNIQUE (sort, name, version)
) STRICT;
CREATE INDEX data_sha ON data (sha);
