//! Engines and parsers in child processes, and how the server talks to them.
//!
//! The server never loads a model or parses an upload. It starts `bwenge
//! worker <kind>` children and exchanges the frames of [`protocol`] with them;
//! a native crash costs one answer or one upload, not the box.

pub mod document;
pub mod protocol;

pub mod child;
