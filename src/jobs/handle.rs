//! What a running job holds: its stage and the wish to stop. How far it is,
//! in steps, is for its feature to tell those who watch.

use tokio_util::sync::CancellationToken;

use super::queue::set_stage;
use crate::db::Store;
use crate::error::Result;
use crate::types::{JobId, SharedClock};

/// A job's view of itself. Cheap to clone, for parts that run beside it.
#[derive(Clone)]
pub struct Handle {
    /// The job.
    pub id: JobId,
    /// Failures of earlier tries; 0 on the first.
    pub attempt: u32,
    pub(super) stop: CancellationToken,
    pub(super) core: Store,
    pub(super) clock: SharedClock,
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
            .await
    }
}
