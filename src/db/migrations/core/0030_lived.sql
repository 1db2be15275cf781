-- How long the box had been there when classes were rolled over: undoing waits as the
-- trash does, by this. Of those that are there only the date is known.
ALTER TABLE rollovers ADD COLUMN done_lived INTEGER NOT NULL DEFAULT 0;
UPDATE rollovers
SET done_lived =
    coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'lived'), 0)
    - max(
        0,
        coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'time'), 0) - done_at
    );
