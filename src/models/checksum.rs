//! SHA-256 of files too large to hold, with progress.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use anyhow::Context;
use sha2::{Digest, Sha256};

use crate::blobs::BlobHash;

/// Copies `from` to `to` and answers the hash and number of the bytes copied.
/// `progress` is told the size of each piece.
///
/// # Errors
/// Whatever reading or writing met.
pub fn copy_hashing(
    from: &mut dyn Read,
    to: &mut dyn Write,
    progress: &mut dyn FnMut(u64),
) -> std::io::Result<(BlobHash, u64)> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    let mut copied = 0;
    loop {
        let read = from.read(&mut buffer)?;
        if read == 0 {
            return Ok((BlobHash(hasher.finalize().into()), copied));
        }
        hasher.update(&buffer[..read]);
        to.write_all(&buffer[..read])?;
        copied += read as u64;
        progress(read as u64);
    }
}

/// The hash of the file at `path`.
///
/// # Errors
/// The file can not be read.
pub fn hash_file(path: &Path, progress: &mut dyn FnMut(u64)) -> anyhow::Result<BlobHash> {
    let named = || format!("reading {}", path.display());
    let mut file = File::open(path).with_context(named)?;
    let (hash, _) = copy_hashing(&mut file, &mut std::io::sink(), progress).with_context(named)?;
    Ok(hash)
}
