//! Free disk space, looked at before fetching rather than run out of.

use std::path::Path;

use anyhow::{Context, bail};
use indicatif::DecimalBytes;

/// Left free on the disk after everything is in place.
const SPARE: u64 = 64 << 20;

/// Refuses when the disk of `dir` has too little room for `needed` more bytes.
pub fn ensure(dir: &Path, needed: u64) -> anyhow::Result<()> {
    check(needed, free(dir)?, dir)
}

fn free(dir: &Path) -> anyhow::Result<u64> {
    let disk = rustix::fs::statvfs(dir)
        .with_context(|| format!("asking for the free space of {}", dir.display()))?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

fn check(needed: u64, free: u64, dir: &Path) -> anyhow::Result<()> {
    if needed.saturating_add(SPARE) > free {
        bail!(
            "the disk of {} has {} free, but {} are needed; make room or choose another folder with --models-dir",
            dir.display(),
            DecimalBytes(free),
            DecimalBytes(needed + SPARE),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_when_the_disk_is_too_full() {
        let dir = Path::new("models");
        assert!(check(1_000_000, 2_000_000_000, dir).is_ok());
        let error = check(1_000_000_000, 900_000_000, dir)
            .unwrap_err()
            .to_string();
        assert!(error.contains("900.00 MB free"), "{error}");
        assert!(free(Path::new("/")).unwrap() > 0);
    }
}
