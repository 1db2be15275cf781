//! The bytes of an upload that is underway, in a file of its own. What lies
//! beyond the bytes that were counted as received may be torn, and is
//! written again.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use sha2::{Digest, Sha256};

use super::checksum::Checksum;
use crate::blobs::{BlobHash, storing, sync_folder};
use crate::error::Result;
use crate::inference::document::SNIFF_BYTES;

/// Bytes after which those that came are flushed and counted. A power cut
/// costs no more than these; a flush costs a phone's upload some milliseconds.
const FLUSHED_AFTER: u64 = 8 << 20;

/// A file that is being appended to. Blocks; not for threads that serve.
pub struct Part {
    path: PathBuf,
    file: File,
    /// Bytes that were counted as received.
    counted: u64,
    /// Bytes written.
    end: u64,
    /// What these bytes should come to. They count only once they did.
    checksum: Option<Checksum>,
}

impl Part {
    /// Opens the file at `path`, which has `counted` bytes that matter.
    ///
    /// # Errors
    /// `disk_full`.
    pub fn open(path: PathBuf, counted: u64, checksum: Option<Checksum>) -> Result<Self> {
        let folder = path.parent().unwrap_or(Path::new("."));
        if !folder.is_dir() {
            fs::create_dir_all(folder).map_err(|e| storing(e, "creating the upload folder"))?;
            sync_folder(folder.parent().unwrap_or(folder))?;
        }
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(|e| storing(e, "opening an upload"))?;
        file.set_len(counted)
            .map_err(|e| storing(e, "cutting an upload"))?;
        file.seek(SeekFrom::Start(counted))?;
        Ok(Self {
            path,
            file,
            counted,
            end: counted,
            checksum,
        })
    }

    /// Bytes in the file.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Whether bytes came that were not counted yet.
    pub fn has_grown(&self) -> bool {
        self.end > self.counted
    }

    /// Whether it is time to flush: there is much to lose, or enough to tell
    /// what kind of file this is.
    pub fn is_due(&self) -> bool {
        let head = SNIFF_BYTES as u64;
        let recognisable = self.counted < head && self.end >= head;
        self.checksum.is_none() && (recognisable || self.end - self.counted >= FLUSHED_AFTER)
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// `disk_full`.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file
            .write_all(bytes)
            .map_err(|e| storing(e, "writing an upload"))?;
        if let Some(checksum) = &mut self.checksum {
            checksum.update(bytes);
        }
        self.end += bytes.len() as u64;
        Ok(())
    }

    /// Takes the checksum off, once all its bytes came; whether they are the
    /// ones that were sent. A piece that broke off can not be verified.
    ///
    /// # Errors
    /// `checksum_mismatch`.
    pub fn verify(&mut self) -> Result<()> {
        self.checksum.take().map_or(Ok(()), Checksum::verify)
    }

    /// Whether these bytes are to be held against a checksum.
    pub fn has_checksum(&self) -> bool {
        self.checksum.is_some()
    }

    /// The first bytes, up to [`SNIFF_BYTES`].
    pub fn head(&self) -> Result<Vec<u8>> {
        let mut head = vec![0; self.end.min(SNIFF_BYTES as u64) as usize];
        self.file.read_exact_at(&mut head, 0)?;
        Ok(head)
    }

    /// Flushes what was written; it survives a power cut once this returned.
    ///
    /// # Errors
    /// `disk_full`.
    pub fn flush(&mut self) -> Result<()> {
        let flushing = |e| storing(e, "flushing an upload");
        self.file.sync_data().map_err(flushing)?;
        if self.counted == 0
            && let Some(folder) = self.path.parent()
        {
            sync_folder(folder).map_err(flushing)?;
        }
        self.counted = self.end;
        Ok(())
    }
}

/// How many bytes a file has; none when it is not there.
pub fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |m| m.len())
}

/// The hash of a file that must have `bytes` bytes.
pub fn hash(path: &Path, bytes: u64) -> Result<BlobHash> {
    let named = || format!("hashing the upload {}", path.display());
    let mut file = File::open(path).with_context(named)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 << 10];
    let mut length = 0;
    loop {
        let read = file.read(&mut buffer).with_context(named)?;
        if read == 0 {
            break;
        }
        hasher.update(&buffer[..read]);
        length += read as u64;
    }
    if length != bytes {
        return Err(anyhow!("an upload has {length} bytes instead of {bytes}").into());
    }
    Ok(BlobHash(hasher.finalize().into()))
}

/// Removes the file of an upload; that it is not there is no error.
pub fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_counted_is_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("uploads").join("one");
        let mut part = Part::open(path.clone(), 0, None).unwrap();
        part.write(b"abcdef").unwrap();
        assert!(part.has_grown());
        part.flush().unwrap();
        assert!(!part.has_grown());
        part.write(b"torn").unwrap();
        drop(part);
        let mut part = Part::open(path.clone(), 6, None).unwrap();
        part.write(b"ghi").unwrap();
        assert_eq!((part.end(), part.head().unwrap()), (9, b"abcdefghi".into()));
        part.flush().unwrap();
        assert_eq!(hash(&path, 9).unwrap(), BlobHash::of(b"abcdefghi"));
        assert!(hash(&path, 10).is_err());
        assert_eq!(length(&path), 9);
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert_eq!(length(&path), 0);
    }

    #[test]
    fn bytes_are_flushed_once_they_tell_the_kind_and_when_there_are_many() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one");
        let mut part = Part::open(path, 0, None).unwrap();
        part.write(&[b'x'; SNIFF_BYTES - 1]).unwrap();
        assert!(!part.is_due());
        part.write(b"x").unwrap();
        assert!(part.is_due());
        part.flush().unwrap();
        assert!(!part.is_due());
        part.write(&vec![b'x'; FLUSHED_AFTER as usize]).unwrap();
        assert!(part.is_due());
    }
}
