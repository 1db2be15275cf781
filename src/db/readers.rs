//! Threads that read: `query_only` connections with a deadline.
//!
//! Each closure sees one moment of the file, and ends before its thread takes
//! the next: an open read transaction would stop checkpoints, which is why none
//! may live across an `.await` or a streamed reply.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::anyhow;
use rusqlite::{Connection, ErrorCode};
use tokio::time::Instant;

use super::fault::Faults;
use super::task::{Task, sqlite_code};
use crate::error::{Code, Error};

/// SQLite instructions between two looks at the clock: some 100 µs.
const LOOK_EVERY: i32 = 10_000;

/// The way into the queue of a file's readers.
pub(super) type Reads = Sender<Box<dyn Task>>;

/// Starts one thread per connection; all take from one queue.
pub(super) fn start(
    connections: Vec<Connection>,
    deadline: Duration,
    faults: &Faults,
) -> crate::error::Result<(Reads, Vec<JoinHandle<()>>)> {
    let (tasks, inbox) = channel();
    let inbox = Arc::new(Mutex::new(inbox));
    let mut threads = Vec::new();
    for conn in connections {
        let (inbox, faults) = (Arc::clone(&inbox), faults.clone());
        let name = format!("read-{}", faults.which.file_name());
        let thread = thread::Builder::new()
            .name(name)
            .spawn(move || serve(&conn, &inbox, deadline, &faults))?;
        threads.push(thread);
    }
    Ok((tasks, threads))
}

fn serve(
    conn: &Connection,
    inbox: &Mutex<Receiver<Box<dyn Task>>>,
    deadline: Duration,
    faults: &Faults,
) {
    loop {
        let task = inbox.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(mut task) = task else {
            return;
        };
        if task.abandoned() {
            continue;
        }
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            read(conn, task.as_mut(), deadline, faults)
        }))
        .unwrap_or_else(|_| Some(anyhow!("a reader thread panicked").into()));
        task.answer(outcome);
    }
}

/// Runs the closure; an error to answer instead of the result, if any.
fn read(
    conn: &Connection,
    task: &mut dyn Task,
    deadline: Duration,
    faults: &Faults,
) -> Option<Error> {
    let end = Instant::now() + deadline;
    let set_up = conn
        .progress_handler(LOOK_EVERY, Some(move || Instant::now() >= end))
        .and_then(|()| conn.execute_batch("BEGIN"));
    if let Err(e) = set_up {
        return Some(e.into());
    }
    task.run(conn);
    let _ = conn.progress_handler(0, None::<fn() -> bool>);
    if !conn.is_autocommit()
        && let Err(e) = conn.execute_batch("ROLLBACK")
    {
        return Some(e.into());
    }
    match task.failure() {
        Some(Error::Internal(cause))
            if sqlite_code(cause) == Some(ErrorCode::OperationInterrupted) =>
        {
            Some(Error::new(Code::Timeout, "Reading took too long."))
        }
        Some(e) => {
            faults.on_read(e);
            None
        }
        None => None,
    }
}
