-- The small picture of a lesson on its card, a blob named by its SHA-256; none where
-- there is none.
ALTER TABLE lessons ADD COLUMN poster TEXT;
-- Which maker of posters looked at the lesson last; 0 before the first.
ALTER TABLE lessons ADD COLUMN poster_by INTEGER NOT NULL DEFAULT 0;
