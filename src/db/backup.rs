//! A copy of a database file that counts: read back and compared.
//!
//! A copy made by SQLite can turn into an empty file after a power cut, which
//! even passes an integrity check: the removal of its rollback journal was
//! never flushed, so the next opening undoes the copy. Hence EXTRA, a look at
//! what was really written, and [`durable_rename`] as the last step.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};
use rusqlite::Connection;
use rusqlite::backup::Backup;

use super::connection::{open_new, open_plain, quick_check};
use crate::blobs::durable_rename;
use crate::error::{Error, Result};

/// Pages copied at a time, and the pause after them for everyone else.
const PAGES: i32 = 200;
const PAUSE: Duration = Duration::from_millis(10);

/// How the names of unfinished copies begin.
pub(super) const UNFINISHED: &str = ".copy-";

/// Copies the database behind `source` to `path`, replacing what is there only
/// once the copy is complete, checked and flushed. Blocks; others may go on
/// writing meanwhile, the copy shows the moment it began.
pub fn to(source: &Connection, path: &Path) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let temporary = tempfile::Builder::new()
        .prefix(UNFINISHED)
        .tempfile_in(folder)
        .with_context(|| format!("creating a backup in {}", folder.display()))?
        .into_temp_path();
    // One read transaction from first to last page: no restart when others
    // write, and the numbers below belong to what is copied.
    source.execute_batch("BEGIN")?;
    let copied = Numbers::of(source).and_then(|numbers| {
        copy(source, &temporary)?;
        Ok(numbers)
    });
    source.execute_batch("ROLLBACK")?;
    verify(&temporary, &copied?).with_context(|| format!("checking {}", path.display()))?;
    durable_rename(&temporary, path)?;
    let _ = temporary.keep();
    Ok(())
}

fn copy(source: &Connection, path: &Path) -> Result<(), anyhow::Error> {
    let mut target = open_new(path).map_err(Error::into_anyhow)?;
    target.pragma_update(None, "synchronous", "EXTRA")?;
    Backup::new(source, &mut target)?.run_to_completion(PAGES, PAUSE, None)?;
    // The header came along and says WAL; as one plain file it is complete
    // without side files.
    let mode: String = target.query_row("PRAGMA journal_mode=DELETE", [], |row| row.get(0))?;
    ensure!(mode == "delete", "the copy stayed in mode {mode}");
    target.close().map_err(|(_, e)| e)?;
    Ok(())
}

/// What must be the same in the copy.
#[derive(Debug, PartialEq, Eq)]
struct Numbers {
    application_id: i64,
    user_version: i64,
    /// Tables and how many rows each has.
    rows: Vec<(String, i64)>,
}

impl Numbers {
    fn of(conn: &Connection) -> Result<Self, anyhow::Error> {
        let number = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0));
        let names = conn
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?
            .query_map([], |row| row.get::<_, String>(0))?
            .collect::<Result<Vec<_>, _>>()?;
        let mut rows = Vec::with_capacity(names.len());
        for name in names {
            let quoted = name.replace('"', "\"\"");
            let count = number(&format!("SELECT count(*) FROM \"{quoted}\""))?;
            rows.push((name, count));
        }
        Ok(Self {
            application_id: number("PRAGMA application_id")?,
            user_version: number("PRAGMA user_version")?,
            rows,
        })
    }
}

fn verify(path: &Path, expected: &Numbers) -> Result<(), anyhow::Error> {
    let copy = open_plain(path).map_err(Error::into_anyhow)?;
    quick_check(&copy)?;
    let found = Numbers::of(&copy)?;
    ensure!(
        found == *expected,
        "the copy differs: {found:?} instead of {expected:?}"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Which, test_connection};
    use super::*;

    fn source() -> Connection {
        let conn = test_connection(Which::Core).unwrap();
        conn.execute_batch("INSERT INTO meta VALUES ('a', 'b')")
            .unwrap();
        conn
    }

    #[test]
    fn a_copy_is_complete_alone_and_replaces_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("copy.db");
        let conn = source();
        to(&conn, &path).unwrap();
        conn.execute_batch("INSERT INTO meta VALUES ('c', 'd')")
            .unwrap();
        to(&conn, &path).unwrap();
        let names: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["copy.db"], "no side files");
        let copy = open_plain(&path).unwrap();
        assert_eq!(Numbers::of(&copy).unwrap(), Numbers::of(&conn).unwrap());
    }

    #[test]
    fn a_wrong_copy_does_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("copy.db");
        let conn = source();
        let expected = Numbers::of(&conn).unwrap();
        for spoil in [
            "DELETE FROM meta",
            "PRAGMA application_id = 7",
            "PRAGMA user_version = 4000",
            "DROP TABLE jobs",
        ] {
            to(&conn, &path).unwrap();
            verify(&path, &expected).unwrap();
            open_plain(&path).unwrap().execute_batch(spoil).unwrap();
            verify(&path, &expected).unwrap_err();
        }
        // What a power cut makes of an unsynced copy: empty, and "ok".
        std::fs::write(&path, "").unwrap();
        verify(&path, &expected).unwrap_err();
    }
}
