//! Who was erased, in a file beside core.db that no backup of core.db takes back.
//!
//! One line of JSON each, written after the commit and flushed before anybody is told. A
//! line begins with its line feed, so that one a power cut broke off spoils no other.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

use anyhow::Context;

use super::Erasure;
use crate::blobs::{storing, sync_folder};
use crate::error::Result;

const NAME: &str = "erasures.jsonl";

/// Adds erasures to the journal of a data folder; they survive a power cut once this
/// returned. One that is there twice counts once.
pub fn append(folder: &Path, erasures: &[Erasure]) -> Result<()> {
    if erasures.is_empty() {
        return Ok(());
    }
    let mut lines = String::new();
    for erasure in erasures {
        lines.push('\n');
        lines.push_str(&serde_json::to_string(erasure)?);
    }
    let written = File::options()
        .create(true)
        .append(true)
        .open(folder.join(NAME))
        .and_then(|mut file| {
            file.write_all(lines.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| sync_folder(folder));
    written.map_err(|e| storing(e, "writing the journal of erasures"))
}

/// All erasures in the journal of a data folder.
pub fn read(folder: &Path) -> Result<Vec<Erasure>> {
    let path = folder.join(NAME);
    let mut bytes = Vec::new();
    match File::open(&path).and_then(|mut file| file.read_to_end(&mut bytes)) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.with_context(|| format!("reading {}", path.display()))?,
    };
    let mut found = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        if line.is_empty() {
            continue;
        }
        match serde_json::from_slice(line) {
            Ok(erasure) => found.push(erasure),
            // Nobody was told of one that broke off.
            Err(error) => tracing::warn!(%error, "privacy.journal_line"),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::privacy::ErasureKind;
    use crate::types::{LessonId, OrgId, Timestamp, UserId};

    fn erasure() -> Erasure {
        Erasure {
            org: OrgId::new(),
            user: UserId::new(),
            kind: ErasureKind::Asked,
            lessons: vec![LessonId::new()],
            heir: Some(UserId::new()),
            erased_at: Timestamp(7),
        }
    }

    #[test]
    fn what_was_written_is_read_also_after_a_line_that_broke_off() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        assert_eq!(read(folder).unwrap(), []);
        append(folder, &[]).unwrap();
        assert!(!folder.join(NAME).exists());
        let all = [erasure(), erasure(), erasure()];
        append(folder, &all[..2]).unwrap();
        let path = folder.join(NAME);
        let mut file = File::options().append(true).open(&path).unwrap();
        file.write_all(b"\n{\"org\":\"019\xC3").unwrap();
        append(folder, &all[2..]).unwrap();
        assert_eq!(read(folder).unwrap(), all);
        let text = std::fs::read(&path).unwrap();
        assert!(!String::from_utf8_lossy(&text).contains("name"));
    }
}
