-- People who make their own accounts, and people who forgot their password. Of codes
-- that open an account only the SHA-256 is kept.

CREATE TABLE invitations (
    org_id     TEXT NOT NULL REFERENCES orgs (id),
    id         TEXT NOT NULL UNIQUE,
    sha256     BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
    role       TEXT NOT NULL,
    -- Who is meant, to fill in the form.
    name       TEXT,
    -- The class whoever comes is put into.
    class_id   TEXT,
    uses       INTEGER NOT NULL,
    used       INTEGER NOT NULL DEFAULT 0,
    made_by    TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    CHECK (used <= uses),
    FOREIGN KEY (org_id, made_by) REFERENCES users (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, class_id) REFERENCES classes (org_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX invitations_made_by ON invitations (org_id, made_by);
CREATE INDEX invitations_class ON invitations (org_id, class_id);

-- Those with a use left whose class is there and whose maker may still make them, also
-- for the class; when
-- they end is the reader's to ask.
CREATE VIEW standing_invitations AS
SELECT i.*, c.name AS class_name, p.name AS made_by_name
FROM invitations AS i
JOIN people AS p ON p.org_id = i.org_id AND p.id = i.made_by AND p.active
    AND (p.role = 'admin' OR (p.role = 'teacher' AND i.role = 'learner'))
LEFT JOIN school_classes AS c ON c.org_id = i.org_id AND c.id = i.class_id
    AND c.archived_at IS NULL
WHERE
    i.used < i.uses
    AND (
        i.class_id IS NULL
        OR c.id IS NOT NULL AND (
            p.role = 'admin' OR EXISTS (
                SELECT 1 FROM class_members AS m
                WHERE m.org_id = i.org_id AND m.class_id = i.class_id AND m.user_id = p.id
            )
        )
    );

-- The code of a school with which learners ask for an account. Its teachers read it out,
-- so it is kept as it is.
CREATE TABLE joining (
    org_id TEXT PRIMARY KEY REFERENCES orgs (id),
    code   TEXT NOT NULL UNIQUE,
    open   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Closed accounts that wait until a teacher opens them.
CREATE TABLE waiting (
    org_id   TEXT NOT NULL,
    user_id  TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, user_id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Cards with which staff set a new password, once: one that was given to somebody who
-- forgot it, and one an administrator printed in advance, which does not end by itself.
CREATE TABLE recovery_cards (
    org_id     TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('given', 'own')),
    sha256     BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (org_id, user_id, kind),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
