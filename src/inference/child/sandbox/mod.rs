//! What a child gives up before it reads untrusted input.
//!
//! The order matters: [`enter`] runs first (tie to the parent, limits, close
//! stray descriptors), then the model is loaded, then [`deny_files`] and
//! [`close`] shut the door. A native parser or engine that is taken over can
//! then compute and answer, and little else.

mod filter;
mod limits;
mod probe;

use anyhow::{Context, Result, bail};
use landlock::{
    ABI, Access, AccessFs, AccessNet, LandlockStatus, RestrictSelfAttr, Ruleset, RulesetAttr,
    RulesetStatus, Scope,
};
use rustix::process::{DumpableBehavior, Signal};

pub use limits::{Kind, fit_address_space};
pub use probe::probe;

/// Ties the process to its parent and sets its limits; `keep` is the one
/// inherited descriptor above 2 that stays open.
///
/// # Errors
/// When a step that can not fail on a supported kernel fails; the child must
/// not go on then.
pub fn enter(kind: Kind, memory_bytes: u64, keep: Option<i32>) -> Result<()> {
    die_with_parent()?;
    // Before dumpable goes off: after that an unprivileged process may not write it.
    std::fs::write("/proc/self/oom_score_adj", "800").context("oom_score_adj")?;
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable).context("dumpable")?;
    rustix::thread::set_no_new_privs(true).context("no_new_privs")?;
    // Kernels without ambient capabilities have none to clear.
    let _ = rustix::thread::clear_ambient_capability_set();
    // Fails only for a process that leads its group already, which is as good.
    let _ = rustix::process::setsid();
    if kind == Kind::Asr {
        yield_to_others();
    }
    limits::set(kind, memory_bytes)?;
    close_other_descriptors(keep)
}

/// Kills this process when its parent's spawning thread ends.
fn die_with_parent() -> Result<()> {
    let parent = rustix::process::getppid();
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))
        .context("parent-death signal")?;
    // Were the parent gone before the call, no signal would ever come.
    if rustix::process::getppid() != parent {
        bail!("the parent died during start");
    }
    Ok(())
}

/// Lets everything else run first. Sessions are scheduling groups on kernels
/// with autogroups, where the nice value of a process counts only inside its
/// own; so the group is lowered too.
fn yield_to_others() {
    let _ = rustix::process::setpriority_process(None, 19);
    let _ = std::fs::write("/proc/self/autogroup", "10");
}

fn close_other_descriptors(keep: Option<i32>) -> Result<()> {
    let ranges = match keep {
        Some(fd) if fd > 2 => vec![(3, fd as u32 - 1), (fd as u32 + 1, u32::MAX)],
        _ => vec![(3, u32::MAX)],
    };
    for (first, last) in ranges {
        if first > last {
            continue;
        }
        // SAFETY: the descriptors closed belong to nothing in this process: it
        // has opened none yet besides its standard streams.
        let result = unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) };
        if result != 0 {
            return Err(std::io::Error::last_os_error()).context("close_range");
        }
    }
    Ok(())
}

/// Forbids every file, port and foreign process through Landlock and returns
/// the ABI enforced, 0 where the kernel has none. It binds the calling thread
/// and the threads it starts later, so it is called before any are started.
pub fn deny_files() -> u32 {
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(ABI::V6))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(ABI::V6)))
        .and_then(|rules| rules.scope(Scope::from_all(ABI::V6)))
        .and_then(Ruleset::create)
        .and_then(|rules| rules.all_threads(true))
        .and_then(landlock::RulesetCreated::restrict_self);
    match status {
        Ok(status) if status.ruleset != RulesetStatus::NotEnforced => match status.landlock {
            LandlockStatus::Available { effective_abi, .. } => effective_abi as u32,
            _ => 0,
        },
        Ok(_) => 0,
        Err(error) => {
            tracing::warn!("landlock is not available: {error}");
            0
        }
    }
}

/// Puts the system call allow-list over every thread. A call off the list
/// kills the process with SIGSYS, which the parent sees and logs.
///
/// # Errors
/// When the kernel has no seccomp filters.
pub fn close(kind: Kind) -> Result<()> {
    filter::apply(kind)
}
