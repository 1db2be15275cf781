//! What keeps a child running, and ends it when nobody needs it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::process::Child;
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};

use super::super::beginnings::Beginnings;
use super::super::link::Link;
use super::super::protocol::Start;
use super::{Launcher, Limits, Ready, State};
use crate::error::Result;

/// For whoever was given the way to a child just before it rests.
const LAST_MOMENT: Duration = Duration::from_millis(200);

/// Keeps a child running.
pub(super) struct Supervisor {
    pub(super) kind: &'static str,
    pub(super) launcher: Launcher,
    pub(super) start: Start,
    pub(super) limits: Limits,
    pub(super) beginnings: Option<Beginnings>,
    pub(super) report: watch::Sender<State>,
    pub(super) wanted: Arc<Notify>,
    pub(super) restarts: Arc<AtomicU64>,
    pub(super) process: Option<Child>,
}

impl Supervisor {
    pub(super) async fn run(&mut self) {
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
    pub(super) async fn end(mut self) {
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
pub(in crate::inference) async fn how_it_ended(process: Option<Child>) -> String {
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

    #[test]
    fn back_off_grows_to_half_a_minute() {
        let steps: Vec<_> = [1, 2, 3, 9, 100]
            .map(back_off)
            .map(|d| d.as_millis())
            .into();
        assert_eq!(steps, [250, 500, 1000, 30_000, 30_000]);
    }
}
