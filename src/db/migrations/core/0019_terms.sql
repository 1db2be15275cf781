-- School years and terms. Days are written as 2026-01-05; those of a school do not
-- overlap, so that one at most is the current one.
CREATE TABLE terms (
    org_id     TEXT NOT NULL REFERENCES orgs (id),
    id         TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    first_day  TEXT NOT NULL,
    last_day   TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    CHECK (first_day <= last_day)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX terms_name ON terms (org_id, name COLLATE NOCASE);

-- The term a class belongs to. A table of its own, because a column can not refer to
-- a term of the same school.
CREATE TABLE class_terms (
    org_id   TEXT NOT NULL,
    class_id TEXT NOT NULL,
    term_id  TEXT NOT NULL,
    PRIMARY KEY (org_id, class_id),
    FOREIGN KEY (org_id, class_id) REFERENCES classes (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, term_id) REFERENCES terms (org_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX class_terms_term ON class_terms (org_id, term_id);

-- Classes that were taken into another term together, so that it can be undone.
CREATE TABLE rollovers (
    org_id  TEXT NOT NULL,
    id      TEXT NOT NULL UNIQUE,
    -- Where they were taken.
    term_id TEXT NOT NULL,
    done_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, term_id) REFERENCES terms (org_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE rollover_classes (
    org_id       TEXT NOT NULL,
    rollover_id  TEXT NOT NULL,
    class_id     TEXT NOT NULL,
    -- The class that was made of it; none when it ended.
    successor_id TEXT,
    PRIMARY KEY (org_id, rollover_id, class_id),
    FOREIGN KEY (org_id, rollover_id) REFERENCES rollovers (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, class_id) REFERENCES classes (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, successor_id) REFERENCES classes (org_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX rollover_classes_class ON rollover_classes (org_id, class_id);
CREATE INDEX rollover_classes_successor ON rollover_classes (org_id, successor_id);
