-- 0003 dossier: drafts, dossiers and their fillings, queues and leases, gates and evidence, periods, batches, letters, imports.
--
-- Moments are UTC milliseconds; `_on` and `due_on` are days YYYY-MM-DD in the office's zone. States, events, kinds, gates and
-- queues are names of the flow that the dossier names; their meaning is in the flow file, never here.

-- What somebody is typing. One row per open entry; nobody's record until it is sent. saved counts the saves: an older one is refused.
CREATE TABLE draft (
	id INTEGER PRIMARY KEY, account INTEGER NOT NULL, kind TEXT NOT NULL, household INTEGER, other INTEGER,
	dossier INTEGER,                           -- a returned dossier that is being repaired
	area INTEGER NOT NULL, form_sha BLOB NOT NULL CHECK (length(form_sha) = 32), base_seq INTEGER NOT NULL, body BLOB NOT NULL,
	saved INTEGER NOT NULL, field INTEGER NOT NULL DEFAULT 0, row INTEGER NOT NULL DEFAULT 0, open_text TEXT,
	last_digest BLOB,                          -- of the last save, so that the same one sent twice is no fault
	made_at INTEGER NOT NULL, saved_at INTEGER NOT NULL
) STRICT;
CREATE INDEX draft_account ON draft (account, saved_at);
CREATE UNIQUE INDEX draft_one ON draft (account, kind, household, coalesce(other, 0)) WHERE household IS NOT NULL AND dossier IS NULL;
CREATE UNIQUE INDEX draft_repair ON draft (dossier) WHERE dossier IS NOT NULL;
-- Answers of fields marked `sticky`, offered to the same account at its next new entry.
CREATE TABLE draft_sticky (
	account INTEGER NOT NULL, form TEXT NOT NULL, field INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (account, form, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE dossier (
	id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, area INTEGER NOT NULL, state TEXT NOT NULL,
	rev INTEGER NOT NULL,                      -- one more with every step; what a decision has to name
	filling INTEGER NOT NULL,                  -- the filling in force
	flow TEXT NOT NULL, base_seq INTEGER NOT NULL, channel TEXT NOT NULL, maker INTEGER NOT NULL,
	household INTEGER, other INTEGER,          -- first subject; merge: the loser, member_moves: the target
	head TEXT, head_person INTEGER,            -- name of the head, for lists; goes with an erasure
	submitted_at INTEGER NOT NULL, state_at INTEGER NOT NULL, due_on TEXT,
	fence INTEGER NOT NULL DEFAULT 0,          -- number of the last lease given
	reason TEXT, note TEXT,                    -- of the last step
	applied_seq INTEGER, result_household INTEGER, batch INTEGER, import INTEGER, seq INTEGER NOT NULL
) STRICT;
CREATE INDEX dossier_area ON dossier (area, id);
CREATE INDEX dossier_state ON dossier (area, state, id);
CREATE INDEX dossier_maker ON dossier (maker, id);
CREATE INDEX dossier_household ON dossier (household) WHERE household IS NOT NULL;
CREATE INDEX dossier_other ON dossier (other) WHERE other IS NOT NULL;
CREATE INDEX dossier_batch ON dossier (batch) WHERE batch IS NOT NULL;
CREATE INDEX dossier_import ON dossier (import, id) WHERE import IS NOT NULL;

-- The history. actor 0 is the store itself.
CREATE TABLE dossier_step (
	dossier INTEGER NOT NULL REFERENCES dossier (id), n INTEGER NOT NULL, event TEXT NOT NULL, from_state TEXT, to_state TEXT NOT NULL,
	actor INTEGER NOT NULL, at INTEGER NOT NULL, reason TEXT, note TEXT, seq INTEGER NOT NULL, PRIMARY KEY (dossier, n)
) STRICT, WITHOUT ROWID;
-- Fields a return points at.
CREATE TABLE dossier_flag (
	dossier INTEGER NOT NULL REFERENCES dossier (id), n INTEGER NOT NULL, field INTEGER NOT NULL, row INTEGER NOT NULL,
	PRIMARY KEY (dossier, n, field, row)
) STRICT, WITHOUT ROWID;
CREATE TABLE dossier_subject (
	dossier INTEGER NOT NULL REFERENCES dossier (id), kind INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (dossier, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX dossier_subject_id ON dossier_subject (kind, id);

-- What was proposed, once per submission, whole. salt goes with an erasure, so that the dossier's commitment then says nothing.
CREATE TABLE filling (
	id INTEGER PRIMARY KEY, dossier INTEGER NOT NULL REFERENCES dossier (id), n INTEGER NOT NULL, account INTEGER NOT NULL, at INTEGER NOT NULL,
	form_sha BLOB NOT NULL CHECK (length(form_sha) = 32), base_seq INTEGER NOT NULL, salt BLOB NOT NULL, body BLOB NOT NULL,
	UNIQUE (dossier, n)
) STRICT;
-- Which person a row stands for: known at submission for old members, written at apply for new ones.
CREATE TABLE filling_row (
	filling INTEGER NOT NULL REFERENCES filling (id), roster INTEGER NOT NULL, row INTEGER NOT NULL, person INTEGER NOT NULL,
	PRIMARY KEY (filling, roster, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX filling_row_person ON filling_row (person);
-- Findings at submission and at a refused apply: codes and places, never values. private: for supervisors only.
CREATE TABLE finding (
	filling INTEGER NOT NULL REFERENCES filling (id), n INTEGER NOT NULL, code INTEGER NOT NULL, severity INTEGER NOT NULL,
	field INTEGER NOT NULL, row INTEGER NOT NULL, private INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (filling, n)
) STRICT, WITHOUT ROWID;
-- A blocking finding somebody answered for.
CREATE TABLE finding_override (
	filling INTEGER NOT NULL REFERENCES filling (id), code INTEGER NOT NULL, field INTEGER NOT NULL, row INTEGER NOT NULL,
	reason TEXT NOT NULL, account INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (filling, code, field, row)
) STRICT, WITHOUT ROWID;

-- Exactly what can be claimed: in a state of the queue, held by nobody. prio: smaller first.
CREATE TABLE waiting (
	queue TEXT NOT NULL, area INTEGER NOT NULL, prio INTEGER NOT NULL, dossier INTEGER NOT NULL REFERENCES dossier (id),
	due_on TEXT, PRIMARY KEY (queue, area, prio, dossier)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX waiting_dossier ON waiting (dossier);
CREATE INDEX waiting_due ON waiting (queue, area, due_on);
CREATE TABLE lease (
	dossier INTEGER PRIMARY KEY REFERENCES dossier (id), queue TEXT NOT NULL, account INTEGER NOT NULL, fence INTEGER NOT NULL,
	since_at INTEGER NOT NULL, until_at INTEGER NOT NULL
) STRICT;
CREATE INDEX lease_until ON lease (until_at);
CREATE INDEX lease_account ON lease (account);

CREATE TABLE gate (
	id INTEGER PRIMARY KEY, dossier INTEGER NOT NULL REFERENCES dossier (id), name TEXT NOT NULL, state TEXT NOT NULL, on_date TEXT NOT NULL,
	ref TEXT, note TEXT, account INTEGER NOT NULL, at INTEGER NOT NULL, salt BLOB NOT NULL, seq INTEGER NOT NULL, UNIQUE (dossier, name)
) STRICT;
CREATE TABLE gate_was (
	id INTEGER NOT NULL, dossier INTEGER NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL, on_date TEXT NOT NULL,
	ref TEXT, note TEXT, account INTEGER NOT NULL, at INTEGER NOT NULL, salt BLOB NOT NULL, seq INTEGER NOT NULL,
	until INTEGER NOT NULL CHECK (until > seq), PRIMARY KEY (id, seq)
) STRICT, WITHOUT ROWID;
-- Files of a dossier; the newest of a kind is shown, older ones stay.
CREATE TABLE evidence (
	id INTEGER PRIMARY KEY, dossier INTEGER NOT NULL REFERENCES dossier (id), kind TEXT NOT NULL, sha BLOB NOT NULL CHECK (length(sha) = 32),
	size INTEGER NOT NULL, account INTEGER NOT NULL, at INTEGER NOT NULL, seq INTEGER NOT NULL
) STRICT;
CREATE INDEX evidence_dossier ON evidence (dossier, kind, id);

-- A period of a product and area, and the window in which proposals are taken.
CREATE TABLE period (
	id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL, product TEXT NOT NULL, area INTEGER NOT NULL,
	finalise_by TEXT NOT NULL, seq INTEGER NOT NULL
) STRICT;
CREATE TABLE intake_window (
	period INTEGER NOT NULL REFERENCES period (id), n INTEGER NOT NULL, opens_on TEXT NOT NULL, closes_on TEXT NOT NULL,
	PRIMARY KEY (period, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE batch (
	id INTEGER PRIMARY KEY, period INTEGER NOT NULL REFERENCES period (id), area INTEGER NOT NULL, state TEXT NOT NULL,
	as_of INTEGER NOT NULL,                    -- journal number its lines are read at, for ever
	lines INTEGER NOT NULL, digest BLOB NOT NULL CHECK (length(digest) = 32), account INTEGER NOT NULL, at INTEGER NOT NULL, seq INTEGER NOT NULL,
	UNIQUE (period, area)
) STRICT;
CREATE TABLE batch_line (
	batch INTEGER NOT NULL REFERENCES batch (id), n INTEGER NOT NULL, dossier INTEGER NOT NULL, household INTEGER NOT NULL, area INTEGER NOT NULL,
	hash BLOB NOT NULL CHECK (length(hash) = 32), PRIMARY KEY (batch, n)
) STRICT, WITHOUT ROWID;
-- Frozen with the batch: households, persons, and dossiers by state.
CREATE TABLE recap_count (
	batch INTEGER NOT NULL REFERENCES batch (id), area INTEGER NOT NULL, what TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (batch, area, what)
) STRICT, WITHOUT ROWID;
-- The text is a blob; the same bytes whenever it is asked for.
CREATE TABLE letter (
	id INTEGER PRIMARY KEY, batch INTEGER NOT NULL UNIQUE REFERENCES batch (id), area INTEGER NOT NULL, number TEXT NOT NULL UNIQUE,
	sha BLOB NOT NULL CHECK (length(sha) = 32), size INTEGER NOT NULL, journal_size INTEGER NOT NULL, journal_root BLOB NOT NULL,
	account INTEGER NOT NULL, at INTEGER NOT NULL, seq INTEGER NOT NULL
) STRICT;

-- Live counts, kept in the transaction of each step. Derived: they equal count(*) over dossier.
CREATE TABLE dossier_count (
	area INTEGER NOT NULL, state TEXT NOT NULL, kind TEXT NOT NULL, n INTEGER NOT NULL CHECK (n >= 0), PRIMARY KEY (area, state, kind)
) STRICT, WITHOUT ROWID;

-- A file from the centre. Its rows wait until another account accepts the whole.
CREATE TABLE import (
	id INTEGER PRIMARY KEY, sha BLOB NOT NULL CHECK (length(sha) = 32), form TEXT NOT NULL, channel TEXT NOT NULL, area INTEGER NOT NULL,
	account INTEGER NOT NULL, total INTEGER NOT NULL, accepted_by INTEGER, accepted_to INTEGER NOT NULL DEFAULT 0, at INTEGER NOT NULL,
	UNIQUE (sha, area)
) STRICT;
CREATE TABLE import_row (
	import INTEGER NOT NULL REFERENCES import (id), line INTEGER NOT NULL, dossier INTEGER,      -- NULL: refused
	result TEXT NOT NULL CHECK (result IN ('waiting', 'refused', 'applied', 'returned')), PRIMARY KEY (import, line)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX import_row_dossier ON import_row (dossier) WHERE dossier IS NOT NULL;
