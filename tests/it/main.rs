//! Tests of the whole program, a folder per feature.

mod engines;
