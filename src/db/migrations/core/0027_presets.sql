-- How a school works: chosen at set-up and changed later. Without a row all is as usual.
CREATE TABLE school_settings (
    org_id        TEXT PRIMARY KEY REFERENCES orgs (id),
    -- What learners are given to sign in with, unless a teacher chooses otherwise.
    way           TEXT NOT NULL,
    -- After how many minutes without a request a session on a shared device is over.
    quiet_minutes INTEGER NOT NULL,
    -- Whether people without an account may look around.
    guests        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How long a session lasts without a request, and at most: a school may change the one,
-- and guests stay for less.
ALTER TABLE sessions ADD COLUMN idle_ms INTEGER NOT NULL DEFAULT 1209600000;
ALTER TABLE sessions ADD COLUMN most_ms INTEGER NOT NULL DEFAULT 7776000000;
UPDATE sessions SET idle_ms = 1200000 WHERE shared;
