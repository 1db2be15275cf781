//! Secrets of the box that lie beside core.db, so that no backup holds them.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use anyhow::Context;

use super::codes::random;
use crate::blobs::durable_replace;
use crate::error::Result;

/// Reads the 32 bytes of a key, making it at the first start; `loss` says what
/// deleting a damaged one costs.
pub(super) fn open(path: &Path, loss: &str) -> Result<[u8; 32]> {
    match File::open(path) {
        Ok(mut file) => {
            let mut secret = [0; 32];
            file.read_exact(&mut secret)
                .with_context(|| format!("{} is damaged; {loss}", path.display()))?;
            Ok(secret)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(path),
        Err(error) => Err(anyhow::Error::new(error)
            .context(path.display().to_string())
            .into()),
    }
}

fn make(path: &Path) -> Result<[u8; 32]> {
    let secret = random()?;
    durable_replace(path, |file| {
        only_owner(file)?;
        Ok(file.write_all(&secret)?)
    })?;
    Ok(secret)
}

#[cfg(unix)]
fn only_owner(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn only_owner(_: &File) -> io::Result<()> {
    Ok(())
}
