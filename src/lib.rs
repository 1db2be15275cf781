//! Bwenge: a school's lesson library and tutor in one binary.
//!
//! `ARCHITECTURE.md` is the map. Modules are listed in the order of their
//! dependencies: each may use those above it and none below.

pub mod types;

pub mod error;

pub mod inference;
