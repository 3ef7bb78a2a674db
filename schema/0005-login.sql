-- Tries to log in are counted by name and network (src/store/bar.h); a lock is no more. What was counted before is forgotten: it
-- holds for minutes, and a name that was locked for good must not stay so.
DROP TABLE login_failure;
-- Both by keyed hash, so that a name nobody has is treated like one somebody has. net_hash of zeros: all networks together.
CREATE TABLE login_failure (
	name_hash BLOB NOT NULL CHECK (length(name_hash) = 32),
	net_hash BLOB NOT NULL CHECK (length(net_hash) = 32),
	failures INTEGER NOT NULL,
	last_at INTEGER NOT NULL,
	until_at INTEGER NOT NULL,                 -- no try is looked at before this moment
	PRIMARY KEY (name_hash, net_hash)
) STRICT, WITHOUT ROWID;
-- From where an account has logged in well.
CREATE TABLE login_network (
	account INTEGER NOT NULL REFERENCES account (id),
	network TEXT NOT NULL,
	last_at INTEGER NOT NULL,
	PRIMARY KEY (account, network)
) STRICT, WITHOUT ROWID;
