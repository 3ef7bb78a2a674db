-- 0006 import: how far a file is, without counting its rows each time.
ALTER TABLE import ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import ADD COLUMN applied INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;          -- refused at the file's reading, or sent back at its acceptance
UPDATE import SET waiting = (SELECT count(*) FROM import_row r WHERE r.import = import.id AND r.result = 'waiting'),
	applied = (SELECT count(*) FROM import_row r WHERE r.import = import.id AND r.result = 'applied'),
	refused = (SELECT count(*) FROM import_row r WHERE r.import = import.id AND r.result IN ('refused', 'returned'));
CREATE INDEX import_row_waiting ON import_row (import, line) WHERE result = 'waiting';
