//! Which sticks are plugged in: what is mounted below certain folders, as the
//! kernel's own table tells. Nothing is mounted here, and nothing is written.

use std::ffi::OsString;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use sha2::{Digest, Sha256};

use super::clean_name;
use crate::config::Config;

/// File systems that are on a disk or stick. Others, such as network drives,
/// may take for ever to answer, or show what belongs to the system.
const ON_A_DISK: &[&str] = &[
    "btrfs", "exfat", "ext2", "ext3", "ext4", "f2fs", "fuseblk", "hfsplus", "iso9660", "ntfs",
    "ntfs3", "tmpfs", "udf", "vfat", "xfs",
];

/// A stick that is plugged in, opened as a place to look for names and no more.
pub struct Stick {
    /// Tells it from others, also from one that is plugged in there later.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Bytes it has room for.
    pub total_bytes: u64,
    /// Its uppermost folder.
    pub folder: OwnedFd,
}

/// The sticks that are plugged in, by name.
pub fn plugged_in(config: &Config) -> Vec<Stick> {
    let table = std::fs::read("/proc/self/mountinfo").unwrap_or_default();
    let mut mounted = mounted_below(&table, &config.stick_roots);
    // Such as a folder of the system's own disk that is mounted there again.
    mounted.retain(|path| device(path) != device(&config.data_dir));
    let mut sticks: Vec<_> = mounted
        .iter()
        .chain(&config.stick_folders)
        .filter(|path| !overlap(path, &config.data_dir))
        .filter_map(|path| open(path))
        .collect();
    sticks.sort_by(|a, b| a.name.cmp(&b.name));
    sticks
}

fn open(path: &Path) -> Option<Stick> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let folder = rustix::fs::open(path, flags, Mode::empty()).ok()?;
    let stat = rustix::fs::fstat(&folder).ok()?;
    let room = rustix::fs::fstatvfs(folder.as_fd()).ok()?;
    let mut hasher = Sha256::new();
    hasher.update(path.as_os_str().as_bytes());
    for number in [stat.st_dev, stat.st_ino, room.f_fsid] {
        hasher.update(number.to_le_bytes());
    }
    let digest = hasher.finalize();
    let id = digest[..8].iter().map(|b| format!("{b:02x}"));
    Some(Stick {
        id: id.collect(),
        name: clean_name(path.file_name()?.as_bytes()),
        total_bytes: room.f_blocks.saturating_mul(room.f_frsize),
        folder,
    })
}

fn device(path: &Path) -> Option<u64> {
    rustix::fs::stat(path).ok().map(|stat| stat.st_dev)
}

/// Whether one lies in the other.
fn overlap(path: &Path, data: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let (path, data) = (real(path), real(data));
    path.starts_with(&data) || data.starts_with(&path)
}

/// Where disks are mounted below these folders, each place once.
fn mounted_below(table: &[u8], roots: &[PathBuf]) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for line in table.split(|&b| b == b'\n') {
        let mut fields = line.split(|&b| b == b' ');
        let Some(place) = fields.nth(4).map(unescaped) else {
            continue;
        };
        let kind = fields.skip_while(|field| *field != b"-").nth(1);
        let on_a_disk = kind.is_some_and(|kind| ON_A_DISK.iter().any(|k| k.as_bytes() == kind));
        let below = roots.iter().any(|r| place.starts_with(r) && place != *r);
        // What is mounted over a place hides what was there before.
        found.retain(|other| *other != place);
        if below && on_a_disk {
            found.push(place);
        }
    }
    found
}

/// The kernel writes some characters as a backslash and three octal digits.
fn unescaped(field: &[u8]) -> PathBuf {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field;
    while let [first, tail @ ..] = rest {
        let octal = |b: u8| (b'0'..=b'7').contains(&b).then(|| u32::from(b - b'0'));
        let escaped = match (first, tail) {
            (b'\\', [a, b, c, ..]) => octal(*a)
                .zip(octal(*b))
                .zip(octal(*c))
                .and_then(|((a, b), c)| u8::try_from(a << 6 | b << 3 | c).ok()),
            _ => None,
        };
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[3..] } else { tail };
    }
    PathBuf::from(OsString::from_vec(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(table: &str, expected: &[&str]) {
        let roots = ["/media".into(), "/run/media".into()];
        let found = mounted_below(table.as_bytes(), &roots);
        let expected: Vec<PathBuf> = expected.iter().map(PathBuf::from).collect();
        assert_eq!(found, expected, "{table}");
    }

    #[test]
    fn disks_below_the_roots_are_sticks() {
        check("", &[]);
        check(
            "24 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n\
             31 24 0:26 / /media rw - tmpfs tmpfs rw\n\
             90 24 8:17 / /media/keza/LESSONS\\0401 rw,nosuid shared:9 - vfat /dev/sdb1 rw\n\
             91 24 8:33 / /run/media/tab\\011 ro shared:3 master:2 - exfat /dev/sdc1 rw\n\
             92 24 0:50 / /media/share rw - nfs4 server:/x rw\n\
             93 24 8:49 / /mediaother/x rw - vfat /dev/sdd1 rw\n\
             cut short\n",
            &["/media/keza/LESSONS 1", "/run/media/tab\t"],
        );
    }

    #[test]
    fn what_is_mounted_last_hides_the_rest() {
        check(
            "90 24 8:17 / /media/a rw - vfat /dev/sdb1 rw\n\
             91 90 0:99 / /media/a rw - overlay none rw\n\
             92 24 8:18 / /media/b rw - vfat /dev/sdb2 rw\n\
             93 92 8:19 / /media/b rw - ext4 /dev/sdb3 rw\n",
            &["/media/b"],
        );
    }

    #[test]
    fn names_in_the_table_are_unescaped() {
        for (field, expected) in [("a\\134b", "a\\b"), ("a\\04", "a\\04"), ("\\777", "\\777")] {
            assert_eq!(unescaped(field.as_bytes()), PathBuf::from(expected));
        }
    }

    #[test]
    fn the_boxs_own_folder_is_no_stick() {
        for (path, data, expected) in [
            ("/media/a", "/media/a/bwenge", true),
            ("/media/a/x", "/media/a", true),
            ("/media/a", "/media/ab", false),
        ] {
            assert_eq!(overlap(Path::new(path), Path::new(data)), expected);
        }
    }
}
