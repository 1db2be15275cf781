//! The system calls a child may make once its door is shut.
//!
//! Memory, time, its own threads and the pipes it already holds; no file, no
//! socket, no other program. Names that only one architecture has are kept
//! out, so both get the same list.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Len, SeccompCmpOp as Op, SeccompCondition,
    SeccompFilter, SeccompRule,
};

use super::Kind;

/// Allowed with any arguments, for every kind.
const ALWAYS: &[c_long] = &[
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_lseek,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_getcpu,
    libc::SYS_nanosleep,
    libc::SYS_clock_nanosleep,
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_getrusage,
    libc::SYS_sysinfo,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// What starting and ending threads takes on top; engines compute with several.
const THREADS: &[c_long] = &[
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_membarrier,
    // Answered with ENOSYS by the other filter.
    libc::SYS_clone3,
];

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Installs the filter for `kind` on all threads of the process.
pub fn apply(kind: Kind) -> Result<()> {
    if kind != Kind::Extract {
        // clone3 hides its flags behind a pointer a filter can not follow. Told
        // that it does not exist, the C library falls back to clone. This filter
        // comes first, because the next one forbids installing filters.
        let clone3 = Rules::from([(libc::SYS_clone3, Vec::new())]);
        let refuse = SeccompAction::Errno(libc::ENOSYS.cast_unsigned());
        install(clone3, SeccompAction::Allow, refuse)?;
    }
    install(
        rules(kind)?,
        SeccompAction::KillProcess,
        SeccompAction::Allow,
    )
}

fn install(rules: Rules, otherwise: SeccompAction, matched: SeccompAction) -> Result<()> {
    let target = std::env::consts::ARCH
        .try_into()
        .context("no seccomp for this processor")?;
    let filter = SeccompFilter::new(rules, otherwise, matched, target)?;
    let program: BpfProgram = filter.try_into()?;
    seccompiler::apply_filter_all_threads(&program).context("the kernel refused the seccomp filter")
}

fn rules(kind: Kind) -> Result<Rules> {
    let mut rules: Rules = ALWAYS.iter().map(|&call| (call, Vec::new())).collect();
    // abort() signals the own process, and only that is allowed.
    rules.insert(
        libc::SYS_tgkill,
        vec![rule(0, Op::Eq, u64::from(std::process::id()))?],
    );
    // Reading a limit, never setting one.
    rules.insert(libc::SYS_prlimit64, vec![rule(2, Op::Eq, 0)?]);
    if kind != Kind::Extract {
        rules.extend(THREADS.iter().map(|&call| (call, Vec::new())));
        rules.insert(libc::SYS_clone, vec![threads_only()?]);
        let name = libc::PR_SET_NAME.cast_unsigned();
        rules.insert(libc::SYS_prctl, vec![rule(0, Op::Eq, u64::from(name))?]);
    }
    Ok(rules)
}

/// `clone` may start threads of this process, never another process.
fn threads_only() -> Result<SeccompRule> {
    let flags = (libc::CLONE_VM | libc::CLONE_THREAD) as u64;
    rule(0, Op::MaskedEq(flags), flags)
}

fn rule(argument: u8, op: Op, value: u64) -> Result<SeccompRule> {
    let condition = SeccompCondition::new(argument, Len::Qword, op, value)?;
    Ok(SeccompRule::new(vec![condition])?)
}
