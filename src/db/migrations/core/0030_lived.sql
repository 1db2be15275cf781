-- How long the box had been there when classes were rolled over: undoing waits as the
-- trash does, by this. What is there already can be undone for 30 days from now on.
ALTER TABLE rollovers ADD COLUMN done_lived INTEGER NOT NULL DEFAULT 0;
UPDATE rollovers
SET done_lived = coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'lived'), 0);
