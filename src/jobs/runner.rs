//! Claims due jobs and runs them, a few at a time per queue.
//!
//! One task per queue claims; one watch task renews leases, notices cancels
//! and takes back jobs whose worker vanished. Both are woken by a commit that
//! touches `jobs` and look by themselves every second. No transaction is open
//! while a job runs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use super::Job;
use super::attempt::{Erased, ErasedJob, carry_out};
use super::work::{self, Claimant, LEASE_MS, Lost};
use crate::db::Store;
use crate::error::{Error, Result};
use crate::types::{JobId, SharedClock};

/// Longest time until a due job is noticed without being told.
const POLL: Duration = Duration::from_secs(1);
const HEARTBEAT: Duration = Duration::from_millis(LEASE_MS.unsigned_abs() / 3);

/// What the runner and its jobs share.
pub(super) struct Shared {
    pub core: Store,
    pub clock: SharedClock,
    pub kinds: HashMap<&'static str, Arc<dyn Erased>>,
    pub claimant: Claimant,
    /// Running jobs, and the way to tell each to stop.
    pub active: Mutex<HashMap<JobId, CancellationToken>>,
    pub stop: CancellationToken,
}

/// Collects kinds and queues before the start.
pub struct Registry {
    core: Store,
    clock: SharedClock,
    kinds: HashMap<&'static str, Arc<dyn Erased>>,
    queues: Vec<(&'static str, usize)>,
}

impl Registry {
    /// Nothing registered yet. `core` is the store with the `jobs` table.
    pub fn new(core: &Store, clock: &SharedClock) -> Self {
        Self {
            core: core.clone(),
            clock: Arc::clone(clock),
            kinds: HashMap::new(),
            queues: Vec::new(),
        }
    }

    /// Adds a kind of work. Jobs of kinds nobody registered stay queued.
    #[must_use]
    pub fn job<J: Job>(mut self, job: J) -> Self {
        self.kinds.insert(J::KIND, Arc::new(ErasedJob(job)));
        self
    }

    /// Adds a queue that runs `at_once` jobs at the same time.
    #[must_use]
    pub fn queue(mut self, name: &'static str, at_once: usize) -> Self {
        self.queues.push((name, at_once.max(1)));
        self
    }

    /// Takes over what an earlier process left running, and starts.
    pub async fn start(self) -> Result<Runner> {
        let kinds = serde_json::to_string(&self.kinds.keys().collect::<Vec<_>>())?;
        let owner = uuid::Uuid::new_v4().to_string();
        let shared = Arc::new(Shared {
            core: self.core,
            clock: self.clock,
            kinds: self.kinds,
            claimant: Claimant {
                owner: owner.clone(),
                kinds,
            },
            active: Mutex::default(),
            stop: CancellationToken::new(),
        });
        let now = shared.clock.now();
        let taken = shared
            .core
            .write(move |conn| work::take_back(conn, Lost::NotOf(&owner), now))
            .await?;
        if taken > 0 {
            info!(
                jobs.count = taken,
                "taking up jobs of a process that ended abruptly"
            );
        }
        let mut tasks = JoinSet::new();
        let mut wakes = Vec::new();
        for (queue, at_once) in self.queues {
            let wake = Arc::new(Notify::new());
            wakes.push(Arc::clone(&wake));
            tasks.spawn(Arc::clone(&shared).serve(queue, at_once, wake));
        }
        tasks.spawn(Arc::clone(&shared).watch(wakes));
        Ok(Runner { shared, tasks })
    }
}

/// The running tasks. Dropped without [`Runner::shutdown`], it stops like a
/// crash: jobs stay marked as running until the next start.
pub struct Runner {
    shared: Arc<Shared>,
    tasks: JoinSet<()>,
}

impl Runner {
    /// Claims no more, asks running jobs to stop, and hands back those that do
    /// not end by themselves within a few seconds.
    pub async fn shutdown(mut self) {
        self.shared.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
    }
}

impl Shared {
    pub(super) fn active(&self) -> MutexGuard<'_, HashMap<JobId, CancellationToken>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn serve(self: Arc<Self>, queue: &'static str, at_once: usize, wake: Arc<Notify>) {
        let places = Arc::new(Semaphore::new(at_once));
        let mut running = JoinSet::new();
        loop {
            while running.try_join_next().is_some() {}
            let place = tokio::select! {
                biased;
                () = self.stop.cancelled() => break,
                place = Arc::clone(&places).acquire_owned() => place,
            };
            match self.claim(queue).await {
                Ok(Some(claim)) => {
                    let shared = Arc::clone(&self);
                    running.spawn(async move {
                        carry_out(&shared, claim).await;
                        drop(place);
                    });
                }
                Ok(None) => {
                    drop(place);
                    tokio::select! {
                        () = self.stop.cancelled() => break,
                        () = wake.notified() => {}
                    }
                }
                Err(e) => {
                    self.complain("claiming a job", &e);
                    sleep(POLL).await;
                }
            }
        }
        while running.join_next().await.is_some() {}
    }

    async fn claim(&self, queue: &'static str) -> Result<Option<work::Claim>> {
        let (who, now) = (self.claimant.clone(), self.clock.now());
        if !self
            .core
            .read(move |conn| work::due(conn, &who, queue, now))
            .await?
        {
            return Ok(None);
        }
        let who = self.claimant.clone();
        self.core
            .write(move |conn| work::claim(conn, &who, queue, now))
            .await
    }

    async fn watch(self: Arc<Self>, wakes: Vec<Arc<Notify>>) {
        let mut beaten = Instant::now();
        loop {
            tokio::select! {
                () = self.stop.cancelled() => break,
                () = self.core.jobs_changed().notified() => {}
                () = sleep(POLL) => {}
            }
            if let Err(e) = self.look_after(&mut beaten).await {
                self.complain("looking after jobs", &e);
            }
            for wake in &wakes {
                wake.notify_one();
            }
        }
    }

    async fn look_after(&self, beaten: &mut Instant) -> Result<()> {
        let now = self.clock.now();
        let held: Vec<JobId> = self.active().keys().copied().collect();
        let among = held.clone();
        let (cancels, lost) = self
            .core
            .read(move |conn| {
                let lost = work::lost(conn, Lost::Expired(&among), now)?;
                Ok((work::to_cancel(conn)?, lost))
            })
            .await?;
        for id in cancels {
            if let Some(job) = self.active().get(&id) {
                job.cancel();
            }
        }
        if !lost.is_empty() {
            let held = held.clone();
            self.core
                .write(move |conn| work::take_back(conn, Lost::Expired(&held), now))
                .await?;
        }
        if beaten.elapsed() >= HEARTBEAT {
            *beaten = Instant::now();
            if !held.is_empty() {
                let owner = self.claimant.owner.clone();
                self.core
                    .write(move |conn| work::heartbeat(conn, &owner, &held, now))
                    .await?;
            }
        }
        Ok(())
    }

    pub(super) fn complain(&self, doing: &str, e: &Error) {
        // Closing in order is no failure.
        if !self.stop.is_cancelled() {
            error!(error = %e, "{doing}");
        }
    }
}
