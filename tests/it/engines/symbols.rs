//! whisper.cpp's private ggml must stay private.
//!
//! Both engines bring a ggml under the same symbol names. The build hides
//! whisper's (`packaging/cmake/whisper.cmake`); were that to fail silently, the
//! program might still link and then corrupt its heap.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

#[test]
fn whisper_archive_defines_only_its_public_functions() {
    let archive = newest_archive();
    #[expect(clippy::disallowed_methods, reason = "asks the linker's own tool")]
    let output = std::process::Command::new("nm")
        .args(["--extern-only", "--defined-only", "--format=posix"])
        .arg(&archive)
        .output()
        .expect("binutils are installed");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let listing = String::from_utf8(output.stdout).expect("symbols are ASCII");
    // Lines with several words are symbols; the others name members.
    let names: Vec<&str> = listing
        .lines()
        .filter_map(|line| line.split_once(' ').map(|(name, _)| name))
        .collect();
    let foreign: Vec<_> = names
        .iter()
        .filter(|name| !name.starts_with("whisper_"))
        .collect();
    assert!(foreign.is_empty(), "{}: {foreign:?}", archive.display());
    assert!(names.len() > 100, "only {} functions", names.len());
}

/// The archive of the build this test belongs to: the newest one below the
/// target directory that the test program runs from.
fn newest_archive() -> PathBuf {
    let program = std::env::current_exe().expect("a test knows its program");
    // target/<profile>/deps/it-<hash>
    let profile = program.ancestors().nth(2).expect("programs live in deps");
    let mut archives: Vec<(SystemTime, PathBuf)> = std::fs::read_dir(profile.join("build"))
        .expect("build scripts ran")
        .filter_map(Result::ok)
        .filter(|entry| {
            entry
                .file_name()
                .to_string_lossy()
                .starts_with("whisper-rs-sys-")
        })
        .map(|entry| entry.path().join("out/lib/libwhisper.a"))
        .filter_map(|path| Some((modified(&path)?, path)))
        .collect();
    archives.sort();
    archives.pop().expect("whisper.cpp was built").1
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().ok()?.modified().ok()
}
