//! One SQLite connection, set up the same way wherever it is opened.
//!
//! The pragmas are those of the reliability page; each answers a known way to
//! lose or leak data. This file also holds the only unsafe line of storage:
//! making sqlite-vec part of every connection.

use std::path::Path;
use std::sync::Once;

use anyhow::{Context, anyhow, ensure};
use rusqlite::{Connection, OpenFlags};

use super::functions;
use crate::error::Result;

/// SQLite before this (3.51.3) can corrupt a database when a WAL is reset.
const OLDEST_SQLITE: i32 = 3_051_003;

/// Which of the two database files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// People, chats, lessons, jobs, outbox: must never be lost.
    Core,
    /// Search indexes and caches: may be deleted at any boot.
    Derived,
}

impl Which {
    /// The file's name in the data folder.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Core => "core.db",
            Self::Derived => "derived.db",
        }
    }

    /// SQLite's `application_id`: "BwnC" and "BwnD" in ASCII.
    pub(super) fn application_id(self) -> i32 {
        match self {
            Self::Core => 0x4277_6e43,
            Self::Derived => 0x4277_6e44,
        }
    }

    fn synchronous(self) -> &'static str {
        match self {
            // Flushes every commit: an answered write survives a power cut.
            Self::Core => "FULL",
            // Never corrupt, but the last commits may be gone; see `Store::flush`.
            Self::Derived => "NORMAL",
        }
    }
}

/// Opens the file for the writer thread.
pub(super) fn open_writer(path: &Path, which: Which) -> Result<Connection> {
    let conn = open(path, OpenFlags::SQLITE_OPEN_CREATE)?;
    let mode: String = conn.query_row("PRAGMA journal_mode=WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(anyhow!("{} can not use WAL, only {mode}", path.display()).into());
    }
    set_up(&conn, which)?;
    // Fewer, larger moves from the WAL than SQLite's 1000 pages; the WAL file
    // shrinks back after a burst.
    conn.execute_batch("PRAGMA wal_autocheckpoint=500; PRAGMA journal_size_limit=16777216;")?;
    Ok(conn)
}

/// Opens the existing file for reading only.
pub(super) fn open_reader(path: &Path, which: Which) -> Result<Connection> {
    let conn = open(path, OpenFlags::empty())?;
    set_up(&conn, which)?;
    conn.pragma_update(None, "query_only", true)?;
    Ok(conn)
}

/// An empty database in memory, for the unit tests of feature stores.
pub(super) fn open_memory(which: Which) -> Result<Connection> {
    register_vectors()?;
    let conn = Connection::open_in_memory()?;
    set_up(&conn, which)?;
    Ok(conn)
}

/// Opens a file as it is, to look at its header before anything is set.
pub(super) fn open_plain(path: &Path) -> Result<Connection> {
    open(path, OpenFlags::empty())
}

/// Opens a new, empty file that only this connection will ever use.
pub(super) fn open_new(path: &Path) -> Result<Connection> {
    open(path, OpenFlags::SQLITE_OPEN_CREATE)
}

fn open(path: &Path, more: OpenFlags) -> Result<Connection> {
    register_vectors()?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
    let conn = Connection::open_with_flags(path, flags)
        .with_context(|| format!("opening {}", path.display()))?;
    // Before the first statement that could meet a lock.
    conn.pragma_update(None, "busy_timeout", 5000)?;
    Ok(conn)
}

fn set_up(conn: &Connection, which: Which) -> Result<()> {
    conn.execute_batch(
        "PRAGMA busy_timeout=5000;
         PRAGMA foreign_keys=ON;
         PRAGMA trusted_schema=OFF;
         PRAGMA cell_size_check=ON;
         PRAGMA temp_store=MEMORY;
         PRAGMA mmap_size=0;
         PRAGMA secure_delete=ON;",
    )?;
    conn.pragma_update(None, "synchronous", which.synchronous())?;
    functions::register(conn)?;
    conn.set_prepared_statement_cache_capacity(128);
    Ok(())
}

/// Fails when the linked SQLite is one that can damage its files.
pub(super) fn refuse_old_sqlite(version: i32) -> Result<()> {
    let text = |v: i32| format!("{}.{}.{}", v / 1_000_000, v / 1000 % 1000, v % 1000);
    if version < OLDEST_SQLITE {
        return Err(anyhow!(
            "SQLite {} can damage databases; {} or newer is needed",
            text(version),
            text(OLDEST_SQLITE)
        )
        .into());
    }
    Ok(())
}

/// Makes sqlite-vec part of every connection opened from now on.
fn register_vectors() -> Result<()> {
    static REGISTERED: Once = Once::new();
    let mut outcome = Ok(());
    REGISTERED.call_once(|| {
        // SAFETY: `sqlite3_vec_init` is a SQLite extension entry point (C code
        // compiled with SQLITE_CORE against the bundled library); its crate
        // declares it without arguments, the transmute restores the signature
        // that `sqlite3_auto_extension` documents. It opens and closes no
        // database and leaves the list of extensions alone.
        outcome = unsafe {
            let entry = std::mem::transmute::<
                unsafe extern "C" fn(),
                rusqlite::auto_extension::RawAutoExtension,
            >(sqlite_vec::sqlite3_vec_init);
            rusqlite::auto_extension::register_auto_extension(entry)
        };
    });
    Ok(outcome?)
}

/// Checks the file's structure; the error says what SQLite found.
pub(super) fn quick_check(conn: &Connection) -> Result<(), anyhow::Error> {
    let verdict: String = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    ensure!(verdict == "ok", "quick_check: {verdict}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_sqlite_is_refused_and_the_linked_one_is_not() {
        let refused = refuse_old_sqlite(3_051_002).unwrap_err().to_string();
        assert!(
            refused.contains("3.51.2") && refused.contains("3.51.3"),
            "{refused}"
        );
        refuse_old_sqlite(rusqlite::version_number()).unwrap();
    }

    #[test]
    fn vectors_work_on_every_connection() {
        let conn = open_memory(Which::Derived).unwrap();
        let version: String = conn
            .query_row("SELECT vec_version()", [], |row| row.get(0))
            .unwrap();
        assert!(version.starts_with('v'), "{version}");
    }

    #[test]
    fn pragmas_are_set() {
        let folder = tempfile::tempdir().unwrap();
        for (which, synchronous) in [(Which::Core, 2), (Which::Derived, 1)] {
            let path = folder.path().join(which.file_name());
            let conn = open_writer(&path, which).unwrap();
            for (pragma, expect) in [
                ("synchronous", synchronous),
                ("busy_timeout", 5000),
                ("foreign_keys", 1),
                ("trusted_schema", 0),
                ("cell_size_check", 1),
                ("temp_store", 2),
                ("mmap_size", 0),
                ("wal_autocheckpoint", 500),
                ("journal_size_limit", 16_777_216),
                ("secure_delete", 1),
            ] {
                let value: i64 = conn
                    .query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0))
                    .unwrap();
                assert_eq!(value, expect, "{pragma} of {which:?}");
            }
            let reader = open_reader(&path, which).unwrap();
            let refused = reader.execute_batch("CREATE TABLE t (x)").unwrap_err();
            assert!(refused.to_string().contains("readonly"), "{refused}");
        }
    }
}
