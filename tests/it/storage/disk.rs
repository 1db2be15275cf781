//! A file system of our own: an ext4 in a file that tests may fill or cut.
//!
//! Needs root, loop devices and mkfs.ext4; [`Disk::new`] says which is missing.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use rustix::ioctl::{Opcode, Setter, ioctl, opcode};

/// `FS_IOC_SHUTDOWN` of ext4, and its way "as if the power went": the log is
/// not flushed, every later write fails.
const SHUTDOWN: Opcode = opcode::read::<u32>(b'X', 125);
const NO_LOG_FLUSH: u32 = 2;

fn run(program: &str, words: &[&str]) -> std::io::Result<Output> {
    #[expect(clippy::disallowed_methods, reason = "mounts a file system to cut")]
    Command::new(program).args(words).output()
}

/// An ext4 file system in a file, mounted.
pub struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    /// Creates and mounts it, or says what this machine lacks.
    pub fn new() -> Result<Self, String> {
        if !rustix::process::geteuid().is_root() {
            return Err("it needs root".to_owned());
        }
        if !Path::new("/dev/loop-control").exists() {
            return Err("there are no loop devices".to_owned());
        }
        let folder = tempfile::tempdir().unwrap();
        let image = folder.path().join("image");
        File::create(&image).unwrap().set_len(96 << 20).unwrap();
        let disk = Self { folder };
        std::fs::create_dir(disk.path()).unwrap();
        let path = image.to_str().unwrap();
        match run("mkfs.ext4", &["-q", "-F", path]) {
            Ok(done) if done.status.success() => {}
            Ok(done) => return Err(String::from_utf8_lossy(&done.stderr).into_owned()),
            Err(e) => return Err(format!("mkfs.ext4: {e}")),
        }
        disk.mount()?;
        Ok(disk)
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    pub fn mount(&self) -> Result<(), String> {
        let image = self.folder.path().join("image");
        let words = [
            "-o",
            "loop",
            image.to_str().unwrap(),
            self.path().to_str().unwrap(),
        ]
        .map(str::to_owned);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let done = run("mount", &words).map_err(|e| e.to_string())?;
        match done.status.success() {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&done.stderr).into_owned()),
        }
    }

    /// Waits a little for processes that were just killed.
    pub fn unmount(&self) {
        for tries_left in (0..100).rev() {
            let done = run("umount", &[self.path().to_str().unwrap()]).unwrap();
            if done.status.success() {
                return;
            }
            let said = String::from_utf8_lossy(&done.stderr);
            assert!(said.contains("busy") && tries_left > 0, "{said}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub fn cut(&self) {
        let root = File::open(self.path()).unwrap();
        // SAFETY: the kernel reads one u32 through the pointer, as declared.
        unsafe { ioctl(&root, Setter::<SHUTDOWN, u32>::new(NO_LOG_FLUSH)) }.unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Nothing to be done if it is not mounted.
        let _ = run("umount", &["-l", self.path().to_str().unwrap_or_default()]);
    }
}
