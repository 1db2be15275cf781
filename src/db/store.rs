//! The handle on one database file that all code holds.

use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::{Notify, Semaphore, oneshot};
use tracing::Span;

use super::Options;
use super::connection::open_reader;
use super::fault::Faults;
use super::folder::Folder;
use super::readers::{self, Reads};
use super::task::pack;
use super::writer::{self, Order, closed};
use crate::error::Result;

/// Commands that may wait for a thread of one file; callers beyond that wait
/// outside, in order of arrival.
const WAITING: usize = 256;

/// One database file. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    orders: Sender<Order>,
    /// Taken away by `close`, which ends the reading threads.
    reads: Mutex<Option<Reads>>,
    readers: Mutex<Vec<JoinHandle<()>>>,
    writer: Mutex<Vec<JoinHandle<()>>>,
    write_places: Arc<Semaphore>,
    read_places: Arc<Semaphore>,
    jobs_changed: Arc<Notify>,
    /// For traces: the name of the file.
    name: &'static str,
}

impl Store {
    pub(super) fn start(
        conn: Connection,
        faults: Faults,
        options: &Options,
        folder: &Arc<Folder>,
    ) -> Result<Self> {
        let path = folder.path().join(faults.which.file_name());
        let connections = (0..options.readers.max(1))
            .map(|_| open_reader(&path, faults.which))
            .collect::<Result<Vec<_>>>()?;
        let (reads, readers) = readers::start(connections, options.read_deadline, &faults)?;
        let jobs_changed = Arc::new(Notify::new());
        let name = faults.which.file_name();
        let (orders, writer) =
            writer::start(conn, faults, Arc::clone(&jobs_changed), Arc::clone(folder))?;
        Ok(Self {
            inner: Arc::new(Inner {
                orders,
                reads: Mutex::new(Some(reads)),
                readers: Mutex::new(readers),
                writer: Mutex::new(vec![writer]),
                write_places: Arc::new(Semaphore::new(WAITING)),
                read_places: Arc::new(Semaphore::new(WAITING)),
                jobs_changed,
                name,
            }),
        })
    }

    /// Runs `f` on the writer thread in a SAVEPOINT of its own; an error or a
    /// panic undoes it. Answers after the COMMIT. Once the command is in the
    /// queue it is carried out even if the caller goes away.
    ///
    /// `f` must not wait for anything but the database, nor end the
    /// transaction.
    pub async fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.write_then(f, |_| {}).await
    }

    /// [`Self::write`], and once it is committed `then`, for what must be in
    /// memory as it is on disk: in the order of the commits, on the writer
    /// thread, also when the caller has gone.
    pub async fn write_then<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
        then: impl FnOnce(&T) + Send + 'static,
    ) -> Result<T> {
        // What `f` queues is traced back to whoever asked, on the other thread too.
        let asking = Span::current();
        let f = move |conn: &Connection| asking.in_scope(|| f(conn));
        self.order_write(f, then).await
    }

    #[tracing::instrument(name = "write", level = "debug", skip_all, fields(db = self.inner.name))]
    async fn order_write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
        then: impl FnOnce(&T) + Send + 'static,
    ) -> Result<T> {
        let places = Arc::clone(&self.inner.write_places);
        let place = places.acquire_owned().await.map_err(|_| closed())?;
        let (task, answer) = pack(f, then, place);
        let sent = self.inner.orders.send(Order::Run(task));
        sent.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    /// Runs `f` on a reading thread, on one moment of the file. Longer than
    /// the deadline is `timeout`.
    #[tracing::instrument(name = "read", level = "debug", skip_all, fields(db = self.inner.name))]
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let places = Arc::clone(&self.inner.read_places);
        let place = places.acquire_owned().await.map_err(|_| closed())?;
        let (task, answer) = pack(f, |_| {}, place);
        self.reads()
            .as_ref()
            .and_then(|reads| reads.send(task).ok())
            .ok_or_else(closed)?;
        answer.await.map_err(|_| closed())?
    }

    /// Returns once every write answered so far survives a power cut. Nothing
    /// to do for core.db, where each answer already means that.
    pub async fn flush(&self) -> Result<()> {
        self.order(Order::Flush).await
    }

    /// Returns once nothing of what was deleted before is left in the file and its WAL.
    /// Writes the whole file anew, so it is for what must not be found again.
    ///
    /// # Errors
    /// `unavailable` while a backup reads, `disk_full` without room for another copy.
    pub async fn scrub(&self) -> Result<()> {
        self.order(Order::Scrub).await
    }

    /// How large the file is, without its WAL.
    pub async fn bytes(&self) -> Result<u64> {
        let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        let bytes = self.read(move |conn| Ok(conn.query_row(sql, [], |row| row.get::<_, i64>(0))?));
        Ok(bytes.await?.try_into().unwrap_or_default())
    }

    /// Told after a commit that changed a row of `jobs`.
    pub(crate) fn jobs_changed(&self) -> &Notify {
        &self.inner.jobs_changed
    }

    /// Ends the threads after what is queued; later calls are `unavailable`.
    pub(super) async fn close(&self) -> Result<()> {
        self.inner.write_places.close();
        self.inner.read_places.close();
        self.reads().take();
        // Readers first: an open one keeps the WAL from being emptied.
        join(&self.inner.readers).await?;
        let closed = self.order(Order::Close).await;
        join(&self.inner.writer).await?;
        closed
    }

    async fn order(&self, order: impl FnOnce(oneshot::Sender<Result<()>>) -> Order) -> Result<()> {
        let (reply, answer) = oneshot::channel();
        self.inner.orders.send(order(reply)).map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    fn reads(&self) -> MutexGuard<'_, Option<Reads>> {
        self.inner
            .reads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

async fn join(threads: &Mutex<Vec<JoinHandle<()>>>) -> Result<()> {
    let threads = std::mem::take(&mut *threads.lock().unwrap_or_else(PoisonError::into_inner));
    tokio::task::spawn_blocking(move || {
        for thread in threads {
            // A panic was reported where it happened.
            let _ = thread.join();
        }
    })
    .await?;
    Ok(())
}
