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
use super::migrate::{State, inspect, migrate, steps};
use crate::error::{Error, Result};
use crate::types::Timestamp;

/// Opens, checks and migrates core.db. `clean`: the last server closed it.
pub(super) fn core(folder: &Folder, clean: bool, now: Timestamp) -> Result<Connection> {
    let path = folder.path().join(Which::Core.file_name());
    let state = match fs::exists(&path)? {
        true => look(&path, clean).map_err(|e| advise(folder, &e))?,
        false => State::Empty,
    };
    let lost = state == State::Empty && (clean || (wal(&path).exists() && !path.exists()));
    if lost {
        return Err(advise(
            folder,
            &anyhow!("core.db is gone or empty, but this folder has been in use"),
        ));
    }
    let conn = open_writer(&path, Which::Core)?;
    let newest = steps(Which::Core).len();
    match state {
        State::Empty => {
            migrate(&conn, Which::Core, 0)?;
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
            migrate(&conn, Which::Core, taken)?;
        }
        State::At(_) => {}
    }
    Ok(conn)
}

fn look(path: &Path, clean: bool) -> Result<State, anyhow::Error> {
    let conn = open_plain(path).map_err(inner)?;
    let state = inspect(&conn, Which::Core).map_err(inner)?;
    if !clean {
        quick_check(&conn).context("core.db is damaged")?;
    }
    Ok(state)
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
pub(super) fn derived(folder: &Folder, clean: bool, epoch: &str) -> Result<(Connection, bool)> {
    let path = folder.path().join(Which::Derived.file_name());
    let conn = match reuse(folder, &path, clean, epoch) {
        Ok(conn) => conn,
        Err(why) => {
            warn!(db.reason = format!("{why:#}"), "starting derived.db anew");
            discard(folder, &path)?;
            let conn = open_writer(&path, Which::Derived)?;
            migrate(&conn, Which::Derived, 0)?;
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
    epoch: &str,
) -> Result<Connection, anyhow::Error> {
    ensure!(path.exists(), "there is none");
    ensure!(!folder.doubt().exists(), "damage was found while running");
    let state = {
        let conn = open_plain(path).map_err(inner)?;
        let state = inspect(&conn, Which::Derived).map_err(inner)?;
        if !clean {
            quick_check(&conn)?;
        }
        state
    };
    let State::At(taken) = state else {
        return Err(anyhow!("it is empty"));
    };
    let conn = open_writer(path, Which::Derived).map_err(inner)?;
    migrate(&conn, Which::Derived, taken).map_err(inner)?;
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

fn inner(e: Error) -> anyhow::Error {
    match e {
        Error::Internal(cause) => cause,
        refused => anyhow!("{refused}"),
    }
}
