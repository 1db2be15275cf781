-- Whether the original is being read once more; the text of before serves until
-- there is another.
ALTER TABLE lessons ADD COLUMN anew INTEGER NOT NULL DEFAULT 0;
