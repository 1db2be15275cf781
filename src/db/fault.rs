//! What happens when the storage below SQLite fails.
//!
//! After a failed flush the kernel may call the lost pages clean, so a retry
//! would "succeed" on nothing. The process must not go on: it exits with
//! [`EXIT_STORAGE`], starts again and finds out what is left.

use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::ErrorCode;
use tracing::error;

use super::connection::Which;
use super::task::sqlite_code;
use crate::error::Error;

/// The exit status after an I/O error or damage found while writing.
pub const EXIT_STORAGE: i32 = 74;

/// Called once the process may not go on writing; must not return to normal
/// work. Tests put a flag here.
pub type Fatal = Arc<dyn Fn(&str) + Send + Sync>;

/// The one used outside tests: ends the process at once, without the
/// clean-shutdown mark.
pub fn exit() -> Fatal {
    Arc::new(|_| std::process::exit(EXIT_STORAGE))
}

/// Decides about errors of one file's threads.
#[derive(Clone)]
pub(super) struct Faults {
    pub which: Which,
    pub fatal: Fatal,
    /// Where to note that derived.db is to be rebuilt at the next boot.
    pub doubt: Option<PathBuf>,
}

impl Faults {
    /// Looks at an error met while writing; true when it was fatal.
    pub fn on_write(&self, e: &Error) -> bool {
        let Error::Internal(cause) = e else {
            return false;
        };
        let damaged = self.note_damage(cause);
        if damaged || sqlite_code(cause) == Some(ErrorCode::SystemIoFailure) {
            self.fatal(&format!("{cause:#}"));
            return true;
        }
        false
    }

    /// Looks at an error met while reading. Core damage shows on the next
    /// write or boot; derived.db is marked for rebuilding.
    pub fn on_read(&self, e: &Error) {
        if let Error::Internal(cause) = e {
            self.note_damage(cause);
        }
    }

    /// Ends the process (or what stands for it).
    pub fn fatal(&self, why: &str) {
        error!(
            db.file = self.which.file_name(),
            error = why,
            "storage failed, stopping"
        );
        (self.fatal)(why);
    }

    fn note_damage(&self, cause: &anyhow::Error) -> bool {
        let damaged = matches!(
            sqlite_code(cause),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
        );
        if damaged && let Some(mark) = &self.doubt {
            let marked = crate::blobs::durable_replace(mark, |_| Ok(()));
            error!(
                db.file = self.which.file_name(),
                error = format!("{cause:#}"),
                db.marked = marked.is_ok(),
                "damage found, to be rebuilt at the next start"
            );
        }
        damaged
    }
}
