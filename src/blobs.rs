//! Content-addressed files, and the only way files are replaced.
//!
//! A power cut may leave a renamed file empty (its bytes were never flushed) or
//! the old file in place (the folder was never flushed). [`durable_replace`]
//! and [`durable_rename`] flush both, in that order; nothing else in Bwenge
//! renames. [`Blobs`] keeps uploads, extracted texts and transcripts under
//! their SHA-256, so equal content is stored once and damage shows on reading.

use std::collections::HashSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, anyhow};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::error::{Code, Error, Result};
use crate::types::Timestamp;

/// Replaces `path` as a whole: after a power cut either the old or the new
/// content is there, and once this returned it is the new one.
///
/// `write` gets an empty temporary file in the same folder; when it fails, the
/// temporary is removed and `path` stays as it was. The new file is readable
/// by the owner only.
pub fn durable_replace(path: &Path, write: impl FnOnce(&mut File) -> Result<()>) -> Result<()> {
    let folder = parent(path);
    let mut temporary = tempfile::Builder::new()
        .prefix(".new-")
        .tempfile_in(folder)
        .with_context(|| format!("creating a temporary file in {}", folder.display()))?;
    write(temporary.as_file_mut())?;
    temporary.as_file().sync_all()?;
    durable_rename(temporary.path(), path)?;
    // The name is gone by now; the guard must not look for it.
    let (_, name) = temporary.into_parts();
    let _ = name.keep();
    Ok(())
}

/// Moves the finished file `from` to `to` on the same file system, replacing
/// what is there: flushes the file, renames it, flushes the folders.
pub fn durable_rename(from: &Path, to: &Path) -> Result<()> {
    let named = || format!("moving {} to {}", from.display(), to.display());
    File::open(from)
        .and_then(|file| file.sync_all())
        .with_context(named)?;
    #[expect(
        clippy::disallowed_methods,
        reason = "the one rename, between the two flushes it needs"
    )]
    fs::rename(from, to).with_context(named)?;
    sync_folder(parent(to)).with_context(named)?;
    if parent(from) != parent(to) {
        sync_folder(parent(from)).with_context(named)?;
    }
    Ok(())
}

/// Makes the names in `folder` survive a power cut.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// The SHA-256 of a blob's bytes, which is also its name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobHash(pub [u8; 32]);

impl BlobHash {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobHash({self})")
    }
}

impl FromStr for BlobHash {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self, anyhow::Error> {
        let wrong = || anyhow!("{text:?} is not the hash of a blob");
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(wrong());
        }
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(wrong()),
        };
        let mut hash = [0; 32];
        for (to, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            *to = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Self(hash))
    }
}

impl Serialize for BlobHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for BlobHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// The folder of content-addressed files. Cheap to clone; one per process.
#[derive(Clone)]
pub struct Blobs {
    inner: Arc<Inner>,
}

struct Inner {
    folder: PathBuf,
    /// What this process stored or met again. A sweep spares these whatever
    /// the clock says: the row that will name them may not be written yet.
    recent: Mutex<HashSet<BlobHash>>,
}

impl Blobs {
    /// Opens or creates `dir` and clears the unfinished files of an earlier run.
    pub fn open(dir: &Path) -> Result<Self> {
        let unfinished = dir.join(UNFINISHED);
        fs::create_dir_all(&unfinished)
            .with_context(|| format!("creating {}", unfinished.display()))?;
        for entry in fs::read_dir(&unfinished)? {
            fs::remove_file(entry?.path())?;
        }
        // All folders now, so that storing never has to flush a new one.
        for first in 0..=u8::MAX {
            fs::create_dir_all(dir.join(format!("{first:02x}")))?;
        }
        sync_folder(dir)?;
        Ok(Self {
            inner: Arc::new(Inner {
                folder: dir.to_owned(),
                recent: Mutex::default(),
            }),
        })
    }

    /// Where the blob is or would be. For handing an open file to a child; the
    /// content is only checked by [`Blobs::get`].
    pub fn path(&self, hash: &BlobHash) -> PathBuf {
        let name = hash.to_string();
        self.inner.folder.join(&name[..2]).join(name)
    }

    /// Stores `bytes`; they survive a power cut once this returned.
    pub fn put(&self, bytes: &[u8]) -> Result<BlobHash> {
        let mut writer = self.writer()?;
        writer.write(bytes)?;
        writer.finish()
    }

