//! Jobs over crashes, restarts, cancels and failures.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bwenge::db::Db;
use bwenge::error::{Code, Error, Result};
use bwenge::jobs::{
    self, Failure, Handle, Job, JobCounts, JobError, JobRow, JobState, NewJob, Registry, Runner,
};
use bwenge::types::{Clock, FixedClock, JobId, OrgId, SharedClock, Timestamp};
use serde_json::json;
use tokio::sync::{Notify, mpsc};
use tokio::time::{sleep, timeout};

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
        f: impl FnOnce(&rusqlite::Connection) -> Result<T> + Send + 'static,
    ) -> T {
        self.db.core.write(f).await.unwrap()
    }

    async fn row(&self, id: JobId) -> Option<JobRow> {
        self.db
            .core
            .read(move |conn| jobs::get(conn, id))
            .await
            .unwrap()
    }

    fn runs(&self, name: &str) -> u32 {
        self.runs.lock().unwrap().get(name).copied().unwrap_or(0)
    }

    /// Waits until `wanted` holds for the job's row; at most 20 s.
    async fn until(&self, id: JobId, wanted: impl Fn(&Option<JobRow>) -> bool) -> Option<JobRow> {
        for _ in 0..2000 {
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
        let dead = |row: &Option<JobRow>| row.as_ref().is_some_and(|r| r.state == JobState::Dead);
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

#[tokio::test(flavor = "multi_thread")]
async fn a_job_runs_soon_after_its_commit_and_leaves_no_row() {
    let b = Bench::new();
    let runner = b.start(|_, _| async { Ok(()) }).await;
    let started = tokio::time::Instant::now();
    let id = b.add("quick").await;
    b.gone(id).await;
    assert!(
        started.elapsed() < Duration::from_millis(900),
        "woken, not polled"
    );
    let org = b.org;
    let rolled_back = b.db.core.write(move |conn| -> Result<()> {
        let job = NewJob {
            kind: "probe",
            queue: "one",
            org,
            subject: "never".into(),
            payload: json!("never"),
        };
        jobs::enqueue(conn, job, Timestamp(0))?;
        Err(Error::new(Code::Conflict, "asked for"))
    });
    rolled_back.await.unwrap_err();
    let id = b.add("after").await;
    b.gone(id).await;
    assert_eq!(
        (b.runs("quick"), b.runs("never"), b.runs("after")),
        (1, 0, 1)
    );
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn queues_run_in_order_and_so_many_at_once() {
    let b = Bench::new();
    let gate = Arc::new(Notify::new());
    let order: Arc<Mutex<Vec<String>>> = Arc::default();
    let (wait, log) = (Arc::clone(&gate), Arc::clone(&order));
    let runner = b
        .start(move |name, _| {
            log.lock().unwrap().push(name);
            let wait = Arc::clone(&wait);
            async move {
                wait.notified().await;
                Ok(())
            }
        })
        .await;
    let mut ids = Vec::new();
    for name in ["a", "b", "c"] {
        ids.push(b.add_to("two", name).await);
    }
    ids.push(b.add_to("one", "x").await);
    let order_is = |expect: &'static [&'static str]| {
        let order = Arc::clone(&order);
        async move {
            for _ in 0..500 {
                let mut seen = order.lock().unwrap().clone();
                seen.sort();
                if seen == expect {
                    return;
                }
                sleep(Duration::from_millis(10)).await;
            }
            panic!("{:?}", order.lock().unwrap());
        }
    };
    order_is(&["a", "b", "x"]).await;
    sleep(Duration::from_millis(100)).await;
    assert_eq!(
        b.counts().await,
        JobCounts {
            queued: 1,
            running: 3,
            dead: 0
        }
    );
    gate.notify_one();
    gate.notify_one();
    gate.notify_one();
    order_is(&["a", "b", "c", "x"]).await;
    gate.notify_one();
    for id in ids {
        b.gone(id).await;
    }
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_survives_a_crash_and_forgives_it() {
    let mut b = Bench::new();
    let id = b.add("lesson").await;
    for stage in ["extract", "chunk", "embed"] {
        let runner = b
            .start(move |_, handle| async move {
                let resumed = handle.current_stage().map(str::to_owned);
                let expect = match stage {
                    "extract" => None,
                    "chunk" => Some("extract"),
                    _ => Some("chunk"),
                };
                assert_eq!(resumed.as_deref(), expect);
                handle.stage(stage).await?;
                forever().await
            })
            .await;
        b.until(id, |row| {
            row.as_ref().unwrap().stage.as_deref() == Some(stage)
        })
        .await;
        crash(runner).await;
    }
    let runner = b.start(|_, _| async { Ok(()) }).await;
    b.gone(id).await;
    assert_eq!((b.runs("lesson"), b.deaths()), (4, vec![]));
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_crashes_the_box_twice_is_given_up_and_never_run_again() {
    let mut b = Bench::new();
    let id = b.add("bomb").await;
    for run in 1..=2 {
        let runner = b.start(|_, _| forever()).await;
        b.until(id, |row| row.as_ref().unwrap().state == JobState::Running)
            .await;
        while b.runs("bomb") < run {
            sleep(Duration::from_millis(5)).await;
        }
        crash(runner).await;
    }
    for _boot in 0..3 {
        let runner = b.start(|_, _| forever()).await;
        let row = b.dead(id).await;
        assert_eq!(row.error.unwrap().0, "crashed");
        assert_eq!(row.attempts, 0, "a crash is no failure");
        crash(runner).await;
    }
    assert_eq!(b.runs("bomb"), 2);
    assert_eq!(b.deaths(), [("bomb".to_owned(), "crashed".to_owned())]);
    let org = b.org;
    let dead =
        b.db.core
            .read(move |conn| jobs::dead(conn, org))
            .await
            .unwrap();
    assert_eq!(dead.len(), 1, "visible");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_that_dies_twice_on_one_input_ends_the_job() {
    let mut b = Bench::new();
    let runner = b
        .start(|_, handle| async move {
            if handle.current_stage().is_none() {
                handle.stage("extract").await?;
            }
            Err(JobError::Crashed("signal 11".to_owned()))
        })
        .await;
    let id = b.add("bad.pdf").await;
    let row = b.dead(id).await;
    assert_eq!(
        row.error.unwrap(),
        ("crashed".to_owned(), "signal 11".to_owned())
    );
    assert_eq!(b.runs("bad.pdf"), 2);
    assert_eq!(b.deaths().len(), 1);
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_lease_is_taken_back_and_a_live_job_is_not() {
    let b = Bench::new();
    let gate = Arc::new(Notify::new());
    let wait = Arc::clone(&gate);
    let runner = b
        .start(move |name, _| {
            let wait = Arc::clone(&wait);
            async move {
                if name == "live" {
                    wait.notified().await;
                }
                Ok(())
            }
        })
        .await;
    let live = b.add("live").await;
    b.until(live, |row| row.as_ref().unwrap().state == JobState::Running)
        .await;
    // As after 1970 became today: every lease looks long gone.
    b.clock.advance_ms(50 * 365 * 86_400_000);
    let lost = b.add_to("two", "lost").await;
    b.gone(lost).await;
    let lost = b.add_to("nobody", "lost").await;
    b.write(move |conn| {
        conn.execute(
            "UPDATE jobs SET state = 'running', queue = 'two', lease_owner = 'gone', lease_until = 0
             WHERE id = ?1",
            [lost],
        )?;
        Ok(())
    })
    .await;
    b.gone(lost).await;
    assert_eq!(b.row(live).await.unwrap().state, JobState::Running);
    gate.notify_one();
    b.gone(live).await;
    assert_eq!((b.runs("live"), b.runs("lost")), (1, 2));
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_are_tried_again_later_and_then_given_up() {
    let mut b = Bench::new();
    b.deaf = Arc::new(Mutex::new(1));
    let runner = b
        .start(|name, handle| async move {
            match (name.as_str(), handle.attempt) {
                ("recovers", 2) => Ok(()),
                ("panics", _) => panic!("asked for"),
                ("retries", _) => Err(JobError::Retry {
                    after: Duration::from_secs(100),
                }),
                _ => Err(anyhow::anyhow!("no luck").into()),
            }
        })
        .await;
    let failed = |n: u32| move |row: &Option<JobRow>| row.as_ref().is_some_and(|r| r.attempts == n);
    let id = b.add("recovers").await;
    let row = b.until(id, failed(1)).await.unwrap();
    assert_eq!(
        row.error.unwrap(),
        ("internal".to_owned(), "no luck".to_owned())
    );
    sleep(Duration::from_millis(1500)).await;
    assert_eq!(b.runs("recovers"), 1, "not before its time");
    b.clock.advance_ms(2_000);
    b.until(id, failed(2)).await;
    b.clock.advance_ms(8_000);
    b.gone(id).await;
    assert_eq!(b.runs("recovers"), 3);

    for (name, code, wait_ms) in [
        ("fails", "internal", 8_000),
        ("panics", "internal", 8_000),
        ("retries", "gave_up", 100_000),
    ] {
        let id = b.add(name).await;
        for n in 1..3 {
            b.until(id, failed(n)).await;
            b.clock.advance_ms(wait_ms);
        }
        if name == "fails" {
            // The first telling fails; the job is not run for the second.
            while *b.deaf.lock().unwrap() > 0 {
                sleep(Duration::from_millis(5)).await;
            }
            let waiting = |row: &Option<JobRow>| row.as_ref().unwrap().state == JobState::Queued;
            b.until(id, waiting).await;
            assert_eq!(b.deaths(), vec![]);
            b.clock.advance_ms(30_000);
        }
        let row = b.dead(id).await;
        assert_eq!(
            (row.error.unwrap().0.as_str(), row.attempts),
            (code, 3),
            "{name}"
        );
        assert_eq!(b.runs(name), 3, "{name}");
        assert_eq!(b.deaths(), [(name.to_owned(), code.to_owned())]);
    }
    assert_eq!(
        b.counts().await,
        JobCounts {
            queued: 0,
            running: 0,
            dead: 3
        }
    );
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_jobs_can_be_retried_from_their_stage_or_dismissed() {
    let mut b = Bench::new();
    let runner = b
        .start(|_, handle| async move {
            if handle.current_stage() == Some("two") {
                return Ok(());
            }
            handle.stage("two").await?;
            Err(JobError::Fatal(
                "no_text".to_owned(),
                "the file holds pictures only".to_owned(),
            ))
        })
        .await;
    let id = b.add("scan").await;
    let row = b.dead(id).await;
    assert_eq!(row.error.unwrap().0, "no_text");
    assert_eq!(b.deaths(), [("scan".to_owned(), "no_text".to_owned())]);
    let now = b.clock.now();
    b.write(move |conn| jobs::retry_dead(conn, id, now)).await;
    b.gone(id).await;
    let missing =
        b.db.core
            .write(move |conn| jobs::retry_dead(conn, id, now))
            .await;
    assert_eq!(missing.unwrap_err().code(), Code::NotFound);

    let id = b.add("scan").await;
    b.dead(id).await;
    b.write(move |conn| jobs::cancel_by_subject(conn, "scan", now))
        .await;
    assert!(b.row(id).await.is_none());
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_something_is_not_counted() {
    let mut b = Bench::new();
    let runner = b
        .start(|_, handle| async move {
            assert_eq!(handle.attempt, 0);
            Err(JobError::NotNow {
                after: Duration::from_secs(60),
            })
        })
        .await;
    let id = b.add("patient").await;
    for n in 1..=5 {
        while b.runs("patient") < n {
            sleep(Duration::from_millis(5)).await;
        }
        b.until(id, |row| row.as_ref().unwrap().state == JobState::Queued)
            .await;
        b.clock.advance_ms(60_000);
    }
    assert_eq!((b.row(id).await.unwrap().attempts, b.deaths()), (0, vec![]));
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_dated_by_a_wrong_clock_is_not_lost() {
    let b = Bench::new();
    b.clock.advance_ms(4_000_000_000_000);
    let id = b.add("from the future").await;
    b.clock.advance_ms(-4_000_000_000_000);
    let runner = b.start(|_, _| async { Ok(()) }).await;
    b.gone(id).await;
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_reaches_waiting_running_and_deaf_jobs() {
    let mut b = Bench::new();
    let runner = b
        .start(|name, handle| async move {
            match name.as_str() {
                "polite" => {
                    handle.cancelled_wait().await;
                    assert!(handle.cancelled());
                    Err(JobError::Cancelled)
                }
                "failing" => {
                    handle.cancelled_wait().await;
                    Err(anyhow::anyhow!("its child was killed").into())
                }
                _ => forever().await,
            }
        })
        .await;
    let running = b.add("polite").await;
    let waiting = b.add("waiting").await;
    let failing = b.add_to("two", "failing").await;
    let deaf = b.add_to("two", "deaf").await;
    for id in [running, failing, deaf] {
        b.until(id, |row| row.as_ref().unwrap().state == JobState::Running)
            .await;
    }
    let now = b.clock.now();
    b.write(move |conn| jobs::cancel(conn, waiting, now)).await;
    assert!(b.row(waiting).await.is_none());
    b.write(move |conn| {
        jobs::cancel(conn, running, now)?;
        jobs::cancel_by_subject(conn, "failing", now)?;
        jobs::cancel(conn, deaf, now)?;
        jobs::cancel(conn, JobId::new(), now)
    })
    .await;
    timeout(Duration::from_secs(3), async {
        b.gone(running).await;
        b.gone(failing).await;
    })
    .await
    .unwrap();
    b.gone(deaf).await;
    assert_eq!((b.runs("waiting"), b.deaths()), (0, vec![]));
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_job_does_not_come_back_after_a_crash() {
    let b = Bench::new();
    let id = b.add("lesson").await;
    let runner = b.start(|_, _| forever()).await;
    b.until(id, |row| row.as_ref().unwrap().state == JobState::Running)
        .await;
    crash(runner).await;
    let now = b.clock.now();
    b.write(move |conn| jobs::cancel(conn, id, now)).await;
    let runner = b.start(|_, _| forever()).await;
    assert!(b.row(id).await.is_none());
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_hands_back_without_counting() {
    let mut b = Bench::new();
    let runner = b
        .start(|name, handle| async move {
            handle.stage("embed").await?;
            match name.as_str() {
                "polite" => {
                    handle.cancelled_wait().await;
                    Err(JobError::Cancelled)
                }
                // Its child was stopped under it.
                "failing" => {
                    handle.cancelled_wait().await;
                    Err(JobError::Crashed("killed".to_owned()))
                }
                _ => forever().await,
            }
        })
        .await;
    let mut ids = Vec::new();
    for (queue, name) in [("one", "polite"), ("two", "failing"), ("two", "deaf")] {
        ids.push(b.add_to(queue, name).await);
    }
    for &id in &ids {
        b.until(id, |row| row.as_ref().unwrap().stage.is_some())
            .await;
    }
    runner.shutdown().await;
    for &id in &ids {
        let row = b.row(id).await.unwrap();
        assert_eq!((row.state, row.attempts), (JobState::Queued, 0));
        assert_eq!(row.stage.as_deref(), Some("embed"));
        assert_eq!(row.error, None);
    }
    let runner = b.start(|_, _| async { Ok(()) }).await;
    for id in ids {
        b.gone(id).await;
    }
    assert_eq!(b.deaths(), vec![]);
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kinds_nobody_registered_wait_and_bad_payloads_die() {
    let mut b = Bench::new();
    let org = b.org;
    let add = |kind: &'static str, payload| {
        b.write(move |conn| {
            let job = NewJob {
                kind,
                queue: "one",
                org,
                subject: "s".into(),
                payload,
            };
            jobs::enqueue(conn, job, Timestamp(0))
        })
    };
    let unknown = add("of_a_newer_release", json!(null)).await;
    let bad = add("probe", json!({ "not": "a string" })).await;
    let runner = b.start(|_, _| async { Ok(()) }).await;
    let row = b.dead(bad).await;
    assert_eq!(row.error.unwrap().0, "bad_payload");
    let row = b.row(unknown).await.unwrap();
    assert_eq!(row.state, JobState::Queued);
    let found =
        b.db.core
            .read(|conn| jobs::find_by_subject(conn, "of_a_newer_release", "s"));
    assert_eq!(found.await.unwrap().unwrap().id, unknown);
    let none =
        b.db.core
            .read(|conn| jobs::find_by_subject(conn, "probe", "other"));
    assert!(none.await.unwrap().is_none());
    assert_eq!(b.deaths(), vec![]);
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_thinned_out_and_ends_exactly() {
    let b = Bench::new();
    let gate = Arc::new(Notify::new());
    let wait = Arc::clone(&gate);
    let registry = b.registry(move |_, handle| {
        let wait = Arc::clone(&wait);
        async move {
            handle.stage("embed").await?;
            for done in 0..=1000 {
                handle.progress(done, 1000);
            }
            wait.notified().await;
            Ok(())
        }
    });
    let feed = registry.feed();
    let mut messages = feed.subscribe();
    let runner = registry.start().await.unwrap();
    let id = b.add("lesson").await;
    let mut seen = Vec::new();
    loop {
        let message = timeout(Duration::from_secs(10), messages.recv())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (message.job, &*message.subject, message.org),
            (id, "lesson", b.org)
        );
        seen.push((
            message.stage.clone().unwrap().to_string(),
            message.done,
            message.total,
        ));
        if message.done == 1000 {
            break;
        }
    }
    assert_eq!(seen[0], ("embed".to_owned(), 0, 0));
    assert!(seen.len() < 20, "{seen:?}");
    let now = feed.now();
    assert_eq!(
        (now.len(), now[0].done),
        (1, 1000),
        "for those who come late"
    );
    gate.notify_one();
    b.gone(id).await;
    runner.shutdown().await;
    assert!(feed.now().is_empty());
}
