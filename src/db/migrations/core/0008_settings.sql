-- What was chosen for the whole box on its own page. `llm` is the catalogue id
-- of the language model.
CREATE TABLE settings (
    key        TEXT PRIMARY KEY,
    value      TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
