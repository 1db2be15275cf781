//! From a data folder to two usable files.
//!
//! core.db is precious: anything strange stops the start with an error that
//! says what to do. derived.db is not: anything strange deletes it, and the
//! features fill it again from core.db and the blobs.

use std::fs;
use std::path::Path;

use anyhow::{Context, anyhow, ensure};
use rusqlite::Connection;
use tracing::{info, warn};

use super::backup;
use super::connection::{Which, open_plain, open_writer, quick_check};
use super::folder::Folder;
use super::migrate::{State, Step, inspect, migrate};
use crate::error::{Error, Result};
use crate::types::Timestamp;

/// Opens, checks and migrates core.db. `clean`: the last server closed it.
pub(super) fn core(
    folder: &Folder,
    clean: bool,
    steps: &[Step],
    now: Timestamp,
) -> Result<Connection> {
    let path = folder.path().join(Which::Core.file_name());
    let state = match fs::exists(&path)? {
        true => look(&path, clean, steps.len()).map_err(|e| advise(folder, &e))?,
        false => State::Empty,
    };
    let lost = state == State::Empty && (clean || (wal(&path).exists() && !path.exists()));
    if lost {
        return Err(advise(
            folder,
            &anyhow!("core.db is gone or empty, but this folder has been in use"),
        ));
    }
    folder.clear_clean_mark()?;
    let conn = open_writer(&path, Which::Core)?;
    let newest = steps.len();
    match state {
        State::Empty => {
            migrate(&conn, Which::Core, steps, 0)?;
            folder.sync()?;
        }
        State::At(taken) if taken < newest => {
            let copy = folder
                .backups()
                .join(format!("core-schema{taken}-{}.db", now.0));
            fs::create_dir_all(folder.backups())?;
            folder.sync()?;
            backup::to(&conn, &copy)?;
            info!(
                db.from = taken,
                db.to = newest,
                "migrating core.db, a copy is kept"
            );
            migrate(&conn, Which::Core, steps, taken)?;
        }
        State::At(_) => {}
    }
    Ok(conn)
}

fn look(path: &Path, clean: bool, known: usize) -> Result<State, anyhow::Error> {
    let conn = open_plain(path).map_err(Error::into_anyhow)?;
    // First, so that damage to the schema is called damage too.
    if !clean {
        quick_check(&conn).context("core.db is damaged")?;
    }
    inspect(&conn, Which::Core, known).map_err(Error::into_anyhow)
}

/// Adds what the person at the box can do.
fn advise(folder: &Folder, e: &anyhow::Error) -> Error {
    let copy = match folder.newest_backup() {
        Some(path) => format!("the newest backup is {}", path.display()),
        None => format!("there is no backup in {}", folder.backups().display()),
    };
    anyhow!("{e:#}; nothing was changed; {copy}").into()
}

/// Opens derived.db or starts it anew; true when its content must be rebuilt.
pub(super) fn derived(
    folder: &Folder,
    clean: bool,
    steps: &[Step],
    epoch: &str,
) -> Result<(Connection, bool)> {
    let path = folder.path().join(Which::Derived.file_name());
    let conn = match reuse(folder, &path, clean, steps, epoch) {
        Ok(conn) => conn,
        Err(why) => {
            warn!(db.reason = format!("{why:#}"), "starting derived.db anew");
            discard(folder, &path)?;
            let conn = open_writer(&path, Which::Derived)?;
            migrate(&conn, Which::Derived, steps, 0)?;
            conn.execute(
                "INSERT INTO meta (key, value) VALUES ('epoch', ?1)",
                [epoch],
            )?;
            folder.sync()?;
            folder.clear_doubt()?;
            conn
        }
    };
    let rebuilt: bool = conn.query_row(
        "SELECT count(*) FROM meta WHERE key = 'rebuilt'",
        [],
        |row| row.get(0),
    )?;
    Ok((conn, !rebuilt))
}

fn reuse(
    folder: &Folder,
    path: &Path,
    clean: bool,
    steps: &[Step],
    epoch: &str,
) -> Result<Connection, anyhow::Error> {
    ensure!(path.exists(), "there is none");
    ensure!(!folder.doubt().exists(), "damage was found while running");
    let state = {
        let conn = open_plain(path).map_err(Error::into_anyhow)?;
        let state = inspect(&conn, Which::Derived, steps.len()).map_err(Error::into_anyhow)?;
        if !clean {
            quick_check(&conn)?;
        }
        state
    };
    let State::At(taken) = state else {
        return Err(anyhow!("it is empty"));
    };
    let conn = open_writer(path, Which::Derived).map_err(Error::into_anyhow)?;
    migrate(&conn, Which::Derived, steps, taken).map_err(Error::into_anyhow)?;
    let of: String = conn.query_row("SELECT value FROM meta WHERE key = 'epoch'", [], |row| {
        row.get(0)
    })?;
    ensure!(of == epoch, "it belongs to another core.db");
    Ok(conn)
}

