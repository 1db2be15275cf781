//! What a running job holds: its stage, its progress and the wish to stop.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::broadcast;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::queue::set_stage;
use crate::db::Store;
use crate::error::Result;
use crate::types::{JobId, OrgId, SharedClock};

/// Shortest time between two progress messages of one job.
const SPACING: Duration = Duration::from_millis(100);

/// How far a running job is; for people who watch, never stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    pub job: JobId,
    pub org: OrgId,
    pub kind: &'static str,
    pub subject: Arc<str>,
    /// The stage it is in.
    pub stage: Option<Arc<str>>,
    /// Steps done of `total`; 0 of 0 when not known.
    pub done: u32,
    pub total: u32,
}

/// A job's view of itself. Cheap to clone, for parts that run beside it.
#[derive(Clone)]
pub struct Handle {
    /// The job.
    pub id: JobId,
    /// Whose data it works on.
    pub org: OrgId,
    /// Failures of earlier tries; 0 on the first.
    pub attempt: u32,
    pub(super) resumed: Option<Arc<str>>,
    pub(super) stop: CancellationToken,
    pub(super) core: Store,
    pub(super) clock: SharedClock,
    pub(super) reports: Reports,
}

impl Handle {
    /// Whether it should end soon: cancelled, or the box stops. Answer with
    /// [`super::JobError::Cancelled`] either way.
    pub fn cancelled(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Waits until [`Handle::cancelled`].
    pub async fn cancelled_wait(&self) {
        self.stop.cancelled().await;
    }

    /// Stores that the stage `name` begins; durable once it returned. See
    /// [`set_stage`] to do so together with other rows.
    pub async fn stage(&self, name: &str) -> Result<()> {
        let (id, now, stage) = (self.id, self.clock.now(), name.to_owned());
        self.core
            .write(move |conn| set_stage(conn, id, &stage, now))
            .await?;
        self.reports.stage(name);
        Ok(())
    }

    /// The stage stored when this run began: where to take up the work.
    /// Nothing on a first run.
    pub fn current_stage(&self) -> Option<&str> {
        self.resumed.as_deref()
    }

    /// Tells watchers that `done` of `total` steps of this stage are done.
    /// Cheap enough for every step.
    pub fn progress(&self, done: u32, total: u32) {
        self.reports.progress(done, total);
    }
}

/// The last message of one job, and when it went out.
#[derive(Clone)]
pub(super) struct Reports {
    out: broadcast::Sender<Progress>,
    last: Arc<Mutex<(Progress, Option<Instant>)>>,
}

impl Reports {
    pub fn new(out: broadcast::Sender<Progress>, first: Progress) -> Self {
        Self {
            out,
            last: Arc::new(Mutex::new((first, None))),
        }
    }

    /// The latest state, sent or not.
    pub fn latest(&self) -> Progress {
        self.last
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .0
            .clone()
    }

    fn stage(&self, name: &str) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.0 = Progress {
            stage: Some(name.into()),
            done: 0,
            total: 0,
            ..last.0.clone()
        };
        last.1 = Some(Instant::now());
        let _ = self.out.send(last.0.clone());
    }

    fn progress(&self, done: u32, total: u32) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if (last.0.done, last.0.total) == (done, total) {
            return;
        }
        (last.0.done, last.0.total) = (done, total);
        let recent = last.1.is_some_and(|sent| sent.elapsed() < SPACING);
        // The end of a stage is always told.
        if !recent || done >= total {
            last.1 = Some(Instant::now());
            // Nobody watching is fine.
            let _ = self.out.send(last.0.clone());
        }
    }
}
