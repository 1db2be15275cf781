//! The two database files of a box and how everyone reaches them.
//!
//! `core.db` holds what must never be lost and flushes every commit;
//! `derived.db` holds search indexes and caches and is deleted at any doubt.
//! Each has one writer thread and a few reading ones, reached through
//! [`Store`]. Statements live with their features, as plain functions on
//! `&Connection`. No transaction ever spans both files.
//!
//! A write to `derived.db` may be undone by a power cut until
//! [`Store::flush`] returned: call it before `core.db` says that something is
//! indexed.

pub mod backup;
mod connection;
mod daily;
mod fault;
mod folder;
mod functions;
mod migrate;
mod open;
mod readers;
pub mod remains;
mod store;
mod task;
mod values;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rusqlite::Connection;

pub use connection::Which;
pub use fault::{EXIT_STORAGE, Fatal};
pub use store::Store;

use crate::error::Result;
use crate::types::{FixedClock, SharedClock, Timestamp};
use fault::Faults;
use folder::Folder;

/// Both files, opened, checked and migrated.
pub struct Db {
    /// People, chats, lessons, jobs, outbox.
    pub core: Store,
    /// Passages, full text, vectors, caches.
    pub derived: Store,
    folder: Arc<Folder>,
    rebuild: AtomicBool,
}

/// What may differ between a box and a test.
pub struct Options {
    /// Reading threads per file, 2 to 4.
    pub readers: usize,
    /// Longest time one read may take.
    pub read_deadline: Duration,
    /// What to do when the disk fails; see [`Fatal`].
    pub fatal: Fatal,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            readers: 2,
            read_deadline: Duration::from_secs(5),
            fatal: fault::exit(),
        }
    }
}

impl Db {
    /// Opens the data folder `dir`, creating what is missing. Blocks. Fails
    /// when another server has it, a file is newer than this release, or
    /// core.db is damaged.
    pub fn open(dir: &Path, clock: &SharedClock) -> Result<Self> {
        Self::open_with(dir, clock, Options::default())
    }

    /// [`Db::open`] with chosen options.
    pub fn open_with(dir: &Path, clock: &SharedClock, options: Options) -> Result<Self> {
        Self::start(Folder::lock(dir)?, clock, options, true)
    }

    /// Both files, empty and migrated, in a temporary folder that goes with
    /// the value; without flushes. For tests.
    #[doc(hidden)]
    pub fn in_memory() -> Result<Self> {
        let clock: SharedClock = Arc::new(FixedClock::new(Timestamp(0)));
        Self::start(Folder::temporary()?, &clock, Options::default(), false)
    }

    fn start(folder: Folder, clock: &SharedClock, options: Options, durable: bool) -> Result<Self> {
        connection::refuse_old_sqlite(rusqlite::version_number())?;
        let clean = folder.is_clean();
        let core = open::core(&folder, clean, migrate::steps(Which::Core), clock.now())?;
        let epoch: String =
            core.query_row("SELECT value FROM meta WHERE key = 'epoch'", [], |row| {
                row.get(0)
            })?;
        let (derived, rebuild) =
            open::derived(&folder, clean, migrate::steps(Which::Derived), &epoch)?;
        if !durable {
            core.pragma_update(None, "synchronous", "OFF")?;
            derived.pragma_update(None, "synchronous", "OFF")?;
        }
        let folder = Arc::new(folder);
        let faults = |which| Faults {
            which,
            fatal: Arc::clone(&options.fatal),
            doubt: (which == Which::Derived).then(|| folder.doubt()),
        };
        Ok(Self {
            core: Store::start(core, faults(Which::Core), &options, &folder)?,
            derived: Store::start(derived, faults(Which::Derived), &options, &folder)?,
            folder,
            rebuild: AtomicBool::new(rebuild),
        })
    }

    /// Whether derived.db was started anew, now or earlier, and nobody has
    /// said since that its content is back.
    pub fn derived_needs_rebuild(&self) -> bool {
        self.rebuild.load(Ordering::Acquire)
    }

    /// Notes that everything needed to fill derived.db again is done or safely
    /// queued in core.db.
    pub async fn derived_rebuilt(&self) -> Result<()> {
        self.derived
            .write(|conn| {
                conn.execute(
                    "INSERT OR IGNORE INTO meta (key, value) VALUES ('rebuilt', '1')",
                    [],
                )?;
                Ok(())
            })
            .await?;
        self.derived.flush().await?;
        self.rebuild.store(false, Ordering::Release);
        Ok(())
    }

    /// Copies core.db to `path` while it stays in use; the copy was read back
    /// and compared.
    pub async fn backup(&self, path: PathBuf) -> Result<()> {
        let core = self.folder.path().join(Which::Core.file_name());
        tokio::task::spawn_blocking(move || {
            backup::to(&connection::open_reader(&core, Which::Core)?, &path)
        })
        .await?
    }

    /// Makes the copy of the day below `backups` in the data folder, if it is
    /// due, and removes the oldest of more than seven; answers where it is.
    pub async fn daily_backup(&self, now: Timestamp) -> Result<Option<PathBuf>> {
        let folder = self.folder.backups();
        std::fs::create_dir_all(&folder)?;
        self.folder.sync()?;
        let Some(path) = daily::due(&folder, now)? else {
            return Ok(None);
        };
        self.backup(path.clone()).await?;
        daily::prune(&folder, &path, now)?;
        Ok(Some(path))
    }

    /// Finishes the queued commands, empties both WALs, closes the files,
    /// leaves the clean-shutdown mark and lets the folder go.
    pub async fn close(&self) -> Result<()> {
        self.derived.close().await?;
        self.core.close().await?;
        self.folder.mark_clean()?;
        self.folder.release();
        Ok(())
    }
}

/// An empty, migrated database in memory, for the unit tests of feature
/// stores.
#[doc(hidden)]
pub fn test_connection(which: Which) -> Result<Connection> {
    let conn = connection::open_memory(which)?;
    migrate::migrate(&conn, which, migrate::steps(which), 0)?;
    Ok(conn)
}
