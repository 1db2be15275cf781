//! The one thread that writes to a file: group commit.
//!
//! Commands wait in a bounded queue. The thread takes what is there, runs each
//! in its own SAVEPOINT inside one `BEGIN IMMEDIATE`, commits once and only
//! then answers, so one flush pays for up to [`BATCH`] answers. A command that
//! fails or panics loses its own changes and nobody else's. A caller that goes
//! away does not take its write with it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::anyhow;
use rusqlite::Connection;
use rusqlite::hooks::Action;
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

use super::connection::Which;
use super::fault::Faults;
use super::folder::Folder;
use super::task::{Task, name_full_disk, sqlite_code};
use crate::error::{Code, Error, Result};

/// Most commands in one commit.
const BATCH: usize = 64;
/// No command joins a batch that is older than this.
const BATCH_TIME: Duration = Duration::from_millis(10);
/// Quiet time before the WAL is moved into the file.
const IDLE: Duration = Duration::from_secs(2);

/// What the thread is sent.
pub(super) enum Order {
    /// A closure to run in the next batch.
    Run(Box<dyn Task>),
    /// Make everything committed so far survive a power cut.
    Flush(oneshot::Sender<Result<()>>),
    /// Leave nothing of what was deleted in the file and its WAL.
    Scrub(oneshot::Sender<Result<()>>),
    /// Finish: empty the WAL and close the file.
    Close(oneshot::Sender<Result<()>>),
}

/// Starts the thread on an opened and migrated connection.
pub(super) fn start(
    conn: Connection,
    faults: Faults,
    jobs_changed: Arc<Notify>,
    folder: Arc<Folder>,
) -> Result<(Sender<Order>, JoinHandle<()>)> {
    let (orders, inbox) = channel();
    let touched = notice_jobs(&conn)?;
    let name = format!("write-{}", faults.which.file_name());
    let thread = thread::Builder::new().name(name).spawn(move || {
        let watch = faults.clone();
        let writer = Writer {
            conn,
            faults,
            touched,
            jobs_changed,
            batch_time: BATCH_TIME,
            dirty: false,
        };
        // A bug here would leave every caller without an answer for ever.
        if catch_unwind(AssertUnwindSafe(|| writer.serve(&inbox))).is_err() {
            watch.fatal("the writer thread panicked");
        }
        // Only now may another server open the file.
        drop(folder);
    })?;
    Ok((orders, thread))
}

/// A flag that is set when a row of `jobs` changes.
fn notice_jobs(conn: &Connection) -> Result<Arc<AtomicBool>> {
    let touched = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&touched);
    conn.update_hook(Some(move |_: Action, _: &str, table: &str, _: i64| {
        if table == "jobs" {
            seen.store(true, Ordering::Relaxed);
        }
    }))?;
    Ok(touched)
}

struct Writer {
    conn: Connection,
    faults: Faults,
    /// A row of `jobs` changed in this batch.
    touched: Arc<AtomicBool>,
    jobs_changed: Arc<Notify>,
    batch_time: Duration,
    /// The WAL holds commits that no checkpoint has moved.
    dirty: bool,
}

impl Writer {
    fn serve(mut self, inbox: &Receiver<Order>) {
        let mut last_change = Instant::now();
        let mut waiting = None;
        loop {
            let order = match waiting.take() {
                Some(order) => Ok(order),
                None => inbox.recv_timeout(IDLE / 4),
            };
            match order {
                Ok(Order::Run(first)) => {
                    let before = self.conn.total_changes();
                    waiting = self.batch(first, inbox);
                    if self.conn.total_changes() != before {
                        last_change = Instant::now();
                        self.dirty = true;
                    }
                }
                Ok(Order::Flush(done)) => {
                    let flushed = self.flush();
                    if let Err(e) = &flushed {
                        self.faults.on_write(e);
                    }
                    let _ = done.send(flushed);
                }
                Ok(Order::Scrub(done)) => {
                    let scrubbed = self.scrub();
                    if let Err(e) = &scrubbed {
                        self.faults.on_write(e);
                    }
                    let _ = done.send(scrubbed);
                }
                Ok(Order::Close(done)) => return self.close(done),
                // Every handle is gone: the process ends without `close`.
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {}
            }
            if self.dirty && last_change.elapsed() >= IDLE {
                self.dirty = false;
                if let Err(e) = checkpoint(&self.conn, "PASSIVE") {
                    self.faults.on_write(&e);
                }
            }
        }
    }

