-- When a passage of a recording is spoken.
ALTER TABLE passages ADD COLUMN anchor_start_ms INTEGER;
ALTER TABLE passages ADD COLUMN anchor_end_ms INTEGER;
