//! Jobs over crashes, restarts, cancels and failures: a box with a kind of
//! job that does what the test says, a clock moved by hand, and a count of
//! runs.

mod ending;
mod failing;
mod running;

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bwenge::db::Db;
use bwenge::error::{Code, Error, Result};
use bwenge::jobs::{self, Failure, Handle, Job, JobCounts, JobError, NewJob, Registry, Runner};
use bwenge::types::{Clock, FixedClock, JobId, OrgId, SharedClock, Timestamp};
use rusqlite::{Connection, OptionalExtension};
use serde_json::json;
use tokio::sync::mpsc;
use tokio::time::sleep;

type Run = Pin<Box<dyn Future<Output = Result<(), JobError>> + Send>>;
type Script = Arc<dyn Fn(String, Handle) -> Run + Send + Sync>;

/// A job that does what the test says.
struct Probe {
    script: Script,
    deaths: mpsc::UnboundedSender<(String, Failure)>,
    /// How often `on_dead` fails first.
    deaf: Arc<Mutex<u32>>,
}

impl Job for Probe {
    const KIND: &'static str = "probe";
    type Payload = String;
    const MAX_ATTEMPTS: u32 = 3;

    async fn run(&self, payload: String, handle: Handle) -> Result<(), JobError> {
        (self.script)(payload, handle).await
    }

    async fn on_dead(&self, payload: String, failure: Failure) -> Result<()> {
        {
            let mut deaf = self.deaf.lock().unwrap();
            if *deaf > 0 {
                *deaf -= 1;
                return Err(Error::new(Code::Unavailable, "asked for"));
            }
        }
        self.deaths.send((payload, failure))?;
        Ok(())
    }
}

/// A job as stored.
#[derive(Debug)]
struct JobRow {
    state: String,
    stage: Option<String>,
    attempts: u32,
    /// Why the last try failed: a code and a detail.
    error: Option<(String, String)>,
}

struct Bench {
    db: Db,
    clock: Arc<FixedClock>,
    deaths: mpsc::UnboundedReceiver<(String, Failure)>,
    died: mpsc::UnboundedSender<(String, Failure)>,
    deaf: Arc<Mutex<u32>>,
    /// Runs begun, per payload.
    runs: Arc<Mutex<HashMap<String, u32>>>,
    org: OrgId,
}

impl Bench {
    fn new() -> Self {
        let (died, deaths) = mpsc::unbounded_channel();
        Self {
            db: Db::in_memory().unwrap(),
            clock: Arc::new(FixedClock::new(Timestamp(1_000_000))),
            deaths,
            died,
            deaf: Arc::default(),
            runs: Arc::default(),
            org: OrgId::new(),
        }
    }

    fn registry<F: Future<Output = Result<(), JobError>> + Send + 'static>(
        &self,
        script: impl Fn(String, Handle) -> F + Send + Sync + 'static,
    ) -> Registry {
        let runs = Arc::clone(&self.runs);
        let probe = Probe {
            script: Arc::new(move |payload, handle| {
                *runs.lock().unwrap().entry(payload.clone()).or_default() += 1;
                Box::pin(script(payload, handle))
            }),
            deaths: self.died.clone(),
            deaf: Arc::clone(&self.deaf),
        };
        let clock: SharedClock = Arc::clone(&self.clock) as _;
        Registry::new(&self.db.core, &clock)
            .job(probe)
            .queue("one", 1)
            .queue("two", 2)
    }

    async fn start<F: Future<Output = Result<(), JobError>> + Send + 'static>(
        &self,
        script: impl Fn(String, Handle) -> F + Send + Sync + 'static,
    ) -> Runner {
        self.registry(script).start().await.unwrap()
    }

    async fn add_to(&self, queue: &'static str, name: &str) -> JobId {
        let (name, org, now) = (name.to_owned(), self.org, self.clock.now());
        self.write(move |conn| {
            let job = NewJob {
                kind: "probe",
                queue,
                org,
                subject: name.clone(),
                payload: json!(name),
            };
            jobs::enqueue(conn, job, now)
        })
        .await
    }

    async fn add(&self, name: &str) -> JobId {
        self.add_to("one", name).await
    }

    async fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> T {
        self.db.core.write(f).await.unwrap()
    }

    async fn row(&self, id: JobId) -> Option<JobRow> {
        let read = move |conn: &Connection| {
            let row = conn.query_row("SELECT * FROM jobs WHERE id = ?1", [id], |row| {
                let code: Option<String> = row.get("error_code")?;
                let detail: Option<String> = row.get("error_detail")?;
                Ok(JobRow {
                    state: row.get("state")?,
                    stage: row.get("stage")?,
                    attempts: row.get("attempts")?,
                    error: code.zip(detail),
                })
            });
            Ok(row.optional()?)
        };
        self.db.core.read(read).await.unwrap()
    }

    fn runs(&self, name: &str) -> u32 {
        self.runs.lock().unwrap().get(name).copied().unwrap_or(0)
    }

    /// Waits until `wanted` holds for the job's row.
    async fn until(&self, id: JobId, wanted: impl Fn(&Option<JobRow>) -> bool) -> Option<JobRow> {
        for _ in 0..30_000 {
            let row = self.row(id).await;
            if wanted(&row) {
                return row;
            }
            sleep(Duration::from_millis(10)).await;
        }
        panic!("still {:?}", self.row(id).await);
    }

    async fn gone(&self, id: JobId) {
        self.until(id, Option::is_none).await;
    }

    async fn dead(&self, id: JobId) -> JobRow {
        let dead = |row: &Option<JobRow>| row.as_ref().is_some_and(|r| r.state == "dead");
        self.until(id, dead).await.unwrap()
    }

    async fn counts(&self) -> JobCounts {
        self.db.core.read(jobs::counts).await.unwrap()
    }

    fn deaths(&mut self) -> Vec<(String, String)> {
        let mut all = Vec::new();
        while let Ok((payload, failure)) = self.deaths.try_recv() {
            all.push((payload, failure.code));
        }
        all
    }
}

async fn forever() -> Result<(), JobError> {
    std::future::pending().await
}

/// Ends a runner as a crash of the process would.
async fn crash(runner: Runner) {
    drop(runner);
    // The tasks are aborted at their next await.
    sleep(Duration::from_millis(50)).await;
}
