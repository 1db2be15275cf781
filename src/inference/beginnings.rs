//! What several people's prompts begin with, computed, on disk.
//!
//! A school's rules, a tutor and the passages of a lesson are read once by the
//! language worker; after a restart the next worker is given them back, so that
//! the first question of the morning is answered as fast as any other. The files
//! are a cache: each is named after its school and its own hash, and one that is
//! gone, damaged or of no use costs only time.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tokio::sync::mpsc;

use super::link::Link;
use super::protocol::{Beginning, Request};
use crate::blobs::{BlobHash, durable_replace};
use crate::error::Result;

/// Files kept for a model; the oldest go first.
const MOST_FILES: usize = 16;
/// Bytes of them in all.
const MOST_BYTES: u64 = 256 << 20;

/// The saved beginnings of one model's prompts. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Beginnings {
    folder: PathBuf,
}

impl Beginnings {
    /// Those of a model, below `folder`, which need not exist. State is good for
    /// one model and one version of the program.
    pub fn of(folder: &Path, model: &str) -> Self {
        let name = format!("{model}-{}", env!("CARGO_PKG_VERSION"));
        Self {
            folder: folder.join(name),
        }
    }

    /// Gives a new worker what there is, and keeps what it hands over until it
    /// is gone.
    pub(super) fn serve(&self, link: &Link, mut handed_over: mpsc::Receiver<Beginning>) {
        let (this, link) = (self.clone(), link.clone());
        tokio::task::spawn_blocking(move || {
            for beginning in this.load() {
                link.tell(&Request::Restore(beginning));
            }
            drop(link);
            while let Some(beginning) = handed_over.blocking_recv() {
                if let Err(error) = this.save(&beginning) {
                    tracing::warn!(%error, "llm.beginning_not_saved");
                }
            }
        });
    }

    /// Removes all that is saved of a school below `folder`: its lessons changed,
    /// and what was removed from them must not stay.
    ///
    /// # Errors
    /// When a file can not be removed.
    pub fn forget(folder: &Path, scope: u64) -> Result<()> {
        let Ok(models) = fs::read_dir(folder) else {
            return Ok(());
        };
        for model in models.flatten() {
            for (path, _, _) in files(&model.path()) {
                if name_of(&path).starts_with(&prefix(scope)) {
                    remove(&path)?;
                }
            }
        }
        Ok(())
    }

    /// The readable ones, the last saved first.
    fn load(&self) -> Vec<Beginning> {
        let newest_first = files(&self.folder).into_iter().rev();
        newest_first
            .filter_map(|(path, _, _)| {
                let found = read(&path);
                if found.is_none() {
                    // It would be read again at every start.
                    let _ = fs::remove_file(&path);
                }
                found
            })
            .collect()
    }

    fn save(&self, beginning: &Beginning) -> Result<()> {
        let bytes = postcard::to_stdvec(beginning).map_err(anyhow::Error::from)?;
        fs::create_dir_all(&self.folder).map_err(anyhow::Error::from)?;
        let name = format!("{}{}", prefix(beginning.scope), BlobHash::of(&bytes));
        durable_replace(&self.folder.join(name), |file| {
            use std::io::Write;
            Ok(file.write_all(&bytes)?)
        })?;
        let (mut number, mut size) = (0, 0);
        for (path, bytes, _) in files(&self.folder).into_iter().rev() {
            number += 1;
            size += bytes;
            if number > MOST_FILES || size > MOST_BYTES {
                remove(&path)?;
            }
        }
        Ok(())
    }
}

/// Removes a file that somebody else may just have removed.
fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(anyhow::Error::from(error).into()),
        _ => Ok(()),
    }
}

fn prefix(scope: u64) -> String {
    format!("{scope:016x}-")
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Path, bytes and time of the files in a folder, oldest first.
fn files(folder: &Path) -> Vec<(PathBuf, u64, SystemTime)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<_> = entries
        .filter_map(|entry| {
            let facts = entry.metadata().ok().filter(|facts| facts.is_file())?;
            Some((entry.path(), facts.len(), facts.modified().ok()?))
        })
        .collect();
    found.sort_by_key(|(_, _, saved)| *saved);
    found
}

/// A file's beginning, if it is what its name says.
fn read(path: &Path) -> Option<Beginning> {
    let bytes = fs::read(path).ok()?;
    let beginning: Beginning = postcard::from_bytes(&bytes).ok()?;
    let name = format!("{}{}", prefix(beginning.scope), BlobHash::of(&bytes));
    (name == name_of(path)).then_some(beginning)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beginning(scope: u64, token: i32) -> Beginning {
        Beginning {
            scope,
            tokens: vec![token; 100],
            state: vec![7; 1000],
        }
    }

    #[test]
    fn what_is_saved_comes_back_unless_damaged_or_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let ours = Beginnings::of(dir.path(), "small");
        for token in 0..3 {
            ours.save(&beginning(1, token)).unwrap();
        }
        ours.save(&beginning(2, 9)).unwrap();
        ours.save(&beginning(2, 9)).unwrap();
        assert_eq!(ours.load().len(), 4);
        assert!(Beginnings::of(dir.path(), "large").load().is_empty());

        let (damaged, ..) = files(&ours.folder).remove(0);
        fs::write(&damaged, b"cut off").unwrap();
        assert_eq!(ours.load().len(), 3);
        assert!(!damaged.exists());

        Beginnings::forget(dir.path(), 1).unwrap();
        assert_eq!(ours.load(), [beginning(2, 9)]);
        Beginnings::forget(&dir.path().join("nowhere"), 1).unwrap();
    }

    #[test]
    fn the_oldest_make_room() {
        let dir = tempfile::tempdir().unwrap();
        let ours = Beginnings::of(dir.path(), "small");
        for token in 0..40 {
            ours.save(&beginning(1, token)).unwrap();
        }
        assert_eq!(files(&ours.folder).len(), MOST_FILES);
        assert!(ours.load().contains(&beginning(1, 39)));
    }
}
