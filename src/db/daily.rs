//! The copies of core.db that are made every day, seven of them, none older than 30 days.
//!
//! A box has no quiet hour of its own: it is switched off at night in many
//! schools, and its clock may be wrong. So a copy is due when none was made in
//! the day before now; copies from a future that a wrong clock saw do not
//! count, and the one just made always stays. Who was erased is still in the copies of
//! before, so these go in time, and so do those made before migrations.

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
/// How the names of copies made before migrations begin; the number of the schema and the
/// time follow.
const BEFORE_MIGRATION: &str = "core-schema";
/// Whoever was erased is in no copy after this time, in milliseconds.
const OLDEST_MS: i64 = 30 * DAY_MS;

/// Where the copy of now goes, if one is due.
pub(super) fn due(folder: &Path, now: Timestamp) -> Result<Option<PathBuf>> {
    let fresh = |made: &Timestamp| *made <= now && now.0 - made.0 < DAY_MS;
    if copies(folder)?.iter().any(|(made, _)| fresh(made)) {
        return Ok(None);
    }
    Ok(Some(folder.join(format!("{PREFIX}{}.db", now.0))))
}

/// Removes the oldest copies beyond those kept and all older than 30 days, but never
/// `made`; and what a copy that was cut short left behind.
pub(super) fn prune(folder: &Path, made: &Path, now: Timestamp) -> Result<()> {
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
    let is_old = |at: Timestamp| now.0.saturating_sub(at.0) > OLDEST_MS;
    let mut others = copies(folder)?;
    others.retain(|(_, path)| path != made);
    // Nobody knows how old those from the future are, so they go first.
    others.sort_by_key(|(at, _)| (*at <= now, *at));
    let spare = (others.len() + 1).saturating_sub(KEEP);
    for (n, (at, path)) in others.into_iter().enumerate() {
        if n < spare || is_old(at) {
            remove(&path)?;
        }
    }
    for (at, path) in named(folder, before_migration)? {
        // One from the future would stay for years.
        if is_old(at) || at > now {
            remove(&path)?;
        }
    }
    Ok(sync_folder(folder)?)
}

fn remove(path: &Path) -> Result<()> {
    fs::remove_file(path).with_context(|| format!("removing {}", path.display()))?;
    Ok(())
}

/// The daily copies and when each was made.
fn copies(folder: &Path) -> Result<Vec<(Timestamp, PathBuf)>> {
    named(folder, |name| name.strip_prefix(PREFIX))
}

/// What the name of a copy made before a migration says of the time.
fn before_migration(name: &str) -> Option<&str> {
    let rest = name.strip_prefix(BEFORE_MIGRATION)?;
    Some(rest.split_once('-')?.1)
}

/// Copies with a time in their names, where `time` finds it before the ending.
fn named(folder: &Path, time: impl Fn(&str) -> Option<&str>) -> Result<Vec<(Timestamp, PathBuf)>> {
    let mut copies = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        let made = name
            .to_str()
            .and_then(|name| time(name)?.strip_suffix(".db")?.parse().ok());
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
        let kept = folder.join(format!("core-schema1-{}.db", 99 * DAY_MS));
        fs::write(&kept, "").unwrap();
        fs::write(folder.join(".copy-cut"), "").unwrap();
        let make = |at: i64| {
            let path = due(folder, Timestamp(at)).unwrap().expect("due");
            fs::write(&path, "").unwrap();
            prune(folder, &path, Timestamp(at)).unwrap();
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

    #[test]
    fn whoever_was_erased_is_in_no_copy_after_30_days() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let file = |name: &str, day: i64| {
            let path = folder.join(format!("{name}{}.db", day * DAY_MS));
            fs::write(&path, "").unwrap();
            path
        };
        let old = [file(PREFIX, 99), file("core-schema3-", 99)];
        let recent = [file(PREFIX, 101), file("core-schema4-", 100)];
        let future = file("core-schema4-", 400);
        // What a person put there is that person's.
        let foreign = folder.join("core-schema.db");
        fs::write(&foreign, "").unwrap();
        let made = file(PREFIX, 130);
        prune(folder, &made, Timestamp(130 * DAY_MS)).unwrap();
        assert!(old.iter().chain([&future]).all(|path| !path.exists()));
        let stay = recent.iter().chain([&made, &foreign]);
        assert!(stay.clone().all(|path| path.exists()));
    }
}
