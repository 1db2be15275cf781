//! The shared edge of the web server: what every route gets without asking.
//!
//! [`serve`] owns connections, [`tls`] the certificate of the second origin, [`edge`] the one ordered list of layers,
//! [`errors`] the only way an outcome becomes an answer, [`ui`] the embedded
//! web app. Features bring routers; `app.rs` merges them and wraps them here.

pub mod errors;
pub mod extract;
pub mod peer;

pub mod connections;
mod cors;
pub mod edge;
mod forwarded;
pub mod headers;
pub mod hosts;
pub mod limits;
mod origin;
mod own_cookies;
pub(crate) mod trace;

pub mod health;
pub mod metrics;
pub mod openapi;
pub mod places;
pub mod serve;
pub mod tls;
pub mod ui;

pub use edge::{Policy, layers};
pub use errors::Problem;
pub use extract::{Json, Path, Query};
