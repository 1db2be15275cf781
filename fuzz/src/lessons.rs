//! As in the program.

#[path = "../../src/lessons/http/tus.rs"]
pub mod tus;
