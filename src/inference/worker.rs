//! A long-lived child under supervision: started when first needed, restarted
//! with back-off when it dies, ended while nobody needs it, its state visible to
//! the box page.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Child;
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::beginnings::Beginnings;
use super::fake::FakeEngine;
use super::link::{FromChild, Link, ToChild};
use super::process::Spawner;
use super::protocol::{Hello, Start};
use crate::error::{Code, Error, Result};

/// Longest line taken from a child's stderr, in bytes.
const LONGEST_LINE: u64 = 4096;

/// For whoever was given the way to a child just before it rests.
const LAST_MOMENT: Duration = Duration::from_millis(200);

/// How children come to life.
#[derive(Clone)]
pub enum Launcher {
    /// As processes of this binary.
    Process(Spawner),
    /// As tasks that speak the same frames; for tests only.
    Fake(FakeEngine),
}

/// A child's pipes, and the process unless it is a fake.
pub struct Launched {
    /// Its stdin.
    pub to: ToChild,
    /// Its stdout.
    pub from: FromChild,
    /// The process; dropping it kills it.
    pub process: Option<Child>,
}

impl Launcher {
    /// Starts a child of the given kind.
    pub async fn launch(
        &self,
        kind: &'static str,
        document: Option<std::fs::File>,
    ) -> Result<Launched> {
        match self {
            Self::Fake(engine) => Ok(engine.launch(kind)),
            Self::Process(spawner) => {
                let mut child = spawner.spawn(kind, document).await?;
                let pipe = || anyhow::anyhow!("a child without pipes");
                let to = child.stdin.take().ok_or_else(pipe)?;
                let from = child.stdout.take().ok_or_else(pipe)?;
                let errors = child.stderr.take().ok_or_else(pipe)?;
                tokio::spawn(async move {
                    let mut errors = BufReader::new(errors);
                    while let Ok(Some(line)) = next_line(&mut errors).await {
                        tracing::debug!(worker = kind, line, "worker.stderr");
                    }
                });
                Ok(Launched {
                    to: Box::new(to),
                    from: Box::new(from),
                    process: Some(child),
                })
            }
        }
    }
}

/// The next line a child wrote, or the next piece of one that is very long:
/// what a child says must not fill the server's memory.
async fn next_line(from: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<Option<String>> {
    let mut line = Vec::new();
    let mut piece = from.take(LONGEST_LINE);
    if piece.read_until(b'\n', &mut line).await? == 0 {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&line).trim_end().to_owned()))
}

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

/// Keeps a child running.
struct Supervisor {
    kind: &'static str,
    launcher: Launcher,
    start: Start,
    limits: Limits,
    beginnings: Option<Beginnings>,
    report: watch::Sender<State>,
    wanted: Arc<Notify>,
    restarts: Arc<AtomicU64>,
    process: Option<Child>,
}

impl Supervisor {
    async fn run(&mut self) {
        let kind = self.kind;
        let mut failures = 0;
        self.wanted.notified().await;
        loop {
            if failures < 2 {
                self.report.send_replace(State::Starting);
            }
            let detail = match self.begin().await {
                Ok(ready) => {
                    tracing::info!(worker = kind, pid = ready.pid, sandbox = ?ready.hello.sandbox, "worker.ready");
                    failures = 0;
                    let link = ready.link.clone();
                    self.report.send_replace(State::Ready(ready));
                    tokio::select! {
                        () = link.gone() => {}
                        () = self.unneeded(&link) => {
                            tracing::info!(worker = kind, "worker.rests");
                            link.cut();
                            self.kill().await;
                            self.wanted.notified().await;
                            continue;
                        }
                    }
                    how_it_ended(self.process.take()).await
                }
                Err(error) => error.to_string(),
            };
            failures += 1;
            tracing::warn!(worker = kind, detail, failures, "worker.down");
            self.report.send_replace(State::Failed {
                detail,
                times: failures,
            });
            sleep(back_off(failures)).await;
            self.restarts.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Resolves when nobody needed the child for its time of rest; it takes no
    /// more requests then and has none.
    async fn unneeded(&self, link: &Link) {
        let Some(rest) = self.limits.rest else {
            return std::future::pending().await;
        };
        // Every use asks for the worker first.
        while timeout(rest, self.wanted.notified()).await.is_ok() || link.open_count() > 0 {}
        self.report.send_replace(State::Idle);
        sleep(LAST_MOMENT).await;
        while !link.leave_unless_busy() {
            sleep(LAST_MOMENT).await;
        }
    }

    /// Ends the process and waits for it.
    async fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            // One that is gone already is gone.
            let _ = process.kill().await;
        }
    }

    /// Ends the child for good: its memory is needed.
    async fn end(mut self) {
        if let State::Ready(ready) = &*self.report.borrow() {
            ready.link.cut();
        }
        self.kill().await;
    }

