//! Reading from a stick, which strangers may have filled: the kernel is told to
//! stay beneath its uppermost folder, to follow no link and to enter nothing
//! that is mounted inside.

use std::ffi::OsStr;
use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

use super::clean_name;
use crate::error::{Code, Error, Result};
use crate::inference::document::Format;
use crate::lessons::incoming;

/// Longest path, in bytes; the kernel takes no longer one.
const LONGEST_PATH: usize = 4095;
/// Names of one folder that are shown.
const MOST_SHOWN: usize = 1000;
/// Where systems keep what is theirs.
const SYSTEM_FOLDERS: &[&[u8]] = &[
    b"$RECYCLE.BIN",
    b"FOUND.000",
    b"LOST.DIR",
    b"System Volume Information",
    b"lost+found",
];

/// A place on a stick: names from its uppermost folder on, which may be any
/// bytes. On the wire it is base64.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Place(pub Vec<u8>);

impl Place {
    /// Reads what [`Place::word`] wrote.
    ///
    /// # Errors
    /// `bad_request`.
    pub fn parse(word: &str) -> Result<Self> {
        let wrong = || Error::new(Code::BadRequest, "This is no place on a stick.");
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(word).map_err(|_| wrong())?;
        let is_path = bytes.len() <= LONGEST_PATH && !bytes.contains(&0);
        is_path.then_some(Self(bytes)).ok_or_else(wrong)
    }

    /// As it is sent.
    pub fn word(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(&self.0)
    }

    /// Its last name as people read it.
    pub fn name(&self) -> String {
        clean_name(self.0.rsplit(|&b| b == b'/').next().unwrap_or_default())
    }

    fn join(&self, name: &[u8]) -> Self {
        let mut bytes = self.0.clone();
        if !bytes.is_empty() {
            bytes.push(b'/');
        }
        bytes.extend_from_slice(name);
        Self(bytes)
    }

    fn path(&self) -> &Path {
        match self.0.is_empty() {
            true => Path::new("."),
            false => Path::new(OsStr::from_bytes(&self.0)),
        }
    }
}

/// Something in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it is.
    pub place: Place,
    /// What it is.
    pub kind: Kind,
}

/// What lies at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A folder.
    Folder,
    /// A file that may become a lesson.
    File {
        /// What its name promises.
        format: Format,
        /// Bytes it has.
        bytes: u64,
    },
    /// What can not become a lesson.
    Unfit {
        /// Why.
        code: Code,
        /// Bytes it has.
        bytes: u64,
    },
}

/// What is in a folder, folders first, by name; and whether there is more than
/// is told.
pub fn list(stick: &OwnedFd, folder: &Place) -> Result<(Vec<Entry>, bool)> {
    let opened = beneath(stick, folder, OFlags::DIRECTORY)?;
    let mut entries = Vec::new();
    let mut more = false;
    for entry in Dir::read_from(opened.as_fd()).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_bytes();
        if name.starts_with(b".") || SYSTEM_FOLDERS.contains(&name) {
            continue;
        }
        if entries.len() == MOST_SHOWN {
            more = true;
            break;
        }
        let place = folder.join(name);
        let kind = match rustix::fs::statat(&opened, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => kind(&place, &stat),
            Err(_) => Kind::Unfit {
                code: Code::FileUnreadable,
                bytes: 0,
            },
        };
        entries.push(Entry { place, kind });
    }
    entries.sort_by(|a, b| {
        let files_last = |entry: &Entry| entry.kind != Kind::Folder;
        (files_last(a), a.place.name().to_lowercase(), &a.place).cmp(&(
            files_last(b),
            b.place.name().to_lowercase(),
            &b.place,
        ))
    });
    Ok((entries, more))
}

/// What lies at a place.
pub fn look(stick: &OwnedFd, place: &Place) -> Result<Kind> {
    let opened = beneath(stick, place, OFlags::PATH)?;
    let stat = rustix::fs::fstat(&opened).map_err(unreadable)?;
    Ok(kind(place, &stat))
}

/// Opens a file for reading; its format and how many bytes it has.
///
/// # Errors
/// Says what is wrong with it.
pub fn open(stick: &OwnedFd, place: &Place) -> Result<(File, Format, u64)> {
    // A pipe must not make us wait for its other end.
    let file = beneath(stick, place, OFlags::NONBLOCK)?;
    let stat = rustix::fs::fstat(&file).map_err(unreadable)?;
    match kind(place, &stat) {
        Kind::File { format, bytes } => Ok((File::from(file), format, bytes)),
        Kind::Unfit { code, .. } => Err(Error::new(code, "This can not become a lesson.")),
        Kind::Folder => Err(Error::new(Code::FileTypeUnknown, "This is a folder.")),
    }
}

