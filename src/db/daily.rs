//! The copies of core.db that are made every day, seven of them.
//!
//! A box has no quiet hour of its own: it is switched off at night in many
//! schools, and its clock may be wrong. So a copy is due when none was made in
//! the day before now; copies from a future that a wrong clock saw do not
//! count, and the one just made always stays.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::backup::UNFINISHED;
use crate::blobs::sync_folder;
use crate::error::Result;
use crate::types::Timestamp;

const DAY_MS: i64 = 86_400_000;
/// Copies kept; those before migrations are kept beside them.
const KEEP: usize = 7;
const PREFIX: &str = "core-daily-";

/// Where the copy of now goes, if one is due.
pub(super) fn due(folder: &Path, now: Timestamp) -> Result<Option<PathBuf>> {
    let fresh = |made: &Timestamp| *made <= now && now.0 - made.0 < DAY_MS;
    if copies(folder)?.iter().any(|(made, _)| fresh(made)) {
        return Ok(None);
    }
    Ok(Some(folder.join(format!("{PREFIX}{}.db", now.0))))
}

/// Removes the oldest copies beyond those kept, but never `made`; and what a
/// copy that was cut short left behind.
pub(super) fn prune(folder: &Path, made: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry
            .file_name()
            .as_encoded_bytes()
            .starts_with(UNFINISHED.as_bytes())
        {
            fs::remove_file(entry.path())?;
        }
    }
    let mut others = copies(folder)?;
    others.retain(|(_, path)| path != made);
    others.sort();
    let spare = (others.len() + 1).saturating_sub(KEEP);
    for (_, path) in others.into_iter().take(spare) {
        fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
    }
    Ok(sync_folder(folder)?)
}

/// The daily copies and when each was made.
fn copies(folder: &Path) -> Result<Vec<(Timestamp, PathBuf)>> {
    let mut copies = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        let made = name
            .to_str()
            .and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(".db")?.parse().ok());
        copies.extend(made.map(|made| (Timestamp(made), entry.path())));
    }
    Ok(copies)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_a_day_and_seven_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let kept = folder.join("core-schema1-5.db");
        fs::write(&kept, "").unwrap();
        fs::write(folder.join(".copy-cut"), "").unwrap();
        let make = |at: i64| {
            let path = due(folder, Timestamp(at)).unwrap().expect("due");
            fs::write(&path, "").unwrap();
            prune(folder, &path).unwrap();
            path
        };
        let first = make(100 * DAY_MS);
        assert_eq!(due(folder, Timestamp(101 * DAY_MS - 1)).unwrap(), None);
        for day in 101..107 {
            make(day * DAY_MS);
        }
        assert!(first.exists() && !folder.join(".copy-cut").exists());
        let eighth = make(107 * DAY_MS);
        assert!(!first.exists() && eighth.exists() && kept.exists());
        assert_eq!(copies(folder).unwrap().len(), KEEP);

        // A clock set back: due at once, and what is made then stays.
        let set_back = make(0);
        assert!(set_back.exists());
        assert_eq!(copies(folder).unwrap().len(), KEEP);
        assert_eq!(due(folder, Timestamp(1)).unwrap(), None);
    }
}
