//! Whether a model fits the memory of this box.

use super::Model;

/// Kept for the system, the server and the page cache; see the boot plan in
/// ARCHITECTURE.md.
pub const RESERVED_BYTES: u64 = 600_000_000;

/// The machine's memory in bytes, or `None` where the kernel does not say.
pub fn total_memory() -> Option<u64> {
    parse(&std::fs::read_to_string("/proc/meminfo").ok()?)
}

fn parse(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find(|l| l.starts_with("MemTotal:"))?;
    let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    kibibytes.checked_mul(1024)
}

/// Whether the model alone fits a box with `total` bytes of memory.
pub fn fits(model: &Model, total: u64) -> bool {
    model.ram_bytes.saturating_add(RESERVED_BYTES) <= total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_in_kibibytes() {
        assert_eq!(
            parse("MemTotal:        2048 kB\nMemFree: 1 kB\n"),
            Some(2 << 20)
        );
        assert_eq!(parse("nothing"), None);
        assert!(total_memory().is_some());
    }
}
