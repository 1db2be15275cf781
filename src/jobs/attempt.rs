//! One run of one claimed job, from the claim to the row that says how it
//! ended.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tracing::field::Empty;
use tracing::{Instrument, Span, debug_span, error, info, warn};

use super::handle::Handle;
use super::runner::Shared;
use super::work::{self, Claim, End};
use super::{Failure, Job, JobError};
use crate::error::{Code, Error, Result};
use crate::telemetry;
use crate::types::JobId;

/// How long a job may take to notice that it should stop.
const GRACE: Duration = Duration::from_secs(5);
/// Waits after the first, second, … counted failure: 2 s, 8 s, 32 s, …
const FIRST_WAIT_MS: i64 = 2_000;
const LONGEST_BACK_OFF_MS: i64 = 900_000;
/// Between tries while the disk is full.
const DISK_WAIT_MS: i64 = 60_000;
/// Wait before telling a feature again that its job was given up.
const RETELL_MS: i64 = 30_000;

type Running<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A [`Job`] with its payload type hidden.
pub(super) trait Erased: Send + Sync {
    fn max_attempts(&self) -> u32;
    fn run(self: Arc<Self>, payload: String, handle: Handle) -> Running<Result<(), JobError>>;
    fn on_dead(self: Arc<Self>, payload: String, failure: Failure) -> Running<Result<()>>;
}

pub(super) struct ErasedJob<J>(pub J);

impl<J: Job> Erased for ErasedJob<J> {
    fn max_attempts(&self) -> u32 {
        J::MAX_ATTEMPTS
    }

    fn run(self: Arc<Self>, payload: String, handle: Handle) -> Running<Result<(), JobError>> {
        Box::pin(async move {
            match serde_json::from_str(&payload) {
                Ok(payload) => self.0.run(payload, handle).await,
                Err(e) => Err(JobError::Fatal("bad_payload".to_owned(), e.to_string())),
            }
        })
    }

    fn on_dead(self: Arc<Self>, payload: String, failure: Failure) -> Running<Result<()>> {
        Box::pin(async move {
            match serde_json::from_str(&payload) {
                Ok(payload) => self.0.on_dead(payload, failure).await,
                // The feature could not read it either; the row stays visible.
                Err(_) => Ok(()),
            }
        })
    }
}

/// Runs a claimed job and writes its end, in a span of its own.
pub(super) async fn carry_out(shared: &Shared, claim: Claim) {
    let (job, attempt) = (claim.kind.clone(), claim.attempts + 1);
    let span = debug_span!(
        "job",
        job.kind = job,
        job.attempt = attempt,
        job.end = Empty
    );
    if let Some(trace) = &claim.trace {
        telemetry::link(&span, trace);
    }
    run_claim(shared, claim).instrument(span).await;
}

async fn run_claim(shared: &Shared, claim: Claim) {
    let Some(job) = shared.kinds.get(claim.kind.as_str()).map(Arc::clone) else {
        return; // Claims name registered kinds only.
    };
    let stop = shared.stop.child_token();
    let _listed = Listed::new(shared, claim.id, stop.clone());
    let failure = match claim.giving_up.clone() {
        Some(failure) => Some(failure),
        None => {
            let handle = Handle {
                id: claim.id,
                attempt: claim.attempts,
                stop: stop.clone(),
                core: shared.core.clone(),
                clock: Arc::clone(&shared.clock),
            };
            let run = Arc::clone(&job).run(claim.payload.clone(), handle);
            let end = judge(shared, &claim, job.max_attempts(), until(&stop, run).await);
            let left = write_end(shared, claim.id, end.clone()).await;
            match end {
                End::GivingUp(failure) if left => Some(failure),
                _ => None,
            }
        }
    };
    if let Some(failure) = failure {
        let told = until(&stop, job.on_dead(claim.payload.clone(), failure.clone())).await;
        let end = match told {
            Outcome::Returned(Ok(())) => {
                warn!(job.id = %claim.id, job.kind = claim.kind, job.code = failure.code,
                    error = failure.detail, "a job was given up");
                End::Dead
            }
            Outcome::Stopped => End::Back,
            Outcome::Returned(Err(e)) => {
                error!(job.id = %claim.id, job.kind = claim.kind, error = %e,
                    "telling that a job was given up failed");
                End::Later(RETELL_MS)
            }
            Outcome::Panicked(why) => {
                error!(job.id = %claim.id, job.kind = claim.kind, error = why,
                    "telling that a job was given up panicked");
                End::Later(RETELL_MS)
            }
        };
        write_end(shared, claim.id, end).await;
    }
}

