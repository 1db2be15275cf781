//! What `/proc` says about the memory of the box's processes.

use crate::inference::worker::State;
use crate::state::App;

/// Resident memory of a process, in bytes.
pub fn resident(pid: u32) -> Option<u64> {
    field(&format!("/proc/{pid}/status"), "VmRSS:")
}

/// The most memory a process had resident so far, in bytes.
pub fn most_resident(pid: u32) -> Option<u64> {
    field(&format!("/proc/{pid}/status"), "VmHWM:")
}

/// Resident memory of the server, in bytes.
pub fn own() -> Option<u64> {
    field("/proc/self/status", "VmRSS:")
}

/// Memory that only the workers hold and that their end would set free, in
/// bytes; pages of model files are not counted, as the kernel takes those back.
pub fn held_by_workers(app: &App) -> u64 {
    let workers = app.inference.status().into_iter();
    let held = workers.filter_map(|worker| match worker.state {
        State::Ready(ready) => field(&format!("/proc/{}/status", ready.pid?), "RssAnon:"),
        _ => None,
    });
    held.sum()
}

/// A field of `/proc/meminfo`, in bytes.
pub fn meminfo(name: &str) -> Option<u64> {
    field("/proc/meminfo", name)
}

/// A field in kilobytes of a file of `/proc`, in bytes.
fn field(path: &str, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(path).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024)
}
