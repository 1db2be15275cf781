//! Work that must happen after the commit that asked for it.
//!
//! A feature enqueues a job in the transaction that changes its own rows;
//! the [`Runner`] claims it with a lease and runs it outside any transaction.
//! A job is idempotent and stores its stage, so that a power cut costs one
//! stage. Four ways a run can end badly:
//!
//! - it fails: counted, tried again later, `dead` after
//!   [`Job::MAX_ATTEMPTS`];
//! - its child dies: not counted as a failure, but twice without a new stage in
//!   between makes it `dead` (some file kills its parser);
//! - this process dies: the same after five times (most likely the power
//!   failed, but nothing may end the box at every boot);
//! - the box stops in order: handed back, counted nowhere.
//!
//! `dead` rows stay until someone retries or dismisses them.

mod attempt;
mod handle;
mod queue;
mod runner;
mod work;

use std::future::Future;
use std::time::Duration;

use serde::de::DeserializeOwned;

pub use handle::Handle;
pub use queue::{
    DeadJob, JobCounts, NewJob, cancel_by_subject, counts, dead, dismiss_dead, enqueue, is_wanted,
    retry_dead, set_stage,
};
pub use runner::{Registry, Runner};

use crate::error::{Error, Result};

/// One kind of work. Implementors hold what they need to do it.
pub trait Job: Send + Sync + 'static {
    /// The word in [`NewJob::kind`]; never changes once released.
    const KIND: &'static str;
    /// What [`NewJob::payload`] holds.
    type Payload: DeserializeOwned + Send;
    /// Failures ([`JobError::Retry`], [`JobError::Internal`], panics) after
    /// which it is given up; at least 1.
    const MAX_ATTEMPTS: u32;

    /// Does the work, or what is left of it. Must be idempotent: a crash between
    /// its last write and the end of the job runs it again. Watch [`Handle::cancelled`] in long loops; the
    /// future is dropped some seconds after a cancel or at shutdown.
    fn run(
        &self,
        payload: Self::Payload,
        handle: Handle,
    ) -> impl Future<Output = Result<(), JobError>> + Send;

    /// Called when the job was given up, before it becomes `dead`; called
    /// again if it fails or the box stops meanwhile. Idempotent.
    fn on_dead(
        &self,
        payload: Self::Payload,
        failure: Failure,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// Why a job was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// A stable word: the one of [`JobError::Fatal`], an [`Error`]'s code,
    /// `crashed`, `gave_up` or `bad_payload`.
    pub code: String,
    /// For the log and the teacher's technician.
    pub detail: String,
}

/// How a run did not succeed.
#[derive(Debug)]
pub enum JobError {
    /// A counted failure that may pass; try again `after` this time.
    Retry {
        /// Shortest wait.
        after: Duration,
    },
    /// Something it needs is not there now (a busy engine, a missing model).
    /// Not counted.
    NotNow {
        /// Shortest wait.
        after: Duration,
    },
    /// Its child process died on this input. The second time without a new
    /// stage it is given up, as after a crash of the server.
    Crashed(String),
    /// Trying again can not help: a code word and a detail.
    Fatal(String, String),
    /// It saw [`Handle::cancelled`] and stopped, or found its subject gone.
    Cancelled,
    /// A counted failure of ours; tried again with growing waits.
    Internal(Error),
}

impl<E: Into<Error>> From<E> for JobError {
    fn from(error: E) -> Self {
        Self::Internal(error.into())
    }
}
