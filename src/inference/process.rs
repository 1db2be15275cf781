//! Starting children. The only place in the server that starts a process.
//!
//! All children are started by one permanent thread: the parent-death signal a
//! child asks for fires when the *thread* that started it ends, and only while
//! no other thread starts children can a descriptor be inherited on purpose
//! without leaking into a neighbour.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::process::Stdio;

use tokio::process::{Child, Command};
use tokio::sync::{mpsc, oneshot};

use crate::error::{Error, Result};

/// Starts `bwenge worker <kind>` children.
#[derive(Clone)]
pub struct Spawner {
    orders: mpsc::UnboundedSender<Order>,
}

struct Order {
    kind: &'static str,
    document: Option<File>,
    answer: oneshot::Sender<std::io::Result<Child>>,
}

impl Spawner {
    /// A spawner for the given binary; must be called inside a tokio runtime.
    ///
    /// `program` is normally `/proc/self/exe`, so that an update that replaces
    /// the file does not mix versions.
    pub fn new(program: PathBuf) -> Result<Self> {
        let (orders, mut inbox) = mpsc::unbounded_channel::<Order>();
        let runtime = tokio::runtime::Handle::current();
        std::thread::Builder::new()
            .name("spawner".into())
            .spawn(move || {
                let _inside = runtime.enter();
                while let Some(order) = inbox.blocking_recv() {
                    let child = start(&program, order.kind, order.document);
                    // The asker may have gone; the child then ends by its closed stdin.
                    let _ = order.answer.send(child);
                }
            })?;
        Ok(Self { orders })
    }

    /// Starts a child with piped stdin, stdout and stderr. `document` is
    /// inherited under the same descriptor number it has here.
    pub async fn spawn(&self, kind: &'static str, document: Option<File>) -> Result<Child> {
        let (answer, child) = oneshot::channel();
        let order = Order {
            kind,
            document,
            answer,
        };
        self.orders
            .send(order)
            .map_err(|_| Error::from(anyhow::anyhow!("the spawner thread is gone")))?;
        Ok(child.await??)
    }
}

/// All of a child's environment. OpenMP reads its own before the child's first
/// instruction: threads that wait must sleep, because spinning ones starve
/// whatever runs beside them and then each other (measured: with other work on
/// two cores an answer took twenty times as long).
pub const ENVIRONMENT: [(&str, &str); 1] = [("OMP_WAIT_POLICY", "passive")];

fn start(program: &PathBuf, kind: &'static str, document: Option<File>) -> std::io::Result<Child> {
    if let Some(file) = &document {
        set_inheritable(file, true)?;
    }
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the place that starts children"
    )]
    let mut command = Command::new(program);
    let child = command
        .args(["worker", kind])
        .env_clear()
        .envs(ENVIRONMENT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    if let Some(file) = &document {
        set_inheritable(file, false)?;
    }
    child
}

fn set_inheritable(file: &File, yes: bool) -> std::io::Result<()> {
    let flags = if yes {
        rustix::io::FdFlags::empty()
    } else {
        rustix::io::FdFlags::CLOEXEC
    };
    Ok(rustix::io::fcntl_setfd(file, flags)?)
}

/// The number under which a child will see `document`.
pub fn descriptor_number(document: &File) -> i32 {
    document.as_raw_fd()
}
