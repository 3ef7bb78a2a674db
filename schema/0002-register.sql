-- 0002-register: areas, households, persons, family cards, memberships, and what is found by them.
--
-- Versioned tables: T holds the current rows, T_was the versions that were current once; `until` is the journal number that
-- ended one. Known at journal number S:  T where seq <= S  union all  T_was where seq <= S and until > S.
-- One version per row and operation. World dates (from_on, to_on, ...) are YYYY-MM-DD; NULL is unanswered or not ended.
-- A membership that ended stays in T (to_on); one that was never true leaves T and stays in T_was only.
-- NIK and card numbers: INTEGER when they are 16 digits, with what was typed beside. `answers`: canonical CBOR, field number of
-- the questionnaire -> text, for what has no column of its own. Codes of choices are kept as the questionnaire's text.

CREATE TABLE area (
	id INTEGER PRIMARY KEY, level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 4), name TEXT NOT NULL, parent INTEGER REFERENCES area (id),
	from_on TEXT, to_on TEXT, seq INTEGER NOT NULL
) STRICT;
CREATE TABLE area_was (
	id INTEGER NOT NULL, level INTEGER NOT NULL, name TEXT NOT NULL, parent INTEGER,
	from_on TEXT, to_on TEXT, seq INTEGER NOT NULL, until INTEGER NOT NULL,
	PRIMARY KEY (id, seq), CHECK (until > seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX area_parent ON area (parent, name);

-- Codes are rows of their own, so that a recode touches no household.
CREATE TABLE area_code (
	id INTEGER PRIMARY KEY, area INTEGER NOT NULL REFERENCES area (id), scheme TEXT NOT NULL CHECK (scheme IN ('kemendagri', 'bps')),
	code TEXT NOT NULL, from_on TEXT, to_on TEXT, seq INTEGER NOT NULL
) STRICT;
CREATE TABLE area_code_was (
	id INTEGER NOT NULL, area INTEGER NOT NULL, scheme TEXT NOT NULL, code TEXT NOT NULL,
	from_on TEXT, to_on TEXT, seq INTEGER NOT NULL, until INTEGER NOT NULL,
	PRIMARY KEY (id, seq), CHECK (until > seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX area_code_live ON area_code (scheme, code) WHERE to_on IS NULL;
CREATE INDEX area_code_area ON area_code (area);
CREATE INDEX area_code_was_area ON area_code_was (area);

CREATE TABLE area_link (
	from_area INTEGER NOT NULL REFERENCES area (id), to_area INTEGER NOT NULL REFERENCES area (id),
	kind TEXT NOT NULL CHECK (kind IN ('split', 'merge')), on_date TEXT NOT NULL, seq INTEGER NOT NULL,
	PRIMARY KEY (from_area, to_area)
) STRICT, WITHOUT ROWID;

CREATE TABLE household (
	id INTEGER PRIMARY KEY, area INTEGER NOT NULL REFERENCES area (id),
	address TEXT, rt TEXT, rw TEXT, hamlet TEXT, since_on TEXT,
	state TEXT NOT NULL CHECK (state IN ('active', 'exited', 'merged')), reason TEXT, state_on TEXT,
	merged_into INTEGER, split_from INTEGER, form TEXT NOT NULL, form_version INTEGER NOT NULL, answers BLOB, seq INTEGER NOT NULL,
	CHECK ((state = 'merged') = (merged_into IS NOT NULL))
) STRICT;
CREATE TABLE household_was (
	id INTEGER NOT NULL, area INTEGER NOT NULL,
	address TEXT, rt TEXT, rw TEXT, hamlet TEXT, since_on TEXT,
	state TEXT NOT NULL, reason TEXT, state_on TEXT,
	merged_into INTEGER, split_from INTEGER, form TEXT NOT NULL, form_version INTEGER NOT NULL, answers BLOB, seq INTEGER NOT NULL,
	until INTEGER NOT NULL, PRIMARY KEY (id, seq), CHECK (until > seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX household_area ON household (area);
CREATE INDEX household_was_area ON household_was (area);
CREATE INDEX household_merged ON household (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE person (
	id INTEGER PRIMARY KEY, nik INTEGER, nik_typed TEXT, name TEXT, sex TEXT, birth_on TEXT, mother TEXT, died_on TEXT,
	merged_into INTEGER, erased INTEGER NOT NULL DEFAULT 0, answers BLOB, seq INTEGER NOT NULL
) STRICT;
CREATE TABLE person_was (
	id INTEGER NOT NULL, nik INTEGER, nik_typed TEXT, name TEXT, sex TEXT, birth_on TEXT, mother TEXT, died_on TEXT,
	merged_into INTEGER, erased INTEGER NOT NULL, answers BLOB, seq INTEGER NOT NULL,
	until INTEGER NOT NULL, PRIMARY KEY (id, seq), CHECK (until > seq)
) STRICT, WITHOUT ROWID;
-- Not unique: two persons on one NIK is a finding for the supervisor, not an error of the database.
CREATE INDEX person_nik ON person (nik) WHERE nik IS NOT NULL;
CREATE INDEX person_merged ON person (merged_into) WHERE merged_into IS NOT NULL;

-- A family of the household (NUK), with or without a card in hand.
CREATE TABLE family_card (
	id INTEGER PRIMARY KEY, household INTEGER NOT NULL REFERENCES household (id), family_no TEXT NOT NULL,
	no INTEGER, no_typed TEXT, from_on TEXT, to_on TEXT, reason TEXT, replaced_by INTEGER, seq INTEGER NOT NULL
) STRICT;
CREATE TABLE family_card_was (
	id INTEGER NOT NULL, household INTEGER NOT NULL, family_no TEXT NOT NULL,
	no INTEGER, no_typed TEXT, from_on TEXT, to_on TEXT, reason TEXT, replaced_by INTEGER, seq INTEGER NOT NULL,
	until INTEGER NOT NULL, PRIMARY KEY (id, seq), CHECK (until > seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX family_card_no ON family_card (no) WHERE no IS NOT NULL;
CREATE INDEX family_card_household ON family_card (household);
CREATE INDEX family_card_was_household ON family_card_was (household);

CREATE TABLE membership (
	id INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES person (id), household INTEGER NOT NULL REFERENCES household (id),
	card INTEGER NOT NULL REFERENCES family_card (id), relation TEXT, family_relation TEXT,
	from_on TEXT, to_on TEXT, to_reason TEXT, seq INTEGER NOT NULL
) STRICT;
CREATE TABLE membership_was (
	id INTEGER NOT NULL, person INTEGER NOT NULL, household INTEGER NOT NULL, card INTEGER NOT NULL, relation TEXT, family_relation TEXT,
	from_on TEXT, to_on TEXT, to_reason TEXT, seq INTEGER NOT NULL,
	until INTEGER NOT NULL, PRIMARY KEY (id, seq), CHECK (until > seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_household ON membership (household);
CREATE INDEX membership_was_household ON membership_was (household);
CREATE INDEX membership_person ON membership (person);
CREATE INDEX membership_was_person ON membership_was (person);
-- The last word on the three invariants; register_check.c refuses with a finding before they can speak.
CREATE UNIQUE INDEX membership_one_family ON membership (person) WHERE to_on IS NULL;
CREATE UNIQUE INDEX membership_one_head ON membership (household) WHERE to_on IS NULL AND relation = '1';
CREATE UNIQUE INDEX membership_one_family_head ON membership (card) WHERE to_on IS NULL AND family_relation = '1';

-- Rows of the questionnaire's other rosters: businesses, children elsewhere. person: the member it belongs to, if any.
CREATE TABLE roster_row (
	id INTEGER PRIMARY KEY, household INTEGER NOT NULL REFERENCES household (id), roster INTEGER NOT NULL, person INTEGER,
	answers BLOB, seq INTEGER NOT NULL
) STRICT;
CREATE TABLE roster_row_was (
	id INTEGER NOT NULL, household INTEGER NOT NULL, roster INTEGER NOT NULL, person INTEGER,
	answers BLOB, seq INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (id, seq), CHECK (until > seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX roster_row_household ON roster_row (household);
CREATE INDEX roster_row_was_household ON roster_row_was (household);
CREATE INDEX roster_row_person ON roster_row (person) WHERE person IS NOT NULL;
CREATE INDEX roster_row_was_person ON roster_row_was (person) WHERE person IS NOT NULL;

-- What the centre has determined about a household; only the recording of a determination writes here.
CREATE TABLE listing (
	id INTEGER PRIMARY KEY, household INTEGER NOT NULL REFERENCES household (id), profile TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('listed', 'struck')), decile INTEGER CHECK (decile BETWEEN 1 AND 10), since_on TEXT, seq INTEGER NOT NULL
) STRICT;
CREATE TABLE listing_was (
	id INTEGER NOT NULL, household INTEGER NOT NULL, profile TEXT NOT NULL,
	state TEXT NOT NULL, decile INTEGER, since_on TEXT, seq INTEGER NOT NULL,
	until INTEGER NOT NULL, PRIMARY KEY (id, seq), CHECK (until > seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX listing_one ON listing (household, profile);
CREATE INDEX listing_was_household ON listing_was (household);

-- Which changes made the versions of a journal number (an accepted import makes many): histories, "lewat berkas ...", and the order of unmerging.
CREATE TABLE register_change (
	n INTEGER PRIMARY KEY, seq INTEGER NOT NULL, kind TEXT NOT NULL, dossier INTEGER, number TEXT, household INTEGER, other INTEGER,
	reason TEXT, actor INTEGER, at INTEGER NOT NULL
) STRICT;
CREATE INDEX register_change_household ON register_change (household) WHERE household IS NOT NULL;
CREATE INDEX register_change_other ON register_change (other) WHERE other IS NOT NULL;

-- Live counts per village, kept in the transaction of the change; active households and their present members.
CREATE TABLE register_count (
	area INTEGER PRIMARY KEY, households INTEGER NOT NULL, persons INTEGER NOT NULL
) STRICT;

-- Search by name: skeleton words and neighbouring pairs. Derived, deferred: name_key_todo lists whom the keys do not show yet.
-- src 1: id is a person; src 2: id is a row of open_person.
CREATE TABLE name_key (
	key TEXT NOT NULL, src INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (key, src, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE name_key_todo (
	src INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (src, id)
) STRICT, WITHOUT ROWID;
-- The persons of dossiers that are not closed: yesterday's family must be found today.
CREATE TABLE open_person (
	id INTEGER PRIMARY KEY, dossier INTEGER NOT NULL, area INTEGER NOT NULL, n INTEGER NOT NULL,
	nik INTEGER, nik_typed TEXT, card_no INTEGER, name TEXT, birth_on TEXT, mother TEXT, head TEXT
) STRICT;
CREATE INDEX open_person_dossier ON open_person (dossier);
CREATE INDEX open_person_nik ON open_person (nik) WHERE nik IS NOT NULL;
CREATE INDEX open_person_card ON open_person (card_no) WHERE card_no IS NOT NULL;

-- Erasure asks for two accounts; the request is kept as long as it is open.
CREATE TABLE erase_request (
	person INTEGER PRIMARY KEY, account INTEGER NOT NULL, reason TEXT NOT NULL, seq INTEGER NOT NULL
) STRICT;
