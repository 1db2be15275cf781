//! What every feature shares: settings, storage and time.
//!
//! A feature is a struct of its own that holds an [`App`] and its in-memory
//! parts; nothing extends this one.

use std::sync::Arc;

use crate::config::Config;
use crate::db::Db;
use crate::types::SharedClock;

/// The shared parts of one running box.
pub struct Core {
    /// The resolved settings.
    pub config: Config,
    /// Both database files.
    pub db: Db,
    /// Where the time comes from.
    pub clock: SharedClock,
}

/// The handle every feature holds.
pub type App = Arc<Core>;
