//! Copies of core.db that are made meanwhile.
//!
//! The box makes its copy ten minutes after the start, once a day, and nothing makes it
//! do that sooner. So the same function makes copies of the same file from another
//! process, which the cut meets as it meets the box.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread::JoinHandle;

use bwenge::db::backup;

use super::ledger::Ledger;
use crate::faults::database;
use crate::storage::crash::println_now;

const FOLDER: &str = "BWENGE_TEST_COPIER_FOLDER";
/// Before the path of a copy that was made.
const MADE: &str = "made: ";

/// Not a test by itself: the other side of [`Copier`], which starts this binary again
/// with the variable set. It makes a copy for every path on stdin, until it can not.
#[test]
fn copier_child() {
    #[expect(
        clippy::disallowed_methods,
        reason = "how the parent test reaches its child"
    )]
    let folder = std::env::var_os(FOLDER);
    let Some(folder) = folder else {
        return;
    };
    for path in std::io::stdin().lines() {
        let path = path.unwrap();
        let source = database(&folder, "core.db");
        if let Err(error) = backup::to(&source, Path::new(&path)) {
            eprintln!("{error}");
            return;
        }
        println_now(&format!("{MADE}{path}"));
    }
}

/// Makes one copy after the other.
pub struct Copier {
    child: Child,
    asking: JoinHandle<()>,
}

impl Copier {
    /// Begins to copy what is in a data folder.
    pub fn start(data: &Path, ledger: Arc<Ledger>) -> Self {
        let folder = data.join("backups");
        #[expect(
            clippy::disallowed_methods,
            reason = "the process to be ended is this test binary itself"
        )]
        let mut command = Command::new(std::env::current_exe().unwrap());
        let mut child = command
            .args([
                "faults::people::copying::copier_child",
                "--exact",
                "--nocapture",
            ])
            .env(FOLDER, data)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut orders = child.stdin.take().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut made = move |path: &PathBuf| {
            let told = lines.find(|line| line.as_ref().is_ok_and(|line| line.contains(MADE)));
            told.is_some_and(|line| line.is_ok_and(|line| line.ends_with(path.to_str().unwrap())))
        };
        let asking = std::thread::spawn(move || {
            while !ledger.ending() {
                let path = folder.join(format!("core-daily-{}.db", uuid::Uuid::now_v7()));
                // Before the copy begins, so it has all of these.
                let facts = ledger.facts();
                if writeln!(orders, "{}", path.display()).is_err() || !made(&path) {
                    break;
                }
                ledger.copied(path, facts);
            }
            assert!(ledger.ending(), "no copy could be made");
        });
        Self { child, asking }
    }

    /// Ends it, in the middle of a copy if there is one.
    pub fn end(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.asking.join().unwrap();
    }
}