/// The refusal of what can not be read.
pub fn unreadable(error: impl Into<std::io::Error>) -> Error {
    let kind = error.into().kind();
    Error::new(Code::FileUnreadable, format!("It can not be read: {kind}."))
}

fn beneath(stick: &OwnedFd, place: &Place, flags: OFlags) -> Result<OwnedFd> {
    let flags = flags | OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NOCTTY;
    // `O_PATH` goes with few others.
    let flags = match flags.contains(OFlags::PATH) {
        true => OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC,
        false => flags,
    };
    let resolve = ResolveFlags::BENEATH
        | ResolveFlags::NO_SYMLINKS
        | ResolveFlags::NO_MAGICLINKS
        | ResolveFlags::NO_XDEV;
    loop {
        match rustix::fs::openat2(stick, place.path(), flags, Mode::empty(), resolve) {
            // Somebody renamed a folder meanwhile, or a signal came.
            Err(Errno::AGAIN | Errno::INTR) => {}
            opened => return opened.map_err(unreadable),
        }
    }
}

fn kind(place: &Place, stat: &rustix::fs::Stat) -> Kind {
    let bytes = u64::try_from(stat.st_size).unwrap_or_default();
    let unfit = |code| Kind::Unfit { code, bytes };
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::Directory => return Kind::Folder,
        FileType::RegularFile => {}
        _ => return unfit(Code::FileUnreadable),
    }
    let named = incoming::named(&place.name()).map(|(_, format)| format);
    let sized = named.and_then(|format| {
        if bytes == 0 {
            return Err(incoming::empty());
        }
        incoming::check_size(format, bytes).map(|()| format)
    });
    match sized {
        Ok(format) => Kind::File { format, bytes },
        Err(error) => unfit(error.code()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn opened(folder: &Path) -> OwnedFd {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        rustix::fs::open(folder, flags, Mode::empty()).unwrap()
    }

    fn place(path: &str) -> Place {
        Place(path.as_bytes().to_vec())
    }

    #[test]
    fn nothing_outside_of_the_stick_is_reached() {
        let both = tempfile::tempdir().unwrap();
        let (stick, outside) = (both.path().join("stick"), both.path().join("outside"));
        for folder in [&stick, &outside] {
            std::fs::create_dir(folder).unwrap();
            std::fs::write(folder.join("secret.txt"), "words").unwrap();
        }
        symlink(&outside, stick.join("away")).unwrap();
        symlink("../outside/secret.txt", stick.join("link.txt")).unwrap();
        symlink("secret.txt", stick.join("inside.txt")).unwrap();
        let root = opened(&stick);
        assert!(open(&root, &place("secret.txt")).is_ok());
        for path in [
            "../outside/secret.txt",
            "away/secret.txt",
            "link.txt",
            "inside.txt",
            "/etc/hostname",
            "x/../../outside/secret.txt",
            "secret.txt/",
            "",
            "nothing.txt",
        ] {
            assert!(open(&root, &place(path)).is_err(), "{path}");
            assert!(
                path.is_empty() || list(&root, &place(path)).is_err(),
                "{path}"
            );
        }
        let (entries, more) = list(&root, &Place::default()).unwrap();
        let links = |entry: &&Entry| matches!(entry.kind, Kind::Unfit { .. });
        assert_eq!((entries.len(), more), (4, false));
        assert_eq!(entries.iter().filter(links).count(), 3);
    }

    #[test]
    fn a_pipe_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe.txt");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &path,
            FileType::Fifo,
            Mode::RUSR | Mode::WUSR,
            0,
        )
        .unwrap();
        let refused = open(&opened(folder.path()), &place("pipe.txt"));
        assert_eq!(refused.unwrap_err().code(), Code::FileUnreadable);
    }

    #[test]
    fn places_are_any_bytes() {
        for bytes in [&b"a/b"[..], b"\xff\xfe.pdf", b"line\nbreak.txt", b""] {
            let place = Place(bytes.to_vec());
            assert_eq!(Place::parse(&place.word()).unwrap(), place);
        }
        for word in ["!", "AA", &Place(vec![b'x'; 5000]).word()] {
            assert!(Place::parse(word).is_err(), "{word}");
        }
        assert_eq!(place("a/line\nbreak.txt").name(), "line\u{fffd}break.txt");
    }
}
