//! Helpers shared by the tests of several features.

pub mod hostile;
