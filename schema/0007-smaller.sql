-- 0007 smaller: fillings in few bytes, and indexes that hold only what is asked for.
--
-- filling.body: packed (src/store/filling_pack.h), or the canonical CBOR of before. ref: the filling it is kept as a difference
-- against, which has none itself. digest: SHA-256 over salt and the canonical bytes, what the dossier's version commits to;
-- NULL: of before, salt and body are committed to themselves.
ALTER TABLE filling ADD COLUMN ref INTEGER;
ALTER TABLE filling ADD COLUMN digest BLOB;
CREATE INDEX filling_ref ON filling (ref) WHERE ref IS NOT NULL;
-- Of a journal's objects only households are looked for.
DROP INDEX journal_object;
CREATE INDEX journal_household ON journal (object) WHERE tbl = 1 AND object <> 0;
-- Who is on a card is found among the members of its household.
DROP INDEX membership_card;
CREATE INDEX open_person_area ON open_person (area);
