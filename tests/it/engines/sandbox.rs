//! What a child can still do once its door is shut.

use std::os::unix::process::ExitStatusExt;
use std::process::Output;

use super::client::bwenge;

/// Bad system call; the number is the same on x86-64 and arm64.
const SIGSYS: i32 = 31;

fn probe(kind: &str, attempt: &str) -> Output {
    bwenge()
        .args(["worker", "probe-sandbox", kind, attempt])
        .output()
        .expect("the program is there")
}

#[track_caller]
fn dies(kind: &str, attempt: &str) {
    let output = probe(kind, attempt);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(
        output.status.signal(),
        Some(SIGSYS),
        "{kind} {attempt}: {said}"
    );
    assert_eq!(said, "", "{kind} {attempt}");
}

#[track_caller]
fn survives(kind: &str, attempt: &str) {
    let output = probe(kind, attempt);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{kind} {attempt}: {output:?}");
    assert_eq!(said, "survived\n");
}

#[test]
fn files_sockets_and_programs_kill_every_kind() {
    for kind in ["llm", "asr", "embed", "extract"] {
        survives(kind, "nothing");
        for attempt in ["open", "socket", "exec", "fork", "kill"] {
            dies(kind, attempt);
        }
    }
}

#[test]
fn only_engines_may_start_threads() {
    survives("llm", "thread");
    dies("extract", "thread");
}

/// The second lock: with Landlock alone a file can not be opened either, on
/// kernels that have it.
#[test]
fn landlock_refuses_files_where_the_kernel_has_it() {
    let output = probe("extract", "landlock-open");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let expected = if said.contains("landlock 0") {
        "survived"
    } else {
        "refused"
    };
    assert!(said.starts_with(expected), "{said}");
}
