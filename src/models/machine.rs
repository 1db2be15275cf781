//! How much memory models may use on this machine, and what says so.
//!
//! A container or a service may be given less than the machine has, at any
//! level of its group; what counts is the smallest limit on the path.

use std::path::Path;

use crate::word_enum;

/// Kept for the system, the server and the page cache of a whole machine; see
/// the boot plan in ARCHITECTURE.md.
pub const RESERVED_BYTES: u64 = 600_000_000;
/// Kept for the server and its parsers where the system is counted elsewhere.
pub const SERVER_BYTES: u64 = 200_000_000;

word_enum! {
    /// What limits the memory for models.
    LimitFrom {
        /// The memory of the machine.
        Memory = "memory",
        /// What other programs leave free.
        Available = "available",
        /// The limit of the control group the box runs in.
        Group = "group",
    }
}

/// The memory and the processor cores of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// Bytes in all.
    pub total: u64,
    /// Bytes no other program holds.
    pub available: u64,
    /// The smallest limit of its control groups, in bytes.
    pub group: Option<u64>,
    /// Processor cores that may be computed with.
    pub cores: u32,
}

/// Bytes that models may use together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// How many.
    pub bytes: u64,
    /// What limits them.
    pub from: LimitFrom,
}

impl Machine {
    /// This machine, as far as the kernel tells; `own` bytes of what is taken
    /// are the box's own and count as available.
    pub fn look(cores: u32, own: u64) -> Self {
        let meminfo = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let groups = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        let total = field(&meminfo, "MemTotal:").unwrap_or(u64::MAX);
        let available = field(&meminfo, "MemAvailable:").unwrap_or(total);
        Self {
            total,
            available: available.saturating_add(own).min(total),
            group: group_limit(&groups, Path::new("/sys/fs/cgroup")),
            cores,
        }
    }

    /// What models may use together.
    pub fn room(&self) -> Room {
        let memory = Some((self.total.saturating_sub(RESERVED_BYTES), LimitFrom::Memory));
        let available = self.available.saturating_sub(SERVER_BYTES);
        let available = Some((available, LimitFrom::Available));
        let group = |bytes: u64| (bytes.saturating_sub(SERVER_BYTES), LimitFrom::Group);
        let (bytes, from) = [memory, available, self.group.map(group)]
            .into_iter()
            .flatten()
            .min_by_key(|(bytes, _)| *bytes)
            .unwrap_or((0, LimitFrom::Memory));
        Room { bytes, from }
    }
}

/// The machine's memory in bytes, or `None` where the kernel does not say.
pub fn total_memory() -> Option<u64> {
    field(&std::fs::read_to_string("/proc/meminfo").ok()?, "MemTotal:")
}

/// A field of `/proc/meminfo`, in bytes.
fn field(meminfo: &str, name: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    kibibytes.checked_mul(1024)
}

/// The smallest memory limit from the groups named in `/proc/self/cgroup` up to
/// the root, where their files lie below `mounted`.
fn group_limit(groups: &str, mounted: &Path) -> Option<u64> {
    let limits = groups.lines().flat_map(|line| {
        let mut parts = line.splitn(3, ':').skip(1);
        let (controllers, path) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        // Version 2 lies at the top, or beside version 1 in a folder.
        let places: &[(&str, &[&str])] = match controllers {
            "" => &[
                ("", &["memory.max", "memory.high"]),
                ("unified", &["memory.max", "memory.high"]),
            ],
            list if list.split(',').any(|name| name == "memory") => {
                &[("memory", &["memory.limit_in_bytes"])]
            }
            _ => &[],
        };
        let path = path.trim_start_matches('/').to_owned();
        places.iter().flat_map(move |(folder, names)| {
            let root = mounted.join(folder);
            let levels: Vec<_> = Path::new(&path)
                .ancestors()
                .map(|level| root.join(level))
                .collect();
            levels.into_iter().flat_map(|level| {
                names
                    .iter()
                    .filter_map(move |name| limit(&level.join(name)))
            })
        })
    });
    limits.min()
}

/// A limit in bytes; `max` and the huge numbers of version 1 are none.
fn limit(file: &Path) -> Option<u64> {
    let text = std::fs::read_to_string(file).ok()?;
    text.trim().parse().ok().filter(|bytes| *bytes < 1 << 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GB: u64 = 1_000_000_000;

    #[test]
    fn memory_is_read_in_kibibytes() {
        let meminfo = "MemTotal:        2048 kB\nMemFree: 1 kB\n";
        assert_eq!(field(meminfo, "MemTotal:"), Some(2 << 20));
        assert_eq!(field("nothing", "MemTotal:"), None);
        assert!(total_memory().is_some());
        let here = Machine::look(1, 0);
        assert!(here.available <= here.total && here.total > 0);
    }

    #[test]
    fn the_tightest_limit_counts_and_is_named() {
        let check = |total, available, group, bytes, from| {
            let machine = Machine {
                total,
                available,
                group,
                cores: 2,
            };
            assert_eq!(machine.room(), Room { bytes, from });
        };
        check(4 * GB, 4 * GB, None, 3_400_000_000, LimitFrom::Memory);
        check(4 * GB, 2 * GB, None, 1_800_000_000, LimitFrom::Available);
        check(4 * GB, 4 * GB, Some(GB), 800_000_000, LimitFrom::Group);
        check(GB / 2, GB / 2, None, 0, LimitFrom::Memory);
    }

    /// A made-up `/sys/fs/cgroup`: files and their contents.
    fn groups(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = dir.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        dir
    }

    #[test]
    fn the_smallest_limit_on_the_path_counts() {
        let dir = groups(&[
            ("system.slice/memory.max", "536870912\n"),
            ("system.slice/bwenge.service/memory.max", "max\n"),
            ("system.slice/bwenge.service/memory.high", "800000000\n"),
            ("user.slice/memory.max", "1\n"),
        ]);
        let limit = |groups| group_limit(groups, dir.path());
        assert_eq!(limit("0::/system.slice/bwenge.service\n"), Some(512 << 20));
        assert_eq!(limit("0::/\n"), None);
        assert_eq!(limit(""), None);
        // A container sees its own group as the root, whatever the path says.
        std::fs::write(dir.path().join("memory.max"), "300\n").unwrap();
        assert_eq!(limit("0::/elsewhere/deep\n"), Some(300));
    }

    #[test]
    fn version_one_is_read_too() {
        let dir = groups(&[
            ("memory/memory.limit_in_bytes", "9223372036854771712\n"),
            ("memory/a/memory.limit_in_bytes", "2000\n"),
            ("memory/a/b/memory.limit_in_bytes", "3000\n"),
            ("cpu/a/b/memory.limit_in_bytes", "1\n"),
            ("unified/u/memory.max", "5000\n"),
        ]);
        let limit = |groups| group_limit(groups, dir.path());
        assert_eq!(limit("4:memory:/a/b\n1:cpu:/a/b\n0::/\n"), Some(2000));
        assert_eq!(limit("4:hugetlb,memory:/\n0::/u\n"), Some(5000));
        assert_eq!(limit("4:memory:/\n"), None);
    }
}
