//! A database closure on its way to a database thread, and its answer back.
//!
//! The thread runs many commands before one COMMIT, so running and answering
//! are two steps: the answer of a write leaves only once it is durable.

use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::anyhow;
use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use crate::error::{Code, Error, Result};

/// A command in the queue of a database thread.
pub(super) trait Task: Send {
    /// Runs the closure; a panic becomes an error. True when its changes are
    /// to be kept.
    fn run(&mut self, conn: &Connection) -> bool;

    /// What went wrong in [`Task::run`], if anything.
    fn failure(&self) -> Option<&Error>;

    /// Whether nobody waits for the answer any more.
    fn abandoned(&self) -> bool;

    /// Sends the result, or `instead` when the commit failed after the run.
    fn answer(self: Box<Self>, instead: Option<Error>);
}

/// Packs a closure with what follows from its result, its place in the queue
/// and the way back.
pub(super) fn pack<T: Send + 'static>(
    work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    then: impl FnOnce(&T) + Send + 'static,
    place: OwnedSemaphorePermit,
) -> (Box<dyn Task>, oneshot::Receiver<Result<T>>) {
    let (reply, answer) = oneshot::channel();
    let task = Packed {
        work: Some(work),
        then,
        result: None,
        reply,
        _place: place,
    };
    (Box::new(task), answer)
}

struct Packed<T, F, G> {
    work: Option<F>,
    /// What follows in memory from a result that is kept.
    then: G,
    result: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
    /// Freed with the task, which lets the next caller into the queue.
    _place: OwnedSemaphorePermit,
}

impl<T, F, G> Task for Packed<T, F, G>
where
    T: Send,
    F: FnOnce(&Connection) -> Result<T> + Send,
    G: FnOnce(&T) + Send,
{
    fn run(&mut self, conn: &Connection) -> bool {
        let Some(work) = self.work.take() else {
            return false;
        };
        // What a closure changed in memory before panicking is its own; the
        // changes in the database are rolled back.
        let result = catch_unwind(AssertUnwindSafe(|| work(conn))).unwrap_or_else(|panic| {
            let said = panic
                .downcast_ref::<&str>()
                .map(|s| (*s).to_owned())
                .or_else(|| panic.downcast_ref::<String>().cloned())
                .unwrap_or_default();
            Err(anyhow!("a database command panicked: {said}").into())
        });
        let kept = result.is_ok();
        self.result = Some(result.map_err(name_full_disk));
        kept
    }

    fn failure(&self) -> Option<&Error> {
        self.result.as_ref().and_then(|r| r.as_ref().err())
    }

    fn abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn answer(self: Box<Self>, instead: Option<Error>) {
        let Self {
            then,
            result,
            reply,
            _place,
            ..
        } = *self;
        let result = match (instead, result) {
            (Some(error), _) => Err(error),
            (None, Some(result)) => result,
            (None, None) => Err(anyhow!("the database thread skipped a command").into()),
        };
        if let Ok(value) = &result {
            // The row is kept whatever happens here.
            let then = AssertUnwindSafe(|| then(value));
            if catch_unwind(then).is_err() {
                tracing::error!("what follows from a write panicked");
            }
        }
        // The caller may have gone; its write stays.
        let _ = reply.send(result);
    }
}

/// SQLite's code, when `error` comes from SQLite.
pub(super) fn sqlite_code(error: &anyhow::Error) -> Option<rusqlite::ErrorCode> {
    error
        .chain()
        .find_map(|cause| cause.downcast_ref::<rusqlite::Error>())
        .and_then(rusqlite::Error::sqlite_error_code)
}

/// A full disk and a passed deadline are outcomes people can act on.
pub(super) fn name_full_disk(error: Error) -> Error {
    match error {
        Error::Internal(e) if sqlite_code(&e) == Some(rusqlite::ErrorCode::DiskFull) => {
            Error::new(Code::DiskFull, "The disk of the box is full.")
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::Semaphore;

    use super::*;

    /// Runs and answers a command that follows up with `then`; its answer.
    fn run(
        work: fn(&Connection) -> Result<u32>,
        then: impl FnOnce(&u32) + Send + 'static,
        instead: Option<Error>,
    ) -> Result<u32> {
        let place = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
        let (mut task, mut answer) = pack(work, then, place);
        task.run(&Connection::open_in_memory().unwrap());
        task.answer(instead);
        answer.try_recv().unwrap()
    }

    #[test]
    fn only_what_is_kept_has_consequences() {
        let followed = Arc::new(AtomicU32::new(0));
        let then = || {
            let followed = Arc::clone(&followed);
            move |value: &u32| _ = followed.fetch_add(*value, Ordering::Relaxed)
        };
        run(|_| Err(closed()), then(), None).unwrap_err();
        run(|_| Ok(1), then(), Some(closed())).unwrap_err();
        assert_eq!(followed.load(Ordering::Relaxed), 0);
        assert_eq!(run(|_| Ok(7), then(), None).unwrap(), 7);
        assert_eq!(followed.load(Ordering::Relaxed), 7);
        // What is on disk stays there.
        let answer = run(|_| Ok(7), |_| panic!("on purpose"), None);
        assert_eq!(answer.unwrap(), 7);
    }

    fn closed() -> Error {
        Error::new(Code::Unavailable, "")
    }
}
