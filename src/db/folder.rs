//! The data folder: one server at a time, and whether the last one ended well.

use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, anyhow};

use crate::blobs::{durable_replace, sync_folder};
use crate::error::Result;

const LOCK: &str = "bwenge.lock";
/// There while no server runs and the last one closed its files in order.
const CLEAN: &str = "clean-shutdown";
/// There when derived.db must be rebuilt at the next start.
const DOUBT: &str = "derived-doubt";

/// A locked data folder. The lock ends with [`Folder::release`], the value or
/// the process.
pub(super) struct Folder {
    path: PathBuf,
    lock: Mutex<Option<File>>,
    /// In tests: deletes the folder at the end.
    _temporary: Option<tempfile::TempDir>,
}

impl Folder {
    /// Creates the folder if needed and locks it; fails when another server
    /// has it.
    pub fn lock(path: &Path) -> Result<Self> {
        fs::create_dir_all(path).with_context(|| format!("creating {}", path.display()))?;
        let name = path.join(LOCK);
        let mut lock = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&name)
            .with_context(|| format!("opening {}", name.display()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = lock.read_to_string(&mut holder);
                return Err(anyhow!(
                    "another Bwenge server (process {}) is using {}; stop it first, or choose \
                     another data folder",
                    holder.trim(),
                    path.display()
                )
                .into());
            }
            Err(TryLockError::Error(e)) => {
                return Err(anyhow::Error::new(e)
                    .context(format!("locking {}", name.display()))
                    .into());
            }
        }
        lock.set_len(0)?;
        lock.rewind()?;
        write!(lock, "{}", std::process::id())?;
        Ok(Self {
            path: path.to_owned(),
            lock: Mutex::new(Some(lock)),
            _temporary: None,
        })
    }

    /// A folder that is deleted at the end.
    pub fn temporary() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut locked = Self::lock(folder.path())?;
        locked._temporary = Some(folder);
        Ok(locked)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the copies of core.db go.
    pub fn backups(&self) -> PathBuf {
        self.path.join("backups")
    }

    /// The newest file below [`Folder::backups`], for error messages.
    pub fn newest_backup(&self) -> Option<PathBuf> {
        fs::read_dir(self.backups())
            .ok()?
            .filter_map(|entry| {
                let path = entry.ok()?.path();
                let written = fs::metadata(&path).ok()?.modified().ok()?;
                path.extension()?.eq("db").then_some((written, path))
            })
            .max()
            .map(|(_, path)| path)
    }

    /// Whether the last server closed its files in order.
    pub fn is_clean(&self) -> bool {
        self.path.join(CLEAN).exists()
    }

    /// Takes the mark away, once the files are found good and before they
    /// change.
    pub fn clear_clean_mark(&self) -> Result<()> {
        take(&self.path.join(CLEAN))
    }

    /// Notes that every file was closed in order.
    pub fn mark_clean(&self) -> Result<()> {
        durable_replace(&self.path.join(CLEAN), |_| Ok(()))
    }

    /// Lets another server have the folder.
    pub fn release(&self) {
        self.lock
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
    }

    /// The file that asks for derived.db to be rebuilt.
    pub fn doubt(&self) -> PathBuf {
        self.path.join(DOUBT)
    }

    /// Removes that file once derived.db is new.
    pub fn clear_doubt(&self) -> Result<()> {
        take(&self.doubt())
    }

    /// Makes new names in the folder durable.
    pub fn sync(&self) -> Result<()> {
        Ok(sync_folder(&self.path)?)
    }
}

fn take(mark: &Path) -> Result<()> {
    match fs::remove_file(mark) {
        Ok(()) => Ok(sync_folder(mark.parent().unwrap_or(Path::new(".")))?),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(anyhow::Error::new(e)
            .context(format!("removing {}", mark.display()))
            .into()),
    }
}
