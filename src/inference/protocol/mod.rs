//! The frames between the server and its children.
//!
//! A frame is a little-endian `u32` length and that many bytes of postcard.
//! The server sends [`Start`] first, the child answers [`Hello`] once its model
//! is loaded and its sandbox closed (or [`StartFailed`]); after that the server
//! sends [`Request`]s and the child [`Reply`]s ([`Handshake`] comes once), matched by request id and
//! interleaved at will. Both sides are the same binary, so [`VERSION`] only
//! guards against an update swapping the file under a running server.

mod frame;
mod reply;
mod request;
mod start;

pub use frame::{MAX_FRAME, decode, encode_frame, frame_length, read_frame, write_frame};
pub use reply::{Ending, FailureCode, Finish, Load, Reply, Usage};
pub use request::{Beginning, ChatMessage, EmbedPurpose, Generate, Lane, Part, Prompt, Request};
pub use start::{Handshake, Hello, LlmConfig, Sandbox, Start, StartFailed, WorkerConfig};

/// Version of everything in this module; both sides must agree.
pub const VERSION: u32 = 6;
