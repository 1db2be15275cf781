//! As in the program.

#[path = "../../src/models/gguf.rs"]
pub mod gguf;