    async fn begin(&mut self) -> Result<Ready> {
        let launched = self.launcher.launch(self.kind, None).await?;
        let pid = launched.process.as_ref().and_then(Child::id);
        self.process = launched.process;
        let Limits { load, stall, .. } = self.limits;
        match Link::open(launched.to, launched.from, &self.start, load, stall).await {
            Ok((link, hello, handed_over)) => {
                if let Some(beginnings) = &self.beginnings {
                    beginnings.serve(&link, handed_over);
                }
                Ok(Ready { link, hello, pid })
            }
            Err(error) => {
                let how = how_it_ended(self.process.take()).await;
                Err(anyhow::anyhow!("{error} ({how})").into())
            }
        }
    }
}

/// 0.25 s after the first failure, doubling to 30 s.
fn back_off(failures: u32) -> Duration {
    Duration::from_millis(250 << (failures - 1).min(7)).min(Duration::from_secs(30))
}

/// Ends what is left of a child and says how it went.
pub(super) async fn how_it_ended(process: Option<Child>) -> String {
    let Some(mut child) = process else {
        return "it closed its pipes".into();
    };
    // Closed pipes come just before the exit status; a stalled child has none.
    match timeout(Duration::from_secs(1), child.wait()).await {
        Ok(Ok(status)) => status.to_string(),
        Ok(Err(error)) => error.to_string(),
        Err(_) => {
            let _ = child.kill().await;
            "it stalled and was stopped".into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::protocol::{EmbedPurpose, Reply, Request, VERSION, WorkerConfig};

    #[tokio::test]
    async fn what_a_child_says_comes_in_pieces_of_bounded_length() {
        let mut said = b"one\n\xFF\n".to_vec();
        said.extend(vec![b'x'; 10_000]);
        let mut from = BufReader::new(said.as_slice());
        let mut lengths = Vec::new();
        while let Some(line) = next_line(&mut from).await.unwrap() {
            lengths.push(line.len());
        }
        // A byte that is no text becomes a mark of three.
        assert_eq!(lengths, [3, 3, 4096, 4096, 1808]);
    }

    /// A fake embedding child that rests after so many milliseconds.
    fn resting_after(ms: u64) -> Worker {
        let start = Start {
            version: VERSION,
            config: WorkerConfig::Embed {
                model: String::new(),
                threads: 1,
            },
            memory_bytes: 0,
        };
        let limits = Limits {
            load: Duration::from_secs(5),
            stall: Duration::from_secs(5),
            patience: Duration::from_secs(5),
            rest: Some(Duration::from_millis(ms)),
        };
        let launcher = Launcher::Fake(FakeEngine::default());
        Worker::new("embed", launcher, start, limits, None)
    }

    async fn embeds(worker: &Worker) -> bool {
        let (purpose, texts) = (EmbedPurpose::Query, vec!["leaf".to_owned()]);
        let link = worker.ready().await.unwrap().link;
        let mut replies = link.request(|id| Request::Embed { id, purpose, texts });
        let mut done = false;
        while let Some(reply) = replies.next().await {
            done |= matches!(reply, Reply::Done { .. });
        }
        done
    }

    async fn until_it_rests(worker: &Worker) {
        let rests = |state: &State| matches!(state, State::Idle);
        let mut state = worker.inner.state.clone();
        let resting = state.wait_for(rests);
        timeout(Duration::from_secs(5), resting)
            .await
            .unwrap()
            .unwrap();
    }

    #[tokio::test]
    async fn it_rests_when_nobody_needs_it_and_comes_back() {
        let worker = resting_after(100);
        assert!(matches!(worker.state(), State::Idle));
        for _ in 0..2 {
            assert!(embeds(&worker).await);
            let ready = worker.ready().await.unwrap();
            until_it_rests(&worker).await;
            // Also for those who come while it is being put down.
            assert!(embeds(&worker).await);
            timeout(Duration::from_secs(5), ready.link.gone())
                .await
                .unwrap();
            until_it_rests(&worker).await;
        }
        assert_eq!(worker.restarts(), 0, "a rest is not a failure");
        worker.stop().await;
    }

    #[tokio::test]
    async fn it_does_not_rest_while_it_is_used() {
        let worker = resting_after(400);
        let first = worker.ready().await.unwrap().link;
        for _ in 0..10 {
            sleep(Duration::from_millis(100)).await;
            assert!(embeds(&worker).await);
        }
        assert!(!first.is_gone(), "one child for all");
        worker.stop().await;
    }

    #[test]
    fn back_off_grows_to_half_a_minute() {
        let steps: Vec<_> = [1, 2, 3, 9, 100]
            .map(back_off)
            .map(|d| d.as_millis())
            .into();
        assert_eq!(steps, [250, 500, 1000, 30_000, 30_000]);
    }
}
