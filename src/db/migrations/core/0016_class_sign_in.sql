-- Signing in without a password: a class's code, one's name, and four digits or
-- four pictures.

-- What the hash of a person's secret was made of.
ALTER TABLE users ADD COLUMN way TEXT NOT NULL DEFAULT 'password';
-- Tries since the last right one; of short secrets only so many are free.
ALTER TABLE users ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;

-- What pupils type to find their class; none until it was opened once.
ALTER TABLE classes ADD COLUMN code TEXT;
-- Until when whoever has the code sees the names.
ALTER TABLE classes ADD COLUMN open_until INTEGER NOT NULL DEFAULT 0;

CREATE UNIQUE INDEX classes_code ON classes (code);

-- Cards whose code signs their learner in; only its SHA-256 is kept.
CREATE TABLE badges (
    org_id     TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    sha256     BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, user_id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
