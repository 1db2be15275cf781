-- Children's data: how old a learner is, and what the parents said.

-- A band, never a birthday; none where nobody has said it, which counts as under 16.
ALTER TABLE users ADD COLUMN age TEXT CHECK (age IN ('under_16', '16_or_over'));

-- What was written down about the consent to a learner's data, numbered by school. The
-- last entry of a learner is what stands. Whoever wrote it is named by an id alone:
-- names of people are looked up, so that whoever is erased is erased here too.
CREATE TABLE consents (
    org_id      TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    user_id     TEXT NOT NULL,
    at          INTEGER NOT NULL,
    -- How long the box had been there then: dates leap where clocks are set.
    lived       INTEGER NOT NULL,
    recorded_by TEXT NOT NULL,
    state       TEXT NOT NULL
        CHECK (state IN ('none', 'asked', 'given', 'refused', 'withdrawn')),
    -- Who said it, in relation to the learner; never a name.
    giver       TEXT CHECK (giver IN ('mother', 'father', 'guardian', 'learner')),
    way         TEXT CHECK (way IN ('paper', 'in_person', 'phone')),
    note        TEXT CHECK (length(note) <= 200),
    -- Which purpose text it is about; none where nothing stands.
    version     INTEGER,
    -- The entry this one takes back; what stood before that stands again.
    undoes      INTEGER,
    PRIMARY KEY (org_id, seq),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX consents_user ON consents (org_id, user_id, seq);

CREATE TRIGGER consents_stay BEFORE UPDATE ON consents
BEGIN
    SELECT RAISE(ABORT, 'the register of consents is only added to');
END;

-- They go with their learner and not otherwise.
CREATE TRIGGER consents_keep BEFORE DELETE ON consents
WHEN EXISTS (SELECT 1 FROM users WHERE org_id = OLD.org_id AND id = OLD.user_id)
BEGIN
    SELECT RAISE(ABORT, 'the register of consents is only added to');
END;

-- What follows in a school where nothing was said about a learner under 16; without a row
-- such a learner asks no tutors.
CREATE TABLE consent_rules (
    org_id  TEXT PRIMARY KEY REFERENCES orgs (id) ON DELETE CASCADE,
    missing TEXT NOT NULL CHECK (missing IN ('closed', 'remind'))
) STRICT, WITHOUT ROWID;

-- Every learner with what stands, whether a consent is lacking, and whether tutors are
-- closed for it. A no closes them whatever the age and the school's rule.
CREATE VIEW learner_consents AS
SELECT
    s.*,
    CASE s.state
        WHEN 'given' THEN 0
        WHEN 'refused' THEN 1
        WHEN 'withdrawn' THEN 1
        ELSE s.age IS NOT '16_or_over'
    END AS lacking,
    CASE s.state
        WHEN 'given' THEN 0
        WHEN 'refused' THEN 1
        WHEN 'withdrawn' THEN 1
        ELSE s.age IS NOT '16_or_over' AND NOT EXISTS (
            SELECT 1 FROM consent_rules AS r WHERE r.org_id = s.org_id AND r.missing = 'remind'
        )
    END AS closed
FROM (
    SELECT
        p.org_id, p.id AS user_id, p.name, p.age,
        coalesce(c.state, 'none') AS state,
        c.seq, c.at, c.lived, c.recorded_by, c.giver, c.way, c.note, c.version, c.undoes
    FROM people AS p
    LEFT JOIN consents AS c ON c.org_id = p.org_id AND c.seq = (
        SELECT max(l.seq) FROM consents AS l WHERE l.org_id = p.org_id AND l.user_id = p.id
    )
    WHERE p.role = 'learner'
) AS s;

-- Learners whom somebody teaches now.
CREATE VIEW learners_taught AS
SELECT t.org_id, t.user_id AS teacher_id, m.user_id, m.class_id
FROM class_members AS t
JOIN school_classes AS k ON k.org_id = t.org_id AND k.id = t.class_id AND k.archived_at IS NULL
JOIN class_members AS m ON m.org_id = t.org_id AND m.class_id = t.class_id;