    /// The bytes of a blob, or `not_found`. Damage on the disk is an internal
    /// error, never wrong bytes.
    pub fn get(&self, hash: &BlobHash) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open_file(hash)?.read_to_end(&mut bytes)?;
        if BlobHash::of(&bytes) != *hash {
            return Err(anyhow!("the blob {hash} is damaged on the disk").into());
        }
        Ok(bytes)
    }

    /// The blob opened for reading, or `not_found`.
    pub fn open_file(&self, hash: &BlobHash) -> Result<File> {
        match File::open(self.path(hash)) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Err(Error::not_found("file")),
            opened => Ok(opened.with_context(|| format!("opening the blob {hash}"))?),
        }
    }

    /// Deletes a blob; that it is not there is no error.
    pub fn remove(&self, hash: &BlobHash) -> Result<()> {
        let mut recent = self.recent();
        recent.remove(hash);
        match fs::remove_file(self.path(hash)) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => Ok(removed.with_context(|| format!("removing the blob {hash}"))?),
        }
    }

    /// Whether the blob is stored.
    pub fn exists(&self, hash: &BlobHash) -> bool {
        self.path(hash).is_file()
    }

    /// Refuses new uploads while the disk is nearly full, so that signing in,
    /// chatting and deleting go on: below 5 % or 1 GB free, whichever is more,
    /// once `coming` bytes that were announced are there too.
    ///
    /// # Errors
    /// `disk_full`.
    pub fn check_space(&self, coming: u64) -> Result<()> {
        let (free, floor) = self.free_and_floor()?;
        if free < floor.saturating_add(coming) {
            return Err(Error::new(Code::DiskFull, "The disk is nearly full."));
        }
        Ok(())
    }

    /// Bytes that uploads may still take.
    pub fn room(&self) -> Result<u64> {
        let (free, floor) = self.free_and_floor()?;
        Ok(free.saturating_sub(floor))
    }

    fn free_and_floor(&self) -> Result<(u64, u64)> {
        let disk = rustix::fs::statvfs(&self.inner.folder)?;
        let (free, total) = (disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize);
        // Small test disks would otherwise never take an upload.
        Ok((free, (total / 20).max((1 << 30).min(total / 4))))
    }

    /// Starts a blob of unknown length, for streamed uploads.
    pub fn writer(&self) -> Result<BlobWriter> {
        let temporary = tempfile::Builder::new()
            .tempfile_in(self.inner.folder.join(UNFINISHED))
            .map_err(|e| storing(e, "starting a blob"))?;
        Ok(BlobWriter {
            blobs: self.clone(),
            temporary,
            hasher: Sha256::new(),
            length: 0,
        })
    }

    /// Takes the finished file at `from`, on the same file system and with
    /// this hash, in among the blobs; it survives a power cut once this
    /// returned. That an earlier try moved it already is no error.
    pub fn adopt(&self, from: &Path, hash: &BlobHash) -> Result<()> {
        // From here on a sweep spares the name, also when it was there before.
        self.recent().insert(*hash);
        let path = self.path(hash);
        let length = |path: &Path| fs::metadata(path).ok().map(|m| m.len());
        let (found, stored) = (length(from), length(&path));
        if stored.is_none() || found.is_some() && found != stored {
            return durable_rename(from, &path);
        }
        // Another thread may have renamed it and not flushed the name yet.
        sync_folder(parent(&path)).map_err(|e| storing(e, "flushing a blob's name"))?;
        match fs::remove_file(from) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e.into()),
            _ => Ok(()),
        }
    }

    /// Deletes every blob that is not in `keep`, was last written before
    /// `older_than` and was not stored by this process; answers how many went.
    ///
    /// `keep` must be read after everything that may name a blob was committed.
    pub fn sweep(&self, keep: &HashSet<BlobHash>, older_than: Timestamp) -> Result<u64> {
        let mut removed = 0;
        for folder in fs::read_dir(&self.inner.folder)? {
            let folder = folder?;
            if folder.file_name() == UNFINISHED || !folder.file_type()?.is_dir() {
                continue;
            }
            for entry in fs::read_dir(folder.path())? {
                let entry = entry?;
                let name = entry.file_name();
                let Some(hash) = name.to_str().and_then(|n| n.parse::<BlobHash>().ok()) else {
                    continue;
                };
                let written = entry.metadata()?.modified()?.duration_since(UNIX_EPOCH);
                let old = Timestamp(milliseconds(written.unwrap_or_default())) < older_than;
                // Held while deleting, so that a store of the same bytes in
                // between notices the loss.
                let recent = self.recent();
                if old && !keep.contains(&hash) && !recent.contains(&hash) {
                    fs::remove_file(entry.path())?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }

    fn recent(&self) -> MutexGuard<'_, HashSet<BlobHash>> {
        self.inner
            .recent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The folder of files still being written; no hash has this name.
const UNFINISHED: &str = "tmp";

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// A full disk is something the person can act on; the rest is not.
pub(crate) fn storing(error: io::Error, doing: &'static str) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Error::new(Code::DiskFull, "The disk of the box is full.")
        }
        _ => Error::Internal(anyhow::Error::new(error).context(doing)),
    }
}

/// A blob being written. Dropped before [`BlobWriter::finish`], it leaves
/// nothing behind.
pub struct BlobWriter {
    blobs: Blobs,
    temporary: tempfile::NamedTempFile,
    hasher: Sha256,
    length: u64,
}

impl BlobWriter {
    /// Appends `chunk`. A full disk is `disk_full`.
    pub fn write(&mut self, chunk: &[u8]) -> Result<()> {
        self.temporary
            .write_all(chunk)
            .map_err(|e| storing(e, "writing a blob"))?;
        self.hasher.update(chunk);
        self.length += chunk.len() as u64;
        Ok(())
    }

    /// Bytes written so far.
    #[expect(
        clippy::len_without_is_empty,
        reason = "a length in bytes, not a collection"
    )]
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Gives the blob its name; it survives a power cut once this returned.
    pub fn finish(self) -> Result<BlobHash> {
        let hash = BlobHash(self.hasher.finalize().into());
        // From here on a sweep spares the name, also when it was there before.
        self.blobs.recent().insert(hash);
        let path = self.blobs.path(&hash);
        if fs::metadata(&path).is_ok_and(|m| m.is_file() && m.len() == self.length) {
            // Another thread may have renamed it and not flushed the name yet.
            sync_folder(parent(&path)).map_err(|e| storing(e, "flushing a blob's name"))?;
            return Ok(hash);
        }
        self.temporary
            .as_file()
            .sync_all()
            .map_err(|e| storing(e, "flushing a blob"))?;
        durable_rename(self.temporary.path(), &path)?;
        let _ = self.temporary.into_parts().1.keep();
        Ok(hash)
    }
}
