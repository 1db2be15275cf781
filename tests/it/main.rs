//! Tests of the whole, one binary: a folder per feature.

mod extract;
mod support;
