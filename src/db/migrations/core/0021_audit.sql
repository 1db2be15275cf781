-- What the staff of a school did, numbered without gaps per school, each row
-- hash-chained to the one before. Nothing here is ever changed or deleted. It refers to
-- no other table, because entries outlive what they are about; they hold no names of
-- people, so that whoever is erased is erased here too.
CREATE TABLE audit (
    org_id  TEXT NOT NULL,
    seq     INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    -- None where the box did it by itself.
    actor   TEXT,
    action  TEXT NOT NULL,
    -- What it was done to.
    kind    TEXT NOT NULL,
    subject TEXT,
    facts   TEXT NOT NULL,
    chain   BLOB NOT NULL CHECK (length(chain) = 32),
    PRIMARY KEY (org_id, seq)
) STRICT, WITHOUT ROWID;

-- The last of each school, so that entries missing at the end show.
CREATE TABLE audit_head (
    org_id TEXT PRIMARY KEY,
    seq    INTEGER NOT NULL,
    chain  BLOB NOT NULL CHECK (length(chain) = 32)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_stays BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is only added to');
END;

CREATE TRIGGER audit_keeps BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is only added to');
END;

-- Also because INSERT OR REPLACE deletes without asking the trigger before.
CREATE TRIGGER audit_goes_on BEFORE INSERT ON audit
WHEN NEW.seq IS NOT (
    SELECT coalesce(max(seq), 0) + 1 FROM audit WHERE org_id = NEW.org_id
)
BEGIN
    SELECT RAISE(ABORT, 'the audit log is only added to');
END;
