-- Sessions of browsers: what they say they are, and whether others use the device too.
ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;