    /// Runs `first` and what is waiting behind it; answers all. An order that
    /// can not join the batch is handed back.
    fn batch(&self, first: Box<dyn Task>, inbox: &Receiver<Order>) -> Option<Order> {
        self.touched.store(false, Ordering::Relaxed);
        let mut ran: Vec<Box<dyn Task>> = Vec::with_capacity(BATCH);
        let mut next = Some(first);
        let mut left_over = None;
        let mut broken = self.execute("BEGIN IMMEDIATE").err();
        let started = Instant::now();
        while let Some(mut task) = next.take() {
            if broken.is_none() {
                broken = self.command(task.as_mut()).err();
            }
            ran.push(task);
            if ran.len() < BATCH && started.elapsed() < self.batch_time && broken.is_none() {
                match inbox.try_recv() {
                    Ok(Order::Run(task)) => next = Some(task),
                    Ok(other) => left_over = Some(other),
                    Err(_) => {}
                }
            }
        }
        let outcome = match broken {
            None => self.execute("COMMIT"),
            Some(e) => Err(e),
        };
        match outcome {
            Ok(()) => {
                for task in ran {
                    task.answer(None);
                }
                if self.touched.load(Ordering::Relaxed) {
                    self.jobs_changed.notify_one();
                }
            }
            Err(e) => self.fail(ran, e),
        }
        left_over
    }

    /// Runs one command in its savepoint. An error means that the whole
    /// transaction is lost.
    fn command(&self, task: &mut dyn Task) -> Result<()> {
        self.execute("SAVEPOINT command")?;
        let kept = task.run(&self.conn);
        if let Some(e) = task.failure()
            && self.faults.on_write(e)
        {
            return Err(anyhow!("the storage failed: {e}").into());
        }
        // SQLite itself rolls everything back on some errors, and a closure
        // could; the commands before this one are lost then.
        if self.conn.is_autocommit() {
            return Err(match task.failure() {
                Some(Error::Refused(r)) => Error::Refused(r.clone()),
                Some(e) => anyhow!("another command ended the transaction: {e}").into(),
                None => anyhow!("another command ended the transaction").into(),
            });
        }
        if !kept {
            self.execute("ROLLBACK TO command")?;
        }
        self.execute("RELEASE command")
    }

    /// Nothing of the batch was kept: everyone hears why.
    fn fail(&self, ran: Vec<Box<dyn Task>>, e: Error) {
        if !self.conn.is_autocommit() {
            // On failure the connection stays inside a transaction and the
            // next BEGIN fails as well: loud, and nothing is acknowledged.
            let _ = self.execute("ROLLBACK");
        }
        let e = name_full_disk(e);
        self.faults.on_write(&e);
        for task in ran {
            task.answer(Some(copy(&e)));
        }
    }

    fn execute(&self, sql: &str) -> Result<()> {
        Ok(self.conn.prepare_cached(sql)?.execute([]).map(drop)?)
    }

    /// One commit with a flush of the WAL takes every earlier commit along.
    fn flush(&self) -> Result<()> {
        if self.faults.which == Which::Core {
            return Ok(());
        }
        self.conn.execute_batch(
            "PRAGMA synchronous=FULL;
             UPDATE meta SET value = value + 1 WHERE key = 'flushes';
             PRAGMA synchronous=NORMAL;",
        )?;
        Ok(())
    }

    /// Writes the file anew without what was deleted. `secure_delete` clears the place of
    /// a row that goes, but not copies of it that pages keep in their free space from the
    /// time when it moved to another page; a few rows in a hundred leave some.
    fn scrub(&self) -> Result<()> {
        // The copy on the way has the size of the database, which may not fit into memory.
        self.conn.execute_batch("PRAGMA temp_store=FILE")?;
        let written = self.conn.execute_batch("VACUUM");
        self.conn.execute_batch("PRAGMA temp_store=MEMORY")?;
        written.map_err(|e| name_full_disk(e.into()))?;
        // A reader in the way gives up within its deadline, a backup does not.
        let moved = checkpoint(&self.conn, "TRUNCATE");
        moved.map_err(|e| match e {
            Error::Refused(r) => Error::Refused(r),
            Error::Internal(e) if sqlite_code(&e).is_some() => Error::Internal(e),
            Error::Internal(e) => Error::new(Code::Unavailable, e.to_string()).retry_after(10),
        })
    }

    fn close(self, done: oneshot::Sender<Result<()>>) {
        let closed = checkpoint(&self.conn, "TRUNCATE");
        let faults = self.faults;
        let closed = closed.and_then(|()| self.conn.close().map_err(|(_, e)| e.into()));
        if let Err(e) = &closed {
            faults.on_write(e);
        }
        let _ = done.send(closed);
    }
}

/// Moves the WAL into the file. That a reader is in the way is no error for
/// PASSIVE; for TRUNCATE it is.
fn checkpoint(conn: &Connection, mode: &str) -> Result<()> {
    let busy: i64 = conn.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| {
        row.get(0)
    })?;
    if busy != 0 && mode == "TRUNCATE" {
        return Err(anyhow!("a reader kept the WAL from being emptied").into());
    }
    Ok(())
}

/// The same error for each command of a failed batch.
fn copy(e: &Error) -> Error {
    match e {
        Error::Refused(r) => Error::Refused(r.clone()),
        Error::Internal(cause) => anyhow!("the commit failed: {cause:#}").into(),
    }
}

/// The answer once the thread has gone.
pub(super) fn closed() -> Error {
    Error::new(Code::Unavailable, "The database is closed.")
}

#[cfg(test)]
mod tests;
