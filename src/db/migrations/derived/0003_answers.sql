-- Answers that tutors wrote, kept for those who ask the same. `made_from` is a
-- hash of everything an answer was made from, so an entry that no longer holds
-- is not found any more; those longest unused go first.
CREATE TABLE answers (
    id         TEXT PRIMARY KEY,
    org_id     TEXT NOT NULL,
    persona_id TEXT NOT NULL,
    language   TEXT NOT NULL,
    made_from  BLOB NOT NULL CHECK (length(made_from) = 32),
    question   TEXT NOT NULL,
    normal     TEXT NOT NULL,
    sense      TEXT NOT NULL,
    text       TEXT NOT NULL,
    -- JSON list of the passages it was made from.
    passages   TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- How often it was given to somebody else.
    uses       INTEGER NOT NULL DEFAULT 0,
    -- Counts up with every use of any entry: the clock of a box may go back.
    turn       INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX answers_question ON answers (made_from, normal);
CREATE INDEX answers_sense ON answers (made_from, sense);
CREATE INDEX answers_turn ON answers (turn);
CREATE INDEX answers_org ON answers (org_id, turn);

CREATE TABLE answer_lessons (
    lesson_id TEXT NOT NULL,
    answer_id TEXT NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
    PRIMARY KEY (lesson_id, answer_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX answer_lessons_answer ON answer_lessons (answer_id);

-- A lesson that is read anew or deleted takes its answers along, whoever
-- removes its passages.
CREATE TRIGGER answers_forget AFTER DELETE ON passages BEGIN
    DELETE FROM answers
    WHERE id IN (SELECT answer_id FROM answer_lessons WHERE lesson_id = old.lesson_id);
END;

-- How often approved answers, which are in core.db, were given.
CREATE TABLE approved_uses (
    answer_id TEXT PRIMARY KEY,
    uses      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
