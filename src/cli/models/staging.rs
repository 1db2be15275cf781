//! The folder of unfinished downloads: `<models-dir>/.downloads/<model>/<source>`.
//!
//! It lies on the disk of the finished files, so that putting them in place is
//! a rename. What is in it survives a cut and is used by the next run; one
//! program at a time works in it.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::Report;
use crate::blobs;
use crate::error::Error;
use crate::models::{Model, Shelf};

const FOLDER: &str = ".downloads";

/// The staging folder, held by this process until dropped.
pub struct Staging {
    folder: PathBuf,
    _lock: File,
}

impl Staging {
    /// Opens the staging folder of `shelf`, waiting for another program to leave it.
    pub fn open(shelf: &Shelf, report: &Report) -> anyhow::Result<Self> {
        let folder = shelf.dir().join(FOLDER);
        fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
        let lock = File::create(folder.join("lock")).context("creating the lock file")?;
        if lock.try_lock().is_err() {
            report.line("another bwenge is fetching models; waiting for it");
            lock.lock().context("waiting for the other program")?;
        }
        Ok(Self {
            folder,
            _lock: lock,
        })
    }

    /// The folder for one source of a model.
    pub fn of(&self, model: &Model, source: &str) -> anyhow::Result<PathBuf> {
        let folder = self.folder.join(&model.id).join(source);
        fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
        Ok(folder)
    }

    /// Forgets everything about a model.
    pub fn clear(&self, model: &Model) -> anyhow::Result<()> {
        remove(&self.folder.join(&model.id))
    }
}

/// Removes a folder with all it holds; that it is not there is no error.
pub fn remove(folder: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(e).with_context(|| format!("removing {}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Bytes of all files below `folder`.
pub fn size(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else {
        return 0;
    };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(m) if m.is_dir() => size(&entry.path()),
            Ok(m) if m.is_file() => m.len(),
            _ => 0,
        })
        .sum()
}

/// Writes `path` through a buffer; it appears only whole.
pub fn write(
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let unfinished = path.with_extension("unfinished");
    let named = || format!("writing {}", path.display());
    let mut out = BufWriter::new(File::create(&unfinished).with_context(named)?);
    content(&mut out).with_context(named)?;
    out.flush().with_context(named)?;
    blobs::durable_rename(&unfinished, path).map_err(Error::into_anyhow)
}
