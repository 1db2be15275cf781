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
