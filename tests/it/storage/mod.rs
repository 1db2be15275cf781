//! Storage as its users see it: two files, an outbox, blobs and jobs, in
//! threads, over restarts, killed, and cut from power.

mod blobs;
pub mod crash;
pub mod disk;
mod jobs;
mod opening;
mod outbox;
mod power_cut;
mod scrubbing;
mod speed;
mod writing;

use std::path::Path;
use std::sync::Arc;

use bwenge::clock::TrustedClock;
use bwenge::db::{Db, Options};
use bwenge::types::{SharedClock, SystemClock};

fn clock() -> SharedClock {
    Arc::new(TrustedClock::new(Arc::new(SystemClock::default())))
}

/// Opens a folder; a fatal storage error fails the test.
fn open(dir: &Path) -> Db {
    let options = Options {
        fatal: Arc::new(|why| panic!("the storage failed: {why}")),
        ..Options::default()
    };
    Db::open_with(dir, &clock(), options).unwrap()
}