/// What became of a future that was allowed to be stopped.
enum Outcome<T> {
    Returned(T),
    Panicked(String),
    /// It did not notice in time and was dropped.
    Stopped,
}

async fn until<T: Send + 'static>(stop: &CancellationToken, future: Running<T>) -> Outcome<T> {
    // A task of its own catches panics and leaves this one free to watch.
    let mut task = AbortOnDropHandle::new(tokio::spawn(future.in_current_span()));
    let joined = tokio::select! {
        joined = &mut task => joined,
        () = async { stop.cancelled().await; sleep(GRACE).await } => {
            task.abort();
            // Its writes must be queued before the row says it is over.
            match timeout(Duration::from_secs(1), &mut task).await {
                Ok(Ok(value)) => return Outcome::Returned(value),
                _ => return Outcome::Stopped,
            }
        }
    };
    match joined {
        Ok(value) => Outcome::Returned(value),
        Err(e) => Outcome::Panicked(e.to_string()),
    }
}

/// Decides what a run's outcome means for the job.
fn judge(
    shared: &Shared,
    claim: &Claim,
    max_attempts: u32,
    outcome: Outcome<Result<(), JobError>>,
) -> End {
    let shutting_down = shared.stop.is_cancelled();
    let counted = |failure: Failure, wait_ms: i64| {
        if shutting_down {
            // Whatever it needed is being taken away; no fault of the job.
            return End::Back;
        }
        info!(job.id = %claim.id, job.kind = claim.kind, job.attempt = claim.attempts + 1,
            job.code = failure.code, error = failure.detail, "a job failed");
        match claim.attempts + 1 >= max_attempts {
            true => End::GivingUp(failure),
            false => End::Failed(failure, wait_ms),
        }
    };
    let wait = FIRST_WAIT_MS
        .saturating_mul(4_i64.saturating_pow(claim.attempts))
        .min(LONGEST_BACK_OFF_MS);
    let internal = |detail: String| {
        let failure = Failure {
            code: "internal".to_owned(),
            detail,
        };
        counted(failure, wait)
    };
    match outcome {
        Outcome::Returned(Ok(())) => End::Gone,
        Outcome::Returned(Err(e)) => match e {
            JobError::Fatal(code, detail) => End::GivingUp(Failure { code, detail }),
            JobError::Cancelled if shutting_down => End::Back,
            JobError::Cancelled => End::Gone,
            JobError::NotNow { .. } | JobError::Crashed(_) if shutting_down => End::Back,
            JobError::NotNow { after } => End::Later(milliseconds(after)),
            JobError::Crashed(detail) => End::Crashed(detail),
            JobError::Retry { after } => counted(
                Failure {
                    code: "gave_up".to_owned(),
                    detail: format!("tried {} times", claim.attempts + 1),
                },
                milliseconds(after),
            ),
            JobError::Internal(Error::Refused(r)) if !shutting_down && r.code == Code::DiskFull => {
                // Somebody has to make room; no fault of the job.
                info!(job.id = %claim.id, job.kind = claim.kind, "a job waits for disk space");
                End::Later(DISK_WAIT_MS)
            }
            JobError::Internal(Error::Refused(r)) => {
                let asked = r.retry_after_s.map(Duration::from_secs);
                let failure = Failure {
                    code: r.code.as_str().to_owned(),
                    detail: r.detail,
                };
                counted(failure, asked.map_or(wait, milliseconds))
            }
            JobError::Internal(Error::Internal(e)) => internal(format!("{e:#}")),
        },
        Outcome::Panicked(why) => internal(why),
        Outcome::Stopped if shutting_down => End::Back,
        Outcome::Stopped => End::Gone,
    }
}

/// Writes the end, for as long as it takes: the disk may be full for a while.
/// Answers whether a row is left.
async fn write_end(shared: &Shared, id: JobId, end: End) -> bool {
    Span::current().record("job.end", end.word());
    loop {
        let (end, now) = (end.clone(), shared.clock.now());
        match shared
            .core
            .write(move |conn| work::end(conn, id, &end, now))
            .await
        {
            Ok(left) => return left,
            Err(e) => shared.complain("writing the end of a job", &e),
        }
        if shared.stop.is_cancelled() {
            return false;
        }
        sleep(Duration::from_secs(1)).await;
    }
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Keeps a job in the list of running ones; also when its task is dropped.
struct Listed<'a>(&'a Shared, JobId);

impl<'a> Listed<'a> {
    fn new(shared: &'a Shared, id: JobId, cancel: CancellationToken) -> Self {
        shared.active().insert(id, cancel);
        Self(shared, id)
    }
}

impl Drop for Listed<'_> {
    fn drop(&mut self) {
        self.0.active().remove(&self.1);
    }
}
