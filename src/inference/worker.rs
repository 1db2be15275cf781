//! A long-lived child under supervision: started when first needed, restarted
//! with back-off when it dies, ended while nobody needs it, its state visible to
//! the box page.

mod launch;
mod supervisor;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::beginnings::Beginnings;
use super::link::Link;
use super::protocol::{Hello, Start};
use crate::error::{Code, Error, Result};
use supervisor::Supervisor;

pub use launch::{Launched, Launcher};
pub(super) use supervisor::how_it_ended;

/// What the box page shows of a worker.
#[derive(Clone, Debug)]
pub enum State {
    /// Not needed yet, or not for a while.
    Idle,
    /// Loading its model.
    Starting,
    /// Ready for requests.
    Ready(Ready),
    /// The last start failed or the child died; it will be tried again.
    Failed {
        /// A sentence for the box page.
        detail: String,
        /// Failures since it was last ready.
        times: u32,
    },
}

/// A worker that answers.
#[derive(Clone)]
pub struct Ready {
    /// The way to it.
    pub link: Link,
    /// What it said of itself.
    pub hello: Hello,
    /// Its process id; none for a fake.
    pub pid: Option<u32>,
}

impl std::fmt::Debug for Ready {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ready").field("pid", &self.pid).finish()
    }
}

/// Time limits of a worker.
#[derive(Clone, Copy)]
pub struct Limits {
    /// From start to hello.
    pub load: Duration,
    /// Between frames while requests are open.
    pub stall: Duration,
    /// How long a request waits for a worker that is starting.
    pub patience: Duration,
    /// How long it stays without being needed; for good if none.
    pub rest: Option<Duration>,
}

/// A supervised child. Cheap to clone; the child ends with the last clone.
#[derive(Clone)]
pub struct Worker {
    inner: Arc<Inner>,
}

struct Inner {
    kind: &'static str,
    state: watch::Receiver<State>,
    wanted: Arc<Notify>,
    limits: Limits,
    restarts: Arc<AtomicU64>,
    stop: CancellationToken,
    supervisor: tokio::task::AbortHandle,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.supervisor.abort();
    }
}

impl Worker {
    /// A worker that starts at the first [`Self::ready`] or [`Self::warm_up`].
    /// `beginnings` are those of its model's prompts.
    pub fn new(
        kind: &'static str,
        launcher: Launcher,
        start: Start,
        limits: Limits,
        beginnings: Option<Beginnings>,
    ) -> Self {
        let (report, state) = watch::channel(State::Idle);
        let wanted = Arc::new(Notify::new());
        let restarts = Arc::new(AtomicU64::new(0));
        let stop = CancellationToken::new();
        let mut supervisor = Supervisor {
            kind,
            launcher,
            start,
            limits,
            beginnings,
            report,
            wanted: wanted.clone(),
            restarts: restarts.clone(),
            process: None,
        };
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            stopped.run_until_cancelled(supervisor.run()).await;
            supervisor.end().await;
        });
        Self {
            inner: Arc::new(Inner {
                kind,
                state,
                wanted,
                limits,
                restarts,
                stop,
                supervisor: task.abort_handle(),
            }),
        }
    }

    /// Ends the child for good; returns once it is gone.
    pub async fn stop(&self) {
        self.inner.stop.cancel();
        let mut state = self.inner.state.clone();
        while state.changed().await.is_ok() {}
    }

    /// Times the child was started again after its end.
    pub fn restarts(&self) -> u64 {
        self.inner.restarts.load(Ordering::Relaxed)
    }

    /// Waits for the first outcome of starting.
    ///
    /// # Errors
    /// Why it did not start, as a sentence.
    pub async fn first_start(&self) -> std::result::Result<Ready, String> {
        self.warm_up();
        let mut state = self.inner.state.clone();
        loop {
            match &*state.borrow_and_update() {
                State::Ready(ready) => return Ok(ready.clone()),
                State::Failed { detail, .. } => return Err(detail.clone()),
                State::Idle | State::Starting => {}
            }
            if state.changed().await.is_err() {
                return Err("it was stopped".into());
            }
        }
    }

    /// Starts loading without waiting.
    pub fn warm_up(&self) {
        self.inner.wanted.notify_one();
    }

    /// The worker's state now.
    pub fn state(&self) -> State {
        self.inner.state.borrow().clone()
    }

    /// A ready worker, started if need be.
    ///
    /// # Errors
    /// `unavailable` when it keeps failing or is not ready in time.
    pub async fn ready(&self) -> Result<Ready> {
        self.warm_up();
        let mut state = self.inner.state.clone();
        let waiting = async {
            loop {
                match &*state.borrow_and_update() {
                    // One that just died is not replaced yet; wait for the next.
                    State::Ready(ready) if !ready.link.is_gone() => return Ok(ready.clone()),
                    State::Failed { detail, times } if *times > 1 => return Err(detail.clone()),
                    _ => {}
                }
                if state.changed().await.is_err() {
                    return Err("the supervisor ended".into());
                }
            }
        };
        match timeout(self.inner.limits.patience, waiting).await {
            Ok(Ok(ready)) => Ok(ready),
            Ok(Err(detail)) => Err(self.unavailable(&detail)),
            Err(_) => Err(self.unavailable("it is still starting")),
        }
    }

    fn unavailable(&self, detail: &str) -> Error {
        let kind = self.inner.kind;
        Error::new(
            Code::Unavailable,
            format!("The {kind} worker is not available: {detail}."),
        )
        .retry_after(5)
    }
}

#[cfg(test)]
mod tests;