/// Deletes derived.db. The mark comes first and the main file last, so that a
/// cut in between never leaves a file that looks right beside a foreign WAL.
fn discard(folder: &Folder, path: &Path) -> Result<()> {
    crate::blobs::durable_replace(&folder.doubt(), |_| Ok(()))?;
    for file in [wal(path), path.with_extension("db-shm"), path.to_owned()] {
        match fs::remove_file(&file) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(anyhow::Error::new(e)
                    .context(format!("removing {}", file.display()))
                    .into());
            }
            _ => {}
        }
    }
    folder.sync()
}

fn wal(path: &Path) -> std::path::PathBuf {
    path.with_extension("db-wal")
}

#[cfg(test)]
mod tests {
    use super::super::migrate;
    use super::*;

    const NOW: Timestamp = Timestamp(42);

    fn next_release() -> Vec<Step> {
        let next = Step {
            name: "9999_next",
            sql: "CREATE TABLE next (x); DELETE FROM meta WHERE key = 'old';",
        };
        [migrate::steps(Which::Core), &[next]].concat()
    }

    #[test]
    fn a_checked_copy_is_kept_before_a_migration() {
        let folder = Folder::temporary().unwrap();
        let now = migrate::steps(Which::Core);
        let conn = core(&folder, false, now, NOW).unwrap();
        assert!(!folder.backups().exists(), "nothing to copy yet");
        conn.execute("INSERT INTO meta VALUES ('old', 'value')", [])
            .unwrap();
        drop(conn);

        let conn = core(&folder, false, &next_release(), NOW).unwrap();
        let olds = "SELECT count(*) FROM meta WHERE key = 'old'";
        let count = |conn: &Connection| conn.query_row(olds, [], |r| r.get::<_, i64>(0)).unwrap();
        assert_eq!(count(&conn), 0);
        let copy = folder.newest_backup().unwrap();
        let copy = open_plain(&copy).unwrap();
        assert_eq!(count(&copy), 1);
        assert_eq!(
            inspect(&copy, Which::Core, now.len()).unwrap(),
            State::At(now.len())
        );
        drop(conn);

        let copies = || fs::read_dir(folder.backups()).unwrap().count();
        core(&folder, false, &next_release(), Timestamp(43)).unwrap();
        assert_eq!(copies(), 1, "no copy without a migration");
        let error = core(&folder, false, now, NOW).unwrap_err().to_string();
        assert!(
            error.contains("newer release") && error.contains("core-schema"),
            "{error}"
        );
    }

    #[test]
    fn no_migration_without_a_copy() {
        let folder = Folder::temporary().unwrap();
        drop(core(&folder, false, migrate::steps(Which::Core), NOW).unwrap());
        // A file where the folder of copies should be.
        fs::write(folder.backups(), "").unwrap();
        core(&folder, false, &next_release(), NOW).unwrap_err();
        fs::remove_file(folder.backups()).unwrap();
        let state = look(&folder.path().join("core.db"), false, 99).unwrap();
        assert_eq!(state, State::At(migrate::steps(Which::Core).len()));
    }

    #[test]
    fn an_older_derived_file_is_migrated_and_a_newer_one_replaced() {
        let folder = Folder::temporary().unwrap();
        let now = migrate::steps(Which::Derived);
        let extra = Step {
            name: "9999_next",
            sql: "CREATE TABLE next (x)",
        };
        let next = [now, &[extra]].concat();
        let mark = |conn: &Connection| {
            conn.execute("INSERT INTO meta VALUES ('rebuilt', '1')", [])
                .unwrap()
        };
        let (conn, rebuild) = derived(&folder, false, now, "e").unwrap();
        assert!(rebuild);
        mark(&conn);
        drop(conn);
        assert!(!derived(&folder, false, &next, "e").unwrap().1);
        assert!(!derived(&folder, false, &next, "e").unwrap().1);
        assert!(derived(&folder, false, now, "e").unwrap().1, "newer");
        assert!(
            derived(&folder, false, now, "other").unwrap().1,
            "of another core.db"
        );
    }
}
