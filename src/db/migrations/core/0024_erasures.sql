-- People who were deleted for good: which one, when and why, and no name. What is left of
-- them in files and in derived.db goes by a job; `cleaned_at` is when that was done.
CREATE TABLE erasures (
    org_id     TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('asked', 'trash')),
    -- JSON list of their lessons that went too; the others were made over to `heir`.
    lessons    TEXT NOT NULL,
    heir       TEXT,
    erased_at  INTEGER NOT NULL,
    cleaned_at INTEGER,
    PRIMARY KEY (org_id, user_id)
) STRICT, WITHOUT ROWID;
