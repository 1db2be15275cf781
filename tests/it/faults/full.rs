//! The disk fills up: uploads are refused with the reason, a lesson that is being
//! read waits, and with room again it becomes ready by itself.

use std::path::Path;
use std::time::Duration;

use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};
use rustix::process::Signal;
use tempfile::TempDir;
use tokio::time::sleep;

use super::without_models;
use crate::support::door::Door;
use crate::support::hostile;
use crate::support::server::signal;
use crate::support::upload::Upload;

/// A small disk of its own, in memory.
struct Disk(TempDir);

impl Disk {
    /// None where the test may not mount one.
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let made = mount(
            "none",
            folder.path(),
            "tmpfs",
            MountFlags::empty(),
            Some(c"size=64m"),
        );
        made.ok().map(|()| Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Leaves no byte free.
    fn fill(&self) {
        let mut size = 64 << 20;
        while size > 0 {
            let file = self.path().join(format!("ballast-{size}"));
            let block = vec![1_u8; size];
            let mut number = 0;
            while std::fs::write(file.with_extension(number.to_string()), &block).is_ok() {
                number += 1;
            }
            let _ = std::fs::remove_file(file.with_extension(number.to_string()));
            size /= 4;
        }
    }

    /// Gives the room back.
    fn clear(&self) {
        for entry in std::fs::read_dir(self.path()).unwrap().flatten() {
            if entry.file_name().to_string_lossy().starts_with("ballast") {
                std::fs::remove_file(entry.path()).unwrap();
            }
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = unmount(self.path(), UnmountFlags::DETACH);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_what_waited_goes_on_by_itself() {
    let Some(disk) = Disk::new() else {
        println!("skipped: only an administrator may mount a small disk");
        return;
    };
    let server = without_models(disk.path()).await;
    let admin = server.set_up().await;
    let file = Upload::new("slow.pdf", hostile::drawing_flood());
    let id = server.upload(&admin, &file).await.expect(202).id();
    let parser = server.worker("extract").await;
    signal(parser, Signal::STOP);

    disk.fill();
    let other = Upload::fixture("water-cycle.docx");
    let refused = server.upload(&admin, &other).await;
    refused.refused(507, "disk_full");
    // What it reads can not be kept either.
    signal(parser, Signal::CONT);
    sleep(Duration::from_secs(5)).await;
    let path = format!("/knowledge/{id}");
    let lesson = server.get(&path, &admin).await.expect(200).body;
    assert_ne!(lesson["status"], "ready", "{lesson}");
    assert_ne!(lesson["status"], "failed", "{lesson}");

    disk.clear();
    server.ready(&admin, &id).await;
    server.lesson(&admin, &other).await;
    assert!(!server.search(&admin, "evapotranspiration").await.is_empty());
}
