-- 0008 shown-leaf: the persons of one leaf, for the journal's export and for letters; without it each of them reads every display.
CREATE INDEX journal_person_seq ON journal_person (seq);
