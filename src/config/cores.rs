//! How many physical cores there are.
//!
//! Engines gain nothing from hyper-threads: two threads of one core share the
//! vector unit that does the work.

use std::collections::HashSet;
use std::path::Path;

/// Physical cores this process may use, at least 1; logical ones where the
/// kernel does not tell them apart.
pub(super) fn physical() -> u32 {
    let logical = std::thread::available_parallelism().map_or(1, usize::from);
    let cores = siblings(Path::new("/sys/devices/system/cpu")).unwrap_or(logical);
    // A container may be given fewer processors than the machine has.
    u32::try_from(cores.clamp(1, logical)).unwrap_or(1)
}

/// Counts the distinct groups of sibling threads below `cpus`.
fn siblings(cpus: &Path) -> Option<usize> {
    let groups: HashSet<String> = std::fs::read_dir(cpus)
        .ok()?
        .filter_map(|entry| {
            let list = entry.ok()?.path().join("topology/thread_siblings_list");
            std::fs::read_to_string(list).ok()
        })
        .collect();
    (!groups.is_empty()).then_some(groups.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn siblings_share_one_core() {
        let dir = tempfile::tempdir().unwrap();
        for (cpu, list) in [("cpu0", "0-1"), ("cpu1", "0-1"), ("cpu2", "2-3")] {
            let topology = dir.path().join(cpu).join("topology");
            std::fs::create_dir_all(&topology).unwrap();
            std::fs::write(topology.join("thread_siblings_list"), list).unwrap();
        }
        assert_eq!(siblings(dir.path()), Some(2));
        assert_eq!(siblings(Path::new("/nowhere")), None);
        assert!(physical() >= 1);
    }
}
