//! Helpers shared by the tests of several features: browsers with cookies, a
//! box with a fake engine, the real binary, uploads and chat sockets.

pub mod app;
pub mod browser;
pub mod chat;
pub mod crowd;
pub mod door;
pub mod hostile;
pub mod server;
pub mod totp;
pub mod tus;
pub mod upload;

use std::time::Duration;

/// Tells how long something took, and holds it against the figure it is to reach where
/// figures are measured, which is on a quiet machine: `BWENGE_FIGURES=1`. Elsewhere a
/// machine may be as slow as it likes, and a test waits for what happens.
pub fn figure(what: &str, took: Duration, most: Duration) {
    eprintln!("{what}: {took:.2?}, to take at most {most:.2?}");
    assert!(took < most || !are_measured(), "{what} took {took:?}");
}

/// Whether figures are measured.
pub fn are_measured() -> bool {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests have no configuration to read it from"
    )]
    let said = std::env::var_os("BWENGE_FIGURES");
    said.is_some()
}
