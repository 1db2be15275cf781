-- Facts about this file: the epoch of the core.db it was built from, whether
-- its content has been rebuilt since it was created, and how often it was
-- flushed on request.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO meta (key, value) VALUES ('flushes', '0');
