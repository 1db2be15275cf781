//! What every feature is given: settings, storage, engines and the time.
//!
//! Features hold an [`App`] and add what is theirs; nothing is reached through
//! it that belongs to another feature.

use std::sync::Arc;

use crate::blobs::Blobs;
use crate::config::Config;
use crate::db::Db;
use crate::inference::Inference;
use crate::rates::Rates;
use crate::types::SharedClock;

/// The shared base, cheap to clone.
pub type App = Arc<Core>;

/// The shared base of a running box.
pub struct Core {
    /// Resolved settings.
    pub config: Config,
    /// Both databases.
    pub db: Db,
    /// Uploads and the text read from them.
    pub blobs: Blobs,
    /// The workers.
    pub inference: Inference,
    /// The time.
    pub clock: SharedClock,
    /// How often people ask.
    pub rates: Rates,
}
