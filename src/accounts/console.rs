//! Recovery at the terminal of the box: `bwenge people reset`.
//!
//! The terminal opens no database, because the server may be running and one process
//! writes each file. It leaves a note in the data folder instead, with the user name and
//! the hash of a code. The server takes notes in when it starts, every few minutes, and
//! whenever a code is not known, and from then on its trusted clock counts: the
//! terminal's own may say 1970. That a note was taken in is kept with its card. Whoever may write there owns the box anyway.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use serde::{Deserialize, Serialize};

use super::recovery::{Kind, hash, new_card};
use super::{names, store};
use crate::blobs::durable_replace;
use crate::db::Which;
use crate::error::Result;
use crate::state::App;

/// Notes are called `recover-….json`.
const START: &str = "recover-";
const END: &str = ".json";
/// Bytes of a note; ours have some two hundred.
const LONGEST: u64 = 4096;

/// Somebody at the terminal wants a new password for a member of staff.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    username: String,
    /// The school's name, where several have somebody of that user name.
    school: Option<String>,
    sha256: [u8; 32],
}

/// Leaves a note for the server of a data folder; answers the code that sets a new
/// password.
///
/// # Errors
/// When there is no such folder, or it can not be written to.
pub fn leave_note(data_dir: &Path, username: &str, school: Option<&str>) -> Result<String> {
    if !data_dir.join(Which::Core.file_name()).exists() {
        return Err(anyhow!(
            "{} is not the data folder of a box; name it with --data-dir",
            data_dir.display()
        )
        .into());
    }
    let code = new_card()?;
    let note = Note {
        username: names::username(username)?.shown,
        school: school.map(str::to_owned),
        sha256: hash(&code),
    };
    let name = format!("{START}{}{END}", uuid::Uuid::new_v4());
    durable_replace(&data_dir.join(name), |file| {
        hand_over(file, data_dir)?;
        Ok(serde_json::to_writer(&mut *file, &note)?)
    })?;
    Ok(code)
}

/// Makes a note the server's, although the terminal may be root's.
#[cfg(unix)]
fn hand_over(file: &File, data_dir: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let (folder, note) = (fs::metadata(data_dir)?, file.metadata()?);
    if (folder.uid(), folder.gid()) == (note.uid(), note.gid()) {
        return Ok(());
    }
    fchown(file, Some(folder.uid()), Some(folder.gid()))
}

#[cfg(not(unix))]
fn hand_over(_: &File, _: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Makes cards of the notes in the data folder, and removes them once that is kept. One
/// that is still there after a power cut, or that two take in at once, is known again by
/// its hash: it makes one card, and none after that was used.
pub async fn take_in(app: &App) -> Result<()> {
    let folder = app.config.data_dir.clone();
    let (paths, notes) = tokio::task::spawn_blocking(move || read(&folder)).await??;
    if paths.is_empty() {
        return Ok(());
    }
    let now = app.clock.now();
    let write = move |conn: &_| {
        for note in notes {
            let is_new = store::recovery::remember_note(conn, note.sha256)?;
            let Some(username) = names::username(&note.username).ok().filter(|_| is_new) else {
                continue;
            };
            let school = note.school.as_deref();
            match &store::recovery::staff_called(conn, &username.key, school)?[..] {
                [person] => {
                    store::recovery::put(conn, person, Kind::Given, note.sha256, None, now)?;
                    tracing::warn!(user = %person.id, "people.reset at the terminal");
                }
                found => {
                    let found = found.len();
                    tracing::warn!(found, "people.reset: not exactly one has that name");
                }
            }
        }
        Ok(())
    };
    app.db.core.write(write).await?;
    tokio::task::spawn_blocking(move || remove(&paths)).await?;
    Ok(())
}

/// The notes of a folder; and where they lie, also those that say nothing.
fn read(folder: &Path) -> Result<(Vec<PathBuf>, Vec<Note>)> {
    let (mut paths, mut notes) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder).context("reading the data folder")? {
        let entry = entry?;
        let name = entry.file_name();
        let is_note = |name: &str| name.starts_with(START) && name.ends_with(END);
        if !name.to_str().is_some_and(is_note) {
            continue;
        }
        let mut text = Vec::new();
        let read =
            File::open(entry.path()).and_then(|file| file.take(LONGEST).read_to_end(&mut text));
        match (read, serde_json::from_slice(&text)) {
            (Ok(_), Ok(note)) => notes.push(note),
            (Err(error), _) if error.kind() == ErrorKind::NotFound => continue,
            (Err(error), _) => tracing::error!(%error, "people.reset: a note can not be read"),
            (Ok(_), Err(error)) => tracing::error!(%error, "people.reset: a note is damaged"),
        }
        paths.push(entry.path());
    }
    Ok((paths, notes))
}

fn remove(paths: &[PathBuf]) {
    for path in paths {
        match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                tracing::error!(%error, "people.reset: a note can not be removed");
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_read_and_rubbish_is_cleared_away() {
        let data = tempfile::tempdir().unwrap();
        leave_note(data.path(), "keza", None).unwrap_err();
        fs::write(data.path().join("core.db"), "").unwrap();
        leave_note(data.path(), "not a name", None).unwrap_err();
        let code = leave_note(data.path(), " Keza ", Some("GS Test")).unwrap();
        fs::write(data.path().join("recover-1.json"), "{").unwrap();
        let (paths, notes) = read(data.path()).unwrap();
        assert_eq!(paths.len(), 2);
        assert_eq!(notes.len(), 1);
        assert_eq!(notes[0].username, "Keza");
        assert_eq!(notes[0].school.as_deref(), Some("GS Test"));
        assert_eq!(notes[0].sha256, hash(&code));
        remove(&paths);
        assert!(read(data.path()).unwrap().0.is_empty());
        assert_eq!(fs::read_dir(data.path()).unwrap().count(), 1, "core.db");
    }
}
