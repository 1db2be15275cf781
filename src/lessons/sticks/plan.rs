//! What copying from a stick would do, before it is done: every file below what
//! was chosen, with what will become of it.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;

use super::reading::{self, Kind, Place};
use crate::blobs::{BlobHash, Blobs};
use crate::error::{Code, Error, Result};
use crate::types::LessonId;

/// Files of one plan.
const MOST_FILES: usize = 1000;
/// Folders that are looked into for one plan.
const MOST_FOLDERS: usize = 2000;
/// Bytes that are compared at each end of files of the same size. Reading all
/// of a stick twice would take as long as copying it.
const COMPARED: usize = 64 << 10;

/// A file and what copying would make of it.
#[derive(Debug, Clone)]
pub struct Planned {
    /// Where it is.
    pub place: Place,
    /// Bytes it has.
    pub bytes: u64,
    /// What would become of it.
    pub fate: Fate,
}

/// What would become of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It would become a lesson.
    New,
    /// It is this lesson already, as far as size and both ends tell.
    Here(LessonId),
    /// It can not become one.
    Refused(Code),
}

/// The plan for what was chosen.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Every file below what was chosen, once.
    pub files: Vec<Planned>,
    /// Whether there are more files than a plan has.
    pub cut: bool,
}

impl Plan {
    /// The files that would become lessons, and their bytes.
    pub fn new_files(&self) -> (usize, u64) {
        let new = self.files.iter().filter(|file| file.fate == Fate::New);
        new.fold((0, 0), |(count, bytes), file| {
            (count + 1, bytes + file.bytes)
        })
    }

    /// Refuses what has no room, first come, first served.
    pub fn fit(&mut self, room: impl Fn(u32, u64) -> Result<(), Error>) {
        let (mut count, mut bytes) = (0, 0);
        for file in &mut self.files {
            if file.fate != Fate::New {
                continue;
            }
            match room(count + 1, bytes + file.bytes) {
                Ok(()) => (count, bytes) = (count + 1, bytes + file.bytes),
                Err(error) => file.fate = Fate::Refused(error.code()),
            }
        }
    }
}

/// A lesson of the school, to compare files with.
pub type Known = HashMap<u64, Vec<(LessonId, BlobHash)>>;

/// Looks at everything below `chosen`.
pub fn make(stick: &OwnedFd, chosen: &[Place], known: &Known, blobs: &Blobs) -> Result<Plan> {
    let mut plan = Plan::default();
    let mut seen = HashSet::new();
    let mut folders = 0;
    // From the end, so that what was chosen first comes first.
    let mut ahead: Vec<(Place, Option<Kind>)> =
        chosen.iter().rev().map(|p| (p.clone(), None)).collect();
    while let Some((place, kind)) = ahead.pop() {
        if !seen.insert(place.clone()) {
            continue;
        }
        let kind = kind.map_or_else(|| reading::look(stick, &place), Ok)?;
        if plan.files.len() == MOST_FILES || folders == MOST_FOLDERS {
            plan.cut = true;
            break;
        }
        let (fate, bytes) = match kind {
            Kind::Folder => {
                folders += 1;
                match reading::list(stick, &place) {
                    Ok((entries, more)) => {
                        plan.cut |= more;
                        let inside = entries.into_iter().rev();
                        ahead.extend(inside.map(|entry| (entry.place, Some(entry.kind))));
                        continue;
                    }
                    Err(error) => (Fate::Refused(error.code()), 0),
                }
            }
            Kind::Unfit { code, bytes } => (Fate::Refused(code), bytes),
            Kind::File { bytes, .. } => {
                let mut known = known.get(&bytes).into_iter().flatten();
                // What can not be compared is told when it is copied.
                let same =
                    known.find(|(_, blob)| is_same(stick, &place, blobs, blob).unwrap_or_default());
                let fate = same.map_or(Fate::New, |(lesson, _)| Fate::Here(*lesson));
                (fate, bytes)
            }
        };
        plan.files.push(Planned { place, bytes, fate });
    }
    Ok(plan)
}

/// Whether a file begins and ends like a blob of the same size.
fn is_same(stick: &OwnedFd, place: &Place, blobs: &Blobs, original: &BlobHash) -> Result<bool> {
    let (file, _, bytes) = reading::open(stick, place)?;
    let blob = blobs.open_file(original)?;
    let last = bytes.saturating_sub(COMPARED as u64);
    for offset in [0, last] {
        let length = COMPARED.min(usize::try_from(bytes - offset).unwrap_or(COMPARED));
        if part(&file, offset, length)? != part(&blob, offset, length)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn part(file: &File, offset: u64, length: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, offset)
        .map_err(reading::unreadable)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_room_is_told_first_come_first_served() {
        let file = |bytes, fate| Planned {
            place: Place::default(),
            bytes,
            fate,
        };
        let mut plan = Plan {
            files: vec![
                file(6, Fate::New),
                file(9, Fate::Refused(Code::FileEmpty)),
                file(5, Fate::New),
                file(4, Fate::New),
                file(0, Fate::New),
            ],
            cut: false,
        };
        plan.fit(|count, bytes| {
            if bytes > 10 {
                return Err(Error::new(Code::DiskFull, ""));
            }
            if count > 2 {
                return Err(Error::new(Code::QuotaFull, ""));
            }
            Ok(())
        });
        let fates: Vec<_> = plan.files.iter().map(|file| file.fate).collect();
        let expected = [
            Fate::New,
            Fate::Refused(Code::FileEmpty),
            Fate::Refused(Code::DiskFull),
            Fate::New,
            Fate::Refused(Code::QuotaFull),
        ];
        assert_eq!(fates, expected);
        assert_eq!(plan.new_files(), (2, 10));
    }
}
