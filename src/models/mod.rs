//! Model files: which exist, which are on this box, and how they are made.
//!
//! Weights are data that engines written in C++ trust blindly, so a file is
//! loaded only if its SHA-256 stands in the built-in [`Catalog`]. A [`Shelf`]
//! is the folder that holds them, `<models-dir>/<model id>/<file>`, and says
//! cheaply whether a model is there. [`plan`] lays a language model out in the
//! memory of a [`Machine`]. [`convert`] turns published formats into
//! those the engines read. Nothing here opens a connection; `cli::models` does.

mod catalog;
mod checksum;
pub mod convert;
mod fit;
mod gguf;
mod machine;
mod plan;
mod shelf;

pub use catalog::{Catalog, Model, ModelFile, ModelKind, Pack, Source, Take};
pub use checksum::{copy_hashing, hash_file};
pub use fit::fits;
pub use gguf::Shape;
pub use machine::{LimitFrom, Machine, RESERVED_BYTES, Room, total_memory};
pub use plan::{MemoryPlan, TooBig, plan};
pub use shelf::{FileState, Shelf};
